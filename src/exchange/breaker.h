#ifndef EXCHANGE_BREAKER_H
#define EXCHANGE_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Circuit breaker of one endpoint, pure.  Three connections in a row that fail
 * open it; then one probe after 15, 60, 120, 180, 240, 300, 600, 900 s and every
 * 900 s from there on; the first success closes it.
 */
enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_PROBING, BREAKER_STATE__COUNT };

#define BREAKER_FAILURES 3

struct breaker {
	enum breaker_state state;
	int failures;			/* in a row, while closed */
	int probes;			/* failed in a row, while open */
	int64_t probe_at_ms;
};
#define BREAKER_INIT { BREAKER_CLOSED, 0, 0, 0 }

/* May something be sent now?  An open one turns to probing and lets exactly one through. */
bool breaker_take(struct breaker *b, int64_t now_ms);
/* The outcome of what was let through.  Any HTTP answer at all is a success, 503 included. */
void breaker_report(struct breaker *b, bool reached, int64_t now_ms);
/* What became of a probe will never be known (who carried it died, or it did not leave): the next asks at once. */
void breaker_forget_probe(struct breaker *b, int64_t now_ms);
/* When breaker_take may next say yes: now_ms when it would now; INT64_MAX while probing. */
int64_t breaker_ready_ms(const struct breaker *b, int64_t now_ms);
const char *breaker_state_name(enum breaker_state s);

#endif
