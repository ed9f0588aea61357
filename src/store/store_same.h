#ifndef STORE_SAME_H
#define STORE_SAME_H

#include "record/same_person.h"
#include "store/store.h"
#include "store/store_person.h"

/*
 * Records that are about one person (record/same_person.h).
 *
 * A merge moves nothing: every row stays with the record under which it came, and so do those that come later under
 * its numbers.  One record answers for all; whoever reads what stands about a person reads the rows of every record
 * of that person, whichever of them was named.  So parting them again leaves each with its own.
 *
 * Inside the store "person" of a statement that reads is any record of the person, "person" of one that writes the
 * record itself.
 */
#define SAME_RECORDS_MAX 16		/* of one person: a life in and out of a town, and every mistake about it */

/* Every record of the person, the one that answers first, then by id; n 1: alone. */
enum rc store_same_of(struct store *s, const struct id *person, struct id ret_ids[SAME_RECORDS_MAX], size_t *ret_n,
    struct fault *why) MUST_USE;
/* The record that answers for this one: itself where it is alone. */
enum rc store_same_whole(struct store *s, const struct id *person, struct id *ret_whole, struct fault *why) MUST_USE;
enum rc store_same_is(struct store *s, const struct id *a, const struct id *b, bool *ret_same, struct fault *why) MUST_USE;

/* ---- pairs ---- */

struct same_pair {
	int64_t no;			/* 1, 2, ...; stays */
	struct id first, second;	/* the smaller id first */
	enum same_rule rule;
	int score;
	enum same_state state;
	int64_t found_us;		/* since when it is as it is */
};
/* no 0: a new pair, *ret_no its number; RC_CONFLICT when there is one of the two.  found_us is made here. */
enum rc store_same_put(struct store *s, const struct same_pair *pair, int64_t *ret_no, struct fault *why) MUST_USE;
/* Nothing of a protected person, unless the transaction's eyes may see.  RC_ABSENT. */
enum rc store_same_get(struct store *s, int64_t no, struct same_pair *ret_pair, struct fault *why) MUST_USE;
/* Whoever may see it: for the node's own work.  RC_ABSENT. */
enum rc store_same_between(struct store *s, const struct id *a, const struct id *b, struct same_pair *ret_pair,
    struct fault *why) MUST_USE;
/* Pairs in which this record stands. */
enum rc store_same_pairs_of(struct store *s, const struct id *record, struct arena *a, struct same_pair **ret_pairs,
    size_t *ret_n, struct fault *why) MUST_USE;
/* Of one state, the highest score first; after: the last one of before (NULL: from the first). */
enum rc store_same_list(struct store *s, enum same_state state, const struct same_pair *after, size_t cap,
    struct arena *a, struct same_pair **ret_pairs, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_same_count(struct store *s, enum same_state state, int64_t *ret_n, struct fault *why) MUST_USE;

/* ---- decisions ---- */

enum same_decision_kind {
	SAME_FLAGGED, SAME_DECIDED_ONE, SAME_DECIDED_PARTED, SAME_DECIDED_TWO, SAME_DECISION__COUNT
};
struct same_decision {
	int64_t seq;
	enum same_decision_kind kind;
	struct id kept;			/* of a merge */
	const char *reason, *decided_by;
	int64_t decided_us;
};
enum rc store_same_decide(struct store *s, int64_t no, enum same_decision_kind kind, const struct id *kept,
    const char *reason, const char *decided_by, struct fault *why) MUST_USE;
/* Oldest first; of a pair that may be seen. */
enum rc store_same_decisions(struct store *s, int64_t no, struct arena *a, struct same_decision **ret_rows,
    size_t *ret_n, struct fault *why) MUST_USE;

/* ---- merges in force ---- */

/*
 * whole answers from now on for part and for whatever part answered for.  Both answer for themselves when it is
 * called, else RC_CONFLICT.  number: the record whose MyNumber is used, where both have one; NULL otherwise.
 * Protection of one becomes protection of all.  RC_TOO_BIG: more records than SAME_RECORDS_MAX.
 */
enum rc store_same_join(struct store *s, const struct id *whole, const struct id *part, int64_t pair,
    const struct id *number, struct fault *why) MUST_USE;
struct same_part {
	struct id part, whole;
	int64_t pair;
	struct id number;		/* ID_NONE: not said */
	int64_t merged_us;
};
/* The merge by which this record does not answer for itself; RC_ABSENT: it does. */
enum rc store_same_part(struct store *s, const struct id *part, struct same_part *ret_part, struct fault *why) MUST_USE;
/* Takes that merge back: part answers again, for itself and for whatever was merged into it.  Protection stays with
 * both: ending it takes two officers. */
enum rc store_same_part_again(struct store *s, const struct id *part, struct fault *why) MUST_USE;

/* ---- looking for pairs ---- */

/* Records whose items have changed since pairs were last looked for (store_person_put marks them). */
enum rc store_same_due(struct store *s, struct id *ret_persons, size_t cap, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_same_due_add(struct store *s, const struct id *person, struct fault *why) MUST_USE;
enum rc store_same_due_drop(struct store *s, const struct id *person, struct fault *why) MUST_USE;
/* Records that a rule may speak of together with this one; at most cap. */
enum rc store_same_candidates(struct store *s, const struct person *record, struct id *ret_ids, size_t cap,
    size_t *ret_n, struct fault *why) MUST_USE;

#endif
