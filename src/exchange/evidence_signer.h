#ifndef EXCHANGE_EVIDENCE_SIGNER_H
#define EXCHANGE_EVIDENCE_SIGNER_H

#include "exchange/evidence_file.h"

/*
 * Was this signed by the body that is said to have signed it, at that time?  Signer, certificate, authority and
 * revocation lists are judged at the time of the signature, from the papers given and nothing else.
 */
struct evidence_authority;

/* PEM text of one certificate or more.  RC_INVALID: none that can be used. */
enum rc evidence_authority_open(const char *pem, size_t len, struct evidence_authority **ret_authority,
    struct fault *why) MUST_USE;
void evidence_authority_close(struct evidence_authority *a);		/* NULL is fine */

/* A certificate as PEM, appended. */
enum rc evidence_certificate_pem(const void *der, size_t len, struct buf *out) MUST_USE;

struct evidence_claim {
	enum peer_role role;
	const char *institution;
	int64_t at_ms;
	unsigned char digest[SHA256_BYTES];	/* of the exact bytes */
	const void *signature;			/* DER */
	size_t signature_len;
	const struct evidence_entry *certificate;	/* one, PEM */
	const struct evidence_entry *revocations;	/* PEM lists that were asked then; NULL: none were */
};
/* RC_OK, or RC_CRYPTO: the text says why not. */
enum rc evidence_signer_check(const struct evidence_authority *a, const struct evidence_claim *claim,
    struct fault *why) MUST_USE;

#endif
