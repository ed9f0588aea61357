#ifndef RECORD_REACTION_H
#define RECORD_REACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/day.h"

/*
 * Suspected adverse reactions (副反応疑い, Immunization Act art. 12): the symptoms that the Ordinance for Enforcement, art. 5,
 * names, and within which time after a dose of a product it has each reported; from data/code/reaction.tsv and symptom.tsv.
 * A fact beside a notice, never a ground to refuse one.
 */
struct reaction_symptom {
	const char *code;		/* "anaphylaxis" */
	const char *ja, *en;
};
const struct reaction_symptom *reaction_symptom_find(const char *code);		/* NULL: none of this code */
size_t reaction_symptom_count(void);
const struct reaction_symptom *reaction_symptom_at(size_t i);

enum reaction_unit { REACTION_MINUTES, REACTION_DAYS, REACTION_MONTHS, REACTION_BY_DOCTOR };

struct reaction_limit {
	enum reaction_unit unit;
	int n;
	const char *citation;
	bool is_confirmed;		/* that a text read by us says so for the day asked about */
};
/*
 * Of a product and a symptom on the day on which it began (the ordinance of that day has the doctor report it).  False:
 * the ordinance does not name the symptom for the product, or the product is none of the Act's.
 */
bool reaction_limit_find(const char *product, const char *symptom, day on, struct reaction_limit *ret);
#define REACTION_LIMIT_SIZE 32
void reaction_limit_write(const struct reaction_limit *l, char text[REACTION_LIMIT_SIZE]);	/* "30min" "4h" "7d" "4m" "doctor" */

/* Did it begin within that time, whatever hour of the day the dose was given and whatever day an imprecise date means? */
enum reaction_within {
	REACTION_WITHIN, REACTION_OUTSIDE,
	REACTION_UNKNOWN,		/* what is known of the days leaves both open */
	REACTION_DOCTOR,		/* no time: where a doctor finds the link strong */
	REACTION_NOT_LISTED,
	REACTION_WITHIN__COUNT
};
const char *reaction_within_word(enum reaction_within w);	/* "within" "outside" "unknown" "doctor" "not-listed" */
/* l NULL: not listed.  onset: DAY_NONE twice where no day is known.  minutes: from dose to onset; -1 not known. */
enum reaction_within reaction_judge(const struct reaction_limit *l, struct day_span given, struct day_span onset,
    int64_t minutes);

/* "20min" "3h" "5d", at most ten years, to minutes. */
enum rc reaction_elapsed_parse(const char *text, int64_t *ret_minutes) MUST_USE;
/* The same back, in the largest unit that fits. */
void reaction_elapsed_write(int64_t minutes, char text[REACTION_LIMIT_SIZE]);

#endif
