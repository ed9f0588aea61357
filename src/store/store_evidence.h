#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include <stdbool.h>

#include "store/store.h"
#include "vault/vault.h"

/*
 * Proof of one leg of an exchange: digest, signature and header for seven
 * years (My Number Act, art. 23; Cabinet Order art. 30), the exact bytes sealed
 * for the subject and shredded with it.
 */
struct evidence_row {
	struct id id;
	struct id person;		/* ID_NONE: nobody in particular */
	const char *process_no;		/* NULL before the hub gave one */
	const char *message_id;
	const char *type;
	bool is_ours;			/* signed by us */
	const char *signer;		/* institution code */
	struct vault_digest digest;	/* of the exact bytes */
	const void *signature;
	size_t signature_len;
	const char *header;		/* permit that an answer names, no personal data; NULL */
	int64_t time_us;
	day keep_until;
	struct vault_sealed sealed;	/* len 0: bytes not kept, or shredded */
	struct id inquiry;		/* ours that it belongs to, ID_NONE */
	/* Whose signature, and which lists were asked then: names of papers; all zero: not known, none. */
	struct vault_digest certificate, revocations;
};

/* The place to seal the bytes for; makes the subject's secret on first use.  id: the row's,
 * from store_id_new. */
enum rc store_evidence_place(struct store *s, const struct id *id, const struct id *person,
    struct vault_place *ret_place, struct fault *why) MUST_USE;
enum rc store_evidence_add(struct store *s, const struct evidence_row *row, struct fault *why) MUST_USE;
enum rc store_evidence_of_process(struct store *s, const char *process_no, struct arena *a,
    struct evidence_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_evidence_of_message(struct store *s, const char *message_id, struct arena *a,
    struct evidence_row *ret_row, struct fault *why) MUST_USE;		/* RC_ABSENT */
/* What the transaction's eyes may see of one exchange, oldest first: by its number, by the inquiry of ours. */
enum rc store_evidence_exchange(struct store *s, const char *process_no, struct arena *a,
    struct evidence_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_evidence_inquiry(struct store *s, const struct id *inquiry, struct arena *a,
    struct evidence_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

/* Certificates (DER) and revocation lists (PEM), under their SHA-256; the same twice is kept once. */
enum rc store_paper_put(struct store *s, const struct vault_digest *digest, const void *bytes, size_t len,
    struct fault *why) MUST_USE;
enum rc store_paper_known(struct store *s, const struct vault_digest *digest, bool *ret, struct fault *why) MUST_USE;
enum rc store_paper_get(struct store *s, const struct vault_digest *digest, struct arena *a, const void **ret_bytes,
    size_t *ret_len, struct fault *why) MUST_USE;		/* RC_ABSENT */

/* Evidence of an exchange may leave the node; exchange: SHA-256 of its number. */
enum rc store_evidence_release_add(struct store *s, const struct vault_digest *exchange, const char *released_by,
    struct fault *why) MUST_USE;
/* A document, kept until that day at least. */
enum rc store_evidence_hold(struct store *s, const struct id *id, day until, struct fault *why) MUST_USE;
enum rc store_evidence_released(struct store *s, const struct vault_digest *exchange, struct arena *a,
    int64_t *ret_us, const char **ret_by, struct fault *why) MUST_USE;	/* the last time; RC_ABSENT */

/* Make everything sealed for the subject unreadable for ever. */
enum rc store_evidence_shred(struct store *s, const struct id *person, struct fault *why) MUST_USE;

#endif
