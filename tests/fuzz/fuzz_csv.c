#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "exchange/csv_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static enum rc
take(void *context, const char *const *cell, size_t line, struct fault *why)
{
	size_t *last = context;

	(void)why;
	check(line > *last);
	*last = line;
	for (int i = 0; i < 3; i++) {
		if (cell[i] == NULL)
			continue;
		check(cell[i][0] != '\0' && strlen(cell[i]) <= LIMIT_IMPORT_CELL_BYTES);
		check(utf8_check(cell[i], strlen(cell[i]), UTF8_BLOCK, NULL) == RC_OK);
	}
	return RC_OK;
}

/* Whatever comes: rows of clean text in order, or one refusal that can be shown. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const column[] = { "id", "name", "note" };
	static const struct csv_want want = { column, 3, 1 };
	struct fault why = { .rc = RC_OK };
	size_t line = 1;
	struct csv_sink sink = { take, &line };
	enum rc rc = csv_read((const char *)bytes, len, &want, &sink, &why);

	check(rc == RC_OK || (why.rc == rc && why.place[0] != '\0' && why.text[0] != '\0'));
	return 0;
}
