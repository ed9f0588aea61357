#include "tests/oracle/look.h"

#include <string.h>

#include "tests/oracle/civil.h"

/* The next dose of one programme, found by asking of one day after the other (look.h). */

static void
standard(const struct look *k, struct answer_forecast *f, int product, int on)
{
	int from = -1, to = -1, x, anchor = -1;
	struct fitting fit;

	fit = course_fit(k->l, &k->j->all, k->programme, product, on, -1);
	if (fit.way == NULL)
		return;
	if (fit.way->standard_from.kind != POINT_NONE)
		from = life_point(k->l, &fit.way->standard_from, false, -1);
	if (fit.way->standard_to.kind != POINT_NONE)
		to = life_point(k->l, &fit.way->standard_to, true, -1);
	switch (fit.way->standard_after.anchor) {
	case ANCHOR_PREVIOUS: anchor = fit.anchor_previous; break;
	case ANCHOR_DOSE: anchor = fit.anchor_first; break;
	case ANCHOR_GROUP: anchor = fit.anchor_group; break;
	case ANCHOR_STAGES: case ANCHOR_NONE: break;
	}
	if (anchor >= 0) {
		if ((x = course_after(&fit.way->standard_after, anchor)) > from)
			from = x;
		if (fit.way->standard_upper) {
			x = fit.way->upper_unit == UNIT_DAYS ? anchor + fit.way->upper : civil_same(anchor, fit.way->upper);
			if (to < 0 || x < to)
				to = x;
		}
	}
	f->standard_from = from;
	f->standard_to = to;
}

static int
larger(int a, int b)
{
	return a > b ? a : b;
}

static int
smaller(int a, int b)
{
	return a < b ? a : b;
}

static void
describe(const struct look *k, int first, struct answer_forecast *f)
{
	struct day_says x = look_say(k, first);
	int kind = 0, from, on;

	for (int i = 0; i < k->n_products && kind == 0; i++)
		if (x.says[i] != 0 && look_on_market(k, k->product[i], first))
			kind = x.says[i];
	for (int i = 0; i < k->n_products && kind == 0; i++)
		kind = x.says[i];
	f->next = true;
	f->dose = k->j->all.of[k->programme].n + 1;
	f->kind = (enum text_kind)((kind - 1) % 4);
	f->earliest = f->latest = first;
	while (f->earliest > k->l->life->birth && look_any(k, f->earliest - 1, kind))
		f->earliest = larger(stretch_first(k->stretch, f->earliest - 1), k->l->life->birth);
	while (f->latest < civil_last() - 400 && look_any(k, f->latest + 1, kind))
		f->latest = smaller(stretch_last(k->stretch, f->latest + 1), civil_last() - 400);
	from = f->earliest > k->l->life->as_of ? f->earliest : k->l->life->as_of;
	f->n_vaccines = 0;
	for (int i = 0; i < k->n_products && f->n_vaccines < ANSWER_VACCINES; i++)
		for (int day = from; day <= f->latest; day = stretch_last(k->stretch, day) + 1)
			if (look_say(k, day).says[i] != 0 && look_on_market(k, k->product[i], day)) {
				struct answer_vaccine *v = &f->vaccine[f->n_vaccines++];
				int own = look_say(k, day).says[i];

				v->product = k->product[i];
				v->earliest = v->latest = day;
				while (v->earliest > f->earliest && look_same_kind(look_say(k, v->earliest - 1).says[i], own) &&
				    look_on_market(k, v->product, v->earliest - 1))
					v->earliest = larger(stretch_first(k->stretch, v->earliest - 1), f->earliest);
				while (v->latest < f->latest && look_same_kind(look_say(k, v->latest + 1).says[i], own) &&
				    look_on_market(k, v->product, v->latest + 1))
					v->latest = smaller(stretch_last(k->stretch, v->latest + 1), f->latest);
				break;
			}
	if (f->latest >= civil_last() - 400)
		f->latest = CIVIL_NEVER_AFTER;
	for (int v = 0; v < f->n_vaccines; v++)
		if (f->vaccine[v].latest >= civil_last() - 400)
			f->vaccine[v].latest = CIVIL_NEVER_AFTER;
	f->standard_from = f->standard_to = -1;
	on = f->n_vaccines > 0 && f->vaccine[0].earliest > from ? f->vaccine[0].earliest : from;
	/* Where nothing of it is on the market, as if its first choice were. */
	for (int i = 0; i < k->n_products; i++)
		if (look_say(k, on).says[i] != 0 && (f->n_vaccines == 0 || k->product[i] == f->vaccine[0].product)) {
			f->kind = (enum text_kind)((look_say(k, on).says[i] - 1) % 4);
			standard(k, f, k->product[i], on);
			break;
		}
}

/*
 * Earlier stages that are open take every dose as yet.  This one follows when they are full: each
 * missing dose as soon as it counts, whatever windows say.  Returns the last of those days.
 */
static int
suppose_full(const struct life_law *l, struct judged *j, int programme)
{
	const struct text *t = l->text;
	int reach = CIVIL_NEVER_BEFORE;
	static struct stretch stretch;

	for (int e = 0; e < programme; e++) {
		struct counts best = { .n = 0 };
		struct look k;

		if (t->programme[e].group != t->programme[programme].group || course_complete(l, &j->all, e, l->life->as_of))
			continue;
		look_init(&k, l, j, e, &stretch);
		for (int i = 0; i < k.n_products; i++) {
			static struct all_counts all;
			struct counts *c = &all.of[e];

			if (!judge_lawful(l, &j->all, e, k.product[i], l->life->as_of))
				continue;
			all = j->all;
			for (int day = l->life->as_of; day < l->life->as_of + 9000 && !course_complete(l, &all, e, day);
			    day = stretch_next(&stretch, l, c, j->all.of[e].n, day)) {
				struct fitting f = course_fit(l, &all, e, k.product[i], day, -1);

				if (f.fit == FIT_OK)
					c->dose[c->n++] = (struct counted){ day, k.product[i] };
				else if (f.fit == FIT_WRONG)
					break;
			}
			/* One of which the stage misses nothing, or which leaves something to others, fills it with none. */
			if (c->n == j->all.of[e].n || !course_filled_for(l, &all, e, k.product[i], c->dose[c->n - 1].day))
				continue;
			if (best.n == 0 || c->dose[c->n - 1].day < best.dose[best.n - 1].day)
				best = *c;
		}
		if (best.n == 0)
			continue;
		j->all.of[e] = best;
		if (best.dose[best.n - 1].day > reach)
			reach = best.dose[best.n - 1].day;
	}
	return reach;
}

static bool
open_next(const struct life_law *l, const struct judged *j, int programme, struct answer_forecast *f)
{
	static struct judged supposed;
	static struct stretch stretch;
	struct look k;
	int first;

	look_init(&k, l, j, programme, &stretch);
	k.caution = true;
	look_forget();
	if ((first = look_first(&k, l->life->as_of)) < 0) {
		k.caution = false;
		look_forget();
		f->cautious = (first = look_first(&k, l->life->as_of)) >= 0;
	}
	if (first < 0) {
		supposed = *j;
		k.j = &supposed;
		k.not_before = suppose_full(l, &supposed, programme) + 1;
		stretch_make(&stretch, l, &supposed, programme, k.not_before);
		k.caution = k.stages_full = true;
		look_forget();
		if ((first = look_first(&k, l->life->as_of)) < 0)
			return false;
	}
	/* From a coming day on the order may be another. */
	if (first > l->life->as_of) {
		look_order(&k, first);
		look_forget();
	}
	describe(&k, first, f);
	f->status = f->cautious ? STATUS_REVIEW : f->earliest <= l->life->as_of ? STATUS_DUE : STATUS_UPCOMING;
	if (k.j->review[programme] > 0 && f->status == STATUS_DUE)
		f->status = STATUS_REVIEW;
	f->overdue = f->status == STATUS_DUE && f->standard_to >= 0 && l->life->as_of > f->standard_to;
	remain_open(&k, f);
	return true;
}

void
forecast(const struct life_law *l, const struct judged *j, int programme, struct answer_forecast *f)
{
	const struct text_programme *p = &l->text->programme[programme];
	int as_of = l->life->as_of;
	static struct stretch stretch;
	struct look k;

	memset(f, 0, sizeof *f);
	f->standard_from = f->standard_to = -1;
	f->given = j->all.of[programme].n;
	f->no_target = !judge_ever_target(l, &j->all, programme);
	if (l->died <= as_of)
		f->status = course_complete(l, &j->all, programme, as_of) && !f->no_target ?
		    STATUS_COMPLETE : STATUS_CLOSED;
	else if (f->no_target) {
		f->status = p->review_if != 0 && life_holds(l, p->review_if, as_of) ? STATUS_REVIEW : STATUS_NOT_ELIGIBLE;
		f->remaining = f->status == STATUS_REVIEW;
		return;
	} else if (course_complete(l, &j->all, programme, as_of))
		f->status = STATUS_COMPLETE;
	else if (course_exempt(l, programme, as_of) || (p->exclusion != 0 && life_holds(l, p->exclusion, as_of)) ||
	    (p->antibody_exempts && l->life->antibody >= 0 && l->life->antibody <= as_of && !l->life->antibody_low))
		f->status = STATUS_EXEMPT;
	else if (open_next(l, j, programme, f))
		return;
	else
		f->status = STATUS_CLOSED;
	if (f->status != STATUS_CLOSED)
		return;
	look_init(&k, l, j, programme, &stretch);
	remain_closed(&k, f);
}
