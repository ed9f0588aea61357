#ifndef ACTION_EVIDENCE_H
#define ACTION_EVIDENCE_H

#include "action/heard.h"

/*
 * What proves an exchange years later: every signed document of it with its signature, the signer's
 * certificate, and the revocation lists that were asked when the signature was believed.  Digest and signature
 * are kept seven years; the exact bytes are sealed for the subject and shredded with it.  Every call inside an open
 * transaction.
 */
struct evidence_document {
	const void *bytes;
	size_t len;
	const void *signature;		/* DER */
	size_t signature_len;
	const char *type, *message_id;
	const char *signer;		/* institution code */
	bool is_ours;
	struct id person, inquiry;	/* ID_NONE */
	const char *exchange_no;	/* process number, of a decision its permit; NULL */
	const char *permit;		/* that an answer names; NULL */
	const void *certificate;	/* DER; NULL: not known */
	size_t certificate_len;
	const char *lists_digest;	/* hexadecimal, of the revocation lists that were asked; NULL or "": none */
};
enum rc evidence_keep(struct action *a, const struct evidence_document *d, int64_t now_us, day today, struct arena *arena,
    struct fault *why) MUST_USE;

/* What we sign and must be able to prove: before the bytes leave. */
enum rc evidence_keep_ours(struct action *a, const struct outbox_row *row, const void *signature, size_t signature_len,
    int64_t now_us, day today, struct arena *arena, struct fault *why) MUST_USE;
/* Our own certificate in the directory, by what it verifies; RC_CRYPTO: the directory has none that does. */
enum rc evidence_our_certificate(struct action *a, const void *bytes, size_t len, const void *signature,
    size_t signature_len, int64_t now_us, struct arena *arena, struct wire_answer *ret_answer, struct fault *why) MUST_USE;
/* An answer as it came, of our intermediary server. */
enum rc evidence_keep_heard(struct action *a, const struct heard *h, const struct id *inquiry, const char *process_no,
    struct fault *why) MUST_USE;

/* What the hub signed about an exchange that has ended, and our intermediary server where we were asked. */
enum rc evidence_fetch(struct action *a, const char *process_no, const struct id *person, const struct id *inquiry,
    int64_t now_us, struct fault *why) MUST_USE;
enum rc evidence_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;

#endif
