#include <string.h>

#include "action/node.h"
#include "exchange/message.h"
#include "exchange/outbox.h"
#include "store/store_outbox.h"

/*
 * What waits to be sent, whose turn it is, and what to do: first what somebody must act on.  What the network has signed is
 * asked for again day after day, thousands of times after an outage, and needs nobody: it is one row, with how many.
 */
#define QUEUE_APART MESSAGE_EVIDENCE_FETCH

static const char *
owner_of(enum sending_class class)
{
	switch (class) {
	case SENDING_FIX_MESSAGE:
		return "officer";
	case SENDING_CHECK_PEER:
		return "operator";
	case SENDING_CALL_SUPPORT:
		return "support";
	case SENDING_CLASS_NONE:
	case SENDING_RETRY:
	case SENDING_CLASS__COUNT:
		break;
	}
	return "nobody";
}

static const char *
advice_of(enum sending_class class)
{
	switch (class) {
	case SENDING_FIX_MESSAGE:
		return "correct what is asked and ask anew";
	case SENDING_CHECK_PEER:
		return "check certificate, address and clock with the network's operator";
	case SENDING_CALL_SUPPORT:
		return "report it with the log of both sides";
	case SENDING_CLASS_NONE:
	case SENDING_RETRY:
	case SENDING_CLASS__COUNT:
		break;
	}
	return "goes on by itself";
}

static enum rc
reply_apart(struct call *c, const struct outbox_apart *apart, struct fault *why)
{
	struct frame f;
	enum rc rc;

	if (apart->n == 0)
		return RC_OK;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ACTION, message_name(QUEUE_APART));
	frame_put_text(&f, TAG_STATE, "waits");
	frame_put_int(&f, TAG_ATTEMPTS, apart->attempts);
	frame_put_int(&f, TAG_AT, apart->since_us);
	frame_put_int(&f, TAG_NEXT_AT, apart->next_us);
	frame_put_text(&f, TAG_OWNER, owner_of(SENDING_RETRY));
	frame_put_text(&f, TAG_ADVICE, advice_of(SENDING_RETRY));
	frame_put_int(&f, TAG_COUNT, apart->n);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_queue(struct call *c, struct fault *why)
{
	static const char *const state[STORE_OUTBOX_STATE__COUNT] = { "waits", "sent", "done", "stopped" };
	struct outbox_apart apart;
	struct outbox_row *row;
	struct frame f;
	size_t n, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_outbox_queue(c->a->store, SENDING_FIX_MESSAGE, message_name(QUEUE_APART), node_most(c), &c->arena, &row,
	    &n, &apart, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	n = node_cut(c, n);
	for (i = 0; i < n && rc == RC_OK; i++) {
		enum sending_class class = (enum sending_class)row[i].retry_class;

		frame_init(&f, RESULT_ROW);
		frame_put_text(&f, TAG_ACTION, row[i].type);
		frame_put_text(&f, TAG_ENDPOINT, row[i].endpoint);
		frame_put_text(&f, TAG_STATE, state[row[i].state]);
		frame_put_int(&f, TAG_ATTEMPTS, row[i].attempts);
		frame_put_int(&f, TAG_AT, row[i].created_us);
		frame_put_int(&f, TAG_NEXT_AT, row[i].due_us);
		frame_put_text(&f, TAG_RETRY_CLASS, sending_class_name(class));
		frame_put_text(&f, TAG_OWNER, owner_of(class));
		frame_put_text(&f, TAG_ADVICE, advice_of(class));
		rc = node_reply(c, &f, why);
		frame_clear(&f);
	}
	return rc != RC_OK ? rc : reply_apart(c, &apart, why);
}
