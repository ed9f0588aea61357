#include "action/restore_place.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault/vault.h"

#define CONF_MAX 65536
#define MARK "restoring"		/* in the keys directory, and with its path behind it in NODE/restoring/keys */
#define MARK_DIGITS (2 * RESTORE_MARK_BYTES)

static enum rc
failed(const char *place, struct fault *why)
{
	return fault_set(why, fault_rc_of_errno(errno), place, "%s", strerror(errno));
}

enum rc
restore_place_init(struct restore_place *p, const char *node, const char *keys, struct fault *why)
{
	struct restore_place made = { .is_claimed = false };
	int n = snprintf(made.keys, sizeof(made.keys), "%s%s", keys != NULL ? keys : node, keys != NULL ? "" : ".keys");

	if (n < 0 || n > CONFIG_TEXT_MAX - 32)
		return fault_set(why, RC_TOO_BIG, "keys", "the path is too long");
	if (snprintf(made.node, sizeof(made.node), "%s", node) >= (int)sizeof(made.node))
		return fault_set(why, RC_TOO_BIG, "node", "the path is too long");
	(void)snprintf(made.staged, sizeof(made.staged), "%s/restoring", node);
	(void)snprintf(made.law, sizeof(made.law), "%s/restoring/law", node);
	(void)snprintf(made.db, sizeof(made.db), "%s/restoring/watashi.db", node);
	(void)snprintf(made.conf, sizeof(made.conf), "%s/restoring/watashi.conf", node);
	*p = made;
	return RC_OK;
}

/* A path that is too long is "", which names nothing. */
static void
inside(char path[RESTORE_PATH_SIZE], const char *folder, const char *name)
{
	if (snprintf(path, RESTORE_PATH_SIZE, "%s/%s", folder, name) >= RESTORE_PATH_SIZE)
		path[0] = '\0';
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
make_folder(const char *path, mode_t mode, struct fault *why)
{
	return mkdir(path, mode) == 0 || errno == EEXIST ? RC_OK : failed("restore", why);
}

/* Entries of a folder on the disk before what follows. */
static enum rc
sync_folder(const char *path, struct fault *why)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rc rc = fd < 0 || fsync(fd) != 0 ? failed("restore", why) : RC_OK;

	if (fd >= 0)
		(void)close(fd);
	return rc;
}

static enum rc
write_new(const char *path, mode_t mode, const void *bytes, size_t len, struct fault *why)
{
	const char *at = bytes;
	enum rc rc = RC_OK;
	int fd;

	(void)unlink(path);
	if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)) < 0)
		return failed("restore", why);
	while (len > 0 && rc == RC_OK) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			rc = failed("restore", why);
		else {
			at += n;
			len -= (size_t)n;
		}
	}
	if (rc == RC_OK && fsync(fd) != 0)
		rc = failed("restore", why);
	(void)close(fd);
	if (rc != RC_OK)
		(void)unlink(path);
	return rc;
}

static bool
is_same_file(const char *a, const char *b)
{
	struct stat sa, sb;

	return lstat(a, &sa) == 0 && lstat(b, &sb) == 0 && S_ISREG(sa.st_mode) && sa.st_dev == sb.st_dev &&
	    sa.st_ino == sb.st_ino;
}

/* The keys directory that the restoring in this folder made, by its mark or because nothing is in it yet. */
static void
remove_marked_keys(const char *staged)
{
	char path[RESTORE_PATH_SIZE];
	struct buf here = BUF_INIT(CONF_MAX), there = BUF_INIT(CONF_MAX);
	const char *keys;

	inside(path, staged, "keys");
	if (buf_read_file(&here, path, NULL) != RC_OK || here.len <= MARK_DIGITS)
		goto out;
	keys = here.data + MARK_DIGITS;
	inside(path, keys, MARK);
	if (rmdir(keys) != 0 && buf_read_file(&there, path, NULL) == RC_OK && there.len == MARK_DIGITS &&
	    memcmp(here.data, there.data, MARK_DIGITS) == 0)
		remove_folder(keys);
 out:
	buf_clear(&here);
	buf_clear(&there);
}

/* Of an earlier restoring, or of this one. */
static void
remove_rest(const struct restore_place *p)
{
	char path[RESTORE_PATH_SIZE];

	inside(path, p->node, "watashi.db");
	if (is_same_file(path, p->db))
		(void)unlink(path);
	inside(path, p->node, "watashi.conf.new");
	(void)unlink(path);
	remove_marked_keys(p->staged);
	remove_folder(p->staged);
}

/* Written down first, then made: whatever is there afterwards can be told for ours. */
static enum rc
make_keys(const struct restore_place *p, struct fault *why)
{
	unsigned char drawn[RESTORE_MARK_BYTES];
	char mark[MARK_DIGITS + CONFIG_TEXT_MAX + 1], path[RESTORE_PATH_SIZE];
	enum rc rc;

	if (vault_random(drawn, sizeof(drawn)) != RC_OK)
		return fault_set(why, RC_IO, "restore", "the machine gives no random bytes");
	for (size_t i = 0; i < sizeof(drawn); i++)
		(void)snprintf(mark + 2 * i, 3, "%02x", drawn[i]);
	(void)snprintf(mark + MARK_DIGITS, sizeof(mark) - MARK_DIGITS, "%s", p->keys);
	inside(path, p->staged, "keys");
	if ((rc = write_new(path, 0600, mark, strlen(mark), why)) != RC_OK)
		return rc;
	if (mkdir(p->keys, 0700) != 0)
		return fault_set(why, fault_rc_of_errno(errno), "keys", "cannot make the directory: %s",
		    strerror(errno));
	inside(path, p->keys, MARK);
	return write_new(path, 0600, mark, MARK_DIGITS, why);
}

enum rc
restore_place_claim(struct restore_place *p, struct fault *why)
{
	char db[RESTORE_PATH_SIZE];
	enum rc rc;

	/* A node that lost its settings alone still has its register: never written over. */
	inside(db, p->node, "watashi.db");
	if (access(db, F_OK) == 0 && !is_same_file(db, p->db))
		return fault_set(why, RC_CONFLICT, "node",
		    "there is a database here without settings: move it away, or restore into another directory");
	remove_rest(p);
	if (access(p->keys, F_OK) == 0)
		return fault_set(why, RC_CONFLICT, "keys", "the directory exists already: name another with --keys");
	if ((rc = make_folder(p->node, 0750, why)) != RC_OK)
		return rc;
	p->is_claimed = true;
	if ((rc = make_folder(p->staged, 0700, why)) != RC_OK ||
	    (rc = make_folder(p->law, 0750, why)) != RC_OK)
		return rc;
	return make_keys(p, why);
}

/* The settings with every path that lay in the old keys directory moved to the new one. */
static enum rc
move_settings(const struct restore_place *p, const char *old_keys, const char *fresh, struct fault *why)
{
	struct buf text = BUF_INIT(CONF_MAX), moved = BUF_INIT(CONF_MAX);
	size_t len = strlen(old_keys);
	enum rc rc;

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
		if (rc != RC_OK) {
			(void)fault_set(why, rc, "watashi.conf", "larger than any settings");
			goto out;
		}
	}
	rc = write_new(fresh, 0640, moved.data, moved.len, why);
 out:
	buf_clear(&text);
	buf_clear(&moved);
	return rc;
}

enum rc
restore_place_settle(struct restore_place *p, const char *old_keys, struct fault *why)
{
	char law[RESTORE_PATH_SIZE], db[RESTORE_PATH_SIZE], fresh[RESTORE_PATH_SIZE], conf[RESTORE_PATH_SIZE];
	enum rc rc;

	inside(law, p->node, "law");
	inside(db, p->node, "watashi.db");
	inside(fresh, p->node, "watashi.conf.new");
	inside(conf, p->node, "watashi.conf");
	/* What may want room comes before the first name is given. */
	if ((rc = move_settings(p, old_keys, fresh, why)) != RC_OK)
		return rc;
	/* Law files without a database are of a restoring that was cut off: the backup has them. */
	remove_folder(law);
	if (rename(p->law, law) != 0)
		return failed("restore", why);
	/* A second name, so that the rest of a killed restoring can be told; not every file system has it. */
	if (link(p->db, db) != 0) {
		if (errno == EEXIST || rename(p->db, db) != 0)
			return failed("restore", why);
		p->is_db_moved = true;
	}
	if ((rc = sync_folder(p->node, why)) != RC_OK || (rc = sync_folder(p->keys, why)) != RC_OK)
		return rc;
	if (rename(fresh, conf) != 0)
		return failed("watashi.conf", why);
	p->is_claimed = false;			/* it stands */
	return sync_folder(p->node, why);
}

void
restore_place_take_back(struct restore_place *p)
{
	char path[RESTORE_PATH_SIZE];

	if (!p->is_claimed)
		return;
	inside(path, p->node, "watashi.db");
	if (p->is_db_moved)
		(void)unlink(path);
	remove_rest(p);
	p->is_claimed = false;
}

void
restore_place_tidy(const char *node, const char *keys)
{
	char path[RESTORE_PATH_SIZE];

	inside(path, node, "restoring");
	if (access(path, F_OK) != 0)
		return;
	remove_folder(path);
	inside(path, keys, MARK);
	(void)unlink(path);
}
