#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "action/backup_file.h"
#include "action/backup_job.h"
#include "base/sha256.h"

/*
 * One file that, with the two halves of the recovery key, makes this node again on an empty
 * machine.  Its digest stands in the audit log, so that a file brought years later can be
 * told from another.
 */
#define PATH_SIZE (PATH_MAX + 300)
#define PART_BYTES 65536
#define SLICE_BYTES (1u << 20)		/* a hundredth of a second: what others wait for */
#define PROGRESS_SLICES 32
#define MIB (1 << 20)

enum backup_phase { BACKUP_COPYING, BACKUP_SEALING, BACKUP_READING };

struct backup_job {
	/* who asked */
	struct request request;
	char actor[NODE_ACTOR_SIZE];
	int64_t officer;
	uint32_t uid;
	enum action_role role;

	struct backup_head head;
	struct vault_stream *stream;
	int fd;				/* the file */
	enum backup_phase phase;
	unsigned slices;
	int64_t size;			/* of the database; 0: not known yet */
	struct store_snapshot *copy;	/* while it is made */
	int copy_fd;			/* while it is sealed */
	int64_t left;			/* of the phase */
	struct sha256 sha;		/* of the file as it lies there */
	int64_t file_size;
};

static enum rc
put_laws(struct action *a, struct vault_stream *s, struct fault *why)
{
	char path[PATH_SIZE], name[BACKUP_NAME_MAX];
	struct dirent *e;
	enum rc rc = RC_OK;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/law", a->node);
	if ((d = opendir(path)) == NULL)
		return fault_set(why, RC_IO, "law", "%s", strerror(errno));
	while (rc == RC_OK && (e = readdir(d)) != NULL) {
		if (snprintf(name, sizeof(name), "law/%s", e->d_name) >= (int)sizeof(name) ||
		    !backup_name_holds(name))
			continue;
		(void)snprintf(path, sizeof(path), "%s/law/%s", a->node, e->d_name);
		rc = backup_put_file(s, name, path, why);
	}
	(void)closedir(d);
	return rc;
}

/* Certificates alone: the keys are in the wrap, and the TLS key is made anew. */
static enum rc
put_certificates(struct action *a, struct vault_stream *s, struct fault *why)
{
	char path[PATH_SIZE], name[BACKUP_NAME_MAX];
	struct dirent *e;
	enum rc rc = RC_OK;
	DIR *d;

	if ((d = opendir(a->config.keys)) == NULL)
		return fault_set(why, RC_IO, "keys", "%s", strerror(errno));
	while (rc == RC_OK && (e = readdir(d)) != NULL) {
		if (snprintf(name, sizeof(name), "keys/%s", e->d_name) >= (int)sizeof(name) ||
		    !backup_name_holds(name))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", a->config.keys, e->d_name);
		rc = backup_put_file(s, name, path, why);
	}
	(void)closedir(d);
	return rc;
}

static void
copy_path(const struct action *a, char ret_path[PATH_SIZE])
{
	(void)snprintf(ret_path, PATH_SIZE, "%s/" BACKUP_COPY, a->node);
}

/* All but the database, which is seen from now on as it is now. */
static enum rc
put_rest(struct action *a, struct backup_job *job, struct fault *why)
{
	char path[PATH_SIZE];
	enum rc rc;

	(void)snprintf(path, sizeof(path), "%s/watashi.conf", a->node);
	if ((rc = backup_put_file(job->stream, "watashi.conf", path, why)) != RC_OK ||
	    (rc = put_laws(a, job->stream, why)) != RC_OK)
		return rc;
	return put_certificates(a, job->stream, why);
}

/* The head of the log is that of the copy: nothing is written between the two. */
static enum rc
begin_copy(struct call *c, struct backup_job *job, struct fault *why)
{
	char path[PATH_SIZE];
	enum rc rc;

	backup_tidy(c->a->node);
	copy_path(c->a, path);
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = store_audit_head(c->a->store, &job->head.audit, why)) == RC_OK)
		rc = store_snapshot_begin(c->a->store, path, &job->copy, why);
	store_rollback(c->a->store);
	return rc;
}

static enum rc
make_head(struct call *c, struct backup_head *head, unsigned char ret_key[VAULT_SECRET_BYTES], struct fault *why)
{
	struct action *a = c->a;
	const void *wrap;
	size_t len;
	enum rc rc;

	memcpy(head->municipality, a->config.municipality, sizeof(head->municipality));
	head->made_us = c->now_us;
	head->schema = store_schema_version();
	if ((rc = vault_random(head->salt, sizeof(head->salt))) != RC_OK)
		return fault_set(why, rc, "backup", "the machine gives no random bytes");
	if ((rc = vault_client_backup_key(a->key, head->salt, ret_key, &wrap, &len, why)) != RC_OK)
		return rc;
	if (len > sizeof(head->wrap))
		return fault_set(why, RC_TOO_BIG, "recovery.wrap", "larger than any wrap");
	memcpy(head->wrap, wrap, len);
	head->wrap_len = len;
	return RC_OK;
}

void
backup_drop(struct action *a)
{
	struct backup_job *job = a->backup;

	if (job == NULL)
		return;
	a->backup = NULL;
	store_snapshot_drop(job->copy);
	vault_stream_free(job->stream);
	if (job->copy_fd >= 0)
		(void)close(job->copy_fd);
	if (job->fd >= 0)
		(void)close(job->fd);
	backup_tidy(a->node);
	free(job);
}

enum rc
backup_begin(struct call *c, struct fault *why)
{
	unsigned char key[VAULT_SECRET_BYTES];
	struct vault_digest bound;
	struct backup_job *job;
	enum rc rc;

	if (c->a->backup != NULL)
		return fault_set(why, RC_BUSY, "backup", "another one is under way: try again once it is done");
	if ((job = calloc(1, sizeof(*job))) == NULL)
		return fault_set(why, RC_NOMEM, "backup", "out of memory");
	*job = (struct backup_job){ .request = { .kind = c->r->kind, .fd = -1 }, .officer = c->officer, .uid = c->uid,
	    .role = c->role, .copy_fd = -1, .fd = fcntl(c->r->fd, F_DUPFD_CLOEXEC, 0) };
	(void)snprintf(job->actor, sizeof(job->actor), "%s", c->actor);
	c->a->backup = job;
	rc = job->fd >= 0 ? RC_OK : fault_set(why, RC_IO, "backup", "%s", strerror(errno));
	if (rc != RC_OK || (rc = begin_copy(c, job, why)) != RC_OK || (rc = make_head(c, &job->head, key, why)) != RC_OK ||
	    (rc = backup_head_write(job->fd, &job->head, &bound, why)) != RC_OK ||
	    (rc = vault_stream_write(job->fd, key, &bound, &job->stream, why)) != RC_OK ||
	    (rc = put_rest(c->a, job, why)) != RC_OK)
		backup_drop(c->a);
	c->is_begun = rc == RC_OK;
	explicit_bzero(key, sizeof(key));
	return rc;
}

/* ---- slices ---- */

static enum rc
copy_slice(struct action *a, struct backup_job *job, struct fault *why)
{
	char path[PATH_SIZE];
	struct stat st;
	enum rc rc;

	if ((rc = store_snapshot_step(job->copy, SLICE_BYTES, &job->left, &job->size, why)) != RC_OK || job->left > 0)
		return rc;
	store_snapshot_drop(job->copy);
	job->copy = NULL;
	copy_path(a, path);
	if ((job->copy_fd = open(path, O_RDONLY | O_CLOEXEC)) < 0 || fstat(job->copy_fd, &st) != 0)
		return fault_set(why, RC_IO, "backup", "%s", strerror(errno));
	job->phase = BACKUP_SEALING;
	job->size = job->left = (int64_t)st.st_size;
	return backup_entry_open(job->stream, "watashi.db", (uint64_t)st.st_size, why);
}

static enum rc
seal_slice(struct action *a, struct backup_job *job, struct fault *why)
{
	unsigned char part[PART_BYTES];
	enum rc rc = RC_OK;

	for (size_t done = 0; rc == RC_OK && done < SLICE_BYTES && job->left > 0; ) {
		ssize_t n = read(job->copy_fd, part, job->left < PART_BYTES ? (size_t)job->left : sizeof(part));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault_set(why, RC_IO, "backup", "%s", n < 0 ? strerror(errno) : "the copy became shorter");
		rc = vault_stream_put(job->stream, part, (size_t)n, why);
		done += (size_t)n;
		job->left -= n;
	}
	if (rc != RC_OK)
		return rc;
	/* On its way to the disk already, so that the end waits for little; not every file system can. */
	(void)sync_file_range(job->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	if (job->left > 0)
		return RC_OK;
	(void)close(job->copy_fd);
	job->copy_fd = -1;
	backup_tidy(a->node);
	if ((rc = backup_close(job->stream, why)) != RC_OK)
		return rc;
	if (fsync(job->fd) != 0 || lseek(job->fd, 0, SEEK_SET) != 0)
		return fault_set(why, fault_rc_of_errno(errno), "backup", "%s", strerror(errno));
	sha256_init(&job->sha);
	job->phase = BACKUP_READING;
	job->left = job->size;
	return RC_OK;
}

static enum rc
read_slice(struct backup_job *job, bool *ret_over, struct fault *why)
{
	unsigned char part[PART_BYTES];

	for (size_t done = 0; done < SLICE_BYTES; ) {
		ssize_t n = read(job->fd, part, sizeof(part));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(why, RC_IO, "backup", "%s", strerror(errno));
		if (n == 0) {
			*ret_over = true;
			return RC_OK;
		}
		sha256_add(&job->sha, part, (size_t)n);
		job->file_size += n;
		job->left -= n < job->left ? n : job->left;
		done += (size_t)n;
	}
	return RC_OK;
}

/* The file is whole: its digest into the log, and told. */
static enum rc
finish(struct call *c, struct backup_job *job, struct fault *why)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1], detail[sizeof(hex) + 8];
	struct frame f;
	enum rc rc;

	sha256_digest(&job->sha, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	(void)snprintf(detail, sizeof(detail), "sha256:%s", hex);
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_COUNT, job->file_size);
	frame_put_text(&f, TAG_HASH, hex);
	frame_put_int(&f, TAG_SEQUENCE, job->head.audit.sequence);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* In MiB: what is copied, sealed and read again. */
static enum rc
say_progress(struct call *c, const struct backup_job *job, struct fault *why)
{
	if (job->slices % PROGRESS_SLICES != 0)
		return RC_OK;
	return node_progress(c, ((job->phase + 1) * job->size - job->left) / MIB, 3 * job->size / MIB, why);
}

enum rc
backup_go_on(struct action *a, int64_t now_us, day today, bool *ret_over, struct fault *why)
{
	struct backup_job *job = a->backup;
	struct call c = { .a = a, .r = &job->request, .actor = job->actor, .officer = job->officer, .uid = job->uid,
	    .role = job->role, .now_us = now_us, .today = today, .as_of = today };
	bool over = false;
	enum rc rc = RC_BUG;

	arena_init(&c.arena, LIMIT_TEXT_BYTES);
	job->slices++;
	switch (job->phase) {
	case BACKUP_COPYING:
		rc = copy_slice(a, job, why);
		break;
	case BACKUP_SEALING:
		rc = seal_slice(a, job, why);
		break;
	case BACKUP_READING:
		rc = read_slice(job, &over, why);
		break;
	}
	if (rc == RC_OK)
		rc = over ? finish(&c, job, why) : say_progress(&c, job, why);
	arena_clear(&c.arena);
	*ret_over = over || rc != RC_OK;
	return rc;
}

enum rc
do_backup(struct call *c, struct fault *why)
{
	if (c->a->key == NULL)
		return fault_set(why, RC_CRYPTO, "key", "the key process does not answer");
	if ((fcntl(c->r->fd, F_GETFL) & O_ACCMODE) != O_RDWR)
		return fault_set(why, RC_INVALID, "backup", "a new file to write and read again is wanted");
	return backup_begin(c, why);
}
