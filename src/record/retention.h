#ifndef RECORD_RETENTION_H
#define RECORD_RETENTION_H

#include <stdbool.h>

#include "base/day.h"

/*
 * How long the law has records kept: the dated rules of data/code/retention.tsv, each with its citation.
 * A period of years begins on the day after its event and ends as Civil Code art. 140 and 143 say.
 */
enum retention_what {
	RETENTION_DOSE,		/* a statement about a dose, with the person it is about */
	RETENTION_LETTER,	/* a request letter, and what became of it */
	RETENTION_REPORT,	/* of a wrong vaccination or a suspected reaction */
	RETENTION_EXCHANGE,	/* record of a provision, and the evidence of it */
	RETENTION_WHAT__COUNT
};

struct retention_facts {
	enum retention_what what;
	day happened;		/* given, closed, exchanged: the last day that it can mean */
	day died;		/* DAY_NONE: not known to have died */
	const char *product;	/* of a dose, else NULL */
};

/*
 * The last day on which a record must be kept, by the rules that bind on a day; DAY_MAX: for good, as far as is
 * known.  What no rule knows is kept for good.  *ret_citation: of the rule that keeps it longest; may be NULL.
 */
day retention_until(const struct retention_facts *f, day on, const char **ret_citation);
/* The last day whose exchanges need be kept no more on a day. */
day retention_exchange_over(day on);

#endif
