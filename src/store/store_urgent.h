#ifndef STORE_URGENT_H
#define STORE_URGENT_H

#include "store/store.h"

/* Inquiries that two officers made before the register held the ground for them. */
enum urgent_state { URGENT_WAITS, URGENT_CONFIRMED, URGENT_UNCONFIRMED, URGENT_STATE__COUNT };

struct urgent_row {
	struct id inquiry, person;
	const char *reason;		/* NULL: withheld */
	int64_t asked_us;
	int64_t until_us;		/* the register must name the town by then */
	enum urgent_state state;
};

enum rc store_urgent_add(struct store *s, const struct urgent_row *row, struct fault *why) MUST_USE;
enum rc store_urgent_set(struct store *s, const struct id *inquiry, enum urgent_state state,
    struct fault *why) MUST_USE;
/* In order of asking.  state URGENT_STATE__COUNT: those asked in [from_us, to_us); else all of it. */
enum rc store_urgent_list(struct store *s, enum urgent_state state, int64_t from_us, int64_t to_us,
    size_t cap, struct arena *a, struct urgent_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

/* How many the officer of this actor ("officer:3") proposed since then, whoever gave them. */
enum rc store_urgent_count_by(struct store *s, const char *actor, int64_t since_us, int64_t *ret_n,
    struct fault *why) MUST_USE;

#endif
