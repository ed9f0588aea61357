#ifndef SERVE_CLIENT_H
#define SERVE_CLIENT_H

#include "action/request.h"
#include "serve/outflow.h"

/* One peer of the node's socket: a command line, a page, a test. */
struct client {
	int fd;				/* -1: free place */
	uint32_t uid;			/* of the peer, as the kernel says */
	struct buf body;		/* of the request being served */
	struct outflow out;
	bool is_gone;			/* to be closed */
	int64_t partial_until_us;	/* a frame began and must be whole by then; 0: none */
	int64_t idle_until_us;		/* to ask something by then */

	/* inquire --wait, peer test: its answer is kept back until what it asked for is over */
	bool is_waiting;
	struct request request;		/* fields point into body */
	int64_t wait_until_us;

	/* backup: served in slices, or standing in line for them with the file that came along */
	bool is_begun, is_in_line;
	int file;
};

/* Takes over fd, whose peer the kernel names. */
enum rc client_open(struct client *c, int fd, int64_t steady_us, struct fault *why) MUST_USE;
void client_close(struct client *c);	/* free places are left alone */

/*
 * The next request of the peer, without waiting: RC_PENDING while it is not whole, RC_OK,
 * otherwise the client is to be closed.  RC_INVALID and RC_TOO_BIG: tell it why first.
 * *ret_fd: a descriptor that came along, the caller's, or -1.
 */
enum rc client_receive(struct client *c, int64_t steady_us, uint16_t *ret_kind, int *ret_fd,
    struct fault *why) MUST_USE;

/* Puts a frame on its way; waits only when much is on its way already. */
enum rc client_reply(struct client *c, const struct frame *f, struct fault *why) MUST_USE;

#endif
