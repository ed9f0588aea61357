#include <string.h>

#include "action/provide.h"
#include "action/register_person.h"
#include "record/record_check.h"

/*
 * Arrival, departure and return at the counter.  The register of residents tells them every night; somebody stands
 * here now, and who is on no register is told of by nobody else.  A period is stated whole: without a last day it
 * goes on.  The night's file has the last word: it replaces the period that begins on the same day.
 */
static size_t
find_period(const struct residence *r, size_t n, day from)
{
	size_t i;

	for (i = 0; i < n && !day_equal(r[i].from, from); i++)
		;
	return i;
}

static void
state_period(const struct request *r, const struct residence *before, struct residence *now)
{
	day until = request_day(r, TAG_UNTIL);

	*now = before != NULL ? *before : (struct residence){ .from = request_day(r, TAG_FROM), .until = DAY_NONE };
	if (!day_equal(now->until, until))
		now->exit = EXIT_UNKNOWN;
	now->until = until;
	if (request_text(r, TAG_PREVIOUS) != NULL)
		now->previous = request_text(r, TAG_PREVIOUS);
	if (!day_known(until))
		now->next = NULL;		/* who has not left went nowhere */
	if (request_text(r, TAG_NEXT) != NULL)
		now->next = request_text(r, TAG_NEXT);
}

/* The person's periods with the one that was stated, or without it, in order: *n of them in all. */
static enum rc
change(const struct request *r, struct residence all[PERSON_RESIDENCES_MAX + 1], size_t *n, struct fault *why)
{
	day from = request_day(r, TAG_FROM);
	size_t at = find_period(all, *n, from);
	struct residence now;

	if (request_int(r, TAG_UNDO, 0) != 0) {
		if (at == *n)
			return fault_set(why, RC_ABSENT, "from", "no period of residence begins on this day");
		memmove(&all[at], &all[at + 1], (*n - at - 1) * sizeof(*all));
		--*n;
		return RC_OK;
	}
	if (!day_known(request_day(r, TAG_UNTIL)) && request_text(r, TAG_NEXT) != NULL)
		return fault_set(why, RC_INVALID, "until", "who moved away has a last day here: state it");
	state_period(r, at < *n ? &all[at] : NULL, &now);
	if (at < *n) {
		all[at] = now;
		return RC_OK;
	}
	if (*n >= PERSON_RESIDENCES_MAX)
		return fault_set(why, RC_TOO_BIG, "from", "more than %d periods", PERSON_RESIDENCES_MAX);
	for (at = 0; at < *n && day_before(all[at].from, from); at++)
		;
	memmove(&all[at + 1], &all[at], (*n - at) * sizeof(*all));
	all[at] = now;
	++*n;
	return RC_OK;
}

enum rc
do_resident_period(struct call *c, struct fault *why)
{
	struct residence all[PERSON_RESIDENCES_MAX + 1];
	struct finding found[1];
	struct finding_list list = { found, 1, 0 };
	day from = request_day(c->r, TAG_FROM);
	enum store_fate fate;
	struct person p;
	struct id id;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = node_record(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	if (p.is_shielded)
		return fault_set(why, RC_REFUSED, "protection",
		    "the record is protected: who may not see it may not write it");
	if (day_known(p.birth.first) && day_before(from, p.birth.first))
		return fault_set(why, RC_INVALID, "from", "the period begins before the birth");
	n = p.n_residences < PERSON_RESIDENCES_MAX ? p.n_residences : PERSON_RESIDENCES_MAX;
	if (n > 0)
		memcpy(all, p.residences, n * sizeof(*all));
	if ((rc = change(c->r, all, &n, why)) != RC_OK)
		return rc;
	p.residences = all;
	p.n_residences = n;
	record_check_person(&p, c->today, &list);
	if (list.n > 0)
		return fault_set(why, RC_INVALID, found[0].field, "%s", record_check_word(found[0].code));
	if ((rc = store_person_put(c->a->store, &p, &id, &fate, why)) != RC_OK ||
	    (rc = provide_changed(c->a, &id, !p.is_protected, c->now_us, c->today, why)) != RC_OK)
		return rc;
	return register_person_finish(c, &id, fate == STORE_UNCHANGED ? "unchanged" : NULL, why);
}
