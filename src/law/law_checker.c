#include "law/law_checker.h"

void
law_checker_tell(struct law_checker *c, enum law_table table, size_t row, enum law_finding finding,
    law_text name)
{
	law_draft_find_fault(c->draft, c->draft->table[table].place[row], finding,
	    law_draft_string(c->draft, name));
}

bool
law_checker_meet(const struct law_span *a, const struct law_span *b)
{
	return law_checker_from(a->from) <= law_checker_to(b->to) &&
	    law_checker_from(b->from) <= law_checker_to(a->to);
}

bool
law_checker_within(const struct law_span *inner, const struct law_span *outer)
{
	return law_checker_from(outer->from) <= law_checker_from(inner->from) &&
	    law_checker_to(inner->to) <= law_checker_to(outer->to);
}

uint64_t
law_checker_products(const struct law_checker *c, uint16_t programme)
{
	uint64_t mask = 0;

	for (size_t p = 0; p < c->law.n_product; p++) {
		if ((c->law.product[p].serves >> programme & 1) != 0)
			mask |= UINT64_C(1) << p;
	}
	return mask;
}

/* April 1 has its like in every month: both directions are plain. */
static int32_t
school_day(int32_t birth, int months)
{
	day school = day_school_start((day){ birth }), like = school;
	int year, month, mday;

	if (months >= 0)
		return day_same_day(school, months).n;
	day_split(school, &year, &month, &mday);
	months += year * 12 + month - 1;
	if (months / 12 < 1800 || day_make(months / 12, months % 12 + 1, mday, &like) != RC_OK)
		return DAY_MIN.n;
	return like.n;
}

/* Age n is reached on the eve of a birthday. */
static int
fiscal_year(int32_t birth, int age)
{
	return day_fiscal_year(day_add((day){ birth }, -1)) + age;
}

bool
law_checker_day(const struct law_point *point, int32_t birth, int64_t *ret_day)
{
	switch ((enum law_point_kind)point->kind) {
	case LAW_POINT_AGE_MONTHS:
		*ret_day = day_age_months((day){ birth }, point->n).n;
		break;
	case LAW_POINT_AGE_DAYS:
		*ret_day = (int64_t)birth + point->n;
		break;
	case LAW_POINT_FISCAL_FIRST:
		*ret_day = day_fiscal_first(fiscal_year(birth, point->n)).n;
		break;
	case LAW_POINT_FISCAL_LAST:
		*ret_day = day_fiscal_last(fiscal_year(birth, point->n)).n;
		break;
	case LAW_POINT_SCHOOL:
		*ret_day = school_day(birth, point->n);
		break;
	case LAW_POINT_DATE:
		*ret_day = point->n;
		break;
	case LAW_POINT_NONE:
	case LAW_POINT_GESTATION:
	case LAW_POINT_SEASON_FIRST:
	case LAW_POINT_SEASON_LAST:
	case LAW_POINT__COUNT:
	default:
		return false;
	}
	*ret_day += point->plus_days;
	return true;
}

int64_t
law_checker_open(const struct law_point *point, int32_t birth)
{
	int64_t d;

	return law_checker_day(point, birth, &d) ? d : LAW_EVER_BEFORE;
}

int64_t
law_checker_close(const struct law_point *point, int32_t birth)
{
	int64_t d;

	return law_checker_day(point, birth, &d) ? d : LAW_EVER_AFTER;
}

bool
law_checker_who_same(const struct law_who *a, const struct law_who *b)
{
	return a->conditions_any == b->conditions_any && a->conditions_none == b->conditions_none &&
	    a->sex == b->sex && a->gestation == b->gestation && a->antibody_low == b->antibody_low &&
	    a->antibody_by == b->antibody_by && a->given_min == b->given_min &&
	    a->given_max == b->given_max && a->given_from == b->given_from && a->given_to == b->given_to;
}

bool
law_checker_who_within(const struct law_who *inner, const struct law_who *outer)
{
	bool anybody = outer->conditions_any == 0 && outer->conditions_none == 0 && outer->sex == 0 &&
	    outer->gestation == 0 && outer->antibody_low == 0 && outer->given_min == 0 &&
	    outer->given_max == 255;

	return law_checker_from(outer->birth_from) <= law_checker_from(inner->birth_from) &&
	    law_checker_to(inner->birth_to) <= law_checker_to(outer->birth_to) &&
	    (anybody || law_checker_who_same(inner, outer));
}

bool
law_checker_born(const struct law_who *who, int32_t birth)
{
	return law_checker_from(who->birth_from) <= birth && birth <= law_checker_to(who->birth_to);
}

/* Lives: nobody older than this is looked for, nor rules without a date further away. */
#define LIFE_DAYS (125 * 366)

bool
law_checker_any_birth(const struct law_span *span, const struct law_who *who, bool every_day,
    bool (*look)(void *context, int32_t birth), void *context)
{
	const day epoch = { 0 };
	int32_t first, last, from = span->from, to = span->to;

	if (from == INT32_MIN)
		from = to == INT32_MIN || to > epoch.n ? epoch.n : to;
	if (to == INT32_MIN)
		to = day_add((day){ from }, LIFE_DAYS).n;
	first = day_max(DAY_MIN, day_add((day){ from }, -LIFE_DAYS)).n;
	last = to;
	if (who->birth_from != INT32_MIN && who->birth_from > first)
		first = who->birth_from;
	if (who->birth_to != INT32_MIN && who->birth_to < last)
		last = who->birth_to;
	if (first > last)
		return false;
	/* Most rules speak of somebody born when they began. */
	if (from >= first && from <= last && look(context, from))
		return true;
	if (look(context, first) || look(context, last))
		return true;
	for (int32_t birth = last; birth >= first; birth -= 30) {
		if (look(context, birth))
			return true;
	}
	for (int32_t birth = last; every_day && birth >= first; birth--) {
		if (look(context, birth))
			return true;
	}
	return false;
}
