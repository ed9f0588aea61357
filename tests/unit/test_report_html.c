#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"
#include "tests/unit/test_report.h"

static size_t
count(const xmlNode *n, const char *name)
{
	size_t found = 0;

	for (; n != NULL; n = n->next) {
		if (n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0)
			found++;
		found += count(n->children, name);
	}
	return found;
}

/* No attribute that runs or loads anything. */
static bool
only_harmless_attributes(const xmlNode *n)
{
	static const char *const harmless[] = { "lang", "class", "charset", "name", "content", "scope",
	    "tabindex", "role", "aria-label" };

	for (; n != NULL; n = n->next) {
		if (n->type == XML_ELEMENT_NODE)
			for (const xmlAttr *a = n->properties; a != NULL; a = a->next) {
				bool found = false;

				for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++)
					found = found || strcmp((const char *)a->name, harmless[i]) == 0;
				if (!found)
					return false;
			}
		if (!only_harmless_attributes(n->children))
			return false;
	}
	return true;
}

static void
the_page_is_well_formed_and_runs_nothing(void)
{
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		const char *text = test_render(report_html, test_infant(), (enum lang)lang);
		xmlDoc *doc;
		xmlNode *root;

		test_keep(lang == LANG_JA ? "record-ja.html" : "record-en.html", text);
		CU_ASSERT_EQUAL(strncmp(text, "<!DOCTYPE html>\n<html lang=\"", 28), 0);
		doc = xmlReadMemory(text, (int)strlen(text), "record.html", "UTF-8",
		    XML_PARSE_NONET | XML_PARSE_NOERROR);
		CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
		root = xmlDocGetRootElement(doc);
		CU_ASSERT_EQUAL(count(root, "script"), 0);
		CU_ASSERT_EQUAL(count(root, "img") + count(root, "link") + count(root, "iframe") +
		    count(root, "b"), 0);
		CU_ASSERT_EQUAL(count(root, "h1"), 1);
		CU_ASSERT_EQUAL(count(root, "main"), 1);
		CU_ASSERT_EQUAL(count(root, "table"), 2);
		CU_ASSERT(only_harmless_attributes(root));
		xmlFreeDoc(doc);
	}
	xmlCleanupParser();
}

static void
the_resident_sees_both_languages_but_no_number_and_no_address(void)
{
	const char *text = test_render(report_html, test_infant(), LANG_JA);

	CU_ASSERT_PTR_NOT_NULL(strstr(text, "<h1>予防接種の記録<span class=\"other\" lang=\"en\">Immunization Record</span></h1>"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "2026-03-10<span class=\"other\">10 Mar 2026 / 令和8年3月10日</span>"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "渡し場 &lt;b&gt;𠮷子&lt;/b&gt;"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "does not mean"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "接種間隔が不足しています"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "The interval is too short"));
	CU_ASSERT_PTR_NULL(strstr(text, "000000000012345"));
	CU_ASSERT_PTR_NULL(strstr(text, "中央区"));
	CU_ASSERT_PTR_NULL(strstr(text, "123456789012"));
}

static void
text_with_control_characters_makes_no_page(void)
{
	struct history h = *test_infant();
	struct buf out = BUF_INIT(1u << 20);

	h.person.name = "a\x01";
	CU_ASSERT_EQUAL(report_html(&out, &h, LANG_JA, NULL), RC_INVALID);
	CU_ASSERT_EQUAL(out.len, 0);
	buf_clear(&out);
}

static void
a_failing_allocation_never_loses_text_silently(void)
{
	const struct history *h = test_infant();
	size_t whole = strlen(test_render(report_html, h, LANG_EN));

	for (long n = 0;; n++) {
		struct buf out = BUF_INIT(1u << 24);
		enum rc rc;

		fail_after(n);
		rc = report_html(&out, h, LANG_EN, NULL);
		fail_never();
		CU_ASSERT(rc == RC_OK ? out.len == whole : rc == RC_NOMEM && out.len == 0);
		buf_clear(&out);
		if (rc == RC_OK)
			break;
	}
}

RUNNER_SUITE(report_html,
    RUNNER_TEST(the_page_is_well_formed_and_runs_nothing),
    RUNNER_TEST(the_resident_sees_both_languages_but_no_number_and_no_address),
    RUNNER_TEST(text_with_control_characters_makes_no_page),
    RUNNER_TEST(a_failing_allocation_never_loses_text_silently));
