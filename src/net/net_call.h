#ifndef NET_NET_CALL_H
#define NET_NET_CALL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"

/*
 * One part calling others: POST /v1/message over TLS 1.3 with the caller's own
 * certificate, the one authority trusted and no other.  Many calls at once, on
 * connections that are kept; nobody waits for a peer that is silent but its own
 * calls.  One thread at a time, but for net_call_wake.
 */
struct net_call_options {
	const char *cert_path, *key_path, *authority_path;
	const char *revocations_path;	/* PEM list, or NULL; out of date: nobody is called */
};

struct net_call;

struct net_call_answer {
	long status;			/* HTTP */
	struct buf body;
	char signature[128];		/* base64, or "" */
};

/* One call.  What the caller sets stays his and unchanged until it has ended. */
struct net_call_one {
	const char *url;		/* "https://HOST:PORT" */
	/*
	 * The name that must stand in the certificate there (urn:watashi:core, ...), since every
	 * part shows one of the same authority; NULL: any.
	 */
	const char *urn;
	const void *body;
	size_t len;
	const char *signature;
	struct net_call_answer answer;	/* body initialised by the caller */
	/* Of an ended call. */
	enum rc rc;			/* RC_NET: no answer came */
	struct fault why;
	bool unreachable;		/* nobody took the connection, or answered in time */
	struct net_call_one *next;	/* among the ended */
};

/* Once in the process; RC_VERSION when libcurl is not the GnuTLS build. */
enum rc net_call_library(struct fault *why) MUST_USE;
enum rc net_call_open(const struct net_call_options *options, struct net_call **ret_call,
    struct fault *why) MUST_USE;
void net_call_close(struct net_call *c);

/* What cannot begin has ended: net_call_ended gives it back with the reason. */
void net_call_begin(struct net_call *c, struct net_call_one *one);
/* Until a call has ended or somebody wakes it, so many milliseconds at most. */
void net_call_wait(struct net_call *c, int ms);
/* One that has ended, or NULL. */
struct net_call_one *net_call_ended(struct net_call *c);
/* Whatever is under way ends without a word: not even net_call_ended gives it back. */
void net_call_break_off(struct net_call *c);
/* Any thread: net_call_wait returns, now or the next time. */
void net_call_wake(struct net_call *c);
/* A single call from beginning to end; the answer's body was initialised by the caller and is emptied first. */
enum rc net_call_post(struct net_call *c, const char *url, const char *urn, const void *body, size_t len,
    const char *signature, struct net_call_answer *answer, struct fault *why) MUST_USE;

#endif
