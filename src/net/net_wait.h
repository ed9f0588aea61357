#ifndef NET_NET_WAIT_H
#define NET_NET_WAIT_H

#include <stdint.h>

#include "base/fault.h"

/* Calls what is to be called after a while, in a thread of its own; in any order when times are equal. */
struct net_wait;

enum rc net_wait_open(struct net_wait **ret_wait, struct fault *why) MUST_USE;
/* At once, in this thread, when there is no memory left or the waiting is over. */
void net_wait_add(struct net_wait *w, int64_t ms, void (*then)(void *context), void *context);
/* Calls everything that still waits.  From then on nothing waits any more. */
void net_wait_end(struct net_wait *w);
void net_wait_close(struct net_wait *w);

#endif
