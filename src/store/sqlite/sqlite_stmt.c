#include "store/sqlite/sqlite_engine.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

static void
note(struct stmt *q, int code)
{
	if (code != SQLITE_OK && q->rc == RC_OK)
		q->rc = sqlite_fault(q->engine, code, stmt_texts[q->name].name, NULL);
}

struct stmt *
engine_stmt(struct engine *e, enum stmt_name name, bool looks_only)
{
	struct stmt *q = &e->stmts[name];

	q->rc = RC_OK;
	q->column = 0;
	if (q->q == NULL) {
		q->rc = e->db == NULL ? RC_DB : RC_REFUSED;
		return q;
	}
	if (looks_only && stmt_texts[name].role == STMT_ROLE_WRITE)
		q->rc = RC_REFUSED;
	sqlite3_reset(q->q);
	sqlite3_clear_bindings(q->q);
	if (stmt_texts[name].muni > 0)
		note(q, sqlite3_bind_int64(q->q, stmt_texts[name].muni, e->muni));
	if (stmt_texts[name].eyes > 0)
		note(q, sqlite3_bind_int64(q->q, stmt_texts[name].eyes, e->eyes));
	return q;
}

void
stmt_put_int(struct stmt *q, int place, int64_t value)
{
	if (q->rc == RC_OK)
		note(q, sqlite3_bind_int64(q->q, place, value));
}

void
stmt_put_null(struct stmt *q, int place)
{
	if (q->rc == RC_OK)
		note(q, sqlite3_bind_null(q->q, place));
}

/* Bound values need only live until the statement has run: nothing is copied. */
void
stmt_put_text(struct stmt *q, int place, const char *text)
{
	if (q->rc != RC_OK || text == NULL)
		return;
	note(q, sqlite3_bind_text(q->q, place, text, -1, SQLITE_STATIC));
}

void
stmt_put_bytes(struct stmt *q, int place, const void *bytes, size_t len)
{
	if (q->rc != RC_OK || bytes == NULL)
		return;
	if (len > INT_MAX) {
		q->rc = RC_TOO_BIG;
		return;
	}
	note(q, sqlite3_bind_blob(q->q, place, bytes, (int)len, SQLITE_STATIC));
}

void
stmt_put_day(struct stmt *q, int place, day value)
{
	if (day_known(value))
		stmt_put_int(q, place, value.n);
}

void
stmt_put_id(struct stmt *q, int place, const struct id *id)
{
	if (id_known(id))
		stmt_put_bytes(q, place, id->b, ID_BYTES);
}

static enum rc
finish(struct stmt *q, int code, struct fault *why)
{
	enum rc rc = q->rc;

	if (rc == RC_OK && code != SQLITE_OK)
		rc = sqlite_fault(q->engine, code, stmt_texts[q->name].name, why);
	else if (rc != RC_OK)
		(void)fault_set(why, rc, stmt_texts[q->name].name, "%s",
		    q->engine->db == NULL ? "the database is not open" :
		    q->q == NULL ? "not permitted to this connection" : fault_name(rc));
	if (q->q != NULL) {
		sqlite3_reset(q->q);
		sqlite3_clear_bindings(q->q);
	}
	q->rc = RC_OK;
	return rc;
}

enum rc
stmt_run(struct stmt *q, struct fault *why)
{
	int code = SQLITE_OK;

	if (q->rc == RC_OK) {
		/* Nothing is ever written outside a transaction. */
		assert(stmt_texts[q->name].role == STMT_ROLE_READ || q->engine->in_transaction);
		while ((code = sqlite3_step(q->q)) == SQLITE_ROW)
			;
		if (code == SQLITE_DONE)
			code = SQLITE_OK;
	}
	return finish(q, code, why);
}

enum rc
stmt_next(struct stmt *q, struct fault *why)
{
	int code;
	enum rc rc;

	if (q->rc != RC_OK)
		return finish(q, SQLITE_OK, why);
	q->column = 0;
	code = sqlite3_step(q->q);
	if (code == SQLITE_ROW)
		return RC_OK;
	rc = finish(q, code == SQLITE_DONE ? SQLITE_OK : code, why);
	return rc == RC_OK ? RC_ABSENT : rc;
}

enum rc
stmt_end(struct stmt *q, struct fault *why)
{
	return finish(q, SQLITE_OK, why);
}

void
stmt_drop(struct stmt *q)
{
	if (finish(q, SQLITE_OK, NULL) != RC_OK)
		q->rc = RC_OK;
}

int64_t
stmt_changed(struct stmt *q)
{
	return q->engine->db != NULL ? sqlite3_changes64(q->engine->db) : 0;
}

bool
stmt_is_null(const struct stmt *q)
{
	return sqlite3_column_type(q->q, q->column) == SQLITE_NULL;
}

int64_t
stmt_int(struct stmt *q)
{
	return sqlite3_column_int64(q->q, q->column++);
}

int64_t
stmt_int_or(struct stmt *q, int64_t if_null)
{
	int c = q->column++;

	return sqlite3_column_type(q->q, c) == SQLITE_NULL ? if_null : sqlite3_column_int64(q->q, c);
}

day
stmt_day(struct stmt *q)
{
	int c = q->column++;
	int64_t n;

	if (sqlite3_column_type(q->q, c) == SQLITE_NULL)
		return DAY_NONE;
	n = sqlite3_column_int64(q->q, c);
	if (n < DAY_MIN.n || n > DAY_MAX.n) {
		if (q->rc == RC_OK)
			q->rc = RC_DB;
		return DAY_NONE;
	}
	return (day){ (int32_t)n };
}

void
stmt_bytes(struct stmt *q, void *ret_bytes, size_t len)
{
	int c = q->column++;
	const void *p;

	if (sqlite3_column_type(q->q, c) == SQLITE_NULL) {
		memset(ret_bytes, 0, len);
		return;
	}
	p = sqlite3_column_blob(q->q, c);
	if (p == NULL || (size_t)sqlite3_column_bytes(q->q, c) != len) {
		memset(ret_bytes, 0, len);
		if (q->rc == RC_OK)
			q->rc = sqlite3_errcode(q->engine->db) == SQLITE_NOMEM ? RC_NOMEM : RC_DB;
		return;
	}
	memcpy(ret_bytes, p, len);
}

struct id
stmt_id(struct stmt *q)
{
	struct id id;

	stmt_bytes(q, id.b, ID_BYTES);
	return id;
}

const char *
stmt_text_peek(struct stmt *q)
{
	int c = q->column++;
	const char *p;

	if (sqlite3_column_type(q->q, c) == SQLITE_NULL)
		return NULL;
	p = (const char *)sqlite3_column_text(q->q, c);
	if (p == NULL && q->rc == RC_OK)
		q->rc = RC_NOMEM;
	return p;
}

const char *
stmt_text(struct stmt *q, struct arena *a)
{
	int c = q->column;
	const char *p = stmt_text_peek(q);
	const char *copy;

	if (p == NULL)
		return NULL;
	copy = arena_text(a, p, (size_t)sqlite3_column_bytes(q->q, c));
	if (copy == NULL && q->rc == RC_OK)
		q->rc = RC_NOMEM;
	return copy;
}

const void *
stmt_blob(struct stmt *q, struct arena *a, size_t *ret_len)
{
	int c = q->column++;
	const void *p;
	void *copy;
	size_t len;

	*ret_len = 0;
	if (sqlite3_column_type(q->q, c) == SQLITE_NULL)
		return NULL;
	p = sqlite3_column_blob(q->q, c);
	len = (size_t)sqlite3_column_bytes(q->q, c);
	copy = arena_array(a, len > 0 ? len : 1, 1);
	if (copy == NULL || (p == NULL && len > 0)) {
		if (q->rc == RC_OK)
			q->rc = RC_NOMEM;
		return NULL;
	}
	if (len > 0)
		memcpy(copy, p, len);
	*ret_len = len;
	return copy;
}
