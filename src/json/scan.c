#include "json/scan.h"

#include <stdio.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"
#include "base/words.h"

static const struct {
	const char *name, *words;
} errors[JSON_ERROR__COUNT] = {
	[JSON_FINE] = { "fine", WORDS("no error") },
	[JSON_NOT_JSON] = { "not-json", WORDS("this is not valid JSON") },
	[JSON_NOT_UTF8] = { "not-utf8", WORDS("this is not valid UTF-8") },
	[JSON_CONTROL_CHARACTER] = { "control-character",
	    WORDS("control characters and noncharacters are not allowed") },
	[JSON_TRAILING_TEXT] = { "trailing-text", WORDS("nothing may follow the person") },
	[JSON_TOO_DEEP] = { "too-deep", WORDS("objects and arrays are nested too deeply") },
	[JSON_TOO_BIG] = { "too-big", WORDS("this is larger than the record of one person can be") },
	[JSON_UNKNOWN_KEY] = { "unknown-key", WORDS("there is no such key; is it misspelled?") },
	[JSON_DUPLICATE_KEY] = { "duplicate-key", WORDS("this key is given twice") },
	[JSON_MISSING] = { "missing", WORDS("this is required") },
	[JSON_WRONG_TYPE] = { "wrong-type", WORDS("a value of another type is expected here") },
	[JSON_NOT_A_DAY] = { "not-a-day", WORDS("there is no such day") },
	[JSON_YEAR_OUT_OF_RANGE] = { "year-out-of-range",
	    WORDS("the year must be from 1868 to 2199") },
	[JSON_BIRTH_AFTER_AS_OF] = { "birth-after-as-of",
	    WORDS("the birth date is after the as-of day") },
	[JSON_UNTIL_BEFORE_FROM] = { "until-before-from",
	    WORDS("the last day is before the first") },
	[JSON_UNKNOWN_CODE] = { "unknown-code", WORDS("there is no such code") },
	[JSON_OUT_OF_RANGE] = { "out-of-range", WORDS("the number is out of range") },
	[JSON_TOO_MANY] = { "too-many", WORDS("there are more of these than are allowed") },
	[JSON_CANNOT_ANSWER] = { "cannot-answer", WORDS("no answer can be computed for this person") },
};

const char *
json_error_name(enum json_error_code code)
{
	return errors[code].name;
}

const char *
json_error_words(enum json_error_code code)
{
	return errors[code].words;
}

void
json_scan_init(struct json_scan *s, char *text, size_t len)
{
	s->at = text;
	s->end = text + len;
	s->end[0] = '\0';	/* so that looking one byte ahead needs no test */
	s->error.code = JSON_FINE;
	s->error.place[0] = '\0';
	s->depth = 0;
}

/* Appends a foreign key, cut at a character's edge. */
static size_t
add_key(char place[JSON_PLACE_SIZE], size_t n, const char *key, size_t len)
{
	size_t most = 48 < JSON_PLACE_SIZE - 1 - n ? 48 : JSON_PLACE_SIZE - 1 - n;

	if (len > most) {
		len = most;
		while (len > 0 && ((unsigned char)key[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(place + n, key, len);
	return n + len;
}

void
json_scan_note_at(struct json_scan *s, const char *key, enum json_error_code code)
{
	char *place = s->error.place;
	size_t n = 0;

	if (s->error.code != JSON_FINE)
		return;
	s->error.code = code;
	for (unsigned i = 0; i < s->depth; i++) {
		if (JSON_PLACE_SIZE - n < 32)
			break;
		if (s->place[i].key == NULL) {
			n += (size_t)snprintf(place + n, JSON_PLACE_SIZE - n, "[%zu]",
			    s->place[i].index);
			continue;
		}
		if (s->place[i].len == 0)
			continue;	/* between two members */
		if (n > 0)
			place[n++] = '.';
		n = add_key(place, n, s->place[i].key, s->place[i].len);
	}
	if (key != NULL && JSON_PLACE_SIZE - n >= 32) {
		if (n > 0)
			place[n++] = '.';
		n = add_key(place, n, key, strlen(key));
	}
	place[n] = '\0';
}

void
json_scan_note(struct json_scan *s, enum json_error_code code)
{
	json_scan_note_at(s, NULL, code);
}

bool
json_scan_stop(struct json_scan *s, enum json_error_code code)
{
	json_scan_note(s, code);
	s->at = NULL;
	return false;
}

static inline char
skip_space(struct json_scan *s)
{
	char *p = s->at;

	if ((unsigned char)*p > ' ')
		return *p;
	while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
		p++;
	/* The NUL at the end stops the walk; a NUL inside is refused by whoever looks next. */
	s->at = p;
	return *p;
}

/* What a character that no rule of the grammar expects is called. */
static bool
stop_here(struct json_scan *s)
{
	unsigned char c = (unsigned char)*s->at;
	uint32_t ch;

	if (s->at < s->end && (c < 0x20 || c == 0x7f))
		return json_scan_stop(s, JSON_CONTROL_CHARACTER);
	if (c >= 0x80 && utf8_next(s->at, (size_t)(s->end - s->at), &ch) == 0)
		return json_scan_stop(s, JSON_NOT_UTF8);
	return json_scan_stop(s, JSON_NOT_JSON);
}

static bool
push(struct json_scan *s)
{
	if (s->depth == JSON_DEPTH)
		return json_scan_stop(s, JSON_TOO_DEEP);
	s->depth++;
	return true;
}

/* Broken text is told as that, and not as another type. */
static bool
other_type(struct json_scan *s)
{
	if (!json_scan_skip(s))
		return false;
	json_scan_note(s, JSON_WRONG_TYPE);
	return true;
}

bool
json_scan_open(struct json_scan *s, char kind, bool *ret_here)
{
	*ret_here = false;
	if (skip_space(s) != kind) {
		return other_type(s);
	}
	if (!push(s))
		return false;
	s->at++;
	s->place[s->depth - 1].key = kind == '{' ? "" : NULL;
	s->place[s->depth - 1].len = 0;
	s->place[s->depth - 1].index = 0;
	*ret_here = true;
	return true;
}

/* True: another member follows; false: the end was passed, or the text is broken. */
static bool
next_member(struct json_scan *s, char closing, bool *first)
{
	char c = skip_space(s);

	if (c == closing) {
		s->at++;
		s->depth--;
		return false;
	}
	if (*first) {
		*first = false;
		return true;
	}
	if (c != ',')
		return stop_here(s);
	s->at++;
	return true;
}

/*
 * Passes over plain text, a block at a time: stops at a quote, a backslash, DEL, a control
 * character or what is not ASCII.  The NUL after the text always stops it.
 */
#ifdef __SSE2__
static inline char *
skip_plain(char *p)
{
	for (;; p += 16) {
		__m128i b = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* Signed, so that bytes from 0x80 on count as below the space too. */
		__m128i stop = _mm_cmplt_epi8(b, _mm_set1_epi8(0x20));
		int mask;

		stop = _mm_or_si128(stop, _mm_cmpeq_epi8(b, _mm_set1_epi8('"')));
		stop = _mm_or_si128(stop, _mm_cmpeq_epi8(b, _mm_set1_epi8('\\')));
		stop = _mm_or_si128(stop, _mm_cmpeq_epi8(b, _mm_set1_epi8(0x7f)));
		if ((mask = _mm_movemask_epi8(stop)) != 0)
			return p + __builtin_ctz((unsigned)mask);
	}
}
#else
static inline char *
skip_plain(char *p)
{
	while ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7f && *p != '"' && *p != '\\')
		p++;
	return p;
}
#endif

static bool any_string(struct json_scan *s, struct json_text *ret_text);

/* A string at its opening quote; most are plain to the closing one. */
static inline bool
string(struct json_scan *s, struct json_text *ret_text)
{
	char *start = s->at + 1, *end = skip_plain(start);

	if (*end != '"')
		return any_string(s, ret_text);
	*end = '\0';
	s->at = end + 1;
	ret_text->text = start;
	ret_text->len = (size_t)(end - start);
	ret_text->plain = true;
	return true;
}

bool
json_scan_key(struct json_scan *s, bool *first, struct json_text *ret_key)
{
	unsigned d = s->depth - 1;

	s->place[d].key = "";
	s->place[d].len = 0;
	if (!next_member(s, '}', first))
		return false;
	if (skip_space(s) != '"')
		return stop_here(s);
	if (!string(s, ret_key))
		return false;
	s->place[d].key = ret_key->text;
	s->place[d].len = ret_key->len;
	if (skip_space(s) != ':')
		return stop_here(s);
	s->at++;
	return true;
}

bool
json_scan_element(struct json_scan *s, bool *first)
{
	unsigned d = s->depth - 1;
	bool was_first = *first;

	if (!next_member(s, ']', first))
		return false;
	if (!was_first)
		s->place[d].index++;
	return true;
}

static int
hex4(const char *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i];

		if (c >= '0' && c <= '9')
			v = v * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			v = v * 16 + (c - 'A' + 10);
		else
			return -1;
	}
	return v;
}

static bool
is_text(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && (c & 0xfffe) != 0xfffe &&
	    !(c >= 0xfdd0 && c <= 0xfdef);
}

/* Reads an escape at *from, writes its character at *to (never longer). */
static bool
escape(struct json_scan *s, char **from, char **to, bool *plain)
{
	const char *p = *from + 1;
	uint32_t c;
	int high, low;

	switch (*p) {
	case '"':
	case '\\':
		*plain = false;
		/* fallthrough */
	case '/':
		*(*to)++ = *p;
		*from += 2;
		return true;
	case 'b': case 'f': case 'n': case 'r': case 't':
		return json_scan_stop(s, JSON_CONTROL_CHARACTER);
	case 'u':
		break;
	default:
		return json_scan_stop(s, JSON_NOT_JSON);
	}
	/* The padding makes reading past the end harmless; what is read there is not hexadecimal. */
	if ((high = hex4(p + 1)) < 0)
		return json_scan_stop(s, JSON_NOT_JSON);
	*from += 6;
	c = (uint32_t)high;
	if (high >= 0xd800 && high < 0xdc00) {
		if ((*from)[0] != '\\' || (*from)[1] != 'u' || (low = hex4(*from + 2)) < 0xdc00 ||
		    low > 0xdfff)
			return json_scan_stop(s, JSON_NOT_UTF8);
		c = 0x10000 + (((uint32_t)high - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
		*from += 6;
	} else if (high >= 0xdc00 && high <= 0xdfff)
		return json_scan_stop(s, JSON_NOT_UTF8);
	if (!is_text(c))
		return json_scan_stop(s, JSON_CONTROL_CHARACTER);
	if (c == '"' || c == '\\')
		*plain = false;
	*to += utf8_put(c, *to);
	return true;
}

/* A string at its opening quote; unescaped in place. */
static bool
any_string(struct json_scan *s, struct json_text *ret_text)
{
	char *start = s->at + 1, *from = start, *to = start;
	bool plain = true, moved = false;

	for (;;) {
		unsigned char c;
		uint32_t ch;
		size_t n;

		if (!moved)		/* nothing was unescaped yet: the text stays where it is */
			to = from = skip_plain(from);
		c = (unsigned char)*from;
		s->at = from;
		if (c == '"') {
			s->at = from + 1;
			*to = '\0';
			ret_text->text = start;
			ret_text->len = (size_t)(to - start);
			ret_text->plain = plain;
			return true;
		}
		if (from >= s->end)
			return json_scan_stop(s, JSON_NOT_JSON);
		if (c == '\\') {
			if (!escape(s, &from, &to, &plain))
				return false;
			moved = true;
			continue;
		}
		if (c < 0x20 || c == 0x7f)
			return json_scan_stop(s, JSON_CONTROL_CHARACTER);
		if (c < 0x80) {
			*to++ = *from++;
			continue;
		}
		n = utf8_next(from, (size_t)(s->end - from), &ch);
		if (n == 0)
			return json_scan_stop(s, JSON_NOT_UTF8);
		if (!is_text(ch))
			return json_scan_stop(s, JSON_CONTROL_CHARACTER);
		if (to != from)
			memmove(to, from, n);
		to += n;
		from += n;
	}
}

bool
json_scan_text(struct json_scan *s, struct json_text *ret_text, bool *ret_here)
{
	*ret_here = false;
	if (skip_space(s) != '"') {
		return other_type(s);
	}
	return *ret_here = string(s, ret_text);
}

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Passes over a number; the value of its integer part saturates. */
static bool
number(struct json_scan *s, uint32_t *ret_integer, bool *ret_whole, bool *ret_negative)
{
	uint32_t v = 0;
	char *p = s->at;

	*ret_negative = *p == '-';
	if (*p == '-')
		p++;
	if (!digit(*p)) {
		s->at = p;
		return stop_here(s);
	}
	if (*p == '0')
		p++;
	else
		for (; digit(*p); p++)
			v = v < 100000000 ? v * 10 + (uint32_t)(*p - '0') : 999999999;
	*ret_whole = *p != '.' && *p != 'e' && *p != 'E';
	if (*p == '.') {
		p++;
		if (!digit(*p)) {
			s->at = p;
			return stop_here(s);
		}
		while (digit(*p))
			p++;
	}
	if (*p == 'e' || *p == 'E') {
		p++;
		if (*p == '+' || *p == '-')
			p++;
		if (!digit(*p)) {
			s->at = p;
			return stop_here(s);
		}
		while (digit(*p))
			p++;
	}
	s->at = p;
	*ret_integer = v;
	return true;
}

bool
json_scan_number(struct json_scan *s, uint32_t *ret_integer, bool *ret_whole, bool *ret_here)
{
	char c = skip_space(s);
	bool negative;

	*ret_here = false;
	if (c != '-' && !digit(c)) {
		return other_type(s);
	}
	if (!number(s, ret_integer, ret_whole, &negative))
		return false;
	if (negative)
		json_scan_note(s, JSON_OUT_OF_RANGE);
	else
		*ret_here = true;
	return true;
}

static bool
word(struct json_scan *s, const char *w, size_t len)
{
	if ((size_t)(s->end - s->at) < len || memcmp(s->at, w, len) != 0)
		return stop_here(s);
	s->at += len;
	return true;
}

bool
json_scan_skip(struct json_scan *s)
{
	struct json_text text;
	uint32_t n;
	bool whole, first = true, negative;
	char c = skip_space(s);

	switch (c) {
	case '"':
		return string(s, &text);
	case 't':
		return word(s, "true", 4);
	case 'f':
		return word(s, "false", 5);
	case 'n':
		return word(s, "null", 4);
	case '{':
	case '[':
		if (!push(s))
			return false;
		s->at++;
		s->place[s->depth - 1].key = c == '{' ? "" : NULL;
		s->place[s->depth - 1].len = 0;
		s->place[s->depth - 1].index = 0;
		/* At most JSON_DEPTH deep. */
		if (c == '{') {
			while (json_scan_key(s, &first, &text))
				if (!json_scan_skip(s))
					return false;
		} else {
			while (json_scan_element(s, &first))
				if (!json_scan_skip(s))
					return false;
		}
		return !json_scan_broken(s);
	default:
		if (c == '-' || digit(c))
			return number(s, &n, &whole, &negative);
		return stop_here(s);
	}
}

bool
json_scan_done(struct json_scan *s)
{
	skip_space(s);
	if (s->at < s->end) {
		unsigned char c = (unsigned char)*s->at;

		if (c < 0x20 || c == 0x7f || c >= 0x80)
			return stop_here(s);
		return json_scan_stop(s, JSON_TRAILING_TEXT);
	}
	return true;
}

