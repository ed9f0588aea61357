#ifndef SERVE_SPAWN_H
#define SERVE_SPAWN_H

#include <sys/types.h>

#include "serve/role.h"

#define SPAWN_FDS (SERVE_FD_LAST - 2)

/*
 * Executes watashid anew as a role, with fd[i] as its descriptor 3 + i (-1: not open) and
 * nothing else but standard error.  The child ends with its parent.
 */
enum rc spawn_role(const struct serve_options *o, enum serve_role role,
    const int fd[SPAWN_FDS], pid_t *ret_pid, struct fault *why) MUST_USE;
/* A connected pair of close-on-exec stream sockets. */
enum rc spawn_pair(int ret_fd[2], struct fault *why) MUST_USE;

#endif
