#ifndef STORE_INQUIRY_H
#define STORE_INQUIRY_H

#include <stdbool.h>

#include "store/store.h"

/*
 * Where each code acquisition and each inquiry stands.  state is the number of
 * exchange's enumeration; is_ended tells the store alone that nothing more
 * is to be done.
 */
struct code_row {
	struct id person;
	int64_t state;
	const char *acquisition_no;	/* erased once the code is issued */
	const char *integrated_no;
	const char *reception_no;
	int64_t next_us;		/* next step or poll; INT64_MAX: none */
	int64_t attempts;
	bool is_ended;
	const char *last;		/* code of the last refusal */
	int64_t changed_us;
};

enum rc store_code_put(struct store *s, const struct code_row *row, struct fault *why) MUST_USE;
enum rc store_code_get(struct store *s, const struct id *person, struct arena *a,
    struct code_row *ret_row, struct fault *why) MUST_USE;		/* RC_ABSENT */
enum rc store_code_due(struct store *s, int64_t now_us, size_t cap, struct arena *a,
    struct code_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_code_find_reception(struct store *s, const char *reception_no, struct arena *a,
    struct code_row *ret_row, struct fault *why) MUST_USE;		/* RC_ABSENT */

/* Why the office may ask: a period of residence in the register's file, or a second officer. */
enum inquiry_basis { INQUIRY_RESIDENCE, INQUIRY_SECOND_OFFICER, INQUIRY_BASIS__COUNT };

struct inquiry_row {
	struct id id;
	struct id person;
	const char *provider;		/* municipality code */
	const char *record_no;		/* ours, unique */
	const char *reception_no;
	const char *process_no;
	int64_t state;
	enum inquiry_basis basis;
	day from, to;			/* period asked for, DAY_NONE open */
	bool non_disclosure;
	const char *asked_by;		/* actor */
	int64_t requested_us;
	int64_t next_us;		/* next poll; INT64_MAX: none */
	int64_t deadline_us;
	int64_t attempts;
	bool is_ended;
	const char *outcome;		/* E-code or "applied", "in-doubt", "no-data" */
	day known_as_of;		/* day up to which the provider answered, DAY_NONE */
	int64_t changed_us;
};

/* RC_CONFLICT: one to this provider is still under way for the person. */
enum rc store_inquiry_add(struct store *s, const struct inquiry_row *row, struct id *ret_id,
    struct fault *why) MUST_USE;
/* Everything but id, person, provider, record_no, basis, asked_by, requested_us. RC_ABSENT. */
enum rc store_inquiry_set(struct store *s, const struct inquiry_row *row, struct fault *why) MUST_USE;
enum rc store_inquiry_get(struct store *s, const struct id *id, struct arena *a,
    struct inquiry_row *ret_row, struct fault *why) MUST_USE;		/* RC_ABSENT */
enum rc store_inquiry_find_record(struct store *s, const char *record_no, struct arena *a,
    struct inquiry_row *ret_row, struct fault *why) MUST_USE;		/* RC_ABSENT */
enum rc store_inquiry_find_reception(struct store *s, const char *reception_no, struct arena *a,
    struct inquiry_row *ret_row, struct fault *why) MUST_USE;		/* RC_ABSENT */
enum rc store_inquiry_find_process(struct store *s, const char *process_no, struct arena *a,
    struct inquiry_row *ret_row, struct fault *why) MUST_USE;		/* RC_ABSENT */
/* How many to this town are under way whose process number is not known yet. */
enum rc store_inquiry_unnumbered(struct store *s, const char *provider, int64_t *ret_n,
    struct fault *why) MUST_USE;
enum rc store_inquiry_of(struct store *s, const struct id *person, struct arena *a,
    struct inquiry_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;	/* oldest first */
/* Not ended, next_us <= now. */
enum rc store_inquiry_due(struct store *s, int64_t now_us, size_t cap, struct arena *a,
    struct inquiry_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_inquiry_open(struct store *s, size_t cap, struct arena *a,
    struct inquiry_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;	/* not ended */
/* Those of the person that have no reception number yet and have not ended are due now. */
enum rc store_inquiry_wake(struct store *s, const struct id *person, int64_t now_us,
    struct fault *why) MUST_USE;
/* How many were asked from from_us to before to_us, by town and state, a town's together. */
struct inquiry_count { const char *provider; int64_t state, n; };
enum rc store_inquiry_count(struct store *s, int64_t from_us, int64_t to_us, struct arena *a,
    struct inquiry_count **ret_counts, size_t *ret_n, struct fault *why) MUST_USE;
/* How many inquiries this actor has made since then. */
enum rc store_inquiry_count_by(struct store *s, const char *asked_by, int64_t since_us, int64_t *ret_n,
    struct fault *why) MUST_USE;
/* Earliest next_us of inquiries and codes that have not ended; RC_ABSENT. */
enum rc store_inquiry_next_due(struct store *s, int64_t *ret_us, struct fault *why) MUST_USE;

#endif
