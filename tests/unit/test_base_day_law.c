#include "base/day.h"

#include <string.h>

#include "tests/lib/runner.h"

/* The examples that ministry, statutes and municipalities print, as they print them. */

static day
on(const char *text)
{
	day d = DAY_NONE;

	CU_ASSERT_FATAL(day_parse(text, strlen(text), &d) == RC_OK);
	return d;
}

static void
is(day got, const char *want)
{
	char text[DAY_TEXT_SIZE];

	day_write(got, text);
	CU_ASSERT_STRING_EQUAL(text, want);
}

static void
ages_in_months_of_children_born_at_the_end_of_a_month(void)
{
	is(day_age_months(on("2013-01-31"), 1), "2013-02-28");
	is(day_age_months(on("2013-07-31"), 2), "2013-09-30");
	is(day_age_months(on("2013-08-31"), 2), "2013-10-30");
	is(day_age_months(on("2013-08-31"), 6), "2014-02-28");
	is(day_age_months(on("2015-08-31"), 6), "2016-02-29");
	is(day_age_months(on("2013-12-31"), 2), "2014-02-28");
	is(day_age_months(on("2015-12-31"), 2), "2016-02-29");
	is(day_age_months(on("2024-02-29"), 12), "2025-02-28");
	is(day_age_months(on("2024-02-29"), 48), "2028-02-28");
}

static void
three_to_six_months_of_a_child_born_on_april_1_2013(void)
{
	is(day_age_months(on("2013-04-01"), 3), "2013-06-30");
	is(day_age_months(on("2013-04-01"), 6), "2013-09-30");
}

static void
sixty_five_years_run_from_the_eve_of_one_birthday_to_the_eve_of_the_next(void)
{
	is(day_age_years(on("1961-11-23"), 65), "2026-11-22");
	is(day_age_years(on("1961-11-23"), 66), "2027-11-22");
	CU_ASSERT_EQUAL(day_years_reached(on("1961-11-23"), on("2026-11-21")), 64);
	CU_ASSERT_EQUAL(day_years_reached(on("1961-11-23"), on("2026-11-22")), 65);
}

static void
children_of_a_leap_day_reach_every_age_on_february_28(void)
{
	for (int years = 1; years <= 100; years++) {
		int y, m, d;

		day_split(day_age_years(on("2000-02-29"), years), &y, &m, &d);
		CU_ASSERT(y == 2000 + years && m == 2 && d == 28);
	}
}

static void
a_birthday_on_april_1_belongs_to_the_earlier_fiscal_year(void)
{
	CU_ASSERT_EQUAL(day_fiscal_year(day_age_years(on("1961-04-01"), 65)), 2025);
	CU_ASSERT_EQUAL(day_fiscal_year(day_age_years(on("1961-04-02"), 65)), 2026);
	/* Girls of the fiscal year 2026 for the papilloma vaccine: 12 to 16 years. */
	CU_ASSERT_EQUAL(day_fiscal_year(day_age_years(on("2010-04-02"), 16)), 2026);
	CU_ASSERT_EQUAL(day_fiscal_year(day_age_years(on("2010-04-01"), 16)), 2025);
	CU_ASSERT_EQUAL(day_fiscal_year(day_age_years(on("2015-04-01"), 12)), 2026);
	CU_ASSERT_EQUAL(day_fiscal_year(day_age_years(on("2015-04-02"), 12)), 2027);
}

static void
intervals_in_days_count_the_full_days_between(void)
{
	CU_ASSERT_EQUAL(day_gap(on("2026-04-01"), day_after_days(on("2026-04-01"), 6)), 7);
	CU_ASSERT_EQUAL(day_gap(on("2026-04-01"), day_after_days(on("2026-04-01"), 20)), 21);
	CU_ASSERT_EQUAL(day_gap(on("2026-04-01"), day_after_days(on("2026-04-01"), 27)), 28);
	CU_ASSERT_EQUAL(day_gap(on("2026-04-01"), day_after_days(on("2026-04-01"), 60)), 61);
	CU_ASSERT_EQUAL(day_gap(on("2026-04-01"), day_after_days(on("2026-04-01"), 139)), 140);
}

static void
intervals_in_months_never_open_on_the_last_day_of_a_short_month(void)
{
	is(day_after_months(on("2026-04-01"), 3), "2026-07-01");
	is(day_after_months(on("2025-11-30"), 3), "2026-03-01");
	is(day_after_months(on("2026-07-04"), 2), "2026-09-04");
	is(day_after_months(on("2024-02-29"), 12), "2025-03-01");
	/* The age of the same number of months is already reached the day before. */
	is(day_age_months(on("2025-11-30"), 3), "2026-02-28");
}

static void
half_a_month_has_fourteen_to_sixteen_days(void)
{
	is(day_after_half_months(on("2023-04-01"), 2), "2023-06-16");
	is(day_after_half_months(on("2022-12-01"), 2), "2023-02-15");
	is(day_after_half_months(on("2023-12-01"), 2), "2024-02-16");
	is(day_after_half_months(on("2023-03-01"), 2), "2023-05-17");
	/* No 30th in February: from the 1st of March. */
	is(day_after_half_months(on("2022-12-30"), 2), "2023-03-17");
}

static void
standard_windows_end_on_the_same_day_or_the_last_of_the_month(void)
{
	is(day_same_day(on("2026-01-31"), 1), "2026-02-28");
	is(day_same_day(on("2026-01-15"), 13), "2027-02-15");
	is(day_same_day(on("2026-11-22"), 0), "2026-11-22");
}

static void
school_begins_for_april_1_a_year_before_april_2(void)
{
	is(day_school_start(on("2020-04-01")), "2026-04-01");
	is(day_school_start(on("2020-04-02")), "2027-04-01");
	is(day_school_start(on("2019-04-02")), "2026-04-01");
	is(day_school_start(on("2021-04-01")), "2027-04-01");
	is(day_school_start(on("2021-04-02")), "2028-04-01");
}

static void
a_period_of_no_months_ends_on_the_eve(void)
{
	is(day_period_end(on("2026-03-01"), 0), "2026-02-28");
	is(day_period_end(on("2024-03-01"), 0), "2024-02-29");
	is(day_period_end(on("2026-01-01"), 0), "2025-12-31");
}

RUNNER_SUITE(base_day_law,
    RUNNER_TEST(ages_in_months_of_children_born_at_the_end_of_a_month),
    RUNNER_TEST(three_to_six_months_of_a_child_born_on_april_1_2013),
    RUNNER_TEST(sixty_five_years_run_from_the_eve_of_one_birthday_to_the_eve_of_the_next),
    RUNNER_TEST(children_of_a_leap_day_reach_every_age_on_february_28),
    RUNNER_TEST(a_birthday_on_april_1_belongs_to_the_earlier_fiscal_year),
    RUNNER_TEST(intervals_in_days_count_the_full_days_between),
    RUNNER_TEST(intervals_in_months_never_open_on_the_last_day_of_a_short_month),
    RUNNER_TEST(half_a_month_has_fourteen_to_sixteen_days),
    RUNNER_TEST(standard_windows_end_on_the_same_day_or_the_last_of_the_month),
    RUNNER_TEST(school_begins_for_april_1_a_year_before_april_2),
    RUNNER_TEST(a_period_of_no_months_ends_on_the_eve));
