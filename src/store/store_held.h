#ifndef STORE_HELD_H
#define STORE_HELD_H

#include <stdbool.h>

#include "store/store.h"
#include "vault/vault_digest.h"

/* What waits for a person to decide, and belongs to nobody until then. */
enum held_kind {
	HELD_IMPORT_ROW,		/* payload: the row's cells */
	HELD_ANSWER,			/* an answer of ours that an officer must release; reference: PermitID */
	HELD_IN_DOUBT,			/* a received answer whose identity differs; reference: record number */
	HELD_CONFLICT,			/* same version, other content */
	HELD_POISON,			/* a message that failed three times */
	HELD_CORRECTION,		/* a correction by another town; reference: its id, source: the town */
	HELD_KIND__COUNT
};

enum held_state { HELD_OPEN, HELD_ATTACHED, HELD_RELEASED, HELD_REFUSED, HELD_STATE__COUNT };

struct held_row {
	struct id id;
	enum held_kind kind;
	const char *reason;		/* stable word: "no-such-person", "birth-date-differs", ... */
	const char *reference;		/* NULL */
	const char *source;		/* where from: file name and line, or peer; NULL */
	struct id person;		/* whom it may concern, ID_NONE unknown */
	const void *payload;		/* a frame body of the caller's; NULL */
	size_t payload_len;
	enum held_state state;
	int64_t created_us, decided_us;
	const char *decided_by;
	const char *note;
	bool is_shielded;		/* about a protected person: reference, source, payload and note are missing */
};

/* The same kind, reference and payload again is the same row: *ret_is_new false. */
enum rc store_held_add(struct store *s, const struct held_row *row, struct id *ret_id,
    bool *ret_is_new, struct fault *why) MUST_USE;
enum rc store_held_get(struct store *s, const struct id *id, struct arena *a,
    struct held_row *ret_row, struct fault *why) MUST_USE;		/* RC_ABSENT */
/* HELD_KIND__COUNT: every kind.  Open rows only, oldest first, after the id given. */
enum rc store_held_list(struct store *s, enum held_kind kind, const struct id *after, size_t cap,
    struct arena *a, struct held_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* RC_REFUSED when already decided.  person: whom it was attached to, NULL none. */
enum rc store_held_decide(struct store *s, const struct id *id, enum held_state state,
    const char *decided_by, const char *note, const struct id *person, struct fault *why) MUST_USE;
enum rc store_held_count(struct store *s, int64_t ret_open[HELD_KIND__COUNT], struct fault *why) MUST_USE;

#endif
