#ifndef ACTION_SAME_PERSON_H
#define ACTION_SAME_PERSON_H

#include "action/node.h"
#include "store/store_same.h"

/*
 * Records that may be about one person (record/same_person.h, store/store_same.h).  Whatever writes a record marks it
 * (store_person_put); looking for pairs follows in the same transaction or, of many, in the node's own time.
 */
#define SAME_SETTLE_AT_ONCE 500		/* records looked at in the transaction that changed them */

/* At most so many of the records marked; *ret_more: not all was taken. */
enum rc same_person_settle(struct action *a, size_t most, bool *ret_more, struct fault *why) MUST_USE;
/* What was left marked, a part at a time. */
enum rc same_person_tick(struct action *a, int64_t now_us, bool *ret_more, struct fault *why) MUST_USE;

/* Something else than their items says that two records are about one person: SAME_NUMBER, SAME_TICKET. */
enum rc same_person_note(struct action *a, const struct id *one, const struct id *other, enum same_rule rule,
    struct fault *why) MUST_USE;

/* ---- inside: same_person.c and same_merge.c ---- */

/* A pair of a request, both records as they are by themselves; A is the first.  Begins. */
struct same_two {
	struct same_pair pair;
	struct person record[2];
};
enum rc same_two_find(struct call *c, struct same_two *ret_two, struct fault *why) MUST_USE;
/* "A", "B" or an addressee number of one of them: 0 or 1; RC_INVALID naming the field. */
enum rc same_two_side(const struct same_two *two, const char *text, const char *field, int *ret_side,
    struct fault *why) MUST_USE;
/* Why they cannot be merged as they are, a message id; NULL: they can.  *ret_numbers: each has a MyNumber. */
enum rc same_hindrance(struct call *c, const struct same_two *two, bool *ret_numbers, const char **ret_text,
    struct fault *why) MUST_USE;
/* What whoever merges must have thought of: message ids, at most SAME_WARNINGS. */
#define SAME_WARNINGS 6
enum rc same_warnings(struct call *c, const struct same_two *two, const char *ret_text[SAME_WARNINGS], size_t *ret_n,
    struct fault *why) MUST_USE;
/* A row "pair": what stands now. */
enum rc same_reply_pair(struct call *c, const struct same_two *two, const char *part, struct fault *why) MUST_USE;

#endif
