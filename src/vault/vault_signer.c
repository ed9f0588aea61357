#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/x509.h>

#include "vault/vault_room.h"

/*
 * Another signing key, in two steps, because the authority stands between them.  sign.next is made
 * first and signs nothing.  What decides is sign.crt: once it is the certificate of sign.next, that is the key,
 * and a vault that is opened finishes what was cut off (vault_signer_settle).
 */

#define NEXT "sign.next"
#define FILE_MAX_BYTES (256u << 10)

static enum rc
import(const struct buf *pem, gnutls_x509_privkey_t *ret_key, struct fault *why)
{
	gnutls_datum_t data = { (unsigned char *)pem->data, (unsigned)pem->len };
	gnutls_x509_privkey_t key = NULL;
	int code;

	if ((code = gnutls_x509_privkey_init(&key)) != 0)
		return vault_fault(code, NEXT, why);
	if ((code = gnutls_x509_privkey_import(key, &data, GNUTLS_X509_FMT_PEM)) != 0) {
		gnutls_x509_privkey_deinit(key);
		return vault_fault(code, NEXT, why);
	}
	*ret_key = key;
	return RC_OK;
}

/* The key of before stays; without one, a new one. */
static enum rc
next_key(const char *directory, gnutls_x509_privkey_t *ret_key, struct fault *why)
{
	struct buf pem = BUF_INIT(FILE_MAX_BYTES);
	gnutls_datum_t fresh = { NULL, 0 };
	enum rc rc;

	if ((rc = vault_file_read(directory, NEXT, &pem, why)) == RC_OK)
		rc = import(&pem, ret_key, why);
	else if (rc == RC_ABSENT && (rc = vault_signing_key_make(ret_key, &fresh, why)) == RC_OK &&
	    (rc = vault_file_write(directory, NEXT, fresh.data, fresh.size, why)) != RC_OK) {
		gnutls_x509_privkey_deinit(*ret_key);
		*ret_key = NULL;
	}
	if (fresh.data != NULL)
		gnutls_memset(fresh.data, 0, fresh.size);
	gnutls_free(fresh.data);
	buf_wipe(&pem);
	return rc;
}

enum rc
vault_signer_request(const struct vault *v, const char *directory, struct buf *ret_request, struct fault *why)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crq_t request = NULL;
	gnutls_datum_t pem = { NULL, 0 };
	char name[64], uri[64];
	enum rc rc;
	int code;

	if ((rc = next_key(directory, &key, why)) != RC_OK)
		return rc;
	(void)snprintf(name, sizeof(name), "Watashi node %s", v->municipality);
	(void)snprintf(uri, sizeof(uri), "urn:watashi:municipality:%s", v->municipality);
	if ((code = gnutls_x509_crq_init(&request)) != 0 ||
	    (code = gnutls_x509_crq_set_version(request, 1)) != 0 ||
	    (code = gnutls_x509_crq_set_dn_by_oid(request, GNUTLS_OID_X520_COMMON_NAME, 0, name,
	    (unsigned)strlen(name))) != 0 ||
	    (code = gnutls_x509_crq_set_subject_alt_name(request, GNUTLS_SAN_URI, uri, (unsigned)strlen(uri),
	    GNUTLS_FSAN_SET)) != 0 ||
	    (code = gnutls_x509_crq_set_key(request, key)) != 0 ||
	    (code = gnutls_x509_crq_sign2(request, key, GNUTLS_DIG_SHA256, 0)) != 0 ||
	    (code = gnutls_x509_crq_export2(request, GNUTLS_X509_FMT_PEM, &pem)) != 0)
		rc = vault_fault(code, "request", why);
	else if ((rc = buf_add(ret_request, pem.data, pem.size)) != RC_OK)
		(void)fault_set(why, rc, "request", "no memory");
	gnutls_free(pem.data);
	if (request != NULL)
		gnutls_x509_crq_deinit(request);
	gnutls_x509_privkey_deinit(key);
	return rc;
}

/* Does this certificate name that key? */
static enum rc
pair(gnutls_privkey_t key, const char *certificate_pem)
{
	static const char probe[] = "watashi";
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)probe, sizeof(probe) }, signature = { NULL, 0 };
	enum rc rc = RC_CRYPTO;

	if (gnutls_privkey_sign_data2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &signature) == 0)
		rc = vault_verify(certificate_pem, probe, sizeof(probe), signature.data, signature.size, NULL);
	gnutls_free(signature.data);
	return rc;
}

/* sign.next as a key that signs; RC_ABSENT when nobody asked for one. */
static enum rc
read_next(const char *directory, struct buf *pem, gnutls_privkey_t *ret_key, struct fault *why)
{
	gnutls_datum_t data;
	gnutls_privkey_t key = NULL;
	enum rc rc;
	int code;

	if ((rc = vault_file_read(directory, NEXT, pem, why)) != RC_OK)
		return rc;
	data.data = (unsigned char *)pem->data;
	data.size = (unsigned)pem->len;
	if ((code = gnutls_privkey_init(&key)) != 0)
		return vault_fault(code, NEXT, why);
	if ((code = gnutls_privkey_import_x509_raw(key, &data, GNUTLS_X509_FMT_PEM, NULL, 0)) != 0) {
		gnutls_privkey_deinit(key);
		return vault_fault(code, NEXT, why);
	}
	*ret_key = key;
	return RC_OK;
}

enum rc
vault_signer_settle(const char *directory, const char *certificate_pem, struct fault *why)
{
	struct buf pem = BUF_INIT(FILE_MAX_BYTES);
	gnutls_privkey_t key = NULL;
	enum rc rc;

	rc = read_next(directory, &pem, &key, why);
	if (rc == RC_OK && pair(key, certificate_pem) == RC_OK &&
	    (rc = vault_file_write(directory, "sign.key", pem.data, pem.len, why)) == RC_OK)
		rc = vault_file_remove(directory, NEXT, why);
	if (key != NULL)
		gnutls_privkey_deinit(key);
	buf_wipe(&pem);
	return rc == RC_ABSENT ? RC_OK : rc;
}

/* What was signed before is verified with it for years. */
static enum rc
keep_certificate(const struct vault *v, const char *directory, struct fault *why)
{
	struct vault_digest digest;
	char name[32];
	enum rc rc;

	if ((rc = vault_digest(v->certificate, strlen(v->certificate), &digest)) != RC_OK)
		return fault_set(why, rc, "sign.crt", "no digest");
	(void)snprintf(name, sizeof(name), "sign-%02x%02x%02x%02x.crt", digest.b[0], digest.b[1], digest.b[2], digest.b[3]);
	return vault_file_write(directory, name, v->certificate, strlen(v->certificate), why);
}

enum rc
vault_signer_use(struct vault *v, const char *directory, const char *certificate_pem,
    struct vault_recovery *ret_recovery, struct fault *why)
{
	struct buf pem = BUF_INIT(FILE_MAX_BYTES);
	struct vault_recovery recovery;
	gnutls_privkey_t key = NULL;
	char *certificate = NULL;
	enum rc rc;

	memset(&recovery, 0, sizeof(recovery));
	rc = read_next(directory, &pem, &key, why);
	if (rc == RC_ABSENT)
		rc = fault_set(why, RC_ABSENT, "keys", "no new signing key was asked for");
	if (rc == RC_OK && pair(key, certificate_pem) != RC_OK)
		rc = fault_set(why, RC_CRYPTO, "sign.crt", "is not the certificate of the new signing key");
	if (rc == RC_OK && (certificate = strdup(certificate_pem)) == NULL)
		rc = fault_set(why, RC_NOMEM, "sign.crt", "no memory");
	/* From the wrap on nobody has seen the recovery key until it is returned: doctor says so after a crash. */
	if (rc == RC_OK && (rc = keep_certificate(v, directory, why)) == RC_OK &&
	    (rc = vault_wrap_write(v, directory, &pem, &recovery, why)) == RC_OK &&
	    (rc = vault_file_write(directory, "sign.crt", certificate, strlen(certificate), why)) == RC_OK) {
		gnutls_privkey_deinit(v->sign);
		free(v->certificate);
		v->sign = key;
		v->certificate = certificate;
		key = NULL;
		certificate = NULL;
		*ret_recovery = recovery;
		/* Left undone by a full disk, this is done when the vault is opened next. */
		(void)!vault_signer_settle(directory, v->certificate, NULL);
	}
	free(certificate);
	if (key != NULL)
		gnutls_privkey_deinit(key);
	gnutls_memset(&recovery, 0, sizeof(recovery));
	buf_wipe(&pem);
	return rc;
}
