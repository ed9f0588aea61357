#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/era.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Every text that is taken as a date is one date, and the day writes itself back. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *text = (const char *)bytes;
	char iso[DAY_TEXT_SIZE], era[ERA_TEXT_SIZE];
	struct day_span s;
	day d, back;

	if (day_span_parse(text, len, &s) == RC_OK) {
		day_span_write(s, iso);
		if (day_after(s.first, s.last) || strlen(iso) != len || memcmp(iso, text, len) != 0)
			abort();
	}
	if (era_parse(text, len, &d) == RC_OK) {
		era_write(d, era);
		if (era_parse(era, strlen(era), &back) != RC_OK || !day_equal(d, back) ||
		    utf8_check(text, len, UTF8_LINE, NULL) != RC_OK)
			abort();
	}
	return 0;
}
