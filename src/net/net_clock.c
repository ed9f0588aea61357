#include "net/net_clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/day.h"

#define JAPAN_AHEAD_MS (9 * 3600 * INT64_C(1000))
#define DAY_MS (24 * 3600 * INT64_C(1000))

static int64_t
machine_ms(clockid_t which)
{
	struct timespec now = { 0 };

	(void)clock_gettime(which, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Two digits at text, 0..max; -1 when they are none. */
static int
two_digits(const char *text, int max)
{
	int n;

	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return -1;
	n = (text[0] - '0') * 10 + (text[1] - '0');
	return n <= max ? n : -1;
}

enum rc
net_clock_init(struct net_clock *clock, const char *text, struct fault *why)
{
	day d;
	int hour, minute, second;
	int64_t set;

	if (text == NULL) {
		clock->ahead_ms = 0;
		return RC_OK;
	}
	if (strlen(text) != 19 || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
	    day_parse(text, 10, &d) != RC_OK ||
	    (hour = two_digits(text + 11, 23)) < 0 ||
	    (minute = two_digits(text + 14, 59)) < 0 ||
	    (second = two_digits(text + 17, 59)) < 0)
		return fault_set(why, RC_INVALID, "clock",
		    "not of the form YYYY-MM-DDThh:mm:ss");
	set = d.n * DAY_MS + ((hour * 60 + minute) * 60 + second) * INT64_C(1000) - JAPAN_AHEAD_MS;
	clock->ahead_ms = set - machine_ms(CLOCK_REALTIME);
	return RC_OK;
}

int64_t
net_clock_ms(const struct net_clock *clock)
{
	return machine_ms(CLOCK_REALTIME) + clock->ahead_ms;
}

int64_t
net_clock_monotonic_ms(void)
{
	return machine_ms(CLOCK_MONOTONIC);
}

void
net_clock_write(int64_t ms, char text[NET_TIME_TEXT_SIZE])
{
	int64_t japan = ms + JAPAN_AHEAD_MS;
	int64_t days = japan / DAY_MS, rest = japan % DAY_MS;
	char date[DAY_TEXT_SIZE];

	if (rest < 0) {
		days--;
		rest += DAY_MS;
	}
	day_write((day){ (int32_t)days }, date);
	(void)snprintf(text, NET_TIME_TEXT_SIZE, "%s", date);
	(void)snprintf(text + strlen(text), NET_TIME_TEXT_SIZE - strlen(text),
	    "T%02d:%02d:%02d.%03d", (int)(rest / 3600000), (int)(rest / 60000 % 60),
	    (int)(rest / 1000 % 60), (int)(rest % 1000));
}
