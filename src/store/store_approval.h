#ifndef STORE_APPROVAL_H
#define STORE_APPROVAL_H

#include "store/store.h"
#include "vault/vault_digest.h"

/* Requests that wait for a second officer.  What was asked is kept whole until it is decided,
 * afterwards only its digest, reason and who decided. */
enum approval_state {
	APPROVAL_WAITING,
	APPROVAL_GIVEN,
	APPROVAL_REFUSED,
	APPROVAL_WITHDRAWN,
	APPROVAL_EXPIRED,
	APPROVAL_STATE__COUNT
};

struct approval_row {
	int64_t no;
	const char *request;			/* name of the request */
	struct vault_digest shape;		/* of its fields, in the program that stored it */
	const void *body;			/* frame; NULL once decided */
	size_t body_len;
	const void *file;			/* NULL: none, or decided */
	size_t file_len;
	struct vault_digest digest, preview;
	int64_t preview_rows;
	const char *reason;
	int64_t proposed_by, proposed_uid, proposed_us;
	int64_t expires_us;
	enum approval_state state;
	int64_t decided_by, decided_uid, decided_us;	/* 0: nobody, not yet */
	const char *note;
};

/* Waits from now on; *ret_no is its number.  State, number and decision of row are not looked at. */
enum rc store_approval_add(struct store *s, const struct approval_row *row, int64_t *ret_no,
    struct fault *why) MUST_USE;
/* With frame and file; RC_ABSENT. */
enum rc store_approval_get(struct store *s, int64_t no, struct arena *a,
    struct approval_row *ret_row, struct fault *why) MUST_USE;
/* Without frame, file and shape.  Those in a state, the first to expire first. */
enum rc store_approval_list(struct store *s, enum approval_state state, size_t cap, struct arena *a,
    struct approval_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* Of every state, newest first. */
enum rc store_approval_last(struct store *s, size_t cap, struct arena *a,
    struct approval_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_approval_count(struct store *s, enum approval_state state, int64_t *ret_n,
    struct fault *why) MUST_USE;
/* Forgets frame and file.  by = 0: nobody (it expired).  RC_CONFLICT: it waits no longer. */
enum rc store_approval_decide(struct store *s, int64_t no, enum approval_state state, int64_t by,
    int64_t uid, const char *note, struct fault *why) MUST_USE;
/* "waiting" "approved" "refused" "withdrawn" "expired" */
const char *store_approval_state_word(enum approval_state state);

#endif
