#ifndef STORE_PORTAL_H
#define STORE_PORTAL_H

#include <stdbool.h>

#include "store/store.h"

/* Notices to the portal of the person they are for.  Of people whom the transaction's eyes may not see nothing is handed out. */
enum portal_kind { PORTAL_ARRIVED = 1, PORTAL_OF_RUN };

enum portal_state {
	PORTAL_WAITS,			/* no message has been made yet */
	PORTAL_SENT,			/* a message is in the outbox */
	PORTAL_RECEIVED,		/* the intermediary has it */
	PORTAL_THERE,			/* the portal has it */
	PORTAL_NO_ACCOUNT,		/* the person has tied no portal to this town */
	PORTAL_REFUSED,			/* intermediary or portal do not take it */
	PORTAL_WITHHELD,		/* it did not leave; of one that was tried the portal may have it all the same */
	PORTAL_NOT_CONNECTED,		/* this network has no portal */
	PORTAL_STATE__COUNT
};
const char *portal_state_word(enum portal_state state);		/* "waits", "delivered", "no-portal" */

enum portal_reason {
	PORTAL_NO_REASON, PORTAL_DIED, PORTAL_DEPARTED, PORTAL_PROTECTED, PORTAL_UNWANTED, PORTAL_BARRED, PORTAL_UNDONE,
	PORTAL_REASON__COUNT
};
const char *portal_reason_word(enum portal_reason reason);	/* "dead", "refused"; "" none */

struct portal_notice {
	struct id id, person;
	enum portal_kind kind;
	int64_t run;			/* 0: of none */
	int64_t made_us;
	const char *made_by;
	enum portal_state state;
	enum portal_reason reason;	/* of WITHHELD */
	int64_t settled_us;
};

/* Uses person, kind, run, made_by, state, reason. */
enum rc store_portal_add(struct store *s, const struct portal_notice *n, struct fault *why) MUST_USE;
enum rc store_portal_get(struct store *s, const struct id *id, struct arena *a, struct portal_notice *ret_notice,
    struct fault *why) MUST_USE;		/* RC_ABSENT */
enum rc store_portal_set(struct store *s, const struct id *id, enum portal_state state, enum portal_reason reason,
    struct fault *why) MUST_USE;
/* Of that state, oldest first. */
enum rc store_portal_in(struct store *s, enum portal_state state, size_t cap, struct arena *a,
    struct portal_notice **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* Of a run, by person, after the one given (NULL: from the first). */
enum rc store_portal_of_run(struct store *s, int64_t run, const struct id *after, size_t cap, struct arena *a,
    struct portal_notice **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* Of a person, newest first. */
enum rc store_portal_of(struct store *s, const struct id *person, struct arena *a, struct portal_notice **ret_rows,
    size_t *ret_n, struct fault *why) MUST_USE;
/* How many of a run stand how. */
enum rc store_portal_count(struct store *s, int64_t run, int64_t ret_n[PORTAL_STATE__COUNT], struct fault *why) MUST_USE;

/* People of a run of letters who get one, by id, after the one given (NULL: from the first). */
enum rc store_portal_letters(struct store *s, int64_t run, const struct id *after, size_t cap, struct arena *a,
    struct id **ret_people, size_t *ret_n, struct fault *why) MUST_USE;

#endif
