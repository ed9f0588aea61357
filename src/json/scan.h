#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json/padded.h"

/*
 * Strict reading of one JSON text (RFC 8259) in place: no copy, no heap.  The text is
 * overwritten: strings are unescaped where they stand and end in NUL.  Refused besides what
 * the grammar refuses: invalid UTF-8, NUL and control characters even when escaped,
 * lone surrogates and noncharacters.
 *
 * Two kinds of error.  Broken text stops the reading (functions return false).  A value that
 * breaks a rule is recorded, and reading goes on, so that the id of a person is still found;
 * only the first error is kept.
 */
enum json_error_code {
	JSON_FINE,
	JSON_NOT_JSON,		/* the grammar */
	JSON_NOT_UTF8,
	JSON_CONTROL_CHARACTER,	/* or noncharacter */
	JSON_TRAILING_TEXT,
	JSON_TOO_DEEP,
	JSON_TOO_BIG,		/* more bytes than one person can have */
	JSON_UNKNOWN_KEY,
	JSON_DUPLICATE_KEY,
	JSON_MISSING,
	JSON_WRONG_TYPE,
	JSON_NOT_A_DAY,
	JSON_YEAR_OUT_OF_RANGE,
	JSON_BIRTH_AFTER_AS_OF,
	JSON_UNTIL_BEFORE_FROM,
	JSON_UNKNOWN_CODE,
	JSON_OUT_OF_RANGE,
	JSON_TOO_MANY,
	JSON_CANNOT_ANSWER,	/* the calculator refused it */
	JSON_ERROR__COUNT
};
const char *json_error_name(enum json_error_code code);	/* "not-a-day" */
const char *json_error_words(enum json_error_code code);	/* message id for base/words.h */

#define JSON_PLACE_SIZE 160
#define JSON_DEPTH 8
/* Writable bytes that must follow a text that is scanned: words are read whole. */
#define JSON_PADDING 16

struct json_error {
	enum json_error_code code;
	char place[JSON_PLACE_SIZE];	/* "doses[2].date"; "" for the whole text */
};

struct json_text {
	const char *text;		/* NUL-terminated, in the scanned text: JSON_PADDING bytes can be read */
	size_t len;
	bool plain;			/* holds neither quote nor backslash */
};

struct json_scan {
	char *at, *end;
	struct json_error error;
	unsigned depth;
	struct {
		const char *key;	/* NULL: an element of an array */
		size_t len;
		size_t index;
	} place[JSON_DEPTH];
};

/* text is overwritten; JSON_PADDING writable bytes follow text + len. */
void json_scan_init(struct json_scan *s, char *text, size_t len);

/* Records an error at the place being read, the first only. */
void json_scan_note(struct json_scan *s, enum json_error_code code);
/* The same at a member of it. */
void json_scan_note_at(struct json_scan *s, const char *key, enum json_error_code code);
/* Records and returns false: the text cannot be read further. */
bool json_scan_stop(struct json_scan *s, enum json_error_code code);

/*
 * Objects and arrays:
 *	if (!json_scan_open(s, '{', &here)) -> stopped, or here == false: another type, noted, skipped
 *	while (json_scan_key(s, &first, &key)) read the value
 * json_scan_key and _element return false at the end of the object or array, and when the
 * text is broken: s->at is then NULL.
 */
bool json_scan_open(struct json_scan *s, char kind, bool *ret_here);
bool json_scan_key(struct json_scan *s, bool *first, struct json_text *ret_key);
bool json_scan_element(struct json_scan *s, bool *first);
/*
 * The next member has this key, written as `member` has it ("name": without a space): goes to its value, as
 * json_scan_key would.  False says nothing: json_scan_key is to be asked.  Sixteen bytes of member can be read;
 * name stays while the text is scanned.
 */
static inline bool
json_scan_member(struct json_scan *s, bool *first, const char *name, size_t len, const char *member)
{
	char *p = s->at;

	if ((!*first && *p++ != ',') || len + 3 > 16 || !same_bytes(p, member, len + 3))
		return false;
	*first = false;
	s->at = p + len + 3;
	s->place[s->depth - 1].key = name;
	s->place[s->depth - 1].len = len;
	return true;
}
static inline bool json_scan_broken(const struct json_scan *s) { return s->at == NULL; }

/* A string; another type is noted and skipped, *ret_text is then untouched and *ret_here false. */
bool json_scan_text(struct json_scan *s, struct json_text *ret_text, bool *ret_here);
/* A number without sign; whole = nothing after the integer part; integer part at most 999999999. */
bool json_scan_number(struct json_scan *s, uint32_t *ret_integer, bool *ret_whole, bool *ret_here);
/* Any value, checked and passed over. */
bool json_scan_skip(struct json_scan *s);
/* Nothing but white space is left. */
bool json_scan_done(struct json_scan *s);

#endif
