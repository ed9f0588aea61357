#include "store/sqlite/sqlite_engine.h"
#include "store/sqlite/sqlite_pages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"

/* "wtsh": another program's database is told from a damaged one of ours. */
#define APPLICATION_ID 0x77747368

#define DAMAGED_PAGE "a page of the database is not as it was written: restore a backup"

/* A reader that asks while the writer commits waits this long. */
#define BUSY_MS 10000

static enum rc
rc_of(struct engine *e, int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return RC_OK;
	case SQLITE_NOMEM:
		return RC_NOMEM;
	case SQLITE_FULL:
		return RC_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return RC_BUSY;
	case SQLITE_CONSTRAINT:
		return RC_CONFLICT;
	case SQLITE_AUTH:
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return RC_REFUSED;
	case SQLITE_TOOBIG:
		return RC_TOO_BIG;
	case SQLITE_IOERR:
		if (code == SQLITE_IOERR_NOMEM)
			return RC_NOMEM;
		if (code == SQLITE_IOERR_DATA)
			return RC_DB;
		if (e != NULL && e->db != NULL && sqlite3_system_errno(e->db) == ENOSPC)
			return RC_FULL;
		return RC_IO;
	case SQLITE_CANTOPEN:
		return RC_IO;
	default:
		return RC_DB;
	}
}

/* The engine's own message is not passed on: it may quote a value. */
enum rc
sqlite_fault(struct engine *e, int code, const char *place, struct fault *why)
{
	enum rc rc = rc_of(e, code);

	/* Some failures roll the whole transaction back; remember why. */
	if (e != NULL && e->in_transaction && e->lost == RC_OK && sqlite3_get_autocommit(e->db))
		e->lost = rc;
	if (rc == RC_FULL)
		return fault_set(why, rc, "disk", "no room: nothing of this was kept; make room and do it again");
	if (code == SQLITE_IOERR_DATA)
		return fault_set(why, rc, place, DAMAGED_PAGE);
	return fault_set(why, rc, place, "%s (%d)", sqlite3_errstr(code), code);
}

static enum rc
run_text(struct engine *e, const char *sql, const char *place, struct fault *why)
{
	int code = sqlite3_exec(e->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? RC_OK : sqlite_fault(e, code, place, why);
}

static int
keep_number(void *number, int n, char **values, char **names)
{
	(void)names;
	if (n > 0 && values[0] != NULL)
		*(int64_t *)number = strtoll(values[0], NULL, 10);
	return 0;
}

static enum rc
ask_number(struct engine *e, const char *sql, int64_t *ret_number, struct fault *why)
{
	int64_t number = 0;
	int code = sqlite3_exec(e->db, sql, keep_number, &number, NULL);

	if (code != SQLITE_OK)
		return sqlite_fault(e, code, "store/open", why);
	*ret_number = number;
	return RC_OK;
}

/*
 * A file shorter than its own header says has lost its end.  Only when no log
 * lies beside it: with one, the header may be ahead of the file.  What the header says of pages never changes, and is
 * what the engine goes by before it has compared a page.
 */
static enum rc
check_head(const char *path, struct fault *why)
{
	unsigned char head[100];
	char log[4096];
	struct stat st, beside;
	FILE *f;
	size_t got;
	uint64_t pages;

	if (snprintf(log, sizeof(log), "%s-wal", path) >= (int)sizeof(log))
		return fault_set(why, RC_TOO_BIG, "store/open", "path too long");
	if ((f = fopen(path, "rbe")) == NULL)
		return fault_set(why, RC_IO, "store/open", "%s", strerror(errno));
	got = fread(head, 1, sizeof(head), f);
	if (fstat(fileno(f), &st) != 0) {
		fclose(f);
		return fault_set(why, RC_IO, "store/open", "%s", strerror(errno));
	}
	fclose(f);
	if (got < sizeof(head) || memcmp(head, "SQLite format 3", 16) != 0)
		return fault_set(why, RC_DB, "store/open", "not a database, or cut short");
	if (!sqlite_pages_head(head))
		return fault_set(why, RC_DB, "store/open", "not a database of this program, or its header is damaged");
	pages = (uint64_t)head[28] << 24 | (uint64_t)head[29] << 16 | (uint64_t)head[30] << 8 | head[31];
	if ((stat(log, &beside) != 0 || beside.st_size == 0) && (uint64_t)st.st_size < SQLITE_PAGES_BYTES * pages)
		return fault_set(why, RC_DB, "store/open", "the database file is cut short");
	return RC_OK;
}

void
engine_alone(void)
{
	/* Refused once the engine has begun: it is slower then, and nothing else. */
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum rc
engine_open(const char *path, enum store_role role, bool create, struct engine **ret_engine,
    struct fault *why)
{
	struct engine *e = NULL;
	int64_t number = 0;
	char stamp[64];
	enum rc rc;
	int code;

	if (!create) {
		if (access(path, F_OK) != 0)
			return fault_set(why, errno == ENOENT ? RC_ABSENT : RC_IO, "store/open", "%s",
			    strerror(errno));
		if ((rc = check_head(path, why)) != RC_OK)
			return rc;
	}
	if ((e = calloc(1, sizeof(*e))) == NULL)
		return fault_set(why, RC_NOMEM, "store/open", "no memory");
	e->role = role;
	for (int i = 0; i < STMT__COUNT; i++) {
		e->stmts[i].engine = e;
		e->stmts[i].name = (enum stmt_name)i;
	}
	code = sqlite_pages_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE, &e->db);
	if (code != SQLITE_OK) {
		rc = sqlite_fault(NULL, code, "store/open", why);
		goto out;
	}
	sqlite3_extended_result_codes(e->db, 1);
	sqlite3_busy_timeout(e->db, BUSY_MS);
	sqlite3_db_config(e->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(e->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(e->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(e->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(e->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(e->db, SQLITE_DBCONFIG_ENABLE_VIEW, 1, NULL);
	sqlite3_limit(e->db, SQLITE_LIMIT_ATTACHED, 0);
	if (create) {
		snprintf(stamp, sizeof(stamp), "PRAGMA application_id = %d", APPLICATION_ID);
		if ((rc = run_text(e, stamp, "store/create", why)) != RC_OK ||
		    (rc = run_text(e, "PRAGMA journal_mode = WAL", "store/create", why)) != RC_OK)
			goto out;
	} else {
		if ((rc = ask_number(e, "PRAGMA application_id", &number, why)) != RC_OK)
			goto out;
		if (number != APPLICATION_ID) {
			rc = fault_set(why, RC_DB, "store/open", "not a database of this program");
			goto out;
		}
	}
	if ((rc = run_text(e, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
	    "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON;"
	    "PRAGMA cache_size = -32000; PRAGMA journal_size_limit = 67108864",
	    "store/open", why)) != RC_OK)
		goto out;
	*ret_engine = e;
	e = NULL;
 out:
	engine_close(e);
	return rc;
}

void
engine_shut(struct engine *e)
{
	for (int i = 0; i < STMT__COUNT; i++) {
		sqlite3_finalize(e->stmts[i].q);
		e->stmts[i].q = NULL;
	}
	sqlite3_close_v2(e->db);
	e->db = NULL;
	e->in_transaction = false;
}

bool
engine_is_shut(const struct engine *e)
{
	return e->db == NULL;
}

void
engine_close(struct engine *e)
{
	if (e == NULL)
		return;
	engine_shut(e);
	free(e);
}

enum rc
engine_prepare(struct engine *e, struct fault *why)
{
	int code;

	if ((code = sqlite3_set_authorizer(e->db, sqlite_authorize, e)) != SQLITE_OK)
		return sqlite_fault(e, code, "store/open", why);
	for (int i = 0; i < STMT__COUNT; i++) {
		if (e->role == STORE_READ && stmt_texts[i].role == STMT_ROLE_WRITE)
			continue;
		e->preparing = &stmt_texts[i];
		code = sqlite3_prepare_v3(e->db, stmt_texts[i].sql, -1, SQLITE_PREPARE_PERSISTENT,
		    &e->stmts[i].q, NULL);
		if (code != SQLITE_OK)
			return sqlite_fault(e, code, stmt_texts[i].name, why);
	}
	return RC_OK;
}

void
engine_bind_municipality(struct engine *e, int64_t muni)
{
	e->muni = muni;
}

void
engine_bind_eyes(struct engine *e, int64_t eyes)
{
	e->eyes = eyes;
}

enum rc
engine_version(struct engine *e, int *ret_version, struct fault *why)
{
	int64_t number;
	enum rc rc;

	if ((rc = ask_number(e, "PRAGMA user_version", &number, why)) != RC_OK)
		return rc;
	*ret_version = (int)number;
	return RC_OK;
}

enum rc
engine_migrate(struct engine *e, const char *sql, const char *after, int version, struct fault *why)
{
	char stamp[64];
	enum rc rc;

	snprintf(stamp, sizeof(stamp), "PRAGMA user_version = %d; COMMIT", version);
	if ((rc = run_text(e, "BEGIN IMMEDIATE", "store/migrate", why)) != RC_OK)
		return rc;
	if ((rc = run_text(e, sql, "store/migrate", why)) != RC_OK ||
	    (after != NULL && (rc = run_text(e, after, "store/migrate", why)) != RC_OK) ||
	    (rc = run_text(e, stamp, "store/migrate", why)) != RC_OK) {
		if (!sqlite3_get_autocommit(e->db))
			sqlite3_exec(e->db, "ROLLBACK", NULL, NULL, NULL);
	}
	return rc;
}

bool
engine_in_transaction(const struct engine *e)
{
	return e->in_transaction;
}

enum rc
engine_begin(struct engine *e, struct fault *why)
{
	enum rc rc;

	if (e->db == NULL)
		return fault_set(why, RC_DB, "store/begin", "the database is not open");
	/* Never upgraded from reading: no busy timeout heals that. */
	if ((rc = run_text(e, "BEGIN IMMEDIATE", "store/begin", why)) != RC_OK)
		return rc;
	e->in_transaction = true;
	e->lost = RC_OK;
	return RC_OK;
}

static void
reset_all(struct engine *e)
{
	for (int i = 0; i < STMT__COUNT; i++)
		if (e->stmts[i].q != NULL && sqlite3_stmt_busy(e->stmts[i].q))
			sqlite3_reset(e->stmts[i].q);
}

enum rc
engine_commit(struct engine *e, bool *ret_unknown, struct fault *why)
{
	enum rc rc;
	int code;

	reset_all(e);
	if (sqlite3_get_autocommit(e->db)) {
		rc = e->lost != RC_OK ? e->lost : RC_DB;
		e->in_transaction = false;
		*ret_unknown = false;
		return fault_set(why, rc, "store/commit", "the transaction was rolled back before: %s",
		    fault_name(rc));
	}
	code = sqlite3_exec(e->db, "COMMIT", NULL, NULL, NULL);
	if (code == SQLITE_OK) {
		e->in_transaction = false;
		return RC_OK;
	}
	rc = sqlite_fault(e, code, "store/commit", why);
	/* A failed write or sync of the log may leave the commit record behind all the same. */
	*ret_unknown = (code & 0xff) == SQLITE_IOERR && code != SQLITE_IOERR_NOMEM;
	engine_rollback(e);
	return rc;
}

void
engine_rollback(struct engine *e)
{
	reset_all(e);
	if (!sqlite3_get_autocommit(e->db))
		sqlite3_exec(e->db, "ROLLBACK", NULL, NULL, NULL);
	e->in_transaction = false;
	e->lost = RC_OK;
}

enum rc
engine_mark(struct engine *e, struct fault *why)
{
	return run_text(e, "SAVEPOINT mark", "store/mark", why);
}

enum rc
engine_keep_mark(struct engine *e, struct fault *why)
{
	return run_text(e, "RELEASE mark", "store/mark", why);
}

void
engine_undo_mark(struct engine *e)
{
	reset_all(e);
	sqlite3_exec(e->db, "ROLLBACK TO mark; RELEASE mark", NULL, NULL, NULL);
}

struct first_line {
	struct buf text;
	enum rc rc;
	size_t rows;
};

static int
keep_row(void *given, int n, char **values, char **names)
{
	struct first_line *line = given;

	(void)names;
	if (line->rows++ == 0 && n > 0 && values[0] != NULL)
		line->rc = buf_add_text(&line->text, values[0]);
	return 0;
}

enum rc
engine_verify(struct engine *e, struct fault *why)
{
	struct first_line line = { BUF_INIT(LIMIT_TEXT_BYTES), RC_OK, 0 };
	enum rc rc = RC_OK;
	int code;

	if (e->db == NULL)
		return fault_set(why, RC_DB, "store/verify", "the database is not open");
	code = sqlite3_exec(e->db, "PRAGMA integrity_check(1)", keep_row, &line, NULL);
	if (code != SQLITE_OK) {
		rc = sqlite_fault(e, code, "store/verify", why);
		goto out;
	}
	if (line.rc != RC_OK) {
		rc = line.rc;
		goto out;
	}
	if (line.rows != 1 || strcmp(line.text.data, "ok") != 0) {
		rc = fault_set(why, RC_INVALID, "store/verify", "the structure of the database is damaged: restore a backup");
		goto out;
	}
	buf_clear(&line.text);
	line.rows = 0;
	code = sqlite3_exec(e->db, "PRAGMA foreign_key_check", keep_row, &line, NULL);
	if (code != SQLITE_OK) {
		rc = sqlite_fault(e, code, "store/verify", why);
		goto out;
	}
	if (line.rows != 0)
		rc = fault_set(why, RC_INVALID, "store/verify", "%zu rows refer to rows that are gone; the first in: %s",
		    line.rows, line.text.data != NULL ? line.text.data : "an unnamed table");
 out:
	buf_clear(&line.text);
	return rc;
}

enum rc
engine_settle(struct engine *e, struct fault *why)
{
	int code = sqlite3_wal_checkpoint_v2(e->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

	return code == SQLITE_OK ? RC_OK : sqlite_fault(e, code, "store/settle", why);
}
