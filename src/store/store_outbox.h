#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include <stdbool.h>

#include "store/store.h"

/*
 * Messages to be sent, written in the transaction of the effect they tell.
 * The exact bytes stay the same over every try.  When to try again, and when to
 * give up, is the caller's state machine; the row keeps its memory.
 */
enum store_outbox_state { STORE_OUTBOX_DUE, STORE_OUTBOX_SENT, STORE_OUTBOX_DONE, STORE_OUTBOX_FAILED, STORE_OUTBOX_STATE__COUNT };

struct outbox_row {
	struct id id;
	const char *message_id;		/* MsgID: the idempotency key, unique */
	const char *endpoint;		/* "registrar", "core", "intermediary" */
	const char *type;		/* "SKI.InquiryRequest" */
	struct id person;		/* ID_NONE: nobody in particular */
	struct id about;		/* inquiry, copy or other row that asked, ID_NONE none */
	const void *bytes;
	size_t len;
	int64_t gap_offset;		/* where the key process puts the number; -1: nowhere */
	enum store_outbox_state state;
	int64_t attempts;
	int64_t due_us;			/* next try */
	int64_t deadline_us;		/* INT64_MAX: none */
	const char *last;		/* why the last try failed: a code, NULL */
	int64_t retry_class;		/* exchange's enumeration */
	int64_t created_us;
	const char *exchange_no;	/* the network's number of what it is about; NULL */
};

/* Uses message_id, endpoint, type, person, about, bytes, gap_offset, due_us, deadline_us, exchange_no.
 * RC_CONFLICT: message id in use. */
enum rc store_outbox_put(struct store *s, const struct outbox_row *row, struct id *ret_id,
    struct fault *why) MUST_USE;
/* State DUE with due_us <= now, of one endpoint, oldest due first, at most cap; one person's rows in order
 * of making and never two at once, wherever they go: what failed holds back what comes after it about the same
 * person, and nobody else. */
enum rc store_outbox_due(struct store *s, const char *endpoint, int64_t now_us, size_t cap, struct arena *a,
    struct outbox_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_outbox_get(struct store *s, const struct id *id, struct arena *a,
    struct outbox_row *ret_row, struct fault *why) MUST_USE;		/* RC_ABSENT */
/* The row of a MsgID, whatever its state; RC_ABSENT. */
enum rc store_outbox_find_message(struct store *s, const char *message_id, struct id *ret_id,
    struct fault *why) MUST_USE;
/* Has something that this row asked for not left yet, or is to leave again? */
enum rc store_outbox_unsent(struct store *s, const struct id *about, bool *ret, struct fault *why) MUST_USE;
/* Is something that this row asked for still to be sent or answered? */
enum rc store_outbox_pending(struct store *s, const struct id *about, bool *ret, struct fault *why) MUST_USE;
/* How many of an endpoint are DUE with due_us <= now, counted up to cap. */
enum rc store_outbox_waiting(struct store *s, const char *endpoint, int64_t now_us, size_t cap, size_t *ret_n,
    struct fault *why) MUST_USE;
/* Earliest due_us after now of all of an endpoint that are DUE; RC_ABSENT when none.  What is due already and
 * was not taken waits for an answer, not for a time. */
enum rc store_outbox_next_due(struct store *s, const char *endpoint, int64_t now_us, int64_t *ret_due_us,
    struct fault *why) MUST_USE;
/* state, attempts, due_us, last, retry_class are written; the bytes of a DONE row are
 * dropped (evidence keeps what must be kept). */
enum rc store_outbox_set(struct store *s, const struct id *id, enum store_outbox_state state,
    int64_t attempts, int64_t due_us, const char *last, int64_t retry_class,
    struct fault *why) MUST_USE;
/* After a start: what was SENT and never answered is DUE again.  *ret_n: how many. */
enum rc store_outbox_resume(struct store *s, int64_t *ret_n, struct fault *why) MUST_USE;
/* Messages of the type about the person, whichever of their records they name, tried so often at most, leave the
 * outbox unsent; what comes back to one that was under way finds no row that waits for it. */
enum rc store_outbox_withhold(struct store *s, const struct id *person, const char *type, int64_t tries,
    struct fault *why) MUST_USE;
/*
 * For `watashi queue`: everything not DONE, without bytes.  First those whose class is acts_from or higher, which wait for
 * somebody, then the rest but for the messages of a type that are many and go on by themselves, which are counted; each
 * failed, then sent, then due, the oldest first.
 */
struct outbox_apart {
	int64_t n, next_us, since_us, attempts;		/* the earliest, the oldest, the most */
};
enum rc store_outbox_queue(struct store *s, int64_t acts_from, const char *apart, size_t cap, struct arena *a,
    struct outbox_row **ret_rows, size_t *ret_n, struct outbox_apart *ret_apart, struct fault *why) MUST_USE;
enum rc store_outbox_count(struct store *s, int64_t ret_n[STORE_OUTBOX_STATE__COUNT],
    struct fault *why) MUST_USE;
/* When the oldest that is not done was written; INT64_MAX: all are done. */
enum rc store_outbox_oldest(struct store *s, int64_t *ret_us, struct fault *why) MUST_USE;

#endif
