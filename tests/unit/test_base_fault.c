#include "base/fault.h"

#include <string.h>

#include "base/utf8.h"
#include "tests/lib/runner.h"

static void
a_fault_says_where_and_what_and_hands_back_its_code(void)
{
	struct fault why = { RC_OK, "", "" };

	CU_ASSERT_EQUAL(fault_set(&why, RC_INVALID, "doses.csv:12", "column %s is %d long", "lot", 300),
	    RC_INVALID);
	CU_ASSERT_EQUAL(why.rc, RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.place, "doses.csv:12");
	CU_ASSERT_STRING_EQUAL(why.text, "column lot is 300 long");
	CU_ASSERT_EQUAL(fault_set(NULL, RC_IO, "x", "%s", "y"), RC_IO);
	fault_set(&why, RC_IO, NULL, "%s", "");
	CU_ASSERT_STRING_EQUAL(why.place, "");
}

static void
a_text_too_long_is_cut_between_characters(void)
{
	struct fault why;
	char text[3 * 200 + 4];

	for (size_t lead = 0; lead < 4; lead++) {
		memset(text, 'a', lead);
		for (size_t i = 0; i < 200; i++)
			memcpy(text + lead + 3 * i, "渡", 3);
		text[lead + 600] = '\0';
		fault_set(&why, RC_INVALID, text, "%s", text);
		CU_ASSERT_EQUAL(utf8_check(why.place, strlen(why.place), UTF8_LINE, NULL), RC_OK);
		CU_ASSERT_EQUAL(utf8_check(why.text, strlen(why.text), UTF8_LINE, NULL), RC_OK);
		CU_ASSERT(strlen(why.place) > FAULT_PLACE_MAX - 4);
		CU_ASSERT(strlen(why.text) > FAULT_TEXT_MAX - 4);
	}
}

static void
every_code_has_a_name_of_its_own_and_a_promised_exit_status(void)
{
	for (int i = 0; i < RC__COUNT; i++) {
		CU_ASSERT_FATAL(fault_name((enum rc)i) != NULL);
		CU_ASSERT(fault_name((enum rc)i)[0] != '\0');
		for (int k = 0; k < i; k++)
			CU_ASSERT_STRING_NOT_EQUAL(fault_name((enum rc)i), fault_name((enum rc)k));
	}
	CU_ASSERT_EQUAL(fault_exit_status(RC_OK), 0);
	CU_ASSERT_EQUAL(fault_exit_status(RC_INVALID), 1);
	CU_ASSERT_EQUAL(fault_exit_status(RC_ABSENT), 1);
	CU_ASSERT_EQUAL(fault_exit_status(RC_FULL), 3);
	CU_ASSERT_EQUAL(fault_exit_status(RC_NET), 3);
	CU_ASSERT_EQUAL(fault_exit_status(RC_BUG), 4);
	CU_ASSERT_EQUAL(fault_exit_status((enum rc)9999), 4);
	CU_ASSERT_STRING_EQUAL(fault_name((enum rc)9999), "unknown");
}

RUNNER_SUITE(base_fault,
    RUNNER_TEST(a_fault_says_where_and_what_and_hands_back_its_code),
    RUNNER_TEST(a_text_too_long_is_cut_between_characters),
    RUNNER_TEST(every_code_has_a_name_of_its_own_and_a_promised_exit_status));
