#include "tests/unit/edge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct test_answer answer;

static uint32_t
below(uint64_t *s, uint32_t n)
{
	return n == 0 ? 0 : test_random(s) % n;
}

/* The day before, the day, the day after. */
static int
near(uint64_t *s)
{
	return (int)below(s, 3) - 1;
}

static void
note(int32_t *list, unsigned *n, unsigned most, int32_t day_number)
{
	if (day_number > test_day("1900-01-01").n && *n < most)
		list[(*n)++] = day_number;
}

/* Days that some rule of the programme names. */
static unsigned
days_of(const struct law *law, const struct law_programme *g, int32_t *list, unsigned most)
{
	unsigned n = 0;

	for (uint16_t i = g->first_target; i < g->first_target + g->n_targets; i++) {
		const struct law_target *t = &law->target[i];
		const int32_t day_number[] = { t->span.from, t->span.to, t->span.published, t->span.end_published,
			t->who.given_from, t->who.given_to, t->who.antibody_by, t->open.kind == LAW_POINT_DATE ? t->open.n : 0,
			t->close.kind == LAW_POINT_DATE ? t->close.n : 0 };

		for (size_t k = 0; k < sizeof day_number / sizeof day_number[0]; k++)
			note(list, &n, most, day_number[k]);
	}
	for (uint16_t i = g->first_course; i < g->first_course + g->n_courses; i++) {
		const struct law_course *c = &law->course[i];
		const int32_t day_number[] = { c->span.from, c->span.to, c->span.published, c->span.end_published,
			c->who.given_from, c->who.given_to, c->since, c->first_from.kind == LAW_POINT_DATE ? c->first_from.n : 0,
			c->first_to.kind == LAW_POINT_DATE ? c->first_to.n : 0 };

		for (size_t k = 0; k < sizeof day_number / sizeof day_number[0]; k++)
			note(list, &n, most, day_number[k]);
	}
	for (uint16_t i = g->first_extension; i < g->first_extension + g->n_extensions; i++) {
		const struct law_span *s = &law->extension[i].span;

		note(list, &n, most, s->from);
		note(list, &n, most, s->to);
		note(list, &n, most, s->published);
		note(list, &n, most, s->end_published);
	}
	for (uint16_t i = 0; i < law->n_spacing; i++) {
		note(list, &n, most, law->spacing[i].span.from);
		note(list, &n, most, law->spacing[i].span.to);
		note(list, &n, most, law->spacing[i].span.published);
	}
	note(list, &n, most, law->history_from.n);
	return n;
}

/* One of the points in a life that the programme names. */
static const struct law_point *
point_of(const struct law *law, const struct law_programme *g, uint64_t *s)
{
	if (below(s, 12) == 0 && g->takes_to.kind != LAW_POINT_NONE)
		return &g->takes_to;
	if (below(s, 12) == 0 && g->takes_from.kind != LAW_POINT_NONE)
		return &g->takes_from;
	if (below(s, 2) == 0 || g->n_courses == 0) {
		const struct law_target *t = &law->target[g->first_target + below(s, g->n_targets)];

		return below(s, 2) == 0 ? &t->open : &t->close;
	} else {
		const struct law_course *c = &law->course[g->first_course + below(s, g->n_courses)];
		const struct law_slot *slot = &law->slot[c->first_slot + below(s, c->n_slots)];

		switch (below(s, 6)) {
		case 0:
			return &c->first_from;
		case 1:
			return &c->first_to;
		case 2:
			return &slot->not_before;
		case 3:
			return &slot->drop_after;
		case 4:
			return g->n_extensions == 0 ? &slot->cap : &law->extension[g->first_extension + below(s, g->n_extensions)].cap;
		default:
			return &slot->cap;
		}
	}
}

/* Somebody who reaches the point about that day. */
static day
born_for(const struct law_point *p, day on, uint64_t *s)
{
	int year, month, mday;
	day birth = on;

	switch ((enum law_point_kind)p->kind) {
	case LAW_POINT_AGE_MONTHS:
		day_split(on, &year, &month, &mday);
		year -= p->n / 12;
		month -= p->n % 12;
		if (month < 1) {
			month += 12;
			year--;
		}
		if (mday > day_month_length(year, month))
			mday = day_month_length(year, month);
		if (day_make(year, month, mday, &birth) != RC_OK)
			birth = on;
		return day_add(birth, 1 - p->plus_days + near(s));
	case LAW_POINT_AGE_DAYS:
		return day_add(on, -p->n - p->plus_days + near(s));
	case LAW_POINT_FISCAL_FIRST:
	case LAW_POINT_FISCAL_LAST:
		year = day_fiscal_year(on) - p->n + (below(s, 4) == 0 ? near(s) : 0);
		return day_add(day_fiscal_first(year), below(s, 2) == 0 ? (int)below(s, 366) : (int)below(s, 3));
	case LAW_POINT_SCHOOL:
		return day_add(on, -(int)(6 * 365 + below(s, 800)) - p->n * 30);
	case LAW_POINT_NONE:
	case LAW_POINT_DATE:
	case LAW_POINT_GESTATION:
	case LAW_POINT_SEASON_FIRST:
	case LAW_POINT_SEASON_LAST:
	case LAW_POINT__COUNT:
	default:
		return day_add(on, -(int)below(s, below(s, 3) == 0 ? 36000 : 2000));
	}
}

static const struct law_who *
who_of(const struct law *law, const struct law_programme *g, uint64_t *s)
{
	return below(s, 3) == 0 && g->n_courses > 0 ? &law->course[g->first_course + below(s, g->n_courses)].who :
	    &law->target[g->first_target + below(s, g->n_targets)].who;
}

static const struct law_gap *
gap_of(const struct law *law, const struct law_programme *g, uint64_t *s)
{
	const struct law_course *c = &law->course[g->first_course + below(s, g->n_courses)];
	const struct law_slot *slot = &law->slot[c->first_slot + below(s, c->n_slots)];
	const struct law_way *way = &law->way[slot->first_way + below(s, slot->n_ways)];

	switch (below(s, 4)) {
	case 0:
		return &way->doctor;
	case 1:
		return &slot->short_gap;
	default:
		return &way->gap[below(s, 2)];
	}
}

static day
after_gap(day anchor, const struct law_gap *gap)
{
	return gap->unit == LAW_UNIT_MONTHS ? day_after_months(anchor, gap->n) :
	    gap->unit == LAW_UNIT_HALF_MONTHS ? day_after_half_months(anchor, gap->n) : day_after_days(anchor, gap->n);
}

static void
add_doses(struct test_person *p, uint16_t programme, const int32_t *list, unsigned n_days, uint64_t *s)
{
	const struct law *law = test_law();
	const struct law_programme *g = &law->programme[programme];
	unsigned n = below(s, 6);
	uint64_t products = 0;

	for (uint16_t i = g->first_target; i < g->first_target + g->n_targets; i++)
		products |= law->target[i].products;
	for (unsigned i = 0; i < n; i++) {
		const struct schedule_forecast *f;
		uint16_t product = LAW_NONE;
		day on, last_day = p->n_dose > 0 ? p->dose[p->n_dose - 1].given.first : p->person.birth;

		if (test_ask(p, &answer) != RC_OK)
			return;
		f = &answer.answer.forecast[programme];
		if (f->has_next && f->next.n_choices > 0 && below(s, 4) != 0)
			product = f->next.choice[below(s, f->next.n_choices)].product;
		while (product == LAW_NONE) {
			product = (uint16_t)below(s, law->n_product);
			if ((products >> product & 1) == 0 && below(s, 12) != 0)
				product = LAW_NONE;
		}
		if (below(s, 8) == 0) {
			/* Of another kind, as far away as some rule of spacing asks. */
			const struct law_spacing *rule = &law->spacing[below(s, law->n_spacing)];

			on = day_add(below(s, 2) == 0 ? p->as_of : last_day, (below(s, 2) == 0 ? 1 : -1) * (rule->days + near(s)));
			do
				product = (uint16_t)below(s, law->n_product);
			while ((law->product[product].classes & (rule->earlier | rule->later)) == 0);
			if (!day_before(on, p->person.birth) && !day_after(on, p->as_of))
				test_person_dose(p, product, on);
			continue;
		}
		switch (below(s, 6)) {
		case 0:
			on = day_add((day){ n_days == 0 ? p->as_of.n : list[below(s, n_days)] }, near(s));
			break;
		case 1:
		case 2:
			on = day_add(after_gap(last_day, gap_of(law, g, s)), near(s));
			break;
		case 3:
			on = day_add(last_day, (int)below(s, 500));
			break;
		default:
			on = f->has_next ? day_add(f->next.earliest, near(s)) : day_add(last_day, (int)below(s, 100));
			break;
		}
		if (day_before(on, p->person.birth) || day_after(on, day_add(p->as_of, 30)))
			continue;
		test_person_dose(p, product, on);
		if (day_after(on, p->as_of))
			p->as_of = on;
	}
}

void
edge_make(uint64_t *s, uint16_t programme, struct test_person *p)
{
	const struct law *law = test_law();
	const struct law_programme *g = &law->programme[programme];
	const struct law_who *who = who_of(law, g, s);
	int32_t list[512];
	unsigned n = days_of(law, g, list, 512);
	day on = day_add((day){ list[below(s, n)] }, near(s));
	uint32_t conditions = who->conditions_any | (below(s, 6) == 0 ? g->exclusion | who->conditions_none : 0);

	test_person_init(p);
	if (below(s, 4) == 0)
		on = day_add(test_day("2005-04-01"), (int)below(s, 9500));
	p->as_of = on;
	p->person.birth = born_for(point_of(law, g, s), on, s);
	if (who->birth_from != INT32_MIN && below(s, 3) == 0)
		p->person.birth = day_add((day){ who->birth_from }, near(s));
	else if (who->birth_to != INT32_MIN && below(s, 3) == 0)
		p->person.birth = day_add((day){ who->birth_to }, near(s));
	/* Asked some time before or after the edge itself. */
	if (below(s, 3) == 0)
		p->as_of = day_add(on, (int)below(s, 1200) - 600);
	p->as_of = day_max(p->as_of, p->person.birth);
	p->as_of = day_min(p->as_of, test_day("2039-12-31"));
	p->person.sex = who->sex == LAW_SEX_MALE ? SCHEDULE_SEX_MALE : below(s, 4) == 0 ? SCHEDULE_SEX_MALE : SCHEDULE_SEX_FEMALE;
	for (uint16_t c = 0; c < law->n_condition && p->person.n_condition < 3; c++) {
		if ((conditions >> c & 1) != 0 && law->condition[c].role != LAW_CONDITION_DIED && below(s, 2) == 0)
			p->condition[p->person.n_condition++] = (struct schedule_condition){ c, DAY_NONE };
	}
	if (who->gestation != 0)
		p->person.pregnancy_start = day_add(p->as_of, -(int)(195 + below(s, 65)));
	if (who->antibody_low != 0) {
		p->person.antibody_low = true;
		p->person.antibody_date = day_min(p->as_of, day_add((day){ who->antibody_by }, near(s)));
	}
	if (below(s, 4) == 0 && g->n_extensions > 0) {
		p->extension[0] = (struct schedule_extension){ programme, day_max(p->person.birth, day_add(p->as_of, -(int)below(s, 900))),
			day_add(p->as_of, (int)below(s, 2000)), SCHEDULE_LONG_ILLNESS };
		p->person.n_extension = 1;
	}
	add_doses(p, programme, list, n, s);
	if (below(s, 3) == 0)
		p->as_of = day_min(test_day("2039-12-31"), day_max(p->as_of, day_add((day){ list[below(s, n)] }, near(s))));
}
