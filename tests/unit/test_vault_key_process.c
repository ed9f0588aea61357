#include "tests/unit/test_vault.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vault/vault_key_process.h"

enum { POST_KIND = 77, POST_ID = 1, POST_DOCUMENT = 2, POST_SIGNATURE = 3 };

/* A real key process with its two sockets. */
struct scene {
	struct test_vault t;
	struct vault_client c;
	pid_t key;
	int post;
};

static void
start(struct scene *x)
{
	int store[2], post[2];

	memset(x, 0, sizeof(*x));
	test_vault_make(&x->t);
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, store), 0);
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, post), 0);
	fflush(stdout);
	x->key = fork();
	CU_ASSERT_FATAL(x->key >= 0);
	if (x->key == 0) {
		close(store[0]);
		close(post[0]);
		_exit(vault_key_serve(x->t.directory, "141003", store[1], post[1], NULL) == RC_OK ? 0 : 1);
	}
	close(store[1]);
	close(post[1]);
	vault_client_init(&x->c, store[0]);
	x->post = post[0];
}

static void
stop(struct scene *x)
{
	int status = -1;

	close(x->c.fd);
	vault_client_clear(&x->c);
	close(x->post);
	CU_ASSERT_EQUAL(waitpid(x->key, &status, 0), x->key);
	CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	test_vault_clear(&x->t);
}

static void
the_store_seals_indexes_and_signs_through_it(void)
{
	struct vault_place number = test_vault_place(VAULT_NUMBER, 1), note = test_vault_place(VAULT_NOTE, 2);
	struct buf clear = BUF_INIT(256), copy = BUF_INIT(256);
	struct vault_index index, again, own;
	struct vault_signature signature;
	struct vault_sealed sealed;
	struct scene x;

	start(&x);
	CU_ASSERT_EQUAL(vault_client_seal_number(&x.c, &number, "123456789018", &sealed, &index, &x.t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_unseal(x.t.v, &number, &sealed, &clear, &x.t.why), RC_OK);
	CU_ASSERT(clear.len == 12 && memcmp(clear.data, "123456789018", 12) == 0);
	CU_ASSERT_EQUAL(vault_client_index(&x.c, "123456789018", &again, &x.t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_index(x.t.v, "123456789018", &own, &x.t.why), RC_OK);
	CU_ASSERT(memcmp(&index, &again, sizeof(index)) == 0 && memcmp(&index, &own, sizeof(index)) == 0);
	CU_ASSERT_EQUAL(vault_client_seal(&x.c, &note, "a note", 6, &sealed, &x.t.why), RC_OK);
	CU_ASSERT_EQUAL(buf_add(&copy, sealed.bytes, sealed.len), RC_OK);
	sealed.bytes = (unsigned char *)copy.data;
	buf_clear(&clear);
	CU_ASSERT_EQUAL(vault_client_unseal(&x.c, &note, &sealed, &clear, &x.t.why), RC_OK);
	CU_ASSERT(clear.len == 6 && memcmp(clear.data, "a note", 6) == 0);
	CU_ASSERT_EQUAL(vault_client_sign(&x.c, "bytes", 5, &signature, &x.t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_verify(vault_certificate(x.t.v), "bytes", 5, signature.bytes, signature.len,
	    &x.t.why), RC_OK);
	buf_wipe(&clear);
	buf_clear(&copy);
	stop(&x);
}

static void
the_store_never_gets_a_number_back(void)
{
	struct vault_place number = test_vault_place(VAULT_NUMBER, 1), note = test_vault_place(VAULT_NOTE, 1);
	struct buf clear = BUF_INIT(256), copy = BUF_INIT(256);
	struct vault_sealed sealed;
	struct vault_index index;
	struct scene x;

	start(&x);
	CU_ASSERT_EQUAL(vault_client_seal_number(&x.c, &number, "123456789018", &sealed, &index, &x.t.why), RC_OK);
	CU_ASSERT_EQUAL(buf_add(&copy, sealed.bytes, sealed.len), RC_OK);
	sealed.bytes = (unsigned char *)copy.data;
	CU_ASSERT_EQUAL(vault_client_unseal(&x.c, &number, &sealed, &clear, &x.t.why), RC_REFUSED);
	CU_ASSERT_EQUAL(vault_client_unseal(&x.c, &note, &sealed, &clear, &x.t.why), RC_CRYPTO);
	CU_ASSERT_EQUAL(vault_client_seal(&x.c, &number, "123456789018", 12, &sealed, &x.t.why), RC_REFUSED);
	CU_ASSERT_EQUAL(vault_client_seal_number(&x.c, &note, "123456789018", &sealed, &index, &x.t.why), RC_REFUSED);
	CU_ASSERT_EQUAL(vault_client_seal_number(&x.c, &number, "12345678901x", &sealed, &index, &x.t.why), RC_INVALID);
	CU_ASSERT_EQUAL(clear.len, 0);
	buf_clear(&copy);
	stop(&x);
}

static void
the_number_goes_into_the_gap_and_to_post_alone(void)
{
	static const char document[] = "<N>____________</N>";
	struct vault_place number = test_vault_place(VAULT_NUMBER, 1), other = test_vault_place(VAULT_NUMBER, 2);
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES), copy = BUF_INIT(256);
	struct frame_reader r;
	struct frame_field f;
	struct vault_sealed sealed;
	struct vault_index index;
	struct frame to_post;
	const char *sent = NULL;
	size_t sent_len = 0;
	bool id = false, holds = false;
	uint16_t kind = 0;
	struct scene x;
	int fd = -1;

	start(&x);
	CU_ASSERT_EQUAL(vault_client_seal_number(&x.c, &number, "123456789018", &sealed, &index, &x.t.why), RC_OK);
	CU_ASSERT_EQUAL(buf_add(&copy, sealed.bytes, sealed.len), RC_OK);
	sealed.bytes = (unsigned char *)copy.data;
	frame_init(&to_post, POST_KIND);
	frame_put_int(&to_post, POST_ID, 42);
	CU_ASSERT_EQUAL(vault_client_number_to_post(&x.c, &number, &sealed, document, sizeof(document) - 1,
	    8, &to_post, POST_DOCUMENT, POST_SIGNATURE, &x.t.why), RC_INVALID);
	CU_ASSERT_EQUAL(vault_client_number_to_post(&x.c, &other, &sealed, document, sizeof(document) - 1,
	    3, &to_post, POST_DOCUMENT, POST_SIGNATURE, &x.t.why), RC_CRYPTO);
	CU_ASSERT_EQUAL(vault_client_number_to_post(&x.c, &number, &sealed, document, sizeof(document) - 1,
	    3, &to_post, POST_DOCUMENT, POST_SIGNATURE, &x.t.why), RC_OK);
	CU_ASSERT(x.c.body.data == NULL || memmem(x.c.body.data, x.c.body.len, "123456789018", 12) == NULL);
	CU_ASSERT_EQUAL_FATAL(frame_receive(x.post, &body, &kind, &fd, &x.t.why), RC_OK);
	CU_ASSERT(kind == POST_KIND && fd == -1);
	CU_ASSERT_EQUAL_FATAL(frame_read_open(&r, kind, body.data, body.len, &x.t.why), RC_OK);
	while (frame_next(&r, &f)) {
		if (f.tag == POST_ID)
			id = f.number == 42;
		if (f.tag == POST_DOCUMENT) {
			sent = f.text;
			sent_len = f.len;
		}
		if (f.tag == POST_SIGNATURE && sent != NULL)
			holds = vault_verify(vault_certificate(x.t.v), sent, sent_len, f.text, f.len, &x.t.why) == RC_OK;
	}
	CU_ASSERT(id && holds && sent_len == 19 && memcmp(sent, "<N>123456789018</N>", 19) == 0);
	frame_clear(&to_post);
	buf_wipe(&body);
	buf_clear(&copy);
	stop(&x);
}

static void
a_question_that_is_none_is_refused_and_the_next_one_answered(void)
{
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct vault_signature signature;
	struct frame f;
	uint16_t kind = 0;
	struct scene x;
	int fd = -1;

	start(&x);
	frame_init(&f, 9);
	frame_put_text(&f, 1, "hello");
	CU_ASSERT_EQUAL(frame_send(x.c.fd, &f, -1, &x.t.why), RC_OK);
	CU_ASSERT_EQUAL(frame_receive(x.c.fd, &body, &kind, &fd, &x.t.why), RC_OK);
	CU_ASSERT_EQUAL(vault_client_sign(&x.c, "bytes", 5, &signature, &x.t.why), RC_OK);
	frame_clear(&f);
	buf_clear(&body);
	stop(&x);
}

RUNNER_SUITE(vault_key_process,
    RUNNER_TEST(the_store_seals_indexes_and_signs_through_it),
    RUNNER_TEST(the_store_never_gets_a_number_back),
    RUNNER_TEST(the_number_goes_into_the_gap_and_to_post_alone),
    RUNNER_TEST(a_question_that_is_none_is_refused_and_the_next_one_answered));
