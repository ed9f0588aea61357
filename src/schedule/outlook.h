#ifndef SCHEDULE_OUTLOOK_H
#define SCHEDULE_OUTLOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "law/law.h"

/* Municipal setting: the influenza season; month 0 = the law's default. */
struct schedule_season { int16_t from_month, from_day, to_month, to_day; };

/*
 * The law as it was known on one day: whatever of an answer depends on no person.  It lies in
 * the caller's work area from one question to the next and is private to this folder.  Days
 * are bare numbers, INT32_MIN and INT32_MAX for no bound.
 */
#define OUTLOOK_TARGETS 512
#define OUTLOOK_COURSES 256
#define OUTLOOK_SLOTS 1024
#define OUTLOOK_SPACINGS 32
#define OUTLOOK_AHEAD 366	/* days: no rule of which the day is known was published earlier before it bound */

#define OUTLOOK_AGES 32
#define OUTLOOK_SEASONS 8
#define OUTLOOK_YEARS 128	/* of which the seasons are kept */
#define OUTLOOK_YEAR 2000	/* the first of them */

/* Births are sorted into cohorts of so many days; the first and the last have no end. */
#define OUTLOOK_COHORTS 256
#define OUTLOOK_COHORT_DAYS 512
#define OUTLOOK_FIRST_BIRTH (-37256)	/* 1868-01-01 */

/* A point in a person's life, as far as it can be worked out before there is one. */
enum known_how {
	KNOWN_NOTHING,		/* no bound */
	KNOWN_AGE,		/* the day of age `age` of the outlook, and plus_days */
	KNOWN_POINT,		/* as the law has it */
};
struct known_point {
	uint8_t how, age;
	int16_t plus_days;
};

/* A target rule that was published. */
struct known_target {
	int32_t from, to;
	int32_t birth_from, birth_to;	/* whoever was born on another day is no target on any day */
	uint64_t products;
	struct known_point open, close;
	uint16_t row;
	bool plain;			/* speaks of births alone */
	bool by_sex;			/* speaks of one sex only */
	bool given;			/* depends on the doses counted so far */
};

/* A course that may be a person's. */
struct live_course {
	int32_t from, to;		/* days on which it binds (for the person) */
	int32_t first_from, first_to;	/* of the first counted dose */
	uint32_t used_not, used_any;	/* of products counted: none says one of these, one says one of those (0: asks nothing) */
	uint16_t row;			/* of its first version; the others follow it */
	uint16_t versions;		/* that ask the same of a person, one after the other */
	uint8_t fits;			/* components; COURSE_IN_EXTENSION, COURSE_OUTSIDE */
	bool given;
};
#define COURSE_IN_EXTENSION 0x80u
#define COURSE_OUTSIDE 0x40u

struct known_course {
	int32_t birth_from, birth_to;
	bool plain;
	struct known_point first_from, first_to;
	struct live_course live;	/* but for what hangs on the person */
};
#define OUTLOOK_SETS 32		/* different sets of products that the courses of one programme name */

/* The slots of a course, apart from what they ask. */
struct known_slots {
	uint16_t shape;			/* first course in which counted doses fall into the same slots */
	uint16_t first;			/* in law->slot */
	uint16_t n;
};

/* A slot of a course. */
struct known_slot {
	/* One way fills it, with any product and however it was reached; at most one interval is kept, to the dose
	 * before; no age is named. */
	bool plain;
	bool passable;			/* it can be passed over */
	uint8_t group;			/* below ENGINE_GROUPS */
};

/* The first dose of a programme with a product, for whoever was born on the day or later and has no extension. */
struct first_dose {
	int32_t birth_from;
	uint16_t course, versions;	/* that are theirs on every day; LAW_NONE: it depends */
	uint8_t component;		/* first one served */
	bool known;			/* the slot takes the dose at any age, in this way: */
	uint16_t way;			/* number within the slot */
};

struct outlook {
	const struct law *law;		/* NULL: not worked out */
	unsigned char hash[32];
	int32_t as_of;

	uint32_t family[LAW_PROGRAMMES_MAX];	/* programmes that share doses with this one, itself included */
	uint8_t family_first[LAW_PROGRAMMES_MAX];
	uint32_t families[LAW_PRODUCTS_MAX];	/* first programmes of the families that a product serves */
	uint8_t n_families[LAW_PRODUCTS_MAX];	/* how many: the credits of a dose */
	uint64_t serving[LAW_PROGRAMMES_MAX];	/* products that serve, but those deemed another */
	uint64_t serves_as[LAW_PRODUCTS_MAX];	/* mask of the product as which it serves */
	/* What a product says to the courses of a programme: in which of the sets that they name it is, a bit each. */
	uint32_t says[LAW_PROGRAMMES_MAX][LAW_PRODUCTS_MAX];
	uint64_t choosy[LAW_PROGRAMMES_MAX];	/* products with a condition on standing in the forecast at all */
	uint8_t served[LAW_PROGRAMMES_MAX][LAW_PRODUCTS_MAX];	/* components of which a product holds all antigens */
	uint8_t alike[LAW_PROGRAMMES_MAX][LAW_PRODUCTS_MAX];	/* of serving: the first product judged by the same ways */

	struct first_dose first_dose[LAW_PROGRAMMES_MAX][LAW_PRODUCTS_MAX];

	int16_t age_months[OUTLOOK_AGES];	/* that targets and courses name */
	uint16_t n_ages;
	uint16_t first_target[LAW_PROGRAMMES_MAX], end_target[LAW_PROGRAMMES_MAX];
	uint16_t first_course[LAW_PROGRAMMES_MAX], end_course[LAW_PROGRAMMES_MAX];
	uint16_t n_targets, n_courses;
	int32_t opened[LAW_PROGRAMMES_MAX];	/* days after birth by which every target rule has opened; FOREVER: not known */
	uint32_t deeming;		/* programmes with a target rule that deems earlier doses given under it */
	int32_t courses_since[LAW_PROGRAMMES_MAX];	/* no course of the programme begins to bind later */
	uint16_t only_course[LAW_PROGRAMMES_MAX];	/* of whoever has no extension, on every day; LAW_NONE: there is a choice */
	uint32_t perhaps;		/* programmes of which a rule to come may have been published already */
	uint32_t unsure;		/* programmes with a target rule that rests on an unconfirmed source */
	bool course_unsure[OUTLOOK_COURSES];	/* it does, or some way of it */
	uint32_t spacing[LAW_PRODUCTS_MAX];	/* rules of spacing that speak of a product */
	int32_t spacing_from[OUTLOOK_SPACINGS], spacing_to[OUTLOOK_SPACINGS];	/* days of doses that each rule can keep apart; none if not published */
	uint32_t spacing_forbids[LAW_PRODUCTS_MAX][OUTLOOK_SPACINGS];	/* classes that a rule keeps away from a product */
	uint32_t of_class[LAW_CLASSES_MAX];	/* programmes that a product of the class serves */
	struct season_days { int32_t from, to; } season[OUTLOOK_SEASONS][OUTLOOK_YEARS];	/* of fiscal years, by the setting below */
	struct schedule_season setting;
	uint8_t fewest[LAW_PROGRAMMES_MAX];	/* doses with which some course of the programme can be complete */
	struct known_slots slots[OUTLOOK_COURSES];	/* of each course of the law */
	struct known_slot slot[OUTLOOK_SLOTS];	/* as in law->slot */
	struct known_target target[OUTLOOK_TARGETS];
	struct known_course course[OUTLOOK_COURSES];
	uint32_t cohort[OUTLOOK_COHORTS];	/* programmes of which some rule may make one of them a target */
	uint64_t cohort_target[OUTLOOK_COHORTS][OUTLOOK_TARGETS / 64];	/* those rules, a bit each */
};

static inline unsigned
outlook_cohort(int32_t birth)
{
	if (birth < OUTLOOK_FIRST_BIRTH)
		return 0;
	if (birth >= OUTLOOK_FIRST_BIRTH + OUTLOOK_COHORTS * OUTLOOK_COHORT_DAYS)
		return OUTLOOK_COHORTS - 1;
	return (unsigned)(birth - OUTLOOK_FIRST_BIRTH) / OUTLOOK_COHORT_DAYS;
}

bool outlook_perhaps(const struct law_span *s, int32_t as_of);

#endif
