#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

/*
 * SHA-256 (FIPS 180-4) for programs that link with the C library only: integrity of the
 * law file.  Secrets never pass here; those belong to the vault's crypto stack.
 */
#define SHA256_BYTES 32

struct sha256 {
	uint32_t state[8];
	uint64_t n_bytes;
	unsigned char block[64];
};

void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *bytes, size_t len);
/* Leaves h as it was, so that hashing can go on. */
void sha256_digest(const struct sha256 *h, unsigned char ret_digest[SHA256_BYTES]);

#endif
