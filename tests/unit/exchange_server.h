#ifndef TESTS_UNIT_EXCHANGE_SERVER_H
#define TESTS_UNIT_EXCHANGE_SERVER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A peer on loopback: TLS 1.3, client certificate demanded and verified in the
 * handshake against authority.crt of tests/unit/exchange_authority.h.  It answers as told.
 */
enum server_mood {
	SERVER_ANSWERS,			/* 200, "answer to " and the body, one signature line */
	SERVER_CLOSED,			/* 503 without a body */
	SERVER_CLOSED_WITH_BODY,
	SERVER_REFUSES,			/* 403 */
	SERVER_REDIRECTS,		/* 302 to itself */
	SERVER_SENDS_TOO_MUCH,		/* a body over every ceiling */
	SERVER_IS_SILENT,		/* takes the request, says nothing for ten seconds */
	SERVER_SIGNS_TWICE,
	SERVER_IS_SLOW,			/* answers after 0.3 s */
};

struct server;

/* name: NAME.key and NAME.crt.  NULL when TLS cannot start. */
struct server *server_start(const char *name, const char *priorities);
void server_stop(struct server *s);
void server_set(struct server *s, enum server_mood mood);
/* "https://localhost:PORT" */
const char *server_url(const struct server *s);
int server_requests(const struct server *s);		/* that reached the handler */
const char *server_last_signature(const struct server *s);
const char *server_last_body(const struct server *s);

#endif
