#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/words.h"

static enum rc
write_all(int fd, const struct buf *bytes, const char *place, struct fault *why)
{
	for (size_t done = 0; done < bytes->len; ) {
		ssize_t n = write(fd, bytes->data + done, bytes->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(why, fault_rc_of_errno(errno), place, "%s", strerrordesc_np(errno));
		done += (size_t)n;
	}
	return RC_OK;
}

static enum rc
failed(const char *path, struct fault *why)
{
	return fault_set(why, fault_rc_of_errno(errno), path, "%s", strerrordesc_np(errno));
}

/* Devices and pipes are written into; what else is no file of its own must not be put out of its place. */
static enum rc
look_at(const char *path, bool *ret_stays, struct fault *why)
{
	struct stat own, target;

	*ret_stays = false;
	if (lstat(path, &own) != 0 || S_ISREG(own.st_mode))
		return RC_OK;
	if (stat(path, &target) != 0 || !(S_ISCHR(target.st_mode) || S_ISFIFO(target.st_mode)))
		return fault_set(why, RC_IO, path, WORDS("neither a file nor a device: nothing was written"));
	*ret_stays = true;
	return RC_OK;
}

enum rc
output_begin(struct output *o, const char *path, struct fault *why)
{
	struct output made = { .path = path, .fd = STDOUT_FILENO };
	bool stays;
	int n;
	enum rc rc;

	if (path == NULL) {
		*o = made;
		return RC_OK;
	}
	if ((rc = look_at(path, &stays, why)) != RC_OK)
		return rc;
	n = stays ? 0 : snprintf(made.part, sizeof(made.part), "%s.XXXXXX", path);
	if (n < 0 || (size_t)n >= sizeof(made.part))
		return fault_set(why, RC_TOO_BIG, path, WORDS("the path is too long"));
	made.fd = stays ? open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY) :
	    mkostemp(made.part, O_CLOEXEC);	/* mode 0600 */
	if (made.fd < 0)
		return failed(path, why);
	*o = made;
	return RC_OK;
}

enum rc
output_end(struct output *o, enum rc rc, struct fault *why)
{
	if (o->path == NULL)
		return rc;
	if (rc == RC_OK && o->part[0] != '\0' && fsync(o->fd) != 0)
		rc = failed(o->path, why);
	if (close(o->fd) != 0 && rc == RC_OK)
		rc = failed(o->path, why);
	if (o->part[0] == '\0')
		return rc;
	if (rc == RC_OK && rename(o->part, o->path) != 0)
		rc = failed(o->path, why);
	if (rc != RC_OK)
		(void)unlink(o->part);
	return rc;
}

enum rc
output_write(const char *path, const struct buf *bytes, struct fault *why)
{
	struct output o;
	enum rc rc = output_begin(&o, path, why);

	if (rc != RC_OK)
		return rc;
	return output_end(&o, write_all(o.fd, bytes, path != NULL ? path : "standard output", why), why);
}
