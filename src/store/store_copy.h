#ifndef STORE_COPY_H
#define STORE_COPY_H

#include <stdbool.h>

#include "store/store.h"
#include "vault/vault_digest.h"

/*
 * The copies of our records that the intermediary server holds for others to
 * ask.  What is wanted there is told here in the transaction that changes a
 * dose; what arrived is told when the intermediary says so.
 */
struct copy_row {
	struct id person;
	const char *record_key;		/* within the person */
	int64_t version;		/* of what was last sent */
	struct vault_digest digest;	/* of what was last sent */
	bool is_wanted;			/* false: to be deleted there */
	int64_t touched_us;		/* last change here */
	int64_t sent_us;		/* 0 never */
	int64_t confirmed_us;		/* 0 never: not known to have arrived */
};

/* The person's copy must be sent (again), or taken away. */
enum rc store_copy_touch(struct store *s, const struct id *person, bool is_wanted,
    struct fault *why) MUST_USE;
/* Not before its code is there: it is not among the due until store_copy_wake, and counts as one of them. */
enum rc store_copy_waits(struct store *s, const struct id *person, struct fault *why) MUST_USE;
/* What waited so of any record of the person is due. */
enum rc store_copy_wake(struct store *s, const struct id *person, struct fault *why) MUST_USE;
/* Persons touched since they were last sent, longest waiting first. */
enum rc store_copy_due(struct store *s, struct id *ret_persons, size_t cap, size_t *ret_n,
    struct fault *why) MUST_USE;
/* What was put into a message now being sent; replaces the row of the key. */
enum rc store_copy_sent(struct store *s, const struct copy_row *row, struct fault *why) MUST_USE;
/* All that was sent for the person up to sent_us has arrived. */
enum rc store_copy_confirmed(struct store *s, const struct id *person, int64_t sent_us,
    struct fault *why) MUST_USE;
/* The rest of a person's send is done: not due until touched again. */
enum rc store_copy_settled(struct store *s, const struct id *person, struct fault *why) MUST_USE;
/* The record was deleted there. */
enum rc store_copy_drop(struct store *s, const struct id *person, const char *record_key,
    struct fault *why) MUST_USE;
enum rc store_copy_of(struct store *s, const struct id *person, struct arena *a,
    struct copy_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_copy_count(struct store *s, int64_t *ret_due, int64_t *ret_sent,
    int64_t *ret_confirmed, struct fault *why) MUST_USE;

#endif
