#include "cli/schedule_tell.h"

enum rc
schedule_plan_write(const struct schedule_telling *telling, const struct visits_plan *plan, struct buf *out)
{
	size_t start = out->len;
	char n[16], count[16];
	struct day_text d;
	struct teller t;

	tell_begin(&t, telling, out);
	tell_text(&t, "\n");
	tell_text(&t, words(t.lang, WORDS("Plan of visits")));
	tell_text(&t, "\n");
	if (plan->n_visits == 0) {
		tell_text(&t, "  ");
		tell_text(&t, words(t.lang, WORDS("No visit is needed in this time.")));
		tell_text(&t, "\n");
	}
	for (unsigned v = 0; v < plan->n_visits; v++) {
		const struct visits_visit *visit = &plan->visit[v];

		tell_text(&t, "\n  ");
		tell_words(&t, WORDS("Visit {1}: {2}"), tell_number((int)v + 1, n), tell_day(&t, visit->on, &d), "");
		tell_text(&t, "\n");
		for (unsigned i = 0; i < visit->n_products; i++) {
			tell_bullet(&t);
			tell_text(&t, tell_product(&t, visit->product[i]));
			tell_text(&t, "\n");
		}
	}
	if (plan->late_days > 0) {
		tell_text(&t, "\n  ");
		tell_words(&t, WORDS("Days after the standard periods, summed over all injections: {1}."),
		    tell_number(plan->late_days, count), "", "");
		tell_text(&t, "\n");
	}
	if (plan->n_lost > 0) {
		tell_text(&t, "\n  ");
		tell_words(&t, WORDS("Doses that fall away because their last day passes first: {1}."),
		    tell_number((int)plan->n_lost, count), "", "");
		tell_text(&t, "\n");
	}
	if (!plan->proven) {
		tell_text(&t, "\n  ");
		tell_text(&t, words(t.lang, WORDS("The search was stopped at its bound: there may be a better plan.")));
		tell_text(&t, "\n");
	}
	if (t.rc != RC_OK)
		buf_truncate(out, start);
	return t.rc;
}
