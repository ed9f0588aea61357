#ifndef NET_NET_FAULT_MEET_H
#define NET_NET_FAULT_MEET_H

#include "net/net_fault.h"
#include "net/net_http.h"

/*
 * The faults of one part at work: counts what came by, lets happen what the plan says, and says
 * each in the part's log as "fault KIND: ...".  Any thread.
 */
struct net_faults;

enum rc net_faults_open(const struct net_fault_plan *plan, const char *part, struct net_faults **ret_faults,
    struct fault *why) MUST_USE;
void net_faults_close(struct net_faults *f);
/* f NULL: nothing ever happens.  peer: who is at the other end, or "". */
struct net_fault net_faults_next(struct net_faults *f, enum net_fault_place place,
    enum message_kind type, const char *peer);
/* How often it happened since the program started; 0 for f NULL. */
uint64_t net_faults_count(struct net_faults *f, enum net_fault_kind kind);

/* The handler of a listener whose part meets faults; context is the struct net_part. */
void net_fault_receive(void *context, const struct net_http_request *request,
    struct net_http_answer *answer);
/* Of its connections. */
bool net_fault_refuse(void *context);
bool net_fault_foreign(void *context);
/* Asked after an answer that leaves its connection open: as for a connection of its own, so is it drawn for the next message. */
bool net_fault_breaks(void *context);

#endif
