#include "serve/outflow.h"

#include <sys/socket.h>
#include <unistd.h>

#include "tests/lib/runner.h"

static void
pair(int fd[2])
{
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
}

static void
big_frame(struct frame *f, int number, size_t bytes)
{
	static char content[1u << 20];

	frame_init(f, 7);
	frame_put_int(f, 1, number);
	frame_put_bytes(f, 2, content, bytes);
}

static void
frames_arrive_whole_and_in_order_through_a_socket_that_is_full(void)
{
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct outflow o;
	uint16_t kind;
	int fd[2], n = 20;

	pair(fd);
	outflow_init(&o);
	for (int i = 0; i < n; i++) {
		struct frame f;

		big_frame(&f, i, 100000);
		CU_ASSERT_EQUAL_FATAL(outflow_add(&o, &f, NULL), RC_OK);
		CU_ASSERT_EQUAL_FATAL(outflow_send(&o, fd[0], NULL), RC_OK);
		frame_clear(&f);
	}
	CU_ASSERT(outflow_left(&o) > 0);		/* more than a socket holds */
	for (int i = 0; i < n; i++) {
		struct frame_reader r;
		struct frame_field field;

		while (frame_waiting(fd[1], 150000, NULL) == RC_PENDING)
			CU_ASSERT_EQUAL_FATAL(outflow_send(&o, fd[0], NULL), RC_OK);
		CU_ASSERT_EQUAL_FATAL(frame_receive(fd[1], &body, &kind, NULL, NULL), RC_OK);
		CU_ASSERT_EQUAL_FATAL(frame_read_open(&r, kind, body.data, body.len, NULL), RC_OK);
		CU_ASSERT_FATAL(frame_next(&r, &field));
		CU_ASSERT_EQUAL(field.number, i);
		CU_ASSERT_EQUAL_FATAL(outflow_send(&o, fd[0], NULL), RC_OK);
	}
	CU_ASSERT_EQUAL(outflow_left(&o), 0);
	outflow_clear(&o);
	buf_clear(&body);
	(void)close(fd[0]);
	(void)close(fd[1]);
}

static void
a_peer_that_takes_nothing_is_given_up_after_the_wait(void)
{
	struct outflow o;
	struct frame f;
	struct fault why;
	int fd[2];

	pair(fd);
	outflow_init(&o);
	big_frame(&f, 1, 1u << 20);
	CU_ASSERT_EQUAL_FATAL(outflow_add(&o, &f, NULL), RC_OK);
	CU_ASSERT_EQUAL(outflow_drain(&o, fd[0], 0, 20, &why), RC_IO);
	frame_clear(&f);
	outflow_clear(&o);
	(void)close(fd[0]);
	(void)close(fd[1]);
}

static void
a_peer_that_has_gone_is_noticed(void)
{
	struct outflow o;
	struct frame f;
	struct fault why;
	int fd[2];

	pair(fd);
	(void)close(fd[1]);
	outflow_init(&o);
	big_frame(&f, 1, 10);
	CU_ASSERT_EQUAL_FATAL(outflow_add(&o, &f, NULL), RC_OK);
	CU_ASSERT_EQUAL(outflow_send(&o, fd[0], &why), RC_IO);
	frame_clear(&f);
	outflow_clear(&o);
	(void)close(fd[0]);
}

static void
what_is_kept_for_a_slow_peer_has_a_ceiling(void)
{
	struct outflow o;
	struct frame f;
	struct fault why;
	enum rc rc = RC_OK;
	size_t before = 0, n;

	outflow_init(&o);
	big_frame(&f, 1, 1u << 20);
	for (n = 0; n < 100 && rc == RC_OK; n++) {
		before = outflow_left(&o);
		rc = outflow_add(&o, &f, &why);
	}
	CU_ASSERT_EQUAL(rc, RC_TOO_BIG);
	CU_ASSERT_EQUAL(outflow_left(&o), before);	/* as before the call */
	frame_clear(&f);
	outflow_clear(&o);
}

static void
part_of_a_frame_is_pending_and_rubbish_is_refused(void)
{
	struct outflow o;
	struct frame f;
	struct fault why;
	int fd[2];

	pair(fd);
	outflow_init(&o);
	CU_ASSERT_EQUAL(frame_waiting(fd[1], 1000, &why), RC_PENDING);
	big_frame(&f, 1, 10);
	CU_ASSERT_EQUAL_FATAL(outflow_add(&o, &f, NULL), RC_OK);
	for (size_t i = 0; i < o.bytes.len; i++) {
		CU_ASSERT_EQUAL(frame_waiting(fd[1], 1000, &why), RC_PENDING);
		CU_ASSERT_EQUAL_FATAL(write(fd[0], o.bytes.data + i, 1), 1);
	}
	CU_ASSERT_EQUAL(frame_waiting(fd[1], 1000, &why), RC_OK);
	CU_ASSERT_EQUAL(frame_waiting(fd[1], 5, &why), RC_TOO_BIG);
	(void)close(fd[0]);
	(void)close(fd[1]);
	pair(fd);
	CU_ASSERT_EQUAL_FATAL(write(fd[0], "GET / HTTP/1.1\r\n", 16), 16);
	CU_ASSERT_EQUAL(frame_waiting(fd[1], 1000, &why), RC_INVALID);
	(void)close(fd[1]);
	pair(fd);
	(void)close(fd[0]);
	CU_ASSERT_EQUAL(frame_waiting(fd[1], 1000, &why), RC_ABSENT);
	(void)close(fd[1]);
	frame_clear(&f);
	outflow_clear(&o);
}

RUNNER_SUITE(serve_outflow,
    RUNNER_TEST(frames_arrive_whole_and_in_order_through_a_socket_that_is_full),
    RUNNER_TEST(a_peer_that_takes_nothing_is_given_up_after_the_wait),
    RUNNER_TEST(a_peer_that_has_gone_is_noticed),
    RUNNER_TEST(what_is_kept_for_a_slow_peer_has_a_ceiling),
    RUNNER_TEST(part_of_a_frame_is_pending_and_rubbish_is_refused));
