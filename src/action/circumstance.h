#ifndef ACTION_CIRCUMSTANCE_H
#define ACTION_CIRCUMSTANCE_H

#include "action/node.h"

/*
 * Fills who with what stands on record about the person besides doses, by this law's codes; arrays are in the
 * arena.  A code that this law does not know is left out: it decides nothing there.  The death is a
 * condition too.
 */
enum rc circumstance_take(struct action *a, const struct law *law, const struct person *p,
    struct arena *arena, struct schedule_person *who, struct fault *why) MUST_USE;

#endif
