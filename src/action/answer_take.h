#ifndef ACTION_ANSWER_TAKE_H
#define ACTION_ANSWER_TAKE_H

#include "action/heard.h"
#include "store/store_inquiry.h"

/* A provider's answer to an inquiry; every call inside an open transaction. */
enum rc answer_take(struct action *a, struct inquiry_row *row, const struct heard *h,
    struct fault *why) MUST_USE;
/* Statements of a verified response into the register; *ret_same false: identity differs, nothing
 * was written.  force: an officer has looked and says it is the same person. */
enum rc answer_apply(struct action *a, const struct inquiry_row *row, const struct message *response,
    bool force, int64_t now_us, day today, struct arena *arena, bool *ret_same, size_t *ret_statements,
    struct fault *why) MUST_USE;

#endif
