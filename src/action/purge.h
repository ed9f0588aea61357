#ifndef ACTION_PURGE_H
#define ACTION_PURGE_H

#include "store/store_purge.h"

/* What is to be said of somebody who has died. */
struct purge_verdict {
	enum purge_hindrance hindrance;	/* PURGE_FREE: may go */
	int64_t versions;		/* of statements about doses */
	day until;			/* last day on which the law has the record kept; DAY_MAX for good */
	const char *citation;		/* of the rule that keeps it longest */
};

/* In an open transaction, of somebody who has died: by the law of the day, then by what else names the person. */
enum rc purge_judge(struct store *s, const struct purge_dead *dead, day today, struct arena *a,
    struct purge_verdict *ret_verdict, struct fault *why) MUST_USE;

#endif
