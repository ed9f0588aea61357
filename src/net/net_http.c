#include "net/net_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/net_greet.h"
#include "net/net_limits.h"
#include "net/net_wait.h"

#define TARGET "/v1/message"
#define SIGNATURE_HEADER "Watashi-Signature"
#define PEM_BYTES (256u << 10)
#define TURN_MS 1000
#define IDLE_TURNS 8

struct net_http {
	struct net_http_options options;
	struct MHD_Daemon *daemon;
	struct net_greet *greet;
	struct buf cert, key;		/* PEM, kept while the daemon lives */
	struct net_wait *wait;		/* NULL unless answers may wait */
	struct exchange *unsettled;	/* their answers leave when the handler's effects are kept */
	pthread_t thread;
	bool runs;
	atomic_bool stopping;
	int wake;			/* eventfd */
	uint16_t port;
};

/* One request from its first line to the end of its answer. */
struct exchange {
	struct exchange *next;		/* among the unsettled */
	struct net_http *http;
	struct MHD_Connection *connection;
	bool begun;
	bool strange_target;
	unsigned refused;		/* HTTP status decided while the body still comes in, or 0 */
	struct net_peer peer;
	char signature[NET_SIGNATURE_CHARS + 1];
	struct buf body;		/* up to NET_MEMORY_BYTES, or all of it when secret */
	int spool;			/* a file without a name, or -1 */
	size_t len;			/* bytes so far, wherever they are */
	bool answered;			/* the answer is made and waits */
	bool is_later;			/* not the first one of its connection */
	struct net_http_answer answer;
};

/* The beginning of an answer that breaks off. */
struct torso {
	size_t len;
	char bytes[];
};

/* ---- one request ---- */

static void *
on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct exchange *x = calloc(1, sizeof *x);

	if (x == NULL)
		return NULL;
	x->http = context;
	x->connection = connection;
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
	struct fault why = { .rc = RC_OK };

	if (net_greet_peer(x->http->greet, connection, &x->peer, &why) != RC_OK) {
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

/*
 * A connection that was used before and ends without a byte is taken for one that had ended already, and the client
 * sends again on a new one, unseen by who calls it.  So it ends behind a head.
 */
static enum MHD_Result
answer_nothing(struct MHD_Connection *connection, unsigned status)
{
	static const struct buf one = { .len = 1 };
	struct MHD_Response *response = half_response(&one);
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
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
answer_message(const struct exchange *x, struct MHD_Connection *connection)
{
	const struct net_http *h = x->http;
	const struct net_http_answer *answer = &x->answer;
	bool half = answer->ending == NET_ENDING_CUT || answer->ending == NET_ENDING_RESET;
	struct MHD_Response *response;
	enum MHD_Result result;

	if (answer->ending == NET_ENDING_NONE)
		return x->is_later ? answer_nothing(connection, answer->status) : MHD_NO;
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
	if (h->options.breaks != NULL && h->options.breaks(h->options.context))
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	result = MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return result;
}

/* From the thread of net_wait.  The library wakes only loops of its own. */
static void
go_on(void *context)
{
	struct exchange *x = context;
	int wake = x->http->wake;

	MHD_resume_connection(x->connection);	/* from here on x belongs to the listener's thread */
	(void)eventfd_write(wake, 1);
}

/* The answers of one turn: what they say is kept for good first, with one stroke for all of them.  False: there was none. */
static bool
settle(struct net_http *h)
{
	const struct net_http_options *o = &h->options;
	struct exchange *x;
	bool kept;

	if (h->unsettled == NULL)
		return false;
	kept = o->settle(o->context);
	while ((x = h->unsettled) != NULL) {
		h->unsettled = x->next;
		if (!kept) {
			buf_wipe(&x->answer.body);
			x->answer.signature[0] = '\0';
			x->answer.status = MHD_HTTP_INTERNAL_SERVER_ERROR;
			x->answer.ending = NET_ENDING_WHOLE;
		}
		if (x->answer.wait_ms > 0 && h->wait != NULL)
			net_wait_add(h->wait, x->answer.wait_ms, go_on, x);
		else
			MHD_resume_connection(x->connection);
	}
	return true;
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
	if (o->settle != NULL) {
		MHD_suspend_connection(connection);
		x->next = x->http->unsettled;
		x->http->unsettled = x;
		return MHD_YES;
	}
	if (x->answer.wait_ms > 0 && x->http->wait != NULL) {
		MHD_suspend_connection(connection);
		net_wait_add(x->http->wait, x->answer.wait_ms, go_on, x);
		return MHD_YES;
	}
	return answer_message(x, connection);
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
		return answer_message(x, connection);
	if (!x->begun) {
		x->begun = true;
		x->is_later = net_greet_again(connection);
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
	void *chooser = net_greet_chooser(h->greet);
	struct MHD_OptionItem own[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, h->cert.data },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, h->key.data },
		{ MHD_OPTION_END, 0, NULL }
	};
	struct MHD_OptionItem chosen[] = {
		{ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, chooser },
		{ MHD_OPTION_END, 0, NULL }
	};

	return MHD_start_daemon(
	    MHD_USE_TLS | MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME,
	    h->options.port,
	    net_greet_accept, h->greet, on_request, h,
	    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)address,
	    MHD_OPTION_ARRAY, chooser != NULL ? chosen : own,
	    MHD_OPTION_HTTPS_PRIORITIES, "SECURE128:-VERS-ALL:+VERS-TLS1.3:%SERVER_PRECEDENCE",
	    MHD_OPTION_NOTIFY_CONNECTION, net_greet_connection, h->greet,
	    MHD_OPTION_URI_LOG_CALLBACK, on_target, h,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_CONNECTION_LIMIT, h->options.max_connections > 0 ? h->options.max_connections :
	    (unsigned)NET_CONNECTIONS_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)NET_IDLE_SECONDS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)NET_HEADER_BYTES,
	    MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
	    MHD_OPTION_END);
}

/*
 * A turn: every connection that has something to say is heard, then all of their answers are settled and
 * sent.  What comes while they are being settled makes the next turn.
 */
static void *
turns(void *context)
{
	struct net_http *h = context;
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd wait[2] = { { info->epoll_fd, POLLIN, 0 }, { h->wake, POLLIN, 0 } };

	bool answers = false;
	int idle = 0;			/* turns since something came or left */
	eventfd_t woken;

	while (!atomic_load(&h->stopping)) {
		MHD_UNSIGNED_LONG_LONG ms = TURN_MS;

		if (answers)
			ms = 0;
		else if (MHD_get_timeout(h->daemon, &ms) != MHD_YES || ms > TURN_MS)
			ms = TURN_MS;
		/* The library calls a connection ready while it waits for the rest of a handshake: it is not asked without end. */
		if (ms == 0 && ++idle > IDLE_TURNS)
			ms = 1;
		if (answers || (ms > 0 && poll(wait, 2, (int)ms) > 0))
			idle = 0;
		(void)eventfd_read(h->wake, &woken);
		(void)MHD_run(h->daemon);
		answers = settle(h);
	}
	(void)MHD_run(h->daemon);
	(void)settle(h);
	return NULL;
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
	h->wake = -1;
	buf_init(&h->cert, PEM_BYTES);
	buf_init(&h->key, PEM_BYTES);
	if ((rc = listen_address(options, &address, why)) != RC_OK ||
	    (rc = buf_read_file(&h->cert, options->cert_path, why)) != RC_OK ||
	    (rc = buf_read_file(&h->key, options->key_path, why)) != RC_OK ||
	    (rc = net_greet_open(&h->options, &h->cert, &h->key, &h->greet, why)) != RC_OK ||
	    (options->may_wait && (rc = net_wait_open(&h->wait, why)) != RC_OK))
		goto out;
	if ((h->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) {
		rc = fault_set(why, RC_IO, options->host, "%s", strerror(errno));
		goto out;
	}
	h->daemon = start_daemon(h, &address);
	if (h->daemon == NULL) {
		rc = fault_set(why, RC_NET, options->host, "cannot listen on port %u: %s",
		    (unsigned)options->port, strerror(errno));
		goto out;
	}
	info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
	h->port = info != NULL ? info->port : options->port;
	if (MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD) == NULL ||
	    pthread_create(&h->thread, NULL, turns, h) != 0) {
		rc = fault_set(why, RC_NOMEM, options->host, "no thread");
		goto out;
	}
	h->runs = true;
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
	if (h->runs) {
		atomic_store(&h->stopping, true);
		(void)eventfd_write(h->wake, 1);
		(void)pthread_join(h->thread, NULL);
	}
	if (h->daemon != NULL)
		MHD_stop_daemon(h->daemon);
	net_wait_close(h->wait);
	net_greet_close(h->greet);
	if (h->wake >= 0)
		(void)close(h->wake);
	buf_clear(&h->cert);
	buf_wipe(&h->key);
	free(h);
}
