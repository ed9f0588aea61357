#ifndef ACTION_ASK_AGAIN_H
#define ACTION_ASK_AGAIN_H

#include "action/node.h"

/* Drafts what is to be asked anew by now (exchange/inquiry.h, inquiry_again_days); inside an open
 * transaction. */
enum rc ask_again_poll(struct action *a, int64_t now_us, day today, struct fault *why) MUST_USE;

#endif
