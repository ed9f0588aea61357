#include "net/net_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/net_foreign.h"
#include "net/net_limits.h"
#include "net/net_trust.h"
#include "net/net_wait.h"

#define TARGET "/v1/message"
#define SIGNATURE_HEADER "Watashi-Signature"
#define PEM_BYTES (256u << 10)

struct net_http {
	struct net_http_options options;
	struct MHD_Daemon *daemon;
	struct net_trust *trust;
	struct buf cert, key;		/* PEM, kept while the daemon lives */
	struct net_wait *wait;		/* NULL unless answers may wait */
	struct net_foreign *foreign;	/* NULL unless connections meet faults */
	uint16_t port;
};

/* A connection until its handshake is over. */
struct greeting {
	struct net_http *http;
	bool judged;			/* a certificate was looked at: whatever came of it is in the log */
	bool said_hello, showed_certificate;
};

/* One request from its first line to the end of its answer. */
struct exchange {
	struct net_http *http;
	bool begun;
	bool strange_target;
	unsigned refused;		/* HTTP status decided while the body still comes in, or 0 */
	struct net_peer peer;
	char signature[NET_SIGNATURE_CHARS + 1];
	struct buf body;		/* up to NET_MEMORY_BYTES, or all of it when secret */
	int spool;			/* a file without a name, or -1 */
	size_t len;			/* bytes so far, wherever they are */
	bool answered;			/* the answer is made and waits */
	struct net_http_answer answer;
};

/* The beginning of an answer that breaks off. */
struct torso {
	size_t len;
	char bytes[];
};

/* ---- TLS ---- */

/* Which certificate this handshake shows, where connections meet faults. */
static int
choose_certificate(gnutls_session_t session, const gnutls_datum_t *names, int n_names,
    const gnutls_pk_algorithm_t *algorithms, int n_algorithms, gnutls_pcert_st **ret_cert, unsigned *ret_n,
    gnutls_privkey_t *ret_key)
{
	const struct greeting *g = gnutls_db_get_ptr(session);
	const struct net_http *h = g != NULL ? g->http : NULL;

	(void)names;
	(void)n_names;
	(void)algorithms;
	(void)n_algorithms;
	if (h == NULL)
		return GNUTLS_E_MEMORY_ERROR;
	net_foreign_choose(h->foreign, h->options.foreign(h->options.context), ret_cert, ret_n, ret_key);
	return 0;
}

static enum MHD_Result
on_accept(void *context, const struct sockaddr *address, socklen_t len)
{
	const struct net_http *h = context;

	(void)address;
	(void)len;
	return h->options.refuse != NULL && h->options.refuse(h->options.context) ? MHD_NO : MHD_YES;
}

static int
verify_in_handshake(gnutls_session_t session)
{
	/*
	 * The session's database pointer is ours: there is no session database
	 * (no resumption), and the plain session pointer belongs to the library.
	 */
	struct greeting *g = gnutls_db_get_ptr(session);
	const struct net_http *h = g->http;
	struct fault why = { .rc = RC_OK };
	struct net_peer peer;

	g->judged = true;
	if (net_trust_check(h->trust, session, &peer, &why) == RC_OK)
		return 0;
	net_log_line(h->options.log, "refused handshake: %s: %s", why.place, why.text);
	return GNUTLS_E_CERTIFICATE_ERROR;
}

/* The library closes without a word when no protocol is shared or no certificate comes: how far it got says which. */
static int
on_handshake(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming, const gnutls_datum_t *message)
{
	struct greeting *g = gnutls_db_get_ptr(session);

	(void)when;
	(void)message;
	if (incoming != 0 && g != NULL) {
		g->said_hello |= type == GNUTLS_HANDSHAKE_CLIENT_HELLO;
		g->showed_certificate |= type == GNUTLS_HANDSHAKE_CERTIFICATE_PKT;
	}
	return 0;
}

static void
greeting_end(struct greeting *g)
{
	if (g != NULL && !g->judged && g->said_hello)
		net_log_line(g->http->options.log, "refused handshake: %s", g->showed_certificate ?
		    "certificate: none was shown" : "it ended before a certificate: no TLS 1.3, or the caller left");
	free(g);
}

static void
on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
    enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;
	gnutls_session_t session;
	struct greeting *g;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		greeting_end(*socket_context);
		*socket_context = NULL;
	}
	if (code != MHD_CONNECTION_NOTIFY_STARTED)
		return;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (info == NULL || info->tls_session == NULL)
		return;			/* the request handler refuses it then */
	session = info->tls_session;
	if ((g = calloc(1, sizeof *g)) == NULL)
		return;			/* likewise: nobody was verified */
	g->http = context;
	*socket_context = g;
	gnutls_db_set_ptr(session, g);
	gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_BOTH, on_handshake);
	gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
	gnutls_session_set_verify_function(session, verify_in_handshake);
}

/* ---- one request ---- */

static void *
on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct exchange *x = calloc(1, sizeof *x);

	(void)connection;
	if (x == NULL)
		return NULL;
	x->http = context;
	x->spool = -1;
	buf_init(&x->body, x->http->options.max_bytes);
	buf_init(&x->answer.body, LIMIT_WIRE_COPY_BYTES);
	/* The raw text, before the library cuts it at %00 or undoes an escape. */
	x->strange_target = strcmp(target, TARGET) != 0;
	return x;
}

static void
on_completed(void *context, struct MHD_Connection *connection, void **request,
    enum MHD_RequestTerminationCode code)
{
	struct exchange *x = *request;

	(void)context;
	(void)connection;
	(void)code;
	if (x == NULL)
		return;
	if (x->spool >= 0)
		(void)close(x->spool);
	buf_wipe(&x->body);
	buf_wipe(&x->answer.body);
	free(x);
	*request = NULL;
}

static enum MHD_Result
answer_text(struct MHD_Connection *connection, unsigned status, const char *text)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text),
	    (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "POST");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static const char *
status_text(unsigned status)
{
	switch (status) {
	case MHD_HTTP_BAD_REQUEST:
		return "bad request\n";
	case MHD_HTTP_FORBIDDEN:
		return "certificate not accepted\n";
	case MHD_HTTP_NOT_FOUND:
		return "only " TARGET " is here\n";
	case MHD_HTTP_METHOD_NOT_ALLOWED:
		return "only POST\n";
	case MHD_HTTP_CONTENT_TOO_LARGE:
		return "message over its ceiling\n";
	case MHD_HTTP_UNSUPPORTED_MEDIA_TYPE:
		return "only application/xml\n";
	default:
		return "failed\n";
	}
}

struct header_count {
	unsigned host, length, type, encoding, signature, content_encoding;
	bool odd;
	const char *type_value, *length_value, *signature_value;
};

static enum MHD_Result
count_header(void *context, enum MHD_ValueKind kind, const char *key, size_t key_len,
    const char *value, size_t value_len)
{
	struct header_count *c = context;

	(void)kind;
	if (key == NULL || strlen(key) != key_len || value == NULL || strlen(value) != value_len) {
		c->odd = true;		/* a NUL inside, or no value */
		return MHD_YES;
	}
	if (strcasecmp(key, MHD_HTTP_HEADER_HOST) == 0) {
		c->host++;
	} else if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
		c->length++;
		c->length_value = value;
	} else if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_TYPE) == 0) {
		c->type++;
		c->type_value = value;
	} else if (strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
		c->encoding++;
	} else if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_ENCODING) == 0) {
		c->content_encoding++;
	} else if (strcasecmp(key, SIGNATURE_HEADER) == 0) {
		c->signature++;
		c->signature_value = value;
	}
	return MHD_YES;
}

static bool
over_ceiling(const char *length, size_t max)
{
	size_t n = 0;

	for (; *length >= '0' && *length <= '9'; length++) {
		n = n * 10 + (size_t)(*length - '0');
		if (n > max)
			return true;
	}
	return false;
}

/* What of the head is not as it must be: an HTTP status, or 0. */
static unsigned
judge_head(struct exchange *x, struct MHD_Connection *connection, const char *method)
{
	struct header_count c = { 0 };
	const union MHD_ConnectionInfo *info;
	struct fault why = { .rc = RC_OK };

	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (info == NULL || info->tls_session == NULL ||
	    net_trust_check(x->http->trust, info->tls_session, &x->peer, &why) != RC_OK) {
		net_log_line(x->http->options.log, "refused: %s: %s", why.place, why.text);
		return MHD_HTTP_FORBIDDEN;
	}
	if (x->strange_target)
		return MHD_HTTP_NOT_FOUND;
	if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	(void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, count_header, &c);
	if (c.odd || c.host != 1 || c.length + c.encoding != 1 || c.type > 1 ||
	    c.content_encoding != 0 || c.signature > 1)
		return MHD_HTTP_BAD_REQUEST;
	if (c.type_value == NULL || (strcasecmp(c.type_value, "application/xml") != 0 &&
	    strcasecmp(c.type_value, "application/xml; charset=utf-8") != 0))
		return MHD_HTTP_UNSUPPORTED_MEDIA_TYPE;
	if (c.length_value != NULL && over_ceiling(c.length_value, x->http->options.max_bytes))
		return MHD_HTTP_CONTENT_TOO_LARGE;
	if (c.signature_value != NULL) {
		if (strlen(c.signature_value) > NET_SIGNATURE_CHARS)
			return MHD_HTTP_BAD_REQUEST;
		memcpy(x->signature, c.signature_value, strlen(c.signature_value) + 1);
	}
	return 0;
}

static bool
write_spool(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static unsigned
take_bytes(struct exchange *x, const char *bytes, size_t len)
{
	const struct net_http_options *o = &x->http->options;

	if (len > o->max_bytes - x->len)
		return MHD_HTTP_CONTENT_TOO_LARGE;
	if (x->spool < 0 && !o->secret && x->len + len > NET_MEMORY_BYTES) {
		x->spool = open(o->spool_directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (x->spool < 0 || !write_spool(x->spool, x->body.data, x->body.len))
			return MHD_HTTP_INSUFFICIENT_STORAGE;
		buf_clear(&x->body);
	}
	if (x->spool >= 0 ? !write_spool(x->spool, bytes, len) :
	    buf_add(&x->body, bytes, len) != RC_OK)
		return MHD_HTTP_INSUFFICIENT_STORAGE;
	x->len += len;
	return 0;
}

static ssize_t
read_torso(void *context, uint64_t at, char *bytes, size_t room)
{
	const struct torso *t = context;
	size_t n = at < t->len ? t->len - (size_t)at : 0;

	if (n == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = n < room ? n : room;
	memcpy(bytes, t->bytes + at, n);
	return (ssize_t)n;
}

/* Half of the body under the length of the whole. */
static struct MHD_Response *
half_response(const struct buf *body)
{
	struct torso *t = malloc(sizeof *t + body->len);
	struct MHD_Response *response;

	if (t == NULL)
		return NULL;
	t->len = body->len / 2;
	if (t->len > 0)
		memcpy(t->bytes, body->data, t->len);
	response = MHD_create_response_from_callback(body->len, NET_HEADER_BYTES, read_torso, t, free);
	if (response == NULL)
		free(t);
	return response;
}

/* What the kernel does at the close: throw away what was not sent, and say RST. */
static void
close_with_reset(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
	    MHD_CONNECTION_INFO_CONNECTION_FD);
	struct linger at_once = { .l_onoff = 1 };

	if (info != NULL)
		(void)setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static enum MHD_Result
answer_message(const struct net_http *h, struct MHD_Connection *connection, struct net_http_answer *answer)
{
	bool half = answer->ending == NET_ENDING_CUT || answer->ending == NET_ENDING_RESET;
	struct MHD_Response *response;
	enum MHD_Result result;

	if (answer->ending == NET_ENDING_NONE)
		return MHD_NO;
	if (answer->ending == NET_ENDING_RESET)
		close_with_reset(connection);
	if (answer->body.len == 0)
		return answer_text(connection, answer->status,
		    answer->status == MHD_HTTP_OK ? "" : status_text(answer->status));
	response = half ? half_response(&answer->body) :
	    MHD_create_response_from_buffer(answer->body.len, answer->body.data, MHD_RESPMEM_MUST_COPY);
	if (response == NULL)
		return MHD_NO;
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/xml");
	if (answer->signature[0] != '\0')
		(void)MHD_add_response_header(response, SIGNATURE_HEADER, answer->signature);
	if (h->foreign != NULL)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	result = MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return result;
}

static void
go_on(void *context)
{
	MHD_resume_connection(context);
}

static enum MHD_Result
handle(struct exchange *x, struct MHD_Connection *connection)
{
	const struct net_http_options *o = &x->http->options;
	struct net_http_request request = {
		.peer = x->peer,
		.body = x->body.data != NULL ? x->body.data : "",
		.len = x->len,
		.signature = x->signature,
	};
	void *mapped = MAP_FAILED;

	if (x->spool >= 0) {
		mapped = mmap(NULL, x->len, PROT_READ, MAP_PRIVATE, x->spool, 0);
		if (mapped == MAP_FAILED)
			return answer_text(connection, MHD_HTTP_INSUFFICIENT_STORAGE, "failed\n");
		request.body = mapped;
	}
	x->answer.status = MHD_HTTP_INTERNAL_SERVER_ERROR;
	o->handler(o->context, &request, &x->answer);
	if (mapped != MAP_FAILED)
		(void)munmap(mapped, x->len);
	x->answered = true;
	if (x->answer.wait_ms > 0 && x->http->wait != NULL) {
		MHD_suspend_connection(connection);
		net_wait_add(x->http->wait, x->answer.wait_ms, go_on, connection);
		return MHD_YES;
	}
	return answer_message(x->http, connection, &x->answer);
}

static enum MHD_Result
on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *bytes, size_t *len, void **request)
{
	struct exchange *x = *request;

	(void)context;
	(void)url;
	(void)version;
	if (x == NULL)
		return MHD_NO;
	if (x->answered)		/* it has waited */
		return answer_message(x->http, connection, &x->answer);
	if (!x->begun) {
		x->begun = true;
		if ((x->refused = judge_head(x, connection, method)) == 0)
			return MHD_YES;
		net_log_line(x->http->options.log, "refused request: HTTP %u", x->refused);
		return answer_text(connection, x->refused, status_text(x->refused));
	}
	if (*len > 0) {
		/* The rest of a body already refused is read and dropped, up to the library's patience. */
		if (x->refused == 0)
			x->refused = take_bytes(x, bytes, *len);
		*len = 0;
		return x->refused == MHD_HTTP_CONTENT_TOO_LARGE ? MHD_NO : MHD_YES;
	}
	if (x->refused != 0)
		return answer_text(connection, x->refused, status_text(x->refused));
	return handle(x, connection);
}

/* ---- start and stop ---- */

static enum rc
listen_address(const struct net_http_options *o, struct sockaddr_in *ret_address, struct fault *why)
{
	memset(ret_address, 0, sizeof *ret_address);
	ret_address->sin_family = AF_INET;
	ret_address->sin_port = htons(o->port);
	if (inet_pton(AF_INET, strcmp(o->host, "localhost") == 0 ? "127.0.0.1" : o->host,
	    &ret_address->sin_addr) != 1)
		return fault_set(why, RC_INVALID, "listen", "not an IPv4 address");
	return RC_OK;
}

static struct MHD_Daemon *
start_daemon(struct net_http *h, struct sockaddr_in *address)
{
	/* Either the one certificate, or a choice in each handshake. */
	struct MHD_OptionItem own[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, h->cert.data },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, h->key.data },
		{ MHD_OPTION_END, 0, NULL }
	};
	struct MHD_OptionItem chosen[] = {
		{ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(uintptr_t)choose_certificate },
		{ MHD_OPTION_END, 0, NULL }
	};

	return MHD_start_daemon(
	    MHD_USE_TLS | MHD_USE_EPOLL_INTERNAL_THREAD | (h->wait != NULL ? MHD_ALLOW_SUSPEND_RESUME : 0u),
	    h->options.port,
	    on_accept, h, on_request, h,
	    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)address,
	    MHD_OPTION_ARRAY, h->foreign != NULL ? chosen : own,
	    MHD_OPTION_HTTPS_PRIORITIES, "SECURE128:-VERS-ALL:+VERS-TLS1.3:%SERVER_PRECEDENCE",
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
	    MHD_OPTION_URI_LOG_CALLBACK, on_target, h,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)NET_CONNECTIONS_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)NET_IDLE_SECONDS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)NET_HEADER_BYTES,
	    MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
	    MHD_OPTION_END);
}

enum rc
net_http_start(const struct net_http_options *options, struct net_http **ret_http,
    struct fault *why)
{
	struct net_http *h = calloc(1, sizeof *h);
	const union MHD_DaemonInfo *info;
	struct sockaddr_in address;
	enum rc rc;

	if (h == NULL)
		return fault_set(why, RC_NOMEM, "listener", "out of memory");
	h->options = *options;
	buf_init(&h->cert, PEM_BYTES);
	buf_init(&h->key, PEM_BYTES);
	if ((rc = listen_address(options, &address, why)) != RC_OK ||
	    (rc = net_trust_open(options->authority_path, options->revocations_path, &h->trust,
	    why)) != RC_OK ||
	    (rc = buf_read_file(&h->cert, options->cert_path, why)) != RC_OK ||
	    (rc = buf_read_file(&h->key, options->key_path, why)) != RC_OK)
		goto out;
	if ((options->may_wait && (rc = net_wait_open(&h->wait, why)) != RC_OK) ||
	    (options->foreign != NULL &&
	    (rc = net_foreign_open(&h->cert, &h->key, &h->foreign, why)) != RC_OK))
		goto out;
	h->daemon = start_daemon(h, &address);
	if (h->daemon == NULL) {
		rc = fault_set(why, RC_NET, options->host, "cannot listen on port %u: %s",
		    (unsigned)options->port, strerror(errno));
		goto out;
	}
	info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
	h->port = info != NULL ? info->port : options->port;
	*ret_http = h;
	h = NULL;
 out:
	net_http_stop(h);
	return rc;
}

uint16_t
net_http_port(const struct net_http *h)
{
	return h->port;
}

void
net_http_stop(struct net_http *h)
{
	if (h == NULL)
		return;
	net_wait_end(h->wait);
	if (h->daemon != NULL)
		MHD_stop_daemon(h->daemon);
	net_wait_close(h->wait);
	net_foreign_close(h->foreign);
	net_trust_close(h->trust);
	buf_clear(&h->cert);
	buf_wipe(&h->key);
	free(h);
}
