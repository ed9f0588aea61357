#include "net/net_sign.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define PEM_BYTES (64u << 10)
#define RANDOM_BYTES 64

struct net_signer {
	gnutls_privkey_t key;
};

/* A signer has two certificates while its key changes. */
#define KEYS_MAX 4

struct net_verifier {
	gnutls_pubkey_t key[KEYS_MAX];
	unsigned n;
};

static enum rc
crypto(struct fault *why, const char *place, int code)
{
	return fault_set(why, code == GNUTLS_E_MEMORY_ERROR ? RC_NOMEM : RC_CRYPTO, place, "%s",
	    gnutls_strerror(code));
}

enum rc
net_signer_open(const char *key_path, struct net_signer **ret_signer, struct fault *why)
{
	struct buf pem = BUF_INIT(PEM_BYTES);
	struct net_signer *s = NULL;
	gnutls_datum_t data;
	enum rc rc;
	int code;

	if ((rc = buf_read_file(&pem, key_path, why)) != RC_OK)
		goto out;
	if ((s = calloc(1, sizeof *s)) == NULL) {
		rc = fault_set(why, RC_NOMEM, key_path, "out of memory");
		goto out;
	}
	data.data = (unsigned char *)pem.data;
	data.size = (unsigned)pem.len;
	if ((code = gnutls_privkey_init(&s->key)) < 0 ||
	    (code = gnutls_privkey_import_x509_raw(s->key, &data, GNUTLS_X509_FMT_PEM, NULL, 0)) < 0) {
		rc = crypto(why, key_path, code);
		goto out;
	}
	*ret_signer = s;
	s = NULL;
 out:
	net_signer_close(s);
	buf_wipe(&pem);
	return rc;
}

void
net_signer_close(struct net_signer *s)
{
	if (s == NULL)
		return;
	if (s->key != NULL)
		gnutls_privkey_deinit(s->key);
	free(s);
}

enum rc
net_sign(const struct net_signer *s, const void *bytes, size_t len,
    unsigned char ret_der[NET_SIGNATURE_MAX], size_t *ret_len, struct fault *why)
{
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)bytes, (unsigned)len };
	gnutls_datum_t der = { NULL, 0 };
	int code = gnutls_privkey_sign_data2(s->key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &der);
	enum rc rc = RC_OK;

	if (code < 0)
		return crypto(why, "signature", code);
	if (der.size > NET_SIGNATURE_MAX) {
		rc = fault_set(why, RC_CRYPTO, "signature", "longer than P-256 makes");
	} else {
		memcpy(ret_der, der.data, der.size);
		*ret_len = der.size;
	}
	gnutls_free(der.data);
	return rc;
}

static enum rc
take_key(struct net_verifier *v, gnutls_x509_crt_t crt, const char *cert_path, struct fault *why)
{
	gnutls_ecc_curve_t curve;
	int code;

	if ((code = gnutls_pubkey_init(&v->key[v->n])) < 0)
		return crypto(why, cert_path, code);
	v->n++;
	if ((code = gnutls_pubkey_import_x509(v->key[v->n - 1], crt, 0)) < 0 ||
	    (code = gnutls_pubkey_export_ecc_raw2(v->key[v->n - 1], &curve, NULL, NULL, 0)) < 0)
		return crypto(why, cert_path, code);
	return curve == GNUTLS_ECC_CURVE_SECP256R1 ? RC_OK : fault_set(why, RC_CRYPTO, cert_path, "not a P-256 key");
}

enum rc
net_verifier_open(const char *cert_path, struct net_verifier **ret_verifier, struct fault *why)
{
	struct buf pem = BUF_INIT(PEM_BYTES);
	struct net_verifier *v = NULL;
	gnutls_x509_crt_t *list = NULL;
	gnutls_datum_t data;
	unsigned n = 0;
	enum rc rc;
	int code;

	if ((rc = buf_read_file(&pem, cert_path, why)) != RC_OK)
		goto out;
	if ((v = calloc(1, sizeof *v)) == NULL) {
		rc = fault_set(why, RC_NOMEM, cert_path, "out of memory");
		goto out;
	}
	data.data = (unsigned char *)pem.data;
	data.size = (unsigned)pem.len;
	if ((code = gnutls_x509_crt_list_import2(&list, &n, &data, GNUTLS_X509_FMT_PEM, 0)) < 0)
		rc = crypto(why, cert_path, code);
	else if (n > KEYS_MAX)
		rc = fault_set(why, RC_CRYPTO, cert_path, "more than %d certificates of one signer", KEYS_MAX);
	for (unsigned i = 0; rc == RC_OK && i < n; i++)
		rc = take_key(v, list[i], cert_path, why);
	if (rc != RC_OK)
		goto out;
	*ret_verifier = v;
	v = NULL;
 out:
	net_verifier_close(v);
	for (unsigned i = 0; i < n; i++)
		gnutls_x509_crt_deinit(list[i]);
	gnutls_free(list);
	buf_clear(&pem);
	return rc;
}

void
net_verifier_close(struct net_verifier *v)
{
	if (v == NULL)
		return;
	for (unsigned i = 0; i < v->n; i++)
		gnutls_pubkey_deinit(v->key[i]);
	free(v);
}

enum rc
net_verify(const struct net_verifier *v, const void *bytes, size_t len, const void *der,
    size_t der_len)
{
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)bytes, (unsigned)len };
	gnutls_datum_t signature = { (unsigned char *)(uintptr_t)der, (unsigned)der_len };

	for (unsigned i = 0; i < v->n; i++)
		if (gnutls_pubkey_verify_data2(v->key[i], GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &signature) >= 0)
			return RC_OK;
	return RC_CRYPTO;
}

void
net_base64_write(const void *bytes, size_t len, char *ret_text)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *in = bytes;

	for (; len > 0; in += 3) {
		unsigned a = in[0], b = len > 1 ? in[1] : 0, c = len > 2 ? in[2] : 0;

		*ret_text++ = letters[a >> 2];
		*ret_text++ = letters[(a & 3) << 4 | b >> 4];
		*ret_text++ = len > 1 ? letters[(b & 15) << 2 | c >> 6] : '=';
		*ret_text++ = len > 2 ? letters[c & 63] : '=';
		len -= len < 3 ? len : 3;
	}
	*ret_text = '\0';
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

enum rc
net_base64_read(const char *text, void *ret_bytes, size_t room, size_t *ret_len)
{
	size_t chars = strlen(text), pad = 0, n = 0;
	unsigned char *out = ret_bytes;
	unsigned held = 0;

	if (chars == 0 || chars % 4 != 0)
		return RC_INVALID;
	while (pad < 2 && text[chars - 1 - pad] == '=')
		pad++;
	if (chars / 4 * 3 - pad > room)
		return RC_TOO_BIG;
	for (size_t i = 0; i < chars - pad; i++)
		if (base64_value(text[i]) < 0)
			return RC_INVALID;
	for (size_t i = 0; i < chars; i++) {
		held = held << 6 | (i < chars - pad ? (unsigned)base64_value(text[i]) : 0);
		if (i % 4 != 3)
			continue;
		for (int shift = 16; shift >= 0; shift -= 8) {
			unsigned char byte = (unsigned char)(held >> shift & 0xff);

			if (n < chars / 4 * 3 - pad)
				out[n++] = byte;
			else if (byte != 0)
				return RC_INVALID;
		}
		held = 0;
	}
	*ret_len = n;
	return RC_OK;
}

enum rc
net_random_hex(size_t chars, char *ret_text, struct fault *why)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[RANDOM_BYTES];
	int code;

	if (chars / 2 > sizeof bytes)
		return fault_set(why, RC_BUG, "random", "too many characters asked for");
	if ((code = gnutls_rnd(GNUTLS_RND_RANDOM, bytes, chars / 2)) < 0)
		return crypto(why, "random", code);
	for (size_t i = 0; i < chars / 2; i++) {
		ret_text[2 * i] = digits[bytes[i] >> 4];
		ret_text[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret_text[chars / 2 * 2] = '\0';
	return RC_OK;
}

enum rc
net_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
    unsigned char ret_digest[NET_DIGEST_BYTES])
{
	return gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, key_len, bytes, len, ret_digest) < 0 ?
	    RC_CRYPTO : RC_OK;
}
