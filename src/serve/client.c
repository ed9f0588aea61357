#include "serve/client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND_US 1000000
/* A request is sent in one go; whoever needs longer is not one of ours. */
#define PARTIAL_US (5 * SECOND_US)
#define IDLE_US (120 * (int64_t)SECOND_US)
/* Lists of a whole town go out as they are made: more than this is waited for. */
#define OUT_ENOUGH (1u << 20)
#define OUT_WAIT_MS 10000

enum rc
client_open(struct client *c, int fd, int64_t steady_us, struct fault *why)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return fault_set(why, RC_IO, "client", "no credentials: %s", strerror(errno));
	*c = (struct client){ .fd = fd, .uid = peer.uid, .idle_until_us = steady_us + IDLE_US, .file = -1 };
	buf_init(&c->body, LIMIT_FRAME_BYTES);
	outflow_init(&c->out);
	return RC_OK;
}

void
client_close(struct client *c)
{
	if (c->fd < 0)
		return;
	(void)close(c->fd);
	if (c->file >= 0)
		(void)close(c->file);
	buf_wipe(&c->body);
	outflow_clear(&c->out);
	*c = (struct client){ .fd = -1, .file = -1 };
}

enum rc
client_receive(struct client *c, int64_t steady_us, uint16_t *ret_kind, int *ret_fd,
    struct fault *why)
{
	enum rc rc;

	rc = frame_waiting(c->fd, REQUEST_BYTES_MAX, why);
	if (rc == RC_PENDING) {
		if (c->partial_until_us == 0)
			c->partial_until_us = steady_us + PARTIAL_US;
		return steady_us < c->partial_until_us ? RC_PENDING :
		    fault_set(why, RC_IO, "request", "it came only in part");
	}
	if (rc != RC_OK)
		return rc;
	c->partial_until_us = 0;
	c->idle_until_us = steady_us + IDLE_US;
	buf_wipe(&c->body);
	return frame_receive(c->fd, &c->body, ret_kind, ret_fd, why);
}

enum rc
client_reply(struct client *c, const struct frame *f, struct fault *why)
{
	enum rc rc;

	if (c->is_gone)
		return fault_set(why, RC_IO, "client", "it has gone");
	if ((rc = outflow_add(&c->out, f, why)) == RC_OK && outflow_left(&c->out) > OUT_ENOUGH)
		rc = outflow_drain(&c->out, c->fd, OUT_ENOUGH, OUT_WAIT_MS, why);
	if (rc != RC_OK && f->rc == RC_OK)
		c->is_gone = true;
	return rc;
}
