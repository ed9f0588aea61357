#include <stddef.h>

#include "exchange/breaker.h"

static const int64_t probe_wait_ms[] = {
	15000, 60000, 120000, 180000, 240000, 300000, 600000, 900000
};
#define N_WAITS ((int)(sizeof(probe_wait_ms) / sizeof(probe_wait_ms[0])))

static void
open_until_probe(struct breaker *b, int64_t now_ms)
{
	int i = b->probes < N_WAITS ? b->probes : N_WAITS - 1;

	b->state = BREAKER_OPEN;
	b->probe_at_ms = now_ms + probe_wait_ms[i];
}

bool
breaker_take(struct breaker *b, int64_t now_ms)
{
	switch (b->state) {
	case BREAKER_CLOSED:
		return true;
	case BREAKER_OPEN:
		if (now_ms < b->probe_at_ms)
			return false;
		b->state = BREAKER_PROBING;
		return true;
	case BREAKER_PROBING:
	case BREAKER_STATE__COUNT:
		break;
	}
	return false;
}

void
breaker_report(struct breaker *b, bool reached, int64_t now_ms)
{
	if (reached) {
		*b = (struct breaker)BREAKER_INIT;
		return;
	}
	switch (b->state) {
	case BREAKER_CLOSED:
		if (++b->failures >= BREAKER_FAILURES)
			open_until_probe(b, now_ms);
		break;
	case BREAKER_PROBING:
		b->probes++;
		open_until_probe(b, now_ms);
		break;
	case BREAKER_OPEN:		/* one that was let through before it opened */
	case BREAKER_STATE__COUNT:
		break;
	}
}

void
breaker_forget_probe(struct breaker *b, int64_t now_ms)
{
	if (b->state != BREAKER_PROBING)
		return;
	b->state = BREAKER_OPEN;
	b->probe_at_ms = now_ms;
}

int64_t
breaker_ready_ms(const struct breaker *b, int64_t now_ms)
{
	switch (b->state) {
	case BREAKER_CLOSED:
		return now_ms;
	case BREAKER_OPEN:
		return b->probe_at_ms > now_ms ? b->probe_at_ms : now_ms;
	case BREAKER_PROBING:
	case BREAKER_STATE__COUNT:
		break;
	}
	return INT64_MAX;
}

const char *
breaker_state_name(enum breaker_state s)
{
	static const char *const name[BREAKER_STATE__COUNT] = { "closed", "open", "probing" };

	return (unsigned)s < BREAKER_STATE__COUNT ? name[s] : "unknown";
}
