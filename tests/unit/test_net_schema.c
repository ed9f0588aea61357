#include "net/net_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/wire_read.h"
#include "tests/lib/runner.h"
#include "tests/unit/net_folder.h"

#define DOCUMENT(digits)								\
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"					\
	"<Message xmlns=\"urn:watashi:wire:1\"><Header>"				\
	"<MsgID>0123456789abcdef0123456789abcdef</MsgID><MsgType>FGU.CodeFetch</MsgType>" \
	"<Mode>0</Mode><Source>1410030000000001</Source>"				\
	"<Destination>1410030000000001</Destination><Result>0000</Result></Header>"	\
	"<Body><FGU.CodeFetch><AddresseeNo>" digits "</AddresseeNo></FGU.CodeFetch></Body></Message>\n"

static struct net_schema *
open_schema(void)
{
	const char *top = getenv("top_srcdir");
	struct net_schema *s = NULL;
	struct fault why = { .rc = RC_OK };
	char path[4096];

	(void)snprintf(path, sizeof path, "%s/data/wire/watashi-wire.xsd", top != NULL ? top : ".");
	wire_read_open();
	CU_ASSERT_EQUAL_FATAL(net_schema_open(path, &s, &why), RC_OK);
	return s;
}

static enum rc
check(const struct net_schema *s, const char *text, struct fault *why)
{
	return net_schema_check(s, text, strlen(text), why);
}

static void
a_finding_names_the_element_and_never_the_value(void)
{
	struct net_schema *s = open_schema();
	struct fault why = { .rc = RC_OK };

	CU_ASSERT_EQUAL(check(s, DOCUMENT("1001"), &why), RC_OK);
	CU_ASSERT_EQUAL(check(s, DOCUMENT("x9876x"), &why), RC_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "AddresseeNo"));
	CU_ASSERT_PTR_NULL(strstr(why.text, "x9876x"));
	net_schema_close(s);
}

static void
what_is_no_document_of_ours_is_refused(void)
{
	struct net_schema *s = open_schema();
	struct fault why;

	CU_ASSERT_EQUAL(check(s, "", &why), RC_INVALID);
	CU_ASSERT_EQUAL(check(s, "x", &why), RC_INVALID);
	CU_ASSERT_EQUAL(check(s, "<Message/>", &why), RC_INVALID);
	CU_ASSERT_EQUAL(check(s, "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", &why), RC_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "DOCTYPE"));
	CU_ASSERT_EQUAL(check(s, DOCUMENT("1") "<a/>", &why), RC_INVALID);
	CU_ASSERT_EQUAL(check(s, DOCUMENT("1\xff"), &why), RC_INVALID);
	net_schema_close(s);
}

static void
every_cut_of_a_document_is_refused(void)
{
	static const char text[] = DOCUMENT("1001");
	struct net_schema *s = open_schema();

	for (size_t len = 0; len + 2 < sizeof text; len++)
		CU_ASSERT_EQUAL(net_schema_check(s, text, len, NULL), RC_INVALID);
	CU_ASSERT_EQUAL(net_schema_check(s, text, sizeof text - 1, NULL), RC_OK);
	net_schema_close(s);
}

RUNNER_SUITE(net_schema,
    RUNNER_TEST(a_finding_names_the_element_and_never_the_value),
    RUNNER_TEST(what_is_no_document_of_ours_is_refused),
    RUNNER_TEST(every_cut_of_a_document_is_refused));
