#ifndef ACTION_RESTORE_H
#define ACTION_RESTORE_H

#include "action/node.h"

/* When the backup was made from which this node comes and which nobody has accepted yet; RC_ABSENT:
 * no such.  Inside a transaction. */
enum rc restore_look(struct action *a, struct arena *arena, int64_t *ret_made_us, struct fault *why) MUST_USE;

#endif
