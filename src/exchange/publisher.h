#ifndef EXCHANGE_PUBLISHER_H
#define EXCHANGE_PUBLISHER_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/*
 * Who may publish law files: the certificates of the bundle and nobody else, each trusted for
 * itself (EC P-256, PEM).  A signature is detached, DER, ECDSA P-256 with SHA-256 over the
 * exact bytes of the file, as `openssl dgst -sha256 -sign` writes it.
 */
#define PUBLISHER_NAME_SIZE 96
#define PUBLISHER_SIGNATURE_MAX 80

/*
 * *ret_name: common name of the certificate that holds, and the beginning of its fingerprint.
 * now_s: seconds since 1970 UTC.
 * RC_ABSENT: no bundle.  RC_INVALID: its certificate cannot be used, which one.  RC_CRYPTO: no signature of the
 * form used here, none that holds, or only by a certificate that is not valid at this time.
 */
enum rc publisher_verify(const char *bundle_pem, int64_t now_s, const void *bytes, size_t len,
    const void *signature, size_t signature_len, char ret_name[PUBLISHER_NAME_SIZE],
    struct fault *why) MUST_USE;

#endif
