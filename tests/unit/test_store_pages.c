/* Pages are answered as they were written or not at all, those of the log beside the database too. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/sqlite/sqlite_pages.h"
#include "tests/unit/test_store.h"

#define PAGE SQLITE_PAGES_BYTES
#define LOG_HEAD 32
#define FRAME (24 + PAGE)

static sqlite3 *
opened(const struct test_store *t)
{
	sqlite3 *db;

	CU_ASSERT_EQUAL_FATAL(sqlite_pages_open(t->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db), SQLITE_OK);
	sqlite3_extended_result_codes(db, 1);
	return db;
}

static int
run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static int64_t
number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q;
	int64_t n = -1;

	CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	if (sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	return sqlite3_finalize(q) == SQLITE_OK ? n : -1;
}

/* A table of about 500 pages, in a folder of its own. */
static sqlite3 *
filled(struct test_store *t)
{
	sqlite3 *db;

	test_store_make(t);
	CU_ASSERT_EQUAL_FATAL(unlink(t->path), 0);
	db = opened(t);
	CU_ASSERT_EQUAL_FATAL(run(db, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE x (n INTEGER PRIMARY KEY,"
	    " v BLOB); WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000)"
	    " INSERT INTO x SELECT n, randomblob(900) FROM c; PRAGMA wal_checkpoint(TRUNCATE)"), SQLITE_OK);
	return db;
}

static void
change(const char *path, off_t at, int bit)
{
	unsigned char byte;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	CU_ASSERT_FATAL(fd >= 0 && pread(fd, &byte, 1, at) == 1);
	byte ^= (unsigned char)(1 << bit);
	CU_ASSERT_EQUAL_FATAL(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void
a_changed_page_is_refused_wherever_the_change_is(void)
{
	static const int at[] = { 0, 7, 8, 100, 2048, PAGE - 9, PAGE - 8, PAGE - 1 };
	struct test_store t;
	sqlite3 *db = filled(&t);

	CU_ASSERT_EQUAL(number(db, "SELECT count(*) FROM x WHERE length(v) = 900"), 2000);
	sqlite3_close(db);
	for (size_t i = 0; i < 8 * sizeof(at) / sizeof(at[0]); i++) {
		off_t where = 300 * PAGE + at[i / 8];

		change(t.path, where, (int)(i % 8));
		db = opened(&t);
		CU_ASSERT_EQUAL(run(db, "SELECT sum(length(v)), max(v) FROM x"), SQLITE_IOERR_DATA);
		CU_ASSERT_EQUAL(number(db, "SELECT length(v) FROM x WHERE n = 1"), 900);	/* of other pages the rest is told */
		sqlite3_close(db);
		change(t.path, where, (int)(i % 8));
	}
	db = opened(&t);
	CU_ASSERT_EQUAL(number(db, "SELECT count(*) FROM x WHERE length(v) = 900"), 2000);
	sqlite3_close(db);
	test_store_clear(&t);
}

static void
a_page_in_the_place_of_another_is_refused(void)
{
	struct test_store t;
	sqlite3 *db = filled(&t);
	char page[PAGE];
	int fd;

	sqlite3_close(db);
	fd = open(t.path, O_RDWR | O_CLOEXEC);
	CU_ASSERT_FATAL(fd >= 0 && pread(fd, page, PAGE, 200 * PAGE) == PAGE && pwrite(fd, page, PAGE, 201 * PAGE) == PAGE);
	close(fd);
	db = opened(&t);
	CU_ASSERT_EQUAL(run(db, "SELECT max(v) FROM x"), SQLITE_IOERR_DATA);
	sqlite3_close(db);
	test_store_clear(&t);
}

static void
a_changed_page_of_the_log_is_neither_read_nor_carried_over(void)
{
	struct test_store t;
	sqlite3 *db = filled(&t);
	char log[128];

	snprintf(log, sizeof(log), "%s-wal", t.path);
	CU_ASSERT_EQUAL(run(db, "UPDATE x SET v = randomblob(900)"), SQLITE_OK);
	change(log, LOG_HEAD + 250 * FRAME + 24 + 2000, 3);
	CU_ASSERT_EQUAL(run(db, "PRAGMA cache_size = 0; PRAGMA shrink_memory; SELECT max(v) FROM x"), SQLITE_IOERR_DATA);
	CU_ASSERT_EQUAL(run(db, "PRAGMA wal_checkpoint(TRUNCATE)"), SQLITE_IOERR_DATA);
	change(log, LOG_HEAD + 250 * FRAME + 24 + 2000, 3);
	CU_ASSERT_EQUAL(run(db, "PRAGMA wal_checkpoint(TRUNCATE)"), SQLITE_OK);
	CU_ASSERT_EQUAL(number(db, "SELECT count(*) FROM x WHERE length(v) = 900"), 2000);
	sqlite3_close(db);
	test_store_clear(&t);
}

/* Within one transaction the engine writes pages of the log again, and goes back over them. */
static void
what_one_transaction_writes_twice_or_takes_back_is_read_as_it_stands(void)
{
	struct test_store t;
	sqlite3 *db = filled(&t);
	unsigned seed = 11;
	int64_t sum = 0, marked = 0;

	CU_ASSERT_EQUAL_FATAL(run(db, "PRAGMA cache_size = 5; UPDATE x SET v = zeroblob(900); CREATE TABLE y (n INTEGER PRIMARY KEY, k);"
	    "INSERT INTO y SELECT n, 0 FROM x"), SQLITE_OK);
	for (int round = 0; round < 40; round++) {
		bool keep = rand_r(&seed) % 3 != 0, is_marked = false;
		int64_t before = sum;

		CU_ASSERT_EQUAL(run(db, "BEGIN"), SQLITE_OK);
		for (int step = 0; step < 12; step++) {
			char sql[160];
			int from = (int)(rand_r(&seed) % 1900) + 1;

			if (step == 4 && rand_r(&seed) % 2 == 0) {
				CU_ASSERT_EQUAL(run(db, "SAVEPOINT s"), SQLITE_OK);
				is_marked = true;
				marked = sum;
			}
			if (step == 9 && is_marked && rand_r(&seed) % 2 == 0) {
				CU_ASSERT_EQUAL(run(db, "ROLLBACK TO s"), SQLITE_OK);
				sum = marked;
			}
			snprintf(sql, sizeof(sql), "UPDATE y SET k = k + 1 WHERE n >= %d AND n < %d;"
			    "UPDATE x SET v = randomblob(900) WHERE n >= %d AND n < %d", from, from + 100, from, from + 100);
			CU_ASSERT_EQUAL(run(db, sql), SQLITE_OK);
			sum += 100;
			CU_ASSERT_EQUAL(number(db, "SELECT sum(k) FROM y"), sum);
			CU_ASSERT_EQUAL(number(db, "SELECT count(*) FROM x WHERE length(v) = 900"), 2000);
		}
		CU_ASSERT_EQUAL(run(db, keep ? "COMMIT" : "ROLLBACK"), SQLITE_OK);
		sum = keep ? sum : before;
		if (round % 10 == 9)
			CU_ASSERT_EQUAL(run(db, "PRAGMA wal_checkpoint(RESTART)"), SQLITE_OK);
	}
	CU_ASSERT_EQUAL(number(db, "SELECT sum(k) FROM y"), sum);
	sqlite3_close(db);
	db = opened(&t);
	CU_ASSERT_EQUAL(number(db, "SELECT sum(k) FROM y"), sum);
	CU_ASSERT_EQUAL(number(db, "SELECT count(*) FROM x WHERE length(v) = 900"), 2000);
	sqlite3_close(db);
	test_store_clear(&t);
}

static void
every_sqlite_reads_it_and_what_one_writes_without_checksums_is_refused(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	sqlite3 *db;

	test_store_open(&t);
	(void)test_person_add(&t, "1001");
	store_close(t.s);
	t.s = NULL;
	CU_ASSERT_EQUAL_FATAL(sqlite3_open_v2(t.path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	CU_ASSERT_EQUAL(number(db, "SELECT count(*) FROM person"), 1);
	CU_ASSERT_EQUAL(run(db, "UPDATE person SET changed_us = changed_us + 1"), SQLITE_OK);
	sqlite3_close(db);
	CU_ASSERT(store_open(t.path, STORE_WRITE, &t.s, &why) != RC_OK || store_verify(t.s, &why) != RC_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "restore a backup"));
	test_store_clear(&t);
}

static void
a_copy_has_checksums_of_its_own_and_a_damaged_database_gives_none(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	char copy[128];
	size_t len;
	char *bytes;

	test_store_open(&t);
	(void)test_person_add(&t, "1001");
	snprintf(copy, sizeof(copy), "%s/copy.db", t.folder);
	OK(test_store_copy(t.s, copy, &why));
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes = test_file(copy, &len));
	free(bytes);
	test_store_again(&t);
	for (size_t at = PAGE / 2; at < len; at += PAGE) {
		sqlite3 *db;

		change(copy, (off_t)at, 5);
		CU_ASSERT_EQUAL_FATAL(sqlite_pages_open(copy, SQLITE_OPEN_READWRITE, &db), SQLITE_OK);
		sqlite3_extended_result_codes(db, 1);
		/* The first page is part of every reading, and the rest of this one. */
		CU_ASSERT(run(db, "PRAGMA integrity_check; SELECT * FROM person; SELECT count(*) FROM audit") == SQLITE_IOERR_DATA ||
		    number(db, "PRAGMA freelist_count") > 0);
		sqlite3_close(db);
		change(copy, (off_t)at, 5);
	}
	unlink(copy);
	store_close(t.s);
	t.s = NULL;
	change(t.path, (off_t)(len / PAGE / 2 * PAGE + 50), 1);
	if (store_open(t.path, STORE_WRITE, &t.s, &why) == RC_OK)
		CU_ASSERT_EQUAL(test_store_copy(t.s, copy, &why), RC_DB);
	CU_ASSERT_NOT_EQUAL(access(copy, F_OK), 0);
	test_store_clear(&t);
}

RUNNER_SUITE(store_pages,
    RUNNER_TEST(a_changed_page_is_refused_wherever_the_change_is),
    RUNNER_TEST(a_page_in_the_place_of_another_is_refused),
    RUNNER_TEST(a_changed_page_of_the_log_is_neither_read_nor_carried_over),
    RUNNER_TEST(what_one_transaction_writes_twice_or_takes_back_is_read_as_it_stands),
    RUNNER_TEST(every_sqlite_reads_it_and_what_one_writes_without_checksums_is_refused),
    RUNNER_TEST(a_copy_has_checksums_of_its_own_and_a_damaged_database_gives_none));
