#include <string.h>

#include "exchange/inquiry.h"

struct move {
	bool possible;
	enum acquire_state next;
	unsigned effects;
};

#define GO(state, effects_) { true, ACQUIRE_##state, (effects_) }
#define NO { false, ACQUIRE_NONE, 0 }
#define ASK ACQUIRE_DO_ASK
#define FETCH_NUMBER ACQUIRE_DO_FETCH_NUMBER
#define REGISTER ACQUIRE_DO_REGISTER
#define ERASE ACQUIRE_DO_ERASE
#define FETCH_CODE ACQUIRE_DO_FETCH_CODE
#define RELEASE ACQUIRE_DO_RELEASE
#define WORK ACQUIRE_DO_WORK

/*
 * Every pair, in the order of enum acquire_event:
 * ask, receipt, waiting, number, registered, code, revoked, doubt, cleared, fix, busy, lost, restart.
 *
 * The acquisition number is erased as soon as the registrar has it, and in every end: Number Act art.
 * 21-2 (3) lets nobody keep it beyond its purpose.
 */
static const struct move table[ACQUIRE_STATE__COUNT][ACQUIRE_EVENT__COUNT] = {
	[ACQUIRE_NONE] = {
		GO(NUMBER_ASKED, ASK), NO, NO, NO, NO, GO(ISSUED, RELEASE), GO(REVOKED, 0),
		NO, NO, NO, NO, NO, GO(NONE, 0),
	},
	[ACQUIRE_NUMBER_ASKED] = {
		GO(NUMBER_ASKED, 0), GO(NUMBER_ASKED, FETCH_NUMBER), GO(NUMBER_ASKED, FETCH_NUMBER),
		GO(NUMBER_ISSUED, REGISTER), NO, NO, GO(REVOKED, ERASE),
		NO, NO, GO(FAILED, ERASE | WORK), GO(NUMBER_ASKED, FETCH_NUMBER), GO(NUMBER_ASKED, ASK),
		GO(NUMBER_ASKED, FETCH_NUMBER),
	},
	[ACQUIRE_NUMBER_ISSUED] = {
		GO(NUMBER_ISSUED, 0), GO(NUMBER_ISSUED, 0), GO(NUMBER_ISSUED, 0),
		GO(NUMBER_ISSUED, 0), GO(REQUESTED, ERASE | FETCH_CODE), NO, GO(REVOKED, ERASE),
		NO, NO, GO(FAILED, ERASE | WORK), GO(NUMBER_ISSUED, 0), GO(NUMBER_ASKED, ERASE | ASK),
		GO(NUMBER_ISSUED, 0),
	},
	[ACQUIRE_REQUESTED] = {
		GO(REQUESTED, 0), NO, GO(REQUESTED, FETCH_CODE),
		GO(REQUESTED, 0), GO(REQUESTED, 0), GO(ISSUED, ERASE | RELEASE), GO(REVOKED, ERASE),
		NO, NO, GO(FAILED, ERASE | WORK), GO(REQUESTED, FETCH_CODE), GO(NUMBER_ASKED, ERASE | ASK),
		GO(REQUESTED, FETCH_CODE),
	},
	[ACQUIRE_ISSUED] = {
		GO(ISSUED, RELEASE), NO, GO(ISSUED, 0),
		GO(ISSUED, 0), GO(ISSUED, 0), GO(ISSUED, 0), GO(REVOKED, WORK),
		GO(BARRED, WORK), GO(ISSUED, 0), NO, GO(ISSUED, 0), GO(NUMBER_ASKED, ASK),
		GO(ISSUED, 0),
	},
	[ACQUIRE_BARRED] = {
		GO(BARRED, 0), NO, GO(BARRED, 0),
		GO(BARRED, 0), GO(BARRED, 0), GO(BARRED, 0), GO(REVOKED, WORK),
		GO(BARRED, 0), GO(ISSUED, RELEASE), NO, GO(BARRED, 0), NO,
		GO(BARRED, 0),
	},
	[ACQUIRE_REVOKED] = {
		GO(NUMBER_ASKED, ASK), NO, NO,
		NO, NO, NO, GO(REVOKED, 0),
		NO, NO, NO, GO(REVOKED, 0), NO,
		GO(REVOKED, 0),
	},
	[ACQUIRE_FAILED] = {
		GO(NUMBER_ASKED, ASK), NO, NO,
		NO, NO, GO(ISSUED, RELEASE), GO(REVOKED, 0),
		NO, NO, GO(FAILED, 0), GO(FAILED, 0), NO,
		GO(FAILED, 0),
	},
};

/* A network that answers at once is not waited for; threefold from there, one that takes minutes is not asked more often for it. */
#define WAIT_FIRST_MS 50
#define WAIT_LONGEST_MS 600000

static int64_t
wait_ms(int polls, int jitter)
{
	int64_t wait = WAIT_FIRST_MS;

	for (int i = 0; i < polls && wait < WAIT_LONGEST_MS; i++)
		wait *= 3;
	if (wait > WAIT_LONGEST_MS)
		wait = WAIT_LONGEST_MS;
	if (jitter < 0 || jitter > 1000)
		jitter = 1000;
	return wait / 2 + wait / 2 * jitter / 1000;
}

enum rc
acquire_next(const struct acquire *now, enum acquire_event event, int64_t now_ms, int jitter,
    struct acquire_step *ret_step)
{
	const struct move *m;
	struct acquire_step step;

	if ((unsigned)now->state >= ACQUIRE_STATE__COUNT || (unsigned)event >= ACQUIRE_EVENT__COUNT)
		return RC_REFUSED;
	m = &table[now->state][event];
	if (!m->possible)
		return RC_REFUSED;
	step.next = *now;
	step.next.state = m->next;
	step.effects = m->effects;
	step.next_at_ms = INT64_MAX;
	if (m->next != now->state)
		step.next.polls = 0;
	if (m->next != ACQUIRE_NUMBER_ASKED || (m->effects & ACQUIRE_DO_ASK))
		step.next.received = false;
	if (event == ACQUIRE_ON_RECEIPT && now->state == ACQUIRE_NUMBER_ASKED) {
		if (now->received)		/* a repetition: the first is being polled already */
			step.effects = 0;
		step.next.received = true;
	}
	/* Nothing can be fetched before the reception number is here; the outbox still sends the request. */
	if (now->state == ACQUIRE_NUMBER_ASKED && !step.next.received)
		step.effects &= ~(unsigned)ACQUIRE_DO_FETCH_NUMBER;
	if (step.effects & (ACQUIRE_DO_FETCH_NUMBER | ACQUIRE_DO_FETCH_CODE)) {
		step.next_at_ms = event == ACQUIRE_ON_RESTART ? now_ms : now_ms + wait_ms(step.next.polls, jitter);
		step.next.polls++;
	}
	*ret_step = step;
	return RC_OK;
}

enum acquire_event
acquire_event_of_error(enum message_error error)
{
	switch (error) {
	case E101_NO_CODE_YET:
		return ACQUIRE_ON_WAITING;
	case E102_CODE_REVOKED:
		return ACQUIRE_ON_REVOKED;
	case E301_PERMIT_INVALID:
	case E302_PERMIT_REUSED:
	case E303_PERMIT_EXPIRED:
		return ACQUIRE_ON_LOST;
	case E402_HELD:
		return ACQUIRE_ON_WAITING;
	case E501_CLOSED:
	case E502_OVER_CAPACITY:
	case E503_UNREACHABLE:
		return ACQUIRE_ON_BUSY;
	case MESSAGE_OK:
	case E103_DUPLICATE:
	case E201_NOT_PERMITTED:
	case E202_NO_ASSESSMENT:
	case E203_BAD_INSTITUTION:
	case E401_NO_COPY:
	case E403_REFUSED_BY_STAFF:
	case E404_LAYOUT_UNKNOWN:
	case E901_MALFORMED:
	case MESSAGE_ERROR__COUNT:
		break;
	}
	return ACQUIRE_ON_FIX;
}

static const char *const state_names[ACQUIRE_STATE__COUNT] = {
	"none", "number-asked", "number-issued", "requested", "issued", "barred", "revoked", "failed"
};
static const char *const event_names[ACQUIRE_EVENT__COUNT] = {
	"ask", "receipt", "waiting", "number", "registered", "code", "revoked", "doubt", "cleared", "fix",
	"busy", "lost", "restart"
};

const char *
acquire_state_name(enum acquire_state state)
{
	return (unsigned)state < ACQUIRE_STATE__COUNT ? state_names[state] : "unknown";
}

enum acquire_state
acquire_state_of(const char *name)
{
	int s = 0;

	while (s < ACQUIRE_STATE__COUNT && strcmp(state_names[s], name) != 0)
		s++;
	return (enum acquire_state)s;
}

const char *
acquire_event_name(enum acquire_event event)
{
	return (unsigned)event < ACQUIRE_EVENT__COUNT ? event_names[event] : "unknown";
}
