#ifndef ACTION_LAW_SHELF_H
#define ACTION_LAW_SHELF_H

#include "action/node.h"
#include "vault/vault_digest.h"

/*
 * Law files of a node: DIR/law/HASH.law, none ever taken away, so that what was answered under an
 * older one can be worked out again.  Which one is in use says the database.
 */
#define LAW_SHELF_PATH_SIZE (PATH_MAX + 80)
#define LAW_SHELF_HEX_SIZE (2 * VAULT_DIGEST_BYTES + 1)

void law_shelf_hex(const struct vault_digest *hash, char hex[LAW_SHELF_HEX_SIZE]);
void law_shelf_path(const char *node, const struct vault_digest *hash, char path[LAW_SHELF_PATH_SIZE]);

/*
 * Whole and on disk under its name, or not there: written beside, synced, renamed, folder synced.
 * The same again mends what was damaged.
 */
enum rc law_shelf_put(const char *node, const struct vault_digest *hash, const void *bytes, size_t len,
    struct fault *why) MUST_USE;

/*
 * Uses from the next request on the file that the database says is in use; what was in use stays when it
 * cannot be read.  node_settled.
 */
enum rc law_shelf_open(struct action *a, struct fault *why) MUST_USE;

#endif
