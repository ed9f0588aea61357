#ifndef CLI_SCHEDULE_TELL_H
#define CLI_SCHEDULE_TELL_H

#include "cli/schedule_explain.h"
#include "json/reason_words.h"

/* The words of an answer told to people, line by line; included by the schedule_*.c that tell. */
struct teller {
	const struct schedule_telling *t;
	const struct law *law;
	enum lang lang;
	struct reason_words words;
	struct buf *out;
	enum rc rc;			/* the first failure; nothing is written after it */
};

struct day_text { char text[REASON_DAY_SIZE]; };
#define TELL_LIST_SIZE 1024

void tell_begin(struct teller *t, const struct schedule_telling *telling, struct buf *out);
void tell_text(struct teller *t, const char *text);
/* A sentence of the catalogue with {1}, {2}, {3} filled in. */
void tell_words(struct teller *t, const char *message, const char *one, const char *two, const char *three);
/* Returns what they write into their last argument. */
const char *tell_day(const struct teller *t, day d, struct day_text *ret);
const char *tell_number(int n, char text[16]);
/* The name in the language. */
const char *tell_name(const struct teller *t, law_text ja, law_text en);
const char *tell_product(const struct teller *t, uint16_t product);
const char *tell_kind(const struct teller *t, enum law_dose_kind kind);
/* Codes, as many as there is room for. */
void tell_products(const struct teller *t, uint64_t products, char text[TELL_LIST_SIZE]);
/* At the beginning of a line: in English with a capital letter. */
void tell_programme(struct teller *t, uint16_t programme);
void tell_bullet(struct teller *t);
/* "from A to B", as much of it as there is. */
void tell_span(struct teller *t, day from, day to);
/* The article, and since when: ends the line. */
void tell_cite(struct teller *t, uint16_t source, day in_force);

/* --- schedule_steps.c: the steps of one judgement --- */

/* Period, course, place and, where it is told, interval.  given: the day of the dose, or that of a forecast. */
void tell_period(struct teller *t, const struct schedule_step *s, bool given);
/* Why this course is the person's: each condition that the law names for it. */
void tell_course(struct teller *t, const struct schedule_step *s, bool is_first);
void tell_place(struct teller *t, const struct schedule_step *s);
/* before: the day of the dose, or one after all of them. */
void tell_interval(struct teller *t, uint16_t programme, const struct schedule_step *s, day before);
/* Reasons that the steps have not told already. */
void tell_reasons(struct teller *t, enum reason_of of, const struct schedule_reason *reason, unsigned n,
    const struct schedule_step *s);

/* --- schedule_explain.c --- */

/* What one dose counts for in one programme. */
void tell_credit(struct teller *t, const struct schedule_credit *c, const struct schedule_step *s, day given);

#endif
