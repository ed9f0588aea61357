#ifndef ACTION_TICKET_H
#define ACTION_TICKET_H

#include "action/node.h"
#include "store/store_ticket.h"

/*
 * Spent: a dose of the ticket's programme was given since it was issued, or the very dose that it is for, whoever told of
 * it and under whatever number.  On that day (DAY_NONE twice: not spent).  A ticket without a programme is never spent.
 * h: the record of whose ticket it is, as of today.
 */
struct day_span ticket_spent(const struct history *h, const struct ticket *t);

/* What is to be handed out to somebody on a day: what is due, or opens within 60 days.  n 0: nothing. */
struct hand_out {
	struct ticket *ticket;		/* of each: programme, dose, earliest, latest */
	size_t n;
	bool is_incomplete;		/* records of another place are still missing */
};
/* RC_REFUSED: no longer a resident here, or dead. */
enum rc ticket_still_here(struct call *c, const struct person *p, struct fault *why) MUST_USE;
enum rc ticket_hand_out_find(struct call *c, const struct person *p, struct hand_out *ret, struct fault *why) MUST_USE;
/* Every earlier one is void.  run 0: by itself; else in a run, counted on from *seq. */
enum rc ticket_hand_out_issue(struct call *c, const struct person *p, struct hand_out *h, int64_t run, int64_t *seq,
    struct fault *why) MUST_USE;

/* A portion of a hand-out to many that is under way.  *ret_more: there may be another. */
enum rc ticket_run_tick(struct action *a, int64_t now_us, day today, bool *ret_more, struct fault *why) MUST_USE;

#endif
