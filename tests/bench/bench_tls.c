#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/limits.h"
#include "net/net_call.h"
#include "net/net_http.h"
#include "net/net_limits.h"
#include "net/net_log.h"
#include "net/net_sign.h"

/*
 * Round trips with the certificates of an exchange and nothing done between: listener and caller of the reference
 * network, with bodies of a message's size.
 *	bench_tls CERTIFICATES SERVER CLIENT BYTES-UP BYTES-DOWN ROUNDS FOLDER
 * prints a line each, microseconds for a round trip and of processor time, both sides together, on kept connections:
 *	bare		nothing else
 *	signed		each side signs what it sends and checks what it gets
 *	kept		signed, and each side writes what it got to the disk before it goes on
 * and one for bare on a fresh connection each, without processor time.
 */
static char body[64 * 1024];
static size_t down;

struct side {
	sqlite3 *db;
	sqlite3_stmt *put;
};

static struct side server, client;
static struct net_signer *signer;
static struct net_verifier *verifier;
static bool is_signed, is_kept;

static void
fail(const char *what)
{
	fprintf(stderr, "bench_tls: %s\n", what);
	exit(3);
}

static void
must(enum rc rc, const struct fault *why)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "bench_tls: %s: %s\n", why->place, why->text);
	exit(3);
}

/* A row of the message, on the disk, as node and network do it. */
static void
open_side(struct side *s, const char *folder, const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof path, "%s/bench-%s.db", folder, name);
	if (sqlite3_open(path, &s->db) != SQLITE_OK ||
	    sqlite3_exec(s->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE row (bytes BLOB)", NULL, NULL,
	    NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(s->db, "INSERT INTO row VALUES (?1)", -1, &s->put, NULL) != SQLITE_OK)
		fail("no database");
}

static void
keep(struct side *s, const void *bytes, size_t len)
{
	if (!is_kept)
		return;
	if (sqlite3_bind_blob64(s->put, 1, bytes, len, SQLITE_STATIC) != SQLITE_OK || sqlite3_step(s->put) != SQLITE_DONE)
		fail("no commit");
	(void)sqlite3_reset(s->put);
}

static void
sign(const void *bytes, size_t len, char *ret_text)
{
	struct fault why = { .rc = RC_OK };
	unsigned char der[NET_SIGNATURE_MAX];
	size_t der_len;

	must(net_sign(signer, bytes, len, der, &der_len, &why), &why);
	net_base64_write(der, der_len, ret_text);
}

static void
check(const void *bytes, size_t len, const char *text)
{
	unsigned char der[NET_SIGNATURE_MAX];
	size_t der_len;

	if (is_signed && (net_base64_read(text, der, sizeof der, &der_len) != RC_OK ||
	    net_verify(verifier, bytes, len, der, der_len) != RC_OK))
		fail("a signature does not hold");
}

static void
answer(void *context, const struct net_http_request *request, struct net_http_answer *ret_answer)
{
	(void)context;
	check(request->body, request->len, request->signature);
	keep(&server, request->body, request->len);
	ret_answer->status = 200;
	if (buf_add(&ret_answer->body, body, down) != RC_OK)
		ret_answer->status = 500;
	if (is_signed)
		sign(body, down, ret_answer->signature);
}

static double
us_of(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
trip(struct net_call *call, const char *url, size_t up, struct net_call_answer *got)
{
	char signature[NET_SIGNATURE_CHARS] = "AAAA";
	struct fault why = { .rc = RC_OK };

	if (is_signed)
		sign(body, up, signature);
	must(net_call_post(call, url, NULL, body, up, signature, got, &why), &why);
	if (got->status != 200)
		fail("no answer");
	check(got->body.data, got->body.len, got->signature);
	keep(&client, got->body.data, got->body.len);
}

static void
rounds(const char *name, const struct net_call_options *options, const char *url, size_t up, int n, bool fresh)
{
	struct net_call_answer got = { .status = 0 };
	struct fault why = { .rc = RC_OK };
	struct net_call *call = NULL;
	double from, spent;

	buf_init(&got.body, LIMIT_WIRE_BYTES);
	must(net_call_open(options, &call, &why), &why);
	trip(call, url, up, &got);		/* the first is not counted */
	from = us_of(CLOCK_MONOTONIC);
	spent = us_of(CLOCK_PROCESS_CPUTIME_ID);
	for (int i = 0; i < n; i++) {
		if (fresh) {
			net_call_close(call);
			must(net_call_open(options, &call, &why), &why);
		}
		trip(call, url, up, &got);
	}
	printf("%s %.1f %.1f\n", name, (us_of(CLOCK_MONOTONIC) - from) / n, (us_of(CLOCK_PROCESS_CPUTIME_ID) - spent) / n);
	net_call_close(call);
	buf_clear(&got.body);
}

int
main(int argc, char **argv)
{
	char path[7][512], url[64];
	struct net_http_options options = { .host = "127.0.0.1", .max_bytes = LIMIT_WIRE_BYTES, .handler = answer };
	struct net_call_options caller = { NULL, NULL, NULL, NULL };
	struct fault why = { .rc = RC_OK };
	struct net_http *http = NULL;
	struct net_log log = { .fd = 2 };
	size_t up;
	int n;

	if (argc != 8 || (n = atoi(argv[6])) < 1 || (up = (size_t)atoi(argv[4])) > sizeof body ||
	    (down = (size_t)atoi(argv[5])) > sizeof body)
		return 2;
	memset(body, 'a', sizeof body);
	(void)snprintf(path[0], 512, "%s/authority.crt", argv[1]);
	(void)snprintf(path[1], 512, "%s/%s/tls.crt", argv[1], argv[2]);
	(void)snprintf(path[2], 512, "%s/%s/tls.key", argv[1], argv[2]);
	(void)snprintf(path[3], 512, "%s/%s/tls.crt", argv[1], argv[3]);
	(void)snprintf(path[4], 512, "%s/%s/tls.key", argv[1], argv[3]);
	(void)snprintf(path[5], 512, "%s/%s/sign.key", argv[1], argv[2]);
	(void)snprintf(path[6], 512, "%s/%s/sign.crt", argv[1], argv[2]);
	options.authority_path = path[0];
	options.cert_path = path[1];
	options.key_path = path[2];
	options.log = &log;
	caller.authority_path = path[0];
	caller.cert_path = path[3];
	caller.key_path = path[4];
	must(net_signer_open(path[5], &signer, &why), &why);
	must(net_verifier_open(path[6], &verifier, &why), &why);
	open_side(&server, argv[7], "server");
	open_side(&client, argv[7], "client");
	must(net_call_library(&why), &why);
	must(net_http_start(&options, &http, &why), &why);
	(void)snprintf(url, sizeof url, "https://127.0.0.1:%u", (unsigned)net_http_port(http));
	rounds("bare", &caller, url, up, n, false);
	is_signed = true;
	rounds("signed", &caller, url, up, n, false);
	is_kept = true;
	rounds("kept", &caller, url, up, n, false);
	is_signed = is_kept = false;
	rounds("fresh", &caller, url, up, n < 200 ? n : 200, true);
	net_http_stop(http);
	return 0;
}
