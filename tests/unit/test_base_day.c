#include "base/day.h"

#include <string.h>

#include "tests/lib/runner.h"

/*
 * The slow oracle.  It knows the lengths of the twelve months, written out, and
 * walks: day by day along the calendar, month by month along a period.  It
 * shares nothing with day.c.
 */
struct date {
	int y, m, d;
};

static int
oracle_length(int y, int m)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (m == 2 && ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0))
		return 29;
	return lengths[m - 1];
}

static struct date
oracle_tomorrow(struct date t)
{
	if (++t.d > oracle_length(t.y, t.m)) {
		t.d = 1;
		if (++t.m > 12) {
			t.m = 1;
			t.y++;
		}
	}
	return t;
}

static struct date
oracle_yesterday(struct date t)
{
	if (--t.d < 1) {
		if (--t.m < 1) {
			t.m = 12;
			t.y--;
		}
		t.d = oracle_length(t.y, t.m);
	}
	return t;
}

static struct date
oracle_month_on(struct date t)
{
	if (++t.m > 12) {
		t.m = 1;
		t.y++;
	}
	return t;
}

/* Civil Code 143 as it reads: the day before the corresponding day, or the end of the month. */
static struct date
oracle_period_end(struct date t, int months)
{
	while (months-- > 0)
		t = oracle_month_on(t);
	if (t.d <= oracle_length(t.y, t.m))
		return oracle_yesterday(t);
	t.d = oracle_length(t.y, t.m);
	return t;
}

static int
same(struct date t, day d)
{
	int y, m, mday;

	day_split(d, &y, &m, &mday);
	return y == t.y && m == t.m && mday == t.d;
}

static day
made(struct date t)
{
	day d = DAY_NONE;

	CU_ASSERT_FATAL(day_make(t.y, t.m, t.d, &d) == RC_OK);
	return d;
}

static void
every_day_of_six_centuries_is_numbered_and_read_back(void)
{
	struct date t = { 1800, 1, 1 };
	int32_t n = DAY_MIN.n;
	unsigned wrong = 0;

	for (; n <= DAY_MAX.n; n++, t = oracle_tomorrow(t)) {
		day d = { INT32_MIN };

		if (day_make(t.y, t.m, t.d, &d) != RC_OK || d.n != n || !same(t, d) ||
		    day_month_length(t.y, t.m) != oracle_length(t.y, t.m))
			wrong++;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(t.y == 2400 && t.m == 1 && t.d == 1);
	CU_ASSERT_EQUAL(made((struct date){ 1970, 1, 1 }).n, 0);
}

static void
every_period_of_every_day_ends_as_civil_code_143_says(void)
{
	struct date t = { 1900, 1, 1 };
	unsigned wrong = 0;

	for (; t.y <= 2150; t = oracle_tomorrow(t)) {
		day d = made(t);
		struct date along = t;

		for (int months = 0; months <= 240; months++) {
			struct date end = oracle_period_end(along, 0);
			struct date after, upper = along;

			if (along.d > oracle_length(along.y, along.m)) {
				end = along;
				end.d = upper.d = oracle_length(along.y, along.m);
			}
			after = oracle_tomorrow(end);
			wrong += !same(end, day_period_end(d, months));
			wrong += !same(end, day_age_months(d, months));
			wrong += !same(after, day_after_months(d, months));
			wrong += !same(upper, day_same_day(d, months));
			along = oracle_month_on(along);
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
every_age_in_years_is_reached_on_the_eve_of_the_birthday(void)
{
	unsigned wrong = 0;

	for (struct date t = { 1900, 1, 1 }; t.y <= 2150; t = oracle_tomorrow(t))
		for (int years = 0; years <= 120; years += years < 20 ? 1 : 5) {
			struct date end = t;

			end.y += years;
			if (t.m == 2 && t.d == 29 && oracle_length(end.y, 2) == 28)
				end.d = 28;
			else
				end = oracle_yesterday(end);
			wrong += !same(end, day_age_years(made(t), years));
		}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
the_age_reached_on_a_day_is_the_last_one_whose_day_has_come(void)
{
	static const struct date births[] = {
		{ 1900, 1, 1 }, { 1999, 12, 31 }, { 2000, 2, 29 }, { 2000, 2, 28 }, { 2001, 1, 29 },
		{ 2001, 1, 30 }, { 2001, 1, 31 }, { 2003, 3, 1 }, { 2010, 8, 31 }, { 2012, 2, 29 },
		{ 2013, 4, 1 }, { 2013, 4, 2 }, { 2015, 5, 31 }, { 2023, 11, 30 },
	};
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof births / sizeof births[0]; i++) {
		day birth = made(births[i]);
		struct date t = births[i];
		int months = 0, years = 0;

		CU_ASSERT_EQUAL(day_months_reached(birth, day_add(birth, -1)), -1);
		CU_ASSERT_EQUAL(day_years_reached(birth, day_add(birth, -1)), -1);
		for (int k = 0; k < 40000; k++, t = oracle_tomorrow(t)) {
			day d = made(t);

			while (!day_after(made(oracle_period_end(births[i], months + 1)), d))
				months++;
			while (!day_after(made(oracle_period_end(births[i], 12 * (years + 1))), d))
				years++;
			wrong += day_months_reached(birth, d) != months;
			wrong += day_years_reached(birth, d) != years;
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
half_months_are_counted_from_the_whole_ones_by_the_length_of_that_month(void)
{
	unsigned wrong = 0;

	for (struct date t = { 1900, 1, 1 }; t.y <= 2150; t = oracle_tomorrow(t)) {
		struct date at = t;

		for (int months = 0; months <= 12; months++) {
			struct date whole = oracle_tomorrow(oracle_period_end(t, months));
			int more = 0;

			switch (oracle_length(whole.y, whole.m)) {
			case 28: more = 14; break;
			case 29: more = 15; break;
			case 30: more = 15; break;
			case 31: more = 16; break;
			default: break;
			}
			for (at = whole; more > 0; more--)
				at = oracle_tomorrow(at);
			wrong += !same(at, day_after_half_months(made(t), months));
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
an_interval_of_days_lies_fully_between(void)
{
	static const int gaps[] = { 0, 1, 6, 20, 27, 60, 139 };
	unsigned wrong = 0;

	for (struct date t = { 1900, 1, 1 }; t.y <= 2150; t = oracle_tomorrow(t))
		for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) {
			day d = made(t), next = day_after_days(d, gaps[i]);

			wrong += day_gap(d, next) - 1 != gaps[i];
		}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
fiscal_years_and_school_years_turn_on_april_1(void)
{
	unsigned wrong = 0;

	for (struct date t = { 1900, 1, 1 }; t.y <= 2150; t = oracle_tomorrow(t)) {
		day d = made(t);
		int fiscal = t.m < 4 ? t.y - 1 : t.y;
		/* School: the first April 1 on or after the day following the sixth age. */
		struct date school = oracle_tomorrow(oracle_period_end(t, 72));

		while (school.m != 4 || school.d != 1)
			school = oracle_tomorrow(school);
		wrong += day_fiscal_year(d) != fiscal;
		wrong += !same((struct date){ fiscal, 4, 1 }, day_fiscal_first(fiscal));
		wrong += !same((struct date){ fiscal + 1, 3, 31 }, day_fiscal_last(fiscal));
		wrong += !same(school, day_school_start(d));
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
impossible_dates_are_refused_and_leave_the_output_alone(void)
{
	static const struct date none[] = {
		{ 2023, 2, 29 }, { 1900, 2, 29 }, { 2100, 2, 29 }, { 2024, 2, 30 }, { 2024, 4, 31 },
		{ 2024, 0, 1 }, { 2024, 13, 1 }, { 2024, 1, 0 }, { 2024, 1, 32 }, { 2024, 1, -1 },
		{ 1799, 12, 31 }, { 2400, 1, 1 }, { -1, 1, 1 }, { 2147483647, 12, 31 },
	};

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		day d = { 12345 };

		CU_ASSERT_EQUAL(day_make(none[i].y, none[i].m, none[i].d, &d), RC_INVALID);
		CU_ASSERT_EQUAL(d.n, 12345);
	}
}

static void
days_beyond_the_calendar_stop_at_its_ends(void)
{
	day d = made((struct date){ 2026, 11, 22 });

	CU_ASSERT(day_equal(day_add(d, 2147483647), DAY_MAX));
	CU_ASSERT(day_equal(day_add(d, -2147483647 - 1), DAY_MIN));
	CU_ASSERT(day_equal(day_after_days(DAY_MAX, 0), DAY_MAX));
	CU_ASSERT(day_equal(day_after_days(d, 2147483647), DAY_MAX));
	CU_ASSERT(day_equal(day_period_end(d, 2147483647), DAY_MAX));
	CU_ASSERT(day_equal(day_period_end(d, 12 * 400), DAY_MAX));
	CU_ASSERT(day_equal(day_age_years(d, 2147483647), DAY_MAX));
	CU_ASSERT(day_equal(day_same_day(d, 2147483647), DAY_MAX));
	CU_ASSERT(day_equal(day_after_half_months(DAY_MAX, 1), DAY_MAX));
	CU_ASSERT(day_equal(day_fiscal_first(2147483647), DAY_MAX));
	CU_ASSERT(day_equal(day_fiscal_last(-2147483647), DAY_MIN));
	CU_ASSERT(day_equal(day_school_start(DAY_MAX), DAY_MAX));
}

static void
dates_are_written_and_read_back_in_one_form_only(void)
{
	static const char *const bad[] = {
		"2026-11-2", "2026-11-022", "2026/11/22", "20261122", "2026-1-22", " 2026-11-22",
		"2026-11-22 ", "+026-11-22", "2026-11-2x", "2026-00-10", "2026-13-10", "2026-02-29",
		"1867-12-31", "2200-01-01", "0000-00-00", "2026-11", "2026", "", "２０２６-11-22",
	};
	char text[DAY_TEXT_SIZE];
	unsigned wrong = 0;

	for (struct date t = { 1868, 1, 1 }; t.y <= 2199; t = oracle_tomorrow(t)) {
		day d = { 1 };

		day_write(made(t), text);
		wrong += strlen(text) != 10 || day_parse(text, 10, &d) != RC_OK || !same(t, d);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		day d = { 4711 };

		CU_ASSERT_EQUAL(day_parse(bad[i], strlen(bad[i]), &d), RC_INVALID);
		CU_ASSERT_EQUAL(d.n, 4711);
	}
	day_write(DAY_NONE, text);
	CU_ASSERT_STRING_EQUAL(text, "");
	day_write(made((struct date){ 2026, 1, 2 }), text);
	CU_ASSERT_STRING_EQUAL(text, "2026-01-02");
}

static void
a_written_date_means_every_day_it_can_mean(void)
{
	static const char *const bad[] = { "2026-", "2026-1", "2026-00", "2026-13", "202", "20266",
	    "2026-11-", "2026-11-00", "1867", "2200", "2200-01", "2026.11" };
	struct day_span s;
	char text[DAY_TEXT_SIZE];

	CU_ASSERT_EQUAL_FATAL(day_span_parse("2025", 4, &s), RC_OK);
	CU_ASSERT(same((struct date){ 2025, 1, 1 }, s.first));
	CU_ASSERT(same((struct date){ 2025, 12, 31 }, s.last));
	day_span_write(s, text);
	CU_ASSERT_STRING_EQUAL(text, "2025");
	CU_ASSERT_EQUAL_FATAL(day_span_parse("2024-02", 7, &s), RC_OK);
	CU_ASSERT(same((struct date){ 2024, 2, 1 }, s.first));
	CU_ASSERT(same((struct date){ 2024, 2, 29 }, s.last));
	day_span_write(s, text);
	CU_ASSERT_STRING_EQUAL(text, "2024-02");
	CU_ASSERT_EQUAL_FATAL(day_span_parse("2024-02-29", 10, &s), RC_OK);
	CU_ASSERT(day_equal(s.first, s.last));
	day_span_write(s, text);
	CU_ASSERT_STRING_EQUAL(text, "2024-02-29");
	s.last = made((struct date){ 2024, 3, 5 });
	day_span_write(s, text);
	CU_ASSERT_STRING_EQUAL(text, "2024");
	s.last = made((struct date){ 2025, 3, 5 });
	day_span_write(s, text);
	CU_ASSERT_STRING_EQUAL(text, "");
	s.first = s.last = DAY_NONE;
	day_span_write(s, text);
	CU_ASSERT_STRING_EQUAL(text, "");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CU_ASSERT_EQUAL(day_span_parse(bad[i], strlen(bad[i]), &s), RC_INVALID);
}

RUNNER_SUITE(base_day,
    RUNNER_TEST(every_day_of_six_centuries_is_numbered_and_read_back),
    RUNNER_TEST(every_period_of_every_day_ends_as_civil_code_143_says),
    RUNNER_TEST(every_age_in_years_is_reached_on_the_eve_of_the_birthday),
    RUNNER_TEST(the_age_reached_on_a_day_is_the_last_one_whose_day_has_come),
    RUNNER_TEST(half_months_are_counted_from_the_whole_ones_by_the_length_of_that_month),
    RUNNER_TEST(an_interval_of_days_lies_fully_between),
    RUNNER_TEST(fiscal_years_and_school_years_turn_on_april_1),
    RUNNER_TEST(impossible_dates_are_refused_and_leave_the_output_alone),
    RUNNER_TEST(days_beyond_the_calendar_stop_at_its_ends),
    RUNNER_TEST(dates_are_written_and_read_back_in_one_form_only),
    RUNNER_TEST(a_written_date_means_every_day_it_can_mean));
