#ifndef EXCHANGE_PEER_H
#define EXCHANGE_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "exchange/message.h"

/*
 * Who signs.  The directory is a bundle of PEM certificates, one or more (rotation)
 * per signer, each for EC P-256 and with these URI names, never the common name:
 *
 *	urn:watashi:municipality:NNNNNN     the node of a municipality
 *	urn:watashi:intermediary:NNNNNN     its intermediary server
 *	urn:watashi:core, urn:watashi:registrar, urn:watashi:portal
 *	urn:watashi:institution:CODE        with the first two: the institution code
 *
 * The algorithm is ECDSA P-256 with SHA-256, always; nothing in a message chooses it.
 * Certificates must chain to the authority given and be valid at the time asked about.
 */
enum peer_role { PEER_NODE, PEER_INTERMEDIARY, PEER_CORE, PEER_REGISTRAR, PEER_PORTAL, PEER_ROLE__COUNT };

struct peer_directory;
struct revocation;

/* Paths of PEM files.  RC_INVALID names the certificate by its place in the bundle. */
enum rc peer_directory_open(const char *directory_pem, const char *authority_pem,
    struct peer_directory **ret_directory, struct fault *why) MUST_USE;
void peer_directory_close(struct peer_directory *d);		/* NULL is fine */
/* From now on a signer whose certificate was taken back signs nothing.  Borrowed; NULL: not asked. */
void peer_directory_revocations(struct peer_directory *d, struct revocation *r);

/* The lists in use, PEM; NULL: none. */
const void *peer_directory_lists(const struct peer_directory *d, size_t *ret_len);

/* Does a certificate of this signer exist at all? */
bool peer_known(const struct peer_directory *d, enum peer_role role, const char *institution);

/*
 * Verify a detached DER signature over the exact bytes by role and institution (core,
 * registrar and portal: MESSAGE_INSTITUTION_CORE, _REGISTRAR, _PORTAL).  now_s: seconds since 1970
 * UTC.  RC_CRYPTO: it does not hold, or no valid certificate: the text says which.
 */
enum rc peer_verify(const struct peer_directory *d, enum peer_role role,
    const char *institution, int64_t now_s, const void *bytes, size_t len,
    const void *signature, size_t signature_len, struct fault *why) MUST_USE;

/* The same; *ret_who: whose certificate it was and what was looked up about it, the directory's own. */
struct peer_who {
	const void *certificate;	/* DER */
	size_t certificate_len;
	const void *revocations;	/* PEM of the lists in use; NULL: none were asked */
	size_t revocations_len;
};
enum rc peer_verify_who(const struct peer_directory *d, enum peer_role role, const char *institution,
    int64_t now_s, const void *bytes, size_t len, const void *signature, size_t signature_len,
    struct peer_who *ret_who, struct fault *why) MUST_USE;

/* Whose a certificate is by its URI names; NULL, or what is wrong with them.  A gnutls_x509_crt_t. */
struct gnutls_x509_crt_int;
const char *peer_certificate_names(struct gnutls_x509_crt_int *crt, enum peer_role *ret_role,
    char ret_institution[MESSAGE_CODE16_CHARS + 1]);

/*
 * May a message of this kind be signed by this role?  A document inside a message is
 * judged by its own kind: COR.Permission by the core, TKY.ProvisionResponse
 * by the provider's intermediary, TKY.Correction, SKI.CorrectionReceipt and TKM.DayReceipt by a node,
 * TKM.DayCount by a node or the core.
 */
bool peer_may_sign(enum peer_role role, enum message_kind kind);

/* Text of the header line Watashi-Signature.  RC_INVALID: not base64 of 8..80 bytes. */
enum rc peer_signature_text(const void *signature, size_t len, struct buf *out) MUST_USE;
enum rc peer_signature_parse(const char *text, size_t len, struct buf *out) MUST_USE;

/* The signer's certificates that are valid at the time, one by one, PEM, appended; RC_ABSENT after the last. */
enum rc peer_certificate(const struct peer_directory *d, enum peer_role role, const char *institution,
    int64_t now_s, size_t which, struct buf *ret_pem, struct fault *why) MUST_USE;

/*
 * Days until the last certificate of the signer stops under which this signature holds; negative when it has.
 * While keys change the directory knows another one, which says nothing about the key in use.  RC_ABSENT: none.
 */
enum rc peer_days_left(const struct peer_directory *d, enum peer_role role,
    const char *institution, int64_t now_s, const void *bytes, size_t len, const void *signature,
    size_t signature_len, int *ret_days) MUST_USE;
/* The same of the first certificate of a PEM file: a TLS certificate, the authority. */
enum rc peer_file_days_left(const char *pem, int64_t now_s, int *ret_days, struct fault *why) MUST_USE;

#endif
