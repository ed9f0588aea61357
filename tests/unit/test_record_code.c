#include <string.h>

#include "base/checkdigit.h"
#include "record/code.h"
#include "tests/lib/runner.h"

static day
on(const char *text)
{
	day d = DAY_NONE;

	CU_ASSERT_EQUAL_FATAL(day_parse(text, strlen(text), &d), RC_OK);
	return d;
}

static const char *
asked(const char *code, const char *today)
{
	const char *answer = NULL;

	CU_ASSERT_EQUAL(code_municipality_to_ask(code, on(today), &answer), RC_OK);
	return answer != NULL ? answer : "";
}

static void
every_code_has_its_check_digit_and_stands_in_order(void)
{
	for (size_t i = 0; i < code_municipality_count(); i++) {
		const struct code_municipality *m = code_municipality_at(i);

		CU_ASSERT_TRUE(checkdigit_municipality(m->code, strlen(m->code)));
		CU_ASSERT(i == 0 || strcmp(code_municipality_at(i - 1)->code, m->code) <= 0);
		CU_ASSERT(m->name[0] != '\0' && m->roman[0] != '\0');
		CU_ASSERT_PTR_NOT_NULL(code_municipality_find(m->code, on("2026-11-22")));
	}
	CU_ASSERT(code_municipality_count() > 250);
	CU_ASSERT_PTR_NULL(code_municipality_at(code_municipality_count()));
}

static void
the_three_of_the_story_are_known(void)
{
	CU_ASSERT_STRING_EQUAL(code_municipality_find("141003", on("2026-11-22"))->name, "横浜市");
	CU_ASSERT_STRING_EQUAL(code_municipality_find("011002", on("2026-11-22"))->name, "札幌市");
	CU_ASSERT_STRING_EQUAL(code_municipality_find("012025", on("2026-11-22"))->roman, "Hakodate");
	CU_ASSERT_PTR_NULL(code_municipality_find("472077", on("2026-11-22")));
}

/* What was read in a source is told from what was not (data/code/municipality.tsv). */
static void
a_row_says_whether_anybody_read_it(void)
{
	const struct code_municipality *m = code_municipality_find("011011", on("2026-11-22"));

	CU_ASSERT(m->is_confirmed && m->is_dated);
	m = code_municipality_find("402311", on("2026-11-22"));
	CU_ASSERT(m->is_confirmed && !m->is_dated);
	m = code_municipality_find("222046", on("2003-03-31"));
	CU_ASSERT(!m->is_confirmed && !m->is_dated);
	/* Since when a code is in force may be unknown: it is found on any earlier day. */
	CU_ASSERT_PTR_NOT_NULL(code_municipality_find("011011", on("1999-01-01")));
}

static void
a_ward_is_asked_through_its_city(void)
{
	CU_ASSERT_STRING_EQUAL(asked("141046", "2026-11-22"), "141003");
	CU_ASSERT_STRING_EQUAL(asked("011011", "2026-11-22"), "011002");
	/* A special ward of Tokyo is a municipality of its own. */
	CU_ASSERT_STRING_EQUAL(asked("131121", "2026-11-22"), "131121");
}

static void
a_merged_municipality_is_asked_through_its_successor(void)
{
	CU_ASSERT_STRING_EQUAL(asked("093670", "2026-11-22"), "092037");
	CU_ASSERT_STRING_EQUAL(asked("093670", "2014-04-04"), "093670");
	CU_ASSERT_STRING_EQUAL(asked("093670", "2014-04-05"), "092037");
	/* Shimizu city went into Shizuoka city, which then changed its code. */
	CU_ASSERT_STRING_EQUAL(asked("222046", "2026-11-22"), "221007");
	/* A ward that is no more still leads to its city. */
	CU_ASSERT_STRING_EQUAL(asked("221317", "2026-11-22"), "221309");
}

static void
a_code_that_is_not_in_the_table_is_asked_itself(void)
{
	CU_ASSERT_STRING_EQUAL(asked("472077", "2026-11-22"), "472077");
}

static void
abroad_and_nowhere_are_never_asked_and_a_slip_is_told(void)
{
	static const char *const nowhere[] = { "", "99999", "999999", "00000", "000000" };
	static const char *const wrong[] = { "141004", "14100", "1410030", "14100x", "130001", "ABROAD" };
	const char *answer = "untouched";

	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++)
		CU_ASSERT_EQUAL(code_municipality_to_ask(nowhere[i], on("2026-11-22"), &answer), RC_ABSENT);
	CU_ASSERT_EQUAL(code_municipality_to_ask(NULL, on("2026-11-22"), &answer), RC_ABSENT);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_EQUAL(code_municipality_to_ask(wrong[i], on("2026-11-22"), &answer), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(answer, "untouched");
}

RUNNER_SUITE(record_code,
    RUNNER_TEST(every_code_has_its_check_digit_and_stands_in_order),
    RUNNER_TEST(the_three_of_the_story_are_known),
    RUNNER_TEST(a_row_says_whether_anybody_read_it),
    RUNNER_TEST(a_ward_is_asked_through_its_city),
    RUNNER_TEST(a_merged_municipality_is_asked_through_its_successor),
    RUNNER_TEST(a_code_that_is_not_in_the_table_is_asked_itself),
    RUNNER_TEST(abroad_and_nowhere_are_never_asked_and_a_slip_is_told));
