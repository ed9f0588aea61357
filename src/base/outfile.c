#include "base/outfile.h"

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
outfile_begin(struct outfile *o, const char *path, unsigned mode, struct fault *why)
{
	struct outfile made = { .path = path };
	bool stays;
	int n;
	enum rc rc;

	if ((rc = look_at(path, &stays, why)) != RC_OK)
		return rc;
	n = stays ? 0 : snprintf(made.part, sizeof(made.part), "%s.XXXXXX", path);
	if (n < 0 || (size_t)n >= sizeof(made.part))
		return fault_set(why, RC_TOO_BIG, path, WORDS("the path is too long"));
	made.fd = stays ? open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY) :
	    mkostemp(made.part, O_CLOEXEC);	/* mode 0600 */
	if (made.fd < 0)
		return failed(path, why);
	if (!stays && mode != 0600 && fchmod(made.fd, (mode_t)mode) != 0) {
		rc = failed(path, why);
		(void)close(made.fd);
		(void)unlink(made.part);
		return rc;
	}
	*o = made;
	return RC_OK;
}

enum rc
outfile_end(struct outfile *o, enum rc rc, struct fault *why)
{
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
outfile_put(int fd, const void *bytes, size_t len, const char *place, struct fault *why)
{
	for (size_t done = 0; done < len; ) {
		ssize_t n = write(fd, (const char *)bytes + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(why, fault_rc_of_errno(errno), place, "%s", strerrordesc_np(errno));
		done += (size_t)n;
	}
	return RC_OK;
}
