#ifndef EXCHANGE_MESSAGE_SHAPE_H
#define EXCHANGE_MESSAGE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "exchange/message.h"

/*
 * The one table of elements, order, widths and alphabets that reader, writer and
 * frames of this folder walk.  data/wire says the same in XSD; a test holds the
 * two against each other.
 */
#define WIRE_NAMESPACE "urn:watashi:wire:1"

enum shape_type {
	SHAPE_TEXT,		/* const char *, NULL absent */
	SHAPE_WORD,		/* an enum; optional: zero is absent */
	SHAPE_FLAG,		/* bool: 0 or 1 */
	SHAPE_NUMBER,		/* int64_t, decimal, min..max */
	SHAPE_SMALL,		/* int, decimal, min..max */
	SHAPE_DAY,		/* day: YYYYMMDD, DAY_NONE absent */
	SHAPE_TIME,		/* int64_t ms: 17 digits, MESSAGE_NO_TIME absent */
	SHAPE_BYTES,		/* struct message_bytes: base64 */
	SHAPE_LIST,		/* pointer and count of structs, min..max of them */
};

enum shape_alphabet {
	SHAPE_DIGITS,		/* 0-9 */
	SHAPE_HEX,		/* 0-9 a-f */
	SHAPE_UPPER,		/* A-Z 0-9 */
	SHAPE_ID,		/* A-Z a-z 0-9 - */
	SHAPE_KEY,		/* A-Z a-z 0-9 . : _ - */
	SHAPE_LINE,		/* clean UTF-8 in one line */
	SHAPE_BLOCK,		/* ... with line ends */
};

struct shape_field {
	const char *name;			/* of the element */
	enum shape_type type;
	bool optional;
	enum shape_alphabet alphabet;
	int64_t min, max;			/* characters, value, or entries */
	size_t offset;				/* in the struct */
	size_t count_offset;			/* SHAPE_LIST */
	const struct shape *of;			/* SHAPE_LIST */
	const char *const *words;		/* SHAPE_WORD, indexed by value; NULL entry: not a word */
	size_t n_words;
};

struct shape {
	const char *name;			/* element of one entry, or of the body */
	size_t size;				/* of the struct */
	const struct shape_field *field;
	size_t n_field;
	/* What no single element shows; place is the rule's element. NULL: nothing. */
	enum rc (*check)(const void *value, const char **ret_element, const char **ret_rule);
};

extern const struct shape shape_header;
/* NULL for MESSAGE_NONE. */
const struct shape *shape_of_body(enum message_kind kind);
extern const struct shape shape_copy_record;

/* Zero, but absent where zero is a value. */
void shape_init(const struct shape *s, void *value);

/* One text against its field: NULL when fine, else the rule broken. */
const char *shape_text_rule(const struct shape_field *f, const char *text, size_t len);
/* Text of an element to the value at base + offset.  TEXT and BYTES are copied into a.
 * NULL when done, else the rule broken; *ret_nomem then tells lack of memory apart. */
const char *shape_parse(const struct shape_field *f, const char *text, size_t len, void *base,
    struct arena *a, bool *ret_nomem);
/* The value to text, appended; nothing for LIST. */
enum rc shape_write(const struct shape_field *f, const void *base, struct buf *out);

bool shape_present(const struct shape_field *f, const void *base);
const void *shape_entry(const struct shape_field *f, const void *base, size_t i);
size_t shape_entries(const struct shape_field *f, const void *base);

/* A whole struct, entries included: RC_INVALID with place "path/Element". */
enum rc shape_check(const struct shape *s, const void *value, const char *path,
    struct fault *why) MUST_USE;
/* Header, body and what ties them. */
enum rc shape_check_message(const struct message *m, struct fault *why) MUST_USE;

#endif
