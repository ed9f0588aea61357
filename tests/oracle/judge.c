#include "tests/oracle/answer.h"

#include <string.h>

#include "tests/oracle/civil.h"

static int
as_named(const struct life_law *l, int product)
{
	return l->text->product[product].deemed >= 0 ? l->text->product[product].deemed : product;
}

/* Doses counted in any stage of the group within the days of the rule. */
static bool
given_holds(const struct life_law *l, const struct all_counts *all, const struct text_target *t, int day)
{
	int n = 0;

	if (!t->who.given)
		return true;
	for (int p = 0; p < l->text->n_programmes; p++)
		if (l->text->programme[p].group == l->text->programme[t->programme].group)
			for (int i = 0; i < all->of[p].n; i++)
				n += all->of[p].dose[i].day >= t->who.given_from && all->of[p].dose[i].day <= t->who.given_to &&
				    all->of[p].dose[i].day <= day;
	return t->who.given_min <= n && n <= t->who.given_max;
}

bool
judge_ever_target(const struct life_law *l, const struct all_counts *all, int programme)
{
	for (int i = 0; i < l->text->n_targets; i++) {
		const struct text_target *t = &l->text->target[i];

		/* A claim that hangs on doses is asked for at both ends of its window. */
		if (t->programme == programme && l->target[i].from <= l->target[i].to &&
		    l->target[i].to >= l->text->eligible_from &&
		    (given_holds(l, all, t, l->target[i].from - 1) || given_holds(l, all, t, l->target[i].to)))
			return true;
	}
	return false;
}

static bool
in_target(const struct life_law *l, const struct all_counts *all, int programme, int product, int day)
{
	for (int k = 0; k < l->text->n_targets_of[programme]; k++) {
		int i = l->text->target_of[programme][k];
		const struct text_target *t = &l->text->target[i];

		if (t->products >> product & 1 && l->target[i].from <= day &&
		    day <= l->target[i].to && given_holds(l, all, t, day))
			return true;
	}
	return false;
}

bool
judge_lawful(const struct life_law *l, const struct all_counts *all, int programme, int product, int day)
{
	const struct text_programme *p = &l->text->programme[programme];

	if (day < l->life->birth || day > l->died || (p->exclusion != 0 && life_holds(l, p->exclusion, day)))
		return false;
	if (p->season >= 0 && !life_in_season(l, p->season, day))
		return false;
	return in_target(l, all, programme, product, day) || life_extended(l, programme, product, day);
}

int
judge_stage(const struct life_law *l, const struct all_counts *all, int group, int product, int day, bool *ret_in_window)
{
	int full_window = -1, open = -1, any = -1, named = as_named(l, product);

	*ret_in_window = true;
	for (int p = 0; p < l->text->n_programmes; p++) {
		const struct text_programme *x = &l->text->programme[p];
		bool holds, filled;

		if (x->group != group || !(l->text->product[product].serves >> p & 1))
			continue;
		holds = in_target(l, all, p, named, day) || life_extended(l, p, named, day);
		filled = course_filled_for(l, all, p, product, day);
		if (holds && !filled)
			return p;
		if (holds && full_window < 0)
			full_window = p;
		if (day < life_point(l, &x->takes_from, false, CIVIL_NEVER_BEFORE) ||
		    day > life_point(l, &x->takes_to, true, CIVIL_NEVER_AFTER))
			continue;
		if (!filled && open < 0)
			open = p;
		if (any < 0)
			any = p;
	}
	/* Of an age that no stage it serves takes: a stage that leaves such doses to a person. */
	for (int p = 0; p < l->text->n_programmes && any < 0 && full_window < 0; p++) {
		const struct text_programme *x = &l->text->programme[p];

		if (x->group == group && x->outside_review && (l->text->product[product].antigens & x->component[0]) == x->component[0] &&
		    day >= life_point(l, &x->takes_from, false, CIVIL_NEVER_BEFORE) &&
		    day <= life_point(l, &x->takes_to, true, CIVIL_NEVER_AFTER))
			any = p;
	}
	if (full_window >= 0)
		return full_window;
	*ret_in_window = false;
	for (int p = 0; p < l->text->n_programmes && open < 0 && any < 0; p++)
		if (l->text->programme[p].group == group && l->text->product[product].serves >> p & 1)
			any = p;
	return open >= 0 ? open : any;
}

/* Of doses on one day the product earlier in the text's order comes first, then the earlier name. */
static bool
comes_before(const int *day, const struct life_dose *dose, int a, int b)
{
	if (day[a] != day[b])
		return day[a] < day[b];
	if (dose[a].product != dose[b].product)
		return dose[b].product < 0 || (dose[a].product >= 0 && dose[a].product < dose[b].product);
	return a < b;
}

/* An antigen of the programme that the product holds was given on the same day before. */
static bool
same_day(const struct life_law *l, const struct judged *j, int programme, int product, int day)
{
	const struct text_programme *p = &l->text->programme[programme];
	uint32_t given = 0;

	for (int i = 0; i < j->n; i++) {
		bool shares = false;

		for (int x = 0; x < l->text->n_programmes; x++)
			shares = shares || (l->text->programme[x].group == p->group &&
			    l->text->product[j->product[i]].serves >> x & 1);
		if (j->day[i] == day && shares)
			given |= l->text->product[j->product[i]].antigens;
	}
	return (given & l->text->product[product].antigens & p->antigens) != 0;
}

/* The stage of the last dose judged before that was given on the same day, where the product serves it. */
static int
twin(const struct life_law *l, const struct judged *j, int group, int product, int day, int otherwise)
{
	int last = -1, stage = otherwise;

	for (int i = 0; i < l->life->n_doses; i++)
		for (int c = 0; c < j->n_credits[i]; c++) {
			int p = j->credit[i][c].programme;

			if (l->text->programme[p].group != group || j->credited[i] != day || l->life->dose[i].product > product ||
			    l->life->dose[i].product < last || j->credit[i][c].duplicate)
				continue;
			last = l->life->dose[i].product;
			stage = l->text->product[product].serves >> p & 1 ? p : otherwise;
		}
	return stage;
}

static void
credit(const struct life_law *l, struct judged *j, int dose, int group, int product, int day, bool happened)
{
	bool in_window;
	int p = judge_stage(l, &j->all, group, product, day, &in_window);
	struct answer_credit *c;
	struct counts *count;
	struct fitting f;

	if (p < 0)
		return;
	c = &j->credit[dose][j->n_credits[dose]++];
	*c = (struct answer_credit){ .programme = p, .status = CREDIT_NOT_VALID };
	if (!happened)
		return;
	if (same_day(l, j, p, product, day)) {
		c->programme = twin(l, j, group, product, day, p);
		c->status = CREDIT_EXTRA;
		c->duplicate = true;
		return;
	}
	if (!in_window && day < life_point(l, &l->text->programme[p].takes_from, false, CIVIL_NEVER_BEFORE))
		return;
	if (!in_window && l->text->programme[p].outside_review) {
		c->status = CREDIT_REVIEW;
		j->review[p]++;
		return;
	}
	f = course_fit(l, &j->all, p, product, day, -1);
	switch (f.fit) {
	case FIT_OK:
	case FIT_DOCTOR:
	case FIT_CHANGED:
	case FIT_NO_COURSE:
		count = &j->all.of[p];
		count->dose[count->n++] = (struct counted){ day, product };
		c->status = CREDIT_VALID;
		c->number = count->n;
		c->changed = f.fit == FIT_CHANGED;
		break;
	case FIT_FULL:
		c->status = CREDIT_EXTRA;
		break;
	case FIT_SOON:
	case FIT_YOUNG:
	case FIT_WRONG:
		j->uncounted[p] = day;
		break;
	}
}

void
judge(const struct life_law *l, const int day[LIFE_DOSES], struct judged *j)
{
	const struct life *life = l->life;
	int order[LIFE_DOSES];

	memset(j, 0, sizeof *j);
	for (int p = 0; p < l->text->n_programmes; p++)
		j->uncounted[p] = -1;
	for (int i = 0; i < life->n_doses; i++) {
		int k = i;

		for (; k > 0 && comes_before(day, life->dose, i, order[k - 1]); k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	for (int i = 0; i < life->n_doses; i++) {
		int dose = order[i], product = life->dose[dose].product;
		bool happened = day[dose] >= life->birth && day[dose] <= life->as_of && day[dose] <= l->died;
		uint32_t groups = 0;

		if (product < 0)
			continue;
		for (int p = 0; p < l->text->n_programmes; p++) {
			int group = l->text->programme[p].group;

			if (!(l->text->product[product].serves >> p & 1) || groups >> group & 1)
				continue;
			groups |= UINT32_C(1) << group;
			credit(l, j, dose, group, product, day[dose], happened);
		}
		j->credited[dose] = day[dose];
		if (happened) {
			j->day[j->n] = day[dose];
			j->product[j->n++] = product;
		}
	}
}
