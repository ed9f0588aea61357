#ifndef STORE_CLINIC_MONTH_H
#define STORE_CLINIC_MONTH_H

#include "store/store.h"

/*
 * What came from each clinic about each calendar month of vaccination, so that a month of which nothing came
 * is seen before anybody is reminded or counted (a town reminded 35 vaccinated men because one part of an import
 * was never processed).  Rows are counted as they come: one that is held has come as well, one that changes
 * nothing has not.
 */
struct clinic_month {
	const char *code;		/* of the clinic */
	int64_t month;			/* clinic_month_of(); CLINIC_MONTH_NONE: days known to the year only */
	int64_t n_new, n_changed, n_held;
	int64_t first_us, last_us;	/* 0: nothing came */
	const char *first_file, *last_file;	/* "": entered by hand, or not known; NULL: nothing came */
	int64_t zero_us;		/* when the clinic said that it vaccinated nobody; 0: it did not */
	const char *zero_by, *zero_note;
};

#define CLINIC_MONTH_NONE (-1)
/* Year times twelve plus month, January 0; CLINIC_MONTH_NONE unless all days of the span lie in one month. */
int64_t clinic_month_of(struct day_span span);
day clinic_month_first(int64_t month);
day clinic_month_last(int64_t month);

/* So many more have come in the transaction's time from this file ("": by hand). */
enum rc store_clinic_month_add(struct store *s, const struct clinic_month *came, const char *file,
    struct fault *why) MUST_USE;
/* The clinic says that it vaccinated nobody in the month; by NULL takes that back. */
enum rc store_clinic_month_zero(struct store *s, const char *code, int64_t month, const char *by, const char *note,
    struct fault *why) MUST_USE;
/* By code and month; of one clinic or, code NULL, of all. */
enum rc store_clinic_month_list(struct store *s, const char *code, struct arena *a, struct clinic_month **ret_rows,
    size_t *ret_n, struct fault *why) MUST_USE;

#endif
