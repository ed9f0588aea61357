#include "net/net_schema.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* ours is some 20 KB */
#define SCHEMA_BYTES (1u << 20)

struct net_schema {
	xmlSchemaPtr schema;
};

static void
quiet(void *context, const char *message, ...)
{
	(void)context;
	(void)message;
}

/* Keeps the line and the rule of the first finding; libxml2's text would quote the value. */
static void
first_finding(void *context, xmlErrorPtr error)
{
	struct fault *why = context;

	if (why->rc == RC_OK)
		(void)fault_set(why, RC_INVALID, "schema", "line %d breaks rule %d of the schema",
		    error->line, error->code);
}

enum rc
net_schema_open(const char *path, struct net_schema **ret_schema, struct fault *why)
{
	struct buf text = BUF_INIT(SCHEMA_BYTES);
	xmlSchemaParserCtxtPtr parser = NULL;
	struct net_schema *s = NULL;
	enum rc rc;

	/* From memory: the process lets the library open no file at all. */
	if ((rc = buf_read_file(&text, path, why)) != RC_OK)
		goto out;
	if ((s = calloc(1, sizeof *s)) == NULL ||
	    (parser = xmlSchemaNewMemParserCtxt(text.data, (int)text.len)) == NULL) {
		rc = fault_set(why, RC_NOMEM, path, "out of memory");
		goto out;
	}
	xmlSchemaSetParserErrors(parser, quiet, quiet, NULL);
	if ((s->schema = xmlSchemaParse(parser)) == NULL) {
		rc = fault_set(why, RC_INVALID, path, "not an XML schema");
		goto out;
	}
	*ret_schema = s;
	s = NULL;
 out:
	if (parser != NULL)
		xmlSchemaFreeParserCtxt(parser);
	net_schema_close(s);
	buf_clear(&text);
	return rc;
}

void
net_schema_close(struct net_schema *s)
{
	if (s == NULL)
		return;
	if (s->schema != NULL)
		xmlSchemaFree(s->schema);
	free(s);
}

/* wire_read refuses the DOCTYPE too; here no entity may even be looked at. */
static void
stop_at_doctype(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	struct fault *found = context;

	(void)name;
	(void)external;
	(void)system;
	if (found->rc == RC_OK)
		(void)fault_set(found, RC_INVALID, "schema", "has a DOCTYPE");
}

enum rc
net_schema_check(const struct net_schema *s, const void *bytes, size_t len, struct fault *why)
{
	struct fault found = { .rc = RC_OK };
	xmlSchemaValidCtxtPtr valid = NULL;
	xmlParserInputBufferPtr input = NULL;
	xmlSAXHandler sax;
	enum rc rc = RC_OK;
	int code;

	if (len == 0 || len > INT32_MAX)
		return fault_set(why, RC_INVALID, "schema", "empty or too long");
	memset(&sax, 0, sizeof sax);
	sax.initialized = XML_SAX2_MAGIC;
	sax.internalSubset = stop_at_doctype;
	/* A copy: with a static buffer libxml2 2.9.14 reads the beginning twice past 4 KB. */
	if ((valid = xmlSchemaNewValidCtxt(s->schema)) == NULL ||
	    (input = xmlParserInputBufferCreateMem(bytes, (int)len, XML_CHAR_ENCODING_UTF8)) == NULL) {
		rc = fault_set(why, RC_NOMEM, "schema", "out of memory");
		goto out;
	}
	xmlSchemaSetValidStructuredErrors(valid, first_finding, &found);
	code = xmlSchemaValidateStream(valid, input, XML_CHAR_ENCODING_UTF8, &sax, &found);
	input = NULL;				/* freed by the call */
	if (found.rc != RC_OK)
		rc = fault_set(why, RC_INVALID, found.place, "%s", found.text);
	else if (code != 0)
		rc = fault_set(why, RC_INVALID, "schema", "not well-formed or not valid");
 out:
	if (input != NULL)
		xmlFreeParserInputBuffer(input);
	if (valid != NULL)
		xmlSchemaFreeValidCtxt(valid);
	return rc;
}
