#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include <stdbool.h>

#include "report/report_words.h"

/*
 * One row of RFC 4180.  Every cell is quoted, so that leading zeros stay.  A cell that a
 * spreadsheet would take for a formula gets an apostrophe in front (it begins with = + - @,
 * a tab or a line end, full-width forms included); line ends within become spaces.
 */
void csv_cell(struct report_out *o, bool *first, const char *text);
void csv_end(struct report_out *o, bool *first);

#endif
