#include "tests/unit/test_vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gnutls/abstract.h>

static const char message[] = "<Message>exact bytes</Message>";

static void
a_signature_holds_for_its_bytes_and_its_key_only(void)
{
	struct vault_signature s, changed;
	struct test_vault t, u;
	char other[sizeof(message)];

	test_vault_make(&t);
	test_vault_make(&u);
	CU_ASSERT_EQUAL_FATAL(vault_sign(t.v, message, sizeof(message), &s, &t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_verify(vault_certificate(t.v), message, sizeof(message), s.bytes, s.len, &t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_verify(vault_certificate(u.v), message, sizeof(message), s.bytes, s.len, &t.why), RC_CRYPTO);
	for (size_t i = 0; i < sizeof(message); i++) {
		memcpy(other, message, sizeof(other));
		other[i] ^= 1;
		CU_ASSERT_EQUAL(vault_verify(vault_certificate(t.v), other, sizeof(other), s.bytes, s.len, NULL), RC_CRYPTO);
	}
	for (size_t i = 0; i < s.len; i++) {
		changed = s;
		changed.bytes[i] ^= 1;
		CU_ASSERT_EQUAL(vault_verify(vault_certificate(t.v), message, sizeof(message), changed.bytes,
		    changed.len, NULL), RC_CRYPTO);
		CU_ASSERT_EQUAL(vault_verify(vault_certificate(t.v), message, sizeof(message), s.bytes, i, NULL), RC_CRYPTO);
	}
	CU_ASSERT_EQUAL(vault_verify("no certificate", message, sizeof(message), s.bytes, s.len, NULL), RC_CRYPTO);
	test_vault_clear(&t);
	test_vault_clear(&u);
}

static void
a_signature_with_another_hash_is_refused(void)
{
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)message, sizeof(message) };
	gnutls_datum_t pem = { NULL, 0 }, signature = { NULL, 0 };
	gnutls_privkey_t key;
	struct test_vault t;
	char path[128];

	test_vault_make(&t);
	test_vault_path(&t, "sign.key", path);
	CU_ASSERT_EQUAL_FATAL(gnutls_load_file(path, &pem), 0);
	CU_ASSERT_EQUAL(gnutls_privkey_init(&key), 0);
	CU_ASSERT_EQUAL_FATAL(gnutls_privkey_import_x509_raw(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0), 0);
	CU_ASSERT_EQUAL_FATAL(gnutls_privkey_sign_data2(key, GNUTLS_SIGN_ECDSA_SHA384, 0, &data, &signature), 0);
	CU_ASSERT_EQUAL(vault_verify(vault_certificate(t.v), message, sizeof(message), signature.data,
	    signature.size, &t.why), RC_CRYPTO);
	gnutls_free(signature.data);
	CU_ASSERT_EQUAL_FATAL(gnutls_privkey_sign_data2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &signature), 0);
	CU_ASSERT_EQUAL(vault_verify(vault_certificate(t.v), message, sizeof(message), signature.data,
	    signature.size, &t.why), RC_OK);
	gnutls_free(signature.data);
	gnutls_free(pem.data);
	gnutls_privkey_deinit(key);
	test_vault_clear(&t);
}

static void
a_public_tool_agrees(void)
{
	struct vault_signature s;
	struct test_vault t;
	char path[128], command[640];
	FILE *f;

	if (system("openssl version >/dev/null 2>&1") != 0) {
		runner_skip("the program openssl is missing");
		return;
	}
	test_vault_make(&t);
	CU_ASSERT_EQUAL_FATAL(vault_sign(t.v, message, sizeof(message), &s, &t.why), RC_OK);
	test_vault_path(&t, "message", path);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f = fopen(path, "wb"));
	fwrite(message, 1, sizeof(message), f);
	fclose(f);
	test_vault_path(&t, "signature", path);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f = fopen(path, "wb"));
	fwrite(s.bytes, 1, s.len, f);
	fclose(f);
	snprintf(command, sizeof(command), "cd %s && openssl x509 -in sign.crt -noout -pubkey >public 2>/dev/null"
	    " && openssl dgst -sha256 -verify public -signature signature message >/dev/null 2>&1"
	    " && openssl x509 -in sign.crt -noout -ext subjectAltName | grep -q urn:watashi:municipality:141003",
	    t.directory);
	CU_ASSERT_EQUAL(system(command), 0);
	for (size_t i = 0; i < 3; i++) {
		static const char *const names[] = { "message", "signature", "public" };

		test_vault_path(&t, names[i], path);
		unlink(path);
	}
	test_vault_clear(&t);
}

RUNNER_SUITE(vault_sign,
    RUNNER_TEST(a_signature_holds_for_its_bytes_and_its_key_only),
    RUNNER_TEST(a_signature_with_another_hash_is_refused),
    RUNNER_TEST(a_public_tool_agrees));
