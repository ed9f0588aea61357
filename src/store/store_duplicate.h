#ifndef STORE_DUPLICATE_H
#define STORE_DUPLICATE_H

#include <stdbool.h>

#include "record/duplicate.h"
#include "store/store.h"

/*
 * Pairs of statements that may tell one dose (record/duplicate.h), what officers said of them, and what counts.
 *
 * What follows from statements and decisions is kept beside them, for lists and for whoever judges without reading
 * every item of a statement.  store_dose_put marks the person; duplicate_settle (action/duplicate.h) works it out anew in
 * the same transaction.  Of a protected person nothing is handed out, unless the transaction's eyes may see.
 */

/* ---- whose statements have changed ---- */
enum rc store_duplicate_due_add(struct store *s, const struct id *person, struct fault *why) MUST_USE;
enum rc store_duplicate_due(struct store *s, struct id *ret_persons, size_t cap, size_t *ret_n,
    struct fault *why) MUST_USE;
enum rc store_duplicate_due_drop(struct store *s, const struct id *person, struct fault *why) MUST_USE;

/* ---- pairs ---- */
struct duplicate_row {
	int64_t no;			/* 1, 2, ... in the municipality; stays */
	struct id person;
	struct id first, second;	/* statements, the smaller id first; equal: one alone (rule 10) */
	int rule;
	enum duplicate_verdict verdict;
	enum duplicate_state state;
	bool is_outdated;
	int64_t found_us;		/* since when it is as it is */
};
/* no 0: a new pair, *ret_no its number.  Else what is known of it becomes as given.  found_us is made here. */
enum rc store_duplicate_put(struct store *s, const struct duplicate_row *row, int64_t *ret_no,
    struct fault *why) MUST_USE;
enum rc store_duplicate_get(struct store *s, int64_t no, struct duplicate_row *ret_row,
    struct fault *why) MUST_USE;			/* RC_ABSENT */
/* Every pair of a person, also those that are gone. */
enum rc store_duplicate_of(struct store *s, const struct id *person, struct arena *a,
    struct duplicate_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* In order of number, after the one given (0: from the first), at most cap. */
enum rc store_duplicate_list(struct store *s, enum duplicate_state state, int64_t after, size_t cap, struct arena *a,
    struct duplicate_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_duplicate_count(struct store *s, enum duplicate_state state, int64_t *ret_n, struct fault *why) MUST_USE;

/* ---- what does not count, because another statement of the same dose does ---- */
struct duplicate_counts_as {
	struct id statement, counts_as;
};
enum rc store_duplicate_counts_as(struct store *s, const struct id *person, struct arena *a,
    struct duplicate_counts_as **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* All of a person anew. */
enum rc store_duplicate_set_counts_as(struct store *s, const struct id *person,
    const struct duplicate_counts_as *rows, size_t n, struct fault *why) MUST_USE;

/* ---- decisions ---- */
struct duplicate_decided {
	struct duplicate_decision what;
	int64_t seq;
	const char *reason;
	const char *decided_by;
	int64_t decided_us;
	const char *undone_by;		/* NULL while it stands */
	int64_t undone_us;		/* 0 while it stands */
	const char *undo_reason;
};
/* keep ID_NONE: two doses. */
enum rc store_duplicate_decide(struct store *s, int64_t no, const struct id *keep,
    const unsigned char digest[DUPLICATE_DIGEST], const char *reason, const char *decided_by,
    struct fault *why) MUST_USE;
/* RC_ABSENT: none stands. */
enum rc store_duplicate_undo(struct store *s, int64_t no, const char *reason, const char *undone_by,
    struct fault *why) MUST_USE;
/* Of a pair, oldest first, those taken back too. */
enum rc store_duplicate_decisions(struct store *s, int64_t no, struct arena *a,
    struct duplicate_decided **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* Those of a person that stand. */
enum rc store_duplicate_decisions_of(struct store *s, const struct id *person, struct arena *a,
    struct duplicate_decision **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

#endif
