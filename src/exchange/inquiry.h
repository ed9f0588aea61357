#ifndef EXCHANGE_INQUIRY_H
#define EXCHANGE_INQUIRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "exchange/message.h"

/*
 * Two pure machines: the acquisition of a code, and an inquiry.  State, event
 * and clock reading in; next state, effects and the time to look again out.
 * The store keeps the row and does the effects in the same transaction.  Every
 * pair of state and event stands in a table; a pair that cannot happen is
 * RC_REFUSED and changes nothing (the caller quarantines the message and says so).
 * Times are milliseconds of any clock that does not run backwards over a restart
 * (the wall clock of the row's creation order will do).
 */

/* ---- an inquiry ---- */

enum inquiry_state {
	INQUIRY_DRAFT,			/* written, perhaps waiting for a code or for the register */
	INQUIRY_ACCEPTED,		/* the network has given a reception number */
	INQUIRY_CHECKED,
	INQUIRY_PERMITTED,
	INQUIRY_NOTIFIED,
	INQUIRY_HELD,			/* a person at the provider must decide */
	INQUIRY_ANSWERED,		/* the answer is there, not yet taken over */
	INQUIRY_FETCHED,		/* bytes and signature are in our evidence */
	INQUIRY_APPLIED,		/* end: statements stand in the register */
	INQUIRY_IN_DOUBT,		/* birth date, sex or kana differ: nothing attached; an officer decides */
	INQUIRY_REFUSED,		/* end */
	INQUIRY_NO_DATA,		/* end: nothing known, never "not vaccinated" */
	INQUIRY_ERROR,			/* end: a person must correct something */
	INQUIRY_EXPIRED,		/* end: permit ran out or deadline passed; a new inquiry may be made */
	INQUIRY_STATE__COUNT
};

enum inquiry_event {
	INQUIRY_ON_SEND,		/* the officer or the register releases the draft; code is there */
	INQUIRY_ON_RECEIPT,
	INQUIRY_ON_CHECKED,		/* what polls tell; a poll may skip steps, never go back */
	INQUIRY_ON_PERMITTED,
	INQUIRY_ON_NOTIFIED,
	INQUIRY_ON_HELD,
	INQUIRY_ON_ANSWER,		/* poll brought the response */
	INQUIRY_ON_TAKEN,		/* signature, digest and permit verified, evidence written */
	INQUIRY_ON_UNVERIFIED,		/* they did not hold: evidence kept, nothing applied */
	INQUIRY_ON_MATCH,		/* identity agrees; statements written */
	INQUIRY_ON_DIFFER,		/* identity differs */
	INQUIRY_ON_OFFICER_ACCEPTS,	/* of one in doubt, after looking */
	INQUIRY_ON_OFFICER_REJECTS,
	INQUIRY_ON_REFUSAL,		/* E102 E201 E202 E403 */
	INQUIRY_ON_NO_DATA,		/* E401 */
	INQUIRY_ON_NO_CODE,		/* E101: back to draft until the code is there */
	INQUIRY_ON_FIX,			/* E103 E203 E404 E901 */
	INQUIRY_ON_PERMIT_GONE,		/* E301 E302 E303 */
	INQUIRY_ON_BUSY,		/* E501 E502 E503, or the post could not reach it */
	INQUIRY_ON_CANCEL,		/* by the officer, while still a draft */
	INQUIRY_ON_DEADLINE,
	INQUIRY_ON_RESTART,		/* the node came up again */
	INQUIRY_EVENT__COUNT
};

enum inquiry_effect {
	INQUIRY_DO_SEND = 1 << 0,		/* put the request in the outbox */
	INQUIRY_DO_POLL = 1 << 1,		/* put a fetch in the outbox, at next_at_ms */
	INQUIRY_DO_EVIDENCE = 1 << 2,		/* keep digest, signature, header; seal the bytes */
	INQUIRY_DO_COMPARE = 1 << 3,		/* identity of the answer against the resident */
	INQUIRY_DO_APPLY = 1 << 4,		/* merge the statements into the register */
	INQUIRY_DO_RECORD = 1 << 5,		/* provision record of ours, also of a refusal */
	INQUIRY_DO_WORK = 1 << 6,		/* work item for an officer */
	INQUIRY_DO_BAR_CODE = 1 << 7,		/* the code is not used again until an officer decides */
	INQUIRY_DO_FREE_CODE = 1 << 8,		/* and may be used again */
	INQUIRY_DO_ACQUIRE = 1 << 9,		/* start the acquisition of a code */
	INQUIRY_DO_ALARM = 1 << 10,		/* forged or foreign: health turns red */
	INQUIRY_DO_RENEW = 1 << 11,		/* a new inquiry may be drafted */
};

struct inquiry {
	enum inquiry_state state;
	int polls;			/* in this state: lengthens the wait between polls */
	int64_t deadline_ms;		/* after it, INQUIRY_ON_DEADLINE */
};

struct inquiry_step {
	struct inquiry next;
	unsigned effects;		/* enum inquiry_effect */
	int64_t next_at_ms;		/* when to poll; INT64_MAX when nothing is waited for */
};

/* jitter: 0..1000, random, so that a thousand nodes do not return at once. */
enum rc inquiry_next(const struct inquiry *now, enum inquiry_event event, int64_t now_ms,
    int jitter, struct inquiry_step *ret_step) MUST_USE;
bool inquiry_ended(enum inquiry_state state);
/* Which event an error code of the network is. */
enum inquiry_event inquiry_event_of_error(enum message_error error);
/* Which event a poll's progress is; INQUIRY_EVENT__COUNT for DONE and FAILED (look further). */
enum inquiry_event inquiry_event_of_progress(enum message_progress progress);
/*
 * After how many days the same town is asked anew by itself, when inquiries ended in this state so
 * often in a row (1: once); -1: never, a person decides.  corrections_come: the network tells corrections of
 * what was answered, so that one asks again for late doses only, which no correction tells of, and then no more.
 */
int inquiry_again_days(enum inquiry_state ended, int times, bool corrections_come);
const char *inquiry_state_name(enum inquiry_state state);	/* "accepted" */
enum inquiry_state inquiry_state_of(const char *name);		/* _COUNT when unknown */
const char *inquiry_event_name(enum inquiry_event event);

/* ---- the acquisition of a code ---- */

enum acquire_state {
	ACQUIRE_NONE,
	ACQUIRE_NUMBER_ASKED,		/* leg (a) sent, perhaps received */
	ACQUIRE_NUMBER_ISSUED,		/* acquisition number here; leg (b) in the outbox */
	ACQUIRE_REQUESTED,			/* registrar has it; acquisition number erased here */
	ACQUIRE_ISSUED,
	ACQUIRE_BARRED,			/* an answer with it was about somebody else: an officer decides */
	ACQUIRE_REVOKED,
	ACQUIRE_FAILED,			/* a person must correct something */
	ACQUIRE_STATE__COUNT
};

enum acquire_event {
	ACQUIRE_ON_ASK,
	ACQUIRE_ON_RECEIPT,		/* of leg (a) */
	ACQUIRE_ON_WAITING,		/* number or code not there yet */
	ACQUIRE_ON_NUMBER,			/* acquisition number came */
	ACQUIRE_ON_REGISTERED,		/* receipt of leg (b) */
	ACQUIRE_ON_CODE,			/* status: issued */
	ACQUIRE_ON_REVOKED,
	ACQUIRE_ON_DOUBT,			/* an inquiry ended in doubt */
	ACQUIRE_ON_CLEARED,		/* the officer decided: usable again */
	ACQUIRE_ON_FIX,
	ACQUIRE_ON_BUSY,
	ACQUIRE_ON_LOST,			/* acquisition number unknown or used: start again */
	ACQUIRE_ON_RESTART,
	ACQUIRE_EVENT__COUNT
};

enum acquire_effect {
	ACQUIRE_DO_ASK = 1 << 0,		/* FGU.NumberRequest */
	ACQUIRE_DO_FETCH_NUMBER = 1 << 1,	/* at next_at_ms */
	ACQUIRE_DO_REGISTER = 1 << 2,	/* JUKI.CodeRequest through key and post */
	ACQUIRE_DO_ERASE = 1 << 3,		/* acquisition number, everywhere in the node */
	ACQUIRE_DO_FETCH_CODE = 1 << 4,	/* at next_at_ms */
	ACQUIRE_DO_RELEASE = 1 << 5,	/* inquiries that waited for the code may be sent */
	ACQUIRE_DO_WORK = 1 << 6,
};

struct acquire {
	enum acquire_state state;
	bool received;			/* ACQUIRE_NUMBER_ASKED: a reception number is kept */
	int polls;
};

struct acquire_step {
	struct acquire next;
	unsigned effects;		/* enum acquire_effect */
	int64_t next_at_ms;
};

enum rc acquire_next(const struct acquire *now, enum acquire_event event, int64_t now_ms, int jitter,
    struct acquire_step *ret_step) MUST_USE;
enum acquire_event acquire_event_of_error(enum message_error error);
const char *acquire_state_name(enum acquire_state state);
enum acquire_state acquire_state_of(const char *name);
const char *acquire_event_name(enum acquire_event event);

#endif
