#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/limits.h"
#include "exchange/peer.h"
#include "exchange/peer_http.h"
#include "exchange/revocation.h"

#define PATH "/v1/message"
#define QUEUE_MAX 256			/* per endpoint, under way and waiting */
#define FDS_MAX 8
#define SIGNATURE_HEADER "Watashi-Signature:"
#define SIGNATURE_TEXT_MAX 256
#define URN "urn:watashi:"
#define URN_MAX 128
#define CERTIFICATE_BYTES 4096		/* remembered up to so much; ours are under 1,000 */
#define NAMES_MAX 32			/* names in one certificate: hosts, addresses, one role */

struct request {
	struct request *next;
	struct peer_http *http;
	CURL *easy;			/* NULL while it waits */
	struct curl_slist *headers;
	struct peer_call call;
	enum adapter_endpoint endpoint;
	struct buf bytes;		/* wiped: may hold a number */
	struct buf signature;		/* text of our header line */
	struct buf answer;
	char answer_signature[SIGNATURE_TEXT_MAX];
	size_t answer_signature_len;
	int answer_signatures;		/* more than one is none */
	bool is_touch;			/* a HEAD without document */
	bool too_big;
	bool wrong_purpose, wrong_name;
	struct fault revoked;		/* RC_OK: not */
	char error[CURL_ERROR_SIZE];
};

struct peer_http {
	struct peer_http_config config;
	char *url[ADAPTER_ENDPOINT__COUNT], *urn[ADAPTER_ENDPOINT__COUNT];
	char *authority_pem, *certificate_pem, *key_pem;
	struct revocation *revocations;	/* NULL: not asked */
	/* The certificate that was last found to be of the server meant.  Its dates are the handshake's affair. */
	struct { unsigned char der[CERTIFICATE_BYTES]; unsigned len; } known[ADAPTER_ENDPOINT__COUNT];
	CURLM *multi;
	struct request *requests;	/* in order of queueing */
	size_t n[ADAPTER_ENDPOINT__COUNT];	/* queued */
	int under_way[ADAPTER_ENDPOINT__COUNT];
};

static void
request_free(struct request *r)
{
	if (r == NULL)
		return;
	if (r->easy != NULL)
		curl_easy_cleanup(r->easy);
	curl_slist_free_all(r->headers);
	buf_wipe(&r->bytes);
	buf_clear(&r->signature);
	buf_clear(&r->answer);
	free(r);
}

static enum rc
keep_text(const char *text, char **ret_copy)
{
	if (text == NULL)
		return RC_OK;
	return (*ret_copy = strdup(text)) == NULL ? RC_NOMEM : RC_OK;
}

static enum rc
keep_config(struct peer_http *h, const struct peer_http_config *c, struct fault *why)
{
	size_t len;
	enum rc rc;

	h->config = *c;
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++) {
		if (keep_text(c->urn[e], &h->urn[e]) != RC_OK)
			return fault_set(why, RC_NOMEM, "post", "no memory");
		if (c->url[e] == NULL)
			continue;
		if (strncmp(c->url[e], "https://", 8) != 0)
			return fault_set(why, RC_INVALID, adapter_endpoint_name((enum adapter_endpoint)e),
			    "the URL does not begin with https://");
		/* "https://host:port/" and "https://host:port" mean the same. */
		len = strlen(c->url[e]);
		len -= c->url[e][len - 1] == '/';
		if (asprintf(&h->url[e], "%.*s" PATH, (int)len, c->url[e]) < 0) {
			h->url[e] = NULL;
			return fault_set(why, RC_NOMEM, "post", "no memory");
		}
	}
	if (keep_text(c->authority_pem, &h->authority_pem) != RC_OK ||
	    keep_text(c->certificate_pem, &h->certificate_pem) != RC_OK ||
	    keep_text(c->key_pem, &h->key_pem) != RC_OK)
		return fault_set(why, RC_NOMEM, "post", "no memory");
	assert(c->revocations_pem == NULL || c->now_s != NULL);
	if (c->revocations_pem != NULL && h->authority_pem != NULL && (rc = revocation_open(c->revocations_pem,
	    h->authority_pem, c->revocation_grace_s, c->revocations_demanded, &h->revocations, why)) != RC_OK)
		return rc;
	if (h->config.connect_timeout_ms == 0)
		h->config.connect_timeout_ms = 15000;
	if (h->config.answer_timeout_ms == 0)
		h->config.answer_timeout_ms = 30000;
	if (h->config.answer_max_bytes == 0)
		h->config.answer_max_bytes = LIMIT_WIRE_BYTES;
	if (h->config.at_once == 0)
		h->config.at_once = 16;
	return RC_OK;
}

enum rc
peer_http_open(const struct peer_http_config *config, struct peer_http **ret_http, struct fault *why)
{
	const curl_version_info_data *version;
	struct peer_http *h = NULL;
	enum rc rc;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return fault_set(why, RC_NOMEM, "post", "libcurl could not start");
	version = curl_version_info(CURLVERSION_NOW);
	/* One crypto stack; with another build the files and the checks below would mean something else. */
	if (version->ssl_version == NULL || strncmp(version->ssl_version, "GnuTLS/", 7) != 0)
		return fault_set(why, RC_BUG, "post", "libcurl is not built with GnuTLS");
	if ((h = calloc(1, sizeof(*h))) == NULL)
		return fault_set(why, RC_NOMEM, "post", "no memory");
	if ((rc = keep_config(h, config, why)) != RC_OK)
		goto out;
	if ((h->multi = curl_multi_init()) == NULL) {
		rc = fault_set(why, RC_NOMEM, "post", "no memory");
		goto out;
	}
	*ret_http = h;
	h = NULL;
 out:
	peer_http_close(h);
	return rc;
}

void
peer_http_close(struct peer_http *h)
{
	if (h == NULL)
		return;
	while (h->requests != NULL) {
		struct request *r = h->requests;

		h->requests = r->next;
		if (r->easy != NULL)
			(void)curl_multi_remove_handle(h->multi, r->easy);
		request_free(r);
	}
	if (h->multi != NULL)
		(void)curl_multi_cleanup(h->multi);
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++) {
		free(h->url[e]);
		free(h->urn[e]);
	}
	revocation_close(h->revocations);
	free(h->authority_pem);
	free(h->certificate_pem);
	free(h->key_pem);
	free(h);
}

/* ---- what libcurl calls ---- */

static size_t
take_body(char *bytes, size_t size, size_t n, void *context)
{
	struct request *r = context;

	if (buf_add(&r->answer, bytes, size * n) != RC_OK) {
		r->too_big = true;
		return 0;
	}
	return size * n;
}

static size_t
take_header(char *line, size_t size, size_t n, void *context)
{
	struct request *r = context;
	size_t len = size * n, at = sizeof(SIGNATURE_HEADER) - 1;

	if (len > 5 && strncasecmp(line, "HTTP/", 5) == 0) {	/* a new head: after 100 Continue */
		r->answer_signatures = 0;
		return len;
	}
	if (len < at || strncasecmp(line, SIGNATURE_HEADER, at) != 0)
		return len;
	while (at < len && (line[at] == ' ' || line[at] == '\t'))
		at++;
	while (len > at && (line[len - 1] == '\n' || line[len - 1] == '\r' || line[len - 1] == ' '))
		len--;
	r->answer_signatures++;
	r->answer_signature_len = 0;
	if (len - at <= sizeof(r->answer_signature)) {
		memcpy(r->answer_signature, line + at, len - at);
		r->answer_signature_len = len - at;
	}
	return size * n;
}

/* Is this the one name of our network in the certificate? */
static bool
is_named(gnutls_x509_crt_t crt, const char *urn)
{
	unsigned found = 0, right = 0;

	for (unsigned i = 0; i < NAMES_MAX; i++) {
		char text[URN_MAX + 1];
		size_t len = URN_MAX;
		unsigned type = 0;
		int code = gnutls_x509_crt_get_subject_alt_name2(crt, i, text, &len, &type, NULL);

		if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return found == 1 && right == 1;
		if (code < 0)
			return false;
		if (type != GNUTLS_SAN_URI || len < sizeof(URN) - 1 || memcmp(text, URN, sizeof(URN) - 1) != 0)
			continue;
		found++;
		right += len == strlen(urn) && memcmp(text, urn, len) == 0;
	}
	return false;
}

/* Purpose and name of a certificate; looked up once for the same bytes. */
static void
read_certificate(struct request *r, const gnutls_datum_t *raw)
{
	struct peer_http *h = r->http;
	const char *urn = h->urn[r->endpoint];
	gnutls_x509_crt_t crt;

	if (raw->size > 0 && raw->size == h->known[r->endpoint].len &&
	    memcmp(raw->data, h->known[r->endpoint].der, raw->size) == 0) {
		r->wrong_purpose = false;
		return;
	}
	if (gnutls_x509_crt_init(&crt) < 0)
		return;
	if (gnutls_x509_crt_import(crt, raw, GNUTLS_X509_FMT_DER) >= 0 &&
	    gnutls_x509_crt_check_key_purpose(crt, GNUTLS_KP_TLS_WWW_SERVER, GNUTLS_KP_FLAG_DISALLOW_ANY) != 0)
		r->wrong_purpose = false;
	r->wrong_name = !r->wrong_purpose && urn != NULL && !is_named(crt, urn);
	gnutls_x509_crt_deinit(crt);
	if (!r->wrong_purpose && !r->wrong_name && raw->size > 0 && raw->size <= CERTIFICATE_BYTES) {
		h->known[r->endpoint].len = raw->size;
		memcpy(h->known[r->endpoint].der, raw->data, raw->size);
	}
}

/*
 * After the handshake and before the first byte of a request: is this certificate meant for
 * servers, and is it that of whom we mean?  libcurl's GnuTLS build asks for chain, time and host
 * only, so that any node's own certificate, or another town's server, could play the one that a
 * MyNumber goes to.  And was it taken back?
 */
static int
check_certificate(void *context, char *peer_ip, char *local_ip, int peer_port, int local_port)
{
	const struct curl_tlssessioninfo *tls = NULL;
	struct request *r = context;
	const gnutls_datum_t *raw;
	unsigned n = 0;

	(void)peer_ip;
	(void)local_ip;
	(void)peer_port;
	(void)local_port;
	r->wrong_purpose = true;
	if (curl_easy_getinfo(r->easy, CURLINFO_TLS_SSL_PTR, &tls) != CURLE_OK || tls == NULL ||
	    tls->backend != CURLSSLBACKEND_GNUTLS || tls->internals == NULL)
		return CURL_PREREQFUNC_ABORT;
	raw = gnutls_certificate_get_peers(tls->internals, &n);
	if (raw == NULL || n == 0)
		return CURL_PREREQFUNC_ABORT;
	read_certificate(r, &raw[0]);
	if (!r->wrong_purpose && !r->wrong_name && r->http->revocations != NULL)
		(void)!revocation_check(r->http->revocations, r->http->config.now_s(), raw[0].data, raw[0].size, &r->revoked);
	return r->wrong_purpose || r->wrong_name || r->revoked.rc != RC_OK ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* ---- one request ---- */

static bool
set_up_tls(const struct peer_http *h, CURL *easy)
{
	return curl_easy_setopt(easy, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_3 | (long)CURL_SSLVERSION_MAX_TLSv1_3) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_CAINFO, h->authority_pem) == CURLE_OK &&
	    /* Without this every public authority of the machine would be believed as well. */
	    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_SSLCERT, h->certificate_pem) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_SSLKEY, h->key_pem) == CURLE_OK;
}

static bool
set_up_method(const struct request *r)
{
	if (r->is_touch)
		return curl_easy_setopt(r->easy, CURLOPT_NOBODY, 1L) == CURLE_OK;
	return curl_easy_setopt(r->easy, CURLOPT_POST, 1L) == CURLE_OK &&
	    curl_easy_setopt(r->easy, CURLOPT_POSTFIELDS, r->bytes.data) == CURLE_OK &&
	    curl_easy_setopt(r->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->bytes.len) == CURLE_OK;
}

static bool
set_up(const struct peer_http *h, struct request *r)
{
	CURL *easy = r->easy;

	return curl_easy_setopt(easy, CURLOPT_URL, h->url[r->endpoint]) == CURLE_OK &&
	    set_up_tls(h, easy) &&
	    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, h->config.connect_timeout_ms) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
	    h->config.connect_timeout_ms + h->config.answer_timeout_ms) == CURLE_OK &&
	    set_up_method(r) &&
	    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, r->headers) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_WRITEDATA, r) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_HEADERDATA, r) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, check_certificate) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_PREREQDATA, r) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, r->error) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_PRIVATE, r) == CURLE_OK;
}

static bool
add_header(struct request *r, const char *line)
{
	struct curl_slist *list = curl_slist_append(r->headers, line);

	if (list == NULL)
		return false;
	r->headers = list;
	return true;
}

/* Hand it to libcurl.  False: no memory; the request is answered so. */
static bool
start(struct peer_http *h, struct request *r)
{
	struct buf line = BUF_INIT(1024);
	bool done = false;

	if ((r->easy = curl_easy_init()) == NULL)
		return false;
	if (!r->is_touch && (buf_printf(&line, SIGNATURE_HEADER " %s", r->signature.data) != RC_OK ||
	    !add_header(r, "Content-Type: application/xml") || !add_header(r, line.data)))
		goto out;
	/* "Expect:" empty: no round trip spent on asking whether we may. */
	if (!add_header(r, "Expect:") || !add_header(r, "Accept: application/xml"))
		goto out;
	if (!set_up(h, r) || curl_multi_add_handle(h->multi, r->easy) != CURLM_OK)
		goto out;
	h->under_way[r->endpoint]++;
	done = true;
 out:
	buf_clear(&line);
	if (!done) {
		curl_easy_cleanup(r->easy);
		r->easy = NULL;
	}
	return done;
}

static enum rc
queue(struct peer_http *h, const struct peer_call *call, enum adapter_endpoint endpoint, struct request **ret_request,
    struct fault *why)
{
	struct request *r, **last;

	if ((unsigned)endpoint >= ADAPTER_ENDPOINT__COUNT)
		return fault_set(why, RC_INVALID, "post", "no such endpoint");
	if (h->n[endpoint] >= QUEUE_MAX)
		return fault_set(why, RC_BUSY, adapter_endpoint_name(endpoint), "too many requests are waiting");
	if ((r = calloc(1, sizeof(*r))) == NULL)
		return fault_set(why, RC_NOMEM, "post", "no memory");
	r->http = h;
	r->endpoint = endpoint;
	r->call = *call;
	buf_init(&r->signature, SIGNATURE_TEXT_MAX);
	buf_init(&r->answer, h->config.answer_max_bytes);
	for (last = &h->requests; *last != NULL; last = &(*last)->next)
		;
	*last = r;
	h->n[endpoint]++;
	*ret_request = r;
	return RC_OK;
}

enum rc
peer_http_post(struct peer_http *h, const struct peer_call *call, enum adapter_endpoint endpoint,
    struct buf *bytes, const void *signature, size_t signature_len, struct fault *why)
{
	struct buf text = BUF_INIT(SIGNATURE_TEXT_MAX);
	struct request *r;
	enum rc rc;

	if ((rc = peer_signature_text(signature, signature_len, &text)) != RC_OK)
		(void)fault_set(why, rc, "post", "the signature is of no form used here");
	else if ((rc = queue(h, call, endpoint, &r, why)) == RC_OK) {
		r->signature = text;
		buf_init(&text, SIGNATURE_TEXT_MAX);
		r->bytes = *bytes;
		buf_init(bytes, bytes->max);
	}
	buf_clear(&text);
	return rc;
}

enum rc
peer_http_touch(struct peer_http *h, const struct peer_call *call, enum adapter_endpoint endpoint, struct fault *why)
{
	struct request *r;
	enum rc rc;

	if ((rc = queue(h, call, endpoint, &r, why)) == RC_OK)
		r->is_touch = true;
	return rc;
}

/* ---- what became of it ---- */

struct verdict {
	enum sending_outcome outcome;
	const char *advice;
};

/* libcurl says only that a certificate does not hold; GnuTLS' own verdict says what is wrong with it. */
static const char *
verified_words(const struct request *r)
{
	long status = 0;

	(void)curl_easy_getinfo(r->easy, CURLINFO_SSL_VERIFYRESULT, &status);
	if (((unsigned long)status & GNUTLS_CERT_EXPIRED) != 0)
		return "the peer's certificate has expired";
	if (((unsigned long)status & GNUTLS_CERT_NOT_ACTIVATED) != 0)
		return "the peer's certificate is not valid yet";
	if (((unsigned long)status & GNUTLS_CERT_SIGNER_NOT_FOUND) != 0)
		return "the peer's certificate is of another authority";
	return "the peer's certificate does not hold: another host's, or not one of our authority";
}

static struct verdict
judge(const struct request *r, CURLcode code, long status, bool connected, bool fresh)
{
	const char *broke_off = status == 0 && fresh ?
	    "the peer broke off before it answered: perhaps it refuses our TLS certificate" : "the peer broke off";

	switch ((unsigned)code) {
	case CURLE_OK:
		return (struct verdict){ sending_outcome_of_status(status), "answered" };
	case CURLE_COULDNT_RESOLVE_HOST:
		return (struct verdict){ SENDING_NO_CONNECTION, "the peer's name is not known: check the URL and the name service" };
	case CURLE_COULDNT_CONNECT:
		return (struct verdict){ SENDING_NO_CONNECTION, "the peer does not answer: it is down, or a wall is between" };
	case CURLE_SSL_CACERT_BADFILE:
		return (struct verdict){ SENDING_TLS_REFUSED, "our authority's certificate cannot be read: check authority.crt" };
	case CURLE_SSL_CERTPROBLEM:
		return (struct verdict){ SENDING_TLS_REFUSED, "our own TLS certificate or key cannot be used: check tls.crt and tls.key" };
	case CURLE_PEER_FAILED_VERIFICATION:
		return (struct verdict){ SENDING_TLS_REFUSED, verified_words(r) };
	case CURLE_SSL_CONNECT_ERROR:
		return (struct verdict){ SENDING_TLS_REFUSED, "no TLS 1.3 with this peer, or it refuses our certificate" };
	case CURLE_OPERATION_TIMEDOUT:
		return connected ? (struct verdict){ SENDING_BROKE_OFF, "the peer did not answer in time" } :
		    (struct verdict){ SENDING_NO_CONNECTION, "the peer could not be reached in time" };
	case CURLE_WRITE_ERROR:
		return (struct verdict){ r->too_big ? SENDING_BAD_ANSWER : SENDING_BROKE_OFF,
		    r->too_big ? "the answer is over its ceiling" : "the answer could not be taken" };
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		/* Under TLS 1.3 a refused client certificate shows only here, before the first byte of an answer. */
		if (status == 0 && strstr(r->error, "ertificate") != NULL)
			return (struct verdict){ SENDING_TLS_REFUSED, "the peer refuses our TLS certificate" };
		return (struct verdict){ SENDING_BROKE_OFF, broke_off };
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return (struct verdict){ SENDING_BROKE_OFF, broke_off };
	case CURLE_ABORTED_BY_CALLBACK:
		if (r->wrong_purpose)
			return (struct verdict){ SENDING_TLS_REFUSED, "the peer's certificate is not one of a server" };
		if (r->wrong_name)
			return (struct verdict){ SENDING_TLS_REFUSED,
			    "the peer's certificate is that of another institution: check the URL" };
		if (r->revoked.rc != RC_OK)
			return (struct verdict){ SENDING_TLS_REFUSED, r->revoked.text };
		break;
	case CURLE_OUT_OF_MEMORY:
		return (struct verdict){ SENDING_NO_CONNECTION, "no memory for the request" };
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
		return (struct verdict){ SENDING_NO_CONNECTION, "the URL cannot be used" };
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		return (struct verdict){ SENDING_BAD_ANSWER, "the peer does not speak HTTP as agreed" };
	default:
		break;
	}
	return (struct verdict){ SENDING_BROKE_OFF, "the exchange failed" };
}

static void
unlink_request(struct peer_http *h, struct request *r)
{
	struct request **at;

	for (at = &h->requests; *at != r; at = &(*at)->next)
		assert(*at != NULL);
	*at = r->next;
	h->n[r->endpoint]--;
}

static void
hand_out(struct peer_http *h, struct request *r, struct peer_http_answer *a,
    void (*done)(void *context, const struct peer_call *call, const struct peer_http_answer *answer),
    void *context)
{
	a->endpoint = r->endpoint;
	unlink_request(h, r);
	done(context, &r->call, a);
	request_free(r);
}

static void
finish(struct peer_http *h, struct request *r, CURLcode code,
    void (*done)(void *context, const struct peer_call *call, const struct peer_http_answer *answer),
    void *context)
{
	struct peer_http_answer a = { 0 };
	long status = 0, connects = 0;
	curl_off_t connected = 0;
	struct verdict v;

	(void)curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(r->easy, CURLINFO_APPCONNECT_TIME_T, &connected);
	(void)curl_easy_getinfo(r->easy, CURLINFO_NUM_CONNECTS, &connects);
	v = judge(r, code, status, connected > 0, connects > 0);
	a.outcome = v.outcome;
	a.advice = v.advice;
	a.status = status;
	/* Without a signature it is nobody's word, a page of some proxy: later again, whatever it says. */
	if (code == CURLE_OK && status == 503 && (r->answer.len == 0 || r->answer_signatures != 1))
		a.outcome = SENDING_CLOSED;
	if (code == CURLE_OK) {
		a.bytes = r->answer.data == NULL ? "" : r->answer.data;
		a.len = r->answer.len;
		if (r->answer_signatures == 1 && r->answer_signature_len > 0) {
			a.signature = r->answer_signature;
			a.signature_len = r->answer_signature_len;
		}
	}
	(void)curl_multi_remove_handle(h->multi, r->easy);
	h->under_way[r->endpoint]--;
	hand_out(h, r, &a, done, context);
}

/* Nothing can be sent to an endpoint without URL, authority or certificate: said at once. */
static const char *
unready(const struct peer_http *h, enum adapter_endpoint endpoint)
{
	if (h->url[endpoint] == NULL)
		return "no URL is configured for this endpoint: the node waits for its network";
	if (h->authority_pem == NULL || h->certificate_pem == NULL || h->key_pem == NULL)
		return "no TLS certificate is configured: the node waits for its network";
	return NULL;
}

static size_t
start_waiting(struct peer_http *h,
    void (*done)(void *context, const struct peer_call *call, const struct peer_http_answer *answer),
    void *context)
{
	struct request *r, *next;
	size_t handed_out = 0;

	for (r = h->requests; r != NULL; r = next) {
		struct peer_http_answer a = { .outcome = SENDING_NO_CONNECTION };

		next = r->next;
		if (r->easy != NULL)
			continue;
		if ((a.advice = unready(h, r->endpoint)) == NULL) {
			if (h->under_way[r->endpoint] >= h->config.at_once || start(h, r))
				continue;
			a.advice = "no memory for the request";
		}
		hand_out(h, r, &a, done, context);
		handed_out++;
	}
	return handed_out;
}

static size_t
finish_all(struct peer_http *h,
    void (*done)(void *context, const struct peer_call *call, const struct peer_http_answer *answer),
    void *context)
{
	size_t handed_out = 0;
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
		struct request *r = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&r);
		finish(h, r, m->data.result, done, context);
		handed_out++;
	}
	return handed_out;
}

size_t
peer_http_under_way(const struct peer_http *h)
{
	size_t n = 0;

	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++)
		n += h->n[e];
	return n;
}

enum rc
peer_http_run(struct peer_http *h, struct peer_http_fd *fds, size_t n_fds, int wait_ms,
    void (*done)(void *context, const struct peer_call *call, const struct peer_http_answer *answer),
    void *context, struct fault *why)
{
	struct curl_waitfd wait[FDS_MAX];
	size_t handed_out;
	int running = 0;

	assert(n_fds <= FDS_MAX);
	handed_out = start_waiting(h, done, context);
	if (curl_multi_perform(h->multi, &running) != CURLM_OK)
		return fault_set(why, RC_NET, "post", "libcurl cannot go on");
	handed_out += finish_all(h, done, context);
	for (size_t i = 0; i < n_fds; i++) {
		wait[i].fd = fds[i].fd;
		wait[i].events = (short)(CURL_WAIT_POLLIN | (fds[i].want_write ? CURL_WAIT_POLLOUT : 0));
		wait[i].revents = 0;
	}
	/* What was handed out may have changed what the caller waits for.  libcurl knows no -1. */
	if (handed_out > 0)
		wait_ms = 0;
	if (curl_multi_poll(h->multi, n_fds > 0 ? wait : NULL, (unsigned)n_fds, wait_ms < 0 ? 60000 : wait_ms, NULL) !=
	    CURLM_OK)
		return fault_set(why, RC_NET, "post", "libcurl cannot wait");
	for (size_t i = 0; i < n_fds; i++) {
		fds[i].writable = (wait[i].revents & CURL_WAIT_POLLOUT) != 0;
		fds[i].readable = (wait[i].revents & ~CURL_WAIT_POLLOUT) != 0;
	}
	if (curl_multi_perform(h->multi, &running) != CURLM_OK)
		return fault_set(why, RC_NET, "post", "libcurl cannot go on");
	(void)finish_all(h, done, context);
	return RC_OK;
}
