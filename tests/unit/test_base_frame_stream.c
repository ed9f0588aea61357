#include "base/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/runner.h"

enum { KIND = 0x1234, TAG = 9 };

static void
pair(int s[2])
{
	CU_ASSERT_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s) == 0);
}

static void
a_frame_and_a_descriptor_cross_a_socket_whole(void)
{
	struct frame f;
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct fault why;
	uint16_t kind = 0;
	int s[2], p[2], got = -2;
	char c = 0;

	pair(s);
	CU_ASSERT_FATAL(pipe(p) == 0);
	frame_init(&f, KIND);
	frame_put_text(&f, TAG, "hello");
	CU_ASSERT_EQUAL(frame_send(s[0], &f, p[0], &why), RC_OK);
	CU_ASSERT_EQUAL(frame_send(s[0], &f, -1, &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(frame_receive(s[1], &body, &kind, &got, &why), RC_OK);
	CU_ASSERT_EQUAL(kind, KIND);
	CU_ASSERT(body.len == f.body.len && memcmp(body.data, f.body.data, body.len) == 0);
	CU_ASSERT_FATAL(got >= 0 && got != p[0]);
	CU_ASSERT(fcntl(got, F_GETFD) & FD_CLOEXEC);
	CU_ASSERT_EQUAL(write(p[1], "x", 1), 1);
	CU_ASSERT(read(got, &c, 1) == 1 && c == 'x');
	close(got);
	CU_ASSERT_EQUAL(frame_receive(s[1], &body, &kind, &got, &why), RC_OK);
	CU_ASSERT_EQUAL(got, -1);
	close(s[0]);
	got = -7;
	CU_ASSERT_EQUAL(frame_receive(s[1], &body, &kind, &got, &why), RC_ABSENT);
	CU_ASSERT_EQUAL(got, -7);
	close(s[1]);
	close(p[0]);
	close(p[1]);
	frame_clear(&f);
	buf_clear(&body);
}

static void
an_empty_frame_crosses(void)
{
	struct frame f;
	struct buf body = BUF_INIT(100);
	uint16_t kind = 0;
	int s[2];

	pair(s);
	frame_init(&f, KIND);
	CU_ASSERT_EQUAL(frame_send(s[0], &f, -1, NULL), RC_OK);
	CU_ASSERT_EQUAL(frame_receive(s[1], &body, &kind, NULL, NULL), RC_OK);
	CU_ASSERT(kind == KIND && body.len == 0);
	close(s[0]);
	close(s[1]);
	frame_clear(&f);
	buf_clear(&body);
}

struct sender {
	int fd;
	const struct frame *f;
	enum rc rc;
};

static void *
send_many(void *arg)
{
	struct sender *s = arg;

	for (int i = 0; i < 3 && s->rc == RC_OK; i++)
		s->rc = frame_send(s->fd, s->f, STDERR_FILENO, NULL);
	return NULL;
}

static void
large_frames_cross_small_and_non_blocking_sockets(void)
{
	char *big = malloc(3 << 20);
	int small = 4096;

	CU_ASSERT_FATAL(big != NULL);
	for (size_t i = 0; i < 3 << 20; i++)
		big[i] = (char)(i * 31 >> 3 & 0xff);
	for (int nonblock = 0; nonblock < 2; nonblock++) {
		struct frame f;
		struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
		struct sender sender;
		pthread_t thread;
		int s[2];

		pair(s);
		setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
		if (nonblock) {
			fcntl(s[0], F_SETFL, O_NONBLOCK);
			fcntl(s[1], F_SETFL, O_NONBLOCK);
		}
		frame_init(&f, KIND);
		frame_put_bytes(&f, TAG, big, 3 << 20);
		sender = (struct sender){ s[0], &f, RC_OK };
		CU_ASSERT_FATAL(pthread_create(&thread, NULL, send_many, &sender) == 0);
		for (int i = 0; i < 3; i++) {
			uint16_t kind = 0;
			int got = -1;

			CU_ASSERT_EQUAL_FATAL(frame_receive(s[1], &body, &kind, &got, NULL), RC_OK);
			CU_ASSERT(body.len == f.body.len &&
			    memcmp(body.data, f.body.data, body.len) == 0);
			CU_ASSERT(got >= 0);
			close(got);
		}
		pthread_join(thread, NULL);
		CU_ASSERT_EQUAL(sender.rc, RC_OK);
		close(s[0]);
		close(s[1]);
		frame_clear(&f);
		buf_clear(&body);
	}
	free(big);
}

/* What the receiver says to bytes sent by hand, the sender then closing. */
static enum rc
answer_to(const char *bytes, size_t len, const int *fds, size_t n_fds, int *ret_fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(16 * sizeof(int))];
	} control;
	struct iovec iov = { (void *)(uintptr_t)bytes, len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct buf body = BUF_INIT(64);
	uint16_t kind = 77;
	enum rc rc;
	int s[2];

	pair(s);
	if (n_fds > 0) {
		struct cmsghdr *c;

		memset(&control, 0, sizeof control);
		m.msg_control = control.bytes;
		m.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
	}
	if (len > 0)
		CU_ASSERT_FATAL(sendmsg(s[0], &m, MSG_NOSIGNAL) == (ssize_t)len);
	close(s[0]);
	rc = frame_receive(s[1], &body, &kind, ret_fd, NULL);
	if (rc != RC_OK)
		CU_ASSERT_EQUAL(kind, 77);
	close(s[1]);
	buf_clear(&body);
	return rc;
}

static int
open_descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void
a_broken_stream_is_refused_and_no_descriptor_is_left_open(void)
{
	int before = open_descriptors(), got = -5;
	int fds[10] = { 0, 1, 2, 0, 1, 2, 0, 1, 2, 0 };
	static const char good[] = "WFR1\1\0\0\0\10\0\0\0" "\1\0\3\0\0\0\0\0";
	static const char with_fd[] = "WFR1\1\0\1\0\0\0\0\0";

	CU_ASSERT_EQUAL(answer_to(good, 0, NULL, 0, &got), RC_ABSENT);
	for (size_t cut = 1; cut < 20; cut++)
		CU_ASSERT_EQUAL(answer_to(good, cut, NULL, 0, &got), RC_IO);
	CU_ASSERT_EQUAL(answer_to(good, 20, NULL, 0, NULL), RC_OK);
	CU_ASSERT_EQUAL(answer_to("WFR2\1\0\0\0\0\0\0\0", 12, NULL, 0, &got), RC_INVALID);
	CU_ASSERT_EQUAL(answer_to("WFR1\1\0\2\0\0\0\0\0", 12, NULL, 0, &got), RC_INVALID);
	CU_ASSERT_EQUAL(answer_to("WFR1\1\0\0\1\0\0\0\0", 12, NULL, 0, &got), RC_INVALID);
	CU_ASSERT_EQUAL(answer_to("WFR1\1\0\0\0\377\377\377\377", 12, NULL, 0, &got), RC_TOO_BIG);
	CU_ASSERT_EQUAL(answer_to("WFR1\1\0\0\0\101\0\0\0", 12, NULL, 0, &got), RC_TOO_BIG);
	/* Said and not there, there and not said, not wanted, too many. */
	CU_ASSERT_EQUAL(answer_to(with_fd, 12, NULL, 0, &got), RC_INVALID);
	CU_ASSERT_EQUAL(answer_to(good, 20, fds, 1, &got), RC_INVALID);
	CU_ASSERT_EQUAL(answer_to(with_fd, 12, fds, 1, NULL), RC_INVALID);
	CU_ASSERT_EQUAL(answer_to(with_fd, 12, fds, 2, &got), RC_INVALID);
	CU_ASSERT_EQUAL(answer_to(with_fd, 12, fds, 10, &got), RC_INVALID);
	CU_ASSERT_EQUAL(answer_to(with_fd, 5, fds, 1, &got), RC_IO);
	CU_ASSERT_EQUAL(got, -5);
	CU_ASSERT_EQUAL(open_descriptors(), before);
	CU_ASSERT_EQUAL(answer_to(with_fd, 12, fds, 1, &got), RC_OK);
	CU_ASSERT_EQUAL(open_descriptors(), before + 1);
	close(got);
}

static void
a_peer_that_is_gone_is_a_fault_and_not_a_signal(void)
{
	struct frame f;
	struct fault why = { RC_OK, "", "" };
	int s[2];

	pair(s);
	close(s[1]);
	frame_init(&f, KIND);
	CU_ASSERT_EQUAL(frame_send(s[0], &f, -1, &why), RC_IO);
	CU_ASSERT_EQUAL(why.rc, RC_IO);
	frame_put_text(&f, TAG, "\xff");
	CU_ASSERT_EQUAL(frame_send(s[0], &f, -1, &why), RC_INVALID);
	close(s[0]);
	frame_clear(&f);
}

static void
a_timeout_set_on_the_socket_is_kept(void)
{
	struct timeval soon = { 0, 20000 };
	struct buf body = BUF_INIT(64);
	uint16_t kind = 3;
	int s[2];

	pair(s);
	setsockopt(s[1], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
	CU_ASSERT_EQUAL(frame_receive(s[1], &body, &kind, NULL, NULL), RC_IO);
	CU_ASSERT_EQUAL(kind, 3);
	close(s[0]);
	close(s[1]);
	buf_clear(&body);
}

static void
a_frame_is_taken_in_as_it_comes(void)
{
	struct frame_inflow in;
	struct frame f;
	struct buf bytes = BUF_INIT(LIMIT_FRAME_BYTES);
	int s[2];

	pair(s);
	frame_inflow_init(&in);
	frame_init(&f, KIND);
	frame_put_text(&f, TAG, "hello");
	CU_ASSERT_EQUAL_FATAL(frame_pack(&f, &bytes), RC_OK);
	CU_ASSERT_EQUAL(frame_take(&in, s[1], NULL), RC_PENDING);
	for (size_t i = 0; i < bytes.len; i++) {
		CU_ASSERT_EQUAL(frame_take(&in, s[1], NULL), RC_PENDING);
		CU_ASSERT_EQUAL(write(s[0], bytes.data + i, 1), 1);
	}
	/* The one after it waits in the socket. */
	CU_ASSERT_EQUAL(frame_send(s[0], &f, -1, NULL), RC_OK);
	for (int i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(frame_take(&in, s[1], NULL), RC_OK);
		CU_ASSERT_EQUAL(in.kind, KIND);
		CU_ASSERT(in.body.len == f.body.len && memcmp(in.body.data, f.body.data, f.body.len) == 0);
	}
	CU_ASSERT_EQUAL(frame_take(&in, s[1], NULL), RC_PENDING);
	CU_ASSERT_EQUAL(write(s[0], bytes.data, 15), 15);
	CU_ASSERT_EQUAL(frame_take(&in, s[1], NULL), RC_PENDING);
	close(s[0]);
	CU_ASSERT_EQUAL(frame_take(&in, s[1], NULL), RC_IO);
	frame_inflow_clear(&in);
	CU_ASSERT_EQUAL(frame_take(&in, s[1], NULL), RC_ABSENT);
	close(s[1]);
	pair(s);
	CU_ASSERT_EQUAL(write(s[0], "no frame at all", 15), 15);
	CU_ASSERT_EQUAL(frame_take(&in, s[1], NULL), RC_INVALID);
	close(s[0]);
	close(s[1]);
	frame_inflow_clear(&in);
	frame_clear(&f);
	buf_clear(&bytes);
}

/* As store and post do: each begins to send more than the socket holds, and hears the other before it is through. */
static void
two_that_send_at_once_do_not_wait_for_each_other(void)
{
	static char text[1u << 20];
	struct frame_inflow in[2];
	struct frame f;
	struct buf bytes = BUF_INIT(LIMIT_FRAME_BYTES);
	size_t sent[2] = { 0, 0 };
	bool came[2] = { false, false };
	int s[2];

	pair(s);
	memset(text, 'x', sizeof(text) - 1);
	frame_init(&f, KIND);
	frame_put_text(&f, TAG, text);
	CU_ASSERT_EQUAL_FATAL(frame_pack(&f, &bytes), RC_OK);
	frame_inflow_init(&in[0]);
	frame_inflow_init(&in[1]);
	for (int turn = 0; turn < 10000 && !(came[0] && came[1]); turn++)
		for (int i = 0; i < 2; i++) {
			ssize_t n = send(s[i], bytes.data + sent[i], bytes.len - sent[i], MSG_DONTWAIT | MSG_NOSIGNAL);

			sent[i] += n > 0 ? (size_t)n : 0;
			came[i] = came[i] || frame_take(&in[i], s[i], NULL) == RC_OK;
		}
	for (int i = 0; i < 2; i++) {
		CU_ASSERT(came[i]);
		CU_ASSERT(in[i].body.len == f.body.len && memcmp(in[i].body.data, f.body.data, f.body.len) == 0);
		frame_inflow_clear(&in[i]);
		close(s[i]);
	}
	frame_clear(&f);
	buf_clear(&bytes);
}

RUNNER_SUITE(base_frame_stream,
    RUNNER_TEST(a_frame_is_taken_in_as_it_comes),
    RUNNER_TEST(two_that_send_at_once_do_not_wait_for_each_other),
    RUNNER_TEST(a_frame_and_a_descriptor_cross_a_socket_whole),
    RUNNER_TEST(an_empty_frame_crosses),
    RUNNER_TEST(large_frames_cross_small_and_non_blocking_sockets),
    RUNNER_TEST(a_broken_stream_is_refused_and_no_descriptor_is_left_open),
    RUNNER_TEST(a_peer_that_is_gone_is_a_fault_and_not_a_signal),
    RUNNER_TEST(a_timeout_set_on_the_socket_is_kept));
