#ifndef ACTION_EXCHANGE_ROUND_H
#define ACTION_EXCHANGE_ROUND_H

#include "action/node.h"
#include "store/store_inquiry.h"
#include "store/store_outbox.h"

/*
 * The node's side of the exchange: what is to be said goes into the outbox in the
 * transaction of its cause; what is heard is taken in, in one transaction, by the function
 * for its kind.  All of these run inside an open transaction of a->store.
 */

/* Put an encoded call into the outbox; clears call->bytes. */
enum rc round_put(struct action *a, struct adapter_call *call, const char *msg_id,
    const struct id *person, const struct id *about, int64_t due_us, int64_t deadline_us,
    struct fault *why) MUST_USE;

/* code acquisition (acquire_code.c) */
enum rc code_step_apply(struct action *a, const struct id *person, int event,
    const struct adapter_event *heard, int64_t now_us, struct fault *why) MUST_USE;
/* Start it unless under way; *ret_ready: the code is there. */
enum rc code_want(struct action *a, const struct id *person, int64_t now_us, bool *ret_ready,
    struct fault *why) MUST_USE;
enum rc code_poll(struct action *a, int64_t now_us, struct fault *why) MUST_USE;

/* inquiries (inquire.c, accept_answer.c) */
enum rc inquiry_step_apply(struct action *a, struct inquiry_row *row, int event,
    const struct adapter_event *heard, int64_t now_us, day today, struct fault *why) MUST_USE;
enum rc inquiry_poll(struct action *a, int64_t now_us, day today, struct fault *why) MUST_USE;
/* The person's code has come: what waited for it may be asked. */
enum rc inquiry_release(struct action *a, const struct id *person, int64_t now_us,
    struct fault *why) MUST_USE;
enum rc answer_take(struct action *a, struct inquiry_row *row, const struct message *result,
    int64_t now_us, day today, struct fault *why) MUST_USE;

/* our copies, held answers, provision records (provide.c) */
enum rc copies_send(struct action *a, int64_t now_us, struct fault *why) MUST_USE;
enum rc copies_heard(struct action *a, const struct store_outbox_place *sent,
    const struct adapter_event *heard, int64_t now_us, struct fault *why) MUST_USE;
enum rc held_heard(struct action *a, const struct adapter_event *heard, int64_t now_us,
    struct fault *why) MUST_USE;
enum rc records_heard(struct action *a, const struct adapter_event *heard, int64_t now_us,
    struct fault *why) MUST_USE;

#endif
