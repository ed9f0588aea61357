#include "tests/unit/exchange_server.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>

#include "tests/unit/exchange_authority.h"

struct server {
	struct MHD_Daemon *daemon;
	char url[64];
	gnutls_datum_t key, crt;
	gnutls_x509_trust_list_t trust;
	atomic_int mood, requests, stop;
	char signature[256], body[4096];
};

struct exchange {
	char body[4096];
	size_t len;
};

static int
verify(gnutls_session_t session)
{
	struct server *s = gnutls_session_get_ptr(session);
	gnutls_typed_vdata_st purpose = { GNUTLS_DT_KEY_PURPOSE_OID, (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT, 0 };
	const gnutls_datum_t *raw;
	gnutls_x509_crt_t crt;
	unsigned n = 0, status = ~0u;
	int ret;

	raw = gnutls_certificate_get_peers(session, &n);
	if (raw == NULL || n == 0 || gnutls_x509_crt_init(&crt) < 0)
		return -1;
	ret = gnutls_x509_crt_import(crt, &raw[0], GNUTLS_X509_FMT_DER);
	if (ret >= 0)
		ret = gnutls_x509_trust_list_verify_crt2(s->trust, &crt, 1, &purpose, 1, 0, &status, NULL);
	gnutls_x509_crt_deinit(crt);
	return ret >= 0 && status == 0 ? 0 : -1;
}

static void
on_connection(void *context, struct MHD_Connection *c, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;

	(void)socket_context;
	if (code != MHD_CONNECTION_NOTIFY_STARTED)
		return;
	info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	gnutls_session_set_ptr(info->tls_session, context);
	gnutls_certificate_server_set_request(info->tls_session, GNUTLS_CERT_REQUIRE);
	gnutls_session_set_verify_function(info->tls_session, verify);
}

static enum MHD_Result
answer(struct server *s, struct MHD_Connection *c, const struct exchange *x)
{
	struct MHD_Response *r;
	char text[4200], *much;
	enum MHD_Result ret;
	unsigned status = 200;
	int len = snprintf(text, sizeof(text), "answer to %s", x->body);

	switch ((enum server_mood)atomic_load(&s->mood)) {
	case SERVER_SENDS_TOO_MUCH:
		much = calloc(1, 3 << 20);
		r = MHD_create_response_from_buffer(3 << 20, much, MHD_RESPMEM_MUST_FREE);
		ret = MHD_queue_response(c, 200, r);
		MHD_destroy_response(r);
		return ret;
	case SERVER_CLOSED:
		len = 0;
		status = 503;
		break;
	case SERVER_CLOSED_WITH_BODY:
		status = 503;
		break;
	case SERVER_REFUSES:
		status = 403;
		break;
	case SERVER_REDIRECTS:
		status = 302;
		break;
	case SERVER_IS_SLOW:
		(void)usleep(300000);
		break;
	case SERVER_IS_SILENT:
		for (int i = 0; i < 100 && !atomic_load(&s->stop); i++)
			(void)usleep(100000);
		break;
	case SERVER_ANSWERS:
	case SERVER_SIGNS_TWICE:
		break;
	}
	r = MHD_create_response_from_buffer((size_t)len, text, MHD_RESPMEM_MUST_COPY);
	(void)MHD_add_response_header(r, "watashi-signature", "MEUCIQDxMEUCIQDx");
	if (atomic_load(&s->mood) == SERVER_SIGNS_TWICE)
		(void)MHD_add_response_header(r, "Watashi-Signature", "MEUCIQDxMEUCIQDy");
	if (status == 302)
		(void)MHD_add_response_header(r, "Location", s->url);
	ret = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return ret;
}

static enum MHD_Result
on_request(void *context, struct MHD_Connection *c, const char *url, const char *method, const char *version,
    const char *data, size_t *data_len, void **request)
{
	struct server *s = context;
	struct exchange *x = *request;
	const char *signature;
	enum MHD_Result ret;

	(void)version;
	if (x == NULL) {
		*request = calloc(1, sizeof(*x));
		return *request != NULL ? MHD_YES : MHD_NO;
	}
	if (*data_len > 0) {
		size_t n = *data_len < sizeof(x->body) - 1 - x->len ? *data_len : sizeof(x->body) - 1 - x->len;

		memcpy(x->body + x->len, data, n);
		x->len += n;
		*data_len = 0;
		return MHD_YES;
	}
	if (strcmp(url, "/v1/message") != 0 || strcmp(method, "POST") != 0)
		return MHD_NO;
	signature = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Watashi-Signature");
	(void)snprintf(s->signature, sizeof(s->signature), "%s", signature == NULL ? "" : signature);
	memcpy(s->body, x->body, sizeof(s->body));
	atomic_fetch_add(&s->requests, 1);
	ret = answer(s, c, x);
	free(x);
	*request = NULL;
	return ret;
}

static void
load(const char *name, const char *ending, gnutls_datum_t *ret_text)
{
	char file[64];

	(void)snprintf(file, sizeof(file), "%s%s", name, ending);
	if (gnutls_load_file(test_path(file), ret_text) < 0)
		abort();
}

struct server *
server_start(const char *name, const char *priorities)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct server *s = calloc(1, sizeof(*s));
	const union MHD_DaemonInfo *info;
	gnutls_datum_t authority;
	gnutls_x509_crt_t *list;
	unsigned n;

	assert(s != NULL);
	load(name, ".key", &s->key);
	load(name, ".crt", &s->crt);
	load("authority", ".crt", &authority);
	if (gnutls_x509_crt_list_import2(&list, &n, &authority, GNUTLS_X509_FMT_PEM, 0) < 0 ||
	    gnutls_x509_trust_list_init(&s->trust, 0) < 0 ||
	    gnutls_x509_trust_list_add_cas(s->trust, list, n, 0) != (int)n)
		abort();
	gnutls_free(list);
	gnutls_free(authority.data);
	s->daemon = MHD_start_daemon(MHD_USE_TLS | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, 0,
	    NULL, NULL, on_request, s,
	    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&here,
	    MHD_OPTION_HTTPS_MEM_KEY, s->key.data, MHD_OPTION_HTTPS_MEM_CERT, s->crt.data,
	    MHD_OPTION_HTTPS_PRIORITIES, priorities != NULL ? priorities : "SECURE128:-VERS-ALL:+VERS-TLS1.3",
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
	if (s->daemon == NULL)
		abort();
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	(void)snprintf(s->url, sizeof(s->url), "https://localhost:%u", (unsigned)info->port);
	return s;
}

void
server_stop(struct server *s)
{
	atomic_store(&s->stop, 1);
	MHD_stop_daemon(s->daemon);
	gnutls_x509_trust_list_deinit(s->trust, 1);
	gnutls_free(s->key.data);
	gnutls_free(s->crt.data);
	free(s);
}

void
server_set(struct server *s, enum server_mood mood)
{
	atomic_store(&s->mood, mood);
}

const char *
server_url(const struct server *s)
{
	return s->url;
}

int
server_requests(const struct server *s)
{
	return atomic_load(&s->requests);
}

const char *
server_last_signature(const struct server *s)
{
	return s->signature;
}

const char *
server_last_body(const struct server *s)
{
	return s->body;
}
