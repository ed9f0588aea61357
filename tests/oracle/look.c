#include "tests/oracle/look.h"

#include <string.h>

#include "tests/oracle/civil.h"

#define HORIZON 48000		/* days: longer than a life */

int
look_window(const struct look *k, int day)
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

	if (look_window(k, day) != day || day < k->not_before || (c->n > 0 && day < c->dose[c->n - 1].day))
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

bool
look_same_kind(int a, int b)
{
	return a != 0 && b != 0 && (a > 4) == (b > 4);
}

/* One forecast asks the same day more than once. */
static struct { uint32_t stamp; struct day_says says; } memory[230000];
static uint32_t stamp;

void
look_forget(void)
{
	stamp++;
}

struct day_says
look_say(const struct look *k, int day)
{
	day = stretch_first(k->stretch, day);
	if (memory[day].stamp != stamp) {
		memory[day].stamp = stamp;
		for (int i = 0; i < k->n_products; i++)
			memory[day].says.says[i] = (signed char)ask(k, k->product[i], day);
	}
	return memory[day].says;
}

bool
look_any(const struct look *k, int day, int kind)
{
	struct day_says x = look_say(k, day);

	for (int i = 0; i < k->n_products; i++)
		if (kind == 0 ? x.says[i] != 0 : look_same_kind(x.says[i], kind))
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

void
look_order(struct look *k, int day)
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

void
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
	look_order(k, l->life->as_of);
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

int
look_first(const struct look *k, int from)
{
	int end = from + HORIZON;

	if (end > civil_last())
		end = civil_last();
	for (int day = from; (day = look_window(k, day)) >= 0 && day <= end; day = stretch_last(k->stretch, day) + 1)
		if (look_any(k, day, 0))
			return day;
	return -1;
}

bool
look_on_market(const struct look *k, int product, int day)
{
	return k->l->text->product[product].market_from <= day && day <= k->l->text->product[product].market_to;
}
