#ifndef SCHEDULE_VISITS_H
#define SCHEDULE_VISITS_H

#include "schedule/schedule.h"

/*
 * The fewest-visit plan of a child's coming routine doses.  Pure, like the calculator, which it
 * asks for everything: a coming dose is supposed given on a day, and what follows from it is read
 * from the answer to that.
 *
 * What is planned: of the programmes that the law marks as a child's, every dose whose window opens
 * by `until` when all are given as early as they can be.  A window opens on the later of
 * the first lawful day and the first day of the standard period, where the law states one that the
 * lawful days reach; a vaccine is not planned before its standard period only to save a visit.  Programmes
 * under review are left out: a person decides first.
 * A dose is given as the first vaccine listed that can be given on the day; one that serves several
 * programmes can be given when all that still want a dose of it may have it.
 *
 * Of all such plans the one is sought that is best by, in this order: fewest doses that fall away
 * (their last lawful day passes first, or an age from which the course has fewer: no course is
 * shortened by waiting); fewest days, summed over injections, after standardTo; fewest visits;
 * fewest doses for which the vaccine given is not the first listed (a combined one is waited for
 * where that costs nothing of these); earliest days, the first visit's first; each programme's doses early, in the order of programmes.
 *
 * Bounds: VISITS_MAX visits, VISITS_SHOTS vaccines open at a time, VISITS_ASKS questions to the
 * calculator (some microseconds each).  Within them the search leaves out only what cannot be
 * better, and the plan is proven; when they are hit, the best plan found is given and `proven` is
 * false.  Memory is the caller's alone.
 */
#define VISITS_MAX 48
#define VISITS_SHOTS 12
#define VISITS_ASKS 20000
#define VISITS_PER_VISIT 4	/* injections a visit, unless another number is asked for */
#define VISITS_PER_VISIT_MAX VISITS_SHOTS

struct visits_visit {
	day on;
	uint32_t programmes;		/* mask over the law's table */
	uint8_t n_products;
	uint16_t product[VISITS_SHOTS];	/* in the order of the law's table */
};

struct visits_plan {
	struct visits_visit visit[VISITS_MAX];
	unsigned n_visits;
	unsigned n_lost;		/* doses that fall away */
	int32_t late_days;		/* summed over injections */
	unsigned n_others;		/* doses, by programme, for which the first vaccine listed is not the one given */
	bool proven;
	unsigned n_asked;
};

struct visits_question {
	const struct schedule_question *question;	/* trail is not looked at */
	day until;			/* not before as_of */
	unsigned per_visit;		/* injections, 1..VISITS_PER_VISIT_MAX; oral vaccines are not counted */
};

struct visits_work;
/* Bytes that visits_plan wants at `work`, aligned as for any type; zeroed before the first question. */
size_t visits_work_size(void);
/* RC_TOO_BIG: the person has so many doses that no more can be supposed; else as schedule_answer. */
enum rc visits_plan(const struct visits_question *question, struct visits_work *work,
    struct visits_plan *ret_plan) MUST_USE;

#endif
