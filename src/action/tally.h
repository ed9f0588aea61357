#ifndef ACTION_TALLY_H
#define ACTION_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* Counts by a key of several parts, as many as there are. */
struct tally_cell {
	uint64_t key;
	int64_t count, others;
	bool is_hidden;
};
struct tally {
	struct tally_cell *cell;	/* with room for twice as many as there are, until it is sorted */
	size_t n, room;
};
#define TALLY_CELLS_MAX (1u << 20)	/* 120 months, 64 products, a few stages and doses each: far below */

/* RC_TOO_BIG: more different keys than anybody reads. */
enum rc tally_add(struct tally *t, uint64_t key, bool is_other, struct fault *why) MUST_USE;
/* From here on cell[0..n) by key, and nothing is added any more. */
void tally_sort(struct tally *t);
void tally_clear(struct tally *t);

/*
 * Small counts of people are hidden: of n counts whose sum is told too, those from 1 to below - 1; and where that
 * is one alone, the smallest other one as well, since the sum would tell it.
 */
void tally_hide(const int64_t *count, bool *hidden, size_t n, int64_t below);

#endif
