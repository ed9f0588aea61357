#include "tests/oracle/civil.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define YEARS (CIVIL_LAST_YEAR - CIVIL_FIRST_YEAR + 1)

static struct { short year; signed char month, mday; } table[YEARS * 366];
static int first_of_month[YEARS][12];
static int n_days;

int
civil_length(int year, int month)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : length[month - 1];
}

void
civil_start(void)
{
	n_days = 0;
	for (int year = CIVIL_FIRST_YEAR; year <= CIVIL_LAST_YEAR; year++)
		for (int month = 1; month <= 12; month++) {
			first_of_month[year - CIVIL_FIRST_YEAR][month - 1] = n_days;
			for (int mday = 1; mday <= civil_length(year, month); mday++) {
				table[n_days].year = (short)year;
				table[n_days].month = (signed char)month;
				table[n_days].mday = (signed char)mday;
				n_days++;
			}
		}
}

int
civil_last(void)
{
	return n_days - 1;
}

int
civil_of(int year, int month, int mday)
{
	if (year < CIVIL_FIRST_YEAR || year > CIVIL_LAST_YEAR || month < 1 || month > 12 || mday < 1 ||
	    mday > civil_length(year, month))
		return -1;
	return first_of_month[year - CIVIL_FIRST_YEAR][month - 1] + mday - 1;
}

struct civil
civil_split(int day)
{
	assert(day >= 0 && day < n_days);
	return (struct civil){ table[day].year, table[day].month, table[day].mday };
}

int
civil_read(const char *text)
{
	int year, month, mday, used = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &mday, &used) != 3 || used != 10 || text[10] != '\0')
		return -1;
	return civil_of(year, month, mday);
}

void
civil_write(int day, char text[11])
{
	struct civil c;

	if (day < 0 || day >= n_days) {
		snprintf(text, 11, "%s", day < 0 ? "-" : "open");
		return;
	}
	c = civil_split(day);
	snprintf(text, 11, "%04u-%02u-%02u", (unsigned)c.year % 10000, (unsigned)c.month % 100, (unsigned)c.mday % 100);
}

/* The month so many months away; false outside the table. */
static bool
month_away(struct civil c, int months, int *ret_year, int *ret_month)
{
	int m = c.year * 12 + (c.month - 1) + months;

	*ret_year = m / 12;
	*ret_month = m % 12 + 1;
	return *ret_year >= CIVIL_FIRST_YEAR && *ret_year <= CIVIL_LAST_YEAR;
}

int
civil_reached(int day, int months)
{
	struct civil c = civil_split(day);
	int year, month;

	if (!month_away(c, months, &year, &month))
		return civil_last();
	if (c.mday <= civil_length(year, month))
		return civil_of(year, month, c.mday) - 1;
	return civil_of(year, month, civil_length(year, month));
}

int
civil_after_days(int day, int n)
{
	return day + n + 1;
}

int
civil_after_months(int day, int n)
{
	struct civil c = civil_split(day);
	int year, month;

	if (!month_away(c, n, &year, &month))
		return civil_last();
	if (c.mday <= civil_length(year, month))
		return civil_of(year, month, c.mday);
	return civil_of(year, month, civil_length(year, month)) + 1;
}

int
civil_after_half(int day, int n)
{
	static const int half[] = { 14, 15, 15, 16 };
	int on = civil_after_months(day, n);
	struct civil c = civil_split(on);

	return on + half[civil_length(c.year, c.month) - 28];
}

int
civil_same(int day, int months)
{
	struct civil c = civil_split(day);
	int year, month;

	if (!month_away(c, months, &year, &month))
		return civil_last();
	return civil_of(year, month, c.mday <= civil_length(year, month) ? c.mday : civil_length(year, month));
}

int
civil_fiscal(int day)
{
	struct civil c = civil_split(day);

	return c.month >= 4 ? c.year : c.year - 1;
}
