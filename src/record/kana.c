#include "record/kana.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

/* U+FF66..U+FF9D: half-width katakana, in their order. */
static const uint16_t full_of_half[] = {
	0x30f2, 0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9, 0x30e3, 0x30e5, 0x30e7, 0x30c3,
	0x30fc, 0x30a2, 0x30a4, 0x30a6, 0x30a8, 0x30aa, 0x30ab, 0x30ad, 0x30af, 0x30b1,
	0x30b3, 0x30b5, 0x30b7, 0x30b9, 0x30bb, 0x30bd, 0x30bf, 0x30c1, 0x30c4, 0x30c6,
	0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd, 0x30ce, 0x30cf, 0x30d2, 0x30d5, 0x30d8,
	0x30db, 0x30de, 0x30df, 0x30e0, 0x30e1, 0x30e2, 0x30e4, 0x30e6, 0x30e8, 0x30e9,
	0x30ea, 0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3,
};

#define LONG_MARK 0x30fc

enum mark { MARK_NONE, MARK_VOICED, MARK_HALF_VOICED };

static enum mark
mark_of(uint32_t c)
{
	switch (c) {
	case 0xff9e: case 0x3099: case 0x309b:
		return MARK_VOICED;
	case 0xff9f: case 0x309a: case 0x309c:
		return MARK_HALF_VOICED;
	default:
		return MARK_NONE;
	}
}

static bool
is_dropped(uint32_t c)
{
	switch (c) {
	case ' ': case '\t': case '\n': case '\r':
	case 0xa0: case 0xb7: case 0x2022: case 0x2027: case 0x202f: case 0x3000:
	case 0x30fb: case 0xff65:
		return true;
	default:
		return c >= 0x2000 && c <= 0x200b;
	}
}

static bool
is_dash(uint32_t c)
{
	return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xfe63 || c == 0xff0d ||
	    c == 0xff70 || c == 0x30fc || c == 0x2500 || c == 0x2501;
}

static uint32_t
fold(uint32_t c)
{
	if (is_dash(c))
		return LONG_MARK;
	if (c >= 0xff66 && c <= 0xff9d)
		return full_of_half[c - 0xff66];
	if ((c >= 0x3041 && c <= 0x3096) || c == 0x309d || c == 0x309e)
		return c + 0x60;
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	return c;
}

/* The sound with the mark joined, 0 where there is none. */
static uint32_t
join(uint32_t c, enum mark mark)
{
	bool ha_row = c >= 0x30cf && c <= 0x30db && (c - 0x30cf) % 3 == 0;

	if (mark == MARK_HALF_VOICED)
		return ha_row ? c + 2 : 0;
	if (ha_row)
		return c + 1;
	if ((c >= 0x30ab && c <= 0x30c1 && c % 2 == 1) || c == 0x30c4 || c == 0x30c6 || c == 0x30c8)
		return c + 1;
	switch (c) {
	case 0x30a6:
		return 0x30f4;
	case 0x30ef: case 0x30f0: case 0x30f1: case 0x30f2:
		return c + 8;
	case 0x30fd:
		return 0x30fe;
	default:
		return 0;
	}
}

static enum rc
put(struct buf *b, uint32_t c)
{
	char bytes[4];

	return buf_add(b, bytes, utf8_put(c, bytes));
}

enum rc
kana_fold(const char *text, struct buf *ret_folded)
{
	size_t len = strlen(text), at = 0, n, before = ret_folded->len;
	uint32_t c, held = 0, joined;
	enum mark mark;
	enum rc rc;

	if ((rc = utf8_check(text, len, UTF8_BLOCK, NULL)) != RC_OK)
		return rc;
	/* One character is held back: a voicing mark may follow it. */
	while (at < len && (n = utf8_next(text + at, len - at, &c)) > 0) {
		at += n;
		mark = mark_of(c);
		if (mark != MARK_NONE) {
			joined = held != 0 ? join(held, mark) : 0;
			if (joined != 0) {
				held = joined;
				continue;
			}
			c = mark == MARK_VOICED ? 0x309b : 0x309c;
		} else if (is_dropped(c))
			continue;
		else
			c = fold(c);
		if (held != 0 && (rc = put(ret_folded, held)) != RC_OK)
			goto out;
		held = c;
	}
	if (held != 0 && (rc = put(ret_folded, held)) != RC_OK)
		goto out;
	return RC_OK;
 out:
	buf_truncate(ret_folded, before);
	return rc;
}

bool
kana_same(const char *a, const char *b)
{
	struct buf x = BUF_INIT(LIMIT_TEXT_BYTES * 3), y = BUF_INIT(LIMIT_TEXT_BYTES * 3);
	bool same = false;

	if (a != NULL && b != NULL && kana_fold(a, &x) == RC_OK && kana_fold(b, &y) == RC_OK)
		same = x.len > 0 && x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
	buf_clear(&x);
	buf_clear(&y);
	return same;
}
