#ifndef STORE_SQLITE_ENGINE_H
#define STORE_SQLITE_ENGINE_H

#include <sqlite3.h>

#include "store/engine.h"

struct stmt {
	struct engine *engine;
	enum stmt_name name;
	sqlite3_stmt *q;	/* NULL: not for this role */
	int column;		/* next to be read */
	enum rc rc;		/* first failure since stmt_start */
};

struct engine {
	sqlite3 *db;
	enum store_role role;
	int64_t muni;
	int64_t eyes;
	const struct stmt_text *preparing;	/* NULL: none */
	bool in_transaction;	/* what the caller believes */
	enum rc lost;		/* why the engine rolled back by itself */
	struct stmt stmts[STMT__COUNT];
};

/* The rc of an engine's answer, and a fault that says so. */
enum rc sqlite_fault(struct engine *e, int code, const char *place, struct fault *why) MUST_USE;
/* What the role may do, statement by statement and table by table. */
int sqlite_authorize(void *engine, int what, const char *first, const char *second,
    const char *database, const char *trigger);

#endif
