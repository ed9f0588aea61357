#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/evidence_check.h"
#include "exchange/evidence_signer.h"
#include "exchange/wire_write.h"
#include "tests/lib/runner.h"
#include "tests/unit/exchange_authority.h"
#include "tests/unit/exchange_sample.h"

#define YOKOHAMA "1410030000000001"
#define SAPPORO "0110020000000001"
#define PROCESS "20261122090000000-00000001"
#define PARTS_MAX 12

/*
 * A file of evidence as Sapporo's or Yokohama's node writes it, document by document, so that one of them, or what the
 * listing says of it, can be made wrong before it is signed.
 */
enum doc { QUESTION, RECEIPT, RESULT, RESPONSE, RECORD, CORRECTION, TAKEN, DECISION, DOCS };
struct making {
	struct arena a;
	struct message *m[DOCS];
	const char *signer[DOCS];		/* NULL: left out */
	struct evidence_part part[PARTS_MAX];
	struct evidence_entry file[4 * PARTS_MAX];
	size_t n_file;
	struct evidence_manifest manifest;
	const char *exporter, *revocations;	/* names of PEM files; revocations NULL: none were asked */
	bool shred[DOCS];
	enum doc order[DOCS];
	size_t n;
	int64_t now_ms;
	struct buf bytes;
};

static char authority[8192];
static size_t authority_len;

static struct evidence_entry *
add_file(struct making *k, const char *name, const void *bytes, size_t len)
{
	char *copy = arena_new(&k->a, len + 1);
	struct evidence_entry *e = &k->file[k->n_file++];

	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	memcpy(copy, bytes, len);
	*e = (struct evidence_entry){ arena_text(&k->a, name, strlen(name)), copy, len };
	return e;
}

static void
add_pem(struct making *k, const char *name, const char *path)
{
	struct buf text = BUF_INIT(1u << 20);

	for (size_t i = 0; i < k->n_file; i++)
		if (strcmp(k->file[i].name, name) == 0)
			return;
	CU_ASSERT_EQUAL_FATAL(buf_read_file(&text, test_path(path), NULL), RC_OK);
	add_file(k, name, text.data, text.len);
	buf_clear(&text);
}

static void
head(struct message *m, const char *id, const char *source, const char *destination)
{
	m->header.msg_id = id;
	m->header.mode = 0;
	m->header.source = source;
	m->header.destination = destination;
	m->header.result = MESSAGE_OK;
}

static void
begin(struct making *k)
{
	static const char *const id[DOCS] = { "00000000000000000000000000000001", "00000000000000000000000000000001",
	    "00000000000000000000000000000002", "00000000000000000000000000000003", "00000000000000000000000000000004",
	    "00000000000000000000000000000005", "00000000000000000000000000000006", "00000000000000000000000000000007" };
	static const enum message_kind kind[DOCS] = { MESSAGE_INQUIRY_REQUEST, MESSAGE_RECEIPT, MESSAGE_RESULT,
	    MESSAGE_PROVISION_RESPONSE, MESSAGE_RECORD, MESSAGE_CORRECTION, MESSAGE_CORRECTION_RECEIPT,
	    MESSAGE_PROVISION_DECISION };
	static const char *const signer[DOCS] = { "node-s", "int-s", "int-s", "int-y", "core", "node-y", "node-s", NULL };
	struct message_inquiry_request *q;
	struct message_provision_response *p;
	struct message_provision_record *r;
	char *digest;

	memset(k, 0, sizeof(*k));
	arena_init(&k->a, 64u << 20);
	buf_init(&k->bytes, EVIDENCE_FILE_BYTES);
	k->now_ms = (int64_t)time(NULL) * 1000;
	k->exporter = "node-s";
	k->n = 7;
	for (int d = 0; d < DOCS; d++) {
		k->m[d] = sample_message(&k->a, kind[d], d == RESULT || d == RESPONSE ? SAMPLE_SHORTEST : SAMPLE_SHORTEST);
		head(k->m[d], id[d], SAPPORO, SAPPORO);
		k->signer[d] = signer[d];
		k->order[d] = (enum doc)d;
	}
	q = &k->m[QUESTION]->body.inquiry_request;
	q->record_no = "R1";
	q->inquirer = SAPPORO;
	q->provider = YOKOHAMA;
	q->requested_at_ms = k->now_ms - 60000;
	k->m[RECEIPT]->header.reception_no = "E1";
	digest = arena_new(&k->a, MESSAGE_DIGEST_CHARS + 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(digest);
	message_inquiry_digest(q, digest);
	head(k->m[RESPONSE], id[RESPONSE], YOKOHAMA, SAPPORO);
	p = &k->m[RESPONSE]->body.provision_response;
	p->permit_id = "P1";
	p->process_no = PROCESS;
	p->inquiry_digest = digest;
	p->provided_at_ms = k->now_ms - 30000;
	p->status = MESSAGE_ITEM_OK;
	p->records = &sample_message(&k->a, MESSAGE_PROVISION_RESPONSE, SAMPLE_LONGEST)->body.provision_response.records[0];
	p->n_records = 1;
	head(k->m[RECORD], id[RECORD], MESSAGE_INSTITUTION_CORE, SAPPORO);
	r = &k->m[RECORD]->body.record;
	r->process_no = PROCESS;
	r->inquirer = SAPPORO;
	r->provider = YOKOHAMA;
	r->requested_at_ms = q->requested_at_ms;
	r->provided_at_ms = p->provided_at_ms;
	r->affair_code = q->affair_code;
	r->procedure_code = q->procedure_code;
	r->item_code = q->item_code;
	r->outcome = MESSAGE_OUTCOME_PROVIDED;
	r->inquiry_digest = digest;
	head(k->m[CORRECTION], id[CORRECTION], YOKOHAMA, YOKOHAMA);
	k->m[CORRECTION]->body.correction.process_no = PROCESS;
	k->m[CORRECTION]->body.correction.sender = YOKOHAMA;
	k->m[CORRECTION]->body.correction.recipient = SAPPORO;
	k->m[TAKEN]->body.correction_receipt.process_no = PROCESS;
	k->m[TAKEN]->body.correction_receipt.sender = SAPPORO;
	k->m[TAKEN]->body.correction_receipt.recipient = YOKOHAMA;
	k->m[TAKEN]->body.correction_receipt.correction_id = k->m[CORRECTION]->body.correction.correction_id;
	k->m[DECISION]->body.provision_decision.permit_id = "P1";
	k->m[DECISION]->body.provision_decision.decision = MESSAGE_DECISION_RELEASE;
	head(k->m[DECISION], id[DECISION], YOKOHAMA, YOKOHAMA);
	k->manifest = (struct evidence_manifest){ .town = "011002", .is_inquirer = true, .exchange = PROCESS,
	    .inquiry = "R1", .exported_ms = k->now_ms, .exporter = "exporter.pem", .part = k->part };
}

/* As the provider's node would write it. */
static void
begin_provider(struct making *k)
{
	static const enum doc order[] = { DECISION, RESPONSE, RECORD, CORRECTION, TAKEN };

	begin(k);
	memcpy(k->order, order, sizeof(order));
	k->n = sizeof(order) / sizeof(order[0]);
	k->signer[DECISION] = "node-y";
	head(k->m[RECORD], k->m[RECORD]->header.msg_id, MESSAGE_INSTITUTION_CORE, YOKOHAMA);
	k->exporter = "node-y";
	memcpy(k->manifest.town, "141003", 7);
	k->manifest.is_inquirer = false;
	(void)snprintf(k->manifest.inquiry, sizeof(k->manifest.inquiry), "-");
}

static void
end(struct making *k)
{
	buf_clear(&k->bytes);
	arena_clear(&k->a);
}

static void
sign_part(struct making *k, enum doc d, const void *bytes, size_t len)
{
	static const struct { const char *name; enum peer_role role; const char *institution; } signer[] = {
		{ "node-s", PEER_NODE, SAPPORO }, { "int-s", PEER_INTERMEDIARY, SAPPORO },
		{ "node-y", PEER_NODE, YOKOHAMA }, { "int-y", PEER_INTERMEDIARY, YOKOHAMA },
		{ "core", PEER_CORE, MESSAGE_INSTITUTION_CORE },
	};
	struct evidence_part *p = &k->part[k->manifest.n_part++];
	char name[EVIDENCE_NAME_SIZE + 8], path[64];
	unsigned char der[128];
	struct sha256 h;
	size_t n;

	p->kind = k->m[d]->kind;
	(void)snprintf(p->name, sizeof(p->name), "%02zu-%s.xml", k->manifest.n_part, message_name(p->kind));
	p->at_ms = k->now_ms - 20000 + 1000 * (int64_t)k->manifest.n_part;
	p->is_shredded = k->shred[d];
	sha256_init(&h);
	sha256_add(&h, bytes, len);
	sha256_digest(&h, p->digest);
	for (size_t i = 0; i < sizeof(signer) / sizeof(signer[0]); i++)
		if (strcmp(signer[i].name, k->signer[d]) == 0) {
			p->role = signer[i].role;
			(void)snprintf(p->institution, sizeof(p->institution), "%s", signer[i].institution);
		}
	if (!p->is_shredded)
		add_file(k, p->name, bytes, len);
	n = test_sign(k->signer[d], 256, bytes, len, der);
	(void)snprintf(name, sizeof(name), "%s.sig", p->name);
	add_file(k, name, der, n);
	(void)snprintf(p->certificate, sizeof(p->certificate), "%s.pem", k->signer[d]);
	(void)snprintf(path, sizeof(path), "%s.crt", k->signer[d]);
	add_pem(k, p->certificate, path);
	(void)snprintf(p->revocations, sizeof(p->revocations), "%s", k->revocations == NULL ? "-" : "revocations-1.pem");
	if (k->revocations != NULL)
		add_pem(k, "revocations-1.pem", k->revocations);
}

/* The listing signed and everything put together; the documents are there. */
static void
put_together(struct making *k)
{
	struct evidence_entry manifest = { .name = "MANIFEST" }, signature = { .name = "MANIFEST.sig" };
	struct buf text = BUF_INIT(1u << 20);
	unsigned char der[128];

	CU_ASSERT_EQUAL_FATAL(evidence_manifest_write(&k->manifest, k->file, k->n_file, &text), RC_OK);
	manifest.bytes = text.data;
	manifest.len = text.len;
	signature.bytes = der;
	signature.len = test_sign(k->exporter, 256, text.data, text.len, der);
	buf_truncate(&k->bytes, 0);
	CU_ASSERT_EQUAL_FATAL(evidence_file_write(&manifest, &signature, k->file, k->n_file, &k->bytes), RC_OK);
	buf_clear(&text);
}

static void
make_documents(struct making *k)
{
	struct buf one = BUF_INIT(LIMIT_WIRE_BYTES), response = BUF_INIT(LIMIT_WIRE_BYTES);
	struct message_result *r = &k->m[RESULT]->body.result;
	unsigned char der[128];
	char path[64];

	CU_ASSERT_EQUAL_FATAL(wire_write(k->m[RESPONSE], &response, NULL, NULL), RC_OK);
	for (size_t i = 0; i < k->n; i++) {
		enum doc d = k->order[i];

		if (k->signer[d] == NULL)
			continue;
		if (d == RESULT) {
			/* The signature of the answer that stands beside is the one inside: made once, below. */
			r->record_no = "R1";
			r->provider = YOKOHAMA;
			r->process_no = PROCESS;
			r->progress = MESSAGE_PROGRESS_DONE;
			r->item_status = k->m[RESPONSE]->body.provision_response.status;
			r->response = (struct message_bytes){ response.data, response.len };
			r->signature = (struct message_bytes){ der, test_sign(k->signer[RESPONSE] == NULL ? "int-y" : k->signer[RESPONSE],
			    256, response.data, response.len, der) };
		}
		buf_truncate(&one, 0);
		CU_ASSERT_EQUAL_FATAL(wire_write(k->m[d], &one, NULL, NULL), RC_OK);
		sign_part(k, d, one.data, one.len);
		if (d == RESPONSE && k->manifest.is_inquirer && r->signature.bytes != NULL)	/* unchanged, so that the two are one */
			for (size_t f = 0; f < k->n_file; f++)
				if (strstr(k->file[f].name, "ProvisionResponse.xml.sig") != NULL)
					k->file[f] = (struct evidence_entry){ k->file[f].name, memcpy(arena_new(&k->a, r->signature.len),
					    r->signature.bytes, r->signature.len), r->signature.len };
	}
	(void)snprintf(path, sizeof(path), "%s.crt", k->exporter);
	add_pem(k, "exporter.pem", path);
	buf_clear(&one);
	buf_clear(&response);
}

static void
make(struct making *k)
{
	make_documents(k);
	put_together(k);
}

/* ---- judging ---- */

static char said[8192];
static size_t said_len;
static int notes;

static void
on_finding(void *context, const char *place, const char *text)
{
	(void)context;
	if (said_len < sizeof(said))
		said_len += (size_t)snprintf(said + said_len, sizeof(said) - said_len, "%s: %s\n", place, text);
}

static void
on_note(void *context, const char *place, const char *text)
{
	(void)context, (void)place, (void)text;
	notes++;
}

static struct evidence_verdict
judge_bytes(const void *bytes, size_t len)
{
	struct evidence_verdict v = { .finding = on_finding, .note = on_note };

	said_len = 0;
	said[0] = '\0';
	notes = 0;
	CU_ASSERT_EQUAL(evidence_check(bytes, len, authority, authority_len, &v, NULL), RC_OK);
	return v;
}

static struct evidence_verdict
judge(const struct making *k)
{
	return judge_bytes(k->bytes.data, k->bytes.len);
}

static void
proves(struct making *k)
{
	struct evidence_verdict v = judge(k);

	CU_ASSERT_EQUAL(v.summary.findings, 0);
	if (v.summary.findings != 0)
		printf("     %s", said);
	CU_ASSERT_STRING_EQUAL(v.summary.exchange, PROCESS);
	CU_ASSERT_STRING_EQUAL(v.summary.inquirer, SAPPORO);
	CU_ASSERT_STRING_EQUAL(v.summary.provider, YOKOHAMA);
	CU_ASSERT_EQUAL(v.summary.outcome, MESSAGE_OUTCOME_PROVIDED);
}

static void
finds(struct making *k, const char *what)
{
	struct evidence_verdict v = judge(k);

	CU_ASSERT(v.summary.findings > 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(said, what));
	if (strstr(said, what) == NULL)
		printf("     wanted: %s\n     said: %s", what, said);
}

static void
open_world(void)
{
	struct buf text = BUF_INIT(sizeof(authority));

	(void)test_authority_begin();
	test_network_make();
	CU_ASSERT_EQUAL_FATAL(buf_read_file(&text, test_path("authority.crt"), NULL), RC_OK);
	memcpy(authority, text.data, text.len);
	authority_len = text.len;
	buf_clear(&text);
}

/* ---- tests ---- */

static void
a_whole_exchange_is_proven_from_either_side(void)
{
	static const char *const nobody[] = { "int-s", NULL };
	struct making k;

	open_world();
	begin(&k);
	make(&k);
	proves(&k);
	CU_ASSERT_EQUAL(notes, 7);		/* that no list was asked */
	end(&k);
	begin_provider(&k);
	make(&k);
	proves(&k);
	end(&k);
	/* With the lists that were asked, and what was taken back is another's. */
	test_revoke("lists.pem", "authority", nobody, (int64_t)time(NULL) + 3600);
	begin_provider(&k);
	k.revocations = "lists.pem";
	make(&k);
	proves(&k);
	CU_ASSERT_EQUAL(notes, 0);
	end(&k);
	test_authority_end();
}

static void
no_byte_can_be_changed(void)
{
	struct evidence_verdict v;
	struct making k;
	long unseen = 0;

	open_world();
	begin(&k);
	k.n = 5;
	make(&k);
	proves(&k);
	for (size_t i = 0; i < k.bytes.len; i++) {
		unsigned char was = (unsigned char)k.bytes.data[i];

		k.bytes.data[i] = (char)(was ^ (1u << (i % 8)));
		v = judge(&k);
		if (v.summary.findings == 0) {
			unseen++;
			printf("     byte %zu of %zu\n", i, k.bytes.len);
		}
		k.bytes.data[i] = (char)was;
	}
	CU_ASSERT_EQUAL(unseen, 0);
	printf("     %zu bytes changed, each found\n", k.bytes.len);
	proves(&k);
	end(&k);
	test_authority_end();
}

static void
no_length_but_the_whole_is_taken(void)
{
	struct evidence_verdict v;
	struct making k;

	open_world();
	begin(&k);
	make(&k);
	for (size_t len = 0; len < k.bytes.len; len += 97) {
		v = judge_bytes(k.bytes.data, len);
		CU_ASSERT(v.summary.findings > 0);
	}
	CU_ASSERT_EQUAL_FATAL(buf_add(&k.bytes, "", 1), RC_OK);
	finds(&k, "archive: does not end where it must");
	end(&k);
	test_authority_end();
}

static void
no_file_of_the_archive_can_be_dropped_doubled_or_moved(void)
{
	struct evidence_entry manifest, signature, all[4 * PARTS_MAX];
	struct evidence_file f;
	struct evidence_verdict v;
	struct making k;
	struct arena a;
	struct buf out;
	size_t n;

	open_world();
	begin(&k);
	make(&k);
	arena_init(&a, 16u << 20);
	CU_ASSERT_EQUAL_FATAL(evidence_file_read(k.bytes.data, k.bytes.len, &a, &f, NULL), RC_OK);
	manifest = f.text;
	signature = f.signature;
	buf_init(&out, EVIDENCE_FILE_BYTES);
	for (size_t way = 0; way < 3; way++)
		for (size_t i = 0; i < f.n_file; i++) {
			memcpy(all, f.file, f.n_file * sizeof(*all));
			n = f.n_file;
			if (way == 0)
				memmove(&all[i], &all[i + 1], (--n - i) * sizeof(*all));
			else if (way == 1) {
				memmove(&all[i + 1], &all[i], (n++ - i) * sizeof(*all));
			} else {
				struct evidence_entry other = all[i];

				all[i] = all[(i + 1) % n];
				all[(i + 1) % n] = other;
			}
			buf_truncate(&out, 0);
			CU_ASSERT_EQUAL_FATAL(evidence_file_write(&manifest, &signature, all, n, &out), RC_OK);
			v = judge_bytes(out.data, out.len);
			CU_ASSERT(v.summary.findings > 0);
		}
	buf_clear(&out);
	arena_clear(&a);
	end(&k);
	test_authority_end();
}

/* Whoever holds the node's key could write the listing anew: then the documents themselves must tell. */
static void
a_listing_signed_anew_does_not_help(void)
{
	struct making k;

	open_world();
	begin(&k);
	make_documents(&k);
	/* One character of the answer, with its digest mended everywhere. */
	for (size_t i = 0; i < k.n_file; i++)
		if (strstr(k.file[i].name, "ProvisionResponse.xml") != NULL && strstr(k.file[i].name, ".sig") == NULL) {
			char *at = strstr((char *)(uintptr_t)k.file[i].bytes, "<RecordVersion>");
			struct sha256 h;

			CU_ASSERT_PTR_NOT_NULL_FATAL(at);
			at[15] = at[15] == '1' ? '2' : '1';
			sha256_init(&h);
			sha256_add(&h, k.file[i].bytes, k.file[i].len);
			sha256_digest(&h, k.part[RESPONSE].digest);
		}
	put_together(&k);
	finds(&k, "its signature does not hold");
	end(&k);
	/* Left out on both sides. */
	for (int d = 0; d < 5; d++) {
		begin(&k);
		k.signer[d] = NULL;
		make(&k);
		if (d == RECEIPT) {	/* the result shows that it was heard */
			proves(&k);
		} else
			finds(&k, d == RESULT ? "SKI.Result is missing" : d == RESPONSE ?
			    "carries an answer that does not stand beside it" : "is missing");
		end(&k);
	}
	/* Doubled, and in another order. */
	begin(&k);
	k.order[k.n++] = CORRECTION;
	make(&k);
	finds(&k, "again");
	end(&k);
	begin(&k);
	make_documents(&k);
	k.part[RECORD].at_ms = k.now_ms - 40000;
	put_together(&k);
	finds(&k, "came before the document that is listed before it");
	end(&k);
	test_authority_end();
}

static void
documents_of_other_exchanges_do_not_fit(void)
{
	struct making k;

	open_world();
	begin(&k);		/* the answer to another question */
	k.m[QUESTION]->body.inquiry_request.salt = "ffffffffffffffffffffffffffffffff";
	make(&k);
	finds(&k, "ProvisionResponse.xml: InquiryDigest is not that of the question: it answers another one");
	CU_ASSERT_PTR_NOT_NULL(strstr(said, "TKM.Record.xml: InquiryDigest"));
	end(&k);
	begin(&k);
	k.m[RESPONSE]->body.provision_response.process_no = "20261122090000000-00000002";
	make(&k);
	finds(&k, "ProcessNo is not that of the exchange in MANIFEST");
	end(&k);
	begin(&k);
	k.m[RECORD]->body.record.provider = SAPPORO;
	make(&k);
	finds(&k, "TKM.Record.xml: Provider is not that of the other documents");
	end(&k);
	begin(&k);
	k.m[RECORD]->body.record.outcome = MESSAGE_OUTCOME_NO_DATA;
	k.m[RECORD]->body.record.provided_at_ms = MESSAGE_NO_TIME;
	make(&k);
	finds(&k, "Outcome is not that of the answer");
	end(&k);
	begin(&k);
	k.m[TAKEN]->body.correction_receipt.correction_id = "ffffffffffffffffffffffffffffffff";
	make(&k);
	finds(&k, "is the receipt of a correction that is not there");
	end(&k);
	begin(&k);
	k.m[CORRECTION]->body.correction.recipient = YOKOHAMA;
	make(&k);
	finds(&k, "Recipient is not that of the town that was told");
	end(&k);
	begin(&k);
	k.m[RECEIPT]->header.msg_id = "ffffffffffffffffffffffffffffffff";
	make(&k);
	finds(&k, "MsgID is not that of a question before it");
	end(&k);
	begin(&k);
	k.m[RESPONSE]->body.provision_response.provided_at_ms = k.now_ms - INT64_C(86400000);
	k.m[RECORD]->body.record.provided_at_ms = k.now_ms - INT64_C(86400000);
	make(&k);
	finds(&k, "was given before it was asked for");
	end(&k);
	begin_provider(&k);
	k.m[DECISION]->body.provision_decision.decision = MESSAGE_DECISION_REFUSE;
	make(&k);
	finds(&k, "decides otherwise than the answer says");
	end(&k);
	begin_provider(&k);
	k.m[DECISION]->body.provision_decision.permit_id = "P2";
	make(&k);
	finds(&k, "PermitID is not that of the answer");
	end(&k);
	test_authority_end();
}

static void
who_signed_must_be_who_had_to(void)
{
	static const char *const taken_back[] = { "int-y", NULL };
	struct making k;

	open_world();
	begin(&k);		/* the asker's own server in the place of the provider's */
	k.signer[RESPONSE] = "int-s";
	make(&k);
	finds(&k, "says it is of another body than its signer");
	end(&k);
	begin(&k);
	k.signer[RECORD] = "int-s";
	make(&k);
	finds(&k, "its signer may not sign a TKM.Record");
	end(&k);
	begin(&k);
	make_documents(&k);
	(void)snprintf(k.part[RESPONSE].certificate, EVIDENCE_NAME_SIZE, "int-s.pem");
	put_together(&k);
	finds(&k, "its signer's certificate is of another body");
	end(&k);
	begin(&k);
	make_documents(&k);
	(void)snprintf(k.part[RESPONSE].certificate, EVIDENCE_NAME_SIZE, "-");
	put_together(&k);
	finds(&k, "was not kept");
	end(&k);
	begin(&k);
	k.exporter = "node-y";
	make(&k);
	finds(&k, "MANIFEST.sig: its signer's certificate is of another body");
	end(&k);
	/* Taken back before, by the list that was asked. */
	test_revoke("lists.pem", "authority", taken_back, (int64_t)time(NULL) + 3600);
	begin(&k);
	k.now_ms += 5000;
	k.revocations = "lists.pem";
	make(&k);
	finds(&k, "ProvisionResponse.xml: its signer's certificate had been taken back");
	end(&k);
	/* Certificates end: what was signed after is worth nothing. */
	begin(&k);
	make_documents(&k);
	for (size_t i = 0; i < k.manifest.n_part; i++)
		k.part[i].at_ms += INT64_C(2) * 3600 * 1000;
	k.manifest.exported_ms += INT64_C(3) * 3600 * 1000;
	put_together(&k);
	finds(&k, "its signer's certificate was not valid then");
	end(&k);
	test_authority_end();
	/* Another authority. */
	open_world();
	begin(&k);
	make(&k);
	test_authority_end();
	open_world();
	finds(&k, "its signer's certificate is not issued by the authority");
	end(&k);
	test_authority_end();
}

static void
what_was_shredded_keeps_its_proof(void)
{
	struct evidence_verdict v;
	struct making k;

	open_world();
	begin(&k);
	for (int d = 0; d < DOCS; d++)
		k.shred[d] = d == QUESTION || d == RESULT || d == RESPONSE || d == CORRECTION;
	make(&k);
	v = judge(&k);
	CU_ASSERT_EQUAL(v.summary.findings, 0);
	if (v.summary.findings > 0)
		printf("     %s", said);
	end(&k);
	begin(&k);
	k.shred[RESPONSE] = true;
	make_documents(&k);
	k.part[RESPONSE].digest[0] ^= 1;
	put_together(&k);
	finds(&k, "its signature does not hold");
	end(&k);
	test_authority_end();
}

RUNNER_SUITE(exchange_evidence,
    RUNNER_TEST(a_whole_exchange_is_proven_from_either_side),
    RUNNER_TEST(no_byte_can_be_changed),
    RUNNER_TEST(no_length_but_the_whole_is_taken),
    RUNNER_TEST(no_file_of_the_archive_can_be_dropped_doubled_or_moved),
    RUNNER_TEST(a_listing_signed_anew_does_not_help),
    RUNNER_TEST(documents_of_other_exchanges_do_not_fit),
    RUNNER_TEST(who_signed_must_be_who_had_to),
    RUNNER_TEST(what_was_shredded_keeps_its_proof)
);
