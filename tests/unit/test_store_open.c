#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "store/sqlite/sqlite_pages.h"
#include "store/store_audit.h"
#include "store/store_number.h"
#include "store/store_setting.h"
#include "tests/unit/test_store.h"

static void
run_sql(const char *path, const char *sql)
{
	sqlite3 *db;
	char *text = NULL;

	CU_ASSERT_EQUAL_FATAL(sqlite_pages_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db), SQLITE_OK);
	sqlite3_exec(db, sql, NULL, NULL, &text);
	if (text != NULL)
		printf("     %s\n", text);
	CU_ASSERT_PTR_NULL(text);
	sqlite3_free(text);
	sqlite3_close(db);
}

static enum rc
try_open(const char *path)
{
	struct fault why = { .rc = RC_OK };
	struct store *s = NULL;
	enum rc rc = store_open(path, STORE_WRITE, &s, &why);

	CU_ASSERT((rc == RC_OK) == (s != NULL));
	CU_ASSERT(rc == RC_OK || why.text[0] != '\0');
	store_close(s);
	return rc;
}

static void
a_new_database_knows_its_municipality_and_is_closed_to_others(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	struct stat st;

	test_store_open(&t);
	CU_ASSERT_STRING_EQUAL(store_municipality(t.s), TEST_MUNICIPALITY);
	CU_ASSERT(stat(t.path, &st) == 0 && (st.st_mode & 0777) == 0600);
	CU_ASSERT_EQUAL(store_create(t.path, TEST_MUNICIPALITY, 0, &why), RC_CONFLICT);
	OK(store_verify(t.s, &why));
	test_store_clear(&t);
	CU_ASSERT_EQUAL(store_create("/tmp/none", "141004", 0, &why), RC_INVALID);
	CU_ASSERT_EQUAL(try_open("/tmp/watashi-none/watashi.db"), RC_ABSENT);
}

/* All rows have the same municipality: a planner that is not told walks the whole table by it. */
static void
what_is_kept_of_a_person_is_found_by_the_person(void)
{
	static const char *const table[] = { "ticket", "inquiry", "circumstance", "provision", "evidence", "duplicate", "outbox" };
	struct test_store t;
	sqlite3_stmt *q;
	sqlite3 *db;

	test_store_make(&t);
	CU_ASSERT_EQUAL_FATAL(sqlite_pages_open(t.path, SQLITE_OPEN_READWRITE, &db), SQLITE_OK);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char sql[128];
		const char *plan;

		snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN SELECT * FROM %s WHERE muni = ?1 AND person = ?2 ORDER BY 1", table[i]);
		CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
		CU_ASSERT_EQUAL_FATAL(sqlite3_step(q), SQLITE_ROW);
		plan = (const char *)sqlite3_column_text(q, 3);
		CU_ASSERT_PTR_NOT_NULL(plan != NULL ? strstr(plan, "(muni=? AND person=?") : NULL);
		sqlite3_finalize(q);
	}
	sqlite3_close(db);
	test_store_clear(&t);
}

static void
a_newer_database_is_refused_and_an_older_one_until_it_is_migrated(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	int from, to;
	char sql[64];

	test_store_make(&t);
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", store_schema_version() + 1);
	run_sql(t.path, sql);
	CU_ASSERT_EQUAL(try_open(t.path), RC_VERSION);
	CU_ASSERT_EQUAL(store_migrate(t.path, &from, &to, &why), RC_VERSION);
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", store_schema_version() - 1);
	run_sql(t.path, sql);
	CU_ASSERT_EQUAL(try_open(t.path), RC_VERSION);
	test_store_clear(&t);
}

static void
a_database_cut_short_or_of_another_program_is_refused(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	struct stat st;
	int fd;

	test_store_make(&t);
	CU_ASSERT_EQUAL(stat(t.path, &st), 0);
	for (off_t cut = 0; cut < st.st_size; cut += 4096) {
		CU_ASSERT_EQUAL_FATAL(truncate(t.path, st.st_size - cut - 1), 0);
		CU_ASSERT_EQUAL(try_open(t.path), RC_DB);
	}
	CU_ASSERT_EQUAL(truncate(t.path, 0), 0);
	CU_ASSERT_EQUAL(try_open(t.path), RC_DB);
	unlink(t.path);
	run_sql(t.path, "CREATE TABLE x (y)");
	CU_ASSERT_EQUAL(try_open(t.path), RC_DB);
	unlink(t.path);
	fd = open(t.path, O_WRONLY | O_CREAT, 0600);
	CU_ASSERT_EQUAL(write(fd, "hello", 5), 5);
	close(fd);
	CU_ASSERT_EQUAL(try_open(t.path), RC_DB);
	(void)why;
	test_store_clear(&t);
}

static void
a_dump_of_the_first_schema_is_migrated_and_keeps_its_records(void)
{
	const char *top = getenv("top_srcdir");
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	struct dose *doses;
	struct person p;
	struct arena a;
	struct id id;
	char path[512], *sql;
	size_t len, n;
	int from = 0, to = 0;

	snprintf(path, sizeof(path), "%s/tests/case/schema/v0001.sql", top != NULL ? top : ".");
	CU_ASSERT_PTR_NOT_NULL_FATAL(sql = test_file(path, &len));
	test_store_make(&t);
	unlink(t.path);
	run_sql(t.path, sql);
	OK(store_migrate(t.path, &from, &to, &why));
	CU_ASSERT(from == 1 && to == store_schema_version());
	test_store_again(&t);
	OK(store_verify(t.s, &why));
	arena_init(&a, LIMIT_REQUEST_BYTES);
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_person_find_addressee(t.s, "10001", &id, &why));
	OK(store_person_get(t.s, &id, &a, &p, &why));
	CU_ASSERT_STRING_EQUAL(p.name, "渡　花子");
	CU_ASSERT_EQUAL(p.n_residences, 1);
	OK(store_dose_list(t.s, &id, &a, &doses, &n, &why));
	CU_ASSERT_EQUAL_FATAL(n, 2);
	CU_ASSERT_STRING_EQUAL(doses[0].lot, "LOT-1");
	CU_ASSERT_STRING_EQUAL(doses[1].origin_municipality, "011002");
	store_rollback(t.s);
	arena_clear(&a);
	store_close(t.s);
	t.s = NULL;
	/* The same dump, broken off in the middle of its text, is no database of ours. */
	unlink(t.path);
	CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(sql, "CREATE TABLE inbox"));
	*strstr(sql, "CREATE TABLE inbox") = '\0';
	run_sql(t.path, sql);
	CU_ASSERT_NOT_EQUAL(try_open(t.path), RC_OK);
	CU_ASSERT_NOT_EQUAL(store_migrate(t.path, &from, &to, &why), RC_OK);
	free(sql);
	test_store_clear(&t);
}

static void
a_reader_can_write_nothing_but_audit_rows(void)
{
	struct audit_entry look = { "officer:1", "show", NULL, AUDIT_DONE, NULL };
	struct fault why = { .rc = RC_OK };
	struct person p = test_person("10002");
	struct store *reader = NULL;
	enum store_fate fate;
	struct test_store t;
	struct dose d;
	struct id id;

	test_store_open(&t);
	id = test_person_add(&t, "10001");
	d = test_dose(&id, "A-1", "2025-01-01");
	OK(store_open(t.path, STORE_READ, &reader, &why));
	OK(store_begin(reader, TEST_NOW, &why));
	CU_ASSERT_EQUAL(store_person_put(reader, &p, &id, &fate, &why), RC_REFUSED);
	CU_ASSERT_EQUAL(store_dose_put(reader, &d, &id, &fate, &why), RC_REFUSED);
	CU_ASSERT_EQUAL(store_setting_set(reader, "a", "b", &why), RC_REFUSED);
	OK(store_audit_append(reader, &look, &why));
	OK(store_commit(reader, &why));
	store_close(reader);
	test_store_clear(&t);
}

static void
the_store_that_lost_its_lease_writes_no_more(void)
{
	struct fault why = { .rc = RC_OK };
	struct id me = { { 1 } }, other = { { 2 } };
	struct store *rival = NULL;
	struct test_store t;
	int64_t epoch, later;

	test_store_open(&t);
	OK(store_open(t.path, STORE_WRITE, &rival, &why));
	OK(store_lease_take(t.s, &me, TEST_NOW, TEST_NOW + 10, &epoch, &why));
	CU_ASSERT_EQUAL(store_lease_take(rival, &other, TEST_NOW + 5, TEST_NOW + 20, &later, &why), RC_BUSY);
	CU_ASSERT_EQUAL(store_begin(rival, TEST_NOW + 5, &why), RC_BUSY);
	OK(store_begin(t.s, TEST_NOW + 5, &why));
	store_rollback(t.s);
	OK(store_lease_renew(t.s, TEST_NOW + 8, TEST_NOW + 15, &why));
	CU_ASSERT_EQUAL(store_lease_take(rival, &other, TEST_NOW + 12, TEST_NOW + 20, &later, &why), RC_BUSY);
	OK(store_lease_take(rival, &other, TEST_NOW + 16, TEST_NOW + 30, &later, &why));
	CU_ASSERT(later > epoch);
	CU_ASSERT_EQUAL(store_begin(t.s, TEST_NOW + 17, &why), RC_REFUSED);
	CU_ASSERT_EQUAL(store_lease_renew(t.s, TEST_NOW + 17, TEST_NOW + 40, &why), RC_REFUSED);
	OK(store_lease_drop(rival, &why));
	OK(store_lease_take(t.s, &me, TEST_NOW + 18, TEST_NOW + 30, &epoch, &why));
	CU_ASSERT(epoch > later);
	store_close(rival);
	test_store_clear(&t);
}

static void
a_copy_is_whole_and_opens_by_itself(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	char path[128];
	struct stat st;
	struct id id;

	test_store_open(&t);
	id = test_person_add(&t, "10001");
	snprintf(path, sizeof(path), "%s/copy.db", t.folder);
	OK(test_store_copy(t.s, path, &why));
	CU_ASSERT_EQUAL(test_store_copy(t.s, path, &why), RC_CONFLICT);
	CU_ASSERT(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	store_close(t.s);
	OK(store_open(path, STORE_WRITE, &t.s, &why));
	OK(store_verify(t.s, &why));
	OK(store_person_find_addressee(t.s, "10001", &id, &why));
	test_store_clear(&t);
}

/* Everybody is served while it is made; what is written meanwhile, kept or dropped, is not in it. */
static void
a_copy_is_of_the_moment_at_which_it_was_begun(void)
{
	struct fault why = { .rc = RC_OK };
	struct store_snapshot *snapshot, *other;
	int64_t left = 1, total = 0, last = INT64_MAX;
	char path[128], no[16];
	struct test_store t;
	struct person p;
	enum store_fate fate;
	struct id id;
	int n = 0;

	test_store_open(&t);
	(void)test_person_add(&t, "10001");
	snprintf(path, sizeof(path), "%s/copy.db", t.folder);
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_snapshot_begin(t.s, path, &snapshot, &why));
	store_rollback(t.s);
	CU_ASSERT_EQUAL(store_snapshot_begin(t.s, path, &other, &why), RC_CONFLICT);
	while (left > 0) {
		OK(store_snapshot_step(snapshot, 16384, &left, &total, &why));
		CU_ASSERT(left < last && left <= total);	/* nothing begins anew */
		last = left;
		snprintf(no, sizeof(no), "2%d", n++);
		p = test_person(no);
		OK(store_begin(t.s, TEST_NOW, &why));
		OK(store_person_put(t.s, &p, &id, &fate, &why));
		if (n % 2 == 0)
			store_rollback(t.s);
		else
			OK(store_commit(t.s, &why));
		OK(store_begin(t.s, TEST_NOW, &why));
		OK(store_person_find_addressee(t.s, "20", &id, &why));
		store_rollback(t.s);
	}
	CU_ASSERT(n > 10);
	store_snapshot_drop(snapshot);
	store_close(t.s);
	OK(store_open(path, STORE_WRITE, &t.s, &why));
	OK(store_verify(t.s, &why));
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_person_find_addressee(t.s, "10001", &id, &why));
	CU_ASSERT_EQUAL(store_person_find_addressee(t.s, "20", &id, &why), RC_ABSENT);
	store_rollback(t.s);
	test_store_clear(&t);
}

static void
a_copy_that_is_given_up_leaves_nothing(void)
{
	struct fault why = { .rc = RC_OK };
	struct store_snapshot *snapshot;
	int64_t left, total;
	struct test_store t;
	char path[128];

	test_store_open(&t);
	snprintf(path, sizeof(path), "%s/copy.db", t.folder);
	OK(store_snapshot_begin(t.s, path, &snapshot, &why));
	OK(store_snapshot_step(snapshot, 16384, &left, &total, &why));
	CU_ASSERT(left > 0);
	CU_ASSERT_EQUAL(access(path, F_OK), 0);
	store_snapshot_drop(snapshot);
	CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
	OK(test_store_copy(t.s, path, &why));
	test_store_clear(&t);
}

static void
numbers_of_a_row_are_given_out_once(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	const char *value;
	struct arena a;
	int64_t n;

	test_store_open(&t);
	arena_init(&a, LIMIT_REQUEST_BYTES);
	OK(store_begin(t.s, TEST_NOW, &why));
	for (int64_t i = 1; i <= 3; i++) {
		OK(store_setting_next(t.s, "record-no", &n, &why));
		CU_ASSERT_EQUAL(n, i);
	}
	OK(store_commit(t.s, &why));
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_setting_next(t.s, "record-no", &n, &why));
	store_rollback(t.s);
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_setting_next(t.s, "record-no", &n, &why));
	CU_ASSERT_EQUAL(n, 4);
	CU_ASSERT_EQUAL(store_setting_get(t.s, "none", &a, &value, &why), RC_ABSENT);
	store_rollback(t.s);
	arena_clear(&a);
	test_store_clear(&t);
}

RUNNER_SUITE(store_open,
    RUNNER_TEST(what_is_kept_of_a_person_is_found_by_the_person),
    RUNNER_TEST(a_new_database_knows_its_municipality_and_is_closed_to_others),
    RUNNER_TEST(a_newer_database_is_refused_and_an_older_one_until_it_is_migrated),
    RUNNER_TEST(a_database_cut_short_or_of_another_program_is_refused),
    RUNNER_TEST(a_dump_of_the_first_schema_is_migrated_and_keeps_its_records),
    RUNNER_TEST(a_reader_can_write_nothing_but_audit_rows),
    RUNNER_TEST(the_store_that_lost_its_lease_writes_no_more),
    RUNNER_TEST(a_copy_is_whole_and_opens_by_itself),
    RUNNER_TEST(a_copy_is_of_the_moment_at_which_it_was_begun),
    RUNNER_TEST(a_copy_that_is_given_up_leaves_nothing),
    RUNNER_TEST(numbers_of_a_row_are_given_out_once));
