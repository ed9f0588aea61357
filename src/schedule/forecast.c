#include "schedule/engine.h"

static bool
component_exempt(const struct engine *e, uint16_t programme, unsigned component)
{
	return (e->law->programme[programme].component[component].history & e->conditions) != 0;
}

static bool
misses_season(const struct engine *e, uint16_t programme, uint16_t season)
{
	int32_t from, to;

	select_season(e, season, e->as_of, &from, &to);
	return e->state[programme].season_filled != from;
}

static inline uint32_t
find_missing(struct engine *e, uint16_t programme)
{
	const struct law_programme *p = &e->law->programme[programme];
	unsigned n = p->n_components;
	uint32_t missing = 0;

	if (p->season != LAW_NONE)
		return misses_season(e, programme, p->season) ? 1 : 0;
	for (unsigned c = 0; c < n; c++)
		if (!window_complete(e, programme, c, e->as_of))
			missing |= UINT32_C(1) << c;
	return missing;
}

/* Components that miss a dose on as_of. */
static inline uint32_t
missing_components(struct engine *e, uint16_t programme)
{
	if ((e->missing_ready >> programme & 1) == 0) {
		e->missing[programme] = (uint8_t)find_missing(e, programme);
		e->missing_ready |= UINT32_C(1) << programme;
	}
	return e->missing[programme];
}

bool
forecast_complete(struct engine *e, uint16_t programme)
{
	return missing_components(e, programme) == 0;
}

/* First and last day on which some rule lets this person have some dose; false: never a target since the text begins. */
static inline bool
eligible_days(struct engine *e, uint16_t programme, struct eligible *ret)
{
	const struct law_programme *p = &e->law->programme[programme];
	int32_t from, to;
	bool any;

	select_targets(e, programme);
	*ret = e->eligible[programme].given ? select_eligible(e, programme) : e->eligible[programme];
	any = ret->target != LAW_NONE;
	for (size_t x = 0; x < e->person->n_extension; x++)
		for (uint16_t r = p->first_extension; r < p->first_extension + p->n_extensions; r++)
			if (select_extension_days(e, &e->law->extension[r], &e->person->extension[x], &from, &to)) {
				any = true;
				if (from < ret->first)
					ret->first = from;
				if (to > ret->last)
					ret->last = to;
			}
	return any;
}

static int32_t
family_last_counted(const struct engine *e, uint16_t programme)
{
	uint32_t members = e->outlook->family[programme];
	int32_t last = NEVER;

	if (members == UINT32_C(1) << programme)
		return e->state[programme].last_counted;
	for (uint32_t m = members; m != 0; m &= m - 1)
		if (e->state[__builtin_ctz(m)].last_counted > last)
			last = e->state[__builtin_ctz(m)].last_counted;
	return last;
}

static void
explain_window(struct engine *e, uint16_t programme, const struct offer *o, int32_t on,
    int32_t from, struct schedule_forecast *f)
{
	const struct live_target *live = select_target(e, programme, o->filling.bit, on);
	const struct law_target *t;
	struct schedule_reason *r;
	uint16_t extension;
	uint16_t season = e->law->programme[programme].season;
	int32_t first, last;

	if (live == NULL) {
		extension = select_extension(e, programme, o->filling.bit, on);
		if (extension != LAW_NONE) {
			reason_add(e, f->reason, &f->n_reasons, SCHEDULE_EXTENSION,
			    e->law->extension[extension].source, e->law->extension[extension].span.from);
			reason_source(e, f->reason, &f->n_reasons, e->law->extension[extension].source,
			    e->law->extension[extension].span.from);
		}
		return;
	}
	t = &e->law->target[live->row];
	if (season != LAW_NONE && select_season(e, season, on, &first, &last)) {
		r = reason_add(e, f->reason, &f->n_reasons, SCHEDULE_SEASON,
		    e->law->season[season].source, t->span.from);
		if (r != NULL) {
			r->day_a = (day){ first };
			r->day_b = (day){ last };
		}
	}
	r = reason_add(e, f->reason, &f->n_reasons, t->cohort ? SCHEDULE_COHORT : SCHEDULE_AGE,
	    t->source, t->span.from);
	if (r != NULL) {
		r->day_a = (day){ live->from };
		r->day_b = (day){ live->to == FOREVER ? NEVER : live->to };
	}
	if (t->span.from == from && from > e->as_of)
		reason_add(e, f->reason, &f->n_reasons, SCHEDULE_NOT_IN_FORCE, t->source, t->span.from);
	reason_source(e, f->reason, &f->n_reasons, t->source, t->span.from);
}

/* What holds the day back, most telling first. */
static void
explain_next(const struct asking *a, const struct offer *o, int32_t from, int32_t on,
    const struct judgement *j, struct schedule_forecast *f)
{
	struct engine *e = a->e;
	const struct law_way *w = j->way == LAW_NONE ? NULL : &e->law->way[j->way];
	int32_t in_force = e->law->course[j->course].since;
	struct schedule_reason *r;
	struct judgement before;
	uint16_t spacing;
	int other;

	if (w != NULL && j->gap.anchor != LAW_ANCHOR_NONE && j->lawful_from >= from &&
	    (r = reason_add(e, f->reason, &f->n_reasons, SCHEDULE_INTERVAL, w->source, in_force)) != NULL) {
		r->gap = j->gap;
		r->day_a = (day){ j->lawful_from };
	}
	if (j->cautious_from > j->lawful_from && j->cautious_from >= from && (r = reason_add(e, f->reason,
	    &f->n_reasons, SCHEDULE_CAUTIOUS_DAY, w == NULL ? LAW_NONE : w->source, in_force)) != NULL) {
		r->day_a = (day){ j->cautious_from };
		r->day_b = (day){ j->lawful_from };
	}
	other = window_spaced(e, o->filling.product) ? window_too_near(e, o->filling.product, from - 1, false, true, &spacing) : -1;
	if (other >= 0 && (r = reason_add(e, f->reason, &f->n_reasons, SCHEDULE_LIVE_INTERVAL,
	    e->law->spacing[spacing].source, e->law->spacing[spacing].span.from)) != NULL) {
		r->product = e->dose[other].product;
		r->day_a = (day){ from };
		r->gap.unit = LAW_UNIT_DAYS;
		r->gap.n = e->law->spacing[spacing].days;
		if (e->dose[other].given.first.n != e->dose[other].given.last.n)
			reason_add(e, f->reason, &f->n_reasons, SCHEDULE_IMPRECISE_DATE, LAW_NONE, NEVER);
	}
	explain_window(e, a->programme, o, on, from, f);
	/* A doctor might shorten the interval that decides. */
	if (w != NULL && w->doctor.anchor != LAW_ANCHOR_NONE && (j->doctor_opens || w->doctor_conditions == 0) &&
	    j->lawful_from >= from) {
		before = *j;
		r = reason_add(e, f->reason, &f->n_reasons, SCHEDULE_DOCTOR_JUDGEMENT, w->doctor_source, in_force);
		if (r != NULL) {
			r->gap = w->doctor;
			for (unsigned c = 0; c < LAW_COMPONENTS; c++) {
				const struct track *t = &a->state->track[c];

				if ((a->missing >> c & 1) != 0 && t->n > 0 && w->doctor.anchor == LAW_ANCHOR_PREVIOUS)
					r->day_a = (day){ window_after(t->date[t->n - 1], &w->doctor) };
			}
			if (!day_known(r->day_a) && before.doctor)
				r->day_a = (day){ before.lawful_from };
		}
	}
	if (!e->outlook->course_unsure[j->course])
		return;
	if (w != NULL)
		reason_source(e, f->reason, &f->n_reasons, w->source, in_force);
	reason_source(e, f->reason, &f->n_reasons, e->law->course[j->course].source, in_force);
}

static void
write_next(struct asking *a, int32_t from, int32_t to, struct schedule_forecast *f)
{
	struct engine *e = a->e;
	struct schedule_next *next = &f->next;
	const struct offer *preferred = NULL;
	int32_t now = from > e->as_of ? from : e->as_of, std_from = NEVER, std_to = NEVER;
	int32_t asked = now;
	unsigned least = UINT8_MAX;
	struct judgement j, first = { .verdict = VERDICT_WRONG };

	f->has_next = true;
	next->dose = (uint8_t)(a->state->valid < UINT8_MAX ? a->state->valid + 1 : UINT8_MAX);
	next->earliest = (day){ from };
	next->latest = (day){ to == FOREVER ? NEVER : to };
	next->n_choices = 0;
	next->pad = 0;
	for (unsigned o = 0; o < a->n_offers; o++) {
		struct schedule_choice choice;
		int32_t given;
		unsigned left;

		if (!offer_days(a, &a->offer[o], from, to, &choice, &j))
			continue;
		given = choice.earliest.n > now ? choice.earliest.n : now;
		if (preferred == NULL) {
			preferred = &a->offer[o];
			first = j;
			asked = given;
		}
		/* One it is in any case. */
		if (least > 1 && (left = offer_missing(a, &a->offer[o], &j, given)) < least)
			least = left;
		if (next->n_choices < SCHEDULE_CHOICES)
			next->choice[next->n_choices++] = choice;
	}
	/* Nothing of it is on the market: the days and what remains are told all the same. */
	for (unsigned o = 0; o < a->n_offers && preferred == NULL; o++)
		if (offer_lawful(a, &a->offer[o], now, &first) != KIND_NONE) {
			preferred = &a->offer[o];
			least = offer_missing(a, preferred, &first, now);
		}
	next->standard_from = next->standard_to = DAY_NONE;
	if (preferred == NULL)
		return;
	f->remaining = (uint8_t)least;
	next->kind = a->p->season != LAW_NONE ? LAW_DOSE_SEASONAL :
	    e->law->slot[first.slot].kind;
	for (unsigned c = 0; c < LAW_COMPONENTS; c++)
		if ((a->missing >> c & 1) != 0 && window_served(e, a->programme, c, preferred->filling.product)) {
			window_standard(e, a->programme, c, &first, asked, &std_from, &std_to);
			break;
		}
	next->standard_from = (day){ std_from };
	next->standard_to = (day){ std_to };
	explain_next(a, preferred, from, asked, &first, f);
	if (e->q->trail != NULL)
		trail_forecast(e, a->programme, preferred->filling.bit, asked, &first);
}

/* The last day on which some rule let the person have something of what is on offer, and whose rule that was. */
struct closing {
	int32_t last, since;
	uint16_t source;
};

static void
closing_by(struct closing *c, int32_t last, uint16_t source, int32_t since)
{
	if (c->last == NEVER || last > c->last)
		*c = (struct closing){ .last = last, .since = since, .source = source };
}

static void
closing_by_extensions(const struct asking *a, uint64_t offered, struct closing *c)
{
	struct engine *e = a->e;
	int32_t from, to;

	for (size_t x = 0; x < e->person->n_extension; x++)
		for (uint16_t r = a->p->first_extension; r < a->p->first_extension + a->p->n_extensions; r++) {
			const struct law_extension *row = &e->law->extension[r];

			if ((row->products == 0 || (row->products & offered) != 0) &&
			    select_extension_days(e, row, &e->person->extension[x], &from, &to))
				closing_by(c, to, row->source, row->span.from);
		}
}

/* Vaccines that stand in no list open no window; with none in it, otherwise is as good as any day. */
static struct closing
closing_find(const struct asking *a, int32_t otherwise, uint16_t target)
{
	struct engine *e = a->e;
	const struct law_target *row;
	struct closing c = { .last = NEVER, .source = LAW_NONE };
	uint64_t offered = 0;

	for (unsigned o = 0; o < a->n_offers; o++)
		offered |= a->offer[o].filling.bit;
	for (uint16_t i = 0; i < e->n_live_targets[a->programme]; i++) {
		const struct live_target *t = &e->target[e->first_live_target[a->programme] + i];

		row = &e->law->target[t->row];
		if ((t->products & offered) != 0 && t->to >= e->law->history_from.n &&
		    (!t->given || select_given(e, a->programme, &row->who)))
			closing_by(&c, t->to, row->source, row->span.from);
	}
	if (e->person->n_extension > 0)
		closing_by_extensions(a, offered, &c);
	if (c.last == NEVER) {
		row = target == LAW_NONE ? NULL : &e->law->target[target];
		c = (struct closing){ .last = otherwise, .since = row == NULL ? NEVER : row->span.from,
			.source = row == NULL ? LAW_NONE : row->source };
	}
	return c;
}

/* Doses missing on the last day of the window, for `closed`. */
static uint8_t
missing_when_closed(struct asking *a, int32_t last)
{
	unsigned least = UINT8_MAX;
	int32_t counted = family_last_counted(a->e, a->programme);

	if (last == FOREVER)
		last = a->e->as_of;
	for (unsigned pass = 0; pass < 2 && least == UINT8_MAX; pass++)
		for (unsigned o = 0; o < a->n_offers; o++) {
			unsigned left;

			/* By what could be given on that day; by anything when nothing could. */
			if (pass == 0 && select_window(a->e, a->programme, a->offer[o].filling.bit, last) == LAW_NONE &&
			    select_extension(a->e, a->programme, a->offer[o].filling.bit, last) == LAW_NONE)
				continue;
			left = offer_missing_closed(a, &a->offer[o], counted != NEVER && counted >= last ? counted + 1 : last);
			if (left < least)
				least = left;
		}
	return (uint8_t)(least == UINT8_MAX ? 1 : least);
}

/* In a seasonal programme only the season of as_of, or the next in which the person may, is asked for. */
static void
one_season(const struct engine *e, uint16_t season, int32_t *first, int32_t *last)
{
	int32_t from, to;

	select_season(e, season, *first > e->as_of ? *first : e->as_of, &from, &to);
	if (from > *first)
		*first = from;
	if (to < *last)
		*last = to;
}

/*
 * Earlier stages of the family take every dose as yet.  This one follows when they are
 * full: *ret_kept keeps the days that are set to the last of their missing doses.
 */
static void
suppose_stages_full(const struct asking *a, int32_t ret_kept[LAW_PROGRAMMES_MAX])
{
	struct engine *e = a->e;

	for (uint32_t m = e->outlook->family[a->programme] & ((UINT32_C(1) << a->programme) - 1); m != 0; m &= m - 1) {
		uint16_t i = (uint16_t)__builtin_ctz(m);
		struct asking earlier = { .e = e, .p = &e->law->programme[i], .state = &e->state[i], .programme = i, .missing = missing_components(e, i) };
		int32_t soonest = FOREVER, last;

		ret_kept[i] = e->state[i].last_counted;
		offer_find(&earlier);
		for (unsigned o = 0; o < earlier.n_offers; o++) {
			if (select_window(e, i, earlier.offer[o].filling.bit, e->as_of) == LAW_NONE &&
			    select_extension(e, i, earlier.offer[o].filling.bit, e->as_of) == LAW_NONE)
				continue;
			offer_missing_on(&earlier, &earlier.offer[o], e->as_of, &last);
			if (last < soonest)
				soonest = last;
		}
		if (soonest != FOREVER)
			e->state[i].last_counted = soonest;
	}
}

static enum rc
open_programme(struct asking *a, int32_t first, int32_t last, uint16_t target,
    struct schedule_forecast *f)
{
	struct engine *e = a->e;
	const struct law_programme *p = a->p;
	int32_t from, to, end = last, counted;
	bool review = false, found;
	struct closing closing;
	struct schedule_reason *r;

	offer_find(a);
	if (p->season != LAW_NONE)
		one_season(e, p->season, &first, &last);
	a->cautious = true;
	a->stages = (e->outlook->family[a->programme] & ((UINT32_C(1) << a->programme) - 1)) != 0;
	counted = family_last_counted(e, a->programme);
	a->counted = e->same_day[e->outlook->family_first[a->programme]].day == counted ? counted : NEVER;
	a->first = counted == NEVER || counted < first ? first : a->counted != NEVER ? counted : counted + 1;
	a->last = last;
	found = last >= e->as_of && offer_stretch(a, &from, &to);
	if (!found && p->season != LAW_NONE && last < end) {
		/* What is left of this season is too near to another vaccine: the next one. */
		first = last + 1;
		last = end;
		one_season(e, p->season, &first, &last);
		a->first = first;
		a->last = last;
		found = last >= e->as_of && offer_stretch(a, &from, &to);
	}
	if (!found && last >= e->as_of && a->state->last_uncounted != NEVER) {
		a->cautious = false;
		review = found = offer_stretch(a, &from, &to);
	}
	if (!found && last >= e->as_of && a->stages) {
		int32_t kept[LAW_PROGRAMMES_MAX];

		a->cautious = true;
		suppose_stages_full(a, kept);
		a->stages = false;
		a->counted = NEVER;
		counted = family_last_counted(e, a->programme);
		a->first = counted != NEVER && counted + 1 > first ? counted + 1 : first;
		if ((found = offer_stretch(a, &from, &to))) {
			f->status = from <= e->as_of ? SCHEDULE_DUE : SCHEDULE_UPCOMING;
			write_next(a, from, to, f);
		}
		for (uint32_t m = e->outlook->family[a->programme] & ((UINT32_C(1) << a->programme) - 1); m != 0; m &= m - 1)
			e->state[__builtin_ctz(m)].last_counted = kept[__builtin_ctz(m)];
		if (found)
			return RC_OK;
	}
	if (!found) {
		closing = closing_find(a, end, target);
		f->status = SCHEDULE_CLOSED;
		f->remaining = missing_when_closed(a, closing.last);
		if ((r = reason_add(e, f->reason, &f->n_reasons, SCHEDULE_TOO_OLD, closing.source, closing.since)) != NULL)
			r->day_b = (day){ closing.last == FOREVER ? NEVER : closing.last };
		return RC_OK;
	}
	f->status = review ? SCHEDULE_REVIEW : from <= e->as_of ? SCHEDULE_DUE : SCHEDULE_UPCOMING;
	write_next(a, from, to, f);
	f->overdue = f->status == SCHEDULE_DUE && day_known(f->next.standard_to) &&
	    e->as_of > f->next.standard_to.n;
	return RC_OK;
}

/* No rule lets the person have a dose on any day. */
static void
not_eligible(const struct engine *e, uint16_t programme, struct schedule_forecast *f)
{
	const struct law_programme *p = &e->law->programme[programme];
	const struct law_target *t = p->n_targets > 0 ? &e->law->target[p->first_target] : NULL;
	enum schedule_reason_code why = SCHEDULE_COHORT;

	if (e->death != FOREVER) {
		f->status = SCHEDULE_CLOSED;
		reason_add(e, f->reason, &f->n_reasons, SCHEDULE_AFTER_DEATH, LAW_NONE, NEVER);
		return;
	}
	f->status = SCHEDULE_NOT_ELIGIBLE;
	if ((p->review_if & e->conditions) != 0) {
		f->status = SCHEDULE_REVIEW;
		f->remaining = 1;
		why = SCHEDULE_UNCONFIRMED;
	}
	reason_add(e, f->reason, &f->n_reasons, why, t == NULL ? LAW_NONE : t->source, t == NULL ? NEVER : t->span.from);
}

/* The components of the mask are missing; of those wanted the person is not exempt. */
static enum rc
forecast_missing(struct engine *e, uint16_t programme, uint32_t missing, uint32_t wanted, const struct eligible *days,
    struct schedule_forecast *f)
{
	const struct law_programme *p = &e->law->programme[programme];
	struct asking a __attribute__((uninitialized));	/* 12 times a person: offers are filled as found */
	bool immune;
	enum rc rc;

	a.e = e;
	a.p = p;
	a.state = &e->state[programme];
	a.programme = programme;
	a.missing = wanted;
	if (e->death != FOREVER) {
		f->status = SCHEDULE_CLOSED;
		reason_add(e, f->reason, &f->n_reasons, SCHEDULE_AFTER_DEATH, LAW_NONE, NEVER);
		offer_find(&a);
		f->remaining = missing_when_closed(&a, days->last < e->death ? days->last : e->death);
		return RC_OK;
	}
	immune = p->antibody_source != LAW_NONE && e->antibody_enough;
	if ((p->exclusion & e->conditions) != 0 || wanted == 0 || immune) {
		bool history = wanted == 0;

		f->status = SCHEDULE_EXEMPT;
		reason_add(e, f->reason, &f->n_reasons, history ? SCHEDULE_DISEASE_HISTORY : SCHEDULE_EXCLUSION,
		    history ? p->history_source : immune ? p->antibody_source : p->exclusion_source, NEVER);
		return RC_OK;
	}
	if ((rc = open_programme(&a, days->first, days->last, days->target, f)) != RC_OK)
		return rc;
	if (missing != wanted)
		reason_add(e, f->reason, &f->n_reasons, SCHEDULE_DISEASE_HISTORY, p->history_source, NEVER);
	if ((e->sex_unknown && days->by_sex) ||
	    (e->state[programme].outside_review && f->status == SCHEDULE_DUE)) {
		f->status = SCHEDULE_REVIEW;
		f->overdue = false;
		reason_add(e, f->reason, &f->n_reasons, SCHEDULE_UNCONFIRMED, LAW_NONE, NEVER);
	}
	return RC_OK;
}

/* By the law as it was known. */
static inline enum rc
forecast_known(struct engine *e, uint16_t programme, struct schedule_forecast *f)
{
	const struct law_programme *p = &e->law->programme[programme];
	uint32_t missing, wanted;
	struct eligible days;

	f->programme = programme;
	f->overdue = f->has_next = false;
	f->remaining = 0;
	f->n_reasons = 0;
	f->given = (uint8_t)(e->state[programme].valid > UINT8_MAX ? UINT8_MAX : e->state[programme].valid);
	if (((e->cohort >> programme & 1) == 0 && e->person->n_extension == 0) || !eligible_days(e, programme, &days)) {
		not_eligible(e, programme, f);
		return RC_OK;
	}
	missing = wanted = missing_components(e, programme);
	for (unsigned c = 0; c < p->n_components && e->conditions != 0; c++)
		if (component_exempt(e, programme, c))
			wanted &= ~(UINT32_C(1) << c);
	if (missing == 0 ||
	    (wanted == 0 && missing != (UINT32_C(1) << p->n_components) - 1)) {
		f->status = SCHEDULE_COMPLETE;
		reason_add(e, f->reason, &f->n_reasons, SCHEDULE_AFTER_COMPLETE,
		    p->n_courses > 0 ? e->law->course[p->first_course].source : LAW_NONE, NEVER);
		return RC_OK;
	}
	return forecast_missing(e, programme, missing, wanted, &days, f);
}

/* A rule that will bind soon, of whose publication no text gives the day, might have said otherwise. */
static void
explain_perhaps(struct engine *e, uint16_t programme, struct schedule_forecast *f)
{
	const struct law_programme *p = &e->law->programme[programme];

	for (uint16_t i = p->first_target; i < p->first_target + p->n_targets; i++) {
		const struct law_target *t = &e->law->target[i];
		int32_t from, to, close;

		if (!outlook_perhaps(&t->span, e->outlook->as_of) || !select_who(e, &t->who, &from, &to))
			continue;
		close = select_point(e, &t->close, t->span.from, p->season);
		if (close != NEVER && close < t->span.from)
			continue;
		reason_add(e, f->reason, &f->n_reasons, SCHEDULE_UNCONFIRMED, t->source, t->span.from);
		return;
	}
}

/* A vaccine in the list rests on an unconfirmed rule, though the first choice may not. */
static void
explain_unsure(struct engine *e, uint16_t programme, struct schedule_forecast *f)
{
	for (unsigned i = 0; i < f->next.n_choices; i++) {
		const struct schedule_choice *c = &f->next.choice[i];
		int32_t on = c->earliest.n > e->as_of ? c->earliest.n : e->as_of;
		uint16_t row = select_window(e, programme, UINT64_C(1) << c->product, on);

		if (row != LAW_NONE)
			reason_source(e, f->reason, &f->n_reasons, e->law->target[row].source, e->law->target[row].span.from);
	}
}

enum rc
forecast_programme(struct engine *e, uint16_t programme, struct schedule_forecast *f)
{
	enum rc rc = forecast_known(e, programme, f);

	if (rc == RC_OK && (e->outlook->unsure >> programme & 1) != 0 && f->has_next)
		explain_unsure(e, programme, f);
	if ((e->outlook->perhaps >> programme & 1) != 0 && f->status != SCHEDULE_COMPLETE &&
	    f->status != SCHEDULE_EXEMPT && e->death == FOREVER)
		explain_perhaps(e, programme, f);
	return rc;
}
