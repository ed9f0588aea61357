/*
 * watashi-metrics: the answer of "watashi metrics" by HTTP on the loopback address, for a collector that cannot
 * read the node's socket.  A program of its own: the node listens on no network, and whoever breaks this has
 * the rights of the officer under whose user it runs, which should be the role machine.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <microhttpd.h>

#include "action/request.h"
#include "base/buf.h"
#include "base/limits.h"
#include "cli/connect.h"

#define PORT_DEFAULT 9841
#define ANSWER_MAX_BYTES (1u << 20)	/* some sixty lines, and one a destination */
#define ANSWER_SECONDS 20		/* a node with a long request in hand answers after it */
#define IDLE_SECONDS 30
#define CONNECTIONS_MAX 8
#define CONTENT_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

struct options {
	const char *node;
	struct sockaddr_in address;
};

static void
usage(FILE *to)
{
	fprintf(to, "usage: watashi-metrics --node DIR [--listen [127.0.0.1:]PORT]\n"
	    "\n"
	    "Gives a node's counts and states as OpenMetrics text: GET /metrics, on the loopback\n"
	    "address alone.  The node's daemon must run, and the user be one of its officers (the\n"
	    "role machine is enough).\n"
	    "\n"
	    "  --node DIR       the node; or WATASHI_NODE\n"
	    "  --listen PORT    %d unless said; 0: any that is free\n"
	    "  --help           this text\n"
	    "\n"
	    "Prints the address once it listens.  Exit status: 0 ended by a signal, 2 usage, 3 no listener.\n", PORT_DEFAULT);
}

/* The lines of the answer.  Anything but a whole answer is a failure: half of the counts would be read as all. */
static enum rc
take_lines(struct buf *out, const struct buf *body, struct fault *why)
{
	struct frame_reader r;
	struct frame_field f;
	enum rc rc;

	if ((rc = frame_read_open(&r, RESULT_ROW, body->data, body->len, why)) != RC_OK)
		return rc;
	while (frame_next(&r, &f))
		if (f.tag == TAG_TEXT && f.type == FRAME_TEXT &&
		    ((rc = buf_add(out, f.text, f.len)) != RC_OK || (rc = buf_add_char(out, '\n')) != RC_OK))
			return fault_set(why, rc, "metrics", "over its ceiling");
	return RC_OK;
}

static enum rc
ask(const char *node, struct buf *out, struct fault *why)
{
	static const struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct fault done = { .rc = RC_BUG };
	struct connection c;
	struct frame f;
	uint16_t kind;
	enum rc rc;

	if ((rc = connection_join(node, &c, why)) != RC_OK)
		return rc;
	(void)setsockopt(c.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	frame_init(&f, REQUEST_METRICS);
	rc = frame_send(c.fd, &f, -1, why);
	frame_clear(&f);
	while (rc == RC_OK) {
		if ((rc = frame_receive(c.fd, &body, &kind, NULL, why)) == RC_ABSENT)
			rc = fault_set(why, RC_IO, "node", "it ended without an answer");
		if (rc != RC_OK)
			break;
		if (kind == RESULT_DONE) {
			rc = request_read_done(body.data, body.len, &done);
			break;
		}
		if (kind == RESULT_ROW)
			rc = take_lines(out, &body, why);
	}
	if (rc == RC_OK && (rc = done.rc) != RC_OK)
		*why = done;
	connection_close(&c);
	buf_clear(&body);
	return rc;
}

static enum MHD_Result
answer(struct MHD_Connection *connection, unsigned status, const char *type, const char *text, size_t len)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(len, (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
answer_words(struct MHD_Connection *connection, unsigned status, const char *words)
{
	return answer(connection, status, "text/plain; charset=utf-8", words, strlen(words));
}

/*
 * A page in a browser of this machine must not read it under a name of its own that it had resolved to 127.0.0.1.
 */
static bool
is_loopback_name(const char *host)
{
	size_t len = host == NULL ? 0 : strcspn(host, ":");

	return (len == 9 && strncmp(host, "127.0.0.1", len) == 0) || (len == 9 && strncmp(host, "localhost", len) == 0);
}

static enum MHD_Result
on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_len, void **state)
{
	static int seen;
	const struct options *o = context;
	struct buf out = BUF_INIT(ANSWER_MAX_BYTES);
	struct fault why = { .rc = RC_OK };
	enum MHD_Result result;

	(void)version;
	(void)upload;
	if (*state == NULL) {			/* the head alone; the answer comes with the next call */
		*state = &seen;
		return MHD_YES;
	}
	if (*upload_len != 0) {
		*upload_len = 0;
		return MHD_YES;
	}
	if (!is_loopback_name(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST)))
		return answer_words(connection, MHD_HTTP_FORBIDDEN, "not under this name\n");
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return answer_words(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET\n");
	if (strcmp(url, "/metrics") != 0)
		return answer_words(connection, MHD_HTTP_NOT_FOUND, "only /metrics is here\n");
	if (ask(o->node, &out, &why) == RC_OK)
		result = answer(connection, MHD_HTTP_OK, CONTENT_TYPE, out.data == NULL ? "" : out.data, out.len);
	else {
		fprintf(stderr, "watashi-metrics: %s: %s\n", why.place, why.text);
		result = answer_words(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "the node does not answer\n");
	}
	buf_clear(&out);
	return result;
}

/* "PORT" or "127.0.0.1:PORT". */
static bool
read_address(const char *text, struct sockaddr_in *ret_address)
{
	static const char loopback[] = "127.0.0.1:";
	char *end;
	long port;

	if (strncmp(text, loopback, sizeof(loopback) - 1) == 0)
		text += sizeof(loopback) - 1;
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	port = strtol(text, &end, 10);
	if (errno != 0 || *end != '\0' || port > 65535)
		return false;
	*ret_address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
	    .sin_addr = { htonl(INADDR_LOOPBACK) } };
	return true;
}

/* Listens until a signal to end comes. */
static int
serve(struct options *o)
{
	const union MHD_DaemonInfo *info;
	struct MHD_Daemon *d;
	sigset_t ends;
	int got;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &ends, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, o,
	    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&o->address,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_END);		/* no reuse of the address: another program could share the port */
	if (d == NULL || (info = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)) == NULL) {
		fprintf(stderr, "watashi-metrics: cannot listen on 127.0.0.1:%u\n", ntohs(o->address.sin_port));
		if (d != NULL)
			MHD_stop_daemon(d);
		return 3;
	}
	printf("http://127.0.0.1:%u/metrics\n", info->port);
	(void)fflush(stdout);
	(void)sigwait(&ends, &got);
	MHD_stop_daemon(d);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct option words[] = { { "node", required_argument, NULL, 'n' },
	    { "listen", required_argument, NULL, 'l' }, { "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 } };
	struct options o = { .node = getenv("WATASHI_NODE") };
	char port[8];
	int c;

	(void)snprintf(port, sizeof(port), "%d", PORT_DEFAULT);
	(void)read_address(port, &o.address);
	while ((c = getopt_long(argc, argv, "", words, NULL)) != -1) {
		if (c == 'h') {
			usage(stdout);
			return 0;
		}
		if (c == 'n')
			o.node = optarg;
		else if (c == 'l' && !read_address(optarg, &o.address)) {
			fprintf(stderr, "watashi-metrics: --listen: a port, on 127.0.0.1 alone\n");
			return 2;
		} else if (c == '?') {
			usage(stderr);
			return 2;
		}
	}
	if (o.node == NULL || optind != argc) {
		usage(stderr);
		return 2;
	}
	return serve(&o);
}
