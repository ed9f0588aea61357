#include "base/day.h"

#include <assert.h>
#include <string.h>

#include "base/day_table.h"

#define YEAR_MIN 1800
#define YEAR_MAX 2399
#define YEAR_TABLE 1799			/* the table begins a year early */
#define N_MONTHS ((YEAR_MAX - YEAR_TABLE + 1) * 12)

/* Months are counted from January 1799; so are the entries of day_month_first. */
struct place {
	int month;		/* 12.. */
	int mday;		/* 0.. */
};

static inline int
month_number(int year, int month)
{
	return (year - YEAR_TABLE) * 12 + month - 1;
}

static inline int
length_of(int month)
{
	return day_month_first[month + 1] - day_month_first[month];
}

static inline struct place
place_of(day d)
{
	uint32_t since;
	struct place p;

	assert(d.n >= DAY_MIN.n && d.n <= DAY_MAX.n);
	/*
	 * 2^32 / 141110500 is 30.43689, the mean length of a month.  The mean strays
	 * from the calendar by less than five days, so that five days earlier it
	 * gives the month or the one before.
	 */
	since = (uint32_t)(d.n - day_month_first[0] - 5);
	p.month = (int)((uint64_t)since * 141110500 >> 32);
	p.month += d.n >= day_month_first[p.month + 1];
	p.mday = d.n - day_month_first[p.month];
	return p;
}

/* The month so many later, or past the table: then it is N_MONTHS. */
static inline int
later(int month, int months)
{
	assert(months >= 0);
	return months >= N_MONTHS - month ? N_MONTHS : month + months;
}

enum rc
day_make(int year, int month, int mday, day *ret_day)
{
	if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 ||
	    mday < 1 || mday > length_of(month_number(year, month)))
		return RC_INVALID;
	ret_day->n = day_month_first[month_number(year, month)] + mday - 1;
	return RC_OK;
}

void
day_split(day d, int *ret_year, int *ret_month, int *ret_mday)
{
	struct place p = place_of(d);

	*ret_year = YEAR_TABLE + p.month / 12;
	*ret_month = p.month % 12 + 1;
	*ret_mday = p.mday + 1;
}

int
day_month_length(int year, int month)
{
	assert(year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12);
	return length_of(month_number(year, month));
}

day
day_period_end(day d, int months)
{
	return day_period_end_apart(day_take_apart(d), months);
}

struct day_apart
day_take_apart(day d)
{
	struct place p = place_of(d);

	return (struct day_apart){ .month = p.month, .mday = p.mday };
}

day
day_period_end_apart(struct day_apart p, int months)
{
	int month = later(p.month, months), length;

	if (month == N_MONTHS)
		return DAY_MAX;
	length = length_of(month);
	return (day){ day_month_first[month] + (p.mday < length ? p.mday : length) - 1 };
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
	struct place b, p;

	if (day_before(d, birth))
		return -1;
	b = place_of(birth);
	p = place_of(d);
	if (p.mday + 1 == length_of(p.month))
		return p.month + 1 - b.month - (b.mday > 0);
	return p.month - b.month - (p.mday + 1 < b.mday);
}

int
day_years_reached(day birth, day d)
{
	int months = day_months_reached(birth, d);

	return months < 0 ? -1 : months / 12;
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

	/* 14, 15, 15, 16 */
	return day_add(whole, (length_of(place_of(whole).month) + 1) / 2);
}

day
day_same_day(day d, int months)
{
	struct place p = place_of(d);
	int month = later(p.month, months), length;

	if (month == N_MONTHS)
		return DAY_MAX;
	length = length_of(month);
	return (day){ day_month_first[month] + (p.mday < length ? p.mday : length - 1) };
}

int
day_fiscal_year(day d)
{
	return YEAR_TABLE + (place_of(d).month - 3) / 12;
}

day
day_fiscal_first(int fiscal_year)
{
	if (fiscal_year < YEAR_MIN)
		return DAY_MIN;
	if (fiscal_year > YEAR_MAX)
		return DAY_MAX;
	return (day){ day_month_first[month_number(fiscal_year, 4)] };
}

day
day_fiscal_last(int fiscal_year)
{
	if (fiscal_year < YEAR_MIN - 1)
		return DAY_MIN;
	if (fiscal_year >= YEAR_MAX)
		return DAY_MAX;
	return (day){ day_month_first[month_number(fiscal_year + 1, 4)] - 1 };
}

day
day_school_start(day birth)
{
	/* The first April 1 on or after a day begins the fiscal year after that of its eve. */
	return day_fiscal_first(day_fiscal_year(day_age_years(birth, 6)) + 1);
}

/* Exactly n decimal digits; -1 when there is anything else. */
static inline int
digits(const char *text, size_t n)
{
	unsigned value = 0, other = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned digit = (unsigned)(unsigned char)text[i] - '0';

		other |= digit > 9;
		value = value * 10 + digit;
	}
	return other ? -1 : (int)value;
}

static inline void
two_digits_write(char *text, unsigned value)	/* 0..99 */
{
	static const char pairs[] =
	    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
	    "50515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798990";

	text[0] = pairs[2 * value];
	text[1] = pairs[2 * value + 1];
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
		s.first.n = day_month_first[month_number(year, 1)];
		s.last.n = day_month_first[month_number(year + 1, 1)] - 1;
		*ret_span = s;
		return RC_OK;
	}
	month = digits(text + 5, 2);
	if (text[4] != '-' || month < 1 || month > 12)
		return RC_INVALID;
	if (len == 7) {
		s.first.n = day_month_first[month_number(year, month)];
		s.last.n = day_month_first[month_number(year, month) + 1] - 1;
		*ret_span = s;
		return RC_OK;
	}
	mday = digits(text + 8, 2);
	if (text[7] != '-' || mday < 1 || day_make(year, month, mday, &s.first) != RC_OK)
		return RC_INVALID;
	s.last = s.first;
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
	struct place p;

	if (!day_known(d)) {
		text[0] = '\0';
		return;
	}
	p = place_of(d);
	memcpy(text, day_month_text[p.month], sizeof day_month_text[0]);
	two_digits_write(text + 8, (unsigned)p.mday + 1);
	text[10] = '\0';
}

void
day_span_write(struct day_span s, char text[DAY_TEXT_SIZE])
{
	int first, last;

	day_write(s.first, text);
	if (!day_known(s.first) || day_equal(s.first, s.last))
		return;
	assert(day_known(s.last) && day_before(s.first, s.last));
	first = place_of(s.first).month;
	last = place_of(s.last).month;
	if (first == last)
		text[7] = '\0';
	else
		text[first / 12 == last / 12 ? 4 : 0] = '\0';
}
