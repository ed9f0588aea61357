#include "net/net_intermediary.h"

#include <string.h>

#include "net/net_limits.h"

/*
 * The intermediary server of one municipality: knows its people by addressee
 * number, keeps their codes to itself, holds the copy, asks and answers.
 */

#define RECEPTION_CHARS 24
#define STAND_IN_CHARS 15

static const struct net_part_conf *
core_of(const struct net_part *p)
{
	return net_conf_part(p->net->conf, NET_CORE, "");
}

/* ---- codes ---- */

struct subject {
	const char *stand_in, *code;
	enum message_code_state state;
};

static enum rc
find_subject(struct net_work *w, const char *addressee_no, struct subject *ret_subject,
    struct fault *why)
{
	struct net_row row;
	enum rc rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_SUBJECT_FIND, &row, why, "t",
	    addressee_no);

	if (rc != RC_OK)
		return rc;
	ret_subject->stand_in = net_row_text(&row, 0, w->arena);
	ret_subject->code = net_row_text(&row, 1, w->arena);
	ret_subject->state = (enum message_code_state)net_row_int(&row, 2);
	net_row_end(&row);
	return ret_subject->stand_in != NULL ? RC_OK :
	    fault_set(why, RC_NOMEM, "subject", "out of memory");
}

/* Random digits in the width of an addressee number, so that the core never learns a real one. */
static const char *
new_stand_in(struct arena *a, struct fault *why)
{
	const char *hex = net_part_new_id(a, 2 * STAND_IN_CHARS, why);
	char *digits = arena_new(a, STAND_IN_CHARS + 1);

	if (hex == NULL || digits == NULL)
		return NULL;
	for (size_t i = 0; i < STAND_IN_CHARS; i++) {
		int high = hex[2 * i] <= '9' ? hex[2 * i] - '0' : hex[2 * i] - 'a' + 10;
		int low = hex[2 * i + 1] <= '9' ? hex[2 * i + 1] - '0' : hex[2 * i + 1] - 'a' + 10;

		digits[i] = (char)('0' + (high * 16 + low) % 10);
	}
	return digits;
}

static enum rc
take_number_request(struct net_work *w, struct fault *why)
{
	const struct message_number_request *request = &w->in->body.number_request;
	struct message relay = { .kind = MESSAGE_NUMBER_REQUEST };
	struct net_book *book = w->part->book;
	struct subject subject = { 0 };
	const char *reception;
	enum rc rc;

	if (strcmp(request->institution, w->part->conf->institution) != 0) {
		net_work_refuse(w, E203_BAD_INSTITUTION, "FGU.NumberRequest/InstitutionCode");
		return RC_OK;
	}
	rc = find_subject(w, request->addressee_no, &subject, why);
	if (rc == RC_ABSENT) {
		if ((subject.stand_in = new_stand_in(w->arena, why)) == NULL)
			return RC_CRYPTO;
		rc = net_book_run(book, NET_STMT_INTERMEDIARY_SUBJECT_PUT, why, "tti",
		    request->addressee_no, subject.stand_in, (int64_t)MESSAGE_CODE_REQUESTED);
	} else if (rc == RC_OK && subject.state == MESSAGE_CODE_NONE_YET) {
		rc = net_book_run(book, NET_STMT_INTERMEDIARY_SUBJECT_STATE, why, "ti",
		    request->addressee_no, (int64_t)MESSAGE_CODE_REQUESTED);
	}
	if (rc != RC_OK)
		return rc;
	if ((reception = net_part_new_id(w->arena, RECEPTION_CHARS, why)) == NULL)
		return RC_CRYPTO;
	relay.body.number_request.addressee_no = subject.stand_in;
	relay.body.number_request.institution = request->institution;
	if ((rc = net_book_run(book, NET_STMT_INTERMEDIARY_ACQUISITION_PUT, why, "tt", reception,
	    request->addressee_no)) != RC_OK)
		return rc;
	w->out->header.reception_no = reception;
	return net_task_put(w->part, core_of(w->part), &relay, reception, w->arena, why);
}

static enum rc
give_number(struct net_work *w, struct fault *why)
{
	const char *reception = w->in->body.fetch.reception_no;
	struct net_row row;
	enum rc rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_ACQUISITION_FIND, &row, why,
	    "t", reception);

	if (rc == RC_ABSENT) {
		net_work_refuse(w, E301_PERMIT_INVALID, "FGU.NumberFetch/ReceptionNo");
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	w->out->kind = MESSAGE_NUMBER_ISSUED;
	w->out->body.number_issued.addressee_no = net_row_text(&row, 0, w->arena);
	w->out->body.number_issued.acquisition_no = net_row_text(&row, 2, w->arena);
	net_row_end(&row);
	w->erase_with = reception;
	return RC_OK;
}

/* Number Act art. 21-2 (3): with the code there, no acquisition number stays. */
static enum rc
erase_acquisitions(struct net_work *w, const char *addressee_no, struct fault *why)
{
	struct net_book *book = w->part->book;
	struct net_row row;
	enum rc rc;

	if ((rc = net_book_run(book, NET_STMT_INTERMEDIARY_ACQUISITION_ERASE, why, "t",
	    addressee_no)) != RC_OK)
		return rc;
	rc = net_book_row(book, NET_STMT_INTERMEDIARY_ACQUISITION_OF, &row, why, "t", addressee_no);
	while (rc == RC_OK) {
		const char *reception = net_row_text(&row, 0, w->arena);

		rc = net_book_run(book, NET_STMT_ANY_INBOX_ERASE_SUBJECT, why, "t", reception);
		if (rc == RC_OK)
			rc = net_row_next(book, &row, why);
	}
	net_row_end(&row);
	net_book_scrub(book);
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc
take_code(struct net_work *w, struct fault *why)
{
	const struct message_code_notice *notice = &w->in->body.code_notice;
	struct net_book *book = w->part->book;
	struct net_row row;
	const char *addressee;
	enum rc rc;

	if (strcmp(notice->institution, w->part->conf->institution) != 0) {
		net_work_refuse(w, E203_BAD_INSTITUTION, "FGU.CodeNotice/InstitutionCode");
		return RC_OK;
	}
	rc = net_book_row(book, NET_STMT_INTERMEDIARY_SUBJECT_OF_STAND_IN, &row, why, "t",
	    notice->addressee_no);
	if (rc == RC_ABSENT) {
		net_work_refuse(w, E301_PERMIT_INVALID, "FGU.CodeNotice/AddresseeNo");
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	addressee = net_row_text(&row, 0, w->arena);
	net_row_end(&row);
	if (addressee == NULL)
		return fault_set(why, RC_NOMEM, "subject", "out of memory");
	rc = net_book_row(book, NET_STMT_INTERMEDIARY_SUBJECT_OF_CODE, &row, why, "t", notice->code);
	if (rc == RC_OK) {
		const char *holder = net_row_text(&row, 0, w->arena);

		net_row_end(&row);
		/* Two addressee numbers for one person of the same town: the first keeps the code. */
		if (holder == NULL || strcmp(holder, addressee) != 0) {
			net_work_refuse(w, E103_DUPLICATE, "FGU.CodeNotice/PersonCode");
			return RC_OK;
		}
	} else if (rc != RC_ABSENT) {
		return rc;
	}
	if ((rc = net_book_run(book, NET_STMT_INTERMEDIARY_SUBJECT_CODE, why, "tit", addressee,
	    (int64_t)MESSAGE_CODE_ISSUED, notice->code)) != RC_OK)
		return rc;
	return erase_acquisitions(w, addressee, why);
}

static enum rc
give_code_state(struct net_work *w, struct fault *why)
{
	const char *addressee = w->in->body.code_fetch.addressee_no;
	struct subject subject = { .state = MESSAGE_CODE_NONE_YET };
	enum rc rc = find_subject(w, addressee, &subject, why);

	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	w->out->kind = MESSAGE_CODE_STATUS;
	w->out->body.code_status.addressee_no = addressee;
	w->out->body.code_status.state = subject.state;
	return RC_OK;
}

/* ---- asking ---- */

static enum rc
take_inquiry(struct net_work *w, struct fault *why)
{
	const struct message_inquiry_request *q = &w->in->body.inquiry_request;
	struct message relay = { .kind = MESSAGE_INQUIRY_REQUEST };
	struct net_book *book = w->part->book;
	struct subject subject = { 0 };
	struct net_row row;
	const char *reception;
	enum rc rc;

	if (q->addressee_no == NULL || strcmp(q->inquirer, w->part->conf->institution) != 0) {
		net_work_refuse(w, q->addressee_no == NULL ? E901_MALFORMED : E203_BAD_INSTITUTION,
		    q->addressee_no == NULL ? "SKI.InquiryRequest/AddresseeNo" :
		    "SKI.InquiryRequest/Inquirer");
		return RC_OK;
	}
	rc = net_book_row(book, NET_STMT_INTERMEDIARY_ASKED_OF_RECORD_NO, &row, why, "t", q->record_no);
	if (rc == RC_OK) {
		net_row_end(&row);
		net_work_refuse(w, E103_DUPLICATE, "SKI.InquiryRequest/RecordNo");
		return RC_OK;
	}
	if (rc != RC_ABSENT)
		return rc;
	rc = find_subject(w, q->addressee_no, &subject, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	if (subject.state == MESSAGE_CODE_REVOKED || subject.code == NULL) {
		net_work_refuse(w, subject.state == MESSAGE_CODE_REVOKED ? E102_CODE_REVOKED :
		    E101_NO_CODE_YET, "SKI.InquiryRequest/AddresseeNo");
		return RC_OK;
	}
	if ((reception = net_part_new_id(w->arena, RECEPTION_CHARS, why)) == NULL)
		return RC_CRYPTO;
	relay.body.inquiry_request = *q;
	relay.body.inquiry_request.addressee_no = NULL;
	relay.body.inquiry_request.code = subject.code;
	if ((rc = net_book_run(book, NET_STMT_INTERMEDIARY_ASKED_PUT, why, "tttti", reception,
	    q->record_no, q->addressee_no, q->provider, (int64_t)MESSAGE_PROGRESS_ACCEPTED)) != RC_OK)
		return rc;
	w->out->header.reception_no = reception;
	return net_task_put(w->part, core_of(w->part), &relay, reception, w->arena, why);
}

static enum rc
give_result(struct net_work *w, struct fault *why)
{
	struct message_result *out = &w->out->body.result;
	struct net_row row;
	enum rc rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_ASKED_FIND, &row, why, "t",
	    w->in->body.fetch.reception_no);

	if (rc == RC_ABSENT) {
		net_work_refuse(w, E301_PERMIT_INVALID, "SKI.ResultFetch/ReceptionNo");
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	w->out->kind = MESSAGE_RESULT;
	out->record_no = net_row_text(&row, 0, w->arena);
	out->provider = net_row_text(&row, 2, w->arena);
	out->process_no = net_row_text(&row, 4, w->arena);
	out->progress = (enum message_progress)net_row_int(&row, 5);
	out->item_status = (enum message_item_status)net_row_int(&row, 6);
	out->error = (enum message_error)net_row_int(&row, 7);
	out->response.bytes = net_row_bytes(&row, 8, w->arena, &out->response.len);
	out->signature.bytes = net_row_bytes(&row, 9, w->arena, &out->signature.len);
	net_row_end(&row);
	return RC_OK;
}

/* ---- records and notices ---- */

static enum rc
take_record(struct net_work *w, struct fault *why)
{
	const struct message_provision_record *r = &w->in->body.record;
	enum rc rc;

	if (strcmp(r->inquirer, w->part->conf->institution) != 0 &&
	    strcmp(r->provider, w->part->conf->institution) != 0) {
		net_work_refuse(w, E203_BAD_INSTITUTION, "TKM.Record");
		return RC_OK;
	}
	/* Whose look it was is in the receipt for the report of it: before that nobody could be told. */
	if (strcmp(r->inquirer, MESSAGE_INSTITUTION_PORTAL) == 0) {
		bool known = false;

		if ((rc = net_portal_look_known(w->part, r->process_no, &known, why)) != RC_OK)
			return rc;
		if (!known) {
			net_work_refuse(w, E503_UNREACHABLE, "TKM.Record/ProcessNo");
			return RC_OK;
		}
	}
	/* Sent before what is known already, and overtaken by it: the newest row must not say that it is under way. */
	if (r->outcome == MESSAGE_OUTCOME_PENDING) {
		struct net_row row;

		rc = net_book_row(w->part->book, NET_STMT_ANY_RECORD_PARTIES, &row, why, "t", r->process_no);
		if (rc != RC_ABSENT) {
			if (rc == RC_OK)
				net_row_end(&row);
			return rc;
		}
	}
	/* As the hub signed it, for whoever must prove it years later; pending proves nothing yet. */
	if (r->outcome != MESSAGE_OUTCOME_PENDING &&
	    (rc = net_book_run(w->part->book, NET_STMT_INTERMEDIARY_PROOF_RECORD, why, "tbb", r->process_no,
	    (const void *)w->raw, w->raw_len, (const void *)w->signature, w->signature_len)) != RC_OK)
		return rc;
	return net_record_put(w->part, r, why);
}

static enum rc
give_evidence(struct net_work *w, struct fault *why)
{
	struct message_evidence *out = &w->out->body.evidence;
	struct net_row row;
	enum rc rc;

	w->out->kind = MESSAGE_EVIDENCE;
	out->process_no = w->in->body.evidence_fetch.process_no;
	rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_PROOF_OF, &row, why, "t", out->process_no);
	if (rc != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	out->record.bytes = net_row_bytes(&row, 0, w->arena, &out->record.len);
	out->record_signature.bytes = net_row_bytes(&row, 1, w->arena, &out->record_signature.len);
	out->response.bytes = net_row_bytes(&row, 2, w->arena, &out->response.len);
	out->response_signature.bytes = net_row_bytes(&row, 3, w->arena, &out->response_signature.len);
	net_row_end(&row);
	return RC_OK;
}

static enum rc
give_records(struct net_work *w, struct fault *why)
{
	w->out->kind = MESSAGE_RECORD_LIST;
	return net_record_list(w->part, &w->in->body.record_fetch, NULL, w->arena,
	    &w->out->body.record_list, why);
}

/* ---- fetching from the core, and what became of what was sent ---- */

static enum rc
fetch(struct net_part *p, const struct net_task *t, struct arena *a, struct message *ret_message,
    struct fault *why)
{
	enum message_kind kind = message_kind_of(t->kind);
	bool number = kind == MESSAGE_NUMBER_FETCH;
	struct net_row row;
	enum rc rc = net_book_row(p->book, number ? NET_STMT_INTERMEDIARY_ACQUISITION_FIND :
	    NET_STMT_INTERMEDIARY_ASKED_FIND, &row, why, "t", t->subject);

	if (rc != RC_OK)
		return fault_set(why, RC_BUG, t->kind, "of an unknown reception");
	ret_message->kind = kind;
	ret_message->body.fetch.reception_no = net_row_text(&row, number ? 1 : 3, a);
	net_row_end(&row);
	return RC_OK;
}

static enum rc
number_fetched(struct net_part *p, const struct net_task *t, const struct message *answer,
    bool *ret_again, struct fault *why)
{
	const char *number;

	if (answer->kind == MESSAGE_ERROR)
		return RC_OK;
	if ((number = answer->body.number_issued.acquisition_no) == NULL) {
		*ret_again = true;
		return RC_OK;
	}
	return net_book_run(p->book, NET_STMT_INTERMEDIARY_ACQUISITION_NUMBER, why, "tt", t->subject,
	    number);
}

static enum rc
result_fetched(struct net_part *p, const struct net_task *t, const struct message *answer,
    bool *ret_again, struct fault *why)
{
	const struct message_result *r = &answer->body.result;

	if (answer->kind == MESSAGE_ERROR)
		return net_book_run(p->book, NET_STMT_INTERMEDIARY_ASKED_RESULT, why, "ttiiibb",
		    t->subject, NULL, (int64_t)MESSAGE_PROGRESS_FAILED, (int64_t)MESSAGE_ITEM_NONE,
		    (int64_t)answer->body.error.error, NULL, (size_t)0, NULL, (size_t)0);
	*ret_again = r->progress != MESSAGE_PROGRESS_DONE && r->progress != MESSAGE_PROGRESS_FAILED;
	return net_book_run(p->book, NET_STMT_INTERMEDIARY_ASKED_RESULT, why, "ttiiibb", t->subject,
	    r->process_no, (int64_t)r->progress, (int64_t)r->item_status, (int64_t)r->error,
	    r->response.bytes, r->response.len, r->signature.bytes, r->signature.len);
}

static enum rc
inquiry_sent(struct net_part *p, const struct net_task *t, const struct message *answer,
    struct fault *why)
{
	enum rc rc;

	if (answer->kind == MESSAGE_ERROR)
		return net_book_run(p->book, NET_STMT_INTERMEDIARY_ASKED_RESULT, why, "ttiiibb",
		    t->subject, NULL, (int64_t)MESSAGE_PROGRESS_FAILED, (int64_t)MESSAGE_ITEM_NONE,
		    (int64_t)answer->body.error.error, NULL, (size_t)0, NULL, (size_t)0);
	if ((rc = net_book_run(p->book, NET_STMT_INTERMEDIARY_ASKED_CORE, why, "tt", t->subject,
	    answer->header.reception_no)) != RC_OK)
		return rc;
	return net_task_put_fetch(p, core_of(p), MESSAGE_RESULT_FETCH, t->subject, why);
}

static enum rc
answered(struct net_part *p, const struct net_task *t, const struct message *answer,
    struct arena *a, bool *ret_again, struct fault *why)
{
	enum message_kind kind = message_kind_of(t->kind);
	enum rc rc;

	(void)a;
	*ret_again = false;
	if (kind == MESSAGE_NOTICE || kind == MESSAGE_SELF_INFO_REPORT)
		return net_portal_heard(p, t, answer, why);
	if (kind == MESSAGE_NUMBER_FETCH)
		return number_fetched(p, t, answer, ret_again, why);
	if (kind == MESSAGE_RESULT_FETCH)
		return result_fetched(p, t, answer, ret_again, why);
	if (kind == MESSAGE_INQUIRY_REQUEST)
		return inquiry_sent(p, t, answer, why);
	if (kind == MESSAGE_NUMBER_REQUEST && answer->kind == MESSAGE_RECEIPT) {
		if ((rc = net_book_run(p->book, NET_STMT_INTERMEDIARY_ACQUISITION_CORE, why, "tt",
		    t->subject, answer->header.reception_no)) != RC_OK)
			return rc;
		return net_task_put_fetch(p, core_of(p), MESSAGE_NUMBER_FETCH, t->subject, why);
	}
	return RC_OK;
}

static const struct net_rule rules[] = {
	{ MESSAGE_NUMBER_REQUEST, NET_PEER_NODE, take_number_request },
	{ MESSAGE_NUMBER_FETCH, NET_PEER_NODE, give_number },
	{ MESSAGE_CODE_FETCH, NET_PEER_NODE, give_code_state },
	{ MESSAGE_COPY_REGISTER, NET_PEER_NODE, net_copy_taken },
	{ MESSAGE_COPY_RESULT_FETCH, NET_PEER_NODE, net_copy_give_result },
	{ MESSAGE_COPY_LIST_FETCH, NET_PEER_NODE, net_copy_give_list },
	{ MESSAGE_INQUIRY_REQUEST, NET_PEER_NODE, take_inquiry },
	{ MESSAGE_RESULT_FETCH, NET_PEER_NODE, give_result },
	{ MESSAGE_HELD_FETCH, NET_PEER_NODE, net_provide_give_held },
	{ MESSAGE_PROVISION_DECISION, NET_PEER_NODE, net_provide_decision },
	{ MESSAGE_RECORD_FETCH, NET_PEER_NODE, give_records },
	{ MESSAGE_NOTICE, NET_PEER_NODE, net_portal_notice },
	{ MESSAGE_NOTICE_FETCH, NET_PEER_NODE, net_portal_notice_result },
	{ MESSAGE_SELF_INFO_FETCH, NET_PEER_PORTAL, net_portal_self_info },
	{ MESSAGE_TOLD_FETCH, NET_PEER_NODE, net_told_give },
	{ MESSAGE_EVIDENCE_FETCH, NET_PEER_NODE, give_evidence },
	{ MESSAGE_CORRECTION, NET_PEER_NODE, net_letter_taken },
	{ MESSAGE_CORRECTION_RECEIPT, NET_PEER_NODE, net_letter_taken },
	{ MESSAGE_DAY_COUNT, NET_PEER_NODE, net_letter_taken },
	{ MESSAGE_DAY_RECEIPT, NET_PEER_NODE, net_letter_taken },
	{ MESSAGE_LETTER_FETCH, NET_PEER_NODE, net_letter_give },
	{ MESSAGE_LETTER_RELAY, NET_PEER_CORE, net_letter_arrived },
	{ MESSAGE_CODE_NOTICE, NET_PEER_CORE, take_code },
	{ MESSAGE_PROVISION_NOTICE, NET_PEER_CORE, net_provide_notice },
	{ MESSAGE_RECORD, NET_PEER_CORE, take_record },
};

const struct net_role_ops net_intermediary_ops = {
	.rules = rules,
	.n_rules = sizeof rules / sizeof rules[0],
	.copy_begin = net_copy_begin,
	.copy_record = net_copy_record,
	.fetch = fetch,
	.answered = answered,
};
