/*
 * watashi-verify: reads a copy of a node's database and recomputes the audit chain
 * by itself, with its own hashing, so that a fault in the node's code cannot hide
 * behind itself; and files of evidence (verify_evidence.c).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "cli/verify_evidence.h"
#include "store/store_audit.h"
#include "vault/vault.h"

#define SHOWN_MAX 20

struct check {
	struct audit_row last;			/* hash and number of the row before */
	struct audit_head head;			/* sequence 0: none given */
	bool head_seen;
	long long rows, faults;
};

static void
usage(FILE *to)
{
	fputs("usage: watashi-verify [--head FILE [--signature FILE --certificate FILE]] DB-COPY\n"
	    "       watashi-verify evidence --authority FILE FILE...\n"
	    "\n"
	    "Recomputes the audit chain of a copy of DIR/watashi.db and finds every row that was\n"
	    "changed, dropped, doubled or moved.  A cut tail is found only against a head that was\n"
	    "lodged elsewhere: give it with --head, and its signature to see that it is genuine.\n"
	    "\n"
	    "  --head FILE         a head as the node printed or lodged it\n"
	    "  --signature FILE    its signature (DER)\n"
	    "  --certificate FILE  the node's signing certificate (PEM)\n"
	    "  --help              this text\n"
	    "\n"
	    "Exit status: 0 intact, 1 something was found, 2 usage, 3 the copy cannot be read.\n", to);
}

static void
finding(struct check *c, long long sequence, const char *text)
{
	if (c->faults++ < SHOWN_MAX)
		printf("row %lld: %s\n", sequence, text);
}

static void
hash_number(struct sha256 *h, uint64_t n, unsigned bytes)
{
	unsigned char b[8];

	for (unsigned i = 0; i < bytes; i++)
		b[i] = (unsigned char)(n >> (8 * (bytes - 1 - i)));
	sha256_add(h, b, bytes);
}

static void
hash_field(struct sha256 *h, const void *bytes, size_t len)
{
	hash_number(h, bytes == NULL ? UINT32_MAX : len, 4);
	if (bytes != NULL)
		sha256_add(h, bytes, len);
}

static void
hash_row(const struct vault_digest *before, const struct audit_row *r,
    unsigned char ret_hash[SHA256_BYTES])
{
	static const unsigned char none[VAULT_DIGEST_BYTES];
	unsigned char outcome = (unsigned char)r->outcome;
	struct sha256 h;

	sha256_init(&h);
	sha256_add(&h, before->b, sizeof(before->b));
	hash_number(&h, (uint64_t)r->sequence, 8);
	hash_number(&h, (uint64_t)r->time_us, 8);
	hash_field(&h, r->actor, strlen(r->actor));
	hash_field(&h, r->action, strlen(r->action));
	hash_field(&h, memcmp(r->subject.b, none, sizeof(none)) == 0 ? NULL : r->subject.b, sizeof(none));
	hash_field(&h, &outcome, 1);
	hash_field(&h, r->detail, r->detail == NULL ? 0 : strlen(r->detail));
	sha256_digest(&h, ret_hash);
}

static void
check_row(struct check *c, const struct audit_row *r)
{
	unsigned char hash[SHA256_BYTES];
	char text[96];

	if (r->sequence > c->last.sequence + 1) {
		snprintf(text, sizeof(text), "missing (up to row %lld)", (long long)r->sequence - 1);
		finding(c, (long long)c->last.sequence + 1, text);
	} else if (r->sequence == c->last.sequence)
		finding(c, (long long)r->sequence, "stands twice");
	else if (r->sequence <= c->last.sequence)
		finding(c, (long long)r->sequence, "out of order");
	hash_row(&c->last.hash, r, hash);
	if (memcmp(hash, r->hash.b, sizeof(hash)) != 0)
		finding(c, (long long)r->sequence, "does not follow from the row before: it was changed, "
		    "or a row before it was");
	if (c->head.sequence != 0 && r->sequence == c->head.sequence) {
		c->head_seen = true;
		if (memcmp(c->head.hash.b, r->hash.b, sizeof(r->hash.b)) != 0)
			finding(c, (long long)r->sequence, "is not the row that the head names");
	}
	c->last.sequence = r->sequence;
	c->last.hash = r->hash;
	c->rows++;
}

static enum rc
check_copy(struct check *c, const char *path, const char *municipality, struct fault *why)
{
	struct audit_copy *copy = NULL;
	struct audit_row r;
	struct arena a;
	enum rc rc;

	if ((rc = store_audit_copy_open(path, &copy, why)) != RC_OK)
		return rc;
	for (;;) {
		arena_init(&a, LIMIT_TEXT_BYTES * 16);
		if ((rc = store_audit_copy_next(copy, &a, &r, why)) == RC_OK)
			check_row(c, &r);
		arena_clear(&a);
		if (rc == RC_INVALID) {
			/* What cannot even be read was certainly not written so. */
			finding(c, (long long)c->last.sequence + 1, why->text);
			rc = RC_ABSENT;
		}
		if (rc != RC_OK)
			break;
	}
	if (rc == RC_ABSENT)
		rc = RC_OK;
	if (rc == RC_OK && c->head.sequence != 0) {
		if (c->rows > 0 && strcmp(store_audit_copy_municipality(copy), municipality) != 0)
			finding(c, 0, "the head is of another municipality");
		if (!c->head_seen && c->head.sequence > c->last.sequence)
			finding(c, (long long)c->last.sequence + 1, "missing: the log was cut short after the head");
	}
	store_audit_copy_close(copy);
	return rc;
}

static enum rc
read_head(const char *path, const char *signature_path, const char *certificate_path,
    struct audit_head *ret_head, char ret_municipality[7], struct fault *why)
{
	struct buf head = BUF_INIT(AUDIT_HEAD_TEXT_MAX * 4), signature = BUF_INIT(VAULT_SIGNATURE_MAX);
	struct buf certificate = BUF_INIT(LIMIT_WIRE_BYTES);
	enum rc rc;

	if ((rc = buf_read_file(&head, path, why)) != RC_OK ||
	    (rc = store_audit_head_parse(head.data != NULL ? head.data : "", head.len, ret_head,
	    ret_municipality, why)) != RC_OK)
		goto out;
	if (signature_path == NULL)
		goto out;
	if ((rc = buf_read_file(&signature, signature_path, why)) != RC_OK ||
	    (rc = buf_read_file(&certificate, certificate_path, why)) != RC_OK)
		goto out;
	rc = vault_verify(certificate.data != NULL ? certificate.data : "", head.data, head.len,
	    signature.data, signature.len, why);
 out:
	buf_clear(&head);
	buf_clear(&signature);
	buf_clear(&certificate);
	return rc;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "head", required_argument, NULL, 'h' },
		{ "signature", required_argument, NULL, 's' },
		{ "certificate", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, '?' + 128 },
		{ NULL, 0, NULL, 0 },
	};
	const char *head = NULL, *signature = NULL, *certificate = NULL;
	struct check c = { .rows = 0 };
	char municipality[7] = "";
	struct fault why;
	enum rc rc;
	int o;

	if (argc > 1 && strcmp(argv[1], "evidence") == 0)
		return verify_evidence(argc - 1, argv + 1);
	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (o) {
		case 'h':
			head = optarg;
			break;
		case 's':
			signature = optarg;
			break;
		case 'c':
			certificate = optarg;
			break;
		case '?' + 128:
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	if (optind + 1 != argc || (signature != NULL) != (certificate != NULL) ||
	    (signature != NULL && head == NULL)) {
		usage(stderr);
		return 2;
	}
	if (head != NULL) {
		rc = read_head(head, signature, certificate, &c.head, municipality, &why);
		if (rc == RC_INVALID || rc == RC_CRYPTO) {
			printf("head: %s: %s\n", why.place, why.text);
			return 1;
		}
		if (rc != RC_OK) {
			fprintf(stderr, "watashi-verify: %s: %s\n", head, why.text);
			return 3;
		}
	}
	if ((rc = check_copy(&c, argv[optind], municipality, &why)) != RC_OK) {
		fprintf(stderr, "watashi-verify: %s: %s: %s\n", argv[optind], why.place, why.text);
		return 3;
	}
	if (c.faults > SHOWN_MAX)
		printf("... and %lld more\n", c.faults - SHOWN_MAX);
	printf("%lld rows, %s%s\n", c.rows, c.faults == 0 ? "chain intact" : "CHAIN BROKEN",
	    c.faults == 0 && c.head.sequence != 0 ? ", head found" :
	    c.head.sequence == 0 ? " (no head given: a cut tail would not show)" : "");
	return c.faults == 0 ? 0 : 1;
}
