#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/evidence.h"
#include "base/sha256.h"
#include "exchange/evidence_signer.h"
#include "record/retention.h"
#include "store/store_evidence.h"
#include "store/store_inquiry.h"
#include "store/store_record.h"
#include "vault/vault_digest.h"

/*
 * Evidence of one exchange leaves the node: two officers release it, and within a month it is written to a file, whoever
 * asked for it.  There is personal data in it (the answer as it came): who may not see the person may not have it, and
 * of somebody who has left, the asker's name is the protecting officer's.  No MyNumber and no code is ever in it: no
 * document of the two is kept that carries one.
 */
#define RELEASE_DAYS 30
#define DAY_US (86400 * INT64_C(1000000))
#define FILE_ARENA_BYTES (2 * (size_t)EVIDENCE_FILE_BYTES)
#define DETAIL_SIZE 160
#define HEX_SIZE (2 * SHA256_BYTES + 1)

struct exchange {
	bool is_inquirer;
	struct id inquiry, person;
	const char *record_no, *process_no;	/* NULL: none */
	struct evidence_row *row;		/* oldest first */
	size_t n;
};

/* ---- which ---- */

static int
by_time(const void *a, const void *b)
{
	const struct evidence_row *x = a, *y = b;

	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;
	return memcmp(x->id.b, y->id.b, ID_BYTES);
}

static enum rc
add_rows(struct call *c, struct exchange *x, const struct evidence_row *row, size_t n, struct fault *why)
{
	struct evidence_row *all = arena_array(&c->arena, x->n + n + 1, sizeof(*all));
	size_t count = x->n;

	if (all == NULL)
		return fault_set(why, RC_NOMEM, "evidence", "no memory");
	if (x->n > 0)
		memcpy(all, x->row, x->n * sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		bool known = false;

		for (size_t k = 0; k < x->n && !known; k++)
			known = id_equal(&x->row[k].id, &row[i].id);
		if (!known)
			all[count++] = row[i];
	}
	qsort(all, count, sizeof(*all), by_time);
	x->row = all;
	x->n = count;
	return RC_OK;
}

static enum rc
add_of(struct call *c, struct exchange *x, const char *number, struct fault *why)
{
	struct evidence_row *row;
	size_t n;
	enum rc rc;

	if (number == NULL)
		return RC_OK;
	if ((rc = store_evidence_exchange(c->a->store, number, &c->arena, &row, &n, why)) != RC_OK)
		return rc;
	return add_rows(c, x, row, n, why);
}

static enum rc
find_asked(struct call *c, const char *no, struct exchange *x, struct fault *why)
{
	struct inquiry_row inquiry;
	enum rc rc;

	rc = store_inquiry_find_record(c->a->store, no, &c->arena, &inquiry, why);
	if (rc == RC_ABSENT)
		rc = store_inquiry_find_process(c->a->store, no, &c->arena, &inquiry, why);
	if (rc != RC_OK)
		return rc;
	*x = (struct exchange){ .is_inquirer = true, .inquiry = inquiry.id, .person = inquiry.person,
	    .record_no = inquiry.record_no, .process_no = inquiry.process_no };
	return RC_OK;
}

static enum rc
find_provided(struct call *c, const char *no, struct exchange *x, struct fault *why)
{
	struct provision_record *row;
	size_t n;
	enum rc rc;

	if ((rc = store_record_find(c->a->store, no, &c->arena, &row, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (row[i].side != PROVISION_PROVIDED)
			continue;
		if (row[i].inquirer[0] == '\0')
			return fault_set(why, RC_REFUSED, "evidence",
			    "which town asked about somebody who has left is shown to the protecting officer alone");
		*x = (struct exchange){ .person = row[i].person, .process_no = row[i].process_no };
		return RC_OK;
	}
	return RC_ABSENT;
}

static enum rc
find(struct call *c, struct exchange *ret, struct fault *why)
{
	const char *no = request_text(c->r, TAG_EXCHANGE);
	struct exchange x = { .n = 0 };
	struct evidence_row *row;
	struct person p;
	size_t n;
	enum rc rc;

	node_see(c);
	rc = find_asked(c, no, &x, why);
	if (rc == RC_ABSENT)
		rc = find_provided(c, no, &x, why);
	if (rc == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "exchange", "no exchange of this number is known here");
	if (rc != RC_OK)
		return rc;
	if (id_known(&x.person)) {
		if ((rc = store_person_get(c->a->store, &x.person, &c->arena, &p, why)) != RC_OK)
			return rc;
		if (p.is_shielded)
			return fault_set(why, RC_REFUSED, "evidence", "the record is protected");
	}
	if (x.is_inquirer && ((rc = store_evidence_inquiry(c->a->store, &x.inquiry, &c->arena, &row, &n, why)) != RC_OK ||
	    (rc = add_rows(c, &x, row, n, why)) != RC_OK))
		return rc;
	if ((rc = add_of(c, &x, x.process_no, why)) != RC_OK)
		return rc;
	/* What our staff decided is known by its permit, which our answer names. */
	n = x.n;
	for (size_t i = 0; i < n && !x.is_inquirer; i++)
		if ((rc = add_of(c, &x, x.row[i].header, why)) != RC_OK)
			return rc;
	if (x.n == 0)
		return fault_set(why, RC_ABSENT, "exchange", "nothing that was signed is kept of it");
	*ret = x;
	return RC_OK;
}

/* Of the exchange, by whichever of its numbers it was named. */
static enum rc
name_of(const struct exchange *x, struct vault_digest *ret, struct fault *why)
{
	const char *name = x->process_no != NULL ? x->process_no : x->record_no;
	enum rc rc = vault_digest(name, strlen(name), ret);

	return rc == RC_OK ? RC_OK : fault_set(why, rc, "evidence", "no digest");
}

/* ---- release ---- */

static enum rc
reply_row(struct call *c, const struct exchange *x, const struct evidence_row *e, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_EXCHANGE, x->process_no != NULL ? x->process_no : x->record_no);
	frame_put_text(&f, TAG_HOLDER, x->is_inquirer ? "inquirer" : "provider");
	frame_put_text(&f, TAG_ACTION, e->type);
	frame_put_int(&f, TAG_AT, e->time_us);
	frame_put_text(&f, TAG_STATE, e->sealed.len > 0 ? "kept" : "shredded");
	frame_put_day(&f, TAG_KEPT_UNTIL, e->keep_until);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* What is about to leave is wanted for as long again: a court, a commission, the person may ask for the rest of it. */
static enum rc
hold(struct call *c, const struct exchange *x, struct fault *why)
{
	struct retention_facts kept = { .what = RETENTION_EXCHANGE, .happened = c->today, .died = DAY_NONE };
	day until = retention_until(&kept, c->today, NULL);
	enum rc rc = RC_OK;

	/* The answer says until when it was kept before: what a second officer sees must not change with the day. */
	for (size_t i = 0; i < x->n && rc == RC_OK; i++)
		rc = store_evidence_hold(c->a->store, &x->row[i].id, until, why);
	if (rc == RC_OK && x->process_no != NULL)
		rc = store_record_hold(c->a->store, x->process_no, until, why);
	return rc;
}

enum rc
do_evidence_release(struct call *c, struct fault *why)
{
	struct vault_digest name;
	struct exchange x;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = find(c, &x, why)) != RC_OK ||
	    (rc = name_of(&x, &name, why)) != RC_OK ||
	    (rc = store_evidence_release_add(c->a->store, &name, c->actor, why)) != RC_OK ||
	    (rc = hold(c, &x, why)) != RC_OK ||
	    (rc = node_audit(c, &x.person, AUDIT_DONE, x.is_inquirer ? "as inquirer" : "as provider", why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < x.n && rc == RC_OK; i++)
		rc = reply_row(c, &x, &x.row[i], why);
	return rc;
}

/* ---- the file ---- */

struct making {
	struct call *c;
	struct arena arena;		/* of what the file holds: wiped by nobody, so freed soon */
	struct evidence_manifest manifest;
	struct evidence_entry *file;
	size_t n_file;
};

static enum rc
no_memory(struct fault *why)
{
	return fault_set(why, RC_NOMEM, "evidence", "no memory");
}

static enum rc
put_file(struct making *m, const char *name, const void *bytes, size_t len, struct fault *why)
{
	char *copy = arena_new(&m->arena, len + 1), *its_name = arena_text(&m->arena, name, strlen(name));

	if (m->n_file == EVIDENCE_FILE_ENTRIES - 2)
		return fault_set(why, RC_TOO_BIG, "evidence", "more documents than one file takes");
	if (copy == NULL || its_name == NULL)
		return no_memory(why);
	memcpy(copy, bytes, len);
	m->file[m->n_file++] = (struct evidence_entry){ its_name, copy, len };
	return RC_OK;
}

static bool
is_named(const struct vault_digest *digest)
{
	static const struct vault_digest none;

	return memcmp(digest->b, none.b, sizeof(none.b)) != 0;
}

/* A paper under one name however many documents want it: "-" for none. */
static enum rc
put_paper(struct making *m, const struct vault_digest *digest, const char *what, bool is_certificate, char name[EVIDENCE_NAME_SIZE],
    struct fault *why)
{
	struct buf text = BUF_INIT(EVIDENCE_FILE_BYTES);
	const void *bytes;
	unsigned next = 1;
	size_t len;
	enum rc rc;

	(void)snprintf(name, EVIDENCE_NAME_SIZE, "-");
	if (!is_named(digest))
		return RC_OK;
	if ((rc = store_paper_get(m->c->a->store, digest, &m->arena, &bytes, &len, why)) != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	if ((rc = is_certificate ? evidence_certificate_pem(bytes, len, &text) : buf_add(&text, bytes, len)) != RC_OK) {
		rc = fault_set(why, rc, "evidence", "a paper cannot be written");
		goto out;
	}
	for (size_t i = 0; i < m->n_file; i++)
		if (strncmp(m->file[i].name, what, strlen(what)) == 0) {
			if (m->file[i].len == text.len && memcmp(m->file[i].bytes, text.data, text.len) == 0) {
				(void)snprintf(name, EVIDENCE_NAME_SIZE, "%s", m->file[i].name);
				goto out;
			}
			next++;
		}
	(void)snprintf(name, EVIDENCE_NAME_SIZE, "%s-%u.pem", what, next);
	rc = put_file(m, name, text.data, text.len, why);
 out:
	buf_clear(&text);
	return rc;
}

static enum peer_role
role_of(const struct evidence_row *e, enum message_kind kind)
{
	if (e->is_ours || kind == MESSAGE_CORRECTION || kind == MESSAGE_CORRECTION_RECEIPT)
		return PEER_NODE;
	return kind == MESSAGE_RECORD ? PEER_CORE : PEER_INTERMEDIARY;
}

static enum rc
put_document(struct making *m, const struct evidence_row *e, struct fault *why)
{
	struct evidence_part *p = &m->manifest.part[m->manifest.n_part];
	struct buf clear = BUF_INIT(LIMIT_WIRE_BYTES);
	struct vault_place place;
	char name[EVIDENCE_NAME_SIZE + 8];
	enum rc rc;

	p->kind = message_kind_of(e->type);
	if (p->kind == MESSAGE_NONE)
		return fault_set(why, RC_DB, "evidence", "a document of no kind");
	(void)snprintf(p->name, sizeof(p->name), "%02zu-%.40s.xml", ++m->manifest.n_part, e->type);
	p->role = role_of(e, p->kind);
	(void)snprintf(p->institution, sizeof(p->institution), "%s", e->signer);
	p->at_ms = e->time_us / 1000;
	memcpy(p->digest, e->digest.b, sizeof(p->digest));
	p->is_shredded = e->sealed.len == 0;
	if (!p->is_shredded) {
		if ((rc = store_evidence_place(m->c->a->store, &e->id, &e->person, &place, why)) == RC_OK &&
		    (rc = vault_client_unseal(m->c->a->key, &place, &e->sealed, &clear, why)) == RC_OK)
			rc = put_file(m, p->name, clear.data, clear.len, why);
		buf_wipe(&clear);
		if (rc != RC_OK)
			return rc;
	}
	(void)snprintf(name, sizeof(name), "%s.sig", p->name);
	if ((rc = put_file(m, name, e->signature, e->signature_len, why)) != RC_OK ||
	    (rc = put_paper(m, &e->certificate, "certificate", true, p->certificate, why)) != RC_OK)
		return rc;
	return put_paper(m, &e->revocations, "revocations", false, p->revocations, why);
}

/* The listing, signed by this node; its certificate goes along. */
static enum rc
put_manifest(struct making *m, struct buf *text, struct vault_signature *sig, struct fault *why)
{
	struct action *a = m->c->a;
	static const char exporter[] = "exporter.pem";
	struct buf pem = BUF_INIT(LIMIT_WIRE_BYTES);
	struct vault_signature probe;
	struct wire_answer whose;
	enum rc rc;

	/* Which certificate of ours the directory has for the key in use shows by what it verifies. */
	(void)snprintf(m->manifest.exporter, sizeof(m->manifest.exporter), exporter);
	if ((rc = vault_client_sign(a->key, exporter, strlen(exporter), &probe, why)) != RC_OK ||
	    (rc = evidence_our_certificate(a, exporter, strlen(exporter), probe.bytes, probe.len, m->c->now_us, &m->arena,
	    &whose, why)) != RC_OK)
		goto out;
	if ((rc = evidence_certificate_pem(whose.certificate, whose.certificate_len, &pem)) != RC_OK) {
		rc = no_memory(why);
		goto out;
	}
	if ((rc = put_file(m, exporter, pem.data, pem.len, why)) != RC_OK)
		goto out;
	if ((rc = evidence_manifest_write(&m->manifest, m->file, m->n_file, text)) != RC_OK) {
		rc = no_memory(why);
		goto out;
	}
	rc = vault_client_sign(a->key, text->data, text->len, sig, why);
 out:
	buf_clear(&pem);
	return rc;
}

static enum rc
make(struct making *m, const struct exchange *x, struct buf *out, struct fault *why)
{
	struct buf text = BUF_INIT(EVIDENCE_FILE_BYTES);
	struct evidence_manifest *head = &m->manifest;
	struct evidence_entry manifest = { .name = "MANIFEST" }, signature = { .name = "MANIFEST.sig" };
	struct vault_signature sig;
	enum rc rc = RC_OK;

	head->part = arena_array(&m->arena, x->n, sizeof(*head->part));
	m->file = arena_array(&m->arena, EVIDENCE_FILE_ENTRIES, sizeof(*m->file));
	if (head->part == NULL || m->file == NULL)
		return no_memory(why);
	memcpy(head->town, m->c->a->config.municipality, sizeof(head->town));
	head->is_inquirer = x->is_inquirer;
	(void)snprintf(head->exchange, sizeof(head->exchange), "%s", x->process_no != NULL ? x->process_no : "-");
	(void)snprintf(head->inquiry, sizeof(head->inquiry), "%s", x->record_no != NULL ? x->record_no : "-");
	head->exported_ms = m->c->now_us / 1000;
	for (size_t i = 0; i < x->n && rc == RC_OK; i++)
		rc = put_document(m, &x->row[i], why);
	if (rc != RC_OK || (rc = put_manifest(m, &text, &sig, why)) != RC_OK)
		goto out;
	manifest.bytes = text.data;
	manifest.len = text.len;
	signature.bytes = sig.bytes;
	signature.len = sig.len;
	if ((rc = evidence_file_write(&manifest, &signature, m->file, m->n_file, out)) != RC_OK)
		rc = fault_set(why, rc, "evidence", "the file grows too large");
 out:
	buf_clear(&text);
	return rc;
}

static enum rc
write_out(int fd, const struct buf *b, struct fault *why)
{
	for (size_t at = 0; at < b->len;) {
		ssize_t n = write(fd, b->data + at, b->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "file", "%s", strerror(errno));
		at += (size_t)n;
	}
	if (fsync(fd) != 0 && errno != EINVAL)
		return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "file", "%s", strerror(errno));
	return RC_OK;
}

static enum rc
check_released(struct call *c, const struct exchange *x, struct fault *why)
{
	struct vault_digest name;
	const char *by;
	int64_t us;
	enum rc rc;

	if ((rc = name_of(x, &name, why)) != RC_OK)
		return rc;
	rc = store_evidence_released(c->a->store, &name, &c->arena, &us, &by, why);
	if (rc != RC_ABSENT && (rc != RC_OK || c->now_us - us <= RELEASE_DAYS * DAY_US))
		return rc;
	if ((rc = node_audit(c, &x->person, AUDIT_REFUSED, "not released", why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return fault_set(why, RC_REFUSED, "evidence",
	    "two officers release it first: watashi evidence release; the release holds for %d days", RELEASE_DAYS);
}

enum rc
do_evidence_export(struct call *c, struct fault *why)
{
	struct making m = { .c = c };
	struct buf out = BUF_INIT(EVIDENCE_FILE_BYTES);
	struct exchange x;
	struct sha256 h;
	unsigned char digest[SHA256_BYTES];
	char hex[HEX_SIZE], detail[DETAIL_SIZE];
	struct frame f;
	enum rc rc;

	if ((fcntl(c->r->fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
		return fault_set(why, RC_INVALID, "file", "a new file to write is wanted");
	arena_init(&m.arena, FILE_ARENA_BYTES);
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = find(c, &x, why)) != RC_OK ||
	    (rc = check_released(c, &x, why)) != RC_OK ||
	    (rc = make(&m, &x, &out, why)) != RC_OK)
		goto out;
	sha256_init(&h);
	sha256_add(&h, out.data, out.len);
	sha256_digest(&h, digest);
	for (size_t i = 0; i < SHA256_BYTES; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	(void)snprintf(detail, sizeof(detail), "%zu documents, sha256:%s", x.n, hex);
	/* The log has it before the first byte is out. */
	if ((rc = node_audit(c, &x.person, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = write_out(c->r->fd, &out, why)) != RC_OK)
		goto out;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_EXCHANGE, x.process_no != NULL ? x.process_no : x.record_no);
	frame_put_text(&f, TAG_HOLDER, x.is_inquirer ? "inquirer" : "provider");
	frame_put_int(&f, TAG_COUNT, (int64_t)x.n);
	frame_put_text(&f, TAG_HASH, hex);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
 out:
	buf_wipe(&out);
	arena_clear(&m.arena);
	return rc;
}
