#ifndef ACTION_MAINTENANCE_H
#define ACTION_MAINTENANCE_H

#include "action/node.h"

/*
 * While somebody works on the node or its network, nothing new goes out: what is under way is taken in, what is
 * due waits in its place, and nobody is told anything wrong.  It ends by itself at its stated time, so that a
 * forgotten switch holds up nobody for ever, and survives restarts.
 */
#define MAINTENANCE_HOURS_MAX 72

/* Read once after the start, inside a transaction; a->maintenance_until_us afterwards. */
enum rc maintenance_load(struct action *a, struct fault *why) MUST_USE;
/* Microseconds since 1970 UTC until which nothing is sent; 0: none now. */
int64_t maintenance_until(const struct action *a, int64_t now_us);

#endif
