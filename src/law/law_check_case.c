/* Whose course it is: every case has one, and every course a case. */
#include "law/law_checker.h"

#define CASE_DAYS 64
#define CASE_PRODUCT_GROUPS 10

/* Days worth trying, in no order. */
struct days {
	size_t n;
	int64_t at[CASE_DAYS];
};

static void
add_day(struct days *d, int64_t at)
{
	if (at == LAW_EVER_BEFORE || at == LAW_EVER_AFTER || d->n == CASE_DAYS)
		return;
	for (size_t i = 0; i < d->n; i++) {
		if (d->at[i] == at)
			return;
	}
	d->at[d->n++] = at;
}

/* Courses of the programme up to one of them, and the products that they tell apart. */
struct question {
	struct law_checker *checker;
	const struct law_programme *programme;
	uint16_t row;
	uint64_t group[CASE_PRODUCT_GROUPS];	/* products that no course tells apart */
	size_t n_groups;
};

static bool
alike(const struct question *q, size_t a, size_t b)
{
	const struct law *law = &q->checker->law;

	for (uint16_t i = q->programme->first_course; i <= q->row; i++) {
		const struct law_course *c = &law->course[i];

		if ((c->used_only >> a & 1) != (c->used_only >> b & 1) ||
		    (c->used_any >> a & 1) != (c->used_any >> b & 1) ||
		    (c->used_none >> a & 1) != (c->used_none >> b & 1))
			return false;
	}
	return true;
}

/* False when there are more groups than can be tried. */
static bool
group_products(struct question *q, uint64_t products)
{
	for (size_t p = 0; p < q->checker->law.n_product; p++) {
		size_t g = 0;

		if ((products >> p & 1) == 0)
			continue;
		while (g < q->n_groups && !alike(q, p, (size_t)__builtin_ctzll(q->group[g])))
			g++;
		if (g == CASE_PRODUCT_GROUPS)
			return false;
		if (g == q->n_groups)
			q->group[q->n_groups++] = 0;
		q->group[g] |= UINT64_C(1) << p;
	}
	return true;
}

static bool
used_fits(const struct law_course *c, uint64_t used)
{
	return (c->used_only == 0 || (used & ~c->used_only) == 0) && (c->used_none & used) == 0 &&
	    (c->used_any == 0 || (c->used_any & used) != 0);
}

/* A case: the day asked about, that of the first counted dose, what was used. */
struct instance {
	int32_t birth;
	int64_t on, first;
	unsigned extension, component;
	uint64_t used;
};

static bool
first_fits(const struct law_course *c, const struct instance *x)
{
	return law_checker_open(&c->first_from, x->birth) <= x->first &&
	    x->first <= law_checker_close(&c->first_to, x->birth);
}

static bool
takes(const struct law_course *c, const struct instance *x)
{
	return (c->components >> x->component & 1) != 0 &&
	    (c->extension == 0 || (c->extension == 1) == (x->extension == 1)) &&
	    law_checker_from(c->span.from) <= x->on && x->on <= law_checker_to(c->span.to) &&
	    law_checker_born(&c->who, x->birth) && first_fits(c, x) && used_fits(c, x->used);
}

/* An earlier course leaves the case to this one; people of other conditions are let be. */
static bool
left_over(const struct question *q, const struct instance *x)
{
	const struct law *law = &q->checker->law;
	const struct law_course *mine = &law->course[q->row];

	for (uint16_t i = q->programme->first_course; i < q->row; i++) {
		const struct law_course *c = &law->course[i];
		struct law_who anybody = c->who, me = mine->who;

		anybody.birth_from = anybody.birth_to = me.birth_from = me.birth_to = INT32_MIN;
		if (law_checker_who_within(&me, &anybody) && takes(c, x))
			return false;
	}
	return true;
}

static bool
any_use_left(const struct question *q, struct instance *x)
{
	const struct law_course *mine = &q->checker->law.course[q->row];

	for (uint32_t set = 1; set < UINT32_C(1) << q->n_groups; set++) {
		x->used = 0;
		for (size_t g = 0; g < q->n_groups; g++) {
			if ((set >> g & 1) != 0)
				x->used |= q->group[g];
		}
		if (!used_fits(mine, x->used))
			continue;
		for (x->extension = 0; x->extension < 2; x->extension++) {
			for (x->component = 0; x->component < q->programme->n_components; x->component++) {
				if (takes(mine, x) && left_over(q, x))
					return true;
			}
		}
	}
	return false;
}

static bool
any_case_of_birth(void *context, int32_t birth)
{
	const struct question *q = context;
	const struct law *law = &q->checker->law;
	const struct law_course *mine = &law->course[q->row];
	struct instance x = { .birth = birth };
	struct days on = { 0 }, first = { 0 };
	size_t some;

	add_day(&first, birth);
	for (uint16_t i = q->programme->first_course; i <= q->row; i++) {
		const struct law_course *c = &law->course[i];
		int64_t from = law_checker_open(&c->first_from, birth);
		int64_t to = law_checker_close(&c->first_to, birth);

		add_day(&first, from);
		if (from != LAW_EVER_BEFORE)
			add_day(&first, from - 1);
		add_day(&first, to);
		if (to != LAW_EVER_AFTER)
			add_day(&first, to + 1);
		if (c->span.from != INT32_MIN) {
			add_day(&on, c->span.from);
			add_day(&on, (int64_t)c->span.from - 1);
		}
		if (c->span.to != INT32_MIN) {
			add_day(&on, c->span.to);
			add_day(&on, (int64_t)c->span.to + 1);
		}
	}
	some = first.n;
	for (size_t i = 0; i < some; i++)
		add_day(&on, first.at[i]);
	add_day(&on, birth + INT64_C(40000));
	for (size_t i = 0; i < on.n; i++) {
		x.on = on.at[i];
		if (x.on < birth || law_checker_from(mine->span.from) > x.on || x.on > law_checker_to(mine->span.to))
			continue;
		for (size_t k = 0; k < first.n; k++) {
			x.first = first.at[k];
			if (x.first >= birth && x.first <= x.on && first_fits(mine, &x) && any_use_left(q, &x))
				return true;
		}
	}
	return false;
}

bool
law_check_course_has_case(struct law_checker *c, uint16_t row)
{
	const struct law_course *mine = &c->law.course[row];
	struct question q = { .checker = c, .programme = &c->law.programme[mine->programme], .row = row };
	uint64_t products = law_checker_products(c, mine->programme);

	if (mine->who.conditions_any != 0 && (mine->who.conditions_any & ~mine->who.conditions_none) == 0)
		return false;
	if (products == 0 || !group_products(&q, products))
		return true;
	return law_checker_any_birth(&mine->span, &mine->who, false, any_case_of_birth, &q);
}

/* --- what a target promises, its courses keep --- */

/* Some course takes a dose of the product alone, and some slot of it a way. */
static bool
has_way(const struct law_checker *c, const struct law_target *t, uint64_t bit)
{
	const struct law_programme *p = &c->law.programme[t->programme];

	for (uint16_t i = p->first_course; i < p->first_course + p->n_courses; i++) {
		const struct law_course *course = &c->law.course[i];

		if (!law_checker_meet(&course->span, &t->span) ||
		    (course->used_only != 0 && (course->used_only & bit) == 0) || (course->used_none & bit) != 0)
			continue;
		for (uint16_t s = course->first_slot; s < course->first_slot + course->n_slots; s++) {
			const struct law_slot *slot = &c->law.slot[s];

			for (uint16_t w = slot->first_way; w < slot->first_way + slot->n_ways; w++) {
				if (c->law.way[w].products == 0 || (c->law.way[w].products & bit) != 0)
					return true;
			}
		}
	}
	return false;
}

struct start {
	struct law_checker *checker;
	const struct law_target *target;
	uint64_t bit;
	unsigned component;
};

static bool
some_course_takes(const struct start *s, const struct instance *x)
{
	const struct law *law = &s->checker->law;
	const struct law_programme *p = &law->programme[s->target->programme];

	for (uint16_t i = p->first_course; i < p->first_course + p->n_courses; i++) {
		if (law->course[i].extension != 1 && takes(&law->course[i], x))
			return true;
	}
	return false;
}

/* A lawful day for a first dose of which no course speaks. */
static bool
start_left_out(void *context, int32_t birth)
{
	const struct start *s = context;
	const struct law *law = &s->checker->law;
	const struct law_target *t = s->target;
	const struct law_programme *p = &law->programme[t->programme];
	int64_t from = law_checker_open(&t->open, birth), to = law_checker_close(&t->close, birth);
	struct instance x = { .birth = birth, .used = s->bit, .component = s->component };
	struct days days = { 0 };

	if (!law_checker_born(&t->who, birth))
		return false;
	from = from < birth ? birth : from;
	if (t->span.from != INT32_MIN && t->span.from > from)
		from = t->span.from;
	if (t->span.to != INT32_MIN && t->span.to < to)
		to = t->span.to;
	if (from > to)
		return false;
	add_day(&days, from);
	add_day(&days, to);
	for (uint16_t i = p->first_course; i < p->first_course + p->n_courses; i++) {
		int64_t first = law_checker_open(&law->course[i].first_from, birth);
		int64_t last = law_checker_close(&law->course[i].first_to, birth);

		if (first != LAW_EVER_BEFORE)
			add_day(&days, first - 1);
		if (last != LAW_EVER_AFTER)
			add_day(&days, last + 1);
		if (law->course[i].span.from != INT32_MIN)
			add_day(&days, (int64_t)law->course[i].span.from - 1);
		if (law->course[i].span.to != INT32_MIN)
			add_day(&days, (int64_t)law->course[i].span.to + 1);
	}
	for (size_t i = 0; i < days.n; i++) {
		x.on = x.first = days.at[i];
		if (x.on >= from && x.on <= to && !some_course_takes(s, &x))
			return true;
	}
	return false;
}

void
law_check_start(struct law_checker *c, uint16_t row)
{
	const struct law_target *t = &c->law.target[row];
	const struct law_programme *p = &c->law.programme[t->programme];

	for (size_t i = 0; i < c->law.n_product; i++) {
		struct start s = { .checker = c, .target = t, .bit = UINT64_C(1) << i };

		if ((t->products & s.bit) == 0)
			continue;
		if (p->n_courses > 0 && !has_way(c, t, s.bit)) {
			law_checker_tell(c, LAW_TABLE_TARGET, row, LAW_F_PRODUCT_WITHOUT_WAY, c->law.product[i].code);
			continue;
		}
		for (; p->n_courses > 0 && s.component < p->n_components; s.component++) {
			uint32_t wanted = p->component[s.component].antigens;

			if ((c->law.product[i].antigens & wanted) == wanted &&
			    law_checker_any_birth(&t->span, &t->who, false, start_left_out, &s)) {
				law_checker_tell(c, LAW_TABLE_TARGET, row, LAW_F_START_WITHOUT_COURSE,
				    c->law.product[i].code);
				break;
			}
		}
	}
}
