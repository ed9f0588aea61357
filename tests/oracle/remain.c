#include "tests/oracle/look.h"

#include "tests/oracle/civil.h"

static int
doses_from(const struct look *k, struct all_counts *all, const struct answer_forecast *f, int product, int day, int depth);

/* The next dose after the last counted one is of this product, on the first day on which it counts; 99: on none. */
static int
doses_after(const struct look *k, struct all_counts *all, const struct answer_forecast *f, int product, int day, int depth)
{
	const struct counts *c = &all->of[k->programme];

	for (int on = day + 1; on < day + 5000 && on < civil_last();
	    on = stretch_next(k->stretch, k->l, c, k->j->all.of[k->programme].n, on)) {
		struct fitting x = course_fit(k->l, all, k->programme, product, on, -1);

		if (x.fit == FIT_WRONG || x.fit == FIT_NO_COURSE || x.fit == FIT_FULL)
			break;
		if (x.fit == FIT_OK || (x.fit == FIT_DOCTOR && x.way->doctor_if != 0))
			return doses_from(k, all, f, product, on, depth + 1);
	}
	return 99;
}

/*
 * The doses still missing when the product is given on the day and every further one as soon as it counts: of the same
 * product, since the shortest course open is that of one of them; of another where it cannot go on.
 */
static int
doses_from(const struct look *k, struct all_counts *all, const struct answer_forecast *f, int product, int day, int depth)
{
	struct counts *c = &all->of[k->programme];
	int best = 99, n;

	c->dose[c->n++] = (struct counted){ day, product };
	if (course_complete(k->l, all, k->programme, day) || depth > 6)
		best = 0;
	else if ((best = doses_after(k, all, f, product, day, depth)) == 99)
		for (int v = 0; v < f->n_vaccines; v++)
			if ((n = doses_after(k, all, f, f->vaccine[v].product, day, depth)) < best)
				best = n;
	if (best == 99)
		best = course_slots_left(k->l, all, k->programme, day);
	c->n--;
	return 1 + best;
}

void
remain_open(const struct look *k, struct answer_forecast *f)
{
	struct all_counts all = k->j->all;
	int best = 99;

	for (int v = 0; v < f->n_vaccines; v++) {
		int on = f->vaccine[v].earliest > k->l->life->as_of ? f->vaccine[v].earliest : k->l->life->as_of;
		int n = doses_from(k, &all, f, f->vaccine[v].product, on, 0);

		if (n < best)
			best = n;
	}
	/* Nothing of it is on the market: as if its first choice were. */
	for (int i = 0; i < k->n_products && f->n_vaccines == 0 && best == 99; i++) {
		int on = f->earliest > k->l->life->as_of ? f->earliest : k->l->life->as_of;

		if (look_say(k, on).says[i] != 0)
			best = doses_from(k, &all, f, k->product[i], on, 0);
	}
	f->remaining = best;
}

void
remain_closed(const struct look *k, struct answer_forecast *f)
{
	struct all_counts all = k->j->all;
	struct answer_forecast on_last = { .n_vaccines = 0 };
	int last = CIVIL_NEVER_BEFORE, latest, best = 99;

	for (int i = 0; i < k->n_windows; i++)
		if (k->window[i].to > last)
			last = k->window[i].to;
	if (last > civil_last() - 5000)
		last = civil_last() - 5000;
	if (last < 0)
		last = k->l->life->as_of;
	latest = last;
	f->counted_later = k->j->all.of[k->programme].n > 0 &&
	    k->j->all.of[k->programme].dose[k->j->all.of[k->programme].n - 1].day > last;
	if (last > k->l->died)
		last = k->l->died;
	if (last < latest && look_window(k, last) >= 0)
		last = look_window(k, last);
	for (int i = 0; i < k->n_products && on_last.n_vaccines < ANSWER_VACCINES; i++)
		for (int t = 0; t < k->l->text->n_targets; t++)
			if (k->l->text->target[t].programme == k->programme && ((k->l->text->target[t].products >> k->product[i] & 1 &&
			    k->l->target[t].from <= last && last <= k->l->target[t].to) ||
			    life_extended(k->l, k->programme, k->product[i], last))) {
				on_last.vaccine[on_last.n_vaccines++] = (struct answer_vaccine){ k->product[i], last, last };
				break;
			}
	for (int v = 0; v < on_last.n_vaccines; v++) {
		struct fitting x = course_fit(k->l, &all, k->programme, on_last.vaccine[v].product, last, -1);
		int n;

		if (x.fit == FIT_WRONG || x.fit == FIT_NO_COURSE)
			continue;
		if (x.fit == FIT_FULL) {
			best = 1;
			continue;
		}
		n = doses_from(k, &all, &on_last, on_last.vaccine[v].product, last, 0);
		if (n < best)
			best = n;
	}
	if (best == 99)
		best = course_slots_left(k->l, &all, k->programme, last);
	f->remaining = !judge_ever_target(k->l, &k->j->all, k->programme) ? 0 : best == 0 ? 1 : best;
}
