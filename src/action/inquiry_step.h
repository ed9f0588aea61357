#ifndef ACTION_INQUIRY_STEP_H
#define ACTION_INQUIRY_STEP_H

#include "action/node.h"
#include "exchange/inquiry.h"
#include "store/store_inquiry.h"

/* One inquiry and its machine; every call inside an open transaction. */

/* A fresh draft: numbers and salt are made, the row is written and is due at once.
 * deadline_us 0: the usual one.  RC_CONFLICT: one to this town is under way. */
enum rc inquiry_draft(struct action *a, struct inquiry_row *row, struct fault *why) MUST_USE;
/* What the event does to the inquiry, done: row is the new state, and stands in the register. */
enum rc inquiry_event(struct action *a, struct inquiry_row *row, enum inquiry_event event,
    const char *outcome, int64_t now_us, struct fault *why) MUST_USE;
/* The inquiry as it was sent, for comparing the answer with it. */
enum rc inquiry_again(struct action *a, const struct inquiry_row *row, struct arena *arena,
    struct adapter_inquiry *ret_inquiry, struct fault *why) MUST_USE;

#endif
