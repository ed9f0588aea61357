#ifndef ACTION_URGENT_H
#define ACTION_URGENT_H

#include "action/node.h"

/* What was asked before the register held the ground for it: confirmed once the register names the
 * town, or told to the auditor when it has not in time.  Inside an open transaction. */
enum rc urgent_poll(struct action *a, int64_t now_us, day today, struct fault *why) MUST_USE;

#endif
