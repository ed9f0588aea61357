#ifndef STORE_LAW_H
#define STORE_LAW_H

#include "store/store.h"
#include "vault/vault_digest.h"

/* Which law files were installed, and which is used.  The files lie in DIR/law, named by hash. */
struct law_row {
	struct vault_digest hash;
	const char *version;
	int64_t installed_us;
	const char *installed_by;	/* actor */
	const char *publisher;		/* who signed it; NULL: it came with the program */
};

/* Becomes the one in use.  The same hash again only moves it to the front.  publisher, signature: NULL none. */
enum rc store_law_install(struct store *s, const struct vault_digest *hash, const char *version,
    const char *installed_by, const char *publisher, const void *signature, size_t signature_len,
    struct fault *why) MUST_USE;
enum rc store_law_current(struct store *s, struct arena *a, struct law_row *ret_row,
    struct fault *why) MUST_USE;		/* RC_ABSENT */
enum rc store_law_list(struct store *s, struct arena *a, struct law_row **ret_rows, size_t *ret_n,
    struct fault *why) MUST_USE;		/* newest first */

#endif
