#ifndef STORE_RESEAL_H
#define STORE_RESEAL_H

#include "store/store.h"
#include "vault/vault.h"

/*
 * Rows that are sealed by an older key, after a rotation.  The store moves sealed bytes and
 * never sees what is in them.
 */
struct sealed_row {
	struct vault_place place;	/* says the table, too */
	struct id id;			/* the person of a number, else the row */
	struct vault_sealed sealed;
};

/* At most cap rows sealed by key_id, into the arena. */
enum rc store_sealed_by(struct store *s, uint32_t key_id, size_t cap, struct arena *a,
    struct sealed_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* How many there are. */
enum rc store_sealed_count(struct store *s, uint32_t key_id, int64_t *ret_n, struct fault *why) MUST_USE;
/* The same value sealed anew; index for a number, else NULL. */
enum rc store_sealed_put(struct store *s, const struct sealed_row *row,
    const struct vault_sealed *sealed, const struct vault_index *index, struct fault *why) MUST_USE;

#endif
