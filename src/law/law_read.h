#ifndef LAW_LAW_READ_H
#define LAW_LAW_READ_H

#include "law/law_draft.h"

/*
 * One statement of the text: an unindented line and the indented lines that follow it, as
 * words.  Readers below return false after telling the draft's listener what was wrong;
 * the caller then goes on with law_read_skip_line.
 */
struct law_word {
	const char *text;
	uint32_t len, line;
	bool quoted;
};

#define LAW_STATEMENT_WORDS 4096

struct law_reader {
	struct law_draft *draft;
	const char *file;
	struct law_word word[LAW_STATEMENT_WORDS];
	size_t n, at;
	bool full;		/* words were left out, and it was told */
};

struct law_place law_read_place(const struct law_reader *r);	/* of the next word, or the last */
bool law_read_end(const struct law_reader *r);
bool law_read_is(const struct law_reader *r, const char *word);	/* the next word, not taken */
bool law_read_take(struct law_reader *r, const char *word);	/* taken when it is that */
void law_read_skip_line(struct law_reader *r);
bool law_read_fault(struct law_reader *r, enum law_finding finding);	/* about the next word; false */

bool law_read_name(struct law_reader *r, law_text *ret_name);
bool law_read_quoted(struct law_reader *r, law_text *ret_text);
bool law_read_number(struct law_reader *r, int32_t least, int32_t most, int32_t *ret_number);
bool law_read_day(struct law_reader *r, int32_t *ret_day);	/* "-" is INT32_MIN */
bool law_read_days(struct law_reader *r, int32_t *ret_from, int32_t *ret_to);	/* A .. B */
bool law_read_month_day(struct law_reader *r, int16_t *ret_month, int16_t *ret_day);
bool law_read_points(struct law_reader *r, struct law_point *ret_from, struct law_point *ret_to);
/* last: a bound that ends something, so that "fiscal:16y" is the last day of that year. */
bool law_read_point(struct law_reader *r, bool last, struct law_point *ret_point);
bool law_read_anchor(struct law_reader *r, struct law_gap *ret_gap);	/* previous, dose 1, ... */
bool law_read_amount(struct law_reader *r, struct law_gap *ret_gap);	/* 27d, 6m, 2.5m; anchor kept */
/* One declared name; LAW_NONE never comes back with true. */
bool law_read_index(struct law_reader *r, enum law_table table, uint16_t *ret_index);
/* A,B,C of declared names. */
bool law_read_mask(struct law_reader *r, enum law_table table, uint64_t *ret_mask);

#endif
