#include <stdbool.h>
#include <string.h>

#include <gnutls/crypto.h>

#include "vault/vault_room.h"

/*
 * The recovery key is 32 random bytes, shown as two halves of 33 bytes: the
 * first is random, the second their exclusive or, each led by its number.  Four
 * bytes of hash follow, so that a slip of the pen is found before a key is tried.
 * Written in base 32 without I, L, O and U, in groups of four.
 */
#define HALF_BYTES (1 + VAULT_KEY_BYTES + 4)
#define WRAP_MAGIC "watashi recovery 1\n"
/* Of a rotation under way: four keys instead of two before the signing key. */
#define WRAP_MAGIC_OLD "watashi recovery 2\n"
#define WRAP_MAGIC_BYTES (sizeof(WRAP_MAGIC) - 1)

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void
write_half(const unsigned char bytes[HALF_BYTES], char text[VAULT_HALF_SIZE])
{
	unsigned bits = 0, n_bits = 0;
	size_t n = 0, written = 0;

	for (size_t i = 0; i < HALF_BYTES; i++) {
		bits = bits << 8 | bytes[i];
		n_bits += 8;
		while (n_bits >= 5 || (i == HALF_BYTES - 1 && n_bits > 0)) {
			unsigned v = n_bits >= 5 ? bits >> (n_bits - 5) : bits << (5 - n_bits);

			if (written > 0 && written % 4 == 0)
				text[n++] = '-';
			text[n++] = alphabet[v & 31];
			written++;
			n_bits = n_bits >= 5 ? n_bits - 5 : 0;
			bits &= (1u << n_bits) - 1;
		}
	}
	text[n] = '\0';
}

static bool
read_half(const char *text, unsigned char ret_bytes[HALF_BYTES])
{
	unsigned bits = 0, n_bits = 0;
	const char *p;
	size_t n = 0;
	char c;

	for (; (c = *text) != '\0'; text++) {
		if (c == '-' || c == ' ' || c == '\n')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c == 'O')
			c = '0';
		if (c == 'I' || c == 'L')
			c = '1';
		if ((p = strchr(alphabet, c)) == NULL)
			return false;
		bits = bits << 5 | (unsigned)(p - alphabet);
		n_bits += 5;
		if (n_bits >= 8) {
			if (n == HALF_BYTES)
				return false;
			n_bits -= 8;
			ret_bytes[n++] = (unsigned char)(bits >> n_bits);
			bits &= (1u << n_bits) - 1;
		}
	}
	return n == HALF_BYTES && bits == 0;
}

static enum rc
finish_half(unsigned char bytes[HALF_BYTES], unsigned char number)
{
	struct vault_digest d;

	bytes[0] = number;
	if (vault_digest(bytes, 1 + VAULT_KEY_BYTES, &d) != RC_OK)
		return RC_CRYPTO;
	memcpy(bytes + 1 + VAULT_KEY_BYTES, d.b, 4);
	return RC_OK;
}

static bool
half_holds(const unsigned char bytes[HALF_BYTES])
{
	struct vault_digest d;

	return vault_digest(bytes, 1 + VAULT_KEY_BYTES, &d) == RC_OK &&
	    memcmp(bytes + 1 + VAULT_KEY_BYTES, d.b, 4) == 0;
}

enum rc
vault_recovery_wrap(const struct vault_secrets *secrets, const void *sign_pem, size_t sign_len,
    struct buf *ret_wrap, struct vault_recovery *ret_recovery, struct fault *why)
{
	unsigned char key[VAULT_KEY_BYTES], nonce[VAULT_NONCE_BYTES];
	unsigned char half[2][HALF_BYTES];
	struct buf clear = BUF_INIT(1u << 20);
	const char *magic = secrets->has_old ? WRAP_MAGIC_OLD : WRAP_MAGIC;
	enum rc rc;

	if (vault_random(key, sizeof(key)) != RC_OK || vault_random(nonce, sizeof(nonce)) != RC_OK ||
	    vault_random(half[0], sizeof(half[0])) != RC_OK) {
		rc = fault_set(why, RC_CRYPTO, "vault/recovery", "no randomness");
		goto out;
	}
	for (size_t i = 0; i < VAULT_KEY_BYTES; i++)
		half[1][1 + i] = half[0][1 + i] ^ key[i];
	if (finish_half(half[0], 1) != RC_OK || finish_half(half[1], 2) != RC_OK) {
		rc = fault_set(why, RC_CRYPTO, "vault/recovery", "no digest");
		goto out;
	}
	if ((rc = buf_add(&clear, secrets->seal, VAULT_KEY_BYTES)) != RC_OK ||
	    (rc = buf_add(&clear, secrets->index, VAULT_KEY_BYTES)) != RC_OK ||
	    (secrets->has_old &&
	    ((rc = buf_add(&clear, secrets->old_seal, VAULT_KEY_BYTES)) != RC_OK ||
	    (rc = buf_add(&clear, secrets->old_index, VAULT_KEY_BYTES)) != RC_OK)) ||
	    (rc = buf_add(&clear, sign_pem, sign_len)) != RC_OK ||
	    (rc = buf_add_text(ret_wrap, magic)) != RC_OK ||
	    (rc = buf_add(ret_wrap, nonce, sizeof(nonce))) != RC_OK ||
	    (rc = buf_reserve(ret_wrap, clear.len + VAULT_TAG_BYTES)) != RC_OK) {
		(void)fault_set(why, rc, "vault/recovery", "no memory");
		goto out;
	}
	if ((rc = vault_aead_seal(key, nonce, magic, WRAP_MAGIC_BYTES, clear.data, clear.len,
	    (unsigned char *)ret_wrap->data + ret_wrap->len, why)) != RC_OK)
		goto out;
	ret_wrap->len += clear.len + VAULT_TAG_BYTES;
	ret_wrap->data[ret_wrap->len] = '\0';
	write_half(half[0], ret_recovery->half[0]);
	write_half(half[1], ret_recovery->half[1]);
 out:
	gnutls_memset(key, 0, sizeof(key));
	gnutls_memset(half, 0, sizeof(half));
	buf_wipe(&clear);
	return rc;
}

static enum rc
join_halves(const struct vault_recovery *recovery, unsigned char ret_key[VAULT_KEY_BYTES],
    struct fault *why)
{
	unsigned char half[2][HALF_BYTES];
	enum rc rc = RC_OK;

	for (int i = 0; i < 2; i++)
		if (!read_half(recovery->half[i], half[i]) || !half_holds(half[i])) {
			rc = fault_set(why, RC_INVALID, i == 0 ? "first half" : "second half",
			    "mistyped: its check characters do not fit");
			goto out;
		}
	if (half[0][0] + half[1][0] != 3) {
		rc = fault_set(why, RC_INVALID, "second half", "the two halves are the same one");
		goto out;
	}
	for (size_t i = 0; i < VAULT_KEY_BYTES; i++)
		ret_key[i] = half[0][1 + i] ^ half[1][1 + i];
 out:
	gnutls_memset(half, 0, sizeof(half));
	return rc;
}

/* The keys as they lie in the clear of a wrap. */
static enum rc
write_keys(const char *directory, const struct buf *clear, bool has_old, struct fault *why)
{
	const char *at = clear->data;
	size_t before = (has_old ? 4u : 2u) * (size_t)VAULT_KEY_BYTES;
	enum rc rc;

	if (has_old) {
		if ((rc = vault_file_write(directory, "seal.old", at + 2 * VAULT_KEY_BYTES,
		    VAULT_KEY_BYTES, why)) != RC_OK ||
		    (rc = vault_file_write(directory, "index.old", at + 3 * VAULT_KEY_BYTES,
		    VAULT_KEY_BYTES, why)) != RC_OK)
			return rc;
	} else if ((rc = vault_file_remove(directory, "seal.old", why)) != RC_OK ||
	    (rc = vault_file_remove(directory, "index.old", why)) != RC_OK)
		return rc;
	if ((rc = vault_file_write(directory, "index.key", at + VAULT_KEY_BYTES, VAULT_KEY_BYTES,
	    why)) != RC_OK ||
	    (rc = vault_file_write(directory, "sign.key", at + before, clear->len - before, why)) != RC_OK)
		return rc;
	return vault_file_write(directory, "seal.key", at, VAULT_KEY_BYTES, why);
}

enum rc
vault_recover(const char *directory, const struct vault_recovery *recovery, struct fault *why)
{
	const size_t head = WRAP_MAGIC_BYTES + VAULT_NONCE_BYTES;
	struct buf wrap = BUF_INIT(1u << 20), clear = BUF_INIT(1u << 20);
	unsigned char key[VAULT_KEY_BYTES] = { 0 };
	bool has_old;
	size_t len;
	enum rc rc;

	if ((rc = vault_directory_check(directory, why)) != RC_OK ||
	    (rc = join_halves(recovery, key, why)) != RC_OK ||
	    (rc = vault_file_read(directory, "recovery.wrap", &wrap, why)) != RC_OK)
		goto out;
	has_old = wrap.len >= WRAP_MAGIC_BYTES && memcmp(wrap.data, WRAP_MAGIC_OLD, WRAP_MAGIC_BYTES) == 0;
	if (wrap.len <= head + VAULT_TAG_BYTES + (has_old ? 4u : 2u) * VAULT_KEY_BYTES ||
	    (!has_old && memcmp(wrap.data, WRAP_MAGIC, WRAP_MAGIC_BYTES) != 0)) {
		rc = fault_set(why, RC_CRYPTO, "recovery.wrap", "not a wrap of this version");
		goto out;
	}
	len = wrap.len - head;
	if ((rc = buf_reserve(&clear, len)) != RC_OK) {
		(void)fault_set(why, rc, "recovery.wrap", "no memory");
		goto out;
	}
	if ((rc = vault_aead_open(key, (unsigned char *)wrap.data + WRAP_MAGIC_BYTES, wrap.data,
	    WRAP_MAGIC_BYTES, wrap.data + head, len, (unsigned char *)clear.data, why)) != RC_OK)
		goto out;
	clear.len = len - VAULT_TAG_BYTES;
	rc = write_keys(directory, &clear, has_old, why);
 out:
	gnutls_memset(key, 0, sizeof(key));
	buf_wipe(&wrap);
	buf_wipe(&clear);
	return rc;
}
