#include "schedule/engine.h"

/* A rule matters only to a recorded dose of its classes, near the days on which it binds. */
void
select_near(struct engine *e)
{
	const struct outlook *o = e->outlook;
	int32_t oldest, newest;
	uint32_t rules = 0;

	e->n_near = 0;
	e->near_imprecise = false;
	e->near_days = NEAR_ANY_DAY;
	e->spacing_classes = 0;
	e->spacing_days = 0;
	if (e->n_dose == 0)
		return;
	oldest = e->dose[e->order[0]].given.first.n;
	newest = e->dose[e->order[e->n_dose - 1]].given.last.n;
	/* An imprecise dose among others may reach a year further than the order shows. */
	for (uint16_t r = 0; r < e->law->n_spacing; r++) {
		int32_t days = e->law->spacing[r].days;

		if (o->spacing_to[r] < oldest - days || o->spacing_from[r] > newest + 366 + days)
			continue;
		rules |= UINT32_C(1) << r;
		if (days > e->spacing_days)
			e->spacing_days = days;
	}
	for (size_t i = e->n_dose; i-- > 0 && rules != 0;) {
		const struct schedule_dose *d = &e->dose[e->order[i]];
		uint32_t bound = 0, forbids = 0, classes;

		if (d->product == LAW_NONE || (rules & o->spacing[d->product]) == 0)
			continue;
		/* On no day that it can mean was it given. */
		if (d->given.first.n > e->as_of || d->given.first.n > e->death || d->given.last.n < e->birth)
			continue;
		classes = e->law->product[d->product].classes;
		for (uint32_t m = rules & o->spacing[d->product]; m != 0; m &= m - 1) {
			unsigned r = (unsigned)__builtin_ctz(m);
			const struct law_spacing *s = &e->law->spacing[r];

			if (o->spacing_to[r] < d->given.first.n - s->days || o->spacing_from[r] > d->given.last.n + s->days)
				continue;
			bound |= m & -m;
			forbids |= ((s->earlier & classes) != 0 ? s->later : 0) |
			    ((s->later & classes) != 0 ? s->earlier : 0);
		}
		if (bound == 0)
			continue;
		e->spacing_classes |= forbids;
		e->near_imprecise |= d->given.first.n != d->given.last.n;
		e->near_classes[e->n_near] = forbids;
		e->near_rules[e->n_near] = bound;
		e->near[e->n_near++] = e->order[i];
	}
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
	for (unsigned i = 0; i < ENGINE_SEASONS; i++)
		e->season[i] = (struct season_cache){ FOREVER, NEVER };
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
	struct season_cache *c = &e->season[season];
	int32_t before = NEVER;

	if (c->from > on || on > c->to) {
		int fiscal_year = day_fiscal_year((day){ on });

		for (int f = fiscal_year - 1; f <= fiscal_year + 1; f++) {
			season_of_year(e, season, f, ret_from, ret_to);
			if (on <= *ret_to)
				break;
			before = *ret_to;
		}
		if (*ret_from <= on)
			*c = (struct season_cache){ *ret_from, *ret_to };
		else if (before != NEVER)
			steady_reached(e, on, before + 1);
	} else {
		*ret_from = c->from;
		*ret_to = c->to;
	}
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

static inline int32_t
point_of(const struct engine *e, const struct known_point *k, const struct law_point *point, uint16_t season)
{
	return k->how == KNOWN_AGE ? e->age[k->age] + k->plus_days :
	    k->how == KNOWN_NOTHING ? NEVER : select_point(e, point, e->as_of, season);
}

void
select_find_targets(struct engine *e, uint16_t programme)
{
	const struct outlook *o = e->outlook;
	uint16_t season = e->law->programme[programme].season;

	e->targets_ready |= UINT32_C(1) << programme;
	e->first_live_target[programme] = e->n_targets;
	for (unsigned i = o->first_target[programme]; i < o->end_target[programme]; i++) {
		const struct known_target *k = &o->target[i];
		const struct law_target *t = &e->law->target[k->row];
		int32_t from = NEVER, to = FOREVER, open, close;

		if (e->birth < k->birth_from || e->birth > k->birth_to ||
		    (!k->plain && !select_who(e, &t->who, &from, &to)))
			continue;
		if (k->from > from)
			from = k->from;
		if (e->birth > from)
			from = e->birth;
		if (k->to < to)
			to = k->to;
		open = point_of(e, &k->open, &t->open, season);
		if (open > from)
			from = open;
		if (from > to)
			continue;
		close = point_of(e, &k->close, &t->close, season);
		if (close != NEVER && close < to)
			to = close;
		if (from > to)
			continue;
		e->target[e->n_targets++] = (struct live_target){ .from = from, .to = to,
			.products = k->products, .row = k->row, .given = k->given };
	}
	e->n_live_targets[programme] = (uint16_t)(e->n_targets - e->first_live_target[programme]);
}

const struct live_target *
select_live(const struct engine *e, uint16_t programme, uint16_t row)
{
	const struct live_target *t = &e->target[e->first_live_target[programme]];

	for (uint16_t i = 0; i < e->n_live_targets[programme]; i++)
		if (t[i].row == row)
			return &t[i];
	return NULL;
}

uint16_t
select_window(struct engine *e, uint16_t programme, uint64_t bit, int32_t on)
{
	const struct live_target *t;
	uint16_t season;
	int32_t from, to;

	select_targets(e, programme);
	t = &e->target[e->first_live_target[programme]];
	for (const struct live_target *end = t + e->n_live_targets[programme]; t < end; t++) {
		if ((t->products & bit) == 0 || !steady_within(e, on, t->from, t->to))
			continue;
		if (t->given && !select_given(e, programme, &e->law->target[t->row].who))
			continue;
		season = e->law->programme[programme].season;
		if (season != LAW_NONE && !select_season(e, season, on, &from, &to))
			continue;
		return t->row;
	}
	return LAW_NONE;
}

/* First day on which a window of the programme opens for the person; FOREVER: never a target. */
static int32_t
first_opened(struct engine *e, uint16_t programme)
{
	int32_t first = FOREVER;

	select_targets(e, programme);
	for (uint16_t i = 0; i < e->n_live_targets[programme]; i++) {
		const struct live_target *t = &e->target[e->first_live_target[programme] + i];

		if (t->to >= e->law->history_from.n && t->from < first &&
		    (!t->given || select_given(e, programme, &e->law->target[t->row].who)))
			first = t->from;
	}
	return first;
}

/* Order art. 3(2) speaks of those who were targets: an extension lengthens a window that has opened, and opens none. */
bool
select_extension_days(struct engine *e, const struct law_extension *row,
    const struct schedule_extension *entry, int32_t *ret_from, int32_t *ret_to)
{
	int32_t cap = select_point(e, &row->cap, e->as_of, LAW_NONE);
	int32_t end = select_span_end(e, &row->span), opened;

	if (entry->programme != row->programme || row->span.published > e->known)
		return false;
	opened = first_opened(e, row->programme);
	*ret_from = entry->from.n > row->span.from ? entry->from.n : row->span.from;
	if (row->early && opened != FOREVER)
		opened = e->birth;
	if (opened > *ret_from)
		*ret_from = opened;
	*ret_to = entry->until.n;
	if (cap != NEVER && cap < *ret_to)
		*ret_to = cap;
	if (end < *ret_to)
		*ret_to = end;
	return *ret_from <= *ret_to;
}

/* An extension opens days, not products: the law of the day must name the product. */
static bool
named_on(const struct engine *e, uint16_t programme, uint64_t bit, int32_t on)
{
	const struct law_programme *p = &e->law->programme[programme];

	for (uint16_t i = p->first_target; i < p->first_target + p->n_targets; i++) {
		const struct law_target *t = &e->law->target[i];

		if ((t->products == 0 || (t->products & bit) != 0) && select_binds(e, &t->span, on))
			return true;
	}
	return false;
}

uint16_t
select_extension(struct engine *e, uint16_t programme, uint64_t bit, int32_t on)
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
			    steady_within(e, on, from, to) && named_on(e, programme, bit, on))
				return r;
		}
	}
	return LAW_NONE;
}

static void __attribute__((noinline))
find_courses(struct engine *e, uint16_t programme)
{
	const struct outlook *o = e->outlook;
	uint16_t season = e->law->programme[programme].season;

	e->courses_ready |= UINT32_C(1) << programme;
	e->first_live_course[programme] = e->n_courses;
	for (unsigned i = o->first_course[programme]; i < o->end_course[programme]; i++) {
		const struct known_course *k = &o->course[i];
		const struct law_course *c = &e->law->course[k->live.row];
		struct live_course *l = &e->course[e->n_courses];
		int32_t from = NEVER, to = FOREVER;

		if (e->birth < k->birth_from || e->birth > k->birth_to ||
		    (!k->plain && !select_who(e, &c->who, &from, &to)))
			continue;
		*l = k->live;
		if (from > l->from)
			l->from = from;
		if (to < l->to)
			l->to = to;
		l->first_from = point_of(e, &k->first_from, &c->first_from, season);
		l->first_to = point_of(e, &k->first_to, &c->first_to, season);
		if (l->first_to == NEVER)
			l->first_to = FOREVER;
		e->n_courses++;
	}
	e->n_live_courses[programme] = (uint16_t)(e->n_courses - e->first_live_course[programme]);
}

static inline void
select_courses(struct engine *e, uint16_t programme)
{
	if ((e->courses_ready >> programme & 1) == 0)
		find_courses(e, programme);
}

/*
 * A day that lies in no version of a programme's courses is judged by the version
 * nearest to it: the last that had ended, else the first to come.
 */
static int32_t
nearest_day(const struct engine *e, uint16_t programme, int32_t on)
{
	const struct law_programme *p = &e->law->programme[programme];
	int32_t before = NEVER, after = FOREVER;

	for (uint16_t i = p->first_course; i < p->first_course + p->n_courses; i++) {
		const struct law_span *s = &e->law->course[i].span;

		if (s->published > e->known)
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

static inline bool
used_fits(const struct live_course *l, uint64_t used)
{
	return (l->used_not & used) == 0 && (l->used_any == 0 || (l->used_any & used) != 0);
}

/* Two courses are looked for: with the product of the dose asked about, and by the counted doses alone. */
struct course_choice {
	uint16_t with, without, last;
};

/* The first counted dose was given on such a day, or the asked one would be it. */
static inline bool
starts(const struct engine *e, const struct live_course *l, const struct track *track, int32_t on)
{
	return track->n > 0 ? track->date[0] >= l->first_from && track->date[0] <= l->first_to :
	    steady_within(e, on, l->first_from, l->first_to);
}

/* A live course speaks of the person: takes it for what is not decided yet.  True: all is. */
static inline bool
take_course(struct engine *e, uint16_t programme, const struct live_course *l,
    const struct track *track, uint64_t bit, int32_t on, struct course_choice *ret)
{
	if (l->given && !select_given(e, programme, &e->law->course[l->row].who))
		return false;
	ret->last = l->row;
	if (!starts(e, l, track, on))
		return false;
	if (ret->with == LAW_NONE && used_fits(l, track->used | bit))
		ret->with = l->row;
	if (ret->without == LAW_NONE && used_fits(l, track->used))
		ret->without = l->row;
	return ret->with != LAW_NONE && ret->without != LAW_NONE;
}

void
select_course(struct engine *e, uint16_t programme, unsigned component, const struct track *track,
    uint64_t bit, int32_t on, bool in_extension, uint16_t *ret_course, uint16_t *ret_counted)
{
	struct course_choice choice = { LAW_NONE, LAW_NONE, LAW_NONE };
	const struct live_course *first, *end, *l;
	unsigned fits = 1u << component, place;
	int32_t near;

	place = (track->n > 0 ? track->first_in_extension : in_extension) ? COURSE_IN_EXTENSION : COURSE_OUTSIDE;
	select_courses(e, programme);
	first = &e->course[e->first_live_course[programme]];
	end = first + e->n_live_courses[programme];
	for (l = first; l < end; l++)
		if ((l->fits & fits) != 0 && (l->fits & place) != 0 && steady_within(e, on, l->from, l->to) &&
		    take_course(e, programme, l, track, bit, on, &choice))
			break;
	if (choice.last == LAW_NONE && (near = nearest_day(e, programme, on)) != on)
		for (l = first; l < end; l++)
			if ((l->fits & fits) != 0 && (l->fits & place) != 0 && near >= l->from && near <= l->to &&
			    take_course(e, programme, l, track, bit, on, &choice))
				break;
	/* No course speaks of such a start; a dose counts all the same (contracts 1.4), by the last one. */
	*ret_course = choice.with != LAW_NONE ? choice.with : choice.last;
	*ret_counted = choice.without != LAW_NONE ? choice.without : choice.last;
}
