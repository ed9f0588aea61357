#include "schedule/engine.h"

/* The days on which the rule holds for the person; false: on none. */
static inline bool
target_days(const struct engine *e, const struct known_target *k, uint16_t season, struct live_target *ret)
{
	const struct law_target *t = &e->law->target[k->row];
	int32_t from = NEVER, to = FOREVER, at;
	bool given = k->given, holds;

	if (!k->plain && !select_who(e, &t->who, &from, &to))
		return false;
	if (given && select_given_decided(e, &t->who, &holds)) {
		if (!holds)
			return false;
		given = false;
	}
	from = k->from > from ? k->from : from;
	from = e->birth > from ? e->birth : from;
	to = k->to < to ? k->to : to;
	at = select_known_point(e, &k->open, &t->open, season);
	from = at > from ? at : from;
	at = select_known_point(e, &k->close, &t->close, season);
	to = at != NEVER && at < to ? at : to;
	ret->from = from;
	ret->to = ret->until = to;
	ret->products = k->products;
	ret->row = k->row;
	ret->rules = 1;
	ret->given = given;
	ret->by_sex = k->by_sex;
	ret->conditional = given || season != LAW_NONE;
	return from <= to;
}

/* The window goes on with the rule: its days follow, for the same products and as unconditionally. */
static inline bool
joins(const struct live_target *window, const struct live_target *l)
{
	return window->products == l->products && !window->conditional && !l->conditional &&
	    l->from >= window->from && l->from - 1 <= window->until;
}

void
select_find_targets(struct engine *e, uint16_t programme)
{
	const struct outlook *o = e->outlook;
	uint16_t season = e->law->programme[programme].season;
	int32_t birth = e->birth, history_from = e->law->history_from.n;
	struct eligible sum = { .first = FOREVER, .last = NEVER, .target = LAW_NONE, .by_sex = true };
	struct live_target *l = &e->target[e->n_targets], *window = NULL;
	unsigned first = o->first_target[programme], end = o->end_target[programme];

	for (unsigned word = first / 64; first < end; first = ++word * 64)
		for (uint64_t m = e->cohort_target[word] & UINT64_MAX << first % 64; m != 0; m &= m - 1) {
			unsigned i = word * 64 + (unsigned)__builtin_ctzll(m);
			const struct known_target *k = &o->target[i];

			if (i >= end)
				break;
			if (birth < k->birth_from || birth > k->birth_to || !target_days(e, k, season, l))
				continue;
			if (l->given)
				sum.given = true;
			else if (l->to >= history_from) {
				sum.by_sex &= l->by_sex;
				sum.first = l->from < sum.first ? l->from : sum.first;
				if (l->to > sum.last || sum.target == LAW_NONE) {
					sum.last = l->to;
					sum.target = l->row;
				}
			}
			if (window == NULL || !joins(window, l))
				window = l;
			else {
				window->rules++;
				window->until = l->to > window->until ? l->to : window->until;
			}
			l++;
		}
	e->targets_ready |= UINT32_C(1) << programme;
	e->eligible[programme] = sum;
	e->first_live_target[programme] = e->n_targets;
	e->n_live_targets[programme] = (uint16_t)(l - &e->target[e->n_targets]);
	e->n_targets = (uint16_t)(e->n_targets + e->n_live_targets[programme]);
}

struct eligible
select_eligible(struct engine *e, uint16_t programme)
{
	struct eligible sum = { .first = FOREVER, .last = NEVER, .target = LAW_NONE, .by_sex = true };
	const struct live_target *t = &e->target[e->first_live_target[programme]], *end;

	for (end = t + e->n_live_targets[programme]; t < end; t++) {
		if (t->to < e->law->history_from.n ||
		    (t->given && !select_given(e, programme, &e->law->target[t->row].who)))
			continue;
		sum.by_sex &= t->by_sex;
		if (t->from < sum.first)
			sum.first = t->from;
		if (t->to > sum.last || sum.target == LAW_NONE) {
			sum.last = t->to;
			sum.target = t->row;
		}
	}
	return sum;
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

bool
select_holds(struct engine *e, uint16_t programme, const struct live_target *t, int32_t on)
{
	uint16_t season = e->law->programme[programme].season;
	int32_t from, to;

	return (!t->given || select_given(e, programme, &e->law->target[t->row].who)) &&
	    (season == LAW_NONE || select_season(e, season, on, &from, &to));
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
