#include "net/net_trust.h"

#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/checkdigit.h"

#define PEM_BYTES (4u << 20)
#define URN "urn:watashi:"
#define URN_MAX 128
/* Names in one certificate: a host name, two or three addresses, one role. */
#define NAMES_MAX 32
/* Seconds after which a chain is verified again though its dates have not passed. */
#define AGAIN_S 60

struct net_trust {
	gnutls_x509_trust_list_t list;
	gnutls_x509_crl_t *lists;
	unsigned n_lists;
};

enum rc
net_peer_of_urn(const char *urn, struct net_peer *ret_peer)
{
	static const struct {
		enum net_peer_kind kind;
		const char *urn, *name;
		bool coded;
	} table[] = {
		{ NET_PEER_NODE, URN "municipality:", "node-", true },
		{ NET_PEER_INTERMEDIARY, URN "intermediary:", "intermediary-", true },
		{ NET_PEER_CORE, URN "core", "core", false },
		{ NET_PEER_REGISTRAR, URN "registrar", "registrar", false },
		{ NET_PEER_PORTAL, URN "portal", "portal", false },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		size_t len = strlen(table[i].urn);
		const char *code = urn + len;

		if (strncmp(urn, table[i].urn, len) != 0)
			continue;
		if (table[i].coded ? !checkdigit_municipality(code, strlen(code)) : *code != '\0')
			continue;
		ret_peer->kind = table[i].kind;
		(void)snprintf(ret_peer->municipality, sizeof ret_peer->municipality, "%s", code);
		(void)snprintf(ret_peer->name, sizeof ret_peer->name, "%s%s", table[i].name, code);
		return RC_OK;
	}
	return RC_INVALID;
}

static enum rc
crypto(struct fault *why, const char *place, int code)
{
	return fault_set(why, code == GNUTLS_E_MEMORY_ERROR ? RC_NOMEM : RC_CRYPTO, place, "%s",
	    gnutls_strerror(code));
}

/* A list that is out of date would be passed over in silence: say so instead. */
static enum rc
fresh(const gnutls_x509_crl_t *lists, unsigned n, const char *place, struct fault *why)
{
	time_t now = time(NULL);

	for (unsigned i = 0; i < n; i++) {
		time_t next = gnutls_x509_crl_get_next_update(lists[i]);

		if (next == (time_t)-1 || next < now ||
		    gnutls_x509_crl_get_this_update(lists[i]) > now)
			return fault_set(why, RC_CRYPTO, place, "revocation list is out of date");
	}
	return RC_OK;
}

static enum rc
add_revocations(struct net_trust *t, const char *path, struct fault *why)
{
	struct buf pem = BUF_INIT(PEM_BYTES);
	gnutls_datum_t data;
	enum rc rc;
	int code;

	if ((rc = buf_read_file(&pem, path, why)) != RC_OK)
		goto out;
	data.data = (unsigned char *)pem.data;
	data.size = (unsigned)pem.len;
	if ((code = gnutls_x509_crl_list_import2(&t->lists, &t->n_lists, &data,
	    GNUTLS_X509_FMT_PEM, 0)) < 0) {
		rc = crypto(why, path, code);
		goto out;
	}
	if ((rc = fresh(t->lists, t->n_lists, path, why)) != RC_OK)
		goto out;
	/* The trust list takes the objects over and frees them. */
	code = gnutls_x509_trust_list_add_crls(t->list, t->lists, t->n_lists,
	    GNUTLS_TL_VERIFY_CRL, 0);
	if (code < 0 || (unsigned)code != t->n_lists)
		rc = fault_set(why, RC_CRYPTO, path, "revocation list not signed by the authority");
 out:
	buf_clear(&pem);
	return rc;
}

enum rc
net_trust_open(const char *authority_path, const char *revocations_path,
    struct net_trust **ret_trust, struct fault *why)
{
	struct buf pem = BUF_INIT(PEM_BYTES);
	struct net_trust *t = NULL;
	gnutls_datum_t data;
	enum rc rc;
	int code;

	if ((rc = buf_read_file(&pem, authority_path, why)) != RC_OK)
		goto out;
	if ((t = calloc(1, sizeof *t)) == NULL) {
		rc = fault_set(why, RC_NOMEM, authority_path, "out of memory");
		goto out;
	}
	data.data = (unsigned char *)pem.data;
	data.size = (unsigned)pem.len;
	if ((code = gnutls_x509_trust_list_init(&t->list, 0)) < 0) {
		rc = crypto(why, authority_path, code);
		goto out;
	}
	if ((code = gnutls_x509_trust_list_add_trust_mem(t->list, &data, NULL,
	    GNUTLS_X509_FMT_PEM, 0, 0)) < 1) {
		rc = fault_set(why, RC_CRYPTO, authority_path, "no certificate in it");
		goto out;
	}
	if (revocations_path != NULL && (rc = add_revocations(t, revocations_path, why)) != RC_OK)
		goto out;
	*ret_trust = t;
	t = NULL;
 out:
	net_trust_close(t);
	buf_clear(&pem);
	return rc;
}

void
net_trust_close(struct net_trust *t)
{
	if (t == NULL)
		return;
	if (t->list != NULL)
		gnutls_x509_trust_list_deinit(t->list, 1);
	gnutls_free(t->lists);
	free(t);
}

/* Exactly one of our names, else nobody. */
static enum rc
read_name(gnutls_x509_crt_t crt, struct net_peer *ret_peer, struct fault *why)
{
	struct net_peer peer = { 0 };
	unsigned found = 0;

	for (unsigned i = 0; i < NAMES_MAX; i++) {
		char text[URN_MAX + 1];
		size_t len = URN_MAX;
		unsigned type = 0;
		int code = gnutls_x509_crt_get_subject_alt_name2(crt, i, text, &len, &type, NULL);

		if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		if (code < 0)
			return fault_set(why, RC_CRYPTO, "certificate", "unreadable name");
		if (type != GNUTLS_SAN_URI)
			continue;
		text[len] = '\0';
		if (strlen(text) != len || net_peer_of_urn(text, &peer) != RC_OK)
			return fault_set(why, RC_CRYPTO, "certificate", "a URI name that is not of this network");
		found++;
	}
	if (found != 1)
		return fault_set(why, RC_CRYPTO, "certificate", "%u names of this network in it, not one", found);
	*ret_peer = peer;
	return RC_OK;
}

static void
narrow(struct net_trusted *t, gnutls_x509_crt_t crt)
{
	int64_t until = gnutls_x509_crt_get_expiration_time(crt);

	if (until < t->until_s)
		t->until_s = until;
}

bool
net_trust_holds(const struct net_trust *t, const struct net_trusted *trusted)
{
	int64_t now = time(NULL);

	return trusted->from_s <= now && now < trusted->until_s &&
	    fresh(t->lists, t->n_lists, "certificate", NULL) == RC_OK;
}

enum rc
net_trust_check(const struct net_trust *t, gnutls_session_t session, struct net_trusted *ret_trusted,
    struct fault *why)
{
	gnutls_typed_vdata_st purpose = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT,
		.size = 0,
	};
	gnutls_x509_crt_t chain[8];
	const gnutls_datum_t *raw;
	unsigned n_raw = 0, n = 0, status = 0;
	gnutls_datum_t words = { NULL, 0 };
	int64_t now = time(NULL);
	struct net_trusted trusted = { .from_s = now, .until_s = now + AGAIN_S };
	enum rc rc = RC_OK;
	int code;

	raw = gnutls_certificate_get_peers(session, &n_raw);
	if (raw == NULL || n_raw == 0)
		return fault_set(why, RC_CRYPTO, "certificate", "none was shown");
	if (n_raw > sizeof chain / sizeof chain[0])
		return fault_set(why, RC_CRYPTO, "certificate", "chain too long");
	if ((rc = fresh(t->lists, t->n_lists, "certificate", why)) != RC_OK)
		return rc;
	for (; n < n_raw; n++) {
		if ((code = gnutls_x509_crt_init(&chain[n])) < 0) {
			rc = crypto(why, "certificate", code);
			goto out;
		}
		if ((code = gnutls_x509_crt_import(chain[n], &raw[n], GNUTLS_X509_FMT_DER)) < 0) {
			n++;
			rc = crypto(why, "certificate", code);
			goto out;
		}
	}
	code = gnutls_x509_trust_list_verify_crt2(t->list, chain, n, &purpose, 1, 0, &status, NULL);
	/* Success of the call says nothing: the status must be empty too. */
	if (code < 0 || status != 0) {
		if (code >= 0 && gnutls_certificate_verification_status_print(status,
		    GNUTLS_CRT_X509, &words, 0) >= 0)
			rc = fault_set(why, RC_CRYPTO, "certificate", "%s", (const char *)words.data);
		else
			rc = fault_set(why, RC_CRYPTO, "certificate", "not verified");
		goto out;
	}
	if ((rc = read_name(chain[0], &trusted.peer, why)) != RC_OK)
		goto out;
	for (unsigned i = 0; i < n; i++)
		narrow(&trusted, chain[i]);
	*ret_trusted = trusted;
 out:
	gnutls_free(words.data);
	while (n > 0)
		gnutls_x509_crt_deinit(chain[--n]);
	return rc;
}
