#ifndef STORE_RESTORED_H
#define STORE_RESTORED_H

#include "store/store.h"

/* When this node was made again from a backup, and of when that was.  Inside a transaction. */
enum rc store_restored_add(struct store *s, int64_t restored_us, int64_t backup_us, struct fault *why) MUST_USE;
/* Whether something between from_us and before until_us may have been recorded, and be lost by that. */
enum rc store_restored_covers(struct store *s, int64_t from_us, int64_t until_us, bool *ret, struct fault *why) MUST_USE;

#endif
