#ifndef NET_NET_BOOK_H
#define NET_NET_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/fault.h"
#include "net/net_stmt.h"

/*
 * The database of one part: its tables, its closed list of statements.  Used by
 * the part's listener and its sender in turns: whoever has begun holds the book
 * until commit or rollback.  What is committed survives a kill; what is
 * committed for good, a power cut too, with everything committed before it.
 */
struct net_book;

/* role: "registrar", "core", "intermediary": the part of the schema and the statements. */
enum rc net_book_open(const char *path, const char *role, struct net_book **ret_book,
    struct fault *why) MUST_USE;
void net_book_close(struct net_book *b);

enum rc net_book_begin(struct net_book *b, struct fault *why) MUST_USE;
/* For good.  Gives the book back, whatever comes of it. */
enum rc net_book_commit(struct net_book *b, struct fault *why) MUST_USE;
/* The same for what can be had again from a peer: no wait for the disk. */
enum rc net_book_commit_soon(struct net_book *b, struct fault *why) MUST_USE;
void net_book_rollback(struct net_book *b);
/* Within what was begun: from here on undo takes back alone what follows, and release joins it to the rest. */
enum rc net_book_mark(struct net_book *b, struct fault *why) MUST_USE;
enum rc net_book_release(struct net_book *b, struct fault *why) MUST_USE;
enum rc net_book_undo(struct net_book *b, struct fault *why) MUST_USE;
/* Something secret was deleted: after the commit no trace of it stays in the log of the database. */
void net_book_scrub(struct net_book *b);

/*
 * Values follow types, one letter each: t text (NULL: null), i int64_t,
 * b const void * and size_t (NULL: null), d day (unknown: null),
 * m int64_t time (MESSAGE_NO_TIME: null).
 */
enum rc net_book_run(struct net_book *b, enum net_stmt stmt, struct fault *why,
    const char *types, ...) MUST_USE;
/* Rows the last net_book_run changed. */
int64_t net_book_changed(const struct net_book *b);
/* Rows changed since the book was opened. */
int64_t net_book_changes(const struct net_book *b);

struct net_row {
	void *statement;
};
/* RC_OK: a row is there, to be ended; RC_ABSENT: none. */
enum rc net_book_row(struct net_book *b, enum net_stmt stmt, struct net_row *ret_row,
    struct fault *why, const char *types, ...) MUST_USE;
enum rc net_row_next(struct net_book *b, struct net_row *row, struct fault *why) MUST_USE;
void net_row_end(struct net_row *row);		/* may be called twice */

bool net_row_null(const struct net_row *row, int column);
int64_t net_row_int(const struct net_row *row, int column);
int64_t net_row_time(const struct net_row *row, int column);	/* null: MESSAGE_NO_TIME */
day net_row_day(const struct net_row *row, int column);		/* null: DAY_NONE */
/* Copies into the arena.  NULL for null, and (with a->used at its end) when memory is out. */
const char *net_row_text(const struct net_row *row, int column, struct arena *a);
/* A short text, cut where the room ends. */
void net_row_copy(const struct net_row *row, int column, char *ret_text, size_t room);
const void *net_row_bytes(const struct net_row *row, int column, struct arena *a, size_t *ret_len);

/* Settings; absent: "" in ret_value. */
enum rc net_book_setting(struct net_book *b, const char *name, char *ret_value, size_t room,
    struct fault *why) MUST_USE;

#endif
