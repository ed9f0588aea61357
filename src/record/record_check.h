#ifndef RECORD_CHECK_H
#define RECORD_CHECK_H

#include <stddef.h>

#include "base/day.h"
#include "record/dose.h"
#include "record/person.h"

/*
 * Shape checks at the border.  A finding names a field and a rule, never a
 * value.  What is only doubtful (too early, too late, expired lot) is no
 * business of these: a dose that happened is always recordable.
 */
enum finding_code {
	FINDING_MISSING,		/* must be stated */
	FINDING_TOO_LONG,
	FINDING_BAD_TEXT,		/* not clean UTF-8 */
	FINDING_BAD_DIGITS,		/* not the digits it should be */
	FINDING_BAD_CHECK_DIGIT,
	FINDING_UNKNOWN_CODE,
	FINDING_BEFORE_BIRTH,
	FINDING_IN_FUTURE,
	FINDING_AFTER_DEATH,
	FINDING_REVERSED,		/* until before from */
	FINDING_OVERLAP,		/* two periods of residence share a day */
	FINDING_OUT_OF_RANGE,
	FINDING__COUNT
};

struct finding {
	enum finding_code code;
	const char *field;		/* column name of the import file */
};

struct finding_list {
	struct finding *rows;		/* the caller's */
	size_t room;
	size_t n;			/* found; may exceed room */
};

void record_check_person(const struct person *p, day today, struct finding_list *list);
/* who may be NULL when the person is not known yet. */
void record_check_dose(const struct dose *d, const struct person *who, day today,
    struct finding_list *list);
/* "missing", "before-birth"; stable words for holding lists and reports. */
const char *record_check_word(enum finding_code code);

#endif
