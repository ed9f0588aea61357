#ifndef EXCHANGE_OUTBOX_H
#define EXCHANGE_OUTBOX_H

#include <stdint.h>

#include "base/fault.h"
#include "exchange/message.h"

/*
 * Pure retry machine of the sending of one outbox row.  Same bytes, same MsgID, every time:
 * the peer answers a repetition with the answer it stored.  So "sending" found at
 * a restart is simply due again.
 */
enum sending_state {
	SENDING_DUE,			/* to be sent at next_at_ms */
	SENDING_UNDER_WAY,			/* handed to the post process */
	SENDING_DONE,			/* answered; the answer's effect is in the same transaction */
	SENDING_STOPPED,			/* a person must act: why says which */
	SENDING_EXPIRED,			/* deadline passed before an answer came */
	SENDING_STATE__COUNT
};

/* Who must do what next; stable codes. */
enum sending_class {
	SENDING_CLASS_NONE,
	SENDING_RETRY,			/* by itself: nobody need act */
	SENDING_FIX_MESSAGE,		/* the officer corrects what is asked */
	SENDING_CHECK_PEER,		/* the operator and the peer: certificate, address, clock */
	SENDING_CALL_SUPPORT,		/* a defect on one of the sides */
	SENDING_CLASS__COUNT
};
const char *sending_class_name(enum sending_class c);	/* "retry", "fix-message", "check-peer", "call-support" */
const char *sending_state_name(enum sending_state s);
enum sending_state sending_state_of(const char *name);

/* What became of one sending (the post process and the wire process tell). */
enum sending_outcome {
	SENDING_ANSWERED,		/* a message that was read, verified and fits */
	SENDING_NO_CONNECTION,		/* refused, unreachable, no name, timed out before TLS */
	SENDING_BROKE_OFF,		/* end of file, reset, timeout while reading */
	SENDING_TLS_REFUSED,		/* certificate, protocol or authority: either side */
	SENDING_CLOSED,			/* HTTP 503: outside hours */
	SENDING_HTTP_BUSY,		/* 408, 429, 502, 504 and other 5xx */
	SENDING_HTTP_REFUSED,		/* other 4xx */
	SENDING_BAD_ANSWER,		/* unreadable, over its ceiling, or not of this request */
	SENDING_BAD_SIGNATURE,		/* read, but signed by nobody who may */
	SENDING_NOT_SIGNED,		/* our own key process could not */
	SENDING_NOT_KEPT,		/* answered, but we could not keep the answer: no room, no key process */
	SENDING_OUTCOME__COUNT
};
const char *sending_outcome_name(enum sending_outcome o);
enum sending_class sending_class_of(enum sending_outcome outcome);
/* HTTP status to outcome; SENDING_ANSWERED for 200 and for 503 with a body (read it). */
enum sending_outcome sending_outcome_of_status(long http_status);

struct sending {
	enum sending_state state;
	int attempts;			/* sendings begun */
	int suspicious;			/* answers in a row that were bad or badly signed */
	int64_t next_at_ms;
	int64_t deadline_ms;
	enum sending_class why;
};

enum sending_event {
	SENDING_ON_TAKE,			/* time has come and breaker and limits allow */
	SENDING_ON_OUTCOME,
	SENDING_ON_RESTART,
	SENDING_ON_TICK,			/* looks at the deadline */
	SENDING_ON_RELEASE,		/* a person says: try again */
	SENDING_ON_DROP,			/* a person says: no more */
	SENDING_EVENT__COUNT
};

#define SENDING_FIRST_WAIT_MS 1000
#define SENDING_LONGEST_WAIT_MS 600000
#define SENDING_SUSPICIOUS_LIMIT 3	/* then stopped: poison goes aside after three tries */

/*
 * outcome matters for SENDING_ON_OUTCOME alone.  jitter 0..1000: the wait is between
 * half and the whole of 1 s, 2 s, 4 s ... 10 min.  RC_REFUSED for an impossible pair.
 */
enum rc sending_next(const struct sending *now, enum sending_event event,
    enum sending_outcome outcome, int64_t now_ms, int jitter, struct sending *ret_next) MUST_USE;
int64_t sending_wait_ms(int attempts, int jitter);

#endif
