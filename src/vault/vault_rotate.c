#include <string.h>

#include "vault/vault_room.h"

/*
 * New keys beside the old ones.  seal.key is written last: until then a vault that is
 * opened takes the whole rotation back (vault_key.c), afterwards it stands.
 */

#define FILE_MAX_BYTES (256u << 10)

/* recovery.wrap for these keys, and the halves that open it. */
static enum rc
wrap(const char *directory, const struct vault_secrets *secrets, const struct buf *sign,
    struct vault_recovery *ret_recovery, struct fault *why)
{
	struct buf wrapped = BUF_INIT(1u << 20);
	struct vault_recovery recovery;
	enum rc rc;

	if ((rc = vault_recovery_wrap(secrets, sign->data, sign->len, &wrapped, &recovery, why)) != RC_OK ||
	    (rc = vault_file_write(directory, "recovery.wrap", wrapped.data, wrapped.len, why)) != RC_OK)
		goto out;
	*ret_recovery = recovery;
 out:
	gnutls_memset(&recovery, 0, sizeof(recovery));
	buf_wipe(&wrapped);
	return rc;
}

enum rc
vault_wrap_write(const struct vault *v, const char *directory, const struct buf *sign_pem,
    struct vault_recovery *ret_recovery, struct fault *why)
{
	struct vault_secrets secrets = { .has_old = v->old_key_id != 0 };
	enum rc rc;

	memcpy(secrets.seal, v->seal, VAULT_KEY_BYTES);
	memcpy(secrets.index, v->index, VAULT_KEY_BYTES);
	memcpy(secrets.old_seal, v->old_seal, VAULT_KEY_BYTES);
	memcpy(secrets.old_index, v->old_index, VAULT_KEY_BYTES);
	rc = wrap(directory, &secrets, sign_pem, ret_recovery, why);
	gnutls_memset(&secrets, 0, sizeof(secrets));
	return rc;
}

enum rc
vault_renew_recovery(struct vault *v, const char *directory, struct vault_recovery *ret_recovery,
    struct fault *why)
{
	struct buf sign = BUF_INIT(FILE_MAX_BYTES);
	enum rc rc;

	if ((rc = vault_file_read(directory, "sign.key", &sign, why)) == RC_OK)
		rc = vault_wrap_write(v, directory, &sign, ret_recovery, why);
	buf_wipe(&sign);
	return rc;
}

enum rc
vault_rotate(struct vault *v, const char *directory, struct vault_recovery *ret_recovery,
    struct fault *why)
{
	struct vault_secrets next = { .has_old = true };
	struct buf sign = BUF_INIT(FILE_MAX_BYTES);
	struct vault_recovery recovery;
	uint32_t id;
	enum rc rc;

	memset(&recovery, 0, sizeof(recovery));
	if (v->old_key_id != 0)
		return fault_set(why, RC_CONFLICT, "keys",
		    "the rows are still being sealed anew after the last rotation");
	if (vault_random(next.seal, sizeof(next.seal)) != RC_OK ||
	    vault_random(next.index, sizeof(next.index)) != RC_OK ||
	    vault_key_id(next.seal, &id) != RC_OK) {
		rc = fault_set(why, RC_CRYPTO, "vault/rotate", "no randomness");
		goto out;
	}
	memcpy(next.old_seal, v->seal, VAULT_KEY_BYTES);
	memcpy(next.old_index, v->index, VAULT_KEY_BYTES);
	if ((rc = vault_file_write(directory, "index.old", next.old_index, VAULT_KEY_BYTES, why)) != RC_OK ||
	    (rc = vault_file_write(directory, "seal.old", next.old_seal, VAULT_KEY_BYTES, why)) != RC_OK ||
	    (rc = vault_file_read(directory, "sign.key", &sign, why)) != RC_OK ||
	    (rc = wrap(directory, &next, &sign, &recovery, why)) != RC_OK ||
	    (rc = vault_file_write(directory, "index.key", next.index, VAULT_KEY_BYTES, why)) != RC_OK ||
	    (rc = vault_file_write(directory, "seal.key", next.seal, VAULT_KEY_BYTES, why)) != RC_OK)
		goto out;
	memcpy(v->old_seal, next.old_seal, VAULT_KEY_BYTES);
	memcpy(v->old_index, next.old_index, VAULT_KEY_BYTES);
	memcpy(v->seal, next.seal, VAULT_KEY_BYTES);
	memcpy(v->index, next.index, VAULT_KEY_BYTES);
	v->old_key_id = v->key_id;
	v->key_id = id;
	*ret_recovery = recovery;
 out:
	if (rc != RC_OK) {
		/* What this process goes on with is what it finds when it starts anew. */
		(void)!vault_file_write(directory, "index.key", v->index, VAULT_KEY_BYTES, NULL);
		(void)!vault_forget(v, directory, NULL);
	}
	gnutls_memset(&next, 0, sizeof(next));
	gnutls_memset(&recovery, 0, sizeof(recovery));
	buf_wipe(&sign);
	return rc;
}

enum rc
vault_forget(struct vault *v, const char *directory, struct fault *why)
{
	enum rc rc;

	/* seal.old is what marks a rotation: the other of the pair must never be missing beside it. */
	if ((rc = vault_file_remove(directory, "seal.old", why)) != RC_OK ||
	    (rc = vault_file_remove(directory, "index.old", why)) != RC_OK)
		return rc;
	gnutls_memset(v->old_seal, 0, sizeof(v->old_seal));
	gnutls_memset(v->old_index, 0, sizeof(v->old_index));
	v->old_key_id = 0;
	return RC_OK;
}

enum rc
vault_wrap_read(const char *directory, struct buf *ret_wrap, struct fault *why)
{
	return vault_file_read(directory, "recovery.wrap", ret_wrap, why);
}

enum rc
vault_status(const struct vault *v, const char *directory, struct vault_status *ret_status,
    struct fault *why)
{
	struct vault_status status = { .key_id = v->key_id, .old_key_id = v->old_key_id };
	struct buf wrapped = BUF_INIT(1u << 20);
	struct vault_digest digest;
	enum rc rc;

	if ((rc = vault_wrap_read(directory, &wrapped, why)) == RC_OK &&
	    (rc = vault_digest(wrapped.data, wrapped.len, &digest)) != RC_OK)
		rc = fault_set(why, rc, "recovery.wrap", "no digest");
	if (rc == RC_OK) {
		memcpy(status.wrap, digest.b, sizeof(status.wrap));
		*ret_status = status;
	}
	buf_wipe(&wrapped);
	return rc;
}
