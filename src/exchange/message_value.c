#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/gnutls.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "exchange/message_shape.h"

#define FIELD(T, base, f) ((T *)(void *)((char *)(base) + (f)->offset))
#define CONST_FIELD(T, base, f) ((T const *)(const void *)((const char *)(base) + (f)->offset))

void
shape_init(const struct shape *s, void *value)
{
	if (s->size > 0)
		memset(value, 0, s->size);
	for (size_t i = 0; i < s->n_field; i++) {
		const struct shape_field *f = &s->field[i];

		if (f->type == SHAPE_DAY)
			*FIELD(day, value, f) = DAY_NONE;
		else if (f->type == SHAPE_TIME)
			*FIELD(int64_t, value, f) = MESSAGE_NO_TIME;
	}
}

size_t
shape_entries(const struct shape_field *f, const void *base)
{
	size_t n;

	memcpy(&n, (const char *)base + f->count_offset, sizeof(n));
	return n;
}

const void *
shape_entry(const struct shape_field *f, const void *base, size_t i)
{
	return *CONST_FIELD(const char *, base, f) + i * f->of->size;
}

bool
shape_present(const struct shape_field *f, const void *base)
{
	switch (f->type) {
	case SHAPE_TEXT:
		return *CONST_FIELD(const char *, base, f) != NULL;
	case SHAPE_WORD:
		return !f->optional || *CONST_FIELD(int, base, f) != 0;
	case SHAPE_DAY:
		return day_known(*CONST_FIELD(day, base, f));
	case SHAPE_TIME:
		return *CONST_FIELD(int64_t, base, f) != MESSAGE_NO_TIME;
	case SHAPE_BYTES:
		return CONST_FIELD(struct message_bytes, base, f)->bytes != NULL;
	case SHAPE_FLAG:
	case SHAPE_NUMBER:
	case SHAPE_SMALL:
	case SHAPE_LIST:
		break;
	}
	return true;
}

static bool
in_alphabet(enum shape_alphabet alphabet, unsigned char c)
{
	bool digit = c >= '0' && c <= '9', lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';

	switch (alphabet) {
	case SHAPE_DIGITS:
		return digit;
	case SHAPE_HEX:
		return digit || (c >= 'a' && c <= 'f');
	case SHAPE_UPPER:
		return digit || upper;
	case SHAPE_ID:
		return digit || lower || upper || c == '-';
	case SHAPE_KEY:
		return digit || lower || upper || c == '-' || c == '.' || c == ':' || c == '_';
	case SHAPE_LINE:
	case SHAPE_BLOCK:
		break;
	}
	return true;
}

const char *
shape_text_rule(const struct shape_field *f, const char *text, size_t len)
{
	size_t chars;

	if (f->alphabet == SHAPE_LINE || f->alphabet == SHAPE_BLOCK) {
		if (utf8_check(text, len, f->alphabet == SHAPE_LINE ? UTF8_LINE : UTF8_BLOCK, NULL) != RC_OK)
			return "control characters or malformed UTF-8";
		chars = utf8_length(text, len);
	} else {
		for (size_t i = 0; i < len; i++)
			if (!in_alphabet(f->alphabet, (unsigned char)text[i]))
				return "a character outside its alphabet";
		chars = len;
	}
	if (chars < (size_t)f->min)
		return chars == 0 ? "is empty" : "is too short";
	if (chars > (size_t)f->max)
		return "is too long";
	return NULL;
}

/* Decimal without sign or leading zeros. */
static const char *
parse_number(const struct shape_field *f, const char *text, size_t len, int64_t *ret_number)
{
	int64_t n = 0;

	if (len == 0 || len > 18 || (len > 1 && text[0] == '0'))
		return "is no plain decimal number";
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return "is no plain decimal number";
		n = n * 10 + (text[i] - '0');
	}
	if (n < f->min || n > f->max)
		return "is out of its range";
	*ret_number = n;
	return NULL;
}

static const char *
parse_day(const char *text, size_t len, day *ret_day)
{
	char iso[DAY_TEXT_SIZE];

	if (len != 8)
		return "is not YYYYMMDD";
	memcpy(iso, text, 4);
	memcpy(iso + 5, text + 4, 2);
	memcpy(iso + 8, text + 6, 2);
	iso[4] = iso[7] = '-';
	iso[10] = '\0';
	if (day_parse(iso, 10, ret_day) != RC_OK)
		return "is no such day";
	return NULL;
}

/* Canonical base64 only: one spelling for the same bytes. */
static const char *
parse_bytes(const char *text, size_t len, struct message_bytes *out, struct arena *a, bool *ret_nomem)
{
	gnutls_datum_t in, raw = { NULL, 0 }, again = { NULL, 0 };
	const char *rule = NULL;
	char *copy = NULL;
	int ret;

	if (len == 0)
		return "is empty";
	if (len > LIMIT_WIRE_COPY_BYTES)
		return "is too long";
	in.data = (unsigned char *)(uintptr_t)text;
	in.size = (unsigned)len;
	if ((ret = gnutls_base64_decode2(&in, &raw)) < 0) {
		*ret_nomem = ret == GNUTLS_E_MEMORY_ERROR;
		return "is not base64";
	}
	if (gnutls_base64_encode2(&raw, &again) < 0) {
		*ret_nomem = true;
		rule = "is not base64";
	} else if (again.size != len || memcmp(again.data, text, len) != 0) {
		rule = "is not plain base64 without line ends";
	} else if ((copy = arena_new(a, raw.size + 1)) == NULL) {
		*ret_nomem = true;
		rule = "finds no memory";
	} else {
		memcpy(copy, raw.data, raw.size);
		out->bytes = copy;
		out->len = raw.size;
	}
	gnutls_free(raw.data);
	gnutls_free(again.data);
	return rule;
}

const char *
shape_parse(const struct shape_field *f, const char *text, size_t len, void *base, struct arena *a,
    bool *ret_nomem)
{
	const char *rule;
	char *copy;
	int64_t number;

	*ret_nomem = false;
	switch (f->type) {
	case SHAPE_TEXT:
		if ((rule = shape_text_rule(f, text, len)) != NULL)
			return rule;
		if ((copy = arena_text(a, text, len)) == NULL) {
			*ret_nomem = true;
			return "finds no memory";
		}
		*FIELD(const char *, base, f) = copy;
		return NULL;
	case SHAPE_WORD:
		for (size_t i = 0; i < f->n_words; i++) {
			if (f->words[i] != NULL && strlen(f->words[i]) == len &&
			    memcmp(f->words[i], text, len) == 0 && (i > 0 || !f->optional)) {
				*FIELD(int, base, f) = (int)i;
				return NULL;
			}
		}
		return "is none of the words allowed";
	case SHAPE_FLAG:
		if (len != 1 || (text[0] != '0' && text[0] != '1'))
			return "is neither 0 nor 1";
		*FIELD(bool, base, f) = text[0] == '1';
		return NULL;
	case SHAPE_NUMBER:
		if ((rule = parse_number(f, text, len, &number)) == NULL)
			*FIELD(int64_t, base, f) = number;
		return rule;
	case SHAPE_SMALL:
		if ((rule = parse_number(f, text, len, &number)) == NULL)
			*FIELD(int, base, f) = (int)number;
		return rule;
	case SHAPE_DAY:
		return parse_day(text, len, FIELD(day, base, f));
	case SHAPE_TIME:
		return message_time_parse(text, len, FIELD(int64_t, base, f)) == RC_OK ? NULL :
		    "is no time YYYYMMDDhhmmssSSS";
	case SHAPE_BYTES:
		return parse_bytes(text, len, FIELD(struct message_bytes, base, f), a, ret_nomem);
	case SHAPE_LIST:
		break;
	}
	return "holds elements, not text";
}

enum rc
shape_write(const struct shape_field *f, const void *base, struct buf *out)
{
	const struct message_bytes *b;
	gnutls_datum_t in, text = { NULL, 0 };
	char digits[32];
	enum rc rc;
	int y, m, d;

	switch (f->type) {
	case SHAPE_TEXT:
		return buf_add_text(out, *CONST_FIELD(const char *, base, f));
	case SHAPE_WORD:
		return buf_add_text(out, f->words[*CONST_FIELD(int, base, f)]);
	case SHAPE_FLAG:
		return buf_add_char(out, *CONST_FIELD(bool, base, f) ? '1' : '0');
	case SHAPE_NUMBER:
		return buf_printf(out, "%lld", (long long)*CONST_FIELD(int64_t, base, f));
	case SHAPE_SMALL:
		return buf_printf(out, "%d", *CONST_FIELD(int, base, f));
	case SHAPE_DAY:
		day_split(*CONST_FIELD(day, base, f), &y, &m, &d);
		return buf_printf(out, "%04d%02d%02d", y, m, d);
	case SHAPE_TIME:
		message_time_write(*CONST_FIELD(int64_t, base, f), digits);
		return buf_add_text(out, digits);
	case SHAPE_BYTES:
		b = CONST_FIELD(struct message_bytes, base, f);
		in.data = (unsigned char *)(uintptr_t)b->bytes;
		in.size = (unsigned)b->len;
		if (gnutls_base64_encode2(&in, &text) < 0)
			return RC_NOMEM;
		rc = buf_add(out, text.data, text.size);
		gnutls_free(text.data);
		return rc;
	case SHAPE_LIST:
		break;
	}
	return RC_OK;
}

/* ---- a whole struct ---- */

static const char *
check_value(const struct shape_field *f, const void *base)
{
	const char *text;
	int64_t n;
	int word, y, m, d;

	switch (f->type) {
	case SHAPE_TEXT:
		text = *CONST_FIELD(const char *, base, f);
		return shape_text_rule(f, text, strlen(text));
	case SHAPE_WORD:
		word = *CONST_FIELD(int, base, f);
		if (word < 0 || (size_t)word >= f->n_words || f->words[word] == NULL)
			return "is none of the words allowed";
		return NULL;
	case SHAPE_NUMBER:
		n = *CONST_FIELD(int64_t, base, f);
		return n < f->min || n > f->max ? "is out of its range" : NULL;
	case SHAPE_SMALL:
		n = *CONST_FIELD(int, base, f);
		return n < f->min || n > f->max ? "is out of its range" : NULL;
	case SHAPE_DAY:
		day_split(*CONST_FIELD(day, base, f), &y, &m, &d);
		return y < DAY_YEAR_FIRST || y > DAY_YEAR_LAST ? "is no such day" : NULL;
	case SHAPE_BYTES:
		n = (int64_t)CONST_FIELD(struct message_bytes, base, f)->len;
		return n == 0 ? "is empty" : n > LIMIT_WIRE_BYTES ? "is too long" : NULL;
	case SHAPE_TIME: {
		char text17[MESSAGE_TIME_CHARS + 1];
		int64_t back;

		message_time_write(*CONST_FIELD(int64_t, base, f), text17);
		if (message_time_parse(text17, MESSAGE_TIME_CHARS, &back) != RC_OK ||
		    back != *CONST_FIELD(int64_t, base, f))
			return "is out of its range";
		return NULL;
	}
	case SHAPE_FLAG:
	case SHAPE_LIST:
		break;
	}
	return NULL;
}

enum rc
shape_check(const struct shape *s, const void *value, const char *path, struct fault *why)
{
	const char *element, *rule;
	char place[FAULT_PLACE_MAX];
	enum rc rc;

	for (size_t i = 0; i < s->n_field; i++) {
		const struct shape_field *f = &s->field[i];
		size_t n;

		if (!shape_present(f, value)) {
			if (f->optional)
				continue;
			(void)snprintf(place, sizeof(place), "%s/%s", path, f->name);
			return fault_set(why, RC_INVALID, place, "is missing");
		}
		if (f->type != SHAPE_LIST) {
			if ((rule = check_value(f, value)) == NULL)
				continue;
			(void)snprintf(place, sizeof(place), "%s/%s", path, f->name);
			return fault_set(why, RC_INVALID, place, "%s", rule);
		}
		n = shape_entries(f, value);
		(void)snprintf(place, sizeof(place), "%s/%s", path, f->name);
		if (n < (size_t)f->min)
			return fault_set(why, RC_INVALID, place, "holds too few entries");
		if (n > (size_t)f->max)
			return fault_set(why, RC_TOO_BIG, place, "holds too many entries");
		for (size_t k = 0; k < n; k++) {
			(void)snprintf(place, sizeof(place), "%.80s/%s/%s[%zu]", path, f->name, f->of->name, k + 1);
			if ((rc = shape_check(f->of, shape_entry(f, value, k), place, why)) != RC_OK)
				return rc;
		}
	}
	if (s->check != NULL && s->check(value, &element, &rule) != RC_OK) {
		(void)snprintf(place, sizeof(place), "%s/%s", path, element);
		return fault_set(why, RC_INVALID, place, "%s", rule);
	}
	return RC_OK;
}

enum rc
shape_check_message(const struct message *m, struct fault *why)
{
	const struct shape *body = shape_of_body(m->kind);
	enum rc rc;

	if (body == NULL)
		return fault_set(why, RC_INVALID, "Message", "is of no known type");
	if ((rc = shape_check(&shape_header, &m->header, "Header", why)) != RC_OK)
		return rc;
	if ((rc = shape_check(body, &m->body, body->name, why)) != RC_OK)
		return rc;
	if (m->kind == MESSAGE_RECEIPT && m->header.reception_no == NULL)
		return fault_set(why, RC_INVALID, "Header/ReceptionNo", "is missing in a receipt");
	if ((m->kind == MESSAGE_ERROR) != (m->header.result != MESSAGE_OK))
		return fault_set(why, RC_INVALID, "Header/Result", "is not 0000 in an Error and only there");
	if (m->kind == MESSAGE_ERROR && m->header.result != m->body.error.error)
		return fault_set(why, RC_INVALID, "Error/Code", "differs from Header/Result");
	return RC_OK;
}
