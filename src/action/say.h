#ifndef ACTION_SAY_H
#define ACTION_SAY_H

#include "action/node.h"

/*
 * What the node says to the network: into the outbox, in the transaction of its cause.  It is
 * sent by the round (exchange_round.c) and by nobody else.
 *
 * The way through: say < acquire_code, records < inquiry_step < answer_take < inquiry_run,
 * provide < exchange_round; what is asked for by officers (inquire, held) stands beside.
 */

/* Is this node joined to a network at all? */
bool say_connected(const struct action *a);

/* Does the network carry corrections, and may this node use that? */
bool say_corrects(const struct action *a);

/* An empty call of that ceiling, with a fresh message id. */
enum rc say_new(struct adapter_call *call, size_t max_bytes, char msg_id[NODE_MESSAGE_ID_SIZE],
    struct fault *why) MUST_USE;

/* To the outbox what the adapter has encoded, when it has (encoded is its status, passed on
 * otherwise).  Clears call->bytes either way.  person and about may be NULL. */
enum rc say_put(struct action *a, enum rc encoded, struct adapter_call *call, const char *msg_id,
    const struct id *person, const struct id *about, int64_t due_us, struct fault *why) MUST_USE;

/* An audit row of the node's own doing. */
enum rc say_audit(struct action *a, const char *what, const struct id *person,
    enum audit_outcome outcome, const char *detail, struct fault *why) MUST_USE;

#endif
