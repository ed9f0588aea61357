#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/x509.h>

#include "base/checkdigit.h"
#include "vault/vault_room.h"

/* A node's first certificate; the network's authority issues its own. */
#define VALID_DAYS 3652

enum rc
vault_directory_make(const char *directory, struct fault *why)
{
	static const char *const names[] = { "seal.key", "index.key", "sign.key" };
	char path[PATH_MAX];

	if (mkdir(directory, 0700) != 0 && errno != EEXIST)
		return fault_set(why, fault_rc_of_errno(errno), "keys", "%s", strerror(errno));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (snprintf(path, sizeof(path), "%s/%s", directory, names[i]) >= (int)sizeof(path))
			return fault_set(why, RC_TOO_BIG, "keys", "path too long");
		if (access(path, F_OK) == 0)
			return fault_set(why, RC_CONFLICT, "keys", "the directory holds %s already", names[i]);
	}
	return vault_directory_check(directory, why);
}

static enum rc
make_certificate(gnutls_x509_privkey_t key, const char *municipality, int64_t now_us,
    gnutls_datum_t *ret_pem, struct fault *why)
{
	gnutls_x509_crt_t c = NULL;
	unsigned char serial[16];
	char name[64];
	time_t from = (time_t)(now_us / 1000000) - 3600;	/* clocks differ */
	enum rc rc = RC_OK;
	int code;

	if (vault_random(serial, sizeof(serial)) != RC_OK)
		return fault_set(why, RC_CRYPTO, "sign.crt", "no randomness");
	serial[0] = (unsigned char)((serial[0] & 0x7f) | 0x01);
	if ((code = gnutls_x509_crt_init(&c)) != 0)
		return vault_fault(code, "sign.crt", why);
	snprintf(name, sizeof(name), "Watashi node %s", municipality);
	if ((code = gnutls_x509_crt_set_version(c, 3)) != 0 ||
	    (code = gnutls_x509_crt_set_serial(c, serial, sizeof(serial))) != 0 ||
	    (code = gnutls_x509_crt_set_activation_time(c, from)) != 0 ||
	    (code = gnutls_x509_crt_set_expiration_time(c, from + (time_t)VALID_DAYS * 86400)) != 0 ||
	    (code = gnutls_x509_crt_set_dn_by_oid(c, GNUTLS_OID_X520_COMMON_NAME, 0, name,
	    (unsigned)strlen(name))) != 0)
		goto out;
	snprintf(name, sizeof(name), "urn:watashi:municipality:%s", municipality);
	if ((code = gnutls_x509_crt_set_subject_alt_name(c, GNUTLS_SAN_URI, name,
	    (unsigned)strlen(name), GNUTLS_FSAN_SET)) != 0 ||
	    (code = gnutls_x509_crt_set_basic_constraints(c, 0, -1)) != 0 ||
	    (code = gnutls_x509_crt_set_key_usage(c, GNUTLS_KEY_DIGITAL_SIGNATURE)) != 0 ||
	    (code = gnutls_x509_crt_set_key(c, key)) != 0 ||
	    (code = gnutls_x509_crt_sign2(c, c, key, GNUTLS_DIG_SHA256, 0)) != 0 ||
	    (code = gnutls_x509_crt_export2(c, GNUTLS_X509_FMT_PEM, ret_pem)) != 0)
		goto out;
 out:
	if (code != 0)
		rc = vault_fault(code, "sign.crt", why);
	gnutls_x509_crt_deinit(c);
	return rc;
}

enum rc
vault_signing_key_make(gnutls_x509_privkey_t *ret_key, gnutls_datum_t *ret_pem, struct fault *why)
{
	gnutls_x509_privkey_t key = NULL;
	int code;

	if ((code = gnutls_x509_privkey_init(&key)) != 0 ||
	    (code = gnutls_x509_privkey_generate2(key, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0, NULL, 0)) != 0 ||
	    (code = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
	    GNUTLS_PKCS_PLAIN, ret_pem)) != 0) {
		if (key != NULL)
			gnutls_x509_privkey_deinit(key);
		return vault_fault(code, "sign.key", why);
	}
	*ret_key = key;
	return RC_OK;
}

enum rc
vault_create(const char *directory, const char *municipality, int64_t now_us,
    struct vault_recovery *ret_recovery, struct fault *why)
{
	struct vault_secrets secrets = { .has_old = false };
	gnutls_datum_t key_pem = { NULL, 0 }, certificate_pem = { NULL, 0 };
	struct vault_recovery recovery;
	struct buf wrap = BUF_INIT(1u << 20);
	gnutls_x509_privkey_t key = NULL;
	enum rc rc;

	if (!checkdigit_municipality(municipality, strlen(municipality)))
		return fault_set(why, RC_INVALID, "vault/create", "municipality code: wrong check digit");
	if ((rc = vault_directory_make(directory, why)) != RC_OK)
		return rc;
	if (vault_random(secrets.seal, sizeof(secrets.seal)) != RC_OK ||
	    vault_random(secrets.index, sizeof(secrets.index)) != RC_OK) {
		rc = fault_set(why, RC_CRYPTO, "vault/create", "no randomness");
		goto out;
	}
	if ((rc = vault_signing_key_make(&key, &key_pem, why)) != RC_OK ||
	    (rc = make_certificate(key, municipality, now_us, &certificate_pem, why)) != RC_OK ||
	    (rc = vault_recovery_wrap(&secrets, key_pem.data, key_pem.size, &wrap, &recovery,
	    why)) != RC_OK)
		goto out;
	/* The key whose absence marks an unfinished directory comes last. */
	if ((rc = vault_file_write(directory, "recovery.wrap", wrap.data, wrap.len, why)) != RC_OK ||
	    (rc = vault_file_write(directory, "sign.crt", certificate_pem.data, certificate_pem.size,
	    why)) != RC_OK ||
	    (rc = vault_file_write(directory, "index.key", secrets.index,
	    sizeof(secrets.index), why)) != RC_OK ||
	    (rc = vault_file_write(directory, "sign.key", key_pem.data, key_pem.size, why)) != RC_OK ||
	    (rc = vault_file_write(directory, "seal.key", secrets.seal, sizeof(secrets.seal),
	    why)) != RC_OK)
		goto out;
	*ret_recovery = recovery;
 out:
	if (key != NULL)
		gnutls_x509_privkey_deinit(key);
	if (key_pem.data != NULL)
		gnutls_memset(key_pem.data, 0, key_pem.size);
	gnutls_free(key_pem.data);
	gnutls_free(certificate_pem.data);
	gnutls_memset(&secrets, 0, sizeof(secrets));
	gnutls_memset(&recovery, 0, sizeof(recovery));
	buf_wipe(&wrap);
	return rc;
}
