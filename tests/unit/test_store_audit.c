#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "store/sqlite/sqlite_pages.h"
#include "store/store_audit.h"
#include "tests/unit/test_store.h"

#define ROWS 12

static void
append(struct test_store *t, const char *action, const struct id *person, const char *detail)
{
	struct audit_entry e = { "officer:1", action, person, AUDIT_DONE, detail };
	struct fault why = { .rc = RC_OK };

	OK(store_audit_append(t->s, &e, &why));
}

/* A log of ROWS rows; its head. */
static struct audit_head
fill(struct test_store *t)
{
	struct fault why = { .rc = RC_OK };
	struct audit_head head;
	struct id person;
	char detail[16];

	test_store_open(t);
	person = test_person_add(t, "10001");
	for (int i = 0; i < ROWS; i++) {
		OK(store_begin(t->s, TEST_NOW + i, &why));
		snprintf(detail, sizeof(detail), "%d", i);
		append(t, i % 2 ? "show" : "import-doses", i % 3 ? &person : NULL, i % 4 ? detail : NULL);
		OK(store_commit(t->s, &why));
	}
	OK(store_begin(t->s, TEST_NOW, &why));
	OK(store_audit_head(t->s, &head, &why));
	store_rollback(t->s);
	CU_ASSERT_EQUAL(head.sequence, ROWS);
	return head;
}

static void
tamper(struct test_store *t, const char *sql)
{
	sqlite3 *db;
	char *text = NULL;

	store_close(t->s);
	t->s = NULL;
	CU_ASSERT_EQUAL_FATAL(sqlite_pages_open(t->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &text) != SQLITE_OK)
		printf("     %s: %s\n", sql, text);
	CU_ASSERT_PTR_NULL(text);
	sqlite3_free(text);
	CU_ASSERT(sqlite3_total_changes(db) > 0);
	sqlite3_close(db);
}

/* What the node itself finds: 0 nothing, else the row. */
static int64_t
found(struct test_store *t, const struct audit_head *head)
{
	struct fault why = { .rc = RC_OK };
	int64_t bad = 0;
	enum rc rc;

	if (t->s == NULL)
		test_store_again(t);
	rc = store_audit_verify(t->s, head, &bad, &why);
	CU_ASSERT(rc == RC_OK || rc == RC_INVALID);
	CU_ASSERT((rc == RC_OK) == (bad == 0));
	return bad;
}

static void
an_untouched_log_holds(void)
{
	struct fault why = { .rc = RC_OK };
	struct audit_head head;
	struct test_store t;

	head = fill(&t);
	CU_ASSERT_EQUAL(found(&t, NULL), 0);
	CU_ASSERT_EQUAL(found(&t, &head), 0);
	OK(store_verify(t.s, &why));
	test_store_clear(&t);
}

static void
every_changed_column_is_found_at_its_row(void)
{
	static const char *const changes[] = {
		"UPDATE audit SET time_us = time_us + 1 WHERE seq = 5",
		"UPDATE audit SET actor = 'officer:2' WHERE seq = 5",
		"UPDATE audit SET action = 'shown' WHERE seq = 5",
		"UPDATE audit SET subject = NULL WHERE seq = 5",
		"UPDATE audit SET subject = randomblob(32) WHERE seq = 5",
		"UPDATE audit SET outcome = 1 WHERE seq = 5",
		"UPDATE audit SET outcome = 256 WHERE seq = 5",
		"UPDATE audit SET detail = NULL WHERE seq = 4",
		"UPDATE audit SET detail = '' WHERE seq = 5",
		"UPDATE audit SET hash = zeroblob(32) WHERE seq = 5",
		"UPDATE audit SET hash = x'00' WHERE seq = 5",
		"UPDATE audit SET actor = actor || 's', action = substr(action, 2) WHERE seq = 5",
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct audit_head head;
		struct test_store t;
		int64_t bad;

		head = fill(&t);
		tamper(&t, changes[i]);
		bad = found(&t, &head);
		CU_ASSERT(bad == 4 || bad == 5);
		test_store_clear(&t);
	}
}

static void
every_dropped_row_is_found(void)
{
	for (int n = 1; n <= ROWS; n++) {
		struct audit_head head;
		struct test_store t;
		char sql[64];

		head = fill(&t);
		snprintf(sql, sizeof(sql), "DELETE FROM audit WHERE seq = %d", n);
		tamper(&t, sql);
		CU_ASSERT_EQUAL(found(&t, &head), n);
		/* Only a head that lies elsewhere shows a cut tail. */
		CU_ASSERT_EQUAL(found(&t, NULL), n == ROWS ? 0 : n);
		test_store_clear(&t);
	}
}

static void
a_log_cut_and_renumbered_is_found(void)
{
	struct audit_head head;
	struct test_store t;

	head = fill(&t);
	tamper(&t, "DELETE FROM audit WHERE seq = 6;"
	    "UPDATE audit SET seq = seq - 100 WHERE seq > 6; UPDATE audit SET seq = seq + 99 WHERE seq < 0");
	CU_ASSERT_EQUAL(found(&t, &head), 6);
	test_store_clear(&t);
}

static void
a_row_put_in_twice_is_found(void)
{
	struct audit_head head;
	struct test_store t;

	head = fill(&t);
	tamper(&t, "UPDATE audit SET seq = seq + 100 WHERE seq > 6;"
	    "INSERT INTO audit SELECT muni, 7, time_us, actor, action, subject, outcome, detail, hash"
	    " FROM audit WHERE seq = 6; UPDATE audit SET seq = seq - 99 WHERE seq > 100");
	CU_ASSERT_EQUAL(found(&t, &head), 7);
	test_store_clear(&t);
}

static void
two_rows_that_changed_places_are_found(void)
{
	struct audit_head head;
	struct test_store t;

	head = fill(&t);
	tamper(&t, "UPDATE audit SET seq = 0 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5;"
	    "UPDATE audit SET seq = 5 WHERE seq = 0");
	CU_ASSERT_EQUAL(found(&t, &head), 4);
	test_store_clear(&t);
}

static void
a_log_written_anew_does_not_fit_the_lodged_head(void)
{
	struct fault why = { .rc = RC_OK };
	struct audit_head head;
	struct test_store t;

	head = fill(&t);
	tamper(&t, "DELETE FROM audit");
	test_store_again(&t);
	for (int i = 0; i < ROWS; i++) {
		OK(store_begin(t.s, TEST_NOW + i, &why));
		append(&t, "show", NULL, NULL);
		OK(store_commit(t.s, &why));
	}
	CU_ASSERT_EQUAL(found(&t, NULL), 0);
	CU_ASSERT_EQUAL(found(&t, &head), ROWS);
	test_store_clear(&t);
}

static void
the_kept_head_of_a_day_convicts_a_rewritten_log(void)
{
	struct fault why = { .rc = RC_OK };
	struct audit_head head;
	struct test_store t;

	head = fill(&t);
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_audit_head_keep(t.s, test_day("2025-11-22"), &head, "sig", 3, &why));
	CU_ASSERT_EQUAL(store_audit_head_keep(t.s, test_day("2025-11-22"), &head, "sig", 3, NULL), RC_CONFLICT);
	OK(store_commit(t.s, &why));
	OK(store_verify(t.s, &why));
	tamper(&t, "DELETE FROM audit WHERE seq > 10");
	test_store_again(&t);
	CU_ASSERT_EQUAL(found(&t, NULL), 0);
	CU_ASSERT_EQUAL(store_verify(t.s, &why), RC_INVALID);
	test_store_clear(&t);
}

static void
a_rolled_back_effect_leaves_no_trace_and_no_gap(void)
{
	struct fault why = { .rc = RC_OK };
	struct audit_head before, after;
	struct test_store t;

	before = fill(&t);
	OK(store_begin(t.s, TEST_NOW, &why));
	append(&t, "show", NULL, NULL);
	store_rollback(t.s);
	OK(store_begin(t.s, TEST_NOW, &why));
	append(&t, "show", NULL, NULL);
	OK(store_mark(t.s, &why));
	append(&t, "export", NULL, NULL);
	store_undo_mark(t.s);
	append(&t, "show", NULL, NULL);
	OK(store_commit(t.s, &why));
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_audit_head(t.s, &after, &why));
	store_rollback(t.s);
	CU_ASSERT_EQUAL(after.sequence, before.sequence + 2);
	CU_ASSERT_EQUAL(found(&t, NULL), 0);
	test_store_clear(&t);
}

static void
the_log_says_who_looked_and_forgets_whom_when_the_salt_is_erased(void)
{
	struct fault why = { .rc = RC_OK };
	struct audit_row *rows;
	struct test_store t;
	struct arena a;
	struct id person;
	size_t n;

	fill(&t);
	arena_init(&a, LIMIT_REQUEST_BYTES);
	OK(store_person_find_addressee(t.s, "10001", &person, &why));
	OK(store_audit_of(t.s, &person, INT64_MAX, 100, &a, &rows, &n, &why));
	CU_ASSERT_EQUAL_FATAL(n, 8);
	CU_ASSERT(rows[0].sequence == 12 && rows[7].sequence == 2);
	CU_ASSERT_STRING_EQUAL(rows[0].actor, "officer:1");
	tamper(&t, "DELETE FROM audit_salt");
	test_store_again(&t);
	OK(store_audit_of(t.s, &person, INT64_MAX, 100, &a, &rows, &n, &why));
	CU_ASSERT_EQUAL(n, 0);
	CU_ASSERT_EQUAL(found(&t, NULL), 0);
	arena_clear(&a);
	test_store_clear(&t);
}

static void
a_head_survives_being_written_and_read_and_nothing_else_is_one(void)
{
	struct fault why = { .rc = RC_OK };
	struct audit_head head = { 17, TEST_NOW, { { 1, 2, 3 } } }, back;
	char text[AUDIT_HEAD_TEXT_MAX], copy[AUDIT_HEAD_TEXT_MAX + 8], municipality[7];
	size_t len;

	OK(store_audit_head_write(&head, TEST_MUNICIPALITY, text, &why));
	len = strlen(text);
	OK(store_audit_head_parse(text, len, &back, municipality, &why));
	CU_ASSERT(back.sequence == 17 && back.time_us == TEST_NOW);
	CU_ASSERT(memcmp(&back.hash, &head.hash, sizeof(head.hash)) == 0);
	CU_ASSERT_STRING_EQUAL(municipality, TEST_MUNICIPALITY);
	for (size_t cut = 0; cut < len; cut++)
		CU_ASSERT_EQUAL(store_audit_head_parse(text, cut, &back, municipality, NULL), RC_INVALID);
	snprintf(copy, sizeof(copy), "%s\n", text);
	CU_ASSERT_EQUAL(store_audit_head_parse(copy, len + 1, &back, municipality, NULL), RC_INVALID);
}

/* The separate program on a copy, with every byte of the log's pages flipped in turn. */
static int
verify_program(const char *copy, const char *head)
{
	const char *top = getenv("top_builddir");
	char command[512];
	int status;

	snprintf(command, sizeof(command), "%s/watashi-verify %s%s %s >/dev/null 2>&1",
	    top != NULL ? top : ".", head != NULL ? "--head " : "", head != NULL ? head : "", copy);
	status = system(command);
	return status < 0 || (status & 127) != 0 ? -1 : status >> 8;
}

static void
write_file(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static void
the_other_program_finds_each_flipped_byte_of_a_row_in_a_copy(void)
{
	struct fault why = { .rc = RC_OK };
	char copy[128], head_path[128], text[AUDIT_HEAD_TEXT_MAX], *bytes, *at;
	struct audit_head head;
	struct test_store t;
	size_t len, flipped = 0;

	head = fill(&t);
	snprintf(copy, sizeof(copy), "%s/copy.db", t.folder);
	snprintf(head_path, sizeof(head_path), "%s/head", t.folder);
	OK(store_audit_head_write(&head, TEST_MUNICIPALITY, text, &why));
	write_file(head_path, text, strlen(text));
	OK(test_store_copy(t.s, copy, &why));
	if (verify_program(copy, head_path) == 127) {
		runner_skip("watashi-verify is not built");
		test_store_clear(&t);
		return;
	}
	CU_ASSERT_EQUAL(verify_program(copy, head_path), 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes = test_file(copy, &len));
	/* One row as it lies in the file: from its actor on, to the end of its hash. */
	at = memmem(bytes, len, "officer:1import-doses", 21);
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	for (int i = 0; i < 40; i++, flipped++) {
		at[i] ^= 0x20;
		write_file(copy, bytes, len);
		CU_ASSERT_EQUAL(verify_program(copy, head_path), 1);
		at[i] ^= 0x20;
	}
	CU_ASSERT(flipped == 40);
	free(bytes);
	tamper(&t, "DELETE FROM audit WHERE seq = 12");
	CU_ASSERT_EQUAL(verify_program(t.path, NULL), 0);
	CU_ASSERT_EQUAL(verify_program(t.path, head_path), 1);
	tamper(&t, "DELETE FROM audit WHERE seq = 3");
	CU_ASSERT_EQUAL(verify_program(t.path, NULL), 1);
	CU_ASSERT_EQUAL(verify_program("/nonexistent", NULL), 3);
	test_store_clear(&t);
}

/* ---- a small real log, and everything that an insider could do to one row of it ---- */

#define REAL_ROWS 8

/* Rows as a day writes them: looks, refusals, effects, with and without a person. */
static struct audit_head
fill_real(struct test_store *t)
{
	static const struct { const char *actor, *action, *detail; enum audit_outcome outcome; bool person; } said[REAL_ROWS] = {
		{ "officer:1", "init", NULL, AUDIT_DONE, false }, { "officer:1", "import doses", NULL, AUDIT_DONE, false },
		{ "officer:2", "show", NULL, AUDIT_DONE, true }, { "officer:7", "check", "ticket", AUDIT_REFUSED, true },
		{ "officer:2+officer:3", "dose correct", "by a second officer", AUDIT_DONE, true },
		{ "officer:3", "export", "fhir", AUDIT_DONE, true }, { "timer", "copy verify", "3", AUDIT_FAILED, false },
		{ "officer:2", "show", "protected", AUDIT_DONE, true },
	};
	struct fault why = { .rc = RC_OK };
	struct audit_head head;
	struct id person;

	test_store_open(t);
	person = test_person_add(t, "10001");
	for (int i = 0; i < REAL_ROWS; i++) {
		struct audit_entry e = { said[i].actor, said[i].action, said[i].person ? &person : NULL, said[i].outcome,
		    said[i].detail };

		OK(store_begin(t->s, TEST_NOW + i * 1000003, &why));
		OK(store_audit_append(t->s, &e, &why));
		OK(store_commit(t->s, &why));
	}
	OK(store_begin(t->s, TEST_NOW, &why));
	OK(store_audit_head(t->s, &head, &why));
	store_rollback(t->s);
	store_close(t->s);
	t->s = NULL;
	return head;
}

/* One thing done to one row; tried on the same log, which is put back afterwards. */
struct attack {
	sqlite3 *db;
	struct test_store *t;
	struct store *s;
	const char *head_path;
	const struct audit_head *head;
	long tried, asked;
};

/* The node's own reader finds it, and every so often the other program is asked too. */
static void
convicts(struct attack *a, const char *what, int row)
{
	struct fault why = { .rc = RC_OK };
	int64_t bad = 0;
	enum rc rc;

	OK(store_begin(a->s, TEST_NOW, &why));
	rc = store_audit_verify(a->s, a->head, &bad, &why);
	store_rollback(a->s);
	if (rc != RC_INVALID)
		printf("     not found by the node: %s, row %d\n", what, row);
	CU_ASSERT_EQUAL(rc, RC_INVALID);
	if (a->tried++ % (getenv("WATASHI_LONG") != NULL ? 1 : 29) != 0)
		return;
	a->asked++;
	if (verify_program(a->t->path, a->head_path) != 1)
		printf("     not found by watashi-verify: %s, row %d\n", what, row);
	CU_ASSERT_EQUAL(verify_program(a->t->path, a->head_path), 1);
}

static void
run(struct attack *a, const char *sql)
{
	char *text = NULL;

	if (sqlite3_exec(a->db, sql, NULL, NULL, &text) != SQLITE_OK)
		printf("     %s: %s\n", sql, text);
	CU_ASSERT_PTR_NULL_FATAL(text);
	sqlite3_free(text);
}

/* In sql @ stands for the row.  Undone from the copy in the table "kept". */
static void
attack(struct attack *a, const char *sql, int row)
{
	char text[640];
	size_t n = 0;
	int before;

	for (const char *p = sql; *p != '\0' && n + 16 < sizeof(text); p++)
		n += (size_t)(*p == '@' ? snprintf(text + n, sizeof(text) - n, "%d", row) : snprintf(text + n, 2, "%c", *p));
	text[n] = '\0';
	before = sqlite3_total_changes(a->db);
	run(a, text);
	CU_ASSERT(sqlite3_total_changes(a->db) > before);
	convicts(a, sql, row);
	run(a, "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept");
}

/* Every byte of every column of a row, one bit each. */
static void
flip_every_byte(struct attack *a, int row)
{
	static const char *const columns[] = { "actor", "action", "subject", "detail", "hash" };
	char sql[256];

	for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++) {
		bool is_text = strcmp(columns[c], "subject") != 0 && strcmp(columns[c], "hash") != 0;
		unsigned char bytes[256];
		sqlite3_stmt *q;
		int len;

		snprintf(sql, sizeof(sql), "SELECT %s FROM kept WHERE seq = %d", columns[c], row);
		CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(a->db, sql, -1, &q, NULL), SQLITE_OK);
		CU_ASSERT_EQUAL_FATAL(sqlite3_step(q), SQLITE_ROW);
		len = sqlite3_column_bytes(q, 0);
		CU_ASSERT_FATAL(len < (int)sizeof(bytes));
		if (len > 0)
			memcpy(bytes, sqlite3_column_blob(q, 0), (size_t)len);
		sqlite3_finalize(q);
		for (int i = 0; i < len; i++) {
			bytes[i] ^= (unsigned char)(1 << (i % 7));
			snprintf(sql, sizeof(sql), "UPDATE audit SET %s = ? WHERE seq = %d", columns[c], row);
			CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(a->db, sql, -1, &q, NULL), SQLITE_OK);
			if (is_text)
				sqlite3_bind_text(q, 1, (char *)bytes, len, SQLITE_STATIC);
			else
				sqlite3_bind_blob(q, 1, bytes, len, SQLITE_STATIC);
			CU_ASSERT_EQUAL(sqlite3_step(q), SQLITE_DONE);
			sqlite3_finalize(q);
			convicts(a, columns[c], row);
			bytes[i] ^= (unsigned char)(1 << (i % 7));
		}
		run(a, "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept");
	}
	for (int bit = 0; bit < 63; bit += 7) {
		snprintf(sql, sizeof(sql), "UPDATE audit SET time_us = (time_us | %lld) - (time_us & %lld) WHERE seq = %d",
		    1LL << bit, 1LL << bit, row);
		run(a, sql);
		convicts(a, "time_us", row);
		run(a, "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept");
	}
}

static void
whatever_is_done_to_any_row_is_found(void)
{
	static const char *const kinds[] = {
		"DELETE FROM audit WHERE seq = @",
		"DELETE FROM audit WHERE seq >= @",
		"UPDATE audit SET seq = seq + 1000 WHERE seq > @; INSERT INTO audit SELECT muni, seq + 1, time_us, actor, action,"
		" subject, outcome, detail, hash FROM audit WHERE seq = @; UPDATE audit SET seq = seq - 999 WHERE seq > 1000",
		"INSERT INTO audit SELECT muni, seq + 100, time_us, actor, action, subject, outcome, detail, hash FROM audit"
		" WHERE seq = @",
		"UPDATE audit SET outcome = (outcome + 1) % 3 WHERE seq = @",
		"UPDATE audit SET outcome = outcome + 256 WHERE seq = @",
		"UPDATE audit SET outcome = -1 WHERE seq = @",
		"UPDATE audit SET detail = coalesce(detail, '') || '' WHERE seq = @ AND detail IS NULL",
		"UPDATE audit SET detail = coalesce(detail, '') || 'x' WHERE seq = @",
		"UPDATE audit SET actor = '' WHERE seq = @",
		"UPDATE audit SET actor = actor || substr(action, 1, 1), action = substr(action, 2) WHERE seq = @",
		"UPDATE audit SET subject = CASE WHEN subject IS NULL THEN randomblob(32) END WHERE seq = @",
		"UPDATE audit SET subject = zeroblob(31) WHERE seq = @",
		"UPDATE audit SET hash = zeroblob(32) WHERE seq = @",
		"UPDATE audit SET hash = substr(hash, 1, 31) WHERE seq = @",
		"UPDATE audit SET seq = seq + 1000 WHERE seq = @",
		"UPDATE audit SET seq = -1 WHERE seq = @",
	};
	struct fault why = { .rc = RC_OK };
	char head_path[128], text[AUDIT_HEAD_TEXT_MAX];
	struct audit_head head;
	struct test_store t;
	struct attack a = { .t = &t, .head = &head, .head_path = head_path };
	int64_t bad;

	head = fill_real(&t);
	CU_ASSERT_EQUAL(head.sequence, REAL_ROWS);
	snprintf(head_path, sizeof(head_path), "%s/head", t.folder);
	OK(store_audit_head_write(&head, TEST_MUNICIPALITY, text, &why));
	write_file(head_path, text, strlen(text));
	if (verify_program(t.path, head_path) == 127) {
		runner_skip("watashi-verify is not built");
		test_store_clear(&t);
		return;
	}
	CU_ASSERT_EQUAL(verify_program(t.path, head_path), 0);
	CU_ASSERT_EQUAL_FATAL(sqlite_pages_open(t.path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &a.db), SQLITE_OK);
	run(&a, "CREATE TABLE kept AS SELECT * FROM audit");
	OK(store_open(t.path, STORE_READ, &a.s, &why));
	for (int row = 1; row <= REAL_ROWS; row++) {
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
			/* Only where the row has no detail can one be put in the place of none. */
			if (strstr(kinds[k], "detail IS NULL") == NULL)
				attack(&a, kinds[k], row);
		for (int other = row + 1; other <= REAL_ROWS; other++) {
			char sql[256];

			snprintf(sql, sizeof(sql), "UPDATE audit SET seq = 0 WHERE seq = %d; UPDATE audit SET seq = %d WHERE seq = %d;"
			    " UPDATE audit SET seq = %d WHERE seq = 0", row, row, other, other);
			attack(&a, sql, row);
		}
		flip_every_byte(&a, row);
	}
	attack(&a, kinds[7], 1);
	attack(&a, kinds[7], 3);
	/* Put back, it is whole again: nothing above was found by chance. */
	OK(store_begin(a.s, TEST_NOW, &why));
	OK(store_audit_verify(a.s, &head, &bad, &why));
	store_rollback(a.s);
	CU_ASSERT_EQUAL(verify_program(t.path, head_path), 0);
	CU_ASSERT(a.tried > 800);
	printf("     %ld changes of %d rows, watashi-verify asked about %ld\n", a.tried, REAL_ROWS, a.asked);
	sqlite3_close(a.db);
	store_close(a.s);
	test_store_clear(&t);
}

/* A tail cut off and written anew is whole in itself: every head that was lodged before tells. */
static void
a_rewritten_tail_fits_no_head_lodged_before(void)
{
	struct fault why = { .rc = RC_OK };
	struct audit_head heads[REAL_ROWS + 1];
	struct test_store t;
	int64_t bad;

	fill_real(&t);
	test_store_again(&t);
	OK(store_begin(t.s, TEST_NOW, &why));
	for (int n = 1; n <= REAL_ROWS; n++) {
		struct audit_row *row;
		struct arena a;
		size_t got;

		arena_init(&a, LIMIT_REQUEST_BYTES);
		OK(store_audit_list(t.s, n - 1, 1, &a, &row, &got, &why));
		heads[n] = (struct audit_head){ row->sequence, row->time_us, row->hash };
		arena_clear(&a);
		OK(store_audit_verify(t.s, &heads[n], &bad, &why));
	}
	store_rollback(t.s);
	for (int cut = REAL_ROWS; cut >= 1; cut--) {
		char sql[64];

		snprintf(sql, sizeof(sql), "DELETE FROM audit WHERE seq >= %d", cut);
		tamper(&t, sql);
		test_store_again(&t);
		for (int n = cut; n <= REAL_ROWS; n++) {
			OK(store_begin(t.s, TEST_NOW + 7, &why));
			append(&t, "show", NULL, "instead");
			OK(store_commit(t.s, &why));
		}
		CU_ASSERT_EQUAL(found(&t, NULL), 0);
		for (int n = 1; n <= REAL_ROWS; n++)
			CU_ASSERT_EQUAL(found(&t, &heads[n]), n < cut ? 0 : n);
	}
	test_store_clear(&t);
}

RUNNER_SUITE(store_audit,
    RUNNER_TEST(an_untouched_log_holds),
    RUNNER_TEST(every_changed_column_is_found_at_its_row),
    RUNNER_TEST(every_dropped_row_is_found),
    RUNNER_TEST(a_log_cut_and_renumbered_is_found),
    RUNNER_TEST(a_row_put_in_twice_is_found),
    RUNNER_TEST(two_rows_that_changed_places_are_found),
    RUNNER_TEST(a_log_written_anew_does_not_fit_the_lodged_head),
    RUNNER_TEST(the_kept_head_of_a_day_convicts_a_rewritten_log),
    RUNNER_TEST(a_rolled_back_effect_leaves_no_trace_and_no_gap),
    RUNNER_TEST(the_log_says_who_looked_and_forgets_whom_when_the_salt_is_erased),
    RUNNER_TEST(a_head_survives_being_written_and_read_and_nothing_else_is_one),
    RUNNER_TEST(the_other_program_finds_each_flipped_byte_of_a_row_in_a_copy),
    RUNNER_TEST(whatever_is_done_to_any_row_is_found),
    RUNNER_TEST(a_rewritten_tail_fits_no_head_lodged_before));
