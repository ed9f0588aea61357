#include "action/acquire_code.h"

#include <string.h>

#include "action/say.h"
#include "store/store_copy.h"
#include "store/store_held.h"
#include "store/store_inquiry.h"
#include "store/store_number.h"

/*
 * The two legs by which a resident gets a code at the intermediary server (My Number Act,
 * art. 21-2): ask for an acquisition number, and hand it, with the number, to the
 * registrar.  The code itself never comes here.
 */
#define POLLS_AT_ONCE 64

/* Does what the machine says; row is the new state and is written after it. */
static enum rc
effects(struct action *a, struct code_row *row, unsigned effects, int64_t now_us, struct fault *why)
{
	struct arena arena;
	struct adapter_call call;
	struct held_row work = { .kind = HELD_POISON };
	struct person p;
	struct id id;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	bool is_new;
	enum rc rc = RC_OK;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	memset(&call, 0, sizeof(call));
	buf_init(&call.bytes, LIMIT_WIRE_BYTES);
	if ((effects & (ACQUIRE_DO_ASK | ACQUIRE_DO_REGISTER)) != 0 &&
	    ((rc = node_message_id(msg_id, why)) != RC_OK ||
	    (rc = store_person_record(a->store, &row->person, &arena, &p, why)) != RC_OK))
		goto out;
	if ((effects & ACQUIRE_DO_ASK) != 0 &&
	    (rc = say_put(a, a->adapter->number_request(&a->self, msg_id, p.addressee_no, &call, why), &call,
	    msg_id, &row->person, NULL, now_us, why)) != RC_OK)
		goto out;
	if ((effects & ACQUIRE_DO_REGISTER) != 0 &&
	    (rc = say_put(a, a->adapter->code_request(&a->self, msg_id, row->acquisition_no, &call, why), &call,
	    msg_id, &row->person, NULL, now_us, why)) != RC_OK)
		goto out;
	if ((effects & ACQUIRE_DO_ERASE) != 0)
		row->acquisition_no = NULL;
	if ((effects & ACQUIRE_DO_WORK) != 0) {
		work.reason = row->last == NULL ? acquire_state_name((enum acquire_state)row->state) : row->last;
		work.reference = "code";
		work.person = row->person;
		rc = store_held_add(a->store, &work, &id, &is_new, why);
	}
 out:
	buf_clear(&call.bytes);
	arena_clear(&arena);
	return rc;
}

/* What waited for the code is due: the copy and the inquiries. */
static enum rc
wake(struct action *a, const struct id *person, int64_t now_us, struct fault *why)
{
	struct arena arena;
	struct person p;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = store_person_get(a->store, person, &arena, &p, why)) == RC_OK &&
	    (rc = store_copy_touch(a->store, person, !p.is_protected, why)) == RC_OK)
		rc = store_inquiry_wake(a->store, person, now_us, why);
	arena_clear(&arena);
	return rc;
}

static enum rc
step(struct action *a, struct code_row *row, bool received, enum acquire_event event, int64_t now_us,
    struct fault *why)
{
	struct acquire now = { (enum acquire_state)row->state, received, (int)row->attempts };
	struct acquire_step next;
	enum rc rc;

	if ((rc = acquire_next(&now, event, now_us / 1000, node_jitter(), &next)) != RC_OK)
		/* Late or repeated: nothing to do, and nothing is lost by not doing it. */
		return say_audit(a, "code-refused", &row->person, AUDIT_FAILED, acquire_event_name(event), why);
	row->state = (int64_t)next.next.state;
	row->attempts = next.next.polls;
	row->next_us = next.next_at_ms == INT64_MAX ? INT64_MAX : next.next_at_ms * 1000;
	row->is_ended = next.next.state == ACQUIRE_ISSUED || next.next.state == ACQUIRE_REVOKED ||
	    next.next.state == ACQUIRE_FAILED;
	row->changed_us = now_us;
	if (!next.next.received && next.next.state == ACQUIRE_NUMBER_ASKED)
		row->reception_no = NULL;
	if ((rc = effects(a, row, next.effects, now_us, why)) != RC_OK ||
	    (rc = store_code_put(a->store, row, why)) != RC_OK)
		return rc;
	/* Where no code will come, nothing waits for it. */
	if (row->is_ended && (rc = store_copy_wake(a->store, &row->person, why)) != RC_OK)
		return rc;
	if ((next.effects & ACQUIRE_DO_RELEASE) == 0)
		return RC_OK;
	return wake(a, &row->person, now_us, why);
}

enum rc
code_event(struct action *a, const struct id *person, enum acquire_event event, int64_t now_us,
    struct fault *why)
{
	struct code_row row;
	struct arena arena;
	enum rc rc;

	arena_init(&arena, LIMIT_TEXT_BYTES);
	if ((rc = store_code_get(a->store, person, &arena, &row, why)) == RC_ABSENT) {
		memset(&row, 0, sizeof(row));
		row.person = *person;
		row.state = ACQUIRE_NONE;
		row.next_us = INT64_MAX;
		rc = RC_OK;
	}
	if (rc == RC_OK)
		rc = step(a, &row, row.reception_no != NULL, event, now_us, why);
	arena_clear(&arena);
	return rc;
}

/* What a person's code is good for now. */
static enum code_use
use_of(enum rc found, int64_t state)
{
	if (found == RC_ABSENT)
		return CODE_STARTED;
	switch ((enum acquire_state)state) {
	case ACQUIRE_ISSUED:
		return CODE_READY;
	case ACQUIRE_BARRED:
	case ACQUIRE_REVOKED:
	case ACQUIRE_FAILED:
		return CODE_UNUSABLE;
	case ACQUIRE_NONE:
	case ACQUIRE_NUMBER_ASKED:
	case ACQUIRE_NUMBER_ISSUED:
	case ACQUIRE_REQUESTED:
	case ACQUIRE_STATE__COUNT:
		break;
	}
	return CODE_STARTED;
}

enum rc
code_want(struct action *a, const struct id *named, int64_t now_us, enum code_use *ret_use,
    struct fault *why)
{
	struct vault_sealed sealed;
	struct id record, of;
	const struct id *person = &of;
	struct code_row row;
	struct arena arena;
	enum code_use use;
	bool none;
	enum rc rc;

	if ((rc = store_number_record(a->store, named, &of, why)) != RC_OK)
		return rc;
	arena_init(&arena, LIMIT_TEXT_BYTES);
	rc = store_code_get(a->store, person, &arena, &row, why);
	none = rc == RC_ABSENT || (rc == RC_OK && row.state == ACQUIRE_NONE);
	use = use_of(rc, row.state);
	if (none && (rc = store_number_used(a->store, person, &arena, &sealed, &record, why)) == RC_ABSENT) {
		/* Nobody can be named to the registrar without a number. */
		use = CODE_NO_NUMBER;
		none = false;
		rc = RC_OK;
	}
	arena_clear(&arena);
	if (rc != RC_OK)
		return rc;
	if (none && (rc = code_event(a, person, ACQUIRE_ON_ASK, now_us, why)) != RC_OK)
		return rc;
	*ret_use = use;
	return RC_OK;
}

enum rc
code_heard(struct action *a, const struct heard *h, struct fault *why)
{
	enum message_kind sent = message_kind_of(h->sent->type);
	enum acquire_event event = ACQUIRE_EVENT__COUNT;
	struct code_row row;
	bool received;
	enum rc rc;

	if ((rc = store_code_get(a->store, &h->sent->person, h->arena, &row, why)) != RC_OK)
		return rc;
	received = row.reception_no != NULL;
	switch (h->event.kind) {
	case ADAPTER_RECEIVED:
		if (sent == MESSAGE_CODE_REQUEST)
			event = ACQUIRE_ON_REGISTERED;
		else {
			event = ACQUIRE_ON_RECEIPT;
			row.reception_no = h->event.reception_no;
		}
		break;
	case ADAPTER_NUMBER_WAITING:
		event = ACQUIRE_ON_WAITING;
		break;
	case ADAPTER_NUMBER_ISSUED:
		event = ACQUIRE_ON_NUMBER;
		row.acquisition_no = h->event.acquisition_no;
		break;
	case ADAPTER_CODE:
		event = h->event.code_state == MESSAGE_CODE_ISSUED ? ACQUIRE_ON_CODE :
		    h->event.code_state == MESSAGE_CODE_REVOKED ? ACQUIRE_ON_REVOKED : ACQUIRE_ON_WAITING;
		break;
	case ADAPTER_FAILED:
		event = acquire_event_of_error(h->event.error);
		row.last = message_error_name(h->event.error);
		break;
	case ADAPTER_COPIES_WAITING: case ADAPTER_COPIES_DONE: case ADAPTER_COPY_LIST:
	case ADAPTER_INQUIRY_WAITING: case ADAPTER_INQUIRY_ANSWERED: case ADAPTER_INQUIRY_ENDED:
	case ADAPTER_HELD_LIST: case ADAPTER_RECORD_LIST: case ADAPTER_TOLD: case ADAPTER_EVIDENCE:
	case ADAPTER_LETTER: case ADAPTER_NOTICE:
	case ADAPTER_EVENT__COUNT:
		return fault_set(why, RC_BUG, h->sent->type, "an answer of another kind");
	}
	return step(a, &row, received, event, h->now_us, why);
}

/* A fetch is put into the outbox and the row waits for its answer, which sets the next one. */
enum rc
code_poll(struct action *a, int64_t now_us, struct fault *why)
{
	struct arena arena;
	struct code_row *row;
	struct adapter_call call;
	struct person p;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	size_t n, i;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = store_code_due(a->store, now_us, POLLS_AT_ONCE, &arena, &row, &n, why)) != RC_OK)
		goto out;
	for (i = 0; i < n; i++) {
		memset(&call, 0, sizeof(call));
		buf_init(&call.bytes, LIMIT_WIRE_BYTES);
		if ((rc = node_message_id(msg_id, why)) != RC_OK)
			goto out;
		if (row[i].state == ACQUIRE_NUMBER_ASKED && row[i].reception_no != NULL)
			rc = a->adapter->number_fetch(&a->self, msg_id, row[i].reception_no, &call, why);
		else if (row[i].state == ACQUIRE_REQUESTED || row[i].state == ACQUIRE_NUMBER_ISSUED) {
			if ((rc = store_person_record(a->store, &row[i].person, &arena, &p, why)) == RC_OK)
				rc = a->adapter->code_fetch(&a->self, msg_id, p.addressee_no, &call, why);
		} else {
			row[i].next_us = INT64_MAX;	/* its message is in the outbox */
			if ((rc = store_code_put(a->store, &row[i], why)) != RC_OK)
				goto out;
			continue;
		}
		if ((rc = say_put(a, rc, &call, msg_id, &row[i].person, NULL, now_us, why)) != RC_OK)
			goto out;
		row[i].next_us = INT64_MAX;
		if ((rc = store_code_put(a->store, &row[i], why)) != RC_OK)
			goto out;
	}
 out:
	arena_clear(&arena);
	return rc;
}
