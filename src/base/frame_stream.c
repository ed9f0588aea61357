#include "base/frame.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Head: magic (4), kind (2), 1 when a descriptor rides along (2), bytes of the body (4). */
#define HEAD_BYTES 12
#define CARRIES_FD 1
/* More than one descriptor is refused, but must be seen to be closed. */
#define FDS_SEEN 8

static const char magic[4] = { 'W', 'F', 'R', '1' };

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(FDS_SEEN * sizeof(int))];
};

/* After EAGAIN: a non-blocking socket is waited for, a timeout set on the socket is one. */
static bool
wait_for(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || (flags & O_NONBLOCK) == 0)
		return false;
	return poll(&p, 1, -1) >= 0 || errno == EINTR;
}

static bool
try_again(int fd, short events)
{
	if (errno == EINTR)
		return true;
	return (errno == EAGAIN || errno == EWOULDBLOCK) && wait_for(fd, events);
}

static void
write_head(const struct frame *f, bool carries_fd, char head[HEAD_BYTES])
{
	memcpy(head, magic, sizeof magic);
	head[4] = (char)(f->kind & 0xff);
	head[5] = (char)(f->kind >> 8);
	head[6] = carries_fd ? CARRIES_FD : 0;
	head[7] = 0;
	for (int i = 0; i < 4; i++)
		head[8 + i] = (char)(f->body.len >> 8 * i & 0xff);
}

static size_t
body_bytes(const void *head)
{
	const unsigned char *h = head;

	return (size_t)h[8] | (size_t)h[9] << 8 | (size_t)h[10] << 16 | (size_t)h[11] << 24;
}

enum rc
frame_pack(const struct frame *f, struct buf *out)
{
	char head[HEAD_BYTES];
	enum rc rc;

	if (f->rc != RC_OK)
		return f->rc;
	assert(f->depth == 0);
	write_head(f, false, head);
	if ((rc = buf_reserve(out, sizeof head + f->body.len)) != RC_OK)
		return rc;
	if ((rc = buf_add(out, head, sizeof head)) != RC_OK)
		return rc;
	return f->body.len > 0 ? buf_add(out, f->body.data, f->body.len) : RC_OK;
}

enum rc
frame_send(int fd, const struct frame *f, int pass_fd, struct fault *why)
{
	char head[HEAD_BYTES];
	struct iovec iov[2] = { { head, sizeof head }, { f->body.data, f->body.len } };
	union control control;
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };
	size_t left = sizeof head + f->body.len;

	if (f->rc != RC_OK)
		return fault_set(why, f->rc, "frame", "kind %u could not be built", f->kind);
	assert(f->depth == 0);
	write_head(f, pass_fd >= 0, head);
	if (pass_fd >= 0) {
		struct cmsghdr *c;

		memset(&control, 0, sizeof control);
		m.msg_control = control.bytes;
		m.msg_controllen = CMSG_SPACE(sizeof(int));
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &pass_fd, sizeof(int));
	}
	while (left > 0) {
		ssize_t n = sendmsg(fd, &m, MSG_NOSIGNAL);
		size_t sent;

		if (n < 0) {
			if (try_again(fd, POLLOUT))
				continue;
			return fault_set(why, RC_IO, "frame", "sending kind %u: %s", f->kind,
			    strerror(errno));
		}
		/* The descriptor goes with the first byte. */
		m.msg_control = NULL;
		m.msg_controllen = 0;
		sent = (size_t)n;
		left -= sent;
		while (sent > 0 && sent >= m.msg_iov->iov_len) {
			sent -= m.msg_iov->iov_len;
			m.msg_iov++;
			m.msg_iovlen--;
		}
		if (sent > 0) {
			m.msg_iov->iov_base = (char *)m.msg_iov->iov_base + sent;
			m.msg_iov->iov_len -= sent;
		}
	}
	return RC_OK;
}

struct arrived {
	int fds[FDS_SEEN];
	size_t n;
};

static void
close_all(struct arrived *a)
{
	for (size_t i = 0; i < a->n; i++)
		close(a->fds[i]);
	a->n = 0;
}

/* Takes every descriptor out of the message; false when some were lost or too many came. */
static bool
collect(struct msghdr *m, struct arrived *a)
{
	bool good = (m->msg_flags & MSG_CTRUNC) == 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		size_t bytes;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		bytes = c->cmsg_len - CMSG_LEN(0);
		for (size_t i = 0; i + sizeof(int) <= bytes; i += sizeof(int)) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i, sizeof fd);
			if (a->n < FDS_SEEN)
				a->fds[a->n++] = fd;
			else {
				close(fd);
				good = false;
			}
		}
	}
	return good;
}

/* The head and what rides on it.  RC_ABSENT at a clean end of stream. */
static enum rc
receive_head(int fd, char head[HEAD_BYTES], struct arrived *a, struct fault *why)
{
	size_t got = 0;

	while (got < HEAD_BYTES) {
		union control control;
		struct iovec iov = { head + got, HEAD_BYTES - got };
		struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
		    .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
		ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);

		if (n < 0) {
			if (try_again(fd, POLLIN))
				continue;
			return fault_set(why, RC_IO, "frame", "receiving: %s", strerror(errno));
		}
		if (!collect(&m, a))
			return fault_set(why, RC_INVALID, "frame", "too many descriptors");
		if (n == 0 && got == 0)
			return fault_set(why, RC_ABSENT, "frame", "end of stream");
		if (n == 0)
			return fault_set(why, RC_IO, "frame", "the stream ends within a head");
		got += (size_t)n;
	}
	return RC_OK;
}

enum rc
frame_receive(int fd, struct buf *body, uint16_t *ret_kind, int *ret_fd, struct fault *why)
{
	char head[HEAD_BYTES];
	const unsigned char *h = (const unsigned char *)head;
	struct arrived a = { .n = 0 };
	size_t bytes, got = 0;
	uint16_t kind;
	enum rc rc;

	if ((rc = receive_head(fd, head, &a, why)) != RC_OK)
		goto out;
	kind = (uint16_t)(h[4] | h[5] << 8);
	bytes = body_bytes(head);
	if (memcmp(head, magic, sizeof magic) != 0 || h[6] > CARRIES_FD || h[7] != 0) {
		rc = fault_set(why, RC_INVALID, "frame", "not a frame");
		goto out;
	}
	if (a.n != (h[6] == CARRIES_FD ? 1 : 0) || (a.n == 1 && ret_fd == NULL)) {
		rc = fault_set(why, RC_INVALID, "frame",
		    "kind %u: a descriptor is missing or was not asked for", kind);
		goto out;
	}
	buf_truncate(body, 0);
	rc = bytes > LIMIT_FRAME_BYTES ? RC_TOO_BIG : buf_reserve(body, bytes);
	if (rc != RC_OK) {
		fault_set(why, rc, "frame", "kind %u: %zu bytes", kind, bytes);
		goto out;
	}
	while (got < bytes) {
		ssize_t n = recv(fd, body->data + got, bytes - got, 0);

		if (n < 0 && try_again(fd, POLLIN))
			continue;
		if (n <= 0) {
			rc = fault_set(why, RC_IO, "frame", "kind %u: receiving: %s", kind,
			    n == 0 ? "the stream ends within a frame" : strerror(errno));
			goto out;
		}
		got += (size_t)n;
	}
	body->len = bytes;
	body->data[bytes] = '\0';
	*ret_kind = kind;
	if (ret_fd != NULL)
		*ret_fd = a.n == 1 ? a.fds[0] : -1;
	a.n = 0;			/* now the caller's */
 out:
	close_all(&a);
	return rc;
}

enum rc
frame_waiting(int fd, size_t max_bytes, struct fault *why)
{
	unsigned char h[HEAD_BYTES];
	size_t bytes;
	ssize_t n;
	int there;

	do
		n = recv(fd, h, sizeof h, MSG_PEEK | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return RC_PENDING;
	if (n < 0)
		return fault_set(why, RC_IO, "frame", "receiving: %s", strerror(errno));
	if (n == 0)
		return fault_set(why, RC_ABSENT, "frame", "end of stream");
	if (memcmp(h, magic, (size_t)n < sizeof magic ? (size_t)n : sizeof magic) != 0)
		return fault_set(why, RC_INVALID, "frame", "not a frame");
	if ((size_t)n < sizeof h)
		return RC_PENDING;
	bytes = body_bytes(h);
	if (bytes > max_bytes)
		return fault_set(why, RC_TOO_BIG, "frame", "%zu bytes", bytes);
	if (ioctl(fd, FIONREAD, &there) != 0)
		return fault_set(why, RC_IO, "frame", "receiving: %s", strerror(errno));
	return there >= 0 && (size_t)there >= sizeof h + bytes ? RC_OK : RC_PENDING;
}

void
frame_inflow_init(struct frame_inflow *in)
{
	in->n = 0;
	in->kind = 0;
	buf_init(&in->body, LIMIT_FRAME_BYTES);
}

void
frame_inflow_clear(struct frame_inflow *in)
{
	buf_wipe(&in->body);
	in->n = 0;
}

/* RC_OK when all of it is there. */
static enum rc
take_bytes(struct frame_inflow *in, int fd, char *to, size_t bytes, struct fault *why)
{
	while (bytes > 0) {
		ssize_t n = recv(fd, to, bytes, MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return RC_PENDING;
		if (n < 0)
			return fault_set(why, RC_IO, "frame", "receiving: %s", strerror(errno));
		if (n == 0)
			return fault_set(why, in->n == 0 ? RC_ABSENT : RC_IO, "frame", "%s",
			    in->n == 0 ? "end of stream" : "the stream ends within a frame");
		to += n;
		bytes -= (size_t)n;
		in->n += (size_t)n;
	}
	return RC_OK;
}

enum rc
frame_take(struct frame_inflow *in, int fd, struct fault *why)
{
	size_t bytes;
	enum rc rc;

	static_assert(sizeof in->head == HEAD_BYTES, "the head of a frame");
	if (in->n < HEAD_BYTES && (rc = take_bytes(in, fd, in->head + in->n, HEAD_BYTES - in->n, why)) != RC_OK)
		return rc;
	if (memcmp(in->head, magic, sizeof magic) != 0 || (unsigned char)in->head[6] > CARRIES_FD || in->head[7] != 0)
		return fault_set(why, RC_INVALID, "frame", "not a frame");
	in->kind = (uint16_t)((unsigned char)in->head[4] | (unsigned char)in->head[5] << 8);
	bytes = body_bytes(in->head);
	if (in->n == HEAD_BYTES)
		buf_truncate(&in->body, 0);
	rc = bytes > LIMIT_FRAME_BYTES ? RC_TOO_BIG : buf_reserve(&in->body, bytes);
	if (rc != RC_OK)
		return fault_set(why, rc, "frame", "kind %u: %zu bytes", in->kind, bytes);
	if ((rc = take_bytes(in, fd, in->body.data + (in->n - HEAD_BYTES), HEAD_BYTES + bytes - in->n, why)) != RC_OK)
		return rc;
	in->body.len = bytes;
	in->body.data[bytes] = '\0';
	in->n = 0;
	return RC_OK;
}
