#include "tests/unit/test_vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#define PEM_MAX (64u << 10)

static void
whole(const struct test_vault *t, const char *name, struct buf *b)
{
	char path[128];

	test_vault_path(t, name, path);
	buf_init(b, PEM_MAX);
	CU_ASSERT_EQUAL_FATAL(buf_read_file(b, path, NULL), RC_OK);
}

static void
put(const struct test_vault *t, const char *name, const struct buf *b)
{
	char path[128];
	FILE *f;

	test_vault_path(t, name, path);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f = fopen(path, "w"));
	CU_ASSERT_EQUAL(fwrite(b->data, 1, b->len, f), b->len);
	fclose(f);
	CU_ASSERT_EQUAL(chmod(path, 0600), 0);
}

static bool
is_there(const struct test_vault *t, const char *name)
{
	char path[128];

	test_vault_path(t, name, path);
	return access(path, F_OK) == 0;
}

/* What an authority makes of the request, with public tools; the caller clears it. */
static void
certify(struct test_vault *t, struct buf *certificate)
{
	struct buf request = BUF_INIT(PEM_MAX);
	char command[512];

	CU_ASSERT_EQUAL_FATAL(vault_signer_request(t->v, t->directory, &request, &t->why), RC_OK);
	put(t, "request.pem", &request);
	(void)snprintf(command, sizeof(command), "cd %s && { [ -e ca.key ] || openssl req -x509 -newkey ec -pkeyopt "
	    "ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -subj /CN=authority; } >/dev/null 2>&1 && "
	    "openssl req -in request.pem -noout -verify -text 2>&1 | grep -q URI:urn:watashi:municipality:141003 && "
	    "openssl x509 -req -in request.pem -CA ca.crt -CAkey ca.key -CAcreateserial -copy_extensions copy -out next.crt "
	    ">/dev/null 2>&1", t->directory);
	CU_ASSERT_EQUAL_FATAL(system(command), 0);
	whole(t, "next.crt", certificate);
	buf_clear(&request);
}

static bool
signs_under(struct test_vault *t, const char *certificate)
{
	struct vault_signature s;

	CU_ASSERT_EQUAL_FATAL(vault_sign(t->v, "abc", 3, &s, &t->why), RC_OK);
	return vault_verify(certificate, "abc", 3, s.bytes, s.len, NULL) == RC_OK;
}

static void
reopen(struct test_vault *t)
{
	vault_close(t->v);
	t->v = NULL;
	CU_ASSERT_EQUAL_FATAL(vault_open(t->directory, "141003", &t->v, &t->why), RC_OK);
}

static void
the_new_key_signs_once_its_certificate_is_there(void)
{
	struct buf before, next, again;
	struct vault_recovery recovery, second;
	struct test_vault t;

	test_vault_make(&t);
	whole(&t, "sign.crt", &before);
	CU_ASSERT_EQUAL(vault_signer_use(t.v, t.directory, before.data, &recovery, &t.why), RC_ABSENT);
	certify(&t, &next);
	certify(&t, &again);		/* asked twice, it is of the same key */
	CU_ASSERT_TRUE(signs_under(&t, before.data));
	CU_ASSERT_EQUAL(vault_signer_use(t.v, t.directory, before.data, &recovery, &t.why), RC_CRYPTO);
	CU_ASSERT_TRUE(signs_under(&t, before.data));
	reopen(&t);
	CU_ASSERT_TRUE(signs_under(&t, before.data));
	CU_ASSERT_EQUAL_FATAL(vault_signer_use(t.v, t.directory, again.data, &recovery, &t.why), RC_OK);
	CU_ASSERT_STRING_EQUAL(vault_certificate(t.v), again.data);
	CU_ASSERT_FALSE(is_there(&t, "sign.next"));
	for (int opened = 0; opened < 2; opened++) {
		CU_ASSERT_TRUE(signs_under(&t, next.data));
		CU_ASSERT_FALSE(signs_under(&t, before.data));
		reopen(&t);
	}
	CU_ASSERT_EQUAL(vault_signer_use(t.v, t.directory, again.data, &second, &t.why), RC_ABSENT);
	buf_clear(&before);
	buf_clear(&next);
	buf_clear(&again);
	test_vault_clear(&t);
}

static void
the_halves_of_before_open_nothing_and_the_new_ones_bring_the_new_key(void)
{
	static const char *const names[] = { "seal.key", "index.key", "sign.key" };
	struct vault_recovery recovery;
	struct test_vault t;
	struct buf next;
	char path[128];

	test_vault_make(&t);
	certify(&t, &next);
	CU_ASSERT_EQUAL_FATAL(vault_signer_use(t.v, t.directory, next.data, &recovery, &t.why), RC_OK);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		test_vault_path(&t, names[i], path);
		CU_ASSERT_EQUAL(unlink(path), 0);
	}
	CU_ASSERT_EQUAL(vault_recover(t.directory, &t.recovery, &t.why), RC_CRYPTO);
	CU_ASSERT_EQUAL(vault_recover(t.directory, &recovery, &t.why), RC_OK);
	reopen(&t);
	CU_ASSERT_TRUE(signs_under(&t, next.data));
	buf_clear(&next);
	test_vault_clear(&t);
}

/* In the order in which they are written; sign.next goes last. */
static const char *const written[] = { "recovery.wrap", "sign.crt", "sign.key" };
#define WRITTEN (sizeof(written) / sizeof(written[0]))

static void
a_change_cut_off_anywhere_leaves_a_key_with_its_certificate(void)
{
	struct buf before[WRITTEN], after[WRITTEN], next, key;
	struct vault_recovery recovery;
	struct test_vault t;

	test_vault_make(&t);
	certify(&t, &next);
	whole(&t, "sign.next", &key);
	for (size_t i = 0; i < WRITTEN; i++)
		whole(&t, written[i], &before[i]);
	CU_ASSERT_EQUAL_FATAL(vault_signer_use(t.v, t.directory, next.data, &recovery, &t.why), RC_OK);
	for (size_t i = 0; i < WRITTEN; i++)
		whole(&t, written[i], &after[i]);
	for (size_t done = 0; done <= WRITTEN; done++) {
		put(&t, "sign.next", &key);
		for (size_t i = 0; i < WRITTEN; i++)
			put(&t, written[i], i < done ? &after[i] : &before[i]);
		reopen(&t);
		CU_ASSERT_EQUAL(signs_under(&t, next.data), done >= 2);
		CU_ASSERT_EQUAL(signs_under(&t, before[1].data), done < 2);
		CU_ASSERT_EQUAL(is_there(&t, "sign.next"), done < 2);
		reopen(&t);
	}
	for (size_t i = 0; i < WRITTEN; i++) {
		buf_wipe(&before[i]);
		buf_wipe(&after[i]);
	}
	buf_clear(&next);
	buf_wipe(&key);
	test_vault_clear(&t);
}

RUNNER_SUITE(vault_signer,
    RUNNER_TEST(the_new_key_signs_once_its_certificate_is_there),
    RUNNER_TEST(the_halves_of_before_open_nothing_and_the_new_ones_bring_the_new_key),
    RUNNER_TEST(a_change_cut_off_anywhere_leaves_a_key_with_its_certificate));
