#ifndef SCHEDULE_VISITS_INNER_H
#define SCHEDULE_VISITS_INNER_H

#include "schedule/engine.h"
#include "schedule/visits.h"

/* What visits.c, visits_bound.c and visits_shots.c share; nobody else includes it. */
#define DOSES_MAX 12	/* coming doses of one programme */

/* One injection (or oral vaccine) that could be given next; within a stage its product names it. */
struct shot {
	uint16_t product;
	uint32_t programmes;		/* that it is for */
	bool oral;
	uint8_t others;			/* of them, those that have another vaccine listed first */
	int32_t open, latest;		/* planned on no other day; latest FOREVER: no last day */
	int32_t shut_from, shut_to;	/* nor on these: one listed before it can be given; NEVER */
	int32_t standard[LAW_PROGRAMMES_MAX];	/* standardTo of those programmes, FOREVER where none is stated */
};

struct stage {				/* before visit v, and visit v */
	struct shot shot[VISITS_SHOTS];	/* what could be given, supposing the visits before */
	unsigned n_shots;
	uint8_t count[LAW_PROGRAMMES_MAX];	/* doses planned by the visits before */
	size_t n_dose;
	int32_t after;			/* the day of the visit before; as_of - 1 */
	uint32_t given;			/* shots given at this visit, by index */
	int32_t not_before;		/* a later dose moved it here */
	int32_t on;
	int32_t allowed[LAW_PRODUCTS_MAX];	/* days after standardTo that are put up with */
	int32_t late;			/* days after standardTo, of all its injections */
};

/* The k-th coming dose of a programme by itself, as early and as late as it can be in time. */
struct task {
	int32_t open, due;		/* due: last day of the standard period if all before it wait for theirs */
	bool moves;			/* its standard period moves with the doses before it */
	int32_t firm;			/* last day of its standard period in any plan of all doses; FOREVER: not known */
};

struct visits_work {
	struct schedule_work work;
	struct schedule_answer answer;
	struct schedule_credit credit[SCHEDULE_CREDITS_PER_DOSE * LIMIT_PERSON_DOSES];
	struct schedule_dose dose[LIMIT_PERSON_DOSES];
	uint32_t planned_for[LIMIT_PERSON_DOSES];	/* of a planned dose: programmes that it must count for */
	struct stage stage[VISITS_MAX + 1];
	struct task task[LAW_PROGRAMMES_MAX][DOSES_MAX];
	uint8_t n_tasks[LAW_PROGRAMMES_MAX];	/* doses to be planned */
	uint8_t sure[LAW_PROGRAMMES_MAX];	/* of these, as many as any plan has */
};

struct search {
	struct visits_work *w;
	const struct law *law;
	struct schedule_question q;
	struct schedule_question asked;
	size_t n_recorded;
	int32_t as_of, until;
	unsigned per_visit;
	uint32_t child;			/* programmes */
	uint32_t mates[LAW_PROGRAMMES_MAX];	/* those that share a vaccine with it in the same visit, and itself */
	unsigned n_asked;
	bool stopped;
	unsigned lost, others;		/* at least, along the way that is being tried */
	/* Days after standardTo that any plan has, and what a programme by itself has fewer than those it shares with;
	 * [1]: of plans in which no dose falls away. */
	int32_t late_least[2], late_room[2][LAW_PROGRAMMES_MAX];
	bool whole;			/* no dose falls away in a plan that is no worse than the best */
	bool have_best;
	struct visits_plan *best;
	int32_t best_day[LAW_PROGRAMMES_MAX][DOSES_MAX];
};

/* --- visits_bound.c --- */

int32_t visits_late_ahead(const struct search *s, const struct stage *g, uint32_t given, uint32_t alive, int32_t on,
    int32_t ret_room[LAW_PROGRAMMES_MAX]);
unsigned visits_wanted(const struct search *s, const struct stage *g, uint32_t given, uint32_t alive, int32_t on, int32_t late,
    const int32_t room[LAW_PROGRAMMES_MAX]);
int32_t visits_late_at_least(const struct search *s, const struct stage *g, const struct shot *shot, int32_t on);

/* --- visits_shots.c --- */

bool visits_same_stages(const struct law *law, uint16_t a, uint16_t b);
/* What could be given on a day or later, by the last answer. */
void visits_find_shots(struct search *s, struct stage *g, int32_t on);
/* It cannot be given on the day: past its last, or one listed before it can be. */
bool visits_shot_shut(const struct shot *shot, int32_t on);
/* Days after standardTo: of the programme that is latest, of all summed. */
int32_t visits_late_of(const struct shot *shot, int32_t on);
int32_t visits_late_in_all(const struct shot *shot, int32_t on);
/* Writes a dose at that place. */
void visits_suppose(struct search *s, size_t at, const struct shot *shot, int32_t on);
/* How many doses each programme is to have, and their days by themselves: w->task, n_tasks, sure. */
void visits_find_tasks(struct search *s);
/* Fills mates. */
void visits_find_mates(struct search *s);
/* What the calculator says on a day, by the first n doses, into w->answer; false: no plan goes this way. */
bool visits_ask(struct search *s, size_t n_dose, int32_t on);

#endif
