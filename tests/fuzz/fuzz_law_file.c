/*
 * A compiled law of a stranger.  The input is a list of changes (two bytes where, one byte what) to a
 * sound law, signed anew, so that the judge behind the hash is reached; an input that begins with
 * the magic of a law file is taken as the file itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "law/law_compile.h"
#include "law/law_layout.h"
#include "law/law_load.h"
#include "law/law_print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
    "version 1\nhistory-from 2000-01-01\nsource s \"a\" \"b\"\nantigen x \"a\" \"b\"\nclass c\n"
    "condition i \"a\" \"b\"\nproduct A \"a\" \"b\" antigens x classes c\n"
    "season w\n\tdays 10-01 .. 03-31\n\tsource s\n"
    "programme p \"a\" \"b\"\n\tcomponent x history i\n\thistory-source s\n\tseason w\n"
    "target p t\n\tin-force 2000-01-01 .. -\n\tproducts A\n\tage 12m .. 24m\n\tsource s\n"
    "course p a\n\tin-force - .. -\n\tused-only A\n\tfirst-dose - .. 15m\n\tsource s\n"
    "\tslot initial group 1\n\t\tway any\n\tslot initial group 1 cap 20m jump 3\n"
    "\t\tshort previous 5d course b\n\t\tway A after previous 27d\n\tslot booster\n\t\tway any after group 1 2m\n"
    "course p b\n\tin-force - .. -\n\tsource s\n\tslot initial\n\t\tway any\n"
    "\tslot initial\n\t\tway any after dose 1 27d\n"
    "choice p A needs i\n\tfewer 2 of A\n\tin-force 2001-01-01 .. - published 2000-12-01\n\tsource s\nextension p e\n\tin-force 2001-01-01 .. - published unconfirmed\n\tproducts any\n\tuntil 4y\n\tsource s\n"
    "spacing z\n\tin-force - .. -\n\tearlier c\n\tlater c\n\tdays 27\n\tsource s\n";

static void
look(const void *bytes, size_t len)
{
	struct law_file *file = NULL;
	struct buf out = BUF_INIT(1u << 20);
	struct fault why;

	if (law_load_bytes(bytes, len, &file, &why) == RC_OK) {
		enum rc rc = law_print_day(law_of(file), (day){ 16000 }, LAW_PRINT_EN, &out);

		if (rc != RC_OK && rc != RC_TOO_BIG)
			abort();
		buf_clear(&out);
	}
	law_free(file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct law_input input = { "fuzz", text, sizeof text - 1 };
	struct law_listener nobody = { NULL, NULL };
	static struct buf law = BUF_INIT(1u << 20);	/* compiled once */
	struct sha256 hash;
	struct fault why;
	unsigned char *bytes;
	size_t len = size;
	bool whole = size >= 8 && memcmp(data, LAW_MAGIC, 8) == 0;

	if (law.len == 0 && law_compile(&input, 1, nobody, &law, &why) != RC_OK)
		abort();
	if (!whole)
		len = law.len;
	if ((bytes = malloc(len)) != NULL) {
		memcpy(bytes, whole ? (const char *)data : law.data, len);
		for (size_t i = 0; !whole && i + 3 <= size; i += 3)
			bytes[(size_t)(data[i] << 8 | data[i + 1]) % (len - SHA256_BYTES)] = data[i + 2];
		if (!whole) {
			sha256_init(&hash);
			sha256_add(&hash, bytes, len - SHA256_BYTES);
			sha256_digest(&hash, bytes + len - SHA256_BYTES);
		}
		look(bytes, len);
		free(bytes);
	}
	return 0;
}
