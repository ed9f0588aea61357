#ifndef ACTION_PROVIDE_H
#define ACTION_PROVIDE_H

#include "action/heard.h"

/* Being asked: our copies at the intermediary server, and answers it holds back for us.
 * Every call inside an open transaction. */

/* An officer's decision about a held answer, on its way. */
enum rc provide_decide(struct call *c, const char *permit_id, enum message_decision decision,
    const char *reason, struct fault *why) MUST_USE;

/*
 * Something on record about the person has changed, or whether it may be told: the copies are made
 * anew (is_wanted false: taken away, the person is protected), and whoever was told before is told again
 * (action/correction.h).  To be called in the transaction of every such change, once a person.
 */
enum rc provide_changed(struct action *a, const struct id *person, bool is_wanted, int64_t now_us, day today,
    struct fault *why) MUST_USE;

/* Copies that are due, to the outbox. */
enum rc provide_due(struct action *a, int64_t now_us, day today, struct fault *why) MUST_USE;
/* The answers held for us are asked for. */
enum rc provide_held(struct action *a, int64_t now_us, struct fault *why) MUST_USE;
enum rc provide_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;

#endif
