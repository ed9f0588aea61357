#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "store/store.h"
#include "vault/vault_digest.h"

/*
 * Who was told which version of what, and the corrections that follow from it.  Written in the
 * transaction that changes a statement, or that learns what was told.
 */
struct told_row {
	struct id person, statement;
	const char *process_no;
	const char *recipient;		/* municipality code; NULL: not to be seen */
	int64_t version;		/* 0: told in no answer, owed since a merge */
	int64_t told_us;
	bool parted;			/* it was told as somebody else's, and that was taken back */
};

/* The same exchange and statement again changes nothing. */
enum rc store_told_add(struct store *s, const struct told_row *row, struct fault *why) MUST_USE;
/* The statement is owed under this exchange, whose subject's record was merged with its own: version is not used. */
enum rc store_told_owe(struct store *s, const struct told_row *row, struct fault *why) MUST_USE;
/* It was told there about somebody else: nothing more is owed under this exchange. */
enum rc store_told_part(struct store *s, const struct told_row *row, struct fault *why) MUST_USE;
enum rc store_told_of(struct store *s, const struct id *person, struct arena *a, struct told_row **ret_rows,
    size_t *ret_n, struct fault *why) MUST_USE;

enum correction_state {
	CORRECTION_WAITING,		/* in the outbox */
	CORRECTION_SENT,		/* the network has it; no receipt yet */
	CORRECTION_HELD,		/* an officer there decides */
	CORRECTION_APPLIED,		/* a version there says it */
	CORRECTION_KNOWN,		/* it, or a later one, stood there before */
	CORRECTION_REFUSED,
	CORRECTION_BARRED,		/* they hold nobody by that exchange: nothing more is told under it */
	CORRECTION_GONE,		/* there is no such recipient, and no successor */
	CORRECTION_WITHHELD,		/* the person is protected: sent when that ends */
	CORRECTION_SUPERSEDED,		/* without receipt; a later version went out */
	CORRECTION_BY_HAND,		/* the network has no message for it */
	CORRECTION_STATE__COUNT
};

struct correction_row {
	struct id id;
	struct id person, statement;
	int64_t version;		/* of ours that is told */
	const char *recipient;		/* municipality code; NULL: not to be seen */
	const char *process_no;
	enum correction_state state;
	int64_t made_us, sent_us;	/* sent 0: never */
	int64_t next_us;		/* sent again then; INT64_MAX never */
	int64_t tries;
	int64_t receipt_us;		/* 0: none */
	int64_t local_version;		/* the recipient's; 0 none */
	const char *reason;
	bool parted;			/* says that the statement is not about this person */
};

/* What a person's recipients have not been told yet: latest versions above those told, one a statement and
 * recipient; where a correction is withheld that one again. */
struct owed_row {
	struct id statement, dose;	/* dose: the id of the latest version */
	int64_t version;
	const char *recipient, *process_no;
	struct id withheld;		/* ID_NONE: none is */
};
enum rc store_correction_owed(struct store *s, const struct id *person, struct arena *a, struct owed_row **ret_rows,
    size_t *ret_n, struct fault *why) MUST_USE;
/* id is made by the caller (store_id_new).  Uses id, person, statement, version, recipient, process_no, state,
 * made_us, next_us, reason, parted. */
enum rc store_correction_add(struct store *s, const struct correction_row *row, struct fault *why) MUST_USE;
/* Everything but id, person, statement, version, recipient, made_us. */
enum rc store_correction_set(struct store *s, const struct correction_row *row, struct fault *why) MUST_USE;
/* What has no receipt yet is withheld, and messages of the type about the person leave the outbox unsent. */
enum rc store_correction_withhold(struct store *s, const struct id *person, const char *type,
    struct fault *why) MUST_USE;
/* For the node's own work, whose eyes see whole (node_work). */
enum rc store_correction_get(struct store *s, const struct id *id, struct arena *a, struct correction_row *ret_row,
    struct fault *why) MUST_USE;					/* RC_ABSENT */
enum rc store_correction_due(struct store *s, int64_t now_us, size_t cap, struct arena *a,
    struct correction_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_correction_next(struct store *s, int64_t *ret_us, struct fault *why) MUST_USE;	/* RC_ABSENT */
/*
 * Of one state, newest first; whom they concern and who was told only as the eyes may see.  A page goes on after the
 * time and id of the last row of the one before; INT64_MAX and ID_NONE: from the newest.
 */
enum rc store_correction_list(struct store *s, enum correction_state state, int64_t before_us, const struct id *after,
    size_t cap, struct arena *a, struct correction_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* All of a person, newest first. */
enum rc store_correction_of(struct store *s, const struct id *person, struct arena *a,
    struct correction_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_correction_count(struct store *s, enum correction_state state, int64_t before_us, int64_t *ret_n,
    struct fault *why) MUST_USE;

/* ---- what others sent us ---- */

struct correction_in {
	const char *sender;		/* municipality code */
	struct id correction;		/* the sender's */
	const char *process_no;
	struct id person;		/* ID_NONE: nobody known */
	const char *record_key;
	int64_t version;
	struct vault_digest digest;
	int64_t taken;			/* exchange's number, as in the receipt */
	int64_t local_version;
	const char *reason;
	int64_t received_us, taken_us;
};
enum rc store_correction_in_add(struct store *s, const struct correction_in *row, struct fault *why) MUST_USE;
/* taken, local_version, reason, taken_us */
enum rc store_correction_in_set(struct store *s, const struct correction_in *row, struct fault *why) MUST_USE;
enum rc store_correction_in_get(struct store *s, const char *sender, const struct id *correction, struct arena *a,
    struct correction_in *ret_row, struct fault *why) MUST_USE;		/* RC_ABSENT */

#endif
