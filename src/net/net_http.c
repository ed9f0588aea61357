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
#include "net/net_limits.h"
#include "net/net_trust.h"

#define TARGET "/v1/message"
#define SIGNATURE_HEADER "Watashi-Signature"
#define PEM_BYTES (256u << 10)

struct net_http {
	struct net_http_options options;
	struct MHD_Daemon *daemon;
	struct net_trust *trust;
	struct buf cert, key;		/* PEM, kept while the daemon lives */
	uint16_t port;
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
};

/* ---- TLS ---- */

static int
verify_in_handshake(gnutls_session_t session)
{
	/*
	 * The session's database pointer is ours: there is no session database
	 * (no resumption), and the plain session pointer belongs to the library.
	 */
	const struct net_http *h = gnutls_db_get_ptr(session);
	struct fault why = { .rc = RC_OK };
	struct net_peer peer;

	if (net_trust_check(h->trust, session, &peer, &why) == RC_OK)
		return 0;
	net_log_line(h->options.log, "refused handshake: %s: %s", why.place, why.text);
	return GNUTLS_E_CERTIFICATE_ERROR;
}

static void
on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
    enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;
	gnutls_session_t session;

	(void)socket_context;
	if (code != MHD_CONNECTION_NOTIFY_STARTED)
		return;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (info == NULL || info->tls_session == NULL)
		return;			/* the request handler refuses it then */
	session = info->tls_session;
	gnutls_db_set_ptr(session, context);
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

static enum MHD_Result
answer_message(struct MHD_Connection *connection, struct net_http_answer *answer)
{
	struct MHD_Response *response;
	enum MHD_Result result;

	if (answer->body.len == 0) {
		unsigned status = answer->status;

		buf_clear(&answer->body);
		return answer_text(connection, status, status_text(status));
	}
	response = MHD_create_response_from_buffer(answer->body.len, answer->body.data,
	    MHD_RESPMEM_MUST_COPY);
	buf_wipe(&answer->body);
	if (response == NULL)
		return MHD_NO;
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/xml");
	if (answer->signature[0] != '\0')
		(void)MHD_add_response_header(response, SIGNATURE_HEADER, answer->signature);
	result = MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return result;
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
	struct net_http_answer answer = { .status = MHD_HTTP_INTERNAL_SERVER_ERROR };
	void *mapped = MAP_FAILED;

	buf_init(&answer.body, LIMIT_WIRE_COPY_BYTES);
	if (x->spool >= 0) {
		mapped = mmap(NULL, x->len, PROT_READ, MAP_PRIVATE, x->spool, 0);
		if (mapped == MAP_FAILED)
			return answer_text(connection, MHD_HTTP_INSUFFICIENT_STORAGE, "failed\n");
		request.body = mapped;
	}
	o->handler(o->context, &request, &answer);
	if (mapped != MAP_FAILED)
		(void)munmap(mapped, x->len);
	return answer_message(connection, &answer);
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
	h->daemon = MHD_start_daemon(
	    MHD_USE_TLS | MHD_USE_EPOLL_INTERNAL_THREAD, options->port,
	    NULL, NULL, on_request, h,
	    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
	    MHD_OPTION_HTTPS_MEM_CERT, h->cert.data,
	    MHD_OPTION_HTTPS_MEM_KEY, h->key.data,
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
	if (h->daemon != NULL)
		MHD_stop_daemon(h->daemon);
	net_trust_close(h->trust);
	buf_clear(&h->cert);
	buf_wipe(&h->key);
	free(h);
}
