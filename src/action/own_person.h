#ifndef ACTION_OWN_PERSON_H
#define ACTION_OWN_PERSON_H

#include "action/node.h"

/*
 * Residents and guardians see the person whose account it is, guardians also whom that person acts for on
 * the day (store/store_guardian.h), and nobody else: RC_REFUSED, with its trace, in the same words whether
 * the number is somebody's or nobody's.
 */
enum rc own_person_check(struct call *c, struct fault *why) MUST_USE;

#endif
