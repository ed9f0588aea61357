#include "net/net_call.h"

#include <curl/curl.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/net_limits.h"

#define SIGNATURE_HEADER "Watashi-Signature:"

#define TARGET_BYTES 512
#define URN_MAX 128
#define NAMES_MAX 32			/* names in one certificate */
#define CERTIFICATE_BYTES 16384

/* A handle of the library with its settings, used for one call after another. */
struct slot {
	struct slot *next;
	struct net_call *owner;
	CURL *easy;
	struct curl_slist *headers;
	struct net_call_one *one;	/* NULL: idle */
};

/* A certificate that was found to be a server's of that name: the same bytes say the same again. */
struct known {
	struct known *next;
	char urn[URN_MAX + 1];
	size_t len;
	unsigned char der[];
};

struct net_call {
	CURLM *multi;
	char *cert_path, *key_path, *authority_path, *revocations_path;
	struct slot *slots;
	struct known *known;
	struct net_call_one *ended, **last_ended;
};

enum rc
net_call_library(struct fault *why)
{
	const curl_version_info_data *info;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return fault_set(why, RC_NOMEM, "libcurl", "cannot start");
	info = curl_version_info(CURLVERSION_NOW);
	if (info->ssl_version == NULL || strncmp(info->ssl_version, "GnuTLS/", 7) != 0)
		return fault_set(why, RC_VERSION, "libcurl", "not the build with GnuTLS");
	return RC_OK;
}

/* ---- whose server is it ---- */

static bool
is_named(gnutls_x509_crt_t certificate, const char *urn)
{
	for (unsigned i = 0; i < NAMES_MAX; i++) {
		char text[URN_MAX + 1];
		size_t len = URN_MAX;
		unsigned type = 0;

		if (gnutls_x509_crt_get_subject_alt_name2(certificate, i, text, &len, &type, NULL) < 0)
			return false;
		if (type == GNUTLS_SAN_URI && len == strlen(urn) && memcmp(text, urn, len) == 0)
			return true;
	}
	return false;
}

static bool
is_server_of(const gnutls_datum_t *der, const char *urn)
{
	gnutls_x509_crt_t certificate;
	bool is = false;

	if (gnutls_x509_crt_init(&certificate) < 0)
		return false;
	if (gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) >= 0 &&
	    gnutls_x509_crt_check_key_purpose(certificate, GNUTLS_KP_TLS_WWW_SERVER,
	    GNUTLS_KP_FLAG_DISALLOW_ANY) != 0 && (urn == NULL || is_named(certificate, urn)))
		is = true;
	gnutls_x509_crt_deinit(certificate);
	return is;
}

static bool
is_known(const struct net_call *c, const gnutls_datum_t *der, const char *urn)
{
	for (const struct known *k = c->known; k != NULL; k = k->next)
		if (strcmp(k->urn, urn) == 0)
			return k->len == der->size && memcmp(k->der, der->data, der->size) == 0;
	return false;
}

static void
keep_known(struct net_call *c, const gnutls_datum_t *der, const char *urn)
{
	struct known *k, **at = &c->known;

	if (der->size > CERTIFICATE_BYTES || strlen(urn) > URN_MAX || (k = malloc(sizeof *k + der->size)) == NULL)
		return;			/* it is looked at again */
	(void)snprintf(k->urn, sizeof k->urn, "%s", urn);
	k->len = der->size;
	memcpy(k->der, der->data, der->size);
	while (*at != NULL && strcmp((*at)->urn, urn) != 0)
		at = &(*at)->next;
	k->next = NULL;
	if (*at != NULL) {
		k->next = (*at)->next;
		free(*at);
	}
	*at = k;
}

/*
 * Before the first byte of a request: libcurl asks a certificate for chain, time and host
 * alone, so that any municipality's own could play another part.
 */
static int
only_the_server_meant(void *context, char *peer_ip, char *local_ip, int peer_port, int local_port)
{
	const struct curl_tlssessioninfo *session = NULL;
	const struct slot *s = context;
	const char *urn = s->one->urn;
	const gnutls_datum_t *chain;
	unsigned n = 0;

	(void)peer_ip;
	(void)local_ip;
	(void)peer_port;
	(void)local_port;
	if (curl_easy_getinfo(s->easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == NULL ||
	    session->backend != CURLSSLBACKEND_GNUTLS || session->internals == NULL ||
	    (chain = gnutls_certificate_get_peers(session->internals, &n)) == NULL || n == 0)
		return CURL_PREREQFUNC_ABORT;
	if (urn != NULL && is_known(s->owner, &chain[0], urn))
		return CURL_PREREQFUNC_OK;
	if (!is_server_of(&chain[0], urn))
		return CURL_PREREQFUNC_ABORT;
	if (urn != NULL)
		keep_known(s->owner, &chain[0], urn);
	return CURL_PREREQFUNC_OK;
}

/* ---- one answer ---- */

static size_t
take_body(char *bytes, size_t size, size_t n, void *context)
{
	struct slot *s = context;

	return buf_add(&s->one->answer.body, bytes, size * n) == RC_OK ? n : 0;
}

static size_t
take_header(char *line, size_t size, size_t n, void *context)
{
	struct net_call_answer *answer = &((struct slot *)context)->one->answer;
	size_t len = size * n, name = strlen(SIGNATURE_HEADER);

	if (len <= name || strncasecmp(line, SIGNATURE_HEADER, name) != 0)
		return n;
	line += name;
	len -= name;
	while (len > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	while (len > 0 && strchr("\r\n \t", line[len - 1]) != NULL)
		len--;
	if (len >= sizeof answer->signature)
		return 0;
	memcpy(answer->signature, line, len);
	answer->signature[len] = '\0';
	return n;
}

/* ---- handles ---- */

static void
slot_free(struct slot *s)
{
	if (s == NULL)
		return;
	if (s->easy != NULL && s->one != NULL)
		(void)curl_multi_remove_handle(s->owner->multi, s->easy);
	curl_easy_cleanup(s->easy);
	curl_slist_free_all(s->headers);
	free(s);
}

static struct slot *
slot_new(struct net_call *c)
{
	struct slot *s = calloc(1, sizeof *s);
	CURLcode code = CURLE_OK;
	CURL *easy;

	if (s == NULL || (s->easy = easy = curl_easy_init()) == NULL) {
		slot_free(s);
		return NULL;
	}
	s->owner = c;
#define SET(option, value) \
	do { \
		if (code == CURLE_OK) \
			code = curl_easy_setopt(easy, (option), (value)); \
	} while (0)
	SET(CURLOPT_PROTOCOLS_STR, "https");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
	SET(CURLOPT_CAINFO, c->authority_path);
	/* The library would add the machine's own list of authorities. */
	SET(CURLOPT_CAPATH, NULL);
	/* Read again for every connection; one that is out of date ends the handshake, as it does at the listener. */
	if (c->revocations_path != NULL)
		SET(CURLOPT_CRLFILE, c->revocations_path);
	/* So that what is taken back later is noticed, however busy the two are. */
	SET(CURLOPT_MAXLIFETIME_CONN, (long)NET_CALL_CONNECTION_S);
	SET(CURLOPT_SSLCERT, c->cert_path);
	SET(CURLOPT_SSLKEY, c->key_path);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)NET_CALL_CONNECT_MS);
	SET(CURLOPT_TIMEOUT_MS, (long)NET_CALL_TIMEOUT_MS);
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, s);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, s);
	SET(CURLOPT_PREREQFUNCTION, only_the_server_meant);
	SET(CURLOPT_PREREQDATA, s);
	SET(CURLOPT_PRIVATE, s);
#undef SET
	if (code != CURLE_OK) {
		slot_free(s);
		return NULL;
	}
	s->next = c->slots;
	c->slots = s;
	return s;
}

static struct slot *
idle_slot(struct net_call *c)
{
	struct slot *s = c->slots;

	while (s != NULL && s->one != NULL)
		s = s->next;
	return s != NULL ? s : slot_new(c);
}

/* ---- life ---- */

enum rc
net_call_open(const struct net_call_options *options, struct net_call **ret_call,
    struct fault *why)
{
	struct net_call *c = calloc(1, sizeof *c);

	if (c == NULL)
		return fault_set(why, RC_NOMEM, "libcurl", "out of memory");
	c->last_ended = &c->ended;
	c->multi = curl_multi_init();
	c->cert_path = strdup(options->cert_path != NULL ? options->cert_path : "");
	c->key_path = strdup(options->key_path != NULL ? options->key_path : "");
	c->authority_path = strdup(options->authority_path != NULL ? options->authority_path : "");
	if (options->revocations_path != NULL)
		c->revocations_path = strdup(options->revocations_path);
	if ((options->revocations_path != NULL && c->revocations_path == NULL) ||
	    c->multi == NULL || c->cert_path == NULL || c->key_path == NULL || c->authority_path == NULL ||
	    /* The core speaks to every intermediary: with the library's own few it would greet each anew every time. */
	    curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)NET_CONNECTIONS_MAX) != CURLM_OK) {
		net_call_close(c);
		return fault_set(why, RC_NOMEM, "libcurl", "out of memory");
	}
	*ret_call = c;
	return RC_OK;
}

void
net_call_close(struct net_call *c)
{
	struct known *k;
	struct slot *s;

	if (c == NULL)
		return;
	while ((s = c->slots) != NULL) {
		c->slots = s->next;
		slot_free(s);
	}
	while ((k = c->known) != NULL) {
		c->known = k->next;
		free(k);
	}
	if (c->multi != NULL)
		(void)curl_multi_cleanup(c->multi);
	free(c->cert_path);
	free(c->key_path);
	free(c->authority_path);
	free(c->revocations_path);
	free(c);
}

static void
end(struct net_call *c, struct net_call_one *one)
{
	one->next = NULL;
	*c->last_ended = one;
	c->last_ended = &one->next;
}

static bool
set_headers(struct slot *s, const char *signature)
{
	char header[NET_SIGNATURE_CHARS + 64];
	struct curl_slist *list, *more;

	curl_slist_free_all(s->headers);
	s->headers = NULL;
	if ((size_t)snprintf(header, sizeof header, SIGNATURE_HEADER " %s", signature) >= sizeof header ||
	    (list = curl_slist_append(NULL, "Content-Type: application/xml")) == NULL)
		return false;
	s->headers = list;
	return (more = curl_slist_append(list, header)) != NULL && curl_slist_append(more, "Expect:") != NULL;
}

void
net_call_begin(struct net_call *c, struct net_call_one *one)
{
	char target[TARGET_BYTES];
	struct slot *s = idle_slot(c);

	one->answer.status = 0;
	one->answer.signature[0] = '\0';
	buf_clear(&one->answer.body);
	one->unreachable = false;
	one->rc = RC_OK;
	if (s == NULL) {
		one->rc = fault_set(&one->why, RC_NOMEM, "call", "out of memory");
	} else if ((size_t)snprintf(target, sizeof target, "%s/v1/message", one->url) >= sizeof target) {
		one->rc = fault_set(&one->why, RC_TOO_BIG, "call", "address too long");
	} else if (!set_headers(s, one->signature) ||
	    curl_easy_setopt(s->easy, CURLOPT_URL, target) != CURLE_OK ||
	    curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers) != CURLE_OK ||
	    curl_easy_setopt(s->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)one->len) != CURLE_OK ||
	    curl_easy_setopt(s->easy, CURLOPT_POSTFIELDS, one->body) != CURLE_OK ||
	    curl_multi_add_handle(c->multi, s->easy) != CURLM_OK) {
		one->rc = fault_set(&one->why, RC_NOMEM, "call", "cannot begin");
	} else {
		s->one = one;
		return;
	}
	end(c, one);
}

static void
take_ended(struct net_call *c)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(c->multi, &left)) != NULL) {
		struct net_call_one *one;
		struct slot *s = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&s);
		one = s->one;
		if (code == CURLE_OK)
			(void)curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &one->answer.status);
		else
			one->rc = fault_set(&one->why, RC_NET, "call", "%s", curl_easy_strerror(code));
		one->unreachable = code == CURLE_COULDNT_CONNECT || code == CURLE_OPERATION_TIMEDOUT ||
		    code == CURLE_COULDNT_RESOLVE_HOST;
		(void)curl_multi_remove_handle(c->multi, s->easy);
		s->one = NULL;
		end(c, one);
	}
}

void
net_call_wait(struct net_call *c, int ms)
{
	int running = 0;

	(void)curl_multi_perform(c->multi, &running);
	take_ended(c);
	if (c->ended != NULL)
		ms = 0;
	(void)curl_multi_poll(c->multi, NULL, 0, ms, NULL);
	(void)curl_multi_perform(c->multi, &running);
	take_ended(c);
}

void
net_call_break_off(struct net_call *c)
{
	for (struct slot *s = c->slots; s != NULL; s = s->next) {
		if (s->one != NULL)
			(void)curl_multi_remove_handle(c->multi, s->easy);
		s->one = NULL;
	}
	c->ended = NULL;
	c->last_ended = &c->ended;
}

struct net_call_one *
net_call_ended(struct net_call *c)
{
	struct net_call_one *one = c->ended;

	if (one == NULL)
		return NULL;
	if ((c->ended = one->next) == NULL)
		c->last_ended = &c->ended;
	one->next = NULL;
	return one;
}

void
net_call_wake(struct net_call *c)
{
	(void)curl_multi_wakeup(c->multi);
}

enum rc
net_call_post(struct net_call *c, const char *url, const char *urn, const void *body, size_t len,
    const char *signature, struct net_call_answer *answer, struct fault *why)
{
	struct net_call_one one = {
		.url = url, .urn = urn, .body = body, .len = len, .signature = signature, .answer = *answer,
	};

	net_call_begin(c, &one);
	while (net_call_ended(c) == NULL)
		net_call_wait(c, NET_CALL_TIMEOUT_MS);
	*answer = one.answer;
	return one.rc == RC_OK ? RC_OK : fault_set(why, one.rc, one.why.place, "%s", one.why.text);
}
