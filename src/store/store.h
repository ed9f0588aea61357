#ifndef STORE_H
#define STORE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/fault.h"
#include "record/id.h"

/*
 * Who reads.  Of a person under support measures (protection from violence, stalking and abuse) the
 * register's views hand out nothing from which present whereabouts follow: data/schema/shield.tsv says what, column by column.  So a new command cannot forget it: it sees
 * nothing unless it says here that it may.
 */
enum store_eyes {
	STORE_EYES_SHIELDED,	/* everybody; the default of every transaction */
	STORE_EYES_WHOLE,	/* an officer who may see protected people, asked and audited (node_see); and
				 * the node's own work, whose answers go to no reader (node_work) */
	STORE_EYES__COUNT
};

/*
 * Records at rest, of one municipality.  One header per subject; none of them
 * knows an engine.  Times are microseconds since 1970-01-01 UTC and come from
 * the caller.  Text handed out lives in the arena given.  Outside
 * store_begin/store_commit nothing is written, and reading is done inside a
 * transaction too, because a look writes its audit row.
 *
 * A transaction must be a pure function of its inputs, so that the caller can
 * run all of it again (RC_BUSY, RC_DB).
 */
struct store;

enum store_role {
	STORE_READ,		/* pages and reports: cannot write anything but audit rows */
	STORE_WRITE,		/* actions */
	STORE_MIGRATE,		/* watashi migrate alone: may alter tables */
	STORE_ROLE__COUNT
};

/* This process has and will have one thread: the engine needs no locks within it, which cost an eighth of its time.
 * Before anything of the store is opened. */
void store_alone(void);

/* Make the database of a new node.  RC_CONFLICT when the file exists. */
enum rc store_create(const char *path, const char *municipality, int64_t now_us,
    struct fault *why) MUST_USE;
/*
 * RC_ABSENT: no such file.  RC_VERSION: newer than this program, or older and to be
 * migrated first.  RC_DB: cut short or not a database.
 */
enum rc store_open(const char *path, enum store_role role, struct store **ret_store,
    struct fault *why) MUST_USE;
void store_close(struct store *s);		/* rolls back what is open; NULL is fine */
const char *store_municipality(const struct store *s);	/* six digits */

/* Bring an older database to this program's schema, one step and its version a transaction.
 * *ret_from, *ret_to: schema versions before and after. */
enum rc store_migrate(const char *path, int *ret_from, int *ret_to, struct fault *why) MUST_USE;
int store_schema_version(void);			/* of this program */

/*
 * One store process a municipality: take the lease, or RC_BUSY while another
 * owner's has not run out.  Raises the epoch; every later store_begin with the
 * role STORE_WRITE checks it and answers RC_REFUSED once somebody else took it.
 */
enum rc store_lease_take(struct store *s, const struct id *owner, int64_t now_us,
    int64_t until_us, int64_t *ret_epoch, struct fault *why) MUST_USE;
enum rc store_lease_renew(struct store *s, int64_t now_us, int64_t until_us,
    struct fault *why) MUST_USE;
enum rc store_lease_drop(struct store *s, struct fault *why) MUST_USE;

/* now_us is the time of everything the transaction writes. */
enum rc store_begin(struct store *s, int64_t now_us, struct fault *why) MUST_USE;
/*
 * RC_FULL and other failures before the commit point: rolled back, nothing lost.
 * RC_DB, RC_IO: the outcome is unknown.  The next store_begin opens the database
 * anew (store_reopen does it at once); until then every call answers RC_DB.  Ask
 * (by message id, statement, audit head) before running again.
 */
enum rc store_commit(struct store *s, struct fault *why) MUST_USE;
/* Until the end of this transaction, or until it is called again. */
void store_see(struct store *s, enum store_eyes eyes);
enum store_eyes store_eyes(const struct store *s);
void store_rollback(struct store *s);		/* nothing open: nothing happens */
enum rc store_reopen(struct store *s, struct fault *why) MUST_USE;
/* Part of a transaction that may fail by itself: one row of many. */
enum rc store_mark(struct store *s, struct fault *why) MUST_USE;
enum rc store_keep_mark(struct store *s, struct fault *why) MUST_USE;
void store_undo_mark(struct store *s);

/*
 * Several steps, each of which begins and commits or rolls back by itself, as one
 * transaction: between store_join and store_join_commit or store_join_drop, the begin,
 * commit and rollback of a step are those of a part of it.  What a step commits lies on
 * disk only after store_join_commit, whose failures are those of store_commit; after
 * store_join_drop nothing of it happened.
 */
enum rc store_join(struct store *s, int64_t now_us, struct fault *why) MUST_USE;
enum rc store_join_commit(struct store *s, struct fault *why) MUST_USE;
void store_join_drop(struct store *s);

/*
 * While it is on, the connection runs only what reads, and the audit log: a request that is a look can
 * write nothing else, whatever its handler does (RC_REFUSED).
 */
void store_looks_only(struct store *s, bool on);

/* A new id, ordered by the transaction's time. */
enum rc store_id_new(struct store *s, struct id *ret_id, struct fault *why) MUST_USE;

/* Whole database: structure, foreign keys, audit chain.  RC_INVALID names the first fault. */
enum rc store_verify(struct store *s, struct fault *why) MUST_USE;

/*
 * A copy of the whole database in a new file, as it was committed when the copy was begun, whatever is written
 * meanwhile: in slices, so that others are served between.  It outlives a store that is opened anew, not one that is closed.
 */
struct store_snapshot;
/* Also within a transaction that has written nothing.  RC_CONFLICT: the file exists. */
enum rc store_snapshot_begin(struct store *s, const char *path, struct store_snapshot **ret_snapshot,
    struct fault *why) MUST_USE;
/* About so many bytes more.  *ret_left 0: the file is whole, and nothing of the database is held any more. */
enum rc store_snapshot_step(struct store_snapshot *s, size_t bytes, int64_t *ret_left, int64_t *ret_total,
    struct fault *why) MUST_USE;
/* A file that is not whole is removed.  NULL is fine. */
void store_snapshot_drop(struct store_snapshot *s);

#endif
