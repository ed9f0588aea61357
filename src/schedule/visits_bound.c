#include "schedule/visits_inner.h"

/* What no plan that goes on from a visit can be better than: days that are late, and visits. */

static uint8_t
planned(const struct stage *g, uint32_t given, uint16_t programme)
{
	for (unsigned i = 0; i < g->n_shots; i++)
		if ((given >> i & 1) != 0 && (g->shot[i].programmes >> programme & 1) != 0)
			return (uint8_t)(g->count[programme] + 1);
	return g->count[programme];
}

/* Of the best plan's late days, those that none of the doses by themselves must have: what a plan no worse may add. */
static int32_t
spare_late(const struct search *s, int32_t least)
{
	return s->best->late_days > least ? s->best->late_days - least : 0;
}

/* The last day of the standard period of the k-th dose, when those before it are late within what a plan may add. */
static int32_t
due_at_most(const struct search *s, uint16_t programme, unsigned k)
{
	const struct task *t = &s->w->task[programme][k];
	int32_t spare = spare_late(s, s->late_least[s->whole]) + s->late_room[s->whole][programme];

	if (s->whole && t->firm != FOREVER)
		return t->firm;
	if (t->due == FOREVER || !t->moves || spare == 0)
		return t->due;
	/* A period of months is up to three days longer than another. */
	spare += 3 * (int32_t)k;
	return t->due > FOREVER - spare ? FOREVER : t->due + spare;
}

/* Doses of the programme that a plan has which is no worse than the best. */
static unsigned
doses_of(const struct search *s, uint16_t programme)
{
	return s->whole ? s->w->n_tasks[programme] : s->w->sure[programme];
}

/* The programmes that may have to do with each other's injections, by way of others too. */
static uint32_t
sharing(const struct search *s, uint16_t programme)
{
	uint32_t all = s->mates[programme], before = 0;

	while (all != before) {
		before = all;
		for (uint16_t p = 0; p < s->law->n_programme; p++)
			if ((s->mates[p] & before) != 0)
				all |= s->mates[p];
	}
	return all;
}

/*
 * Days after standardTo that the doses still to come have at least, whatever they are given with, when none is given
 * up to the day: of programmes that may share injections those of the one that has most.  ret_room: what each has
 * fewer than that one.
 */
int32_t
visits_late_ahead(const struct search *s, const struct stage *g, uint32_t given, uint32_t alive, int32_t on,
    int32_t ret_room[LAW_PROGRAMMES_MAX])
{
	uint32_t done = 0;
	int32_t sum = 0;

	for (uint32_t m = alive; m != 0; m &= m - 1) {
		uint16_t lead = (uint16_t)__builtin_ctz(m);
		uint32_t together = sharing(s, lead);
		int32_t most = 0;

		if ((done >> lead & 1) != 0)
			continue;
		for (uint32_t o = together & alive; o != 0; o &= o - 1) {
			uint16_t p = (uint16_t)__builtin_ctz(o);
			int32_t late = 0;

			for (unsigned k = planned(g, given, p); k < doses_of(s, p); k++) {
				int32_t due = due_at_most(s, p, k), open = s->w->task[p][k].open;

				if (open <= on)
					open = on + 1;
				if (due != FOREVER && open > due)
					late += open - due;
			}
			ret_room[p] = late;
			if (late > most)
				most = late;
		}
		for (uint32_t o = together & alive; o != 0; o &= o - 1)
			ret_room[__builtin_ctz(o)] = most - ret_room[__builtin_ctz(o)];
		done |= together;
		sum += most;
	}
	return sum;
}

/*
 * Visits that are still wanted after the day: the longest row of doses of which no two can be
 * given together, being of one programme or because one's standard period, and what it may be late, is over before
 * the other opens.  late, room: by visits_late_ahead, with what is late already.
 */
unsigned
visits_wanted(const struct search *s, const struct stage *g, uint32_t given, uint32_t alive, int32_t on, int32_t late,
    const int32_t room[LAW_PROGRAMMES_MAX])
{
	struct { int32_t open, due; uint16_t programme; uint8_t k, row; } t[LAW_PROGRAMMES_MAX * 4];
	unsigned n = 0, most = 0;

	for (uint32_t m = alive; m != 0; m &= m - 1) {
		uint16_t p = (uint16_t)__builtin_ctz(m);
		int32_t spare = spare_late(s, late) + room[p];

		for (unsigned k = planned(g, given, p); k < doses_of(s, p) && n < sizeof t / sizeof t[0]; k++) {
			const struct task *task = &s->w->task[p][k];
			int32_t open = task->open > on + 1 ? task->open : on + 1, due = due_at_most(s, p, k);
			unsigned at = n++;

			for (; at > 0 && t[at - 1].open > open; at--)
				t[at] = t[at - 1];
			/* What it is late at least is in the reckoning already. */
			if (due < open)
				due = open;
			t[at].open = open;
			t[at].due = due > FOREVER - spare ? FOREVER : due + spare;
			t[at].programme = p;
			t[at].k = (uint8_t)k;
		}
	}
	for (unsigned i = 0; i < n; i++) {
		t[i].row = 1;
		for (unsigned j = 0; j < i; j++)
			if (((t[j].programme == t[i].programme && t[j].k < t[i].k) || t[j].due < t[i].open) &&
			    t[j].row >= t[i].row)
				t[i].row = (uint8_t)(t[j].row + 1);
		if (t[i].row > most)
			most = t[i].row;
	}
	return most;
}

/* Days that a dose given on the day or later is late at least, in a plan no later than the best known. */
int32_t
visits_late_at_least(const struct search *s, const struct stage *g, const struct shot *shot, int32_t on)
{
	int32_t late = 0;

	for (uint32_t m = shot->programmes; m != 0; m &= m - 1) {
		uint16_t p = (uint16_t)__builtin_ctz(m);
		int32_t due = shot->standard[p], here;

		if (g->count[p] < s->w->n_tasks[p] && g->count[p] > 0 && s->w->task[p][g->count[p]].moves)
			due = due_at_most(s, p, g->count[p]);
		here = due == FOREVER || on <= due ? 0 : on - due;
		if (here > late)
			late = here;
	}
	return late;
}
