#ifndef ACTION_CLINIC_MONTHS_H
#define ACTION_CLINIC_MONTHS_H

#include "action/node.h"

/*
 * How many months of clinics under contract are missing between the two days: months that have ended, of which
 * no dose came, and of which the clinic did not say that it vaccinated nobody.  For whoever lists, counts or
 * reminds: while some are missing, a vaccinated person may look unvaccinated.  In a transaction.
 */
enum rc clinic_months_missing(struct call *c, day from, day until, int64_t *ret_n, struct fault *why) MUST_USE;

#endif
