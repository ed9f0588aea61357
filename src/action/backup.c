#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "action/backup_file.h"
#include "action/node.h"
#include "base/sha256.h"

/*
 * One file that, with the two halves of the recovery key, makes this node again on an empty
 * machine.  Its digest stands in the audit log, so that a file brought years later can be
 * told from another.
 */
#define PATH_SIZE (PATH_MAX + 300)
#define PART_BYTES 65536

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

static enum rc
put_all(struct call *c, struct vault_stream *s, struct fault *why)
{
	struct action *a = c->a;
	char path[PATH_SIZE];
	enum rc rc;

	(void)snprintf(path, sizeof(path), "%s/watashi.conf", a->node);
	if ((rc = backup_put_file(s, "watashi.conf", path, why)) != RC_OK ||
	    (rc = put_laws(a, s, why)) != RC_OK ||
	    (rc = put_certificates(a, s, why)) != RC_OK)
		return rc;
	backup_tidy(a->node);
	(void)snprintf(path, sizeof(path), "%s/" BACKUP_COPY, a->node);
	if ((rc = store_copy_to(a->store, path, why)) == RC_OK)
		rc = backup_put_file(s, "watashi.db", path, why);
	backup_tidy(a->node);
	return rc == RC_OK ? backup_close(s, why) : rc;
}

/* Of the whole file as it lies there; syncs it first. */
static enum rc
digest_file(int fd, int64_t *ret_size, unsigned char ret_digest[SHA256_BYTES], struct fault *why)
{
	unsigned char part[PART_BYTES];
	struct sha256 h;
	int64_t size = 0;
	ssize_t n;

	if (fsync(fd) != 0 || lseek(fd, 0, SEEK_SET) != 0)
		return fault_set(why, fault_rc_of_errno(errno), "backup", "%s", strerror(errno));
	sha256_init(&h);
	while ((n = read(fd, part, sizeof(part))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(why, RC_IO, "backup", "%s", strerror(errno));
		sha256_add(&h, part, (size_t)n);
		size += n;
	}
	sha256_digest(&h, ret_digest);
	*ret_size = size;
	return RC_OK;
}

static enum rc
make_head(struct call *c, struct backup_head *head, unsigned char ret_key[VAULT_SECRET_BYTES],
    struct fault *why)
{
	struct action *a = c->a;
	const void *wrap;
	size_t len;
	enum rc rc;

	memset(head, 0, sizeof(*head));
	memcpy(head->municipality, a->config.municipality, sizeof(head->municipality));
	head->made_us = c->now_us;
	head->schema = store_schema_version();
	if ((rc = store_begin(a->store, c->now_us, why)) != RC_OK)
		return rc;
	rc = store_audit_head(a->store, &head->audit, why);
	store_rollback(a->store);
	if (rc != RC_OK)
		return rc;
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

enum rc
do_backup(struct call *c, struct fault *why)
{
	unsigned char key[VAULT_SECRET_BYTES], digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1], detail[sizeof(hex) + 8];
	struct vault_stream *s = NULL;
	struct vault_digest bound;
	struct backup_head head;
	struct frame f;
	int64_t size = 0;
	enum rc rc;

	if (c->a->key == NULL)
		return fault_set(why, RC_CRYPTO, "key", "the key process does not answer");
	if ((fcntl(c->r->fd, F_GETFL) & O_ACCMODE) != O_RDWR)
		return fault_set(why, RC_INVALID, "backup", "a new file to write and read again is wanted");
	if ((rc = make_head(c, &head, key, why)) != RC_OK ||
	    (rc = backup_head_write(c->r->fd, &head, &bound, why)) != RC_OK ||
	    (rc = vault_stream_write(c->r->fd, key, &bound, &s, why)) != RC_OK ||
	    (rc = put_all(c, s, why)) != RC_OK ||
	    (rc = digest_file(c->r->fd, &size, digest, why)) != RC_OK)
		goto out;
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	(void)snprintf(detail, sizeof(detail), "sha256:%s", hex);
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		goto out;
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_COUNT, size);
	frame_put_text(&f, TAG_HASH, hex);
	frame_put_int(&f, TAG_SEQUENCE, head.audit.sequence);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
 out:
	explicit_bzero(key, sizeof(key));
	vault_stream_free(s);
	return rc;
}
