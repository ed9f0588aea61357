#include "schedule/engine.h"

#include <string.h>

/* Of two doses of one day: product, id.  The order must not depend on the caller's. */
static bool
dose_before(const struct engine *e, uint16_t a, uint16_t b)
{
	const struct schedule_dose *x = &e->dose[a], *y = &e->dose[b];
	int c;

	if (x->product != y->product)
		return x->product < y->product;
	c = strcmp(x->id != NULL ? x->id : "", y->id != NULL ? y->id : "");
	return c != 0 ? c < 0 : x->given.last.n < y->given.last.n;
}

void
credit_sort(const struct engine *e, uint16_t *order)
{
	const int32_t *given = e->given;

	for (size_t i = 1; i < e->n_dose; i++) {
		uint16_t dose = order[i];
		int32_t on = given[dose];
		size_t j = i;

		for (; j > 0 && on <= given[order[j - 1]] &&
		    (on < given[order[j - 1]] || dose_before(e, dose, order[j - 1])); j--)
			order[j] = order[j - 1];
		order[j] = dose;
	}
}

void
credit_reset(struct engine *e, uint32_t programmes)
{
	const struct outlook *o = e->outlook;
	bool extended = e->person->n_extension > 0;

	e->missing_ready = 0;
	for (uint32_t m = programmes; m != 0; m &= m - 1) {
		unsigned p = (unsigned)__builtin_ctz(m), n = e->law->programme[p].n_components;
		struct state *s = &e->state[p];
		uint16_t only = extended ? LAW_NONE : o->only_course[p];
		bool found = only != LAW_NONE;

		s->valid = 0;
		s->outside_review = false;
		s->last_counted = s->last_uncounted = s->season_filled = NEVER;
		for (struct track *t = s->track; t < s->track + n; t++) {
			t->n = 0;
			t->first_in_extension = false;
			t->forced = LAW_NONE;
			t->used = 0;
			t->says = 0;
			t->place.shape = LAW_NONE;
			t->chosen = (struct chosen){ .since = NEVER, .until = FOREVER, .row_since = found ? NEVER : FOREVER,
				.row_until = found ? FOREVER : NEVER, .course = only, .counted = only };
		}
		e->same_day[p].day = NEVER;
	}
}

bool
credit_open(struct engine *e, uint16_t programme, uint16_t product, int32_t on)
{
	const struct law_programme *p = &e->law->programme[programme];
	int32_t from, to;

	if (p->season != LAW_NONE)
		return !select_season(e, p->season, on, &from, &to) ||
		    e->state[programme].season_filled != from;
	for (unsigned c = 0; c < p->n_components; c++)
		if (window_served(e, programme, c, product) && !window_complete(e, programme, c, on))
			return true;
	return false;
}

/* The stage takes doses outside every window on this day. */
static bool
takes(const struct engine *e, const struct law_programme *p, int32_t on)
{
	int32_t from = select_point(e, &p->takes_from, on, p->season);
	int32_t to = select_point(e, &p->takes_to, on, p->season);

	return on >= from && (to == NEVER || on <= to);
}

/* A window of the programme or an extension of the person holds the day. */
static inline bool
held_by(struct engine *e, uint16_t programme, uint64_t bit, int32_t on)
{
	return select_held(e, programme, bit, on) != NULL ||
	    (e->person->n_extension > 0 && select_extension(e, programme, bit, on) != LAW_NONE);
}

uint16_t
credit_stage(struct engine *e, uint32_t family, uint16_t product, uint64_t bit, int32_t on,
    bool *ret_held, bool *ret_open)
{
	const struct law_product *given = &e->law->product[product];
	uint16_t held = LAW_NONE, review = LAW_NONE, any = LAW_NONE;

	for (uint32_t m = family & given->serves; m != 0; m &= m - 1) {
		uint16_t i = (uint16_t)__builtin_ctz(m);

		if (!held_by(e, i, bit, on))
			continue;
		*ret_held = true;
		/* No other can take it: whether it misses a dose nobody asks. */
		if (held == LAW_NONE && (m & (m - 1)) == 0)
			return i;
		if ((*ret_open = credit_open(e, i, product, on)))
			return i;
		if (held == LAW_NONE)
			held = i;
	}
	if (held != LAW_NONE)
		return held;
	*ret_held = false;
	*ret_open = true;
	for (uint32_t m = family; m != 0; m &= m - 1) {
		uint16_t i = (uint16_t)__builtin_ctz(m);
		const struct law_programme *p = &e->law->programme[i];

		if ((given->serves >> i & 1) != 0) {
			bool taken = takes(e, p, on);

			if (taken && credit_open(e, i, product, on))
				return i;
			if (any == LAW_NONE || (taken && !takes(e, &e->law->programme[any], on)))
				any = i;
		} else if (p->outside == LAW_OUTSIDE_REVIEW && review == LAW_NONE &&
		    (given->antigens & p->antigens) != 0 && takes(e, p, on))
			review = i;
	}
	if (review != LAW_NONE)
		return review;
	*ret_open = credit_open(e, any, product, on);
	return any;
}

/* Lowest age: the earliest opening among the rules that bind on the day, whoever they speak of. */
static int32_t
lowest_age(const struct engine *e, uint16_t programme, int32_t on, uint16_t *ret_target)
{
	const struct outlook *o = e->outlook;
	uint16_t season = e->law->programme[programme].season;
	int32_t lowest = FOREVER, before = NEVER, after = FOREVER, day_used = on;

	*ret_target = LAW_NONE;
	for (unsigned pass = 0; pass < 2; pass++) {
		for (unsigned i = o->first_target[programme]; i < o->end_target[programme]; i++) {
			const struct known_target *k = &o->target[i];
			int32_t open;

			if (day_used < k->from || day_used > k->to) {
				if (k->from > on && k->from < after)
					after = k->from;
				if (k->to < on && k->to > before)
					before = k->to;
				continue;
			}
			open = k->open.how == KNOWN_AGE ? e->age[k->open.age] + k->open.plus_days :
			    select_point(e, &e->law->target[k->row].open, on, season);
			/* A rule for one cohort that names no age says nothing of the lowest. */
			if (open == NEVER)
				continue;
			if (open < lowest || *ret_target == LAW_NONE) {
				lowest = open;
				*ret_target = k->row;
			}
		}
		if (*ret_target != LAW_NONE || (before == NEVER && after == FOREVER))
			break;
		day_used = before != NEVER ? before : after;
	}
	return *ret_target == LAW_NONE ? NEVER : lowest;
}

static void
refuse(const struct engine *e, struct schedule_credit *r, enum schedule_credit_status status,
    enum schedule_reason_code code)
{
	r->status = (uint8_t)status;
	reason_add(e, r->reason, &r->n_reasons, code, LAW_NONE, NEVER);
}

/* A rule that came later deems the dose given under it. */
static void
explain_deemed(const struct engine *e, uint16_t programme, uint64_t bit, int32_t on, struct schedule_credit *r)
{
	const struct law_programme *p = &e->law->programme[programme];

	if ((e->outlook->deeming >> programme & 1) == 0)
		return;
	for (uint16_t i = p->first_target; i < p->first_target + p->n_targets; i++) {
		const struct law_target *t = &e->law->target[i];

		if (t->deemed_by != 0 && (t->products & bit) != 0 && t->span.published <= e->as_of &&
		    on >= t->deemed_from && on < t->span.from) {
			reason_add(e, r->reason, &r->n_reasons, SCHEDULE_DEEMED, (uint16_t)(t->deemed_by - 1), t->span.from);
			return;
		}
	}
}

/* Why a valid dose lies in no window: outside-target, or not-in-force. */
static void
explain_outside(const struct engine *e, uint16_t programme, uint64_t bit, int32_t on,
    struct schedule_credit *r)
{
	const struct outlook *o = e->outlook;
	const struct live_target *live;
	struct schedule_reason *reason;
	uint16_t named = LAW_NONE, ever = LAW_NONE;

	for (unsigned i = o->first_target[programme]; i < o->end_target[programme]; i++) {
		const struct known_target *t = &o->target[i];

		if ((t->products & bit) == 0)
			continue;
		if (ever == LAW_NONE)
			ever = t->row;
		if (on >= t->from && on <= t->to && (named == LAW_NONE ||
		    (select_live(e, programme, named) == NULL && select_live(e, programme, t->row) != NULL)))
			named = t->row;
	}
	if (named == LAW_NONE) {
		reason_add(e, r->reason, &r->n_reasons, SCHEDULE_NOT_IN_FORCE,
		    ever == LAW_NONE ? LAW_NONE : e->law->target[ever].source,
		    ever == LAW_NONE ? NEVER : e->law->target[ever].span.from);
		explain_deemed(e, programme, bit, on, r);
		return;
	}
	reason = reason_add(e, r->reason, &r->n_reasons, SCHEDULE_OUTSIDE_TARGET,
	    e->law->target[named].source, e->law->target[named].span.from);
	live = select_live(e, programme, named);
	if (reason != NULL && live != NULL) {
		reason->day_a = (day){ live->from };
		reason->day_b = (day){ live->to == FOREVER ? NEVER : live->to };
	}
	reason_source(e, r->reason, &r->n_reasons, e->law->target[named].source, e->law->target[named].span.from);
}

/* The window that holds the dose rests on a rule that is not confirmed. */
static void
explain_unsure(struct engine *e, uint16_t programme, uint64_t bit, int32_t on, struct schedule_credit *r)
{
	uint16_t row = select_window(e, programme, bit, on);

	if (row != LAW_NONE)
		reason_source(e, r->reason, &r->n_reasons, e->law->target[row].source, e->law->target[row].span.from);
}

static void
explain_not_valid(const struct engine *e, uint16_t programme, const struct judgement *j,
    struct schedule_credit *r)
{
	const struct law_programme *p = &e->law->programme[programme];
	uint16_t source = j->slot == LAW_NONE ? LAW_NONE : e->law->slot[j->slot].source;
	int32_t in_force = j->course == LAW_NONE ? NEVER : e->law->course[j->course].since;
	struct schedule_reason *reason = NULL;
	uint16_t said = LAW_NONE;

	switch (j->verdict) {
	case VERDICT_YOUNG:
		reason = reason_add(e, r->reason, &r->n_reasons, SCHEDULE_TOO_YOUNG, source, in_force);
		said = p->young_source;
		break;
	case VERDICT_SHORT:
		if (j->way != LAW_NONE)
			source = e->law->way[j->way].source;
		reason = reason_add(e, r->reason, &r->n_reasons, SCHEDULE_INTERVAL_SHORT, source, in_force);
		said = p->short_source;
		break;
	case VERDICT_WRONG:
		reason_add(e, r->reason, &r->n_reasons, SCHEDULE_WRONG_VACCINE, source, in_force);
		return;
	case VERDICT_COMPLETE:
	case VERDICT_VALID:
		return;
	}
	if (reason != NULL) {
		reason->day_a = (day){ j->lawful_from };
		reason->gap = j->gap;
	}
	if (said == LAW_NONE)
		reason_add(e, r->reason, &r->n_reasons, SCHEDULE_UNCONFIRMED, source, in_force);
	else
		reason_source(e, r->reason, &r->n_reasons, said, NEVER);
}

static void
explain_valid(const struct engine *e, const struct judgement *j, int32_t on, struct schedule_credit *r)
{
	const struct law *law = e->law;
	const struct law_way *w = j->way == LAW_NONE ? NULL : &law->way[j->way];
	int32_t in_force = law->course[j->course].since;
	struct schedule_reason *reason;

	if (j->doctor && (reason = reason_add(e, r->reason, &r->n_reasons, SCHEDULE_DOCTOR_JUDGEMENT,
	    w->doctor_source, in_force)) != NULL) {
		reason->day_a = (day){ j->lawful_from };
		reason->gap = w->doctor;
	}
	if (j->change_to != LAW_NONE && (reason = reason_add(e, r->reason, &r->n_reasons,
	    SCHEDULE_COURSE_CHANGED, law->course[j->change_to].source, in_force)) != NULL)
		reason->gap = j->gap;
	if (j->change_to == LAW_NONE && on < j->cautious_from &&
	    (reason = reason_add(e, r->reason, &r->n_reasons, SCHEDULE_CAUTIOUS_DAY,
	    w == NULL ? LAW_NONE : w->source, in_force)) != NULL) {
		reason->day_a = (day){ j->cautious_from };
		reason->day_b = (day){ j->lawful_from };
	}
	if (!e->outlook->course_unsure[j->course])
		return;
	if (w != NULL)
		reason_source(e, r->reason, &r->n_reasons, w->source, in_force);
	reason_source(e, r->reason, &r->n_reasons, law->course[j->course].source, in_force);
}

/* explain_product may have something to say of it. */
static inline bool
has_to_tell(const struct engine *e, uint16_t product)
{
	return window_spaced(e, product) || e->law->product[product].deemed_as != LAW_NONE;
}

/* no_interval: the course names none, so that the rule for live vaccines speaks of a dose of the same one, too. */
static void
explain_product(const struct engine *e, size_t index, int32_t on, bool no_interval, struct schedule_credit *r)
{
	const struct law *law = e->law;
	uint16_t product = e->dose[index].product, spacing;
	struct schedule_reason *reason;
	int other;

	if (window_spaced(e, product) &&
	    (other = window_too_near(e, product, on, true, no_interval, &spacing)) >= 0 &&
	    (reason = reason_add(e, r->reason, &r->n_reasons, SCHEDULE_LIVE_INTERVAL,
	    law->spacing[spacing].source, law->spacing[spacing].span.from)) != NULL) {
		reason->product = e->dose[other].product;
		reason->day_a = (day){ e->given[other] + law->spacing[spacing].days + 1 };
		reason->gap.unit = LAW_UNIT_DAYS;
		reason->gap.n = law->spacing[spacing].days;
		reason_source(e, r->reason, &r->n_reasons, law->spacing[spacing].source, law->spacing[spacing].span.from);
	}
	if (law->product[product].deemed_as == LAW_NONE)
		return;
	if ((reason = reason_add(e, r->reason, &r->n_reasons, SCHEDULE_DEEMED,
	    law->product[product].source, NEVER)) != NULL)
		reason->product = law->product[product].deemed_as;
	reason_add(e, r->reason, &r->n_reasons, SCHEDULE_UNCONFIRMED, law->product[product].source, NEVER);
}

static void
count_valid(struct state *s, int32_t on, struct schedule_credit *r)
{
	s->valid++;
	r->status = SCHEDULE_VALID;
	r->dose = (uint8_t)(s->valid > UINT8_MAX ? UINT8_MAX : s->valid);
	if (on > s->last_counted)
		s->last_counted = on;
}

/* Each component that the product serves, by itself: one that counts is enough. */
static void
judge_components(struct engine *e, size_t index, struct filling *f, int32_t on, bool held,
    enum dose_mode mode, struct schedule_credit *r)
{
	struct state *s = f->state;
	uint16_t programme = f->programme;
	uint64_t bit = f->bit;
	struct judgement two[2] __attribute__((uninitialized));
	const struct judgement *best = NULL;	/* the first that counts, else the first that is not complete */
	bool valid = false;

	f->in_extension = held && e->person->n_extension > 0 && select_held(e, programme, bit, on) == NULL;
	for (unsigned m = e->outlook->served[programme][f->product]; m != 0; m &= m - 1) {
		struct judgement *j = &two[best == &two[0]];
		unsigned c = (unsigned)__builtin_ctz(m);

		window_judge(e, f, c, on, j);
		if (mode == DOSE_COUNTED) {
			if (j->verdict != VERDICT_COMPLETE)
				window_count(e, f, c, on, LAW_NONE);
			continue;
		}
		if (j->verdict == VERDICT_VALID)
			window_count(e, f, c, on, j->change_to);
		if (best == NULL || (!valid && (j->verdict == VERDICT_VALID || best->verdict == VERDICT_COMPLETE)))
			best = j;
		valid |= j->verdict == VERDICT_VALID;
	}
	if (mode == DOSE_COUNTED) {
		if (on > s->last_counted)
			s->last_counted = on;
		return;
	}
	if (best == NULL) {
		/* It holds the antigen of no component whole. */
		refuse(e, r, SCHEDULE_NOT_VALID, SCHEDULE_WRONG_VACCINE);
		s->last_uncounted = on;
	} else if (valid) {
		count_valid(s, on, r);
		if (!held)
			explain_outside(e, programme, bit, on, r);
		else if ((e->outlook->unsure >> programme & 1) != 0)
			explain_unsure(e, programme, bit, on, r);
		explain_valid(e, best, on, r);
		if (f->in_extension) {
			uint16_t source = e->law->extension[select_extension(e, programme, bit, on)].source;

			reason_add(e, r->reason, &r->n_reasons, SCHEDULE_EXTENSION, source, NEVER);
			reason_source(e, r->reason, &r->n_reasons, source, NEVER);
		}
		if (has_to_tell(e, f->product))
			explain_product(e, index, on, best->gap.anchor == LAW_ANCHOR_NONE && (best->way == LAW_NONE ||
			    e->law->way[best->way].gap[0].anchor == LAW_ANCHOR_NONE), r);
	} else if (best->verdict == VERDICT_COMPLETE) {
		refuse(e, r, SCHEDULE_EXTRA, SCHEDULE_AFTER_COMPLETE);
		if (s->last_uncounted > s->last_counted)
			s->last_uncounted = on;
	} else {
		r->status = SCHEDULE_NOT_VALID;
		explain_not_valid(e, programme, best, r);
		s->last_uncounted = on;
	}
	if (e->q->trail != NULL && best != NULL)
		trail_credit(e, r, bit, on, best);
}

static void
judge_season(struct engine *e, size_t index, uint16_t programme, uint64_t bit, int32_t on,
    bool held, struct schedule_credit *r)
{
	struct state *s = &e->state[programme];
	uint16_t season = e->law->programme[programme].season;
	int32_t from, to;
	bool inside = select_season(e, season, on, &from, &to);

	if (inside && s->season_filled == from) {
		refuse(e, r, SCHEDULE_EXTRA, SCHEDULE_AFTER_COMPLETE);
		return;
	}
	if (inside)
		s->season_filled = from;
	count_valid(s, on, r);
	s->track[0].used |= bit;
	if (!held)
		explain_outside(e, programme, bit, on, r);
	else if ((e->outlook->unsure >> programme & 1) != 0)
		explain_unsure(e, programme, bit, on, r);
	explain_product(e, index, on, false, r);
	if (e->q->trail != NULL) {
		const struct judgement no_course = { .verdict = VERDICT_VALID, .course = LAW_NONE,
			.slot = LAW_NONE, .way = LAW_NONE, .lawful_from = NEVER, .cautious_from = NEVER };

		trail_credit(e, r, bit, on, &no_course);
	}
}

void
credit_dose(struct engine *e, size_t index, uint16_t family, enum dose_mode mode,
    struct schedule_credit *r)
{
	const struct schedule_dose *dose = &e->dose[index];
	const struct law_product *given = &e->law->product[dose->product];
	uint64_t bit = select_product_bit(e, dose->product);
	uint32_t members = e->outlook->family[family];
	struct filling filling __attribute__((uninitialized));
	struct same_day *same = &e->same_day[family];
	const struct law_programme *p;
	struct state *s;
	int32_t on = e->given[index], lowest;
	bool held, open = true, alone = members == UINT32_C(1) << family;
	uint16_t programme, target;

	if (alone) {
		/* Nothing to choose. */
		programme = family;
		held = held_by(e, family, bit, on);
	} else
		programme = credit_stage(e, members, dose->product, bit, on, &held, &open);
	p = &e->law->programme[programme];
	s = &e->state[programme];
	r->dose_index = (uint16_t)index;
	r->programme = programme;
	r->dose = 0;
	r->n_reasons = 0;
	r->pad = 0;
	r->status = SCHEDULE_CREDIT_REVIEW;

	/* Kept out of all arithmetic (contracts 1.4). */
	if (on < e->birth) {
		refuse(e, r, SCHEDULE_NOT_VALID, SCHEDULE_BEFORE_BIRTH);
		return;
	}
	if (on > e->as_of) {
		refuse(e, r, SCHEDULE_NOT_VALID, SCHEDULE_FUTURE);
		return;
	}
	if (on > e->death) {
		refuse(e, r, SCHEDULE_NOT_VALID, SCHEDULE_AFTER_DEATH);
		return;
	}
	/* After a dose that did not count, caution runs from the last injection of the antigen, whatever stage it fell to. */
	for (uint32_t m = members & ~(UINT32_C(1) << programme); m != 0; m &= m - 1) {
		struct state *other = &e->state[__builtin_ctz(m)];

		if (other->last_uncounted > other->last_counted && (e->law->programme[__builtin_ctz(m)].antigens &
		    given->antigens) != 0)
			other->last_uncounted = on;
	}
	if (mode == DOSE_SKIPPED) {
		s->last_uncounted = on;
		return;
	}
	if (same->day == on && (same->antigens & given->antigens & p->antigens) != 0) {
		/* Told with the other dose, where the product can serve that stage. */
		if ((given->serves >> same->programme & 1) != 0)
			r->programme = same->programme;
		refuse(e, r, SCHEDULE_EXTRA, SCHEDULE_DUPLICATE);
		r->reason[0].product = same->product;
		same->antigens |= given->antigens;
		return;
	}
	if (same->day != on)
		same->antigens = 0;
	same->day = on;
	same->antigens |= given->antigens;
	same->programme = programme;
	same->product = dose->product;

	if (!held && p->outside == LAW_OUTSIDE_REVIEW && mode == DOSE_JUDGED) {
		if (takes(e, p, on)) {
			/* Only a person can tell whether it was the routine dose that excludes another. */
			r->status = SCHEDULE_CREDIT_REVIEW;
			explain_outside(e, programme, bit, on, r);
			reason_add(e, r->reason, &r->n_reasons, SCHEDULE_UNCONFIRMED, LAW_NONE, NEVER);
			s->outside_review = true;
		} else {
			refuse(e, r, SCHEDULE_NOT_VALID, SCHEDULE_TOO_YOUNG);
			r->reason[0].day_a = (day){ select_point(e, &p->takes_from, on, p->season) };
		}
		return;
	}
	if (p->per_pregnancy && e->pregnancy != NEVER && on < e->pregnancy) {
		count_valid(s, on, r);
		s->last_counted = NEVER;
		explain_outside(e, programme, bit, on, r);
		return;
	}
	if (!held && !p->any_age && mode == DOSE_JUDGED && on - e->birth < e->outlook->opened[programme] &&
	    (alone ? credit_open(e, family, dose->product, on) : open) &&
	    on < (lowest = lowest_age(e, programme, on, &target))) {
		const struct judgement young = { .verdict = VERDICT_YOUNG, .course = LAW_NONE,
			.slot = LAW_NONE, .way = LAW_NONE, .lawful_from = lowest };

		r->status = SCHEDULE_NOT_VALID;
		explain_not_valid(e, programme, &young, r);
		r->reason[0].source = e->law->target[target].source;
		r->reason[0].in_force = (day){ e->law->target[target].span.from };
		s->last_uncounted = on;
		return;
	}
	if (p->season != LAW_NONE)
		judge_season(e, index, programme, bit, on, held, r);
	else {
		filling = select_filling(e, programme, dose->product);
		judge_components(e, index, &filling, on, held, mode, r);
	}
	if (on < e->law->history_from.n)
		reason_add(e, r->reason, &r->n_reasons, SCHEDULE_UNCONFIRMED, LAW_NONE, NEVER);
}
