#ifndef ACTION_EXCHANGE_SEND_H
#define ACTION_EXCHANGE_SEND_H

#include "action/node.h"
#include "exchange/outbox.h"
#include "exchange/peer.h"
#include "store/store_outbox.h"

/* The way out: what is due is signed and handed to the post process.  Every call outside of a transaction. */

/* What was sent and could not be settled when its answer came is sent again: the same MsgID gets the stored answer. */
enum rc exchange_settle(struct action *a, int64_t now_us, struct fault *why) MUST_USE;
/*
 * Rows that are due, with one commit for all of them: marked as under way before the bytes of any leave.  Each
 * endpoint has its own share, so that nobody waits behind what another one does not answer.  What cannot be signed
 * stops the rest of them, not those before it.
 */
enum rc exchange_send_due(struct action *a, int64_t now_us, day today, struct fault *why) MUST_USE;
/* Not answered: the retry machine says when again, or that a person must look.  peer: who should have. */
enum rc exchange_put_off(struct action *a, const struct outbox_row *row, enum sending_outcome outcome, const char *peer,
    int64_t now_us, struct fault *why) MUST_USE;
/* Who must sign an answer from there. */
void exchange_answerer_of(const struct action *a, enum adapter_endpoint endpoint, enum peer_role *ret_role,
    const char **ret_institution);

#endif
