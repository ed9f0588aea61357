#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stdbool.h>

#include "store/store.h"

/*
 * Provision records (My Number Act, art. 23): who asked whom for what, when,
 * and how it ended; kept seven years, also for refusals.  Values are never here.
 */
enum provision_side { PROVISION_ASKED, PROVISION_PROVIDED, PROVISION_SIDE__COUNT };

struct provision_record {
	struct id person;		/* ID_NONE when the subject is not known here */
	enum provision_side side;	/* what we were */
	const char *process_no;
	const char *inquirer, *provider;	/* institution codes */
	int64_t requested_us;
	int64_t provided_us;		/* 0: not provided */
	const char *affair, *procedure, *item;
	const char *outcome;		/* status or E-code */
	bool inquirer_non_disclosure, provider_non_disclosure;
	day keep_until;
};

/*
 * Of a protected person no record is handed out, and of somebody who does not live here any more the
 * inquirer is "": unless the transaction's eyes may see that (store_see).
 */
/* STORE_UNCHANGED-like: the same process number and side again is fine when equal, else RC_CONFLICT. */
enum rc store_record_add(struct store *s, const struct provision_record *r, struct fault *why) MUST_USE;
/* The record of an exchange, kept until that day at least. */
enum rc store_record_hold(struct store *s, const char *process_no, day until, struct fault *why) MUST_USE;
enum rc store_record_of(struct store *s, const struct id *person, struct arena *a,
    struct provision_record **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_record_find(struct store *s, const char *process_no, struct arena *a,
    struct provision_record **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* In order of process number, after the one given (NULL: first); cap is 2 or more, and a page
 * never ends between the two sides of one exchange. */
enum rc store_record_list(struct store *s, const char *after, size_t cap, struct arena *a,
    struct provision_record **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

/* Of one day and pair of bodies, in order of process number: what the transaction's eyes may see. */
enum rc store_record_day(struct store *s, enum provision_side side, const char *inquirer, const char *provider,
    int64_t from_us, int64_t until_us, struct arena *a, struct provision_record **ret_rows, size_t *ret_n,
    struct fault *why) MUST_USE;

/*
 * Provided by us, and a statement that was told then has a newer version now; not when the same town
 * was told again since, nor where not_told (an institution) asked.  In order of process number.
 */
enum rc store_record_outdated(struct store *s, const char *not_told, size_t cap, struct arena *a,
    struct provision_record **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

#endif
