#include "action/request.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const struct request_field *
declared(const struct request_shape *shape, uint16_t tag)
{
	for (size_t i = 0; i < shape->n_field; i++)
		if (shape->field[i].tag == tag)
			return &shape->field[i];
	return NULL;
}

static enum rc
check_value(const struct request_field *d, const struct frame_field *f, struct fault *why)
{
	const char *name = request_tag_name(d->tag);

	if (f->type != d->type)
		return fault_set(why, RC_INVALID, name, "the value is of the wrong type");
	switch (d->type) {
	case FRAME_TEXT:
		if (f->len > LIMIT_TEXT_BYTES)
			return fault_set(why, RC_TOO_BIG, name, "longer than %d bytes",
			    LIMIT_TEXT_BYTES);
		if (f->len == 0 && !d->clears)
			return fault_set(why, RC_INVALID, name, "empty");
		if (utf8_check(f->text, f->len, UTF8_LINE, NULL) != RC_OK)
			return fault_set(why, RC_INVALID, name,
			    "not a line of clean UTF-8 text");
		return RC_OK;
	case FRAME_INT:
		if (request_tag_unit(d->tag) == UNIT_BOOL && f->number != 0 && f->number != 1)
			return fault_set(why, RC_INVALID, name, "expected 0 or 1");
		return RC_OK;
	case FRAME_DAY:
		if (!day_known(f->date))
			return fault_set(why, RC_INVALID, name, "expected a day");
		return RC_OK;
	case FRAME_BYTES:
		return f->len <= LIMIT_TEXT_BYTES ? RC_OK :
		    fault_set(why, RC_TOO_BIG, name, "longer than %d bytes", LIMIT_TEXT_BYTES);
	case FRAME_OPEN:
	case FRAME_CLOSE:
		break;
	}
	return fault_set(why, RC_BUG, name, "a declared field has no value type");
}

static enum rc
take(struct request *r, const struct request_field *d, const struct frame_field *f,
    struct fault *why)
{
	const char *name = request_tag_name(d->tag);

	if (r->field[d->tag].type != 0 && !d->repeated)
		return fault_set(why, RC_INVALID, name, "given twice");
	if (d->repeated) {
		if (r->n_addressee == REQUEST_ADDRESSEES)
			return fault_set(why, RC_TOO_BIG, name, "more than %d",
			    REQUEST_ADDRESSEES);
		r->addressee[r->n_addressee++] = f->text;
	}
	if (r->field[d->tag].type == 0)
		r->field[d->tag] = *f;
	return RC_OK;
}

enum rc
request_read(uint16_t kind, const void *body, size_t len, int fd, struct request *ret_request,
    struct fault *why)
{
	const struct request_shape *shape = request_shape((enum request_kind)kind);
	struct request r = { .kind = (enum request_kind)kind, .fd = fd };
	const struct request_field *d;
	struct frame_reader reader;
	struct frame_field f;
	enum rc rc;

	if (shape == NULL)
		return fault_set(why, RC_INVALID, "request", "kind %u is not known",
		    (unsigned)kind);
	if (len > REQUEST_BYTES_MAX)
		return fault_set(why, RC_TOO_BIG, shape->name, "more than %d bytes",
		    REQUEST_BYTES_MAX);
	if ((rc = frame_read_open(&reader, kind, body, len, why)) != RC_OK)
		return rc;
	while (frame_next(&reader, &f)) {
		if ((d = declared(shape, f.tag)) == NULL)
			return fault_set(why, RC_INVALID, shape->name,
			    "field %u does not belong to this request", (unsigned)f.tag);
		if ((rc = check_value(d, &f, why)) != RC_OK ||
		    (rc = take(&r, d, &f, why)) != RC_OK)
			return rc;
	}
	for (size_t i = 0; i < shape->n_field; i++)
		if (shape->field[i].required && r.field[shape->field[i].tag].type == 0)
			return fault_set(why, RC_INVALID, request_tag_name(shape->field[i].tag),
			    "missing");
	if (shape->file != (fd >= 0))
		return fault_set(why, RC_INVALID, shape->name,
		    shape->file ? "a file must come along" : "no file may come along");
	*ret_request = r;
	return RC_OK;
}

static void
put_field(struct frame *f, const struct frame_field *v)
{
	switch (v->type) {
	case FRAME_INT:
		frame_put_int(f, v->tag, v->number);
		break;
	case FRAME_DAY:
		frame_put_day(f, v->tag, v->date);
		break;
	case FRAME_TEXT:
		frame_put_text_n(f, v->tag, v->text, v->len);
		break;
	case FRAME_BYTES:
		frame_put_bytes(f, v->tag, v->text, v->len);
		break;
	case FRAME_OPEN:
	case FRAME_CLOSE:
		break;
	}
}

void
request_write(const struct request *r, struct frame *f)
{
	const struct request_shape *shape = request_shape(r->kind);

	frame_init(f, (uint16_t)r->kind);
	for (size_t i = 0; i < shape->n_field; i++) {
		const struct request_field *d = &shape->field[i];

		if (!d->repeated && r->field[d->tag].type != 0)
			put_field(f, &r->field[d->tag]);
		for (size_t k = 0; d->repeated && k < r->n_addressee; k++)
			frame_put_text(f, (uint16_t)d->tag, r->addressee[k]);
	}
}

const char *
request_text(const struct request *r, enum request_tag tag)
{
	return r->field[tag].type == FRAME_TEXT ? r->field[tag].text : NULL;
}

int64_t
request_int(const struct request *r, enum request_tag tag, int64_t absent)
{
	return r->field[tag].type == FRAME_INT ? r->field[tag].number : absent;
}

day
request_day(const struct request *r, enum request_tag tag)
{
	return r->field[tag].type == FRAME_DAY ? r->field[tag].date : DAY_NONE;
}

void
request_put_done(struct frame *f, enum rc rc, const struct fault *why)
{
	frame_put_int(f, TAG_RC, rc);
	if (rc != RC_OK) {
		frame_put_text(f, TAG_PLACE, why->place);
		frame_put_text(f, TAG_TEXT, why->text);
	}
}

enum rc
request_read_done(const void *body, size_t len, struct fault *ret_why)
{
	struct fault why = { .rc = RC_BUG };
	struct frame_reader reader;
	struct frame_field f;
	bool has_rc = false;
	enum rc rc;

	if ((rc = frame_read_open(&reader, RESULT_DONE, body, len, ret_why)) != RC_OK)
		return rc;
	while (frame_next(&reader, &f)) {
		if (f.tag == TAG_RC && f.type == FRAME_INT && !has_rc && f.number >= 0 &&
		    f.number < RC__COUNT) {
			why.rc = (enum rc)f.number;
			has_rc = true;
		} else if (f.tag == TAG_PLACE && f.type == FRAME_TEXT)
			(void)snprintf(why.place, sizeof(why.place), "%s", f.text);
		else if (f.tag == TAG_TEXT && f.type == FRAME_TEXT)
			(void)snprintf(why.text, sizeof(why.text), "%s", f.text);
		else
			return fault_set(ret_why, RC_BUG, "answer",
			    "field %u does not belong to the end of an answer", (unsigned)f.tag);
	}
	if (!has_rc)
		return fault_set(ret_why, RC_BUG, "answer", "the outcome is missing");
	*ret_why = why;
	return RC_OK;
}
