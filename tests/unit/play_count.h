#ifndef TESTS_UNIT_PLAY_COUNT_H
#define TESTS_UNIT_PLAY_COUNT_H

#include "tests/unit/play_network.h"

/* How many exchanges of a day the other town of a story, or its hub, has recorded. */
struct play_count {
	const char *municipality;
	bool by_hub, we_asked;
	day on;
	const char *without, *with, *changed;	/* an exchange less, one more, one recorded otherwise; NULL none */
	bool bare;				/* the exchanges are not listed */
	int64_t made_at_ms;
	bool forged;
};
void play_count_letter(const struct play_count *count);
/* A town's receipt for the last count that it was sent; false: there was none. */
bool play_count_receipt(const char *municipality, enum message_compared compared, int64_t now_ms, bool forged);

#endif
