#include "exchange/publisher.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/buf.h"
#include "base/utf8.h"

#define BUNDLE_MAX_BYTES (256u << 10)	/* a hundred publishers of 2 KB, and room */
#define SIGNATURE_MIN 8
#define FINGERPRINT_CHARS 16

static enum rc
load(const char *path, gnutls_x509_crt_t **ret_list, unsigned *ret_n, struct fault *why)
{
	struct buf text = BUF_INIT(BUNDLE_MAX_BYTES);
	gnutls_datum_t pem;
	enum rc rc;
	int ret;

	if (access(path, F_OK) != 0 && errno == ENOENT)
		return fault_set(why, RC_ABSENT, "publishers",
		    "no publisher of law files is named here: put their certificates where watashi.conf says");
	if ((rc = buf_read_file(&text, path, why)) != RC_OK)
		goto out;
	pem.data = (unsigned char *)text.data;
	pem.size = (unsigned)text.len;
	ret = text.len == 0 ? GNUTLS_E_BASE64_DECODING_ERROR :
	    gnutls_x509_crt_list_import2(ret_list, ret_n, &pem, GNUTLS_X509_FMT_PEM, 0);
	if (ret < 0)
		rc = fault_set(why, ret == GNUTLS_E_MEMORY_ERROR ? RC_NOMEM : RC_INVALID, "publishers",
		    "holds no readable PEM certificates");
 out:
	buf_clear(&text);
	return rc;
}

static enum rc
key_of(gnutls_x509_crt_t crt, unsigned number, gnutls_pubkey_t *ret_key, struct fault *why)
{
	gnutls_pubkey_t key = NULL;
	gnutls_ecc_curve_t curve;

	if (gnutls_pubkey_init(&key) < 0)
		return fault_set(why, RC_NOMEM, "publishers", "no memory");
	if (gnutls_pubkey_import_x509(key, crt, 0) < 0 ||
	    gnutls_pubkey_export_ecc_raw2(key, &curve, NULL, NULL, 0) < 0 ||
	    curve != GNUTLS_ECC_CURVE_SECP256R1) {
		gnutls_pubkey_deinit(key);
		return fault_set(why, RC_INVALID, "publishers", "certificate %u holds no key on the curve P-256",
		    number);
	}
	*ret_key = key;
	return RC_OK;
}

static void
name_of(gnutls_x509_crt_t crt, char name[PUBLISHER_NAME_SIZE])
{
	unsigned char digest[32];
	char hex[FINGERPRINT_CHARS + 1] = "", common[65] = "";
	size_t size = sizeof(digest), len = sizeof(common) - 1;

	if (gnutls_x509_crt_get_fingerprint(crt, GNUTLS_DIG_SHA256, digest, &size) >= 0)
		for (size_t i = 0; i < FINGERPRINT_CHARS / 2; i++)
			(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	if (gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, common, &len) < 0 ||
	    utf8_check(common, strlen(common), UTF8_LINE, NULL) != RC_OK)
		common[0] = '\0';
	(void)snprintf(name, PUBLISHER_NAME_SIZE, "%.64s%s%s", common, common[0] != '\0' ? ", " : "", hex);
}

enum rc
publisher_verify(const char *bundle_pem, int64_t now_s, const void *bytes, size_t len,
    const void *signature, size_t signature_len, char ret_name[PUBLISHER_NAME_SIZE], struct fault *why)
{
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)bytes, (unsigned)len };
	gnutls_datum_t sig = { (unsigned char *)(uintptr_t)signature, (unsigned)signature_len };
	gnutls_x509_crt_t *list = NULL;
	gnutls_pubkey_t key = NULL;
	unsigned n = 0, i;
	bool out_of_time = false, holds = false;
	enum rc rc;

	if (signature_len < SIGNATURE_MIN || signature_len > PUBLISHER_SIGNATURE_MAX || len == 0 || len > UINT_MAX)
		return fault_set(why, RC_CRYPTO, "signature", "there is no signature of the form used here");
	if ((rc = load(bundle_pem, &list, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n && !holds; i++) {
		if ((rc = key_of(list[i], i + 1, &key, why)) != RC_OK)
			goto out;
		/* The algorithm is said here and nowhere else: a P-256 key would sign with SHA-384 as well. */
		if (gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &sig) >= 0) {
			if (now_s < (int64_t)gnutls_x509_crt_get_activation_time(list[i]) ||
			    now_s > (int64_t)gnutls_x509_crt_get_expiration_time(list[i]))
				out_of_time = true;
			else {
				holds = true;
				name_of(list[i], ret_name);
			}
		}
		gnutls_pubkey_deinit(key);
	}
	if (!holds)
		rc = fault_set(why, RC_CRYPTO, "signature", "%s", out_of_time ?
		    "the publisher's certificate is not valid at this time" :
		    "no publisher named here signed this file");
 out:
	for (i = 0; i < n; i++)
		gnutls_x509_crt_deinit(list[i]);
	gnutls_free(list);
	return rc;
}
