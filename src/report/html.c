#include "report/html.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

static void
raw(struct html *h, const char *text, size_t len)
{
	if (h->rc == RC_OK)
		h->rc = buf_add(&h->text, text, len);
}

static void
raw_text(struct html *h, const char *text)
{
	raw(h, text, strlen(text));
}

static void
end_tag(struct html *h)
{
	if (h->in_tag)
		raw_text(h, ">");
	h->in_tag = false;
}

/* Text with what HTML would read as its own written out. */
static void
escaped(struct html *h, const char *text)
{
	if (h->rc == RC_OK && utf8_check(text, strlen(text), UTF8_BLOCK, NULL) != RC_OK)
		h->rc = RC_INVALID;
	while (*text != '\0') {
		size_t n = strcspn(text, "<>&\"'");

		raw(h, text, n);
		text += n;
		switch (*text) {
		case '\0':
			return;
		case '<':
			raw_text(h, "&lt;");
			break;
		case '>':
			raw_text(h, "&gt;");
			break;
		case '&':
			raw_text(h, "&amp;");
			break;
		case '"':
			raw_text(h, "&quot;");
			break;
		default:
			raw_text(h, "&#39;");
		}
		text++;
	}
}

void
html_init(struct html *h)
{
	memset(h, 0, sizeof *h);
	buf_init(&h->text, LIMIT_REQUEST_BYTES);
	raw_text(h, "<!DOCTYPE html>\n");
}

enum rc
html_end(struct html *h, struct buf *out)
{
	assert(h->depth == 0);
	if (h->rc == RC_OK)
		h->rc = buf_add_char(&h->text, '\n');
	if (h->rc == RC_OK)
		h->rc = buf_add(out, h->text.data, h->text.len);
	buf_clear(&h->text);
	return h->rc;
}

void
html_open(struct html *h, const char *element)
{
	end_tag(h);
	raw_text(h, "<");
	raw_text(h, element);
	assert(h->depth < HTML_DEPTH);
	h->open[h->depth++] = element;
	h->in_tag = true;
}

void
html_close(struct html *h)
{
	end_tag(h);
	assert(h->depth > 0);
	raw_text(h, "</");
	raw_text(h, h->open[--h->depth]);
	raw_text(h, ">");
}

void
html_void(struct html *h, const char *element)
{
	html_open(h, element);
}

void
html_void_end(struct html *h)
{
	assert(h->in_tag && h->depth > 0);
	h->in_tag = false;
	h->depth--;
	raw_text(h, "/>");
}

void
html_attr(struct html *h, const char *name, const char *value)
{
	assert(h->in_tag);
	raw_text(h, " ");
	raw_text(h, name);
	raw_text(h, "=\"");
	escaped(h, value);
	raw_text(h, "\"");
}

void
html_text(struct html *h, const char *text)
{
	end_tag(h);
	escaped(h, text);
}

void
html_put(struct html *h, const char *element, const char *text)
{
	html_open(h, element);
	html_text(h, text);
	html_close(h);
}

void
html_style(struct html *h, const char *sheet)
{
	assert(strpbrk(sheet, "<&") == NULL);
	html_open(h, "style");
	end_tag(h);
	raw_text(h, sheet);
	html_close(h);
}
