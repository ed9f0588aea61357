#include "tests/unit/test_vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const files[] = { "seal.key", "index.key", "sign.key", "sign.crt", "recovery.wrap" };

void
test_vault_path(const struct test_vault *t, const char *name, char path[128])
{
	snprintf(path, 128, "%s/%s", t->directory, name);
}

void
test_vault_make(struct test_vault *t)
{
	memset(t, 0, sizeof(*t));
	snprintf(t->directory, sizeof(t->directory), "/tmp/watashi-vault-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(t->directory));
	CU_ASSERT_EQUAL_FATAL(vault_create(t->directory, "141003", TEST_NOW, &t->recovery, &t->why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(vault_open(t->directory, "141003", &t->v, &t->why), RC_OK);
}

void
test_vault_clear(struct test_vault *t)
{
	char path[128];

	vault_close(t->v);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		test_vault_path(t, files[i], path);
		unlink(path);
	}
	rmdir(t->directory);
}

struct vault_place
test_vault_place(enum vault_table table, unsigned char row)
{
	struct vault_place place = { .municipality = "141003", .table = table };

	place.row[15] = row;
	return place;
}

static enum rc
try_open(struct test_vault *t)
{
	struct vault *v = NULL;
	enum rc rc = vault_open(t->directory, "141003", &v, &t->why);

	CU_ASSERT((rc == RC_OK) == (v != NULL));
	vault_close(v);
	return rc;
}

static void
keys_that_others_may_read_are_refused(void)
{
	struct test_vault t;
	char path[128];
	struct stat st;

	test_vault_make(&t);
	for (size_t i = 0; i < 3; i++) {
		test_vault_path(&t, files[i], path);
		CU_ASSERT(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
		chmod(path, 0640);
		CU_ASSERT_EQUAL(try_open(&t), RC_REFUSED);
		chmod(path, 0600);
	}
	chmod(t.directory, 0750);
	CU_ASSERT_EQUAL(try_open(&t), RC_REFUSED);
	chmod(t.directory, 0700);
	CU_ASSERT_EQUAL(try_open(&t), RC_OK);
	test_vault_clear(&t);
}

static void
keys_are_never_made_over_others(void)
{
	struct vault_recovery recovery;
	struct test_vault t;

	test_vault_make(&t);
	CU_ASSERT_EQUAL(vault_create(t.directory, "141003", TEST_NOW, &recovery, &t.why), RC_CONFLICT);
	CU_ASSERT_EQUAL(try_open(&t), RC_OK);
	CU_ASSERT_EQUAL(vault_create("/tmp/none", "141004", TEST_NOW, &recovery, &t.why), RC_INVALID);
	test_vault_clear(&t);
}

static void
a_missing_or_damaged_key_is_told(void)
{
	char path[128];
	FILE *f;

	for (size_t i = 0; i < 4; i++) {
		struct test_vault t;

		test_vault_make(&t);
		test_vault_path(&t, files[i], path);
		CU_ASSERT_PTR_NOT_NULL_FATAL(f = fopen(path, "wb"));
		fputs("damaged", f);
		fclose(f);
		CU_ASSERT_EQUAL(try_open(&t), RC_CRYPTO);
		unlink(path);
		CU_ASSERT_NOT_EQUAL(try_open(&t), RC_OK);
		test_vault_clear(&t);
	}
}

static void
a_certificate_of_another_key_is_refused(void)
{
	struct test_vault a, b;
	char from[128], to[128];

	test_vault_make(&a);
	test_vault_make(&b);
	test_vault_path(&a, "sign.crt", from);
	test_vault_path(&b, "sign.crt", to);
	CU_ASSERT_EQUAL(rename(from, to), 0);
	CU_ASSERT_EQUAL(try_open(&b), RC_CRYPTO);
	test_vault_clear(&a);
	test_vault_clear(&b);
}

RUNNER_SUITE(vault_key,
    RUNNER_TEST(keys_that_others_may_read_are_refused),
    RUNNER_TEST(keys_are_never_made_over_others),
    RUNNER_TEST(a_missing_or_damaged_key_is_told),
    RUNNER_TEST(a_certificate_of_another_key_is_refused));
