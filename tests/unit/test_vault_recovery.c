#include "tests/unit/test_vault.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
lose_keys(struct test_vault *t)
{
	static const char *const names[] = { "seal.key", "index.key", "sign.key" };
	char path[128];

	vault_close(t->v);
	t->v = NULL;
	for (size_t i = 0; i < 3; i++) {
		test_vault_path(t, names[i], path);
		CU_ASSERT_EQUAL(unlink(path), 0);
	}
}

static void
both_halves_in_either_order_bring_the_keys_back(void)
{
	for (int swapped = 0; swapped < 2; swapped++) {
		struct vault_place place = test_vault_place(VAULT_NUMBER, 1);
		struct buf bytes = BUF_INIT(256), clear = BUF_INIT(256);
		struct vault_index before = { .has_old = false }, after = { .has_old = false };
		struct vault_recovery recovery;
		struct vault_sealed sealed;
		struct test_vault t;

		test_vault_make(&t);
		CU_ASSERT_EQUAL(vault_seal(t.v, &place, "123456789018", 12, &bytes, &sealed, &t.why), RC_OK);
		CU_ASSERT_EQUAL(vault_index(t.v, "123456789018", &before, &t.why), RC_OK);
		lose_keys(&t);
		recovery = t.recovery;
		if (swapped) {
			memcpy(recovery.half[0], t.recovery.half[1], VAULT_HALF_SIZE);
			memcpy(recovery.half[1], t.recovery.half[0], VAULT_HALF_SIZE);
		}
		CU_ASSERT_EQUAL(vault_recover(t.directory, &recovery, &t.why), RC_OK);
		CU_ASSERT_EQUAL_FATAL(vault_open(t.directory, "141003", &t.v, &t.why), RC_OK);
		CU_ASSERT_EQUAL(vault_unseal(t.v, &place, &sealed, &clear, &t.why), RC_OK);
		CU_ASSERT(clear.len == 12 && memcmp(clear.data, "123456789018", 12) == 0);
		CU_ASSERT_EQUAL(vault_index(t.v, "123456789018", &after, &t.why), RC_OK);
		CU_ASSERT(memcmp(&before, &after, sizeof(before)) == 0);
		buf_clear(&bytes);
		buf_wipe(&clear);
		test_vault_clear(&t);
	}
}

static void
one_half_twice_a_slip_or_another_nodes_halves_open_nothing(void)
{
	struct vault_recovery recovery;
	struct test_vault t, u;

	test_vault_make(&t);
	test_vault_make(&u);
	lose_keys(&t);
	recovery = t.recovery;
	memcpy(recovery.half[1], recovery.half[0], VAULT_HALF_SIZE);
	CU_ASSERT_EQUAL(vault_recover(t.directory, &recovery, &t.why), RC_INVALID);
	for (size_t i = 0; i < strlen(t.recovery.half[0]); i++) {
		if (t.recovery.half[0][i] == '-')
			continue;
		recovery = t.recovery;
		recovery.half[0][i] = recovery.half[0][i] == '7' ? '8' : '7';
		CU_ASSERT_EQUAL(vault_recover(t.directory, &recovery, &t.why), RC_INVALID);
	}
	recovery = t.recovery;
	recovery.half[1][0] = '\0';
	CU_ASSERT_EQUAL(vault_recover(t.directory, &recovery, &t.why), RC_INVALID);
	CU_ASSERT_EQUAL(vault_recover(t.directory, &u.recovery, &t.why), RC_CRYPTO);
	recovery = t.recovery;
	memcpy(recovery.half[1], u.recovery.half[1], VAULT_HALF_SIZE);
	CU_ASSERT_EQUAL(vault_recover(t.directory, &recovery, &t.why), RC_CRYPTO);
	CU_ASSERT_NOT_EQUAL(vault_open(t.directory, "141003", &t.v, &t.why), RC_OK);
	/* As a person may type it. */
	recovery = t.recovery;
	for (char *c = recovery.half[0]; *c != '\0'; c++)
		if (*c == '-')
			*c = ' ';
		else if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	CU_ASSERT_EQUAL(vault_recover(t.directory, &recovery, &t.why), RC_OK);
	test_vault_clear(&t);
	test_vault_clear(&u);
}

RUNNER_SUITE(vault_recovery,
    RUNNER_TEST(both_halves_in_either_order_bring_the_keys_back),
    RUNNER_TEST(one_half_twice_a_slip_or_another_nodes_halves_open_nothing));
