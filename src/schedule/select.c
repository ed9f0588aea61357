#include "schedule/engine.h"

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
	if (e->birth > e->as_of)
		return RC_INVALID;
	if (law->n_target > ENGINE_TARGETS || law->n_programme > LAW_PROGRAMMES_MAX ||
	    law->n_condition > LAW_CONDITIONS_MAX)
		return RC_TOO_BIG;
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
	for (uint16_t i = 0; i < law->n_programme; i++) {
		e->family[i] = UINT32_C(1) << i;
		e->family_first[i] = (uint8_t)i;
		if (law->programme[i].stages == LAW_NONE)
			continue;
		for (uint16_t j = 0; j < i; j++)
			if (law->programme[j].stages == law->programme[i].stages) {
				e->family_first[i] = e->family_first[j];
				e->family[e->family_first[j]] |= UINT32_C(1) << i;
				break;
			}
	}
	for (uint16_t i = 0; i < law->n_programme; i++)
		e->family[i] = e->family[e->family_first[i]];
	e->windows_ready = 0;
	e->spacing_classes = 0;
	e->spacing_days = 0;
	for (uint16_t i = 0; i < law->n_spacing; i++) {
		e->spacing_classes |= law->spacing[i].earlier | law->spacing[i].later;
		if (law->spacing[i].days > e->spacing_days)
			e->spacing_days = law->spacing[i].days;
	}
	return RC_OK;
}

static int32_t
season_day(int year, int month, int mday)
{
	day d;

	if (mday > day_month_length(year, month))
		mday = day_month_length(year, month);
	return day_make(year, month, mday, &d) == RC_OK ? d.n : FOREVER;
}

/* A season belongs to the fiscal year in which it begins. */
static void
season_of_year(const struct engine *e, uint16_t season, int fiscal_year, int32_t *ret_from,
    int32_t *ret_to)
{
	const struct law_season *s = &e->law->season[season];
	int from_month = s->from_month, from_day = s->from_day;
	int to_month = s->to_month, to_day = s->to_day;
	int year;

	if (s->settable && e->q->season.from_month != 0) {
		from_month = e->q->season.from_month;
		from_day = e->q->season.from_day;
		to_month = e->q->season.to_month;
		to_day = e->q->season.to_day;
	}
	year = from_month >= 4 ? fiscal_year : fiscal_year + 1;
	*ret_from = season_day(year, from_month, from_day);
	*ret_to = season_day(year, to_month, to_day);
	if (*ret_to < *ret_from)
		*ret_to = season_day(year + 1, to_month, to_day);
}

bool
select_season(const struct engine *e, uint16_t season, int32_t on, int32_t *ret_from,
    int32_t *ret_to)
{
	int fiscal_year = day_fiscal_year((day){ on });

	for (int f = fiscal_year - 1; f <= fiscal_year + 1; f++) {
		season_of_year(e, season, f, ret_from, ret_to);
		if (on <= *ret_to)
			break;
	}
	return *ret_from <= on && on <= *ret_to;
}

int32_t
select_point(const struct engine *e, const struct law_point *point, int32_t on, uint16_t season)
{
	int32_t at, other;

	switch ((enum law_point_kind)point->kind) {
	case LAW_POINT_AGE_MONTHS:
		at = day_age_months((day){ e->birth }, point->n).n;
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

			day_split((day){ at }, &year, &month, &mday);
			months = year * 12 + month - 1 + point->n;
			at = season_day(months / 12, months % 12 + 1, mday);
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
		if (e->condition_from[__builtin_ctz(m)] <= on)
			return true;
	return false;
}

bool
select_given(const struct engine *e, uint16_t programme, const struct law_who *who)
{
	unsigned count = 0;

	if (who->given_min == 0 && who->given_max == 255)
		return true;
	for (uint32_t m = e->family[programme]; m != 0; m &= m - 1) {
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

void
select_windows(struct engine *e, uint16_t programme)
{
	const struct law_programme *p = &e->law->programme[programme];

	if (e->windows_ready >> programme & 1)
		return;
	e->windows_ready |= UINT32_C(1) << programme;
	for (uint16_t i = p->first_target; i < p->first_target + p->n_targets; i++) {
		const struct law_target *t = &e->law->target[i];
		int32_t from, to, open, close, end;

		e->window_from[i] = FOREVER;
		e->window_to[i] = NEVER;
		if (t->span.published > e->as_of || !select_who(e, &t->who, &from, &to))
			continue;
		open = select_point(e, &t->open, e->as_of, p->season);
		close = select_point(e, &t->close, e->as_of, p->season);
		end = select_span_end(e, &t->span);
		if (t->span.from > from)
			from = t->span.from;
		if (open > from)
			from = open;
		if (e->birth > from)
			from = e->birth;
		if (close != NEVER && close < to)
			to = close;
		if (end < to)
			to = end;
		if (from > to)
			continue;
		e->window_from[i] = from;
		e->window_to[i] = to;
	}
}

uint16_t
select_window(struct engine *e, uint16_t programme, uint64_t bit, int32_t on)
{
	const struct law_programme *p = &e->law->programme[programme];
	int32_t from, to;

	select_windows(e, programme);
	for (uint16_t i = p->first_target; i < p->first_target + p->n_targets; i++) {
		const struct law_target *t = &e->law->target[i];

		if (e->window_from[i] > on || on > e->window_to[i])
			continue;
		if (t->products != 0 && (t->products & bit) == 0)
			continue;
		if (!select_given(e, programme, &t->who))
			continue;
		if (p->season != LAW_NONE && !select_season(e, p->season, on, &from, &to))
			continue;
		return i;
	}
	return LAW_NONE;
}

bool
select_extension_days(const struct engine *e, const struct law_extension *row,
    const struct schedule_extension *entry, int32_t *ret_from, int32_t *ret_to)
{
	int32_t cap = select_point(e, &row->cap, e->as_of, LAW_NONE);
	int32_t end = select_span_end(e, &row->span);

	if (entry->programme != row->programme || row->span.published > e->as_of)
		return false;
	*ret_from = entry->from.n > row->span.from ? entry->from.n : row->span.from;
	if (e->birth > *ret_from)
		*ret_from = e->birth;
	*ret_to = entry->until.n;
	if (cap != NEVER && cap < *ret_to)
		*ret_to = cap;
	if (end < *ret_to)
		*ret_to = end;
	return *ret_from <= *ret_to;
}

uint16_t
select_extension(const struct engine *e, uint16_t programme, uint64_t bit, int32_t on)
{
	const struct law_programme *p = &e->law->programme[programme];
	int32_t from, to;

	for (size_t i = 0; i < e->person->n_extension; i++) {
		if (e->person->extension[i].programme != programme)
			continue;
		for (uint16_t r = p->first_extension; r < p->first_extension + p->n_extensions; r++) {
			const struct law_extension *row = &e->law->extension[r];

			if ((row->products == 0 || (row->products & bit) != 0) &&
			    select_extension_days(e, row, &e->person->extension[i], &from, &to) &&
			    from <= on && on <= to)
				return r;
		}
	}
	return LAW_NONE;
}

/*
 * A day that lies in no version of a programme's courses is judged by the version
 * nearest to it: the last that had ended, else the first to come.
 */
static int32_t
nearest_day(const struct engine *e, const struct law_programme *p, int32_t on)
{
	int32_t before = NEVER, after = FOREVER;

	for (uint16_t i = p->first_course; i < p->first_course + p->n_courses; i++) {
		const struct law_span *s = &e->law->course[i].span;

		if (s->published > e->as_of)
			continue;
		if (select_binds(e, s, on))
			return on;
		if (s->from > on && s->from < after)
			after = s->from;
		if (s->to != NEVER && s->to < on && s->to > before)
			before = s->to;
	}
	return before != NEVER ? before : after != FOREVER ? after : on;
}

static bool
first_fits(const struct engine *e, const struct law_course *c, int32_t first)
{
	int32_t at;

	if (c->first_from.kind != LAW_POINT_NONE &&
	    (at = select_point(e, &c->first_from, first, LAW_NONE)) != NEVER && first < at)
		return false;
	if (c->first_to.kind != LAW_POINT_NONE &&
	    (at = select_point(e, &c->first_to, first, LAW_NONE)) != NEVER && first > at)
		return false;
	return true;
}

uint16_t
select_course(const struct engine *e, uint16_t programme, unsigned component,
    const struct track *track, uint64_t bit, int32_t on, bool in_extension)
{
	const struct law_programme *p = &e->law->programme[programme];
	int32_t first = track->n > 0 ? track->date[0] : on;
	uint64_t used = track->used | bit;
	int32_t from, to, day_used = on;
	uint16_t last = LAW_NONE;

	if (track->n > 0)
		in_extension = track->first_in_extension;
	for (unsigned pass = 0; pass < 2; pass++) {
		for (uint16_t i = p->first_course; i < p->first_course + p->n_courses; i++) {
			const struct law_course *c = &e->law->course[i];

			if (!select_binds(e, &c->span, day_used))
				continue;
			if (c->components != 0 && (c->components >> component & 1) == 0)
				continue;
			if ((c->extension == 1 && !in_extension) || (c->extension == 2 && in_extension))
				continue;
			if (!select_who(e, &c->who, &from, &to) || from > on || on > to ||
			    !select_given(e, programme, &c->who))
				continue;
			last = i;
			if ((c->used_only != 0 && (used & ~c->used_only) != 0) ||
			    (c->used_any != 0 && (used & c->used_any) == 0) || (used & c->used_none) != 0)
				continue;
			if (first_fits(e, c, first))
				return i;
		}
		if (last != LAW_NONE || pass == 1)
			break;
		day_used = nearest_day(e, p, on);
		if (day_used == on)
			break;
	}
	/* No course speaks of such a start; a dose counts all the same (contracts 1.4), by the last one. */
	return last;
}
