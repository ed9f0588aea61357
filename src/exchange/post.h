#ifndef EXCHANGE_POST_H
#define EXCHANGE_POST_H

#include "base/fault.h"
#include "base/frame.h"
#include "exchange/peer_http.h"

/*
 * The post process: signed bytes in, answers out.  No database, no vault keys, and
 * it understands nothing of what it carries.
 *
 * Frame in, from the store and (registrar leg) from the key process alike:
 *	POST_SEND    POST_ID bytes 16, POST_LEFT int, POST_ENDPOINT int, POST_DOCUMENT bytes, POST_SIGNATURE bytes (DER)
 *	POST_TOUCH   POST_ID, POST_LEFT, POST_ENDPOINT: connect, TLS, a HEAD, no document; any HTTP status is an answer
 * Frames out, always to the store, in any order, exactly one for each of these:
 *	POST_ANSWER  POST_ID, POST_LEFT, POST_ENDPOINT, POST_OUTCOME int (enum sending_outcome), POST_STATUS int,
 *	             POST_DOCUMENT bytes, POST_SIGNATURE_TEXT bytes (optional), POST_ADVICE text
 * POST_LEFT is when the store let it leave (ms, never negative), for its breaker: post gives it back as it came, so that
 * the end of a call is that call's even when the store was started anew or the same row has left twice.
 */
enum post_frame { POST_SEND = 0x300, POST_ANSWER, POST_TOUCH };
enum post_tag {
	POST_ID = 1, POST_ENDPOINT, POST_DOCUMENT, POST_SIGNATURE, POST_OUTCOME, POST_STATUS,
	POST_SIGNATURE_TEXT, POST_ADVICE, POST_LEFT,
};

/*
 * Serves until the store's end closes (RC_OK).  key_fd -1: none.  A config without
 * certificate or URL still serves: every request ends SENDING_NO_CONNECTION with
 * advice, so that a node without its network says so and waits.
 */
enum rc post_serve(const struct peer_http_config *config, int store_fd, int key_fd,
    struct fault *why) MUST_USE;

/* The store's side: a POST_SEND frame, and the reading of a POST_ANSWER. */
struct post_answer {
	struct peer_call call;
	enum adapter_endpoint endpoint;
	enum sending_outcome outcome;
	long status;
	const char *bytes;		/* borrowed from body */
	size_t len;
	const char *signature_text;	/* NULL: none */
	size_t signature_text_len;
	const char *advice;
};
/* POST_SEND without document and signature: for vault_client_number_to_post. */
void post_send_head(struct frame *f, const struct peer_call *call, enum adapter_endpoint endpoint);
void post_send(struct frame *f, const struct peer_call *call, enum adapter_endpoint endpoint,
    const void *bytes, size_t len, const void *signature, size_t signature_len);
void post_touch(struct frame *f, const struct peer_call *call, enum adapter_endpoint endpoint);
enum rc post_answer_read(uint16_t kind, const void *body, size_t len,
    struct post_answer *ret_answer, struct fault *why) MUST_USE;

#endif
