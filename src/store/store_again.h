#ifndef STORE_AGAIN_H
#define STORE_AGAIN_H

#include "store/store.h"

/* What is to be asked anew by itself, by person and town. */
struct again_row {
	struct id person;
	const char *provider;		/* municipality code */
	int64_t ended;			/* state in which the last inquiry ended: exchange's number */
	int64_t tries;			/* how often in a row it ended so */
	int64_t due_us;			/* INT64_MAX: being asked now */
};

/* Replaces the row of the person and town. */
enum rc store_again_put(struct store *s, const struct again_row *row, struct fault *why) MUST_USE;
enum rc store_again_get(struct store *s, const struct id *person, const char *provider, struct arena *a,
    struct again_row *ret_row, struct fault *why) MUST_USE;		/* RC_ABSENT */
enum rc store_again_drop(struct store *s, const struct id *person, const char *provider,
    struct fault *why) MUST_USE;					/* fine when there is none */
enum rc store_again_due(struct store *s, int64_t now_us, size_t cap, struct arena *a,
    struct again_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_again_next(struct store *s, int64_t *ret_us, struct fault *why) MUST_USE;	/* RC_ABSENT */

#endif
