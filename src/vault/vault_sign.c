#include <string.h>

#include <gnutls/x509.h>

#include "vault/vault_room.h"

enum rc
vault_sign(struct vault *v, const void *bytes, size_t len, struct vault_signature *ret_signature,
    struct fault *why)
{
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)bytes, (unsigned)len };
	gnutls_datum_t signature = { NULL, 0 };
	enum rc rc = RC_OK;
	int code;

	if (len > VAULT_SEAL_MAX * 256u)
		return fault_set(why, RC_TOO_BIG, "vault/sign", "too long to be signed");
	code = gnutls_privkey_sign_data2(v->sign, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &signature);
	if (code != 0)
		return vault_fault(code, "vault/sign", why);
	if (signature.size > sizeof(ret_signature->bytes))
		rc = fault_set(why, RC_BUG, "vault/sign", "signature of %u bytes", signature.size);
	else {
		memcpy(ret_signature->bytes, signature.data, signature.size);
		ret_signature->len = signature.size;
	}
	gnutls_free(signature.data);
	return rc;
}

/* P-256 and nothing else; the algorithm is ours to fix, never the signer's to name. */
static enum rc
import_key(const char *certificate_pem, gnutls_pubkey_t *ret_key, struct fault *why)
{
	gnutls_datum_t pem = { (unsigned char *)(uintptr_t)certificate_pem,
	    (unsigned)strlen(certificate_pem) };
	gnutls_x509_crt_t certificate = NULL;
	gnutls_pubkey_t key = NULL;
	gnutls_ecc_curve_t curve;
	enum rc rc = RC_OK;
	int code;

	if ((code = gnutls_x509_crt_init(&certificate)) != 0 ||
	    (code = gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM)) != 0 ||
	    (code = gnutls_pubkey_init(&key)) != 0 ||
	    (code = gnutls_pubkey_import_x509(key, certificate, 0)) != 0) {
		rc = vault_fault(code, "vault/certificate", why);
		goto out;
	}
	if (gnutls_pubkey_get_pk_algorithm(key, NULL) != GNUTLS_PK_ECDSA ||
	    gnutls_pubkey_export_ecc_raw2(key, &curve, NULL, NULL, 0) != 0 ||
	    curve != GNUTLS_ECC_CURVE_SECP256R1) {
		rc = fault_set(why, RC_CRYPTO, "vault/certificate", "not a key on the curve P-256");
		goto out;
	}
	*ret_key = key;
	key = NULL;
 out:
	if (key != NULL)
		gnutls_pubkey_deinit(key);
	if (certificate != NULL)
		gnutls_x509_crt_deinit(certificate);
	return rc;
}

enum rc
vault_verify(const char *certificate_pem, const void *bytes, size_t len, const void *signature,
    size_t signature_len, struct fault *why)
{
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)bytes, (unsigned)len };
	gnutls_datum_t sig = { (unsigned char *)(uintptr_t)signature, (unsigned)signature_len };
	gnutls_pubkey_t key = NULL;
	enum rc rc;
	int code;

	if (signature_len == 0 || signature_len > VAULT_SIGNATURE_MAX || len > VAULT_SEAL_MAX * 256u)
		return fault_set(why, RC_CRYPTO, "vault/verify", "not a signature");
	if ((rc = import_key(certificate_pem, &key, why)) != RC_OK)
		return rc;
	code = gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &sig);
	gnutls_pubkey_deinit(key);
	if (code < 0)
		return fault_set(why, RC_CRYPTO, "vault/verify", "the signature does not hold");
	return RC_OK;
}

const char *
vault_certificate(const struct vault *v)
{
	return v->certificate;
}
