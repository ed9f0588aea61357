#ifndef TESTS_ORACLE_LOOK_H
#define TESTS_ORACLE_LOOK_H

#include "tests/oracle/answer.h"
#include "tests/oracle/stretch.h"

/*
 * A look at the coming days of one programme: would an injection of this product on this day be lawful, and
 * be counted as exactly the missing dose?
 */
struct look {
	const struct life_law *l;
	const struct judged *j;
	int programme;
	int not_before;			/* doses supposed for an earlier stage reach to this day */
	bool caution, stages_full;
	uint32_t missing;		/* programmes that miss a dose on the as-of day */
	int product[16], n_products;	/* offered, first choice first */
	struct life_window window[64];
	int n_windows;
	struct stretch *stretch;
};

/* What the day says of each product: 0 unlawful, else its kind, from 1, boosters from 5. */
struct day_says { signed char says[16]; };

void look_init(struct look *k, const struct life_law *l, const struct judged *j, int programme, struct stretch *stretch);
/* What was said so far is asked anew: something in the look has changed. */
void look_forget(void);
/* First choice first, by the lines that speak of the day. */
void look_order(struct look *k, int day);
/* The next day on or after that lies in a window; -1: none. */
int look_window(const struct look *k, int day);
struct day_says look_say(const struct look *k, int day);
/* Some product may be given on the day, as that kind of dose; 0: as any. */
bool look_any(const struct look *k, int day, int kind);
/* A first dose is the same dose whether its course has one or several; a booster is another. */
bool look_same_kind(int a, int b);
/* The first day on which some product may be given; -1: none. */
int look_first(const struct look *k, int from);
bool look_on_market(const struct look *k, int product, int day);

/* --- remain.c: doses still missing --- */

void remain_open(const struct look *k, struct answer_forecast *f);
/* Closed: as on the last day of the window. */
void remain_closed(const struct look *k, struct answer_forecast *f);

#endif
