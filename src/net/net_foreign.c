#include "net/net_foreign.h"

#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <time.h>

#define CHAIN_MAX 4
#define SERIAL_BYTES 16
#define DAY_SECONDS (24 * 3600)

struct shown {
	gnutls_pcert_st cert[CHAIN_MAX];
	unsigned n;
	gnutls_privkey_t key;
};

struct net_foreign {
	struct shown own, other;
};

static void
shown_clear(struct shown *s)
{
	for (unsigned i = 0; i < s->n; i++)
		gnutls_pcert_deinit(&s->cert[i]);
	if (s->key != NULL)
		gnutls_privkey_deinit(s->key);
}

static int
read_own(struct shown *s, const struct buf *cert, const struct buf *key)
{
	const gnutls_datum_t cert_pem = { (unsigned char *)cert->data, (unsigned)cert->len };
	const gnutls_datum_t key_pem = { (unsigned char *)key->data, (unsigned)key->len };
	unsigned n = CHAIN_MAX;
	int code;

	if ((code = gnutls_pcert_list_import_x509_raw(s->cert, &n, &cert_pem, GNUTLS_X509_FMT_PEM, 0)) < 0)
		return code;
	s->n = n;
	if ((code = gnutls_privkey_init(&s->key)) < 0)
		return code;
	return gnutls_privkey_import_x509_raw(s->key, &key_pem, GNUTLS_X509_FMT_PEM, NULL, 0);
}

/* Everything right but who signed it. */
static int
sign_oneself(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key)
{
	static const unsigned char loopback[] = { 127, 0, 0, 1 };
	unsigned char serial[SERIAL_BYTES];
	time_t now = time(NULL);
	int code;

	if ((code = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial)) < 0)
		return code;
	serial[0] &= 0x7f;
	if ((code = gnutls_x509_crt_set_version(crt, 3)) < 0 ||
	    (code = gnutls_x509_crt_set_serial(crt, serial, sizeof serial)) < 0 ||
	    (code = gnutls_x509_crt_set_activation_time(crt, now - DAY_SECONDS)) < 0 ||
	    (code = gnutls_x509_crt_set_expiration_time(crt, now + DAY_SECONDS)) < 0 ||
	    (code = gnutls_x509_crt_set_dn(crt, "CN=localhost", NULL)) < 0 ||
	    (code = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, "localhost", 9,
	    GNUTLS_FSAN_SET)) < 0 ||
	    (code = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, loopback, sizeof loopback,
	    GNUTLS_FSAN_APPEND)) < 0 ||
	    (code = gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0)) < 0 ||
	    (code = gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE)) < 0 ||
	    (code = gnutls_x509_crt_set_key(crt, key)) < 0)
		return code;
	return gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
}

static int
make_other(struct shown *s)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t crt = NULL;
	int code;

	if ((code = gnutls_x509_privkey_init(&key)) < 0 ||
	    (code = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0)) < 0 ||
	    (code = gnutls_x509_crt_init(&crt)) < 0 ||
	    (code = sign_oneself(crt, key)) < 0 ||
	    (code = gnutls_pcert_import_x509(&s->cert[0], crt, 0)) < 0)
		goto out;
	s->n = 1;
	if ((code = gnutls_privkey_init(&s->key)) < 0)
		goto out;
	code = gnutls_privkey_import_x509(s->key, key, GNUTLS_PRIVKEY_IMPORT_COPY);
 out:
	if (crt != NULL)
		gnutls_x509_crt_deinit(crt);
	if (key != NULL)
		gnutls_x509_privkey_deinit(key);
	return code;
}

enum rc
net_foreign_open(const struct buf *own_cert, const struct buf *own_key, struct net_foreign **ret_foreign,
    struct fault *why)
{
	struct net_foreign *f = calloc(1, sizeof *f);
	int code;

	if (f == NULL)
		return fault_set(why, RC_NOMEM, "listener", "out of memory");
	if ((code = read_own(&f->own, own_cert, own_key)) < 0 || (code = make_other(&f->other)) < 0) {
		net_foreign_close(f);
		return fault_set(why, RC_CRYPTO, "certificates", "%s", gnutls_strerror(code));
	}
	*ret_foreign = f;
	return RC_OK;
}

void
net_foreign_close(struct net_foreign *f)
{
	if (f == NULL)
		return;
	shown_clear(&f->own);
	shown_clear(&f->other);
	free(f);
}

void
net_foreign_choose(struct net_foreign *f, bool foreign, gnutls_pcert_st **ret_cert, unsigned *ret_n,
    gnutls_privkey_t *ret_key)
{
	struct shown *s = foreign ? &f->other : &f->own;

	*ret_cert = s->cert;
	*ret_n = s->n;
	*ret_key = s->key;
}
