#include "serve/clock.h"

#include <time.h>

#define JAPAN_AHEAD_S (9 * 3600)
#define DAY_S 86400
#define SECOND_US 1000000

static int64_t
now(clockid_t which)
{
	struct timespec t = { 0 };

	(void)clock_gettime(which, &t);
	return (int64_t)t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

int64_t
clock_now_us(void)
{
	return now(CLOCK_REALTIME);
}

int64_t
clock_steady_us(void)
{
	return now(CLOCK_MONOTONIC);
}

day
clock_today(int64_t now_us)
{
	return (day){ (int32_t)((now_us / SECOND_US + JAPAN_AHEAD_S) / DAY_S) };
}
