#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum rc
write_all(int fd, const struct buf *bytes, const char *place, struct fault *why)
{
	for (size_t done = 0; done < bytes->len; ) {
		ssize_t n = write(fd, bytes->data + done, bytes->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, place, "%s",
			    strerrordesc_np(errno));
		done += (size_t)n;
	}
	return RC_OK;
}

enum rc
output_write(const char *path, const struct buf *bytes, struct fault *why)
{
	char temporary[PATH_MAX];
	int fd, n;
	enum rc rc;

	if (path == NULL)
		return write_all(STDOUT_FILENO, bytes, "standard output", why);
	n = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	if (n < 0 || (size_t)n >= sizeof(temporary))
		return fault_set(why, RC_TOO_BIG, path, "the path is too long");
	if ((fd = mkostemp(temporary, O_CLOEXEC)) < 0)	/* mode 0600 */
		return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, path, "%s", strerrordesc_np(errno));
	if ((rc = write_all(fd, bytes, path, why)) == RC_OK && fsync(fd) != 0)
		rc = fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, path, "%s", strerrordesc_np(errno));
	if (close(fd) != 0 && rc == RC_OK)
		rc = fault_set(why, RC_IO, path, "%s", strerrordesc_np(errno));
	if (rc == RC_OK && rename(temporary, path) != 0)
		rc = fault_set(why, RC_IO, path, "%s", strerrordesc_np(errno));
	if (rc != RC_OK)
		(void)unlink(temporary);
	return rc;
}
