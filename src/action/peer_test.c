#include "action/peer_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/say.h"
#include "exchange/peer.h"
#include "vault/vault_digest.h"

#define TOLD_US (10 * INT64_C(1000000))		/* so long a result is told before a new test begins */
#define GIVEN_UP_US (90 * INT64_C(1000000))	/* post gives up after 45 s */
#define NOBODY_S "000000000000000"		/* an addressee number: its code is asked for by nobody */

bool
peer_test_running(const struct action *a)
{
	const struct peer_test *t = a->peer_test;

	for (int e = 0; t != NULL && e < ADAPTER_ENDPOINT__COUNT; e++)
		if (t->probe[e].is_used && !t->probe[e].is_over)
			return true;
	return false;
}

static void
end(struct peer_probe *p, bool is_well, const char *text, const char *advice)
{
	p->is_over = true;
	p->is_well = is_well;
	(void)snprintf(p->text, sizeof(p->text), "%s", text);
	(void)snprintf(p->advice, sizeof(p->advice), "%s", advice);
}

static void
judge(struct action *a, struct peer_probe *p, const struct post_answer *came, int64_t now_us)
{
	struct wire_signed in = { .bytes = came->bytes, .len = came->len, .role = PEER_INTERMEDIARY,
	    .institution = a->self.institution, .signature_text = came->signature_text,
	    .signature_text_len = came->signature_text_len, .now_s = now_us / 1000000 };
	struct adapter_event event;
	struct wire_answer answer;
	struct fault why = { .rc = RC_OK };
	struct arena arena;
	enum rc rc;

	if (came->status == 0) {
		end(p, false, sending_outcome_name(came->outcome), came->advice);
		return;
	}
	if (p->msg_id[0] == '\0') {
		end(p, true, "answers; TLS holds with both certificates", "");
		return;
	}
	if (came->outcome != SENDING_ANSWERED) {
		end(p, came->outcome == SENDING_CLOSED, came->outcome == SENDING_CLOSED ?
		    "closed now; TLS holds with both certificates" : sending_outcome_name(came->outcome), came->advice);
		return;
	}
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if (a->wire->fd < 0)
		end(p, false, "the process that reads answers is being started anew", "try again in a moment");
	else if ((rc = wire_client_read(a->wire, &in, &arena, &answer, &why)) == RC_CRYPTO)
		end(p, false, why.text, "is our directory of signers up to date?");
	else if (rc != RC_OK)
		end(p, false, why.text, "the peer speaks another profile: ask whoever runs it");
	else if (a->adapter->interpret(&a->self, MESSAGE_CODE_FETCH, p->msg_id, answer.message, &event, &why) != RC_OK)
		end(p, false, why.text, "the peer speaks another profile: ask whoever runs it");
	else if (event.kind == ADAPTER_FAILED && event.retry != MESSAGE_RETRY_BACKOFF)
		end(p, false, message_error_text(event.error), "does the peer know our present signing key and institution?");
	else
		end(p, true, "answers; TLS and signatures hold on both sides", "");
	arena_clear(&arena);
}

bool
peer_test_heard(struct action *a, const struct post_answer *came, int64_t now_us)
{
	struct peer_test *t = a->peer_test;
	struct peer_probe *p = t == NULL ? NULL : &t->probe[came->endpoint];

	if (p == NULL || !p->is_used || memcmp(p->call.id, came->call.id, sizeof(p->call.id)) != 0)
		return false;
	if (!p->is_over) {
		p->heard_us = now_us;
		judge(a, p, came, now_us);
	}
	return true;
}

/* A signed question that changes nothing. */
static enum rc
ask(struct action *a, struct peer_probe *p, struct frame *f, struct fault *why)
{
	struct adapter_call call;
	struct vault_signature sig;
	enum rc rc;

	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, p->msg_id, why)) != RC_OK)
		return rc;
	if ((rc = a->adapter->code_fetch(&a->self, p->msg_id, NOBODY_S, &call, why)) == RC_OK &&
	    (rc = vault_client_sign(a->key, call.bytes.data, call.bytes.len, &sig, why)) == RC_OK)
		post_send(f, &p->call, call.endpoint, call.bytes.data, call.bytes.len, sig.bytes, sig.len);
	buf_clear(&call.bytes);
	return rc;
}

static enum rc
begin(struct call *c, struct fault *why)
{
	static const enum adapter_endpoint asked[] = { ADAPTER_INTERMEDIARY, ADAPTER_REGISTRAR };
	struct action *a = c->a;
	enum rc rc;

	if (a->peer_test == NULL && (a->peer_test = calloc(1, sizeof(*a->peer_test))) == NULL)
		return fault_set(why, RC_NOMEM, "peers", "no memory");
	memset(a->peer_test, 0, sizeof(*a->peer_test));
	a->peer_test->began_us = c->now_us;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct peer_probe *p = &a->peer_test->probe[asked[i]];
		struct fault trouble = { .rc = RC_OK };
		struct frame f;

		if (vault_random(p->call.id, sizeof(p->call.id)) != RC_OK)
			return fault_set(why, RC_CRYPTO, "peers", "the machine gives no random bytes");
		p->is_used = true;
		p->sent_us = c->now_us;
		p->call.left_ms = c->now_us / 1000;
		if (asked[i] == ADAPTER_REGISTRAR) {
			post_touch(&f, &p->call, asked[i]);
			rc = RC_OK;
		} else {
			frame_init(&f, POST_SEND);
			rc = ask(a, p, &f, &trouble);
		}
		if (rc == RC_OK)
			rc = a->doors.post(a->doors.given, &f, &trouble);
		if (rc != RC_OK)
			end(p, false, trouble.text, "look at the log of the node");
		frame_clear(&f);
	}
	return RC_OK;
}

static enum rc
reply(struct call *c, enum adapter_endpoint e, const struct peer_probe *p, struct fault *why)
{
	char text[sizeof(p->text) + 32];
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_CHECK, adapter_endpoint_name(e));
	frame_put_int(&f, TAG_OK, p->is_over && p->is_well);
	if (p->is_over && p->heard_us > p->sent_us)
		(void)snprintf(text, sizeof(text), "%s (%lld ms)", p->text, (long long)((p->heard_us - p->sent_us) / 1000));
	else
		(void)snprintf(text, sizeof(text), "%s", p->is_over ? p->text : "no answer yet");
	frame_put_text(&f, TAG_TEXT, text);
	if (p->is_over && p->advice[0] != '\0')
		frame_put_text(&f, TAG_ADVICE, p->advice);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_peer_test(struct call *c, struct fault *why)
{
	struct action *a = c->a;
	enum rc rc = RC_OK;

	if (!say_connected(a))
		return fault_set(why, RC_CONFLICT, "network", "not joined to a network: there are no peers");
	if (a->is_restored)
		return fault_set(why, RC_CONFLICT, "network", "restored and not accepted yet: nothing is sent");
	if (a->key == NULL || a->wire == NULL)
		return fault_set(why, RC_CRYPTO, "key", "the key process does not answer");
	if (a->peer_test == NULL || c->now_us > a->peer_test->began_us + (peer_test_running(a) ? GIVEN_UP_US : TOLD_US))
		rc = begin(c, why);
	for (int e = 0; rc == RC_OK && e < ADAPTER_ENDPOINT__COUNT; e++)
		if (a->peer_test->probe[e].is_used)
			rc = reply(c, (enum adapter_endpoint)e, &a->peer_test->probe[e], why);
	return rc;
}
