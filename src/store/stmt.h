#ifndef STORE_STMT_H
#define STORE_STMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/fault.h"
#include "record/id.h"
#include "store/stmt_generated.h"

/*
 * The closed list of statements, and how one is run.  Inside src/store only.
 * A failure while binding or reading a column is kept and comes out of the next
 * stmt_run, stmt_next or stmt_end.
 */
enum stmt_role { STMT_ROLE_READ, STMT_ROLE_WRITE, STMT_ROLE_AUDIT };

struct stmt_text {
	const char *name;
	enum stmt_role role;
	int muni;		/* place of :muni, 0 none */
	int eyes;		/* place of :eyes, 0 none: it reads through no view */
	bool scans;		/* a scan is meant: for scripts/check-queries */
	bool is_bare;		/* may take shielded columns from their tables */
	const char *sql;
};
extern const struct stmt_text stmt_texts[];

struct store;
struct stmt;

/* The statement, with nothing bound but the municipality and the reader's eyes. */
struct stmt *stmt_start(struct store *s, enum stmt_name name);

void stmt_put_int(struct stmt *q, int place, int64_t value);
void stmt_put_null(struct stmt *q, int place);
void stmt_put_text(struct stmt *q, int place, const char *text);	/* NULL allowed */
void stmt_put_bytes(struct stmt *q, int place, const void *bytes, size_t len);	/* NULL allowed */
void stmt_put_day(struct stmt *q, int place, day value);		/* unknown: NULL */
void stmt_put_id(struct stmt *q, int place, const struct id *id);	/* ID_NONE: NULL */

/* Run to the end.  RC_CONFLICT: a constraint; nothing was written by it. */
enum rc stmt_run(struct stmt *q, struct fault *why) MUST_USE;
/* One more row: RC_OK, or RC_ABSENT at the end. */
enum rc stmt_next(struct stmt *q, struct fault *why) MUST_USE;
/* Done with the rows; RC_OK unless a column could not be kept. */
enum rc stmt_end(struct stmt *q, struct fault *why) MUST_USE;
/* Done with the rows because something else failed. */
void stmt_drop(struct stmt *q);
/* How many rows the last stmt_run changed. */
int64_t stmt_changed(struct stmt *q);

/* Columns of the current row, from left to right, one a call. */
bool stmt_is_null(const struct stmt *q);			/* the next one; it stays the next */
int64_t stmt_int(struct stmt *q);				/* NULL: 0 */
int64_t stmt_int_or(struct stmt *q, int64_t if_null);
day stmt_day(struct stmt *q);					/* NULL: DAY_NONE */
struct id stmt_id(struct stmt *q);				/* NULL: ID_NONE */
const char *stmt_text(struct stmt *q, struct arena *a);		/* NULL: NULL */
/* Exactly len bytes, or all zero for NULL; RC_DB for another length. */
void stmt_bytes(struct stmt *q, void *ret_bytes, size_t len);
const void *stmt_blob(struct stmt *q, struct arena *a, size_t *ret_len);
/* Without a copy, good until the next step. */
const char *stmt_text_peek(struct stmt *q);

#endif
