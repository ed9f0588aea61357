#ifndef CLI_RENDER_H
#define CLI_RENDER_H

#include "action/request.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/words.h"

/* Rows of an answer as text for people, JSON or CSV. */
enum render_format { RENDER_TEXT, RENDER_JSON, RENDER_CSV, RENDER__COUNT };
/* NULL is text.  RC_ABSENT when no format is called so. */
enum rc render_format_find(const char *name, enum render_format *ret_format) MUST_USE;

enum render_layout {
	RENDER_MANY,		/* a table; a JSON array */
	RENDER_ONE,		/* a line for each value; a JSON object */
	RENDER_ONE_AND_ROWS,		/* one row so, then a table of the rest; in the JSON object they are its "rows" */
};

struct render_row;

struct render {
	const struct request_shape *shape;
	enum render_format format;
	enum lang lang;
	enum render_layout layout;
	struct arena arena;
	struct render_row *first, **last;
	size_t n_rows;
	bool says_no;			/* a check failed, or rows were held */
	bool is_cut;			/* there are more rows than were told */
	const char *rest;		/* in the arena: how to see them, a message id */
};

void render_init(struct render *r, const struct request_shape *shape, enum render_format format,
    enum lang lang, enum render_layout layout);
void render_clear(struct render *r);
/* The value of a field of this request, in the language asked for where it is a word of ours: text itself, of the
 * catalogue, or in the arena. */
const char *render_say(enum lang lang, const char *subject, enum request_tag tag, const char *text, struct arena *arena);
/* Keeps one RESULT_ROW.  RC_BUG: a field that the request's rows do not have. */
enum rc render_row(struct render *r, const void *body, size_t len, struct fault *why) MUST_USE;
/* Of one RESULT_MORE: the last object of JSON bears "more": true; people are told by render_more_line. */
enum rc render_more(struct render *r, const void *body, size_t len, struct fault *why) MUST_USE;
/* "… and more: how to see it", in the language of r; only when is_cut. */
enum rc render_more_line(const struct render *r, struct buf *out) MUST_USE;
/* Appends everything kept to out. */
enum rc render_write(const struct render *r, struct buf *out) MUST_USE;

#endif
