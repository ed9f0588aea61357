#include "schedule/engine.h"

/* Takes a rule up when it holds for the person on some day.  *window: the first rule of the last window, or NULL. */
static inline void
take_target(struct engine *e, const struct known_target *k, uint16_t season, struct live_target **window)
{
	struct live_target *l = &e->target[e->n_targets];
	const struct law_target *t;
	int32_t from = NEVER, to = FOREVER, open, close;
	bool given = k->given, holds;

	if (e->birth < k->birth_from || e->birth > k->birth_to)
		return;
	t = &e->law->target[k->row];
	if (!k->plain && !select_who(e, &t->who, &from, &to))
		return;
	if (given && select_given_decided(e, &t->who, &holds)) {
		if (!holds)
			return;
		given = false;
	}
	if (k->from > from)
		from = k->from;
	if (e->birth > from)
		from = e->birth;
	if (k->to < to)
		to = k->to;
	open = select_known_point(e, &k->open, &t->open, season);
	if (open > from)
		from = open;
	close = select_known_point(e, &k->close, &t->close, season);
	if (close != NEVER && close < to)
		to = close;
	if (from > to)
		return;
	*l = (struct live_target){ .from = from, .to = to, .until = to, .rules = 1,
		.products = k->products, .row = k->row, .given = given, .by_sex = k->by_sex,
		.conditional = given || season != LAW_NONE };
	e->n_targets++;
	if (*window == NULL || (*window)->products != l->products || l->conditional || (*window)->conditional ||
	    from < (*window)->from || from - 1 > (*window)->until) {
		*window = l;
		return;
	}
	(*window)->rules++;
	if (to > (*window)->until)
		(*window)->until = to;
}

void
select_find_targets(struct engine *e, uint16_t programme)
{
	const struct outlook *o = e->outlook;
	uint16_t season = e->law->programme[programme].season;
	struct live_target *window = NULL;

	e->targets_ready |= UINT32_C(1) << programme;
	e->first_live_target[programme] = e->n_targets;
	if ((e->cohort >> programme & 1) != 0)
		for (unsigned i = o->first_target[programme]; i < o->end_target[programme]; i++)
			take_target(e, &o->target[i], season, &window);
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
