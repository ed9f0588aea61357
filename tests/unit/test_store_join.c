#include <string.h>

#include "base/limits.h"
#include "store/store_approval.h"
#include "store/store_officer.h"
#include "store/store_setting.h"
#include "tests/unit/test_store.h"

/* One step: begins, writes, and commits or rolls back. */
static void
step(struct test_store *t, const char *key, bool commits)
{
	struct fault why = { .rc = RC_OK };

	OK(store_begin(t->s, TEST_NOW, &why));
	OK(store_setting_set(t->s, key, "x", &why));
	if (commits)
		OK(store_commit(t->s, &why));
	else
		store_rollback(t->s);
}

static bool
is_set(struct test_store *t, const char *key)
{
	struct fault why = { .rc = RC_OK };
	const char *value;
	struct arena a;
	enum rc rc;

	arena_init(&a, LIMIT_TEXT_BYTES);
	OK(store_begin(t->s, TEST_NOW, &why));
	rc = store_setting_get(t->s, key, &a, &value, &why);
	store_rollback(t->s);
	arena_clear(&a);
	return rc == RC_OK;
}

static void
joined_steps_last_together(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;

	test_store_open(&t);
	OK(store_join(t.s, TEST_NOW, &why));
	step(&t, "one", true);
	step(&t, "two", false);
	step(&t, "three", true);
	OK(store_join_commit(t.s, &why));
	CU_ASSERT(is_set(&t, "one"));
	CU_ASSERT_FALSE(is_set(&t, "two"));
	CU_ASSERT(is_set(&t, "three"));
	test_store_clear(&t);
}

static void
dropped_steps_never_happened_though_each_was_committed(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;

	test_store_open(&t);
	OK(store_join(t.s, TEST_NOW, &why));
	step(&t, "one", true);
	step(&t, "two", true);
	store_join_drop(t.s);
	CU_ASSERT_FALSE(is_set(&t, "one"));
	CU_ASSERT_FALSE(is_set(&t, "two"));
	step(&t, "three", true);
	CU_ASSERT(is_set(&t, "three"));
	test_store_clear(&t);
}

static void
an_unfinished_step_is_not_committed_by_the_way(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;

	test_store_open(&t);
	OK(store_join(t.s, TEST_NOW, &why));
	CU_ASSERT_EQUAL(store_join(t.s, TEST_NOW, &why), RC_BUG);
	OK(store_begin(t.s, TEST_NOW, &why));
	CU_ASSERT_EQUAL(store_begin(t.s, TEST_NOW, &why), RC_BUG);
	CU_ASSERT_EQUAL(store_join_commit(t.s, &why), RC_BUG);
	store_join_drop(t.s);
	CU_ASSERT_EQUAL(store_join_commit(t.s, &why), RC_BUG);
	CU_ASSERT_EQUAL(store_commit(t.s, &why), RC_BUG);
	test_store_clear(&t);
}

static void
what_was_asked_is_kept_until_it_is_decided_and_not_longer(void)
{
	struct approval_row row = { .request = "dose correct", .body = "frame", .body_len = 5, .file = "",
	    .file_len = 0, .preview_rows = 1, .reason = "why", .proposed_uid = 1000,
	    .expires_us = TEST_NOW + 1000 }, found, *list;
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	int64_t no, again, n;
	struct arena a;
	size_t len;

	test_store_open(&t);
	arena_init(&a, LIMIT_REQUEST_BYTES);
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_officer_add(t.s, "first", OFFICER_CLERK, 1000, &row.proposed_by, &why));
	OK(store_officer_add(t.s, "second", OFFICER_HEALTH_OFFICER, 1001, &n, &why));
	OK(store_approval_add(t.s, &row, &no, &why));
	OK(store_approval_add(t.s, &row, &again, &why));
	CU_ASSERT_EQUAL(again, no + 1);
	OK(store_approval_get(t.s, no, &a, &found, &why));
	CU_ASSERT_EQUAL(found.state, APPROVAL_WAITING);
	CU_ASSERT_EQUAL_FATAL(found.body_len, 5);
	CU_ASSERT_EQUAL(memcmp(found.body, "frame", 5), 0);
	CU_ASSERT(found.file != NULL && found.file_len == 0);	/* an empty file is a file */
	CU_ASSERT_EQUAL(found.expires_us, TEST_NOW + 1000);
	OK(store_approval_decide(t.s, no, APPROVAL_GIVEN, n, 1001, "seen", &why));
	CU_ASSERT_EQUAL(store_approval_decide(t.s, no, APPROVAL_REFUSED, n, 1001, NULL, &why), RC_CONFLICT);
	OK(store_approval_get(t.s, no, &a, &found, &why));
	CU_ASSERT_EQUAL(found.state, APPROVAL_GIVEN);
	CU_ASSERT_PTR_NULL(found.body);
	CU_ASSERT_PTR_NULL(found.file);
	CU_ASSERT_EQUAL(found.decided_by, n);
	CU_ASSERT_STRING_EQUAL(found.note, "seen");
	OK(store_approval_list(t.s, APPROVAL_WAITING, 10, &a, &list, &len, &why));
	CU_ASSERT_EQUAL_FATAL(len, 1);
	CU_ASSERT_EQUAL(list[0].no, again);
	OK(store_approval_last(t.s, 10, &a, &list, &len, &why));
	CU_ASSERT_EQUAL_FATAL(len, 2);
	CU_ASSERT_EQUAL(list[0].no, again);
	CU_ASSERT_EQUAL(store_approval_get(t.s, 99, &a, &found, &why), RC_ABSENT);
	store_rollback(t.s);
	arena_clear(&a);
	test_store_clear(&t);
}

RUNNER_SUITE(store_join,
    RUNNER_TEST(joined_steps_last_together),
    RUNNER_TEST(dropped_steps_never_happened_though_each_was_committed),
    RUNNER_TEST(an_unfinished_step_is_not_committed_by_the_way),
    RUNNER_TEST(what_was_asked_is_kept_until_it_is_decided_and_not_longer));
