#ifndef CLI_IMPACT_SHEET_H
#define CLI_IMPACT_SHEET_H

#include <stdint.h>
#include <stdio.h>

#include "base/fault.h"
#include "base/limits.h"
#include "base/words.h"
#include "cli/render.h"
#include "law/law.h"

/*
 * What another law changes, on paper: counts by programme and kind of change first, then every change.
 * The changes come before their counts are known, so they wait in an unnamed file: memory does not
 * grow with them.
 */
#define IMPACT_SHEET_COUNTS 512		/* programmes of two laws and kinds of change, and totals */

struct impact_sheet_row {		/* NULL or "": absent */
	const char *who;
	const char *programme, *change;
	const char *given_on;
	const char *before, *after;
};

struct impact_sheet {
	enum render_format format;
	enum lang lang;
	const char *who_key;		/* "addresseeNo" or "id" */
	FILE *spool;
	int64_t n_rows;
	size_t n_count;
	struct {
		char programme[LIMIT_CODE_CHARS + 1];	/* "" of a total */
		char change[LIMIT_CODE_CHARS + 1];
		int64_t n;
	} count[IMPACT_SHEET_COUNTS];
};

enum rc impact_sheet_open(struct impact_sheet *s, enum render_format format, enum lang lang,
    const char *who_key, struct fault *why) MUST_USE;
void impact_sheet_close(struct impact_sheet *s);
enum rc impact_sheet_row(struct impact_sheet *s, const struct impact_sheet_row *row, struct fault *why) MUST_USE;
/* Adds n to a count; programme NULL: a total. */
enum rc impact_sheet_count(struct impact_sheet *s, const char *programme, const char *change, int64_t n,
    struct fault *why) MUST_USE;
/* Everything, to a file (whole or not at all) or with path NULL to standard output. */
enum rc impact_sheet_write(struct impact_sheet *s, const char *path, struct fault *why) MUST_USE;

#endif
