#include "base/era.h"

#include <string.h>

#include "tests/lib/runner.h"

static void
reads(const char *text, const char *want)
{
	char got[DAY_TEXT_SIZE];
	day d = DAY_NONE;

	if (era_parse(text, strlen(text), &d) != RC_OK) {
		CU_FAIL("not read");
		return;
	}
	day_write(d, got);
	CU_ASSERT_STRING_EQUAL(got, want);
}

static void
refused(const char *text)
{
	day d = { 4711 };

	CU_ASSERT_EQUAL(era_parse(text, strlen(text), &d), RC_INVALID);
	CU_ASSERT_EQUAL(d.n, 4711);
}

static void
era_dates_are_read_in_the_forms_that_people_write(void)
{
	reads("令和8年11月22日", "2026-11-22");
	reads("令和８年１１月２２日", "2026-11-22");
	reads("令和8.11.22", "2026-11-22");
	reads("R8.11.22", "2026-11-22");
	reads("R08.01.05", "2026-01-05");
	reads("令和132年1月1日", "2150-01-01");
	reads("令和元年5月1日", "2019-05-01");
	reads("令和1年5月1日", "2019-05-01");
	reads("平成31年4月30日", "2019-04-30");
	reads("平成元年1月8日", "1989-01-08");
	reads("昭和64年1月7日", "1989-01-07");
	reads("S39.10.10", "1964-10-10");
	reads("昭和元年12月25日", "1926-12-25");
	reads("T1.7.30", "1912-07-30");
	reads("明治45年7月29日", "1912-07-29");
	reads("M6.1.1", "1873-01-01");
}

static void
any(const char *text, const char *want)
{
	char got[DAY_TEXT_SIZE] = "";
	day d = DAY_NONE;

	if (era_parse_any(text, strlen(text), &d) == RC_OK)
		day_write(d, got);
	CU_ASSERT_STRING_EQUAL(got, want);
}

static void
other_forms_of_paper_are_read_and_nothing_is_guessed(void)
{
	any("R8.11.22", "2026-11-22");
	any("令和8年11月22日", "2026-11-22");
	any("2026/11/2", "2026-11-02");
	any("2026.1.22", "2026-01-22");
	any("２０２６年１月２２日", "2026-01-22");
	any("20261122", "2026-11-22");
	any("2026/13/1", "");
	any("2026/2/29", "");
	any("20260229", "");
	any("26/11/2", "");
	any("11/2/2026", "");
	any("2026/11", "");
	any("2026/11/2日", "");
	any("2026年11月2", "");
	any("202611221", "");
	any("8.11.22", "");
	any("平成31年5月1日", "");
	any("", "");
}

static void
a_day_outside_the_era_named_is_refused(void)
{
	refused("平成31年5月1日");
	refused("平成35年1月1日");
	refused("令和元年4月30日");
	refused("昭和64年1月8日");
	refused("平成元年1月7日");
	refused("大正15年12月25日");
	refused("明治45年7月30日");
	refused("明治5年12月2日");
	refused("R1.1.1");
}

static void
what_is_not_a_date_is_refused(void)
{
	static const char *const bad[] = { "", "令和", "令和8", "令和8年", "令和8年11月", "令和8年11月22",
	    "令和8年13月1日", "令和8年2月29日", "令和0年1月1日", "令和8年0月1日", "令和8年1月0日",
	    "令和8年11月22日 ", " 令和8年11月22日", "R8年11月22日", "R8", "R8.11", "R8.11.", "R元.5.1",
	    "X8.11.22", "r8.11.22", "R8-11-22", "令和8.11月22日", "令和8年11.22", "R0008.1.1", "R8.001.1",
	    "2026-11-22", "令和\xff", "R\xe3\x81" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		refused(bad[i]);
}

static void
every_day_is_written_and_read_back(void)
{
	unsigned wrong = 0;
	day first = DAY_NONE, d;
	char text[ERA_TEXT_SIZE];

	CU_ASSERT_FATAL(day_make(1873, 1, 1, &first) == RC_OK);
	for (d = first; d.n < 66000; d.n++) {
		day back = DAY_NONE;

		era_write(d, text);
		wrong += era_parse(text, strlen(text), &back) != RC_OK || back.n != d.n;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	era_write(day_add(first, -1), text);
	CU_ASSERT_STRING_EQUAL(text, "1872-12-31");
	era_write(DAY_MAX, text);
	CU_ASSERT_STRING_EQUAL(text, "令和381年12月31日");
	era_write(DAY_NONE, text);
	CU_ASSERT_STRING_EQUAL(text, "");
}

static void
the_first_year_is_written_gannen(void)
{
	char text[ERA_TEXT_SIZE];
	day d;

	CU_ASSERT_FATAL(day_make(2019, 5, 1, &d) == RC_OK);
	era_write(d, text);
	CU_ASSERT_STRING_EQUAL(text, "令和元年5月1日");
	CU_ASSERT_FATAL(day_make(2026, 11, 22, &d) == RC_OK);
	era_write(d, text);
	CU_ASSERT_STRING_EQUAL(text, "令和8年11月22日");
}

RUNNER_SUITE(base_era,
    RUNNER_TEST(era_dates_are_read_in_the_forms_that_people_write),
    RUNNER_TEST(other_forms_of_paper_are_read_and_nothing_is_guessed),
    RUNNER_TEST(a_day_outside_the_era_named_is_refused),
    RUNNER_TEST(what_is_not_a_date_is_refused),
    RUNNER_TEST(every_day_is_written_and_read_back),
    RUNNER_TEST(the_first_year_is_written_gannen));
