#ifndef STORE_TICKET_H
#define STORE_TICKET_H

#include "base/limits.h"
#include "record/person.h"
#include "store/store.h"

/*
 * Tickets: opaque digits with a check digit, good only together with the birth
 * date.  One serves the next dose of a programme, or, without a programme,
 * whatever is due; of those that serve the same opportunity one at most is live,
 * and a new one makes the others void in its own transaction.
 *
 * A ticket ends with the stay in which it was issued, or with the life.  That day
 * follows from what is on record about the person and is set by every
 * store_person_put, so it is there as soon as a departure or death is; a return
 * brings no old ticket back.
 */
#define STORE_TICKET_DIGITS 12
#define STORE_TICKET_SIZE (STORE_TICKET_DIGITS + 1)

enum ticket_cause {
	TICKET_CAUSE_NONE,		/* live */
	TICKET_REPLACED,
	TICKET_TAKEN_BACK,		/* by the office */
	TICKET_CAUSE__COUNT
};

struct ticket {
	char number[STORE_TICKET_SIZE];
	struct id person;
	int64_t issued_us;
	int64_t voided_us;		/* 0: live, as long as it has not ended */
	char programme[LIMIT_CODE_CHARS + 1];	/* "": whatever is due */
	int64_t dose;			/* of the programme; 0 without one */
	day earliest, latest;		/* of that dose when issued; DAY_NONE: none */
	day issued_on;
	day ends_on;			/* last day; DAY_NONE: no end known */
	enum ticket_cause cause;
	int64_t run, run_seq;		/* hand-out to many that it belongs to, and its place in it from 1; 0: none */
};

/* Live, and its stay not over. */
bool ticket_good_on(const struct ticket *t, day on);
/* Last day of a ticket issued on a day to somebody of whom this is on record; DAY_NONE: no end known. */
day ticket_end(const struct person *p, day issued_on);

/*
 * Random digits for p, serving what *about says of programme, dose, earliest, latest and run (NULL: whatever
 * is due).  Void from this moment: those of the programme, and the one without; without a programme all.
 */
enum rc store_ticket_issue(struct store *s, const struct person *p, const struct ticket *about,
    day issued_on, struct ticket *ret_ticket, struct fault *why) MUST_USE;
/* Every live one; programme: only those that serve it. */
enum rc store_ticket_void(struct store *s, const struct id *person, const char *programme,
    enum ticket_cause cause, struct fault *why) MUST_USE;
/* Brings the last days to what p says; nothing else changes. */
enum rc store_ticket_follow(struct store *s, const struct person *p, struct fault *why) MUST_USE;
/* RC_INVALID: wrong check digit.  RC_ABSENT: never issued.  A void one is found and says so. */
enum rc store_ticket_find(struct store *s, const char *number, struct ticket *ret_ticket,
    struct fault *why) MUST_USE;
/* The live one for whatever is due; RC_ABSENT. */
enum rc store_ticket_of(struct store *s, const struct id *person, struct ticket *ret_ticket,
    struct fault *why) MUST_USE;
/* A hand-out of tickets to the people of a release, worked off in the release's order. */
struct ticket_run {
	int64_t no;			/* given out by store_ticket_run_next */
	int64_t release;
	day as_of;
	int64_t n_people, n_tickets;	/* handed out so far */
	const char *made_by;
	int64_t made_us;
	int64_t n_all;			/* people of the release */
	int64_t n_left;			/* looked at, and left out */
	int64_t done_seq;		/* place in the release of the last one that was looked at */
	int64_t finished_us;		/* 0: still under way */
};
enum rc store_ticket_run_next(struct store *s, int64_t *ret_no, struct fault *why) MUST_USE;
enum rc store_ticket_run_add(struct store *s, const struct ticket_run *run, struct fault *why) MUST_USE;
/* How far it is: counts, done_seq and finished_us of *run. */
enum rc store_ticket_run_set(struct store *s, const struct ticket_run *run, struct fault *why) MUST_USE;
/* The oldest that is under way; RC_ABSENT. */
enum rc store_ticket_run_open(struct store *s, struct arena *a, struct ticket_run *ret_run, struct fault *why) MUST_USE;
enum rc store_ticket_run_get(struct store *s, int64_t no, struct arena *a, struct ticket_run *ret_run,
    struct fault *why) MUST_USE;		/* RC_ABSENT */
/* Newest first. */
enum rc store_ticket_run_list(struct store *s, size_t cap, struct arena *a, struct ticket_run **ret_runs, size_t *ret_n,
    struct fault *why) MUST_USE;
/* The tickets of a run after a place, at most cap, in order: none of protected people the eyes may not see. */
enum rc store_ticket_of_run(struct store *s, int64_t run, int64_t after, size_t cap, struct arena *a,
    struct ticket **ret_tickets, size_t *ret_n, struct fault *why) MUST_USE;

/* All that were ever issued: live ones first, then the newest. */
enum rc store_ticket_list(struct store *s, const struct id *person, struct arena *a,
    struct ticket **ret_tickets, size_t *ret_n, struct fault *why) MUST_USE;

#endif
