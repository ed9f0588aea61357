#ifndef NET_NET_CALL_H
#define NET_NET_CALL_H

#include "base/buf.h"
#include "base/fault.h"

/*
 * One part calling another: POST /v1/message over TLS 1.3 with the caller's own
 * certificate, the one authority trusted and no other.  One thread at a time.
 */
struct net_call_options {
	const char *cert_path, *key_path, *authority_path;
};

struct net_call;

struct net_call_answer {
	long status;			/* HTTP */
	struct buf body;
	char signature[128];		/* base64, or "" */
};

/* Once in the process; RC_VERSION when libcurl is not the GnuTLS build. */
enum rc net_call_library(struct fault *why) MUST_USE;
enum rc net_call_open(const struct net_call_options *options, struct net_call **ret_call,
    struct fault *why) MUST_USE;
void net_call_close(struct net_call *c);
/*
 * url: "https://HOST:PORT".  urn: the name that must stand in its certificate
 * (urn:watashi:core, ...), since every part shows one of the same authority; NULL: any.  RC_NET when no answer came.  answer->body was
 * initialised by the caller and is emptied first.
 */
enum rc net_call_post(struct net_call *c, const char *url, const char *urn, const void *body, size_t len,
    const char *signature, struct net_call_answer *answer, struct fault *why) MUST_USE;

#endif
