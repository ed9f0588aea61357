#ifndef SERVE_ROLE_H
#define SERVE_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/day.h"
#include "base/fault.h"
#include "base/frame.h"

/*
 * The processes of one node.  Each is a fresh execution of watashid with nothing open but
 * the descriptors below and standard error.
 */
enum serve_role { ROLE_PARENT, ROLE_STORE, ROLE_KEY, ROLE_WIRE, ROLE_POST, ROLE__COUNT };
const char *serve_role_name(enum serve_role role);
/* ROLE__COUNT when unknown. */
enum serve_role serve_role_find(const char *name);

/* Descriptors a role finds open when it starts; one that is not open is not there. */
enum serve_fd {
	STORE_FD_PARENT = 3, STORE_FD_KEY, STORE_FD_WIRE, STORE_FD_POST, STORE_FD_CLIENT,
	KEY_FD_STORE = 3, KEY_FD_POST,
	WIRE_FD_STORE = 3,
	POST_FD_STORE = 3, POST_FD_KEY,
	SERVE_FD_LAST = STORE_FD_CLIENT,
};

/* Between parent and store. */
enum serve_frame {
	SERVE_READY = 0x400,	/* store: the socket is open, requests are served */
	SERVE_LINK,		/* parent: SERVE_TAG_ROLE and the store's new end, of a process started anew */
	SERVE_DROP,		/* store: SERVE_TAG_ROLE does not answer, end it */
};
enum serve_tag { SERVE_TAG_ROLE = 1 };

struct serve_options {
	const char *node;	/* directory, absolute */
	const char *program;	/* path of the running watashid */
	day today;		/* fixed as-of day, or DAY_NONE: the current day in Japan */
	int once_fd;		/* the one client, or -1 */
};

/* Exit statuses of the processes. */
int serve_parent(const struct serve_options *o);
int serve_store(const struct serve_options *o);
int serve_key(const struct serve_options *o);
int serve_wire(const struct serve_options *o);
int serve_post(const struct serve_options *o);

/* The same function tells a client that is the only one why nothing was done. */
void serve_refuse(int client_fd, enum rc rc, const struct fault *why);

#endif
