#ifndef EXCHANGE_PEER_WATCH_H
#define EXCHANGE_PEER_WATCH_H

#include "exchange/peer.h"

/*
 * The directory of signers as its files stand: read again when one has changed, so that new certificates
 * need no restart.  Files that cannot be used leave the last good directory in use.
 */
struct peer_files {
	const char *directory_pem, *authority_pem;	/* paths; they may not be there yet */
	const char *revocations_pem;			/* NULL: not asked; see exchange/revocation.h */
	int64_t revocation_grace_s;
	bool revocations_demanded;
};

struct peer_watch;

enum rc peer_watch_open(const struct peer_files *files, struct peer_watch **ret_watch, struct fault *why) MUST_USE;
void peer_watch_close(struct peer_watch *w);		/* NULL is fine */

/* Good until the next call.  NULL: there has been none yet, and why says what is missing. */
const struct peer_directory *peer_watch_directory(struct peer_watch *w, struct fault *why);

#endif
