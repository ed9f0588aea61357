#ifndef SERVE_CLOCK_H
#define SERVE_CLOCK_H

#include <stdint.h>

#include "base/day.h"

/* The clock, read here and handed down as arguments. */
int64_t clock_now_us(void);		/* microseconds since 1970 UTC */
int64_t clock_steady_us(void);		/* never set back; for waiting only */
day clock_today(int64_t now_us);	/* the current day in Japan, UTC+9 all year */

#endif
