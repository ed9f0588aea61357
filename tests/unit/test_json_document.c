#include <string.h>

#include <cjson/cJSON.h>

#include "json/document.h"
#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"

static void
build(struct json_document *d)
{
	json_document_init(d, false);
	json_document_text(d, "name", "渡し \"x\" \\");
	json_document_array(d, "list");
	json_document_integer(d, NULL, 42);
	json_document_object(d, NULL);
	json_document_thousandths(d, "mL", 500);
	json_document_bool(d, "yes", true);
	json_document_day(d, "on", (day){ 20573 });
	json_document_day(d, "never", DAY_NONE);
	json_document_text_if(d, "nothing", "");
	json_document_close(d);
	json_document_close(d);
}

static const char built[] = "{\"name\":\"渡し \\\"x\\\" \\\\\",\"list\":[42,{\"mL\":0.5,\"yes\":true,"
    "\"on\":\"2026-04-30\"}]}\n";

static void
a_document_is_written_as_it_was_built(void)
{
	struct buf out = BUF_INIT(4096);
	struct json_document d;

	build(&d);
	CU_ASSERT_EQUAL(json_document_write(&d, false, &out), RC_OK);
	CU_ASSERT_STRING_EQUAL(out.data, built);
	json_document_clear(&d);
	buf_clear(&out);
}

static void
text_that_is_not_text_spoils_the_document(void)
{
	static const char *const bad[] = { "a\x01", "\xff", "\xc0\x80", "a\x7f", "\xed\xa0\x80" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct buf out = BUF_INIT(4096);
		struct json_document d;

		json_document_init(&d, true);
		json_document_text(&d, NULL, bad[i]);
		json_document_text(&d, NULL, "fine");
		CU_ASSERT_EQUAL(json_document_write(&d, false, &out), RC_INVALID);
		CU_ASSERT_EQUAL(out.len, 0);
		json_document_clear(&d);
		buf_clear(&out);
	}
}

static void
any_failing_allocation_is_told(void)
{
	cJSON_Hooks hooks = { countdown_malloc, countdown_free };

	cJSON_InitHooks(&hooks);
	for (long n = 0;; n++) {
		struct buf out = BUF_INIT(4096);
		struct json_document d;
		enum rc rc;

		fail_after(n);
		build(&d);
		rc = json_document_write(&d, true, &out);
		fail_never();
		json_document_clear(&d);
		buf_clear(&out);
		if (rc == RC_OK)
			break;
		CU_ASSERT_EQUAL_FATAL(rc, RC_NOMEM);
		CU_ASSERT_FATAL(n < 1000);
	}
	cJSON_InitHooks(NULL);
}

RUNNER_SUITE(json_document,
    RUNNER_TEST(a_document_is_written_as_it_was_built),
    RUNNER_TEST(text_that_is_not_text_spoils_the_document),
    RUNNER_TEST(any_failing_allocation_is_told));
