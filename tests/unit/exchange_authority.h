#ifndef TESTS_UNIT_EXCHANGE_AUTHORITY_H
#define TESTS_UNIT_EXCHANGE_AUTHORITY_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

/*
 * Certificates for tests, made in a directory of their own and removed with it.
 * An issuer NULL makes a self-signed authority.
 */
struct test_leaf {
	const char *name;		/* files NAME.key and NAME.crt */
	const char *issuer;		/* name of an authority made before; NULL: an authority itself */
	const char *uri[3];		/* names */
	const char *host;		/* dNSName, NULL none */
	int64_t from_s, until_s;	/* 0: an hour ago, in an hour */
	int server, client;		/* TLS purposes; neither: a signing certificate */
	int curve_bits;			/* 0: 256 */
};

/* Path of a new directory, static memory. */
const char *test_authority_begin(void);
void test_authority_end(void);
void test_authority_make(const struct test_leaf *leaf);
/* A list of the issuer's certificates that it takes back, good until then, as PEM into DIR/into; names end with NULL. */
void test_revoke(const char *into, const char *issuer, const char *const *names, int64_t until_s);
/* DIR/NAME, static memory of four turns. */
const char *test_path(const char *name);
/* Concatenates NAME.crt of each into DIR/into; names end with NULL. */
void test_bundle(const char *into, const char *const *names);
/* Signs with NAME.key; digest 256 or 384.  Returns the bytes written to ret_der. */
size_t test_sign(const char *name, int digest, const void *bytes, size_t len, unsigned char ret_der[128]);

/* The three towns of the tests with core and registrar: NAME.key, NAME.crt, directory.pem, authority.crt. */
void test_network_make(void);

#endif
