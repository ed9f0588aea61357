#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "exchange/wire_frame.h"
#include "exchange/wire_process.h"
#include "exchange/wire_tags.h"

void
wire_client_init(struct wire_client *c, int fd)
{
	c->fd = fd;
	buf_init(&c->body, LIMIT_FRAME_BYTES);
}

void
wire_client_clear(struct wire_client *c)
{
	buf_wipe(&c->body);
}

static enum rc
receive(struct wire_client *c, uint16_t *ret_kind, struct frame_reader *ret_reader, struct fault *why)
{
	int passed = -1;
	enum rc rc;

	rc = frame_receive(c->fd, &c->body, ret_kind, &passed, why);
	if (passed >= 0)
		(void)close(passed);
	if (rc == RC_ABSENT)
		return fault_set(why, RC_IO, "wire", "the wire process is gone");
	if (rc != RC_OK)
		return rc;
	return frame_read_open(ret_reader, *ret_kind, c->body.data, c->body.len, why);
}

static enum rc
refused(struct frame_reader *r, struct fault *why)
{
	const char *place = "wire", *text = "refused";
	struct frame_field f;
	enum rc rc = RC_BUG;

	while (frame_next(r, &f)) {
		if (f.tag == TAG_RC && f.type == FRAME_INT && f.number > RC_OK && f.number < RC__COUNT)
			rc = (enum rc)f.number;
		else if (f.tag == TAG_PLACE && f.type == FRAME_TEXT)
			place = f.text;
		else if (f.tag == TAG_TEXT && f.type == FRAME_TEXT)
			text = f.text;
	}
	return fault_set(why, rc, place, "%s", text);
}

static enum rc
odd(struct fault *why)
{
	return fault_set(why, RC_BUG, "wire", "the wire process answered something else");
}

static void
take_digest(const struct frame_field *f, char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	if (f->len == MESSAGE_DIGEST_CHARS)
		memcpy(ret_digest, f->text, MESSAGE_DIGEST_CHARS + 1);
}

static enum rc
take_bytes(const struct frame_field *f, struct arena *a, const void **ret_bytes, size_t *ret_len, struct fault *why)
{
	void *bytes = arena_new(a, f->len + 1);

	if (bytes == NULL)
		return fault_set(why, RC_NOMEM, "wire", "no memory");
	memcpy(bytes, f->text, f->len);
	*ret_bytes = bytes;
	*ret_len = f->len;
	return RC_OK;
}

bool
wire_is_letter(enum message_kind kind)
{
	return kind == MESSAGE_CORRECTION || kind == MESSAGE_CORRECTION_RECEIPT || kind == MESSAGE_DAY_COUNT ||
	    kind == MESSAGE_DAY_RECEIPT;
}

static bool
is_of(const struct message *inside, const struct message *around)
{
	if (around->kind == MESSAGE_RESULT)
		return inside->kind == MESSAGE_PROVISION_RESPONSE &&
		    strcmp(inside->header.source, around->body.result.provider) == 0;
	return around->kind == MESSAGE_LETTER && around->body.letter.sender != NULL && wire_is_letter(inside->kind) &&
	    strcmp(inside->header.source, around->body.letter.sender) == 0;
}

static enum rc
take_message(struct frame_reader *r, struct arena *a, struct wire_answer *ret_answer, struct fault *why)
{
	struct wire_answer w = { .message = NULL };
	struct frame_reader group;
	struct frame_field f;
	enum rc rc;

	while (frame_next(r, &f)) {
		if (f.tag == TAG_MESSAGE && f.type == FRAME_OPEN) {
			frame_enter(r, &group);
			if ((rc = wire_frame_read(&group, a, &w.message, why)) != RC_OK)
				return rc;
		} else if (f.tag == TAG_RESPONSE && f.type == FRAME_OPEN) {
			frame_enter(r, &group);
			if ((rc = wire_frame_read(&group, a, &w.response, why)) != RC_OK)
				return rc;
		} else if (f.tag == TAG_DIGEST && f.type == FRAME_TEXT) {
			take_digest(&f, w.document_digest);
		} else if (f.tag == TAG_RESPONSE_DIGEST && f.type == FRAME_TEXT) {
			take_digest(&f, w.response_digest);
		} else if (f.tag == TAG_CERTIFICATE && f.type == FRAME_BYTES) {
			if ((rc = take_bytes(&f, a, &w.certificate, &w.certificate_len, why)) != RC_OK)
				return rc;
		} else if (f.tag == TAG_RESPONSE_CERTIFICATE && f.type == FRAME_BYTES) {
			if ((rc = take_bytes(&f, a, &w.response_certificate, &w.response_certificate_len, why)) != RC_OK)
				return rc;
		} else if (f.tag == TAG_LISTS_DIGEST && f.type == FRAME_TEXT) {
			take_digest(&f, w.lists_digest);
		} else if (f.tag == TAG_RESPONSE_RC && f.type == FRAME_INT && f.number > RC_OK && f.number < RC__COUNT) {
			w.response_rc = (enum rc)f.number;
		} else if (f.tag == TAG_RESPONSE_PLACE && f.type == FRAME_TEXT) {
			(void)fault_set(&w.response_why, w.response_rc, f.text, "refused");
		} else if (f.tag == TAG_RESPONSE_TEXT && f.type == FRAME_TEXT) {
			char place[FAULT_PLACE_MAX];

			memcpy(place, w.response_why.place, sizeof(place));
			(void)fault_set(&w.response_why, w.response_rc, place, "%s", f.text);
		} else {
			return odd(why);
		}
	}
	if (w.message == NULL || w.document_digest[0] == '\0')
		return odd(why);
	/* What was verified is a response of this provider, a letter of this sender: the store does not take the
	 * other's word for it. */
	if (w.response != NULL && !is_of(w.response, w.message))
		return odd(why);
	*ret_answer = w;
	return RC_OK;
}

/* One question about signed bytes; *ret_kind and *ret_reader: what came. */
static enum rc
ask(struct wire_client *c, uint16_t question, const struct wire_signed *in, uint16_t *ret_kind,
    struct frame_reader *ret_reader, struct fault *why)
{
	struct frame f;
	enum rc rc;

	if (in->len > LIMIT_WIRE_BYTES)
		return fault_set(why, RC_TOO_BIG, "Message", "the message is over the ceiling of its type");
	frame_init(&f, question);
	frame_put_bytes(&f, TAG_BYTES, in->bytes, in->len);
	if (in->signature_text != NULL)
		frame_put_bytes(&f, TAG_SIGNATURE, in->signature_text, in->signature_text_len);
	frame_put_int(&f, TAG_ROLE, (int)in->role);
	frame_put_text(&f, TAG_INSTITUTION, in->institution);
	frame_put_int(&f, TAG_NOW, in->now_s);
	rc = f.rc != RC_OK ? fault_set(why, f.rc, "wire", "no memory") : frame_send(c->fd, &f, -1, why);
	frame_clear(&f);
	return rc != RC_OK ? rc : receive(c, ret_kind, ret_reader, why);
}

enum rc
wire_client_read(struct wire_client *c, const struct wire_signed *in, struct arena *a,
    struct wire_answer *ret_answer, struct fault *why)
{
	struct frame_reader r;
	uint16_t kind = 0;
	enum rc rc;

	if ((rc = ask(c, WIRE_READ, in, &kind, &r, why)) != RC_OK)
		return rc;
	if (kind == WIRE_MESSAGE)
		return take_message(&r, a, ret_answer, why);
	return kind == WIRE_REFUSED ? refused(&r, why) : odd(why);
}

enum rc
wire_client_verify(struct wire_client *c, const struct wire_signed *in, struct arena *a,
    struct wire_answer *ret_answer, struct fault *why)
{
	struct wire_answer w = { .message = NULL };
	struct frame_reader r;
	struct frame_field f;
	uint16_t kind = 0;
	enum rc rc;

	if ((rc = ask(c, WIRE_VERIFY, in, &kind, &r, why)) != RC_OK)
		return rc;
	if (kind != WIRE_VERIFY)
		return kind == WIRE_REFUSED ? refused(&r, why) : odd(why);
	while (frame_next(&r, &f)) {
		if (f.tag == TAG_CERTIFICATE && f.type == FRAME_BYTES)
			rc = take_bytes(&f, a, &w.certificate, &w.certificate_len, why);
		else if (f.tag == TAG_LISTS_DIGEST && f.type == FRAME_TEXT)
			take_digest(&f, w.lists_digest);
		else
			rc = odd(why);
		if (rc != RC_OK)
			return rc;
	}
	if (w.certificate == NULL)
		return odd(why);
	*ret_answer = w;
	return RC_OK;
}

enum rc
wire_client_lists(struct wire_client *c, struct arena *a, const void **ret_bytes, size_t *ret_len,
    struct fault *why)
{
	struct frame_reader r;
	struct frame_field field;
	struct frame f;
	uint16_t kind = 0;
	enum rc rc;

	frame_init(&f, WIRE_LISTS);
	rc = f.rc != RC_OK ? fault_set(why, f.rc, "wire", "no memory") : frame_send(c->fd, &f, -1, why);
	frame_clear(&f);
	if (rc != RC_OK || (rc = receive(c, &kind, &r, why)) != RC_OK)
		return rc;
	if (kind != WIRE_LISTS)
		return odd(why);
	while (frame_next(&r, &field))
		if (field.tag == TAG_BYTES && field.type == FRAME_BYTES)
			return take_bytes(&field, a, ret_bytes, ret_len, why);
	return RC_ABSENT;
}

static enum rc
take_rows(struct frame_reader *r, size_t n_want,
    enum rc (*row)(void *context, const char *const *cell, size_t line, struct fault *why), void *context,
    struct fault *why)
{
	struct frame_reader group;
	struct frame_field f;
	enum rc rc;

	while (frame_next(r, &f)) {
		const char *cell[LIMIT_IMPORT_COLUMNS] = { NULL };
		size_t line = 0;

		if (f.tag != TAG_ROW || f.type != FRAME_OPEN)
			return odd(why);
		frame_enter(r, &group);
		while (frame_next(&group, &f)) {
			if (f.tag == TAG_LINE && f.type == FRAME_INT && f.number > 0)
				line = (size_t)f.number;
			else if (f.tag >= TAG_CELL && f.tag < TAG_CELL + n_want && f.type == FRAME_TEXT)
				cell[f.tag - TAG_CELL] = f.text;
			else
				return odd(why);
		}
		if ((rc = row(context, cell, line, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
wire_client_rows(struct wire_client *c, int fd, const char *const *want, size_t n_want, size_t n_required,
    enum rc (*row)(void *context, const char *const *cell, size_t line, struct fault *why), void *context,
    struct fault *why)
{
	struct frame_reader r;
	struct frame f;
	uint16_t kind = 0;
	enum rc rc, row_rc = RC_OK;

	if (n_want == 0 || n_want > LIMIT_IMPORT_COLUMNS)
		return fault_set(why, RC_BUG, "wire", "too many columns are wanted");
	frame_init(&f, WIRE_ROWS);
	for (size_t i = 0; i < n_want; i++)
		frame_put_text(&f, TAG_WANT, want[i]);
	frame_put_int(&f, TAG_REQUIRED, (int64_t)n_required);
	rc = f.rc != RC_OK ? fault_set(why, f.rc, "wire", "no memory") : frame_send(c->fd, &f, fd, why);
	frame_clear(&f);
	if (rc != RC_OK)
		return rc;
	/* After a refusal of ours the rest is still read off, so that the next question gets its own answer. */
	for (;;) {
		if ((rc = receive(c, &kind, &r, row_rc == RC_OK ? why : NULL)) != RC_OK)
			break;
		if (kind == WIRE_ROW) {
			if (row_rc == RC_OK)
				row_rc = take_rows(&r, n_want, row, context, why);
			continue;
		}
		if (kind == WIRE_REFUSED)
			rc = refused(&r, row_rc == RC_OK ? why : NULL);
		else if (kind != WIRE_DONE)
			rc = odd(row_rc == RC_OK ? why : NULL);
		break;
	}
	buf_wipe(&c->body);
	return row_rc != RC_OK ? row_rc : rc;
}
