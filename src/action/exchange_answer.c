#include <string.h>

#include "action/acquire_code.h"
#include "action/copy_verify.h"
#include "action/correction.h"
#include "action/correction_letter.h"
#include "action/day_count.h"
#include "action/evidence.h"
#include "action/exchange_send.h"
#include "action/heard.h"
#include "action/inquiry_run.h"
#include "action/outbox_row.h"
#include "action/peer_test.h"
#include "action/portal.h"
#include "action/provide.h"
#include "action/records.h"
#include "action/say.h"
#include "exchange/post.h"
#include "store/store_held.h"
#include "store/store_inbox.h"

/* The way in: what comes back is taken in, in one transaction with the end of its outbox row. */
#define US_PER_MS 1000

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

	exchange_answerer_of(a, came->endpoint, &in.role, &in.institution);
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
	exchange_answerer_of(a, came.endpoint, &role, &peer);
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
		if (rc != RC_OK && exchange_put_off(a, &row, outcome_of(rc), peer, now_us, NULL) != RC_OK)
			a->is_unsettled = true;
	} else {
		if (outcome == SENDING_CLOSED)
			(void)fault_set(&a->network, RC_NET, row.endpoint, "closed: outside its opening hours");
		if ((rc = exchange_put_off(a, &row, outcome, peer, now_us, why)) != RC_OK)
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
