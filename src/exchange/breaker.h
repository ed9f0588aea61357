#ifndef EXCHANGE_BREAKER_H
#define EXCHANGE_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Circuit breaker of one endpoint, pure.  Times are milliseconds of the caller's clock.
 *
 * Three failures in a row open it, each of a call that left BREAKER_APART_MS or more after the failure that counted
 * before it had been seen: what fails in one moment says one thing, that the peer was away at that moment, however
 * many calls were under way or knocked anew in it.  So a peer that is started anew, away for a second to three, is
 * asked again as each message's own wait says, and one that is gone opens it after some four seconds of failing.
 * While it is closed any success begins the count anew, whenever its call left: somebody answers there.
 *
 * Then one probe after 15, 60, 120, 180, 240, 300, 600, 900 s and every 900 s from there on.  The probe's success
 * closes it, its failure waits for the next one.  The end of a call that left before is never taken for the probe's:
 * a failure says nothing new, and a success closes nothing, but it shows that somebody is there, so the schedule
 * begins anew, and its next probe leaves at once unless one is under way.
 *
 * A clock that was set back lets nobody wait longer than the schedule, and a failure count.
 */
enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_PROBING, BREAKER_STATE__COUNT };

#define BREAKER_FAILURES 3
#define BREAKER_APART_MS 2000

struct breaker {
	enum breaker_state state;
	int failures;			/* in a row, while closed */
	int probes;			/* failed in a row, while open */
	int64_t probe_at_ms;		/* while open */
	int64_t probe_left_ms;		/* while probing */
	int64_t counted_ms;		/* when the last failure was seen that counted */
};
#define BREAKER_INIT { BREAKER_CLOSED, 0, 0, 0, 0, INT64_MIN }

/* May something be sent now?  An open one turns to probing and lets exactly one through.  It leaves at now_ms. */
bool breaker_take(struct breaker *b, int64_t now_ms);
/*
 * The end of a call that breaker_take let through at left_ms, seen now; the same left_ms, however long it took and
 * whoever was started anew meanwhile.  Any HTTP answer at all is a success, 503 included.
 */
void breaker_report(struct breaker *b, bool reached, int64_t left_ms, int64_t now_ms);
/* What became of a probe will never be known (who carried it died, or it did not leave): the next asks at once. */
void breaker_forget_probe(struct breaker *b, int64_t now_ms);
/* When breaker_take may next say yes: now_ms when it would now; INT64_MAX while probing. */
int64_t breaker_ready_ms(const struct breaker *b, int64_t now_ms);
/* Would a failure of a call that left then count now?  Of one closed. */
bool breaker_counts(const struct breaker *b, int64_t left_ms, int64_t now_ms);
const char *breaker_state_name(enum breaker_state s);

#endif
