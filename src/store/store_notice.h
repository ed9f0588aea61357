#ifndef STORE_NOTICE_H
#define STORE_NOTICE_H

#include "store/store_list.h"

/*
 * Letters: runs, whom they went to, what came back, who wishes none.  Of people whom the transaction's eyes may
 * not see nothing is handed out.
 */
enum notice_excluded {
	NOTICE_LETTER,			/* a letter */
	NOTICE_DIED, NOTICE_DEPARTED, NOTICE_PROTECTED,
	NOTICE_REFUSED,			/* wishes no letters */
	NOTICE_LATELY,			/* another about the same programme lies within the span */
	NOTICE_CAME_BACK,		/* the last letter came back, and nothing of the person changed since */
	NOTICE_EXCLUDED__COUNT
};
const char *notice_excluded_word(enum notice_excluded excluded);	/* "letter", "died" */

struct notice_run {
	int64_t no;
	int64_t release;
	enum release_purpose purpose;
	const char *programme;
	day planned_on;
	const char *made_by;
	int64_t made_us;
	day mailed_on;			/* DAY_NONE: not yet */
	int64_t undone_us;		/* 0: it stands */
};
enum rc store_notice_run_add(struct store *s, const struct notice_run *run, int64_t *ret_no,
    struct fault *why) MUST_USE;
enum rc store_notice_run_get(struct store *s, int64_t no, struct arena *a, struct notice_run *ret_run,
    struct fault *why) MUST_USE;			/* RC_ABSENT */
/* Newest first. */
enum rc store_notice_run_list(struct store *s, size_t cap, struct arena *a, struct notice_run **ret_runs,
    size_t *ret_n, struct fault *why) MUST_USE;
/* RC_CONFLICT: mailed or undone already. */
enum rc store_notice_run_mailed(struct store *s, int64_t no, day on, const char *by, struct fault *why) MUST_USE;
enum rc store_notice_run_undo(struct store *s, int64_t no, const char *by, const char *reason,
    struct fault *why) MUST_USE;

enum rc store_notice_add(struct store *s, int64_t run, const struct id *person, int64_t dose,
    enum notice_excluded excluded, struct fault *why) MUST_USE;
/* Is a letter of this run for this person? */
enum rc store_notice_is_letter(struct store *s, int64_t run, const struct id *person, bool *ret_letter,
    struct fault *why) MUST_USE;
/* Day of the last letter about the programme that was mailed or is to be, of runs that stand, but for those
 * that came back and were not sent again; DAY_NONE: none. */
enum rc store_notice_last(struct store *s, const struct id *person, const char *programme, day *ret_on,
    struct fault *why) MUST_USE;
/* Did the last letter come back, with no change of the person since? */
enum rc store_notice_came_back(struct store *s, const struct id *person, bool *ret_back, struct fault *why) MUST_USE;

enum notice_event_kind { NOTICE_RETURNED = 1, NOTICE_RESENT };
struct notice_event {
	int64_t run;
	struct id person;
	enum notice_event_kind kind;
	day on;
	const char *note;
	const char *told_by;
};
enum rc store_notice_event_add(struct store *s, const struct notice_event *e, struct fault *why) MUST_USE;
/* Of a letter, oldest first. */
enum rc store_notice_events(struct store *s, int64_t run, const struct id *person, struct arena *a,
    struct notice_event **ret_events, size_t *ret_n, struct fault *why) MUST_USE;
/* Letters that came back and were not sent again, of runs that stand, by day. */
enum rc store_notice_returned(struct store *s, size_t cap, struct arena *a, struct notice_event **ret_events,
    size_t *ret_n, struct fault *why) MUST_USE;

/* A person of a run, with the run. */
struct notice_row {
	struct notice_run run;
	struct id person;
	int64_t dose;			/* 0: none */
	enum notice_excluded excluded;
};
/* Newest run first. */
enum rc store_notice_of(struct store *s, const struct id *person, struct arena *a, struct notice_row **ret_rows,
    size_t *ret_n, struct fault *why) MUST_USE;

/* programme "": of any. */
enum rc store_notice_refuse(struct store *s, const struct id *person, const char *programme, const char *reason,
    const char *by, struct fault *why) MUST_USE;
/* RC_ABSENT: none stands. */
enum rc store_notice_accept(struct store *s, const struct id *person, const char *programme, const char *by,
    struct fault *why) MUST_USE;
/* Of this programme or of any. */
enum rc store_notice_refused(struct store *s, const struct id *person, const char *programme, bool *ret_refused,
    struct fault *why) MUST_USE;

#endif
