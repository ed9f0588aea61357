#ifndef CLI_IMPACT_LINES_H
#define CLI_IMPACT_LINES_H

#include "cli/impact_sheet.h"

/*
 * Persons of watashi-schedule, one a line, judged under two laws: every change into the sheet, in constant
 * memory.  A line that cannot be read is told on standard error by its number and counted
 * ("unreadable"), never by what stands in it.
 */
typedef void impact_lines_progress(void *given, int64_t done);

enum rc impact_lines(FILE *in, const struct law *before, const struct law *after, day as_of, bool rows,
    struct impact_sheet *sheet, impact_lines_progress *progress, void *given, int64_t *ret_unreadable,
    struct fault *why) MUST_USE;

#endif
