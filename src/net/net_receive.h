#ifndef NET_NET_RECEIVE_H
#define NET_NET_RECEIVE_H

#include "net/net_http.h"

/* The handler of every listener; context is the struct net_part. */
void net_receive(void *context, const struct net_http_request *request,
    struct net_http_answer *answer);

#endif
