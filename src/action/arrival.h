#ifndef ACTION_ARRIVAL_H
#define ACTION_ARRIVAL_H

#include "action/node.h"

/*
 * Arrivals typed at the counter before the resident register's file holds them.  Nothing
 * may be asked about a person on a clerk's word alone, so an arrival waits, known only
 * by the blind index of the number, until an import brings the period of residence.
 */

/* The import has written this person with this number: an arrival that waited for it is
 * asked about now.  Runs in the import's transaction. */
enum rc arrival_confirmed(struct call *c, const struct id *person, const char *digits,
    struct fault *why) MUST_USE;

/* Draft an inquiry for every period of residence whose previous municipality has not been asked yet
 * (again: also where it has).  *ret_n: how many were drafted or found under way. */
enum rc arrival_ask(struct call *c, const struct person *p, bool again, size_t *ret_n,
    struct fault *why) MUST_USE;

#endif
