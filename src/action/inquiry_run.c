#include "action/inquiry_run.h"

#include <string.h>

#include "action/acquire_code.h"
#include "action/answer_take.h"
#include "action/evidence.h"
#include "action/inquiry_step.h"
#include "action/say.h"
#include "record/code.h"

#define POLLS_AT_ONCE 64

/* The network knows the town no more, and somebody stands for it now: a new inquiry will ask there (ask_again.h). */
static bool
was_merged(const struct inquiry_row *row, enum message_error error, day today)
{
	const char *town;

	return error == E203_BAD_INSTITUTION && row->basis == INQUIRY_RESIDENCE &&
	    code_municipality_to_ask(row->provider, today, &town) == RC_OK && strcmp(town, row->provider) != 0;
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
		if ((rc = evidence_keep_heard(a, h, &row.id, NULL, why)) != RC_OK)
			return rc;
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
		if ((rc = evidence_keep_heard(a, h, &row.id, row.process_no, why)) != RC_OK)
			return rc;
		event = inquiry_event_of_error(h->event.error);
		if (event == INQUIRY_ON_NO_DATA)
			row.known_as_of = h->today;
		if (was_merged(&row, h->event.error, h->today))
			event = INQUIRY_ON_PERMIT_GONE;		/* an end after which one may ask anew */
		return inquiry_event(a, &row, event, message_error_name(h->event.error), h->now_us, why);
	case ADAPTER_NUMBER_WAITING: case ADAPTER_NUMBER_ISSUED: case ADAPTER_CODE:
	case ADAPTER_COPIES_WAITING: case ADAPTER_COPIES_DONE: case ADAPTER_COPY_LIST:
	case ADAPTER_HELD_LIST: case ADAPTER_RECORD_LIST: case ADAPTER_TOLD: case ADAPTER_EVIDENCE:
	case ADAPTER_LETTER: case ADAPTER_NOTICE:
	case ADAPTER_EVENT__COUNT:
		break;
	}
	return fault_set(why, RC_BUG, h->sent->type, "an answer of another kind");
}

static enum rc
put_fetch(struct action *a, const struct inquiry_row *row, int64_t now_us, struct fault *why)
{
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	return say_put(a, a->adapter->result_fetch(&a->self, msg_id, row->reception_no, &call, why), &call,
	    msg_id, &row->person, &row->id, now_us, why);
}

/*
 * A draft goes out once the person's code is there.  Without one it waits: whoever brings the
 * code wakes it.
 */
static enum rc
poll_draft(struct action *a, struct inquiry_row *row, int64_t now_us, struct fault *why)
{
	struct arena arena;
	struct person p;
	enum code_use use;
	bool said;
	enum rc rc;

	row->next_us = row->deadline_us;
	if ((rc = store_outbox_pending(a->store, &row->id, &said, why)) != RC_OK)
		return rc;
	if (said)			/* its request waits in the outbox */
		return store_inquiry_set(a->store, row, why);
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	rc = store_person_get(a->store, &row->person, &arena, &p, why);
	/* Nobody is asked about somebody who was protected meanwhile. */
	if (rc == RC_OK && p.is_protected)
		rc = inquiry_event(a, row, INQUIRY_ON_CANCEL, "protected", now_us, why);
	else if (rc == RC_OK && (rc = code_want(a, &row->person, now_us, &use, why)) == RC_OK)
		rc = use == CODE_READY ? inquiry_event(a, row, INQUIRY_ON_SEND, NULL, now_us, why) :
		    store_inquiry_set(a->store, row, why);
	arena_clear(&arena);
	return rc;
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
		if (now_us >= row[i].deadline_us)
			rc = inquiry_event(a, &row[i], INQUIRY_ON_DEADLINE, NULL, now_us, why);
		else if (row[i].state == INQUIRY_DRAFT)
			rc = poll_draft(a, &row[i], now_us, why);
		else if (row[i].reception_no == NULL ||
		    (rc = put_fetch(a, &row[i], now_us, why)) == RC_OK) {
			row[i].next_us = row[i].deadline_us;	/* its answer sets the next */
			rc = store_inquiry_set(a->store, &row[i], why);
		}
		if (rc != RC_OK)
			goto out;
	}
 out:
	arena_clear(&arena);
	return rc;
}
