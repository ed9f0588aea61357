#include "action/backup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "watashi-backup 1\n"
#define HEAD_MAX (2 * BACKUP_WRAP_MAX + 1024)
#define PART_BYTES 65536

static enum rc
write_all(int fd, const void *bytes, size_t len, const char *place, struct fault *why)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault_set(why, n == 0 ? RC_FULL : fault_rc_of_errno(errno), place, "%s",
			    strerror(n == 0 ? ENOSPC : errno));
		at += n;
		len -= (size_t)n;
	}
	return RC_OK;
}

static enum rc
put_hex(struct buf *b, const char *key, const unsigned char *bytes, size_t len)
{
	enum rc rc = buf_printf(b, "%s ", key);

	for (size_t i = 0; i < len && rc == RC_OK; i++)
		rc = buf_printf(b, "%02x", bytes[i]);
	return rc == RC_OK ? buf_add_char(b, '\n') : rc;
}

enum rc
backup_head_write(int fd, const struct backup_head *head, struct vault_digest *ret_digest,
    struct fault *why)
{
	struct buf b = BUF_INIT(HEAD_MAX);
	enum rc rc;

	if ((rc = buf_printf(&b, MAGIC "municipality %s\nmade-us %" PRId64 "\nschema %d\naudit-sequence %" PRId64
	    "\naudit-us %" PRId64 "\n", head->municipality, head->made_us, head->schema,
	    head->audit.sequence, head->audit.time_us)) != RC_OK ||
	    (rc = put_hex(&b, "audit-hash", head->audit.hash.b, sizeof(head->audit.hash.b))) != RC_OK ||
	    (rc = put_hex(&b, "salt", head->salt, sizeof(head->salt))) != RC_OK ||
	    (rc = put_hex(&b, "wrap", head->wrap, head->wrap_len)) != RC_OK ||
	    (rc = buf_add_char(&b, '\n')) != RC_OK ||
	    (rc = vault_digest(b.data, b.len, ret_digest)) != RC_OK) {
		(void)fault_set(why, rc, "backup", "the head could not be made");
		goto out;
	}
	rc = write_all(fd, b.data, b.len, "backup", why);
 out:
	buf_clear(&b);
	return rc;
}

/* The bytes up to and with the empty line; nothing of the stream is read. */
static enum rc
read_head(int fd, struct buf *b, struct fault *why)
{
	char c;
	ssize_t n;

	while (b->len < 2 || strcmp(b->data + b->len - 2, "\n\n") != 0) {
		if ((n = read(fd, &c, 1)) < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(why, RC_IO, "backup", "%s", strerror(errno));
		if (n == 0 || c == '\0' || buf_add_char(b, c) != RC_OK ||
		    (b->len <= strlen("watashi-backup ") && strncmp(b->data, MAGIC, b->len) != 0))
			return fault_set(why, RC_INVALID, "backup", "not a backup of a node");
	}
	return strncmp(b->data, MAGIC, strlen(MAGIC)) == 0 ? RC_OK :
	    fault_set(why, RC_VERSION, "backup", "of a later version of this program");
}

static bool
take_hex(const char *text, unsigned char *out, size_t size, size_t *ret_len)
{
	size_t n = strlen(text);
	unsigned byte;

	if (n % 2 != 0 || n / 2 > size || strspn(text, "0123456789abcdef") != n)
		return false;
	for (size_t i = 0; i < n / 2; i++) {
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return false;
		out[i] = (unsigned char)byte;
	}
	*ret_len = n / 2;
	return true;
}

static bool
take_number(const char *text, int64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && *ret >= 0;
}

enum rc
backup_head_read(int fd, struct backup_head *ret_head, struct vault_digest *ret_digest,
    struct fault *why)
{
	static const char *const keys[] = { "municipality", "made-us", "schema", "audit-sequence", "audit-us",
	    "audit-hash", "salt", "wrap" };
	struct backup_head *h = calloc(1, sizeof(*h));
	struct buf b = BUF_INIT(HEAD_MAX);
	struct vault_digest digest;
	char *line, *next, *value;
	size_t len = 0, n = 0;
	int64_t number = 0;
	enum rc rc;

	if (h == NULL)
		return fault_set(why, RC_NOMEM, "backup", "no memory");
	if ((rc = read_head(fd, &b, why)) != RC_OK)
		goto out;
	if ((rc = vault_digest(b.data, b.len, &digest)) != RC_OK)
		goto out;
	for (line = b.data + strlen(MAGIC); *line != '\n'; line = next, n++) {
		bool good = n < sizeof(keys) / sizeof(keys[0]) && (next = strchr(line, '\n')) != NULL;

		if (good) {
			*next++ = '\0';
			value = strchr(line, ' ');
			good = value != NULL && strncmp(line, keys[n], strlen(keys[n])) == 0 &&
			    line + strlen(keys[n]) == value;
		}
		if (good) {
			value++;
			switch (n) {
			case 0:
				good = strlen(value) == 6;
				memcpy(h->municipality, value, good ? 7 : 0);
				break;
			case 1:
				good = take_number(value, &h->made_us);
				break;
			case 2:
				good = take_number(value, &number) && number <= INT32_MAX;
				h->schema = (int)number;
				break;
			case 3:
				good = take_number(value, &h->audit.sequence);
				break;
			case 4:
				good = take_number(value, &h->audit.time_us);
				break;
			case 5:
				good = take_hex(value, h->audit.hash.b, sizeof(h->audit.hash.b), &len) &&
				    len == sizeof(h->audit.hash.b);
				break;
			case 6:
				good = take_hex(value, h->salt, sizeof(h->salt), &len) && len == sizeof(h->salt);
				break;
			default:
				good = take_hex(value, h->wrap, sizeof(h->wrap), &h->wrap_len);
				break;
			}
		}
		if (!good) {
			rc = fault_set(why, RC_INVALID, "backup", "line %zu of the head is damaged", n + 2);
			goto out;
		}
	}
	if (n != sizeof(keys) / sizeof(keys[0])) {
		rc = fault_set(why, RC_INVALID, "backup", "the head is cut short");
		goto out;
	}
	*ret_head = *h;
	*ret_digest = digest;
 out:
	free(h);
	buf_clear(&b);
	return rc;
}

void
backup_tidy(const char *node)
{
	static const char *const names[] = { BACKUP_COPY, BACKUP_COPY "-journal", BACKUP_COPY "-wal",
	    BACKUP_COPY "-shm" };
	char path[PATH_MAX + 64];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", node, names[i]);
		(void)unlink(path);
	}
}

bool
backup_name_holds(const char *name)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t len = strlen(name);
	const char *end = len > 4 ? name + len - 4 : "";

	if (strcmp(name, "watashi.conf") == 0 || strcmp(name, "watashi.db") == 0)
		return true;
	if (strncmp(name, "law/", 4) == 0)
		return len == 4 + 2 * VAULT_DIGEST_BYTES + 4 && strcmp(end, ".law") == 0 &&
		    strspn(name + 4, "0123456789abcdef") == 2 * VAULT_DIGEST_BYTES;
	return strncmp(name, "keys/", 5) == 0 && name[5] != '.' && strspn(name + 5, plain) == len - 5 &&
	    (strcmp(end, ".crt") == 0 || strcmp(end, ".pem") == 0);
}

static void
put_u64(uint64_t value, unsigned char out[8])
{
	for (int i = 0; i < 8; i++)
		out[i] = (unsigned char)(value >> (56 - 8 * i));
}

enum rc
backup_entry_open(struct vault_stream *s, const char *name, uint64_t size, struct fault *why)
{
	size_t len = strlen(name);
	unsigned char head[2] = { (unsigned char)(len >> 8), (unsigned char)len }, bytes[8];
	enum rc rc;

	if (!backup_name_holds(name) || len >= BACKUP_NAME_MAX)
		return fault_set(why, RC_BUG, "backup", "nothing of this name goes into a backup");
	put_u64(size, bytes);
	if ((rc = vault_stream_put(s, head, sizeof(head), why)) != RC_OK ||
	    (rc = vault_stream_put(s, name, len, why)) != RC_OK)
		return rc;
	return vault_stream_put(s, bytes, sizeof(bytes), why);
}

enum rc
backup_put_file(struct vault_stream *s, const char *name, const char *path, struct fault *why)
{
	unsigned char part[PART_BYTES];
	uint64_t left;
	struct stat st;
	ssize_t n;
	enum rc rc;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return fault_set(why, errno == ENOENT ? RC_ABSENT : RC_IO, name, "%s", strerror(errno));
	if (fstat(fd, &st) != 0) {
		rc = fault_set(why, RC_IO, name, "%s", strerror(errno));
		goto out;
	}
	left = (uint64_t)st.st_size;
	rc = backup_entry_open(s, name, left, why);
	while (rc == RC_OK && left > 0) {
		n = read(fd, part, left < sizeof(part) ? (size_t)left : sizeof(part));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = fault_set(why, RC_IO, name, "%s", n < 0 ? strerror(errno) : "it became shorter");
			break;
		}
		rc = vault_stream_put(s, part, (size_t)n, why);
		left -= (uint64_t)n;
	}
 out:
	(void)close(fd);
	return rc;
}

enum rc
backup_close(struct vault_stream *s, struct fault *why)
{
	static const unsigned char none[2] = { 0, 0 };
	enum rc rc;

	if ((rc = vault_stream_put(s, none, sizeof(none), why)) != RC_OK)
		return rc;
	return vault_stream_end(s, why);
}

enum rc
backup_entry_next(struct vault_stream *s, char ret_name[BACKUP_NAME_MAX], uint64_t *ret_size,
    struct fault *why)
{
	unsigned char head[2], bytes[8];
	char name[BACKUP_NAME_MAX];
	uint64_t size = 0;
	size_t len;
	enum rc rc;

	if ((rc = vault_stream_take(s, head, sizeof(head), why)) != RC_OK)
		return rc;
	len = (size_t)head[0] << 8 | head[1];
	if (len == 0)
		return (rc = vault_stream_at_end(s, why)) == RC_OK ? RC_ABSENT : rc;
	if (len >= sizeof(name))
		return fault_set(why, RC_INVALID, "backup", "the name of an entry is too long");
	if ((rc = vault_stream_take(s, name, len, why)) != RC_OK ||
	    (rc = vault_stream_take(s, bytes, sizeof(bytes), why)) != RC_OK)
		return rc;
	name[len] = '\0';
	if (strlen(name) != len || !backup_name_holds(name))
		return fault_set(why, RC_INVALID, "backup", "an entry has a name that no backup holds");
	for (int i = 0; i < 8; i++)
		size = size << 8 | bytes[i];
	memcpy(ret_name, name, len + 1);
	*ret_size = size;
	return RC_OK;
}

enum rc
backup_take_file(struct vault_stream *s, uint64_t size, const char *path, struct fault *why)
{
	unsigned char part[PART_BYTES];
	enum rc rc = RC_OK;
	int fd;

	if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
		return fault_set(why, errno == EEXIST ? RC_CONFLICT : fault_rc_of_errno(errno), "restore",
		    "%s", strerror(errno));
	while (rc == RC_OK && size > 0) {
		size_t n = size < sizeof(part) ? (size_t)size : sizeof(part);

		if ((rc = vault_stream_take(s, part, n, why)) != RC_OK)
			break;
		rc = write_all(fd, part, n, "restore", why);
		size -= n;
	}
	if (rc == RC_OK && fsync(fd) != 0)
		rc = fault_set(why, fault_rc_of_errno(errno), "restore", "%s", strerror(errno));
	(void)close(fd);
	if (rc != RC_OK)
		(void)unlink(path);
	return rc;
}
