#include "tests/oracle/answer.h"

#include <assert.h>
#include <string.h>

#include "tests/oracle/civil.h"
#include "tests/oracle/stretch.h"

/*
 * The next dose of one programme, found by asking of one day after the other: would an
 * injection of this product be lawful, and be counted as exactly the missing dose?
 */
#define HORIZON 48000		/* days: longer than a life */

struct look {
	const struct life_law *l;
	const struct judged *j;
	int programme;
	int not_before;			/* doses supposed for an earlier stage reach to this day */
	bool caution, stages_full;
	uint32_t missing;		/* programmes that miss a dose on the as-of day */
	int product[16], n_products;	/* offered, first choice first */
	struct life_window window[64];
	int n_windows;
	struct stretch *stretch;
};

/* What the day says of each product: 0 unlawful, else its kind, from 1, boosters from 5. */
struct day_says { signed char says[16]; };

/* The next day on or after that lies in a window; -1: none. */
static int
in_some_window(const struct look *k, int day)
{
	int next = -1;

	for (int i = 0; i < k->n_windows; i++) {
		if (k->window[i].from <= day && day <= k->window[i].to)
			return day;
		if (k->window[i].from > day && (next < 0 || k->window[i].from < next))
			next = k->window[i].from;
	}
	return next;
}

static int
last_same_antigen(const struct look *k)
{
	uint32_t antigens = k->l->text->programme[k->programme].antigens;
	int last = -1, counted = -1;
	const struct counts *c = &k->j->all.of[k->programme];

	if (c->n > 0)
		counted = c->dose[c->n - 1].day;
	if (k->j->uncounted[k->programme] <= counted)
		return -1;
	for (int i = 0; i < k->j->n; i++)
		if ((k->l->text->product[k->j->product[i]].antigens & antigens) != 0 && k->j->day[i] > last)
			last = k->j->day[i];
	return last > counted ? last : -1;
}

static bool
binds(const struct text_spacing *s, uint32_t earlier, uint32_t later)
{
	return (s->earlier & earlier) != 0 && (s->later & later) != 0 && (s->except & (earlier | later)) == 0;
}

/* Far enough from every other injection on record. */
static bool
spaced(const struct look *k, int product, const struct fitting *f, int day)
{
	const struct text *t = k->l->text;

	for (int i = 0; i < k->j->n; i++) {
		int other = k->j->product[i], on = k->j->day[i], first = on < day ? on : day, second = on < day ? day : on;
		uint32_t earlier = t->product[on < day ? other : product].classes;
		uint32_t later = t->product[on < day ? product : other].classes;

		for (int s = 0; s < t->n_spacings; s++) {
			const struct text_spacing *x = &t->spacing[s];

			if (!k->l->visible_spacing[s] || second < x->span.from || second > k->l->spacing_to[s])
				continue;
			if (other == product && (!x->same_product || (f->course != NULL && course_has_interval(f->course))))
				continue;
			if (on == day) {
				if (x->same_day && (binds(x, earlier, later) || binds(x, later, earlier)))
					return false;
				continue;
			}
			if (binds(x, earlier, later) && second < civil_after_days(first, x->days))
				return false;
		}
	}
	return true;
}

static bool
counted_on(const struct look *k, int day)
{
	for (int p = 0; p < k->l->text->n_programmes; p++)
		if (k->l->text->programme[p].group == k->l->text->programme[k->programme].group)
			for (int i = 0; i < k->j->all.of[p].n; i++)
				if (k->j->all.of[p].dose[i].day == day)
					return true;
	return false;
}

/* An injection of the same antigen on the very day takes the place, if one of that day counted. */
static bool
taken(const struct look *k, int product, int day)
{
	const struct text_programme *p = &k->l->text->programme[k->programme];
	uint32_t given = 0;

	for (int i = 0; i < k->j->n; i++)
		if (k->j->day[i] == day && counted_on(k, day))
			given |= k->l->text->product[k->j->product[i]].antigens;
	return (given & k->l->text->product[product].antigens & p->antigens) != 0;
}

/* Doses of these products given by the as-of day; those of one day are one. */
static int
on_record(const struct look *k, uint64_t products)
{
	const struct life *life = k->l->life;
	int day[LIFE_DOSES], n = 0;

	for (int i = 0; i < life->n_doses; i++) {
		int product = life->dose[i].product, same = 0;

		if (product >= 0 && k->l->text->product[product].deemed >= 0)
			product = k->l->text->product[product].deemed;
		if (product < 0 || !(products >> product & 1) || life->dose[i].last < life->birth ||
		    life->dose[i].first > life->as_of || life->dose[i].first > k->l->died)
			continue;
		for (int x = 0; x < n; x++)
			same += life->dose[i].first == life->dose[i].last && day[x] == life->dose[i].first;
		if (same == 0)
			day[n++] = life->dose[i].first == life->dose[i].last ? life->dose[i].first : -1;
	}
	return n;
}

/* The line speaks of the day, as the law was known on the as-of day. */
static bool
speaks(const struct look *k, const struct text_choice *c, int day)
{
	int as_of = k->l->life->as_of;

	return c->span.published <= as_of && c->span.from <= day && (day <= c->span.to || as_of < c->span.end_published);
}

/* By the line the product is not offered. */
static bool
refuses(const struct look *k, const struct text_choice *c)
{
	return (c->fewer != 0 && on_record(k, c->fewer_of) >= c->fewer) ||
	    (c->while_missing != 0 && (c->while_missing & k->missing) == 0) ||
	    (c->needs != 0 && !life_holds(k->l, c->needs, k->l->life->as_of));
}

/* A day that has passed is listed as the as-of day is. */
static bool
offered(const struct look *k, int product, int day)
{
	if (day < k->l->life->as_of)
		day = k->l->life->as_of;
	for (int i = 0; i < k->l->text->n_choices; i++) {
		const struct text_choice *c = &k->l->text->choice[i];

		if (c->programme == k->programme && c->product == product && speaks(k, c, day) && refuses(k, c))
			return false;
	}
	return true;
}

/* One line refuses it from the as-of day on for ever. */
static bool
never_offered(const struct look *k, int product)
{
	for (int i = 0; i < k->l->text->n_choices; i++) {
		const struct text_choice *c = &k->l->text->choice[i];

		if (c->programme == k->programme && c->product == product && speaks(k, c, k->l->life->as_of) &&
		    speaks(k, c, CIVIL_NEVER_AFTER) && refuses(k, c))
			return true;
	}
	return false;
}

static int
ask(const struct look *k, int product, int day)
{
	const struct counts *c = &k->j->all.of[k->programme];
	struct fitting f;
	bool in_window;

	if (in_some_window(k, day) != day || day < k->not_before || (c->n > 0 && day < c->dose[c->n - 1].day))
		return 0;
	if (!offered(k, product, day) || !judge_lawful(k->l, &k->j->all, k->programme, product, day) || taken(k, product, day) ||
	    !course_wanted(k->l, &k->j->all, k->programme, product, day > k->l->life->as_of ? day : k->l->life->as_of))
		return 0;
	f = course_fit(k->l, &k->j->all, k->programme, product, day, k->caution ? last_same_antigen(k) : -1);
	if (f.fit != FIT_OK && !(f.fit == FIT_DOCTOR && f.way->doctor_if != 0))
		return 0;
	if ((k->caution && !f.cautious_ok) || !spaced(k, product, &f, day))
		return 0;
	if (!k->stages_full && judge_stage(k->l, &k->j->all, k->l->text->programme[k->programme].group, product, day,
	    &in_window) != k->programme)
		return 0;
	return f.kind == KIND_BOOSTER ? 5 + (int)f.kind : 1 + (int)f.kind;
}

/* A first dose is the same dose whether its course has one or several; a booster is another. */
static bool
same_kind(int a, int b)
{
	return a != 0 && b != 0 && (a > 4) == (b > 4);
}

/* One forecast asks the same day more than once. */
static struct { uint32_t stamp; struct day_says says; } memory[230000];
static uint32_t stamp;

static struct day_says
say(const struct look *k, int day)
{
	day = stretch_first(k->stretch, day);
	if (memory[day].stamp != stamp) {
		memory[day].stamp = stamp;
		for (int i = 0; i < k->n_products; i++)
			memory[day].says.says[i] = (signed char)ask(k, k->product[i], day);
	}
	return memory[day].says;
}

static bool
any_says(const struct look *k, int day, int kind)
{
	struct day_says x = say(k, day);

	for (int i = 0; i < k->n_products; i++)
		if (kind == 0 ? x.says[i] != 0 : same_kind(x.says[i], kind))
			return true;
	return false;
}

static bool
used(const struct look *k, uint64_t products)
{
	for (int i = 0; i < k->j->n; i++)
		if (products >> k->j->product[i] & 1)
			return true;
	return false;
}

static void
add_product(struct look *k, int product)
{
	if (!(k->l->text->product[product].serves >> k->programme & 1) || k->l->text->product[product].deemed >= 0)
		return;
	for (int i = 0; i < k->n_products; i++)
		if (k->product[i] == product)
			return;
	if (!never_offered(k, product))
		k->product[k->n_products++] = product;
}

static bool
offers_one_of(const struct look *k, uint64_t products)
{
	for (int i = 0; i < k->n_products; i++)
		if (products >> k->product[i] & 1)
			return true;
	return false;
}

/* First choice first, by the lines that speak of the day. */
static void
order(struct look *k, int day)
{
	const struct text *t = k->l->text;

	k->n_products = 0;
	for (int i = 0; i < t->n_choices; i++)
		if (t->choice[i].programme == k->programme && speaks(k, &t->choice[i], day) &&
		    (t->choice[i].if_used == 0 || used(k, t->choice[i].if_used)))
			add_product(k, t->choice[i].product);
	for (int p = 0; p < t->n_products; p++)
		add_product(k, p);
}

static void
look_init(struct look *k, const struct life_law *l, const struct judged *j, int programme, struct stretch *stretch)
{
	const struct text *t = l->text;

	memset(k, 0, sizeof *k);
	k->l = l;
	k->j = j;
	k->programme = programme;
	k->stretch = stretch;
	stretch_make(stretch, l, j, programme, CIVIL_NEVER_BEFORE);
	k->not_before = CIVIL_NEVER_BEFORE;
	for (int p = 0; p < t->n_programmes; p++)
		if (!course_complete(l, &j->all, p, l->life->as_of) && !course_exempt(l, p, l->life->as_of))
			k->missing |= UINT32_C(1) << p;
	order(k, l->life->as_of);
	for (int i = 0; i < t->n_targets; i++)
		if (t->target[i].programme == programme && offers_one_of(k, t->target[i].products) && l->target[i].from <= l->target[i].to &&
		    l->target[i].to >= t->eligible_from)
			k->window[k->n_windows++] = l->target[i];
	for (int i = 0; i < t->n_extensions; i++)
		for (int x = 0; x < l->life->n_extensions; x++)
			if (l->extension[i][x].from <= l->extension[i][x].to)
				if (t->extension[i].programme == programme &&
				    (t->extension[i].products == 0 || offers_one_of(k, t->extension[i].products)))
					k->window[k->n_windows++] = l->extension[i][x];
}

static int
first_lawful(const struct look *k, int from)
{
	int end = from + HORIZON;

	if (end > civil_last())
		end = civil_last();
	for (int day = from; (day = in_some_window(k, day)) >= 0 && day <= end; day = stretch_last(k->stretch, day) + 1)
		if (any_says(k, day, 0))
			return day;
	return -1;
}

static bool
on_market(const struct look *k, int product, int day)
{
	return k->l->text->product[product].market_from <= day && day <= k->l->text->product[product].market_to;
}

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

static void
remaining(const struct look *k, struct answer_forecast *f)
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

		if (say(k, on).says[i] != 0)
			best = doses_from(k, &all, f, k->product[i], on, 0);
	}
	f->remaining = best;
}

/* Closed: as on the last day of the window. */
static void
remaining_closed(const struct look *k, struct answer_forecast *f)
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
	if (last < latest && in_some_window(k, last) >= 0)
		last = in_some_window(k, last);
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
	struct day_says x = say(k, first);
	int kind = 0, from, on;

	for (int i = 0; i < k->n_products && kind == 0; i++)
		if (x.says[i] != 0 && on_market(k, k->product[i], first))
			kind = x.says[i];
	for (int i = 0; i < k->n_products && kind == 0; i++)
		kind = x.says[i];
	f->next = true;
	f->dose = k->j->all.of[k->programme].n + 1;
	f->kind = (enum text_kind)((kind - 1) % 4);
	f->earliest = f->latest = first;
	while (f->earliest > k->l->life->birth && any_says(k, f->earliest - 1, kind))
		f->earliest = larger(stretch_first(k->stretch, f->earliest - 1), k->l->life->birth);
	while (f->latest < civil_last() - 400 && any_says(k, f->latest + 1, kind))
		f->latest = smaller(stretch_last(k->stretch, f->latest + 1), civil_last() - 400);
	from = f->earliest > k->l->life->as_of ? f->earliest : k->l->life->as_of;
	f->n_vaccines = 0;
	for (int i = 0; i < k->n_products && f->n_vaccines < ANSWER_VACCINES; i++)
		for (int day = from; day <= f->latest; day = stretch_last(k->stretch, day) + 1)
			if (say(k, day).says[i] != 0 && on_market(k, k->product[i], day)) {
				struct answer_vaccine *v = &f->vaccine[f->n_vaccines++];
				int own = say(k, day).says[i];

				v->product = k->product[i];
				v->earliest = v->latest = day;
				while (v->earliest > f->earliest && same_kind(say(k, v->earliest - 1).says[i], own) &&
				    on_market(k, v->product, v->earliest - 1))
					v->earliest = larger(stretch_first(k->stretch, v->earliest - 1), f->earliest);
				while (v->latest < f->latest && same_kind(say(k, v->latest + 1).says[i], own) &&
				    on_market(k, v->product, v->latest + 1))
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
		if (say(k, on).says[i] != 0 && (f->n_vaccines == 0 || k->product[i] == f->vaccine[0].product)) {
			f->kind = (enum text_kind)((say(k, on).says[i] - 1) % 4);
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
	stamp++;
	if ((first = first_lawful(&k, l->life->as_of)) < 0) {
		k.caution = false;
		stamp++;
		f->cautious = (first = first_lawful(&k, l->life->as_of)) >= 0;
	}
	if (first < 0) {
		supposed = *j;
		k.j = &supposed;
		k.not_before = suppose_full(l, &supposed, programme) + 1;
		stretch_make(&stretch, l, &supposed, programme, k.not_before);
		k.caution = k.stages_full = true;
		stamp++;
		if ((first = first_lawful(&k, l->life->as_of)) < 0)
			return false;
	}
	/* From a coming day on the order may be another. */
	if (first > l->life->as_of) {
		order(&k, first);
		stamp++;
	}
	describe(&k, first, f);
	f->status = f->cautious ? STATUS_REVIEW : f->earliest <= l->life->as_of ? STATUS_DUE : STATUS_UPCOMING;
	if (k.j->review[programme] > 0 && f->status == STATUS_DUE)
		f->status = STATUS_REVIEW;
	f->overdue = f->status == STATUS_DUE && f->standard_to >= 0 && l->life->as_of > f->standard_to;
	remaining(&k, f);
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
	remaining_closed(&k, f);
}
