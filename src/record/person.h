#ifndef RECORD_PERSON_H
#define RECORD_PERSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/day.h"
#include "record/id.h"

/*
 * A resident as the register knows one (Ordinance for Enforcement of the
 * Immunization Act, art. 3 (1) no. 1: name, sex, birth date, address).
 * Text is UTF-8, borrowed, NULL when not stated.  A MyNumber is never here.
 */
enum sex { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE, SEX_OTHER, SEX__COUNT };

#define PERSON_RESIDENCES_MAX 64

/* One stretch of living here; until is the last day, DAY_NONE while it lasts. */
struct residence {
	day from;			/* DAY_NONE: since before the register began */
	day until;
	const char *previous;		/* municipality code before it, NULL unknown or none */
	const char *next;		/* municipality code after it */
};

struct person {
	struct id id;
	const char *addressee_no;	/* 1..15 digits, unique in the municipality */
	const char *name;
	const char *kana;		/* as registered; fold with record/kana.h to compare */
	const char *roman;
	struct day_span birth;
	enum sex sex;
	const char *address;
	day died_on;
	/* Support measures (protection from domestic violence, stalking, abuse).  The mark
	 * stays until a second officer ends it, even after protected_until has passed. */
	bool is_protected;
	day protected_from, protected_until;
	const struct residence *residences;	/* oldest first */
	size_t n_residences;
};

/* "female" "male" "other" "unknown"; RC_INVALID for another word. */
const char *person_sex_word(enum sex sex);
enum rc person_sex_parse(const char *text, size_t len, enum sex *ret_sex) MUST_USE;
/* The period holding the day, NULL when there is none. */
const struct residence *person_residence_on(const struct person *p, day on);
bool person_alive_on(const struct person *p, day on);
/* Marked, but the last day named has passed: somebody must prolong or end it. */
bool person_protection_lapsed(const struct person *p, day on);

#endif
