#include "action/fiscal_number.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/day.h"

void
fiscal_number_write(int fiscal_year, int64_t no, char text[FISCAL_NUMBER_SIZE])
{
	(void)snprintf(text, FISCAL_NUMBER_SIZE, "%d-%" PRId64, fiscal_year, no);
}

enum rc
fiscal_number_parse(const char *text, const char *place, int *ret_fiscal_year, int64_t *ret_no, struct fault *why)
{
	char *end = NULL;
	long year = strtol(text, &end, 10);
	long long no = *end == '-' ? strtoll(end + 1, &end, 10) : 0;

	if (*end != '\0' || year < DAY_YEAR_FIRST || year > DAY_YEAR_LAST || no <= 0)
		return fault_set(why, RC_INVALID, place, "expected a fiscal year and a number, as 2026-12");
	*ret_fiscal_year = (int)year;
	*ret_no = no;
	return RC_OK;
}
