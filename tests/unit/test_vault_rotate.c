#include "tests/unit/test_vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS "000000000000"		/* any twelve digits: the vault knows no check digit */

struct kept {
	struct vault_place place;
	struct buf bytes;
	struct vault_sealed sealed;
	struct vault_index index;
};

static void
keep(struct test_vault *t, struct kept *k)
{
	memset(k, 0, sizeof(*k));
	k->place = test_vault_place(VAULT_NUMBER, 1);
	buf_init(&k->bytes, 4096);
	CU_ASSERT_EQUAL_FATAL(vault_seal(t->v, &k->place, DIGITS, 12, &k->bytes, &k->sealed, &t->why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(vault_index(t->v, DIGITS, &k->index, &t->why), RC_OK);
}

static enum rc
opens(struct test_vault *t, const struct kept *k)
{
	struct buf clear = BUF_INIT(4096);
	enum rc rc = vault_unseal(t->v, &k->place, &k->sealed, &clear, NULL);

	CU_ASSERT(rc != RC_OK || (clear.len == 12 && memcmp(clear.data, DIGITS, 12) == 0));
	buf_wipe(&clear);
	return rc;
}

static void
reopen(struct test_vault *t)
{
	vault_close(t->v);
	t->v = NULL;
	CU_ASSERT_EQUAL_FATAL(vault_open(t->directory, "141003", &t->v, &t->why), RC_OK);
}

static void
what_was_sealed_before_is_read_until_it_is_sealed_anew(void)
{
	struct vault_recovery recovery, again;
	struct vault_sealed anew;
	struct vault_index index, by;
	struct vault_status status;
	struct buf bytes = BUF_INIT(4096);
	struct test_vault t;
	struct kept k, n;

	test_vault_make(&t);
	keep(&t, &k);
	CU_ASSERT_EQUAL(vault_status(t.v, t.directory, &status, &t.why), RC_OK);
	CU_ASSERT_EQUAL(status.key_id, k.sealed.key_id);
	CU_ASSERT_EQUAL(status.old_key_id, 0);
	CU_ASSERT_EQUAL_FATAL(vault_rotate(t.v, t.directory, &recovery, &t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_rotate(t.v, t.directory, &again, &t.why), RC_CONFLICT);
	for (int opened = 0; opened < 2; opened++) {
		if (opened == 1)
			reopen(&t);
		CU_ASSERT_EQUAL(opens(&t, &k), RC_OK);
		CU_ASSERT_EQUAL(vault_index(t.v, DIGITS, &index, &t.why), RC_OK);
		CU_ASSERT_TRUE(index.has_old);
		CU_ASSERT(memcmp(index.old, k.index.b, sizeof(index.old)) == 0);
		CU_ASSERT(memcmp(index.b, k.index.b, sizeof(index.b)) != 0);
	}
	keep(&t, &n);
	CU_ASSERT_NOT_EQUAL(n.sealed.key_id, k.sealed.key_id);
	CU_ASSERT_EQUAL_FATAL(vault_reseal(t.v, &k.place, &k.sealed, &bytes, &anew, &by, &t.why), RC_OK);
	CU_ASSERT_EQUAL(anew.key_id, n.sealed.key_id);
	CU_ASSERT(memcmp(by.b, index.b, sizeof(by.b)) == 0);
	CU_ASSERT_EQUAL(vault_status(t.v, t.directory, &status, &t.why), RC_OK);
	CU_ASSERT_EQUAL(status.old_key_id, k.sealed.key_id);

	CU_ASSERT_EQUAL(vault_forget(t.v, t.directory, &t.why), RC_OK);
	for (int opened = 0; opened < 2; opened++) {
		if (opened == 1)
			reopen(&t);
		CU_ASSERT_EQUAL(opens(&t, &k), RC_CRYPTO);
		CU_ASSERT_EQUAL(opens(&t, &n), RC_OK);
		CU_ASSERT_EQUAL(vault_index(t.v, DIGITS, &index, &t.why), RC_OK);
		CU_ASSERT_FALSE(index.has_old);
	}
	CU_ASSERT_EQUAL(vault_rotate(t.v, t.directory, &again, &t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_forget(t.v, t.directory, &t.why), RC_OK);
	buf_clear(&bytes);
	buf_clear(&k.bytes);
	buf_clear(&n.bytes);
	test_vault_clear(&t);
}

static void
remove_all_keys(struct test_vault *t)
{
	static const char *const names[] = { "seal.key", "index.key", "sign.key", "seal.old", "index.old" };
	char path[128];

	vault_close(t->v);
	t->v = NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		test_vault_path(t, names[i], path);
		(void)unlink(path);
	}
}

static void
the_new_halves_bring_back_both_generations_and_the_old_halves_nothing(void)
{
	struct vault_recovery recovery, renewed;
	struct vault_status before, after;
	struct test_vault t;
	struct kept k, n;

	test_vault_make(&t);
	keep(&t, &k);
	CU_ASSERT_EQUAL_FATAL(vault_rotate(t.v, t.directory, &recovery, &t.why), RC_OK);
	keep(&t, &n);
	remove_all_keys(&t);
	CU_ASSERT_EQUAL(vault_recover(t.directory, &t.recovery, &t.why), RC_CRYPTO);
	CU_ASSERT_EQUAL(vault_recover(t.directory, &recovery, &t.why), RC_OK);
	reopen(&t);
	CU_ASSERT_EQUAL(opens(&t, &k), RC_OK);
	CU_ASSERT_EQUAL(opens(&t, &n), RC_OK);

	CU_ASSERT_EQUAL(vault_forget(t.v, t.directory, &t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_status(t.v, t.directory, &before, &t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_renew_recovery(t.v, t.directory, &renewed, &t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_status(t.v, t.directory, &after, &t.why), RC_OK);
	CU_ASSERT(memcmp(before.wrap, after.wrap, sizeof(after.wrap)) != 0);
	remove_all_keys(&t);
	CU_ASSERT_EQUAL(vault_recover(t.directory, &recovery, &t.why), RC_CRYPTO);
	CU_ASSERT_EQUAL(vault_recover(t.directory, &renewed, &t.why), RC_OK);
	reopen(&t);
	CU_ASSERT_EQUAL(opens(&t, &k), RC_CRYPTO);
	CU_ASSERT_EQUAL(opens(&t, &n), RC_OK);
	buf_clear(&k.bytes);
	buf_clear(&n.bytes);
	test_vault_clear(&t);
}

/* In the order in which a rotation writes them. */
static const char *const written[] = { "index.old", "seal.old", "recovery.wrap", "index.key", "seal.key" };
#define WRITTEN (sizeof(written) / sizeof(written[0]))

static void
read_whole(const struct test_vault *t, const char *name, struct buf *b)
{
	char path[128];

	test_vault_path(t, name, path);
	buf_init(b, 1u << 20);
	CU_ASSERT_EQUAL(buf_read_file(b, path, NULL), RC_OK);
}

static void
put_whole(const struct test_vault *t, const char *name, const struct buf *b)
{
	char path[128];
	FILE *f;

	test_vault_path(t, name, path);
	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(b->data, 1, b->len, f), b->len);
	fclose(f);
	CU_ASSERT_EQUAL(chmod(path, 0600), 0);
}

static void
a_rotation_cut_off_anywhere_is_taken_back_or_stands(void)
{
	struct buf before[WRITTEN], after[WRITTEN];
	struct vault_recovery recovery;
	struct vault_index index;
	struct test_vault t;
	struct kept k;
	char path[128];

	test_vault_make(&t);
	keep(&t, &k);
	for (size_t i = 2; i < WRITTEN; i++)
		read_whole(&t, written[i], &before[i]);
	CU_ASSERT_EQUAL_FATAL(vault_rotate(t.v, t.directory, &recovery, &t.why), RC_OK);
	for (size_t i = 0; i < WRITTEN; i++)
		read_whole(&t, written[i], &after[i]);
	for (size_t done = 0; done <= WRITTEN; done++) {
		for (size_t i = 0; i < WRITTEN; i++)
			if (i < done)
				put_whole(&t, written[i], &after[i]);
			else if (i >= 2)
				put_whole(&t, written[i], &before[i]);
			else {
				test_vault_path(&t, written[i], path);
				(void)unlink(path);
			}
		reopen(&t);
		CU_ASSERT_EQUAL(opens(&t, &k), RC_OK);
		CU_ASSERT_EQUAL(vault_index(t.v, DIGITS, &index, &t.why), RC_OK);
		CU_ASSERT_EQUAL(index.has_old, done == WRITTEN);
		CU_ASSERT(memcmp(done == WRITTEN ? index.old : index.b, k.index.b, sizeof(index.b)) == 0);
		test_vault_path(&t, "seal.old", path);
		CU_ASSERT_EQUAL(access(path, F_OK) == 0, done == WRITTEN);
	}
	for (size_t i = 0; i < WRITTEN; i++) {
		buf_wipe(&after[i]);
		if (i >= 2)
			buf_wipe(&before[i]);
	}
	CU_ASSERT_EQUAL(vault_forget(t.v, t.directory, &t.why), RC_OK);
	buf_clear(&k.bytes);
	test_vault_clear(&t);
}

static void
a_backup_key_follows_from_salt_and_sealing_key_alone(void)
{
	unsigned char salt[VAULT_SECRET_BYTES] = { 1 }, other[VAULT_SECRET_BYTES] = { 2 };
	unsigned char a[VAULT_SECRET_BYTES], b[VAULT_SECRET_BYTES], c[VAULT_SECRET_BYTES];
	struct test_vault t, u;

	test_vault_make(&t);
	test_vault_make(&u);
	CU_ASSERT_EQUAL(vault_backup_key(t.v, salt, a, &t.why), RC_OK);
	reopen(&t);
	CU_ASSERT_EQUAL(vault_backup_key(t.v, salt, b, &t.why), RC_OK);
	CU_ASSERT(memcmp(a, b, sizeof(a)) == 0);
	CU_ASSERT_EQUAL(vault_backup_key(t.v, other, c, &t.why), RC_OK);
	CU_ASSERT(memcmp(a, c, sizeof(a)) != 0);
	CU_ASSERT_EQUAL(vault_backup_key(u.v, salt, c, &t.why), RC_OK);
	CU_ASSERT(memcmp(a, c, sizeof(a)) != 0);
	test_vault_clear(&t);
	test_vault_clear(&u);
}

RUNNER_SUITE(vault_rotate,
    RUNNER_TEST(what_was_sealed_before_is_read_until_it_is_sealed_anew),
    RUNNER_TEST(the_new_halves_bring_back_both_generations_and_the_old_halves_nothing),
    RUNNER_TEST(a_rotation_cut_off_anywhere_is_taken_back_or_stands),
    RUNNER_TEST(a_backup_key_follows_from_salt_and_sealing_key_alone));
