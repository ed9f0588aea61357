#include <stdio.h>
#include <string.h>

#include "action/affair_code.h"
#include "action/arrival.h"
#include "action/exchange_round.h"
#include "record/code.h"
#include "store/store_copy.h"
#include "store/store_held.h"
#include "store/store_setting.h"

/*
 * Inquiries about residents (My Number Act, art. 19 no. 8).  Each rests on a period of residence
 * that the resident register's file brought; nobody is asked about a protected person.
 */
#define POLLS_AT_ONCE 64
#define LIST_CHUNK 200
#define INQUIRY_DAYS 60			/* then it expires and may be made anew */
#define US_PER_DAY (24 * 3600 * 1000000LL)

/* Salt and time are the inquiry's own, so that encoding it again gives what was sent. */
static void
salt_key(const struct inquiry_row *row, char key[64])
{
	(void)snprintf(key, 64, "inquiry-salt:%s", row->record_no);
}

enum rc
inquiry_again(struct action *a, const struct inquiry_row *row, struct arena *arena,
    struct adapter_inquiry *ret_inquiry, struct fault *why)
{
	struct adapter_inquiry q = { .record_no = row->record_no, .dept = "health",
	    .provider_municipality = row->provider, .affair_code = AFFAIR_IMMUNIZATION,
	    .procedure_code = AFFAIR_INQUIRE_RECORD, .item_code = AFFAIR_RECORD, .from = row->from,
	    .to = row->to, .non_disclosure = row->non_disclosure };
	struct person p;
	char key[64], *user;
	size_t len;
	enum rc rc;

	if ((rc = store_person_get(a->store, &row->person, arena, &p, why)) != RC_OK)
		return rc;
	salt_key(row, key);
	if ((rc = store_setting_get(a->store, key, arena, &q.salt, why)) != RC_OK)
		return rc;
	q.addressee_no = p.addressee_no;
	/* The profile has room for 20 characters. */
	len = strlen(row->asked_by);
	if ((user = arena_text(arena, row->asked_by, len > 20 ? 20 : len)) == NULL)
		return fault_set(why, RC_NOMEM, "inquiry", "out of memory");
	q.user = user;
	q.requested_at_ms = row->requested_us / 1000;
	*ret_inquiry = q;
	return RC_OK;
}

static enum rc
put(struct action *a, enum rc encoded, struct adapter_call *call, const char *msg_id,
    const struct inquiry_row *row, int64_t due_us, struct fault *why)
{
	if (encoded != RC_OK) {
		buf_clear(&call->bytes);
		return encoded;
	}
	return round_put(a, call, msg_id, &row->person, &row->id, due_us, why);
}

static enum rc
put_request(struct action *a, const struct inquiry_row *row, int64_t now_us, struct fault *why)
{
	struct adapter_inquiry q;
	struct adapter_call call;
	struct arena arena;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	memset(&call, 0, sizeof(call));
	buf_init(&call.bytes, LIMIT_WIRE_BYTES);
	if ((rc = node_message_id(msg_id, why)) == RC_OK &&
	    (rc = inquiry_again(a, row, &arena, &q, why)) == RC_OK)
		rc = put(a, a->adapter->inquire(&a->self, msg_id, &q, &call, why), &call, msg_id, row,
		    now_us, why);
	arena_clear(&arena);
	return rc;
}

static enum rc
put_fetch(struct action *a, const struct inquiry_row *row, int64_t now_us, struct fault *why)
{
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	memset(&call, 0, sizeof(call));
	buf_init(&call.bytes, LIMIT_WIRE_BYTES);
	if ((rc = node_message_id(msg_id, why)) != RC_OK)
		return rc;
	return put(a, a->adapter->result_fetch(&a->self, msg_id, row->reception_no, &call, why), &call,
	    msg_id, row, now_us, why);
}

/* Who must look, and why; one open work item an inquiry. */
static enum rc
put_work(struct action *a, const struct inquiry_row *row, struct fault *why)
{
	struct held_row work = { .kind = row->state == INQUIRY_IN_DOUBT ? HELD_IN_DOUBT : HELD_POISON };
	bool is_new;
	struct id id;

	work.reason = row->outcome != NULL ? row->outcome :
	    inquiry_state_name((enum inquiry_state)row->state);
	work.reference = row->record_no;
	work.source = row->provider;
	work.person = row->person;
	return store_held_add(a->store, &work, &id, &is_new, why);
}

enum rc
inquiry_event(struct action *a, struct inquiry_row *row, enum inquiry_event event,
    const char *outcome, int64_t now_us, struct fault *why)
{
	struct inquiry now = { (enum inquiry_state)row->state, (int)row->attempts, row->deadline_us / 1000 };
	struct inquiry_step step;
	enum rc rc;

	if ((rc = inquiry_next(&now, event, now_us / 1000, node_jitter(), &step)) != RC_OK)
		/* Late or repeated: it changes nothing. */
		return round_audit(a, "inquiry-refused", &row->person, AUDIT_FAILED, inquiry_event_name(event), why);
	row->state = (int64_t)step.next.state;
	row->attempts = step.next.polls;
	row->next_us = step.next_at_ms == INT64_MAX ? INT64_MAX : step.next_at_ms * 1000;
	row->is_ended = inquiry_ended(step.next.state);
	row->changed_us = now_us;
	if (outcome != NULL)
		row->outcome = outcome;
	else if (row->is_ended)
		row->outcome = inquiry_state_name(step.next.state);
	if ((rc = store_inquiry_set(a->store, row, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_SEND) != 0 && (rc = put_request(a, row, now_us, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_BAR_CODE) != 0 &&
	    (rc = code_event(a, &row->person, ACQUIRE_ON_DOUBT, now_us, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_FREE_CODE) != 0 &&
	    (rc = code_event(a, &row->person, ACQUIRE_ON_CLEARED, now_us, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_ACQUIRE) != 0 &&
	    (rc = code_event(a, &row->person, ACQUIRE_ON_LOST, now_us, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_WORK) != 0 && (rc = put_work(a, row, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_RECORD) != 0 && row->process_no != NULL &&
	    (rc = records_fetch(a, row->process_no, NULL, now_us, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_ALARM) != 0 &&
	    (rc = round_audit(a, "answer-forged", &row->person, AUDIT_FAILED, row->provider, why)) != RC_OK)
		return rc;
	if (row->is_ended)
		return round_audit(a, "inquiry-ended", &row->person, AUDIT_DONE, row->outcome, why);
	return RC_OK;
}

enum rc
inquiry_release(struct action *a, const struct id *person, int64_t now_us, struct fault *why)
{
	struct inquiry_row *row;
	struct arena arena;
	struct person p;
	size_t n, i;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = store_inquiry_of(a->store, person, &arena, &row, &n, why)) == RC_OK)
		rc = store_person_get(a->store, person, &arena, &p, why);
	for (i = 0; rc == RC_OK && i < n; i++)
		if (row[i].state == INQUIRY_DRAFT)
			/* Nobody is asked about somebody who was protected meanwhile. */
			rc = inquiry_event(a, &row[i], p.is_protected ? INQUIRY_ON_CANCEL : INQUIRY_ON_SEND,
			    p.is_protected ? "protected" : NULL, now_us, why);
	arena_clear(&arena);
	return rc;
}

enum rc
inquiry_heard(struct action *a, const struct heard *h, struct fault *why)
{
	const struct message *m = h->answer->message;
	struct inquiry_row row;
	enum inquiry_event event;
	enum rc rc;

	if ((rc = store_inquiry_get(a->store, &h->sent->about, h->arena, &row, why)) != RC_OK)
		return rc;
	if (m->kind == MESSAGE_RESULT && m->body.result.process_no != NULL)
		row.process_no = m->body.result.process_no;
	switch (h->event.kind) {
	case ADAPTER_RECEIVED:
		row.reception_no = h->event.reception_no;
		return inquiry_event(a, &row, INQUIRY_ON_RECEIPT, NULL, h->now_us, why);
	case ADAPTER_INQUIRY_WAITING:
		event = inquiry_event_of_progress(h->event.progress);
		if (event == INQUIRY_EVENT__COUNT)
			event = INQUIRY_ON_RECEIPT;
		return inquiry_event(a, &row, event, NULL, h->now_us, why);
	case ADAPTER_INQUIRY_ANSWERED:
		return answer_take(a, &row, h, why);
	case ADAPTER_INQUIRY_ENDED:
	case ADAPTER_FAILED:
		event = inquiry_event_of_error(h->event.error);
		if (event == INQUIRY_ON_NO_DATA)
			row.known_as_of = h->today;
		return inquiry_event(a, &row, event, message_error_name(h->event.error), h->now_us, why);
	case ADAPTER_NUMBER_WAITING: case ADAPTER_NUMBER_ISSUED: case ADAPTER_CODE:
	case ADAPTER_COPIES_WAITING: case ADAPTER_COPIES_DONE: case ADAPTER_COPY_LIST:
	case ADAPTER_HELD_LIST: case ADAPTER_RECORD_LIST: case ADAPTER_EVENT__COUNT:
		break;
	}
	return fault_set(why, RC_BUG, h->sent->type, "an answer of another kind");
}

enum rc
inquiry_poll(struct action *a, int64_t now_us, struct fault *why)
{
	struct inquiry_row *row;
	struct arena arena;
	size_t n, i;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = store_inquiry_due(a->store, now_us, POLLS_AT_ONCE, &arena, &row, &n, why)) != RC_OK)
		goto out;
	for (i = 0; i < n; i++) {
		if (now_us >= row[i].deadline_us) {
			if ((rc = inquiry_event(a, &row[i], INQUIRY_ON_DEADLINE, NULL, now_us, why)) != RC_OK)
				goto out;
			continue;
		}
		if (row[i].reception_no != NULL && (rc = put_fetch(a, &row[i], now_us, why)) != RC_OK)
			goto out;
		row[i].next_us = INT64_MAX;	/* its answer sets the next */
		if ((rc = store_inquiry_set(a->store, &row[i], why)) != RC_OK)
			goto out;
	}
 out:
	arena_clear(&arena);
	return rc;
}

/* ---- asking ---- */

static enum rc
draft(struct call *c, const struct person *p, const char *provider, struct fault *why)
{
	struct action *a = c->a;
	struct inquiry_row row = { .person = p->id, .provider = provider, .state = INQUIRY_DRAFT,
	    .basis = INQUIRY_RESIDENCE, .from = DAY_NONE, .to = DAY_NONE, .asked_by = c->actor,
	    .requested_us = c->now_us, .next_us = INT64_MAX, .known_as_of = DAY_NONE,
	    .changed_us = c->now_us };
	char salt[NODE_MESSAGE_ID_SIZE], key[64], record_no[24];
	enum code_use use;
	int64_t number;
	enum rc rc;

	row.deadline_us = c->now_us + INQUIRY_DAYS * US_PER_DAY;
	if ((rc = code_want(a, &p->id, c->now_us, &use, why)) != RC_OK)
		return rc;
	if (use == CODE_NO_NUMBER)
		return fault_set(why, RC_REFUSED, "inquiry",
		    "no MyNumber is kept for this person: the network cannot be asked");
	if (use == CODE_UNUSABLE)
		return fault_set(why, RC_REFUSED, "inquiry",
		    "this person's code may not be used until an officer decides: see watashi held list");
	if ((rc = store_setting_next(a->store, "inquiry-no", &number, why)) != RC_OK ||
	    (rc = node_message_id(salt, why)) != RC_OK)
		return rc;
	(void)snprintf(record_no, sizeof(record_no), "R%lld", (long long)number);
	row.record_no = record_no;
	salt_key(&row, key);
	if ((rc = store_setting_set(a->store, key, salt, why)) != RC_OK ||
	    (rc = store_inquiry_add(a->store, &row, &row.id, why)) != RC_OK ||
	    (rc = node_audit(c, &p->id, AUDIT_DONE, provider, why)) != RC_OK)
		return rc;
	return use == CODE_READY ? inquiry_event(a, &row, INQUIRY_ON_SEND, NULL, c->now_us, why) : RC_OK;
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
		    strcmp(provider, c->a->config.municipality) == 0)
			continue;
		for (k = 0; k < n_drafted; k++)
			if (strcmp(drafted[k], provider) == 0)
				break;
		if (k < n_drafted)
			continue;
		drafted[n_drafted++] = provider;
		count++;
		if (!asked_before(row, n, provider, again) && (rc = draft(c, p, provider, why)) != RC_OK)
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
	frame_put_text(&f, TAG_PROVIDER, p.is_protected ? "" : row->provider);
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
		if ((rc = store_inquiry_open(c->a->store, 10000, &c->arena, &row, &n, why)) != RC_OK)
			return rc;
		for (i = 0; i < n && rc == RC_OK; i++)
			rc = reply_inquiry(c, &row[i], why);
		return rc;
	}
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

	if (!round_connected(c->a))
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
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if (store_begin(a->store, 0, NULL) != RC_OK)
		goto out;
	if (request->kind == REQUEST_COPY_SEND) {
		waits = store_copy_count(a->store, &due, &sent, &confirmed, NULL) == RC_OK &&
		    (due > 0 || sent > confirmed);
		goto out;
	}
	for (i = 0; i < request->n_addressee && !waits; i++)
		waits = store_person_find_addressee(a->store, request->addressee[i], &id, NULL) == RC_OK &&
		    person_waits(a, &id, &arena);
	if (request->n_addressee == 0 && store_inquiry_open(a->store, 10000, &arena, &row, &n, NULL) == RC_OK)
		for (i = 0; i < n && !waits; i++)
			waits = row[i].state != INQUIRY_IN_DOUBT;
 out:
	store_rollback(a->store);
	arena_clear(&arena);
	return waits;
}
