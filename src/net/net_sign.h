#ifndef NET_NET_SIGN_H
#define NET_NET_SIGN_H

#include <stddef.h>

#include "base/fault.h"

/*
 * Detached signatures over exact bytes: ECDSA P-256 with SHA-256, DER; the
 * algorithm is fixed here and never taken from a message.
 */
#define NET_SIGNATURE_MAX 80		/* DER bytes; at most 72 in truth */

struct net_signer;			/* own key */
struct net_verifier;			/* somebody's certificates */

enum rc net_signer_open(const char *key_path, struct net_signer **ret_signer, struct fault *why) MUST_USE;
void net_signer_close(struct net_signer *s);
enum rc net_sign(const struct net_signer *s, const void *bytes, size_t len,
    unsigned char ret_der[NET_SIGNATURE_MAX], size_t *ret_len, struct fault *why) MUST_USE;

/* Of the certificates of one signer, PEM: two while its key changes.  RC_CRYPTO unless each holds a P-256 key. */
enum rc net_verifier_open(const char *cert_path, struct net_verifier **ret_verifier,
    struct fault *why) MUST_USE;
void net_verifier_close(struct net_verifier *v);
/* RC_CRYPTO when it does not hold. */
enum rc net_verify(const struct net_verifier *v, const void *bytes, size_t len,
    const void *der, size_t der_len) MUST_USE;

/* Standard base64, one line; ret_text has room for (len + 2) / 3 * 4 + 1. */
void net_base64_write(const void *bytes, size_t len, char *ret_text);
/* RC_INVALID unless canonical; at most room bytes. */
enum rc net_base64_read(const char *text, void *ret_bytes, size_t room, size_t *ret_len) MUST_USE;

/* Random lower-case hexadecimal; chars is even, ret_text has room for chars + 1. */
enum rc net_random_hex(size_t chars, char *ret_text, struct fault *why) MUST_USE;

#define NET_DIGEST_BYTES 32
/* HMAC-SHA-256. */
enum rc net_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
    unsigned char ret_digest[NET_DIGEST_BYTES]) MUST_USE;

#endif
