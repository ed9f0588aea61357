#include "action/evidence.h"

#include <string.h>

#include "action/say.h"
#include "exchange/peer.h"
#include "record/retention.h"
#include "store/store_evidence.h"
#include "store/store_record.h"
#include "vault/vault_digest.h"

#define DAY_US (24 * 3600 * INT64_C(1000000))
#define FETCH_DAYS 30			/* so long what others signed is asked for */

/* ---- papers ---- */

static enum rc
keep_paper(struct action *a, const void *bytes, size_t len, struct vault_digest *ret_digest, struct fault *why)
{
	enum rc rc;

	if ((rc = vault_digest(bytes, len, ret_digest)) != RC_OK)
		return fault_set(why, rc, "evidence", "no digest");
	return store_paper_put(a->store, ret_digest, bytes, len, why);
}

/* The lists in use just now; they seldom change, and are kept once. */
static enum rc
keep_lists(struct action *a, const char *hex, struct arena *arena, struct vault_digest *ret_digest, struct fault *why)
{
	struct vault_digest digest;
	const void *bytes;
	size_t len = 0;
	bool known;
	enum rc rc;

	if (!node_digest_of(hex, &digest))
		return RC_OK;
	if ((rc = store_paper_known(a->store, &digest, &known, why)) != RC_OK)
		return rc;
	if (known) {
		*ret_digest = digest;
		return RC_OK;
	}
	/* They may have been replaced since the answer: then the later ones are kept. */
	if ((rc = wire_client_lists(a->wire, arena, &bytes, &len, why)) != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	return keep_paper(a, bytes, len, ret_digest, why);
}

/* ---- documents ---- */

enum rc
evidence_keep(struct action *a, const struct evidence_document *d, int64_t now_us, day today, struct arena *arena,
    struct fault *why)
{
	struct evidence_row e = { .person = d->person, .inquiry = d->inquiry, .process_no = d->exchange_no,
	    .message_id = d->message_id, .type = d->type, .is_ours = d->is_ours, .signer = d->signer, .header = d->permit,
	    .signature = d->signature, .signature_len = d->signature_len, .time_us = now_us };
	struct retention_facts kept = { .what = RETENTION_EXCHANGE, .happened = today, .died = DAY_NONE };
	struct vault_place place;
	enum rc rc;

	e.keep_until = retention_until(&kept, today, NULL);
	if (d->certificate != NULL &&
	    (rc = keep_paper(a, d->certificate, d->certificate_len, &e.certificate, why)) != RC_OK)
		return rc;
	if (d->lists_digest != NULL && d->lists_digest[0] != '\0' &&
	    (rc = keep_lists(a, d->lists_digest, arena, &e.revocations, why)) != RC_OK)
		return rc;
	if ((rc = vault_digest(d->bytes, d->len, &e.digest)) != RC_OK ||
	    (rc = store_id_new(a->store, &e.id, why)) != RC_OK ||
	    (rc = store_evidence_place(a->store, &e.id, &e.person, &place, why)) != RC_OK ||
	    (rc = vault_client_seal(a->key, &place, d->bytes, d->len, &e.sealed, why)) != RC_OK)
		return rc;
	return store_evidence_add(a->store, &e, why);
}

/* What of ours must be provable: what was asked, decided, corrected, counted, taken. */
static bool
is_evidence(enum message_kind kind)
{
	return kind == MESSAGE_INQUIRY_REQUEST || kind == MESSAGE_PROVISION_DECISION || kind == MESSAGE_CORRECTION ||
	    kind == MESSAGE_CORRECTION_RECEIPT || kind == MESSAGE_DAY_COUNT || kind == MESSAGE_DAY_RECEIPT;
}

/* Reads a document that somebody signed. */
static enum rc
read_document(struct action *a, const void *bytes, size_t len, const void *signature, size_t signature_len,
    enum peer_role role, const char *institution, int64_t now_us, struct arena *arena, struct wire_answer *ret_answer,
    struct fault *why)
{
	struct buf text = BUF_INIT(256);
	struct wire_signed in = { .bytes = bytes, .len = len, .role = role, .institution = institution,
	    .now_s = now_us / 1000000 };
	enum rc rc;

	if ((rc = peer_signature_text(signature, signature_len, &text)) != RC_OK) {
		rc = fault_set(why, rc, "evidence", "a signature of another form");
		goto out;
	}
	in.signature_text = text.data;
	in.signature_text_len = text.len;
	rc = wire_client_read(a->wire, &in, arena, ret_answer, why);
 out:
	buf_clear(&text);
	return rc;
}

/* Whose certificate holds for what we signed just now: what others will look for. */
enum rc
evidence_our_certificate(struct action *a, const void *bytes, size_t len, const void *signature, size_t signature_len,
    int64_t now_us, struct arena *arena, struct wire_answer *ret_answer, struct fault *why)
{
	struct buf text = BUF_INIT(256);
	struct wire_signed in = { .bytes = bytes, .len = len, .role = PEER_NODE, .institution = a->self.institution,
	    .now_s = now_us / 1000000 };
	enum rc rc;

	if (a->wire->fd < 0)
		return fault_set(why, RC_BUSY, "wire", "the process that verifies signatures is being started anew");
	if ((rc = peer_signature_text(signature, signature_len, &text)) == RC_OK) {
		in.signature_text = text.data;
		in.signature_text_len = text.len;
		rc = wire_client_verify(a->wire, &in, arena, ret_answer, why);
	}
	buf_clear(&text);
	return rc;
}

enum rc
evidence_keep_ours(struct action *a, const struct outbox_row *row, const void *signature, size_t signature_len,
    int64_t now_us, day today, struct arena *arena, struct fault *why)
{
	struct evidence_document d = { .bytes = row->bytes, .len = row->len, .signature = signature,
	    .signature_len = signature_len, .type = row->type, .message_id = row->message_id, .is_ours = true,
	    .signer = a->self.institution, .person = row->person, .inquiry = row->about, .exchange_no = row->exchange_no };
	struct wire_answer whose;
	struct fault trouble;

	if (row->attempts > 0 || !is_evidence(message_kind_of(row->type)))
		return RC_OK;
	/* Trouble with the directory is no reason against asking: it is then kept without its certificate. */
	if (evidence_our_certificate(a, row->bytes, row->len, signature, signature_len, now_us, arena, &whose,
	    &trouble) == RC_OK) {
		d.certificate = whose.certificate;
		d.certificate_len = whose.certificate_len;
		d.lists_digest = whose.lists_digest;
	}
	return evidence_keep(a, &d, now_us, today, arena, why);
}

enum rc
evidence_keep_heard(struct action *a, const struct heard *h, const struct id *inquiry, const char *process_no,
    struct fault *why)
{
	struct buf signature = BUF_INIT(256);
	struct evidence_document d = { .bytes = h->bytes, .len = h->len,
	    .type = message_name(h->answer->message->kind), .message_id = h->sent->message_id,
	    .signer = a->self.institution, .person = h->sent->person, .exchange_no = process_no,
	    .certificate = h->answer->certificate, .certificate_len = h->answer->certificate_len,
	    .lists_digest = h->answer->lists_digest };
	enum rc rc;

	if (inquiry != NULL)
		d.inquiry = *inquiry;
	if ((rc = peer_signature_parse(h->signature_text, h->signature_text_len, &signature)) != RC_OK) {
		rc = fault_set(why, rc == RC_NOMEM ? rc : RC_BUG, "evidence", "a signature that held cannot be read");
		goto out;
	}
	d.signature = signature.data;
	d.signature_len = signature.len;
	rc = evidence_keep(a, &d, h->now_us, h->today, h->arena, why);
 out:
	buf_clear(&signature);
	return rc;
}

/* ---- what others signed ---- */

enum rc
evidence_fetch(struct action *a, const char *process_no, const struct id *person, const struct id *inquiry,
    int64_t now_us, struct fault *why)
{
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	if (!a->adapter->can.evidence)
		return RC_OK;
	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	rc = a->adapter->evidence_fetch(&a->self, msg_id, process_no, &call, why);
	call.exchange_no = process_no;
	return say_put(a, rc, &call, msg_id, person, inquiry, now_us, why);
}

/* One document: whoever it says has signed it, and it is about the exchange that was asked about. */
static enum rc
take(struct action *a, const struct heard *h, const struct id *person, const struct message_bytes *bytes,
    const struct message_bytes *signature, enum peer_role role, const char *institution, enum message_kind kind,
    struct fault *why)
{
	const char *process_no = h->answer->message->body.evidence.process_no, *named;
	struct evidence_document d = { .bytes = bytes->bytes, .len = bytes->len, .signature = signature->bytes,
	    .signature_len = signature->len, .type = message_name(kind), .signer = institution, .person = *person,
	    .inquiry = h->sent->about, .exchange_no = process_no };
	struct wire_answer read;
	struct fault trouble;
	enum rc rc;

	if ((rc = read_document(a, bytes->bytes, bytes->len, signature->bytes, signature->len, role, institution, h->now_us,
	    h->arena, &read, &trouble)) != RC_OK) {
		if (rc != RC_CRYPTO && rc != RC_INVALID && rc != RC_TOO_BIG) {
			if (why != NULL)
				*why = trouble;
			return rc;
		}
		return say_audit(a, "evidence-forged", person, AUDIT_FAILED, message_name(kind), why);
	}
	named = kind == MESSAGE_RECORD ? read.message->body.record.process_no :
	    read.message->body.provision_response.process_no;
	if (read.message->kind != kind || strcmp(named, process_no) != 0)
		return say_audit(a, "evidence-forged", person, AUDIT_FAILED, message_name(kind), why);
	d.message_id = read.message->header.msg_id;
	if (kind == MESSAGE_PROVISION_RESPONSE)
		d.permit = read.message->body.provision_response.permit_id;
	d.certificate = read.certificate;
	d.certificate_len = read.certificate_len;
	d.lists_digest = read.lists_digest;
	return evidence_keep(a, &d, h->now_us, h->today, h->arena, why);
}

/* Is a document of that kind about the exchange kept already? */
static enum rc
is_kept(struct action *a, const char *process_no, enum message_kind kind, struct arena *arena, bool *ret, struct fault *why)
{
	struct evidence_row *row;
	size_t n;
	enum rc rc;

	*ret = false;
	if ((rc = store_evidence_exchange(a->store, process_no, arena, &row, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		*ret = *ret || (!row[i].is_ours && strcmp(row[i].type, message_name(kind)) == 0);
	return RC_OK;
}

/*
 * What was not to be had, or did not hold, is asked for again each day while the intermediary has what it signed: the
 * one answer would else be the last.
 */
static enum rc
ask_again(struct action *a, const struct heard *h, struct fault *why)
{
	const char *process_no = h->sent->exchange_no;
	struct provision_record *row;
	bool record = false, response = true;
	size_t n = 0;
	enum rc rc;

	if (process_no == NULL)
		return RC_OK;
	if ((rc = store_record_find(a->store, process_no, h->arena, &row, &n, why)) != RC_OK ||
	    (rc = is_kept(a, process_no, MESSAGE_RECORD, h->arena, &record, why)) != RC_OK)
		return rc;
	/* Through the portal the answer itself went to the person alone: the hub's word is all there is. */
	if (n > 0 && row[0].side == PROVISION_PROVIDED && row[0].provided_us != 0 &&
	    strcmp(row[0].inquirer, MESSAGE_INSTITUTION_PORTAL) != 0 &&
	    (rc = is_kept(a, process_no, MESSAGE_PROVISION_RESPONSE, h->arena, &response, why)) != RC_OK)
		return rc;
	if ((record && response) || n == 0 || row[0].requested_us < h->now_us - FETCH_DAYS * DAY_US)
		return RC_OK;
	/* About nobody: what waits holds back all that comes after it about the same person. */
	return evidence_fetch(a, process_no, NULL, &h->sent->about, h->now_us + DAY_US, why);
}

/* Whom it is about: the question says, or else our record of the exchange. */
static enum rc
subject_of(struct action *a, const struct heard *h, struct id *ret_person, struct fault *why)
{
	struct provision_record *row;
	size_t n = 0;
	enum rc rc;

	*ret_person = h->sent->person;
	if (id_known(ret_person) || h->sent->exchange_no == NULL)
		return RC_OK;
	if ((rc = store_record_find(a->store, h->sent->exchange_no, h->arena, &row, &n, why)) == RC_OK && n > 0)
		*ret_person = row[0].person;
	return rc;
}

enum rc
evidence_heard(struct action *a, const struct heard *h, struct fault *why)
{
	const struct message_evidence *e = &h->answer->message->body.evidence;
	struct id person;
	bool kept = false;
	enum rc rc = subject_of(a, h, &person, why);

	if (rc != RC_OK)
		return rc;
	if (h->event.kind != ADAPTER_EVIDENCE) {
		/* Not to be had: the log says so; what we hold ourselves stays. */
		rc = say_audit(a, "evidence-unknown", &person, AUDIT_FAILED, message_error_name(h->event.error), why);
		return rc != RC_OK ? rc : ask_again(a, h, why);
	}
	if (h->sent->exchange_no == NULL || strcmp(e->process_no, h->sent->exchange_no) != 0)
		return fault_set(why, RC_INVALID, "TKM.Evidence/ProcessNo", "is of another exchange");
	if (e->record.bytes != NULL && (rc = is_kept(a, e->process_no, MESSAGE_RECORD, h->arena, &kept, why)) == RC_OK && !kept)
		rc = take(a, h, &person, &e->record, &e->record_signature, PEER_CORE, MESSAGE_INSTITUTION_CORE, MESSAGE_RECORD, why);
	/* An answer to a question of ours is kept since it came. */
	if (rc == RC_OK && e->response.bytes != NULL && !id_known(&h->sent->about) &&
	    (rc = is_kept(a, e->process_no, MESSAGE_PROVISION_RESPONSE, h->arena, &kept, why)) == RC_OK && !kept)
		rc = take(a, h, &person, &e->response, &e->response_signature, PEER_INTERMEDIARY, a->self.institution,
		    MESSAGE_PROVISION_RESPONSE, why);
	return rc != RC_OK ? rc : ask_again(a, h, why);
}
