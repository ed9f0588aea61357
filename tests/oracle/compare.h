#ifndef TESTS_ORACLE_COMPARE_H
#define TESTS_ORACLE_COMPARE_H

#include "tests/oracle/answer.h"

/*
 * Asks both readers.  Returns the number of differences; ret_what (size bytes) names the first,
 * beginning with its programme and field, which is how a shrunken life is known to be the same failure.
 */
struct difference { char where[64]; char what[400]; };
int compare(const struct text *text, const struct life *life, struct difference *ret_first);

/* Whether two answers of the second reader to one life are the same; else names the first difference. */
bool compare_same(const struct text *text, const struct life *life, const struct answer *a, const struct answer *b,
    struct difference *ret_first);

/* Drops and moves parts of the life while the two readers still differ in the same place. */
void compare_shrink(const struct text *text, struct life *life, struct difference *d);

#endif
