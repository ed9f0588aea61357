#ifndef CLI_COUNT_SHEET_H
#define CLI_COUNT_SHEET_H

#include <stdint.h>

#include "base/buf.h"
#include "base/words.h"

/*
 * The counts of a list for people: what was asked, the ages as bars, who is left out and why, who could not
 * be decided, warnings.  Rows are written as they come, but ages once all are there: the longest bar gives the
 * measure of the others.
 */
#define COUNT_SHEET_AGES 160		/* completed years of a person, and what is not known */

struct count_sheet {
	char part[16];			/* of the row before */
	size_t n_age;
	struct {
		char age[12];
		int64_t count;
	} age[COUNT_SHEET_AGES];
};

/* One RESULT_ROW of "list run" or "list release".  RC_BUG: it is none. */
enum rc count_sheet_take(struct count_sheet *s, struct buf *out, enum lang lang, const void *body, size_t len,
    struct fault *why) MUST_USE;

#endif
