#include "schedule/engine.h"

/* Which of the rules can keep apart a dose given between the days from another; *ret: days for which the same is said
 * where the two are one. */
static uint32_t
bind_between(const struct outlook *o, uint32_t rules, int32_t first, int32_t last, struct steady *ret)
{
	uint32_t bind = 0;

	*ret = (struct steady){ NEVER, FOREVER };
	for (uint32_t m = rules; m != 0; m &= m - 1) {
		unsigned r = (unsigned)__builtin_ctz(m);
		int32_t from = o->spacing_from[r], to = o->spacing_to[r];

		if (from > last) {
			ret->until = from - 1 < ret->until ? from - 1 : ret->until;
		} else if (to < first) {
			ret->since = to + 1 > ret->since ? to + 1 : ret->since;
		} else {
			bind |= m & -m;
			ret->since = from > ret->since ? from : ret->since;
			ret->until = to < ret->until ? to : ret->until;
		}
	}
	return bind;
}

/* Some programme whose doses are of the classes may be asked about by the day. */
static bool
asked_by(struct engine *e, uint32_t classes, int32_t by)
{
	uint32_t programmes = 0;

	for (uint32_t m = classes; m != 0; m &= m - 1)
		programmes |= e->outlook->of_class[__builtin_ctz(m)];
	for (programmes &= e->cohort; programmes != 0; programmes &= programmes - 1) {
		uint16_t p = (uint16_t)__builtin_ctz(programmes);

		select_targets(e, p);
		/* The eve of its first day is asked about, too. */
		for (uint16_t i = 0; i < e->n_live_targets[p]; i++)
			if (by == FOREVER || e->target[e->first_live_target[p] + i].from <= by + 1)
				return true;
	}
	return false;
}

/* The rule keeps recorded doses from each other, or doses of a class that may be given while it binds from recorded ones. */
static bool
may_matter(struct engine *e, const struct law_spacing *s, uint32_t recorded)
{
	bool earlier = (s->earlier & recorded) != 0, later = (s->later & recorded) != 0;

	return (earlier && later) || e->person->n_extension > 0 ||
	    (earlier && asked_by(e, s->later, select_span_end(e, &s->span))) ||
	    (later && asked_by(e, s->earlier, select_span_end(e, &s->span)));
}

/* A rule matters only to a recorded dose of its classes, near the days on which it binds. */
void
select_near(struct engine *e)
{
	const struct outlook *o = e->outlook;
	struct steady same = { FOREVER, NEVER };
	uint32_t rules = 0, bind = 0, classes = 0, recorded = 0;
	unsigned n = 0;
	int32_t oldest, newest;

	e->n_near = 0;
	e->near_imprecise = false;
	e->near_days = NEAR_ANY_DAY;
	e->spacing_classes = 0;
	e->spacing_days = 0;
	if (e->n_dose == 0)
		return;
	oldest = e->dose[e->order[0]].given.first.n;
	newest = e->dose[e->order[e->n_dose - 1]].given.last.n;
	for (size_t i = 0; i < e->n_dose; i++)
		if (e->dose[i].product != LAW_NONE)
			recorded |= e->law->product[e->dose[i].product].classes;
	/* An imprecise dose among others may reach a year further than the order shows. */
	for (uint16_t r = 0; r < e->law->n_spacing; r++) {
		int32_t days = e->law->spacing[r].days;

		if (o->spacing_to[r] < oldest || o->spacing_from[r] > newest + 366 ||
		    !may_matter(e, &e->law->spacing[r], recorded))
			continue;
		rules |= UINT32_C(1) << r;
		if (days > e->spacing_days)
			e->spacing_days = days;
	}
	for (size_t i = e->n_dose; i-- > 0 && rules != 0;) {
		const struct schedule_dose *d = &e->dose[e->order[i]];
		int32_t first = d->given.first.n, last = d->given.last.n;
		uint32_t bound, forbids = 0;

		if (d->product == LAW_NONE || (rules & o->spacing[d->product]) == 0)
			continue;
		if (first != last || first < same.since || first > same.until) {
			bind = bind_between(o, rules, first, last, &same);
			if (first != last)
				same = (struct steady){ FOREVER, NEVER };
		}
		/* On no day that it can mean was it given. */
		if ((bound = bind & o->spacing[d->product]) == 0 || first > e->as_of || first > e->death || last < e->birth)
			continue;
		for (uint32_t m = bound; m != 0; m &= m - 1)
			forbids |= o->spacing_forbids[d->product][__builtin_ctz(m)];
		classes |= forbids;
		e->near_imprecise |= first != last;
		e->near_classes[n] = forbids;
		e->near_rules[n] = bound;
		e->near[n++] = e->order[i];
	}
	e->n_near = (uint16_t)n;
	e->spacing_classes = classes;
}

enum rc
select_open(struct engine *e, const struct schedule_question *q)
{
	const struct schedule_person *p = q->person;
	const struct law *law = q->law;

	e->law = law;
	e->q = q;
	e->person = p;
	e->birth = p->birth.n;
	e->as_of = q->as_of.n;
	e->known = e->as_of - (int32_t)q->ahead_days;
	if (e->birth > e->as_of)
		return RC_INVALID;
	e->cohort = e->outlook->cohort[outlook_cohort(e->birth)];
	e->cohort_target = e->outlook->cohort_target[outlook_cohort(e->birth)];
	e->birth_apart = day_take_apart(p->birth);
	for (unsigned i = 0; i < e->outlook->n_ages; i++)
		e->age[i] = day_period_end_apart(e->birth_apart, e->outlook->age_months[i]).n;
	/* Age n is reached on the eve of a birthday: its fiscal year is that of the eve of birth, and n. */
	e->birth_fiscal_year = day_fiscal_year((day){ e->birth - 1 });
	switch (p->sex) {
	case SCHEDULE_SEX_FEMALE:
		e->sexes = LAW_SEX_FEMALE;
		e->sex_unknown = false;
		break;
	case SCHEDULE_SEX_MALE:
		e->sexes = LAW_SEX_MALE;
		e->sex_unknown = false;
		break;
	case SCHEDULE_SEX_UNKNOWN:
	case SCHEDULE_SEX_OTHER:
	case SCHEDULE_SEX__COUNT:
		e->sexes = LAW_SEX_FEMALE | LAW_SEX_MALE;
		e->sex_unknown = true;
		break;
	}
	/* What is dated after the as-of day is not known on it. */
	e->conditions = 0;
	e->death = FOREVER;
	for (uint16_t i = 0; i < law->n_condition; i++)
		e->condition_from[i] = FOREVER;
	for (size_t i = 0; i < p->n_condition; i++) {
		uint16_t c = p->condition[i].condition;

		if (c >= law->n_condition || p->condition[i].from.n > e->as_of)
			continue;
		e->conditions |= UINT32_C(1) << c;
		if (p->condition[i].from.n < e->condition_from[c])
			e->condition_from[c] = p->condition[i].from.n;
		if (law->condition[c].role == LAW_CONDITION_DIED && p->condition[i].from.n < e->death)
			e->death = p->condition[i].from.n;
	}
	e->pregnancy = p->pregnancy_start.n;
	e->antibody = p->antibody_low && p->antibody_date.n <= e->as_of ? p->antibody_date.n : NEVER;
	e->antibody_enough = !p->antibody_low && p->antibody_date.n != NEVER && p->antibody_date.n <= e->as_of;
	e->targets_ready = e->courses_ready = 0;
	e->n_targets = e->n_courses = 0;
	e->courses_counting = 0;
	return RC_OK;
}

bool
select_season(const struct engine *e, uint16_t season, int32_t on, int32_t *ret_from,
    int32_t *ret_to)
{
	int fiscal_year = day_fiscal_year((day){ on });
	int32_t before = NEVER;

	/* A season belongs to the fiscal year in which it begins. */
	for (int f = fiscal_year - 1; f <= fiscal_year + 1; f++) {
		if (f >= OUTLOOK_YEAR && f < OUTLOOK_YEAR + OUTLOOK_YEARS) {
			*ret_from = e->outlook->season[season][f - OUTLOOK_YEAR].from;
			*ret_to = e->outlook->season[season][f - OUTLOOK_YEAR].to;
		} else
			outlook_season(e->outlook, season, f, ret_from, ret_to);
		if (on <= *ret_to)
			break;
		before = *ret_to;
	}
	if (*ret_from > on && before != NEVER)
		steady_reached(e, on, before + 1);
	return steady_within(e, on, *ret_from, *ret_to);
}

int32_t
select_point(const struct engine *e, const struct law_point *point, int32_t on, uint16_t season)
{
	int32_t at, other;

	switch ((enum law_point_kind)point->kind) {
	case LAW_POINT_AGE_MONTHS:
		at = day_period_end_apart(e->birth_apart, point->n).n;
		break;
	case LAW_POINT_AGE_DAYS:
		at = e->birth + point->n;
		break;
	case LAW_POINT_FISCAL_FIRST:
		at = day_fiscal_first(e->birth_fiscal_year + point->n).n;
		break;
	case LAW_POINT_FISCAL_LAST:
		at = day_fiscal_last(e->birth_fiscal_year + point->n).n;
		break;
	case LAW_POINT_SCHOOL:
		/* April 1 has its like in every month: both directions are plain. */
		at = day_school_start((day){ e->birth }).n;
		if (point->n >= 0)
			at = day_same_day((day){ at }, point->n).n;
		else {
			int year, month, mday, months;
			day like;

			day_split((day){ at }, &year, &month, &mday);
			months = year * 12 + month - 1 + point->n;
			at = day_make(months / 12, months % 12 + 1, mday, &like) == RC_OK ? like.n : FOREVER;
		}
		break;
	case LAW_POINT_DATE:
		at = point->n;
		break;
	case LAW_POINT_GESTATION:
		if (e->pregnancy == NEVER)
			return NEVER;
		at = e->pregnancy + point->n;
		break;
	case LAW_POINT_SEASON_FIRST:
		if (season == LAW_NONE)
			return NEVER;
		select_season(e, season, on, &at, &other);
		break;
	case LAW_POINT_SEASON_LAST:
		if (season == LAW_NONE)
			return NEVER;
		select_season(e, season, on, &other, &at);
		break;
	case LAW_POINT_NONE:
	case LAW_POINT__COUNT:
	default:
		return NEVER;
	}
	return at + point->plus_days;
}

bool
select_who(const struct engine *e, const struct law_who *who, int32_t *ret_from, int32_t *ret_to)
{
	int32_t from = NEVER, to = FOREVER;

	if ((who->birth_from != NEVER && e->birth < who->birth_from) ||
	    (who->birth_to != NEVER && e->birth > who->birth_to))
		return false;
	if (who->sex != 0 && (who->sex & e->sexes) == 0)
		return false;
	if (who->gestation && e->pregnancy == NEVER)
		return false;
	if (who->antibody_low && (e->antibody == NEVER ||
	    (who->antibody_by != NEVER && e->antibody > who->antibody_by)))
		return false;
	if (who->conditions_any != 0) {
		if ((who->conditions_any & e->conditions) == 0)
			return false;
		from = FOREVER;
		for (uint32_t m = who->conditions_any & e->conditions; m != 0; m &= m - 1) {
			int32_t since = e->condition_from[__builtin_ctz(m)];

			if (since < from)
				from = since;
		}
	}
	for (uint32_t m = who->conditions_none & e->conditions; m != 0; m &= m - 1) {
		int32_t since = e->condition_from[__builtin_ctz(m)];

		if (since == NEVER)
			return false;
		if (since - 1 < to)
			to = since - 1;
	}
	*ret_from = from;
	*ret_to = to;
	return from <= to;
}

bool
select_condition(const struct engine *e, uint32_t any, int32_t on)
{
	for (uint32_t m = any & e->conditions; m != 0; m &= m - 1)
		if (steady_reached(e, on, e->condition_from[__builtin_ctz(m)]))
			return true;
	return false;
}

bool
select_given(const struct engine *e, uint16_t programme, const struct law_who *who)
{
	unsigned count = 0;

	if (who->given_min == 0 && who->given_max == 255)
		return true;
	for (uint32_t m = e->outlook->family[programme]; m != 0; m &= m - 1) {
		const struct law_programme *p = &e->law->programme[__builtin_ctz(m)];
		const struct state *s = &e->state[__builtin_ctz(m)];
		unsigned most = 0;

		for (unsigned c = 0; c < p->n_components; c++) {
			unsigned here = 0;

			for (unsigned i = 0; i < s->track[c].n; i++)
				here += (who->given_from == NEVER || s->track[c].date[i] >= who->given_from) &&
				    (who->given_to == NEVER || s->track[c].date[i] <= who->given_to);
			if (here > most)
				most = here;
		}
		count += most;
	}
	return count >= who->given_min && (who->given_max == 255 || count <= who->given_max);
}
