#ifndef JSON_DOCUMENT_H
#define JSON_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/fault.h"

/*
 * A JSON document being built, from the top down.  Every call works on the object or array
 * opened last; key is NULL within an array.  The first failure is kept and makes every
 * later call do nothing: only json_document_write tells of it.  Text must be UTF-8
 * without control characters but tab and line ends, else the document is refused.
 */
#define JSON_DOCUMENT_DEPTH 16

struct json_document {
	void *open[JSON_DOCUMENT_DEPTH];	/* open[0] is the whole */
	unsigned depth;
	enum rc rc;
};

void json_document_init(struct json_document *d, bool array);	/* the whole is an object or an array */
void json_document_clear(struct json_document *d);
void json_document_object(struct json_document *d, const char *key);
void json_document_array(struct json_document *d, const char *key);
void json_document_close(struct json_document *d);
void json_document_text(struct json_document *d, const char *key, const char *text);
void json_document_integer(struct json_document *d, const char *key, int64_t n);	/* below 2^53 */
/* thousandths: 500 is written 0.5 */
void json_document_thousandths(struct json_document *d, const char *key, int64_t n);
void json_document_bool(struct json_document *d, const char *key, bool value);
/* An unknown day is left out. */
void json_document_day(struct json_document *d, const char *key, day value);
/* The same for text: "" is left out. */
void json_document_text_if(struct json_document *d, const char *key, const char *text);

/*
 * Appends the document and a line end, indented for people or on one line.  Everything
 * opened was closed.  out is as before when it fails; d stays to be cleared.
 */
enum rc json_document_write(struct json_document *d, bool indented, struct buf *out) MUST_USE;

#endif
