#ifndef NET_NET_PERMIT_H
#define NET_NET_PERMIT_H

#include "base/fault.h"
#include "exchange/message.h"

/*
 * Who may ask whom for what: a table file, one line per combination, tab between
 *	inquirer  provider  affair (JM)  procedure (JT)  item (TM)
 * Each is a code or "*".  A line "no-assessment INSTITUTION" names an institution
 * whose impact assessment is missing (Number Act art. 28).
 */
struct net_permission;

/* path is a file; every fault carries its line. */
enum rc net_permission_open(const char *path, struct net_permission **ret_permission,
    struct fault *why) MUST_USE;
void net_permission_close(struct net_permission *p);
/* MESSAGE_OK, E201 or E202. */
enum message_error net_permission_check(const struct net_permission *p,
    const struct message_inquiry_request *inquiry);

#endif
