#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "exchange/peer_watch.h"
#include "exchange/revocation.h"
#include "tests/lib/runner.h"
#include "tests/unit/exchange_authority.h"

#define GRACE_S 3600
#define YOKOHAMA "1410030000000001"

static const char text[] = "<Message>the exact bytes</Message>";

static void
certificates(void)
{
	(void)test_authority_begin();
	test_authority_make(&(struct test_leaf){ .name = "authority" });
	test_authority_make(&(struct test_leaf){ .name = "other" });
	test_authority_make(&(struct test_leaf){ .name = "stolen", .issuer = "authority", .server = 1 });
	test_authority_make(&(struct test_leaf){ .name = "kept", .issuer = "authority", .server = 1 });
}

static struct revocation *
open_lists(bool demanded)
{
	struct revocation *r = NULL;

	CU_ASSERT_EQUAL_FATAL(revocation_open(test_path("revoked.pem"), test_path("authority.crt"), GRACE_S, demanded, &r, NULL),
	    RC_OK);
	return r;
}

static enum rc
check(struct revocation *r, const char *name, int64_t now_s, struct fault *why)
{
	gnutls_datum_t pem, der;
	gnutls_x509_crt_t crt;
	char file[64];
	enum rc rc;

	(void)snprintf(file, sizeof(file), "%s.crt", name);
	CU_ASSERT_EQUAL_FATAL(gnutls_load_file(test_path(file), &pem), 0);
	CU_ASSERT_EQUAL_FATAL(gnutls_x509_crt_init(&crt), 0);
	CU_ASSERT_EQUAL_FATAL(gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM), 0);
	CU_ASSERT_EQUAL_FATAL(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der), 0);
	rc = revocation_check(r, now_s, der.data, der.size, why);
	gnutls_free(der.data);
	gnutls_free(pem.data);
	gnutls_x509_crt_deinit(crt);
	return rc;
}

static const char *const stolen[] = { "stolen", NULL };
static const char *const nobody[] = { NULL };

static void
what_was_taken_back_is_refused_and_the_rest_is_not(void)
{
	struct revocation *r;
	struct fault why = { .rc = RC_OK };
	int64_t now = time(NULL);

	certificates();
	test_revoke("revoked.pem", "authority", stolen, now + 86400);
	r = open_lists(false);
	CU_ASSERT_EQUAL(check(r, "stolen", now, &why), RC_CRYPTO);
	CU_ASSERT_STRING_EQUAL(why.text, "the certificate was taken back");
	CU_ASSERT_EQUAL(check(r, "kept", now, &why), RC_OK);
	revocation_close(r);
	test_authority_end();
}

static void
a_list_has_its_time_then_its_grace_and_then_all_is_closed(void)
{
	struct revocation *r;
	struct fault why = { .rc = RC_OK };
	int64_t until = time(NULL) + 86400, told = 0;

	certificates();
	test_revoke("revoked.pem", "authority", stolen, until);
	r = open_lists(false);
	CU_ASSERT_EQUAL(revocation_look(r, until, &told, &why), REVOCATION_GOOD);
	CU_ASSERT_EQUAL(told, until);
	CU_ASSERT_EQUAL(revocation_look(r, until + 1, &told, &why), REVOCATION_GRACE);
	CU_ASSERT_EQUAL(check(r, "kept", until + GRACE_S, &why), RC_OK);
	CU_ASSERT_EQUAL(check(r, "stolen", until + GRACE_S, &why), RC_CRYPTO);
	CU_ASSERT_EQUAL(revocation_look(r, until + GRACE_S + 1, &told, &why), REVOCATION_CLOSED);
	CU_ASSERT_EQUAL(check(r, "kept", until + GRACE_S + 1, &why), RC_CRYPTO);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "out of date"));
	revocation_close(r);
	test_authority_end();
}

static void
a_changed_file_is_read_again_and_a_bad_one_leaves_the_last_good_list(void)
{
	struct revocation *r;
	struct fault why = { .rc = RC_OK };
	int64_t now = time(NULL), told = 0;
	FILE *f;

	certificates();
	test_revoke("revoked.pem", "authority", nobody, now + 86400);
	r = open_lists(false);
	CU_ASSERT_EQUAL(check(r, "stolen", now, &why), RC_OK);
	test_revoke("revoked.pem", "authority", stolen, now + 86400);
	CU_ASSERT_EQUAL(check(r, "stolen", now, &why), RC_CRYPTO);
	/* Half a file, then one of somebody else's: neither opens anything, and both are told. */
	f = fopen(test_path("revoked.pem"), "w");
	(void)fputs("-----BEGIN X509 CRL-----\nMIIB", f);
	(void)fclose(f);
	CU_ASSERT_EQUAL(revocation_look(r, now, &told, &why), REVOCATION_GOOD);
	CU_ASSERT_EQUAL(why.rc, RC_INVALID);
	CU_ASSERT_EQUAL(check(r, "stolen", now, &why), RC_CRYPTO);
	test_revoke("revoked.pem", "other", nobody, now + 2 * 86400);
	CU_ASSERT_EQUAL(revocation_look(r, now, &told, &why), REVOCATION_GOOD);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "did not sign"));
	CU_ASSERT_EQUAL(check(r, "stolen", now, &why), RC_CRYPTO);
	/* Taken away altogether: the same, until its time is over. */
	(void)unlink(test_path("revoked.pem"));
	CU_ASSERT_EQUAL(check(r, "stolen", now, &why), RC_CRYPTO);
	CU_ASSERT_EQUAL(check(r, "kept", now + 86400 + GRACE_S + 1, &why), RC_CRYPTO);
	revocation_close(r);
	test_authority_end();
}

static void
without_a_file_nothing_is_asked_unless_one_is_demanded(void)
{
	struct revocation *r;
	struct fault why = { .rc = RC_OK };
	int64_t now = time(NULL), told = 1;

	certificates();
	r = open_lists(false);
	CU_ASSERT_EQUAL(revocation_look(r, now, &told, NULL), REVOCATION_NONE);
	CU_ASSERT_EQUAL(told, 0);
	CU_ASSERT_EQUAL(check(r, "kept", now, &why), RC_OK);
	revocation_close(r);
	r = open_lists(true);
	CU_ASSERT_EQUAL(revocation_look(r, now, &told, &why), REVOCATION_CLOSED);
	CU_ASSERT_EQUAL(why.rc, RC_IO);
	CU_ASSERT_EQUAL(check(r, "kept", now, &why), RC_CRYPTO);
	revocation_close(r);
	/* A file that is there and cannot be used closes as well: somebody meant it. */
	test_revoke("revoked.pem", "other", nobody, now + 86400);
	r = open_lists(false);
	CU_ASSERT_EQUAL(check(r, "kept", now, &why), RC_CRYPTO);
	revocation_close(r);
	test_authority_end();
}

static enum rc
verify(struct peer_watch *w, const char *signer, struct fault *why)
{
	const struct peer_directory *d = peer_watch_directory(w, why);
	unsigned char der[128];
	size_t n = test_sign(signer, 256, text, sizeof(text), der);

	if (d == NULL)
		return RC_ABSENT;
	return peer_verify(d, PEER_NODE, YOKOHAMA, time(NULL), text, sizeof(text), der, n, why);
}

/* A signer's key is changed while messages come in: both keys are good for a while, then the old one is not. */
static void
a_signers_key_changes_without_a_restart(void)
{
	const char *const both[] = { "node-y", "next", NULL }, *const after[] = { "next", NULL };
	struct peer_files files = { .revocation_grace_s = GRACE_S };
	struct peer_watch *w = NULL;
	struct fault why = { .rc = RC_OK };
	char directory[160], authority[160], revoked[160];
	FILE *f;

	(void)test_authority_begin();
	(void)snprintf(directory, sizeof(directory), "%s", test_path("directory.pem"));
	(void)snprintf(authority, sizeof(authority), "%s", test_path("authority.crt"));
	(void)snprintf(revoked, sizeof(revoked), "%s", test_path("revoked.pem"));
	files.directory_pem = directory;
	files.authority_pem = authority;
	files.revocations_pem = revoked;
	CU_ASSERT_EQUAL_FATAL(peer_watch_open(&files, &w, NULL), RC_OK);
	CU_ASSERT_PTR_NULL(peer_watch_directory(w, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "no directory"));
	test_network_make();
	test_authority_make(&(struct test_leaf){ .name = "next", .issuer = "authority",
	    .uri = { "urn:watashi:municipality:141003", "urn:watashi:institution:" YOKOHAMA } });
	CU_ASSERT_EQUAL(verify(w, "node-y", &why), RC_OK);
	CU_ASSERT_EQUAL(verify(w, "next", &why), RC_CRYPTO);
	test_bundle("directory.pem", both);
	CU_ASSERT_EQUAL(verify(w, "node-y", &why), RC_OK);
	CU_ASSERT_EQUAL(verify(w, "next", &why), RC_OK);
	/* A file that is no directory leaves the last one. */
	f = fopen(directory, "w");
	(void)fputs("nothing\n", f);
	(void)fclose(f);
	CU_ASSERT_EQUAL(verify(w, "next", &why), RC_OK);
	test_bundle("directory.pem", after);
	CU_ASSERT_EQUAL(verify(w, "node-y", &why), RC_CRYPTO);
	CU_ASSERT_EQUAL(verify(w, "next", &why), RC_OK);
	/* In the directory, and taken back: the authority's word is the later one. */
	test_revoke("revoked.pem", "authority", after, time(NULL) + 86400);
	CU_ASSERT_EQUAL(verify(w, "next", &why), RC_CRYPTO);
	CU_ASSERT_STRING_EQUAL(why.text, "the certificate was taken back");
	peer_watch_close(w);
	test_authority_end();
}

RUNNER_SUITE(exchange_revocation,
    RUNNER_TEST(what_was_taken_back_is_refused_and_the_rest_is_not),
    RUNNER_TEST(a_list_has_its_time_then_its_grace_and_then_all_is_closed),
    RUNNER_TEST(a_changed_file_is_read_again_and_a_bad_one_leaves_the_last_good_list),
    RUNNER_TEST(without_a_file_nothing_is_asked_unless_one_is_demanded),
    RUNNER_TEST(a_signers_key_changes_without_a_restart));
