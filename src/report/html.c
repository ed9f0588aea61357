#include "report/html.h"

#include <assert.h>
#include <string.h>

#include <libxml/xmlwriter.h>

#include "base/utf8.h"

#define X(text) ((const xmlChar *)(text))

static void
done(struct html *h, int result)
{
	if (result < 0 && h->rc == RC_OK)
		h->rc = RC_NOMEM;
}

void
html_init(struct html *h)
{
	memset(h, 0, sizeof *h);
	h->buffer = xmlBufferCreate();
	h->writer = h->buffer == NULL ? NULL : xmlNewTextWriterMemory(h->buffer, 0);
	if (h->writer == NULL) {
		h->rc = RC_NOMEM;
		return;
	}
	/* With the encoding declared, text comes out as it is and not as &#x...;; the
	 * declaration itself is not wanted. */
	done(h, xmlTextWriterStartDocument(h->writer, NULL, "UTF-8", NULL));
	done(h, xmlTextWriterFlush(h->writer));
	xmlBufferEmpty(h->buffer);
	done(h, xmlTextWriterWriteDTD(h->writer, X("html"), NULL, NULL, NULL));
	done(h, xmlTextWriterWriteRaw(h->writer, X("\n")));
}

enum rc
html_end(struct html *h, struct buf *out)
{
	assert(h->rc != RC_OK || h->depth == 0);
	if (h->rc == RC_OK)
		done(h, xmlTextWriterFlush(h->writer));
	if (h->rc == RC_OK)
		h->rc = buf_add(out, xmlBufferContent(h->buffer),
		    (size_t)xmlBufferLength(h->buffer));
	if (h->rc == RC_OK)
		h->rc = buf_add_char(out, '\n');
	if (h->writer != NULL)
		xmlFreeTextWriter(h->writer);
	if (h->buffer != NULL)
		xmlBufferFree(h->buffer);
	h->writer = h->buffer = NULL;
	return h->rc;
}

/* The writer checks nothing: what people typed is looked at here. */
static bool
fine(struct html *h, const char *text)
{
	if (h->rc == RC_OK && utf8_check(text, strlen(text), UTF8_BLOCK, NULL) != RC_OK)
		h->rc = RC_INVALID;
	return h->rc == RC_OK;
}

void
html_open(struct html *h, const char *element)
{
	if (h->rc != RC_OK)
		return;
	done(h, xmlTextWriterStartElement(h->writer, X(element)));
	h->depth++;
}

void
html_close(struct html *h)
{
	if (h->rc != RC_OK)
		return;
	done(h, xmlTextWriterFullEndElement(h->writer));
	h->depth--;
}

void
html_void(struct html *h, const char *element)
{
	html_open(h, element);
}

void
html_void_end(struct html *h)
{
	if (h->rc != RC_OK)
		return;
	done(h, xmlTextWriterEndElement(h->writer));
	h->depth--;
}

void
html_attr(struct html *h, const char *name, const char *value)
{
	if (fine(h, value))
		done(h, xmlTextWriterWriteAttribute(h->writer, X(name), X(value)));
}

void
html_text(struct html *h, const char *text)
{
	if (fine(h, text))
		done(h, xmlTextWriterWriteString(h->writer, X(text)));
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
	if (fine(h, sheet))
		done(h, xmlTextWriterWriteRaw(h->writer, X(sheet)));
	html_close(h);
}
