#ifndef VAULT_ROOM_H
#define VAULT_ROOM_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "vault/vault.h"

/* The vault's own memory.  Inside src/vault only. */
#define VAULT_KEY_BYTES 32

struct vault {
	char municipality[7];
	uint32_t key_id;		/* of the sealing key: first bytes of its hash */
	unsigned char seal[VAULT_KEY_BYTES];
	unsigned char index[VAULT_KEY_BYTES];
	uint32_t old_key_id;		/* 0: no rotation is under way */
	unsigned char old_seal[VAULT_KEY_BYTES];
	unsigned char old_index[VAULT_KEY_BYTES];
	gnutls_privkey_t sign;		/* NULL until opened */
	char *certificate;		/* PEM */
};

enum rc vault_fault(int code, const char *place, struct fault *why) MUST_USE;

/* Which key this is, without saying anything about it. */
enum rc vault_key_id(const unsigned char key[VAULT_KEY_BYTES], uint32_t *ret_id) MUST_USE;

/* What vault_backup_key does, from the sealing key alone. */
enum rc vault_backup_draw(const unsigned char seal[VAULT_KEY_BYTES],
    const unsigned char salt[VAULT_SECRET_BYTES], unsigned char ret_key[VAULT_SECRET_BYTES],
    struct fault *why) MUST_USE;

/* AES-256-GCM; out has len + VAULT_TAG_BYTES of room (seal) or len - VAULT_TAG_BYTES (open). */
enum rc vault_aead_seal(const unsigned char key[VAULT_KEY_BYTES],
    const unsigned char nonce[VAULT_NONCE_BYTES], const void *bound, size_t bound_len,
    const void *clear, size_t len, unsigned char *out, struct fault *why) MUST_USE;
enum rc vault_aead_open(const unsigned char key[VAULT_KEY_BYTES],
    const unsigned char nonce[VAULT_NONCE_BYTES], const void *bound, size_t bound_len,
    const void *sealed, size_t len, unsigned char *out, struct fault *why) MUST_USE;

/* Files of the keys directory: written whole or not at all, mode 0600, synced. */
enum rc vault_file_write(const char *directory, const char *name, const void *bytes, size_t len,
    struct fault *why) MUST_USE;
/* RC_REFUSED when others may read it. */
enum rc vault_file_read(const char *directory, const char *name, struct buf *ret_bytes,
    struct fault *why) MUST_USE;
/* Makes it, or takes one that holds no keys (RC_CONFLICT). */
enum rc vault_directory_make(const char *directory, struct fault *why) MUST_USE;
enum rc vault_directory_check(const char *directory, struct fault *why) MUST_USE;

enum rc vault_file_remove(const char *directory, const char *name, struct fault *why) MUST_USE;

/* What a recovery wrap holds. */
struct vault_secrets {
	unsigned char seal[VAULT_KEY_BYTES];
	unsigned char index[VAULT_KEY_BYTES];
	bool has_old;
	unsigned char old_seal[VAULT_KEY_BYTES];
	unsigned char old_index[VAULT_KEY_BYTES];
};
/* A new key on P-256; ret_pem is the caller's to wipe and gnutls_free. */
enum rc vault_signing_key_make(gnutls_x509_privkey_t *ret_key, gnutls_datum_t *ret_pem, struct fault *why) MUST_USE;
/* Finishes a change of the signing key: sign.crt speaks of sign.next already. */
enum rc vault_signer_settle(const char *directory, const char *certificate_pem, struct fault *why) MUST_USE;
/* recovery.wrap anew, for the present keys and this signing key. */
enum rc vault_wrap_write(const struct vault *v, const char *directory, const struct buf *sign_pem,
    struct vault_recovery *ret_recovery, struct fault *why) MUST_USE;
/* Wraps them under a new recovery key. */
enum rc vault_recovery_wrap(const struct vault_secrets *secrets, const void *sign_pem, size_t sign_len,
    struct buf *ret_wrap, struct vault_recovery *ret_recovery, struct fault *why) MUST_USE;

#endif
