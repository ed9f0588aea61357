/* Reading the audit log of a copy, as it lies there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/sqlite_engine.h"
#include "store/store_audit.h"

struct audit_copy {
	struct engine engine;		/* only its connection */
	struct stmt q;
	char municipality[7];
};

/* Percent-coding, so that no character of a path means anything else in the address. */
static enum rc
address_of(const char *path, bool has_log, char *ret_address, size_t size)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./";
	size_t n = (size_t)snprintf(ret_address, size, "file:");

	for (; *path != '\0'; path++) {
		if (n + 32 > size)
			return RC_TOO_BIG;
		if (strchr(plain, *path) != NULL)
			ret_address[n++] = *path;
		else
			n += (size_t)snprintf(ret_address + n, size - n, "%%%02X", (unsigned char)*path);
	}
	/* A file that nobody writes to needs no locks and no log beside it. */
	snprintf(ret_address + n, size - n, has_log ? "?mode=ro" : "?mode=ro&immutable=1");
	return RC_OK;
}

enum rc
store_audit_copy_open(const char *path, struct audit_copy **ret_copy, struct fault *why)
{
	char address[3 * 4096 + 64], log[4096];
	struct audit_copy *c;
	struct stat st;
	bool has_log;
	enum rc rc;
	int code;

	if (stat(path, &st) != 0)
		return fault_set(why, RC_ABSENT, "copy", "no such file");
	if (snprintf(log, sizeof(log), "%s-wal", path) >= (int)sizeof(log))
		return fault_set(why, RC_TOO_BIG, "copy", "path too long");
	has_log = stat(log, &st) == 0 && st.st_size > 0;
	if (address_of(path, has_log, address, sizeof(address)) != RC_OK)
		return fault_set(why, RC_TOO_BIG, "copy", "path too long");
	if ((c = calloc(1, sizeof(*c))) == NULL)
		return fault_set(why, RC_NOMEM, "copy", "no memory");
	c->engine.role = STORE_READ;
	c->q.engine = &c->engine;
	c->q.name = STMT_AUDIT_COPY;
	code = sqlite3_open_v2(address, &c->engine.db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	if (code == SQLITE_OK) {
		sqlite3_extended_result_codes(c->engine.db, 1);
		sqlite3_db_config(c->engine.db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_db_config(c->engine.db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		sqlite3_db_config(c->engine.db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
		sqlite3_db_config(c->engine.db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
		code = sqlite3_prepare_v2(c->engine.db, stmt_texts[STMT_AUDIT_COPY].sql, -1, &c->q.q, NULL);
	}
	if (code != SQLITE_OK) {
		rc = sqlite_fault(NULL, code, "copy", why);
		store_audit_copy_close(c);
		return rc;
	}
	*ret_copy = c;
	return RC_OK;
}

enum rc
store_audit_copy_next(struct audit_copy *c, struct arena *a, struct audit_row *ret_row,
    struct fault *why)
{
	struct audit_row r;
	const char *code;
	int64_t outcome;
	enum rc rc;

	memset(&r, 0, sizeof(r));
	if ((rc = stmt_next(&c->q, why)) != RC_OK)
		return rc;
	code = stmt_text_peek(&c->q);
	if (code == NULL || strlen(code) != 6 ||
	    (c->municipality[0] != '\0' && strcmp(c->municipality, code) != 0)) {
		stmt_drop(&c->q);
		return fault_set(why, RC_INVALID, "copy", "a row of another municipality, or of none");
	}
	memcpy(c->municipality, code, 7);
	r.sequence = stmt_int(&c->q);
	r.time_us = stmt_int(&c->q);
	r.actor = stmt_text(&c->q, a);
	r.action = stmt_text(&c->q, a);
	stmt_bytes(&c->q, r.subject.b, sizeof(r.subject.b));
	outcome = stmt_int(&c->q);
	r.outcome = outcome >= 0 && outcome < AUDIT_OUTCOME__COUNT ?
	    (enum audit_outcome)outcome : AUDIT_OUTCOME__COUNT;
	r.detail = stmt_text(&c->q, a);
	stmt_bytes(&c->q, r.hash.b, sizeof(r.hash.b));
	if (c->q.rc != RC_OK || r.actor == NULL || r.action == NULL) {
		rc = stmt_end(&c->q, NULL);
		return rc == RC_NOMEM ? rc : fault_set(why, RC_INVALID, "copy",
		    "a column of row %lld is damaged", (long long)r.sequence);
	}
	*ret_row = r;
	return RC_OK;
}

const char *
store_audit_copy_municipality(const struct audit_copy *c)
{
	return c->municipality;
}

void
store_audit_copy_close(struct audit_copy *c)
{
	if (c == NULL)
		return;
	sqlite3_finalize(c->q.q);
	sqlite3_close_v2(c->engine.db);
	free(c);
}
