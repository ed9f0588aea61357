#ifndef ACTION_INQUIRY_RUN_H
#define ACTION_INQUIRY_RUN_H

#include "action/heard.h"

/* The inquiries under way; every call inside an open transaction. */
enum rc inquiry_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;
/* What has come due: drafts whose code is there are sent, answers asked for, deadlines kept. */
enum rc inquiry_poll(struct action *a, int64_t now_us, struct fault *why) MUST_USE;

#endif
