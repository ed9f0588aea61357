#ifndef CLI_CONNECT_H
#define CLI_CONNECT_H

#include <sys/types.h>

#include "base/day.h"
#include "base/fault.h"

/*
 * The way to a node: its daemon's socket, or, when no daemon runs, a watashid of our own
 * that serves this one command under the same lock.
 */
struct connection {
	int fd;
	pid_t daemon;		/* our own watashid, 0: none */
};

enum rc connection_open(const char *node, day today, struct connection *ret_connection,
    struct fault *why) MUST_USE;
/* Only its daemon: RC_ABSENT when none runs. */
enum rc connection_join(const char *node, struct connection *ret_connection, struct fault *why) MUST_USE;
/* Waits for our own watashid to end. */
void connection_close(struct connection *c);

/*
 * Path of a program that belongs to this one: beside it in a build tree, else where it was
 * installed.  directory: where that is ("sbin"), relative to our own's parent, and as configured.
 */
enum rc connection_program(const char *name, const char *directory, const char *configured,
    char path[4096], struct fault *why) MUST_USE;

#endif
