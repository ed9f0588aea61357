#ifndef NET_NET_TRUST_H
#define NET_NET_TRUST_H

#include <gnutls/gnutls.h>

#include "base/fault.h"
#include "net/net_http.h"

/*
 * May this TLS client talk to us at all, and who is it?  The library verifies
 * nothing by itself on the server's side.
 */
struct net_trust;

enum rc net_trust_open(const char *authority_path, const char *revocations_path,
    struct net_trust **ret_trust, struct fault *why) MUST_USE;
void net_trust_close(struct net_trust *t);
/* Whom a certificate was found to be of, and while what was found holds: its chain's dates, a minute at most. */
struct net_trusted {
	struct net_peer peer;
	int64_t from_s, until_s;
};

/* RC_CRYPTO with the reason: none, unknown issuer, expired, wrong purpose, revoked, no or odd name. */
enum rc net_trust_check(const struct net_trust *t, gnutls_session_t session,
    struct net_trusted *ret_trusted, struct fault *why) MUST_USE;
/* Does it still hold, by the clock and the revocation lists? */
bool net_trust_holds(const struct net_trust *t, const struct net_trusted *trusted);

#endif
