#include "action/purge.h"

#include <stdio.h>
#include <string.h>

#include "action/node.h"
#include "record/retention.h"

/*
 * Records that need be kept no longer.  Nothing ever goes by itself: a list is made, one officer proposes, another
 * gives it, and what went leaves a tombstone and a row of the log.
 */
#define CHUNK 200

static const char *const what_word[TOMBSTONE_WHAT__COUNT] = { "person", "exchanges" };

static const char *
hindrance_word(enum purge_hindrance h)
{
	static const char *const word[PURGE_HINDRANCE__COUNT] = {
		[PURGE_FREE] = "", [PURGE_GUARDIAN] = "guardian", [PURGE_COPY] = "copy", [PURGE_INQUIRY] = "inquiry",
		[PURGE_MESSAGE] = "message", [PURGE_HELD] = "held", [PURGE_PROVISION] = "provision-record",
		[PURGE_EVIDENCE] = "evidence", [PURGE_ACCOUNT] = "account", [PURGE_OTHER] = "other-record",
		[PURGE_LAW] = "law",
	};

	return word[h];
}

enum rc
purge_judge(struct store *s, const struct purge_dead *dead, day today, struct arena *a,
    struct purge_verdict *ret, struct fault *why)
{
	struct purge_verdict v = { .hindrance = PURGE_FREE };
	/* Somebody without a dose is kept as if one had been given on the day of death. */
	struct retention_facts f = { .what = RETENTION_DOSE, .happened = dead->died, .died = dead->died };
	struct purge_kept *kept;
	const char *citation;
	size_t n;
	enum rc rc;

	if ((rc = store_purge_kept(s, &dead->id, a, &kept, &n, why)) != RC_OK)
		return rc;
	v.until = retention_until(&f, today, &v.citation);
	for (size_t i = 0; i < n; i++) {
		day until;

		f.what = kept[i].what;
		f.happened = kept[i].last;
		f.product = kept[i].product;
		until = retention_until(&f, today, &citation);
		v.versions += kept[i].versions;
		if (day_after(until, v.until)) {
			v.until = until;
			v.citation = citation;
		}
	}
	if (!day_before(v.until, today))
		v.hindrance = PURGE_LAW;
	else if ((rc = store_purge_hindrance(s, &dead->id, today, retention_exchange_over(today), &v.hindrance,
	    why)) != RC_OK)
		return rc;
	*ret = v;
	return RC_OK;
}

static enum rc
reply(struct call *c, enum tombstone_what what, const struct purge_dead *dead, const struct purge_verdict *v,
    int64_t tombstone, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_SUBJECT_KIND, what_word[what]);
	if (dead != NULL) {
		frame_put_text(&f, TAG_ADDRESSEE, dead->addressee_no);
		frame_put_day(&f, TAG_DIED_ON, dead->died);
	}
	frame_put_int(&f, TAG_COUNT, v->versions);
	if (!day_equal(v->until, DAY_MAX))
		frame_put_day(&f, TAG_KEPT_UNTIL, v->until);
	frame_put_text(&f, TAG_BASIS, v->citation);
	if (v->hindrance != PURGE_FREE)
		frame_put_text(&f, TAG_HINDRANCE, hindrance_word(v->hindrance));
	if (tombstone != 0)
		frame_put_int(&f, TAG_TOMBSTONE, tombstone);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Called with each of the dead in turn, oldest death first. */
typedef enum rc per_dead(struct call *c, const struct purge_dead *dead, const struct purge_verdict *v,
    void *closure, bool *ret_enough, struct fault *why);

static enum rc
each_dead(struct call *c, per_dead *does, void *closure, struct fault *why)
{
	struct purge_dead *rows, last = { ID_NONE, NULL, DAY_MIN };
	struct purge_verdict v;
	struct arena a;
	bool enough = false;
	size_t n = CHUNK;
	enum rc rc = RC_OK;

	while (n == CHUNK && !enough && rc == RC_OK) {
		arena_init(&a, LIMIT_REQUEST_BYTES);
		rc = store_purge_dead(c->a->store, last.died, &last.id, c->today, CHUNK, &a, &rows, &n, why);
		for (size_t i = 0; rc == RC_OK && i < n && !enough; i++)
			if ((rc = purge_judge(c->a->store, &rows[i], c->today, &a, &v, why)) == RC_OK)
				rc = does(c, &rows[i], &v, closure, &enough, why);
		if (rc == RC_OK && n > 0) {
			last = rows[n - 1];
			last.addressee_no = NULL;
		}
		arena_clear(&a);
	}
	return rc;
}

static enum rc
list_dead(struct call *c, const struct purge_dead *dead, const struct purge_verdict *v, void *closure,
    bool *ret_enough, struct fault *why)
{
	const bool *kept = closure;

	(void)ret_enough;
	return (v->hindrance != PURGE_FREE) == *kept ? reply(c, TOMBSTONE_PERSON, dead, v, 0, why) : RC_OK;
}

static enum rc
old_exchanges(struct call *c, struct purge_verdict *ret, struct fault *why)
{
	struct retention_facts f = { .what = RETENTION_EXCHANGE, .happened = c->today, .died = DAY_NONE };

	memset(ret, 0, sizeof(*ret));
	(void)retention_until(&f, c->today, &ret->citation);
	return store_purge_exchanges_count(c->a->store, c->today, retention_exchange_over(c->today), &ret->versions,
	    &ret->until, why);
}

static enum rc
list_tombstones(struct call *c, struct fault *why)
{
	struct tombstone *t;
	struct arena a;
	struct frame f;
	int64_t after = 0;
	size_t n = CHUNK;
	enum rc rc = RC_OK;

	while (n == CHUNK && rc == RC_OK) {
		arena_init(&a, LIMIT_REQUEST_BYTES);
		rc = store_tombstone_list(c->a->store, after, CHUNK, &a, &t, &n, why);
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			after = t[i].no;
			frame_init(&f, RESULT_ROW);
			frame_put_text(&f, TAG_SUBJECT_KIND,
			    (unsigned)t[i].what < TOMBSTONE_WHAT__COUNT ? what_word[t[i].what] : "");
			frame_put_int(&f, TAG_COUNT, t[i].rows);
			frame_put_day(&f, TAG_KEPT_UNTIL, t[i].kept_until);
			frame_put_text(&f, TAG_BASIS, t[i].basis);
			frame_put_int(&f, TAG_TOMBSTONE, t[i].no);
			frame_put_int(&f, TAG_AT, t[i].purged_us);
			node_put_officer(c, &f, TAG_OFFICER, t[i].purged_by);
			rc = node_reply(c, &f, why);
			frame_clear(&f);
		}
		arena_clear(&a);
	}
	return rc;
}

enum rc
do_purge_list(struct call *c, struct fault *why)
{
	bool kept = request_int(c->r, TAG_KEPT, 0) != 0, purged = request_int(c->r, TAG_PURGED, 0) != 0;
	struct purge_verdict exchanges;
	enum rc rc;

	if (kept && purged)
		return fault_set(why, RC_INVALID, "purge list", "kept or purged, not both");
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, kept ? "kept" : purged ? "purged" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if (purged)
		rc = list_tombstones(c, why);
	else if ((rc = each_dead(c, list_dead, &kept, why)) == RC_OK && !kept &&
	    (rc = old_exchanges(c, &exchanges, why)) == RC_OK && exchanges.versions > 0)
		rc = reply(c, TOMBSTONE_EXCHANGE, NULL, &exchanges, 0, why);
	store_rollback(c->a->store);
	return rc;
}

static enum rc
purge_one(struct call *c, const struct purge_dead *dead, const struct purge_verdict *v, enum purge_hindrance *ret_hindrance,
    struct fault *why)
{
	struct tombstone t = { .rows = v->versions, .kept_until = v->until, .basis = v->citation,
	    .purged_by = c->actor };
	enum rc rc;

	/* The trace first: the log knows the person no more afterwards. */
	if ((rc = node_audit(c, &dead->id, AUDIT_DONE, "purged", why)) != RC_OK ||
	    (rc = store_purge_person(c->a->store, &dead->id, c->today, c->today, retention_exchange_over(c->today),
	    &t, ret_hindrance, why)) != RC_OK || *ret_hindrance != PURGE_FREE)
		return rc;
	return reply(c, TOMBSTONE_PERSON, dead, v, t.no, why);
}

/* One of everybody who may go; who is named by a record that this knows nothing of stays. */
static enum rc
purge_dead(struct call *c, const struct purge_dead *dead, const struct purge_verdict *v, void *closure,
    bool *ret_enough, struct fault *why)
{
	enum purge_hindrance hindrance = PURGE_FREE;
	size_t *done = closure;
	enum rc rc;

	if (v->hindrance != PURGE_FREE)
		return RC_OK;
	/* As many as a second officer can look through. */
	if (node_cut(c, *done + 1) == *done) {
		*ret_enough = true;
		return RC_OK;
	}
	rc = purge_one(c, dead, v, &hindrance, why);
	*done += rc == RC_OK && hindrance == PURGE_FREE;
	return rc;
}

static enum rc
purge_named(struct call *c, const char *addressee_no, struct fault *why)
{
	struct purge_dead dead = { .addressee_no = addressee_no };
	enum purge_hindrance hindrance = PURGE_FREE;
	struct purge_verdict v;
	struct person p;
	enum rc rc;

	if ((rc = node_person(c, addressee_no, &p, why)) != RC_OK)
		return rc;
	if (p.is_protected)
		return fault_set(why, RC_REFUSED, "purge", "a protected person's record is not purged: end the protection first");
	if (!day_known(p.died_on) || day_after(p.died_on, c->today))
		return fault_set(why, RC_REFUSED, "purge", "the record of somebody who lives, as far as is known, is kept");
	dead.id = p.id;
	dead.died = p.died_on;
	if ((rc = purge_judge(c->a->store, &dead, c->today, &c->arena, &v, why)) != RC_OK)
		return rc;
	if (v.hindrance == PURGE_LAW)
		return fault_set(why, RC_REFUSED, "purge", "the law has the record kept longer: %s", v.citation);
	if (v.hindrance == PURGE_FREE && (rc = purge_one(c, &dead, &v, &hindrance, why)) != RC_OK)
		return rc;
	if (v.hindrance == PURGE_FREE)
		v.hindrance = hindrance;
	return v.hindrance == PURGE_FREE ? RC_OK :
	    fault_set(why, RC_REFUSED, "purge", "something stands in the way: %s; see purge list --kept",
	    hindrance_word(v.hindrance));
}

enum rc
do_purge_do(struct call *c, struct fault *why)
{
	bool all = request_int(c->r, TAG_ALL, 0) != 0;
	struct purge_verdict exchanges;
	struct tombstone t = { .purged_by = c->actor };
	size_t done = 0;
	enum rc rc;

	if (all == (c->r->n_addressee > 0))
		return fault_set(why, RC_INVALID, "purge", "say whom, or --all");
	if (c->r->n_addressee >= node_most(c))
		return fault_set(why, RC_TOO_BIG, "purge", "at most %d people at once", (int)node_most(c) - 1);
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < c->r->n_addressee; i++)
		if ((rc = purge_named(c, c->r->addressee[i], why)) != RC_OK)
			return rc;
	if (all) {
		if ((rc = each_dead(c, purge_dead, &done, why)) != RC_OK ||
		    (rc = old_exchanges(c, &exchanges, why)) != RC_OK)
			return rc;
		if (exchanges.versions > 0) {
			t.basis = exchanges.citation;
			t.kept_until = exchanges.until;
			if ((rc = node_audit(c, NULL, AUDIT_DONE, "exchanges", why)) != RC_OK ||
			    (rc = store_purge_exchanges(c->a->store, c->today, retention_exchange_over(c->today), &t,
			    why)) != RC_OK ||
			    (rc = reply(c, TOMBSTONE_EXCHANGE, NULL, &exchanges, t.no, why)) != RC_OK)
				return rc;
		}
		if (done == 0 && exchanges.versions == 0)
			return fault_set(why, RC_REFUSED, "purge", "there is nothing that may go");
	}
	return store_commit(c->a->store, why);
}
