#ifndef TESTS_ORACLE_LIFE_H
#define TESTS_ORACLE_LIFE_H

#include "tests/oracle/text.h"

/*
 * A life as the question tells it, and what each rule of the text means for it.  Days of
 * civil.h.  A date written as a month or a year is first..last.
 */
#define LIFE_DOSES 32
#define LIFE_CONDITIONS 12
#define LIFE_EXTENSIONS 8

struct life_dose { int first, last, product; };	/* product -1: unknown */
struct life_condition { int condition, from; };	/* from CIVIL_NEVER_BEFORE: always */
struct life_extension { int programme, from, until; };

enum life_sex { LIFE_UNKNOWN, LIFE_FEMALE, LIFE_MALE, LIFE_OTHER };

struct life {
	int birth, as_of;
	enum life_sex sex;
	struct life_dose dose[LIFE_DOSES];
	int n_doses;
	struct life_condition condition[LIFE_CONDITIONS];
	int n_conditions;
	struct life_extension extension[LIFE_EXTENSIONS];
	int n_extensions;
	int pregnancy;			/* day 0w0d; -1: not given */
	int antibody;			/* -1: not given */
	bool antibody_low;
	bool season_set;
	int season_from_month, season_from_mday, season_to_month, season_to_mday;
};

/* The rules on every day of one life as known on its as-of day: windows worked out once, days asked one by one. */
struct life_window { int from, to; };
struct life_law {
	const struct text *text;
	const struct life *life;
	enum life_sex sex;		/* the one assumed */
	struct life_window target[256];	/* empty: from > to */
	int opens[256], target_to[256];	/* first day of the age that the rule states; last day of the rule, -2000000 not known */
	struct life_window extension[64][LIFE_EXTENSIONS];
	bool visible_course[256], visible_spacing[32];
	int course_to[256], spacing_to[32];
	int died;			/* CIVIL_NEVER_AFTER: alive */
};

void life_read_law(struct life_law *l, const struct text *text, const struct life *life, enum life_sex sex);
bool life_holds(const struct life_law *l, uint32_t conditions, int day);
/* The day a point means; `open` where it says nothing. */
int life_point(const struct life_law *l, const struct text_point *p, bool as_end, int open);
bool life_in_season(const struct life_law *l, int season, int day);
/* Is the product named on the day by a rule in force, whoever the person is? */
bool life_named(const struct life_law *l, int programme, int product, int day);
/* The window of an extension holds the product on the day. */
bool life_extended(const struct life_law *l, int programme, int product, int day);
/* Lowest age of the programme on the day, as a day; CIVIL_NEVER_BEFORE: none. */
int life_lowest(const struct life_law *l, int programme, int day);

#endif
