#ifndef TESTS_ORACLE_STRETCH_H
#define TESTS_ORACLE_STRETCH_H

#include "tests/oracle/answer.h"

/*
 * Days of one life between which nothing that the text asks of a programme can change.  The long
 * run asks on the first day of each only; the short one asks of every day, and both ways of asking
 * are compared.
 */
#define STRETCHES 4096
struct stretch {
	bool every_day;			/* each day is a stretch of its own */
	int begin[STRETCHES];
	int n;
	int programme;
};

/* Set by the test: ask of every day (the default), or of the first of each stretch. */
extern bool stretch_every_day;

/* also: one more day on or after which something holds. */
void stretch_make(struct stretch *s, const struct life_law *l, const struct judged *j, int programme, int also);
int stretch_first(const struct stretch *s, int day);
int stretch_last(const struct stretch *s, int day);
/* The first day after `day` on which something changes, the doses supposed from place `from` on included. */
int stretch_next(const struct stretch *s, const struct life_law *l, const struct counts *c, int from, int day);

#endif
