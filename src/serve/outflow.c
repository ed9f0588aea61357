#include "serve/outflow.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

void
outflow_init(struct outflow *o)
{
	buf_init(&o->bytes, OUTFLOW_MAX_BYTES);
	o->sent = 0;
}

void
outflow_clear(struct outflow *o)
{
	buf_wipe(&o->bytes);
	o->sent = 0;
}

/* What was sent makes room, and leaves no copy behind: frames may carry secrets. */
static void
forget_sent(struct outflow *o)
{
	size_t left = outflow_left(o);

	if (o->sent == 0)
		return;
	if (left == 0) {
		buf_wipe(&o->bytes);
	} else {
		memmove(o->bytes.data, o->bytes.data + o->sent, left);
		explicit_bzero(o->bytes.data + left, o->sent);
		buf_truncate(&o->bytes, left);
	}
	o->sent = 0;
}

enum rc
outflow_add(struct outflow *o, const struct frame *f, struct fault *why)
{
	enum rc rc;

	if ((rc = frame_pack(f, &o->bytes)) == RC_TOO_BIG) {
		forget_sent(o);
		rc = frame_pack(f, &o->bytes);
	}
	if (rc != RC_OK)
		return fault_set(why, rc, "frame", "kind %u: no room to send it", f->kind);
	return RC_OK;
}

enum rc
outflow_send(struct outflow *o, int fd, struct fault *why)
{
	while (outflow_left(o) > 0) {
		ssize_t n = send(fd, o->bytes.data + o->sent, outflow_left(o),
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return RC_OK;
		if (n < 0)
			return fault_set(why, RC_IO, "frame", "sending: %s", strerror(errno));
		o->sent += (size_t)n;
	}
	forget_sent(o);
	return RC_OK;
}

enum rc
outflow_drain(struct outflow *o, int fd, size_t most, int wait_ms, struct fault *why)
{
	enum rc rc;

	if ((rc = outflow_send(o, fd, why)) != RC_OK)
		return rc;
	while (outflow_left(o) > most) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		int n = poll(&p, 1, wait_ms);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault_set(why, RC_IO, "frame", "the other side takes nothing");
		if ((rc = outflow_send(o, fd, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}
