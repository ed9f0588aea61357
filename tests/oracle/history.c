#include "tests/oracle/history.h"

#include <stdio.h>
#include <string.h>

#include "tests/oracle/civil.h"
#include "tests/oracle/course.h"

static uint64_t state;
static const struct text *law;

uint32_t
history_random(uint64_t *s, uint32_t below)
{
	uint64_t z = *s += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) >> 16) % below;
}

static int
any(int below)
{
	return (int)history_random(&state, (uint32_t)below);
}

static bool
once_in(int n)
{
	return any(n) == 0;
}

/* On the day, a day beside it, or near. */
static int
beside(int day)
{
	static const int away[] = { 0, 0, 0, -1, -1, 1, 1, -2, 2, 7 };

	return day + away[any(10)];
}

static int
at(int year, int month, int mday)
{
	return civil_of(year, month, mday);
}

static int
law_day(int from, int to)
{
	for (int i = 0; i < 50; i++) {
		const struct text_span *x;
		int d;

		switch (any(3)) {
		case 0: x = &law->target[any(law->n_targets)].span; break;
		case 1: x = &law->course[any(law->n_courses)].span; break;
		default: x = &law->spacing[any(law->n_spacings)].span; break;
		}
		d = once_in(3) ? x->published : once_in(2) ? x->to : x->from;
		d = beside(d);
		if (d >= from && d <= to)
			return d;
	}
	return from + any(to - from);
}

static int
make_as_of(void)
{
	int from = at(2005, 4, 1), to = at(2035, 12, 31);

	switch (any(10)) {
	case 0: case 1: case 2:
		return from + any(to - from);
	case 3: case 4: case 5:
		return law_day(from, to);
	default:
		return at(2020, 10, 1) + any(at(2028, 3, 31) - at(2020, 10, 1));
	}
}

/* A day of birth for which the point lies at about the day. */
static int
born_for(const struct text_point *p, int day)
{
	struct civil c = civil_split(day);

	switch (p->kind) {
	case POINT_DAYS:
		return day - p->n - p->plus;
	case POINT_MONTHS:
		return civil_same(day + 1 - p->plus, -p->n);
	case POINT_FISCAL:
		return at(c.year - p->n, 4, 1 + any(2));
	case POINT_SCHOOL:
		return at(c.year - 6 + any(3) - 1, 4, 1 + any(2));
	case POINT_NONE:
	case POINT_DATE:
	case POINT_GESTATION:
	case POINT_SEASON:
		break;
	}
	return day - any(40000);
}

static void
make_birth(struct life *x, const int *focus, int n_focus)
{
	const struct text_target *t = NULL;
	int d;

	for (int i = 0; i < 60; i++) {
		t = &law->target[any(law->n_targets)];
		if (t->programme == focus[any(n_focus)])
			break;
	}
	switch (any(12)) {
	case 0:
		if (t->who.born_from > 0 || t->who.born_to < CIVIL_NEVER_AFTER)
			x->birth = beside(t->who.born_from > 0 && (once_in(2) || t->who.born_to == CIVIL_NEVER_AFTER) ?
			    t->who.born_from : t->who.born_to);
		else
			x->birth = x->as_of - any(3000);
		break;
	case 1: case 2: case 3:
		x->birth = beside(born_for(once_in(2) ? &t->open : &t->close, x->as_of));
		break;
	case 4: case 5:
		/* Within the window, some time after its beginning. */
		x->birth = born_for(&t->open, x->as_of) - any(900);
		break;
	case 6:
		x->birth = x->as_of - any(42000);
		break;
	case 7:
		x->birth = x->as_of - any(8000);
		break;
	default:
		x->birth = law->programme[focus[0]].child ? x->as_of - any(2900) : born_for(&t->open, x->as_of) - any(700);
		break;
	}
	/* The edges of the calendar. */
	if (once_in(6) && x->birth > 0 && x->birth < civil_last()) {
		struct civil c = civil_split(x->birth);

		switch (any(5)) {
		case 0: d = at(c.year - c.year % 4, 2, 29); break;
		case 1: d = at(c.year, 4, 1); break;
		case 2: d = at(c.year, 4, 2); break;
		case 3: d = at(c.year, c.month, civil_length(c.year, c.month)); break;
		default: d = at(c.year, 12, 31); break;
		}
		if (d >= 0)
			x->birth = d;
	}
	if (x->birth < at(1890, 1, 1))
		x->birth = at(1890, 1, 1) + any(3000);
	if (x->birth > x->as_of)
		x->birth = x->as_of - (once_in(10) ? 0 : any(500));
}

static void
add_dose(struct life *x, int product, int day)
{
	if (x->n_doses == LIFE_DOSES || day < law->history_from || day < at(1950, 1, 1) || day > at(2040, 1, 1))
		return;
	if (day < x->birth && !once_in(4))
		return;
	if (day > x->as_of && !once_in(12))
		return;
	x->dose[x->n_doses++] = (struct life_dose){ day, day, product };
}

static int
product_for(int programme)
{
	int found = -1, n = 0;

	if (once_in(40))
		return any(law->n_products);
	if (once_in(3)) {
		for (int p = 0; p < law->n_products; p++)
			if (law->product[p].serves >> programme & 1 && once_in(++n))
				found = p;
		return found;
	}
	/* One that a rule of the time names. */
	for (int i = 0; i < law->n_targets; i++)
		if (law->target[i].programme == programme)
			for (int p = 0; p < law->n_products; p++)
				if (law->target[i].products >> p & 1 && once_in(++n))
					found = p;
	return found;
}

/* A day that the text names for the person: the edge of a window, a cap, the age that chooses a course. */
static int
edge(const struct life_law *l, int programme)
{
	for (int i = 0; i < 40; i++) {
		int d = -1;

		if (once_in(2)) {
			int t = any(law->n_targets);

			if (law->target[t].programme != programme || l->target[t].from > l->target[t].to)
				continue;
			d = once_in(4) ? l->target[t].to : l->target[t].from;
		} else {
			const struct text_course *c = &law->course[any(law->n_courses)];
			const struct text_slot *s = &c->slot[any(c->n_slots)];

			if (c->programme != programme)
				continue;
			switch (any(5)) {
			case 0: d = life_point(l, &c->first_to, true, -1); break;
			case 1: d = life_point(l, &s->cap, true, -1); break;
			case 2: d = life_point(l, &s->drop_after, true, -1); break;
			case 3: d = life_point(l, &s->not_before, false, -1); break;
			default: d = life_point(l, &s->way[0].standard_from, false, -1); break;
			}
		}
		if (d > 0 && d < civil_last())
			return d;
	}
	return -1;
}

static void
follow(struct life *x, const struct life_law *l, int programme)
{
	int n = any(6) + (once_in(3) ? 1 : 0), product = product_for(programme), day = edge(l, programme), first = -1;

	if (once_in(5) || day < 0)
		day = x->birth + any(2000);
	else if (once_in(3))
		day += any(400);
	else
		day = beside(day);
	for (int i = 0; i < n && product >= 0; i++) {
		const struct text_course *c;
		const struct text_slot *s;
		int tries = 0;

		add_dose(x, product, day);
		if (first < 0)
			first = day;
		do
			c = &law->course[any(law->n_courses)];
		while (c->programme != programme && ++tries < 400);
		s = &c->slot[i + 1 < c->n_slots && !once_in(4) ? i + 1 : any(c->n_slots)];
		if (s->n_ways > 0) {
			const struct text_way *w = &s->way[any(s->n_ways)];

			if (w->n_gaps > 0) {
				const struct text_gap *g = w->doctor && once_in(3) ? &w->doctor_gap : &w->gap[any(w->n_gaps)];

				day = course_after(g, g->anchor == ANCHOR_DOSE ? first : day);
			} else if (s->short_gap.anchor != ANCHOR_NONE && once_in(2))
				day = course_after(&s->short_gap, day);
			else
				day += any(200);
		}
		if (once_in(8))
			day += any(40);
		else if (once_in(12))
			day += any(900);
		else {
			int to = once_in(14) ? edge(l, programme) : -1;

			day = beside(to > day ? to : day);
		}
		if (law->programme[programme].season >= 0 && !once_in(3))
			day += 180 + any(300);
		if (day > civil_last() - 4000)
			break;
		if (once_in(5) && (product = product_for(programme)) < 0)
			break;
	}
}

static void
make_conditions(struct life *x)
{
	if (once_in(6))
		for (int n = 1 + any(2); n > 0; n--) {
			int c = any(law->n_conditions);

			if (c == law->died && !once_in(3))
				continue;
			x->condition[x->n_conditions].condition = c;
			x->condition[x->n_conditions++].from = c != law->died && once_in(2) ? CIVIL_NEVER_BEFORE :
			    x->birth + any(x->as_of - x->birth + 1);
		}
}

static void
make_extensions(struct life *x, const int *focus, int n_focus)
{
	if (!once_in(9))
		return;
	for (int n = 1 + once_in(4); n > 0; n--) {
		struct life_extension *e = &x->extension[x->n_extensions];

		e->programme = once_in(4) ? any(law->n_programmes) : focus[any(n_focus)];
		e->from = x->as_of - any(700);
		if (e->from < x->birth)
			e->from = x->birth;
		e->until = e->from + any(1100);
		x->n_extensions++;
	}
}

static void
make_imprecise(struct life *x)
{
	struct life_dose *d;
	struct civil c;

	if (x->n_doses == 0)
		return;
	d = &x->dose[any(x->n_doses)];
	c = civil_split(d->first);
	if (x->n_doses <= 4 && once_in(12)) {
		d->first = at(c.year, 1, 1);
		d->last = at(c.year, 12, 31);
	} else {
		d->first = at(c.year, c.month, 1);
		d->last = at(c.year, c.month, civil_length(c.year, c.month));
	}
}

void
history_make(const struct text *text, uint64_t seed, struct life *x)
{
	static const int together[][5] = { { 0, 1, 3, -1, -1 }, { 8, 9, 12, -1, -1 }, { 0, 2, 13, 14, -1 }, { 3, 4, 5, 6, 7 } };
	static struct life_law l;
	int focus[6], n_focus = 0;

	law = text;
	state = seed * 2654435761u + 12345;
	memset(x, 0, sizeof *x);
	x->pregnancy = x->antibody = -1;
	x->as_of = make_as_of();
	if (once_in(3)) {
		const int *g = together[any(4)];

		for (int i = 0; i < 5 && g[i] >= 0 && g[i] < text->n_programmes; i++)
			focus[n_focus++] = g[i];
	} else
		for (int n = 1 + any(3); n > 0; n--)
			focus[n_focus++] = any(text->n_programmes);
	make_birth(x, focus, n_focus);
	x->sex = once_in(12) ? (once_in(2) ? LIFE_UNKNOWN : LIFE_OTHER) : once_in(2) ? LIFE_MALE : LIFE_FEMALE;
	make_conditions(x);
	make_extensions(x, focus, n_focus);
	for (int i = 0; i < n_focus; i++)
		if (text->programme[focus[i]].per_pregnancy && !once_in(4)) {
			x->pregnancy = x->as_of - any(330);
			x->sex = once_in(10) ? LIFE_UNKNOWN : LIFE_FEMALE;
		}
	if (once_in(4)) {
		x->antibody = once_in(2) ? beside(at(2025, 3, 31)) : x->as_of - any(2000);
		x->antibody_low = !once_in(3);
		if (x->antibody > x->as_of || x->antibody < x->birth)
			x->antibody = -1;
	}
	if (once_in(20)) {
		x->season_set = true;
		x->season_from_month = 9 + any(3);
		x->season_from_mday = 1 + any(30);
		x->season_to_month = 1 + any(3);
		x->season_to_mday = 1 + any(28);
	}
	life_read_law(&l, text, x, x->sex);
	for (int i = 0; i < n_focus; i++)
		follow(x, &l, focus[i]);
	if (once_in(4))
		for (int n = 1 + any(2); n > 0; n--) {
			static const int away[] = { 28, 27, -28, -27, 7, 6, 14, 13, 1, 0 };
			int near = x->n_doses > 0 && !once_in(3) ? x->dose[any(x->n_doses)].first + away[any(10)] : x->as_of - any(60);

			add_dose(x, once_in(8) ? -1 : any(text->n_products), near);
		}
	if (x->n_doses > 0 && once_in(9)) {
		struct life_dose d = x->dose[any(x->n_doses)];

		add_dose(x, once_in(2) ? d.product : any(text->n_products), d.first);
	}
	if (once_in(16))
		make_imprecise(x);
}

void
history_write(FILE *out, const struct text *text, const struct life *x)
{
	static const char *const sex[] = { NULL, "female", "male", "other" };
	char a[11], b[11];

	civil_write(x->birth, a);
	fprintf(out, "born %s\n", a);
	if (sex[x->sex] != NULL)
		fprintf(out, "sex %s\n", sex[x->sex]);
	for (int i = 0; i < x->n_conditions; i++) {
		civil_write(x->condition[i].from, a);
		fprintf(out, "condition %s%s%s\n", text->condition[x->condition[i].condition], x->condition[i].from < 0 ? "" : " ",
		    x->condition[i].from < 0 ? "" : a);
	}
	for (int i = 0; i < x->n_extensions; i++) {
		civil_write(x->extension[i].from, a);
		civil_write(x->extension[i].until, b);
		fprintf(out, "extension %s %s %s\n", text->programme[x->extension[i].programme].name, a, b);
	}
	if (x->pregnancy >= 0) {
		civil_write(x->pregnancy, a);
		fprintf(out, "gestation %s 0 0\n", a);
	}
	if (x->antibody >= 0) {
		civil_write(x->antibody, a);
		fprintf(out, "antibody %s %s\n", a, x->antibody_low ? "low" : "sufficient");
	}
	if (x->season_set)
		fprintf(out, "season %02d-%02d %02d-%02d\n", x->season_from_month, x->season_from_mday, x->season_to_month, x->season_to_mday);
	for (int i = 0; i < x->n_doses; i++) {
		civil_write(x->dose[i].first, a);
		if (x->dose[i].last != x->dose[i].first)
			a[x->dose[i].last - x->dose[i].first > 31 ? 4 : 7] = '\0';
		fprintf(out, "given %s %s\n", x->dose[i].product < 0 ? "UNKNOWN" : text->product[x->dose[i].product].name, a);
	}
	civil_write(x->as_of, a);
	fprintf(out, "as-of %s\n", a);
}

void
history_print(const struct text *text, const struct life *x)
{
	history_write(stdout, text, x);
}
