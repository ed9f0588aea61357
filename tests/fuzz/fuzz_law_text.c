/* Law text of a stranger: read to its end, and what compiles must load. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "law/law_compile.h"
#include "law/law_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct law_input input = { "fuzz", (const char *)data, size };
	struct law_listener nobody = { NULL, NULL };
	struct buf law = BUF_INIT(4u << 20);
	struct law_file *file = NULL;
	struct fault why;

	if (law_compile(&input, 1, nobody, &law, &why) == RC_OK) {
		void *bytes = malloc(law.len);

		if (bytes != NULL) {
			memcpy(bytes, law.data, law.len);
			if (law_load_bytes(bytes, law.len, &file, &why) != RC_OK)
				abort();
			law_free(file);
			free(bytes);
		}
	}
	buf_clear(&law);
	return 0;
}
