#include "base/utf8.h"

size_t
utf8_next(const char *text, size_t len, uint32_t *ret_char)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t c, least;
	size_t need;

	if (len == 0)
		return 0;
	if (s[0] < 0x80) {
		*ret_char = s[0];
		return 1;
	}
	if (s[0] < 0xc2)		/* a continuation, or overlong */
		return 0;
	if (s[0] < 0xe0) {
		need = 2;
		c = s[0] & 0x1fu;
		least = 0x80;
	} else if (s[0] < 0xf0) {
		need = 3;
		c = s[0] & 0x0fu;
		least = 0x800;
	} else if (s[0] < 0xf5) {
		need = 4;
		c = s[0] & 0x07u;
		least = 0x10000;
	} else
		return 0;
	if (len < need)
		return 0;
	for (size_t i = 1; i < need; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (c < least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret_char = c;
	return need;
}

size_t
utf8_put(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* Noncharacters: the last two of every plane and U+FDD0..U+FDEF (Unicode 23.7). */
static bool
noncharacter(uint32_t c)
{
	return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

enum rc
utf8_check(const char *text, size_t len, enum utf8_kind kind, size_t *ret_at)
{
	size_t at = 0, n;
	uint32_t c;

	while (at < len) {
		if ((unsigned char)text[at] >= 0x20 && (unsigned char)text[at] < 0x7f) {
			at++;
			continue;
		}
		n = utf8_next(text + at, len - at, &c);
		if (n == 0 || noncharacter(c))
			goto bad;
		if ((c < 0x20 || (c >= 0x7f && c <= 0x9f)) && !(kind == UTF8_BLOCK &&
		    (c == '\t' || c == '\n' || c == '\r')))
			goto bad;
		at += n;
	}
	return RC_OK;
 bad:
	if (ret_at != NULL)
		*ret_at = at;
	return RC_INVALID;
}

size_t
utf8_length(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}
