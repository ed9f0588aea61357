#include <string.h>

#include <gnutls/crypto.h>

#include "vault/vault_room.h"

enum rc
vault_fault(int code, const char *place, struct fault *why)
{
	return fault_set(why, code == GNUTLS_E_MEMORY_ERROR ? RC_NOMEM : RC_CRYPTO, place, "%s",
	    gnutls_strerror(code));
}

enum rc
vault_aead_seal(const unsigned char key[VAULT_KEY_BYTES],
    const unsigned char nonce[VAULT_NONCE_BYTES], const void *bound, size_t bound_len,
    const void *clear, size_t len, unsigned char *out, struct fault *why)
{
	gnutls_datum_t k = { (unsigned char *)(uintptr_t)key, VAULT_KEY_BYTES };
	gnutls_aead_cipher_hd_t cipher;
	size_t out_len = len + VAULT_TAG_BYTES;
	int code;

	if ((code = gnutls_aead_cipher_init(&cipher, GNUTLS_CIPHER_AES_256_GCM, &k)) != 0)
		return vault_fault(code, "vault/seal", why);
	code = gnutls_aead_cipher_encrypt(cipher, nonce, VAULT_NONCE_BYTES, bound, bound_len,
	    VAULT_TAG_BYTES, clear, len, out, &out_len);
	gnutls_aead_cipher_deinit(cipher);
	if (code != 0)
		return vault_fault(code, "vault/seal", why);
	return RC_OK;
}

enum rc
vault_aead_open(const unsigned char key[VAULT_KEY_BYTES],
    const unsigned char nonce[VAULT_NONCE_BYTES], const void *bound, size_t bound_len,
    const void *sealed, size_t len, unsigned char *out, struct fault *why)
{
	gnutls_datum_t k = { (unsigned char *)(uintptr_t)key, VAULT_KEY_BYTES };
	gnutls_aead_cipher_hd_t cipher;
	size_t out_len;
	int code;

	if (len < VAULT_TAG_BYTES)
		return fault_set(why, RC_CRYPTO, "vault/open", "too short to be sealed");
	out_len = len - VAULT_TAG_BYTES;
	if ((code = gnutls_aead_cipher_init(&cipher, GNUTLS_CIPHER_AES_256_GCM, &k)) != 0)
		return vault_fault(code, "vault/open", why);
	code = gnutls_aead_cipher_decrypt(cipher, nonce, VAULT_NONCE_BYTES, bound, bound_len,
	    VAULT_TAG_BYTES, sealed, len, out, &out_len);
	gnutls_aead_cipher_deinit(cipher);
	if (code != 0)
		return fault_set(why, RC_CRYPTO, "vault/open", "not sealed by this key for this place");
	return RC_OK;
}

enum rc
vault_key_id(const unsigned char key[VAULT_KEY_BYTES], uint32_t *ret_id)
{
	static const char label[] = "watashi key id 1";
	gnutls_datum_t k = { (unsigned char *)(uintptr_t)key, VAULT_KEY_BYTES };
	unsigned char out[VAULT_DIGEST_BYTES];

	if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, k.data, k.size, label, sizeof(label) - 1, out) != 0)
		return RC_CRYPTO;
	*ret_id = (uint32_t)out[0] << 23 | (uint32_t)out[1] << 15 | (uint32_t)out[2] << 7 | out[3] >> 1;
	return RC_OK;
}

/* Everything that a sealed value is bound to; fixed widths, so that no two places read alike. */
#define BOUND_BYTES (8 + 6 + 4 + 16 + 4)

static void
bind_place(const struct vault_place *place, uint32_t key_id, unsigned char out[BOUND_BYTES])
{
	memcpy(out, "watashi1", 8);
	memcpy(out + 8, place->municipality, 6);
	for (int i = 0; i < 4; i++) {
		out[14 + i] = (unsigned char)((uint32_t)place->table >> (24 - 8 * i));
		out[34 + i] = (unsigned char)(key_id >> (24 - 8 * i));
	}
	memcpy(out + 18, place->row, 16);
}

/* A key of the row's own: HKDF-SHA-256, salted with the subject's secret. */
static enum rc
row_key(const unsigned char seal[VAULT_KEY_BYTES], const struct vault_place *place,
    const unsigned char bound[BOUND_BYTES], unsigned char ret_key[VAULT_KEY_BYTES],
    struct fault *why)
{
	gnutls_datum_t key = { (unsigned char *)(uintptr_t)seal, VAULT_KEY_BYTES };
	gnutls_datum_t salt = { (unsigned char *)(uintptr_t)place->subject_secret, VAULT_SECRET_BYTES };
	gnutls_datum_t info = { (unsigned char *)(uintptr_t)bound, BOUND_BYTES };
	unsigned char prk[VAULT_KEY_BYTES];
	gnutls_datum_t drawn = { prk, sizeof(prk) };
	int code;

	code = gnutls_hkdf_extract(GNUTLS_MAC_SHA256, &key, &salt, prk);
	if (code == 0)
		code = gnutls_hkdf_expand(GNUTLS_MAC_SHA256, &drawn, &info, ret_key, VAULT_KEY_BYTES);
	gnutls_memset(prk, 0, sizeof(prk));
	return code == 0 ? RC_OK : vault_fault(code, "vault/key", why);
}

static enum rc
check_place(const struct vault *v, const struct vault_place *place, struct fault *why)
{
	if (memcmp(v->municipality, place->municipality, sizeof(v->municipality)) != 0)
		return fault_set(why, RC_REFUSED, "vault/place", "another municipality's row");
	if (place->table < VAULT_NUMBER || place->table >= VAULT_TABLE__COUNT)
		return fault_set(why, RC_REFUSED, "vault/place", "no such table");
	return RC_OK;
}

enum rc
vault_seal(struct vault *v, const struct vault_place *place, const void *clear, size_t len,
    struct buf *ret_bytes, struct vault_sealed *ret_sealed, struct fault *why)
{
	unsigned char bound[BOUND_BYTES], key[VAULT_KEY_BYTES];
	struct vault_sealed sealed = { .key_id = v->key_id };
	enum rc rc;

	if ((rc = check_place(v, place, why)) != RC_OK)
		return rc;
	if (len > VAULT_SEAL_MAX)
		return fault_set(why, RC_TOO_BIG, "vault/seal", "more than %u bytes", VAULT_SEAL_MAX);
	bind_place(place, v->key_id, bound);
	if ((rc = buf_reserve(ret_bytes, len + VAULT_TAG_BYTES)) != RC_OK)
		return fault_set(why, rc, "vault/seal", "no room");
	if ((rc = row_key(v->seal, place, bound, key, why)) != RC_OK)
		return rc;
	if (vault_random(sealed.nonce, sizeof(sealed.nonce)) != RC_OK)
		rc = fault_set(why, RC_CRYPTO, "vault/seal", "no randomness");
	else
		rc = vault_aead_seal(key, sealed.nonce, bound, sizeof(bound), clear, len,
		    (unsigned char *)ret_bytes->data + ret_bytes->len, why);
	gnutls_memset(key, 0, sizeof(key));
	if (rc != RC_OK)
		return rc;
	sealed.bytes = (const unsigned char *)ret_bytes->data + ret_bytes->len;
	sealed.len = len + VAULT_TAG_BYTES;
	ret_bytes->len += sealed.len;
	ret_bytes->data[ret_bytes->len] = '\0';
	*ret_sealed = sealed;
	return RC_OK;
}

enum rc
vault_unseal(struct vault *v, const struct vault_place *place, const struct vault_sealed *sealed,
    struct buf *ret_clear, struct fault *why)
{
	unsigned char bound[BOUND_BYTES], key[VAULT_KEY_BYTES];
	enum rc rc;

	if ((rc = check_place(v, place, why)) != RC_OK)
		return rc;
	if (sealed->key_id != v->key_id && (v->old_key_id == 0 || sealed->key_id != v->old_key_id))
		return fault_set(why, RC_CRYPTO, "vault/open", "sealed by a key that is not here");
	if (sealed->len < VAULT_TAG_BYTES || sealed->len > VAULT_SEAL_MAX + VAULT_TAG_BYTES)
		return fault_set(why, RC_CRYPTO, "vault/open", "not a sealed value");
	bind_place(place, sealed->key_id, bound);
	if ((rc = buf_reserve(ret_clear, sealed->len)) != RC_OK)
		return fault_set(why, rc, "vault/open", "no room");
	if ((rc = row_key(sealed->key_id == v->key_id ? v->seal : v->old_seal, place, bound, key,
	    why)) != RC_OK)
		return rc;
	rc = vault_aead_open(key, sealed->nonce, bound, sizeof(bound), sealed->bytes, sealed->len,
	    (unsigned char *)ret_clear->data + ret_clear->len, why);
	gnutls_memset(key, 0, sizeof(key));
	if (rc != RC_OK)
		return rc;
	ret_clear->len += sealed->len - VAULT_TAG_BYTES;
	ret_clear->data[ret_clear->len] = '\0';
	return RC_OK;
}

enum rc
vault_reseal(struct vault *v, const struct vault_place *place, const struct vault_sealed *sealed,
    struct buf *ret_bytes, struct vault_sealed *ret_sealed, struct vault_index *ret_index,
    struct fault *why)
{
	struct buf clear = BUF_INIT(VAULT_SEAL_MAX + VAULT_TAG_BYTES);
	enum rc rc;

	if ((rc = vault_unseal(v, place, sealed, &clear, why)) != RC_OK)
		goto out;
	if (place->table == VAULT_NUMBER) {
		if (clear.len != VAULT_NUMBER_DIGITS) {
			rc = fault_set(why, RC_CRYPTO, "vault/reseal", "what was sealed is not a number");
			goto out;
		}
		if (ret_index != NULL && (rc = vault_index(v, clear.data, ret_index, why)) != RC_OK)
			goto out;
	}
	rc = vault_seal(v, place, clear.data != NULL ? clear.data : "", clear.len, ret_bytes, ret_sealed, why);
 out:
	buf_wipe(&clear);
	return rc;
}

enum rc
vault_index(struct vault *v, const char digits[VAULT_NUMBER_DIGITS],
    struct vault_index *ret_index, struct fault *why)
{
	struct vault_index index = { .has_old = v->old_key_id != 0 };
	int code = gnutls_hmac_fast(GNUTLS_MAC_SHA256, v->index, sizeof(v->index), digits,
	    VAULT_NUMBER_DIGITS, index.b);

	if (code == 0 && index.has_old)
		code = gnutls_hmac_fast(GNUTLS_MAC_SHA256, v->old_index, sizeof(v->old_index), digits,
		    VAULT_NUMBER_DIGITS, index.old);
	if (code != 0)
		return vault_fault(code, "vault/index", why);
	*ret_index = index;
	return RC_OK;
}
