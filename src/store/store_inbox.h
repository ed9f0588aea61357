#ifndef STORE_INBOX_H
#define STORE_INBOX_H

#include "store/store.h"
#include "vault/vault_digest.h"

/*
 * Messages received, written in the transaction of their effect, so that the
 * effect happens once.
 */
enum inbox_fate {
	INBOX_NEW,			/* written now: the caller applies the effect */
	INBOX_SAME,			/* seen with the same bytes: nothing to do */
	INBOX_CONFLICT,			/* seen with other bytes: refuse and alarm */
	INBOX_FATE__COUNT
};

enum rc store_inbox_add(struct store *s, const char *peer, const char *message_id,
    const char *type, const void *bytes, size_t len, enum inbox_fate *ret_fate,
    struct fault *why) MUST_USE;
/* Count a failed attempt to apply a message (in a transaction of its own); the caller
 * quarantines after three. */
enum rc store_inbox_poison(struct store *s, const char *peer, const char *message_id,
    int64_t *ret_failures, struct fault *why) MUST_USE;
/* An officer has looked: its failures are counted from nothing again. */
enum rc store_inbox_forgive(struct store *s, const char *message_id, struct fault *why) MUST_USE;
enum rc store_inbox_count(struct store *s, int64_t *ret_n, struct fault *why) MUST_USE;

#endif
