#include "store/store_room.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checkdigit.h"

int
store_schema_version(void)
{
	int n = 0;

	while (store_schema_steps[n].text != NULL)
		n++;
	return n;
}

static enum rc
migrate_from(struct engine *e, int from, struct fault *why)
{
	enum rc rc;

	for (int i = from; store_schema_steps[i].text != NULL; i++)
		if ((rc = engine_migrate(e, store_schema_steps[i].text,
		    store_schema_steps[i + 1].text == NULL ? store_schema_estimates[0].text : NULL, i + 1, why)) != RC_OK)
			return rc;
	return RC_OK;
}

static enum rc
sync_folder(const char *path, struct fault *why)
{
	char copy[PATH_MAX];
	enum rc rc = RC_OK;
	int fd;

	snprintf(copy, sizeof(copy), "%s", path);
	if ((fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return fault_set(why, RC_IO, "store/create", "%s", strerror(errno));
	if (fsync(fd) != 0)
		rc = fault_set(why, RC_IO, "store/create", "%s", strerror(errno));
	close(fd);
	return rc;
}

static enum rc
write_first_rows(struct engine *e, const char *municipality, int64_t now_us, struct fault *why)
{
	struct store s = { .engine = e, .role = STORE_MIGRATE };
	struct stmt *q;
	bool unknown;
	enum rc rc;

	if ((rc = engine_begin(e, why)) != RC_OK)
		return rc;
	q = stmt_start(&s, STMT_TOWN_ADD);
	stmt_put_int(q, STMT_TOWN_ADD__NO, 1);
	stmt_put_text(q, STMT_TOWN_ADD__CODE, municipality);
	if ((rc = stmt_run(q, why)) != RC_OK)
		goto out;
	q = stmt_start(&s, STMT_NODE_ADD);
	stmt_put_int(q, STMT_NODE_ADD__NO, 1);
	stmt_put_int(q, STMT_NODE_ADD__CREATED_US, now_us);
	if ((rc = stmt_run(q, why)) != RC_OK)
		goto out;
	return engine_commit(e, &unknown, why);
 out:
	engine_rollback(e);
	return rc;
}

/*
 * Made under another name and renamed when whole: a node either has its database
 * or it has none.
 */
enum rc
store_create(const char *path, const char *municipality, int64_t now_us, struct fault *why)
{
	struct engine *e = NULL;
	char fresh[PATH_MAX];
	enum rc rc;
	int fd;

	if (!checkdigit_municipality(municipality, strlen(municipality)))
		return fault_set(why, RC_INVALID, "store/create", "municipality code: wrong check digit");
	if (access(path, F_OK) == 0)
		return fault_set(why, RC_CONFLICT, "store/create", "there is a database already");
	if (snprintf(fresh, sizeof(fresh), "%s.new", path) >= (int)sizeof(fresh))
		return fault_set(why, RC_TOO_BIG, "store/create", "path too long");
	(void)unlink(fresh);
	if ((fd = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
		return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "store/create", "%s",
		    strerror(errno));
	close(fd);
	if ((rc = engine_open(fresh, STORE_MIGRATE, true, &e, why)) != RC_OK ||
	    (rc = migrate_from(e, 0, why)) != RC_OK ||
	    (rc = engine_prepare(e, why)) != RC_OK ||
	    (rc = write_first_rows(e, municipality, now_us, why)) != RC_OK ||
	    (rc = engine_settle(e, why)) != RC_OK)
		goto out;
	engine_close(e);
	e = NULL;
	if (rename(fresh, path) != 0) {
		rc = fault_set(why, RC_IO, "store/create", "%s", strerror(errno));
		goto out;
	}
	return sync_folder(path, why);
 out:
	engine_close(e);
	(void)unlink(fresh);
	return rc;
}

static enum rc
read_node(struct store *s, struct fault *why)
{
	const char *code;
	struct stmt *q;
	enum rc rc;

	q = stmt_start(s, STMT_NODE_GET);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc == RC_ABSENT ? fault_set(why, RC_DB, "store/open",
		    "the database names no municipality") : rc;
	s->muni = stmt_int(q);
	code = stmt_text_peek(q);
	if (code == NULL || strlen(code) != 6) {
		rc = stmt_end(q, why);
		return rc != RC_OK ? rc : fault_set(why, RC_DB, "store/open",
		    "the database names no municipality");
	}
	memcpy(s->municipality, code, 7);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	engine_bind_municipality(s->engine, s->muni);
	return RC_OK;
}

static enum rc
open_engine(struct store *s, struct fault *why)
{
	struct engine *e = NULL, *before = s->engine;
	int version;
	enum rc rc;

	if ((rc = engine_open(s->path, s->role, false, &e, why)) != RC_OK ||
	    (rc = engine_version(e, &version, why)) != RC_OK)
		goto out;
	if (version != store_schema_version()) {
		rc = fault_set(why, RC_VERSION, "store/open", version > store_schema_version() ?
		    "the database is of a newer program (schema %d, this program knows %d)" :
		    "the database is older (schema %d, this program needs %d): run watashi migrate",
		    version, store_schema_version());
		goto out;
	}
	if ((rc = engine_prepare(e, why)) != RC_OK)
		goto out;
	s->engine = e;
	e = NULL;
	if ((rc = read_node(s, why)) != RC_OK) {
		e = s->engine;
		s->engine = before;
	}
 out:
	engine_close(e);
	return rc;
}

void
store_alone(void)
{
	engine_alone();
}

enum rc
store_open(const char *path, enum store_role role, struct store **ret_store, struct fault *why)
{
	struct store *s = NULL;
	enum rc rc = RC_NOMEM;

	if ((s = calloc(1, sizeof(*s))) == NULL || (s->path = strdup(path)) == NULL) {
		(void)fault_set(why, RC_NOMEM, "store/open", "no memory");
		goto out;
	}
	s->role = role;
	if ((rc = open_engine(s, why)) != RC_OK)
		goto out;
	*ret_store = s;
	s = NULL;
 out:
	store_close(s);
	return rc;
}

static void
forget(struct store *s)
{
	dict_clear(&s->towns);
	dict_clear(&s->sources);
	dict_clear(&s->products);
	dict_clear(&s->clinics);
	s->head_known = false;
	s->same = SAME_UNKNOWN;
	s->marked = ID_NONE;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_join_drop(s);
	store_rollback(s);
	engine_close(s->engine);
	forget(s);
	free(s->path);
	free(s);
}

enum rc
store_reopen(struct store *s, struct fault *why)
{
	struct engine *old = s->engine;
	enum rc rc;

	store_join_drop(s);
	store_rollback(s);
	forget(s);
	engine_shut(old);
	if ((rc = open_engine(s, why)) != RC_OK)
		s->engine = old;	/* shut: it answers, and says why not */
	else
		engine_close(old);
	return rc;
}

const char *
store_municipality(const struct store *s)
{
	return s->municipality;
}

enum rc
store_migrate(const char *path, int *ret_from, int *ret_to, struct fault *why)
{
	struct engine *e = NULL;
	int version;
	enum rc rc;

	if ((rc = engine_open(path, STORE_MIGRATE, false, &e, why)) != RC_OK ||
	    (rc = engine_version(e, &version, why)) != RC_OK)
		goto out;
	if (version < 1 || version > store_schema_version()) {
		rc = fault_set(why, RC_VERSION, "store/migrate",
		    "schema %d is not one that this program can start from (1 to %d)", version,
		    store_schema_version());
		goto out;
	}
	if ((rc = engine_verify(e, why)) != RC_OK ||
	    (rc = migrate_from(e, version, why)) != RC_OK ||
	    (rc = engine_verify(e, why)) != RC_OK)
		goto out;
	*ret_from = version;
	*ret_to = store_schema_version();
 out:
	engine_close(e);
	return rc;
}

struct stmt *
stmt_start(struct store *s, enum stmt_name name)
{
	return engine_stmt(s->engine, name, s->looks_only);
}

static enum rc
read_lease(struct store *s, struct id *ret_owner, int64_t *ret_epoch, int64_t *ret_until_us,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_LEASE_GET);
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	*ret_owner = stmt_id(q);
	*ret_epoch = stmt_int(q);
	*ret_until_us = stmt_int(q);
	return stmt_end(q, why);
}

/* Whoever lost the lease must not write another byte; whoever never had one may only
 * write while nobody has. */
static enum rc
check_lease(struct store *s, struct fault *why)
{
	struct id owner;
	int64_t epoch, until_us;
	enum rc rc;

	rc = read_lease(s, &owner, &epoch, &until_us, why);
	if (rc == RC_ABSENT && s->epoch == 0)
		return RC_OK;
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	if (s->epoch != 0) {
		if (rc == RC_ABSENT || epoch != s->epoch || !id_equal(&owner, &s->owner))
			return fault_set(why, RC_REFUSED, "store/lease",
			    "another store process has taken this node over");
		return RC_OK;
	}
	if (id_known(&owner) && until_us > s->now_us)
		return fault_set(why, RC_BUSY, "store/lease", "another store process holds this node");
	return RC_OK;
}

static enum rc
begin(struct store *s, int64_t now_us, struct fault *why)
{
	enum rc rc;

	if (s->is_open)
		return fault_set(why, RC_BUG, "store/begin", "a transaction is open already");
	store_see(s, STORE_EYES_SHIELDED);
	if (s->is_joined) {
		if ((rc = engine_mark(s->engine, why)) == RC_OK)
			s->is_open = true;
		return rc;
	}
	if (engine_is_shut(s->engine) && (rc = store_reopen(s, why)) != RC_OK)
		return rc;
	if ((rc = engine_begin(s->engine, why)) != RC_OK)
		return rc;
	s->is_open = true;
	s->now_us = now_us;
	s->head_known = false;
	s->marked = ID_NONE;
	s->same = SAME_UNKNOWN;
	store_see(s, STORE_EYES_SHIELDED);
	return RC_OK;
}

void
store_see(struct store *s, enum store_eyes eyes)
{
	s->eyes = eyes;
	engine_bind_eyes(s->engine, (int64_t)eyes);
}

enum store_eyes
store_eyes(const struct store *s)
{
	return s->eyes;
}

enum rc
store_begin(struct store *s, int64_t now_us, struct fault *why)
{
	enum rc rc;

	if ((rc = begin(s, now_us, why)) != RC_OK)
		return rc;
	if (s->role == STORE_WRITE && (rc = check_lease(s, why)) != RC_OK)
		store_rollback(s);
	return rc;
}

enum rc
store_commit(struct store *s, struct fault *why)
{
	bool unknown = false;
	enum rc rc;

	if (!s->is_open)
		return fault_set(why, RC_BUG, "store/commit", "no transaction is open");
	if (s->is_joined) {
		s->is_open = false;
		return engine_keep_mark(s->engine, why);
	}
	rc = engine_commit(s->engine, &unknown, why);
	s->is_open = false;
	store_see(s, STORE_EYES_SHIELDED);
	if (rc == RC_OK)
		return RC_OK;
	forget(s);
	if (unknown) {
		/* What this connection believes about the log can no longer be trusted. */
		engine_shut(s->engine);
	}
	return rc;
}

void
store_rollback(struct store *s)
{
	if (!s->is_open)
		return;
	if (s->is_joined)
		engine_undo_mark(s->engine);
	else
		engine_rollback(s->engine);
	s->is_open = false;
	store_see(s, STORE_EYES_SHIELDED);
	/* Numbers given out in this transaction are gone with it. */
	forget(s);
}

void
store_looks_only(struct store *s, bool on)
{
	s->looks_only = on;
}

enum rc
store_join(struct store *s, int64_t now_us, struct fault *why)
{
	enum rc rc;

	if (s->is_joined)
		return fault_set(why, RC_BUG, "store/join", "steps are joined already");
	if ((rc = store_begin(s, now_us, why)) != RC_OK)
		return rc;
	s->is_open = false;
	s->is_joined = true;
	return RC_OK;
}

/* An open step ends with the whole. */
static void
part(struct store *s)
{
	s->is_joined = false;
	s->is_open = true;
}

enum rc
store_join_commit(struct store *s, struct fault *why)
{
	if (!s->is_joined || s->is_open)
		return fault_set(why, RC_BUG, "store/join", "a step is not finished");
	part(s);
	return store_commit(s, why);
}

void
store_join_drop(struct store *s)
{
	if (!s->is_joined)
		return;
	part(s);
	store_rollback(s);
}

enum rc
store_mark(struct store *s, struct fault *why)
{
	return engine_mark(s->engine, why);
}

enum rc
store_keep_mark(struct store *s, struct fault *why)
{
	return engine_keep_mark(s->engine, why);
}

void
store_undo_mark(struct store *s)
{
	engine_undo_mark(s->engine);
	s->same = SAME_UNKNOWN;
	forget(s);
}

enum rc
store_id_new(struct store *s, struct id *ret_id, struct fault *why)
{
	if (id_make(&s->ids, s->now_us, ret_id) != RC_OK)
		return fault_set(why, RC_IO, "store/id", "the machine gives no randomness");
	return RC_OK;
}

static enum rc
put_lease(struct store *s, const struct id *owner, int64_t epoch, int64_t until_us,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_LEASE_PUT);

	/* A dropped lease keeps its epoch, with nobody as owner. */
	stmt_put_bytes(q, STMT_LEASE_PUT__OWNER, owner->b, ID_BYTES);
	stmt_put_int(q, STMT_LEASE_PUT__EPOCH, epoch);
	stmt_put_int(q, STMT_LEASE_PUT__UNTIL_US, until_us);
	return stmt_run(q, why);
}

enum rc
store_lease_take(struct store *s, const struct id *owner, int64_t now_us, int64_t until_us,
    int64_t *ret_epoch, struct fault *why)
{
	struct id holder = ID_NONE;
	int64_t epoch = 0, held_until_us = 0;
	enum rc rc;

	if ((rc = begin(s, now_us, why)) != RC_OK)
		return rc;
	rc = read_lease(s, &holder, &epoch, &held_until_us, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		goto out;
	if (id_known(&holder) && !id_equal(&holder, owner) && held_until_us > now_us) {
		rc = fault_set(why, RC_BUSY, "store/lease", "another store process holds this node");
		goto out;
	}
	if ((rc = put_lease(s, owner, epoch + 1, until_us, why)) != RC_OK ||
	    (rc = store_commit(s, why)) != RC_OK)
		goto out;
	s->owner = *owner;
	s->epoch = epoch + 1;
	*ret_epoch = s->epoch;
	return RC_OK;
 out:
	store_rollback(s);
	return rc;
}

static enum rc
change_lease(struct store *s, const struct id *owner, int64_t now_us, int64_t until_us,
    struct fault *why)
{
	enum rc rc;

	if (s->epoch == 0)
		return fault_set(why, RC_REFUSED, "store/lease", "no lease is held");
	if ((rc = begin(s, now_us, why)) != RC_OK)
		return rc;
	if ((rc = check_lease(s, why)) != RC_OK ||
	    (rc = put_lease(s, owner, s->epoch, until_us, why)) != RC_OK) {
		store_rollback(s);
		return rc;
	}
	return store_commit(s, why);
}

enum rc
store_lease_renew(struct store *s, int64_t now_us, int64_t until_us, struct fault *why)
{
	return change_lease(s, &s->owner, now_us, until_us, why);
}

enum rc
store_lease_drop(struct store *s, struct fault *why)
{
	const struct id nobody = ID_NONE;
	enum rc rc;

	if ((rc = change_lease(s, &nobody, s->now_us, 0, why)) != RC_OK)
		return rc;
	s->epoch = 0;
	s->owner = ID_NONE;
	return RC_OK;
}

enum rc
store_snapshot_begin(struct store *s, const char *path, struct store_snapshot **ret_snapshot, struct fault *why)
{
	enum rc rc;

	if (engine_is_shut(s->engine) && (rc = store_reopen(s, why)) != RC_OK)
		return rc;
	return engine_snapshot_begin(s->engine, path, ret_snapshot, why);
}
