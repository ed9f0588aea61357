#include "schedule/engine.h"

/* A recorded dose and a rule: does it forbid the day?  Days between `first` and `last` are all possible. */
static bool
too_near(const struct engine *e, const struct law_spacing *s, uint32_t mine, uint32_t theirs,
    int32_t first, int32_t last, int32_t on, bool before_only)
{
	int32_t apart = s->same_product & LAW_SPACING_SAME_DAY ? 0 : 1;
	bool near = false;

	/* Given before the day in question: the rule is that of the day itself. */
	if ((s->earlier & theirs) != 0 && (s->later & mine) != 0 &&
	    steady_within(e, on, first + apart, last + s->days) && select_binds(e, &s->span, on))
		near = true;
	/* Given after it: the rule is that of the recorded day, the nearest it can have been. */
	if (!before_only && (s->earlier & mine) != 0 && (s->later & theirs) != 0 &&
	    steady_within(e, on, first - s->days, last - 1)) {
		bool among = steady_reached(e, on, first);
		struct steady kept = *e->steady;

		near |= select_binds(e, &s->span, among ? on + 1 : first);
		*e->steady = among ? (struct steady){ on, on } : kept;
	}
	return near;
}

int
window_too_near(const struct engine *e, uint16_t product, int32_t on, bool before_only,
    bool no_interval, uint16_t *ret_spacing)
{
	const struct law *law = e->law;
	uint32_t mine = law->product[product].classes;

	if ((mine & e->spacing_classes) == 0)
		return -1;
	for (unsigned k = 0; k < e->n_near; k++) {
		const struct schedule_dose *d;
		int32_t first, last;

		if ((e->near_classes[k] & mine) == 0)
			continue;
		d = &e->dose[e->near[k]];
		first = before_only ? e->given[e->near[k]] : d->given.first.n;
		last = before_only ? first : d->given.last.n;
		if (first != last) {
			/* Of the days it can mean, those of the person's life up to as_of. */
			first = first > e->birth ? first : e->birth;
			last = last < e->as_of ? last : e->as_of;
			last = last < e->death ? last : e->death;
		}
		if (!before_only && first != last && e->near_days != NEAR_ANY_DAY) {
			if (e->near_days == NEAR_FIRST)
				last = first;
			else
				first = last;
		}
		/* Known days stand latest first: what lies further back is out of reach of every rule. */
		if (on > last + e->spacing_days && first == last && !e->near_imprecise) {
			steady_reached(e, on, last + e->spacing_days + 1);
			break;
		}
		if (before_only && (first > on || first + e->spacing_days < on))
			continue;
		if (first > e->as_of || first > e->death || last < e->birth)
			continue;
		for (uint32_t m = e->near_rules[k]; m != 0; m &= m - 1) {
			const struct law_spacing *s = &law->spacing[__builtin_ctz(m)];
			uint32_t theirs = law->product[d->product].classes;

			if (s->except != 0 && ((s->except & mine) != 0 || (s->except & theirs) != 0))
				continue;
			if (d->product == product && (!(s->same_product & LAW_SPACING_SAME_PRODUCT) || !no_interval))
				continue;
			if (too_near(e, s, mine, theirs, first, last, on, before_only)) {
				if (ret_spacing != NULL)
					*ret_spacing = (uint16_t)__builtin_ctz(m);
				return e->near[k];
			}
		}
	}
	return -1;
}
