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

/* On what ground somebody is kept here.  Not only residents are vaccinated by a municipality: a mother who
 * gives birth at her parents', people under protection, people in institutions (Immunization Act, art. 5 (1):
 * residents; the others on request of their own municipality). */
enum person_registration {
	PERSON_RESIDENT,		/* on the resident register of this municipality */
	PERSON_BIRTH_STAY,		/* at the parents' home around a birth */
	PERSON_SHELTERED,		/* protected here without being registered */
	PERSON_IN_INSTITUTION,
	PERSON_FROM_ABROAD,		/* here for a time, on no register of Japan */
	PERSON_OTHER_GROUND,
	PERSON_REGISTRATION__COUNT
};

/* How a period of residence began and ended. */
enum residence_entry { ENTRY_UNKNOWN, ENTRY_FROM_TOWN, ENTRY_FROM_ABROAD, ENTRY_BORN, ENTRY_REGISTERED, ENTRY__COUNT };
enum residence_exit { EXIT_UNKNOWN, EXIT_TO_TOWN, EXIT_ABROAD, EXIT_DIED, EXIT_STRUCK_OFF, EXIT__COUNT };

/* One stretch of living here; until is the last day, DAY_NONE while it lasts. */
struct residence {
	day from;			/* DAY_NONE: since before the register began */
	day until;
	const char *previous;		/* municipality code before it, NULL unknown or none */
	const char *next;		/* municipality code after it */
	enum residence_entry entry;
	enum residence_exit exit;
};

/* Another name that a person has or had. */
enum person_name_kind { NAME_FORMER_FAMILY, NAME_COMMON, NAME_EARLIER, NAME_OTHER, PERSON_NAME_KIND__COUNT };
#define PERSON_NAMES_MAX 16
struct person_name {
	enum person_name_kind kind;
	const char *name;
	const char *name_display;	/* NULL: name itself */
	const char *kana, *roman;
	day from, until;		/* DAY_NONE: not stated */
};

struct person {
	struct id id;
	const char *addressee_no;	/* 1..15 digits, unique in the municipality */
	const char *name;		/* as registered, byte by byte: variation sequences, private use */
	const char *name_display;	/* with the characters of JIS X 0213; NULL: name itself */
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
	/* Read by somebody who may not see it: what leads to whereabouts is missing here, and a
	 * person read so must never be written back. */
	bool is_shielded;
	enum person_registration registration;
	const char *registration_basis;	/* for all but PERSON_RESIDENT */
	day registration_until;
	const char *household_no;
	const char *mailing_address, *mailing_name;
	const char *language;		/* "en" */
	const struct residence *residences;	/* oldest first */
	size_t n_residences;
	const struct person_name *names;	/* other names */
	size_t n_names;
	/* Other addressee numbers of the same person, whose records were merged with this one.  A person read with
	 * them is read whole and must never be written back. */
	const char *const *other_nos;
	size_t n_other_nos;
};

/* "female" "male" "other" "unknown"; RC_INVALID for another word. */
const char *person_sex_word(enum sex sex);
enum rc person_sex_parse(const char *text, size_t len, enum sex *ret_sex) MUST_USE;
/* "resident" "birth-stay" "sheltered" "institution" "abroad" "other", and so on; RC_INVALID for another word. */
const char *person_registration_word(enum person_registration registration);
enum rc person_registration_parse(const char *text, enum person_registration *ret) MUST_USE;
/* "former-family" "common" "earlier" "other" */
const char *person_name_kind_word(enum person_name_kind kind);
enum rc person_name_kind_parse(const char *text, enum person_name_kind *ret) MUST_USE;
/* Another name among names[0..*n), room for PERSON_NAMES_MAX: in the place of the same one of its kind, or one more;
 * what the new one leaves unsaid (reading, Roman letters, days) stays.  False when there is no room. */
bool person_name_put(struct person_name *names, size_t *n, const struct person_name *other);
/* "" "town" "abroad" "birth" "register"; "" "town" "abroad" "death" "struck-off" */
const char *residence_entry_word(enum residence_entry entry);
const char *residence_exit_word(enum residence_exit exit);
/* The period holding the day, NULL when there is none. */
const struct residence *person_residence_on(const struct person *p, day on);
bool person_alive_on(const struct person *p, day on);
/* Marked, but the last day named has passed: somebody must prolong or end it. */
bool person_protection_lapsed(const struct person *p, day on);

#endif
