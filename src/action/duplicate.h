#ifndef ACTION_DUPLICATE_H
#define ACTION_DUPLICATE_H

#include "action/node.h"

/*
 * Doses that are told more than once (record/duplicate.h).  Whatever writes a statement marks its person
 * (store_dose_put); who has written calls duplicate_settle in the same transaction, before it commits.
 */

/*
 * Works out anew, for this person or (NULL) for everybody marked, which pairs there are and which statements count.  What it writes follows from
 * the statements and the officers' decisions alone.  Without a law nothing is known of antigens: everybody stays marked
 * until there is one (duplicate_tick).
 */
enum rc duplicate_settle(struct action *a, const struct id *person, day today, struct fault *why) MUST_USE;

/* What was left marked, a part at a time; *ret_more: not all was taken. */
enum rc duplicate_tick(struct action *a, int64_t now_us, day today, bool *ret_more, struct fault *why) MUST_USE;

/* The same for one person, not protected, by all its doses (store_dose_list) with the text in the arena. */
struct dose;
enum rc duplicate_settle_by(struct action *a, const struct person *p, const struct dose *dose, size_t n_dose, day today,
    struct arena *arena, struct fault *why) MUST_USE;

/* What the register says of statements that tell one dose; most people have none. */
struct duplicate_told {
	struct duplicate_row *pair;
	struct duplicate_counts_as *merged;
	size_t n_pair, n_merged;
};
enum rc duplicate_told_of(struct action *a, const struct id *person, struct arena *arena, struct duplicate_told *ret_told,
    struct fault *why) MUST_USE;

/* Pairs and what does not count, into the history; text is from h's arena. */
enum rc duplicate_history(const struct duplicate_told *told, struct arena *arena, struct history *h,
    struct history_statement *statement, struct fault *why) MUST_USE;

#endif
