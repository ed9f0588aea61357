#include "net/net_receive.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/wire_write.h"
#include "net/net_limits.h"
#include "net/net_part.h"

/* How far into a document the header reaches. */
#define HEAD_BYTES 2048
#define NO_ID "00000000000000000000000000000000"

enum {
	HTTP_OK = 200,
	HTTP_FORBIDDEN = 403,
	HTTP_FAILED = 500,
	HTTP_CLOSED = 503
};

/* One request on its way through a part. */
struct receiving {
	struct net_part *part;
	const struct net_http_request *request;
	struct net_http_answer *answer;
	char msg_id[MESSAGE_ID_CHARS + 1];	/* as found in the bytes; NO_ID */
	enum message_kind kind;			/* likewise */
	unsigned char signature[NET_SIGNATURE_MAX];
	size_t signature_len;
	unsigned char digest[NET_DIGEST_BYTES];
	struct arena arena;
	struct message out;
	struct net_work work;
	bool keep;				/* store the answer for a repetition */
};

/*
 * The text of the first such element near the beginning, before anything is
 * parsed: enough to find a stored answer and to name a refusal.  The real
 * reading must agree with it later.
 */
static bool
peek(const char *body, size_t len, const char *open, char *ret_text, size_t room)
{
	const char *at = memmem(body, len < HEAD_BYTES ? len : HEAD_BYTES, open, strlen(open));
	const char *end = body + len;
	size_t n = 0;

	if (at == NULL)
		return false;
	for (at += strlen(open); at < end && *at != '<' && n + 1 < room; at++)
		ret_text[n++] = *at;
	ret_text[n] = '\0';
	return at < end && *at == '<';
}

enum message_kind
net_receive_kind(const struct net_http_request *request)
{
	char text[64];

	return peek(request->body, request->len, "<MsgType>", text, sizeof text) ?
	    message_kind_of(text) : MESSAGE_NONE;
}

static void
peek_all(struct receiving *r)
{
	char text[64];

	(void)snprintf(r->msg_id, sizeof r->msg_id, "%s", NO_ID);
	if (peek(r->request->body, r->request->len, "<MsgID>", text, sizeof text) &&
	    strlen(text) == MESSAGE_ID_CHARS && strspn(text, "0123456789abcdef") == MESSAGE_ID_CHARS)
		memcpy(r->msg_id, text, sizeof r->msg_id);
	r->kind = net_receive_kind(r->request);
}

static const char *
kind_text(enum message_kind kind)
{
	return kind == MESSAGE_NONE ? "unreadable" : message_name(kind);
}

/* ---- who may call here ---- */

/* May this peer speak to this part at all? */
static bool
expected(const struct net_part *p, const struct net_peer *peer)
{
	if (peer->kind == NET_PEER_NODE && p->conf->role == NET_INTERMEDIARY &&
	    strcmp(peer->municipality, p->conf->municipality) != 0)
		return false;
	for (size_t i = 0; i < p->ops->n_rules; i++)
		if (p->ops->rules[i].from == peer->kind)
			return true;
	return false;
}

/* Institution and verifier of the peer; false when it is not of this network. */
static bool
known(struct receiving *r, const struct net_verifier **ret_verifier)
{
	const struct net *net = r->part->net;
	const struct net_peer *peer = &r->request->peer;
	static const enum net_role roles[NET_PEER_KIND__COUNT] = {
		[NET_PEER_NODE] = NET_INTERMEDIARY, [NET_PEER_INTERMEDIARY] = NET_INTERMEDIARY,
		[NET_PEER_CORE] = NET_CORE, [NET_PEER_REGISTRAR] = NET_REGISTRAR, [NET_PEER_PORTAL] = NET_PORTAL,
	};
	enum net_role role = roles[peer->kind];

	for (size_t i = 0; i < net->n_parts; i++) {
		const struct net_part_conf *conf = net->parts[i].conf;

		if (conf->role != role || strcmp(conf->municipality, peer->municipality) != 0)
			continue;
		(void)snprintf(r->work.institution, sizeof r->work.institution, "%s", conf->institution);
		*ret_verifier = peer->kind == NET_PEER_NODE ? net->node_verifiers[i] :
		    net->part_verifiers[i];
		return *ret_verifier != NULL;
	}
	return false;
}

/* An HTTP status to refuse with before anything is read, or 0. */
static unsigned
judge_sender(struct receiving *r)
{
	const struct net_verifier *verifier = NULL;
	struct net_part *p = r->part;

	if (!expected(p, &r->request->peer) || !known(r, &verifier)) {
		net_log_line(&p->log, "refused %s from %s: this certificate has no business here",
		    kind_text(r->kind), r->request->peer.name);
		return HTTP_FORBIDDEN;
	}
	if (net_base64_read(r->request->signature, r->signature, sizeof r->signature,
	    &r->signature_len) != RC_OK ||
	    net_verify(verifier, r->request->body, r->request->len, r->signature,
	    r->signature_len) != RC_OK) {
		net_log_line(&p->log, "refused %s %s from %s: the signature does not hold",
		    kind_text(r->kind), r->msg_id, r->request->peer.name);
		return HTTP_FORBIDDEN;
	}
	return 0;
}

/* ---- answers ---- */

void
net_work_refuse(struct net_work *w, enum message_error error, const char *place)
{
	w->out->kind = MESSAGE_ERROR;
	w->out->header.result = error;
	w->out->header.reception_no = NULL;
	w->out->body.error.error = error;
	w->out->body.error.place = place;
	w->out->body.error.text = message_error_text(error);
}

static void
begin_answer(struct receiving *r)
{
	struct message *out = &r->out;

	memset(out, 0, sizeof *out);
	out->kind = MESSAGE_RECEIPT;
	out->header.msg_id = r->msg_id;
	out->header.source = r->part->conf->institution;
	out->header.destination = r->work.institution;
	out->header.result = MESSAGE_OK;
	r->work.out = out;
}

static void
refuse_fault(struct receiving *r, enum message_error error, const struct fault *why)
{
	char *place = arena_text(&r->arena, why->place, strlen(why->place));
	char *text = arena_text(&r->arena, why->text, strlen(why->text));

	net_work_refuse(&r->work, error, place != NULL && *place != '\0' ? place : NULL);
	if (text != NULL && *text != '\0')
		r->out.body.error.text = text;
}

/* Document and signature of r->out. */
static enum rc
write_answer(struct receiving *r, struct fault *why)
{
	unsigned char der[NET_SIGNATURE_MAX];
	size_t len;
	enum rc rc;

	/* A notice starts nothing that could be fetched, but every receipt bears a number. */
	if (r->out.kind == MESSAGE_RECEIPT && r->out.header.reception_no == NULL &&
	    (r->out.header.reception_no = net_part_new_id(&r->arena, 24, why)) == NULL)
		return RC_CRYPTO;
	if ((rc = wire_write(&r->out, &r->answer->body, NULL, why)) != RC_OK ||
	    (rc = net_sign(r->part->signer, r->answer->body.data, r->answer->body.len, der, &len,
	    why)) != RC_OK)
		return rc;
	net_base64_write(der, len, r->answer->signature);
	return RC_OK;
}

/* ---- in the book ---- */

/* RC_OK: answered from the book; RC_ABSENT: new. */
static enum rc
stored_answer(struct receiving *r, struct fault *why)
{
	struct net_row row;
	const void *digest, *bytes;
	const char *signature;
	size_t digest_len, len;
	bool same;
	enum rc rc;

	if (strcmp(r->msg_id, NO_ID) == 0)
		return RC_ABSENT;
	rc = net_book_row(r->part->book, NET_STMT_ANY_INBOX_FIND, &row, why, "tt",
	    r->request->peer.name, r->msg_id);
	if (rc != RC_OK)
		return rc;
	digest = net_row_bytes(&row, 0, &r->arena, &digest_len);
	same = digest != NULL && digest_len == sizeof r->digest &&
	    memcmp(digest, r->digest, sizeof r->digest) == 0;
	bytes = net_row_bytes(&row, 2, &r->arena, &len);
	signature = net_row_text(&row, 3, &r->arena);
	r->answer->status = bytes != NULL ? (unsigned)net_row_int(&row, 1) : HTTP_OK;
	net_row_end(&row);
	if (!same) {
		r->answer->status = HTTP_OK;
		net_log_line(&r->part->log, "alarm: %s %s from %s again with other bytes",
		    kind_text(r->kind), r->msg_id, r->request->peer.name);
		net_work_refuse(&r->work, E103_DUPLICATE, "Header/MsgID");
		return write_answer(r, why);
	}
	if (bytes == NULL || signature == NULL || strlen(signature) >= sizeof r->answer->signature) {
		/* Erased with what it was about: a fetch may be answered anew, nothing else. */
		if (message_answer_of(r->kind) != MESSAGE_RECEIPT)
			return RC_ABSENT;
		net_work_refuse(&r->work, E103_DUPLICATE, "Header/MsgID");
		return write_answer(r, why);
	}
	if ((rc = buf_add(&r->answer->body, bytes, len)) != RC_OK)
		return fault_set(why, rc, "answer", "no room");
	memcpy(r->answer->signature, signature, strlen(signature) + 1);
	net_log_line(&r->part->log, "again %s %s from %s", kind_text(r->kind), r->msg_id,
	    r->request->peer.name);
	return RC_OK;
}

static const struct net_rule *
rule_for(const struct receiving *r, enum message_kind kind)
{
	for (size_t i = 0; i < r->part->ops->n_rules; i++) {
		const struct net_rule *rule = &r->part->ops->rules[i];

		if (rule->kind == kind && rule->from == r->request->peer.kind)
			return rule;
	}
	return NULL;
}

/* Is the header what certificate and listener say? */
static bool
judge_header(struct receiving *r, const struct message *in)
{
	const struct net_part_conf *conf = r->part->conf;
	const char *place = NULL;

	if (strcmp(in->header.msg_id, r->msg_id) != 0 || in->kind != r->kind) {
		net_work_refuse(&r->work, E901_MALFORMED, "Header");
		return false;
	}
	if (strcmp(in->header.source, r->work.institution) != 0)
		place = "Header/Source";
	/* The provider's response is for the asker and passes the core unchanged. */
	else if (in->kind != MESSAGE_PROVISION_RESPONSE &&
	    strcmp(in->header.destination, conf->institution) != 0)
		place = "Header/Destination";
	if (place != NULL) {
		net_log_line(&r->part->log, "refused %s %s from %s: %s is another institution",
		    kind_text(r->kind), r->msg_id, r->request->peer.name, place);
		net_work_refuse(&r->work, E203_BAD_INSTITUTION, place);
		return false;
	}
	if (in->header.mode != r->part->net->conf->mode) {
		net_work_refuse(&r->work, E901_MALFORMED, "Header/Mode");
		return false;
	}
	return true;
}

/* Read it and let the part act.  RC_OK also when the answer is a refusal. */
static enum rc
act(struct receiving *r, struct fault *why)
{
	const struct net_role_ops *ops = r->part->ops;
	const struct wire_copy_sink sink = { ops->copy_begin, ops->copy_record, &r->work };
	const struct net_rule *rule;
	struct fault found = { .rc = RC_OK };
	struct message *in = NULL;
	bool held;
	enum rc rc;

	rc = wire_read(r->request->body, r->request->len, &r->arena,
	    ops->copy_begin != NULL && r->request->peer.kind == NET_PEER_NODE ? &sink : NULL,
	    &in, &found);
	if (rc == RC_INVALID || rc == RC_TOO_BIG || rc == RC_REFUSED) {
		net_log_line(&r->part->log, "refused %s %s from %s: %s: %s", kind_text(r->kind),
		    r->msg_id, r->request->peer.name, found.place, found.text);
		refuse_fault(r, E901_MALFORMED, &found);
		return RC_OK;
	}
	if (rc != RC_OK)
		return fault_set(why, rc, found.place, "%s", found.text);
	r->work.in = in;
	if (!judge_header(r, in))
		return RC_OK;
	(void)pthread_mutex_lock(&r->part->lock);
	held = r->part->closed;
	(void)pthread_mutex_unlock(&r->part->lock);
	if (held) {
		r->answer->status = HTTP_CLOSED;
		net_work_refuse(&r->work, E501_CLOSED, NULL);
		return RC_OK;
	}
	if ((rule = rule_for(r, in->kind)) == NULL) {
		net_log_line(&r->part->log, "refused %s %s from %s: not taken here",
		    kind_text(r->kind), r->msg_id, r->request->peer.name);
		net_work_refuse(&r->work, E901_MALFORMED, "Header/MsgType");
		return RC_OK;
	}
	r->keep = true;
	return rule->handle(&r->work, why);
}

/* Passing troubles are not kept: the same message may succeed later. */
static bool
worth_keeping(const struct receiving *r)
{
	if (!r->keep)
		return false;
	return r->out.kind != MESSAGE_ERROR ||
	    message_error_retry(r->out.body.error.error) != MESSAGE_RETRY_BACKOFF;
}

/* The answer of a message new here, and what it causes, after a mark in the turn's transaction. */
static enum rc
act_and_keep(struct receiving *r, struct fault *why)
{
	struct net_book *book = r->part->book;
	int64_t before = net_book_changes(book);
	bool effects;
	enum rc rc;

	r->answer->status = HTTP_OK;
	if ((rc = act(r, why)) != RC_OK || (rc = write_answer(r, why)) != RC_OK)
		return rc;
	effects = r->out.kind != MESSAGE_ERROR || r->work.effects;
	/* A refusal is remembered, but nothing that was begun for the message stays. */
	if (!worth_keeping(r) || !effects) {
		if ((rc = net_book_undo(book, why)) != RC_OK || (rc = net_book_mark(book, why)) != RC_OK ||
		    !worth_keeping(r))
			return rc;
	}
	/* An answer that says only what stood here already may be asked for again. */
	if (net_book_changes(book) != before)
		r->part->turn_binds = true;
	return net_book_run(book, NET_STMT_ANY_INBOX_PUT, why, "ttbibtti", r->request->peer.name,
	    r->msg_id, (const void *)r->digest, sizeof r->digest, (int64_t)r->answer->status,
	    (const void *)r->answer->body.data, r->answer->body.len, r->answer->signature,
	    r->work.erase_with, r->work.now_ms);
}

/* One message in the transaction of its turn: it fails alone. */
static enum rc
in_turn(struct receiving *r, struct fault *why)
{
	struct net_part *p = r->part;
	enum rc rc;

	if (!p->turn_open) {
		if ((rc = net_book_begin(p->book, why)) != RC_OK)
			return rc;
		p->turn_open = true;
		p->turn_binds = p->turn_broken = false;
	}
	if ((rc = net_book_mark(p->book, why)) != RC_OK) {
		p->turn_broken = true;
		return rc;
	}
	if ((rc = stored_answer(r, why)) == RC_ABSENT)
		rc = act_and_keep(r, why);
	if ((rc == RC_OK ? net_book_release(p->book, why) : net_book_undo(p->book, NULL)) != RC_OK) {
		p->turn_broken = true;
		return rc != RC_OK ? rc : why->rc;
	}
	return rc;
}

bool
net_receive_settle(void *context)
{
	struct net_part *p = context;
	struct fault why = { .rc = RC_OK };
	enum rc rc;

	if (!p->turn_open)
		return true;
	p->turn_open = false;
	if (p->turn_broken) {
		net_book_rollback(p->book);
		net_log_line(&p->log, "failed: nothing of this turn is kept");
		return false;
	}
	rc = p->turn_binds ? net_book_commit(p->book, &why) : net_book_commit_soon(p->book, &why);
	if (rc != RC_OK)
		net_log_line(&p->log, "failed: nothing of this turn is kept: %s: %s", why.place, why.text);
	net_part_wake(p);
	return rc == RC_OK;
}

/* What the schema found, as the path to it: the reader of messages knows it, the schema tells a line. */
static void
name_the_place(struct receiving *r, enum rc rc, struct fault *found)
{
	struct fault read = { .rc = RC_OK };
	struct message *m;

	/* Copies, of any size, are read record by record. */
	if (rc == RC_INVALID && r->kind != MESSAGE_COPY_REGISTER &&
	    wire_read(r->request->body, r->request->len, &r->arena, NULL, &m, &read) == RC_INVALID)
		*found = read;
}

static enum rc
answer_request(struct receiving *r, struct fault *why)
{
	struct net_part *p = r->part;
	struct fault found = { .rc = RC_OK };
	enum rc rc;

	begin_answer(r);
	if (r->request->len > message_max_bytes(r->kind == MESSAGE_NONE ? MESSAGE_ERROR : r->kind))
		rc = fault_set(&found, RC_TOO_BIG, kind_text(r->kind), "over the ceiling of its type");
	else
		rc = net_schema_check(p->net->schema, r->request->body, r->request->len, &found);
	if (rc == RC_INVALID || rc == RC_TOO_BIG) {
		net_log_line(&p->log, "refused %s %s from %s: %s: %s", kind_text(r->kind), r->msg_id,
		    r->request->peer.name, found.place, found.text);
		r->answer->status = HTTP_OK;
		name_the_place(r, rc, &found);
		refuse_fault(r, E901_MALFORMED, &found);
		return write_answer(r, why);
	}
	if (rc != RC_OK)
		return fault_set(why, rc, found.place, "%s", found.text);
	if ((rc = net_hmac(p->key, sizeof p->key, r->request->body, r->request->len,
	    r->digest)) != RC_OK)
		return fault_set(why, rc, "digest", "cannot be made");
	return in_turn(r, why);
}

void
net_receive(void *context, const struct net_http_request *request, struct net_http_answer *answer)
{
	struct net_part *p = context;
	struct fault why = { .rc = RC_OK };
	struct receiving r = { .part = p, .request = request, .answer = answer };

	peek_all(&r);
	net_capture_body(&p->net->capture, &p->log, p->conf->name, "in",
	    r.kind == MESSAGE_NONE ? NULL : message_name(r.kind), request->body, request->len);
	if ((answer->status = judge_sender(&r)) != 0)
		return;
	arena_init(&r.arena, NET_ARENA_BYTES);
	r.work.part = p;
	r.work.peer = request->peer;
	r.work.now_ms = net_clock_ms(&p->net->clock);
	r.work.arena = &r.arena;
	r.work.raw = request->body;
	r.work.raw_len = request->len;
	r.work.signature = r.signature;
	r.work.signature_len = r.signature_len;
	if (answer_request(&r, &why) != RC_OK) {
		net_log_line(&p->log, "failed %s %s from %s: %s: %s", kind_text(r.kind), r.msg_id,
		    request->peer.name, why.place, why.text);
		buf_wipe(&answer->body);
		answer->signature[0] = '\0';
		answer->status = why.rc == RC_BUSY || why.rc == RC_FULL ? HTTP_CLOSED : HTTP_FAILED;
	} else {
		char type[64] = "";

		(void)peek(answer->body.data, answer->body.len, "<MsgType>", type, sizeof type);
		net_log_line(&p->log, "%s %s from %s: %s", kind_text(r.kind), r.msg_id,
		    request->peer.name, r.out.kind == MESSAGE_ERROR ?
		    message_error_name(r.out.body.error.error) : type);
		net_capture_body(&p->net->capture, &p->log, p->conf->name, "out",
		    message_kind_of(type) == MESSAGE_NONE ? NULL : type, answer->body.data,
		    answer->body.len);
	}
	arena_clear(&r.arena);
}

void
net_receive_refuse(struct net_part *p, const struct net_http_request *request, enum message_error error,
    struct net_http_answer *answer)
{
	struct fault why = { .rc = RC_OK };
	struct receiving r = { .part = p, .request = request, .answer = answer };

	peek_all(&r);
	if ((answer->status = judge_sender(&r)) != 0)
		return;
	arena_init(&r.arena, NET_ARENA_BYTES);
	r.work.arena = &r.arena;
	begin_answer(&r);
	net_work_refuse(&r.work, error, NULL);
	answer->status = HTTP_OK;
	if (write_answer(&r, &why) != RC_OK) {
		net_log_line(&p->log, "failed %s: %s: %s", kind_text(r.kind), why.place, why.text);
		buf_wipe(&answer->body);
		answer->signature[0] = '\0';
		answer->status = HTTP_FAILED;
	}
	arena_clear(&r.arena);
}
