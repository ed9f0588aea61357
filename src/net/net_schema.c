#include "net/net_schema.h"

#include <libxml/parser.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* ours is some 20 KB */
#define SCHEMA_BYTES (1u << 20)
#define ELEMENT_MAX 60

struct net_schema {
	xmlSchemaPtr schema;
};

static void
quiet(void *context, const char *message, ...)
{
	(void)context;
	(void)message;
}

/*
 * Keeps line, element and rule of the first finding.  The library's sentence
 * quotes the value: only the element's name is taken from it.
 */
static void
first_finding(void *context, xmlErrorPtr error)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.";
	struct fault *found = context;
	const char *name;
	int len;

	if (found->rc != RC_OK)
		return;
	name = error->message != NULL ? strchr(error->message, '}') : NULL;
	len = name != NULL ? (int)strspn(name + 1, letters) : 0;
	(void)fault_set(found, RC_INVALID, "schema", "line %d, element '%.*s': rule %d is broken",
	    error->line, len < ELEMENT_MAX ? len : ELEMENT_MAX, name != NULL ? name + 1 : "",
	    error->code);
}

static void
silent(void *context, const char *message, xmlParserSeverities severity, xmlTextReaderLocatorPtr at)
{
	(void)context;
	(void)message;
	(void)severity;
	(void)at;
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

enum rc
net_schema_check(const struct net_schema *s, const void *bytes, size_t len, struct fault *why)
{
	static const char doctype[] = "<!DOCTYPE";
	struct fault found = { .rc = RC_OK };
	xmlSchemaValidCtxtPtr valid = NULL;
	xmlTextReaderPtr reader = NULL;
	enum rc rc = RC_OK;
	int code;

	if (len == 0 || len > INT32_MAX)
		return fault_set(why, RC_INVALID, "schema", "empty or too long");
	/* This reader would parse a subset before it said so: no document of ours has the word anywhere. */
	if (memmem(bytes, len, doctype, sizeof doctype - 1) != NULL)
		return fault_set(why, RC_INVALID, "schema", "has a DOCTYPE");
	/* Each thread has its own: the library remarks on broken documents to standard error. */
	xmlSetGenericErrorFunc(NULL, quiet);
	if ((valid = xmlSchemaNewValidCtxt(s->schema)) == NULL ||
	    (reader = xmlReaderForMemory(bytes, (int)len, NULL, "UTF-8", XML_PARSE_NONET)) == NULL) {
		rc = fault_set(why, RC_NOMEM, "schema", "out of memory");
		goto out;
	}
	xmlTextReaderSetErrorHandler(reader, silent, NULL);
	if (xmlTextReaderSchemaValidateCtxt(reader, valid, 0) != 0) {
		rc = fault_set(why, RC_NOMEM, "schema", "out of memory");
		goto out;
	}
	xmlSchemaSetValidStructuredErrors(valid, first_finding, &found);
	while ((code = xmlTextReaderRead(reader)) == 1)
		continue;
	if (found.rc != RC_OK)
		rc = fault_set(why, RC_INVALID, found.place, "%s", found.text);
	else if (code != 0)
		rc = fault_set(why, RC_INVALID, "schema", "not well-formed UTF-8 XML");
	else if (xmlTextReaderIsValid(reader) != 1)
		rc = fault_set(why, RC_INVALID, "schema", "not valid");
 out:
	if (reader != NULL)
		xmlFreeTextReader(reader);
	if (valid != NULL)
		xmlSchemaFreeValidCtxt(valid);
	return rc;
}
