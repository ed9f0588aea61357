#ifndef EXCHANGE_RECEIPT_H
#define EXCHANGE_RECEIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "exchange/message.h"
#include "exchange/outbox.h"

/*
 * Pure machine of one correction on its way to one recipient, as its sender sees it: from the letter to the receipt
 * that says what stands there now.  The letter's own sending is another machine (exchange/outbox.h); this one waits
 * for what only the other town can say, and sends again what it has not said.
 */
enum receipt_state {
	RECEIPT_WAITING,		/* the letter is in the outbox */
	RECEIPT_SENT,			/* the network has it; sent again at next_at_ms */
	RECEIPT_HELD,			/* an officer there decides */
	RECEIPT_APPLIED,		/* a version there says it */
	RECEIPT_KNOWN,			/* it, or a later one, stood there before */
	RECEIPT_REFUSED,
	RECEIPT_BARRED,			/* they hold nobody by that exchange */
	RECEIPT_GONE,			/* there is no such recipient, and no successor */
	RECEIPT_WITHHELD,		/* the person is protected: sent when that ends */
	RECEIPT_SUPERSEDED,		/* without receipt; a later version went out */
	RECEIPT_BY_HAND,		/* the network has no message for it */
	RECEIPT_NEW,			/* not kept yet */
	RECEIPT_STATE__COUNT
};

enum receipt_event {
	RECEIPT_ON_OWED,		/* the recipient is to be told: for the first time, or since a protection ended */
	RECEIPT_ON_UNCARRIED,		/* the same, and the network carries no letters, or not this one */
	RECEIPT_ON_PROTECTED,		/* the person is protected */
	RECEIPT_ON_TAKEN,		/* the network has the letter */
	RECEIPT_ON_NOBODY,		/* nobody stands for that town, says the directory or, to the letter, the network */
	RECEIPT_ON_REJECTED,		/* the network does not take the letter */
	RECEIPT_ON_DUE,			/* next_at_ms has come */
	RECEIPT_ON_LATER,		/* then a later version stands here */
	RECEIPT_ON_APPLIED,		/* receipts */
	RECEIPT_ON_KNOWN,
	RECEIPT_ON_HELD,
	RECEIPT_ON_REFUSED,
	RECEIPT_ON_BARRED,
	RECEIPT_EVENT__COUNT
};

enum receipt_effect {
	RECEIPT_DO_SEND = 1 << 0,		/* the letter, to the outbox */
	RECEIPT_DO_KEEP = 1 << 1,		/* the receipt: when it came, its version and reason */
	RECEIPT_DO_UNDELIVERABLE = 1 << 2,	/* work for an officer: it does not arrive */
	RECEIPT_DO_REFUSED = 1 << 3,		/* ...: they refuse it, and say why */
	RECEIPT_DO_DIFFERS = 1 << 4,		/* ...: two receipts that cannot both be true */
};

#define RECEIPT_NEVER INT64_MAX
struct receipt {
	enum receipt_state state;
	int64_t tries;			/* letters that the network took */
	int64_t next_at_ms;		/* RECEIPT_SENT alone; else RECEIPT_NEVER */
};
struct receipt_step {
	struct receipt next;
	unsigned effects;		/* enum receipt_effect */
};

/* RC_REFUSED for an impossible pair, and for what is due before its time. */
enum rc receipt_next(const struct receipt *now, enum receipt_event event, int64_t now_ms,
    struct receipt_step *ret_step) MUST_USE;
/* What a receipt that was read and verified says. */
enum receipt_event receipt_event_of(const struct message_correction_receipt *r);
/* What the network's error about the letter says. */
enum receipt_event receipt_event_of_error(enum message_error error);

/* Without a receipt for so long it is overdue, and listed; after twice that health is red. */
#define RECEIPT_OVERDUE_MS (INT64_C(7) * 24 * 3600 * 1000)
/* made_ms: since when it is owed.  It waits for its receipt, longer than that. */
bool receipt_is_overdue(enum receipt_state state, int64_t made_ms, int64_t now_ms);
/*
 * Who must do what next: nobody while it goes on by itself; whoever runs the node and the peer when it is overdue; an
 * officer when it ended without standing there.
 */
enum sending_class receipt_class(enum receipt_state state, int64_t made_ms, int64_t now_ms);

const char *receipt_state_name(enum receipt_state state);
enum receipt_state receipt_state_of(const char *name);		/* RECEIPT_STATE__COUNT: none of them */
const char *receipt_event_name(enum receipt_event event);

#endif
