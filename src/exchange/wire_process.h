#ifndef EXCHANGE_WIRE_PROCESS_H
#define EXCHANGE_WIRE_PROCESS_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/frame.h"
#include "exchange/message.h"
#include "exchange/peer.h"
#include "exchange/peer_watch.h"

/*
 * The wire process: the only one that parses foreign bytes, and it has neither
 * network, database nor keys.  It verifies the signature over the exact bytes
 * first, then reads.  For SKI.Result it also verifies and reads the provider's
 * response inside, for COR.Letter the letter of another town's node.
 */

/*
 * Serves until the store's end of fd closes (RC_OK).  files may be NULL, or not be there, before a node has
 * been joined to a network: then no signature ever holds.
 */
enum rc wire_serve(const struct peer_files *files, int fd, struct fault *why) MUST_USE;

/* ---- the store's side: each call is one question and one answer on fd ---- */

struct wire_client {
	int fd;
	struct buf body;		/* last answer */
};
void wire_client_init(struct wire_client *c, int fd);
void wire_client_clear(struct wire_client *c);

struct wire_signed {			/* bytes as they came */
	const void *bytes;
	size_t len;
	const void *signature_text;	/* the header line; NULL: none came */
	size_t signature_text_len;
	enum peer_role role;		/* who must have signed */
	const char *institution;
	int64_t now_s;			/* seconds since 1970 UTC, for the certificate */
};

struct wire_answer {
	struct message *message;
	/* SKI.Result that is DONE, COR.Letter with a letter: what it carries of somebody else */
	struct message *response;	/* NULL when there is none, or it was refused */
	enum rc response_rc;		/* RC_OK, RC_INVALID, RC_CRYPTO: why response is NULL */
	struct fault response_why;
	char document_digest[MESSAGE_DIGEST_CHARS + 1];	/* SHA-256 of the bytes of the message */
	char response_digest[MESSAGE_DIGEST_CHARS + 1];	/* and of the response inside; "" none */
	/* Whose signatures they were: certificates in DER, in the arena; of what is inside NULL without response. */
	const void *certificate, *response_certificate;
	size_t certificate_len, response_certificate_len;
	char lists_digest[MESSAGE_DIGEST_CHARS + 1];	/* SHA-256 of the revocation lists asked; "" none */
};

/* What a COR.Letter may carry. */
bool wire_is_letter(enum message_kind kind);

/*
 * RC_CRYPTO: nobody who may has signed this; RC_INVALID, RC_TOO_BIG: it is refused, place is
 * the element.  The messages live in a.
 */
enum rc wire_client_read(struct wire_client *c, const struct wire_signed *in, struct arena *a,
    struct wire_answer *ret_answer, struct fault *why) MUST_USE;

/* The signature alone, of whatever bytes, and whose it is: certificate and lists_digest of the answer. */
enum rc wire_client_verify(struct wire_client *c, const struct wire_signed *in, struct arena *a,
    struct wire_answer *ret_answer, struct fault *why) MUST_USE;
/* The revocation lists in use, PEM; RC_ABSENT: none. */
enum rc wire_client_lists(struct wire_client *c, struct arena *a, const void **ret_bytes, size_t *ret_len,
    struct fault *why) MUST_USE;

/*
 * Rows of a CSV file: want names columns in the order cells are wanted, the first
 * n_required of them must be in the header; a cell is NULL when its column is not in the
 * file or the cell is empty.  A column nobody wants refuses the file (usually a misspelling).
 * Rows come in file order; a whole-file refusal may come after rows were given: do it all
 * in one transaction.  line counts lines of the file, 1 = header.  fd stays the caller's.
 */
enum rc wire_client_rows(struct wire_client *c, int fd, const char *const *want, size_t n_want,
    size_t n_required,
    enum rc (*row)(void *context, const char *const *cell, size_t line, struct fault *why),
    void *context, struct fault *why) MUST_USE;

#endif
