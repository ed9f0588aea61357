#ifndef EXCHANGE_PEER_HTTP_H
#define EXCHANGE_PEER_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "exchange/adapter.h"
#include "exchange/outbox.h"

/*
 * HTTPS to our three peers, for the post process.  TLS 1.3 only, both sides'
 * certificates verified against the one authority (the machine's own list of
 * authorities is not used), no redirect, no proxy, no cookies.  A server must be
 * the one that was meant by name: host, and the name in its certificate, since
 * any town's server shows a certificate of the same authority.  Per endpoint at
 * most a few requests at once, so that one slow peer holds up nobody else.
 */
struct peer_http_config {
	const char *url[ADAPTER_ENDPOINT__COUNT];	/* "https://host:port"; NULL: none */
	const char *urn[ADAPTER_ENDPOINT__COUNT];	/* "urn:watashi:...", the one such name; NULL: any */
	const char *authority_pem;			/* paths */
	const char *certificate_pem;
	const char *key_pem;
	const char *revocations_pem;			/* NULL: none; see exchange/revocation.h */
	int64_t revocation_grace_s;
	bool revocations_demanded;
	int64_t (*now_s)(void);				/* seconds since 1970 UTC; wanted with revocations_pem */
	long connect_timeout_ms;			/* 0: 15,000 */
	long answer_timeout_ms;				/* 0: 30,000 */
	size_t answer_max_bytes;			/* 0: LIMIT_WIRE_BYTES */
	int at_once;					/* 0: 16 per endpoint */
};

struct peer_http_answer {
	enum adapter_endpoint endpoint;
	enum sending_outcome outcome;	/* SENDING_ANSWERED: an HTTP answer came, read status */
	long status;			/* 0 when none */
	const char *bytes;		/* until the callback returns */
	size_t len;
	const char *signature;		/* header line as it came, any bytes; NULL: none */
	size_t signature_len;
	const char *advice;		/* plain words for logs and doctor; never NULL */
};

struct peer_http;

/* Which call it was: nothing is done with it here, it comes back with the answer. */
struct peer_call {
	unsigned char id[16];
	int64_t left_ms;		/* when who ordered it let it leave, by that one's clock */
};

/* RC_INVALID: a URL that is not https; RC_BUG: libcurl is not the GnuTLS build. */
enum rc peer_http_open(const struct peer_http_config *config, struct peer_http **ret_http,
    struct fault *why) MUST_USE;
void peer_http_close(struct peer_http *h);		/* NULL is fine; requests under way are dropped */

/*
 * Queue one POST of /v1/message.  bytes are taken over when RC_OK (the buf is
 * emptied and will be wiped after use: the registrar's document carries a number).
 * RC_BUSY: too many are queued for that endpoint.
 */
enum rc peer_http_post(struct peer_http *h, const struct peer_call *call,
    enum adapter_endpoint endpoint, struct buf *bytes, const void *signature,
    size_t signature_len, struct fault *why) MUST_USE;

/* Queue a HEAD of the same path: is the peer there, and do both certificates hold?  RC_BUSY likewise. */
enum rc peer_http_touch(struct peer_http *h, const struct peer_call *call, enum adapter_endpoint endpoint,
    struct fault *why) MUST_USE;

struct peer_http_fd {
	int fd;
	bool want_write;		/* wait for room to write as well */
	bool readable, writable;	/* set by peer_http_run */
};

/*
 * Wait until something happens on a request or one of fds, at most wait_ms (-1: for
 * long); then hand out every finished request.  The callback may queue more.
 */
enum rc peer_http_run(struct peer_http *h, struct peer_http_fd *fds, size_t n_fds, int wait_ms,
    void (*done)(void *context, const struct peer_call *call, const struct peer_http_answer *answer),
    void *context, struct fault *why) MUST_USE;
size_t peer_http_under_way(const struct peer_http *h);

#endif
