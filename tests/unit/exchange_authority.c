#include "tests/unit/exchange_authority.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

static char directory[64];
static unsigned serial = 1;

const char *
test_path(const char *name)
{
	static char path[4][64 + 1 + 256];
	static int turn;

	turn = (turn + 1) % 4;
	(void)snprintf(path[turn], sizeof(path[turn]), "%s/%s", directory, name);
	return path[turn];
}

const char *
test_authority_begin(void)
{
	(void)snprintf(directory, sizeof(directory), "/tmp/watashi-test-XXXXXX");
	if (mkdtemp(directory) == NULL)
		abort();
	return directory;
}

void
test_authority_end(void)
{
	struct dirent *e;
	DIR *d = opendir(directory);

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			(void)unlink(test_path(e->d_name));
	(void)closedir(d);
	(void)rmdir(directory);
}

static const char *
with(const char *name, const char *ending)
{
	char file[64];

	(void)snprintf(file, sizeof(file), "%s%s", name, ending);
	return test_path(file);
}

static void
write_file(const char *path, const gnutls_datum_t *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(text->data, 1, text->size, f) != text->size || fclose(f) != 0)
		abort();
}

static void
must(int ret)
{
	if (ret < 0) {
		(void)fprintf(stderr, "gnutls: %s\n", gnutls_strerror(ret));
		abort();
	}
}

static void
load_key(const char *name, gnutls_x509_privkey_t *ret_key)
{
	gnutls_datum_t pem;

	must(gnutls_load_file(with(name, ".key"), &pem));
	must(gnutls_x509_privkey_init(ret_key));
	must(gnutls_x509_privkey_import(*ret_key, &pem, GNUTLS_X509_FMT_PEM));
	gnutls_free(pem.data);
}

static void
load_crt(const char *name, gnutls_x509_crt_t *ret_crt)
{
	gnutls_datum_t pem;

	must(gnutls_load_file(with(name, ".crt"), &pem));
	must(gnutls_x509_crt_init(ret_crt));
	must(gnutls_x509_crt_import(*ret_crt, &pem, GNUTLS_X509_FMT_PEM));
	gnutls_free(pem.data);
}

static void
name_leaf(gnutls_x509_crt_t crt, const struct test_leaf *leaf)
{
	static const unsigned char loopback[4] = { 127, 0, 0, 1 };

	for (int i = 0; i < 3 && leaf->uri[i] != NULL; i++)
		must(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_URI, leaf->uri[i],
		    (unsigned)strlen(leaf->uri[i]), GNUTLS_FSAN_APPEND));
	if (leaf->host != NULL) {
		must(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, leaf->host,
		    (unsigned)strlen(leaf->host), GNUTLS_FSAN_APPEND));
		if (strcmp(leaf->host, "localhost") == 0)
			must(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, loopback, 4, GNUTLS_FSAN_APPEND));
	}
	if (leaf->server)
		must(gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0));
	if (leaf->client)
		must(gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_CLIENT, 0));
}

void
test_authority_make(const struct test_leaf *leaf)
{
	gnutls_x509_privkey_t key, issuer_key = NULL;
	gnutls_x509_crt_t crt, issuer = NULL;
	int64_t now = time(NULL);
	gnutls_datum_t pem;

	must(gnutls_x509_privkey_init(&key));
	must(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(
	    leaf->curve_bits == 384 ? GNUTLS_ECC_CURVE_SECP384R1 : GNUTLS_ECC_CURVE_SECP256R1), 0));
	must(gnutls_x509_crt_init(&crt));
	must(gnutls_x509_crt_set_version(crt, 3));
	serial++;
	must(gnutls_x509_crt_set_serial(crt, (unsigned char[]){ 1, (unsigned char)(serial >> 8), (unsigned char)serial }, 3));
	must(gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, leaf->name, (unsigned)strlen(leaf->name)));
	must(gnutls_x509_crt_set_activation_time(crt, leaf->from_s != 0 ? leaf->from_s : now - 3600));
	must(gnutls_x509_crt_set_expiration_time(crt, leaf->until_s != 0 ? leaf->until_s : now + 3600));
	must(gnutls_x509_crt_set_key(crt, key));
	must(gnutls_x509_crt_set_basic_constraints(crt, leaf->issuer == NULL, -1));
	must(gnutls_x509_crt_set_key_usage(crt, leaf->issuer == NULL ? GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN :
	    GNUTLS_KEY_DIGITAL_SIGNATURE));
	name_leaf(crt, leaf);
	if (leaf->issuer != NULL) {
		load_key(leaf->issuer, &issuer_key);
		load_crt(leaf->issuer, &issuer);
	}
	must(gnutls_x509_crt_sign2(crt, issuer != NULL ? issuer : crt, issuer_key != NULL ? issuer_key : key,
	    GNUTLS_DIG_SHA256, 0));
	must(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem));
	write_file(with(leaf->name, ".crt"), &pem);
	gnutls_free(pem.data);
	must(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem));
	write_file(with(leaf->name, ".key"), &pem);
	gnutls_free(pem.data);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
	if (issuer != NULL) {
		gnutls_x509_crt_deinit(issuer);
		gnutls_x509_privkey_deinit(issuer_key);
	}
}

void
test_revoke(const char *into, const char *issuer, const char *const *names, int64_t until_s)
{
	static unsigned char number = 1;
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t authority;
	gnutls_x509_crl_t crl;
	gnutls_datum_t pem;

	load_key(issuer, &key);
	load_crt(issuer, &authority);
	must(gnutls_x509_crl_init(&crl));
	must(gnutls_x509_crl_set_version(crl, 2));
	for (; *names != NULL; names++) {
		gnutls_x509_crt_t crt;

		load_crt(*names, &crt);
		must(gnutls_x509_crl_set_crt(crl, crt, time(NULL) - 60));
		gnutls_x509_crt_deinit(crt);
	}
	must(gnutls_x509_crl_set_this_update(crl, time(NULL) - 7200));
	must(gnutls_x509_crl_set_next_update(crl, until_s));
	number++;
	must(gnutls_x509_crl_set_number(crl, &number, 1));
	must(gnutls_x509_crl_sign2(crl, authority, key, GNUTLS_DIG_SHA256, 0));
	must(gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_PEM, &pem));
	write_file(test_path(into), &pem);
	gnutls_free(pem.data);
	gnutls_x509_crl_deinit(crl);
	gnutls_x509_crt_deinit(authority);
	gnutls_x509_privkey_deinit(key);
}

void
test_bundle(const char *into, const char *const *names)
{
	FILE *f = fopen(test_path(into), "w");

	if (f == NULL)
		abort();
	for (; *names != NULL; names++) {
		gnutls_datum_t pem;

		must(gnutls_load_file(with(*names, ".crt"), &pem));
		if (fwrite(pem.data, 1, pem.size, f) != pem.size)
			abort();
		gnutls_free(pem.data);
	}
	(void)fclose(f);
}

size_t
test_sign(const char *name, int digest, const void *bytes, size_t len, unsigned char ret_der[128])
{
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)bytes, (unsigned)len }, sig;
	gnutls_x509_privkey_t x509;
	gnutls_privkey_t key;
	size_t n;

	load_key(name, &x509);
	must(gnutls_privkey_init(&key));
	must(gnutls_privkey_import_x509(key, x509, 0));
	must(gnutls_privkey_sign_data2(key, digest == 384 ? GNUTLS_SIGN_ECDSA_SHA384 : GNUTLS_SIGN_ECDSA_SHA256, 0,
	    &data, &sig));
	assert(sig.size <= 128);
	memcpy(ret_der, sig.data, sig.size);
	n = sig.size;
	gnutls_free(sig.data);
	gnutls_privkey_deinit(key);
	gnutls_x509_privkey_deinit(x509);
	return n;
}

void
test_network_make(void)
{
	static const char yokohama[] = "urn:watashi:institution:1410030000000001";
	static const char sapporo[] = "urn:watashi:institution:0110020000000001";
	static const struct test_leaf leaf[] = {
		{ .name = "authority" },
		{ .name = "core", .issuer = "authority", .uri = { "urn:watashi:core" } },
		{ .name = "registrar", .issuer = "authority", .uri = { "urn:watashi:registrar" } },
		{ .name = "node-y", .issuer = "authority", .uri = { "urn:watashi:municipality:141003", yokohama } },
		{ .name = "int-y", .issuer = "authority", .uri = { "urn:watashi:intermediary:141003", yokohama } },
		{ .name = "node-s", .issuer = "authority", .uri = { "urn:watashi:municipality:011002", sapporo } },
		{ .name = "int-s", .issuer = "authority", .uri = { "urn:watashi:intermediary:011002", sapporo } },
	};
	static const char *const all[] = { "core", "registrar", "node-y", "int-y", "node-s", "int-s", NULL };

	for (size_t i = 0; i < sizeof(leaf) / sizeof(leaf[0]); i++)
		test_authority_make(&leaf[i]);
	test_bundle("directory.pem", all);
}
