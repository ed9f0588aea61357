#ifndef NET_NET_PORTAL_H
#define NET_NET_PORTAL_H

#include "net/net_part.h"

/*
 * The portal of persons, as far as the towns meet it: who is signed in to it is known there and nowhere else, and it asks
 * for nobody but that person.  What follows is what such a person does; each is a transaction of its own.
 */

/* Ties an account to the person whom a town knows by that number; birth: YYYY-MM-DD as the person's card says. */
enum rc net_portal_link(struct net_part *p, const char *account, const char *municipality, const char *addressee_no,
    const char *birth, struct fault *why) MUST_USE;
enum rc net_portal_unlink(struct net_part *p, const char *account, struct fault *why) MUST_USE;
/* Asks every town that the account is tied to.  RC_ABSENT: none. */
enum rc net_portal_ask(struct net_part *p, const char *account, const char *item_code, struct arena *a,
    struct fault *why) MUST_USE;
/* Notices, looks with what came (gone after this), and the exchanges that the person may see, tab-separated. */
enum rc net_portal_show(struct net_part *p, const char *account, struct arena *a, struct buf *out,
    struct fault *why) MUST_USE;

#endif
