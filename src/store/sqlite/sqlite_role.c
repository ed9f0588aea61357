#include "store/sqlite/sqlite_engine.h"

#include <stdio.h>
#include <string.h>

#include "store/store_room.h"

/*
 * The connection's role, enforced by the engine itself: a second wall behind the
 * closed list of statements.  What the register calls append-only is so here.
 */
static bool
is_one_of(const char *name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

static const char *const audit_tables[] = { "audit", "audit_salt", "audit_head", NULL };
static const char *const changing_tables[] = {
	"lease", "setting", "person", "number", "ticket", "officer", "outbox", "inbox_failure",
	"code", "inquiry", "copy_person", "copy_key", "held", "law", "approval", "guardian",
	"ask_again", "urgent", "copy_there", "correction", "correction_in", "notice_run", "notice_refusal",
	"circumstance", "clinic_month", "duplicate", "duplicate_decision", "person_pair", "day_count", "day_said",
	"portal_notice", NULL
};
static const char *const shrinking_tables[] = {
	"residence", "copy_key", "subject_secret", "person_name", "name_gram", "ask_again", "copy_there",
	"duplicate_due", "duplicate_counts_as", "person_part", "person_same", "person_due", "day_entry", NULL
};
/* Tables of which these columns alone may change: what is shredded, how long it is kept, what another row has replaced. */
static const struct {
	const char *table;
	const char *column[6];
} changing_columns[] = {
	{ "evidence", { "key_id", "nonce", "sealed", "keep_until", NULL } },
	{ "provision", { "keep_until", NULL } },
	{ "clinic_contract", { "replaced_us", NULL } },
	{ "ticket_run", { "n_people", "n_tickets", "n_left", "done_seq", "finished_us", NULL } },
	{ "told", { "parted", "version", NULL } },
	{ "request_letter", { "voided_us", "void_reason", NULL } },
};
/* What is never taken out, whatever its age: the log, and what says that something was. */
static const char *const lasting_tables[] = {
	"audit", "audit_head", "tombstone", "approval", "law", "node", "town", NULL
};
static const char *const checks[] = { "integrity_check", "foreign_key_check", "wal_checkpoint", NULL };

/* Records go only after their time, by the statements made for that (store/store_purge.h). */
static bool
is_purging(const struct engine *e)
{
	return e->preparing != NULL && strncmp(e->preparing->name, "purge_", strlen("purge_")) == 0;
}

/*
 * A statement that hands rows out takes nothing from a table by which a protected person could
 * be found, but only through a view, which asks who reads.  Writing statements hand nothing out.
 */
static bool
is_shielded(const struct engine *e, const char *table, const char *column, const char *view)
{
	char name[128];

	if (view != NULL || e->preparing == NULL || e->preparing->is_bare ||
	    e->preparing->role != STMT_ROLE_READ)
		return false;
	(void)snprintf(name, sizeof(name), "%s.%s", table, column);
	return is_one_of(name, store_shielded_columns);
}

int
sqlite_authorize(void *engine, int what, const char *first, const char *second,
    const char *database, const char *trigger)
{
	const struct engine *e = engine;

	(void)database;
	if (what == SQLITE_READ && is_shielded(e, first, second, trigger))
		return SQLITE_DENY;
	if (e->role == STORE_MIGRATE)
		return SQLITE_OK;
	switch (what) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_FUNCTION:
	case SQLITE_RECURSIVE:
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
		return SQLITE_OK;
	case SQLITE_PRAGMA:
		return is_one_of(first, checks) ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_INSERT:
		if (strncmp(first, "sqlite_", 7) == 0)
			return SQLITE_DENY;
		return e->role == STORE_WRITE || is_one_of(first, audit_tables) ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_UPDATE:
		if (e->role != STORE_WRITE)
			return SQLITE_DENY;
		for (size_t i = 0; i < sizeof(changing_columns) / sizeof(changing_columns[0]); i++)
			if (strcmp(first, changing_columns[i].table) == 0)
				return is_one_of(second, changing_columns[i].column) ? SQLITE_OK : SQLITE_DENY;
		return is_one_of(first, changing_tables) ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_DELETE:
		return e->role == STORE_WRITE && (is_one_of(first, shrinking_tables) ||
		    (is_purging(e) && !is_one_of(first, lasting_tables))) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}
