#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/fault.h"

/*
 * Writing JSON into memory that was reserved before.  Every function returns the place
 * after what it wrote, and may scribble on up to JSON_SLACK bytes beyond it.
 */
#define JSON_SLACK 32

/* A piece of text prepared once: padded, so that it can be copied in whole blocks. */
struct json_piece {
	const char *text;
	uint32_t len;
};

static inline char *
json_put_piece(char *p, const struct json_piece *piece)
{
	const char *from = piece->text;
	char *to = p;
	uint32_t left = piece->len;

	for (;;) {
		memcpy(to, from, JSON_SLACK);
		if (left <= JSON_SLACK)
			return p + piece->len;
		left -= JSON_SLACK;
		to += JSON_SLACK;
		from += JSON_SLACK;
	}
}

#define json_put_literal(p, text) \
	((char *)memcpy((p), (text), sizeof (text) - 1) + sizeof (text) - 1)

static inline char *
json_put_small(char *p, unsigned n)	/* 0..255 */
{
	if (n >= 100) {
		*p++ = (char)('0' + n / 100);
		n %= 100;
		*p++ = (char)('0' + n / 10);
	} else if (n >= 10)
		*p++ = (char)('0' + n / 10);
	*p++ = (char)('0' + n % 10);
	return p;
}

/* Ten characters; d must be known. */
static inline char *
json_put_day(char *p, day d)
{
	day_write(d, p);
	return p + 10;
}

/* Text without the quotes around it; well-formed UTF-8 without control characters. Up to twice as long. */
static inline char *
json_put_text(char *p, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"' || text[i] == '\\')
			*p++ = '\\';
		*p++ = text[i];
	}
	return p;
}

/*
 * The same on a growing buffer, for reports: text of any kind, quoted and escaped, with
 * control characters as \u00xx.
 */
static inline enum rc
json_add_string(struct buf *out, const char *text, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	enum rc rc;
	char *p;

	if ((rc = buf_reserve(out, len * 6 + 2)) != RC_OK)
		return rc;
	p = out->data + out->len;
	*p++ = '"';
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\') {
			*p++ = '\\';
			*p++ = (char)c;
		} else if (c == '\n' || c == '\r' || c == '\t') {
			*p++ = '\\';
			*p++ = c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
		} else if (c < 0x20 || c == 0x7f) {
			p = json_put_literal(p, "\\u00");
			*p++ = hex[c >> 4];
			*p++ = hex[c & 15];
		} else
			*p++ = (char)c;
	}
	*p++ = '"';
	*p = '\0';
	out->len = (size_t)(p - out->data);
	return RC_OK;
}

#endif
