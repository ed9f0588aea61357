#include "vault/vault_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vault/vault_room.h"

#define CHUNK_BYTES 65536u
#define LAST 0x80000000u
#define WORD_BYTES 4
#define BOUND_BYTES (VAULT_DIGEST_BYTES + VAULT_NONCE_BYTES + WORD_BYTES)

struct vault_stream {
	int fd;
	unsigned char key[VAULT_KEY_BYTES];
	struct vault_digest head;
	uint64_t number;
	bool is_last;			/* read: the last chunk is in clear */
	size_t at, len;			/* read: of clear; write: len only */
	unsigned char clear[CHUNK_BYTES];
	unsigned char sealed[CHUNK_BYTES + VAULT_TAG_BYTES];
};

static enum rc
open_stream(int fd, const unsigned char key[VAULT_SECRET_BYTES], const struct vault_digest *head,
    struct vault_stream **ret_stream, struct fault *why)
{
	struct vault_stream *s;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return fault_set(why, RC_NOMEM, "stream", "no memory");
	s->fd = fd;
	memcpy(s->key, key, sizeof(s->key));
	s->head = *head;
	*ret_stream = s;
	return RC_OK;
}

enum rc
vault_stream_write(int fd, const unsigned char key[VAULT_SECRET_BYTES],
    const struct vault_digest *head, struct vault_stream **ret_stream, struct fault *why)
{
	return open_stream(fd, key, head, ret_stream, why);
}

enum rc
vault_stream_read(int fd, const unsigned char key[VAULT_SECRET_BYTES],
    const struct vault_digest *head, struct vault_stream **ret_stream, struct fault *why)
{
	return open_stream(fd, key, head, ret_stream, why);
}

void
vault_stream_free(struct vault_stream *s)
{
	if (s == NULL)
		return;
	explicit_bzero(s, sizeof(*s));
	free(s);
}

static void
put_word(uint32_t word, unsigned char out[WORD_BYTES])
{
	for (int i = 0; i < WORD_BYTES; i++)
		out[i] = (unsigned char)(word >> (24 - 8 * i));
}

static void
bind_chunk(const struct vault_stream *s, uint32_t word, unsigned char nonce[VAULT_NONCE_BYTES],
    unsigned char bound[BOUND_BYTES])
{
	memset(nonce, 0, VAULT_NONCE_BYTES);
	for (int i = 0; i < 8; i++)
		nonce[VAULT_NONCE_BYTES - 8 + i] = (unsigned char)(s->number >> (56 - 8 * i));
	memcpy(bound, s->head.b, VAULT_DIGEST_BYTES);
	memcpy(bound + VAULT_DIGEST_BYTES, nonce, VAULT_NONCE_BYTES);
	put_word(word, bound + VAULT_DIGEST_BYTES + VAULT_NONCE_BYTES);
}

static enum rc
write_all(int fd, const unsigned char *at, size_t len, struct fault *why)
{
	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault_set(why, fault_rc_of_errno(errno), "stream", "%s", strerror(errno));
		at += n;
		len -= (size_t)n;
	}
	return RC_OK;
}

static enum rc
flush(struct vault_stream *s, bool last, struct fault *why)
{
	uint32_t word = (uint32_t)s->len | (last ? LAST : 0);
	unsigned char nonce[VAULT_NONCE_BYTES], bound[BOUND_BYTES], head[WORD_BYTES];
	enum rc rc;

	bind_chunk(s, word, nonce, bound);
	put_word(word, head);
	if ((rc = vault_aead_seal(s->key, nonce, bound, sizeof(bound), s->clear, s->len, s->sealed,
	    why)) != RC_OK ||
	    (rc = write_all(s->fd, head, sizeof(head), why)) != RC_OK ||
	    (rc = write_all(s->fd, s->sealed, s->len + VAULT_TAG_BYTES, why)) != RC_OK)
		return rc;
	s->number++;
	s->len = 0;
	return RC_OK;
}

enum rc
vault_stream_put(struct vault_stream *s, const void *bytes, size_t len, struct fault *why)
{
	const unsigned char *at = bytes;
	enum rc rc;

	while (len > 0) {
		size_t n = CHUNK_BYTES - s->len;

		if (n == 0) {
			if ((rc = flush(s, false, why)) != RC_OK)
				return rc;
			continue;
		}
		n = n < len ? n : len;
		memcpy(s->clear + s->len, at, n);
		s->len += n;
		at += n;
		len -= n;
	}
	return RC_OK;
}

enum rc
vault_stream_end(struct vault_stream *s, struct fault *why)
{
	return flush(s, true, why);
}

/* *ret_n less than len only where the file ends. */
static enum rc
read_all(int fd, unsigned char *out, size_t len, size_t *ret_n, struct fault *why)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n = read(fd, out + have, len - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(why, RC_IO, "stream", "%s", strerror(errno));
		if (n == 0)
			break;
		have += (size_t)n;
	}
	*ret_n = have;
	return RC_OK;
}

static enum rc
fill(struct vault_stream *s, struct fault *why)
{
	unsigned char nonce[VAULT_NONCE_BYTES], bound[BOUND_BYTES], head[WORD_BYTES];
	uint32_t word = 0, len;
	size_t n;
	enum rc rc;

	if ((rc = read_all(s->fd, head, sizeof(head), &n, why)) != RC_OK)
		return rc;
	for (int i = 0; i < WORD_BYTES; i++)
		word = word << 8 | head[i];
	len = word & ~LAST;
	if (n != sizeof(head))
		return fault_set(why, RC_CRYPTO, "stream", "cut short");
	if (len > CHUNK_BYTES)
		return fault_set(why, RC_CRYPTO, "stream", "damaged");
	if ((rc = read_all(s->fd, s->sealed, len + VAULT_TAG_BYTES, &n, why)) != RC_OK)
		return rc;
	if (n != len + VAULT_TAG_BYTES)
		return fault_set(why, RC_CRYPTO, "stream", "cut short");
	bind_chunk(s, word, nonce, bound);
	if ((rc = vault_aead_open(s->key, nonce, bound, sizeof(bound), s->sealed, n, s->clear, NULL)) != RC_OK)
		return fault_set(why, rc, "stream", s->number == 0 ? "damaged, or of another key" : "damaged");
	s->number++;
	s->is_last = (word & LAST) != 0;
	s->at = 0;
	s->len = len;
	return RC_OK;
}

enum rc
vault_stream_take(struct vault_stream *s, void *ret_bytes, size_t len, struct fault *why)
{
	unsigned char *out = ret_bytes;
	enum rc rc;

	while (len > 0) {
		size_t n = s->len - s->at;

		if (n == 0) {
			if (s->is_last)
				return fault_set(why, RC_INVALID, "stream", "ends too early");
			if ((rc = fill(s, why)) != RC_OK)
				return rc;
			continue;
		}
		n = n < len ? n : len;
		memcpy(out, s->clear + s->at, n);
		s->at += n;
		out += n;
		len -= n;
	}
	return RC_OK;
}

enum rc
vault_stream_at_end(struct vault_stream *s, struct fault *why)
{
	unsigned char more;
	size_t n;
	enum rc rc;

	if (s->at == s->len && !s->is_last && (rc = fill(s, why)) != RC_OK)
		return rc;
	if (s->at != s->len || !s->is_last)
		return fault_set(why, RC_INVALID, "stream", "holds more than it says");
	if ((rc = read_all(s->fd, &more, 1, &n, why)) != RC_OK)
		return rc;
	return n == 0 ? RC_OK : fault_set(why, RC_CRYPTO, "stream", "something stands behind its end");
}
