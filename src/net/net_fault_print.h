#ifndef NET_NET_FAULT_PRINT_H
#define NET_NET_FAULT_PRINT_H

#include "net/net_fault.h"

/* "watashi-net faults": what a plan would do, before anything runs.  Exit statuses of the program. */

/* Every kind, a line each: KIND TAB PLACE. */
int net_fault_print_list(void);
/* The faults of the first n things of every place and type between part and peer, a line each. */
int net_fault_print_plan(const struct net_fault_plan *plan, const char *part, const char *peer, uint64_t n);

#endif
