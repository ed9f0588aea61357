#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/message_shape.h"
#include "exchange/wire_frame.h"

/*
 * Tags: 1 kind, 2 header group, 3 body group.  In a group of a struct the tag of
 * a field is its place in the table, from 1; in a list every entry has tag 1.
 */
enum { TAG_KIND = 1, TAG_HEADER, TAG_BODY };

static void put_struct(struct frame *f, const struct shape *s, const void *value);

static void
put_field(struct frame *f, uint16_t tag, const struct shape_field *field, const void *value)
{
	const char *at = (const char *)value + field->offset;
	const struct message_bytes *b;
	int64_t number;
	const char *text;
	day date;
	int small;
	bool flag;

	if (!shape_present(field, value))
		return;
	switch (field->type) {
	case SHAPE_TEXT:
		memcpy(&text, at, sizeof(text));
		frame_put_text(f, tag, text);
		break;
	case SHAPE_WORD:
	case SHAPE_SMALL:
		memcpy(&small, at, sizeof(small));
		frame_put_int(f, tag, small);
		break;
	case SHAPE_FLAG:
		memcpy(&flag, at, sizeof(flag));
		frame_put_int(f, tag, flag);
		break;
	case SHAPE_NUMBER:
	case SHAPE_TIME:
		memcpy(&number, at, sizeof(number));
		frame_put_int(f, tag, number);
		break;
	case SHAPE_DAY:
		memcpy(&date, at, sizeof(date));
		frame_put_day(f, tag, date);
		break;
	case SHAPE_BYTES:
		b = (const void *)at;
		frame_put_bytes(f, tag, b->bytes, b->len);
		break;
	case SHAPE_LIST:
		frame_open(f, tag);
		for (size_t i = 0; i < shape_entries(field, value); i++) {
			frame_open(f, 1);
			put_struct(f, field->of, shape_entry(field, value, i));
			frame_close(f);
		}
		frame_close(f);
		break;
	}
}

static void
put_struct(struct frame *f, const struct shape *s, const void *value)
{
	for (size_t i = 0; i < s->n_field; i++)
		put_field(f, (uint16_t)(i + 1), &s->field[i], value);
}

void
wire_frame_put(struct frame *f, uint16_t tag, const struct message *m)
{
	frame_open(f, tag);
	frame_put_int(f, TAG_KIND, (int)m->kind);
	frame_open(f, TAG_HEADER);
	put_struct(f, &shape_header, &m->header);
	frame_close(f);
	frame_open(f, TAG_BODY);
	put_struct(f, shape_of_body(m->kind), &m->body);
	frame_close(f);
	frame_close(f);
}

void
wire_frame_put_copy(struct frame *f, uint16_t tag, const struct message_copy *record)
{
	frame_open(f, tag);
	put_struct(f, &shape_copy_record, record);
	frame_close(f);
}

/* ---- back ---- */

static enum rc
bad(struct fault *why, const char *place, const char *rule)
{
	return fault_set(why, RC_INVALID, place, "frame of a message: %s", rule);
}

static enum rc read_struct(struct frame_reader *r, const struct shape *s, void *value, struct arena *a,
    struct fault *why);

static enum rc
read_list(struct frame_reader *r, const struct shape_field *field, void *value, struct arena *a,
    struct fault *why)
{
	struct frame_reader count = *r, inner;
	struct frame_field entry;
	char *entries = NULL;
	size_t n = 0, i = 0;
	enum rc rc;

	while (frame_next(&count, &entry)) {
		if (entry.type != FRAME_OPEN || entry.tag != 1)
			return bad(why, field->name, "holds something else than entries");
		frame_enter(&count, &inner);
		if (++n > (size_t)field->max)
			return fault_set(why, RC_TOO_BIG, field->name, "holds too many entries");
	}
	if (n > 0 && (entries = arena_array(a, n, field->of->size)) == NULL)
		return fault_set(why, RC_NOMEM, field->name, "no memory");
	while (frame_next(r, &entry)) {
		frame_enter(r, &inner);
		if ((rc = read_struct(&inner, field->of, entries + i * field->of->size, a, why)) != RC_OK)
			return rc;
		i++;
	}
	memcpy((char *)value + field->offset, &entries, sizeof(entries));
	memcpy((char *)value + field->count_offset, &n, sizeof(n));
	return RC_OK;
}

static enum rc
read_field(struct frame_reader *r, const struct frame_field *in, const struct shape_field *field, void *value,
    struct arena *a, struct fault *why)
{
	static const enum frame_type wanted[] = {
		[SHAPE_TEXT] = FRAME_TEXT, [SHAPE_WORD] = FRAME_INT, [SHAPE_FLAG] = FRAME_INT,
		[SHAPE_NUMBER] = FRAME_INT, [SHAPE_SMALL] = FRAME_INT, [SHAPE_DAY] = FRAME_DAY,
		[SHAPE_TIME] = FRAME_INT, [SHAPE_BYTES] = FRAME_BYTES, [SHAPE_LIST] = FRAME_OPEN,
	};
	char *at = (char *)value + field->offset;
	struct frame_reader inner;
	struct message_bytes bytes;
	char *text;
	bool flag;
	int small;

	if (in->type != wanted[field->type])
		return bad(why, field->name, "is of another type");
	switch (field->type) {
	case SHAPE_TEXT:
		if ((text = arena_text(a, in->text, in->len)) == NULL)
			return fault_set(why, RC_NOMEM, field->name, "no memory");
		if (strlen(text) != in->len)
			return bad(why, field->name, "holds a NUL");
		memcpy(at, &text, sizeof(text));
		break;
	case SHAPE_WORD:
	case SHAPE_SMALL:
		if (in->number < 0 || in->number > 1000)
			return bad(why, field->name, "is out of its range");
		small = (int)in->number;
		memcpy(at, &small, sizeof(small));
		break;
	case SHAPE_FLAG:
		if (in->number != 0 && in->number != 1)
			return bad(why, field->name, "is out of its range");
		flag = in->number == 1;
		memcpy(at, &flag, sizeof(flag));
		break;
	case SHAPE_NUMBER:
	case SHAPE_TIME:
		memcpy(at, &in->number, sizeof(in->number));
		break;
	case SHAPE_DAY:
		memcpy(at, &in->date, sizeof(in->date));
		break;
	case SHAPE_BYTES:
		if ((text = arena_new(a, in->len + 1)) == NULL)
			return fault_set(why, RC_NOMEM, field->name, "no memory");
		memcpy(text, in->text, in->len);
		bytes.bytes = text;
		bytes.len = in->len;
		memcpy(at, &bytes, sizeof(bytes));
		break;
	case SHAPE_LIST:
		frame_enter(r, &inner);
		return read_list(&inner, field, value, a, why);
	}
	return RC_OK;
}

static enum rc
read_struct(struct frame_reader *r, const struct shape *s, void *value, struct arena *a, struct fault *why)
{
	struct frame_field in;
	size_t last = 0;
	enum rc rc;

	shape_init(s, value);
	while (frame_next(r, &in)) {
		if (in.tag <= last || in.tag > s->n_field)
			return bad(why, s->name, "has a field twice, out of order or unknown");
		last = in.tag;
		if ((rc = read_field(r, &in, &s->field[in.tag - 1], value, a, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
wire_frame_read(struct frame_reader *group, struct arena *a, struct message **ret_message, struct fault *why)
{
	struct message *m = arena_new(a, sizeof(*m));
	struct frame_reader inner;
	struct frame_field in;
	enum rc rc;

	if (m == NULL)
		return fault_set(why, RC_NOMEM, "Message", "no memory");
	if (!frame_next(group, &in) || in.tag != TAG_KIND || in.type != FRAME_INT ||
	    in.number <= MESSAGE_NONE || in.number >= MESSAGE__COUNT)
		return bad(why, "Message", "is of no known type");
	message_init(m, (enum message_kind)in.number);
	if (!frame_next(group, &in) || in.tag != TAG_HEADER || in.type != FRAME_OPEN)
		return bad(why, "Message", "has no header");
	frame_enter(group, &inner);
	if ((rc = read_struct(&inner, &shape_header, &m->header, a, why)) != RC_OK)
		return rc;
	if (!frame_next(group, &in) || in.tag != TAG_BODY || in.type != FRAME_OPEN)
		return bad(why, "Message", "has no body");
	frame_enter(group, &inner);
	if ((rc = read_struct(&inner, shape_of_body(m->kind), &m->body, a, why)) != RC_OK)
		return rc;
	if (frame_next(group, &in))
		return bad(why, "Message", "has something after its body");
	if ((rc = shape_check_message(m, why)) != RC_OK)
		return rc;
	*ret_message = m;
	return RC_OK;
}

enum rc
wire_frame_read_copy(struct frame_reader *group, struct arena *a, struct message_copy **ret_record,
    struct fault *why)
{
	struct message_copy *c = arena_new(a, sizeof(*c));
	enum rc rc;

	if (c == NULL)
		return fault_set(why, RC_NOMEM, "Record", "no memory");
	if ((rc = read_struct(group, &shape_copy_record, c, a, why)) != RC_OK)
		return rc;
	if ((rc = shape_check(&shape_copy_record, c, "Record", why)) != RC_OK)
		return rc;
	*ret_record = c;
	return RC_OK;
}
