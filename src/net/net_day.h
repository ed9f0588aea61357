#ifndef NET_NET_DAY_H
#define NET_NET_DAY_H

#include "net/net_part.h"

/*
 * The core's count of a day: how many exchanges between two bodies have ended, by its own records.  Both are told
 * once the day is over, and again when it changes: a letter that the core signs (TKM.DayCount), so that the two and
 * the core can be compared.  What the two tell each other passes the core, and is compared with its own count, too:
 * while any of the three differs, the day is in dispute, and its exchanges stay beyond their seven years.  Every call
 * inside a transaction of the core's book.
 */

/* An exchange that was asked on that day has ended. */
enum rc net_day_changed(struct net_part *p, day asked, const struct message_provision_record *r,
    struct fault *why) MUST_USE;
/* A count that was told, by a town or by the core; an earlier one than that teller's last changes nothing. */
enum rc net_day_heard(struct net_part *p, const struct message_day_count *c, int64_t now_ms, struct fault *why) MUST_USE;
/* Tells of days that are over and have changed, some at a time. */
enum rc net_day_tell(struct net_part *p, int64_t now_ms, struct fault *why) MUST_USE;

#endif
