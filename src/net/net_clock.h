#ifndef NET_NET_CLOCK_H
#define NET_NET_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/*
 * The clock of the network: the machine's, or one that was set to a given
 * moment when the program started and runs on from there, so that a story can
 * be told with fixed dates.  Milliseconds since 1970 UTC throughout.
 */
struct net_clock {
	int64_t ahead_ms;		/* added to the machine's clock */
};

/* text NULL: the machine's clock.  Else "YYYY-MM-DDThh:mm:ss", Japan time. */
enum rc net_clock_init(struct net_clock *clock, const char *text, struct fault *why) MUST_USE;
int64_t net_clock_ms(const struct net_clock *clock);
/* Runs on whatever happens to the calendar: for waiting. */
int64_t net_clock_monotonic_ms(void);

#define NET_TIME_TEXT_SIZE 24
/* "YYYY-MM-DDThh:mm:ss.mmm", Japan time: for logs. */
void net_clock_write(int64_t ms, char text[NET_TIME_TEXT_SIZE]);

#endif
