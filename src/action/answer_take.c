#include "action/answer_take.h"

#include "action/copy_record.h"
#include "action/duplicate.h"
#include "action/evidence.h"
#include "action/inquiry_step.h"
#include "action/provide.h"
#include "action/portal.h"
#include "store/store_dose.h"
#include "store/store_held.h"

/*
 * A provider's answer: evidence first, then identity, then the statements.  Codes can be linked
 * to the wrong person, so any difference in birth date, sex or folded kana sets the whole
 * answer aside.
 */

/* The whole answer as our intermediary server signed it, and the provider's word inside. */
static enum rc
keep_evidence(struct action *a, const struct inquiry_row *row, const struct heard *h, struct fault *why)
{
	const struct message_result *result = &h->answer->message->body.result;
	struct evidence_document d = { .bytes = result->response.bytes, .len = result->response.len,
	    .signature = result->signature.bytes, .signature_len = result->signature.len,
	    .type = message_name(MESSAGE_PROVISION_RESPONSE), .message_id = h->sent->message_id,
	    .signer = result->provider, .person = row->person, .inquiry = row->id, .exchange_no = row->process_no,
	    .certificate = h->answer->response_certificate, .certificate_len = h->answer->response_certificate_len,
	    .lists_digest = h->answer->lists_digest };
	enum rc rc;

	if ((rc = evidence_keep_heard(a, h, &row->id, row->process_no, why)) != RC_OK)
		return rc;
	return evidence_keep(a, &d, h->now_us, h->today, h->arena, why);
}

static enum rc
apply_record(struct action *a, const struct inquiry_row *row, const struct message_record_items *record,
    size_t *statements, struct fault *why)
{
	struct copy_identity identity;
	struct held_row held = { .kind = HELD_CONFLICT };
	enum store_fate fate;
	struct dose d;
	bool has_dose, is_new;
	struct id id;
	enum rc rc;

	if ((rc = copy_record_read(record, &identity, &d, &has_dose, why)) != RC_OK || !has_dose)
		return rc;
	d.person = row->person;
	d.source = DOSE_SOURCE_MUNICIPALITY;
	d.source_code = row->provider;
	d.source_id = record->record_key;
	d.source_version = record->record_version;
	d.relayed_by = row->provider;
	if ((rc = store_dose_put(a->store, &d, &id, &fate, why)) != RC_OK)
		return rc;
	(*statements)++;
	if (fate != STORE_CONFLICT)
		return RC_OK;
	/* Same origin and version, other content: both stay visible, a person decides. */
	held.reason = "same-version-other-content";
	held.reference = record->record_key;
	held.source = row->provider;
	held.person = row->person;
	return store_held_add(a->store, &held, &id, &is_new, why);
}

enum rc
answer_apply(struct action *a, const struct inquiry_row *row, const struct message *response,
    bool force, int64_t now_us, day today, struct arena *arena, bool *ret_same, size_t *ret_statements,
    struct fault *why)
{
	const struct message_provision_response *r = &response->body.provision_response;
	struct copy_identity identity;
	struct person p;
	struct dose d;
	bool has_dose;
	size_t i, statements = 0;
	enum rc rc;

	if ((rc = store_person_get(a->store, &row->person, arena, &p, why)) != RC_OK)
		return rc;
	/* Every record must be about this resident before any is taken over. */
	for (i = 0; i < r->n_records && !force; i++) {
		if ((rc = copy_record_read(&r->records[i], &identity, &d, &has_dose, why)) != RC_OK)
			return rc;
		if (!copy_identity_same(&identity, &p)) {
			*ret_same = false;
			*ret_statements = 0;
			return RC_OK;
		}
	}
	for (i = 0; i < r->n_records; i++)
		if ((rc = apply_record(a, row, &r->records[i], &statements, why)) != RC_OK)
			return rc;
	if ((rc = provide_changed(a, &row->person, !p.is_protected, now_us, today, why)) != RC_OK)
		return rc;
	*ret_same = true;
	*ret_statements = statements;
	return RC_OK;
}

enum rc
answer_take(struct action *a, struct inquiry_row *row, const struct heard *h, struct fault *why)
{
	const struct message *result = h->answer->message;
	struct adapter_inquiry asked;
	struct person p;
	struct fault reason = { .rc = RC_OK };
	size_t statements = 0;
	bool same = false;
	enum rc rc;

	if ((rc = inquiry_event(a, row, INQUIRY_ON_ANSWER, NULL, h->now_us, why)) != RC_OK ||
	    row->state != INQUIRY_ANSWERED ||
	    (rc = keep_evidence(a, row, h, why)) != RC_OK ||
	    (rc = inquiry_again(a, row, h->arena, &asked, why)) != RC_OK)
		return rc;
	/* Signed by the provider, and about what was asked? */
	if (h->answer->response == NULL ||
	    a->adapter->response_fits(&a->self, &asked, result, h->answer->response, &reason) != RC_OK)
		return inquiry_event(a, row, INQUIRY_ON_UNVERIFIED, "unverified", h->now_us, why);
	if ((rc = inquiry_event(a, row, INQUIRY_ON_TAKEN, NULL, h->now_us, why)) != RC_OK)
		return rc;
	row->known_as_of = h->today;
	switch (h->answer->response->body.provision_response.status) {
	case MESSAGE_ITEM_NO_DATA:	/* it holds nothing: never "not vaccinated" */
		return inquiry_event(a, row, INQUIRY_ON_NO_DATA, NULL, h->now_us, why);
	case MESSAGE_ITEM_REFUSED:
		return inquiry_event(a, row, INQUIRY_ON_REFUSAL, NULL, h->now_us, why);
	case MESSAGE_ITEM_FAILED:
	case MESSAGE_ITEM_NONE:
		return inquiry_event(a, row, INQUIRY_ON_DIFFER, "unreadable", h->now_us, why);
	case MESSAGE_ITEM_OK:
		break;
	}
	/* Protected since it was asked: nothing more is attached without an officer. */
	if ((rc = store_person_get(a->store, &row->person, h->arena, &p, why)) != RC_OK)
		return rc;
	if (p.is_protected)
		return inquiry_event(a, row, INQUIRY_ON_DIFFER, "protected", h->now_us, why);
	if ((rc = store_mark(a->store, why)) != RC_OK)
		return rc;
	rc = answer_apply(a, row, h->answer->response, false, h->now_us, h->today, h->arena, &same, &statements, &reason);
	if (rc != RC_OK && rc != RC_INVALID) {
		if (why != NULL)
			*why = reason;
		return rc;
	}
	if (rc == RC_INVALID) {		/* a record that cannot be read: nothing of the answer is taken */
		store_undo_mark(a->store);
		return inquiry_event(a, row, INQUIRY_ON_DIFFER, "unreadable", h->now_us, why);
	}
	if ((rc = store_keep_mark(a->store, why)) != RC_OK ||
	    (rc = duplicate_settle(a, &row->person, h->today, why)) != RC_OK ||
	    (same && statements > 0 && (rc = portal_arrived(a, &row->person, h->today, h->arena, why)) != RC_OK))
		return rc;
	return inquiry_event(a, row, same ? INQUIRY_ON_MATCH : INQUIRY_ON_DIFFER,
	    same ? NULL : "identity-differs", h->now_us, why);
}
