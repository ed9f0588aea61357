#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/limits.h"
#include "net/net_call.h"
#include "net/net_http.h"
#include "net/net_log.h"

/*
 * Bare round trips with the certificates of an exchange: listener and caller of the reference network,
 * with a body of a message's size each way and nothing done between.
 *	bench_tls CERTIFICATES SERVER CLIENT BYTES ROUNDS
 * prints microseconds for a round trip on a kept connection and on a connection of its own, and of processor time, both
 * sides together, for one on a kept connection.
 */
static char body[64 * 1024];
static size_t body_len;

static void
answer(void *context, const struct net_http_request *request, struct net_http_answer *ret_answer)
{
	(void)context;
	(void)request;
	ret_answer->status = 200;
	if (buf_add(&ret_answer->body, body, body_len) != RC_OK)
		ret_answer->status = 500;
}

static double
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
processor_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
must(enum rc rc, const struct fault *why)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "bench_tls: %s: %s\n", why->place, why->text);
	exit(3);
}

static double
rounds(const struct net_call_options *options, const char *url, int n, bool kept)
{
	struct net_call_answer got = { .status = 0 };
	struct fault why = { .rc = RC_OK };
	struct net_call *call = NULL;
	double from;

	buf_init(&got.body, LIMIT_WIRE_BYTES);
	must(net_call_open(options, &call, &why), &why);
	must(net_call_post(call, url, NULL, body, body_len, "AAAA", &got, &why), &why);	/* the first is not counted */
	from = now_us();
	for (int i = 0; i < n; i++) {
		if (!kept) {
			net_call_close(call);
			must(net_call_open(options, &call, &why), &why);
		}
		must(net_call_post(call, url, NULL, body, body_len, "AAAA", &got, &why), &why);
	}
	from = (now_us() - from) / n;
	net_call_close(call);
	buf_clear(&got.body);
	return from;
}

int
main(int argc, char **argv)
{
	char path[6][512], url[64];
	struct net_http_options options = { .host = "127.0.0.1", .max_bytes = LIMIT_WIRE_BYTES, .handler = answer };
	struct net_call_options caller = { NULL, NULL, NULL };
	struct fault why = { .rc = RC_OK };
	struct net_http *http = NULL;
	struct net_log log = { .fd = 2 };
	double spent, kept;
	int n;

	if (argc != 6 || (n = atoi(argv[5])) < 1 || (size_t)atoi(argv[4]) > sizeof body)
		return 2;
	body_len = (size_t)atoi(argv[4]);
	memset(body, 'a', sizeof body);
	(void)snprintf(path[0], 512, "%s/authority.crt", argv[1]);
	(void)snprintf(path[1], 512, "%s/%s/tls.crt", argv[1], argv[2]);
	(void)snprintf(path[2], 512, "%s/%s/tls.key", argv[1], argv[2]);
	(void)snprintf(path[3], 512, "%s/%s/tls.crt", argv[1], argv[3]);
	(void)snprintf(path[4], 512, "%s/%s/tls.key", argv[1], argv[3]);
	options.authority_path = path[0];
	options.cert_path = path[1];
	options.key_path = path[2];
	options.log = &log;
	caller.authority_path = path[0];
	caller.cert_path = path[3];
	caller.key_path = path[4];
	must(net_call_library(&why), &why);
	must(net_http_start(&options, &http, &why), &why);
	(void)snprintf(url, sizeof url, "https://127.0.0.1:%u", (unsigned)net_http_port(http));
	spent = processor_us();
	kept = rounds(&caller, url, n, true);
	spent = (processor_us() - spent) / n;
	printf("%.1f %.1f %.1f\n", kept, rounds(&caller, url, n < 200 ? n : 200, false), spent);
	net_http_stop(http);
	return 0;
}
