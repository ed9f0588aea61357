#include "tests/unit/test_vault.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/countdown.h"

static const char clear_text[] = "exact bytes of a message";

static enum rc
open_with(struct test_vault *t, struct vault *v, struct vault_place place, struct vault_sealed sealed)
{
	struct buf clear = BUF_INIT(4096);
	enum rc rc = vault_unseal(v, &place, &sealed, &clear, &t->why);

	if (rc == RC_OK) {
		CU_ASSERT(clear.len == sizeof(clear_text) && memcmp(clear.data, clear_text, clear.len) == 0);
	} else {
		CU_ASSERT_EQUAL(clear.len, 0);
	}
	buf_wipe(&clear);
	return rc;
}

static void
a_sealed_value_opens_in_its_place_and_nowhere_else(void)
{
	struct vault_place place = test_vault_place(VAULT_EVIDENCE, 1), other;
	struct buf bytes = BUF_INIT(4096);
	struct vault_sealed sealed, changed;
	struct vault *elsewhere = NULL;
	struct test_vault t, u;
	unsigned char *flipped;

	test_vault_make(&t);
	test_vault_make(&u);
	place.subject_secret[0] = 9;
	CU_ASSERT_EQUAL_FATAL(vault_seal(t.v, &place, clear_text, sizeof(clear_text), &bytes, &sealed,
	    &t.why), RC_OK);
	CU_ASSERT_EQUAL(sealed.len, sizeof(clear_text) + VAULT_TAG_BYTES);
	CU_ASSERT_PTR_NULL(memmem(sealed.bytes, sealed.len, "exact", 5));
	CU_ASSERT_EQUAL(open_with(&t, t.v, place, sealed), RC_OK);
	other = place;
	other.row[0] ^= 1;
	CU_ASSERT_EQUAL(open_with(&t, t.v, other, sealed), RC_CRYPTO);
	other = place;
	other.table = VAULT_NOTE;
	CU_ASSERT_EQUAL(open_with(&t, t.v, other, sealed), RC_CRYPTO);
	other = place;
	other.subject_secret[31] ^= 1;
	CU_ASSERT_EQUAL(open_with(&t, t.v, other, sealed), RC_CRYPTO);
	other = place;
	memcpy(other.municipality, "011002", 7);
	CU_ASSERT_EQUAL(open_with(&t, t.v, other, sealed), RC_REFUSED);
	CU_ASSERT_EQUAL(open_with(&t, u.v, place, sealed), RC_CRYPTO);
	CU_ASSERT_EQUAL(vault_open(t.directory, "011002", &elsewhere, &t.why), RC_OK);
	CU_ASSERT_EQUAL(open_with(&t, elsewhere, other, sealed), RC_CRYPTO);
	flipped = malloc(sealed.len);
	for (size_t i = 0; i < sealed.len; i++) {
		memcpy(flipped, sealed.bytes, sealed.len);
		flipped[i] ^= 1;
		changed = sealed;
		changed.bytes = flipped;
		CU_ASSERT_EQUAL(open_with(&t, t.v, place, changed), RC_CRYPTO);
	}
	for (size_t i = 0; i < VAULT_NONCE_BYTES; i++) {
		changed = sealed;
		changed.nonce[i] ^= 1;
		CU_ASSERT_EQUAL(open_with(&t, t.v, place, changed), RC_CRYPTO);
	}
	for (size_t cut = 0; cut < sealed.len; cut++) {
		changed = sealed;
		changed.len = cut;
		CU_ASSERT_EQUAL(open_with(&t, t.v, place, changed), RC_CRYPTO);
	}
	free(flipped);
	vault_close(elsewhere);
	buf_clear(&bytes);
	test_vault_clear(&t);
	test_vault_clear(&u);
}

static void
the_same_value_never_looks_the_same_twice(void)
{
	struct vault_place place = test_vault_place(VAULT_NUMBER, 1);
	struct buf a = BUF_INIT(256), b = BUF_INIT(256);
	struct vault_sealed one, two;
	struct test_vault t;

	test_vault_make(&t);
	CU_ASSERT_EQUAL(vault_seal(t.v, &place, "123456789018", 12, &a, &one, &t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_seal(t.v, &place, "123456789018", 12, &b, &two, &t.why), RC_OK);
	CU_ASSERT(memcmp(one.nonce, two.nonce, sizeof(one.nonce)) != 0);
	CU_ASSERT(memcmp(one.bytes, two.bytes, one.len) != 0);
	buf_clear(&a);
	buf_clear(&b);
	test_vault_clear(&t);
}

static void
an_index_finds_again_and_two_municipalities_share_none(void)
{
	struct vault_index a, b, c, d;
	struct test_vault t, u;

	test_vault_make(&t);
	test_vault_make(&u);
	CU_ASSERT_EQUAL(vault_index(t.v, "123456789018", &a, &t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_index(t.v, "123456789018", &b, &t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_index(t.v, "123456789019", &c, &t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_index(u.v, "123456789018", &d, &t.why), RC_OK);
	CU_ASSERT(memcmp(&a, &b, sizeof(a)) == 0 && memcmp(&a, &c, sizeof(a)) != 0 &&
	    memcmp(&a, &d, sizeof(a)) != 0);
	test_vault_clear(&t);
	test_vault_clear(&u);
}

static void
without_memory_nothing_is_appended(void)
{
	struct vault_place place = test_vault_place(VAULT_EVIDENCE, 1);
	struct test_vault t;

	test_vault_make(&t);
	for (long n = 0;; n++) {
		struct buf bytes = BUF_INIT(4096);
		struct vault_sealed sealed;
		enum rc rc;

		fail_after(n);
		rc = vault_seal(t.v, &place, clear_text, sizeof(clear_text), &bytes, &sealed, &t.why);
		fail_never();
		CU_ASSERT(rc == RC_OK || (rc == RC_NOMEM && bytes.len == 0));
		buf_clear(&bytes);
		if (rc == RC_OK)
			break;
	}
	test_vault_clear(&t);
}

RUNNER_SUITE(vault_seal,
    RUNNER_TEST(a_sealed_value_opens_in_its_place_and_nowhere_else),
    RUNNER_TEST(the_same_value_never_looks_the_same_twice),
    RUNNER_TEST(an_index_finds_again_and_two_municipalities_share_none),
    RUNNER_TEST(without_memory_nothing_is_appended));
