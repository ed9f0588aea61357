#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checkdigit.h"
#include "base/limits.h"
#include "store/store_number.h"
#include "tests/unit/test_store.h"

/* Invented, with a right check digit. */
static void
invent(unsigned n, char digits[13])
{
	snprintf(digits, 13, "%011u", n * 7919u % 99991u + 20000000u);
	digits[11] = checkdigit_mynumber_make(digits);
	digits[12] = '\0';
}

struct scene {
	struct test_store t;
	struct vault *v;
	char keys[96];
	struct fault why;
};

static void
start(struct scene *x)
{
	struct vault_recovery recovery;

	memset(x, 0, sizeof(*x));
	test_store_open(&x->t);
	snprintf(x->keys, sizeof(x->keys), "%s.keys", x->t.folder);
	CU_ASSERT_EQUAL_FATAL(vault_create(x->keys, TEST_MUNICIPALITY, TEST_NOW, &recovery, &x->why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(vault_open(x->keys, TEST_MUNICIPALITY, &x->v, &x->why), RC_OK);
}

static void
stop(struct scene *x)
{
	static const char *const names[] = {
		"seal.key", "index.key", "sign.key", "sign.crt", "recovery.wrap"
	};
	char path[160];

	vault_close(x->v);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", x->keys, names[i]);
		unlink(path);
	}
	rmdir(x->keys);
	test_store_clear(&x->t);
}

static enum rc
keep(struct scene *x, const struct id *person, const char *digits)
{
	struct buf bytes = BUF_INIT(1024);
	struct vault_sealed sealed;
	struct vault_index index;
	struct vault_place place;
	enum rc rc;

	store_number_place(x->t.s, person, &place);
	CU_ASSERT_EQUAL_FATAL(vault_seal(x->v, &place, digits, 12, &bytes, &sealed, &x->why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(vault_index(x->v, digits, &index, &x->why), RC_OK);
	rc = store_number_put(x->t.s, person, &sealed, &index, &x->why);
	buf_clear(&bytes);
	return rc;
}

static void
a_number_is_found_by_its_index_and_opens_for_its_row_only(void)
{
	struct vault_sealed sealed;
	struct vault_index index;
	struct vault_place place;
	struct id a_id, b_id, found;
	struct scene x;
	struct arena a;
	struct buf clear = BUF_INIT(1024);
	char digits[13], other[13];

	start(&x);
	arena_init(&a, LIMIT_REQUEST_BYTES);
	a_id = test_person_add(&x.t, "10001");
	b_id = test_person_add(&x.t, "10002");
	invent(1, digits);
	invent(2, other);
	CU_ASSERT_EQUAL_FATAL(store_begin(x.t.s, TEST_NOW, &x.why), RC_OK);
	CU_ASSERT_EQUAL(keep(&x, &a_id, digits), RC_OK);
	CU_ASSERT_EQUAL(keep(&x, &a_id, digits), RC_OK);
	CU_ASSERT_EQUAL(keep(&x, &b_id, digits), RC_CONFLICT);
	CU_ASSERT_EQUAL(vault_index(x.v, digits, &index, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_number_find(x.t.s, &index, &found, &x.why), RC_OK);
	CU_ASSERT(id_equal(&found, &a_id));
	CU_ASSERT_EQUAL(vault_index(x.v, other, &index, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_number_find(x.t.s, &index, &found, &x.why), RC_ABSENT);
	CU_ASSERT_EQUAL(store_number_get(x.t.s, &b_id, &a, &sealed, &x.why), RC_ABSENT);
	CU_ASSERT_EQUAL(store_number_get(x.t.s, &a_id, &a, &sealed, &x.why), RC_OK);
	store_number_place(x.t.s, &b_id, &place);
	CU_ASSERT_EQUAL(vault_unseal(x.v, &place, &sealed, &clear, &x.why), RC_CRYPTO);
	store_number_place(x.t.s, &a_id, &place);
	CU_ASSERT_EQUAL(vault_unseal(x.v, &place, &sealed, &clear, &x.why), RC_OK);
	CU_ASSERT(clear.len == 12 && memcmp(clear.data, digits, 12) == 0);
	store_rollback(x.t.s);
	buf_wipe(&clear);
	arena_clear(&a);
	stop(&x);
}

static bool
holds(const char *path, const char *digits)
{
	char *bytes;
	size_t len;
	bool found = false;

	if ((bytes = test_file(path, &len)) == NULL)
		return false;
	found = memmem(bytes, len, digits, strlen(digits)) != NULL ||
	    (strlen(digits) == 12 && memmem(bytes, len, digits, 11) != NULL);
	free(bytes);
	return found;
}

static void
the_clear_digits_lie_in_no_byte_of_the_database_or_its_log(void)
{
	char no[16], digits[13], log[128];
	struct scene x;
	struct id ids[50];

	start(&x);
	snprintf(log, sizeof(log), "%s-wal", x.t.path);
	for (unsigned i = 0; i < 50; i++) {
		snprintf(no, sizeof(no), "%u", 10000 + i);
		ids[i] = test_person_add(&x.t, no);
	}
	CU_ASSERT_EQUAL_FATAL(store_begin(x.t.s, TEST_NOW, &x.why), RC_OK);
	for (unsigned i = 0; i < 50; i++) {
		invent(i, digits);
		CU_ASSERT_EQUAL(keep(&x, &ids[i], digits), RC_OK);
	}
	CU_ASSERT_EQUAL_FATAL(store_commit(x.t.s, &x.why), RC_OK);
	CU_ASSERT_EQUAL(access(log, F_OK), 0);
	for (unsigned i = 0; i < 50; i++) {
		invent(i, digits);
		CU_ASSERT_FALSE(holds(x.t.path, digits));
		CU_ASSERT_FALSE(holds(log, digits));
	}
	/* The same look finds what does lie there. */
	CU_ASSERT(holds(log, "10049") || holds(x.t.path, "10049"));
	store_close(x.t.s);
	x.t.s = NULL;
	for (unsigned i = 0; i < 50; i++) {
		invent(i, digits);
		CU_ASSERT_FALSE(holds(x.t.path, digits));
	}
	stop(&x);
}

RUNNER_SUITE(store_number,
    RUNNER_TEST(a_number_is_found_by_its_index_and_opens_for_its_row_only),
    RUNNER_TEST(the_clear_digits_lie_in_no_byte_of_the_database_or_its_log));
