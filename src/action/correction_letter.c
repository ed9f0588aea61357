#include "action/correction_letter.h"

#include <stdio.h>
#include <string.h>

#include "action/copy_record.h"
#include "action/correction.h"
#include "action/day_count.h"
#include "action/duplicate.h"
#include "action/evidence.h"
#include "action/provide.h"
#include "action/say.h"
#include "exchange/inquiry.h"
#include "exchange/peer.h"
#include "record/code.h"
#include "store/store_dose.h"
#include "store/store_evidence.h"
#include "store/store_inquiry.h"
#include "store/store_setting.h"

#define LAST_LETTER "letter-after"

/* ---- fetching ---- */

static enum rc
fetch_after(struct action *a, const char *after, int64_t now_us, struct fault *why)
{
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	return say_put(a, a->adapter->letter_fetch(&a->self, msg_id, after, &call, why), &call, msg_id, NULL, NULL,
	    now_us, why);
}

static enum rc
last_letter(struct action *a, struct arena *arena, const char **ret_after, struct fault *why)
{
	enum rc rc = store_setting_get(a->store, LAST_LETTER, arena, ret_after, why);

	if (rc != RC_ABSENT)
		return rc;
	*ret_after = NULL;
	return RC_OK;
}

enum rc
correction_letter_poll(struct action *a, int64_t now_us, struct fault *why)
{
	const char *after;
	struct arena arena;
	enum rc rc;

	if (!say_corrects(a))
		return RC_OK;
	arena_init(&arena, LIMIT_TEXT_BYTES);
	if ((rc = last_letter(a, &arena, &after, why)) == RC_OK)
		rc = fetch_after(a, after, now_us, why);
	arena_clear(&arena);
	return rc;
}

/* ---- a correction ---- */

/* What it says of the dose, whoever carries it and however the person is written. */
static enum rc
digest_of(const struct message_correction *c, struct vault_digest *ret_digest, struct fault *why)
{
	char hex[MESSAGE_DIGEST_CHARS + 1];

	message_items_digest(c->items + 3, c->n_items - 3, hex);
	return node_digest_of(hex, ret_digest) ? RC_OK : fault_set(why, RC_BUG, "digest", "cannot be read");
}

static enum rc
send_receipt(struct action *a, const struct message_correction *c, const struct correction_in *row, int64_t now_us,
    struct fault *why)
{
	struct adapter_receipt r = { .correction = c, .taken = (enum message_taken)row->taken,
	    .local_version = row->local_version, .reason = row->reason, .taken_at_ms = row->taken_us / 1000 };
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	/* Why an officer must look is nobody else's: it may lead to where somebody is. */
	if (r.taken == MESSAGE_TAKEN_HELD)
		r.reason = "officer";
	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	return say_put(a, a->adapter->receipt_send(&a->self, msg_id, &r, &call, why), &call, msg_id, &row->person,
	    &row->correction, now_us, why);
}

static void
hold(struct correction_in *row, const char *reason)
{
	row->taken = MESSAGE_TAKEN_HELD;
	row->reason = reason;
}

static void
refuse(struct correction_in *row, const char *reason)
{
	row->taken = MESSAGE_TAKEN_REFUSED;
	row->reason = reason;
}

/* Of a dose that we never took over? */
static enum rc
is_unknown(struct action *a, const struct dose *d, bool *ret_unknown, struct fault *why)
{
	struct id id;
	enum rc rc;

	*ret_unknown = false;
	if (strcmp(d->origin_municipality, a->config.municipality) == 0)
		return RC_OK;		/* our own that comes home: compared with our own */
	rc = store_dose_find_source(a->store, DOSE_SOURCE_MUNICIPALITY, d->origin_municipality, d->origin_id, &id, why);
	*ret_unknown = rc == RC_ABSENT;
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc
apply_dose(struct action *a, struct correction_in *row, struct dose *d, int64_t now_us, day today, struct arena *arena,
    struct fault *why)
{
	enum store_fate fate;
	struct dose *version;
	struct id id;
	size_t n;
	enum rc rc;

	d->person = row->person;
	d->source = DOSE_SOURCE_MUNICIPALITY;
	d->source_code = row->sender;
	d->source_id = row->record_key;
	d->source_version = row->version;
	d->relayed_by = row->sender;
	if ((rc = store_dose_put(a->store, d, &id, &fate, why)) != RC_OK)
		return rc;
	if (fate == STORE_CONFLICT) {
		hold(row, "same-version-other-content");
		return RC_OK;
	}
	if ((rc = duplicate_settle(a, &row->person, today, why)) != RC_OK ||
	    (rc = store_dose_versions(a->store, &id, arena, &version, &n, why)) != RC_OK)
		return rc;
	row->taken = fate == STORE_UNCHANGED ? MESSAGE_TAKEN_KNOWN : MESSAGE_TAKEN_APPLIED;
	row->local_version = n > 0 ? version[n - 1].version : 1;
	row->reason = NULL;
	/* Whoever had it from us is told in turn. */
	return fate == STORE_UNCHANGED ? RC_OK : provide_changed(a, &row->person, true, now_us, today, why);
}

/* What becomes of it: row gets taken, reason and the version.  force: an officer has looked. */
static enum rc
judge(struct action *a, const struct message_correction *c, const struct inquiry_row *inquiry, bool force,
    struct correction_in *row, int64_t now_us, day today, struct arena *arena, struct fault *why)
{
	const struct message_record_items record = { c->record_key, c->record_version, c->items, c->n_items };
	struct fault reason = { .rc = RC_OK };
	struct copy_identity identity;
	bool has_dose, unknown;
	struct person p;
	struct dose d;
	enum rc rc;

	if ((rc = store_person_get(a->store, &row->person, arena, &p, why)) != RC_OK)
		return rc;
	if (copy_record_read(&record, &identity, &d, &has_dose, &reason) != RC_OK || !has_dose) {
		refuse(row, "unreadable");
		return RC_OK;
	}
	if (!force && p.is_protected)
		hold(row, "protected");
	else if (!force && !copy_identity_same(&identity, &p))
		hold(row, "identity-differs");
	else if (!force && inquiry->is_ended && inquiry->state != INQUIRY_APPLIED)
		hold(row, "answer-not-taken");
	else if ((rc = is_unknown(a, &d, &unknown, why)) != RC_OK)
		return rc;
	/* Before the answer itself is here it is the answer; after it, a dose that was never told. */
	else if (!force && unknown && inquiry->is_ended)
		hold(row, "unknown-dose");
	else
		return apply_dose(a, row, &d, now_us, today, arena, why);
	return RC_OK;
}

static enum rc
keep_evidence(struct action *a, const struct message *m, const char *process_no, const char *message_id,
    const struct id *person, const struct id *inquiry, const struct heard *h, struct fault *why)
{
	const struct message_letter *l = &h->answer->message->body.letter;
	struct evidence_document d = { .bytes = l->letter.bytes, .len = l->letter.len, .signature = l->signature.bytes,
	    .signature_len = l->signature.len, .type = message_name(m->kind), .message_id = message_id, .signer = l->sender,
	    .exchange_no = process_no, .certificate = h->answer->response_certificate,
	    .certificate_len = h->answer->response_certificate_len, .lists_digest = h->answer->lists_digest };

	if (person != NULL)
		d.person = *person;
	if (inquiry != NULL)
		d.inquiry = *inquiry;
	return evidence_keep(a, &d, h->now_us, h->today, h->arena, why);
}

/* The inquiry whose answer it corrects; RC_ABSENT: none of ours to that town. */
static enum rc
find_inquiry(struct action *a, const struct message_correction *c, const char *sender, day today,
    struct arena *arena, struct inquiry_row *ret_inquiry, struct fault *why)
{
	const char *town;
	enum rc rc = store_inquiry_find_process(a->store, c->process_no, arena, ret_inquiry, why);

	if (rc != RC_OK || strcmp(ret_inquiry->provider, sender) == 0)
		return rc;
	return code_municipality_to_ask(ret_inquiry->provider, today, &town) == RC_OK && strcmp(town, sender) == 0 ?
	    RC_OK : RC_ABSENT;
}

static enum rc
put_work(struct action *a, const struct correction_in *row, const char *correction_id, struct fault *why)
{
	struct held_row work = { .kind = HELD_CORRECTION, .reason = row->reason, .reference = correction_id,
	    .source = row->sender, .person = row->person };
	struct id id;
	bool is_new;

	return store_held_add(a->store, &work, &id, &is_new, why);
}

/* The same correction came before: the receipt it got goes again, when it says the same, and is not still to leave. */
static enum rc
again(struct action *a, const struct message_correction *c, const struct correction_in *was,
    const struct correction_in *row, int64_t now_us, struct fault *why)
{
	struct held_row work = { .kind = HELD_CONFLICT, .reason = "corrected-twice-otherwise",
	    .reference = c->correction_id, .source = row->sender, .person = was->person };
	struct id id;
	bool is_new, waits;
	enum rc rc;

	if (memcmp(was->digest.b, row->digest.b, sizeof(was->digest.b)) == 0 && was->version == c->record_version)
		return (rc = store_outbox_unsent(a->store, &was->correction, &waits, why)) != RC_OK || waits ? rc :
		    send_receipt(a, c, was, now_us, why);
	if ((rc = store_held_add(a->store, &work, &id, &is_new, why)) != RC_OK)
		return rc;
	return say_audit(a, "correction-conflict", &was->person, AUDIT_FAILED, NULL, why);
}

static enum rc
take_correction(struct action *a, const struct heard *h, const struct message *m, const char *sender,
    struct fault *why)
{
	const struct message_correction *c = &m->body.correction;
	struct correction_in row = { .sender = sender, .process_no = c->process_no, .record_key = c->record_key,
	    .version = c->record_version, .received_us = h->now_us, .taken_us = h->now_us }, was;
	struct inquiry_row inquiry = { .person = ID_NONE };
	int64_t unnumbered = 0;
	enum rc rc;

	if (id_parse(c->correction_id, strlen(c->correction_id), &row.correction) != RC_OK)
		return fault_set(why, RC_INVALID, "TKY.Correction/CorrectionID", "is no id");
	if ((rc = digest_of(c, &row.digest, why)) != RC_OK)
		return rc;
	rc = store_correction_in_get(a->store, sender, &row.correction, h->arena, &was, why);
	if (rc == RC_OK)
		return again(a, c, &was, &row, h->now_us, why);
	if (rc != RC_ABSENT)
		return rc;
	rc = find_inquiry(a, c, sender, h->today, h->arena, &inquiry, why);
	if (rc == RC_ABSENT) {
		if ((rc = store_inquiry_unnumbered(a->store, sender, &unnumbered, why)) != RC_OK)
			return rc;
		/* Perhaps of an inquiry whose number is still on its way: without a receipt it comes again. */
		if (unnumbered > 0)
			return say_audit(a, "correction-early", NULL, AUDIT_DONE, NULL, why);
		refuse(&row, "unknown-exchange");
	} else if (rc == RC_OK) {
		row.person = inquiry.person;
		rc = judge(a, c, &inquiry, false, &row, h->now_us, h->today, h->arena, why);
	}
	if (rc != RC_OK ||
	    (rc = keep_evidence(a, m, c->process_no, c->correction_id, &row.person, &inquiry.id, h, why)) != RC_OK ||
	    (rc = store_correction_in_add(a->store, &row, why)) != RC_OK)
		return rc;
	if (row.taken == MESSAGE_TAKEN_HELD && (rc = put_work(a, &row, c->correction_id, why)) != RC_OK)
		return rc;
	if ((rc = say_audit(a, "correction-taken", id_known(&row.person) ? &row.person : NULL, AUDIT_DONE,
	    row.reason, why)) != RC_OK)
		return rc;
	return send_receipt(a, c, &row, h->now_us, why);
}

/* ---- letters ---- */

static enum rc
take_letter(struct action *a, const struct heard *h, struct fault *why)
{
	const struct message *m = h->answer->response;
	const struct message_letter *l = &h->answer->message->body.letter;
	const struct message_correction_receipt *r = &m->body.correction_receipt;
	bool is_receipt = m->kind == MESSAGE_CORRECTION_RECEIPT, is_count = m->kind == MESSAGE_DAY_COUNT;
	char sender[7];
	enum rc rc;

	if (is_count || m->kind == MESSAGE_DAY_RECEIPT) {
		if (strcmp(is_count ? m->body.day_count.sender : m->body.day_receipt.sender, l->sender) != 0 ||
		    strcmp(is_count ? m->body.day_count.recipient : m->body.day_receipt.recipient,
		    a->self.institution) != 0 || m->header.mode != a->self.mode)
			return fault_set(why, RC_INVALID, message_name(m->kind), "is not from its signer, or not for us");
		return day_count_letter(a, h, m, why);
	}
	if (message_municipality_of(l->sender, sender) != RC_OK ||
	    strcmp(is_receipt ? r->sender : m->body.correction.sender, l->sender) != 0 ||
	    strcmp(is_receipt ? r->recipient : m->body.correction.recipient, a->self.institution) != 0 ||
	    m->header.mode != a->self.mode)
		return fault_set(why, RC_INVALID, message_name(m->kind), "is not from its signer, or not for us");
	if (!is_receipt)
		return take_correction(a, h, m, sender, why);
	if ((rc = keep_evidence(a, m, r->process_no, m->header.msg_id, NULL, NULL, h, why)) != RC_OK)
		return rc;
	return correction_receipt(a, h, r, sender, why);
}

/* A letter that holds back no other: somebody looks at it, and its sender, without a receipt, sends it again. */
static enum rc
set_aside(struct action *a, const struct heard *h, struct fault *why)
{
	const struct message_letter *l = &h->answer->message->body.letter;
	struct held_row work = { .kind = HELD_POISON, .reason = "letter-unreadable", .reference = l->letter_no };
	char sender[7];
	struct id id;
	bool is_new;
	enum rc rc;

	if (message_municipality_of(l->sender, sender) == RC_OK)
		work.source = sender;
	if (h->answer->response_rc == RC_CRYPTO)
		work.reason = "letter-forged";
	if ((rc = store_held_add(a->store, &work, &id, &is_new, why)) != RC_OK)
		return rc;
	return say_audit(a, work.reason, NULL, AUDIT_FAILED, NULL, why);
}

enum rc
correction_letter_heard(struct action *a, const struct heard *h, struct fault *why)
{
	const struct message_letter *l = &h->answer->message->body.letter;
	struct fault reason = { .rc = RC_OK };
	const char *last;
	enum rc rc;

	if (h->event.kind == ADAPTER_RECEIVED)	/* of a receipt of ours */
		return RC_OK;
	if (h->event.kind != ADAPTER_LETTER)
		return say_audit(a, "network-refused", NULL, AUDIT_FAILED, message_error_name(h->event.error), why);
	if (l->letter_no == NULL)
		return RC_OK;
	if ((rc = last_letter(a, h->arena, &last, why)) != RC_OK)
		return rc;
	if (last != NULL && strcmp(last, l->letter_no) >= 0)
		return RC_OK;		/* two questions at once got the same letter */
	if (h->answer->response == NULL)
		rc = set_aside(a, h, why);
	else {
		if ((rc = store_mark(a->store, why)) != RC_OK)
			return rc;
		rc = take_letter(a, h, &reason);
		if (rc == RC_OK)
			rc = store_keep_mark(a->store, why);
		else {
			store_undo_mark(a->store);
			if (rc == RC_INVALID || rc == RC_CONFLICT)
				rc = set_aside(a, h, why);
			else if (why != NULL)
				*why = reason;
		}
	}
	if (rc != RC_OK || (rc = store_setting_set(a->store, LAST_LETTER, l->letter_no, why)) != RC_OK)
		return rc;
	return l->more ? fetch_after(a, l->letter_no, h->now_us, why) : RC_OK;
}

/* ---- an officer decides ---- */

/* The correction as it came, from its seal, read and verified anew. */
static enum rc
read_again(struct call *c, const struct held_row *row, struct wire_answer *ret_answer, struct fault *why)
{
	struct action *a = c->a;
	struct evidence_row e;
	struct vault_place place;
	struct buf clear = BUF_INIT(LIMIT_WIRE_BYTES), signature = BUF_INIT(256);
	struct wire_signed in = { .role = PEER_NODE };
	enum rc rc;

	if ((rc = store_evidence_of_message(a->store, row->reference, &c->arena, &e, why)) == RC_ABSENT)
		rc = fault_set(why, RC_ABSENT, "evidence", "the correction is not kept any more");
	if (rc != RC_OK ||
	    (rc = store_evidence_place(a->store, &e.id, &e.person, &place, why)) != RC_OK ||
	    (rc = vault_client_unseal(a->key, &place, &e.sealed, &clear, why)) != RC_OK ||
	    (rc = peer_signature_text(e.signature, e.signature_len, &signature)) != RC_OK)
		goto out;
	in.bytes = clear.data;
	in.len = clear.len;
	in.signature_text = signature.data;
	in.signature_text_len = signature.len;
	in.institution = e.signer;
	in.now_s = e.time_us / 1000000;		/* when it was received its certificate held */
	rc = wire_client_read(a->wire, &in, &c->arena, ret_answer, why);
 out:
	buf_wipe(&clear);
	buf_clear(&signature);
	return rc;
}

static enum rc
find_taken(struct call *c, const struct held_row *row, struct wire_answer *ret_answer, struct correction_in *ret_row,
    struct fault *why)
{
	struct id id;
	enum rc rc;

	if (row->reference == NULL || row->source == NULL ||
	    id_parse(row->reference, strlen(row->reference), &id) != RC_OK)
		return fault_set(why, RC_BUG, "held", "a correction without its id");
	if ((rc = store_correction_in_get(c->a->store, row->source, &id, &c->arena, ret_row, why)) != RC_OK ||
	    (rc = read_again(c, row, ret_answer, why)) != RC_OK)
		return rc;
	return ret_answer->message->kind == MESSAGE_CORRECTION ? RC_OK :
	    fault_set(why, RC_BUG, "held", "something else than a correction");
}

static enum rc
decide(struct call *c, struct correction_in *row, const struct wire_answer *answer, struct fault *why)
{
	enum rc rc;

	row->taken_us = c->now_us;
	if ((rc = store_correction_in_set(c->a->store, row, why)) != RC_OK)
		return rc;
	return send_receipt(c->a, &answer->message->body.correction, row, c->now_us, why);
}

enum rc
correction_letter_release(struct call *c, const struct held_row *held, struct fault *why)
{
	struct wire_answer answer;
	struct inquiry_row inquiry;
	struct correction_in row;
	enum rc rc;

	if ((rc = find_taken(c, held, &answer, &row, why)) != RC_OK ||
	    (rc = store_inquiry_find_process(c->a->store, row.process_no, &c->arena, &inquiry, why)) != RC_OK ||
	    (rc = judge(c->a, &answer.message->body.correction, &inquiry, true, &row, c->now_us, c->today, &c->arena,
	    why)) != RC_OK)
		return rc;
	if (row.taken == MESSAGE_TAKEN_HELD)
		return fault_set(why, RC_REFUSED, "held",
		    "the same version stands here with other content: refuse it, and ask its sender which is right");
	return decide(c, &row, &answer, why);
}

enum rc
correction_letter_refuse(struct call *c, const struct held_row *held, struct fault *why)
{
	struct wire_answer answer;
	struct correction_in row;
	enum rc rc;

	if ((rc = find_taken(c, held, &answer, &row, why)) != RC_OK)
		return rc;
	refuse(&row, "officer");
	row.local_version = 0;
	return decide(c, &row, &answer, why);
}
