#include <string.h>

#include "action/acquire_code.h"
#include "action/arrival.h"
#include "action/inquiry_step.h"
#include "action/peer_test.h"
#include "action/say.h"
#include "record/code.h"
#include "store/store_copy.h"

/*
 * Asking for inquiries about residents (My Number Act, art. 19 no. 8).  Each rests on a period of
 * residence that the resident register's file brought; nobody is asked about a protected person.
 */
#define LIST_CHUNK 200
#define LOOKED_AT_ONCE 10000		/* while a client waits for whatever is open */
#define US_PER_DAY (24 * 3600 * INT64_C(1000000))
/* Within 24 hours.  Asking by name is for what the file of the day did not bring: an officer who
 * asks for more, or for the same person again and again, is looking, not working. */
#define OFFICER_A_DAY 300
#define SUBJECT_A_DAY 5

static enum rc
draft(struct call *c, const struct person *p, const char *provider, struct fault *why)
{
	struct inquiry_row row = { .person = p->id, .provider = provider, .basis = INQUIRY_RESIDENCE,
	    .from = DAY_NONE, .to = DAY_NONE, .asked_by = c->actor, .requested_us = c->now_us };
	enum code_use use;
	enum rc rc;

	if ((rc = code_want(c->a, &p->id, c->now_us, &use, why)) != RC_OK)
		return rc;
	if (use == CODE_NO_NUMBER)
		return fault_set(why, RC_REFUSED, "inquiry",
		    "no MyNumber is kept for this person: the network cannot be asked");
	if (use == CODE_UNUSABLE)
		return fault_set(why, RC_REFUSED, "inquiry",
		    "this person's code may not be used until an officer decides: see watashi held list");
	if ((rc = inquiry_draft(c->a, &row, why)) != RC_OK)
		return rc;
	return node_audit(c, &p->id, AUDIT_DONE, provider, why);
}

/* Has this town been asked, or is it being asked? */
static bool
asked_before(const struct inquiry_row *row, size_t n, const char *provider, bool again)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(row[i].provider, provider) != 0)
			continue;
		if (!row[i].is_ended || row[i].state == INQUIRY_IN_DOUBT)
			return true;
		if (!again && row[i].state != INQUIRY_EXPIRED && row[i].state != INQUIRY_ERROR)
			return true;
	}
	return false;
}

/* Named by an officer: within limits? */
static enum rc
check_limits(struct call *c, const struct person *p, const struct inquiry_row *row, size_t n,
    struct fault *why)
{
	int64_t mine;
	size_t i, lately = 0;
	enum rc rc;

	for (i = 0; i < n; i++)
		lately += row[i].requested_us > c->now_us - US_PER_DAY;
	if ((rc = store_inquiry_count_by(c->a->store, c->actor, c->now_us - US_PER_DAY, &mine, why)) != RC_OK)
		return rc;
	if (lately < SUBJECT_A_DAY && mine < OFFICER_A_DAY)
		return RC_OK;
	/* Also the refusal is a trace. */
	if ((rc = node_audit(c, &p->id, AUDIT_REFUSED, "limit", why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return fault_set(why, RC_REFUSED, "inquiry", lately >= SUBJECT_A_DAY ?
	    "this person was asked about %d times within a day: wait for the answers" :
	    "an officer asks by name at most %d times within a day", lately >= SUBJECT_A_DAY ?
	    SUBJECT_A_DAY : OFFICER_A_DAY);
}

/* Only the last previous municipality, when the node is set so. */
static bool
is_asked(const struct call *c, const struct person *p, size_t i)
{
	const char *code;

	if (strcmp(c->a->config.ask_previous, "last") != 0)
		return true;
	while (++i < p->n_residences)
		if (code_municipality_to_ask(p->residences[i].previous, c->today, &code) == RC_OK &&
		    strcmp(code, c->a->config.municipality) != 0)
			return false;
	return true;
}

enum rc
arrival_ask(struct call *c, const struct person *p, bool again, size_t *ret_n, struct fault *why)
{
	struct inquiry_row *row;
	const char *provider, *drafted[PERSON_RESIDENCES_MAX];
	size_t n, i, k, count = 0, n_drafted = 0;
	enum rc rc;

	*ret_n = 0;
	if (p->is_protected)
		return RC_OK;
	if ((rc = store_inquiry_of(c->a->store, &p->id, &c->arena, &row, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < p->n_residences; i++) {
		if (code_municipality_to_ask(p->residences[i].previous, c->today, &provider) != RC_OK ||
		    strcmp(provider, c->a->config.municipality) == 0 || !is_asked(c, p, i))
			continue;
		for (k = 0; k < n_drafted; k++)
			if (strcmp(drafted[k], provider) == 0)
				break;
		if (k < n_drafted)
			continue;
		drafted[n_drafted++] = provider;
		count++;
		if (asked_before(row, n, provider, again))
			continue;
		if ((again && (rc = check_limits(c, p, row, n, why)) != RC_OK) ||
		    (rc = draft(c, p, provider, why)) != RC_OK)
			return rc;
	}
	*ret_n = count;
	return RC_OK;
}

static enum rc
ask_everybody(struct call *c, size_t *ret_n, struct fault *why)
{
	struct store *s = c->a->store;
	struct id chunk[LIST_CHUNK], after;
	struct arena whole = c->arena;
	struct person p;
	size_t n, i, one, total = 0;
	bool first = true;
	enum rc rc = RC_OK;

	for (n = LIST_CHUNK; rc == RC_OK && n == LIST_CHUNK; first = false) {
		if ((rc = store_person_list(s, first ? NULL : &after, chunk, LIST_CHUNK, &n, why)) != RC_OK)
			break;
		for (i = 0; i < n && rc == RC_OK; i++) {
			arena_init(&c->arena, LIMIT_REQUEST_BYTES);
			one = 0;
			if ((rc = store_person_get(s, &chunk[i], &c->arena, &p, why)) == RC_OK)
				rc = arrival_ask(c, &p, false, &one, why);
			if (rc == RC_REFUSED)	/* of this one; the others are asked about */
				rc = RC_OK;
			arena_clear(&c->arena);
			total += one;
		}
		if (n > 0)
			after = chunk[n - 1];
	}
	c->arena = whole;
	*ret_n = total;
	return rc;
}

static enum rc
reply_inquiry(struct call *c, const struct inquiry_row *row, struct fault *why)
{
	struct person p;
	struct frame f;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, &row->person, &c->arena, &p, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
	frame_put_text(&f, TAG_PROVIDER, row->provider);
	frame_put_text(&f, TAG_STATE, inquiry_state_name((enum inquiry_state)row->state));
	frame_put_text(&f, TAG_OUTCOME, row->outcome);
	frame_put_int(&f, TAG_REQUESTED_AT, row->requested_us);
	frame_put_int(&f, TAG_NEXT_AT, row->next_us == INT64_MAX ? 0 : row->next_us);
	frame_put_text(&f, TAG_PROCESS_NO, row->process_no);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

static enum rc
reply_inquiries_of(struct call *c, struct fault *why)
{
	struct inquiry_row *row;
	struct person p;
	size_t n, i, k;
	enum rc rc = RC_OK;

	if (c->r->n_addressee == 0) {
		if ((rc = store_inquiry_open(c->a->store, node_most(c), &c->arena, &row, &n, why)) != RC_OK)
			return rc;
		n = node_cut(c, n);
		for (i = 0; i < n && rc == RC_OK; i++)
			rc = reply_inquiry(c, &row[i], why);
		return rc;
	}
	node_see(c);		/* people named one by one */
	for (k = 0; k < c->r->n_addressee && rc == RC_OK; k++) {
		if ((rc = node_person(c, c->r->addressee[k], &p, why)) != RC_OK ||
		    (rc = store_inquiry_of(c->a->store, &p.id, &c->arena, &row, &n, why)) != RC_OK)
			return rc;
		for (i = 0; i < n && rc == RC_OK; i++)
			rc = reply_inquiry(c, &row[i], why);
	}
	return rc;
}

enum rc
do_inquire(struct call *c, struct fault *why)
{
	struct store *s = c->a->store;
	struct person p;
	size_t i, n = 0, one;
	enum rc rc;

	if (!say_connected(c->a))
		return fault_set(why, RC_REFUSED, "network",
		    "this node is not joined to a network: see watashi doctor");
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK)
		return rc;
	for (i = 0; i < c->r->n_addressee; i++) {
		if ((rc = node_person(c, c->r->addressee[i], &p, why)) != RC_OK)
			return rc;
		if (p.is_protected) {
			/* Also the refusal is a trace. */
			if ((rc = node_audit(c, &p.id, AUDIT_REFUSED, "protected", why)) != RC_OK ||
			    (rc = store_commit(s, why)) != RC_OK)
				return rc;
			return fault_set(why, RC_REFUSED, "inquiry", "the record is protected: nobody is asked");
		}
		if ((rc = arrival_ask(c, &p, true, &one, why)) != RC_OK)
			return rc;
		if (one == 0)
			return fault_set(why, RC_REFUSED, "inquiry",
			    "no period of residence names a previous municipality to ask");
		n += one;
	}
	if (c->r->n_addressee == 0 && (rc = ask_everybody(c, &n, why)) != RC_OK)
		return rc;
	if ((rc = store_commit(s, why)) != RC_OK ||
	    (rc = store_begin(s, c->now_us, why)) != RC_OK)
		return rc;
	return reply_inquiries_of(c, why);
}

enum rc
do_inquiry_list(struct call *c, struct fault *why)
{
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	return reply_inquiries_of(c, why);
}

/* A client waits until what it asked for is over, or has come to a person who must decide. */
static bool
person_waits(const struct action *a, const struct id *person, struct arena *arena)
{
	struct inquiry_row *row;
	size_t n, i;

	if (store_inquiry_of(a->store, person, arena, &row, &n, NULL) != RC_OK)
		return false;
	for (i = 0; i < n; i++)
		if (!row[i].is_ended && row[i].state != INQUIRY_IN_DOUBT)
			return true;
	return false;
}

bool
action_waiting(const struct action *a, const struct request *request)
{
	struct inquiry_row *row;
	struct arena arena;
	struct id id;
	size_t i, n;
	int64_t due = 0, sent = 0, confirmed = 0;
	bool waits = false;

	if (a->state != NODE_OPEN)
		return false;
	if (request->kind == REQUEST_PEER_TEST)
		return peer_test_running(a);
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if (node_work(a, 0, NULL) != RC_OK)
		goto out;
	if (request->kind == REQUEST_COPY_SEND) {
		waits = store_copy_count(a->store, &due, &sent, &confirmed, NULL) == RC_OK &&
		    (due > 0 || sent > confirmed);
		goto out;
	}
	for (i = 0; i < request->n_addressee && !waits; i++)
		waits = store_person_find_addressee(a->store, request->addressee[i], &id, NULL) == RC_OK &&
		    person_waits(a, &id, &arena);
	if (request->n_addressee == 0 && store_inquiry_open(a->store, LOOKED_AT_ONCE, &arena, &row, &n, NULL) == RC_OK)
		for (i = 0; i < n && !waits; i++)
			waits = row[i].state != INQUIRY_IN_DOUBT;
 out:
	store_rollback(a->store);
	arena_clear(&arena);
	return waits;
}
