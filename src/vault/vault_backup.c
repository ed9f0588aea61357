#include <string.h>

#include <gnutls/crypto.h>

#include "vault/vault_room.h"

/* The key of one backup, and an empty machine's keys from a backup's wrap. */

enum rc
vault_backup_draw(const unsigned char seal[VAULT_KEY_BYTES],
    const unsigned char salt[VAULT_SECRET_BYTES], unsigned char ret_key[VAULT_SECRET_BYTES],
    struct fault *why)
{
	static const char label[] = "watashi backup 1";
	gnutls_datum_t key = { (unsigned char *)(uintptr_t)seal, VAULT_KEY_BYTES };
	gnutls_datum_t by = { (unsigned char *)(uintptr_t)salt, VAULT_SECRET_BYTES };
	gnutls_datum_t info = { (unsigned char *)(uintptr_t)label, sizeof(label) - 1 };
	unsigned char prk[VAULT_KEY_BYTES], drawn[VAULT_KEY_BYTES];
	gnutls_datum_t from = { prk, sizeof(prk) };
	int code;

	code = gnutls_hkdf_extract(GNUTLS_MAC_SHA256, &key, &by, prk);
	if (code == 0)
		code = gnutls_hkdf_expand(GNUTLS_MAC_SHA256, &from, &info, drawn, sizeof(drawn));
	if (code == 0)
		memcpy(ret_key, drawn, sizeof(drawn));
	gnutls_memset(prk, 0, sizeof(prk));
	gnutls_memset(drawn, 0, sizeof(drawn));
	return code == 0 ? RC_OK : vault_fault(code, "vault/backup", why);
}

enum rc
vault_backup_key(const struct vault *v, const unsigned char salt[VAULT_SECRET_BYTES],
    unsigned char ret_key[VAULT_SECRET_BYTES], struct fault *why)
{
	return vault_backup_draw(v->seal, salt, ret_key, why);
}

enum rc
vault_restore(const char *directory, const void *wrap, size_t wrap_len,
    const struct vault_recovery *recovery, const unsigned char salt[VAULT_SECRET_BYTES],
    unsigned char ret_key[VAULT_SECRET_BYTES], struct fault *why)
{
	struct buf seal = BUF_INIT(4096);
	enum rc rc;

	if ((rc = vault_directory_make(directory, why)) != RC_OK ||
	    (rc = vault_file_write(directory, "recovery.wrap", wrap, wrap_len, why)) != RC_OK ||
	    (rc = vault_recover(directory, recovery, why)) != RC_OK ||
	    (rc = vault_file_read(directory, "seal.key", &seal, why)) != RC_OK)
		goto out;
	rc = seal.len == VAULT_KEY_BYTES ?
	    vault_backup_draw((const unsigned char *)seal.data, salt, ret_key, why) :
	    fault_set(why, RC_CRYPTO, "seal.key", "must hold exactly %d bytes", VAULT_KEY_BYTES);
 out:
	buf_wipe(&seal);
	return rc;
}
