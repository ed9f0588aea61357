#ifndef CLI_SCHEDULE_EXPLAIN_H
#define CLI_SCHEDULE_EXPLAIN_H

#include "base/buf.h"
#include "base/words.h"
#include "json/person.h"
#include "schedule/schedule.h"
#include "schedule/visits.h"

/*
 * An answer told step by step, for people: of each dose and each programme what was asked of the
 * law (period, course and why it is this person's, place in it, interval), what follows, by which
 * article in force since when, and what is unconfirmed.  The words may change with every version.
 */
struct schedule_telling {
	const struct law *law;
	enum lang lang;
	day as_of;
	const struct json_person *person;
	const struct schedule_answer *answer;
	const struct schedule_trail *trail;	/* of the same question */
};
/* Appends lines, each with its end.  RC_TOO_BIG, RC_NOMEM: out is as before. */
enum rc schedule_explain_write(const struct schedule_telling *telling, struct buf *out) MUST_USE;

/*
 * What supposed doses changed: each of them and what it counts for, then every programme whose
 * forecast is another than `before` says, with both.  The last n_supposed doses of the person are
 * the supposed ones.
 */
enum rc schedule_changes_write(const struct schedule_telling *telling,
    const struct schedule_answer *before, size_t n_supposed, struct buf *out) MUST_USE;

/* The plan of visits, a line or two each. */
enum rc schedule_plan_write(const struct schedule_telling *telling, const struct visits_plan *plan,
    struct buf *out) MUST_USE;

#endif
