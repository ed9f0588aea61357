#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "exchange/post.h"

/* More than this waiting for the store: no further order is taken until it has read. */
#define UNREAD_MAX_BYTES (16u << 20)

/*
 * Neither we nor the store wait for the other: not to take what is sent, and not for the rest of what has begun to come,
 * or both would wait for ever.
 */
struct post {
	struct peer_http *http;
	int store_fd;
	struct buf out;			/* answers on their way to the store */
	size_t out_at;			/* of which so much is written */
	enum rc rc;			/* first failure to keep or write an answer */
};

static void
put_call(struct frame *f, const struct peer_call *call, enum adapter_endpoint endpoint)
{
	frame_put_bytes(f, POST_ID, call->id, sizeof(call->id));
	frame_put_int(f, POST_LEFT, call->left_ms);
	frame_put_int(f, POST_ENDPOINT, (int)endpoint);
}

void
post_send_head(struct frame *f, const struct peer_call *call, enum adapter_endpoint endpoint)
{
	frame_init(f, POST_SEND);
	put_call(f, call, endpoint);
}

void
post_touch(struct frame *f, const struct peer_call *call, enum adapter_endpoint endpoint)
{
	frame_init(f, POST_TOUCH);
	put_call(f, call, endpoint);
}

void
post_send(struct frame *f, const struct peer_call *call, enum adapter_endpoint endpoint, const void *bytes,
    size_t len, const void *signature, size_t signature_len)
{
	post_send_head(f, call, endpoint);
	frame_put_bytes(f, POST_DOCUMENT, bytes, len);
	frame_put_bytes(f, POST_SIGNATURE, signature, signature_len);
}

enum rc
post_answer_read(uint16_t kind, const void *body, size_t len, struct post_answer *ret_answer, struct fault *why)
{
	struct post_answer a = { .endpoint = ADAPTER_ENDPOINT__COUNT, .outcome = SENDING_OUTCOME__COUNT,
	    .advice = "", .call = { .left_ms = -1 } };
	struct frame_reader r;
	struct frame_field f;
	bool has_id = false;
	enum rc rc;

	if (kind != POST_ANSWER)
		return fault_set(why, RC_INVALID, "post", "the frame is no answer");
	if ((rc = frame_read_open(&r, kind, body, len, why)) != RC_OK)
		return rc;
	while (frame_next(&r, &f)) {
		if (f.tag == POST_ID && f.type == FRAME_BYTES && f.len == 16) {
			memcpy(a.call.id, f.text, 16);
			has_id = true;
		} else if (f.tag == POST_LEFT && f.type == FRAME_INT && f.number >= 0) {
			a.call.left_ms = f.number;
		} else if (f.tag == POST_ENDPOINT && f.type == FRAME_INT && f.number >= 0 &&
		    f.number < ADAPTER_ENDPOINT__COUNT) {
			a.endpoint = (enum adapter_endpoint)f.number;
		} else if (f.tag == POST_OUTCOME && f.type == FRAME_INT && f.number >= 0 &&
		    f.number < SENDING_OUTCOME__COUNT) {
			a.outcome = (enum sending_outcome)f.number;
		} else if (f.tag == POST_STATUS && f.type == FRAME_INT && f.number >= 0 && f.number < 1000) {
			a.status = (long)f.number;
		} else if (f.tag == POST_DOCUMENT && f.type == FRAME_BYTES) {
			a.bytes = f.text;
			a.len = f.len;
		} else if (f.tag == POST_SIGNATURE_TEXT && f.type == FRAME_BYTES) {
			a.signature_text = f.text;
			a.signature_text_len = f.len;
		} else if (f.tag == POST_ADVICE && f.type == FRAME_TEXT) {
			a.advice = f.text;
		} else {
			return fault_set(why, RC_INVALID, "post", "the answer's frame has a field it should not have");
		}
	}
	if (!has_id || a.call.left_ms < 0 || a.endpoint == ADAPTER_ENDPOINT__COUNT || a.outcome == SENDING_OUTCOME__COUNT)
		return fault_set(why, RC_INVALID, "post", "the answer's frame lacks a field");
	*ret_answer = a;
	return RC_OK;
}

/* ---- the process ---- */

static void
answer(void *context, const struct peer_call *call, const struct peer_http_answer *a)
{
	struct post *p = context;
	struct frame f;
	enum rc rc;

	frame_init(&f, POST_ANSWER);
	put_call(&f, call, a->endpoint);
	frame_put_int(&f, POST_OUTCOME, (int)a->outcome);
	frame_put_int(&f, POST_STATUS, a->status);
	if (a->len > 0)
		frame_put_bytes(&f, POST_DOCUMENT, a->bytes, a->len);
	if (a->signature != NULL)
		frame_put_bytes(&f, POST_SIGNATURE_TEXT, a->signature, a->signature_len);
	frame_put_text(&f, POST_ADVICE, a->advice);
	rc = frame_pack(&f, &p->out);
	if (rc != RC_OK)
		p->rc = rc;
	frame_clear(&f);
}

static void
flush(struct post *p)
{
	while (p->out_at < p->out.len) {
		ssize_t n = send(p->store_fd, p->out.data + p->out_at, p->out.len - p->out_at,
		    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n < 0) {
			p->rc = errno == EPIPE || errno == ECONNRESET ? RC_ABSENT : RC_IO;
			return;
		}
		p->out_at += (size_t)n;
	}
	buf_truncate(&p->out, 0);
	p->out_at = 0;
	if (p->out.room > UNREAD_MAX_BYTES)
		buf_clear(&p->out);
}

static void
answer_failure(struct post *p, const struct peer_call *call, enum adapter_endpoint endpoint,
    enum sending_outcome outcome, const char *advice)
{
	struct peer_http_answer a = { .endpoint = endpoint, .outcome = outcome, .advice = advice };

	answer(p, call, &a);
}

struct order {
	struct peer_call call;
	bool has_id;
	int64_t endpoint;
	const char *document, *signature;
	size_t document_len, signature_len;
};

static enum rc
read_order(uint16_t kind, const struct buf *body, struct order *o, struct fault *why)
{
	struct frame_reader r;
	struct frame_field f;
	enum rc rc;

	if (kind != POST_SEND && kind != POST_TOUCH)
		return fault_set(why, RC_INVALID, "post", "a frame of another kind came");
	if ((rc = frame_read_open(&r, kind, body->data, body->len, why)) != RC_OK)
		return rc;
	memset(o, 0, sizeof(*o));
	o->endpoint = -1;
	o->call.left_ms = -1;
	while (frame_next(&r, &f)) {
		if (f.tag == POST_ID && f.type == FRAME_BYTES && f.len == 16) {
			memcpy(o->call.id, f.text, 16);
			o->has_id = true;
		} else if (f.tag == POST_LEFT && f.type == FRAME_INT && f.number >= 0) {
			o->call.left_ms = f.number;
		} else if (f.tag == POST_ENDPOINT && f.type == FRAME_INT) {
			o->endpoint = f.number;
		} else if (f.tag == POST_DOCUMENT && f.type == FRAME_BYTES) {
			o->document = f.text;
			o->document_len = f.len;
		} else if (f.tag == POST_SIGNATURE && f.type == FRAME_BYTES) {
			o->signature = f.text;
			o->signature_len = f.len;
		} else {
			return fault_set(why, RC_INVALID, "post", "the frame has a field it should not have");
		}
	}
	if (!o->has_id || o->call.left_ms < 0 || o->endpoint < 0 || o->endpoint >= ADAPTER_ENDPOINT__COUNT ||
	    (o->document == NULL) != (kind == POST_TOUCH) || (o->signature == NULL) != (kind == POST_TOUCH))
		return fault_set(why, RC_INVALID, "post", "the frame lacks a field");
	return RC_OK;
}

/* What is there of a frame from fd; carried out when it is whole.  RC_ABSENT: its other end closed. */
static enum rc
take_order(struct post *p, int fd, struct frame_inflow *in, struct fault *why)
{
	struct buf document = BUF_INIT(LIMIT_FRAME_BYTES);
	enum adapter_endpoint endpoint;
	struct order o;
	enum rc rc;

	if ((rc = frame_take(in, fd, why)) != RC_OK)
		return rc == RC_PENDING ? RC_OK : rc;
	if ((rc = read_order(in->kind, &in->body, &o, why)) != RC_OK)
		return rc;
	endpoint = (enum adapter_endpoint)o.endpoint;
	if (in->kind == POST_TOUCH)
		rc = peer_http_touch(p->http, &o.call, endpoint, NULL);
	else if ((rc = buf_add(&document, o.document, o.document_len)) == RC_OK)
		rc = peer_http_post(p->http, &o.call, endpoint, &document, o.signature, o.signature_len, NULL);
	if (rc == RC_INVALID)
		answer_failure(p, &o.call, endpoint, SENDING_NOT_SIGNED, "the document came without a usable signature");
	else if (rc != RC_OK)
		answer_failure(p, &o.call, endpoint, SENDING_NO_CONNECTION, "too much is waiting to be sent");
	buf_wipe(&document);
	buf_wipe(&in->body);
	return RC_OK;
}

enum rc
post_serve(const struct peer_http_config *config, int store_fd, int key_fd, struct fault *why)
{
	struct post p = { .store_fd = store_fd, .out = BUF_INIT((size_t)1 << 30), .rc = RC_OK };
	struct frame_inflow from_store, from_key;
	struct peer_http_fd fds[2] = { { .fd = store_fd }, { .fd = key_fd } };
	enum rc rc;

	if ((rc = peer_http_open(config, &p.http, why)) != RC_OK)
		return rc;
	frame_inflow_init(&from_store);
	frame_inflow_init(&from_key);
	while (p.rc == RC_OK) {
		bool full = p.out.len - p.out_at > UNREAD_MAX_BYTES;

		fds[0].want_write = p.out.len > 0;
		if ((rc = peer_http_run(p.http, fds, fds[1].fd >= 0 ? 2 : 1, full ? 100 : -1, answer, &p, why)) != RC_OK)
			break;
		flush(&p);
		if (!full && fds[0].readable && (rc = take_order(&p, fds[0].fd, &from_store, why)) != RC_OK)
			break;
		/* Of it always: the store waits for the key process, and that for us. */
		if (fds[1].fd >= 0 && fds[1].readable && (rc = take_order(&p, fds[1].fd, &from_key, why)) != RC_OK) {
			if (rc != RC_ABSENT)
				break;
			fds[1].fd = -1;			/* the key process is gone: its parent knows */
			rc = RC_OK;
		}
		flush(&p);
	}
	if (rc == RC_OK && p.rc != RC_OK && p.rc != RC_ABSENT)
		rc = fault_set(why, p.rc, "post", "an answer could not be given to the store");
	peer_http_close(p.http);
	buf_clear(&p.out);
	frame_inflow_clear(&from_store);
	frame_inflow_clear(&from_key);
	return rc == RC_ABSENT ? RC_OK : rc;
}
