#ifndef BASE_OUTFILE_H
#define BASE_OUTFILE_H

#include <limits.h>
#include <stddef.h>

#include "base/fault.h"

/*
 * A file that somebody named to be written: whole or not at all, and an older file of that name stands until the new one
 * is complete.  A device or pipe is written into and stays what it is; a link to a file, a folder and a
 * socket are refused (RC_IO).
 */
struct outfile {
	const char *path;
	char part[PATH_MAX];		/* what takes its place; "" when written into */
	int fd;
};

/* o is untouched on failure.  path must live until outfile_end.  mode: of a new file, 0600 or 0644. */
enum rc outfile_begin(struct outfile *o, const char *path, unsigned mode, struct fault *why) MUST_USE;
/* All of the bytes; place is named in the fault. */
enum rc outfile_put(int fd, const void *bytes, size_t len, const char *place, struct fault *why) MUST_USE;
/* rc: how the writing went; that is returned, unless it was RC_OK and the end fails.  Always closes. */
enum rc outfile_end(struct outfile *o, enum rc rc, struct fault *why) MUST_USE;

#endif
