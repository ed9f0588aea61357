#ifndef STORE_COPY_THERE_H
#define STORE_COPY_THERE_H

#include "store/store.h"

/* Copies that are not at their destination as the register says. */
enum copy_trouble {
	COPY_MISSING,			/* sent, and not there */
	COPY_STALE,			/* there in another version or with other content */
	COPY_SURPLUS,			/* there, and nobody wants it there */
	COPY_TROUBLE__COUNT
};

struct copy_there_row {
	const char *destination;	/* "intermediary" */
	const char *addressee_no;
	const char *record_key;		/* "" of a protected person: withheld by the caller */
	struct id person;		/* ID_NONE: nobody known here; not stored */
	enum copy_trouble trouble;
	int64_t since_us, seen_us;
};

/* Seen so at seen_us; since_us of one seen before stays. */
enum rc store_copy_there_put(struct store *s, const struct copy_there_row *row, struct fault *why) MUST_USE;
/* Whatever was not seen so since then has healed. */
enum rc store_copy_there_heal(struct store *s, const char *destination, int64_t before_us,
    struct fault *why) MUST_USE;
/* Oldest trouble first. */
enum rc store_copy_there_list(struct store *s, const char *destination, size_t cap, struct arena *a,
    struct copy_there_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_copy_there_count(struct store *s, const char *destination, int64_t ret_n[COPY_TROUBLE__COUNT],
    int64_t *ret_oldest_us, struct fault *why) MUST_USE;

/* The destination's list named this record of ours; RC_ABSENT: we sent none of the key. */
enum rc store_copy_named(struct store *s, const struct id *person, const char *record_key, int64_t at_us,
    struct fault *why) MUST_USE;
/* Records wanted there, sent before then and not named since; in no order. */
enum rc store_copy_unnamed(struct store *s, int64_t since_us, size_t cap, struct arena *a,
    struct copy_there_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

#endif
