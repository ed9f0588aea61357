#ifndef VAULT_STREAM_H
#define VAULT_STREAM_H

#include <stdbool.h>

#include "vault/vault.h"

/*
 * A long secret in a file: chunks of 64 KiB, each AES-256-GCM under the one key, which must
 * serve for this stream alone.  A chunk is bound to its number, to whether it is the last, and to
 * the digest of the head that stands before the stream in the clear; so a chunk that
 * is changed, lost, doubled, moved, or of another file, and a stream that was cut, are found before a
 * byte of the chunk is handed out.
 *
 *   chunk = u32 big-endian: length of the clear, bit 31 set in the last | ciphertext | tag
 *   nonce = four zero bytes, u64 big-endian number of the chunk, from 0
 *   bound = SHA-256 of the head | nonce | u32 as above
 */
struct vault_stream;

/* Write to fd, where it stands.  The key is copied and wiped at the end. */
enum rc vault_stream_write(int fd, const unsigned char key[VAULT_SECRET_BYTES],
    const struct vault_digest *head, struct vault_stream **ret_stream, struct fault *why) MUST_USE;
enum rc vault_stream_put(struct vault_stream *s, const void *bytes, size_t len, struct fault *why) MUST_USE;
/* The last chunk; without it the stream is worth nothing. */
enum rc vault_stream_end(struct vault_stream *s, struct fault *why) MUST_USE;

enum rc vault_stream_read(int fd, const unsigned char key[VAULT_SECRET_BYTES],
    const struct vault_digest *head, struct vault_stream **ret_stream, struct fault *why) MUST_USE;
/* Exactly len bytes.  RC_CRYPTO: changed, cut, or another key; RC_INVALID: it ends before. */
enum rc vault_stream_take(struct vault_stream *s, void *ret_bytes, size_t len, struct fault *why) MUST_USE;
/* RC_OK when all has been taken and nothing stands behind the last chunk. */
enum rc vault_stream_at_end(struct vault_stream *s, struct fault *why) MUST_USE;

void vault_stream_free(struct vault_stream *s);		/* wipes; leaves fd open; NULL is fine */

#endif
