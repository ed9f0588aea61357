#ifndef ACTION_LAW_IMPACT_H
#define ACTION_LAW_IMPACT_H

#include "action/node.h"
#include "report/impact.h"

/* Whose answer another law changes, over everybody who lives here on a day. */
#define LAW_IMPACT_PROGRAMMES (2 * LAW_PROGRAMMES_MAX)	/* of both laws */

struct law_impact {
	int64_t persons;	/* judged under both */
	int64_t changed;	/* of these somebody whose answer differs */
	int64_t protected;	/* not judged: nothing about them may be told */
	size_t n_programme;
	struct {
		char code[LIMIT_CODE_CHARS + 1];
		int64_t count[IMPACT_KIND__COUNT];	/* persons, or doses of credits */
	} programme[LAW_IMPACT_PROGRAMMES];
};

/* before NULL: there was none, nobody is judged.  rows: also a row a change, as it is found. */
enum rc law_impact_of_register(struct call *c, const struct law *before, const struct law *after, day as_of,
    bool rows, struct law_impact *ret_impact, struct fault *why) MUST_USE;
/* The counts as rows of law impact: programmes and kinds with any, then the whole. */
enum rc law_impact_reply(struct call *c, const struct law_impact *impact, struct fault *why) MUST_USE;

#endif
