#ifndef NET_NET_FOREIGN_H
#define NET_NET_FOREIGN_H

#include <gnutls/abstract.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"

/*
 * Two certificates of a listener that meets faults: its own, and one with the same names that no
 * authority of the network issued, made anew at each start.
 */
struct net_foreign;

/* own_cert, own_key: PEM. */
enum rc net_foreign_open(const struct buf *own_cert, const struct buf *own_key,
    struct net_foreign **ret_foreign, struct fault *why) MUST_USE;
void net_foreign_close(struct net_foreign *f);
/* What stays f's. */
void net_foreign_choose(struct net_foreign *f, bool foreign, gnutls_pcert_st **ret_cert, unsigned *ret_n,
    gnutls_privkey_t *ret_key);

#endif
