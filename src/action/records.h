#ifndef ACTION_RECORDS_H
#define ACTION_RECORDS_H

#include "action/heard.h"

/* Provision records (My Number Act, art. 23): asked for at the network, kept seven years. */

/* Of one exchange. */
enum rc records_fetch(struct action *a, const char *process_no, int64_t now_us, struct fault *why) MUST_USE;
/* Those that had not ended when last asked for, and later ones; once a day all. */
enum rc records_poll(struct action *a, int64_t now_us, day today, struct fault *why) MUST_USE;
/* Last day by the clock on which all of them, or all since the last one that had ended, were received; DAY_MIN never. */
enum rc records_heard_on(struct action *a, day *ret_day, struct fault *why) MUST_USE;
enum rc records_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;

#endif
