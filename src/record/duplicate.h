#ifndef RECORD_DUPLICATE_H
#define RECORD_DUPLICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/dose.h"

/*
 * Which statements tell one dose.  One child's dose is told by the clinic, the handbook and two towns; in one
 * national merge of two registers a third of the children had each dose twice (users: NHS child health, 2024).
 * Counted twice it makes a course look complete; merged wrongly it takes a dose away.
 *
 * Pure: statements and officers' decisions in, pairs and what counts out.  Nothing depends on the order of the
 * statements or on when they came, so whatever order they arrive in ends in the same record (rule 12).  Nothing is
 * changed or blended: one statement counts, whole, and the others stay beside it (rules 0, 9).
 *
 * The rules, by number:
 *    3  the same antigens on the same day, and neither lot, place, amount nor number of the dose contradicts:
 *       one dose, decided by the rule.  If something else than the lot contradicts: a person decides
 *    4  on the same day one product holds all antigens of the other and more: a person decides
 *    5  the same day, but two lots; or two places that both gave it themselves to the same town: a conflict
 *    6  days that differ by a little (duplicate_near_days), with the same lot or place: a person decides
 *    7  the same number of the dose in the same year, days far apart: cannot be resolved from here; what is due is
 *       worked out on the cautious reading
 *    8  which of them counts (duplicate_better)
 *   10  a day on which it cannot have been: before the birth, after the death, to come.  Kept, counts nowhere
 *   11  a date that is not known to the day and can mean the other's day: never completed, a person decides
 *
 * Rules 1 and 2 (whose it is; versions of one source) are kept where statements come in: store_dose_put.
 */
enum duplicate_verdict {
	DUPLICATE_NONE,			/* two doses */
	DUPLICATE_ONE,			/* one dose, by rule */
	DUPLICATE_CANDIDATE,		/* perhaps one: a person decides */
	DUPLICATE_CONFLICT,		/* they contradict each other: a person decides */
	DUPLICATE_RESOLVABLE,		/* near each other: a person can decide from here */
	DUPLICATE_UNRESOLVABLE,		/* far apart: their sources must be asked */
	DUPLICATE_IMPOSSIBLE,		/* one alone, which cannot have been so */
	DUPLICATE_VERDICT__COUNT
};
/* "none" "one" "candidate" "conflict" "resolvable" "unresolvable" "impossible" */
const char *duplicate_verdict_word(enum duplicate_verdict verdict);

/* A statement as the rules see it: its latest version, of status given. */
struct duplicate_side {
	const struct dose *dose;
	uint32_t antigens;		/* of the product, a mask of the law's; 0: a product without, compared by its name */
};

struct duplicate_finding {
	enum duplicate_verdict verdict;
	int rule;			/* 0 with DUPLICATE_NONE */
};

/* What the rule says, for people: a message id.  Of a pair of which no rule speaks any more: that it was decided. */
const char *duplicate_rule_text(const struct duplicate_finding *f);

/* Two statements of one person; the same whichever comes first. */
struct duplicate_finding duplicate_compare(const struct duplicate_side *a, const struct duplicate_side *b);
/* One statement by itself (rule 10).  Days may be DAY_NONE.  Of an imprecise date or birth only what no day of it
 * allows is impossible. */
struct duplicate_finding duplicate_alone(const struct dose *d, day born_first, day died, day today);

/* Most days that two statements of one dose of these products may lie apart (data/code/near.tsv). */
int duplicate_near_days(const char *vaccine, const char *other);

/*
 * Rule 8: which of two statements of one dose counts.  Told by who gave it to the town that had it given, before what
 * was copied from paper, before what the person says; then who says more (lot, place, maker's name, amount, number,
 * exact day); then the higher version; then the smaller source and id, so that it is the same everywhere.
 */
enum duplicate_ground {
	DUPLICATE_BY_TELLER, DUPLICATE_BY_COMPLETENESS, DUPLICATE_BY_VERSION, DUPLICATE_BY_ID, DUPLICATE_GROUND__COUNT
};
bool duplicate_better(const struct dose *a, const struct dose *b, enum duplicate_ground *ret_ground);

/*
 * What an officer decides on: a digest of what both say, the same whichever comes first.  A decision holds while it
 * is the same; when a source corrects what it told, the question is open again.
 */
#define DUPLICATE_DIGEST 32
void duplicate_digest(const struct dose *a, const struct dose *b, unsigned char ret_digest[DUPLICATE_DIGEST]);

struct duplicate_decision {
	struct id first, second;	/* statements */
	struct id keep;			/* the one that counts; ID_NONE: two doses, both count */
	unsigned char digest[DUPLICATE_DIGEST];
};

enum duplicate_state {
	DUPLICATE_OPEN,			/* waits for a person */
	DUPLICATE_BY_RULE,
	DUPLICATE_DECIDED,
	DUPLICATE_GONE,			/* no pair any more: corrected or withdrawn since */
	DUPLICATE_STATE__COUNT
};
/* "open" "by-rule" "decided" "gone" */
const char *duplicate_state_word(enum duplicate_state state);

struct duplicate_pair {
	size_t first, second;		/* indices, the smaller id first; equal with DUPLICATE_IMPOSSIBLE */
	struct duplicate_finding finding;
	enum duplicate_state state;
	bool outdated;			/* an officer decided, but what was told has changed since */
};

/*
 * All statements of one person.  counts_as[i]: the index of the statement that stands for i, i itself where it counts
 * (an array of n).  place: an array of n more, for the work.  Pairs are told in order of ids; found may be NULL.
 * Where three statements hang together but two of them contradict, no rule joins any of them.
 */
typedef void duplicate_found(void *closure, const struct duplicate_pair *pair);
void duplicate_group(const struct duplicate_side *side, size_t n, const struct duplicate_decision *decision,
    size_t n_decision, size_t *ret_counts_as, size_t *place, duplicate_found *found, void *closure);

#endif
