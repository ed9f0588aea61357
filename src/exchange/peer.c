#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/checkdigit.h"
#include "exchange/peer.h"
#include "exchange/revocation.h"

#define BUNDLE_MAX_BYTES (16u << 20)	/* 1,741 towns, two signers, two certificates each, 1 KB */
#define SIGNATURE_MIN 8
#define SIGNATURE_MAX 80

struct signer {
	enum peer_role role;
	char institution[MESSAGE_CODE16_CHARS + 1];
	gnutls_pubkey_t key;
	gnutls_datum_t der;
	int64_t from_s, until_s;
};

struct peer_directory {
	struct signer *signers;
	size_t n;
	int64_t authority_from_s, authority_until_s;	/* while any authority holds */
	struct revocation *revocations;
};

void
peer_directory_close(struct peer_directory *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->n; i++) {
		if (d->signers[i].key != NULL)
			gnutls_pubkey_deinit(d->signers[i].key);
		gnutls_free(d->signers[i].der.data);
	}
	free(d->signers);
	free(d);
}

static enum rc
load_pem(const char *path, gnutls_x509_crt_t **ret_list, unsigned *ret_n, struct fault *why)
{
	struct buf text = BUF_INIT(BUNDLE_MAX_BYTES);
	gnutls_datum_t pem;
	enum rc rc;
	int ret;

	if ((rc = buf_read_file(&text, path, why)) != RC_OK)
		goto out;
	pem.data = (unsigned char *)text.data;
	pem.size = (unsigned)text.len;
	ret = text.len == 0 ? GNUTLS_E_BASE64_DECODING_ERROR :
	    gnutls_x509_crt_list_import2(ret_list, ret_n, &pem, GNUTLS_X509_FMT_PEM, 0);
	if (ret < 0)
		rc = fault_set(why, ret == GNUTLS_E_MEMORY_ERROR ? RC_NOMEM : RC_INVALID, path,
		    "holds no readable PEM certificates");
 out:
	buf_clear(&text);
	return rc;
}

static void
free_list(gnutls_x509_crt_t *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		gnutls_x509_crt_deinit(list[i]);
	gnutls_free(list);
}

/* One URI of the certificate into the signer; false: it is not one of ours. */
static bool
take_uri(struct signer *s, const char *uri, bool *has_role, char municipality[7])
{
	static const char *const prefix[] = { "urn:watashi:municipality:", "urn:watashi:intermediary:" };
	static const char institution[] = "urn:watashi:institution:";
	static const struct { const char *uri, *institution; enum peer_role role; } alone[] = {
		{ "urn:watashi:core", MESSAGE_INSTITUTION_CORE, PEER_CORE },
		{ "urn:watashi:registrar", MESSAGE_INSTITUTION_REGISTRAR, PEER_REGISTRAR },
		{ "urn:watashi:portal", MESSAGE_INSTITUTION_PORTAL, PEER_PORTAL },
	};

	for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
		if (strcmp(uri, alone[i].uri) != 0)
			continue;
		if (*has_role)
			return false;
		*has_role = true;
		s->role = alone[i].role;
		(void)snprintf(s->institution, sizeof(s->institution), "%s", alone[i].institution);
		return true;
	}
	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(prefix[i]);

		if (strncmp(uri, prefix[i], n) != 0)
			continue;
		if (*has_role || strlen(uri + n) != 6 || !checkdigit_municipality(uri + n, 6))
			return false;
		*has_role = true;
		s->role = i == 0 ? PEER_NODE : PEER_INTERMEDIARY;
		memcpy(municipality, uri + n, 7);
		return true;
	}
	if (strncmp(uri, institution, sizeof(institution) - 1) == 0) {
		uri += sizeof(institution) - 1;
		if (s->institution[0] != '\0' || strlen(uri) != MESSAGE_CODE16_CHARS ||
		    strspn(uri, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != MESSAGE_CODE16_CHARS)
			return false;
		memcpy(s->institution, uri, MESSAGE_CODE16_CHARS + 1);
		return true;
	}
	return false;
}

static const char *
take_names(struct signer *s, gnutls_x509_crt_t crt)
{
	bool has_role = false;
	char municipality[7] = "";

	for (unsigned i = 0; i < 16; i++) {
		char uri[128];
		size_t size = sizeof(uri) - 1;
		unsigned type = 0;
		int ret = gnutls_x509_crt_get_subject_alt_name2(crt, i, uri, &size, &type, NULL);

		if (ret == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		if (ret < 0 || type != GNUTLS_SAN_URI || size >= sizeof(uri))
			return "carries a name that is none of this directory's";
		uri[size] = '\0';
		if (strlen(uri) != size || !take_uri(s, uri, &has_role, municipality))
			return "carries a name that is none of this directory's";
	}
	if (!has_role)
		return "does not say whose it is (no role among its URI names)";
	if (s->institution[0] == '\0')
		return "does not name its institution";
	if (municipality[0] != '\0' && strncmp(s->institution, municipality, 6) != 0)
		return "names an institution of another municipality";
	return NULL;
}

const char *
peer_certificate_names(struct gnutls_x509_crt_int *crt, enum peer_role *ret_role,
    char ret_institution[MESSAGE_CODE16_CHARS + 1])
{
	struct signer s = { .role = PEER_ROLE__COUNT };
	const char *rule = take_names(&s, crt);

	*ret_role = s.role;
	memcpy(ret_institution, s.institution, sizeof(s.institution));
	return rule;
}

static const char *
take_key(struct signer *s, gnutls_x509_crt_t crt)
{
	gnutls_ecc_curve_t curve;

	if (gnutls_pubkey_init(&s->key) < 0) {
		s->key = NULL;
		return "finds no memory";
	}
	if (gnutls_pubkey_import_x509(s->key, crt, 0) < 0 ||
	    gnutls_pubkey_export_ecc_raw2(s->key, &curve, NULL, NULL, 0) < 0 ||
	    curve != GNUTLS_ECC_CURVE_SECP256R1)
		return "holds no key on the curve P-256";
	return NULL;
}

/* The times are ours to judge, at the moment asked about: the chain is verified without them. */
static const char *
chain_holds(gnutls_x509_trust_list_t trust, gnutls_x509_crt_t crt)
{
	gnutls_x509_crt_t chain[1] = { crt };
	unsigned status = 0;

	if (gnutls_x509_trust_list_verify_crt2(trust, chain, 1, NULL, 0,
	    GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS, &status, NULL) < 0 ||
	    status != 0)
		return "is not issued by the authority";
	return NULL;
}

static enum rc
open_trust(const char *authority_pem, gnutls_x509_trust_list_t *ret_trust, struct peer_directory *d,
    struct fault *why)
{
	gnutls_x509_crt_t *list = NULL;
	gnutls_x509_trust_list_t trust = NULL;
	unsigned n = 0;
	enum rc rc;

	if ((rc = load_pem(authority_pem, &list, &n, why)) != RC_OK)
		return rc;
	d->authority_from_s = INT64_MAX;
	d->authority_until_s = INT64_MIN;
	for (unsigned i = 0; i < n; i++) {
		int64_t from = gnutls_x509_crt_get_activation_time(list[i]);
		int64_t until = gnutls_x509_crt_get_expiration_time(list[i]);

		if (from < d->authority_from_s)
			d->authority_from_s = from;
		if (until > d->authority_until_s)
			d->authority_until_s = until;
	}
	if (gnutls_x509_trust_list_init(&trust, 0) < 0 ||
	    gnutls_x509_trust_list_add_cas(trust, list, n, GNUTLS_TL_NO_DUPLICATES) != (int)n) {
		free_list(list, n);
		if (trust != NULL)
			gnutls_x509_trust_list_deinit(trust, 0);
		return fault_set(why, RC_INVALID, authority_pem, "holds no authority that can be used");
	}
	gnutls_free(list);		/* the certificates are the list's now */
	*ret_trust = trust;
	return RC_OK;
}

enum rc
peer_directory_open(const char *directory_pem, const char *authority_pem,
    struct peer_directory **ret_directory, struct fault *why)
{
	struct peer_directory *d = calloc(1, sizeof(*d));
	gnutls_x509_trust_list_t trust = NULL;
	gnutls_x509_crt_t *list = NULL;
	unsigned n = 0;
	enum rc rc;

	if (d == NULL)
		return fault_set(why, RC_NOMEM, directory_pem, "no memory");
	if ((rc = open_trust(authority_pem, &trust, d, why)) != RC_OK)
		goto out;
	if ((rc = load_pem(directory_pem, &list, &n, why)) != RC_OK)
		goto out;
	if ((d->signers = calloc(n, sizeof(*d->signers))) == NULL) {
		rc = fault_set(why, RC_NOMEM, directory_pem, "no memory");
		goto out;
	}
	for (unsigned i = 0; i < n; i++) {
		struct signer *s = &d->signers[i];
		const char *rule;

		d->n = i + 1;
		if ((rule = take_names(s, list[i])) == NULL && (rule = take_key(s, list[i])) == NULL)
			rule = chain_holds(trust, list[i]);
		if (rule != NULL) {
			rc = fault_set(why, RC_INVALID, directory_pem, "certificate %u %s", i + 1, rule);
			goto out;
		}
		if (gnutls_x509_crt_export2(list[i], GNUTLS_X509_FMT_DER, &s->der) < 0) {
			rc = fault_set(why, RC_NOMEM, directory_pem, "no memory");
			goto out;
		}
		s->from_s = gnutls_x509_crt_get_activation_time(list[i]);
		s->until_s = gnutls_x509_crt_get_expiration_time(list[i]);
	}
	*ret_directory = d;
	d = NULL;
 out:
	if (list != NULL)
		free_list(list, n);
	if (trust != NULL)
		gnutls_x509_trust_list_deinit(trust, 1);
	peer_directory_close(d);
	return rc;
}

void
peer_directory_revocations(struct peer_directory *d, struct revocation *r)
{
	d->revocations = r;
}

const void *
peer_directory_lists(const struct peer_directory *d, size_t *ret_len)
{
	*ret_len = 0;
	return d->revocations == NULL ? NULL : revocation_text(d->revocations, ret_len);
}

static bool
is_signer(const struct signer *s, enum peer_role role, const char *institution)
{
	return s->role == role && strcmp(s->institution, institution) == 0;
}

bool
peer_known(const struct peer_directory *d, enum peer_role role, const char *institution)
{
	for (size_t i = 0; i < d->n; i++)
		if (is_signer(&d->signers[i], role, institution))
			return true;
	return false;
}

static const char *
role_name(enum peer_role role)
{
	static const char *const name[PEER_ROLE__COUNT] = { "node", "intermediary", "core", "registrar" };

	return (unsigned)role < PEER_ROLE__COUNT ? name[role] : "signer";
}

enum rc
peer_verify(const struct peer_directory *d, enum peer_role role, const char *institution, int64_t now_s,
    const void *bytes, size_t len, const void *signature, size_t signature_len, struct fault *why)
{
	struct peer_who who;

	return peer_verify_who(d, role, institution, now_s, bytes, len, signature, signature_len, &who, why);
}

enum rc
peer_verify_who(const struct peer_directory *d, enum peer_role role, const char *institution, int64_t now_s,
    const void *bytes, size_t len, const void *signature, size_t signature_len, struct peer_who *ret_who,
    struct fault *why)
{
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)bytes, (unsigned)len };
	gnutls_datum_t sig = { (unsigned char *)(uintptr_t)signature, (unsigned)signature_len };
	bool known = false, in_time = false;
	struct fault revoked = { .rc = RC_OK };
	char place[FAULT_PLACE_MAX];

	(void)snprintf(place, sizeof(place), "signature of %s %.16s", role_name(role), institution);
	if (signature_len < SIGNATURE_MIN || signature_len > SIGNATURE_MAX || len > UINT_MAX)
		return fault_set(why, RC_CRYPTO, place, "there is no signature of the form used here");
	if (now_s < d->authority_from_s || now_s > d->authority_until_s)
		return fault_set(why, RC_CRYPTO, place, "the authority's own certificate is not valid at this time");
	for (size_t i = 0; i < d->n; i++) {
		const struct signer *s = &d->signers[i];

		if (!is_signer(s, role, institution))
			continue;
		known = true;
		if (now_s < s->from_s || now_s > s->until_s)
			continue;
		in_time = true;
		if (d->revocations != NULL &&
		    revocation_check(d->revocations, now_s, s->der.data, s->der.size, &revoked) != RC_OK)
			continue;
		/* The algorithm is said here, not in the message: a P-256 key would sign with SHA-384 as well. */
		if (gnutls_pubkey_verify_data2(s->key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &sig) >= 0) {
			*ret_who = (struct peer_who){ .certificate = s->der.data, .certificate_len = s->der.size };
			if (d->revocations != NULL)
				ret_who->revocations = peer_directory_lists(d, &ret_who->revocations_len);
			return RC_OK;
		}
	}
	return fault_set(why, RC_CRYPTO, place, "%s", !known ? "the directory knows no such signer" :
	    !in_time ? "the signer's certificate is not valid at this time" :
	    revoked.rc != RC_OK ? revoked.text : "it does not hold");
}

bool
peer_may_sign(enum peer_role role, enum message_kind kind)
{
	switch (kind) {
	case MESSAGE_RECEIPT:
	case MESSAGE_ERROR:
		return role != PEER_NODE;
	case MESSAGE_CODE_REQUEST:
	case MESSAGE_CODE_FETCH:
	case MESSAGE_COPY_REGISTER:
	case MESSAGE_COPY_RESULT_FETCH:
	case MESSAGE_COPY_LIST_FETCH:
	case MESSAGE_HELD_FETCH:
	case MESSAGE_PROVISION_DECISION:
	case MESSAGE_TOLD_FETCH:
	case MESSAGE_EVIDENCE_FETCH:
	case MESSAGE_CORRECTION:
	case MESSAGE_CORRECTION_RECEIPT:
	case MESSAGE_DAY_RECEIPT:
	case MESSAGE_LETTER_FETCH:
	case MESSAGE_NOTICE_FETCH:
		return role == PEER_NODE;
	case MESSAGE_DAY_COUNT:
		return role == PEER_NODE || role == PEER_CORE;
	case MESSAGE_NUMBER_REQUEST:
	case MESSAGE_NUMBER_FETCH:
	case MESSAGE_INQUIRY_REQUEST:
	case MESSAGE_RESULT_FETCH:
	case MESSAGE_RECORD_FETCH:
	case MESSAGE_NOTICE:
		return role == PEER_NODE || role == PEER_INTERMEDIARY;
	case MESSAGE_NUMBER_ISSUED:
	case MESSAGE_RESULT:
	case MESSAGE_RECORD_LIST:
	case MESSAGE_LETTER_RELAY:
		return role == PEER_INTERMEDIARY || role == PEER_CORE;
	case MESSAGE_CODE_STATUS:
	case MESSAGE_COPY_RESULT:
	case MESSAGE_COPY_LIST:
	case MESSAGE_HELD_LIST:
	case MESSAGE_PROVISION_RESPONSE:
	case MESSAGE_SELF_INFO:
	case MESSAGE_SELF_INFO_REPORT:
	case MESSAGE_NOTICE_RESULT:
	case MESSAGE_TOLD:
	case MESSAGE_EVIDENCE:
	case MESSAGE_LETTER:
		return role == PEER_INTERMEDIARY;
	case MESSAGE_PERSON_NOTICE:
		return role == PEER_REGISTRAR;
	case MESSAGE_CODE_NOTICE:
	case MESSAGE_PERMISSION:
	case MESSAGE_PROVISION_NOTICE:
	case MESSAGE_RECORD:
		return role == PEER_CORE;
	case MESSAGE_SELF_INFO_FETCH:
		return role == PEER_PORTAL;
	case MESSAGE_NONE:
	case MESSAGE__COUNT:
		break;
	}
	return false;
}

enum rc
peer_signature_text(const void *signature, size_t len, struct buf *out)
{
	gnutls_datum_t in = { (unsigned char *)(uintptr_t)signature, (unsigned)len }, text;
	enum rc rc;

	if (len < SIGNATURE_MIN || len > SIGNATURE_MAX)
		return RC_INVALID;
	if (gnutls_base64_encode2(&in, &text) < 0)
		return RC_NOMEM;
	rc = buf_add(out, text.data, text.size);
	gnutls_free(text.data);
	return rc;
}

enum rc
peer_signature_parse(const char *text, size_t len, struct buf *out)
{
	gnutls_datum_t in = { (unsigned char *)(uintptr_t)text, (unsigned)len };
	gnutls_datum_t raw = { NULL, 0 }, again = { NULL, 0 };
	enum rc rc = RC_INVALID;

	if (len < SIGNATURE_MIN || len > 2 * SIGNATURE_MAX)
		return RC_INVALID;
	if (gnutls_base64_decode2(&in, &raw) < 0)
		return RC_INVALID;
	if (gnutls_base64_encode2(&raw, &again) < 0)
		rc = RC_NOMEM;
	else if (again.size == len && memcmp(again.data, text, len) == 0 && raw.size >= SIGNATURE_MIN &&
	    raw.size <= SIGNATURE_MAX)
		rc = buf_add(out, raw.data, raw.size);
	gnutls_free(raw.data);
	gnutls_free(again.data);
	return rc;
}

enum rc
peer_certificate(const struct peer_directory *d, enum peer_role role, const char *institution, int64_t now_s,
    size_t which, struct buf *ret_pem, struct fault *why)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct signer *s = &d->signers[i];
		gnutls_datum_t pem = { NULL, 0 };
		enum rc rc;

		if (!is_signer(s, role, institution) || now_s < s->from_s || now_s > s->until_s || which-- != 0)
			continue;
		if (gnutls_pem_base64_encode2("CERTIFICATE", &s->der, &pem) < 0)
			return fault_set(why, RC_NOMEM, "directory", "no memory");
		if ((rc = buf_add(ret_pem, pem.data, pem.size)) != RC_OK)
			(void)fault_set(why, rc, "directory", "no memory");
		gnutls_free(pem.data);
		return rc;
	}
	return fault_set(why, RC_ABSENT, "directory", "knows no such certificate");
}

enum rc
peer_days_left(const struct peer_directory *d, enum peer_role role, const char *institution, int64_t now_s,
    const void *bytes, size_t len, const void *signature, size_t signature_len, int *ret_days)
{
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)bytes, (unsigned)len };
	gnutls_datum_t sig = { (unsigned char *)(uintptr_t)signature, (unsigned)signature_len };
	int64_t latest = INT64_MIN;

	for (size_t i = 0; i < d->n; i++) {
		const struct signer *s = &d->signers[i];

		if (is_signer(s, role, institution) && s->until_s > latest &&
		    gnutls_pubkey_verify_data2(s->key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &sig) >= 0)
			latest = s->until_s;
	}
	if (latest == INT64_MIN)
		return RC_ABSENT;
	if (latest > d->authority_until_s)
		latest = d->authority_until_s;
	latest -= now_s;
	*ret_days = (int)(latest >= 0 ? latest / 86400 : -((-latest + 86399) / 86400));
	return RC_OK;
}

enum rc
peer_file_days_left(const char *pem, int64_t now_s, int *ret_days, struct fault *why)
{
	gnutls_x509_crt_t *list = NULL;
	unsigned n = 0;
	enum rc rc = load_pem(pem, &list, &n, why);

	if (rc != RC_OK)
		return rc;
	if (n > 0)
		*ret_days = (int)(((int64_t)gnutls_x509_crt_get_expiration_time(list[0]) - now_s) / 86400);
	else
		rc = fault_set(why, RC_INVALID, pem, "holds no certificate");
	free_list(list, n);
	return rc;
}
