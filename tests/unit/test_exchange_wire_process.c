#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "exchange/peer.h"
#include "exchange/wire_process.h"
#include "exchange/wire_write.h"
#include "tests/lib/runner.h"
#include "tests/unit/exchange_authority.h"
#include "tests/unit/exchange_sample.h"

#define YOKOHAMA "1410030000000001"
#define SAPPORO "0110020000000001"

struct process {
	char directory[160], authority[160];
	bool without;
	int fd[2];
	pthread_t thread;
	enum rc rc;
	struct wire_client client;
};

static void *
serve(void *context)
{
	struct process *p = context;

	const struct peer_files files = { .directory_pem = p->directory, .authority_pem = p->authority };

	p->rc = wire_serve(p->without ? NULL : &files, p->fd[1], NULL);
	(void)close(p->fd[1]);
	return NULL;
}

static void
start(struct process *p, bool without)
{
	memset(p, 0, sizeof(*p));
	(void)test_authority_begin();
	test_network_make();
	(void)snprintf(p->directory, sizeof(p->directory), "%s", test_path("directory.pem"));
	(void)snprintf(p->authority, sizeof(p->authority), "%s", test_path("authority.crt"));
	p->without = without;
	p->rc = RC_BUG;
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, p->fd), 0);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&p->thread, NULL, serve, p), 0);
	wire_client_init(&p->client, p->fd[0]);
}

static void
stop(struct process *p)
{
	wire_client_clear(&p->client);
	(void)close(p->fd[0]);
	(void)pthread_join(p->thread, NULL);
	CU_ASSERT_EQUAL(p->rc, RC_OK);
	test_authority_end();
}

/* A message written, signed by NAME.key, and asked about. */
static enum rc
ask(struct process *p, const struct message *m, const char *signer, enum peer_role role, const char *institution,
    struct arena *a, struct wire_answer *ret_answer, struct fault *why)
{
	struct buf bytes = BUF_INIT(LIMIT_WIRE_BYTES), text = BUF_INIT(256);
	struct wire_signed in = { .role = role, .institution = institution, .now_s = time(NULL) };
	unsigned char der[128];
	enum rc rc;

	CU_ASSERT_EQUAL_FATAL(wire_write(m, &bytes, NULL, why), RC_OK);
	if (signer != NULL) {
		size_t n = test_sign(signer, 256, bytes.data, bytes.len, der);

		CU_ASSERT_EQUAL_FATAL(peer_signature_text(der, n, &text), RC_OK);
		in.signature_text = text.data;
		in.signature_text_len = text.len;
	}
	in.bytes = bytes.data;
	in.len = bytes.len;
	rc = wire_client_read(&p->client, &in, a, ret_answer, why);
	buf_clear(&bytes);
	buf_clear(&text);
	return rc;
}

static struct message *
message_from(struct arena *a, enum message_kind kind, const char *source)
{
	struct message *m = sample_message(a, kind, SAMPLE_SHORTEST);

	m->header.source = source;
	m->header.destination = source;
	return m;
}

static void
a_signed_message_is_read_and_an_unsigned_one_is_not(void)
{
	struct wire_answer answer = { .message = NULL };
	struct fault why = { .rc = RC_OK };
	struct process p;
	struct arena a;
	struct message *m;

	start(&p, false);
	arena_init(&a, 32 << 20);
	m = message_from(&a, MESSAGE_RECEIPT, YOKOHAMA);
	CU_ASSERT_EQUAL_FATAL(ask(&p, m, "int-y", PEER_INTERMEDIARY, YOKOHAMA, &a, &answer, &why), RC_OK);
	CU_ASSERT_EQUAL(answer.message->kind, MESSAGE_RECEIPT);
	CU_ASSERT_STRING_EQUAL(answer.message->header.reception_no, "R-1");
	CU_ASSERT_EQUAL(strlen(answer.document_digest), 64);
	CU_ASSERT_STRING_EQUAL(answer.response_digest, "");
	answer.message = NULL;
	CU_ASSERT_EQUAL(ask(&p, m, NULL, PEER_INTERMEDIARY, YOKOHAMA, &a, &answer, &why), RC_CRYPTO);
	CU_ASSERT_STRING_EQUAL(why.text, "the answer is not signed");
	/* by the node itself, by another town, by somebody whose role does not sign this */
	CU_ASSERT_EQUAL(ask(&p, m, "node-y", PEER_INTERMEDIARY, YOKOHAMA, &a, &answer, &why), RC_CRYPTO);
	CU_ASSERT_EQUAL(ask(&p, m, "int-s", PEER_INTERMEDIARY, YOKOHAMA, &a, &answer, &why), RC_CRYPTO);
	CU_ASSERT_EQUAL(ask(&p, m, "int-s", PEER_INTERMEDIARY, SAPPORO, &a, &answer, &why), RC_CRYPTO);
	CU_ASSERT_STRING_EQUAL(why.place, "Header/Source");
	m = message_from(&a, MESSAGE_PERMISSION, YOKOHAMA);
	CU_ASSERT_EQUAL(ask(&p, m, "int-y", PEER_INTERMEDIARY, YOKOHAMA, &a, &answer, &why), RC_CRYPTO);
	CU_ASSERT_STRING_EQUAL(why.place, "COR.Permission");
	CU_ASSERT_PTR_NULL(answer.message);
	arena_clear(&a);
	stop(&p);
}

/* SKI.Result around a response, both signed by whom the test says. */
static enum rc
ask_result(struct process *p, const char *inner_signer, const char *inner_source, struct arena *a,
    struct wire_answer *ret_answer, struct fault *why)
{
	struct message *response = sample_message(a, MESSAGE_PROVISION_RESPONSE, SAMPLE_LONGEST);
	struct message *result = sample_message(a, MESSAGE_RESULT, SAMPLE_LONGEST);
	struct buf inner = BUF_INIT(LIMIT_WIRE_BYTES);
	unsigned char der[128];
	enum rc rc;

	response->header.source = inner_source;
	response->header.destination = SAPPORO;
	CU_ASSERT_EQUAL_FATAL(wire_write(response, &inner, NULL, why), RC_OK);
	result->header.source = result->header.destination = SAPPORO;
	result->body.result.provider = YOKOHAMA;
	result->body.result.item_status = MESSAGE_ITEM_OK;
	result->body.result.error = MESSAGE_OK;
	result->body.result.response = (struct message_bytes){ inner.data, inner.len };
	result->body.result.signature = (struct message_bytes){ der, test_sign(inner_signer, 256, inner.data, inner.len, der) };
	rc = ask(p, result, "int-s", PEER_INTERMEDIARY, SAPPORO, a, ret_answer, why);
	buf_clear(&inner);
	return rc;
}

static void
the_providers_response_is_verified_for_itself(void)
{
	struct wire_answer answer;
	struct fault why = { .rc = RC_OK };
	struct process p;
	struct arena a;

	start(&p, false);
	arena_init(&a, 32 << 20);
	CU_ASSERT_EQUAL_FATAL(ask_result(&p, "int-y", YOKOHAMA, &a, &answer, &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(answer.response_rc, RC_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(answer.response);
	CU_ASSERT_EQUAL(answer.response->kind, MESSAGE_PROVISION_RESPONSE);
	CU_ASSERT_EQUAL(answer.response->body.provision_response.n_records, 3);
	CU_ASSERT_EQUAL(strlen(answer.response_digest), 64);
	CU_ASSERT(strcmp(answer.response_digest, answer.document_digest) != 0);
	/* Signed by our own intermediary instead of the provider's: the wrapper is read, the response is not. */
	CU_ASSERT_EQUAL_FATAL(ask_result(&p, "int-s", YOKOHAMA, &a, &answer, &why), RC_OK);
	CU_ASSERT_PTR_NULL(answer.response);
	CU_ASSERT_EQUAL(answer.response_rc, RC_CRYPTO);
	CU_ASSERT_STRING_EQUAL(answer.response_why.text, "it does not hold");
	CU_ASSERT_EQUAL(strlen(answer.response_digest), 64);		/* evidence is kept all the same */
	/* Signed by the provider, but said to be another's. */
	CU_ASSERT_EQUAL_FATAL(ask_result(&p, "int-y", "0120250000000001", &a, &answer, &why), RC_OK);
	CU_ASSERT_PTR_NULL(answer.response);
	CU_ASSERT_EQUAL(answer.response_rc, RC_INVALID);
	arena_clear(&a);
	stop(&p);
}

static void
refusals_of_the_reader_keep_their_place_across_the_processes(void)
{
	static const char bad[] = "<?xml version=\"1.0\"?><!DOCTYPE Message><Message/>";
	struct wire_signed in = { .bytes = bad, .len = sizeof(bad) - 1, .role = PEER_INTERMEDIARY, .institution = YOKOHAMA };
	struct buf text = BUF_INIT(256);
	struct wire_answer answer;
	struct fault why = { .rc = RC_OK };
	unsigned char der[128];
	struct process p;
	struct arena a;

	start(&p, false);
	arena_init(&a, 1 << 20);
	in.now_s = time(NULL);
	CU_ASSERT_EQUAL_FATAL(peer_signature_text(der, test_sign("int-y", 256, bad, sizeof(bad) - 1, der), &text), RC_OK);
	in.signature_text = text.data;
	in.signature_text_len = text.len;
	CU_ASSERT_EQUAL(wire_client_read(&p.client, &in, &a, &answer, &why), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.place, "Message");
	CU_ASSERT_STRING_EQUAL(why.text, "a DOCTYPE is never read");
	/* Unsigned bytes are not even parsed. */
	in.signature_text = "not base64 at all";
	in.signature_text_len = 17;
	CU_ASSERT_EQUAL(wire_client_read(&p.client, &in, &a, &answer, &why), RC_CRYPTO);
	CU_ASSERT_STRING_EQUAL(why.place, "Watashi-Signature");
	buf_clear(&text);
	arena_clear(&a);
	stop(&p);
}

static void
without_a_directory_no_signature_holds_but_imports_go_on(void)
{
	struct wire_answer answer;
	struct fault why = { .rc = RC_OK };
	struct process p;
	struct arena a;

	start(&p, true);
	arena_init(&a, 1 << 20);
	CU_ASSERT_EQUAL(ask(&p, message_from(&a, MESSAGE_RECEIPT, YOKOHAMA), "int-y", PEER_INTERMEDIARY, YOKOHAMA, &a, &answer,
	    &why), RC_CRYPTO);
	CU_ASSERT_STRING_EQUAL(why.place, "directory");
	arena_clear(&a);
	stop(&p);
}

/* ---- rows ---- */

struct rows {
	size_t n, refuse_at, last_line;
	size_t absent;
};

static enum rc
take(void *context, const char *const *cell, size_t line, struct fault *why)
{
	struct rows *r = context;
	char want[32];

	r->n++;
	r->last_line = line;
	(void)snprintf(want, sizeof(want), "%zu", line - 2);
	CU_ASSERT_STRING_EQUAL_FATAL(cell[0], want);
	r->absent += cell[1] == NULL;
	if (r->n == r->refuse_at)
		return fault_set(why, RC_CONFLICT, "row", "refused by the taker");
	return RC_OK;
}

static FILE *
rows_file(int n, const char *end)
{
	FILE *f = tmpfile();

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	(void)fprintf(f, "note,id\n");
	for (int i = 0; i < n; i++)
		(void)fprintf(f, "%s,%d\n", i % 3 == 0 ? "" : "渡し", i);
	(void)fprintf(f, "%s", end);
	(void)fflush(f);
	rewind(f);
	return f;
}

static void
rows_of_a_file_come_back_in_order_and_the_next_question_gets_its_own_answer(void)
{
	static const char *const want[] = { "id", "note", "other" };
	struct fault why = { .rc = RC_OK };
	struct rows r = { .n = 0 };
	struct process p;
	FILE *f;

	start(&p, true);
	f = rows_file(20000, "");
	CU_ASSERT_EQUAL(wire_client_rows(&p.client, fileno(f), want, 3, 1, take, &r, &why), RC_OK);
	CU_ASSERT_EQUAL(r.n, 20000);
	CU_ASSERT_EQUAL(r.absent, 6667);
	(void)fclose(f);
	/* The taker refuses in the middle: the rest is read off. */
	f = rows_file(20000, "");
	r = (struct rows){ .refuse_at = 100 };
	CU_ASSERT_EQUAL(wire_client_rows(&p.client, fileno(f), want, 3, 1, take, &r, &why), RC_CONFLICT);
	CU_ASSERT_STRING_EQUAL(why.text, "refused by the taker");
	CU_ASSERT_EQUAL(r.n, 100);
	(void)fclose(f);
	/* The file is cut: rows were given, the end is a refusal with line and column. */
	f = rows_file(5000, "x");
	r = (struct rows){ .n = 0 };
	CU_ASSERT_EQUAL(wire_client_rows(&p.client, fileno(f), want, 3, 1, take, &r, &why), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.place, "line 5002: note");
	(void)fclose(f);
	f = rows_file(3, "");
	r = (struct rows){ .n = 0 };
	CU_ASSERT_EQUAL(wire_client_rows(&p.client, fileno(f), want, 3, 3, take, &r, &why), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.text, "the column other is missing");
	CU_ASSERT_EQUAL(r.n, 0);
	rewind(f);
	CU_ASSERT_EQUAL(wire_client_rows(&p.client, fileno(f), want, 3, 2, take, &r, &why), RC_OK);
	CU_ASSERT_EQUAL(r.n, 3);
	(void)fclose(f);
	stop(&p);
}

static void
a_wire_process_that_is_gone_is_told_as_that(void)
{
	static const char *const want[] = { "id" };
	struct fault why = { .rc = RC_OK };
	struct wire_client c;
	struct rows r = { .n = 0 };
	int fd[2];
	FILE *f = rows_file(1, "");

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	wire_client_init(&c, fd[0]);
	(void)shutdown(fd[1], SHUT_WR);
	CU_ASSERT_EQUAL(wire_client_rows(&c, fileno(f), want, 1, 1, take, &r, &why), RC_IO);
	CU_ASSERT_STRING_EQUAL(why.text, "the wire process is gone");
	wire_client_clear(&c);
	(void)close(fd[0]);
	(void)close(fd[1]);
	(void)fclose(f);
}

RUNNER_SUITE(exchange_wire_process,
    RUNNER_TEST(a_signed_message_is_read_and_an_unsigned_one_is_not),
    RUNNER_TEST(the_providers_response_is_verified_for_itself),
    RUNNER_TEST(refusals_of_the_reader_keep_their_place_across_the_processes),
    RUNNER_TEST(without_a_directory_no_signature_holds_but_imports_go_on),
    RUNNER_TEST(rows_of_a_file_come_back_in_order_and_the_next_question_gets_its_own_answer),
    RUNNER_TEST(a_wire_process_that_is_gone_is_told_as_that));
