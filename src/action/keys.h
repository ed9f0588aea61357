#ifndef ACTION_KEYS_H
#define ACTION_KEYS_H

#include "action/node.h"

/*
 * Keys that change while the node runs.  After "key rotate" everything new is sealed under the
 * new keys; what was sealed before is sealed anew a few rows at a tick, each batch a
 * transaction, and then the keys of before are dropped.  A node that ends in between goes on
 * where it was.
 */

/* A batch, when a rotation is under way; *ret_next_us: when to call again, INT64_MAX when there is
 * nothing to do. */
enum rc keys_tick(struct action *a, int64_t now_us, int64_t *ret_next_us, struct fault *why) MUST_USE;

/* Answers with the halves, and commits that they were shown, once, to whoever asked; rotated: the sealing keys
 * were changed just now. */
enum rc keys_show(struct call *c, const struct vault_recovery *recovery, bool rotated, struct fault *why) MUST_USE;
/* Notes which recovery key was shown, inside a transaction: the one that opens this wrap. */
enum rc keys_note_shown(struct store *s, const void *wrap_digest, struct fault *why) MUST_USE;
/* For doctor, inside a transaction: was the recovery key that opens the present wrap ever shown, and
 * how many rows wait to be sealed anew. */
enum rc keys_look(struct call *c, bool *ret_shown, int64_t *ret_waiting, struct fault *why) MUST_USE;

#endif
