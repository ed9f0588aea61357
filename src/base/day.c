#include "base/day.h"

#include <assert.h>

/*
 * Days are counted from 0000-03-01 inside this file: in a year that begins in
 * March the leap day is the last one, so that months are 30.6 days long on
 * average and their starts a linear function, rounded down.
 */
#define EPOCH 719468		/* days from 0000-03-01 to 1970-01-01 */
#define DAYS_400_YEARS 146097u
#define DAYS_4_YEARS 1461u

#define YEAR_MIN 1800
#define YEAR_MAX 2399

struct civil {
	int year, month, mday;
};

static inline int
leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static inline int
month_length(int year, int month)
{
	/* July and August break the alternation; from there it is shifted by one. */
	return month == 2 ? 28 + leap(year) : 30 + ((month ^ (month >> 3)) & 1);
}

static inline int32_t
number(int year, int month, int mday)
{
	uint32_t early = month <= 2;
	uint32_t y = (uint32_t)year - early;
	uint32_t m = (uint32_t)month + (early ? 12 : 0);	/* 3..14 */
	uint32_t century = y / 100;

	return (int32_t)(y * DAYS_4_YEARS / 4 - century + century / 4 +
	    (m * 979 - 2919) / 32 + (uint32_t)mday - 1) - EPOCH;
}

static inline struct civil
civil(day d)
{
	uint32_t n, quarter, century, day_of_century, of_year, rest, month;
	uint64_t product;
	struct civil c;

	assert(d.n >= DAY_MIN.n && d.n <= DAY_MAX.n);
	n = (uint32_t)(d.n + EPOCH);
	quarter = 4 * n + 3;
	century = quarter / DAYS_400_YEARS;
	day_of_century = quarter % DAYS_400_YEARS / 4;
	/*
	 * (4 * day_of_century + 3) / 1461 and its remainder in one product:
	 * 2939745 is 2^32 / 1461 rounded up, and the error stays under one day
	 * for every day of a century.
	 */
	product = (uint64_t)2939745 * (4 * day_of_century + 3);
	of_year = (uint32_t)product / 2939745 / 4;
	/* 2141 / 65536 is 1 / 30.61: month and day of month in one word. */
	rest = 2141 * of_year + 197913;
	month = rest >> 16;
	c.mday = (int)((rest & 0xffff) / 2141) + 1;
	c.year = (int)(100 * century + (uint32_t)(product >> 32));
	c.month = (int)month;
	if (of_year >= 306) {		/* January and February belong to the year after */
		c.month -= 12;
		c.year++;
	}
	return c;
}

/* Year and month of c, n months later; false after DAY_MAX. */
static inline int
shift(const struct civil *c, int months, int *ret_year, int *ret_month)
{
	int at;

	assert(months >= 0);
	if (months > (YEAR_MAX - YEAR_MIN + 1) * 12)
		return 0;
	at = c->year * 12 + (c->month - 1) + months;
	*ret_year = at / 12;
	*ret_month = at % 12 + 1;
	return *ret_year <= YEAR_MAX;
}

day
day_add(day d, int days)
{
	int64_t n;

	assert(day_known(d));
	n = (int64_t)d.n + days;
	if (n < DAY_MIN.n)
		return DAY_MIN;
	if (n > DAY_MAX.n)
		return DAY_MAX;
	return (day){ (int32_t)n };
}

int
day_month_length(int year, int month)
{
	assert(month >= 1 && month <= 12);
	return month_length(year, month);
}

enum rc
day_make(int year, int month, int mday, day *ret_day)
{
	if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 ||
	    mday < 1 || mday > month_length(year, month))
		return RC_INVALID;
	ret_day->n = number(year, month, mday);
	return RC_OK;
}

void
day_split(day d, int *ret_year, int *ret_month, int *ret_mday)
{
	struct civil c = civil(d);

	*ret_year = c.year;
	*ret_month = c.month;
	*ret_mday = c.mday;
}

day
day_period_end(day d, int months)
{
	struct civil c = civil(d);
	int year, month, length;

	if (!shift(&c, months, &year, &month))
		return DAY_MAX;
	length = month_length(year, month);
	return (day){ number(year, month, c.mday <= length ? c.mday - 1 : length) };
}

day
day_age_months(day birth, int months)
{
	return day_period_end(birth, months);
}

day
day_age_years(day birth, int years)
{
	return day_period_end(birth, years > YEAR_MAX ? YEAR_MAX * 12 : years * 12);
}

/*
 * Age n is reached on period_end(birth, n), and the day after that is the
 * corresponding day, or the 1st of the month after one that lacks it: exactly
 * what counting full months up to the day after d gives.
 */
int
day_months_reached(day birth, day d)
{
	struct civil b, c;

	if (day_before(d, birth))
		return -1;
	b = civil(birth);
	c = civil(d);
	if (++c.mday > month_length(c.year, c.month)) {
		c.mday = 1;
		c.month++;		/* 13 is harmless in the count */
	}
	return (c.year - b.year) * 12 + (c.month - b.month) - (c.mday < b.mday);
}

int
day_years_reached(day birth, day d)
{
	int months = day_months_reached(birth, d);

	return months < 0 ? -1 : months / 12;
}

day
day_after_days(day previous, int days)
{
	assert(days >= 0);
	return day_add(day_add(previous, days), 1);
}

day
day_after_months(day previous, int months)
{
	return day_add(day_period_end(previous, months), 1);
}

day
day_after_half_months(day previous, int months)
{
	day whole = day_after_months(previous, months);
	struct civil c = civil(whole);

	/* 14, 15, 15, 16 */
	return day_add(whole, (month_length(c.year, c.month) + 1) / 2);
}

day
day_same_day(day d, int months)
{
	struct civil c = civil(d);
	int year, month, length;

	if (!shift(&c, months, &year, &month))
		return DAY_MAX;
	length = month_length(year, month);
	return (day){ number(year, month, c.mday <= length ? c.mday : length) };
}

int
day_fiscal_year(day d)
{
	struct civil c = civil(d);

	return c.month >= 4 ? c.year : c.year - 1;
}

day
day_fiscal_first(int fiscal_year)
{
	if (fiscal_year < YEAR_MIN)
		return DAY_MIN;
	if (fiscal_year > YEAR_MAX)
		return DAY_MAX;
	return (day){ number(fiscal_year, 4, 1) };
}

day
day_fiscal_last(int fiscal_year)
{
	if (fiscal_year < YEAR_MIN - 1)
		return DAY_MIN;
	if (fiscal_year >= YEAR_MAX)
		return DAY_MAX;
	return (day){ number(fiscal_year + 1, 3, 31) };
}

day
day_school_start(day birth)
{
	struct civil c = civil(day_after_months(birth, 6 * 12));
	int year = c.year;

	if (c.month > 4 || (c.month == 4 && c.mday > 1))
		year++;
	return day_fiscal_first(year);
}

/* Exactly n decimal digits; -1 when there is anything else. */
static int
digits(const char *text, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static void
digits_write(char *text, size_t n, int value)
{
	while (n-- > 0) {
		text[n] = (char)('0' + value % 10);
		value /= 10;
	}
}

enum rc
day_span_parse(const char *text, size_t len, struct day_span *ret_span)
{
	int year, month, mday;
	struct day_span s;

	if (len != 4 && len != 7 && len != 10)
		return RC_INVALID;
	year = digits(text, 4);
	if (year < DAY_YEAR_FIRST || year > DAY_YEAR_LAST)
		return RC_INVALID;
	if (len == 4) {
		s.first.n = number(year, 1, 1);
		s.last.n = number(year, 12, 31);
		*ret_span = s;
		return RC_OK;
	}
	month = digits(text + 5, 2);
	if (text[4] != '-' || month < 1 || month > 12)
		return RC_INVALID;
	if (len == 7) {
		s.first.n = number(year, month, 1);
		s.last.n = number(year, month, month_length(year, month));
		*ret_span = s;
		return RC_OK;
	}
	mday = digits(text + 8, 2);
	if (text[7] != '-' || mday < 1 || mday > month_length(year, month))
		return RC_INVALID;
	s.first.n = s.last.n = number(year, month, mday);
	*ret_span = s;
	return RC_OK;
}

enum rc
day_parse(const char *text, size_t len, day *ret_day)
{
	struct day_span s;

	if (len != DAY_TEXT_SIZE - 1 || day_span_parse(text, len, &s) != RC_OK)
		return RC_INVALID;
	*ret_day = s.first;
	return RC_OK;
}

void
day_write(day d, char text[DAY_TEXT_SIZE])
{
	struct civil c;

	if (!day_known(d)) {
		text[0] = '\0';
		return;
	}
	c = civil(d);
	digits_write(text, 4, c.year);
	text[4] = '-';
	digits_write(text + 5, 2, c.month);
	text[7] = '-';
	digits_write(text + 8, 2, c.mday);
	text[10] = '\0';
}

void
day_span_write(struct day_span s, char text[DAY_TEXT_SIZE])
{
	struct civil a, b;

	day_write(s.first, text);
	if (!day_known(s.first) || day_equal(s.first, s.last))
		return;
	assert(day_known(s.last) && day_before(s.first, s.last));
	a = civil(s.first);
	b = civil(s.last);
	/* Whatever lies inside one month or year is written as that month or year. */
	if (a.year != b.year)
		text[0] = '\0';
	else
		text[a.month == b.month ? 7 : 4] = '\0';
}
