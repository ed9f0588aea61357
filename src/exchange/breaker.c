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

int64_t
breaker_ready_ms(const struct breaker *b, int64_t now_ms)
{
	switch (b->state) {
	case BREAKER_CLOSED:
		return now_ms;
	case BREAKER_OPEN:
		/* Later than the schedule knows: the clock was set back. */
		if (b->probe_at_ms <= now_ms || b->probe_at_ms - now_ms > probe_wait_ms[N_WAITS - 1])
			return now_ms;
		return b->probe_at_ms;
	case BREAKER_PROBING:
	case BREAKER_STATE__COUNT:
		break;
	}
	return INT64_MAX;
}

bool
breaker_take(struct breaker *b, int64_t now_ms)
{
	if (breaker_ready_ms(b, now_ms) != now_ms)
		return false;
	if (b->state == BREAKER_OPEN) {
		b->state = BREAKER_PROBING;
		b->probe_left_ms = now_ms;
	}
	return true;
}

bool
breaker_counts(const struct breaker *b, int64_t left_ms, int64_t now_ms)
{
	return b->counted_ms > now_ms || b->counted_ms <= left_ms - BREAKER_APART_MS;
}

static void
close_again(struct breaker *b)
{
	int64_t counted_ms = b->counted_ms;	/* what is of that moment may still come in */

	*b = (struct breaker)BREAKER_INIT;
	b->counted_ms = counted_ms;
}

static void
succeeded(struct breaker *b, bool is_late, int64_t now_ms)
{
	if (!is_late) {
		close_again(b);
		return;
	}
	b->probes = 0;
	if (b->state == BREAKER_OPEN)
		b->probe_at_ms = now_ms;
}

static void
failed(struct breaker *b, bool is_late, int64_t left_ms, int64_t now_ms)
{
	if (is_late || (b->state == BREAKER_CLOSED && !breaker_counts(b, left_ms, now_ms)))
		return;
	b->counted_ms = now_ms;
	if (b->state == BREAKER_PROBING)
		b->probes++;
	else if (++b->failures < BREAKER_FAILURES)
		return;
	open_until_probe(b, now_ms);
}

void
breaker_report(struct breaker *b, bool reached, int64_t left_ms, int64_t now_ms)
{
	/* Only a probe leaves while it is not closed. */
	bool is_late = b->state != BREAKER_CLOSED && !(b->state == BREAKER_PROBING && left_ms == b->probe_left_ms);

	if (reached)
		succeeded(b, is_late, now_ms);
	else
		failed(b, is_late, left_ms, now_ms);
}

void
breaker_forget_probe(struct breaker *b, int64_t now_ms)
{
	if (b->state != BREAKER_PROBING)
		return;
	b->state = BREAKER_OPEN;
	b->probe_at_ms = now_ms;
}

const char *
breaker_state_name(enum breaker_state s)
{
	static const char *const name[BREAKER_STATE__COUNT] = { "closed", "open", "probing" };

	return (unsigned)s < BREAKER_STATE__COUNT ? name[s] : "unknown";
}
