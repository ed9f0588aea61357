#include "action/exchange_send.h"

#include <string.h>

#include "action/evidence.h"
#include "action/outbox_row.h"
#include "action/portal.h"
#include "action/say.h"
#include "exchange/post.h"
#include "store/store_held.h"
#include "store/store_inbox.h"
#include "store/store_number.h"

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

void
exchange_answerer_of(const struct action *a, enum adapter_endpoint endpoint, enum peer_role *ret_role,
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

enum rc
exchange_put_off(struct action *a, const struct outbox_row *row, enum sending_outcome outcome,
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

enum rc
exchange_settle(struct action *a, int64_t now_us, struct fault *why)
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
	exchange_answerer_of(a, l->endpoint, &role, &peer);
	return exchange_put_off(a, &taken, SENDING_NOT_SIGNED, peer, now_us, why);
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

enum rc
exchange_send_due(struct action *a, int64_t now_us, day today, struct fault *why)
{
	struct leaving leaving[LEAVING_MAX];
	struct arena arena;
	size_t taken = 0, i;
	enum rc rc = RC_OK, take_rc = RC_OK;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT && take_rc == RC_OK; e++)
		take_rc = take_due(a, (enum adapter_endpoint)e, now_us, today, &arena, leaving, &taken, why);
	if (taken == 0)
		goto out;
	if (take_rc != RC_OK)
		why = NULL;		/* that one is told */
	rc = node_work(a, now_us, why);
	for (i = 0; i < taken && rc == RC_OK; i++)
		if ((rc = evidence_keep_ours(a, leaving[i].row, leaving[i].sig.bytes, leaving[i].sig.len, now_us, today, &arena,
		    why)) == RC_OK)
			rc = outbox_keep(a, leaving[i].row, &leaving[i].next, leaving[i].row->last, why);
	if (rc == RC_OK)
		rc = store_commit(a->store, why);
	store_rollback(a->store);
	/* Marked, and not gone: they are due again when the next tick settles, as after a restart. */
	for (i = 0; i < taken && rc == RC_OK; i++)
		if ((rc = let_go(a, &leaving[i], now_us, &arena, why)) != RC_OK)
			a->is_unsettled = true;
	for (i = 0; i < taken && rc != RC_OK; i++)
		breaker_forget_probe(&a->breaker[leaving[i].endpoint], now_us / US_PER_MS);
 out:
	arena_clear(&arena);
	return take_rc != RC_OK ? take_rc : rc;
}
