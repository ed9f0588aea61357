#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include "base/limits.h"
#include "exchange/wire_read.h"
#include "exchange/wire_scope.h"

struct wire_reader {
	struct wire_scope scope;
	xmlParserCtxtPtr parser;
	xmlSAXHandler sax;
};

/* ---- what libxml2 calls ---- */

static void
stop_if_refused(struct wire_reader *r)
{
	if (r->scope.fault.rc != RC_OK)
		xmlStopParser(r->parser);
}

static void
refuse(struct wire_reader *r, enum rc rc, const char *element, const char *rule)
{
	wire_scope_refuse(&r->scope, rc, element, rule);
	stop_if_refused(r);
}

static void
sax_start(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
    const xmlChar **namespaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
	struct wire_reader *r = context;
	bool root = r->scope.depth == 1;

	(void)namespaces;
	(void)n_defaulted;
	(void)attributes;
	if (r->scope.fault.rc != RC_OK)
		return;
	if (r->scope.depth >= LIMIT_WIRE_DEPTH) {
		refuse(r, RC_TOO_BIG, NULL, "elements are nested too deep");
		return;
	}
	if (n_attributes > 0) {
		refuse(r, RC_INVALID, NULL, "an element carries an attribute");
		return;
	}
	if (prefix != NULL || uri == NULL || strcmp((const char *)uri, WIRE_NAMESPACE) != 0 ||
	    n_namespaces != (root ? 1 : 0)) {
		refuse(r, RC_INVALID, NULL, "the namespace is not that of the profile, declared once on the root");
		return;
	}
	wire_scope_begin(&r->scope, (const char *)local);
	stop_if_refused(r);
}

static void
sax_end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct wire_reader *r = context;

	(void)local;
	(void)prefix;
	(void)uri;
	if (r->scope.fault.rc != RC_OK)
		return;
	wire_scope_end(&r->scope);
	stop_if_refused(r);
}

static void
sax_text(void *context, const xmlChar *text, int len)
{
	struct wire_reader *r = context;

	if (r->scope.fault.rc != RC_OK)
		return;
	wire_scope_text(&r->scope, (const char *)text, (size_t)len);
	stop_if_refused(r);
}

static void
sax_doctype(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	refuse(context, RC_INVALID, NULL, "a DOCTYPE is never read");
}

static void
sax_cdata(void *context, const xmlChar *text, int len)
{
	(void)text;
	(void)len;
	refuse(context, RC_INVALID, NULL, "a CDATA section is not part of the profile");
}

static void
sax_comment(void *context, const xmlChar *text)
{
	(void)text;
	refuse(context, RC_INVALID, NULL, "a comment is not part of the profile");
}

static void
sax_instruction(void *context, const xmlChar *target, const xmlChar *data)
{
	(void)target;
	(void)data;
	refuse(context, RC_INVALID, NULL, "a processing instruction is not part of the profile");
}

static void
sax_reference(void *context, const xmlChar *name)
{
	(void)name;
	refuse(context, RC_INVALID, NULL, "an entity is not part of the profile");
}

/* What it found is told by the return of xmlParseChunk. */
static void
be_silent(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

/*
 * Lack of memory, and what is wrong with a namespace's URI, libxml2 tells to the thread's
 * handler and not to ours; without one it prints.  The handler is left as found.
 */
struct silence {
	xmlStructuredErrorFunc handler;
	void *context;
};

static void
silence_begin(struct silence *s)
{
	s->handler = xmlStructuredError;
	s->context = xmlStructuredErrorContext;
	xmlSetStructuredErrorFunc(NULL, be_silent);
}

static void
silence_end(const struct silence *s)
{
	xmlSetStructuredErrorFunc(s->context, s->handler);
}

static int
parse_chunk(struct wire_reader *r, const char *bytes, int len, int last)
{
	struct silence s;
	int code;

	silence_begin(&s);
	code = xmlParseChunk(r->parser, bytes, len, last);
	silence_end(&s);
	return code;
}

static xmlParserCtxtPtr
new_parser(struct wire_reader *r)
{
	xmlParserCtxtPtr parser;
	struct silence s;

	silence_begin(&s);
	parser = xmlCreatePushParserCtxt(&r->sax, r, NULL, 0, NULL);
	silence_end(&s);
	return parser;
}

static xmlParserInputPtr
no_entity(const char *url, const char *id, xmlParserCtxtPtr context)
{
	(void)url;
	(void)id;
	(void)context;
	return NULL;
}

/* ---- the face ---- */

void
wire_read_open(void)
{
	static const char sample[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>";
	struct arena a;
	struct message *m;
	enum rc rc;

	xmlInitParser();
	xmlSetExternalEntityLoader(no_entity);
	arena_init(&a, LIMIT_WIRE_BYTES);
	rc = wire_read(sample, sizeof(sample) - 1, &a, NULL, &m, NULL);
	assert(rc != RC_OK);		/* it is XML, but no message */
	(void)rc;
	arena_clear(&a);
}

enum rc
wire_reader_new(struct arena *a, const struct wire_copy_sink *sink, struct wire_reader **ret_reader,
    struct fault *why)
{
	struct wire_reader *r = calloc(1, sizeof(*r));
	enum rc rc = RC_NOMEM;

	if (r == NULL)
		goto out;
	if (wire_scope_init(&r->scope, a, sink) != RC_OK)
		goto out;
	r->sax.initialized = XML_SAX2_MAGIC;
	r->sax.internalSubset = sax_doctype;
	r->sax.externalSubset = sax_doctype;
	r->sax.startElementNs = sax_start;
	r->sax.endElementNs = sax_end;
	r->sax.characters = sax_text;
	r->sax.ignorableWhitespace = sax_text;
	r->sax.cdataBlock = sax_cdata;
	r->sax.comment = sax_comment;
	r->sax.processingInstruction = sax_instruction;
	r->sax.reference = sax_reference;
	r->sax.serror = be_silent;
	if ((r->parser = new_parser(r)) == NULL)
		goto out;
	/* UTF-8 whatever the declaration says: UTF-16, EUC-JP and Shift_JIS would be converted silently. */
	(void)xmlCtxtUseOptions(r->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	if (xmlSwitchEncoding(r->parser, XML_CHAR_ENCODING_UTF8) < 0)
		goto out;
	*ret_reader = r;
	r = NULL;
	rc = RC_OK;
 out:
	wire_reader_free(r);
	return rc == RC_OK ? RC_OK : fault_set(why, rc, "Message", "no memory for reading");
}

void
wire_reader_free(struct wire_reader *r)
{
	if (r == NULL)
		return;
	if (r->parser != NULL) {
		if (r->parser->myDoc != NULL)
			xmlFreeDoc(r->parser->myDoc);
		xmlFreeParserCtxt(r->parser);
	}
	wire_scope_clear(&r->scope);
	free(r);
}

static enum rc
reader_fault(const struct wire_reader *r, struct fault *why)
{
	if (why != NULL)
		*why = r->scope.fault;
	return r->scope.fault.rc;
}

static void
judge(struct wire_reader *r, int code)
{
	char place[FAULT_PLACE_MAX];

	if (r->scope.fault.rc != RC_OK || code == XML_ERR_OK)
		return;
	wire_scope_place(&r->scope, NULL, place, sizeof(place));
	if (code == XML_ERR_NO_MEMORY)
		(void)fault_set(&r->scope.fault, RC_NOMEM, place, "no memory for reading");
	else if (code == XML_ERR_INVALID_CHAR || code == XML_ERR_INVALID_ENCODING ||
	    code == XML_ERR_INVALID_CHARREF)
		(void)fault_set(&r->scope.fault, RC_INVALID, place, "holds bytes that are no UTF-8 text of XML");
	else if (code == XML_ERR_DOCUMENT_EMPTY)
		(void)fault_set(&r->scope.fault, RC_INVALID, place, "is no XML document in UTF-8");
	else if (code == XML_ERR_UNDECLARED_ENTITY || code == XML_WAR_UNDECLARED_ENTITY)
		(void)fault_set(&r->scope.fault, RC_INVALID, place, "an entity is not part of the profile");
	else
		(void)fault_set(&r->scope.fault, RC_INVALID, place, "is not well-formed XML (parser code %d)", code);
}

enum rc
wire_reader_feed(struct wire_reader *r, const void *bytes, size_t len, struct fault *why)
{
	const char *at = bytes;

	while (len > 0 && r->scope.fault.rc == RC_OK) {
		size_t n = len < 65536 ? len : 65536;

		r->scope.seen += n;
		if (r->scope.seen > r->scope.max) {
			refuse(r, RC_TOO_BIG, NULL, "the message is over the ceiling of its type");
			break;
		}
		judge(r, parse_chunk(r, at, (int)n, 0));
		at += n;
		len -= n;
	}
	return r->scope.fault.rc == RC_OK ? RC_OK : reader_fault(r, why);
}

enum rc
wire_reader_end(struct wire_reader *r, struct message **ret_message, struct fault *why)
{
	enum rc rc;

	if (r->scope.fault.rc == RC_OK)
		judge(r, parse_chunk(r, NULL, 0, 1));
	if (r->scope.fault.rc == RC_OK && !r->scope.ended)
		(void)fault_set(&r->scope.fault, RC_INVALID, "Message", "ends before its end");
	if (r->scope.fault.rc != RC_OK)
		return reader_fault(r, why);
	/* Everything once more, by the same table that the writer and the frames use. */
	if (r->scope.message->kind == MESSAGE_COPY_REGISTER)
		rc = shape_check(&shape_header, &r->scope.message->header, "Header", why);
	else
		rc = shape_check_message(r->scope.message, why);
	if (rc == RC_OK)
		*ret_message = r->scope.message;
	return rc;
}

enum rc
wire_read(const void *bytes, size_t len, struct arena *a, const struct wire_copy_sink *sink,
    struct message **ret_message, struct fault *why)
{
	struct wire_reader *r = NULL;
	enum rc rc;

	if ((rc = wire_reader_new(a, sink, &r, why)) != RC_OK)
		return rc;
	if ((rc = wire_reader_feed(r, bytes, len, why)) == RC_OK)
		rc = wire_reader_end(r, ret_message, why);
	wire_reader_free(r);
	return rc;
}
