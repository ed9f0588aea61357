#include "schedule/engine.h"

/* Takes a course up when it may be the person's on some day. */
static inline void
take_up(struct engine *e, uint16_t programme, const struct known_course *k, uint16_t season)
{
	const struct law_course *c = &e->law->course[k->live.row];
	struct live_course *l = &e->course[e->n_courses];
	int32_t from = NEVER, to = FOREVER;
	bool given = k->live.given, holds;

	if (e->birth < k->birth_from || e->birth > k->birth_to ||
	    (!k->plain && !select_who(e, &c->who, &from, &to)))
		return;
	/* No dose of theirs lies in an extension. */
	if ((k->live.fits & COURSE_OUTSIDE) == 0 && e->person->n_extension == 0)
		return;
	if (given) {
		if (select_given_decided(e, &c->who, &holds)) {
			if (!holds)
				return;
			given = false;
		} else
			e->courses_counting |= UINT32_C(1) << programme;
	}
	*l = k->live;
	l->given = given;
	if (from > l->from)
		l->from = from;
	if (to < l->to)
		l->to = to;
	if (k->first_from.how != KNOWN_NOTHING)
		l->first_from = select_known_point(e, &k->first_from, &c->first_from, season);
	if (k->first_to.how != KNOWN_NOTHING &&
	    (l->first_to = select_known_point(e, &k->first_to, &c->first_to, season)) == NEVER)
		l->first_to = FOREVER;
	e->n_courses++;
}

static void __attribute__((noinline))
find_courses(struct engine *e, uint16_t programme)
{
	const struct outlook *o = e->outlook;
	uint16_t season = e->law->programme[programme].season;

	e->courses_ready |= UINT32_C(1) << programme;
	e->first_live_course[programme] = e->n_courses;
	for (unsigned i = o->first_course[programme]; i < o->end_course[programme]; i++)
		take_up(e, programme, &o->course[i], season);
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
used_fits(const struct live_course *l, uint32_t says)
{
	return (l->used_not & says) == 0 && (l->used_any == 0 || (l->used_any & says) != 0);
}

/* Two courses are looked for: with the product of the dose asked about, and by the counted doses alone. */
struct course_choice {
	const struct live_course *with, *without, *last;
};

/* The version of the day; narrows the days to those of that version. */
static inline uint16_t
version_on(const struct engine *e, const struct live_course *l, int32_t on, struct steady *ret)
{
	uint16_t row;

	if (l == NULL)
		return LAW_NONE;
	row = select_version(e, l->row, l->versions, on);
	if (row > l->row && e->law->course[row].span.from > ret->since)
		ret->since = e->law->course[row].span.from;
	if (row < l->row + l->versions - 1 && e->law->course[row + 1].span.from - 1 < ret->until)
		ret->until = e->law->course[row + 1].span.from - 1;
	return row;
}

bool
select_first_course(const struct engine *e, const struct filling *filling, unsigned component, struct track *track,
    int32_t on)
{
	const struct first_dose *f = &e->outlook->first_dose[filling->programme][filling->product];
	const struct live_course l = { .row = f->course, .versions = f->versions };
	struct steady rows = { NEVER, FOREVER };
	uint16_t row;

	if (f->course == LAW_NONE || f->component != component || e->birth < f->birth_from || e->person->n_extension > 0)
		return false;
	row = version_on(e, &l, on, &rows);
	track->chosen = (struct chosen){ .since = NEVER, .until = FOREVER, .row_since = rows.since, .row_until = rows.until,
		.added = filling->says, .course = row, .counted = row };
	return true;
}

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
    const struct track *track, uint32_t says, int32_t on, struct course_choice *ret)
{
	if (l->given && !select_given(e, programme, &e->law->course[l->row].who))
		return false;
	ret->last = l;
	if (!starts(e, l, track, on))
		return false;
	if (ret->with == NULL && used_fits(l, track->says | says))
		ret->with = l;
	if (ret->without == NULL && used_fits(l, track->says))
		ret->without = l;
	return ret->with != NULL && ret->without != NULL;
}

struct two_courses
select_find_course(struct engine *e, uint16_t programme, unsigned component, struct track *track,
    uint32_t says, int32_t on, bool in_extension)
{
	struct two_courses found;
	struct course_choice choice = { NULL, NULL, NULL };
	struct steady *asked = e->steady, here = { NEVER, FOREVER }, rows;
	const struct live_course *first, *end, *l;
	unsigned fits = 1u << component, place;
	int32_t near = on;

	place = (track->n > 0 ? track->first_in_extension : in_extension) ? COURSE_IN_EXTENSION : COURSE_OUTSIDE;
	select_courses(e, programme);
	first = &e->course[e->first_live_course[programme]];
	end = first + e->n_live_courses[programme];
	e->steady = &here;
	for (l = first; l < end; l++)
		if ((l->fits & fits) != 0 && (l->fits & place) != 0 && steady_within(e, on, l->from, l->to) &&
		    take_course(e, programme, l, track, says, on, &choice))
			break;
	if (choice.last == NULL && (near = nearest_day(e, programme, on)) != on)
		for (l = first; l < end; l++)
			if ((l->fits & fits) != 0 && (l->fits & place) != 0 && near >= l->from && near <= l->to &&
			    take_course(e, programme, l, track, says, on, &choice))
				break;
	/* No course speaks of such a start; a dose counts all the same (contracts 1.4), by the last one. */
	rows = here;
	found.course = version_on(e, choice.with != NULL ? choice.with : choice.last, near, &rows);
	found.counted = version_on(e, choice.without != NULL ? choice.without : choice.last, near, &rows);
	e->steady = asked;
	steady_narrow(e, here.since, here.until);
	if ((e->courses_counting >> programme & 1) == 0 && (track->n > 0 || !in_extension))
		track->chosen = (struct chosen){ .since = here.since, .until = here.until,
			.row_since = rows.since, .row_until = rows.until, .added = says & ~track->says, .course = found.course, .counted = found.counted };
	return found;
}
