#include "net/net_sign.h"

#include <string.h>

#include "tests/lib/runner.h"
#include "tests/unit/net_folder.h"

static void
base64_comes_back_for_every_length(void)
{
	unsigned char bytes[64], back[64];
	char text[96];
	size_t len;

	for (size_t n = 1; n <= sizeof bytes; n++) {
		for (size_t i = 0; i < n; i++)
			bytes[i] = (unsigned char)(i * 37 + n);
		net_base64_write(bytes, n, text);
		CU_ASSERT_EQUAL_FATAL(net_base64_read(text, back, sizeof back, &len), RC_OK);
		CU_ASSERT_EQUAL(len, n);
		CU_ASSERT_EQUAL(memcmp(bytes, back, n), 0);
	}
	net_base64_write("foobar", 6, text);
	CU_ASSERT_STRING_EQUAL(text, "Zm9vYmFy");	/* RFC 4648 section 10 */
	net_base64_write("fooba", 5, text);
	CU_ASSERT_STRING_EQUAL(text, "Zm9vYmE=");
	net_base64_write("foob", 4, text);
	CU_ASSERT_STRING_EQUAL(text, "Zm9vYg==");
}

static void
base64_in_any_other_form_is_refused(void)
{
	static const char *const bad[] = {
		"", "Zm9", "Zm9vYh==", "Zm9vYmF=", "Zm9v\n", "Zm9 ", "====", "Zm=v", "Zm9vYg=a", "Z-_v"
	};
	unsigned char out[16];
	size_t len;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CU_ASSERT_EQUAL(net_base64_read(bad[i], out, sizeof out, &len), RC_INVALID);
	CU_ASSERT_EQUAL(net_base64_read("Zm9vYmFy", out, 5, &len), RC_TOO_BIG);
}

/* A key and certificate made for this test alone, P-256. */
static const char key_pem[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHgCAQEEIQCp84BYx+qGo7Dk+FDHOmLuhb/UVcrnF6V6ZmCmVj0HoqAKBggqhkjO\n"
    "PQMBB6FEA0IABJnJMR+rnfhRv9mKLuC7zf8Rr8qev1CIM4f5/nhBctO8PmTeFICl\n"
    "SYkv47ajiQbKdbOPYUMK012+v0pAGPcBDH4=\n"
    "-----END EC PRIVATE KEY-----\n";
static const char cert_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIICFDCCAbqgAwIBAgIUURGPuJqh0AU6FafObUAPzOlZwscwCgYIKoZIzj0EAwIw\n"
    "KjEoMCYGA1UEAxMfV2F0YXNoaSBkZW1vbnN0cmF0aW9uIGF1dGhvcml0eTAeFw0y\n"
    "NjExMjMyMzMxMTZaFw0yOTAyMjUyMzMxMTZaMDAxLjAsBgNVBAMTJURlbW9uc3Ry\n"
    "YXRpb24gbm9kZSAwMTIwMjUsIHNpZ25hdHVyZXMwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAASZyTEfq534Ub/Zii7gu83/Ea/Knr9QiDOH+f54QXLTvD5k3hSApUmJ\n"
    "L+O2o4kGynWzj2FDCtNdvr9KQBj3AQx+o4G3MIG0MAwGA1UdEwEB/wQCMAAwVAYD\n"
    "VR0RBE0wS4YfdXJuOndhdGFzaGk6bXVuaWNpcGFsaXR5OjAxMjAyNYYodXJuOndh\n"
    "dGFzaGk6aW5zdGl0dXRpb246MDEyMDI1MDAwMDAwMDAwMTAOBgNVHQ8BAf8EBAMC\n"
    "B4AwHQYDVR0OBBYEFOytU8qSIcEiizixDpx+2N5hh8gHMB8GA1UdIwQYMBaAFH9w\n"
    "Hg54ekmq3fNb1ifk4NMHAXHmMAoGCCqGSM49BAMCA0gAMEUCIBg5AaYWVfiOdL63\n"
    "0lodSYrPbhNOiGn0pp0SyqWcjsx4AiEApWn5Ps8/eCBvzu3m9+QDBKa2NsWPig6B\n"
    "FpQ9OzJWNrQ=\n"
    "-----END CERTIFICATE-----\n";

static void
a_signature_holds_for_its_bytes_alone(void)
{
	unsigned char der[NET_SIGNATURE_MAX];
	struct net_signer *s = NULL;
	struct net_verifier *v = NULL;
	struct fault why = { .rc = RC_OK };
	size_t len = 0;

	net_folder_begin();
	CU_ASSERT_EQUAL_FATAL(net_signer_open(net_folder_file("key", key_pem), &s, &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(net_verifier_open(net_folder_file("crt", cert_pem), &v, &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(net_sign(s, "message", 7, der, &len, &why), RC_OK);
	CU_ASSERT_EQUAL(net_verify(v, "message", 7, der, len), RC_OK);
	CU_ASSERT_EQUAL(net_verify(v, "messagf", 7, der, len), RC_CRYPTO);
	CU_ASSERT_EQUAL(net_verify(v, "message", 6, der, len), RC_CRYPTO);
	for (size_t i = 0; i < len; i++) {
		der[i] ^= 1;
		CU_ASSERT_EQUAL(net_verify(v, "message", 7, der, len), RC_CRYPTO);
		der[i] ^= 1;
	}
	CU_ASSERT_EQUAL(net_verify(v, "message", 7, der, len - 1), RC_CRYPTO);
	net_signer_close(s);
	net_verifier_close(v);
	net_folder_end();
}

static void
what_is_no_key_is_refused(void)
{
	struct net_signer *s = NULL;
	struct net_verifier *v = NULL;
	struct fault why = { .rc = RC_OK };

	net_folder_begin();
	CU_ASSERT_EQUAL(net_signer_open(net_folder_file("key", "nothing"), &s, &why), RC_CRYPTO);
	CU_ASSERT_EQUAL(net_verifier_open(net_folder_file("crt", key_pem), &v, &why), RC_CRYPTO);
	CU_ASSERT_PTR_NULL(s);
	CU_ASSERT_PTR_NULL(v);
	net_folder_end();
}

static void
identifiers_are_hexadecimal_and_differ(void)
{
	char a[33], b[33];

	CU_ASSERT_EQUAL_FATAL(net_random_hex(32, a, NULL), RC_OK);
	CU_ASSERT_EQUAL_FATAL(net_random_hex(32, b, NULL), RC_OK);
	CU_ASSERT_EQUAL(strlen(a), 32);
	CU_ASSERT_EQUAL(strspn(a, "0123456789abcdef"), 32);
	CU_ASSERT_STRING_NOT_EQUAL(a, b);
}

RUNNER_SUITE(net_sign,
    RUNNER_TEST(base64_comes_back_for_every_length),
    RUNNER_TEST(base64_in_any_other_form_is_refused),
    RUNNER_TEST(a_signature_holds_for_its_bytes_alone),
    RUNNER_TEST(what_is_no_key_is_refused),
    RUNNER_TEST(identifiers_are_hexadecimal_and_differ));
