#ifndef ACTION_RESIDENT_ROW_H
#define ACTION_RESIDENT_ROW_H

#include "action/import_row.h"
#include "record/person.h"
#include "store/store_guardian.h"

/* Rows of a residents file as values: each function gives a stable word for what is wrong, NULL when all is
 * well, and the column.  An empty cell says nothing. */
struct resident_row {
	const char *cell[RESIDENT_COLUMNS];	/* NULL when empty or not in the file */
	size_t line;
	day from;
};

const char *resident_row_residence(const struct resident_row *row, struct residence *ret,
    const char **ret_column) MUST_USE;
/* The items of a person; of *p stays what the row says nothing of. */
const char *resident_row_items(const struct resident_row *row, struct person *p, const char **ret_column) MUST_USE;
/* Another name, into names, which hold *n of them (at most PERSON_NAMES_MAX). */
const char *resident_row_other_name(const struct resident_row *row, struct person_name *names, size_t *n,
    const char **ret_column) MUST_USE;
/* Who acts for the person; *ret_has false when the row names nobody.  guardian stays ID_NONE: cell RESIDENT_GUARDIAN. */
const char *resident_row_guardian(const struct resident_row *row, struct guardian *ret, bool *ret_has,
    const char **ret_column) MUST_USE;

#endif
