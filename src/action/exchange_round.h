#ifndef ACTION_EXCHANGE_ROUND_H
#define ACTION_EXCHANGE_ROUND_H

#include "action/node.h"
#include "exchange/inquiry.h"
#include "store/store_inquiry.h"
#include "store/store_outbox.h"

/*
 * The node's side of the exchange.  What is to be said goes into the outbox in the
 * transaction of its cause; what is heard is taken in, in one transaction with the end of
 * its outbox row, by the function for its kind.  All but the two doors in action.h run
 * inside an open transaction of a->store.
 */
struct heard {				/* an answer of the network that holds */
	const struct outbox_row *sent;
	struct adapter_event event;
	const struct wire_answer *answer;
	const void *bytes;		/* as they came */
	size_t len;
	int64_t now_us;
	day today;
	struct arena *arena;
};

/* Is this node joined to a network at all? */
bool round_connected(const struct action *a);

/* Encoded call to the outbox; clears call->bytes.  about and person may be NULL. */
enum rc round_put(struct action *a, struct adapter_call *call, const char *msg_id,
    const struct id *person, const struct id *about, int64_t due_us, struct fault *why) MUST_USE;

/* An audit row of the node's own doing. */
enum rc round_audit(struct action *a, const char *what, const struct id *person,
    enum audit_outcome outcome, const char *detail, struct fault *why) MUST_USE;

/* code acquisition: acquire_code.c */
enum rc code_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;
enum code_use {
	CODE_READY,
	CODE_STARTED,		/* under way: what waits for it goes on by itself */
	CODE_NO_NUMBER,		/* no MyNumber is kept for the person: the network cannot be asked */
	CODE_UNUSABLE,		/* barred, revoked or failed: an officer has it on the work list */
};
/* Start it unless it is under way, there, or hopeless. */
enum rc code_want(struct action *a, const struct id *person, int64_t now_us, enum code_use *ret_use,
    struct fault *why) MUST_USE;
enum rc code_event(struct action *a, const struct id *person, enum acquire_event event,
    int64_t now_us, struct fault *why) MUST_USE;
/* Fetches that have come due. */
enum rc code_poll(struct action *a, int64_t now_us, struct fault *why) MUST_USE;

/* inquiries: inquire.c */
enum rc inquiry_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;
enum rc inquiry_event(struct action *a, struct inquiry_row *row, enum inquiry_event event,
    const char *outcome, int64_t now_us, struct fault *why) MUST_USE;
enum rc inquiry_poll(struct action *a, int64_t now_us, struct fault *why) MUST_USE;
/* The person's code has come: what waited for it may be asked. */
enum rc inquiry_release(struct action *a, const struct id *person, int64_t now_us,
    struct fault *why) MUST_USE;
/* The inquiry as it was sent, for comparing the answer with it. */
enum rc inquiry_again(struct action *a, const struct inquiry_row *row, struct arena *arena,
    struct adapter_inquiry *ret_inquiry, struct fault *why) MUST_USE;

/* the answer: answer_take.c */
enum rc answer_take(struct action *a, struct inquiry_row *row, const struct heard *h,
    struct fault *why) MUST_USE;
/* Statements of a verified response into the register; *ret_same false: identity differs, nothing
 * was written.  force: an officer has looked and says it is the same person. */
enum rc answer_apply(struct action *a, const struct inquiry_row *row, const struct message *response,
    bool force, struct arena *arena, bool *ret_same, size_t *ret_statements, struct fault *why) MUST_USE;

/* our copies, held answers, provision records: provide.c */
/* The person's copy is to be sent anew, or for a protected one taken away. */
enum rc provide_touch(struct action *a, const struct id *person, struct fault *why) MUST_USE;
enum rc provide_due(struct action *a, int64_t now_us, day today, struct fault *why) MUST_USE;
enum rc provide_round(struct action *a, int64_t now_us, struct fault *why) MUST_USE;
enum rc provide_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;
enum rc records_fetch(struct action *a, const char *process_no, const char *after, int64_t now_us,
    struct fault *why) MUST_USE;

#endif
