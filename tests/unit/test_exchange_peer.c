#include <string.h>
#include <time.h>

#include "exchange/peer.h"
#include "tests/lib/runner.h"
#include "tests/unit/exchange_authority.h"

#define YOKOHAMA "1410030000000001"
#define SAPPORO "0110020000000001"

static const char text[] = "<Message>the exact bytes</Message>";

static struct peer_directory *
open_network(void)
{
	struct peer_directory *d = NULL;
	struct fault why = { .rc = RC_OK };

	CU_ASSERT_EQUAL_FATAL(peer_directory_open(test_path("directory.pem"), test_path("authority.crt"), &d, &why),
	    RC_OK);
	return d;
}

static void
a_signature_holds_for_its_signer_its_bytes_and_nobody_else(void)
{
	struct peer_directory *d;
	struct fault why = { .rc = RC_OK };
	unsigned char der[128];
	int64_t now = time(NULL);
	size_t n;

	(void)test_authority_begin();
	test_network_make();
	d = open_network();
	n = test_sign("int-y", 256, text, sizeof(text), der);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_INTERMEDIARY, YOKOHAMA, now, text, sizeof(text), der, n, &why), RC_OK);
	/* another role, another town, nobody at all */
	CU_ASSERT_EQUAL(peer_verify(d, PEER_NODE, YOKOHAMA, now, text, sizeof(text), der, n, &why), RC_CRYPTO);
	CU_ASSERT_STRING_EQUAL(why.text, "it does not hold");
	CU_ASSERT_EQUAL(peer_verify(d, PEER_INTERMEDIARY, SAPPORO, now, text, sizeof(text), der, n, &why), RC_CRYPTO);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_INTERMEDIARY, "0120250000000001", now, text, sizeof(text), der, n, &why),
	    RC_CRYPTO);
	CU_ASSERT_STRING_EQUAL(why.text, "the directory knows no such signer");
	/* every other length, and every byte of text and signature changed */
	CU_ASSERT_EQUAL(peer_verify(d, PEER_INTERMEDIARY, YOKOHAMA, now, text, sizeof(text) - 1, der, n, &why), RC_CRYPTO);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_INTERMEDIARY, YOKOHAMA, now, text, sizeof(text), der, n - 1, &why), RC_CRYPTO);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_INTERMEDIARY, YOKOHAMA, now, text, sizeof(text), der, 0, &why), RC_CRYPTO);
	for (size_t i = 0; i < sizeof(text); i += 5) {
		char other[sizeof(text)];

		memcpy(other, text, sizeof(text));
		other[i] ^= 1;
		CU_ASSERT_EQUAL(peer_verify(d, PEER_INTERMEDIARY, YOKOHAMA, now, other, sizeof(other), der, n, &why), RC_CRYPTO);
	}
	for (size_t i = 0; i < n; i++) {
		der[i] ^= 1;
		CU_ASSERT_EQUAL(peer_verify(d, PEER_INTERMEDIARY, YOKOHAMA, now, text, sizeof(text), der, n, &why), RC_CRYPTO);
		der[i] ^= 1;
	}
	n = test_sign("core", 256, text, sizeof(text), der);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_CORE, MESSAGE_INSTITUTION_CORE, now, text, sizeof(text), der, n, &why), RC_OK);
	peer_directory_close(d);
	test_authority_end();
}

static void
the_algorithm_is_never_the_signers_choice(void)
{
	struct peer_directory *d;
	struct fault why = { .rc = RC_OK };
	unsigned char der[128];
	size_t n;

	(void)test_authority_begin();
	test_network_make();
	d = open_network();
	n = test_sign("node-y", 384, text, sizeof(text), der);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_NODE, YOKOHAMA, time(NULL), text, sizeof(text), der, n, &why), RC_CRYPTO);
	peer_directory_close(d);
	test_authority_end();
}

static void
a_certificate_holds_only_in_its_time(void)
{
	static const struct test_leaf expired = { .name = "old", .issuer = "authority",
	    .uri = { "urn:watashi:municipality:141003", "urn:watashi:institution:" YOKOHAMA } };
	static const char *const both[] = { "old", "new", NULL };
	struct test_leaf leaf = expired;
	struct peer_directory *d = NULL;
	struct fault why = { .rc = RC_OK };
	unsigned char old_der[128], new_der[128];
	struct buf pem = BUF_INIT(64u << 10);
	int64_t now = time(NULL);
	size_t n_old, n_new;
	int days = 99;

	(void)test_authority_begin();
	test_authority_make(&(struct test_leaf){ .name = "authority", .from_s = now - 100 * 86400, .until_s = now + 100 * 86400 });
	leaf.from_s = now - 20 * 86400;
	leaf.until_s = now + 10;
	test_authority_make(&leaf);
	/* Rotation: two certificates of one signer, their times overlapping. */
	leaf.name = "new";
	leaf.from_s = now - 60;
	leaf.until_s = now + 40 * 86400;
	test_authority_make(&leaf);
	test_bundle("directory.pem", both);
	CU_ASSERT_EQUAL_FATAL(peer_directory_open(test_path("directory.pem"), test_path("authority.crt"), &d, &why), RC_OK);
	n_old = test_sign("old", 256, text, sizeof(text), old_der);
	n_new = test_sign("new", 256, text, sizeof(text), new_der);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_NODE, YOKOHAMA, now, text, sizeof(text), old_der, n_old, &why), RC_OK);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_NODE, YOKOHAMA, now, text, sizeof(text), new_der, n_new, &why), RC_OK);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_NODE, YOKOHAMA, now + 60, text, sizeof(text), old_der, n_old, &why), RC_CRYPTO);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_NODE, YOKOHAMA, now + 60, text, sizeof(text), new_der, n_new, &why), RC_OK);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_NODE, YOKOHAMA, now - 86400, text, sizeof(text), new_der, n_new, &why), RC_CRYPTO);
	CU_ASSERT_EQUAL(peer_verify(d, PEER_NODE, YOKOHAMA, now + 50 * 86400, text, sizeof(text), new_der, n_new, &why),
	    RC_CRYPTO);
	CU_ASSERT_STRING_EQUAL(why.text, "the signer's certificate is not valid at this time");
	CU_ASSERT_EQUAL(peer_verify(d, PEER_NODE, YOKOHAMA, now + 101 * 86400, text, sizeof(text), new_der, n_new, &why),
	    RC_CRYPTO);
	/* Who signs with the old one is warned of its end, whatever else the directory knows. */
	CU_ASSERT_EQUAL(peer_days_left(d, PEER_NODE, YOKOHAMA, now, text, sizeof(text), old_der, n_old, &days), RC_OK);
	CU_ASSERT_EQUAL(days, 0);
	CU_ASSERT_EQUAL(peer_days_left(d, PEER_NODE, YOKOHAMA, now, text, sizeof(text), new_der, n_new, &days), RC_OK);
	CU_ASSERT_EQUAL(days, 40);
	CU_ASSERT_EQUAL(peer_days_left(d, PEER_NODE, YOKOHAMA, now + 41 * 86400, text, sizeof(text), new_der, n_new, &days),
	    RC_OK);
	CU_ASSERT_EQUAL(days, -1);
	CU_ASSERT_EQUAL(peer_days_left(d, PEER_CORE, MESSAGE_INSTITUTION_CORE, now, text, sizeof(text), new_der, n_new, &days),
	    RC_ABSENT);
	CU_ASSERT_EQUAL(peer_certificate(d, PEER_NODE, YOKOHAMA, now, 0, &pem, &why), RC_OK);
	CU_ASSERT_EQUAL(peer_certificate(d, PEER_NODE, YOKOHAMA, now, 1, &pem, &why), RC_OK);
	CU_ASSERT_EQUAL(peer_certificate(d, PEER_NODE, YOKOHAMA, now, 2, &pem, &why), RC_ABSENT);
	CU_ASSERT_EQUAL(peer_certificate(d, PEER_NODE, YOKOHAMA, now + 60, 1, &pem, &why), RC_ABSENT);
	buf_clear(&pem);
	peer_directory_close(d);
	test_authority_end();
}

static void
a_directory_with_one_odd_certificate_is_not_opened(void)
{
	static const struct { struct test_leaf leaf; const char *text; } odd[] = {
		{ { .name = "odd", .issuer = "other" , .uri = { "urn:watashi:core" } }, "certificate 2 is not issued by the authority" },
		{ { .name = "odd", .uri = { "urn:watashi:core" } }, "certificate 2 is not issued by the authority" },
		{ { .name = "odd", .issuer = "authority" }, "certificate 2 does not say whose it is (no role among its URI names)" },
		{ { .name = "odd", .issuer = "authority", .uri = { "urn:watashi:municipality:141003" } },
		  "certificate 2 does not name its institution" },
		{ { .name = "odd", .issuer = "authority", .uri = { "urn:watashi:municipality:141004",
		  "urn:watashi:institution:1410040000000001" } }, "certificate 2 carries a name that is none of this directory's" },
		{ { .name = "odd", .issuer = "authority", .uri = { "urn:watashi:municipality:141003",
		  "urn:watashi:institution:" SAPPORO } }, "certificate 2 names an institution of another municipality" },
		{ { .name = "odd", .issuer = "authority", .uri = { "urn:watashi:core", "urn:watashi:registrar" } },
		  "certificate 2 carries a name that is none of this directory's" },
		{ { .name = "odd", .issuer = "authority", .uri = { "urn:watashi:core" }, .host = "core.example" },
		  "certificate 2 carries a name that is none of this directory's" },
		{ { .name = "odd", .issuer = "authority", .uri = { "urn:watashi:core" }, .curve_bits = 384 },
		  "certificate 2 holds no key on the curve P-256" },
	};
	static const char *const bundle[] = { "node-y", "odd", NULL };

	(void)test_authority_begin();
	test_network_make();
	test_authority_make(&(struct test_leaf){ .name = "other" });
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct peer_directory *d = NULL;
		struct fault why = { .rc = RC_OK };

		test_authority_make(&odd[i].leaf);
		test_bundle("odd.pem", bundle);
		CU_ASSERT_EQUAL(peer_directory_open(test_path("odd.pem"), test_path("authority.crt"), &d, &why), RC_INVALID);
		CU_ASSERT_STRING_EQUAL(why.text, odd[i].text);
		CU_ASSERT_PTR_NULL(d);
	}
	test_authority_end();
}

static void
files_that_are_missing_or_no_certificates_are_named(void)
{
	struct peer_directory *d = NULL;
	struct fault why = { .rc = RC_OK };

	(void)test_authority_begin();
	test_network_make();
	CU_ASSERT_NOT_EQUAL(peer_directory_open(test_path("nowhere.pem"), test_path("authority.crt"), &d, &why), RC_OK);
	CU_ASSERT_EQUAL(peer_directory_open(test_path("core.key"), test_path("authority.crt"), &d, &why), RC_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.place, "core.key"));
	CU_ASSERT_EQUAL(peer_directory_open(test_path("directory.pem"), test_path("core.key"), &d, &why), RC_INVALID);
	CU_ASSERT_PTR_NULL(d);
	test_authority_end();
}

static void
the_header_line_has_one_spelling(void)
{
	static const char *const wrong[] = { "", "AAAA", "MEUCIQ==MEUCIQ==", "MEUCIQDx MEUCIQDx", "MEUCIQDxMEUCIQDx\n",
	    "MEUCIQDxMEUCIQD", "MEUCIQDxMEUCIR==", "MEUC*QDxMEUCIQDx" };
	struct buf out = BUF_INIT(256), der = BUF_INIT(256);
	unsigned char bytes[72];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7);
	for (size_t n = 8; n <= sizeof(bytes); n++) {
		buf_truncate(&out, 0);
		buf_truncate(&der, 0);
		CU_ASSERT_EQUAL_FATAL(peer_signature_text(bytes, n, &out), RC_OK);
		CU_ASSERT_EQUAL_FATAL(peer_signature_parse(out.data, out.len, &der), RC_OK);
		CU_ASSERT_EQUAL(der.len, n);
		CU_ASSERT_EQUAL(memcmp(der.data, bytes, n), 0);
	}
	buf_truncate(&der, 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CU_ASSERT_EQUAL(peer_signature_parse(wrong[i], strlen(wrong[i]), &der), RC_INVALID);
		CU_ASSERT_EQUAL(der.len, 0);
	}
	CU_ASSERT_EQUAL(peer_signature_text(bytes, 7, &out), RC_INVALID);
	buf_clear(&out);
	buf_clear(&der);
}

static void
every_kind_has_somebody_who_may_sign_it_but_no_node_answers(void)
{
	for (int k = MESSAGE_NONE + 1; k < MESSAGE__COUNT; k++) {
		int may = 0;

		for (int r = 0; r < PEER_ROLE__COUNT; r++)
			may += peer_may_sign((enum peer_role)r, (enum message_kind)k);
		CU_ASSERT(may > 0);
		if (message_answer_of((enum message_kind)k) == MESSAGE_NONE && k != MESSAGE_PERMISSION)
			CU_ASSERT_FALSE(peer_may_sign(PEER_NODE, (enum message_kind)k));
	}
	CU_ASSERT(peer_may_sign(PEER_CORE, MESSAGE_PERMISSION));
	CU_ASSERT_FALSE(peer_may_sign(PEER_INTERMEDIARY, MESSAGE_PERMISSION));
	CU_ASSERT(peer_may_sign(PEER_INTERMEDIARY, MESSAGE_PROVISION_RESPONSE));
	CU_ASSERT_FALSE(peer_may_sign(PEER_CORE, MESSAGE_PROVISION_RESPONSE));
	CU_ASSERT(peer_may_sign(PEER_NODE, MESSAGE_CODE_REQUEST));
	CU_ASSERT_FALSE(peer_may_sign(PEER_INTERMEDIARY, MESSAGE_CODE_REQUEST));
}

RUNNER_SUITE(exchange_peer,
    RUNNER_TEST(a_signature_holds_for_its_signer_its_bytes_and_nobody_else),
    RUNNER_TEST(the_algorithm_is_never_the_signers_choice),
    RUNNER_TEST(a_certificate_holds_only_in_its_time),
    RUNNER_TEST(a_directory_with_one_odd_certificate_is_not_opened),
    RUNNER_TEST(files_that_are_missing_or_no_certificates_are_named),
    RUNNER_TEST(the_header_line_has_one_spelling),
    RUNNER_TEST(every_kind_has_somebody_who_may_sign_it_but_no_node_answers));
