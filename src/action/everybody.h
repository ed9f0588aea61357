#ifndef ACTION_EVERYBODY_H
#define ACTION_EVERYBODY_H

#include "action/node.h"

/*
 * Everybody whose birth may lie between two days, both included, one after the other in the order in which records
 * lie on disk; for lists and counts, which read of each no more than they decide by (store/store_walk.h).
 * Inside a transaction of the caller's.  c->arena is empty before each person and gone after; how many have been
 * visited is told on the way.  What visit answers other than RC_OK ends the walk and is its answer.
 */
typedef enum rc everybody_visit(void *given, const struct id *id, struct fault *why);
enum rc everybody(struct call *c, day first, day last, everybody_visit *visit, void *given, struct fault *why) MUST_USE;

#endif
