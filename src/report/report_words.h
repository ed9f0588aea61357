#ifndef REPORT_REPORT_WORDS_H
#define REPORT_REPORT_WORDS_H

#include "base/buf.h"
#include "base/day.h"
#include "base/fault.h"
#include "base/words.h"
#include "json/reason_words.h"
#include "report/history.h"

/* Words and dates that several reports share, and a buffer that remembers its first failure. */

struct report_out {
	struct buf *out;
	enum lang lang;
	enum rc rc;
	size_t start;		/* where this report begins, to cut back to */
	enum reason_days days;	/* how reasons write days in Japanese; with the era to begin with */
	struct reason_words reason[2];	/* Japanese, English by enum lang; made when first asked for */
	bool reason_made[2];
};
void report_out_init(struct report_out *o, struct buf *out, enum lang lang);
/* The result: on failure the buffer is as before. */
enum rc report_out_end(struct report_out *o) MUST_USE;
void report_put(struct report_out *o, const char *text);
void report_put_n(struct report_out *o, const char *text, size_t len);
void report_printf(struct report_out *o, const char *format, ...) PRINTF_LIKE(2, 3);
/* The words of message_id in a language, with {1} {2} {3} replaced; values not used may be NULL. */
void report_say(struct report_out *o, enum lang lang, const char *message_id, const char *v1,
    const char *v2, const char *v3);
/* "dose 2" in a language. */
#define REPORT_DOSE_SIZE 64
void report_dose(enum lang lang, unsigned n, char text[REPORT_DOSE_SIZE]);
/* A count as text, for report_say. */
#define REPORT_NUMBER_SIZE 24
const char *report_number(size_t n, char text[REPORT_NUMBER_SIZE]);

/* The name in a language, else in the other, else the code. */
const char *report_name(enum lang lang, const struct history_name *name);
const char *report_status(enum lang lang, enum schedule_status status);
const char *report_credit(enum lang lang, enum schedule_credit_status status);
const char *report_statement(enum lang lang, enum history_status status);
const char *report_kind(enum lang lang, enum law_dose_kind kind);
const char *report_known(enum lang lang, enum history_known known);
const char *report_sex(enum lang lang, enum schedule_sex sex);
/* Of words of record/dose.h; an unknown word stands for itself. */
const char *report_source_kind(enum lang lang, const char *kind);
const char *report_verification(enum lang lang, const char *verification);

/* 2026-11-22（令和8年11月22日）; 2026-11-22 (22 Nov 2026).  Unknown: "". */
#define REPORT_DAY_SIZE 96
void report_day(enum lang lang, day d, char text[REPORT_DAY_SIZE]);
/* A day, or the month or year that is known, or both ends. */
#define REPORT_SPAN_SIZE (2 * REPORT_DAY_SIZE + 16)
void report_span(enum lang lang, struct day_span span, char text[REPORT_SPAN_SIZE]);

/* A reason as a sentence, without its citation. */
void report_reason(struct report_out *o, enum lang lang, enum reason_of of,
    const struct history_reason *r, char text[REASON_TEXT_SIZE]);
/* Citation in a language, "" when there is none. */
const char *report_citation(enum lang lang, const struct history_reason *r);

/* Volume in millilitres: "0.5". */
#define REPORT_VOLUME_SIZE 24
void report_volume(int64_t volume_ul, char text[REPORT_VOLUME_SIZE]);

/* Years from which on a first lawful day is only named in a list of later things. */
#define REPORT_FAR_YEARS 10
/* Lawful only so far in the future: of no use on a sheet for today. */
bool report_is_far(const struct history_forecast *f, day as_of);

/* A statement that is part of the record as it stands: neither superseded nor merged away. */
static inline bool
report_stands(const struct history_statement *s)
{
	return !s->superseded && !s->merged;
}

#endif
