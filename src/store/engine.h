#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "store/stmt.h"
#include "store/store.h"

/* What an engine gives the store.  Inside src/store only. */
struct engine;

/* No locks between threads, and no count of memory: before the first engine_open of a process, else without effect. */
void engine_alone(void);

/* create: the file exists and is empty.  RC_VERSION is the caller's to find. */
enum rc engine_open(const char *path, enum store_role role, bool create,
    struct engine **ret_engine, struct fault *why) MUST_USE;
void engine_close(struct engine *e);
/* Let go of the database but stay: every statement answers RC_DB from now on. */
void engine_shut(struct engine *e);
bool engine_is_shut(const struct engine *e);
/* Prepare every statement the role may use, then bind the role. */
enum rc engine_prepare(struct engine *e, struct fault *why) MUST_USE;
void engine_bind_municipality(struct engine *e, int64_t muni);
/* Who reads from now on: a row of the table eyes. */
void engine_bind_eyes(struct engine *e, int64_t eyes);

enum rc engine_version(struct engine *e, int *ret_version, struct fault *why) MUST_USE;
/* One schema step, what is to be run after it (NULL: nothing) and its version, in one transaction. */
enum rc engine_migrate(struct engine *e, const char *sql, const char *after, int version, struct fault *why) MUST_USE;

enum rc engine_begin(struct engine *e, struct fault *why) MUST_USE;
/* *ret_unknown: whether it may have been committed all the same. */
enum rc engine_commit(struct engine *e, bool *ret_unknown, struct fault *why) MUST_USE;
void engine_rollback(struct engine *e);
bool engine_in_transaction(const struct engine *e);
enum rc engine_mark(struct engine *e, struct fault *why) MUST_USE;
enum rc engine_keep_mark(struct engine *e, struct fault *why) MUST_USE;
void engine_undo_mark(struct engine *e);

/* looks_only: one that writes anything but the audit log answers RC_REFUSED. */
struct stmt *engine_stmt(struct engine *e, enum stmt_name name, bool looks_only);

/* Structure and foreign keys of the whole database. */
enum rc engine_verify(struct engine *e, struct fault *why) MUST_USE;
/* Begins what store_snapshot_step goes on with (store/store.h). */
enum rc engine_snapshot_begin(struct engine *e, const char *path, struct store_snapshot **ret_snapshot,
    struct fault *why) MUST_USE;
/* Everything committed is in the main file; the log beside it is empty. */
enum rc engine_settle(struct engine *e, struct fault *why) MUST_USE;

#endif
