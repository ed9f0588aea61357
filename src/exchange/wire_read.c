#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include "base/buf.h"
#include "base/limits.h"
#include "exchange/message_shape.h"
#include "exchange/wire_read.h"

/* The element we are in.  Nothing is allowed anywhere but what its scope says. */
enum scope {
	SCOPE_DOCUMENT,		/* before and after the root */
	SCOPE_MESSAGE,		/* Header, then Body */
	SCOPE_BODY,		/* the one element named by MsgType */
	SCOPE_STRUCT,		/* the fields of a shape, in order */
	SCOPE_LIST,		/* entries of one shape */
	SCOPE_VALUE,		/* text */
};

struct level {
	enum scope scope;
	const char *name;			/* for places */
	size_t number;				/* of the entry, 0 when not in a list */
	/* SCOPE_STRUCT */
	const struct shape *shape;
	void *value;
	size_t next;				/* first field still allowed */
	/* SCOPE_LIST */
	const struct shape_field *list;
	void *owner;				/* struct that holds the list */
	char *entries;
	size_t n, room;
};

struct wire_reader {
	xmlParserCtxtPtr parser;
	xmlSAXHandler sax;
	struct arena *arena;
	const struct wire_copy_sink *sink;
	struct message *message;
	struct level level[LIMIT_WIRE_DEPTH];
	size_t depth;				/* levels in use */
	const struct shape_field *field;	/* being read as text; NULL: MsgType */
	struct buf text;
	size_t seen;				/* bytes fed */
	size_t max;				/* bytes allowed */
	struct arena record_arena;		/* one record of DBM.CopyRegister */
	struct message_copy record;
	int part;				/* of the message: 0 nothing, 1 header done, 2 body done */
	bool ended;
	bool streaming;
	struct fault fault;			/* rc is RC_OK while all is well */
};

static void
path_of(const struct wire_reader *r, const char *last, char *ret_place, size_t size)
{
	size_t at = 0;

	ret_place[0] = '\0';
	for (size_t i = 1; i < r->depth && at < size; i++) {
		const struct level *l = &r->level[i];

		if (l->scope == SCOPE_MESSAGE || l->scope == SCOPE_BODY)
			continue;
		if (l->number > 0)
			(void)snprintf(ret_place + at, size - at, "%s%s[%zu]", at > 0 ? "/" : "", l->name, l->number);
		else
			(void)snprintf(ret_place + at, size - at, "%s%s", at > 0 ? "/" : "", l->name);
		at = strlen(ret_place);
	}
	if (last != NULL && at < size)
		(void)snprintf(ret_place + at, size - at, "%s%s", at > 0 ? "/" : "", last);
	if (ret_place[0] == '\0')
		(void)snprintf(ret_place, size, "Message");
}

/* The first refusal stands; the parser is stopped. */
static void
refuse(struct wire_reader *r, enum rc rc, const char *element, const char *rule)
{
	char place[FAULT_PLACE_MAX];

	if (r->fault.rc != RC_OK)
		return;
	path_of(r, element, place, sizeof(place));
	(void)fault_set(&r->fault, rc, place, "%s", rule);
	xmlStopParser(r->parser);
}

static struct level *
push(struct wire_reader *r, enum scope scope, const char *name)
{
	struct level *l = &r->level[r->depth++];

	memset(l, 0, sizeof(*l));
	l->scope = scope;
	l->name = name;
	return l;
}

static void
push_struct(struct wire_reader *r, const struct shape *shape, void *value, size_t number)
{
	struct level *l = push(r, SCOPE_STRUCT, shape->name);

	l->shape = shape;
	l->value = value;
	l->number = number;
	shape_init(shape, value);
}

static void
push_value(struct wire_reader *r, const char *name, const struct shape_field *field)
{
	push(r, SCOPE_VALUE, name);
	r->field = field;
	buf_truncate(&r->text, 0);
}

/* Most bytes that the text of a field can have; more is refused before it is kept. */
static size_t
field_max_bytes(const struct shape_field *f)
{
	if (f == NULL)
		return 64;
	if (f->type == SHAPE_TEXT)
		return (size_t)f->max * 4;
	return f->type == SHAPE_BYTES ? LIMIT_WIRE_BYTES : 32;
}

static void
begin_list(struct wire_reader *r, const struct shape_field *f, void *owner)
{
	struct level *l;

	if (f->of == &shape_copy_record) {
		const struct message_copy_register *c = owner;
		struct fault why = { .rc = RC_OK };
		enum rc rc;

		if (r->sink == NULL) {
			refuse(r, RC_INVALID, f->name, "copies are not taken here");
			return;
		}
		r->streaming = true;
		rc = r->sink->begin(r->sink->context, &r->message->header, c->segment, &why);
		if (rc != RC_OK) {
			r->fault = why;
			r->fault.rc = rc;
			xmlStopParser(r->parser);
			return;
		}
	}
	l = push(r, SCOPE_LIST, f->name);
	l->list = f;
	l->owner = owner;
}

static void
begin_entry(struct wire_reader *r, struct level *l, const char *name)
{
	const struct shape *of = l->list->of;
	char *entries;

	if (strcmp(name, of->name) != 0) {
		refuse(r, RC_INVALID, NULL, "holds an element that is not known here");
		return;
	}
	if (l->n >= (size_t)l->list->max) {
		refuse(r, RC_TOO_BIG, NULL, "holds too many entries");
		return;
	}
	if (of == &shape_copy_record) {
		l->n++;
		arena_clear(&r->record_arena);
		push_struct(r, of, &r->record, l->n);
		return;
	}
	if (l->n == l->room) {
		size_t room = l->room == 0 ? 16 : l->room * 2;
		struct arena *a = r->streaming ? &r->record_arena : r->arena;

		if ((entries = arena_array(a, room, of->size)) == NULL) {
			refuse(r, RC_NOMEM, NULL, "finds no memory");
			return;
		}
		if (l->n > 0)
			memcpy(entries, l->entries, l->n * of->size);
		l->entries = entries;
		l->room = room;
	}
	l->n++;
	push_struct(r, of, l->entries + (l->n - 1) * of->size, l->n);
}

static void
begin_field(struct wire_reader *r, struct level *l, const char *name)
{
	const struct shape *s = l->shape;
	size_t i;

	for (i = 0; i < s->n_field; i++)
		if (strcmp(s->field[i].name, name) == 0)
			break;
	if (i == s->n_field) {
		refuse(r, RC_INVALID, NULL, "holds an element that is not known here");
		return;
	}
	if (i < l->next) {
		refuse(r, RC_INVALID, name, i + 1 == l->next ? "stands twice" : "stands twice or too late");
		return;
	}
	for (size_t k = l->next; k < i; k++) {
		if (!s->field[k].optional) {
			refuse(r, RC_INVALID, s->field[k].name, "is missing");
			return;
		}
	}
	l->next = i + 1;
	if (s->field[i].type == SHAPE_LIST)
		begin_list(r, &s->field[i], l->value);
	else
		push_value(r, s->field[i].name, &s->field[i]);
}

static void
begin_message_part(struct wire_reader *r, const char *name)
{
	if (r->part == 0 && strcmp(name, "Header") == 0)
		push_struct(r, &shape_header, &r->message->header, 0);
	else if (r->part == 1 && strcmp(name, "Body") == 0)
		push(r, SCOPE_BODY, "Body");
	else
		refuse(r, RC_INVALID, NULL, "holds an element that is not known here");
}

/*
 * MsgType stands in the header after MsgID but is no field of the struct: it
 * chooses the ceiling before the body comes.
 */
static bool
is_type_element(const struct wire_reader *r, const struct level *l, const char *name)
{
	return l->scope == SCOPE_STRUCT && l->shape == &shape_header && l->next == 1 &&
	    r->message->kind == MESSAGE_NONE && strcmp(name, "MsgType") == 0;
}

static void
begin_element(struct wire_reader *r, const char *name)
{
	struct level *l = &r->level[r->depth - 1];

	switch (l->scope) {
	case SCOPE_DOCUMENT:
		if (strcmp(name, "Message") != 0) {
			refuse(r, RC_INVALID, NULL, "the document is no Message of this profile");
			return;
		}
		push(r, SCOPE_MESSAGE, "Message");
		return;
	case SCOPE_MESSAGE:
		begin_message_part(r, name);
		return;
	case SCOPE_BODY: {
		const struct shape *body = shape_of_body(r->message->kind);

		if (l->n > 0 || strcmp(name, body->name) != 0) {
			refuse(r, RC_INVALID, "Body", l->n > 0 ? "holds more than one element" :
			    "does not hold what MsgType says");
			return;
		}
		l->n = 1;
		push_struct(r, body, &r->message->body, 0);
		return;
	}
	case SCOPE_STRUCT:
		if (is_type_element(r, l, name)) {
			push_value(r, "MsgType", NULL);
			return;
		}
		if (l->shape == &shape_header && l->next == 1 && r->message->kind == MESSAGE_NONE) {
			refuse(r, RC_INVALID, strcmp(name, "MsgID") == 0 ? name : "MsgType",
			    strcmp(name, "MsgID") == 0 ? "stands twice" : "is missing");
			return;
		}
		begin_field(r, l, name);
		return;
	case SCOPE_LIST:
		begin_entry(r, l, name);
		return;
	case SCOPE_VALUE:
		refuse(r, RC_INVALID, NULL, "holds an element that is not known here");
		return;
	}
}

static void
end_value(struct wire_reader *r)
{
	struct level *owner = &r->level[r->depth - 2];
	const char *rule;
	bool nomem;

	if (r->field == NULL) {
		r->message->kind = message_kind_of(r->text.data == NULL ? "" : r->text.data);
		if (r->message->kind == MESSAGE_NONE) {
			refuse(r, RC_INVALID, NULL, "is no message type of this profile");
			return;
		}
		r->max = message_max_bytes(r->message->kind);
		if (r->seen > r->max)
			refuse(r, RC_TOO_BIG, NULL, "the message is over the ceiling of its type");
		return;
	}
	rule = shape_parse(r->field, r->text.data == NULL ? "" : r->text.data, r->text.len, owner->value,
	    r->streaming ? &r->record_arena : r->arena, &nomem);
	if (rule != NULL)
		refuse(r, nomem ? RC_NOMEM : RC_INVALID, NULL, rule);
}

static void
end_list(struct wire_reader *r, struct level *l)
{
	char *owner = l->owner;

	if (l->n < (size_t)l->list->min) {
		refuse(r, RC_INVALID, NULL, "holds too few entries");
		return;
	}
	if (l->list->of == &shape_copy_record) {
		r->streaming = false;
		return;
	}
	memcpy(owner + l->list->offset, &l->entries, sizeof(l->entries));
	memcpy(owner + l->list->count_offset, &l->n, sizeof(l->n));
}

static void
end_record(struct wire_reader *r)
{
	struct fault why = { .rc = RC_OK };
	enum rc rc;

	if (r->message->body.copy_register.segment == MESSAGE_SEGMENT_REGISTER && r->record.n_items == 0) {
		refuse(r, RC_INVALID, "Items", "a record to be registered has items");
		return;
	}
	rc = r->sink->record(r->sink->context, &r->record, &why);
	if (rc != RC_OK) {
		r->fault = why;
		r->fault.rc = rc;
		xmlStopParser(r->parser);
	}
}

static void
end_struct(struct wire_reader *r, struct level *l)
{
	const struct shape *s = l->shape;
	const char *element, *rule;

	for (size_t k = l->next; k < s->n_field; k++) {
		if (!s->field[k].optional) {
			refuse(r, RC_INVALID, s->field[k].name, "is missing");
			return;
		}
	}
	if (s->check != NULL && s->check(l->value, &element, &rule) != RC_OK) {
		refuse(r, RC_INVALID, element, rule);
		return;
	}
	if (s == &shape_header)
		r->part = 1;
	else if (s == &shape_copy_record)
		end_record(r);
}

static void
end_element(struct wire_reader *r)
{
	struct level *l = &r->level[r->depth - 1];

	switch (l->scope) {
	case SCOPE_VALUE:
		end_value(r);
		break;
	case SCOPE_LIST:
		end_list(r, l);
		break;
	case SCOPE_STRUCT:
		end_struct(r, l);
		break;
	case SCOPE_BODY:
		if (l->n == 0)
			refuse(r, RC_INVALID, "Body", "is empty");
		r->part = 2;
		break;
	case SCOPE_MESSAGE:
		if (r->part != 2)
			refuse(r, RC_INVALID, r->part == 0 ? "Header" : "Body", "is missing");
		r->ended = true;
		break;
	case SCOPE_DOCUMENT:
		break;
	}
	r->depth--;
}

/* ---- what libxml2 calls ---- */

static void
sax_start(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
    const xmlChar **namespaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
	struct wire_reader *r = context;
	bool root = r->depth == 1;

	(void)namespaces;
	(void)n_defaulted;
	(void)attributes;
	if (r->fault.rc != RC_OK)
		return;
	if (r->depth >= LIMIT_WIRE_DEPTH) {
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
	begin_element(r, (const char *)local);
}

static void
sax_end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct wire_reader *r = context;

	(void)local;
	(void)prefix;
	(void)uri;
	if (r->fault.rc == RC_OK)
		end_element(r);
}

static void
sax_text(void *context, const xmlChar *text, int len)
{
	struct wire_reader *r = context;
	enum rc rc;

	if (r->fault.rc != RC_OK)
		return;
	if (r->level[r->depth - 1].scope != SCOPE_VALUE) {
		for (int i = 0; i < len; i++) {
			if (text[i] != ' ' && text[i] != '\t' && text[i] != '\n' && text[i] != '\r') {
				refuse(r, RC_INVALID, NULL, "text stands between elements");
				return;
			}
		}
		return;
	}
	if (r->text.len + (size_t)len > field_max_bytes(r->field)) {
		refuse(r, RC_INVALID, NULL, "is too long");
		return;
	}
	if ((rc = buf_add(&r->text, text, (size_t)len)) != RC_OK)
		refuse(r, rc, NULL, "finds no memory");
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

	xmlInitParser();
	xmlSetExternalEntityLoader(no_entity);
	arena_init(&a, LIMIT_WIRE_BYTES);
	if (wire_read(sample, sizeof(sample) - 1, &a, NULL, &m, NULL) == RC_OK)
		assert(!"the sample is no message");
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
	r->arena = a;
	r->sink = sink;
	r->max = sink == NULL ? LIMIT_WIRE_BYTES : LIMIT_WIRE_COPY_BYTES;
	buf_init(&r->text, LIMIT_WIRE_BYTES);
	arena_init(&r->record_arena, LIMIT_WIRE_BYTES);
	if ((r->message = arena_new(a, sizeof(*r->message))) == NULL)
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
	push(r, SCOPE_DOCUMENT, "");
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
	buf_wipe(&r->text);
	arena_clear(&r->record_arena);
	free(r);
}

static enum rc
reader_fault(const struct wire_reader *r, struct fault *why)
{
	if (why != NULL)
		*why = r->fault;
	return r->fault.rc;
}

static void
judge(struct wire_reader *r, int code)
{
	char place[FAULT_PLACE_MAX];

	if (r->fault.rc != RC_OK || code == XML_ERR_OK)
		return;
	path_of(r, NULL, place, sizeof(place));
	if (code == XML_ERR_NO_MEMORY)
		(void)fault_set(&r->fault, RC_NOMEM, place, "no memory for reading");
	else if (code == XML_ERR_INVALID_CHAR || code == XML_ERR_INVALID_ENCODING ||
	    code == XML_ERR_INVALID_CHARREF)
		(void)fault_set(&r->fault, RC_INVALID, place, "holds bytes that are no UTF-8 text of XML");
	else if (code == XML_ERR_DOCUMENT_EMPTY)
		(void)fault_set(&r->fault, RC_INVALID, place, "is no XML document in UTF-8");
	else if (code == XML_ERR_UNDECLARED_ENTITY || code == XML_WAR_UNDECLARED_ENTITY)
		(void)fault_set(&r->fault, RC_INVALID, place, "an entity is not part of the profile");
	else
		(void)fault_set(&r->fault, RC_INVALID, place, "is not well-formed XML (parser code %d)", code);
}

enum rc
wire_reader_feed(struct wire_reader *r, const void *bytes, size_t len, struct fault *why)
{
	const char *at = bytes;

	while (len > 0 && r->fault.rc == RC_OK) {
		size_t n = len < 65536 ? len : 65536;

		r->seen += n;
		if (r->seen > r->max) {
			refuse(r, RC_TOO_BIG, NULL, "the message is over the ceiling of its type");
			break;
		}
		judge(r, parse_chunk(r, at, (int)n, 0));
		at += n;
		len -= n;
	}
	return r->fault.rc == RC_OK ? RC_OK : reader_fault(r, why);
}

enum rc
wire_reader_end(struct wire_reader *r, struct message **ret_message, struct fault *why)
{
	enum rc rc;

	if (r->fault.rc == RC_OK)
		judge(r, parse_chunk(r, NULL, 0, 1));
	if (r->fault.rc == RC_OK && !r->ended)
		(void)fault_set(&r->fault, RC_INVALID, "Message", "ends before its end");
	if (r->fault.rc != RC_OK)
		return reader_fault(r, why);
	/* Everything once more, by the same table that the writer and the frames use. */
	if (r->message->kind == MESSAGE_COPY_REGISTER)
		rc = shape_check(&shape_header, &r->message->header, "Header", why);
	else
		rc = shape_check_message(r->message, why);
	if (rc == RC_OK)
		*ret_message = r->message;
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
