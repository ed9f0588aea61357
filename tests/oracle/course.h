#ifndef TESTS_ORACLE_COURSE_H
#define TESTS_ORACLE_COURSE_H

#include "tests/oracle/life.h"

/* The doses that a programme has counted so far, in order. */
struct counted { int day, product; };
struct counts {
	struct counted dose[LIFE_DOSES + 8];
	int n;
};
struct all_counts { struct counts of[32]; };	/* per programme */

enum fit { FIT_OK, FIT_DOCTOR, FIT_CHANGED, FIT_SOON, FIT_YOUNG, FIT_WRONG, FIT_FULL, FIT_NO_COURSE };

struct fitting {
	enum fit fit;
	enum text_kind kind;
	const struct text_course *course;
	int slot;
	const struct text_way *way;
	bool cautious_ok;		/* the day of caution has come as well */
	/* Doses that the way's standard distances run from; -1: none. */
	int anchor_previous, anchor_first, anchor_group;
};

/*
 * The product on the day, after the doses counted: which slot of which course it would fill.
 * last_injection: day of the last injection of the same antigen after the last counted dose,
 * which did not count; -1: none.
 */
struct fitting course_fit(const struct life_law *l, const struct all_counts *all, int programme, int product,
    int day, int last_injection);
/* Do the counted doses alone complete the programme on the day?  Components with a history of disease count as done. */
bool course_complete(const struct life_law *l, const struct all_counts *all, int programme, int day);
/* Slots that the course of the counted doses has left on the day. */
int course_slots_left(const struct life_law *l, const struct all_counts *all, int programme, int day);
/* The product would fill something that is missing and that no history of disease has made needless. */
bool course_wanted(const struct life_law *l, const struct all_counts *all, int programme, int product, int day);
/* Nothing is left that the product could fill. */
bool course_filled_for(const struct life_law *l, const struct all_counts *all, int programme, int product, int day);
/* Every component is exempt by a history of disease on the day. */
bool course_exempt(const struct life_law *l, int programme, int day);
/* The product is one that a way of the course has an interval for. */
bool course_has_interval(const struct text_course *c);
int course_after(const struct text_gap *g, int day);
/* The counted doses that matter on the day: of the season, of the pregnancy. */
struct counts course_relevant(const struct life_law *l, const struct all_counts *all, int programme, int day);

#endif
