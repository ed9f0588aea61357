#include "net/net_book.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/message.h"

#define BOOK_VERSION 1
#define BUSY_MS 5000

enum word {
	WORD_BEGIN, WORD_COMMIT, WORD_ROLLBACK, WORD_MARK, WORD_RELEASE, WORD_UNDO, WORD__COUNT
};

static const char *const words[WORD__COUNT] = {
	[WORD_BEGIN] = "BEGIN IMMEDIATE",
	[WORD_COMMIT] = "COMMIT",
	[WORD_ROLLBACK] = "ROLLBACK",
	[WORD_MARK] = "SAVEPOINT one",
	[WORD_RELEASE] = "RELEASE one",
	[WORD_UNDO] = "ROLLBACK TO one",
};

struct net_book {
	sqlite3 *db;
	sqlite3_stmt *words[WORD__COUNT];
	sqlite3_stmt *stmts[NET_STMT__COUNT];	/* NULL: not this part's */
	pthread_mutex_t lock;
	bool locked_made;
	bool scrub;
};

static enum rc
db_fault(const struct net_book *b, const char *place, struct fault *why)
{
	int code = b->db != NULL ? sqlite3_errcode(b->db) : SQLITE_NOMEM;
	enum rc rc = code == SQLITE_FULL ? RC_FULL : code == SQLITE_NOMEM ? RC_NOMEM :
	    code == SQLITE_BUSY ? RC_BUSY : RC_DB;

	/* The engine's own sentence may quote a value: its code says enough. */
	return fault_set(why, rc, place, "%s", sqlite3_errstr(code));
}

static enum rc
run_text(struct net_book *b, const char *sql, struct fault *why)
{
	return sqlite3_exec(b->db, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK :
	    db_fault(b, "book", why);
}

static enum rc
say(struct net_book *b, enum word word, struct fault *why)
{
	enum rc rc = sqlite3_step(b->words[word]) == SQLITE_DONE ? RC_OK : db_fault(b, "book", why);

	(void)sqlite3_reset(b->words[word]);
	return rc;
}

/*
 * The log of the database onto the disk.  The connection runs with NORMAL, which leaves that out at a commit and keeps
 * the order of commits all the same: so whoever needs it asks, and waits while others have the book.
 */
static enum rc
to_disk(struct net_book *b, struct fault *why)
{
	sqlite3_file *log = NULL;

	if (sqlite3_file_control(b->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK || log == NULL ||
	    log->pMethods == NULL)
		return fault_set(why, RC_DB, "book", "the log of the database cannot be found");
	return log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) == SQLITE_OK ? RC_OK :
	    fault_set(why, RC_IO, "book", "the log of the database cannot be written to the disk");
}

static enum rc
version(struct net_book *b, int *ret_version, struct fault *why)
{
	sqlite3_stmt *s = NULL;
	enum rc rc = RC_OK;

	if (sqlite3_prepare_v2(b->db, "PRAGMA user_version", -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_ROW)
		rc = db_fault(b, "book", why);
	else
		*ret_version = sqlite3_column_int(s, 0);
	(void)sqlite3_finalize(s);
	return rc;
}

static enum rc
make_tables(struct net_book *b, const char *role, struct fault *why)
{
	char mark[64];
	enum rc rc;

	if ((rc = run_text(b, "BEGIN IMMEDIATE", why)) != RC_OK)
		return rc;
	for (size_t i = 0; rc == RC_OK && i < sizeof net_schema_texts / sizeof net_schema_texts[0]; i++)
		if (strcmp(net_schema_texts[i].part, "any") == 0 ||
		    strcmp(net_schema_texts[i].part, role) == 0)
			rc = run_text(b, net_schema_texts[i].sql, why);
	(void)snprintf(mark, sizeof mark, "PRAGMA user_version = %d", BOOK_VERSION);
	if (rc == RC_OK && (rc = run_text(b, mark, why)) == RC_OK)
		rc = run_text(b, "COMMIT", why);
	if (rc != RC_OK)
		(void)sqlite3_exec(b->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

static enum rc
prepare_all(struct net_book *b, const char *role, struct fault *why)
{
	size_t len = strlen(role);

	for (int i = 0; i < WORD__COUNT; i++)
		if (sqlite3_prepare_v3(b->db, words[i], -1, SQLITE_PREPARE_PERSISTENT, &b->words[i], NULL) != SQLITE_OK)
			return db_fault(b, "book", why);
	for (int i = 0; i < NET_STMT__COUNT; i++) {
		const struct net_stmt_text *text = &net_stmt_texts[i];

		if (strncmp(text->name, "any.", 4) != 0 &&
		    (strncmp(text->name, role, len) != 0 || text->name[len] != '.'))
			continue;
		if (sqlite3_prepare_v3(b->db, text->sql, -1, SQLITE_PREPARE_PERSISTENT,
		    &b->stmts[i], NULL) != SQLITE_OK)
			return db_fault(b, text->name, why);
	}
	return RC_OK;
}

enum rc
net_book_open(const char *path, const char *role, struct net_book **ret_book, struct fault *why)
{
	struct net_book *b = calloc(1, sizeof *b);
	int found = 0;
	enum rc rc;

	if (b == NULL)
		return fault_set(why, RC_NOMEM, path, "out of memory");
	if (pthread_mutex_init(&b->lock, NULL) != 0) {
		rc = fault_set(why, RC_NOMEM, path, "no lock");
		goto out;
	}
	b->locked_made = true;
	if (sqlite3_open_v2(path, &b->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	    SQLITE_OPEN_FULLMUTEX, NULL) != SQLITE_OK) {
		rc = db_fault(b, path, why);
		goto out;
	}
	(void)sqlite3_busy_timeout(b->db, BUSY_MS);
	(void)sqlite3_db_config(b->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(b->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(b->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	(void)sqlite3_db_config(b->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if ((rc = run_text(b, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
	    "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;", why)) != RC_OK ||
	    (rc = version(b, &found, why)) != RC_OK)
		goto out;
	if (found == 0 && (rc = make_tables(b, role, why)) != RC_OK)
		goto out;
	if (found > BOOK_VERSION) {
		rc = fault_set(why, RC_VERSION, path, "made by a newer program");
		goto out;
	}
	if ((rc = prepare_all(b, role, why)) != RC_OK)
		goto out;
	*ret_book = b;
	b = NULL;
 out:
	net_book_close(b);
	return rc;
}

void
net_book_close(struct net_book *b)
{
	if (b == NULL)
		return;
	for (int i = 0; i < NET_STMT__COUNT; i++)
		(void)sqlite3_finalize(b->stmts[i]);
	for (int i = 0; i < WORD__COUNT; i++)
		(void)sqlite3_finalize(b->words[i]);
	(void)sqlite3_close(b->db);
	if (b->locked_made)
		(void)pthread_mutex_destroy(&b->lock);
	free(b);
}

enum rc
net_book_begin(struct net_book *b, struct fault *why)
{
	enum rc rc;

	(void)pthread_mutex_lock(&b->lock);
	b->scrub = false;
	if ((rc = say(b, WORD_BEGIN, why)) != RC_OK)
		(void)pthread_mutex_unlock(&b->lock);
	return rc;
}

enum rc
net_book_commit_soon(struct net_book *b, struct fault *why)
{
	enum rc rc = say(b, WORD_COMMIT, why);

	if (rc != RC_OK)
		(void)sqlite3_exec(b->db, "ROLLBACK", NULL, NULL, NULL);
	else if (b->scrub)
		(void)sqlite3_wal_checkpoint_v2(b->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	(void)pthread_mutex_unlock(&b->lock);
	return rc;
}

enum rc
net_book_commit(struct net_book *b, struct fault *why)
{
	enum rc rc = net_book_commit_soon(b, why);

	return rc != RC_OK ? rc : to_disk(b, why);
}

void
net_book_rollback(struct net_book *b)
{
	/* Whatever went wrong before may have ended it. */
	(void)say(b, WORD_ROLLBACK, NULL);
	(void)pthread_mutex_unlock(&b->lock);
}

enum rc
net_book_mark(struct net_book *b, struct fault *why)
{
	/* Some failures end the whole: a mark would begin another one that nobody commits. */
	if (sqlite3_get_autocommit(b->db) != 0)
		return fault_set(why, RC_DB, "book", "what was begun is no more");
	return say(b, WORD_MARK, why);
}

enum rc
net_book_release(struct net_book *b, struct fault *why)
{
	return say(b, WORD_RELEASE, why);
}

enum rc
net_book_undo(struct net_book *b, struct fault *why)
{
	enum rc rc = say(b, WORD_UNDO, why);

	return rc == RC_OK ? say(b, WORD_RELEASE, why) : rc;
}

void
net_book_scrub(struct net_book *b)
{
	b->scrub = true;
}

static enum rc
bind_one(sqlite3_stmt *s, int at, char type, va_list *args)
{
	const void *bytes;
	const char *text;
	int64_t number;
	day d;
	int code = SQLITE_MISUSE;

	switch (type) {
	case 't':
		text = va_arg(*args, const char *);
		code = sqlite3_bind_text(s, at, text, -1, SQLITE_TRANSIENT);
		break;
	case 'i':
		code = sqlite3_bind_int64(s, at, va_arg(*args, int64_t));
		break;
	case 'b':
		bytes = va_arg(*args, const void *);
		code = sqlite3_bind_blob64(s, at, bytes, va_arg(*args, size_t), SQLITE_TRANSIENT);
		break;
	case 'd':
		d = va_arg(*args, day);
		code = day_known(d) ? sqlite3_bind_int64(s, at, d.n) : sqlite3_bind_null(s, at);
		break;
	case 'm':
		number = va_arg(*args, int64_t);
		code = number != MESSAGE_NO_TIME ? sqlite3_bind_int64(s, at, number) :
		    sqlite3_bind_null(s, at);
		break;
	default:
		break;
	}
	return code == SQLITE_OK ? RC_OK : RC_DB;
}

static enum rc
bind(struct net_book *b, enum net_stmt stmt, const char *types, va_list *args, struct fault *why)
{
	sqlite3_stmt *s = b->stmts[stmt];

	if (s == NULL || sqlite3_bind_parameter_count(s) != (int)strlen(types))
		return fault_set(why, RC_BUG, net_stmt_texts[stmt].name, "not a statement of this part");
	(void)sqlite3_reset(s);
	(void)sqlite3_clear_bindings(s);
	for (int i = 0; types[i] != '\0'; i++)
		if (bind_one(s, i + 1, types[i], args) != RC_OK)
			return db_fault(b, net_stmt_texts[stmt].name, why);
	return RC_OK;
}

enum rc
net_book_run(struct net_book *b, enum net_stmt stmt, struct fault *why, const char *types, ...)
{
	va_list args;
	enum rc rc;

	va_start(args, types);
	rc = bind(b, stmt, types, &args, why);
	va_end(args);
	if (rc == RC_OK && sqlite3_step(b->stmts[stmt]) != SQLITE_DONE)
		rc = db_fault(b, net_stmt_texts[stmt].name, why);
	if (b->stmts[stmt] != NULL) {
		(void)sqlite3_reset(b->stmts[stmt]);
		(void)sqlite3_clear_bindings(b->stmts[stmt]);
	}
	return rc;
}

int64_t
net_book_changed(const struct net_book *b)
{
	return sqlite3_changes64(b->db);
}

int64_t
net_book_changes(const struct net_book *b)
{
	return sqlite3_total_changes64(b->db);
}

static enum rc
step(struct net_book *b, sqlite3_stmt *s, struct fault *why)
{
	int code = sqlite3_step(s);
	enum rc rc;

	if (code == SQLITE_ROW)
		return RC_OK;
	rc = code == SQLITE_DONE ? RC_ABSENT : db_fault(b, "book", why);
	(void)sqlite3_reset(s);
	return rc;
}

enum rc
net_book_row(struct net_book *b, enum net_stmt stmt, struct net_row *ret_row, struct fault *why,
    const char *types, ...)
{
	va_list args;
	enum rc rc;

	ret_row->statement = NULL;
	va_start(args, types);
	rc = bind(b, stmt, types, &args, why);
	va_end(args);
	if (rc == RC_OK && (rc = step(b, b->stmts[stmt], why)) == RC_OK)
		ret_row->statement = b->stmts[stmt];
	return rc;
}

enum rc
net_row_next(struct net_book *b, struct net_row *row, struct fault *why)
{
	enum rc rc = step(b, row->statement, why);

	if (rc != RC_OK)
		row->statement = NULL;
	return rc;
}

void
net_row_end(struct net_row *row)
{
	if (row->statement == NULL)
		return;
	(void)sqlite3_reset(row->statement);
	(void)sqlite3_clear_bindings(row->statement);
	row->statement = NULL;
}

bool
net_row_null(const struct net_row *row, int column)
{
	return sqlite3_column_type(row->statement, column) == SQLITE_NULL;
}

int64_t
net_row_int(const struct net_row *row, int column)
{
	return sqlite3_column_int64(row->statement, column);
}

int64_t
net_row_time(const struct net_row *row, int column)
{
	return net_row_null(row, column) ? MESSAGE_NO_TIME : net_row_int(row, column);
}

day
net_row_day(const struct net_row *row, int column)
{
	return net_row_null(row, column) ? DAY_NONE : (day){ (int32_t)net_row_int(row, column) };
}

const char *
net_row_text(const struct net_row *row, int column, struct arena *a)
{
	const char *text = (const char *)sqlite3_column_text(row->statement, column);

	return text == NULL ? NULL : arena_text(a, text, strlen(text));
}

void
net_row_copy(const struct net_row *row, int column, char *ret_text, size_t room)
{
	const char *text = (const char *)sqlite3_column_text(row->statement, column);

	(void)snprintf(ret_text, room, "%s", text != NULL ? text : "");
}

const void *
net_row_bytes(const struct net_row *row, int column, struct arena *a, size_t *ret_len)
{
	const void *bytes = sqlite3_column_blob(row->statement, column);
	size_t len = (size_t)sqlite3_column_bytes(row->statement, column);

	*ret_len = bytes == NULL ? 0 : len;
	return bytes == NULL ? NULL : arena_text(a, bytes, len);
}

enum rc
net_book_setting(struct net_book *b, const char *name, char *ret_value, size_t room,
    struct fault *why)
{
	struct net_row row;
	enum rc rc = net_book_row(b, NET_STMT_ANY_SETTING, &row, why, "t", name);

	if (rc == RC_ABSENT) {
		ret_value[0] = '\0';
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	if ((size_t)snprintf(ret_value, room, "%s",
	    (const char *)sqlite3_column_text(row.statement, 0)) >= room)
		rc = fault_set(why, RC_TOO_BIG, name, "setting too long");
	net_row_end(&row);
	return rc;
}
