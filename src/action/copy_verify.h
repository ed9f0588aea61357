#ifndef ACTION_COPY_VERIFY_H
#define ACTION_COPY_VERIFY_H

#include "action/heard.h"

/*
 * Did our copies really arrive?  Every night the intermediary's own list (key, version, digest) is
 * compared with what was sent.  What is missing or stale there is sent anew by itself; what is
 * surplus is told.  Every call but do_copy_verify inside an open transaction.
 */
enum rc copy_verify_poll(struct action *a, int64_t now_us, struct fault *why) MUST_USE;
enum rc copy_verify_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;

/* How it stands, for health: *ret_done_us 0 when never compared. */
struct copy_verify_state {
	int64_t done_us;		/* end of the last comparison; 0 never */
	int64_t missing, stale, surplus;
	int64_t oldest_us;		/* since when the oldest trouble */
};
enum rc copy_verify_state(struct action *a, struct copy_verify_state *ret_state, struct fault *why) MUST_USE;

#endif
