#ifndef ACTION_PROVIDE_H
#define ACTION_PROVIDE_H

#include "action/node.h"

/* Setting that says whether answers about a person go out by themselves: "auto" or "manual". */
#define PROVIDE_KEY_SIZE 48
void provide_answers_key(const struct id *person, char key[PROVIDE_KEY_SIZE]);

/* An officer's decision about a held answer, on its way.  Runs in a transaction. */
enum rc provide_decide(struct call *c, const char *permit_id, enum message_decision decision,
    const char *reason, struct fault *why) MUST_USE;

#endif
