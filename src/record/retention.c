#include "record/retention.h"

#include <stdint.h>
#include <string.h>

enum event { EVENT_GIVEN, EVENT_DIED, EVENT_CLOSED, EVENT_EXCHANGED, EVENT_SUPPLIED };

struct rule {
	enum retention_what what;
	enum event event;
	int years;
	day from, until;		/* binds on these days; DAY_NONE open */
	bool is_confirmed;		/* that it binds from then on */
	const char *product;		/* of doses of this one alone; NULL any */
	day given;			/* given up to then; DAY_NONE any */
	const char *citation;
};

#include "record/retention_rules.h"

static bool
binds(const struct rule *r, const struct retention_facts *f, day on)
{
	if (r->what != f->what)
		return false;
	if (r->is_confirmed && day_known(r->from) && day_before(on, r->from))
		return false;
	if (day_known(r->until) && day_after(on, r->until))
		return false;
	if (r->product != NULL && (f->product == NULL || strcmp(r->product, f->product) != 0))
		return false;
	return !day_known(r->given) || !day_after(f->happened, r->given);
}

static day
last_day(const struct rule *r, const struct retention_facts *f)
{
	day event = DAY_NONE;

	switch (r->event) {
	case EVENT_GIVEN:
	case EVENT_CLOSED:
	case EVENT_EXCHANGED:
		event = f->happened;
		break;
	case EVENT_DIED:
		event = f->died;
		break;
	case EVENT_SUPPLIED:
		break;
	}
	if (!day_known(event))
		return DAY_MAX;
	event = day_add(event, 1);	/* the day of the event itself is not counted */
	return day_period_end(event, 12 * r->years);
}

day
retention_until(const struct retention_facts *f, day on, const char **ret_citation)
{
	const struct rule *longest = NULL;
	day until = DAY_MIN;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		day last;

		if (!binds(&rules[i], f, on))
			continue;
		last = last_day(&rules[i], f);
		if (longest == NULL || day_after(last, until)) {
			longest = &rules[i];
			until = last;
		}
	}
	if (ret_citation != NULL)
		*ret_citation = longest != NULL ? longest->citation : "";
	return longest != NULL ? until : DAY_MAX;
}

day
retention_exchange_over(day on)
{
	struct retention_facts f = { .what = RETENTION_EXCHANGE, .died = DAY_NONE };
	day low = DAY_MIN, high = on;

	/* The end of a period never moves back when its beginning moves on. */
	while (day_before(low, high)) {
		f.happened = day_add(low, (day_gap(low, high) + 1) / 2);
		if (day_before(retention_until(&f, on, NULL), on))
			low = f.happened;
		else
			high = day_add(f.happened, -1);
	}
	return low;
}
