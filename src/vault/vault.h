#ifndef VAULT_H
#define VAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "vault/vault_digest.h"

/*
 * The keys of one municipality, and what is done with them.  Only the key
 * process (and init) opens a vault; everybody else asks it through
 * vault/vault_key_process.h.
 *
 * The keys directory (mode 0700, owned by the caller) holds seal.key and
 * index.key (32 random bytes each), sign.key and sign.crt (EC P-256, PEM) and
 * recovery.wrap (the first three, sealed under the recovery key).  While the rows are
 * being sealed anew after a rotation, seal.old and index.old hold the keys of before.  sign.next
 * is a signing key that waits for its certificate.
 */
struct vault;

#define VAULT_NONCE_BYTES 12
#define VAULT_TAG_BYTES 16
#define VAULT_SECRET_BYTES 32
#define VAULT_NUMBER_DIGITS 12
#define VAULT_INDEX_BYTES 32
#define VAULT_SIGNATURE_MAX 80		/* P-256 DER: 70 to 72 bytes */
#define VAULT_SEAL_MAX LIMIT_WIRE_BYTES

/* What a sealed value belongs to; it opens nowhere else. */
enum vault_table { VAULT_NUMBER = 1, VAULT_EVIDENCE, VAULT_NOTE, VAULT_TABLE__COUNT };

struct vault_place {
	char municipality[7];		/* six digits and NUL */
	enum vault_table table;
	unsigned char row[16];
	/* A random secret of the subject, kept in the database: mixed into the row key, so
	 * that deleting it makes every value of the subject unreadable.  All zero: none. */
	unsigned char subject_secret[VAULT_SECRET_BYTES];
};

struct vault_sealed {
	uint32_t key_id;
	unsigned char nonce[VAULT_NONCE_BYTES];
	const unsigned char *bytes;	/* ciphertext and tag, borrowed */
	size_t len;
};

struct vault_index {
	unsigned char b[VAULT_INDEX_BYTES];
	bool has_old;			/* a rotation is under way: rows not sealed anew are under `old` */
	unsigned char old[VAULT_INDEX_BYTES];
};

struct vault_signature {
	unsigned char bytes[VAULT_SIGNATURE_MAX];	/* DER */
	size_t len;
};

/*
 * The recovery key, to be shown once and kept nowhere: two halves, neither of
 * which says anything without the other.  Groups of letters and digits with a
 * checksum.
 */
#define VAULT_HALF_SIZE 80
struct vault_recovery {
	char half[2][VAULT_HALF_SIZE];
};

/*
 * Make a keys directory with new keys and a self-signed signing certificate whose
 * URI SAN is urn:watashi:municipality:CODE (replace sign.crt by one of the network's
 * authority later).  RC_CONFLICT when the directory already holds keys; then nothing
 * is touched.  now_us: start of the certificate, valid ten years.
 */
enum rc vault_create(const char *directory, const char *municipality, int64_t now_us,
    struct vault_recovery *ret_recovery, struct fault *why) MUST_USE;
/* RC_REFUSED when others may read the directory or a key. */
enum rc vault_open(const char *directory, const char *municipality, struct vault **ret_vault,
    struct fault *why) MUST_USE;
void vault_close(struct vault *v);
/* Write the keys back from recovery.wrap and the two halves, in either order. */
enum rc vault_recover(const char *directory, const struct vault_recovery *recovery,
    struct fault *why) MUST_USE;

/*
 * New sealing and index keys.  Everything sealed from now on is sealed under them; what was
 * sealed before stays readable by the old ones, which remain until vault_forget, so that the
 * rows can be sealed anew one by one (vault_reseal).  The recovery key of before opens
 * only backups of before: a new one is made.  RC_CONFLICT while another rotation is under way.
 * After a failure, and after a crash at any instruction, the keys of before are in force.
 */
enum rc vault_rotate(struct vault *v, const char *directory, struct vault_recovery *ret_recovery,
    struct fault *why) MUST_USE;
/* A new recovery key for the present keys: halves were lost, or may have been seen together. */
enum rc vault_renew_recovery(struct vault *v, const char *directory,
    struct vault_recovery *ret_recovery, struct fault *why) MUST_USE;
/* Drop the keys of before; call it once no row is sealed by them any more. */
enum rc vault_forget(struct vault *v, const char *directory, struct fault *why) MUST_USE;

/*
 * Another signing key.  First the request for its certificate (PKCS#10, PEM, appended), naming what vault_create
 * names; asked again, it is of the same key.  Then, with the certificate that the authority made of it (one, PEM):
 * from now on the new key signs, and a new recovery key is made, since the one before holds the old signing key.
 * The certificate of before stays as sign-XXXXXXXX.crt (first bytes of its SHA-256), to verify what it signed.
 * RC_ABSENT: nobody asked for a new key; RC_CRYPTO: not its certificate.  Who issued it is not looked at here.
 * After a failure, and after a crash at any instruction, one of the two is in force with its certificate; after a
 * crash in between the recovery key may be one that nobody has seen (vault_status.wrap).
 */
enum rc vault_signer_request(const struct vault *v, const char *directory, struct buf *ret_request,
    struct fault *why) MUST_USE;
enum rc vault_signer_use(struct vault *v, const char *directory, const char *certificate_pem,
    struct vault_recovery *ret_recovery, struct fault *why) MUST_USE;

/* The bytes of recovery.wrap: useless without the two halves. */
enum rc vault_wrap_read(const char *directory, struct buf *ret_wrap, struct fault *why) MUST_USE;

struct vault_status {
	uint32_t key_id;
	uint32_t old_key_id;		/* 0: no rotation is under way */
	unsigned char wrap[VAULT_DIGEST_BYTES];	/* SHA-256 of recovery.wrap: which recovery key opens it */
};
enum rc vault_status(const struct vault *v, const char *directory, struct vault_status *ret_status,
    struct fault *why) MUST_USE;

/* AES-256-GCM under a key of its own row (HKDF-SHA-256), fresh nonce.  Appends ciphertext and
 * tag to ret_bytes; ret_sealed->bytes points into it. */
enum rc vault_seal(struct vault *v, const struct vault_place *place, const void *clear, size_t len,
    struct buf *ret_bytes, struct vault_sealed *ret_sealed, struct fault *why) MUST_USE;
/* RC_CRYPTO when it is not what was sealed for this place.  Wipe ret_clear after use. */
enum rc vault_unseal(struct vault *v, const struct vault_place *place,
    const struct vault_sealed *sealed, struct buf *ret_clear, struct fault *why) MUST_USE;
/* The same value under the present key; one sealed by it already is an error of the caller's
 * only in that it costs time.  ret_index, for VAULT_NUMBER: may be NULL elsewhere. */
enum rc vault_reseal(struct vault *v, const struct vault_place *place,
    const struct vault_sealed *sealed, struct buf *ret_bytes, struct vault_sealed *ret_sealed,
    struct vault_index *ret_index, struct fault *why) MUST_USE;
/*
 * A key for one backup, drawn from the sealing key and the backup's salt (HKDF-SHA-256): whoever
 * has it can open that backup and nothing else.
 */
enum rc vault_backup_key(const struct vault *v, const unsigned char salt[VAULT_SECRET_BYTES],
    unsigned char ret_key[VAULT_SECRET_BYTES], struct fault *why) MUST_USE;
/*
 * On an empty machine: the keys from a backup's wrap and the two halves into a new directory, and the
 * key of that backup.  RC_CONFLICT when the directory holds keys.  sign.crt is in the backup.
 */
enum rc vault_restore(const char *directory, const void *wrap, size_t wrap_len,
    const struct vault_recovery *recovery, const unsigned char salt[VAULT_SECRET_BYTES],
    unsigned char ret_key[VAULT_SECRET_BYTES], struct fault *why) MUST_USE;
/* Blind index of a number: HMAC-SHA-256 under index.key.  Never leaves the municipality. */
enum rc vault_index(struct vault *v, const char digits[VAULT_NUMBER_DIGITS],
    struct vault_index *ret_index, struct fault *why) MUST_USE;
/* ECDSA P-256 with SHA-256 over the exact bytes. */
enum rc vault_sign(struct vault *v, const void *bytes, size_t len,
    struct vault_signature *ret_signature, struct fault *why) MUST_USE;
/* Against a PEM certificate; any algorithm but ECDSA P-256 SHA-256 is RC_CRYPTO. */
enum rc vault_verify(const char *certificate_pem, const void *bytes, size_t len,
    const void *signature, size_t signature_len, struct fault *why) MUST_USE;
/* The signing certificate, PEM, the vault's. */
const char *vault_certificate(const struct vault *v);

#endif
