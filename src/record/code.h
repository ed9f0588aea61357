#ifndef RECORD_CODE_H
#define RECORD_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/day.h"

/*
 * Municipality codes with their dates, generated from data/code/municipality.tsv.
 * The table is not complete: a code with a right check digit that it does not
 * hold is unknown, not wrong.
 */
struct code_municipality {
	const char *code;		/* six digits */
	const char *name;		/* Japanese */
	const char *roman;
	const char *city;		/* of a ward of a designated city: the city; else NULL */
	const char *successor;		/* where it was merged into, else NULL */
	day from;			/* first day of this code, DAY_NONE always */
	day until;			/* last day, DAY_NONE still in force */
	bool is_confirmed;		/* code, name and city were read in a source that the table names */
	bool is_dated;			/* so were the days and the successor */
};

/* The row of a code whose dates hold the day, else its last row; NULL when unknown. */
const struct code_municipality *code_municipality_find(const char *code, day on);
/*
 * Whom to ask today for what a resident file calls "previous municipality":
 * a ward gives its city, a merged one its successor (again and again), an
 * unknown code with a right check digit itself.  RC_ABSENT: never asked (abroad,
 * 99999, empty).  RC_INVALID: six digits with a wrong check digit, or not digits.
 * *ret_code is one of the table or code itself.
 */
enum rc code_municipality_to_ask(const char *code, day today, const char **ret_code) MUST_USE;
size_t code_municipality_count(void);
const struct code_municipality *code_municipality_at(size_t i);

#endif
