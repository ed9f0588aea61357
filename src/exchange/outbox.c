#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "exchange/outbox.h"

static const char *const class_names[SENDING_CLASS__COUNT] = {
	"none", "retry", "fix-message", "check-peer", "call-support"
};
static const char *const state_names[SENDING_STATE__COUNT] = {
	"due", "under-way", "done", "stopped", "expired"
};
static const char *const outcome_names[SENDING_OUTCOME__COUNT] = {
	[SENDING_ANSWERED] = "answered",
	[SENDING_NO_CONNECTION] = "no-connection",
	[SENDING_BROKE_OFF] = "broke-off",
	[SENDING_TLS_REFUSED] = "tls-refused",
	[SENDING_CLOSED] = "closed",
	[SENDING_HTTP_BUSY] = "http-busy",
	[SENDING_HTTP_REFUSED] = "http-refused",
	[SENDING_BAD_ANSWER] = "bad-answer",
	[SENDING_BAD_SIGNATURE] = "bad-signature",
	[SENDING_NOT_SIGNED] = "not-signed",
	[SENDING_NOT_KEPT] = "not-kept",
};

const char *
sending_class_name(enum sending_class c)
{
	return (unsigned)c < SENDING_CLASS__COUNT ? class_names[c] : "unknown";
}

const char *
sending_state_name(enum sending_state s)
{
	return (unsigned)s < SENDING_STATE__COUNT ? state_names[s] : "unknown";
}

enum sending_state
sending_state_of(const char *name)
{
	int s = 0;

	while (s < SENDING_STATE__COUNT && strcmp(state_names[s], name) != 0)
		s++;
	return (enum sending_state)s;
}

const char *
sending_outcome_name(enum sending_outcome o)
{
	return (unsigned)o < SENDING_OUTCOME__COUNT ? outcome_names[o] : "unknown";
}

enum sending_class
sending_class_of(enum sending_outcome outcome)
{
	switch (outcome) {
	case SENDING_ANSWERED:
		return SENDING_CLASS_NONE;
	case SENDING_NO_CONNECTION:
	case SENDING_BROKE_OFF:
	case SENDING_CLOSED:
	case SENDING_HTTP_BUSY:
	case SENDING_NOT_SIGNED:
	case SENDING_NOT_KEPT:
		return SENDING_RETRY;
	case SENDING_TLS_REFUSED:
	case SENDING_BAD_SIGNATURE:
		return SENDING_CHECK_PEER;
	case SENDING_HTTP_REFUSED:
		return SENDING_FIX_MESSAGE;
	case SENDING_BAD_ANSWER:
	case SENDING_OUTCOME__COUNT:
		break;
	}
	return SENDING_CALL_SUPPORT;
}

enum sending_outcome
sending_outcome_of_status(long http_status)
{
	if (http_status == 200 || http_status == 503)
		return SENDING_ANSWERED;
	if (http_status == 408 || http_status == 429 || http_status >= 500)
		return SENDING_HTTP_BUSY;
	if (http_status >= 400)
		return SENDING_HTTP_REFUSED;
	return SENDING_BAD_ANSWER;		/* 1xx, 3xx, other 2xx: not of this profile */
}

int64_t
sending_wait_ms(int attempts, int jitter)
{
	int64_t whole = SENDING_FIRST_WAIT_MS;

	if (jitter < 0)
		jitter = 0;
	if (jitter > 1000)
		jitter = 1000;
	for (int i = 1; i < attempts && whole < SENDING_LONGEST_WAIT_MS; i++)
		whole *= 2;
	if (whole > SENDING_LONGEST_WAIT_MS)
		whole = SENDING_LONGEST_WAIT_MS;
	return whole / 2 + whole / 2 * jitter / 1000;
}

static void
back_off(struct sending *s, int64_t now_ms, int jitter)
{
	s->state = SENDING_DUE;
	s->next_at_ms = now_ms + sending_wait_ms(s->attempts, jitter);
	if (s->next_at_ms > s->deadline_ms) {
		if (now_ms >= s->deadline_ms)
			s->state = SENDING_EXPIRED;
		else
			s->next_at_ms = s->deadline_ms;		/* one last try */
	}
}

static void
outcome_came(struct sending *s, enum sending_outcome outcome, int64_t now_ms, int jitter)
{
	s->why = sending_class_of(outcome);
	switch (outcome) {
	case SENDING_ANSWERED:
		s->state = SENDING_DONE;
		s->suspicious = 0;
		return;
	case SENDING_NO_CONNECTION:
	case SENDING_BROKE_OFF:
	case SENDING_TLS_REFUSED:	/* heals by itself once a certificate is renewed: keep knocking */
	case SENDING_CLOSED:
	case SENDING_HTTP_BUSY:
	case SENDING_NOT_SIGNED:
	case SENDING_NOT_KEPT:
		s->suspicious = 0;
		back_off(s, now_ms, jitter);
		return;
	case SENDING_BAD_ANSWER:
	case SENDING_BAD_SIGNATURE:
		if (++s->suspicious >= SENDING_SUSPICIOUS_LIMIT)
			s->state = SENDING_STOPPED;
		else
			back_off(s, now_ms, jitter);
		return;
	case SENDING_HTTP_REFUSED:
	case SENDING_OUTCOME__COUNT:
		break;
	}
	s->state = SENDING_STOPPED;
}

/* Which event may come in which state. */
static const bool possible[SENDING_STATE__COUNT][SENDING_EVENT__COUNT] = {
	[SENDING_DUE] = { [SENDING_ON_TAKE] = true, [SENDING_ON_RESTART] = true, [SENDING_ON_TICK] = true,
	    [SENDING_ON_RELEASE] = true, [SENDING_ON_DROP] = true },
	[SENDING_UNDER_WAY] = { [SENDING_ON_OUTCOME] = true, [SENDING_ON_RESTART] = true,
	    [SENDING_ON_TICK] = true },
	[SENDING_DONE] = { [SENDING_ON_RESTART] = true, [SENDING_ON_TICK] = true },
	[SENDING_STOPPED] = { [SENDING_ON_RESTART] = true, [SENDING_ON_TICK] = true, [SENDING_ON_RELEASE] = true,
	    [SENDING_ON_DROP] = true },
	[SENDING_EXPIRED] = { [SENDING_ON_RESTART] = true, [SENDING_ON_TICK] = true },
};

enum rc
sending_next(const struct sending *now, enum sending_event event, enum sending_outcome outcome,
    int64_t now_ms, int jitter, struct sending *ret_next)
{
	struct sending s = *now;

	if ((unsigned)s.state >= SENDING_STATE__COUNT || (unsigned)event >= SENDING_EVENT__COUNT ||
	    !possible[s.state][event])
		return RC_REFUSED;
	switch (event) {
	case SENDING_ON_TAKE:
		if (now_ms < s.next_at_ms)
			return RC_REFUSED;
		s.state = SENDING_UNDER_WAY;
		s.attempts++;
		break;
	case SENDING_ON_OUTCOME:
		outcome_came(&s, outcome, now_ms, jitter);
		break;
	case SENDING_ON_RESTART:
		if (s.state == SENDING_UNDER_WAY) {	/* perhaps sent: the peer knows the MsgID */
			s.state = SENDING_DUE;
			s.next_at_ms = now_ms;
		}
		break;
	case SENDING_ON_TICK:
		if (s.state == SENDING_DUE && now_ms > s.deadline_ms)
			s.state = SENDING_EXPIRED;
		break;
	case SENDING_ON_RELEASE:
		s.state = SENDING_DUE;
		s.suspicious = 0;
		s.next_at_ms = now_ms;
		s.why = SENDING_CLASS_NONE;
		break;
	case SENDING_ON_DROP:
		s.state = SENDING_EXPIRED;
		break;
	case SENDING_EVENT__COUNT:
		break;
	}
	*ret_next = s;
	return RC_OK;
}
