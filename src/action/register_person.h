#ifndef ACTION_REGISTER_PERSON_H
#define ACTION_REGISTER_PERSON_H

#include "action/node.h"

/* Commits what was written about a record, with its trace, then answers with a row of the resident as he stands now. */
enum rc register_person_finish(struct call *c, const struct id *person, const char *detail, struct fault *why) MUST_USE;

#endif
