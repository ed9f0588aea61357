#include <stdlib.h>
#include <string.h>

#include "action/acquire_code.h"
#include "action/approval.h"
#include "action/ask_again.h"
#include "action/copy_verify.h"
#include "action/correction.h"
#include "action/day_count.h"
#include "action/duplicate.h"
#include "action/evidence.h"
#include "action/inquiry_run.h"
#include "action/correction_letter.h"
#include "action/outbox_row.h"
#include "action/peer_test.h"
#include "action/portal.h"
#include "action/provide.h"
#include "action/same_person.h"
#include "action/records.h"
#include "action/keys.h"
#include "action/maintenance.h"
#include "action/say.h"
#include "action/ticket.h"
#include "action/urgent.h"
#include "exchange/outbox.h"
#include "exchange/post.h"
#include "store/store_again.h"
#include "store/store_held.h"
#include "store/store_inbox.h"
#include "store/store_inquiry.h"
#include "store/store_number.h"

/*
 * The node's clockwork towards the network: what is due is sent, what comes back is taken in, in
 * one transaction with the end of its outbox row.
 */
#define US_PER_MS 1000
#define AT_ONCE 64			/* sendings to one endpoint handed to post and not yet answered */
#define LEAVING_MAX (AT_ONCE * ADAPTER_ENDPOINT__COUNT)

static enum adapter_endpoint
endpoint_of(const char *name)
{
	int e;

	for (e = 0; e < ADAPTER_ENDPOINT__COUNT; e++)
		if (strcmp(adapter_endpoint_name((enum adapter_endpoint)e), name) == 0)
			break;
	return (enum adapter_endpoint)e;
}

/* Who must sign an answer from there. */
static void
answerer_of(const struct action *a, enum adapter_endpoint endpoint, enum peer_role *ret_role,
    const char **ret_institution)
{
	switch (endpoint) {
	case ADAPTER_REGISTRAR:
		*ret_role = PEER_REGISTRAR;
		*ret_institution = MESSAGE_INSTITUTION_REGISTRAR;
		return;
	case ADAPTER_CORE:
		*ret_role = PEER_CORE;
		*ret_institution = MESSAGE_INSTITUTION_CORE;
		return;
	case ADAPTER_INTERMEDIARY:
	case ADAPTER_ENDPOINT__COUNT:
		break;
	}
	*ret_role = PEER_INTERMEDIARY;
	*ret_institution = a->self.institution;
}

/* Signed, and handed to post: straight, or for the one message with a number by the key process. */
static enum rc
hand_over(struct action *a, const struct outbox_row *row, enum adapter_endpoint endpoint,
    const struct vault_signature *sig, int64_t now_us, struct arena *arena, struct fault *why)
{
	struct peer_call call = { .left_ms = now_us / US_PER_MS };
	struct vault_sealed sealed;
	struct vault_place place;
	struct id record;
	struct frame f;
	enum rc rc;

	memcpy(call.id, row->id.b, sizeof(call.id));
	if (row->gap_offset < 0) {
		post_send(&f, &call, endpoint, row->bytes, row->len, sig->bytes, sig->len);
		rc = f.rc != RC_OK ? fault_set(why, f.rc, "post", "cannot be framed") :
		    a->doors.post(a->doors.given, &f, why);
	} else {
		post_send_head(&f, &call, endpoint);
		if ((rc = store_number_used(a->store, &row->person, arena, &sealed, &record, why)) == RC_OK) {
			store_number_place(a->store, &record, &place);
			rc = vault_client_number_to_post(a->key, &place, &sealed, row->bytes, row->len,
			    (size_t)row->gap_offset, &f, POST_DOCUMENT, POST_SIGNATURE, why);
		}
	}
	frame_clear(&f);
	return rc;
}

/* Not answered: the retry machine says when again, or that a person must look. */
static enum rc
put_off(struct action *a, const struct outbox_row *row, enum sending_outcome outcome,
    const char *peer, int64_t now_us, struct fault *why)
{
	struct sending now = outbox_sending(row, SENDING_UNDER_WAY), next;
	struct held_row held = { .kind = HELD_POISON };
	struct id id;
	int64_t failures = 0;
	bool is_new;
	enum rc rc;

	if ((rc = node_work(a, now_us, why)) != RC_OK)
		goto out;
	if ((outcome == SENDING_BAD_ANSWER || outcome == SENDING_BAD_SIGNATURE) &&
	    (rc = store_inbox_poison(a->store, peer, row->message_id, &failures, why)) != RC_OK)
		goto out;
	now.suspicious = failures > 0 ? (int)failures - 1 : 0;
	if ((rc = sending_next(&now, SENDING_ON_OUTCOME, outcome, now_us / US_PER_MS, node_jitter(),
	    &next)) != RC_OK) {
		rc = fault_set(why, rc, "outbox", "an answer to what was not sent");
		goto out;
	}
	if ((rc = outbox_keep(a, row, &next, sending_outcome_name(outcome), why)) != RC_OK)
		goto out;
	if (next.state == SENDING_STOPPED) {
		held.reason = sending_outcome_name(outcome);
		held.reference = row->message_id;
		held.source = peer;
		held.person = row->person;
		/* Set aside again after an officer's release is another item of work. */
		held.payload = &row->attempts;
		held.payload_len = sizeof(row->attempts);
		if ((rc = store_held_add(a->store, &held, &id, &is_new, why)) != RC_OK ||
		    (rc = say_audit(a, "sending-stopped", &row->person, AUDIT_FAILED, row->type, why)) != RC_OK)
			goto out;
	}
	rc = store_commit(a->store, why);
 out:
	store_rollback(a->store);
	return rc;
}

/* Is it our own trouble, so that asking again later is right, or the answer's? */
static enum sending_outcome
outcome_of(enum rc rc)
{
	switch (rc) {
	case RC_INVALID:
	case RC_CONFLICT:
	case RC_TOO_BIG:
	case RC_REFUSED:
	case RC_BUG:
		return SENDING_BAD_ANSWER;
	case RC_OK: case RC_ABSENT: case RC_PENDING: case RC_NOMEM: case RC_IO: case RC_FULL: case RC_DB:
	case RC_NET: case RC_CRYPTO: case RC_BUSY: case RC_VERSION: case RC__COUNT:
		break;
	}
	return SENDING_NOT_KEPT;
}

/* What was sent and could not be settled when its answer came is sent again: the same MsgID
 * gets the stored answer. */
static enum rc
settle(struct action *a, int64_t now_us, struct fault *why)
{
	int64_t resumed;
	enum rc rc;

	if (!a->is_unsettled)
		return RC_OK;
	/* A probe may be among them. */
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++)
		breaker_forget_probe(&a->breaker[e], now_us / US_PER_MS);
	if ((rc = node_work(a, now_us, why)) == RC_OK &&
	    (rc = store_outbox_resume(a->store, &resumed, why)) == RC_OK &&
	    (rc = store_commit(a->store, why)) == RC_OK)
		a->is_unsettled = false;
	store_rollback(a->store);
	return rc;
}

/* A row on its way out. */
struct leaving {
	const struct outbox_row *row;
	enum adapter_endpoint endpoint;
	struct sending next;
	struct vault_signature sig;
};

/* Whether this row may leave now, and signed.  RC_PENDING: the breaker is open, or its probe is under way. */
static enum rc
take_row(struct action *a, const struct outbox_row *row, int64_t now_ms, struct leaving *ret_leaving, struct fault *why)
{
	struct leaving l = { .row = row, .endpoint = endpoint_of(row->endpoint) };
	struct sending now = outbox_sending(row, SENDING_DUE);
	enum rc rc;

	if (l.endpoint == ADAPTER_ENDPOINT__COUNT)
		return fault_set(why, RC_BUG, "outbox", "a row for an endpoint that does not exist");
	if (!breaker_take(&a->breaker[l.endpoint], now_ms))
		return RC_PENDING;
	if ((rc = sending_next(&now, SENDING_ON_TAKE, SENDING_ANSWERED, now_ms, node_jitter(), &l.next)) != RC_OK) {
		breaker_forget_probe(&a->breaker[l.endpoint], now_ms);
		return fault_set(why, rc, "outbox", "a row that cannot be taken");
	}
	if (row->gap_offset < 0 &&
	    (rc = vault_client_sign(a->key, row->bytes, row->len, &l.sig, why)) != RC_OK) {
		a->key_works = false;
		breaker_forget_probe(&a->breaker[l.endpoint], now_ms);
		return rc;
	}
	a->key_works = true;
	*ret_leaving = l;
	return RC_OK;
}

/* Bytes that do not leave are due later again, and nobody else waits for them. */
static enum rc
let_go(struct action *a, const struct leaving *l, int64_t now_us, struct arena *arena, struct fault *why)
{
	struct outbox_row taken;
	enum peer_role role;
	const char *peer;
	enum rc rc;

	if ((rc = node_work(a, now_us, why)) != RC_OK)
		return rc;
	rc = hand_over(a, l->row, l->endpoint, &l->sig, now_us, arena, &a->network);
	store_rollback(a->store);
	if (rc == RC_OK) {
		a->under_way[l->endpoint]++;
		return RC_OK;
	}
	breaker_forget_probe(&a->breaker[l->endpoint], now_us / US_PER_MS);
	taken = *l->row;
	taken.attempts = l->next.attempts;
	answerer_of(a, l->endpoint, &role, &peer);
	return put_off(a, &taken, SENDING_NOT_SIGNED, peer, now_us, why);
}

/* What this endpoint may be sent now, behind what may leave for others. */
static enum rc
take_due(struct action *a, enum adapter_endpoint e, int64_t now_us, day today, struct arena *arena,
    struct leaving *leaving, size_t *taken, struct fault *why)
{
	size_t room = a->under_way[e] < AT_ONCE ? AT_ONCE - a->under_way[e] : 0, n = 0;
	struct outbox_row *row;
	bool held_back = false;
	enum rc rc;

	if (breaker_ready_ms(&a->breaker[e], now_us / US_PER_MS) != now_us / US_PER_MS)
		return RC_OK;
	if (a->breaker[e].state != BREAKER_CLOSED && room > 1)
		room = 1;
	if (room == 0)
		return RC_OK;
	if ((rc = node_work(a, now_us, why)) == RC_OK &&
	    (rc = store_outbox_due(a->store, adapter_endpoint_name(e), now_us, room, arena, &row, &n, why)) == RC_OK &&
	    (rc = portal_hold_back(a, row, &n, today, arena, &held_back, why)) == RC_OK && held_back)
		rc = store_commit(a->store, why);
	store_rollback(a->store);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		if ((rc = take_row(a, &row[i], now_us / US_PER_MS, &leaving[*taken], why)) == RC_OK)
			(*taken)++;
	return rc == RC_PENDING ? RC_OK : rc;
}

/*
 * Rows that are due, with one commit for all of them: marked as under way before the bytes of any leave.  Each
 * endpoint has its own share, so that nobody waits behind what another one does not answer.  What cannot be signed
 * stops the rest of them, not those before it.
 */
static enum rc
send_due(struct action *a, int64_t now_us, day today, struct arena *arena, struct fault *why)
{
	struct leaving leaving[LEAVING_MAX];
	size_t taken = 0, i;
	enum rc rc = RC_OK, take_rc = RC_OK;

	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT && take_rc == RC_OK; e++)
		take_rc = take_due(a, (enum adapter_endpoint)e, now_us, today, arena, leaving, &taken, why);
	if (taken == 0)
		return take_rc;
	if (take_rc != RC_OK)
		why = NULL;		/* that one is told */
	rc = node_work(a, now_us, why);
	for (i = 0; i < taken && rc == RC_OK; i++)
		if ((rc = evidence_keep_ours(a, leaving[i].row, leaving[i].sig.bytes, leaving[i].sig.len, now_us, today, arena,
		    why)) == RC_OK)
			rc = outbox_keep(a, leaving[i].row, &leaving[i].next, leaving[i].row->last, why);
	if (rc == RC_OK)
		rc = store_commit(a->store, why);
	store_rollback(a->store);
	/* Marked, and not gone: they are due again when the next tick settles, as after a restart. */
	for (i = 0; i < taken && rc == RC_OK; i++)
		if ((rc = let_go(a, &leaving[i], now_us, arena, why)) != RC_OK)
			a->is_unsettled = true;
	for (i = 0; i < taken && rc != RC_OK; i++)
		breaker_forget_probe(&a->breaker[leaving[i].endpoint], now_us / US_PER_MS);
	return take_rc != RC_OK ? take_rc : rc;
}

/* Whatever is no number of the range is the default. */
static int64_t
look_every_us(const struct action *a)
{
	char *end;
	long seconds = strtol(a->config.look_every, &end, 10);

	if (a->config.look_every[0] == '\0' || *end != '\0' || seconds < 1 || seconds > 86400)
		seconds = 10;
	return seconds * INT64_C(1000000);
}

/* Held answers and provision records are asked for; while the network is away one question
 * waiting is enough. */
static enum rc
look_round(struct action *a, int64_t now_us, day today, struct fault *why)
{
	int64_t n[STORE_OUTBOX_STATE__COUNT];
	enum rc rc;

	if ((rc = store_outbox_count(a->store, n, why)) != RC_OK)
		return rc;
	if ((rc = urgent_poll(a, now_us, today, why)) != RC_OK)
		return rc;
	if (a->network.rc != RC_OK && n[STORE_OUTBOX_DUE] > 0)
		return RC_OK;
	if ((rc = copy_verify_poll(a, now_us, why)) != RC_OK ||
	    (rc = provide_held(a, now_us, why)) != RC_OK ||
	    (rc = correction_letter_poll(a, now_us, why)) != RC_OK ||
	    (rc = day_count_poll(a, now_us, today, why)) != RC_OK)
		return rc;
	return records_poll(a, now_us, today, why);
}

static enum rc
plan(struct action *a, int64_t now_us, day today, struct fault *why)
{
	enum rc rc;

	if ((rc = node_work(a, now_us, why)) != RC_OK ||
	    (rc = code_poll(a, now_us, why)) != RC_OK ||
	    (rc = ask_again_poll(a, now_us, today, why)) != RC_OK ||
	    (rc = inquiry_poll(a, now_us, why)) != RC_OK ||
	    (rc = correction_poll(a, now_us, today, why)) != RC_OK ||
	    (rc = provide_due(a, now_us, today, why)) != RC_OK ||
	    (rc = portal_poll(a, now_us, today, why)) != RC_OK)
		goto out;
	if (now_us >= a->next_round_us) {
		if ((rc = look_round(a, now_us, today, why)) != RC_OK)
			goto out;
		a->next_round_us = now_us + look_every_us(a);
	}
	rc = store_commit(a->store, why);
 out:
	store_rollback(a->store);
	return rc;
}

static void
sooner(int64_t *at, int64_t us)
{
	if (us < *at)
		*at = us;
}

static enum rc
exchange_tick(struct action *a, int64_t now_us, day today, int64_t *ret_next_us, struct fault *why)
{
	struct arena arena;
	int64_t next = INT64_MAX, us;
	enum rc rc;

	*ret_next_us = INT64_MAX;
	if (!say_connected(a) || a->is_restored)
		return RC_OK;
	if ((us = maintenance_until(a, now_us)) != 0) {
		*ret_next_us = us;
		return RC_OK;
	}
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = settle(a, now_us, why)) != RC_OK ||
	    (rc = plan(a, now_us, today, why)) != RC_OK ||
	    (rc = send_due(a, now_us, today, &arena, why)) != RC_OK ||
	    (rc = node_work(a, now_us, why)) != RC_OK)
		goto out;
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++) {
		us = breaker_ready_ms(&a->breaker[e], now_us / US_PER_MS);
		if (us != now_us / US_PER_MS)		/* until its probe, or the answer to it */
			sooner(&next, us == INT64_MAX ? us : us * US_PER_MS);
		else if (store_outbox_next_due(a->store, adapter_endpoint_name((enum adapter_endpoint)e), now_us, &us, NULL) == RC_OK)
			sooner(&next, us);
	}
	if (store_inquiry_next_due(a->store, &us, NULL) == RC_OK)
		sooner(&next, us);
	if (store_again_next(a->store, &us, NULL) == RC_OK)
		sooner(&next, us);
	if (say_corrects(a) && store_correction_next(a->store, &us, NULL) == RC_OK)
		sooner(&next, us);
	sooner(&next, a->next_round_us);
	if (a->more_copies)
		sooner(&next, now_us);
	a->more_copies = false;
	*ret_next_us = next;
 out:
	store_rollback(a->store);
	arena_clear(&arena);
	return rc;
}

enum rc
action_tick(struct action *a, int64_t now_us, day today, int64_t *ret_next_us, struct fault *why)
{
	int64_t exchange = INT64_MAX, keys = INT64_MAX, next = INT64_MAX;
	bool more = false, more_persons = false, more_tickets = false;
	enum rc rc, rc_runs, rc_keys = RC_OK, rc_exchange = RC_OK;

	*ret_next_us = INT64_MAX;
	if (a->state != NODE_OPEN)
		return RC_OK;
	if ((rc = node_keep_lease(a, now_us, why)) != RC_OK ||
	    (rc = approval_expire(a, now_us, &next, why)) != RC_OK ||
	    (rc = duplicate_tick(a, now_us, today, &more, why)) != RC_OK ||
	    (rc = same_person_tick(a, now_us, &more_persons, why)) != RC_OK)
		return rc;
	/* Trouble with the one is no reason to leave the other. */
	rc_runs = ticket_run_tick(a, now_us, today, &more_tickets, why);
	if (more || more_persons || more_tickets)
		next = now_us;
	if (a->key != NULL) {
		rc_keys = keys_tick(a, now_us, &keys, rc_runs == RC_OK ? why : NULL);
		rc_exchange = exchange_tick(a, now_us, today, &exchange, rc_runs == RC_OK && rc_keys == RC_OK ? why : NULL);
	}
	next = keys < next ? keys : next;
	*ret_next_us = exchange < next ? exchange : next;
	return rc_runs != RC_OK ? rc_runs : rc_keys != RC_OK ? rc_keys : rc_exchange;
}

enum rc
action_finish(struct action *a, int64_t now_us, day today, struct fault *why)
{
	bool more = a->state == NODE_OPEN;
	enum rc rc = RC_OK;

	while (more && (rc = node_keep_lease(a, now_us, why)) == RC_OK)
		if ((rc = ticket_run_tick(a, now_us, today, &more, why)) != RC_OK)
			break;
	return rc;
}

/* An answer that holds goes to the room of its request. */
static enum rc
dispatch(struct action *a, const struct heard *h, struct fault *why)
{
	enum message_kind kind = message_kind_of(h->sent->type);

	switch (kind) {
	case MESSAGE_NUMBER_REQUEST:
	case MESSAGE_NUMBER_FETCH:
	case MESSAGE_CODE_REQUEST:
	case MESSAGE_CODE_FETCH:
		return code_heard(a, h, why);
	case MESSAGE_INQUIRY_REQUEST:
	case MESSAGE_RESULT_FETCH:
		return inquiry_heard(a, h, why);
	case MESSAGE_COPY_REGISTER:
	case MESSAGE_COPY_RESULT_FETCH:
	case MESSAGE_HELD_FETCH:
	case MESSAGE_PROVISION_DECISION:
		return provide_heard(a, h, why);
	case MESSAGE_COPY_LIST_FETCH:
		return copy_verify_heard(a, h, why);
	case MESSAGE_RECORD_FETCH:
		return records_heard(a, h, why);
	case MESSAGE_TOLD_FETCH:
	case MESSAGE_CORRECTION:
		return correction_heard(a, h, why);
	case MESSAGE_EVIDENCE_FETCH:
		return evidence_heard(a, h, why);
	case MESSAGE_LETTER_FETCH:
	case MESSAGE_CORRECTION_RECEIPT:
		return correction_letter_heard(a, h, why);
	case MESSAGE_DAY_COUNT:
	case MESSAGE_DAY_RECEIPT:
		return day_count_heard(a, h, why);
	case MESSAGE_NOTICE:
	case MESSAGE_NOTICE_FETCH:
		return portal_heard(a, h, why);
	case MESSAGE_NONE: case MESSAGE_RECEIPT: case MESSAGE_ERROR: case MESSAGE_NUMBER_ISSUED:
	case MESSAGE_PERSON_NOTICE: case MESSAGE_CODE_NOTICE: case MESSAGE_CODE_STATUS:
	case MESSAGE_COPY_RESULT: case MESSAGE_COPY_LIST: case MESSAGE_RESULT: case MESSAGE_PERMISSION:
	case MESSAGE_PROVISION_NOTICE: case MESSAGE_HELD_LIST: case MESSAGE_PROVISION_RESPONSE:
	case MESSAGE_RECORD: case MESSAGE_RECORD_LIST: case MESSAGE_SELF_INFO_FETCH:
	case MESSAGE_SELF_INFO: case MESSAGE_SELF_INFO_REPORT: case MESSAGE_NOTICE_RESULT: case MESSAGE_TOLD: case MESSAGE_EVIDENCE:
	case MESSAGE_LETTER_RELAY:
	case MESSAGE_LETTER: case MESSAGE__COUNT:
		break;
	}
	return fault_set(why, RC_BUG, h->sent->type, "nobody waits for an answer to this");
}

/* Effect, inbox and the end of the outbox row commit together or not at all. */
static enum rc
take_in(struct action *a, struct heard *h, const char *peer, struct fault *why)
{
	struct sending now = outbox_sending(h->sent, SENDING_UNDER_WAY), next;
	enum inbox_fate fate;
	enum rc rc;

	if ((rc = node_work(a, h->now_us, why)) != RC_OK ||
	    (rc = store_inbox_add(a->store, peer, h->sent->message_id, message_name(h->answer->message->kind),
	    h->bytes, h->len, &fate, why)) != RC_OK)
		goto out;
	if (fate == INBOX_CONFLICT &&
	    (rc = say_audit(a, "answer-conflict", NULL, AUDIT_FAILED, h->sent->type, why)) != RC_OK)
		goto out;
	if (fate == INBOX_NEW && (rc = dispatch(a, h, why)) != RC_OK)
		goto out;
	if ((rc = sending_next(&now, SENDING_ON_OUTCOME, SENDING_ANSWERED, h->now_us / US_PER_MS,
	    node_jitter(), &next)) != RC_OK) {
		rc = fault_set(why, rc, "outbox", "an answer to what was not sent");
		goto out;
	}
	if ((rc = outbox_keep(a, h->sent, &next, NULL, why)) == RC_OK)
		rc = store_commit(a->store, why);
 out:
	store_rollback(a->store);
	return rc;
}

/* The same message answered once more has no effect; with other bytes somebody lies or errs. */
static enum rc
heard_again(struct action *a, const struct outbox_row *row, const struct post_answer *came,
    const char *peer, int64_t now_us, struct fault *why)
{
	struct held_row held = { .kind = HELD_CONFLICT, .reason = "answered-twice-otherwise",
	    .reference = row->message_id, .source = peer, .person = row->person };
	enum inbox_fate fate;
	struct id id;
	bool is_new;
	enum rc rc;

	if ((rc = node_work(a, now_us, why)) != RC_OK ||
	    (rc = store_inbox_add(a->store, peer, row->message_id, row->type, came->bytes, came->len, &fate,
	    why)) != RC_OK || fate != INBOX_CONFLICT)
		goto out;
	if ((rc = store_held_add(a->store, &held, &id, &is_new, why)) == RC_OK &&
	    (rc = say_audit(a, "answer-conflict", &row->person, AUDIT_FAILED, row->type, why)) == RC_OK)
		rc = store_commit(a->store, why);
 out:
	store_rollback(a->store);
	return rc;
}

/* Reads what came, by the wire process, and says what it is worth. */
static enum sending_outcome
read_answer(struct action *a, const struct outbox_row *row, const struct post_answer *came,
    struct heard *h, struct wire_answer *answer, struct fault *why)
{
	struct wire_signed in = { .bytes = came->bytes, .len = came->len,
	    .signature_text = came->signature_text, .signature_text_len = came->signature_text_len,
	    .now_s = h->now_us / 1000000 };
	enum rc rc;

	answerer_of(a, came->endpoint, &in.role, &in.institution);
	/* Not there is our trouble; gone while it read this one may be the answer's doing. */
	if (a->wire->fd < 0) {
		(void)fault_set(why, RC_BUSY, "wire", "the process that reads answers is being started anew");
		return SENDING_NOT_KEPT;
	}
	if ((rc = wire_client_read(a->wire, &in, h->arena, answer, why)) == RC_CRYPTO)
		return SENDING_BAD_SIGNATURE;
	if (rc == RC_NOMEM)
		return SENDING_NOT_KEPT;
	if (rc != RC_OK)
		return SENDING_BAD_ANSWER;
	if (a->adapter->interpret(&a->self, message_kind_of(row->type), row->message_id,
	    answer->message, &h->event, why) != RC_OK)
		return SENDING_BAD_ANSWER;
	h->answer = answer;
	h->bytes = came->bytes;
	h->len = came->len;
	h->signature_text = came->signature_text;
	h->signature_text_len = came->signature_text_len;
	return SENDING_ANSWERED;
}

/* The network's own "later" is no answer yet: the same message goes again. */
static bool
says_later(const struct heard *h)
{
	return h->event.kind == ADAPTER_FAILED && h->event.retry == MESSAGE_RETRY_BACKOFF;
}

enum rc
action_network_answer(struct action *a, uint16_t kind, const void *body, size_t len,
    int64_t now_us, day today, struct fault *why)
{
	struct heard h = { .now_us = now_us, .today = today };
	struct outbox_row row;
	struct wire_answer answer;
	struct post_answer came;
	enum sending_outcome outcome;
	enum peer_role role;
	const char *peer;
	struct arena arena;
	struct id id;
	enum rc rc;

	if ((rc = post_answer_read(kind, body, len, &came, why)) != RC_OK)
		return rc;
	if (peer_test_heard(a, &came, now_us))
		return RC_OK;
	if (a->under_way[came.endpoint] > 0)
		a->under_way[came.endpoint]--;
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	h.arena = &arena;
	memcpy(id.b, came.call.id, sizeof(id.b));
	/* Whatever becomes of its row: who was there, or was not, is known. */
	if (came.outcome == SENDING_NOT_SIGNED)
		breaker_forget_probe(&a->breaker[came.endpoint], now_us / US_PER_MS);
	else
		breaker_report(&a->breaker[came.endpoint], came.outcome == SENDING_ANSWERED, came.call.left_ms,
		    now_us / US_PER_MS);
	if ((rc = node_work(a, now_us, why)) != RC_OK ||
	    (rc = store_outbox_get(a->store, &id, &arena, &row, why)) != RC_OK) {
		a->is_unsettled = true;
		goto out;
	}
	store_rollback(a->store);
	answerer_of(a, came.endpoint, &role, &peer);
	if (row.state != STORE_OUTBOX_SENT) {	/* answered before */
		rc = came.outcome == SENDING_ANSWERED && row.state == STORE_OUTBOX_DONE ?
		    heard_again(a, &row, &came, peer, now_us, why) : RC_OK;
		goto out;
	}
	h.sent = &row;
	outcome = came.outcome;
	if (outcome == SENDING_ANSWERED)
		outcome = sending_outcome_of_status(came.status);
	if (outcome == SENDING_ANSWERED) {
		outcome = read_answer(a, &row, &came, &h, &answer, &a->network);
		if (outcome == SENDING_ANSWERED && says_later(&h))
			outcome = h.event.error == E501_CLOSED ? SENDING_CLOSED : SENDING_HTTP_BUSY;
	} else
		(void)fault_set(&a->network, RC_NET, row.endpoint, "%s%s%s", sending_outcome_name(outcome),
		    came.advice != NULL && *came.advice != '\0' ? ": " : "", came.advice != NULL ? came.advice : "");
	if (outcome == SENDING_ANSWERED) {
		a->network.rc = RC_OK;
		rc = take_in(a, &h, peer, why);
		/* Not taken in is not lost: the row waits for its next turn, or for this node's. */
		if (rc != RC_OK && put_off(a, &row, outcome_of(rc), peer, now_us, NULL) != RC_OK)
			a->is_unsettled = true;
	} else {
		if (outcome == SENDING_CLOSED)
			(void)fault_set(&a->network, RC_NET, row.endpoint, "closed: outside its opening hours");
		if ((rc = put_off(a, &row, outcome, peer, now_us, why)) != RC_OK)
			a->is_unsettled = true;
	}
 out:
	store_rollback(a->store);
	arena_clear(&arena);
	return rc;
}

enum rc
action_answers_begin(struct action *a, int64_t now_us, struct fault *why)
{
	return store_join(a->store, now_us, why);
}

enum rc
action_answers_end(struct action *a, struct fault *why)
{
	enum rc rc = store_join_commit(a->store, why);

	/* None of them was taken in: each waits, as after a restart. */
	if (rc != RC_OK)
		a->is_unsettled = true;
	store_join_drop(a->store);
	return rc;
}

const struct fault *
action_network_trouble(const struct action *a)
{
	return &a->network;
}
