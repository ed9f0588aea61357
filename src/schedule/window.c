#include "schedule/engine.h"

/* First day after an interval (child.md 1.2: full days between, or the like day of the month). */
int32_t
window_after(int32_t anchor, const struct law_gap *gap)
{
	switch ((enum law_unit)gap->unit) {
	case LAW_UNIT_MONTHS:
		return day_after_months((day){ anchor }, gap->n).n;
	case LAW_UNIT_HALF_MONTHS:
		return day_after_half_months((day){ anchor }, gap->n).n;
	case LAW_UNIT_DAYS:
	case LAW_UNIT__COUNT:
	default:
		return anchor + gap->n + 1;
	}
}

/* Where a person stands on a day, for the dose asked about. */
struct standing {
	unsigned slot;
	bool jumped;
};

/* Goes on past slots that can no longer be filled; asked: `on` is the day asked about, not that of a counted dose. */
static void
pass_over(const struct engine *e, const struct known_slots *c, struct standing *at, int32_t on,
    int32_t previous, bool asked)
{
	while (at->slot < c->n) {
		const struct law_slot *s = &e->law->slot[c->first + at->slot];
		int32_t cap, drop;

		if (s->jump == LAW_NONE || s->jump <= at->slot)
			return;
		cap = s->cap.kind == LAW_POINT_NONE ? NEVER : select_point(e, &s->cap, on, LAW_NONE);
		drop = s->drop_after.kind == LAW_POINT_NONE || previous == NEVER ? NEVER :
		    select_point(e, &s->drop_after, on, LAW_NONE);
		if ((drop == NEVER || previous <= drop) && (cap == NEVER ||
		    (asked ? !steady_reached(e, on, cap + 1) : on <= cap)))
			return;
		at->slot = s->jump;
		at->jumped = true;
	}
}

/* Says where the next dose stands, before anything is passed over. */
static inline void
stand_at(const struct engine *e, const struct known_slots *c, struct place *p, unsigned slot, bool jumped)
{
	p->slot = (uint8_t)slot;
	p->jumped = jumped;
	p->passable = slot < c->n && e->outlook->slot[c->first + slot].passable;
}

/* Puts a dose into the slot where it stands. */
static inline void
place_next(const struct engine *e, const struct known_slots *c, struct place *p, int32_t on)
{
	p->n++;
	if (p->slot < c->n) {
		p->group_last[e->outlook->slot[c->first + p->slot].group] = on;
		stand_at(e, c, p, p->slot + 1u, false);
	}
}

/* Puts the counted doses into their slots, as far as they are not there from the last time. */
static void __attribute__((noinline))
place_doses(const struct engine *e, const struct known_slots *c, struct track *t)
{
	struct place *p = &t->place;

	if (p->shape != c->shape || p->n > t->n) {
		p->shape = c->shape;
		p->n = 0;
		stand_at(e, c, p, 0, false);
		for (unsigned g = 0; g < ENGINE_GROUPS; g++)
			p->group_last[g] = NEVER;
	}
	while (p->n < t->n) {
		struct standing at = { .slot = p->slot, .jumped = p->jumped };

		if (p->passable) {
			pass_over(e, c, &at, t->date[p->n], p->n == 0 ? NEVER : t->date[p->n - 1], false);
			stand_at(e, c, p, at.slot, at.jumped);
		}
		place_next(e, c, p, t->date[p->n]);
	}
}

static inline struct standing
stand(const struct engine *e, const struct known_slots *c, struct track *t, int32_t on)
{
	struct standing at;

	if (t->place.shape != c->shape || t->place.n != t->n)
		place_doses(e, c, t);
	at = (struct standing){ .slot = t->place.slot, .jumped = t->place.jumped };
	if (t->place.passable)
		pass_over(e, c, &at, on, t->n == 0 ? NEVER : t->date[t->n - 1], true);
	return at;
}

static inline bool
full(const struct engine *e, uint16_t course, struct track *t, int32_t on)
{
	const struct known_slots *c = &e->outlook->slots[course];

	return stand(e, c, t, on).slot >= c->n;
}

bool
window_fills(struct engine *e, uint16_t programme, unsigned component, int32_t on)
{
	struct track *t = &e->state[programme].track[component];
	uint16_t course = t->forced != LAW_NONE ? t->forced :
	    select_counted_course(e, programme, component, t, on);

	return course != LAW_NONE && full(e, course, t, on);
}

static int32_t
stages_last(const struct engine *e, uint16_t programme)
{
	int32_t last = NEVER;

	for (uint32_t m = e->outlook->family[programme]; m != 0; m &= m - 1)
		if (e->state[__builtin_ctz(m)].last_counted > last)
			last = e->state[__builtin_ctz(m)].last_counted;
	return last;
}

/* The day an interval runs from; *ret_predecessor: that dose is the one just before. */
static int32_t
anchor_of(const struct engine *e, uint16_t programme, const struct track *t,
    const struct law_gap *gap, bool *ret_predecessor)
{
	*ret_predecessor = true;
	switch ((enum law_anchor)gap->anchor) {
	case LAW_ANCHOR_PREVIOUS:
		return t->n > 0 ? t->date[t->n - 1] : NEVER;
	case LAW_ANCHOR_DOSE:
		*ret_predecessor = gap->dose == t->n;
		return gap->dose >= 1 && gap->dose <= t->n ? t->date[gap->dose - 1] : NEVER;
	case LAW_ANCHOR_GROUP:
		return t->place.group_last[gap->dose % ENGINE_GROUPS];
	case LAW_ANCHOR_STAGES:
		return stages_last(e, programme);
	case LAW_ANCHOR_NONE:
	case LAW_ANCHOR__COUNT:
	default:
		*ret_predecessor = false;
		return NEVER;
	}
}

/* Where nothing is to be kept between doses. */
static const struct law_gap no_gap = { .anchor = LAW_ANCHOR_NONE };

/* What is known of a way so far: the latest of its days, bare and cautious, and the interval that decides. */
struct reckoning {
	int32_t bare, cautious;
	const struct law_gap *gap;
};

static inline void
reckon(const struct engine *e, uint16_t programme, const struct track *t, const struct law_gap *gap,
    int32_t uncounted, struct reckoning *r)
{
	bool predecessor;
	int32_t anchor = anchor_of(e, programme, t, gap, &predecessor), d;

	if (anchor != NEVER && (d = window_after(anchor, gap)) > r->bare) {
		r->bare = d;
		r->gap = gap;
	}
	if (uncounted != NEVER && predecessor && (d = window_after(uncounted, gap)) > r->cautious)
		r->cautious = d;
}

/*
 * First day by one way: bare, and counting the interval to the predecessor from the
 * last injection (`uncounted`, NEVER when every injection counted).
 */
static inline void
way_from(const struct engine *e, uint16_t programme, const struct track *t,
    const struct law_way *w, const struct law_gap *first, int32_t uncounted, int32_t *ret_bare,
    int32_t *ret_cautious, const struct law_gap **ret_gap)
{
	struct reckoning r = { NEVER, NEVER, NULL };

	if (first->anchor != LAW_ANCHOR_NONE)
		reckon(e, programme, t, first, uncounted, &r);
	for (unsigned i = 1; i < LAW_GAPS; i++)
		if (w->gap[i].anchor != LAW_ANCHOR_NONE)
			reckon(e, programme, t, &w->gap[i], uncounted, &r);
	*ret_bare = r.bare;
	*ret_cautious = r.cautious > r.bare ? r.cautious : r.bare;
	*ret_gap = r.gap;
}

static bool
way_holds(const struct law_way *w, uint64_t bit, bool jumped)
{
	if (w->products != 0 && (w->products & bit) == 0)
		return false;
	switch ((enum law_way_when)w->when) {
	case LAW_WAY_IN_ORDER:
		return !jumped;
	case LAW_WAY_AFTER_JUMP:
		return jumped;
	case LAW_WAY_ALWAYS:
	case LAW_WAY__COUNT:
	default:
		return true;
	}
}

/* Of a missing first dose: the interval that the second has to it. */
static int32_t
cautious_first(const struct engine *e, const struct known_slots *c, unsigned slot, uint64_t bit,
    int32_t uncounted)
{
	const struct law_slot *s;
	int32_t best = FOREVER;

	if (slot + 1 >= c->n)
		return NEVER;
	s = &e->law->slot[c->first + slot + 1];
	for (uint16_t i = s->first_way; i < s->first_way + s->n_ways; i++) {
		const struct law_way *w = &e->law->way[i];
		int32_t from = NEVER, d;

		if (!way_holds(w, bit, false))
			continue;
		for (unsigned g = 0; g < LAW_GAPS; g++)
			if (w->gap[g].anchor != LAW_ANCHOR_NONE &&
			    (d = window_after(uncounted, &w->gap[g])) > from)
				from = d;
		if (from < best)
			best = from;
	}
	return best == FOREVER ? NEVER : best;
}

static int32_t
uncounted_after(const struct state *s, const struct track *t)
{
	int32_t last = s->last_uncounted;

	return last != NEVER && (t->n == 0 || last > t->date[t->n - 1]) ? last : NEVER;
}

/* Too soon by every way: a doctor's judgement, then a course that goes on otherwise. */
static void __attribute__((noinline))
judge_short(const struct engine *e, uint16_t programme, const struct track *t, struct standing at,
    uint64_t bit, int32_t on, int32_t uncounted, struct judgement *j)
{
	const struct law_slot *s = &e->law->slot[j->slot];
	const struct law_way *w = &e->law->way[s->first_way];

	for (uint16_t i = 0; i < s->n_ways; i++, w++) {
		const struct law_gap *gap;
		int32_t bare, cautious;

		if (w->doctor.anchor == LAW_ANCHOR_NONE || !way_holds(w, bit, at.jumped))
			continue;
		if (w->doctor_conditions != 0 && !select_condition(e, w->doctor_conditions, on))
			continue;
		way_from(e, programme, t, w, &w->doctor, uncounted, &bare, &cautious, &gap);
		if (!steady_reached(e, on, bare))
			continue;
		j->verdict = VERDICT_VALID;
		j->doctor = true;
		j->doctor_opens = w->doctor_conditions != 0;
		j->lawful_from = bare;
		j->cautious_from = cautious;
		j->way = (uint16_t)(s->first_way + i);
		j->gap = gap != NULL ? *gap : no_gap;
		return;
	}
	if (s->short_gap.anchor != LAW_ANCHOR_NONE && s->short_course != LAW_NONE) {
		bool predecessor;
		int32_t anchor = anchor_of(e, programme, t, &s->short_gap, &predecessor);

		if (anchor == NEVER || steady_reached(e, on, window_after(anchor, &s->short_gap))) {
			j->verdict = VERDICT_VALID;
			j->change_to = s->short_course;
		}
	}
}

/* Lawful without a doctor, and too near an injection that did not count: where a condition of the person is the
 * doctor's judgement, the shorter interval is the one to keep to that injection as well. */
static void __attribute__((noinline))
judge_cautious(const struct engine *e, uint16_t programme, const struct track *t, const struct standing *at,
    uint64_t bit, int32_t on, int32_t uncounted, struct judgement *j)
{
	const struct law_slot *s = &e->law->slot[j->slot];
	const struct law_way *w = &e->law->way[s->first_way];

	for (uint16_t i = 0; i < s->n_ways; i++, w++) {
		const struct law_gap *gap;
		int32_t bare, cautious;

		if (w->doctor.anchor == LAW_ANCHOR_NONE || w->doctor_conditions == 0 || !way_holds(w, bit, at->jumped) ||
		    !select_condition(e, w->doctor_conditions, on))
			continue;
		way_from(e, programme, t, w, &w->doctor, uncounted, &bare, &cautious, &gap);
		if (!steady_reached(e, on, cautious))
			continue;
		j->doctor = j->doctor_opens = true;
		j->lawful_from = bare;
		j->cautious_from = cautious;
		j->way = (uint16_t)(s->first_way + i);
		j->gap = gap != NULL ? *gap : no_gap;
		return;
	}
}

/* j->slot is known: the way by which the dose is lawful soonest, and from which day; false: there is none. */
static bool
reckon_ways(const struct engine *e, uint16_t programme, const struct track *t,
    struct standing at, const struct known_slots *c, const struct law_slot *s, uint64_t bit,
    int32_t uncounted, struct judgement *j)
{
	const struct law_way *first_way = &e->law->way[s->first_way], *end = first_way + s->n_ways, *way = NULL;
	int32_t first = NEVER, lawful_from = FOREVER, cautious_from = FOREVER;
	const struct law_gap *decisive = NULL;

	if (s->n_ways == 0)
		return true;
	if (uncounted != NEVER && t->n == 0)
		first = cautious_first(e, c, at.slot, bit, uncounted);
	for (const struct law_way *w = first_way; w < end; w++) {
		const struct law_gap *gap;
		int32_t bare, cautious;

		if (!way_holds(w, bit, at.jumped))
			continue;
		way_from(e, programme, t, w, &w->gap[0], uncounted, &bare, &cautious, &gap);
		if (way == NULL || bare < lawful_from) {
			lawful_from = bare;
			cautious_from = first > cautious ? first : cautious;
			way = w;
			decisive = gap;
		}
	}
	j->lawful_from = lawful_from;
	j->cautious_from = cautious_from;
	if (way == NULL)
		return false;
	j->way = (uint16_t)(s->first_way + (way - first_way));
	if (decisive != NULL)
		j->gap = *decisive;
	return true;
}

/* The same of a plain slot. */
static inline void
reckon_plain(const struct engine *e, const struct track *t, struct standing at, const struct known_slots *c,
    const struct law_slot *s, uint64_t bit, int32_t uncounted, struct judgement *j)
{
	const struct law_gap *gap = &e->law->way[s->first_way].gap[0];
	int32_t first;

	j->way = s->first_way;
	if (gap->anchor != LAW_ANCHOR_NONE) {
		if (t->n > 0) {
			j->gap = *gap;
			j->lawful_from = window_after(t->date[t->n - 1], gap);
		}
		j->cautious_from = uncounted == NEVER ? NEVER : window_after(uncounted, gap);
	}
	if (uncounted != NEVER && t->n == 0 && (first = cautious_first(e, c, at.slot, bit, uncounted)) > j->cautious_from)
		j->cautious_from = first;
	if (j->lawful_from > j->cautious_from)
		j->cautious_from = j->lawful_from;
}

/* The slot that the dose asked about would fill, and from which day by its intervals.  False: it would fill none
 * (VERDICT_COMPLETE, VERDICT_WRONG). */
static inline bool __attribute__((always_inline))
reckon_dose(struct engine *e, const struct filling *filling, unsigned component, int32_t on,
    struct judgement *j, struct standing *ret_at, int32_t *ret_uncounted)
{
	struct track *t = &filling->state->track[component];
	const struct known_slots *c;
	const struct law_slot *s;
	struct two_courses two;

	j->verdict = VERDICT_WRONG;
	j->doctor = j->doctor_opens = j->late = false;
	j->slot = j->way = j->change_to = LAW_NONE;
	j->lawful_from = j->cautious_from = NEVER;
	j->gap = no_gap;
	two = t->forced != LAW_NONE ? (struct two_courses){ t->forced, t->forced } :
	    select_course(e, filling, component, t, on);
	j->course = two.course;
	if (two.counted != two.course && t->n > 0 && two.counted != LAW_NONE && full(e, two.counted, t, on)) {
		/* Complete by the counted doses alone: the new one opens no other course. */
		j->verdict = VERDICT_COMPLETE;
		return false;
	}
	if (two.course == LAW_NONE)
		return false;
	c = &e->outlook->slots[two.course];
	*ret_at = stand(e, c, t, on);
	if (ret_at->slot >= c->n) {
		j->verdict = VERDICT_COMPLETE;
		return false;
	}
	j->slot = (uint16_t)(c->first + ret_at->slot);
	s = &e->law->slot[j->slot];
	*ret_uncounted = uncounted_after(filling->state, t);
	if (s->cap.kind != LAW_POINT_NONE && s->jump == LAW_NONE) {
		int32_t cap = select_point(e, &s->cap, on, LAW_NONE);

		j->late = cap != NEVER && steady_reached(e, on, cap + 1);
	}
	if (!e->outlook->slot[j->slot].plain)
		return reckon_ways(e, filling->programme, t, *ret_at, c, s, filling->bit, *ret_uncounted, j);
	reckon_plain(e, t, *ret_at, c, s, filling->bit, *ret_uncounted, j);
	return true;
}

/* The lowest age of the slot, which may come later than every interval ends; NEVER: it names none. */
static inline int32_t
reckon_age(const struct engine *e, uint16_t programme, int32_t on, struct judgement *j)
{
	const struct law_slot *s = &e->law->slot[j->slot];
	int32_t lowest;

	if (s->not_before.kind == LAW_POINT_NONE)
		return NEVER;
	lowest = select_point(e, &s->not_before, on, e->law->programme[programme].season);
	if (lowest > j->lawful_from) {
		j->lawful_from = lowest;
		j->gap.anchor = LAW_ANCHOR_NONE;
	}
	if (lowest > j->cautious_from)
		j->cautious_from = lowest;
	return lowest;
}

void
window_judge(struct engine *e, const struct filling *filling, unsigned component, int32_t on, struct judgement *j)
{
	struct standing at;
	int32_t uncounted;

	if (!reckon_dose(e, filling, component, on, j, &at, &uncounted))
		return;
	if (steady_reached(e, on, j->lawful_from)) {
		j->verdict = VERDICT_VALID;
		if (uncounted != NEVER && !steady_reached(e, on, j->cautious_from))
			judge_cautious(e, filling->programme, &filling->state->track[component], &at, filling->bit, on, uncounted, j);
	} else {
		j->verdict = VERDICT_SHORT;
		judge_short(e, filling->programme, &filling->state->track[component], at, filling->bit, on, uncounted, j);
	}
	if (!steady_reached(e, on, reckon_age(e, filling->programme, on, j)))
		j->verdict = VERDICT_YOUNG;
}

void
window_open(struct engine *e, const struct filling *filling, unsigned component, int32_t on, struct judgement *j)
{
	struct standing at;
	int32_t uncounted;

	if (!reckon_dose(e, filling, component, on, j, &at, &uncounted))
		return;
	j->verdict = VERDICT_VALID;
	reckon_age(e, filling->programme, on, j);
}

bool
window_first(const struct engine *e, const struct filling *filling, unsigned component, int32_t on,
    struct judgement *ret)
{
	const struct first_dose *f = &e->outlook->first_dose[filling->programme][filling->product];

	const struct law_course *c;

	if (!f->known || f->component != component || e->birth < f->birth_from ||
	    filling->state->track[component].n > 0 || filling->state->last_uncounted != NEVER || e->person->n_extension > 0)
		return false;
	ret->course = select_version(e, f->course, f->versions, on);
	c = &e->law->course[ret->course];
	*ret = (struct judgement){ .verdict = VERDICT_VALID, .course = ret->course, .slot = c->first_slot,
		.way = (uint16_t)(e->law->slot[c->first_slot].first_way + f->way),
		.change_to = LAW_NONE, .lawful_from = NEVER, .cautious_from = NEVER, .gap = no_gap };
	return true;
}

void
window_count(struct engine *e, const struct filling *filling, unsigned component, int32_t on, uint16_t change_to)
{
	struct track *t = &filling->state->track[component];

	if (t->n >= ENGINE_COUNTED)
		return;
	select_keep_course(t, filling, on);
	if (t->n == 0)
		t->first_in_extension = filling->in_extension;
	t->date[t->n] = on;
	if (t->place.n == t->n && !t->place.passable && t->place.shape != LAW_NONE)
		place_next(e, &e->outlook->slots[t->place.shape], &t->place, on);
	t->n++;
	t->used |= filling->bit;
	t->says |= filling->says;
	if (change_to != LAW_NONE)
		t->forced = change_to;
}

/* Upper ends of standard windows: the same day that many months later, or days counted on. */
static int32_t
standard_upper(int32_t anchor, const struct law_gap *gap)
{
	return gap->unit == LAW_UNIT_DAYS ? anchor + gap->n :
	    gap->unit == LAW_UNIT_MONTHS ? day_same_day((day){ anchor }, gap->n).n :
	    window_after(anchor, gap);
}

void
window_standard(struct engine *e, uint16_t programme, unsigned component,
    const struct judgement *j, int32_t on, int32_t *ret_from, int32_t *ret_to)
{
	struct track *t = &e->state[programme].track[component];
	const struct law_way *w;
	uint16_t season = e->law->programme[programme].season;
	int32_t from = NEVER, to = FOREVER, at_day;
	bool predecessor;

	*ret_from = *ret_to = NEVER;
	if (j->way == LAW_NONE)
		return;
	w = &e->law->way[j->way];
	if (t->place.shape != e->outlook->slots[j->course].shape || t->place.n != t->n)
		place_doses(e, &e->outlook->slots[j->course], t);
	if (w->standard_from.kind != LAW_POINT_NONE)
		from = select_point(e, &w->standard_from, on, season);
	if (w->standard_gap_from.anchor != LAW_ANCHOR_NONE &&
	    (at_day = anchor_of(e, programme, t, &w->standard_gap_from, &predecessor)) != NEVER &&
	    (at_day = window_after(at_day, &w->standard_gap_from)) > from)
		from = at_day;
	if (w->standard_to.kind != LAW_POINT_NONE)
		to = select_point(e, &w->standard_to, on, season);
	if (w->standard_gap_to.anchor != LAW_ANCHOR_NONE &&
	    (at_day = anchor_of(e, programme, t, &w->standard_gap_to, &predecessor)) != NEVER &&
	    (at_day = standard_upper(at_day, &w->standard_gap_to)) < to)
		to = at_day;
	*ret_from = from;
	*ret_to = to == FOREVER ? NEVER : to;
}
