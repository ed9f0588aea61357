#ifndef TESTS_ORACLE_CIVIL_H
#define TESTS_ORACLE_CIVIL_H

#include <stdbool.h>

/*
 * Civil days by plain counting, for the second reader of the law: one number a day, 0 is
 * 1800-01-01, and a table made by walking from one day to the next until 2399-12-31.
 * It shares nothing with base/day.
 */
#define CIVIL_FIRST_YEAR 1800
#define CIVIL_LAST_YEAR 2399
#define CIVIL_NEVER_BEFORE (-1000000)	/* an open beginning */
#define CIVIL_NEVER_AFTER 1000000	/* an open end */

struct civil { int year, month, mday; };

void civil_start(void);				/* makes the table; before all else */
int civil_last(void);				/* 2399-12-31 */
int civil_of(int year, int month, int mday);	/* -1: no such day */
struct civil civil_split(int day);
int civil_length(int year, int month);
int civil_read(const char *text);		/* "YYYY-MM-DD"; -1: no such day */
void civil_write(int day, char text[11]);

/* The day on which a period of so many months that begins on `day` ends; an age is reached on it. */
int civil_reached(int day, int months);
/* First day after so many full days, months, months and a half since `day`. */
int civil_after_days(int day, int n);
int civil_after_months(int day, int n);
int civil_after_half(int day, int n);
/* Same day so many months later (or earlier), or that month's last. */
int civil_same(int day, int months);
int civil_fiscal(int day);			/* year in which the fiscal year of the day began */

#endif
