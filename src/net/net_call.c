#include "net/net_call.h"

#include <curl/curl.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/net_limits.h"

#define SIGNATURE_HEADER "Watashi-Signature:"

#define URN_MAX 128
#define NAMES_MAX 32			/* names in one certificate */

struct net_call {
	CURL *curl;
	const char *urn;		/* of the call under way; NULL: any */
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

/*
 * Before the first byte of a request: libcurl asks a certificate for chain, time and host
 * alone, so that any municipality's own could play another part.
 */
static int
only_the_server_meant(void *context, char *peer_ip, char *local_ip, int peer_port, int local_port)
{
	const struct curl_tlssessioninfo *session = NULL;
	struct net_call *c = context;
	gnutls_x509_crt_t certificate;
	const gnutls_datum_t *chain;
	unsigned n = 0;
	int verdict = CURL_PREREQFUNC_ABORT;

	(void)peer_ip;
	(void)local_ip;
	(void)peer_port;
	(void)local_port;
	if (curl_easy_getinfo(c->curl, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == NULL ||
	    session->backend != CURLSSLBACKEND_GNUTLS || session->internals == NULL ||
	    (chain = gnutls_certificate_get_peers(session->internals, &n)) == NULL || n == 0 ||
	    gnutls_x509_crt_init(&certificate) < 0)
		return verdict;
	if (gnutls_x509_crt_import(certificate, &chain[0], GNUTLS_X509_FMT_DER) >= 0 &&
	    gnutls_x509_crt_check_key_purpose(certificate, GNUTLS_KP_TLS_WWW_SERVER,
	    GNUTLS_KP_FLAG_DISALLOW_ANY) != 0 && (c->urn == NULL || is_named(certificate, c->urn)))
		verdict = CURL_PREREQFUNC_OK;
	gnutls_x509_crt_deinit(certificate);
	return verdict;
}

enum rc
net_call_open(const struct net_call_options *options, struct net_call **ret_call,
    struct fault *why)
{
	struct net_call *c = calloc(1, sizeof *c);
	CURLcode code = CURLE_OK;
	CURL *curl;

	if (c == NULL || (c->curl = curl = curl_easy_init()) == NULL) {
		net_call_close(c);
		return fault_set(why, RC_NOMEM, "libcurl", "out of memory");
	}
#define SET(option, value) \
	do { \
		if (code == CURLE_OK) \
			code = curl_easy_setopt(curl, (option), (value)); \
	} while (0)
	SET(CURLOPT_PROTOCOLS_STR, "https");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
	SET(CURLOPT_CAINFO, options->authority_path);
	/* The library would add the machine's own list of authorities. */
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_SSLCERT, options->cert_path);
	SET(CURLOPT_SSLKEY, options->key_path);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)NET_CALL_CONNECT_MS);
	SET(CURLOPT_TIMEOUT_MS, (long)NET_CALL_TIMEOUT_MS);
	/* The core speaks to every intermediary: with the library's five it would greet each anew every time. */
	SET(CURLOPT_MAXCONNECTS, (long)NET_CONNECTIONS_MAX);
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_PREREQFUNCTION, only_the_server_meant);
	SET(CURLOPT_PREREQDATA, c);
#undef SET
	if (code != CURLE_OK) {
		net_call_close(c);
		return fault_set(why, RC_BUG, "libcurl", "%s", curl_easy_strerror(code));
	}
	*ret_call = c;
	return RC_OK;
}

void
net_call_close(struct net_call *c)
{
	if (c == NULL)
		return;
	if (c->curl != NULL)
		curl_easy_cleanup(c->curl);
	free(c);
}

static size_t
take_body(char *bytes, size_t size, size_t n, void *context)
{
	struct net_call_answer *answer = context;

	return buf_add(&answer->body, bytes, size * n) == RC_OK ? n : 0;
}

static size_t
take_header(char *line, size_t size, size_t n, void *context)
{
	struct net_call_answer *answer = context;
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

enum rc
net_call_post(struct net_call *c, const char *url, const char *urn, const void *body, size_t len,
    const char *signature, struct net_call_answer *answer, struct fault *why)
{
	char target[512], header[NET_SIGNATURE_CHARS + 64];
	struct curl_slist *headers = NULL, *more;
	CURLcode code = CURLE_OK;
	enum rc rc = RC_OK;

	c->urn = urn;
	answer->status = 0;
	answer->signature[0] = '\0';
	buf_clear(&answer->body);
	if ((size_t)snprintf(target, sizeof target, "%s/v1/message", url) >= sizeof target ||
	    (size_t)snprintf(header, sizeof header, SIGNATURE_HEADER " %s", signature) >= sizeof header)
		return fault_set(why, RC_TOO_BIG, "call", "address too long");
	if ((headers = curl_slist_append(NULL, "Content-Type: application/xml")) == NULL ||
	    (more = curl_slist_append(headers, header)) == NULL ||
	    curl_slist_append(more, "Expect:") == NULL) {
		rc = fault_set(why, RC_NOMEM, "call", "out of memory");
		goto out;
	}
	if ((code = curl_easy_setopt(c->curl, CURLOPT_URL, target)) == CURLE_OK &&
	    (code = curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers)) == CURLE_OK &&
	    (code = curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len)) == CURLE_OK &&
	    (code = curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body)) == CURLE_OK &&
	    (code = curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take_body)) == CURLE_OK &&
	    (code = curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, answer)) == CURLE_OK &&
	    (code = curl_easy_setopt(c->curl, CURLOPT_HEADERFUNCTION, take_header)) == CURLE_OK &&
	    (code = curl_easy_setopt(c->curl, CURLOPT_HEADERDATA, answer)) == CURLE_OK)
		code = curl_easy_perform(c->curl);
	if (code != CURLE_OK) {
		rc = fault_set(why, RC_NET, "call", "%s", curl_easy_strerror(code));
		goto out;
	}
	(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &answer->status);
 out:
	curl_slist_free_all(headers);
	return rc;
}
