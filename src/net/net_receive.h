#ifndef NET_NET_RECEIVE_H
#define NET_NET_RECEIVE_H

#include "exchange/message.h"
#include "net/net_http.h"

struct net_part;

/* The handler of every listener; context is the struct net_part. */
void net_receive(void *context, const struct net_http_request *request,
    struct net_http_answer *answer);
/* What the answers of the listener's turn say and cause, kept for good at once; then the sender looks into the book. */
bool net_receive_settle(void *context);
/* The type that the bytes name, before anything is read; MESSAGE_NONE when they name none. */
enum message_kind net_receive_kind(const struct net_http_request *request);
/* A signed Error for the request, of which nothing else is done.  HTTP 403 or 500 when that cannot be. */
void net_receive_refuse(struct net_part *p, const struct net_http_request *request,
    enum message_error error, struct net_http_answer *answer);

#endif
