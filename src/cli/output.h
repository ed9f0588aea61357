#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <limits.h>

#include "base/buf.h"
#include "base/fault.h"

/*
 * Where an answer goes.  To a file: whole or not at all, readable by its owner alone, and an older file of that name
 * stands until the new one is complete.  A device or pipe is written into and stays what it is; a link to a file, a
 * folder and a socket are refused (RC_IO).  path NULL: standard output.
 */
struct output {
	const char *path;
	char part[PATH_MAX];		/* what takes its place; "" when written into */
	int fd;
};

/* o is untouched on failure.  path must live until output_end. */
enum rc output_begin(struct output *o, const char *path, struct fault *why) MUST_USE;
/* rc: how the writing went; that is returned, unless it was RC_OK and the end fails.  Always closes. */
enum rc output_end(struct output *o, enum rc rc, struct fault *why) MUST_USE;
/* All at once. */
enum rc output_write(const char *path, const struct buf *bytes, struct fault *why) MUST_USE;

#endif
