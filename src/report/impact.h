#ifndef REPORT_IMPACT_H
#define REPORT_IMPACT_H

#include "base/day.h"
#include "schedule/schedule.h"

/*
 * What another law changes for one person: two answers about the same doses on the same day, compared
 * programme by programme and credit by credit, by code, since two laws number their tables differently.
 * Words and articles of reasons are not compared: only what somebody would do otherwise.
 */
enum impact_kind {
	IMPACT_PROGRAMME,	/* the programme is new, or gone */
	IMPACT_STATUS,		/* due, upcoming, ...; and whether overdue */
	IMPACT_CREDIT,		/* whether a dose counts, and as which */
	IMPACT_REMAINING,	/* how many doses are missing, and which is next */
	IMPACT_EARLIEST, IMPACT_LATEST,
	IMPACT_STANDARD,	/* the standard window */
	IMPACT_VACCINES,	/* what may be given, and from when until when */
	IMPACT_KIND__COUNT
};
const char *impact_kind_name(enum impact_kind kind);	/* "status" */

struct impact_change {
	const char *programme;		/* code */
	enum impact_kind kind;
	struct day_span given;		/* of the dose, with IMPACT_CREDIT; else DAY_NONE */
	const char *before, *after;	/* "" none; good during the call */
};

/* Both about the same doses, in the same order. */
struct impact_side {
	const struct law *law;
	const struct schedule_answer *answer;
};

/* found returns false to stop. */
typedef bool impact_found(void *given, const struct impact_change *change);
/* False: found wanted to stop. */
bool impact_compare(const struct impact_side *before, const struct impact_side *after,
    const struct schedule_dose *dose, impact_found *found, void *given);

#endif
