#include "action/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "action/backup_file.h"
#include "store/store_setting.h"

/*
 * A node again from a backup, on a machine that has none.  Everything is laid down beside and put
 * into its place at the end, watashi.conf last: without it the directory is an empty node.
 *
 * The backup is older than the day.  What was recorded since, and what others were told, it does
 * not know; so the node stands apart from the network until an officer has looked
 * ("restore accept"): an older copy must not take the place of a newer one.
 */
#define PATH_SIZE (PATH_MAX + 300)
#define RESTORED "restored"
#define CONF_MAX 65536
#define LEASE_RUNS_OUT_US (3600 * INT64_C(1000000))	/* longer than any lease is taken for */

struct place {
	char staged[PATH_SIZE];		/* folder of what is not in its place yet */
	char law[PATH_SIZE], db[PATH_SIZE], conf[PATH_SIZE];	/* in it */
	char keys[CONFIG_TEXT_MAX];
};

static void
place_of(const struct action *a, struct place *p)
{
	(void)snprintf(p->staged, sizeof(p->staged), "%s/restoring", a->node);
	(void)snprintf(p->law, sizeof(p->law), "%s/restoring/law", a->node);
	(void)snprintf(p->db, sizeof(p->db), "%s/restoring/watashi.db", a->node);
	(void)snprintf(p->conf, sizeof(p->conf), "%s/restoring/watashi.conf", a->node);
}

static enum rc
make_folder(const char *path, mode_t mode, struct fault *why)
{
	if (mkdir(path, mode) != 0 && errno != EEXIST)
		return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "restore", "cannot make a folder: %s",
		    strerror(errno));
	return RC_OK;
}

static enum rc
take_entries(struct vault_stream *s, const struct place *p, struct fault *why)
{
	char name[BACKUP_NAME_MAX], path[2 * PATH_SIZE];
	uint64_t size;
	bool db = false, conf = false, certificate = false;
	enum rc rc;

	while ((rc = backup_entry_next(s, name, &size, why)) == RC_OK) {
		if (strncmp(name, "keys/", 5) == 0)
			(void)snprintf(path, sizeof(path), "%s/%s", p->keys, name + 5);
		else
			(void)snprintf(path, sizeof(path), "%s/%s", p->staged, name);
		if ((rc = backup_take_file(s, size, path, why)) != RC_OK)
			return rc;
		db = db || strcmp(name, "watashi.db") == 0;
		conf = conf || strcmp(name, "watashi.conf") == 0;
		certificate = certificate || strcmp(name, "keys/sign.crt") == 0;
	}
	if (rc != RC_ABSENT)
		return rc;
	return db && conf && certificate ? RC_OK :
	    fault_set(why, RC_INVALID, "backup", "database, settings or certificate are missing");
}

/* The settings with every path that lay in the old keys directory moved to the new one. */
static enum rc
move_settings(struct action *a, const struct place *p, const char *old_keys, struct fault *why)
{
	struct buf text = BUF_INIT(CONF_MAX), moved = BUF_INIT(CONF_MAX);
	char path[PATH_SIZE], final[PATH_SIZE];
	size_t len = strlen(old_keys);
	enum rc rc;
	int fd = -1;

	(void)snprintf(path, sizeof(path), "%s/watashi.conf.new", a->node);
	(void)snprintf(final, sizeof(final), "%s/watashi.conf", a->node);
	if ((rc = buf_read_file(&text, p->conf, why)) != RC_OK)
		goto out;
	for (const char *at = text.data, *next; at != NULL && *at != '\0'; at = next) {
		const char *end = strchr(at, '\n'), *equals = strchr(at, '='), *value;
		size_t line = end != NULL ? (size_t)(end - at) : strlen(at);

		next = end != NULL ? end + 1 : NULL;
		value = equals != NULL && (size_t)(equals - at) < line ? equals + 1 : NULL;
		while (value != NULL && (*value == ' ' || *value == '\t'))
			value++;
		if (*at != '#' && value != NULL && len > 0 && strncmp(value, old_keys, len) == 0 &&
		    (value[len] == '/' || value[len] == '\0' || strchr(" \t\r\n", value[len]) != NULL))
			rc = buf_printf(&moved, "%.*s%s%.*s\n", (int)(value - at), at, p->keys,
			    (int)(line - (size_t)(value + len - at)), value + len);
		else
			rc = buf_printf(&moved, "%.*s\n", (int)line, at);
		if (rc != RC_OK)
			goto out;
	}
	if ((fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640)) < 0 ||
	    write(fd, moved.data, moved.len) != (ssize_t)moved.len || fsync(fd) != 0 ||
	    rename(path, final) != 0)
		rc = fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "watashi.conf", "%s", strerror(errno));
 out:
	if (fd >= 0)
		(void)close(fd);
	buf_clear(&text);
	buf_clear(&moved);
	return rc;
}

/* What the register itself says of having been restored, and whether a kept head is of later. */
static enum rc
look_at_register(struct call *c, const struct place *p, const struct backup_head *head,
    const char **ret_state, struct fault *why)
{
	const char *hash = request_text(c->r, TAG_HASH);
	struct audit_head kept = { .sequence = request_int(c->r, TAG_SEQUENCE, 0) }, now;
	struct store *s = NULL;
	char since[64];
	int64_t bad = 0, epoch, later = c->now_us > head->made_us ? c->now_us : head->made_us;
	struct id owner;
	enum rc rc;

	*ret_state = "as-far-as-known";
	if (hash != NULL && !node_digest_of(hash, &kept.hash))
		return fault_set(why, RC_INVALID, "head", "expected a sequence number and 64 hexadecimal digits");
	if ((rc = store_open(p->db, STORE_WRITE, &s, why)) == RC_VERSION && head->schema < store_schema_version()) {
		int from, to;

		if ((rc = store_migrate(p->db, &from, &to, why)) == RC_OK)
			rc = store_open(p->db, STORE_WRITE, &s, why);
	}
	if (rc != RC_OK)
		return rc;
	/* The process that held the lease when the copy was taken holds another database. */
	if (vault_random(owner.b, sizeof(owner.b)) != RC_OK) {
		rc = fault_set(why, RC_IO, "restore", "the machine gives no random bytes");
		goto out;
	}
	if ((rc = store_lease_take(s, &owner, later + LEASE_RUNS_OUT_US, later + LEASE_RUNS_OUT_US + 1, &epoch,
	    why)) != RC_OK)
		goto out;
	(void)snprintf(since, sizeof(since), "%lld", (long long)head->made_us);
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK ||
	    (rc = store_verify(s, why)) != RC_OK ||
	    (rc = store_audit_head(s, &now, why)) != RC_OK)
		goto out;
	if (now.sequence != head->audit.sequence || memcmp(now.hash.b, head->audit.hash.b, sizeof(now.hash.b)) != 0) {
		rc = fault_set(why, RC_INVALID, "backup", "its log does not end where its head says");
		goto out;
	}
	if (hash != NULL && kept.sequence > now.sequence)
		*ret_state = "moved-on";
	else if (hash != NULL && (rc = store_audit_verify(s, &kept, &bad, why)) != RC_OK)
		goto out;
	{
		struct audit_entry e = { c->actor, "restore", NULL, AUDIT_DONE, *ret_state };

		if ((rc = store_setting_set(s, RESTORED, since, why)) != RC_OK ||
		    (rc = store_audit_append(s, &e, why)) != RC_OK)
			goto out;
	}
	if ((rc = store_commit(s, why)) == RC_OK)
		rc = store_lease_drop(s, why);
 out:
	store_close(s);
	return rc;
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path) != 0 && errno != ENOENT ? -1 : 0;
}

static void
remove_folder(const char *path)
{
	(void)nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static enum rc
put_in_place(struct action *a, const struct place *p, const char *old_keys, struct fault *why)
{
	char to[PATH_SIZE];

	/* Law files without a database are of a restoring that was cut off: the backup has them. */
	(void)snprintf(to, sizeof(to), "%s/law", a->node);
	remove_folder(to);
	if (rename(p->law, to) != 0)
		return fault_set(why, RC_IO, "restore", "%s", strerror(errno));
	(void)snprintf(to, sizeof(to), "%s/watashi.db", a->node);
	if (rename(p->db, to) != 0)
		return fault_set(why, RC_IO, "restore", "%s", strerror(errno));
	return move_settings(a, p, old_keys, why);
}

static enum rc
find_keys(struct call *c, struct place *p, struct fault *why)
{
	const char *named = request_text(c->r, TAG_KEYS);
	int n = named != NULL ? snprintf(p->keys, sizeof(p->keys), "%s", named) :
	    snprintf(p->keys, sizeof(p->keys), "%s.keys", c->a->node);

	if (n < 0 || n > CONFIG_TEXT_MAX - 32)
		return fault_set(why, RC_TOO_BIG, "keys", "the path is too long");
	if (access(p->keys, F_OK) == 0)
		return fault_set(why, RC_CONFLICT, "keys", "the directory exists already: name another with --keys");
	return RC_OK;
}

static enum rc
halves(struct call *c, struct vault_recovery *ret, struct fault *why)
{
	const char *const half[2] = { request_text(c->r, TAG_RECOVERY_A), request_text(c->r, TAG_RECOVERY_B) };

	for (size_t i = 0; i < 2; i++) {
		if (strlen(half[i]) >= VAULT_HALF_SIZE)
			return fault_set(why, RC_INVALID, i == 0 ? "first half" : "second half", "too long");
		memcpy(ret->half[i], half[i], strlen(half[i]) + 1);
	}
	return RC_OK;
}

static enum rc
reply_restored(struct call *c, const struct backup_head *head, const char *state, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_MUNICIPALITY, head->municipality);
	frame_put_int(&f, TAG_AT, head->made_us);
	frame_put_int(&f, TAG_SEQUENCE, head->audit.sequence);
	frame_put_text(&f, TAG_STATE, state);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_restore(struct call *c, struct fault *why)
{
	struct action *a = c->a;
	unsigned char key[VAULT_SECRET_BYTES] = { 0 };
	struct backup_head *head = NULL;
	struct vault_recovery recovery;
	struct vault_stream *s = NULL;
	struct vault_digest bound;
	struct config old;
	struct place p;
	const char *state;
	char db[PATH_SIZE];
	bool made = false;
	enum rc rc;

	memset(&recovery, 0, sizeof(recovery));
	if (a->state != NODE_EMPTY)
		return fault_set(why, RC_CONFLICT, "node", "there is a node here already: restore into an empty directory");
	/* A node that lost its settings alone still has its register: never written over. */
	(void)snprintf(db, sizeof(db), "%s/watashi.db", a->node);
	if (access(db, F_OK) == 0)
		return fault_set(why, RC_CONFLICT, "node",
		    "there is a database here without settings: move it away, or restore into another directory");
	if ((head = calloc(1, sizeof(*head))) == NULL)
		return fault_set(why, RC_NOMEM, "restore", "no memory");
	place_of(a, &p);
	if ((rc = find_keys(c, &p, why)) != RC_OK ||
	    (rc = halves(c, &recovery, why)) != RC_OK ||
	    (rc = backup_head_read(c->r->fd, head, &bound, why)) != RC_OK)
		goto out;
	made = true;
	if ((rc = vault_restore(p.keys, head->wrap, head->wrap_len, &recovery, head->salt, key, why)) != RC_OK ||
	    (rc = make_folder(a->node, 0750, why)) != RC_OK)
		goto out;
	remove_folder(p.staged);	/* of a restoring that was cut off */
	if ((rc = make_folder(p.staged, 0700, why)) != RC_OK ||
	    (rc = make_folder(p.law, 0750, why)) != RC_OK ||
	    (rc = vault_stream_read(c->r->fd, key, &bound, &s, why)) != RC_OK ||
	    (rc = take_entries(s, &p, why)) != RC_OK ||
	    (rc = config_read(p.staged, &old, why)) != RC_OK ||
	    (rc = look_at_register(c, &p, head, &state, why)) != RC_OK ||
	    (rc = put_in_place(a, &p, old.keys, why)) != RC_OK)
		goto out;
	made = false;			/* it stands */
	rc = reply_restored(c, head, state, why);
 out:
	if (made) {
		remove_folder(p.keys);
		if (a->state == NODE_EMPTY)
			remove_folder(p.staged);
	} else if (rc == RC_OK)
		remove_folder(p.staged);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(&recovery, sizeof(recovery));
	vault_stream_free(s);
	free(head);
	return rc;
}

enum rc
restore_look(struct action *a, struct arena *arena, int64_t *ret_made_us, struct fault *why)
{
	const char *text;
	enum rc rc = store_setting_get(a->store, RESTORED, arena, &text, why);

	if (rc == RC_ABSENT || (rc == RC_OK && *text == '\0'))
		return RC_ABSENT;
	if (rc == RC_OK)
		*ret_made_us = strtoll(text, NULL, 10);
	return rc;
}

enum rc
do_restore_accept(struct call *c, struct fault *why)
{
	int64_t made_us;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = restore_look(c->a, &c->arena, &made_us, why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "restore", "this node was not restored, or it was accepted already");
	if (rc != RC_OK || (rc = store_setting_set(c->a->store, RESTORED, "", why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	c->a->is_restored = false;
	return RC_OK;
}
