#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "base/limits.h"
#include "exchange/csv_read.h"
#include "exchange/wire_frame.h"
#include "exchange/wire_process.h"
#include "exchange/wire_read.h"
#include "exchange/wire_tags.h"

/* Rows are sent together: a frame for each would cost more than reading it. */
#define ROWS_BYTES 65536
/* Twice a message: text and base64 of the response inside, and its own strings. */
#define READ_ARENA_BYTES (8 * (size_t)LIMIT_WIRE_BYTES)

struct wire {
	struct peer_watch *signers;		/* NULL: no signature holds */
	int fd;
};

static void
put_fault(struct frame *f, enum rc rc, const struct fault *why)
{
	frame_init(f, WIRE_REFUSED);
	frame_put_int(f, TAG_RC, (int)rc);
	frame_put_text(f, TAG_PLACE, why->place);
	frame_put_text(f, TAG_TEXT, why->text);
}

static void
hex_digest(const void *bytes, size_t len, char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char raw[32] = { 0 };

	(void)gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, len, raw);
	for (size_t i = 0; i < sizeof(raw); i++) {
		ret_digest[2 * i] = hex[raw[i] >> 4];
		ret_digest[2 * i + 1] = hex[raw[i] & 15];
	}
	ret_digest[MESSAGE_DIGEST_CHARS] = '\0';
}

/* ---- a message ---- */

static enum rc
verify(const struct wire *w, enum peer_role role, const char *institution, int64_t now_s, const void *bytes,
    size_t len, const void *signature, size_t signature_len, struct peer_who *ret_who, struct fault *why)
{
	const struct peer_directory *directory;
	struct fault missing = { .rc = RC_OK };

	if (w->signers == NULL)
		return fault_set(why, RC_CRYPTO, "directory",
		    "no directory of signers is configured: no signature can be checked");
	if ((directory = peer_watch_directory(w->signers, &missing)) == NULL)
		return fault_set(why, RC_CRYPTO, missing.place, "%s", missing.text);
	return peer_verify_who(directory, role, institution, now_s, bytes, len, signature, signature_len, ret_who, why);
}

/* The provider's own document inside a result: its signature first, then its content. */
static enum rc
read_response(const struct wire *w, const struct message_result *r, int64_t now_s, struct arena *a,
    struct message **ret_response, struct peer_who *ret_who, struct fault *why)
{
	struct message *m = NULL;
	enum rc rc;

	rc = verify(w, PEER_INTERMEDIARY, r->provider, now_s, r->response.bytes, r->response.len,
	    r->signature.bytes, r->signature.len, ret_who, why);
	if (rc != RC_OK)
		return rc;
	if ((rc = wire_read(r->response.bytes, r->response.len, a, NULL, &m, why)) != RC_OK)
		return rc;
	if (m->kind != MESSAGE_PROVISION_RESPONSE)
		return fault_set(why, RC_INVALID, "SKI.Result/Response", "holds another message than a response");
	if (strcmp(m->header.source, r->provider) != 0)
		return fault_set(why, RC_INVALID, "SKI.Result/Response", "was signed by one body and says it is of another");
	*ret_response = m;
	return RC_OK;
}

/* A letter of another town's node, or of the core, passed on unchanged. */
static enum rc
read_letter(const struct wire *w, const struct message_letter *l, int64_t now_s, struct arena *a,
    struct message **ret_letter, struct peer_who *ret_who, struct fault *why)
{
	enum peer_role role = strcmp(l->sender, MESSAGE_INSTITUTION_CORE) == 0 ? PEER_CORE : PEER_NODE;
	struct message *m = NULL;
	enum rc rc;

	rc = verify(w, role, l->sender, now_s, l->letter.bytes, l->letter.len, l->signature.bytes,
	    l->signature.len, ret_who, why);
	if (rc != RC_OK || (rc = wire_read(l->letter.bytes, l->letter.len, a, NULL, &m, why)) != RC_OK)
		return rc;
	if (!wire_is_letter(m->kind) || !peer_may_sign(role, m->kind))
		return fault_set(why, RC_INVALID, "COR.Letter/Letter", "holds a message that is no letter");
	if (strcmp(m->header.source, l->sender) != 0)
		return fault_set(why, RC_INVALID, "COR.Letter/Letter", "was signed by one body and says it is of another");
	*ret_letter = m;
	return RC_OK;
}

/* What the message carries whole from somebody else: RC_ABSENT when nothing. */
static enum rc
read_inside(const struct wire *w, const struct message *m, int64_t now_s, struct arena *a,
    const struct message_bytes **ret_bytes, struct message **ret_inside, struct peer_who *ret_who, struct fault *why)
{
	*ret_bytes = NULL;
	if (m->kind == MESSAGE_RESULT && m->body.result.response.bytes != NULL) {
		*ret_bytes = &m->body.result.response;
		return read_response(w, &m->body.result, now_s, a, ret_inside, ret_who, why);
	}
	if (m->kind == MESSAGE_LETTER && m->body.letter.letter.bytes != NULL) {
		*ret_bytes = &m->body.letter.letter;
		return read_letter(w, &m->body.letter, now_s, a, ret_inside, ret_who, why);
	}
	return RC_ABSENT;
}

struct read_order {
	const char *bytes, *signature, *institution;
	size_t len, signature_len;
	int64_t role, now_s;
};

static enum rc
verify_order(const struct wire *w, const struct read_order *o, struct peer_who *ret_who, struct fault *why)
{
	struct buf signature = BUF_INIT(256);
	enum rc rc;

	if (o->len > LIMIT_WIRE_BYTES)
		return fault_set(why, RC_TOO_BIG, "Message", "the message is over the ceiling of its type");
	if (o->signature == NULL)
		return fault_set(why, RC_CRYPTO, "Watashi-Signature", "the answer is not signed");
	if ((rc = peer_signature_parse(o->signature, o->signature_len, &signature)) != RC_OK)
		rc = fault_set(why, rc == RC_NOMEM ? RC_NOMEM : RC_CRYPTO, "Watashi-Signature", "is not base64 of a signature");
	else
		rc = verify(w, (enum peer_role)o->role, o->institution, o->now_s, o->bytes, o->len, signature.data,
		    signature.len, ret_who, why);
	buf_clear(&signature);
	return rc;
}

static enum rc
read_and_verify(const struct wire *w, const struct read_order *o, struct arena *a, struct message **ret_message,
    struct peer_who *ret_who, struct fault *why)
{
	struct message *m = NULL;
	enum rc rc;

	if ((rc = verify_order(w, o, ret_who, why)) != RC_OK ||
	    (rc = wire_read(o->bytes, o->len, a, NULL, &m, why)) != RC_OK)
		return rc;
	if (!peer_may_sign((enum peer_role)o->role, m->kind))
		rc = fault_set(why, RC_CRYPTO, message_name(m->kind), "its signer may not sign messages of this type");
	else if (strcmp(m->header.source, o->institution) != 0)
		rc = fault_set(why, RC_CRYPTO, "Header/Source", "is another institution than the signer");
	else
		*ret_message = m;
	return rc;
}

/* Whoever keeps the message as evidence keeps with it why its signature was believed. */
static void
put_who(struct frame *f, const struct peer_who *who)
{
	char digest[MESSAGE_DIGEST_CHARS + 1];

	frame_put_bytes(f, TAG_CERTIFICATE, who->certificate, who->certificate_len);
	if (who->revocations == NULL)
		return;
	hex_digest(who->revocations, who->revocations_len, digest);
	frame_put_text(f, TAG_LISTS_DIGEST, digest);
}

static void
serve_verify(const struct wire *w, const struct read_order *o, struct frame *ret_answer)
{
	struct peer_who who = { .certificate = NULL };
	struct fault why = { .rc = RC_OK };
	enum rc rc;

	if ((rc = verify_order(w, o, &who, &why)) != RC_OK) {
		put_fault(ret_answer, rc, &why);
		return;
	}
	frame_init(ret_answer, WIRE_VERIFY);
	put_who(ret_answer, &who);
}

static void
serve_lists(const struct wire *w, struct frame *ret_answer)
{
	const struct peer_directory *directory = w->signers == NULL ? NULL : peer_watch_directory(w->signers, NULL);
	const void *text;
	size_t len = 0;

	frame_init(ret_answer, WIRE_LISTS);
	if (directory != NULL && (text = peer_directory_lists(directory, &len)) != NULL)
		frame_put_bytes(ret_answer, TAG_BYTES, text, len);
}

static void
serve_read(const struct wire *w, const struct read_order *o, struct frame *ret_answer)
{
	struct fault why = { .rc = RC_OK }, response_why = { .rc = RC_OK };
	char digest[MESSAGE_DIGEST_CHARS + 1];
	struct message *m = NULL, *response = NULL;
	struct peer_who who = { .certificate = NULL }, who_inside = { .certificate = NULL };
	const struct message_bytes *inside;
	struct arena a;
	enum rc rc, response_rc;

	arena_init(&a, READ_ARENA_BYTES);
	if ((rc = read_and_verify(w, o, &a, &m, &who, &why)) != RC_OK) {
		put_fault(ret_answer, rc, &why);
		goto out;
	}
	frame_init(ret_answer, WIRE_MESSAGE);
	wire_frame_put(ret_answer, TAG_MESSAGE, m);
	put_who(ret_answer, &who);
	hex_digest(o->bytes, o->len, digest);
	response_rc = read_inside(w, m, o->now_s, &a, &inside, &response, &who_inside, &response_why);
	if (inside != NULL) {
		if (response_rc == RC_OK) {
			wire_frame_put(ret_answer, TAG_RESPONSE, response);
			frame_put_bytes(ret_answer, TAG_RESPONSE_CERTIFICATE, who_inside.certificate, who_inside.certificate_len);
		}
		frame_put_text(ret_answer, TAG_DIGEST, digest);
		hex_digest(inside->bytes, inside->len, digest);
		frame_put_text(ret_answer, TAG_RESPONSE_DIGEST, digest);
		if (response_rc != RC_OK) {
			frame_put_int(ret_answer, TAG_RESPONSE_RC, (int)response_rc);
			frame_put_text(ret_answer, TAG_RESPONSE_PLACE, response_why.place);
			frame_put_text(ret_answer, TAG_RESPONSE_TEXT, response_why.text);
		}
	} else {
		frame_put_text(ret_answer, TAG_DIGEST, digest);
	}
 out:
	arena_clear(&a);
}

static enum rc
take_read_order(struct frame_reader *r, struct read_order *o, struct fault *why)
{
	struct frame_field f;

	memset(o, 0, sizeof(*o));
	o->role = PEER_ROLE__COUNT;
	while (frame_next(r, &f)) {
		if (f.tag == TAG_BYTES && f.type == FRAME_BYTES) {
			o->bytes = f.text;
			o->len = f.len;
		} else if (f.tag == TAG_SIGNATURE && f.type == FRAME_BYTES) {
			o->signature = f.text;
			o->signature_len = f.len;
		} else if (f.tag == TAG_ROLE && f.type == FRAME_INT && f.number >= 0 && f.number < PEER_ROLE__COUNT) {
			o->role = f.number;
		} else if (f.tag == TAG_INSTITUTION && f.type == FRAME_TEXT) {
			o->institution = f.text;
		} else if (f.tag == TAG_NOW && f.type == FRAME_INT) {
			o->now_s = f.number;
		} else {
			return fault_set(why, RC_INVALID, "wire", "the frame has a field it should not have");
		}
	}
	if (o->bytes == NULL || o->institution == NULL || o->role == PEER_ROLE__COUNT)
		return fault_set(why, RC_INVALID, "wire", "the frame lacks a field");
	return RC_OK;
}

/* ---- rows ---- */

struct rows {
	int fd;
	struct frame frame;
	size_t n_column;
	bool open;
};

static enum rc
rows_send(struct rows *r, struct fault *why)
{
	enum rc rc = RC_OK;

	if (r->open) {
		rc = r->frame.rc != RC_OK ? fault_set(why, r->frame.rc, "rows", "no memory") :
		    frame_send(r->fd, &r->frame, -1, why);
		frame_clear(&r->frame);
		r->open = false;
	}
	return rc;
}

static enum rc
rows_take(void *context, const char *const *cell, size_t line, struct fault *why)
{
	struct rows *r = context;

	if (!r->open) {
		frame_init(&r->frame, WIRE_ROW);
		r->open = true;
	}
	frame_open(&r->frame, TAG_ROW);
	frame_put_int(&r->frame, TAG_LINE, (int64_t)line);
	for (size_t i = 0; i < r->n_column; i++)
		frame_put_text(&r->frame, (uint16_t)(TAG_CELL + i), cell[i]);
	frame_close(&r->frame);
	return r->frame.body.len >= ROWS_BYTES ? rows_send(r, why) : RC_OK;
}

static enum rc
serve_rows(int fd, int file, struct frame_reader *in, struct frame *ret_answer)
{
	const char *column[LIMIT_IMPORT_COLUMNS];
	struct csv_want want = { column, 0, 0 };
	struct fault why = { .rc = RC_OK };
	struct rows rows = { .fd = fd };
	struct csv_sink sink = { rows_take, &rows };
	struct frame_field f;
	enum rc rc = RC_OK;

	while (rc == RC_OK && frame_next(in, &f)) {
		if (f.tag == TAG_WANT && f.type == FRAME_TEXT && want.n_column < LIMIT_IMPORT_COLUMNS)
			column[want.n_column++] = f.text;
		else if (f.tag == TAG_REQUIRED && f.type == FRAME_INT && f.number >= 0 &&
		    f.number <= LIMIT_IMPORT_COLUMNS)
			want.n_required = (size_t)f.number;
		else
			rc = fault_set(&why, RC_INVALID, "wire", "the frame has a field it should not have");
	}
	if (rc == RC_OK && (file < 0 || want.n_column == 0 || want.n_required > want.n_column))
		rc = fault_set(&why, RC_INVALID, "wire", "the frame lacks a file or its columns");
	rows.n_column = want.n_column;
	if (rc == RC_OK)
		rc = csv_read_fd(file, &want, &sink, &why);
	if (rc == RC_OK) {
		rc = rows_send(&rows, &why);
	} else if (rows.open) {
		frame_clear(&rows.frame);
	}
	if (rc == RC_OK)
		frame_init(ret_answer, WIRE_DONE);
	else
		put_fault(ret_answer, rc, &why);
	return RC_OK;
}

/* ---- the process ---- */

static enum rc
serve_one(struct wire *w, struct buf *body, struct fault *why)
{
	struct fault refused = { .rc = RC_OK };
	struct frame_reader r;
	struct read_order o;
	struct frame answer;
	uint16_t kind = 0;
	int file = -1;
	enum rc rc;

	if ((rc = frame_receive(w->fd, body, &kind, &file, why)) != RC_OK)
		return rc;
	if ((rc = frame_read_open(&r, kind, body->data, body->len, &refused)) != RC_OK)
		put_fault(&answer, rc, &refused);
	else if (kind == WIRE_READ && (rc = take_read_order(&r, &o, &refused)) == RC_OK)
		serve_read(w, &o, &answer);
	else if (kind == WIRE_VERIFY && (rc = take_read_order(&r, &o, &refused)) == RC_OK)
		serve_verify(w, &o, &answer);
	else if (kind == WIRE_LISTS)
		serve_lists(w, &answer);
	else if (kind == WIRE_ROWS)
		(void)serve_rows(w->fd, file, &r, &answer);
	else
		put_fault(&answer, RC_INVALID, &refused);
	if (file >= 0)
		(void)close(file);
	if (answer.rc != RC_OK) {	/* the answer could not be built */
		rc = answer.rc;
		frame_clear(&answer);
		(void)fault_set(&refused, rc, "wire", "no memory for the answer");
		put_fault(&answer, rc, &refused);
	}
	rc = frame_send(w->fd, &answer, -1, why);
	frame_clear(&answer);
	buf_wipe(body);			/* rows of residents carry numbers */
	return rc;
}

enum rc
wire_serve(const struct peer_files *files, int fd, struct fault *why)
{
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct wire w = { .fd = fd };
	enum rc rc = RC_OK;

	wire_read_open();
	/* A broken directory must not stop imports: it is told with each message that needs it. */
	if (files != NULL)
		rc = peer_watch_open(files, &w.signers, why);
	while (rc == RC_OK)
		rc = serve_one(&w, &body, why);
	buf_wipe(&body);
	peer_watch_close(w.signers);
	return rc == RC_ABSENT ? RC_OK : rc;
}
