#ifndef RECORD_SAME_PERSON_H
#define RECORD_SAME_PERSON_H

#include "base/buf.h"
#include "record/person.h"

/*
 * Which records may be about one person.  A child is entered at the counter before the resident register's file
 * brings it; somebody comes back under a new number; a family name changes; a birth date is mistyped.  Two records
 * of one child each show half of its doses.
 *
 * A rule only says that somebody must look; it never joins anything.  Twins and other siblings are what it must
 * not speak of: the same birth date, family name and household say nothing as long as the given names differ.
 *
 * Pure: two records in, a finding out, the same whichever comes first.
 */
enum same_rule {
	SAME_NONE,
	SAME_OFFICER,		/* an officer says so; no rule does */
	SAME_NUMBER,		/* a file gave the MyNumber of the one to the other */
	SAME_TICKET,		/* a file named the ticket of the one with the addressee number of the other */
	SAME_NAME,		/* the same reading (or name) and the same birth date */
	SAME_OTHER_NAME,	/* the name of the one is another name of the other, and the same birth date */
	SAME_GIVEN_NAME,	/* the same given name and birth date at one address or in one household: the family name differs */
	SAME_BIRTH_SLIP,	/* the same name at one address or in one household; birth dates that one slip tells apart */
	SAME_RULE__COUNT
};
/* "none" "officer" "number" "ticket" "name" "other-name" "given-name" "birth-slip" */
const char *same_rule_word(enum same_rule rule);
/* What the rule says, for people: a message id. */
const char *same_rule_text(enum same_rule rule);

#define SAME_SCORE_MAX 1000
struct same_finding {
	enum same_rule rule;
	int score;		/* 0..SAME_SCORE_MAX: in which order to look; no probability */
};

/* A record as the rules see it: its names folded. */
struct same_side {
	struct buf kana, name, roman, given, address;	/* folded; empty where not stated */
	struct buf other[2 * PERSON_NAMES_MAX];		/* readings and names of before */
	size_t n_other;
	const char *household;		/* borrowed; NULL not stated */
	struct day_span birth;
	enum sex sex;
	bool has_number;
};
/* RC_NOMEM; *ret_side is to be cleared after RC_OK only. */
enum rc same_side_init(const struct person *p, bool has_number, struct same_side *ret_side) MUST_USE;
void same_side_clear(struct same_side *side);

struct same_finding same_compare(const struct same_side *a, const struct same_side *b);

/* Whether what both state says that they are two: other given names, as twins have, or birth dates that cannot meet. */
bool same_contradicts(const struct same_side *a, const struct same_side *b);

/* Whether one slip of a finger makes the one day of the other: one of year, month and day differs, or month and day
 * have changed places. */
bool same_birth_slip(day a, day b);

/* How far a pair is. */
enum same_state { SAME_OPEN, SAME_MERGED, SAME_TWO_PEOPLE, SAME_GONE, SAME_STATE__COUNT };
/* "undecided" "merged" "two-people" "gone" */
const char *same_state_word(enum same_state state);

#endif
