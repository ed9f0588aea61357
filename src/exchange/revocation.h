#ifndef EXCHANGE_REVOCATION_H
#define EXCHANGE_REVOCATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/*
 * The authority's lists of certificates that it took back (CRL, RFC 5280 section 5), one or more in a PEM
 * file.  The file is read again whenever it has changed; a new file that cannot be read, or is not signed by
 * the authority, leaves the last good lists in use.
 *
 * A list says until when it is good.  After that day there is a stated grace, and then nothing is believed:
 * an old list says nothing of a key that was stolen since.  Never a silent opening.
 */
enum revocation_state {
	REVOCATION_NONE,	/* no file, and none is demanded: what was taken back is not noticed */
	REVOCATION_GOOD,
	REVOCATION_GRACE,	/* out of date, still used */
	REVOCATION_CLOSED,	/* out of date past the grace, or demanded and not to be had */
};

struct revocation;

/* Nothing is read yet.  grace_s: seconds after the lists' own end.  demanded: without the file all is closed. */
enum rc revocation_open(const char *path, const char *authority_pem, int64_t grace_s, bool demanded,
    struct revocation **ret_revocation, struct fault *why) MUST_USE;
void revocation_close(struct revocation *r);		/* NULL is fine */

/*
 * now_s: seconds since 1970 UTC.  *ret_until_s: end of the first list that ends, 0 without lists; why: what is
 * wrong with the file as it stands now (rc RC_OK: nothing), in every state but NONE.
 */
enum revocation_state revocation_look(struct revocation *r, int64_t now_s, int64_t *ret_until_s, struct fault *why);

/* The lists in use as they were read, PEM; NULL: there are none.  Good until the next call of another function. */
const void *revocation_text(const struct revocation *r, size_t *ret_len);

/* A certificate in DER.  RC_CRYPTO: it was taken back, or the lists are closed; the text says which. */
enum rc revocation_check(struct revocation *r, int64_t now_s, const void *der, size_t len, struct fault *why) MUST_USE;

#endif
