#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "exchange/peer_http.h"
#include "exchange/post.h"
#include "tests/lib/runner.h"
#include "tests/unit/exchange_authority.h"
#include "tests/unit/exchange_server.h"

static const unsigned char signature[] = { 0x30, 0x45, 0x02, 0x21, 0, 0xf1, 0x30, 0x45, 0x02 };
#define SIGNATURE_TEXT "MEUCIQDxMEUC"

struct heard {
	int n;
	unsigned char id[16];
	enum sending_outcome outcome;
	long status;
	char body[256];
	char signature[64];
	char advice[128];
	unsigned order[64];		/* first byte of each id */
};

static void
hear(void *context, const struct peer_call *call, const struct peer_http_answer *a)
{
	struct heard *h = context;

	h->order[h->n % 64] = call->id[0];
	h->n++;
	memcpy(h->id, call->id, 16);
	h->outcome = a->outcome;
	h->status = a->status;
	(void)snprintf(h->body, sizeof(h->body), "%.*s", (int)a->len, a->bytes == NULL ? "" : a->bytes);
	(void)snprintf(h->signature, sizeof(h->signature), "%.*s", (int)a->signature_len,
	    a->signature == NULL ? "" : a->signature);
	(void)snprintf(h->advice, sizeof(h->advice), "%s", a->advice);
}

/* authority.crt, server.*, client.* and whatever a test adds. */
static void
certificates(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	(void)test_authority_begin();
	test_authority_make(&(struct test_leaf){ .name = "authority" });
	test_authority_make(&(struct test_leaf){ .name = "other" });
	test_authority_make(&(struct test_leaf){ .name = "server", .issuer = "authority", .host = "localhost", .server = 1 });
	test_authority_make(&(struct test_leaf){ .name = "client", .issuer = "authority", .client = 1 });
}

static struct peer_http_config
config_of(const char *url, const char *client, char paths[3][160])
{
	struct peer_http_config c = { .url = { url, url, NULL }, .connect_timeout_ms = 3000, .answer_timeout_ms = 2000 };
	char file[64];

	(void)snprintf(paths[0], 160, "%s", test_path("authority.crt"));
	(void)snprintf(file, sizeof(file), "%s.crt", client);
	(void)snprintf(paths[1], 160, "%s", test_path(file));
	(void)snprintf(file, sizeof(file), "%s.key", client);
	(void)snprintf(paths[2], 160, "%s", test_path(file));
	c.authority_pem = paths[0];
	c.certificate_pem = paths[1];
	c.key_pem = paths[2];
	return c;
}

static enum rc
queue(struct peer_http *h, unsigned char id, enum adapter_endpoint endpoint, const char *text)
{
	struct peer_call whole = { { id, 1, 2, 3 }, 1000 + id };
	struct buf bytes = BUF_INIT(65536);
	enum rc rc;

	CU_ASSERT_EQUAL_FATAL(buf_add_text(&bytes, text), RC_OK);
	rc = peer_http_post(h, &whole, endpoint, &bytes, signature, sizeof(signature), NULL);
	buf_clear(&bytes);
	return rc;
}

static void
run_all(struct peer_http *h, struct heard *heard)
{
	struct fault why = { .rc = RC_OK };

	while (peer_http_under_way(h) > 0)
		CU_ASSERT_EQUAL_FATAL(peer_http_run(h, NULL, 0, 1000, hear, heard, &why), RC_OK);
}

static int64_t
now_s(void)
{
	return time(NULL);
}

/* One request with one client certificate to one server. */
static struct heard
once(struct server *s, const char *client, const struct peer_http_config *change)
{
	char paths[3][160];
	struct peer_http_config c = config_of(server_url(s), client, paths);
	struct peer_http *h = NULL;
	struct heard heard = { .n = 0 };

	if (change != NULL && change->answer_timeout_ms != 0)
		c.connect_timeout_ms = c.answer_timeout_ms = change->answer_timeout_ms;
	if (change != NULL && change->revocations_pem != NULL) {
		c.revocations_pem = change->revocations_pem;
		c.revocation_grace_s = change->revocation_grace_s;
		c.now_s = now_s;
	}
	if (change != NULL)
		memcpy(c.urn, change->urn, sizeof(c.urn));
	if (change != NULL && change->url[0] != NULL)
		c.url[0] = change->url[0];
	CU_ASSERT_EQUAL_FATAL(peer_http_open(&c, &h, NULL), RC_OK);
	CU_ASSERT_EQUAL_FATAL(queue(h, 7, ADAPTER_INTERMEDIARY, "hello"), RC_OK);
	run_all(h, &heard);
	CU_ASSERT_EQUAL(heard.n, 1);
	peer_http_close(h);
	return heard;
}

static void
a_message_goes_out_signed_and_its_answer_comes_back(void)
{
	struct server *s;
	struct heard heard;

	certificates();
	s = server_start("server", NULL);
	heard = once(s, "client", NULL);
	CU_ASSERT_EQUAL(heard.outcome, SENDING_ANSWERED);
	CU_ASSERT_EQUAL(heard.status, 200);
	CU_ASSERT_EQUAL(heard.id[0], 7);
	CU_ASSERT_STRING_EQUAL(heard.body, "answer to hello");
	CU_ASSERT_STRING_EQUAL(heard.signature, "MEUCIQDxMEUCIQDx");
	CU_ASSERT_STRING_EQUAL(server_last_signature(s), SIGNATURE_TEXT);
	CU_ASSERT_STRING_EQUAL(server_last_body(s), "hello");
	server_stop(s);
	test_authority_end();
}

static void
each_http_answer_has_its_outcome(void)
{
	static const struct { enum server_mood mood; enum sending_outcome outcome; long status; } expect[] = {
		{ SERVER_CLOSED, SENDING_CLOSED, 503 },
		{ SERVER_CLOSED_WITH_BODY, SENDING_ANSWERED, 503 },
		{ SERVER_REFUSES, SENDING_HTTP_REFUSED, 403 },
		{ SERVER_REDIRECTS, SENDING_BAD_ANSWER, 302 },
		{ SERVER_SENDS_TOO_MUCH, SENDING_BAD_ANSWER, 200 },
		{ SERVER_IS_SILENT, SENDING_BROKE_OFF, 0 },
	};
	struct peer_http_config impatient = { .answer_timeout_ms = 300 };
	struct server *s;
	struct heard heard;

	certificates();
	s = server_start("server", NULL);
	for (size_t i = 0; i < sizeof(expect) / sizeof(expect[0]); i++) {
		server_set(s, expect[i].mood);
		heard = once(s, "client", expect[i].mood == SERVER_IS_SILENT ? &impatient : NULL);
		if (heard.outcome != expect[i].outcome)
			printf("mood %d: %s (%s)\n", (int)expect[i].mood, sending_outcome_name(heard.outcome), heard.advice);
		CU_ASSERT_EQUAL(heard.outcome, expect[i].outcome);
		CU_ASSERT_EQUAL(heard.status, expect[i].status);
	}
	/* Two signature lines are none: nobody is to choose between them. */
	server_set(s, SERVER_SIGNS_TWICE);
	heard = once(s, "client", NULL);
	CU_ASSERT_EQUAL(heard.outcome, SENDING_ANSWERED);
	CU_ASSERT_STRING_EQUAL(heard.signature, "");
	server_stop(s);
	test_authority_end();
}

static void
our_certificate_is_refused_unless_it_is_the_authoritys_in_time_and_for_clients(void)
{
	int64_t now = time(NULL);
	static const char *const name[] = { "foreign", "expired", "early", "purpose", "selfmade" };
	struct server *s;

	certificates();
	test_authority_make(&(struct test_leaf){ .name = "foreign", .issuer = "other", .client = 1 });
	test_authority_make(&(struct test_leaf){ .name = "expired", .issuer = "authority", .client = 1,
	    .from_s = now - 7200, .until_s = now - 3600 });
	test_authority_make(&(struct test_leaf){ .name = "early", .issuer = "authority", .client = 1,
	    .from_s = now + 3600, .until_s = now + 7200 });
	test_authority_make(&(struct test_leaf){ .name = "purpose", .issuer = "authority", .server = 1 });
	test_authority_make(&(struct test_leaf){ .name = "selfmade", .client = 1 });
	s = server_start("server", NULL);
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		struct heard heard = once(s, name[i], NULL);

		/* Under TLS 1.3 the refusal may only show as a broken connection; never as an answer. */
		CU_ASSERT(heard.outcome == SENDING_TLS_REFUSED || heard.outcome == SENDING_BROKE_OFF);
		CU_ASSERT_EQUAL(heard.status, 0);
	}
	CU_ASSERT_EQUAL(server_requests(s), 0);
	server_stop(s);
	test_authority_end();
}

static void
the_peers_certificate_is_refused_unless_it_is_the_authoritys_in_time_by_name_and_for_servers(void)
{
	int64_t now = time(NULL);
	static const char *const name[] = { "foreign", "expired", "early", "elsewhere", "purpose", "selfmade" };
	static const char *const advice[] = { "of another authority", "expired", "not valid yet", "another host's",
	    "not one of a server", "no TLS 1.3" };

	certificates();
	test_authority_make(&(struct test_leaf){ .name = "foreign", .issuer = "other", .host = "localhost", .server = 1 });
	test_authority_make(&(struct test_leaf){ .name = "expired", .issuer = "authority", .host = "localhost", .server = 1,
	    .from_s = now - 7200, .until_s = now - 3600 });
	test_authority_make(&(struct test_leaf){ .name = "early", .issuer = "authority", .host = "localhost", .server = 1,
	    .from_s = now + 3600, .until_s = now + 7200 });
	test_authority_make(&(struct test_leaf){ .name = "elsewhere", .issuer = "authority", .host = "core.example", .server = 1 });
	test_authority_make(&(struct test_leaf){ .name = "purpose", .issuer = "authority", .host = "localhost", .client = 1 });
	test_authority_make(&(struct test_leaf){ .name = "selfmade", .host = "localhost", .server = 1 });
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		struct server *s = server_start(name[i], NULL);
		struct heard heard = once(s, "client", NULL);

		if (heard.outcome != SENDING_TLS_REFUSED || strstr(heard.advice, advice[i]) == NULL)
			printf("%s: %s (%s)\n", name[i], sending_outcome_name(heard.outcome), heard.advice);
		CU_ASSERT_EQUAL(heard.outcome, SENDING_TLS_REFUSED);
		CU_ASSERT_PTR_NOT_NULL(strstr(heard.advice, advice[i]));
		CU_ASSERT_EQUAL(server_requests(s), 0);
		server_stop(s);
	}
	test_authority_end();
}

/* Every part and town shows a certificate of the one authority: whom we mean is its name, and nothing but that. */
static void
a_peer_of_the_right_authority_under_another_name_gets_nothing(void)
{
	static const struct { const char *name, *uri[3]; bool is_right; } server[] = {
		{ "right", { "urn:watashi:intermediary:141003" }, true },
		{ "with-another-uri", { "https://intermediary.example/", "urn:watashi:intermediary:141003" }, true },
		{ "other-town", { "urn:watashi:intermediary:011002" }, false },
		{ "its-node", { "urn:watashi:municipality:141003" }, false },
		{ "core", { "urn:watashi:core" }, false },
		{ "both", { "urn:watashi:intermediary:141003", "urn:watashi:core" }, false },
		{ "longer", { "urn:watashi:intermediary:1410030" }, false },
		{ "none", { NULL }, false },
	};
	struct peer_http_config change = { .urn = { "urn:watashi:intermediary:141003" } };

	certificates();
	for (size_t i = 0; i < sizeof(server) / sizeof(server[0]); i++) {
		struct server *s;
		struct heard heard;

		test_authority_make(&(struct test_leaf){ .name = server[i].name, .issuer = "authority", .host = "localhost",
		    .uri = { server[i].uri[0], server[i].uri[1] }, .server = 1 });
		s = server_start(server[i].name, NULL);
		heard = once(s, "client", &change);
		if ((heard.outcome == SENDING_ANSWERED) != server[i].is_right)
			printf("%s: %s (%s)\n", server[i].name, sending_outcome_name(heard.outcome), heard.advice);
		CU_ASSERT_EQUAL(heard.outcome, server[i].is_right ? SENDING_ANSWERED : SENDING_TLS_REFUSED);
		CU_ASSERT_EQUAL(server_requests(s), server[i].is_right ? 1 : 0);
		CU_ASSERT(server[i].is_right || strstr(heard.advice, "another institution") != NULL);
		server_stop(s);
	}
	test_authority_end();
}

/* Between the handshake and the first byte: the server gets no request. */
static void
a_peer_whose_certificate_was_taken_back_gets_nothing_nor_anybody_when_the_list_is_old(void)
{
	static const char *const server[] = { "server", NULL }, *const nobody[] = { NULL };
	struct peer_http_config change = { .revocation_grace_s = 60 };
	char path[160];
	struct server *s;
	struct heard heard;

	certificates();
	(void)snprintf(path, sizeof(path), "%s", test_path("revoked.pem"));
	change.revocations_pem = path;
	s = server_start("server", NULL);
	test_revoke("revoked.pem", "authority", nobody, time(NULL) + 86400);
	CU_ASSERT_EQUAL(once(s, "client", &change).outcome, SENDING_ANSWERED);
	CU_ASSERT_EQUAL(server_requests(s), 1);
	test_revoke("revoked.pem", "authority", server, time(NULL) + 86400);
	heard = once(s, "client", &change);
	CU_ASSERT_EQUAL(heard.outcome, SENDING_TLS_REFUSED);
	CU_ASSERT_STRING_EQUAL(heard.advice, "the certificate was taken back");
	test_revoke("revoked.pem", "authority", nobody, time(NULL) - 30);
	CU_ASSERT_EQUAL(once(s, "client", &change).outcome, SENDING_ANSWERED);
	test_revoke("revoked.pem", "authority", nobody, time(NULL) - 90);
	heard = once(s, "client", &change);
	CU_ASSERT_EQUAL(heard.outcome, SENDING_TLS_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(heard.advice, "out of date"));
	CU_ASSERT_EQUAL(server_requests(s), 2);
	server_stop(s);
	test_authority_end();
}

static void
an_older_tls_is_not_spoken(void)
{
	struct server *s;
	struct heard heard;

	certificates();
	s = server_start("server", "SECURE128:-VERS-ALL:+VERS-TLS1.2");
	heard = once(s, "client", NULL);
	CU_ASSERT(heard.outcome == SENDING_TLS_REFUSED || heard.outcome == SENDING_BROKE_OFF);
	CU_ASSERT_EQUAL(server_requests(s), 0);
	server_stop(s);
	test_authority_end();
}

/* A port that nobody listens on: bound, never listened, so that nobody else takes it. */
static int
dead_port(char url[64])
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&here, sizeof(here)), 0);
	CU_ASSERT_EQUAL_FATAL(getsockname(fd, (struct sockaddr *)&here, &len), 0);
	(void)snprintf(url, 64, "https://localhost:%u", (unsigned)ntohs(here.sin_port));
	return fd;
}

static void
a_dead_peer_and_missing_settings_are_told_in_plain_words(void)
{
	char url[64], paths[3][160];
	struct peer_http_config c;
	struct peer_http *h = NULL;
	struct heard heard = { .n = 0 };
	struct fault why = { .rc = RC_OK };
	int fd = dead_port(url);

	certificates();
	c = config_of(url, "client", paths);
	CU_ASSERT_EQUAL_FATAL(peer_http_open(&c, &h, NULL), RC_OK);
	CU_ASSERT_EQUAL(queue(h, 1, ADAPTER_INTERMEDIARY, "x"), RC_OK);
	run_all(h, &heard);
	CU_ASSERT_EQUAL(heard.outcome, SENDING_NO_CONNECTION);
	CU_ASSERT_PTR_NOT_NULL(strstr(heard.advice, "does not answer"));
	CU_ASSERT_EQUAL(queue(h, 1, ADAPTER_CORE, "x"), RC_OK);		/* no URL */
	run_all(h, &heard);
	CU_ASSERT_EQUAL(heard.outcome, SENDING_NO_CONNECTION);
	CU_ASSERT_PTR_NOT_NULL(strstr(heard.advice, "no URL is configured"));
	peer_http_close(h);
	c.key_pem = NULL;
	CU_ASSERT_EQUAL_FATAL(peer_http_open(&c, &h, NULL), RC_OK);
	CU_ASSERT_EQUAL(queue(h, 1, ADAPTER_INTERMEDIARY, "x"), RC_OK);
	run_all(h, &heard);
	CU_ASSERT_PTR_NOT_NULL(strstr(heard.advice, "no TLS certificate is configured"));
	peer_http_close(h);
	h = NULL;
	c.url[0] = "http://localhost:1";
	CU_ASSERT_EQUAL(peer_http_open(&c, &h, &why), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.place, "intermediary");
	CU_ASSERT_PTR_NULL(h);
	(void)close(fd);
	test_authority_end();
}

static void
one_silent_peer_holds_up_nobody_else(void)
{
	char paths[3][160];
	struct server *silent, *quick;
	struct peer_http_config c;
	struct peer_http *h = NULL;
	struct heard heard = { .n = 0 };

	certificates();
	silent = server_start("server", NULL);
	quick = server_start("server", NULL);
	server_set(silent, SERVER_IS_SILENT);
	c = config_of(server_url(silent), "client", paths);
	c.url[ADAPTER_REGISTRAR] = server_url(quick);
	c.answer_timeout_ms = 3000;
	c.connect_timeout_ms = 3000;
	CU_ASSERT_EQUAL_FATAL(peer_http_open(&c, &h, NULL), RC_OK);
	for (unsigned char i = 0; i < 8; i++)
		CU_ASSERT_EQUAL(queue(h, i, ADAPTER_INTERMEDIARY, "slow"), RC_OK);
	for (unsigned char i = 100; i < 120; i++)
		CU_ASSERT_EQUAL(queue(h, i, ADAPTER_REGISTRAR, "quick"), RC_OK);
	run_all(h, &heard);
	CU_ASSERT_EQUAL(heard.n, 28);
	/* All to the quick one are back before the first to the silent one is given up. */
	for (int i = 0; i < 20; i++)
		CU_ASSERT(heard.order[i] >= 100);
	CU_ASSERT(server_requests(silent) <= 8);
	CU_ASSERT_EQUAL(server_requests(quick), 20);
	peer_http_close(h);
	server_stop(silent);
	server_stop(quick);
	test_authority_end();
}

static void
the_queue_has_a_ceiling(void)
{
	char url[64], paths[3][160];
	struct peer_http_config c;
	struct peer_http *h = NULL;
	int fd = dead_port(url), n = 0;

	certificates();
	c = config_of(url, "client", paths);
	CU_ASSERT_EQUAL_FATAL(peer_http_open(&c, &h, NULL), RC_OK);
	while (queue(h, 1, ADAPTER_INTERMEDIARY, "x") == RC_OK)
		n++;
	CU_ASSERT_EQUAL(n, 256);
	CU_ASSERT_EQUAL(queue(h, 1, ADAPTER_INTERMEDIARY, "x"), RC_BUSY);
	CU_ASSERT_EQUAL(queue(h, 1, ADAPTER_REGISTRAR, "x"), RC_OK);	/* its own queue */
	peer_http_close(h);		/* with all of them waiting: nothing leaks */
	(void)close(fd);
	test_authority_end();
}

/* ---- the process ---- */

struct process {
	struct peer_http_config config;
	int store_fd, key_fd;
	enum rc rc;
};

static void *
serve(void *context)
{
	struct process *p = context;

	p->rc = post_serve(&p->config, p->store_fd, p->key_fd, NULL);
	(void)close(p->store_fd);
	return NULL;
}

static void
the_post_process_carries_for_store_and_key_and_answers_each_once(void)
{
	char paths[3][160];
	int store[2], key[2], n = 0;
	struct process p = { .rc = RC_BUG };
	struct server *s;
	pthread_t thread;
	struct frame f;
	struct peer_call call = { .left_ms = 0 };
	bool seen[40] = { false };
	char *big = malloc(700000);

	certificates();
	s = server_start("server", NULL);
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, store), 0);
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, key), 0);
	p.config = config_of(server_url(s), "client", paths);
	p.store_fd = store[1];
	p.key_fd = key[1];
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, serve, &p), 0);
	/* 28 MB are sent before one answer is read: neither side may wait for the other. */
	memset(big, 'x', 700000);
	for (int i = 0; i < 40; i++) {
		call.id[0] = (unsigned char)i;
		call.left_ms = INT64_C(1800000000000) + i;
		post_send(&f, &call, i % 5 == 4 ? ADAPTER_REGISTRAR : ADAPTER_INTERMEDIARY, big, 700000, signature,
		    sizeof(signature));
		CU_ASSERT_EQUAL_FATAL(frame_send(i % 5 == 4 ? key[0] : store[0], &f, -1, NULL), RC_OK);
		frame_clear(&f);
	}
	while (n < 40) {
		struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
		struct post_answer a;
		uint16_t kind;
		int passed;

		CU_ASSERT_EQUAL_FATAL(frame_receive(store[0], &body, &kind, &passed, NULL), RC_OK);
		CU_ASSERT_EQUAL_FATAL(post_answer_read(kind, body.data, body.len, &a, NULL), RC_OK);
		CU_ASSERT_EQUAL(a.outcome, SENDING_ANSWERED);
		CU_ASSERT_EQUAL(a.status, 200);
		CU_ASSERT_EQUAL(a.endpoint, a.call.id[0] % 5 == 4 ? ADAPTER_REGISTRAR : ADAPTER_INTERMEDIARY);
		CU_ASSERT_EQUAL(memcmp(a.bytes, "answer to xxx", 13), 0);
		CU_ASSERT_EQUAL(a.signature_text_len, 16);
		CU_ASSERT_EQUAL(a.call.left_ms, INT64_C(1800000000000) + a.call.id[0]);
		CU_ASSERT_FALSE(seen[a.call.id[0]]);
		seen[a.call.id[0]] = true;
		buf_clear(&body);
		n++;
	}
	/* An unusable signature comes back as that, not as silence. */
	post_send(&f, &call, ADAPTER_INTERMEDIARY, "x", 1, "sig", 3);
	CU_ASSERT_EQUAL_FATAL(frame_send(store[0], &f, -1, NULL), RC_OK);
	frame_clear(&f);
	{
		struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
		struct post_answer a;
		uint16_t kind;
		int passed;

		CU_ASSERT_EQUAL_FATAL(frame_receive(store[0], &body, &kind, &passed, NULL), RC_OK);
		CU_ASSERT_EQUAL_FATAL(post_answer_read(kind, body.data, body.len, &a, NULL), RC_OK);
		CU_ASSERT_EQUAL(a.outcome, SENDING_NOT_SIGNED);
		CU_ASSERT_PTR_NULL(a.signature_text);
		buf_clear(&body);
	}
	/* The key process may go before the store does. */
	(void)close(key[0]);
	(void)usleep(50000);
	(void)close(store[0]);
	(void)pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(p.rc, RC_OK);
	(void)close(key[1]);
	free(big);
	server_stop(s);
	test_authority_end();
}

/* The store stops in the middle of an order when the socket is full, and goes on when it has heard what came. */
static void
the_post_process_does_not_wait_for_the_rest_of_an_order(void)
{
	struct process p = { .config = { .url = { NULL } }, .rc = RC_BUG };
	struct buf bytes = BUF_INIT(LIMIT_FRAME_BYTES), body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct timeval limit = { .tv_sec = 20 };
	struct post_answer a;
	struct peer_call call = { { 1 }, 11 };
	pthread_t thread;
	struct frame f;
	uint16_t kind;
	int store[2], key[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, store), 0);
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, key), 0);
	CU_ASSERT_EQUAL_FATAL(setsockopt(store[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
	p.store_fd = store[1];
	p.key_fd = key[1];
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, serve, &p), 0);
	post_send(&f, &call, ADAPTER_INTERMEDIARY, "x", 1, signature, sizeof(signature));
	CU_ASSERT_EQUAL_FATAL(frame_pack(&f, &bytes), RC_OK);
	CU_ASSERT_EQUAL_FATAL(write(store[0], bytes.data, bytes.len - 5), (ssize_t)bytes.len - 5);
	call.id[0] = 2;
	frame_clear(&f);
	post_send(&f, &call, ADAPTER_REGISTRAR, "x", 1, signature, sizeof(signature));
	CU_ASSERT_EQUAL_FATAL(frame_send(key[0], &f, -1, NULL), RC_OK);
	frame_clear(&f);
	for (unsigned char id = 2; id > 0; id--) {
		if (id == 1)
			CU_ASSERT_EQUAL_FATAL(write(store[0], bytes.data + bytes.len - 5, 5), 5);
		CU_ASSERT_EQUAL_FATAL(frame_receive(store[0], &body, &kind, NULL, NULL), RC_OK);
		CU_ASSERT_EQUAL_FATAL(post_answer_read(kind, body.data, body.len, &a, NULL), RC_OK);
		CU_ASSERT_EQUAL(a.call.id[0], id);
	}
	(void)close(key[0]);
	(void)close(store[0]);
	(void)pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(p.rc, RC_OK);
	(void)close(key[1]);
	buf_clear(&bytes);
	buf_clear(&body);
}

static void
without_a_network_the_post_process_says_so(void)
{
	struct process p = { .config = { .url = { NULL } }, .key_fd = -1, .rc = RC_BUG };
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct post_answer a;
	struct peer_call call = { { 9 }, 77 };
	pthread_t thread;
	struct frame f;
	uint16_t kind;
	int store[2], passed;

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, store), 0);
	p.store_fd = store[1];
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, serve, &p), 0);
	post_send(&f, &call, ADAPTER_INTERMEDIARY, "x", 1, signature, sizeof(signature));
	CU_ASSERT_EQUAL_FATAL(frame_send(store[0], &f, -1, NULL), RC_OK);
	frame_clear(&f);
	CU_ASSERT_EQUAL_FATAL(frame_receive(store[0], &body, &kind, &passed, NULL), RC_OK);
	CU_ASSERT_EQUAL_FATAL(post_answer_read(kind, body.data, body.len, &a, NULL), RC_OK);
	CU_ASSERT_EQUAL(a.call.id[0], 9);
	CU_ASSERT_EQUAL(a.call.left_ms, 77);
	CU_ASSERT_EQUAL(a.outcome, SENDING_NO_CONNECTION);
	CU_ASSERT_PTR_NOT_NULL(strstr(a.advice, "the node waits for its network"));
	(void)close(store[0]);
	(void)pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(p.rc, RC_OK);
	buf_clear(&body);
}

RUNNER_SUITE(exchange_peer_http,
    RUNNER_TEST(a_message_goes_out_signed_and_its_answer_comes_back),
    RUNNER_TEST(each_http_answer_has_its_outcome),
    RUNNER_TEST(our_certificate_is_refused_unless_it_is_the_authoritys_in_time_and_for_clients),
    RUNNER_TEST(the_peers_certificate_is_refused_unless_it_is_the_authoritys_in_time_by_name_and_for_servers),
    RUNNER_TEST(a_peer_of_the_right_authority_under_another_name_gets_nothing),
    RUNNER_TEST(a_peer_whose_certificate_was_taken_back_gets_nothing_nor_anybody_when_the_list_is_old),
    RUNNER_TEST(an_older_tls_is_not_spoken),
    RUNNER_TEST(a_dead_peer_and_missing_settings_are_told_in_plain_words),
    RUNNER_TEST(one_silent_peer_holds_up_nobody_else),
    RUNNER_TEST(the_queue_has_a_ceiling),
    RUNNER_TEST(the_post_process_carries_for_store_and_key_and_answers_each_once),
    RUNNER_TEST(the_post_process_does_not_wait_for_the_rest_of_an_order),
    RUNNER_TEST(without_a_network_the_post_process_says_so));
