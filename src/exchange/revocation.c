#include "exchange/revocation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/buf.h"

#define LISTS_MAX_BYTES (4u << 20)	/* 100,000 certificates taken back */

struct lists {
	gnutls_x509_crl_t *crl;
	unsigned n;
	int64_t until_s;		/* of the first that ends */
	struct buf text;		/* as read */
};

struct revocation {
	char *path, *authority_pem;
	int64_t grace_s;
	bool demanded;
	struct stat seen;		/* the file as it was read last, well or not */
	bool is_seen;
	struct lists lists;		/* the last good ones */
	struct fault trouble;		/* of the file as it stands */
};

static void
lists_free(struct lists *l)
{
	for (unsigned i = 0; i < l->n; i++)
		gnutls_x509_crl_deinit(l->crl[i]);
	gnutls_free(l->crl);
	buf_clear(&l->text);
	*l = (struct lists){ .crl = NULL };
}

enum rc
revocation_open(const char *path, const char *authority_pem, int64_t grace_s, bool demanded,
    struct revocation **ret_revocation, struct fault *why)
{
	struct revocation *r = calloc(1, sizeof(*r));

	if (r == NULL || (r->path = strdup(path)) == NULL || (r->authority_pem = strdup(authority_pem)) == NULL) {
		revocation_close(r);
		return fault_set(why, RC_NOMEM, "revocations", "no memory");
	}
	r->grace_s = grace_s;
	r->demanded = demanded;
	*ret_revocation = r;
	return RC_OK;
}

void
revocation_close(struct revocation *r)
{
	if (r == NULL)
		return;
	lists_free(&r->lists);
	free(r->path);
	free(r->authority_pem);
	free(r);
}

static enum rc
load(const char *path, struct buf *text, gnutls_datum_t *ret_pem, struct fault *why)
{
	enum rc rc = buf_read_file(text, path, why);

	if (rc != RC_OK)
		return rc;
	ret_pem->data = (unsigned char *)text->data;
	ret_pem->size = (unsigned)text->len;
	return text->len > 0 ? RC_OK : fault_set(why, RC_INVALID, path, "is empty");
}

/* Every list must be the authority's; until: -1 where one does not say how long it is good. */
static const char *
check_lists(struct lists *l, const gnutls_x509_crt_t *authority, unsigned n_authority)
{
	if (l->n == 0)
		return "holds no list";
	l->until_s = INT64_MAX;
	for (unsigned i = 0; i < l->n; i++) {
		/* Its time is judged elsewhere; out of it, the library says "invalid" besides. */
		const unsigned of_time = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED |
		    GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE;
		unsigned status = 0;
		int64_t until = (int64_t)gnutls_x509_crl_get_next_update(l->crl[i]);

		if (gnutls_x509_crl_verify(l->crl[i], authority, n_authority,
		    GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS, &status) < 0)
			return "holds a list that cannot be verified";
		if ((status & of_time) != 0)
			status &= ~(of_time | (unsigned)GNUTLS_CERT_INVALID);
		if (status != 0)
			return "holds a list that the authority did not sign";
		if (until <= 0)
			return "holds a list that does not say how long it is good";
		if (until < l->until_s)
			l->until_s = until;
	}
	return NULL;
}

static enum rc
read_lists(const struct revocation *r, struct lists *ret_lists, struct fault *why)
{
	struct buf text = BUF_INIT(LISTS_MAX_BYTES), authority_text = BUF_INIT(LISTS_MAX_BYTES);
	gnutls_x509_crt_t *authority = NULL;
	struct lists l = { .crl = NULL };
	unsigned n_authority = 0;
	gnutls_datum_t pem;
	const char *rule;
	enum rc rc;

	if ((rc = load(r->authority_pem, &authority_text, &pem, why)) != RC_OK)
		goto out;
	if (gnutls_x509_crt_list_import2(&authority, &n_authority, &pem, GNUTLS_X509_FMT_PEM, 0) < 0) {
		rc = fault_set(why, RC_INVALID, r->authority_pem, "holds no readable PEM certificates");
		goto out;
	}
	if ((rc = load(r->path, &text, &pem, why)) != RC_OK)
		goto out;
	if (gnutls_x509_crl_list_import2(&l.crl, &l.n, &pem, GNUTLS_X509_FMT_PEM, 0) < 0) {
		l = (struct lists){ .crl = NULL };
		rc = fault_set(why, RC_INVALID, r->path, "holds no readable PEM revocation lists");
		goto out;
	}
	if ((rule = check_lists(&l, authority, n_authority)) != NULL) {
		rc = fault_set(why, RC_CRYPTO, r->path, "%s", rule);
		goto out;
	}
	l.text = text;
	buf_init(&text, LISTS_MAX_BYTES);
	*ret_lists = l;
	l = (struct lists){ .crl = NULL };
 out:
	lists_free(&l);
	for (unsigned i = 0; i < n_authority; i++)
		gnutls_x509_crt_deinit(authority[i]);
	gnutls_free(authority);
	buf_clear(&text);
	buf_clear(&authority_text);
	return rc;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void
refresh(struct revocation *r)
{
	struct lists l;
	struct stat now;

	if (stat(r->path, &now) != 0) {
		r->is_seen = false;
		(void)fault_set(&r->trouble, RC_IO, r->path, "%s", strerror(errno));
		return;
	}
	if (r->is_seen && same_file(&now, &r->seen))
		return;
	r->trouble = (struct fault){ .rc = RC_OK };
	if (read_lists(r, &l, &r->trouble) == RC_OK) {
		lists_free(&r->lists);
		r->lists = l;
	}
	r->seen = now;
	r->is_seen = true;
}

enum revocation_state
revocation_look(struct revocation *r, int64_t now_s, int64_t *ret_until_s, struct fault *why)
{
	refresh(r);
	if (why != NULL)
		*why = r->trouble;
	*ret_until_s = r->lists.n > 0 ? r->lists.until_s : 0;
	if (r->lists.n == 0)
		return r->demanded || r->is_seen ? REVOCATION_CLOSED : REVOCATION_NONE;
	if (now_s <= r->lists.until_s)
		return REVOCATION_GOOD;
	return now_s - r->lists.until_s <= r->grace_s ? REVOCATION_GRACE : REVOCATION_CLOSED;
}

const void *
revocation_text(const struct revocation *r, size_t *ret_len)
{
	*ret_len = r->lists.text.len;
	return r->lists.n > 0 ? r->lists.text.data : NULL;
}

enum rc
revocation_check(struct revocation *r, int64_t now_s, const void *der, size_t len, struct fault *why)
{
	gnutls_datum_t raw = { (unsigned char *)(uintptr_t)der, (unsigned)len };
	gnutls_x509_crt_t crt;
	int64_t until;
	int revoked;

	switch (revocation_look(r, now_s, &until, NULL)) {
	case REVOCATION_NONE:
		return RC_OK;
	case REVOCATION_CLOSED:
		return fault_set(why, RC_CRYPTO, "revocations", "%s",
		    until == 0 ? "there is no usable list of certificates taken back: nothing is believed" :
		    "the list of certificates taken back is out of date: nothing is believed");
	case REVOCATION_GOOD:
	case REVOCATION_GRACE:
		break;
	}
	if (gnutls_x509_crt_init(&crt) < 0)
		return fault_set(why, RC_NOMEM, "revocations", "no memory");
	revoked = gnutls_x509_crt_import(crt, &raw, GNUTLS_X509_FMT_DER) < 0 ? -1 :
	    gnutls_x509_crt_check_revocation(crt, r->lists.crl, (unsigned)r->lists.n);
	gnutls_x509_crt_deinit(crt);
	if (revoked == 0)
		return RC_OK;
	return fault_set(why, RC_CRYPTO, "revocations", "%s",
	    revoked > 0 ? "the certificate was taken back" : "the certificate cannot be read");
}
