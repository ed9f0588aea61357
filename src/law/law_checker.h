#ifndef LAW_LAW_CHECKER_H
#define LAW_LAW_CHECKER_H

#include "law/law_draft.h"

/*
 * What the checks of a law text share.  They look at both tables of the draft at once: the rows
 * as law.h has them, and where they stand.  Days are bare numbers (struct day), wide enough
 * here for "no bound" at either end.
 *
 * A check may only refuse what is certain: where a rule speaks of a condition, a pregnancy or a
 * season, it is taken to hold for somebody.
 */
struct law_checker {
	struct law_draft *draft;
	struct law law;
};

#define LAW_EVER_BEFORE INT64_MIN
#define LAW_EVER_AFTER INT64_MAX

void law_checker_tell(struct law_checker *c, enum law_table table, size_t row,
    enum law_finding finding, law_text name);

static inline int64_t
law_checker_from(int32_t from)
{
	return from == INT32_MIN ? LAW_EVER_BEFORE : from;
}

static inline int64_t
law_checker_to(int32_t to)
{
	return to == INT32_MIN ? LAW_EVER_AFTER : to;
}

bool law_checker_meet(const struct law_span *a, const struct law_span *b);
bool law_checker_within(const struct law_span *inner, const struct law_span *outer);
/* Products that ever serve the programme. */
uint64_t law_checker_products(const struct law_checker *c, uint16_t programme);

/* The point in the life of somebody born on that day; false where only more than a birth tells. */
bool law_checker_day(const struct law_point *point, int32_t birth, int64_t *ret_day);
/* The same as a beginning and an end; what is not told bounds nothing. */
int64_t law_checker_open(const struct law_point *point, int32_t birth);
int64_t law_checker_close(const struct law_point *point, int32_t birth);

/* Both speak of the same people but for their birth; the second form: whoever inner speaks of. */
bool law_checker_who_same(const struct law_who *a, const struct law_who *b);
bool law_checker_who_within(const struct law_who *inner, const struct law_who *outer);
bool law_checker_born(const struct law_who *who, int32_t birth);

/*
 * Births worth trying for a rule that binds in the span and speaks of `who`: the ends of its
 * cohort, then births a month apart over every life the span can touch, and with every_day
 * each single one, for what must be certain.  Calls `look` until it says true; false when it
 * never did.
 */
bool law_checker_any_birth(const struct law_span *span, const struct law_who *who, bool every_day,
    bool (*look)(void *context, int32_t birth), void *context);

/* The checks, one file each. */
void law_check_courses(struct law_checker *c);		/* law_check_course.c */
void law_check_reach(struct law_checker *c);		/* law_check_reach.c */
/* Some case is left to the course by those before it. */
bool law_check_course_has_case(struct law_checker *c, uint16_t row);	/* law_check_case.c */
/* Every product and every first day that a target allows has a course. */
void law_check_start(struct law_checker *c, uint16_t row);

#endif
