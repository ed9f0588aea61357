#ifndef VAULT_DIGEST_H
#define VAULT_DIGEST_H

#include <stddef.h>

#include "base/fault.h"

/* SHA-256 without a key: for content hashes and the audit chain, never for a number. */
#define VAULT_DIGEST_BYTES 32

struct vault_digest {
	unsigned char b[VAULT_DIGEST_BYTES];
};

enum rc vault_digest(const void *bytes, size_t len, struct vault_digest *ret_digest) MUST_USE;
/* Unpredictable bytes from the crypto library. */
enum rc vault_random(void *ret_bytes, size_t len) MUST_USE;

#endif
