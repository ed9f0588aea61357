#ifndef ACTION_CORRECTION_LETTER_H
#define ACTION_CORRECTION_LETTER_H

#include "action/heard.h"
#include "store/store_held.h"

/*
 * Letters that nodes of other towns have signed for ours: corrections of what they told us, and receipts
 * for ours.  A correction is applied once, whatever the network loses, doubles or turns round: it is known by its
 * sender's id, and a statement only ever moves to a newer version.  Every call inside an open transaction.
 */
enum rc correction_letter_poll(struct action *a, int64_t now_us, struct fault *why) MUST_USE;
enum rc correction_letter_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;

/* An officer's word about a correction that was held: apply it, or refuse it; the sender gets a receipt. */
enum rc correction_letter_release(struct call *c, const struct held_row *row, struct fault *why) MUST_USE;
enum rc correction_letter_refuse(struct call *c, const struct held_row *row, struct fault *why) MUST_USE;

#endif
