#include "net/net_fault_document.h"

#include <string.h>

#include "base/limits.h"

#define DEPTH 10000
#define MANY 100000

static enum rc
again(struct buf *b, const char *text, size_t n)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && n-- > 0)
		rc = buf_add_text(b, text);
	return rc;
}

/* The good document with something put in after the first such text. */
static enum rc
put_after(struct buf *b, const char *good, size_t len, const char *where, const void *what, size_t what_len)
{
	const char *at = memmem(good, len, where, strlen(where));
	size_t head = at == NULL ? 0 : (size_t)(at - good) + strlen(where);
	enum rc rc;

	if ((rc = buf_add(b, good, head)) != RC_OK || (rc = buf_add(b, what, what_len)) != RC_OK)
		return rc;
	return buf_add(b, good + head, len - head);
}

static enum rc
put_text(struct buf *b, const char *good, size_t len, const char *where, const char *what)
{
	return put_after(b, good, len, where, what, strlen(what));
}

/* The good document with one text in the place of another. */
static enum rc
put_instead(struct buf *b, const char *good, size_t len, const char *old, const char *fresh)
{
	const char *at = memmem(good, len, old, strlen(old));
	size_t head = at == NULL ? len : (size_t)(at - good), tail = at == NULL ? len : head + strlen(old);
	enum rc rc;

	if ((rc = buf_add(b, good, head)) != RC_OK || (rc = buf_add_text(b, fresh)) != RC_OK)
		return rc;
	return buf_add(b, good + tail, len - tail);
}

/* A DOCTYPE with entities, and the last of them used in the body. */
static enum rc
put_entities(struct buf *b, const char *good, size_t len, const char *doctype, const char *use)
{
	struct buf half = BUF_INIT(LIMIT_WIRE_BYTES * 2);
	enum rc rc = put_text(&half, good, len, "?>", doctype);

	if (rc == RC_OK)
		rc = put_text(b, half.data, half.len, "<Body>", use);
	buf_clear(&half);
	return rc;
}

/* Ten times ten times ... of three letters: 3 GB. */
static enum rc
bomb(struct buf *b, const char *good, size_t len)
{
	struct buf doctype = BUF_INIT(LIMIT_TEXT_BYTES);
	enum rc rc = buf_add_text(&doctype, "<!DOCTYPE Message [<!ENTITY l0 \"lol\">");

	for (int i = 1; rc == RC_OK && i <= 9; i++)
		rc = buf_printf(&doctype, "<!ENTITY l%d \"&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;\">", i,
		    i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	if (rc == RC_OK)
		rc = buf_add_text(&doctype, "]>");
	if (rc == RC_OK)
		rc = put_entities(b, good, len, doctype.data, "&l9;");
	buf_clear(&doctype);
	return rc;
}

static enum rc
nest(struct buf *b, const char *good, size_t len, const char *open, const char *close, size_t n)
{
	struct buf inner = BUF_INIT(LIMIT_WIRE_BYTES);
	enum rc rc = again(&inner, open, n);

	if (rc == RC_OK)
		rc = again(&inner, close, n);
	if (rc == RC_OK)
		rc = put_after(b, good, len, "<Body>", inner.data, inner.len);
	buf_clear(&inner);
	return rc;
}

static enum rc
huge(struct buf *b, const char *good, size_t len)
{
	struct buf text = BUF_INIT(LIMIT_WIRE_BYTES * 2);
	enum rc rc = again(&text, "0123456789abcdef", LIMIT_WIRE_BYTES / 16 + 1);

	if (rc == RC_OK)
		rc = put_after(b, good, len, "<Body>", text.data, text.len);
	buf_clear(&text);
	return rc;
}

/* Little-endian with its byte mark; the good documents of the wire are ASCII where it matters. */
static enum rc
utf16(struct buf *b, const char *good, size_t len)
{
	enum rc rc = buf_add(b, "\xff\xfe", 2);

	for (size_t i = 0; rc == RC_OK && i < len; i++) {
		char pair[2] = { (unsigned char)good[i] < 0x80 ? good[i] : '?', '\0' };

		rc = buf_add(b, pair, 2);
	}
	return rc;
}

static enum rc
make(enum net_fault_kind kind, const char *good, size_t len, struct buf *b)
{
	enum rc rc;

	switch ((unsigned)kind) {
	case NET_FAULT_EMPTY:
		return RC_OK;
	case NET_FAULT_HTML:
		return buf_add_text(b, "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
		    "<body><h1>502 Bad Gateway</h1></body></html>\n");
	case NET_FAULT_XML_CUT:
		return buf_add(b, good, len / 2);
	case NET_FAULT_XML_BOMB:
		return bomb(b, good, len);
	case NET_FAULT_XML_EXTERNAL:
		return put_entities(b, good, len, "<!DOCTYPE Message [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "&x;");
	case NET_FAULT_XML_DEEP:
		return nest(b, good, len, "<a>", "</a>", DEPTH);
	case NET_FAULT_XML_MANY:
		return nest(b, good, len, "<a/>", "", MANY);
	case NET_FAULT_XML_HUGE:
		return huge(b, good, len);
	case NET_FAULT_XML_NAMESPACE:
		return put_instead(b, good, len, "urn:watashi:wire:1", "urn:watashi:wire:2");
	case NET_FAULT_XML_UTF16:
		return utf16(b, good, len);
	case NET_FAULT_XML_MARK:
		if ((rc = buf_add(b, "\xef\xbb\xbf", 3)) != RC_OK)
			return rc;
		return buf_add(b, good, len);
	case NET_FAULT_XML_CONTROL:
		return put_after(b, good, len, "<Result>", "\x01", 1);
	case NET_FAULT_XML_NUL:
		return put_after(b, good, len, "<Result>", "\0", 1);
	case NET_FAULT_XML_TWICE:
		return put_text(b, good, len, "<Header>", "<MsgID>00000000000000000000000000000000</MsgID>");
	case NET_FAULT_XML_UNKNOWN:
		return put_text(b, good, len, "<Body>", "<Extra>1</Extra>");
	case NET_FAULT_XML_ATTRIBUTE:
		return put_instead(b, good, len, "<Body>", "<Body a=\"b\">");
	case NET_FAULT_XML_COMMENT:
		return put_text(b, good, len, "<Body>", "<!-- -->");
	case NET_FAULT_XML_INSTRUCTION:
		return put_text(b, good, len, "<Body>", "<?a b?>");
	case NET_FAULT_XML_CDATA:
		return put_text(b, good, len, "<Body>", "<![CDATA[ ]]>");
	default:
		return RC_BUG;
	}
}

enum rc
net_fault_document(enum net_fault_kind kind, const char *good, size_t len, struct buf *ret_document,
    struct fault *why)
{
	enum rc rc = make(kind, good, len, ret_document);

	return rc == RC_OK ? RC_OK : fault_set(why, rc, net_fault_name(kind), "cannot be made");
}
