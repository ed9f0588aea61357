#ifndef ACTION_LIST_JUDGE_H
#define ACTION_LIST_JUDGE_H

#include "action/list_condition.h"
#include "record/dose.h"
#include "record/person.h"
#include "schedule/schedule.h"

/*
 * Does a condition hold of a person?  Unknown is never no: who cannot be decided is neither on the list
 * nor off it, but apart, with the reason.
 */
enum list_truth { LIST_NO, LIST_UNKNOWN, LIST_YES };	/* the lowest of several is that of all together */

enum list_apart {
	LIST_APART_NOT,
	LIST_APART_INCOMPLETE,		/* a town that may hold doses has not answered */
	LIST_APART_REVIEW,		/* the calculator leaves it to a person */
	LIST_APART_BIRTH,		/* the birth date is not known to the day */
	LIST_APART_SEX,			/* the sex is not known */
	LIST_APART_DATE,		/* the day of a dose is not known to the day */
	LIST_APART__COUNT
};
const char *list_apart_word(enum list_apart apart);	/* "incomplete" */

/*
 * The births that the conditions leave on a reference day; first and last hold all of them.  Ages are those
 * of the Act on the Calculation of Ages (day_age_months), fiscal years begin on April 1: so a cohort
 * begins with who is born on April 2.
 */
struct list_births {
	day first, last;
	struct day_span turn[LIST_TURNS_MAX];	/* within first..last any of these; none: all */
	size_t n_turn;
};
void list_births_of(const struct list_condition *c, day on, struct list_births *ret_births);
enum list_truth list_birth_holds(const struct list_births *b, struct day_span birth);

/* Birth, sex, language, arrival and district; *ret_apart with LIST_UNKNOWN.  on: day of residence. */
enum list_truth list_person_holds(const struct list_condition *c, const struct list_births *b,
    const struct person *p, day on, enum list_apart *ret_apart);

/* What is on record about a person and what the law makes of it. */
struct list_record {
	const struct law *law;
	const struct dose *dose;
	const struct schedule_answer *answer;
	const size_t *statement_of;	/* of what was judged, and of the answer's credits, the dose */
	size_t n_given;			/* judged: what is counted as another statement is not among them */
	bool is_incomplete;
};
/*
 * History and status.  Where the answer is the same with is_incomplete true and false, nobody need find out
 * whether the record is complete.
 */
enum list_truth list_record_holds(const struct list_condition *c, const struct list_record *r,
    enum list_apart *ret_apart);

/* The forecast of the condition's programme; NULL without one. */
const struct schedule_forecast *list_forecast(const struct list_condition *c, const struct list_record *r);

#endif
