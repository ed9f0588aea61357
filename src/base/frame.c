#include "base/frame.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"

/*
 * A field: tag (2 bytes), type (1), zero (1), length of the value (4), value;
 * text and bytes are followed by a NUL that the length does not count.  The
 * length of FRAME_OPEN is that of the group without its FRAME_CLOSE, so that a
 * reader can pass over it.  All numbers are little-endian.
 */
#define FIELD_HEAD 8

static void
put16(char *at, uint16_t v)
{
	at[0] = (char)(v & 0xff);
	at[1] = (char)(v >> 8);
}

static void
put32(char *at, uint32_t v)
{
	put16(at, (uint16_t)(v & 0xffff));
	put16(at + 2, (uint16_t)(v >> 16));
}

static uint16_t
get16(const char *at)
{
	const unsigned char *p = (const unsigned char *)at;

	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t
get32(const char *at)
{
	return get16(at) | (uint32_t)get16(at + 2) << 16;
}

static uint64_t
get64(const char *at)
{
	return get32(at) | (uint64_t)get32(at + 4) << 32;
}

void
frame_init(struct frame *f, uint16_t kind)
{
	*f = (struct frame){ .kind = kind, .rc = RC_OK };
	buf_init(&f->body, LIMIT_FRAME_BYTES);
}

void
frame_clear(struct frame *f)
{
	buf_wipe(&f->body);
	f->depth = 0;
	f->rc = RC_OK;
}

/* The head of a field and room for its value and NUL; NULL after a failure. */
static char *
put_field(struct frame *f, uint16_t tag, enum frame_type type, size_t len, size_t bytes)
{
	char *at;

	if (f->rc != RC_OK)
		return NULL;
	if (bytes > LIMIT_FRAME_BYTES) {
		f->rc = RC_TOO_BIG;
		return NULL;
	}
	if ((f->rc = buf_reserve(&f->body, FIELD_HEAD + bytes)) != RC_OK)
		return NULL;
	at = f->body.data + f->body.len;
	put16(at, tag);
	at[2] = (char)type;
	at[3] = 0;
	put32(at + 4, (uint32_t)len);
	f->body.len += FIELD_HEAD + bytes;
	f->body.data[f->body.len] = '\0';
	return at + FIELD_HEAD;
}

void
frame_put_int(struct frame *f, uint16_t tag, int64_t value)
{
	char *at = put_field(f, tag, FRAME_INT, 8, 8);

	if (at != NULL) {
		put32(at, (uint32_t)((uint64_t)value & 0xffffffff));
		put32(at + 4, (uint32_t)((uint64_t)value >> 32));
	}
}

static bool
day_allowed(day d)
{
	return !day_known(d) || (!day_before(d, DAY_MIN) && !day_after(d, DAY_MAX));
}

void
frame_put_day(struct frame *f, uint16_t tag, day value)
{
	char *at;

	assert(day_allowed(value));
	if ((at = put_field(f, tag, FRAME_DAY, 4, 4)) != NULL)
		put32(at, (uint32_t)value.n);
}

static void
put_value(struct frame *f, uint16_t tag, enum frame_type type, const char *value, size_t len)
{
	char *at;

	if (f->rc == RC_OK && len >= LIMIT_FRAME_BYTES)
		f->rc = RC_TOO_BIG;
	if ((at = put_field(f, tag, type, len, len + 1)) == NULL)
		return;
	if (len > 0)
		memcpy(at, value, len);
	at[len] = '\0';
}

void
frame_put_text_n(struct frame *f, uint16_t tag, const char *text, size_t len)
{
	if (f->rc == RC_OK && utf8_check(text, len, UTF8_BLOCK, NULL) != RC_OK)
		f->rc = RC_INVALID;
	put_value(f, tag, FRAME_TEXT, text, len);
}

void
frame_put_text(struct frame *f, uint16_t tag, const char *text)
{
	if (text != NULL)
		frame_put_text_n(f, tag, text, strlen(text));
}

void
frame_put_bytes(struct frame *f, uint16_t tag, const void *bytes, size_t len)
{
	put_value(f, tag, FRAME_BYTES, bytes, len);
}

void
frame_open(struct frame *f, uint16_t tag)
{
	assert(f->depth < LIMIT_FRAME_DEPTH);
	if (put_field(f, tag, FRAME_OPEN, 0, 0) != NULL)
		f->group_at[f->depth] = f->body.len;
	f->depth++;
}

void
frame_close(struct frame *f)
{
	assert(f->depth > 0);
	f->depth--;
	if (f->rc != RC_OK)
		return;
	put32(f->body.data + f->group_at[f->depth] - 4,
	    (uint32_t)(f->body.len - f->group_at[f->depth]));
	put_field(f, 0, FRAME_CLOSE, 0, 0);
}

/* What is wrong with the fields from at to end, or NULL. */
static const char *
check(const char *at, const char *end)
{
	const char *group_end[LIMIT_FRAME_DEPTH];
	unsigned depth = 0;

	for (;;) {
		const char *stop = depth > 0 ? group_end[depth - 1] : end;
		size_t len;
		day d;

		if (at == stop && depth > 0) {
			/* Bytes after the group were counted when it was opened. */
			if (get16(at) != 0 || at[2] != FRAME_CLOSE || at[3] != 0 ||
			    get32(at + 4) != 0)
				return "a group does not end where it says";
			at += FIELD_HEAD;
			depth--;
			continue;
		}
		if (at == stop)
			return NULL;
		if (stop - at < FIELD_HEAD)
			return "a field is cut";
		if (at[3] != 0)
			return "a field has an unknown form";
		len = get32(at + 4);
		switch ((unsigned char)at[2]) {
		case FRAME_INT:
			if (len != 8)
				return "a number has a wrong length";
			break;
		case FRAME_DAY:
			if (len != 4)
				return "a day has a wrong length";
			break;
		case FRAME_TEXT:
		case FRAME_BYTES:
		case FRAME_OPEN:
			break;
		default:
			return "a field has an unknown type";
		}
		if (len > (size_t)(stop - at) - FIELD_HEAD)
			return "a field is longer than its frame";
		if (at[2] == FRAME_OPEN) {
			if (depth == LIMIT_FRAME_DEPTH)
				return "groups nest too deep";
			if ((size_t)(stop - at) - FIELD_HEAD - len < FIELD_HEAD)
				return "a group has no end";
			at += FIELD_HEAD;
			group_end[depth++] = at + len;
			continue;
		}
		if (at[2] == FRAME_DAY) {
			d.n = (int32_t)get32(at + FIELD_HEAD);
			if (!day_allowed(d))
				return "a day is out of range";
		}
		if (at[2] == FRAME_TEXT || at[2] == FRAME_BYTES) {
			if ((size_t)(stop - at) - FIELD_HEAD - len < 1 || at[FIELD_HEAD + len] != '\0')
				return "a text has no end";
			if (at[2] == FRAME_TEXT &&
			    utf8_check(at + FIELD_HEAD, len, UTF8_BLOCK, NULL) != RC_OK)
				return "a text is not clean UTF-8";
			at++;		/* the NUL */
		}
		at += FIELD_HEAD + len;
	}
}

enum rc
frame_read_open(struct frame_reader *r, uint16_t kind, const void *body, size_t len,
    struct fault *why)
{
	const char *at = len > 0 ? body : "", *wrong;

	if (len > LIMIT_FRAME_BYTES)
		return fault_set(why, RC_TOO_BIG, "frame", "%zu bytes", len);
	if ((wrong = check(at, at + len)) != NULL)
		return fault_set(why, RC_INVALID, "frame", "kind %u: %s", kind, wrong);
	*r = (struct frame_reader){ .at = at, .end = at + len, .kind = kind };
	return RC_OK;
}

bool
frame_next(struct frame_reader *r, struct frame_field *ret_field)
{
	const char *at = r->at;
	struct frame_field f = { .date = DAY_NONE };
	size_t len;

	if (at == r->end)
		return false;
	len = get32(at + 4);
	f.tag = get16(at);
	f.type = (enum frame_type)at[2];
	at += FIELD_HEAD;
	r->group = NULL;
	r->at = at + len;
	switch (f.type) {
	case FRAME_INT:
		f.number = (int64_t)get64(at);
		break;
	case FRAME_DAY:
		f.date.n = (int32_t)get32(at);
		break;
	case FRAME_TEXT:
	case FRAME_BYTES:
		f.text = at;
		f.len = len;
		r->at++;
		break;
	case FRAME_OPEN:
		r->group = at;
		r->at += FIELD_HEAD;	/* its FRAME_CLOSE */
		break;
	case FRAME_CLOSE:
		break;
	}
	*ret_field = f;
	return true;
}

void
frame_enter(struct frame_reader *r, struct frame_reader *ret_inner)
{
	assert(r->group != NULL);
	*ret_inner = (struct frame_reader){ .at = r->group, .end = r->at - FIELD_HEAD,
	    .kind = r->kind, .depth = r->depth + 1 };
	r->group = NULL;
}
