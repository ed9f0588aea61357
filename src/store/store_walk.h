#ifndef STORE_WALK_H
#define STORE_WALK_H

#include "record/dose.h"
#include "record/person.h"
#include "store/store.h"

/*
 * Walking many people for a list or a statistic: who was born between two days, by the index of births, in
 * the order in which records lie on disk, so that doses are read in one pass; and of each no more
 * than deciding about them needs.  What is handed out is what the transaction's eyes may see.
 */

/* Everybody whose birth may lie between the days, both included: ids in order, on the heap. */
enum rc store_walk_births(struct store *s, day first, day last, struct id **ret_ids, size_t *ret_n,
    struct fault *why) MUST_USE;

/* Of a person: id, addressee_no, birth, sex, died_on, language, address, protection, registration and the
 * periods of residence; nothing else.  RC_ABSENT. */
enum rc store_walk_person(struct store *s, const struct id *id, struct arena *a, struct person *ret_person,
    struct fault *why) MUST_USE;

/* Of each latest version of a person's doses: statement, version, source version, given, vaccine, status,
 * source kind and code; by day given.  Nothing of a person whom the transaction's eyes may not see. */
enum rc store_walk_doses(struct store *s, const struct id *person, struct arena *a, struct dose **ret_doses,
    size_t *ret_n, struct fault *why) MUST_USE;

#endif
