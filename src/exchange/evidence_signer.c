#include "exchange/evidence_signer.h"

#include <stdlib.h>
#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define WITHOUT_TIME (GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS)
#define SERIAL_MAX 64
#define CLOCKS_S 600		/* what clocks may differ */

struct evidence_authority {
	gnutls_x509_crt_t *crt;
	unsigned n;
};

enum rc
evidence_authority_open(const char *pem, size_t len, struct evidence_authority **ret_authority, struct fault *why)
{
	struct evidence_authority *a = calloc(1, sizeof(*a));
	gnutls_datum_t text = { (unsigned char *)(uintptr_t)pem, (unsigned)len };

	if (a == NULL)
		return fault_set(why, RC_NOMEM, "authority", "no memory");
	if (len == 0 || gnutls_x509_crt_list_import2(&a->crt, &a->n, &text, GNUTLS_X509_FMT_PEM, 0) < 0 || a->n == 0) {
		free(a);
		return fault_set(why, RC_INVALID, "authority", "holds no readable PEM certificates");
	}
	*ret_authority = a;
	return RC_OK;
}

void
evidence_authority_close(struct evidence_authority *a)
{
	if (a == NULL)
		return;
	for (unsigned i = 0; i < a->n; i++)
		gnutls_x509_crt_deinit(a->crt[i]);
	gnutls_free(a->crt);
	free(a);
}

enum rc
evidence_certificate_pem(const void *der, size_t len, struct buf *out)
{
	gnutls_datum_t in = { (unsigned char *)(uintptr_t)der, (unsigned)len }, text;
	enum rc rc;

	if (gnutls_pem_base64_encode2("CERTIFICATE", &in, &text) < 0)
		return RC_NOMEM;
	rc = buf_add(out, text.data, text.size);
	gnutls_free(text.data);
	return rc;
}

/* Issued by one of the authorities, and that one valid then. */
static const char *
check_chain(const struct evidence_authority *a, gnutls_x509_crt_t crt, int64_t at_s)
{
	for (unsigned i = 0; i < a->n; i++) {
		unsigned status = 0;

		if (gnutls_x509_crt_verify(crt, &a->crt[i], 1, WITHOUT_TIME, &status) < 0 || status != 0)
			continue;
		return at_s >= (int64_t)gnutls_x509_crt_get_activation_time(a->crt[i]) &&
		    at_s <= (int64_t)gnutls_x509_crt_get_expiration_time(a->crt[i]) ? NULL :
		    "the authority's own certificate was not valid then";
	}
	return "its signer's certificate is not issued by the authority";
}

/* When the list takes the certificate back; -1: it does not. */
static int64_t
revoked_at(gnutls_x509_crl_t crl, const unsigned char *serial, size_t serial_len)
{
	int n = gnutls_x509_crl_get_crt_count(crl);

	for (int i = 0; i < n; i++) {
		unsigned char one[SERIAL_MAX];
		size_t len = sizeof(one);
		time_t at = 0;

		if (gnutls_x509_crl_get_crt_serial(crl, (unsigned)i, one, &len, &at) == 0 && len == serial_len &&
		    memcmp(one, serial, len) == 0)
			return (int64_t)at;
	}
	return -1;
}

static const char *
check_list(const struct evidence_authority *a, gnutls_x509_crl_t crl, gnutls_x509_crt_t crt, int64_t at_s)
{
	const unsigned of_time = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED | GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE;
	unsigned char serial[SERIAL_MAX];
	size_t len = sizeof(serial);
	unsigned status = 0;
	int64_t taken_back;

	if (gnutls_x509_crl_verify(crl, a->crt, a->n, WITHOUT_TIME, &status) < 0)
		return "a revocation list cannot be verified";
	if ((status & of_time) != 0)
		status &= ~(of_time | (unsigned)GNUTLS_CERT_INVALID);
	if (status != 0)
		return "a revocation list is not the authority's";
	if ((int64_t)gnutls_x509_crl_get_this_update(crl) > at_s + CLOCKS_S)
		return "the revocation list was made after the signature was believed";
	if (gnutls_x509_crt_get_serial(crt, serial, &len) < 0)
		return "its signer's certificate has no number";
	taken_back = revoked_at(crl, serial, len);
	return taken_back >= 0 && taken_back <= at_s ? "its signer's certificate had been taken back" : NULL;
}

static const char *
check_lists(const struct evidence_authority *a, const struct evidence_entry *pem, gnutls_x509_crt_t crt, int64_t at_s)
{
	gnutls_datum_t text = { (unsigned char *)(uintptr_t)pem->bytes, (unsigned)pem->len };
	gnutls_x509_crl_t *crl = NULL;
	const char *rule = NULL;
	unsigned n = 0;

	if (pem->len == 0 || gnutls_x509_crl_list_import2(&crl, &n, &text, GNUTLS_X509_FMT_PEM, 0) < 0 || n == 0)
		return "its revocation lists cannot be read";
	for (unsigned i = 0; i < n; i++) {
		if (rule == NULL)
			rule = check_list(a, crl[i], crt, at_s);
		gnutls_x509_crl_deinit(crl[i]);
	}
	gnutls_free(crl);
	return rule;
}

static const char *
check_key(gnutls_x509_crt_t crt, const struct evidence_claim *claim)
{
	gnutls_datum_t hash = { (unsigned char *)(uintptr_t)claim->digest, SHA256_BYTES };
	gnutls_datum_t signature = { (unsigned char *)(uintptr_t)claim->signature, (unsigned)claim->signature_len };
	const char *rule = NULL;
	gnutls_ecc_curve_t curve;
	gnutls_pubkey_t key;

	if (gnutls_pubkey_init(&key) < 0)
		return "there is no memory";
	if (gnutls_pubkey_import_x509(key, crt, 0) < 0 ||
	    gnutls_pubkey_export_ecc_raw2(key, &curve, NULL, NULL, 0) < 0 || curve != GNUTLS_ECC_CURVE_SECP256R1)
		rule = "its signer's key is not on the curve P-256";
	else if (claim->signature_len == 0 ||
	    gnutls_pubkey_verify_hash2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &hash, &signature) < 0)
		rule = "its signature does not hold";
	gnutls_pubkey_deinit(key);
	return rule;
}

enum rc
evidence_signer_check(const struct evidence_authority *a, const struct evidence_claim *claim, struct fault *why)
{
	gnutls_datum_t pem = { (unsigned char *)(uintptr_t)claim->certificate->bytes, (unsigned)claim->certificate->len };
	int64_t at_s = claim->at_ms / 1000;
	char institution[MESSAGE_CODE16_CHARS + 1];
	enum peer_role role;
	gnutls_x509_crt_t crt;
	const char *rule;

	if (gnutls_x509_crt_init(&crt) < 0)
		return fault_set(why, RC_NOMEM, "signature", "there is no memory");
	if (gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM) < 0)
		rule = "its signer's certificate cannot be read";
	else if (peer_certificate_names(crt, &role, institution) != NULL)
		rule = "its signer's certificate carries names that are none of this network's";
	else if (role != claim->role || strcmp(institution, claim->institution) != 0)
		rule = "its signer's certificate is of another body";
	else if (at_s < (int64_t)gnutls_x509_crt_get_activation_time(crt) ||
	    at_s > (int64_t)gnutls_x509_crt_get_expiration_time(crt))
		rule = "its signer's certificate was not valid then";
	else if ((rule = check_chain(a, crt, at_s)) == NULL && (claim->revocations == NULL ||
	    (rule = check_lists(a, claim->revocations, crt, at_s)) == NULL))
		rule = check_key(crt, claim);
	gnutls_x509_crt_deinit(crt);
	return rule == NULL ? RC_OK : fault_set(why, RC_CRYPTO, "signature", "%s", rule);
}
