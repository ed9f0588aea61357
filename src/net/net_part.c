#include "net/net_part.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "net/net_limits.h"
#include "net/net_receive.h"

#define PATH_BYTES 4096

const char *
net_role_name(enum net_role role)
{
	static const char *const names[NET_ROLE__COUNT] = { "registrar", "core", "intermediary", "portal" };

	return names[role];
}

/* The ceiling of a body by what the part may be sent at all. */
static size_t
most_bytes(enum net_role role)
{
	return role == NET_INTERMEDIARY ? LIMIT_WIRE_COPY_BYTES : LIMIT_WIRE_BYTES;
}

static const struct net_role_ops *
ops_of(enum net_role role)
{
	static const struct net_role_ops *const all[NET_ROLE__COUNT] = {
		[NET_REGISTRAR] = &net_registrar_ops,
		[NET_CORE] = &net_core_ops,
		[NET_INTERMEDIARY] = &net_intermediary_ops,
		[NET_PORTAL] = &net_portal_ops,
	};

	return all[role];
}

/* The part's own key, made at its first start: without it a digest in the book says nothing. */
static enum rc
own_key(struct net_part *p, struct fault *why)
{
	char text[2 * NET_DIGEST_BYTES + 1];
	enum rc rc;

	if ((rc = net_book_setting(p->book, "key", text, sizeof text, why)) != RC_OK)
		return rc;
	if (text[0] == '\0' && ((rc = net_random_hex(2 * NET_DIGEST_BYTES, text, why)) != RC_OK ||
	    (rc = net_book_run(p->book, NET_STMT_ANY_SETTING_PUT, why, "tt", "key", text)) != RC_OK))
		return rc;
	for (size_t i = 0; i < NET_DIGEST_BYTES; i++) {
		unsigned byte;

		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return fault_set(why, RC_DB, "key", "damaged");
		p->key[i] = (unsigned char)byte;
	}
	explicit_bzero(text, sizeof text);
	return RC_OK;
}

static enum rc
read_settings(struct net_part *p, struct fault *why)
{
	char closed[8];
	enum rc rc;

	if ((rc = net_book_begin(p->book, why)) != RC_OK)
		return rc;
	/* The clock may stand elsewhere than at the last stop: everything is due again. */
	if ((rc = own_key(p, why)) != RC_OK ||
	    (rc = net_book_setting(p->book, "closed", closed, sizeof closed, why)) != RC_OK ||
	    (rc = net_book_run(p->book, NET_STMT_ANY_TASK_WAKE, why, "i",
	    net_clock_ms(&p->net->clock))) != RC_OK) {
		net_book_rollback(p->book);
		return rc;
	}
	p->closed = strcmp(closed, "1") == 0;
	return net_book_commit(p->book, why);
}

static enum rc
listen_here(struct net_part *p, struct fault *why)
{
	struct net_http_options options = {
		.host = p->conf->host,
		.port = p->conf->port,
		.cert_path = p->conf->tls_cert,
		.key_path = p->conf->tls_key,
		.authority_path = p->net->conf->authority,
		.revocations_path = p->net->conf->revocations,
		.spool_directory = p->net->conf->state,
		.max_bytes = most_bytes(p->conf->role),
		/* Every other part may call here; one that is refused a connection would wait for others to leave. */
		.max_connections = NET_CONNECTIONS_MAX + NET_CALLS_A_PEER * (unsigned)p->net->n_parts,
		.secret = p->conf->role == NET_REGISTRAR,
		.log = &p->log,
		.handler = net_receive,
		.settle = net_receive_settle,
		.context = p,
	};
	enum rc rc;

	if (p->faults != NULL) {
		options.handler = net_fault_receive;
		options.may_wait = true;
		if (net_fault_plan_connections(p->net->faults)) {
			options.refuse = net_fault_refuse;
			options.foreign = net_fault_foreign;
			options.breaks = net_fault_breaks;
		}
	}
	if ((rc = net_http_start(&options, &p->http, why)) == RC_OK)
		(void)snprintf(p->url, sizeof p->url, "https://%s:%u", p->conf->host,
		    (unsigned)net_http_port(p->http));
	return rc;
}

enum rc
net_part_start(struct net_part *p, struct fault *why)
{
	struct net_call_options call = {
		.cert_path = p->conf->tls_cert,
		.key_path = p->conf->tls_key,
		.authority_path = p->net->conf->authority,
		.revocations_path = p->net->conf->revocations,
	};
	char path[PATH_BYTES];
	enum rc rc;

	p->ops = ops_of(p->conf->role);
	if (pthread_mutex_init(&p->lock, NULL) != 0)
		return fault_set(why, RC_NOMEM, p->conf->name, "no lock");
	p->started = true;
	if ((size_t)snprintf(path, sizeof path, "%s/%s.db", p->net->conf->state,
	    p->conf->name) >= sizeof path)
		return fault_set(why, RC_TOO_BIG, p->conf->name, "path too long");
	if ((rc = net_log_open(&p->log, p->net->conf->state, p->conf->name, &p->net->clock,
	    why)) != RC_OK ||
	    (rc = net_book_open(path, net_role_name(p->conf->role), &p->book, why)) != RC_OK ||
	    (rc = read_settings(p, why)) != RC_OK ||
	    (rc = net_signer_open(p->conf->sign_key, &p->signer, why)) != RC_OK ||
	    (rc = net_call_open(&call, &p->call, why)) != RC_OK ||
	    (p->net->faults != NULL &&
	    (rc = net_faults_open(p->net->faults, p->conf->name, &p->faults, why)) != RC_OK))
		return rc;
	return listen_here(p, why);
}

void
net_part_stop(struct net_part *p)
{
	if (!p->started)
		return;
	/* First nobody may come in; what the sender has under way stays in the book. */
	net_http_stop(p->http);
	(void)pthread_mutex_lock(&p->lock);
	p->stopping = true;
	(void)pthread_mutex_unlock(&p->lock);
	net_part_wake(p);
	if (p->sender_runs)
		(void)pthread_join(p->sender, NULL);
	net_call_close(p->call);
	net_faults_close(p->faults);
	p->faults = NULL;
	net_signer_close(p->signer);
	net_book_close(p->book);
	net_log_close(&p->log);
	explicit_bzero(p->key, sizeof p->key);
	(void)pthread_mutex_destroy(&p->lock);
	p->started = false;
}

enum rc
net_part_close_hours(struct net_part *p, bool closed, struct fault *why)
{
	enum rc rc = net_book_begin(p->book, why);

	if (rc != RC_OK)
		return rc;
	if ((rc = net_book_run(p->book, NET_STMT_ANY_SETTING_PUT, why, "tt", "closed",
	    closed ? "1" : "0")) != RC_OK || (!closed &&
	    (rc = net_book_run(p->book, NET_STMT_ANY_TASK_WAKE, why, "i",
	    net_clock_ms(&p->net->clock))) != RC_OK)) {
		net_book_rollback(p->book);
		return rc;
	}
	if ((rc = net_book_commit(p->book, why)) != RC_OK)
		return rc;
	(void)pthread_mutex_lock(&p->lock);
	p->closed = closed;
	(void)pthread_mutex_unlock(&p->lock);
	net_log_line(&p->log, closed ? "closed" : "open");
	net_part_wake(p);
	return RC_OK;
}

enum rc
net_part_run(struct net_part *p, struct fault *why)
{
	if (pthread_create(&p->sender, NULL, net_sender_run, p) != 0)
		return fault_set(why, RC_NOMEM, p->conf->name, "no thread");
	p->sender_runs = true;
	return RC_OK;
}

void
net_part_wake(struct net_part *p)
{
	if (p->call != NULL)
		net_call_wake(p->call);
}
