#ifndef NET_NET_HTTP_H
#define NET_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "net/net_log.h"

/*
 * One listener: TLS 1.3 alone, a client certificate demanded and verified in
 * the handshake against the one authority (chain, dates, purpose, revocation);
 * dates and lists again for every request, the chain every minute.  POST
 * /v1/message and nothing else.  The handler runs in the listener's own thread,
 * one request at a time.
 */

/* Who the certificate says is calling: from its one URI name, never its common name. */
enum net_peer_kind {
	NET_PEER_NODE,			/* urn:watashi:municipality:NNNNNN */
	NET_PEER_INTERMEDIARY,		/* urn:watashi:intermediary:NNNNNN */
	NET_PEER_CORE,			/* urn:watashi:core */
	NET_PEER_REGISTRAR,		/* urn:watashi:registrar */
	NET_PEER_PORTAL,		/* urn:watashi:portal */
	NET_PEER_KIND__COUNT
};

struct net_peer {
	enum net_peer_kind kind;
	char municipality[7];		/* "" for all but the first two */
	char name[24];			/* "node-NNNNNN", "core": for logs and books */
};

/* RC_INVALID for any other name. */
enum rc net_peer_of_urn(const char *urn, struct net_peer *ret_peer) MUST_USE;

struct net_http_request {
	struct net_peer peer;
	const char *body;		/* alive until the handler returns; wiped after it */
	size_t len;
	const char *signature;		/* base64 as it came; "" when the header was missing */
};

/* How an answer leaves; anything but whole is a fault. */
enum net_http_ending {
	NET_ENDING_WHOLE,
	NET_ENDING_NONE,		/* closed without a byte */
	NET_ENDING_CUT,			/* closed in the middle of the body */
	NET_ENDING_RESET,		/* the same by a TCP reset */
};

struct net_http_answer {
	unsigned status;		/* HTTP */
	int64_t wait_ms;		/* before it leaves; others do not wait for it */
	enum net_http_ending ending;
	struct buf body;		/* the handler fills it; born with LIMIT_WIRE_COPY_BYTES */
	char signature[128];		/* base64, or "" */
};

/*
 * Keeps for good what the handler's answers since the last time say; false: nothing of it is kept,
 * and those answers become HTTP 500.  Same thread as the handler.
 */
typedef bool net_http_settle(void *context);
typedef void net_http_handler(void *context, const struct net_http_request *request,
    struct net_http_answer *answer);

struct net_http_options {
	const char *host;
	uint16_t port;			/* 0: any free one */
	const char *cert_path, *key_path, *authority_path;
	const char *revocations_path;	/* PEM list, or NULL; a stale list refuses everybody */
	const char *spool_directory;	/* for bodies over NET_MEMORY_BYTES */
	size_t max_bytes;		/* of a body; over it 413 */
	unsigned max_connections;	/* 0: NET_CONNECTIONS_MAX */
	bool secret;			/* bodies never touch a disk */
	bool may_wait;			/* answers may have wait_ms */
	struct net_log *log;
	net_http_handler *handler;
	net_http_settle *settle;	/* NULL: answers leave as they are made */
	/*
	 * Faults of connections, NULL for none: shall the next one be closed before TLS, shall it
	 * be shown a certificate of another authority?  Asked after each answer: does the next message
	 * meet either?  Then it has a new connection, and this one ends.
	 */
	bool (*refuse)(void *context);
	bool (*foreign)(void *context);
	bool (*breaks)(void *context);
	void *context;
};

struct net_http;

enum rc net_http_start(const struct net_http_options *options, struct net_http **ret_http,
    struct fault *why) MUST_USE;
uint16_t net_http_port(const struct net_http *h);
/* Answers that still wait leave at once.  NULL is fine. */
void net_http_stop(struct net_http *h);

#endif
