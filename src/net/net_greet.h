#ifndef NET_NET_GREET_H
#define NET_NET_GREET_H

#include <microhttpd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "net/net_http.h"
#include "net/net_trust.h"

/*
 * The TLS side of a listener: which certificate is shown, and who calls.  A caller is verified in the
 * handshake; what was found is kept with the connection and asked again for every request.
 */
struct net_greet;

/* cert, key: PEM of the listener; both must outlive it.  options likewise. */
enum rc net_greet_open(const struct net_http_options *options, const struct buf *cert, const struct buf *key,
    struct net_greet **ret_greet, struct fault *why) MUST_USE;
void net_greet_close(struct net_greet *g);

/* For MHD_start_daemon, with the struct net_greet as context. */
enum MHD_Result net_greet_accept(void *greet, const struct sockaddr *address, socklen_t len);
void net_greet_connection(void *greet, struct MHD_Connection *connection, void **socket_context,
    enum MHD_ConnectionNotificationCode code);
/* MHD_OPTION_HTTPS_CERT_CALLBACK, or NULL: there is one certificate. */
void *net_greet_chooser(const struct net_greet *g);

/* Of a connection with a request: RC_CRYPTO when nobody was verified on it or it no longer holds. */
enum rc net_greet_peer(const struct net_greet *g, struct MHD_Connection *connection, struct net_peer *ret_peer,
    struct fault *why) MUST_USE;
/* Of a connection with a request, once for each: did one come before on it? */
bool net_greet_again(struct MHD_Connection *connection);

#endif
