#include "exchange/evidence_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/evidence_signer.h"
#include "exchange/wire_process.h"
#include "exchange/wire_read.h"

/* What may have come through queues, and clocks that differ. */
#define CLOCKS_MS (10 * 60 * INT64_C(1000))
#define ARENA_BYTES (256u << 20)

struct check {
	struct evidence_verdict *v;
	struct arena arena;
	struct evidence_file f;
	struct evidence_authority *authority;
	struct message **message;		/* of each part; NULL: shredded, or not readable */
	const struct evidence_entry **bytes;
	char town[MESSAGE_CODE16_CHARS + 1];	/* institution of whoever wrote the file */
};

static void
found(struct check *c, const char *place, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	c->v->summary.findings++;
	c->v->finding(c->v->context, place, text);
}

static const char *
place(const struct check *c, size_t i)
{
	return c->f.manifest.part[i].name;
}

/* ---- signatures ---- */

static void
check_manifest_signature(struct check *c)
{
	const struct evidence_manifest *m = &c->f.manifest;
	const struct evidence_entry *pem = evidence_file_find(&c->f, m->exporter);
	struct evidence_claim claim = { .role = PEER_NODE, .institution = c->town, .at_ms = m->exported_ms,
	    .signature = c->f.signature.bytes, .signature_len = c->f.signature.len };
	struct sha256 h;
	struct fault why;

	if (pem == NULL) {
		found(c, "MANIFEST", "names a certificate that is not there: %s", m->exporter);
		return;
	}
	claim.certificate = pem;
	sha256_init(&h);
	sha256_add(&h, c->f.text.bytes, c->f.text.len);
	sha256_digest(&h, claim.digest);
	if (evidence_signer_check(c->authority, &claim, &why) != RC_OK)
		found(c, "MANIFEST.sig", "%s", why.text);
}

static void
check_part_signature(struct check *c, size_t i)
{
	const struct evidence_part *p = &c->f.manifest.part[i];
	struct evidence_claim claim = { .role = p->role, .institution = p->institution, .at_ms = p->at_ms };
	char name[EVIDENCE_NAME_SIZE + 4];
	const struct evidence_entry *signature;
	struct fault why;

	(void)snprintf(name, sizeof(name), "%s.sig", p->name);
	if ((signature = evidence_file_find(&c->f, name)) == NULL) {
		found(c, p->name, "has no signature");
		return;
	}
	if (strcmp(p->certificate, "-") == 0) {
		found(c, p->name, "the certificate of its signer was not kept: its signature proves nothing");
		return;
	}
	if ((claim.certificate = evidence_file_find(&c->f, p->certificate)) == NULL) {
		found(c, p->name, "names a certificate that is not there: %s", p->certificate);
		return;
	}
	if (strcmp(p->revocations, "-") == 0)
		c->v->note(c->v->context, p->name, "no revocation list was asked when it was believed");
	else if ((claim.revocations = evidence_file_find(&c->f, p->revocations)) == NULL) {
		found(c, p->name, "names revocation lists that are not there: %s", p->revocations);
		return;
	}
	claim.signature = signature->bytes;
	claim.signature_len = signature->len;
	memcpy(claim.digest, p->digest, sizeof(claim.digest));
	if (evidence_signer_check(c->authority, &claim, &why) != RC_OK)
		found(c, p->name, "%s", why.text);
}

/* ---- each document ---- */

static void
read_part(struct check *c, size_t i)
{
	const struct evidence_part *p = &c->f.manifest.part[i];
	const struct evidence_entry *e = evidence_file_find(&c->f, p->name);
	unsigned char digest[SHA256_BYTES];
	struct sha256 h;
	struct fault why;

	if (!peer_may_sign(p->role, p->kind))
		found(c, p->name, "its signer may not sign a %s", message_name(p->kind));
	if (p->is_shredded) {
		if (e != NULL)
			found(c, p->name, "is called shredded and is there");
		c->v->note(c->v->context, p->name, "its bytes were shredded with the person: digest and signature remain");
		return;
	}
	if (e == NULL) {
		found(c, p->name, "is not there");
		return;
	}
	sha256_init(&h);
	sha256_add(&h, e->bytes, e->len);
	sha256_digest(&h, digest);
	if (memcmp(digest, p->digest, sizeof(digest)) != 0) {
		found(c, p->name, "has other bytes than its line says");
		return;
	}
	if (wire_read(e->bytes, e->len, &c->arena, NULL, &c->message[i], &why) != RC_OK) {
		found(c, p->name, "%s: %s", why.place, why.text);
		return;
	}
	if (c->message[i]->kind != p->kind) {
		found(c, p->name, "is not what its line says");
		c->message[i] = NULL;
		return;
	}
	c->bytes[i] = e;
	if (strcmp(c->message[i]->header.source, p->institution) != 0)
		found(c, p->name, "says it is of another body than its signer");
	if (c->message[i]->header.mode != 0)
		c->v->note(c->v->context, p->name, "is of an exercise, not of earnest");
}

/* Every file is spoken of, and only what such a file has. */
static void
check_files(struct check *c)
{
	const struct evidence_manifest *m = &c->f.manifest;
	char name[EVIDENCE_NAME_SIZE + 4];

	for (size_t k = 0; k < c->f.n_file; k++) {
		bool known = strcmp(c->f.file[k].name, m->exporter) == 0;

		for (size_t i = 0; i < m->n_part && !known; i++) {
			(void)snprintf(name, sizeof(name), "%s.sig", m->part[i].name);
			known = strcmp(c->f.file[k].name, m->part[i].name) == 0 || strcmp(c->f.file[k].name, name) == 0 ||
			    strcmp(c->f.file[k].name, m->part[i].certificate) == 0 ||
			    strcmp(c->f.file[k].name, m->part[i].revocations) == 0;
		}
		if (!known)
			found(c, c->f.file[k].name, "belongs to no document");
		for (size_t j = 0; j < k; j++)
			if (strcmp(c->f.file[j].name, c->f.file[k].name) == 0)
				found(c, c->f.file[k].name, "stands twice");
	}
	for (size_t i = 0; i < m->n_part; i++)
		for (size_t j = 0; j < i; j++) {
			if (strcmp(m->part[i].name, m->part[j].name) == 0)
				found(c, m->part[i].name, "is listed twice");
			if (memcmp(m->part[i].digest, m->part[j].digest, SHA256_BYTES) == 0)
				found(c, m->part[i].name, "is %s again", m->part[j].name);
		}
	for (size_t i = 1; i < m->n_part; i++)
		if (m->part[i].at_ms < m->part[i - 1].at_ms)
			found(c, m->part[i].name, "came before the document that is listed before it");
	if (m->n_part > 0 && m->part[m->n_part - 1].at_ms > m->exported_ms)
		found(c, m->part[m->n_part - 1].name, "came after the file was written");
}

/* ---- what they tell together ---- */

/* The one part of this kind; n when there is none; a second one is a finding. */
static size_t
the(struct check *c, enum message_kind kind)
{
	size_t at = c->f.manifest.n_part;

	for (size_t i = 0; i < c->f.manifest.n_part; i++)
		if (c->f.manifest.part[i].kind == kind) {
			if (at < c->f.manifest.n_part)
				found(c, place(c, i), "there is one %s of an exchange, and this is another", message_name(kind));
			else
				at = i;
		}
	return at;
}

/* The last part of this kind; n when there is none. */
static size_t
the_last(const struct check *c, enum message_kind kind)
{
	size_t i = c->f.manifest.n_part;

	while (i > 0 && c->f.manifest.part[i - 1].kind != kind)
		i--;
	return i > 0 ? i - 1 : c->f.manifest.n_part;
}

static bool
is_there(const struct check *c, size_t i)
{
	return i < c->f.manifest.n_part;
}

static const struct message *
read_as(const struct check *c, size_t i)
{
	return is_there(c, i) ? c->message[i] : NULL;
}

static void
same(struct check *c, size_t i, const char *element, const char *here, const char *there, const char *other)
{
	if (strcmp(here, there) != 0)
		found(c, place(c, i), "%s is not that of %s", element, other);
}

struct exchange {
	size_t question, receipt, result, response, record, decision;
	char digest[MESSAGE_DIGEST_CHARS + 1];		/* of the question; "" not known */
	const char *inquirer, *provider;		/* institutions; NULL not known */
};

/* Number of the exchange, as the hub gave it. */
static void
of_exchange(struct check *c, size_t i, const char *process_no)
{
	same(c, i, "ProcessNo", process_no, c->f.manifest.exchange, "the exchange in MANIFEST");
}

static void
check_question(struct check *c, struct exchange *x)
{
	const struct message *m = read_as(c, x->question);
	const struct message_inquiry_request *q;
	const struct evidence_part *p;

	if (m == NULL)
		return;
	p = &c->f.manifest.part[x->question];
	q = &m->body.inquiry_request;
	message_inquiry_digest(q, x->digest);
	x->inquirer = q->inquirer;
	x->provider = q->provider;
	if (p->role != PEER_NODE || strcmp(p->institution, c->town) != 0 || strcmp(q->inquirer, c->town) != 0)
		found(c, p->name, "was not asked by the town that wrote the file");
	if (q->code != NULL)
		found(c, p->name, "carries a code: it is the intermediary server's, not the node's");
	same(c, x->question, "RecordNo", q->record_no, c->f.manifest.inquiry, "the inquiry in MANIFEST");
	if (q->requested_at_ms > p->at_ms + CLOCKS_MS)
		found(c, p->name, "was sent before it was asked");
}

static void
check_result(struct check *c, struct exchange *x)
{
	const struct message *m = read_as(c, x->result), *question = read_as(c, x->question);
	const struct message_result *r;
	char name[EVIDENCE_NAME_SIZE + 4];
	const struct evidence_entry *response, *signature;

	if (m == NULL)
		return;
	r = &m->body.result;
	if (r->process_no != NULL)
		of_exchange(c, x->result, r->process_no);
	if (question != NULL) {
		same(c, x->result, "RecordNo", r->record_no, question->body.inquiry_request.record_no, "the question");
		same(c, x->result, "Provider", r->provider, question->body.inquiry_request.provider, "the question");
	}
	if (!is_there(c, x->response)) {
		if (r->response.bytes != NULL)
			found(c, place(c, x->result), "carries an answer that does not stand beside it");
		return;
	}
	if (r->response.bytes == NULL) {
		found(c, place(c, x->result), "carries no answer, and one stands beside it");
		return;
	}
	response = c->bytes[x->response];
	if (response != NULL && (response->len != r->response.len ||
	    memcmp(response->bytes, r->response.bytes, response->len) != 0))
		found(c, place(c, x->response), "is not the answer that the result carries");
	(void)snprintf(name, sizeof(name), "%s.sig", place(c, x->response));
	if ((signature = evidence_file_find(&c->f, name)) != NULL && (signature->len != r->signature.len ||
	    memcmp(signature->bytes, r->signature.bytes, signature->len) != 0))
		found(c, name, "is not the signature that the result carries");
	if (c->message[x->response] != NULL &&
	    c->message[x->response]->body.provision_response.status != r->item_status)
		found(c, place(c, x->result), "says otherwise than the answer inside");
}

static void
check_response(struct check *c, struct exchange *x)
{
	const struct message *m = read_as(c, x->response), *question = read_as(c, x->question);
	const struct message_provision_response *r;
	const struct evidence_part *p;

	if (m == NULL)
		return;
	p = &c->f.manifest.part[x->response];
	r = &m->body.provision_response;
	of_exchange(c, x->response, r->process_no);
	if (p->role != PEER_INTERMEDIARY)
		found(c, p->name, "is not signed by the provider's intermediary server");
	if (x->provider == NULL)
		x->provider = m->header.source;
	if (x->inquirer == NULL)
		x->inquirer = m->header.destination;
	same(c, x->response, "Source", m->header.source, x->provider, "the question's provider");
	same(c, x->response, "Destination", m->header.destination, x->inquirer, "the question's inquirer");
	if (!c->f.manifest.is_inquirer && strcmp(m->header.source, c->town) != 0)
		found(c, p->name, "is no answer of the town that wrote the file");
	if (x->digest[0] != '\0')
		same(c, x->response, "InquiryDigest", r->inquiry_digest, x->digest, "the question: it answers another one");
	else
		memcpy(x->digest, r->inquiry_digest, sizeof(x->digest));
	if (question != NULL && r->provided_at_ms + CLOCKS_MS < question->body.inquiry_request.requested_at_ms)
		found(c, p->name, "was given before it was asked for");
	if (r->provided_at_ms > p->at_ms + CLOCKS_MS)
		found(c, p->name, "came before it was given");
}

static bool
outcome_fits(enum message_outcome outcome, enum message_item_status status)
{
	switch (status) {
	case MESSAGE_ITEM_OK:
		return outcome == MESSAGE_OUTCOME_PROVIDED;
	case MESSAGE_ITEM_NO_DATA:
		return outcome == MESSAGE_OUTCOME_NO_DATA;
	case MESSAGE_ITEM_REFUSED:
		return outcome == MESSAGE_OUTCOME_REFUSED;
	case MESSAGE_ITEM_FAILED:
	case MESSAGE_ITEM_NONE:
		break;
	}
	return outcome == MESSAGE_OUTCOME_FAILED;
}

static void
check_record(struct check *c, struct exchange *x)
{
	const struct message *m = read_as(c, x->record), *question = read_as(c, x->question);
	const struct message *response = read_as(c, x->response);
	const struct message_provision_record *r;

	if (m == NULL)
		return;
	r = &m->body.record;
	of_exchange(c, x->record, r->process_no);
	c->v->summary.outcome = r->outcome;
	if (x->inquirer == NULL)
		x->inquirer = r->inquirer;
	if (x->provider == NULL)
		x->provider = r->provider;
	same(c, x->record, "Inquirer", r->inquirer, x->inquirer, "the other documents");
	same(c, x->record, "Provider", r->provider, x->provider, "the other documents");
	same(c, x->record, c->f.manifest.is_inquirer ? "Inquirer" : "Provider",
	    c->f.manifest.is_inquirer ? r->inquirer : r->provider, c->town, "the town that wrote the file");
	if (r->inquiry_digest != NULL && x->digest[0] != '\0')
		same(c, x->record, "InquiryDigest", r->inquiry_digest, x->digest, "the question");
	if (question != NULL) {
		const struct message_inquiry_request *q = &question->body.inquiry_request;

		same(c, x->record, "JM", r->affair_code, q->affair_code, "the question");
		same(c, x->record, "JT", r->procedure_code, q->procedure_code, "the question");
		same(c, x->record, "TM", r->item_code, q->item_code, "the question");
		if (r->requested_at_ms != q->requested_at_ms)
			found(c, place(c, x->record), "RequestedAt is not that of the question");
		if (r->inquirer_non_disclosure != q->inquirer_non_disclosure)
			found(c, place(c, x->record), "InquirerNonDisclosure is not that of the question");
	}
	if (response != NULL) {
		const struct message_provision_response *p = &response->body.provision_response;

		if (!outcome_fits(r->outcome, p->status))
			found(c, place(c, x->record), "Outcome is not that of the answer");
		if (p->status == MESSAGE_ITEM_OK && r->provided_at_ms != p->provided_at_ms)
			found(c, place(c, x->record), "ProvidedAt is not that of the answer");
	}
	if (r->provided_at_ms != MESSAGE_NO_TIME && r->provided_at_ms + CLOCKS_MS < r->requested_at_ms)
		found(c, place(c, x->record), "was provided before it was requested");
}

/* A question is put again while the person has no code: each time the same question, and each had its answer. */
static void
check_again(struct check *c, const struct exchange *x)
{
	char digest[MESSAGE_DIGEST_CHARS + 1];
	bool answers, maybe;

	for (size_t i = 0; i < c->f.manifest.n_part; i++) {
		const struct message *m = c->message[i];

		if (m == NULL)
			continue;
		if (m->kind == MESSAGE_INQUIRY_REQUEST && i != x->question) {
			message_inquiry_digest(&m->body.inquiry_request, digest);
			if (strcmp(digest, x->digest) != 0)
				found(c, place(c, i), "is another question than the last one");
		}
		if (m->kind == MESSAGE_RESULT && i != x->result && m->body.result.progress != MESSAGE_PROGRESS_FAILED)
			found(c, place(c, i), "is a result before the last one, and not that it failed");
		if (m->kind != MESSAGE_RECEIPT && m->kind != MESSAGE_ERROR)
			continue;
		answers = maybe = false;
		for (size_t k = 0; k < i; k++) {
			maybe = maybe || (c->f.manifest.part[k].kind == MESSAGE_INQUIRY_REQUEST && c->message[k] == NULL);
			answers = answers || (c->message[k] != NULL && c->message[k]->kind == MESSAGE_INQUIRY_REQUEST &&
			    strcmp(c->message[k]->header.msg_id, m->header.msg_id) == 0);
		}
		if (!answers && !maybe)
			found(c, place(c, i), "MsgID is not that of a question before it");
	}
}

/* A decision of our staff names the answer that followed. */
static void
check_decision(struct check *c, const struct exchange *x)
{
	const struct message *response = read_as(c, x->response);

	for (size_t i = 0; i < c->f.manifest.n_part; i++) {
		const struct message *m = c->message[i];

		if (m == NULL)
			continue;
		if (m->kind == MESSAGE_PROVISION_DECISION && response != NULL) {
			const struct message_provision_decision *d = &m->body.provision_decision;

			same(c, i, "PermitID", d->permit_id, response->body.provision_response.permit_id, "the answer");
			if ((d->decision == MESSAGE_DECISION_REFUSE) !=
			    (response->body.provision_response.status == MESSAGE_ITEM_REFUSED))
				found(c, place(c, i), "decides otherwise than the answer says");
		}
	}
}

/* A receipt's correction: in the file, with the same record and version, sent before. */
static void
check_receipt(struct check *c, size_t i, const struct exchange *x)
{
	const struct message_correction_receipt *r = &c->message[i]->body.correction_receipt;
	const struct message *found_in = NULL;
	bool maybe = false;

	of_exchange(c, i, r->process_no);
	if (x->inquirer != NULL && !c->f.manifest.is_inquirer)
		same(c, i, "Recipient", r->recipient, c->town, "the town that corrected");
	for (size_t k = 0; k < c->f.manifest.n_part; k++) {
		if (c->f.manifest.part[k].kind != MESSAGE_CORRECTION)
			continue;
		if (c->message[k] == NULL)
			maybe = true;
		else if (strcmp(c->message[k]->body.correction.correction_id, r->correction_id) == 0)
			found_in = c->message[k];
	}
	if (found_in == NULL) {
		if (!maybe)
			found(c, place(c, i), "is the receipt of a correction that is not there");
		return;
	}
	same(c, i, "RecordKey", r->record_key, found_in->body.correction.record_key, "the correction");
	if (r->record_version != found_in->body.correction.record_version)
		found(c, place(c, i), "RecordVersion is not that of the correction");
}

static void
check_corrections(struct check *c, const struct exchange *x)
{
	for (size_t i = 0; i < c->f.manifest.n_part; i++) {
		const struct message *m = c->message[i];

		if (c->f.manifest.part[i].kind == MESSAGE_CORRECTION)
			c->v->summary.n_corrections++;
		if (m == NULL)
			continue;
		if (m->kind == MESSAGE_CORRECTION) {
			of_exchange(c, i, m->body.correction.process_no);
			if (c->f.manifest.is_inquirer)
				same(c, i, "Recipient", m->body.correction.recipient, c->town, "the town that was told");
			else
				same(c, i, "Sender", m->body.correction.sender, c->town, "the town that told it");
		} else if (m->kind == MESSAGE_CORRECTION_RECEIPT)
			check_receipt(c, i, x);
	}
}

static void
missing(struct check *c, enum message_kind kind, const char *why)
{
	found(c, "MANIFEST", "%s is missing: %s", message_name(kind), why);
}

/* A person looked through the portal: the answer went there, and the hub's word is all that is kept of it. */
static bool
of_portal(struct check *c, const struct exchange *x)
{
	const struct message *record = read_as(c, x->record);

	return record != NULL && strcmp(record->body.record.inquirer, MESSAGE_INSTITUTION_PORTAL) == 0;
}

static void
check_whole(struct check *c, const struct exchange *x)
{
	const struct evidence_manifest *m = &c->f.manifest;
	const struct message *result = read_as(c, x->result);
	enum message_outcome outcome = c->v->summary.outcome;

	for (size_t i = 0; i < m->n_part; i++)
		if (m->part[i].kind != MESSAGE_INQUIRY_REQUEST && m->part[i].kind != MESSAGE_RECEIPT &&
		    m->part[i].kind != MESSAGE_ERROR && m->part[i].kind != MESSAGE_RESULT &&
		    m->part[i].kind != MESSAGE_PROVISION_RESPONSE && m->part[i].kind != MESSAGE_RECORD &&
		    m->part[i].kind != MESSAGE_PROVISION_DECISION && m->part[i].kind != MESSAGE_CORRECTION &&
		    m->part[i].kind != MESSAGE_CORRECTION_RECEIPT)
			found(c, m->part[i].name, "has no place in evidence");
	if (m->is_inquirer) {
		if (!is_there(c, x->question))
			missing(c, MESSAGE_INQUIRY_REQUEST, "what was asked");
		if (!is_there(c, x->result) && !is_there(c, x->receipt))
			missing(c, MESSAGE_RESULT, "whether anybody heard it");
		if (!is_there(c, x->response) && result != NULL && result->body.result.progress == MESSAGE_PROGRESS_DONE)
			missing(c, MESSAGE_PROVISION_RESPONSE, "what the provider said");
		if (is_there(c, x->decision))
			found(c, place(c, x->decision), "is the provider's, not the inquirer's");
		if (is_there(c, x->record) && outcome == MESSAGE_OUTCOME_PROVIDED && !is_there(c, x->result))
			missing(c, MESSAGE_RESULT, "the record says that it was provided");
	} else {
		if (is_there(c, x->question) || is_there(c, x->result) || is_there(c, x->receipt))
			found(c, "MANIFEST", "a provider never sees the question itself");
		if (!is_there(c, x->response) && !of_portal(c, x) &&
		    (outcome == MESSAGE_OUTCOME_PROVIDED || outcome == MESSAGE_OUTCOME_NO_DATA))
			missing(c, MESSAGE_PROVISION_RESPONSE, "what the provider said");
	}
	if (strcmp(m->exchange, "-") != 0 && !is_there(c, x->record))
		missing(c, MESSAGE_RECORD, "the hub's word that the exchange took place");
	if (strcmp(m->exchange, "-") == 0 && (is_there(c, x->record) || is_there(c, x->response)))
		found(c, "MANIFEST", "names no exchange, and holds documents of one");
}

static void
check_exchange(struct check *c)
{
	struct exchange x = { .inquirer = NULL };

	x.question = the_last(c, MESSAGE_INQUIRY_REQUEST);
	x.receipt = the_last(c, MESSAGE_RECEIPT);
	if (!is_there(c, x.receipt))
		x.receipt = the_last(c, MESSAGE_ERROR);
	x.result = the_last(c, MESSAGE_RESULT);
	x.response = the(c, MESSAGE_PROVISION_RESPONSE);
	x.record = the(c, MESSAGE_RECORD);
	x.decision = the(c, MESSAGE_PROVISION_DECISION);
	check_question(c, &x);
	check_response(c, &x);
	check_result(c, &x);
	check_record(c, &x);
	check_again(c, &x);
	check_decision(c, &x);
	check_corrections(c, &x);
	check_whole(c, &x);
	if (x.inquirer != NULL)
		(void)snprintf(c->v->summary.inquirer, sizeof(c->v->summary.inquirer), "%s", x.inquirer);
	if (x.provider != NULL)
		(void)snprintf(c->v->summary.provider, sizeof(c->v->summary.provider), "%s", x.provider);
}

enum rc
evidence_check(const void *bytes, size_t len, const char *authority_pem, size_t authority_len,
    struct evidence_verdict *v, struct fault *why)
{
	struct check c = { .v = v };
	struct fault reason;
	enum rc rc;

	memset(&v->summary, 0, sizeof(v->summary));
	if ((rc = evidence_authority_open(authority_pem, authority_len, &c.authority, why)) != RC_OK)
		return rc;
	arena_init(&c.arena, ARENA_BYTES);
	if ((rc = evidence_file_read(bytes, len, &c.arena, &c.f, &reason)) != RC_OK) {
		if (rc == RC_INVALID) {
			found(&c, reason.place, "%s", reason.text);
			rc = RC_OK;
		} else if (why != NULL)
			*why = reason;
		goto out;
	}
	message_institution_of(c.f.manifest.town, c.town);
	c.message = arena_array(&c.arena, c.f.manifest.n_part + 1, sizeof(struct message *));
	c.bytes = arena_array(&c.arena, c.f.manifest.n_part + 1, sizeof(struct evidence_entry *));
	if (c.message == NULL || c.bytes == NULL) {
		rc = fault_set(why, RC_NOMEM, "evidence", "no memory");
		goto out;
	}
	(void)snprintf(v->summary.exchange, sizeof(v->summary.exchange), "%s", c.f.manifest.exchange);
	v->summary.n_documents = c.f.manifest.n_part;
	check_manifest_signature(&c);
	check_files(&c);
	for (size_t i = 0; i < c.f.manifest.n_part; i++) {
		check_part_signature(&c, i);
		read_part(&c, i);
	}
	check_exchange(&c);
	rc = RC_OK;
 out:
	arena_clear(&c.arena);
	evidence_authority_close(c.authority);
	return rc;
}
