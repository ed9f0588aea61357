#include "tests/unit/play_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "store/sqlite/sqlite_pages.h"
#include "tests/lib/runner.h"

#define SQL_BYTES 65536

static sqlite3 *
open_database(const char *folder)
{
	char path[256];
	sqlite3 *db;

	(void)snprintf(path, sizeof(path), "%s/watashi.db", folder);
	if (sqlite_pages_open(path, SQLITE_OPEN_READWRITE, &db) != SQLITE_OK)
		abort();
	return db;
}

static void
run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
		printf("     %s\n     %s\n", sqlite3_errmsg(db), sql);
		CU_FAIL_FATAL("the database does not take it");
	}
}

static const char *
expression_of(const char *columns, const char *name, size_t *ret_len)
{
	const size_t len = strlen(name);

	for (const char *at = columns; *at != '\0'; at += strcspn(at, ";"), at += *at == ';')
		if (strncmp(at, name, len) == 0 && at[len] == '=') {
			*ret_len = strcspn(at + len + 1, ";");
			return at + len + 1;
		}
	return NULL;
}

static const char *
by_itself(const char *name, const char *type, bool is_copied)
{
	if (strcmp(name, "muni") == 0)
		return "(SELECT muni FROM person LIMIT 1)";
	if (is_copied)
		return name;
	return strcmp(type, "INTEGER") == 0 ? "0" : strcmp(type, "TEXT") == 0 ? "'x'" : "randomblob(16)";
}

void
play_database_fill(const char *folder, const char *table, const char *columns, const char *from, size_t first, size_t rows)
{
	struct buf sql = BUF_INIT(SQL_BYTES), names = BUF_INIT(SQL_BYTES), values = BUF_INIT(SQL_BYTES);
	sqlite3 *db = open_database(folder);
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v2(db, "SELECT name, type, \"notnull\" FROM pragma_table_info(?)", -1, &q, NULL) != SQLITE_OK)
		abort();
	(void)sqlite3_bind_text(q, 1, table, -1, SQLITE_STATIC);
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(q, 0), *type = (const char *)sqlite3_column_text(q, 1);
		size_t len = 0;
		const char *e = expression_of(columns, name, &len);

		if (e == NULL && from == NULL && sqlite3_column_int(q, 2) == 0)
			continue;
		if (e == NULL)
			len = strlen(e = by_itself(name, type, from != NULL));
		CU_ASSERT_EQUAL_FATAL(buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", name), RC_OK);
		CU_ASSERT_EQUAL_FATAL(buf_printf(&values, "%s%.*s", values.len > 0 ? ", " : "", (int)len, e), RC_OK);
	}
	(void)sqlite3_finalize(q);
	CU_ASSERT_EQUAL_FATAL(buf_printf(&sql, "WITH RECURSIVE row(n) AS (SELECT %zu UNION ALL SELECT n + 1 FROM row "
	    "WHERE n < %zu) INSERT INTO %s (%s) SELECT %s FROM row%s%s%s%s;", first, first + rows - 1, table, names.data,
	    values.data, from != NULL ? ", " : "", from != NULL ? table : "", from != NULL ? " WHERE " : "",
	    from != NULL ? from : ""), RC_OK);
	run(db, sql.data);
	(void)sqlite3_close(db);
	buf_clear(&sql);
	buf_clear(&names);
	buf_clear(&values);
}
