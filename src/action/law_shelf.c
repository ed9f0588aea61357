#include "action/law_shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_law.h"

void
law_shelf_hex(const struct vault_digest *hash, char hex[LAW_SHELF_HEX_SIZE])
{
	for (size_t i = 0; i < VAULT_DIGEST_BYTES; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", hash->b[i]);
}

void
law_shelf_path(const char *node, const struct vault_digest *hash, char path[LAW_SHELF_PATH_SIZE])
{
	char hex[LAW_SHELF_HEX_SIZE];

	law_shelf_hex(hash, hex);
	(void)snprintf(path, LAW_SHELF_PATH_SIZE, "%s/law/%s.law", node, hex);
}

static enum rc
failed(struct fault *why)
{
	return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "law", "cannot be kept: %s", strerror(errno));
}

static enum rc
write_whole(int fd, const void *bytes, size_t len, struct fault *why)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return failed(why);
		at += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0 ? RC_OK : failed(why);
}

enum rc
law_shelf_put(const char *node, const struct vault_digest *hash, const void *bytes, size_t len,
    struct fault *why)
{
	char path[LAW_SHELF_PATH_SIZE], fresh[LAW_SHELF_PATH_SIZE + 8], folder[PATH_MAX + 8];
	int fd = -1, dir = -1;
	enum rc rc;

	law_shelf_path(node, hash, path);
	(void)snprintf(fresh, sizeof(fresh), "%s.new", path);
	(void)snprintf(folder, sizeof(folder), "%s/law", node);
	if (mkdir(folder, 0750) != 0 && errno != EEXIST)
		return failed(why);
	if ((fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640)) < 0)
		return failed(why);
	if ((rc = write_whole(fd, bytes, len, why)) != RC_OK)
		goto out;
	if (rename(fresh, path) != 0 || (dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 ||
	    fsync(dir) != 0)
		rc = failed(why);
 out:
	if (rc != RC_OK)
		(void)unlink(fresh);
	(void)close(fd);
	if (dir >= 0)
		(void)close(dir);
	return rc;
}

enum rc
law_shelf_open(struct action *a, struct fault *why)
{
	struct arena arena;
	struct law_row row;
	struct law_file *file = NULL;
	char path[LAW_SHELF_PATH_SIZE];
	enum rc rc;

	arena_init(&arena, LIMIT_TEXT_BYTES);
	if ((rc = store_law_current(a->store, &arena, &row, why)) != RC_OK) {
		if (rc == RC_ABSENT)
			rc = RC_OK;	/* doctor says what to do */
		goto out;
	}
	if (a->law != NULL && memcmp(a->law->hash, row.hash.b, VAULT_DIGEST_BYTES) == 0)
		goto out;
	law_shelf_path(a->node, &row.hash, path);
	if ((rc = law_load(path, &file, why)) != RC_OK)
		goto out;
	if (memcmp(law_of(file)->hash, row.hash.b, VAULT_DIGEST_BYTES) != 0) {
		rc = fault_set(why, RC_CRYPTO, "law", "the file is not the one that was installed");
		goto out;
	}
	law_free(a->law_file);
	a->law_file = file;
	a->law = law_of(file);
	file = NULL;
 out:
	law_free(file);
	arena_clear(&arena);
	return rc;
}
