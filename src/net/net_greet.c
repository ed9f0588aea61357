#include "net/net_greet.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>

#include "net/net_foreign.h"

struct net_greet {
	const struct net_http_options *options;
	struct net_trust *trust;
	struct net_foreign *foreign;	/* NULL unless connections meet faults */
};

/* A connection. */
struct greeting {
	const struct net_greet *greet;
	bool judged;			/* a certificate was looked at: whatever came of it is in the log */
	bool said_hello, showed_certificate;
	bool is_trusted, is_used;	/* is_used: a request came before */
	struct net_trusted trusted;
};

enum rc
net_greet_open(const struct net_http_options *options, const struct buf *cert, const struct buf *key,
    struct net_greet **ret_greet, struct fault *why)
{
	struct net_greet *g = calloc(1, sizeof *g);
	enum rc rc;

	if (g == NULL)
		return fault_set(why, RC_NOMEM, "listener", "out of memory");
	g->options = options;
	if ((rc = net_trust_open(options->authority_path, options->revocations_path, &g->trust, why)) != RC_OK ||
	    (options->foreign != NULL && (rc = net_foreign_open(cert, key, &g->foreign, why)) != RC_OK)) {
		net_greet_close(g);
		return rc;
	}
	*ret_greet = g;
	return RC_OK;
}

void
net_greet_close(struct net_greet *g)
{
	if (g == NULL)
		return;
	net_foreign_close(g->foreign);
	net_trust_close(g->trust);
	free(g);
}

/* Which certificate this handshake shows, where connections meet faults. */
static int
choose_certificate(gnutls_session_t session, const gnutls_datum_t *names, int n_names,
    const gnutls_pk_algorithm_t *algorithms, int n_algorithms, gnutls_pcert_st **ret_cert, unsigned *ret_n,
    gnutls_privkey_t *ret_key)
{
	const struct greeting *c = gnutls_db_get_ptr(session);
	const struct net_greet *g = c != NULL ? c->greet : NULL;

	(void)names;
	(void)n_names;
	(void)algorithms;
	(void)n_algorithms;
	if (g == NULL)
		return GNUTLS_E_MEMORY_ERROR;
	net_foreign_choose(g->foreign, g->options->foreign(g->options->context), ret_cert, ret_n, ret_key);
	return 0;
}

void *
net_greet_chooser(const struct net_greet *g)
{
	return g->foreign != NULL ? (void *)(uintptr_t)choose_certificate : NULL;
}

enum MHD_Result
net_greet_accept(void *greet, const struct sockaddr *address, socklen_t len)
{
	const struct net_http_options *o = ((const struct net_greet *)greet)->options;

	(void)address;
	(void)len;
	return o->refuse != NULL && o->refuse(o->context) ? MHD_NO : MHD_YES;
}

static int
verify_in_handshake(gnutls_session_t session)
{
	/*
	 * The session's database pointer is ours: there is no session database
	 * (no resumption), and the plain session pointer belongs to the library.
	 */
	struct greeting *c = gnutls_db_get_ptr(session);
	struct fault why = { .rc = RC_OK };

	c->judged = true;
	if (net_trust_check(c->greet->trust, session, &c->trusted, &why) == RC_OK) {
		c->is_trusted = true;
		return 0;
	}
	net_log_line(c->greet->options->log, "refused handshake: %s: %s", why.place, why.text);
	return GNUTLS_E_CERTIFICATE_ERROR;
}

/* The library closes without a word when no protocol is shared or no certificate comes: how far it got says which. */
static int
on_handshake(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming, const gnutls_datum_t *message)
{
	struct greeting *c = gnutls_db_get_ptr(session);

	(void)when;
	(void)message;
	if (incoming != 0 && c != NULL) {
		c->said_hello |= type == GNUTLS_HANDSHAKE_CLIENT_HELLO;
		c->showed_certificate |= type == GNUTLS_HANDSHAKE_CERTIFICATE_PKT;
	}
	return 0;
}

static void
greeting_end(struct greeting *c)
{
	if (c != NULL && !c->judged && c->said_hello)
		net_log_line(c->greet->options->log, "refused handshake: %s", c->showed_certificate ?
		    "certificate: none was shown" : "it ended before a certificate: no TLS 1.3, or the caller left");
	free(c);
}

static gnutls_session_t
session_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
	    MHD_CONNECTION_INFO_GNUTLS_SESSION);

	return info != NULL ? info->tls_session : NULL;
}

void
net_greet_connection(void *greet, struct MHD_Connection *connection, void **socket_context,
    enum MHD_ConnectionNotificationCode code)
{
	gnutls_session_t session;
	struct greeting *c;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		greeting_end(*socket_context);
		*socket_context = NULL;
	}
	if (code != MHD_CONNECTION_NOTIFY_STARTED)
		return;
	if ((session = session_of(connection)) == NULL)
		return;			/* the request handler refuses it then */
	if ((c = calloc(1, sizeof *c)) == NULL)
		return;			/* likewise: nobody was verified */
	c->greet = greet;
	*socket_context = c;
	gnutls_db_set_ptr(session, c);
	gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_BOTH, on_handshake);
	gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
	gnutls_session_set_verify_function(session, verify_in_handshake);
}

enum rc
net_greet_peer(const struct net_greet *g, struct MHD_Connection *connection, struct net_peer *ret_peer,
    struct fault *why)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct greeting *c = info != NULL ? info->socket_context : NULL;
	gnutls_session_t session = session_of(connection);
	enum rc rc;

	if (c == NULL || session == NULL || !c->is_trusted)
		return fault_set(why, RC_CRYPTO, "certificate", "nobody was verified on this connection");
	if (!net_trust_holds(g->trust, &c->trusted) &&
	    (rc = net_trust_check(g->trust, session, &c->trusted, why)) != RC_OK)
		return rc;
	*ret_peer = c->trusted.peer;
	return RC_OK;
}

bool
net_greet_again(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct greeting *c = info != NULL ? info->socket_context : NULL;
	bool again = c != NULL && c->is_used;

	if (c != NULL)
		c->is_used = true;
	return again;
}
