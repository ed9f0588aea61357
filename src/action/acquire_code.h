#ifndef ACTION_ACQUIRE_CODE_H
#define ACTION_ACQUIRE_CODE_H

#include "action/heard.h"
#include "exchange/inquiry.h"

/* The code of a person at the intermediary server; every call inside an open transaction. */
enum code_use {
	CODE_READY,
	CODE_STARTED,		/* under way: what waits for it is woken when it is there */
	CODE_NO_NUMBER,		/* no MyNumber is kept for the person: the network cannot be asked */
	CODE_UNUSABLE,		/* barred, revoked or failed: an officer has it on the work list */
};
/* Start it unless it is under way, there, or hopeless. */
enum rc code_want(struct action *a, const struct id *person, int64_t now_us, enum code_use *ret_use,
    struct fault *why) MUST_USE;
/* Once the code is there, the person's inquiries and copies that waited are due. */
enum rc code_event(struct action *a, const struct id *person, enum acquire_event event,
    int64_t now_us, struct fault *why) MUST_USE;
enum rc code_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;
/* Fetches that have come due. */
enum rc code_poll(struct action *a, int64_t now_us, struct fault *why) MUST_USE;

#endif
