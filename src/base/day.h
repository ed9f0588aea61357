#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/*
 * The civil day (proleptic Gregorian, no zone, no clock) and legal time.
 *
 * Legal time follows Civil Code art. 140-143, the Act on the Calculation of
 * Ages, and the ministry's reading of 2014-03-11 and 2023-02-08.  Everything
 * below rests on one primitive, day_period_end.  Nobody adds 365.
 */
typedef struct day {
	int32_t n;		/* days since 1970-01-01; DAY_NONE.n when unknown */
} day;

#define DAY_NONE ((day){ INT32_MIN })
#define DAY_MIN ((day){ -62091 })	/* 1800-01-01 */
#define DAY_MAX ((day){ 157053 })	/* 2399-12-31 */

/* Years accepted from outside (contracts section 1). */
#define DAY_YEAR_FIRST 1868
#define DAY_YEAR_LAST 2199

#define DAY_TEXT_SIZE 11		/* "2026-11-22" and NUL */

/* Every day a written date can mean, both ends included: a day, month or year. */
struct day_span {
	day first, last;
};

static inline bool day_known(day d) { return d.n != INT32_MIN; }
static inline bool day_equal(day a, day b) { return a.n == b.n; }
static inline bool day_before(day a, day b) { return a.n < b.n; }
static inline bool day_after(day a, day b) { return a.n > b.n; }
static inline int day_compare(day a, day b) { return (a.n > b.n) - (a.n < b.n); }
static inline day day_min(day a, day b) { return a.n <= b.n ? a : b; }
static inline day day_max(day a, day b) { return a.n >= b.n ? a : b; }
/* d must be known; the result is clamped to DAY_MIN..DAY_MAX. */
static inline day day_add(day d, int days)
{
	int64_t n = (int64_t)d.n + days;

	return (day){ n < DAY_MIN.n ? DAY_MIN.n : n > DAY_MAX.n ? DAY_MAX.n : (int32_t)n };
}
static inline int day_gap(day from, day to) { return to.n - from.n; }

/* RC_INVALID when there is no such day or the year is outside 1800..2399. */
enum rc day_make(int year, int month, int mday, day *ret_day) MUST_USE;
void day_split(day d, int *ret_year, int *ret_month, int *ret_mday);
int day_month_length(int year, int month);	/* year 1800..2399, month 1..12 */

/* "YYYY-MM-DD" exactly, year DAY_YEAR_FIRST..DAY_YEAR_LAST. */
enum rc day_parse(const char *text, size_t len, day *ret_day) MUST_USE;
/* "YYYY-MM-DD", "YYYY-MM" or "YYYY". */
enum rc day_span_parse(const char *text, size_t len, struct day_span *ret_span) MUST_USE;
/* Writes 10 characters and a NUL; an unknown day writes "". */
void day_write(day d, char text[DAY_TEXT_SIZE]);
/* The form that means the span: 4, 7 or 10 characters.  A span that none of the three
 * means exactly is written as the month or year around it, or "" over several years. */
void day_span_write(struct day_span s, char text[DAY_TEXT_SIZE]);

/*
 * Last day of a period of n months (n >= 0) that begins on d (Civil Code 143):
 * the eve of the corresponding day, or the last day of the month that lacks it.
 * n = 0 gives the eve of d.
 */
day day_period_end(day d, int months);

/* The same of a day that many periods begin on, taken apart once. */
struct day_apart {
	int32_t month, mday;		/* private to base/day.c */
};
struct day_apart day_take_apart(day d);
day day_period_end_apart(struct day_apart d, int months);

/* The day on which an age of n months is reached: day_period_end(birth, n).  The day
 * belongs to the older "from" as well as to the younger "until". */
day day_age_months(day birth, int months);
day day_age_years(day birth, int years);
/* Whole months, years of age reached on d; -1 before birth. */
int day_months_reached(day birth, day d);
int day_years_reached(day birth, day d);

/* First lawful day after "an interval of n days or more": n full days between. */
static inline day day_after_days(day previous, int days)
{
	return day_add(day_add(previous, days), 1);
}
/* ... of n months: the same day of the month, or the 1st of the month after one
 * that lacks it (= day_period_end + 1). */
day day_after_months(day previous, int months);
/* ... of n and a half months: then 14, 15, 15, 16 days more in a month of 28, 29, 30, 31. */
day day_after_half_months(day previous, int months);
/* Same day n months later, or the last day of a month that lacks it: upper ends of
 * standard windows. */
day day_same_day(day d, int months);

/* Fiscal years run April 1 to March 31 and are named by the year they begin in. */
int day_fiscal_year(day d);
day day_fiscal_first(int fiscal_year);
day day_fiscal_last(int fiscal_year);
/* April 1 on which a child enters school (School Education Act 17): the first
 * April 1 on or after the day following day_age_years(birth, 6). */
day day_school_start(day birth);

#endif
