#include "serve/client.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/lib/runner.h"

#define SECOND_US ((int64_t)1000000)

static int
open_client(struct client *c, int64_t now_us)
{
	int fd[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
	CU_ASSERT_EQUAL_FATAL(client_open(c, fd[1], now_us, NULL), RC_OK);
	return fd[0];
}

static void
the_kernel_says_who_the_peer_is(void)
{
	struct client c;
	int peer = open_client(&c, 0);

	CU_ASSERT_EQUAL(c.uid, getuid());
	client_close(&c);
	CU_ASSERT_EQUAL(c.fd, -1);
	(void)close(peer);
}

static void
a_request_that_stops_half_way_is_waited_for_a_while_only(void)
{
	struct client c;
	struct fault why;
	uint16_t kind;
	int peer = open_client(&c, 0), fd;

	CU_ASSERT_EQUAL_FATAL(write(peer, "WFR1", 4), 4);
	CU_ASSERT_EQUAL(client_receive(&c, 10 * SECOND_US, &kind, &fd, &why), RC_PENDING);
	CU_ASSERT_EQUAL(client_receive(&c, 14 * SECOND_US, &kind, &fd, &why), RC_PENDING);
	CU_ASSERT_EQUAL(client_receive(&c, 16 * SECOND_US, &kind, &fd, &why), RC_IO);
	client_close(&c);
	(void)close(peer);
}

static void
a_request_over_its_ceiling_is_refused_before_it_is_read(void)
{
	static char content[REQUEST_BYTES_MAX];
	struct client c;
	struct fault why;
	struct frame f;
	uint16_t kind;
	int peer = open_client(&c, 0), fd;

	frame_init(&f, REQUEST_SHOW);
	frame_put_bytes(&f, TAG_ADDRESSEE, content, sizeof(content));
	CU_ASSERT_EQUAL_FATAL(frame_send(peer, &f, -1, NULL), RC_OK);
	CU_ASSERT_EQUAL(client_receive(&c, 0, &kind, &fd, &why), RC_TOO_BIG);
	frame_clear(&f);
	client_close(&c);
	(void)close(peer);
}

static void
a_file_rides_along_with_its_request(void)
{
	struct client c;
	struct fault why;
	struct frame f;
	uint16_t kind;
	int peer = open_client(&c, 0), fd = -1, file = open("/dev/null", O_RDONLY | O_CLOEXEC);

	frame_init(&f, REQUEST_IMPORT_DOSES);
	frame_put_int(&f, TAG_STRICT, 1);
	CU_ASSERT_EQUAL_FATAL(frame_send(peer, &f, file, NULL), RC_OK);
	CU_ASSERT_EQUAL_FATAL(client_receive(&c, 0, &kind, &fd, &why), RC_OK);
	CU_ASSERT_EQUAL(kind, REQUEST_IMPORT_DOSES);
	CU_ASSERT(fd >= 0);
	(void)close(fd);
	(void)close(file);
	frame_clear(&f);
	client_close(&c);
	(void)close(peer);
}

static void
two_requests_in_one_go_are_served_one_after_the_other(void)
{
	struct client c;
	struct fault why;
	uint16_t kind;
	int peer = open_client(&c, 0), fd;

	for (int i = 0; i < 2; i++) {
		struct frame f;

		frame_init(&f, i == 0 ? REQUEST_STATUS : REQUEST_QUEUE);
		CU_ASSERT_EQUAL_FATAL(frame_send(peer, &f, -1, NULL), RC_OK);
		frame_clear(&f);
	}
	CU_ASSERT_EQUAL(client_receive(&c, 0, &kind, &fd, &why), RC_OK);
	CU_ASSERT_EQUAL(kind, REQUEST_STATUS);
	CU_ASSERT_EQUAL(client_receive(&c, 0, &kind, &fd, &why), RC_OK);
	CU_ASSERT_EQUAL(kind, REQUEST_QUEUE);
	(void)close(peer);
	CU_ASSERT_EQUAL(client_receive(&c, 0, &kind, &fd, &why), RC_ABSENT);
	client_close(&c);
}

static void
a_client_that_reads_nothing_keeps_its_answer_waiting_not_us(void)
{
	struct client c;
	struct frame f;
	int peer = open_client(&c, 0);

	frame_init(&f, RESULT_PROGRESS);
	frame_put_int(&f, TAG_COUNT, 1);
	for (int i = 0; i < 20000; i++)
		CU_ASSERT_EQUAL_FATAL(client_reply(&c, &f, NULL), RC_OK);
	CU_ASSERT_EQUAL(outflow_send(&c.out, c.fd, NULL), RC_OK);
	CU_ASSERT_FALSE(c.is_gone);
	frame_clear(&f);
	client_close(&c);
	(void)close(peer);
}

RUNNER_SUITE(serve_client,
    RUNNER_TEST(the_kernel_says_who_the_peer_is),
    RUNNER_TEST(a_request_that_stops_half_way_is_waited_for_a_while_only),
    RUNNER_TEST(a_request_over_its_ceiling_is_refused_before_it_is_read),
    RUNNER_TEST(a_file_rides_along_with_its_request),
    RUNNER_TEST(two_requests_in_one_go_are_served_one_after_the_other),
    RUNNER_TEST(a_client_that_reads_nothing_keeps_its_answer_waiting_not_us));
