#ifndef EXCHANGE_OUTBOX_H
#define EXCHANGE_OUTBOX_H

#include <stdint.h>

#include "base/fault.h"
#include "exchange/message.h"

/*
 * Pure retry machine of one outbox row.  Same bytes, same MsgID, every time:
 * the peer answers a repetition with the answer it stored.  So "sending" found at
 * a restart is simply due again.
 */
enum outbox_state {
	OUTBOX_DUE,			/* to be sent at next_at_ms */
	OUTBOX_SENDING,			/* handed to the post process */
	OUTBOX_DONE,			/* answered; the answer's effect is in the same transaction */
	OUTBOX_STOPPED,			/* a person must act: why says which */
	OUTBOX_EXPIRED,			/* deadline passed before an answer came */
	OUTBOX_STATE__COUNT
};

/* Who must do what next; stable codes. */
enum outbox_class {
	OUTBOX_CLASS_NONE,
	OUTBOX_RETRY,			/* by itself: nobody need act */
	OUTBOX_FIX_MESSAGE,		/* the officer corrects what is asked */
	OUTBOX_CHECK_PEER,		/* the operator and the peer: certificate, address, clock */
	OUTBOX_CALL_SUPPORT,		/* a defect on one of the sides */
	OUTBOX_CLASS__COUNT
};
const char *outbox_class_name(enum outbox_class c);	/* "retry", "fix-message", "check-peer", "call-support" */
const char *outbox_state_name(enum outbox_state s);
enum outbox_state outbox_state_of(const char *name);

/* What became of one sending (the post process and the wire process tell). */
enum outbox_outcome {
	OUTBOX_ANSWERED,		/* a message that was read, verified and fits */
	OUTBOX_NO_CONNECTION,		/* refused, unreachable, no name, timed out before TLS */
	OUTBOX_BROKE_OFF,		/* end of file, reset, timeout while reading */
	OUTBOX_TLS_REFUSED,		/* certificate, protocol or authority: either side */
	OUTBOX_CLOSED,			/* HTTP 503: outside hours */
	OUTBOX_HTTP_BUSY,		/* 408, 429, 502, 504 and other 5xx */
	OUTBOX_HTTP_REFUSED,		/* other 4xx */
	OUTBOX_BAD_ANSWER,		/* unreadable, over its ceiling, or not of this request */
	OUTBOX_BAD_SIGNATURE,		/* read, but signed by nobody who may */
	OUTBOX_NOT_SIGNED,		/* our own key process could not */
	OUTBOX_OUTCOME__COUNT
};
const char *outbox_outcome_name(enum outbox_outcome o);
enum outbox_class outbox_class_of(enum outbox_outcome outcome);
/* HTTP status to outcome; OUTBOX_ANSWERED for 200 and for 503 with a body (read it). */
enum outbox_outcome outbox_outcome_of_status(long http_status);

struct outbox {
	enum outbox_state state;
	int attempts;			/* sendings begun */
	int suspicious;			/* answers in a row that were bad or badly signed */
	int64_t next_at_ms;
	int64_t deadline_ms;
	enum outbox_class why;
};

enum outbox_event {
	OUTBOX_ON_TAKE,			/* time has come and breaker and limits allow */
	OUTBOX_ON_OUTCOME,
	OUTBOX_ON_RESTART,
	OUTBOX_ON_TICK,			/* looks at the deadline */
	OUTBOX_ON_RELEASE,		/* a person says: try again */
	OUTBOX_ON_DROP,			/* a person says: no more */
	OUTBOX_EVENT__COUNT
};

#define OUTBOX_FIRST_WAIT_MS 1000
#define OUTBOX_LONGEST_WAIT_MS 600000
#define OUTBOX_SUSPICIOUS_LIMIT 3	/* then stopped: poison goes aside after three tries */

/*
 * outcome matters for OUTBOX_ON_OUTCOME alone.  jitter 0..1000: the wait is between
 * half and the whole of 1 s, 2 s, 4 s ... 10 min.  RC_REFUSED for an impossible pair.
 */
enum rc outbox_next(const struct outbox *now, enum outbox_event event,
    enum outbox_outcome outcome, int64_t now_ms, int jitter, struct outbox *ret_next) MUST_USE;
int64_t outbox_wait_ms(int attempts, int jitter);

#endif
