#ifndef STORE_PURGE_H
#define STORE_PURGE_H

#include "record/retention.h"
#include "store/store.h"

/*
 * Taking out what need be kept no longer (record/retention.h says what that is).  Nothing here decides that; but no
 * statement below touches a living or a protected person, whatever it is asked.
 */
enum purge_hindrance {
	PURGE_FREE,
	PURGE_GUARDIAN,		/* a link names the person as somebody's guardian */
	PURGE_COPY,		/* copies lie at the intermediary */
	PURGE_INQUIRY,		/* an inquiry is under way */
	PURGE_MESSAGE,		/* a message waits or failed */
	PURGE_HELD,		/* something waits for a decision */
	PURGE_PROVISION,	/* a record of a provision must be kept */
	PURGE_EVIDENCE,		/* so must evidence of one */
	PURGE_ACCOUNT,		/* an account is the person's */
	PURGE_OTHER,		/* another record names the person (found only in trying) */
	PURGE_LAW,		/* the law keeps a dose, a letter or a report; the caller's to find */
	PURGE_HINDRANCE__COUNT
};

struct purge_dead {
	struct id id;
	const char *addressee_no;
	day died;
};
/* Who has died from since to until and is not protected, after the one given of that day (ID_NONE: from the first), by
 * day of death and id; at most cap. */
enum rc store_purge_dead(struct store *s, day since, const struct id *after, day until, size_t cap, struct arena *a,
    struct purge_dead **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

/* What is kept of a person for a time: the doses by product and day, the request letters, the reports about doses. */
struct purge_kept {
	enum retention_what what;
	const char *product;		/* of doses; else NULL */
	day last;			/* that a version of a dose can mean; on which a letter or report was closed */
	int64_t versions;		/* of doses; else 0 */
};
enum rc store_purge_kept(struct store *s, const struct id *person, struct arena *a,
    struct purge_kept **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

/* What else stands in the way.  over: the last day whose exchanges need be kept no more. */
enum rc store_purge_hindrance(struct store *s, const struct id *person, day today, day over,
    enum purge_hindrance *ret_hindrance, struct fault *why) MUST_USE;

/* How many exchanges may go, and the last day on which any of them had to be kept. */
enum rc store_purge_exchanges_count(struct store *s, day today, day over, int64_t *ret_n, day *ret_until,
    struct fault *why) MUST_USE;

struct tombstone {
	int64_t no;
	enum tombstone_what { TOMBSTONE_PERSON, TOMBSTONE_EXCHANGE, TOMBSTONE_WHAT__COUNT } what;
	int64_t rows;
	day kept_until;
	const char *basis;		/* citation */
	int64_t purged_us;
	const char *purged_by;
};

/*
 * A person who died before a day, with everything that is about nobody else, and the salt under which the audit
 * log knows the person; a tombstone in its place.  Uses of t: rows, kept_until, basis, purged_by.
 * *ret_hindrance PURGE_OTHER: nothing was done.  RC_REFUSED: alive, protected, or died later.
 */
enum rc store_purge_person(struct store *s, const struct id *person, day died_before, day today, day over,
    struct tombstone *t, enum purge_hindrance *ret_hindrance, struct fault *why) MUST_USE;
enum rc store_purge_exchanges(struct store *s, day today, day over, struct tombstone *t, struct fault *why) MUST_USE;

enum rc store_tombstone_list(struct store *s, int64_t after, size_t cap, struct arena *a,
    struct tombstone **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

#endif
