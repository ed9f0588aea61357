#include <string.h>

#include "base/limits.h"
#include "exchange/adapter.h"

const char *
adapter_endpoint_name(enum adapter_endpoint endpoint)
{
	static const char *const name[ADAPTER_ENDPOINT__COUNT] = { "intermediary", "registrar", "core" };

	return (unsigned)endpoint < ADAPTER_ENDPOINT__COUNT ? name[endpoint] : "unknown";
}

/*
 * The intermediary answers under the institution code of the town it serves; so its
 * requests and answers carry our own code on both sides, and the role of the
 * certificate tells node and intermediary apart.
 */
static const char *
answerer_of(const struct adapter_self *self, enum adapter_endpoint endpoint)
{
	switch (endpoint) {
	case ADAPTER_REGISTRAR:
		return MESSAGE_INSTITUTION_REGISTRAR;
	case ADAPTER_CORE:
		return MESSAGE_INSTITUTION_CORE;
	case ADAPTER_INTERMEDIARY:
	case ADAPTER_ENDPOINT__COUNT:
		break;
	}
	return self->institution;
}

static enum adapter_endpoint
endpoint_of(enum message_kind kind)
{
	return kind == MESSAGE_CODE_REQUEST ? ADAPTER_REGISTRAR : ADAPTER_INTERMEDIARY;
}

static void
begin(struct message *m, const struct adapter_self *self, const char *msg_id, enum message_kind kind)
{
	message_init(m, kind);
	m->header.msg_id = msg_id;
	m->header.mode = self->mode;
	m->header.source = self->institution;
	m->header.destination = answerer_of(self, endpoint_of(kind));
}

static enum rc
encode(const struct message *m, const struct adapter_self *self, struct adapter_call *ret_call,
    struct fault *why)
{
	size_t gap_offset;
	enum rc rc;

	if ((rc = wire_write(m, &ret_call->bytes, &gap_offset, why)) != RC_OK)
		return rc;
	ret_call->kind = m->kind;
	ret_call->endpoint = endpoint_of(m->kind);
	ret_call->gap_offset = gap_offset;
	ret_call->answerer = answerer_of(self, ret_call->endpoint);
	return RC_OK;
}

static enum rc
number_request(const struct adapter_self *self, const char *msg_id, const char *addressee_no,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, MESSAGE_NUMBER_REQUEST);
	m.body.number_request.addressee_no = addressee_no;
	m.body.number_request.institution = self->institution;
	return encode(&m, self, ret_call, why);
}

static enum rc
fetch(const struct adapter_self *self, const char *msg_id, enum message_kind kind, const char *reception_no,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, kind);
	m.body.fetch.reception_no = reception_no;
	return encode(&m, self, ret_call, why);
}

static enum rc
number_fetch(const struct adapter_self *self, const char *msg_id, const char *reception_no,
    struct adapter_call *ret_call, struct fault *why)
{
	return fetch(self, msg_id, MESSAGE_NUMBER_FETCH, reception_no, ret_call, why);
}

static enum rc
code_request(const struct adapter_self *self, const char *msg_id, const char *acquisition_no,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, MESSAGE_CODE_REQUEST);
	m.body.code_request.acquisition_no = acquisition_no;
	return encode(&m, self, ret_call, why);
}

static enum rc
code_fetch(const struct adapter_self *self, const char *msg_id, const char *addressee_no,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, MESSAGE_CODE_FETCH);
	m.body.code_fetch.addressee_no = addressee_no;
	return encode(&m, self, ret_call, why);
}

static enum rc
copies_send(const struct adapter_self *self, const char *msg_id, const struct adapter_copies *copies,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	if (copies->n_records > ADAPTER_COPIES_AT_ONCE)
		return fault_set(why, RC_TOO_BIG, "DBM.CopyRegister/Records", "more than one send takes");
	begin(&m, self, msg_id, MESSAGE_COPY_REGISTER);
	m.body.copy_register.segment = copies->segment;
	m.body.copy_register.records = copies->records;
	m.body.copy_register.n_records = copies->n_records;
	return encode(&m, self, ret_call, why);
}

static enum rc
copies_fetch(const struct adapter_self *self, const char *msg_id, const char *reception_no,
    struct adapter_call *ret_call, struct fault *why)
{
	return fetch(self, msg_id, MESSAGE_COPY_RESULT_FETCH, reception_no, ret_call, why);
}

static enum rc
copies_list(const struct adapter_self *self, const char *msg_id, const char *after,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, MESSAGE_COPY_LIST_FETCH);
	m.body.copy_list_fetch.after = after;
	return encode(&m, self, ret_call, why);
}

static void
inquiry_body(const struct adapter_self *self, const struct adapter_inquiry *q,
    char provider[MESSAGE_CODE16_CHARS + 1], struct message_inquiry_request *ret_body)
{
	struct message_inquiry_request *b = ret_body;

	message_institution_of(q->provider_municipality, provider);
	b->record_no = q->record_no;
	b->addressee_no = q->addressee_no;
	b->code = NULL;
	b->dept = q->dept;
	b->user = q->user;
	b->inquirer = self->institution;
	b->provider = provider;
	b->affair_code = q->affair_code;
	b->procedure_code = q->procedure_code;
	b->item_code = q->item_code;
	b->from = q->from;
	b->to = q->to;
	b->inquirer_non_disclosure = q->non_disclosure;
	b->requested_at_ms = q->requested_at_ms;
	b->salt = q->salt;
}

static enum rc
inquire(const struct adapter_self *self, const char *msg_id, const struct adapter_inquiry *inquiry,
    struct adapter_call *ret_call, struct fault *why)
{
	char provider[MESSAGE_CODE16_CHARS + 1], municipality[7];
	struct message m;

	if (strlen(inquiry->provider_municipality) != 6)
		return fault_set(why, RC_INVALID, "SKI.InquiryRequest/Provider", "no municipality code");
	begin(&m, self, msg_id, MESSAGE_INQUIRY_REQUEST);
	inquiry_body(self, inquiry, provider, &m.body.inquiry_request);
	if (message_municipality_of(provider, municipality) != RC_OK)
		return fault_set(why, RC_INVALID, "SKI.InquiryRequest/Provider", "no municipality code");
	return encode(&m, self, ret_call, why);
}

static enum rc
result_fetch(const struct adapter_self *self, const char *msg_id, const char *reception_no,
    struct adapter_call *ret_call, struct fault *why)
{
	return fetch(self, msg_id, MESSAGE_RESULT_FETCH, reception_no, ret_call, why);
}

static enum rc
held_list(const struct adapter_self *self, const char *msg_id, bool with_inquirer,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, MESSAGE_HELD_FETCH);
	m.body.held_fetch.with_inquirer = with_inquirer;
	return encode(&m, self, ret_call, why);
}

static enum rc
held_decide(const struct adapter_self *self, const char *msg_id,
    const struct message_provision_decision *decision, struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, MESSAGE_PROVISION_DECISION);
	m.body.provision_decision = *decision;
	ret_call->exchange_no = decision->permit_id;
	return encode(&m, self, ret_call, why);
}

static enum rc
record_fetch(const struct adapter_self *self, const char *msg_id, const struct message_record_fetch *which,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, MESSAGE_RECORD_FETCH);
	m.body.record_fetch = *which;
	return encode(&m, self, ret_call, why);
}

static enum rc
told_fetch(const struct adapter_self *self, const char *msg_id, const char *process_no,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, MESSAGE_TOLD_FETCH);
	m.body.told_fetch.process_no = process_no;
	return encode(&m, self, ret_call, why);
}

static enum rc
evidence_fetch(const struct adapter_self *self, const char *msg_id, const char *process_no,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, MESSAGE_EVIDENCE_FETCH);
	m.body.evidence_fetch.process_no = process_no;
	return encode(&m, self, ret_call, why);
}

static enum rc
correct(const struct adapter_self *self, const char *msg_id, const struct adapter_correction *c,
    struct adapter_call *ret_call, struct fault *why)
{
	char recipient[MESSAGE_CODE16_CHARS + 1], municipality[7];
	struct message_correction *b;
	struct message m;

	if (strlen(c->recipient_municipality) != 6)
		return fault_set(why, RC_INVALID, "TKY.Correction/Recipient", "no municipality code");
	message_institution_of(c->recipient_municipality, recipient);
	if (message_municipality_of(recipient, municipality) != RC_OK)
		return fault_set(why, RC_INVALID, "TKY.Correction/Recipient", "no municipality code");
	begin(&m, self, msg_id, MESSAGE_CORRECTION);
	b = &m.body.correction;
	b->correction_id = c->correction_id;
	b->process_no = c->process_no;
	b->sender = self->institution;
	b->recipient = recipient;
	b->made_at_ms = c->made_at_ms;
	b->record_key = c->record->record_key;
	b->record_version = c->record->record_version;
	ret_call->exchange_no = c->process_no;
	b->items = c->record->items;
	b->n_items = c->record->n_items;
	return encode(&m, self, ret_call, why);
}

static enum rc
receipt_send(const struct adapter_self *self, const char *msg_id, const struct adapter_receipt *r,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message_correction_receipt *b;
	struct message m;

	begin(&m, self, msg_id, MESSAGE_CORRECTION_RECEIPT);
	b = &m.body.correction_receipt;
	b->correction_id = r->correction->correction_id;
	b->process_no = r->correction->process_no;
	b->sender = self->institution;
	b->recipient = r->correction->sender;
	b->record_key = r->correction->record_key;
	b->record_version = r->correction->record_version;
	ret_call->exchange_no = r->correction->process_no;
	b->taken = r->taken;
	b->local_version = r->local_version;
	b->reason = r->reason;
	b->taken_at_ms = r->taken_at_ms;
	return encode(&m, self, ret_call, why);
}

static enum rc
day_count_send(const struct adapter_self *self, const char *msg_id, const struct adapter_day_count *c,
    struct adapter_call *ret_call, struct fault *why)
{
	char recipient[MESSAGE_CODE16_CHARS + 1], municipality[7], digest[MESSAGE_DIGEST_CHARS + 1];
	int64_t n[MESSAGE_OUTCOME_PENDING] = { 0 };
	struct message_day_count *b;
	struct message m;

	if (strlen(c->recipient_municipality) != 6)
		return fault_set(why, RC_INVALID, "TKM.DayCount/Recipient", "no municipality code");
	message_institution_of(c->recipient_municipality, recipient);
	if (message_municipality_of(recipient, municipality) != RC_OK)
		return fault_set(why, RC_INVALID, "TKM.DayCount/Recipient", "no municipality code");
	for (size_t i = 0; i < c->n_entries; i++) {
		if (c->entries[i].outcome <= MESSAGE_OUTCOME_NONE || c->entries[i].outcome >= MESSAGE_OUTCOME_PENDING)
			return fault_set(why, RC_INVALID, "TKM.DayCount/Entries", "an exchange that has not ended");
		n[c->entries[i].outcome]++;
	}
	begin(&m, self, msg_id, MESSAGE_DAY_COUNT);
	message_day_digest(c->entries, c->n_entries, digest);
	b = &m.body.day_count;
	b->sender = self->institution;
	b->recipient = recipient;
	b->on = c->on;
	b->inquirer = c->inquirer;
	b->provider = c->provider;
	b->made_at_ms = c->made_at_ms;
	b->provided = n[MESSAGE_OUTCOME_PROVIDED];
	b->no_data = n[MESSAGE_OUTCOME_NO_DATA];
	b->refused = n[MESSAGE_OUTCOME_REFUSED];
	b->failed = n[MESSAGE_OUTCOME_FAILED];
	b->digest = digest;
	if (c->is_listed) {
		b->entries = c->entries;
		b->n_entries = c->n_entries;
	}
	return encode(&m, self, ret_call, why);
}

static enum rc
day_receipt_send(const struct adapter_self *self, const char *msg_id, const struct adapter_day_receipt *r,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message_day_receipt *b;
	struct message m;

	begin(&m, self, msg_id, MESSAGE_DAY_RECEIPT);
	b = &m.body.day_receipt;
	b->sender = self->institution;
	b->recipient = r->count->sender;
	b->on = r->count->on;
	b->inquirer = r->count->inquirer;
	b->provider = r->count->provider;
	b->made_at_ms = r->count->made_at_ms;
	b->compared = r->compared;
	b->taken_at_ms = r->taken_at_ms;
	return encode(&m, self, ret_call, why);
}

static enum rc
letter_fetch(const struct adapter_self *self, const char *msg_id, const char *after,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, MESSAGE_LETTER_FETCH);
	m.body.letter_fetch.after = after;
	return encode(&m, self, ret_call, why);
}

static enum rc
notice_send(const struct adapter_self *self, const char *msg_id, const struct adapter_notice *n,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message m;

	begin(&m, self, msg_id, MESSAGE_NOTICE);
	m.body.notice.addressee_no = n->addressee_no;
	m.body.notice.title = n->title;
	m.body.notice.text = n->text;
	return encode(&m, self, ret_call, why);
}

static enum rc
notice_fetch(const struct adapter_self *self, const char *msg_id, const char *reception_no,
    struct adapter_call *ret_call, struct fault *why)
{
	return fetch(self, msg_id, MESSAGE_NOTICE_FETCH, reception_no, ret_call, why);
}

/* ---- answers ---- */

static enum rc
fits(const struct adapter_self *self, enum message_kind sent, const char *msg_id,
    const struct message *answer, struct fault *why)
{
	const char *place = message_name(answer->kind);
	const struct message_header *h = &answer->header;

	if (place == NULL || (answer->kind != MESSAGE_ERROR && answer->kind != message_answer_of(sent)))
		return fault_set(why, RC_INVALID, place == NULL ? "Message" : place, "does not answer what was sent");
	if (strcmp(h->msg_id, msg_id) != 0)
		return fault_set(why, RC_INVALID, "Header/MsgID", "is not that of the request");
	if (strcmp(h->source, answerer_of(self, endpoint_of(sent))) != 0)
		return fault_set(why, RC_INVALID, "Header/Source", "is not the institution that was asked");
	if (strcmp(h->destination, self->institution) != 0)
		return fault_set(why, RC_INVALID, "Header/Destination", "is another institution");
	if (h->mode != self->mode)
		return fault_set(why, RC_INVALID, "Header/Mode", "mixes exercise and earnest");
	return RC_OK;
}

static void
interpret_result(const struct message_result *r, struct adapter_event *e)
{
	e->progress = r->progress;
	switch (r->progress) {
	case MESSAGE_PROGRESS_DONE:
		/* Also "nothing" and "refused" are the provider's word, signed by it. */
		e->kind = ADAPTER_INQUIRY_ANSWERED;
		e->error = r->error;
		break;
	case MESSAGE_PROGRESS_FAILED:
		e->kind = ADAPTER_INQUIRY_ENDED;
		e->error = r->error;
		break;
	case MESSAGE_PROGRESS_NONE:
	case MESSAGE_PROGRESS_ACCEPTED:
	case MESSAGE_PROGRESS_CHECKED:
	case MESSAGE_PROGRESS_PERMITTED:
	case MESSAGE_PROGRESS_NOTIFIED:
	case MESSAGE_PROGRESS_HELD:
		e->kind = ADAPTER_INQUIRY_WAITING;
		break;
	}
	e->retry = message_error_retry(e->error);
}

static enum rc
interpret(const struct adapter_self *self, enum message_kind sent, const char *msg_id,
    const struct message *answer, struct adapter_event *ret_event, struct fault *why)
{
	struct adapter_event e = { .kind = ADAPTER_FAILED, .message = answer };
	enum rc rc;

	if ((rc = fits(self, sent, msg_id, answer, why)) != RC_OK)
		return rc;
	switch ((unsigned)answer->kind) {
	case MESSAGE_RECEIPT:
		e.kind = ADAPTER_RECEIVED;
		e.reception_no = answer->header.reception_no;
		break;
	case MESSAGE_ERROR:
		e.error = answer->body.error.error;
		e.retry = message_error_retry(e.error);
		break;
	case MESSAGE_NUMBER_ISSUED:
		e.acquisition_no = answer->body.number_issued.acquisition_no;
		e.kind = e.acquisition_no == NULL ? ADAPTER_NUMBER_WAITING : ADAPTER_NUMBER_ISSUED;
		break;
	case MESSAGE_CODE_STATUS:
		e.kind = ADAPTER_CODE;
		e.code_state = answer->body.code_status.state;
		break;
	case MESSAGE_COPY_RESULT:
		e.kind = answer->body.copy_result.done ? ADAPTER_COPIES_DONE : ADAPTER_COPIES_WAITING;
		break;
	case MESSAGE_COPY_LIST:
		e.kind = ADAPTER_COPY_LIST;
		break;
	case MESSAGE_RESULT:
		interpret_result(&answer->body.result, &e);
		break;
	case MESSAGE_HELD_LIST:
		e.kind = ADAPTER_HELD_LIST;
		break;
	case MESSAGE_RECORD_LIST:
		e.kind = ADAPTER_RECORD_LIST;
		break;
	case MESSAGE_TOLD:
		e.kind = ADAPTER_TOLD;
		break;
	case MESSAGE_EVIDENCE:
		e.kind = ADAPTER_EVIDENCE;
		break;
	case MESSAGE_LETTER:
		e.kind = ADAPTER_LETTER;
		break;
	case MESSAGE_NOTICE_RESULT:
		e.kind = ADAPTER_NOTICE;
		break;
	default:
		return fault_set(why, RC_INVALID, message_name(answer->kind), "no answer that a node waits for");
	}
	*ret_event = e;
	return RC_OK;
}

static enum rc
response_fits(const struct adapter_self *self, const struct adapter_inquiry *inquiry,
    const struct message *result, const struct message *response, struct fault *why)
{
	static const char place[] = "TKY.ProvisionResponse";
	char provider[MESSAGE_CODE16_CHARS + 1], digest[MESSAGE_DIGEST_CHARS + 1];
	const struct message_provision_response *p;
	struct message_inquiry_request q;
	const struct message_result *r;

	if (result->kind != MESSAGE_RESULT || response->kind != MESSAGE_PROVISION_RESPONSE)
		return fault_set(why, RC_INVALID, place, "is not a response inside a result");
	r = &result->body.result;
	p = &response->body.provision_response;
	inquiry_body(self, inquiry, provider, &q);
	message_inquiry_digest(&q, digest);
	if (strcmp(p->inquiry_digest, digest) != 0)
		return fault_set(why, RC_INVALID, place, "answers another inquiry (digest)");
	if (strcmp(r->record_no, inquiry->record_no) != 0)
		return fault_set(why, RC_INVALID, "SKI.Result/RecordNo", "is of another inquiry");
	if (strcmp(r->provider, provider) != 0 || strcmp(response->header.source, provider) != 0)
		return fault_set(why, RC_INVALID, place, "comes from another provider");
	if (strcmp(response->header.destination, self->institution) != 0)
		return fault_set(why, RC_INVALID, place, "was made for another institution");
	if (r->process_no == NULL || strcmp(r->process_no, p->process_no) != 0)
		return fault_set(why, RC_INVALID, place, "has another process number than the result");
	if (r->item_status != p->status)
		return fault_set(why, RC_INVALID, place, "says otherwise than the result around it");
	if (response->header.mode != self->mode)
		return fault_set(why, RC_INVALID, place, "mixes exercise and earnest");
	return RC_OK;
}

const struct adapter adapter_reference = {
	.name = "reference",
	.can = { .corrections = true, .day_counts = true, .evidence = true, .notices = true },
	.number_request = number_request,
	.number_fetch = number_fetch,
	.code_request = code_request,
	.code_fetch = code_fetch,
	.copies_send = copies_send,
	.copies_fetch = copies_fetch,
	.copies_list = copies_list,
	.inquire = inquire,
	.result_fetch = result_fetch,
	.held_list = held_list,
	.held_decide = held_decide,
	.record_fetch = record_fetch,
	.told_fetch = told_fetch,
	.evidence_fetch = evidence_fetch,
	.correct = correct,
	.receipt_send = receipt_send,
	.day_count_send = day_count_send,
	.day_receipt_send = day_receipt_send,
	.letter_fetch = letter_fetch,
	.notice_send = notice_send,
	.notice_fetch = notice_fetch,
	.interpret = interpret,
	.response_fits = response_fits,
};
