#ifndef ACTION_FISCAL_NUMBER_H
#define ACTION_FISCAL_NUMBER_H

#include <stdint.h>

#include "base/fault.h"

/* Numbers of what an office issues and receives, which begin anew with each fiscal year: "2026-12". */
#define FISCAL_NUMBER_SIZE 32
void fiscal_number_write(int fiscal_year, int64_t no, char text[FISCAL_NUMBER_SIZE]);
/* RC_INVALID names the place. */
enum rc fiscal_number_parse(const char *text, const char *place, int *ret_fiscal_year, int64_t *ret_no,
    struct fault *why) MUST_USE;

#endif
