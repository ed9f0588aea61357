#include <string.h>

#include "exchange/inquiry.h"

/* What one pair does.  possible false: the pair cannot happen and changes nothing. */
struct move {
	bool possible;
	enum inquiry_state next;
	unsigned effects;
};

#define GO(state, effects_) { true, INQUIRY_##state, (effects_) }
#define NO { false, INQUIRY_DRAFT, 0 }
#define POLL INQUIRY_DO_POLL
#define EVIDENCE INQUIRY_DO_EVIDENCE
#define COMPARE INQUIRY_DO_COMPARE
#define APPLY INQUIRY_DO_APPLY
#define RECORD INQUIRY_DO_RECORD
#define WORK INQUIRY_DO_WORK
#define BAR INQUIRY_DO_BAR_CODE
#define FREE INQUIRY_DO_FREE_CODE
#define ALARM INQUIRY_DO_ALARM
#define RENEW INQUIRY_DO_RENEW

/*
 * Every pair, in the order of enum inquiry_event:
 * send, receipt, checked, permitted, notified, held, answer, taken, unverified, match, differ,
 * officer accepts, officer rejects, refusal, no data, no code, fix, permit gone, busy, cancel,
 * deadline, restart.
 *
 * What the network says again (a duplicate, a poll answered twice, an answer overtaken by a later
 * one) is possible and changes nothing.  From ACCEPTED on every end writes a record.
 */
static const struct move table[INQUIRY_STATE__COUNT][INQUIRY_EVENT__COUNT] = {
	[INQUIRY_DRAFT] = {
		GO(DRAFT, INQUIRY_DO_SEND), GO(ACCEPTED, POLL), NO, NO, NO, NO,
		NO, NO, NO, NO, NO,
		NO, NO,
		GO(REFUSED, RECORD | WORK), GO(NO_DATA, RECORD), GO(DRAFT, INQUIRY_DO_ACQUIRE),
		GO(ERROR, WORK), GO(EXPIRED, RENEW), GO(DRAFT, 0), GO(EXPIRED, 0),
		GO(EXPIRED, WORK), GO(DRAFT, 0),
	},
	[INQUIRY_ACCEPTED] = {
		NO, GO(ACCEPTED, 0), GO(CHECKED, POLL), GO(PERMITTED, POLL), GO(NOTIFIED, POLL), GO(HELD, POLL),
		GO(ANSWERED, EVIDENCE), NO, NO, NO, NO,
		NO, NO,
		GO(REFUSED, RECORD | WORK), GO(NO_DATA, RECORD), GO(DRAFT, RECORD | INQUIRY_DO_ACQUIRE),
		GO(ERROR, RECORD | WORK), GO(EXPIRED, RECORD | RENEW), GO(ACCEPTED, POLL), NO,
		GO(EXPIRED, RECORD | WORK), GO(ACCEPTED, POLL),
	},
	[INQUIRY_CHECKED] = {
		NO, GO(CHECKED, 0), GO(CHECKED, POLL), GO(PERMITTED, POLL), GO(NOTIFIED, POLL), GO(HELD, POLL),
		GO(ANSWERED, EVIDENCE), NO, NO, NO, NO,
		NO, NO,
		GO(REFUSED, RECORD | WORK), GO(NO_DATA, RECORD), NO,
		GO(ERROR, RECORD | WORK), GO(EXPIRED, RECORD | RENEW), GO(CHECKED, POLL), NO,
		GO(EXPIRED, RECORD | WORK), GO(CHECKED, POLL),
	},
	[INQUIRY_PERMITTED] = {
		NO, GO(PERMITTED, 0), GO(PERMITTED, POLL), GO(PERMITTED, POLL), GO(NOTIFIED, POLL), GO(HELD, POLL),
		GO(ANSWERED, EVIDENCE), NO, NO, NO, NO,
		NO, NO,
		GO(REFUSED, RECORD | WORK), GO(NO_DATA, RECORD), NO,
		GO(ERROR, RECORD | WORK), GO(EXPIRED, RECORD | RENEW), GO(PERMITTED, POLL), NO,
		GO(EXPIRED, RECORD | WORK), GO(PERMITTED, POLL),
	},
	[INQUIRY_NOTIFIED] = {
		NO, GO(NOTIFIED, 0), GO(NOTIFIED, POLL), GO(NOTIFIED, POLL), GO(NOTIFIED, POLL), GO(HELD, POLL),
		GO(ANSWERED, EVIDENCE), NO, NO, NO, NO,
		NO, NO,
		GO(REFUSED, RECORD | WORK), GO(NO_DATA, RECORD), NO,
		GO(ERROR, RECORD | WORK), GO(EXPIRED, RECORD | RENEW), GO(NOTIFIED, POLL), NO,
		GO(EXPIRED, RECORD | WORK), GO(NOTIFIED, POLL),
	},
	[INQUIRY_HELD] = {
		NO, GO(HELD, 0), GO(HELD, POLL), GO(HELD, POLL), GO(HELD, POLL), GO(HELD, POLL),
		GO(ANSWERED, EVIDENCE), NO, NO, NO, NO,
		NO, NO,
		GO(REFUSED, RECORD | WORK), GO(NO_DATA, RECORD), NO,
		GO(ERROR, RECORD | WORK), GO(EXPIRED, RECORD | RENEW), GO(HELD, POLL), NO,
		GO(EXPIRED, RECORD | WORK), GO(HELD, POLL),
	},
	/* ANSWERED and FETCHED are passed in one transaction; a restart between them cannot be, but is harmless. */
	[INQUIRY_ANSWERED] = {
		NO, GO(ANSWERED, 0), GO(ANSWERED, 0), GO(ANSWERED, 0), GO(ANSWERED, 0), GO(ANSWERED, 0),
		GO(ANSWERED, 0), GO(FETCHED, COMPARE), GO(ERROR, RECORD | WORK | ALARM), NO, NO,
		NO, NO,
		NO, GO(NO_DATA, RECORD), NO,
		NO, NO, GO(ANSWERED, 0), NO,
		GO(ANSWERED, 0), GO(ANSWERED, POLL),
	},
	[INQUIRY_FETCHED] = {
		NO, GO(FETCHED, 0), GO(FETCHED, 0), GO(FETCHED, 0), GO(FETCHED, 0), GO(FETCHED, 0),
		GO(FETCHED, 0), GO(FETCHED, 0), NO, GO(APPLIED, APPLY | RECORD), GO(IN_DOUBT, RECORD | WORK | BAR),
		NO, NO,
		GO(REFUSED, RECORD | WORK), GO(NO_DATA, RECORD), NO,
		NO, NO, GO(FETCHED, 0), NO,
		GO(FETCHED, 0), GO(FETCHED, COMPARE),
	},
	[INQUIRY_APPLIED] = {
		NO, GO(APPLIED, 0), GO(APPLIED, 0), GO(APPLIED, 0), GO(APPLIED, 0), GO(APPLIED, 0),
		GO(APPLIED, 0), GO(APPLIED, 0), NO, NO, NO,
		NO, NO,
		NO, NO, NO,
		NO, NO, GO(APPLIED, 0), NO,
		GO(APPLIED, 0), GO(APPLIED, 0),
	},
	[INQUIRY_IN_DOUBT] = {
		NO, GO(IN_DOUBT, 0), GO(IN_DOUBT, 0), GO(IN_DOUBT, 0), GO(IN_DOUBT, 0), GO(IN_DOUBT, 0),
		GO(IN_DOUBT, 0), GO(IN_DOUBT, 0), NO, NO, NO,
		GO(APPLIED, APPLY | FREE), GO(ERROR, WORK),
		NO, NO, NO,
		NO, NO, GO(IN_DOUBT, 0), NO,
		GO(IN_DOUBT, 0), GO(IN_DOUBT, 0),
	},
	[INQUIRY_REFUSED] = {
		NO, GO(REFUSED, 0), GO(REFUSED, 0), GO(REFUSED, 0), GO(REFUSED, 0), GO(REFUSED, 0),
		NO, NO, NO, NO, NO,
		NO, NO,
		GO(REFUSED, 0), NO, NO,
		NO, NO, GO(REFUSED, 0), NO,
		GO(REFUSED, 0), GO(REFUSED, 0),
	},
	[INQUIRY_NO_DATA] = {
		NO, GO(NO_DATA, 0), GO(NO_DATA, 0), GO(NO_DATA, 0), GO(NO_DATA, 0), GO(NO_DATA, 0),
		NO, NO, NO, NO, NO,
		NO, NO,
		NO, GO(NO_DATA, 0), NO,
		NO, NO, GO(NO_DATA, 0), NO,
		GO(NO_DATA, 0), GO(NO_DATA, 0),
	},
	[INQUIRY_ERROR] = {
		NO, GO(ERROR, 0), GO(ERROR, 0), GO(ERROR, 0), GO(ERROR, 0), GO(ERROR, 0),
		NO, NO, NO, NO, NO,
		NO, NO,
		NO, NO, NO,
		GO(ERROR, 0), NO, GO(ERROR, 0), NO,
		GO(ERROR, 0), GO(ERROR, 0),
	},
	/* An answer that comes after all was given up is evidence, nothing more. */
	[INQUIRY_EXPIRED] = {
		NO, GO(EXPIRED, 0), GO(EXPIRED, 0), GO(EXPIRED, 0), GO(EXPIRED, 0), GO(EXPIRED, 0),
		GO(EXPIRED, EVIDENCE), NO, NO, NO, NO,
		NO, NO,
		GO(EXPIRED, 0), GO(EXPIRED, 0), NO,
		GO(EXPIRED, 0), GO(EXPIRED, 0), GO(EXPIRED, 0), NO,
		GO(EXPIRED, 0), GO(EXPIRED, 0),
	},
};

/* First wait, then threefold; somebody's decision takes hours (twofold from there), a computer's a moment. */
#define POLL_FIRST_MS 100
#define POLL_HELD_FIRST_MS 30000
#define POLL_LONGEST_MS 600000
/* Whoever has not answered within a day of those is asked every hour. */
#define POLL_PATIENCE 150
#define POLL_PATIENT_MS 3600000

static int64_t
poll_wait_ms(enum inquiry_state state, int polls, int jitter)
{
	int64_t wait = state == INQUIRY_HELD ? POLL_HELD_FIRST_MS : POLL_FIRST_MS;

	for (int i = 0; i < polls && wait < POLL_LONGEST_MS; i++)
		wait *= state == INQUIRY_HELD ? 2 : 3;
	if (wait > POLL_LONGEST_MS)
		wait = polls > POLL_PATIENCE ? POLL_PATIENT_MS : POLL_LONGEST_MS;
	if (jitter < 0 || jitter > 1000)
		jitter = 1000;
	return wait / 2 + wait / 2 * jitter / 1000;
}

enum rc
inquiry_next(const struct inquiry *now, enum inquiry_event event, int64_t now_ms, int jitter,
    struct inquiry_step *ret_step)
{
	const struct move *m;
	struct inquiry_step step;

	if ((unsigned)now->state >= INQUIRY_STATE__COUNT || (unsigned)event >= INQUIRY_EVENT__COUNT)
		return RC_REFUSED;
	m = &table[now->state][event];
	if (!m->possible)
		return RC_REFUSED;
	/* The last poll of all may bring the answer in the same breath as the deadline: not before it. */
	if (event == INQUIRY_ON_DEADLINE && now_ms < now->deadline_ms)
		return RC_REFUSED;
	step.next = *now;
	step.next.state = m->next;
	step.effects = m->effects;
	step.next_at_ms = INT64_MAX;
	if (m->next != now->state)
		step.next.polls = 0;
	if (m->effects & INQUIRY_DO_POLL) {
		step.next_at_ms = event == INQUIRY_ON_RESTART ? now_ms :
		    now_ms + poll_wait_ms(m->next, step.next.polls, jitter);
		step.next.polls++;
		if (step.next_at_ms > now->deadline_ms && now_ms < now->deadline_ms)
			step.next_at_ms = now->deadline_ms;
	}
	*ret_step = step;
	return RC_OK;
}

bool
inquiry_ended(enum inquiry_state state)
{
	switch (state) {
	case INQUIRY_APPLIED:
	case INQUIRY_REFUSED:
	case INQUIRY_NO_DATA:
	case INQUIRY_ERROR:
	case INQUIRY_EXPIRED:
		return true;
	case INQUIRY_DRAFT:
	case INQUIRY_ACCEPTED:
	case INQUIRY_CHECKED:
	case INQUIRY_PERMITTED:
	case INQUIRY_NOTIFIED:
	case INQUIRY_HELD:
	case INQUIRY_ANSWERED:
	case INQUIRY_FETCHED:
	case INQUIRY_IN_DOUBT:
	case INQUIRY_STATE__COUNT:
		break;
	}
	return false;
}

enum inquiry_event
inquiry_event_of_error(enum message_error error)
{
	switch (error) {
	case E101_NO_CODE_YET:
		return INQUIRY_ON_NO_CODE;
	case E102_CODE_REVOKED:
	case E201_NOT_PERMITTED:
	case E202_NO_ASSESSMENT:
	case E403_REFUSED_BY_STAFF:
		return INQUIRY_ON_REFUSAL;
	case E401_NO_COPY:
		return INQUIRY_ON_NO_DATA;
	case E402_HELD:
		return INQUIRY_ON_HELD;
	case E301_PERMIT_INVALID:
	case E302_PERMIT_REUSED:
	case E303_PERMIT_EXPIRED:
		return INQUIRY_ON_PERMIT_GONE;
	case E501_CLOSED:
	case E502_OVER_CAPACITY:
	case E503_UNREACHABLE:
		return INQUIRY_ON_BUSY;
	case E103_DUPLICATE:
	case E203_BAD_INSTITUTION:
	case E404_LAYOUT_UNKNOWN:
	case E901_MALFORMED:
	case MESSAGE_OK:
	case MESSAGE_ERROR__COUNT:
		break;
	}
	return INQUIRY_ON_FIX;
}

enum inquiry_event
inquiry_event_of_progress(enum message_progress progress)
{
	switch (progress) {
	case MESSAGE_PROGRESS_ACCEPTED:
		return INQUIRY_ON_BUSY;		/* nothing new: poll again */
	case MESSAGE_PROGRESS_CHECKED:
		return INQUIRY_ON_CHECKED;
	case MESSAGE_PROGRESS_PERMITTED:
		return INQUIRY_ON_PERMITTED;
	case MESSAGE_PROGRESS_NOTIFIED:
		return INQUIRY_ON_NOTIFIED;
	case MESSAGE_PROGRESS_HELD:
		return INQUIRY_ON_HELD;
	case MESSAGE_PROGRESS_NONE:
	case MESSAGE_PROGRESS_DONE:
	case MESSAGE_PROGRESS_FAILED:
		break;
	}
	return INQUIRY_EVENT__COUNT;
}

int
inquiry_again_days(enum inquiry_state ended, int times, bool corrections_come)
{
	static const int unanswered[] = { 1, 7, 30 };	/* and every 30 from there on */
	/* Clinics report months late: what was given before the move may reach the register there after our question. */
	static const int applied[] = { 30, 90, 180 };
	static const int no_data[] = { 7, 30, 90 };	/* a copy that came late; then it holds nothing */

	if (times < 1)
		times = 1;
	switch (ended) {
	case INQUIRY_EXPIRED:
		return unanswered[times < 3 ? times - 1 : 2];
	case INQUIRY_NO_DATA:
		return times <= 3 ? no_data[times - 1] : -1;
	case INQUIRY_APPLIED:
		return corrections_come && times > 3 ? -1 : applied[times < 3 ? times - 1 : 2];
	case INQUIRY_DRAFT: case INQUIRY_ACCEPTED: case INQUIRY_CHECKED: case INQUIRY_PERMITTED:
	case INQUIRY_NOTIFIED: case INQUIRY_HELD: case INQUIRY_ANSWERED: case INQUIRY_FETCHED:
	case INQUIRY_IN_DOUBT: case INQUIRY_REFUSED: case INQUIRY_ERROR: case INQUIRY_STATE__COUNT:
		break;
	}
	return -1;
}

static const char *const state_names[INQUIRY_STATE__COUNT] = {
	"draft", "accepted", "checked", "permitted", "notified", "held", "answered", "fetched", "applied",
	"in-doubt", "refused", "no-data", "error", "expired"
};
static const char *const event_names[INQUIRY_EVENT__COUNT] = {
	"send", "receipt", "checked", "permitted", "notified", "held", "answer", "taken", "unverified",
	"match", "differ", "officer-accepts", "officer-rejects", "refusal", "no-data", "no-code", "fix",
	"permit-gone", "busy", "cancel", "deadline", "restart"
};

const char *
inquiry_state_name(enum inquiry_state state)
{
	return (unsigned)state < INQUIRY_STATE__COUNT ? state_names[state] : "unknown";
}

enum inquiry_state
inquiry_state_of(const char *name)
{
	int s = 0;

	while (s < INQUIRY_STATE__COUNT && strcmp(state_names[s], name) != 0)
		s++;
	return (enum inquiry_state)s;
}

const char *
inquiry_event_name(enum inquiry_event event)
{
	return (unsigned)event < INQUIRY_EVENT__COUNT ? event_names[event] : "unknown";
}
