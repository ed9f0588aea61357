#ifndef ACTION_PORTAL_H
#define ACTION_PORTAL_H

#include "action/heard.h"
#include "store/store_portal.h"

/*
 * Towards the portal of persons: notices, and what is kept from it.  A notice says that there is something to be read or to
 * be done; it names no vaccine, no disease, no clinic and no place.  Whether it may go is asked when it is made, when its
 * message is made, and each time before that message leaves.
 */

/* Has this network a portal, as far as the adapter knows?  What it answers may still be that it has none. */
bool portal_connected(const struct action *a);

/* Why a notice to this person does not go now; PORTAL_NO_REASON: it may.  programme: of letters, NULL none. */
enum rc portal_judge(struct action *a, const struct id *person, const char *programme, day today, struct arena *arena,
    enum portal_reason *ret, struct fault *why) MUST_USE;

/* Is nothing told through the portal about this person? */
enum rc portal_barred(struct action *a, const struct id *person, struct arena *arena, bool *ret, struct fault *why) MUST_USE;

/* Records of the person have come from another town: where watashi.conf says so a notice is made.  In the transaction open. */
enum rc portal_arrived(struct action *a, const struct id *person, day today, struct arena *arena, struct fault *why) MUST_USE;

/* Messages of notices that wait. */
enum rc portal_poll(struct action *a, int64_t now_us, day today, struct fault *why) MUST_USE;
/* Of the rows that are about to leave, notices that must not are taken out of the outbox and of *n; *ret_changed: there
 * were some, and the transaction wants a commit. */
enum rc portal_hold_back(struct action *a, struct outbox_row *row, size_t *n, day today, struct arena *arena,
    bool *ret_changed, struct fault *why) MUST_USE;
enum rc portal_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;

#endif
