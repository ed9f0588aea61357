#include "exchange/receipt.h"

#include <string.h>

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static const char *const state_names[RECEIPT_STATE__COUNT] = {
	"waiting", "sent", "held", "applied", "known", "refused", "barred", "gone", "withheld", "superseded", "by-hand", "new"
};
static const char *const event_names[RECEIPT_EVENT__COUNT] = {
	"is-owed", "is-uncarried", "is-protected", "is-taken", "has-nobody", "is-rejected", "is-due", "has-later",
	"says-applied", "says-known", "says-held", "says-refused", "says-barred"
};

const char *
receipt_state_name(enum receipt_state state)
{
	return (unsigned)state < RECEIPT_STATE__COUNT ? state_names[state] : "unknown";
}

enum receipt_state
receipt_state_of(const char *name)
{
	int s = 0;

	while (s < RECEIPT_STATE__COUNT && strcmp(state_names[s], name) != 0)
		s++;
	return (enum receipt_state)s;
}

const char *
receipt_event_name(enum receipt_event event)
{
	return (unsigned)event < RECEIPT_EVENT__COUNT ? event_names[event] : "unknown";
}

struct move {
	bool possible;
	enum receipt_state next;
	unsigned effects;
};

#define GO(state, effects_) { true, RECEIPT_##state, (effects_) }
#define NO { false, RECEIPT_NEW, 0 }
#define SEND RECEIPT_DO_SEND
#define KEEP RECEIPT_DO_KEEP
#define UNDELIVERABLE RECEIPT_DO_UNDELIVERABLE
#define DIFFERS RECEIPT_DO_DIFFERS
/* Whoever waits takes any receipt, and so does what was given up: it may have been on its way. */
#define ANY_RECEIPT \
	GO(APPLIED, KEEP), GO(KNOWN, KEEP), GO(HELD, KEEP), GO(REFUSED, KEEP | RECEIPT_DO_REFUSED), GO(BARRED, KEEP)

/*
 * Every pair, in the order of enum receipt_event:
 * owed, uncarried, protected, taken, nobody, rejected, due, later, applied, known, held, refused, barred.
 *
 * An answer of the network to a letter that is not waited for any more changes nothing: the receipt was faster, or it
 * is withheld.
 */
static const struct move table[RECEIPT_STATE__COUNT][RECEIPT_EVENT__COUNT] = {
	[RECEIPT_NEW] = {
		GO(WAITING, SEND), GO(BY_HAND, 0), GO(WITHHELD, 0), NO, NO, NO, NO, NO,
		NO, NO, NO, NO, NO,
	},
	[RECEIPT_WAITING] = {
		NO, NO, GO(WITHHELD, 0), GO(SENT, 0), GO(GONE, UNDELIVERABLE), GO(REFUSED, UNDELIVERABLE), NO, NO,
		ANY_RECEIPT,
	},
	[RECEIPT_SENT] = {
		NO, NO, GO(WITHHELD, 0), GO(SENT, 0), GO(SENT, 0), GO(SENT, 0), GO(WAITING, SEND), GO(SUPERSEDED, 0),
		ANY_RECEIPT,
	},
	[RECEIPT_HELD] = {
		NO, NO, GO(HELD, 0), GO(HELD, 0), GO(HELD, 0), GO(HELD, 0), NO, NO,
		ANY_RECEIPT,
	},
	/* Applied, and after a restore there known already: either way it stands there. */
	[RECEIPT_APPLIED] = {
		NO, NO, GO(APPLIED, 0), GO(APPLIED, 0), GO(APPLIED, 0), GO(APPLIED, 0), NO, NO,
		GO(APPLIED, 0), GO(APPLIED, 0), GO(APPLIED, DIFFERS), GO(APPLIED, DIFFERS), GO(APPLIED, DIFFERS),
	},
	[RECEIPT_KNOWN] = {
		NO, NO, GO(KNOWN, 0), GO(KNOWN, 0), GO(KNOWN, 0), GO(KNOWN, 0), NO, NO,
		GO(KNOWN, 0), GO(KNOWN, 0), GO(KNOWN, DIFFERS), GO(KNOWN, DIFFERS), GO(KNOWN, DIFFERS),
	},
	[RECEIPT_REFUSED] = {
		NO, NO, GO(REFUSED, 0), GO(REFUSED, 0), GO(REFUSED, 0), GO(REFUSED, 0), NO, NO,
		GO(REFUSED, DIFFERS), GO(REFUSED, DIFFERS), GO(REFUSED, DIFFERS), GO(REFUSED, 0), GO(REFUSED, DIFFERS),
	},
	[RECEIPT_BARRED] = {
		NO, NO, GO(BARRED, 0), GO(BARRED, 0), GO(BARRED, 0), GO(BARRED, 0), NO, NO,
		GO(BARRED, DIFFERS), GO(BARRED, DIFFERS), GO(BARRED, DIFFERS), GO(BARRED, DIFFERS), GO(BARRED, 0),
	},
	[RECEIPT_GONE] = {
		NO, NO, GO(GONE, 0), GO(GONE, 0), GO(GONE, 0), GO(GONE, 0), NO, NO,
		ANY_RECEIPT,
	},
	[RECEIPT_WITHHELD] = {
		GO(WAITING, SEND), GO(BY_HAND, 0), GO(WITHHELD, 0), GO(WITHHELD, 0), GO(WITHHELD, 0), GO(WITHHELD, 0), NO, NO,
		ANY_RECEIPT,
	},
	[RECEIPT_SUPERSEDED] = {
		NO, NO, GO(SUPERSEDED, 0), GO(SUPERSEDED, 0), GO(SUPERSEDED, 0), GO(SUPERSEDED, 0), NO, NO,
		ANY_RECEIPT,
	},
	[RECEIPT_BY_HAND] = {
		NO, NO, GO(BY_HAND, 0), GO(BY_HAND, 0), GO(BY_HAND, 0), GO(BY_HAND, 0), NO, NO,
		ANY_RECEIPT,
	},
};

/* Receipts take a weekend without the network: again after so many days. */
static int64_t
again_ms(int64_t tries)
{
	static const int days[] = { 1, 2, 4, 7 };

	return days[tries < 4 ? tries : 3] * DAY_MS;
}

enum rc
receipt_next(const struct receipt *now, enum receipt_event event, int64_t now_ms, struct receipt_step *ret_step)
{
	struct receipt_step s = { .next = *now };
	const struct move *move;

	if ((unsigned)now->state >= RECEIPT_STATE__COUNT || (unsigned)event >= RECEIPT_EVENT__COUNT)
		return RC_REFUSED;
	move = &table[now->state][event];
	if (!move->possible || (event == RECEIPT_ON_DUE && now_ms < now->next_at_ms))
		return RC_REFUSED;
	s.next.state = move->next;
	s.effects = move->effects;
	if (s.next.state != RECEIPT_SENT)
		s.next.next_at_ms = RECEIPT_NEVER;
	else if (now->state == RECEIPT_WAITING)
		s.next.next_at_ms = now_ms + again_ms(s.next.tries++);
	*ret_step = s;
	return RC_OK;
}

enum receipt_event
receipt_event_of(const struct message_correction_receipt *r)
{
	switch (r->taken) {
	case MESSAGE_TAKEN_APPLIED:
		return RECEIPT_ON_APPLIED;
	case MESSAGE_TAKEN_KNOWN:
		return RECEIPT_ON_KNOWN;
	case MESSAGE_TAKEN_HELD:
		return RECEIPT_ON_HELD;
	case MESSAGE_TAKEN_NONE:
	case MESSAGE_TAKEN_REFUSED:
		break;
	}
	return strcmp(r->reason, "unknown-exchange") == 0 ? RECEIPT_ON_BARRED : RECEIPT_ON_REFUSED;
}

enum receipt_event
receipt_event_of_error(enum message_error error)
{
	return error == E203_BAD_INSTITUTION ? RECEIPT_ON_NOBODY : RECEIPT_ON_REJECTED;
}

static bool
is_awaited(enum receipt_state state)
{
	return state == RECEIPT_WAITING || state == RECEIPT_SENT || state == RECEIPT_HELD;
}

bool
receipt_is_overdue(enum receipt_state state, int64_t made_ms, int64_t now_ms)
{
	return is_awaited(state) && made_ms <= now_ms - RECEIPT_OVERDUE_MS;
}

enum sending_class
receipt_class(enum receipt_state state, int64_t made_ms, int64_t now_ms)
{
	switch (state) {
	case RECEIPT_WAITING:
	case RECEIPT_SENT:
	case RECEIPT_HELD:
		return receipt_is_overdue(state, made_ms, now_ms) ? SENDING_CHECK_PEER : SENDING_RETRY;
	case RECEIPT_REFUSED:
	case RECEIPT_BARRED:
	case RECEIPT_GONE:
	case RECEIPT_BY_HAND:
		return SENDING_FIX_MESSAGE;
	case RECEIPT_APPLIED:
	case RECEIPT_KNOWN:
	case RECEIPT_WITHHELD:
	case RECEIPT_SUPERSEDED:
	case RECEIPT_NEW:
	case RECEIPT_STATE__COUNT:
		break;
	}
	return SENDING_CLASS_NONE;
}
