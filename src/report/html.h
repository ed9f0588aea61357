#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"

/*
 * HTML: well-formed as XML too, escaped, UTF-8 as it is.  Names of elements and attributes
 * are literals of the program; text and values are anybody's and are checked (no control
 * characters) and escaped.  The first failure is kept, the rest does nothing.
 * Written without xmlTextWriter, which loses text without a word when memory lacks: a
 * record that has lost a line must not leave the house.
 */
#define HTML_DEPTH 32

struct html {
	struct buf text;
	enum rc rc;
	unsigned depth;
	const char *open[HTML_DEPTH];
	bool in_tag;		/* attributes may still come */
};

/* Begins with the doctype; the caller opens "html". */
void html_init(struct html *h);
/* Appends the whole to out; every element opened was closed.  Always frees. */
enum rc html_end(struct html *h, struct buf *out) MUST_USE;

void html_open(struct html *h, const char *element);
/* Closes in full: a td without content is <td></td>. */
void html_close(struct html *h);
void html_void(struct html *h, const char *element);	/* opened like html_open; html_void_end closes it */
void html_void_end(struct html *h);
void html_attr(struct html *h, const char *name, const char *value);
void html_text(struct html *h, const char *text);
/* Element with text. */
void html_put(struct html *h, const char *element, const char *text);
/* The program's own style sheet: text without "<" and "&". */
void html_style(struct html *h, const char *sheet);

#endif
