/* A copy of the database in slices, of the moment at which it was begun. */
#include "store/sqlite/sqlite_engine.h"
#include "store/sqlite/sqlite_pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE "store/snapshot"

/*
 * The copy is made from a connection of its own, which reads in one transaction from begin to end: in the log beside the
 * database (WAL) it sees what was committed then, whatever is written meanwhile, and nothing has to be begun anew.  What
 * it costs is that the log is not begun anew either while it reads, and grows by what is written
 * (https://www.sqlite.org/wal.html, "Avoiding Excessively Large WAL Files").
 */
struct store_snapshot {
	sqlite3 *from, *to;
	sqlite3_backup *backup;
	char *path;
	bool is_whole;
};

void
store_snapshot_drop(struct store_snapshot *s)
{
	if (s == NULL)
		return;
	if (s->backup != NULL)
		(void)sqlite3_backup_finish(s->backup);
	if (s->to != NULL) {
		sqlite3_close_v2(s->to);
		if (!s->is_whole)
			(void)unlink(s->path);
	}
	sqlite3_close_v2(s->from);
	free(s->path);
	free(s);
}

/* Of a copy that ends with this process nothing need survive the machine: it is neither synced nor journalled. */
static int
open_both(struct store_snapshot *s, const char *from)
{
	int code;

	if ((code = sqlite_pages_open(from, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
	    &s->from)) != SQLITE_OK ||
	    (code = sqlite3_exec(s->from, "PRAGMA query_only = ON; BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL,
	    NULL)) != SQLITE_OK ||
	    (code = sqlite_pages_open(s->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, &s->to)) != SQLITE_OK)
		return code;
	sqlite3_extended_result_codes(s->from, 1);
	sqlite3_extended_result_codes(s->to, 1);
	(void)chmod(s->path, 0600);
	if ((code = sqlite3_exec(s->to, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF", NULL, NULL, NULL)) != SQLITE_OK)
		return code;
	s->backup = sqlite3_backup_init(s->to, "main", s->from, "main");
	return s->backup != NULL ? SQLITE_OK : sqlite3_errcode(s->to);
}

enum rc
engine_snapshot_begin(struct engine *e, const char *path, struct store_snapshot **ret_snapshot, struct fault *why)
{
	struct store_snapshot *s;
	int code;
	enum rc rc;

	if (e->db == NULL)
		return fault_set(why, RC_DB, PLACE, "the database is not open");
	if (access(path, F_OK) == 0)
		return fault_set(why, RC_CONFLICT, PLACE, "the file exists");
	if ((s = calloc(1, sizeof(*s))) == NULL || (s->path = strdup(path)) == NULL) {
		free(s);
		return fault_set(why, RC_NOMEM, PLACE, "no memory");
	}
	if ((code = open_both(s, sqlite3_db_filename(e->db, "main"))) != SQLITE_OK) {
		rc = sqlite_fault(NULL, code, PLACE, why);
		store_snapshot_drop(s);
		return rc;
	}
	*ret_snapshot = s;
	return RC_OK;
}

/* The copy is one file: it carries no log of its own. */
static int
close_copy(struct store_snapshot *s)
{
	int code = sqlite3_backup_finish(s->backup);

	s->backup = NULL;
	if (code == SQLITE_OK)
		code = sqlite3_exec(s->to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return code;
	s->is_whole = true;
	sqlite3_close_v2(s->to);
	sqlite3_close_v2(s->from);
	s->to = s->from = NULL;
	return SQLITE_OK;
}

enum rc
store_snapshot_step(struct store_snapshot *s, size_t bytes, int64_t *ret_left, int64_t *ret_total, struct fault *why)
{
	int code = sqlite3_backup_step(s->backup, (int)(bytes / SQLITE_PAGES_BYTES) + 1);
	int64_t left = sqlite3_backup_remaining(s->backup), total = sqlite3_backup_pagecount(s->backup);

	if (code == SQLITE_DONE) {
		left = 0;
		code = close_copy(s);
	} else if (code == SQLITE_OK && left == 0)
		left = 1;		/* copied, and not yet said to be done */
	if (code != SQLITE_OK)
		return sqlite_fault(NULL, code, PLACE, why);
	*ret_left = left * SQLITE_PAGES_BYTES;
	*ret_total = total * SQLITE_PAGES_BYTES;
	return RC_OK;
}
