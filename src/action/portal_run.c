#include <stdio.h>
#include <string.h>

#include "action/portal.h"
#include "store/store_notice.h"

/*
 * The letters of a run as notices to portals.  Whom the run writes to was decided when it was made; who has died, left,
 * come under protection or been barred since gets none, and it is written down why.
 */
#define PEOPLE_AT_ONCE 500
#define DETAIL_SIZE 120

struct telling {
	struct call *c;
	struct notice_run run;
	bool is_counting;		/* nothing is written */
	int64_t count[PORTAL_REASON__COUNT];
};

static enum rc
find_run(struct call *c, struct notice_run *ret_run, struct fault *why)
{
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	rc = store_notice_run_get(c->a->store, request_int(c->r, TAG_RUN, 0), &c->arena, ret_run, why);
	return rc == RC_ABSENT ? fault_set(why, RC_ABSENT, "run", "no run has this number") : rc;
}

static enum rc
tell_one(struct telling *t, const struct id *person, struct arena *arena, struct fault *why)
{
	struct portal_notice n = { .person = *person, .kind = PORTAL_OF_RUN, .run = t->run.no, .made_by = t->c->actor,
	    .state = PORTAL_WAITS };
	enum rc rc;

	if ((rc = portal_judge(t->c->a, person, t->run.programme, t->c->today, arena, &n.reason, why)) != RC_OK)
		return rc;
	t->count[n.reason]++;
	if (t->is_counting)
		return RC_OK;
	if (n.reason != PORTAL_NO_REASON)
		n.state = PORTAL_WITHHELD;
	return store_portal_add(t->c->a->store, &n, why);
}

static enum rc
tell_all(struct telling *t, struct fault *why)
{
	struct id *people, last = ID_NONE;
	size_t n = PEOPLE_AT_ONCE;
	struct arena arena;
	enum rc rc = RC_OK;

	while (rc == RC_OK && n == PEOPLE_AT_ONCE) {
		arena_init(&arena, LIMIT_REQUEST_BYTES);
		rc = store_portal_letters(t->c->a->store, t->run.no, id_known(&last) ? &last : NULL, PEOPLE_AT_ONCE, &arena,
		    &people, &n, why);
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			rc = tell_one(t, &people[i], &arena, why);
			last = people[i];
		}
		arena_clear(&arena);
	}
	return rc;
}

static enum rc
reply_counts(struct telling *t, struct fault *why)
{
	struct call *c = t->c;
	enum rc rc;

	if ((rc = node_reply_count(c, "list", "run", NULL, t->run.no, why)) != RC_OK ||
	    (rc = node_reply_count(c, "list", "programme", t->run.programme, -1, why)) != RC_OK ||
	    (rc = node_reply_count(c, "list", "purpose", release_purpose_word(t->run.purpose), -1, why)) != RC_OK ||
	    (rc = node_reply_count(c, "list", "portal",
	    portal_connected(c->a) ? "connected" : "not-connected", -1, why)) != RC_OK)
		return rc;
	rc = node_reply_count(c, "list", "notices", NULL, t->count[PORTAL_NO_REASON], why);
	for (int i = PORTAL_NO_REASON + 1; i < PORTAL_UNDONE && rc == RC_OK; i++)
		rc = node_reply_count(c, "excluded", portal_reason_word((enum portal_reason)i), NULL, t->count[i], why);
	return rc;
}

/* Is there anything to be told, and was it not told before? */
static enum rc
begin(struct telling *t, struct fault *why)
{
	int64_t n[PORTAL_STATE__COUNT];
	enum rc rc;

	if ((rc = find_run(t->c, &t->run, why)) != RC_OK)
		return rc;
	if (t->run.undone_us != 0)
		return fault_set(why, RC_REFUSED, "run", "it was taken back");
	if ((rc = store_portal_count(t->c->a->store, t->run.no, n, why)) != RC_OK)
		return rc;
	for (int i = 0; i < PORTAL_STATE__COUNT; i++)
		if (n[i] > 0)
			return fault_set(why, RC_REFUSED, "run", "its notices went to the portals before: see notice sent");
	return RC_OK;
}

enum rc
do_notice_count(struct call *c, struct fault *why)
{
	struct telling t = { .c = c, .is_counting = true };
	enum rc rc;

	if ((rc = begin(&t, why)) != RC_OK || (rc = tell_all(&t, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return reply_counts(&t, why);
}

enum rc
do_notice_portal(struct call *c, struct fault *why)
{
	struct telling t = { .c = c };
	char detail[DETAIL_SIZE];
	enum rc rc;

	if (!portal_connected(c->a))
		return fault_set(why, RC_REFUSED, "portal", "not connected: this node knows no network with a portal");
	if ((rc = begin(&t, why)) != RC_OK || (rc = tell_all(&t, why)) != RC_OK)
		return rc;
	if (t.count[PORTAL_NO_REASON] == 0)
		return fault_set(why, RC_REFUSED, "run", "nobody is left to write to");
	(void)snprintf(detail, sizeof(detail), "run %lld: %lld notices", (long long)t.run.no,
	    (long long)t.count[PORTAL_NO_REASON]);
	if ((rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK || (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return reply_counts(&t, why);
}

static enum rc
reply_sent(struct call *c, const struct portal_notice *n, struct fault *why)
{
	struct person p;
	struct frame f;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, &n->person, &c->arena, &p, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_RUN, n->run);
	frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
	frame_put_text(&f, TAG_STATE, portal_state_word(n->state));
	if (n->reason != PORTAL_NO_REASON)
		frame_put_text(&f, TAG_REASON, portal_reason_word(n->reason));
	frame_put_int(&f, TAG_AT, n->settled_us);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_notice_sent(struct call *c, struct fault *why)
{
	struct arena whole;
	struct portal_notice *row;
	struct id last = ID_NONE;
	struct notice_run run;
	size_t n = PEOPLE_AT_ONCE;
	enum rc rc;

	if ((rc = find_run(c, &run, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	whole = c->arena;
	while (rc == RC_OK && n == PEOPLE_AT_ONCE) {
		arena_init(&c->arena, LIMIT_REQUEST_BYTES);
		rc = store_portal_of_run(c->a->store, run.no, id_known(&last) ? &last : NULL, PEOPLE_AT_ONCE, &c->arena, &row,
		    &n, why);
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			last = row[i].person;
			rc = reply_sent(c, &row[i], why);
		}
		arena_clear(&c->arena);
	}
	c->arena = whole;
	return rc;
}
