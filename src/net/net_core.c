#include "net/net_core.h"
#include "net/net_day.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/wire_write.h"
#include "net/net_limits.h"

/*
 * The core: gives every institution a code of its own for a person, turns the
 * asker's code into the provider's, lets through what the table permits, and
 * keeps the hub's provision records.  Code A and code B meet here and nowhere else.
 */

#define RECORD_YEARS 7			/* Number Act art. 23 */

struct process {
	const char *process_no, *reception_no, *record_no, *inquirer, *provider;
	const char *affair_code, *procedure_code, *item_code, *digest, *permit_id;
	bool non_disclosure, permit_used;
	int64_t requested_at, provided_at, permit_expires_at;
	enum message_progress progress;
	enum message_item_status item_status;
	enum message_error error;
	const void *response, *signature;
	size_t response_len, signature_len;
};

static void
process_read(const struct net_row *row, struct arena *a, struct process *x)
{
	x->process_no = net_row_text(row, 0, a);
	x->reception_no = net_row_text(row, 1, a);
	x->record_no = net_row_text(row, 2, a);
	x->inquirer = net_row_text(row, 3, a);
	x->provider = net_row_text(row, 4, a);
	x->affair_code = net_row_text(row, 5, a);
	x->procedure_code = net_row_text(row, 6, a);
	x->item_code = net_row_text(row, 7, a);
	x->non_disclosure = net_row_int(row, 8) != 0;
	x->requested_at = net_row_int(row, 9);
	x->provided_at = net_row_time(row, 10);
	x->digest = net_row_text(row, 11, a);
	x->progress = (enum message_progress)net_row_int(row, 12);
	x->item_status = (enum message_item_status)net_row_int(row, 13);
	x->error = (enum message_error)net_row_int(row, 14);
	x->permit_id = net_row_text(row, 15, a);
	x->permit_expires_at = net_row_time(row, 16);
	x->permit_used = net_row_int(row, 17) != 0;
	x->response = net_row_bytes(row, 18, a, &x->response_len);
	x->signature = net_row_bytes(row, 19, a, &x->signature_len);
}

/* ---- records ---- */

static enum rc
send_record(struct net_part *p, const char *institution, const struct message_provision_record *r,
    struct arena *a, struct fault *why)
{
	const struct net_part_conf *to = net_conf_part_of_institution(p->net->conf, institution);
	struct message m = { .kind = MESSAGE_RECORD };

	if (to == NULL || (to->role != NET_INTERMEDIARY && to->role != NET_PORTAL))
		return RC_OK;
	m.body.record = *r;
	return net_task_put(p, to, &m, NULL, a, why);
}

/* The hub's row and one for each of the two bodies. */
static enum rc
record(struct net_part *p, const struct process *x, enum message_outcome outcome,
    enum message_error error, int64_t provided_at, struct arena *a, struct fault *why)
{
	struct message_provision_record r = {
		.process_no = x->process_no,
		.inquirer = x->inquirer,
		.provider = x->provider,
		.requested_at_ms = x->requested_at,
		.provided_at_ms = provided_at,
		.affair_code = x->affair_code,
		.procedure_code = x->procedure_code,
		.item_code = x->item_code,
		.outcome = outcome,
		.error = error,
		.inquirer_non_disclosure = x->non_disclosure,
		.inquiry_digest = x->digest,
	};
	day asked = message_day_of(x->requested_at);
	enum rc rc;

	r.expires_on = day_same_day(asked, 12 * RECORD_YEARS);
	if ((rc = net_record_put(p, &r, why)) != RC_OK ||
	    (outcome != MESSAGE_OUTCOME_PENDING && (rc = net_day_changed(p, asked, &r, why)) != RC_OK) ||
	    (rc = send_record(p, x->inquirer, &r, a, why)) != RC_OK)
		return rc;
	return strcmp(x->provider, x->inquirer) == 0 ? RC_OK : send_record(p, x->provider, &r, a, why);
}

/* ---- asking ---- */

static enum message_error
judge_inquiry(const struct net_work *w, const struct message_inquiry_request *q)
{
	const struct net_part_conf *provider;

	provider = net_conf_part_of_institution(w->part->net->conf, q->provider);
	if (provider == NULL || provider->role != NET_INTERMEDIARY)
		return E203_BAD_INSTITUTION;
	return net_permission_check(w->part->net->permission, q);
}

/* Signed by the hub, for the provider: code B and no trace of code A. */
static enum rc
send_permission(struct net_work *w, const struct message_inquiry_request *q,
    const struct process *x, const char *code_b, struct fault *why)
{
	const struct net_part_conf *to = net_conf_part_of_institution(w->part->net->conf, q->provider);
	struct message permission = { .kind = MESSAGE_PERMISSION };
	struct message notice = { .kind = MESSAGE_PROVISION_NOTICE };
	struct message_permission *m = &permission.body.permission;
	struct buf document = BUF_INIT(LIMIT_WIRE_BYTES);
	unsigned char der[NET_SIGNATURE_MAX];
	size_t der_len;
	enum rc rc;

	if ((permission.header.msg_id = net_part_new_id(w->arena, MESSAGE_ID_CHARS, why)) == NULL)
		return RC_CRYPTO;
	permission.header.mode = w->part->net->conf->mode;
	permission.header.source = w->part->conf->institution;
	permission.header.destination = q->provider;
	m->permit_id = x->permit_id;
	m->process_no = x->process_no;
	m->inquiry_digest = x->digest;
	m->inquirer = q->inquirer;
	m->provider = q->provider;
	m->affair_code = q->affair_code;
	m->procedure_code = q->procedure_code;
	m->item_code = q->item_code;
	m->code = code_b;
	m->from = q->from;
	m->to = q->to;
	m->route = q->inquirer;
	m->inquirer_non_disclosure = q->inquirer_non_disclosure;
	m->requested_at_ms = q->requested_at_ms;
	m->issued_at_ms = w->now_ms;
	m->expires_at_ms = x->permit_expires_at;
	if ((rc = wire_write(&permission, &document, NULL, why)) != RC_OK ||
	    (rc = net_sign(w->part->signer, document.data, document.len, der, &der_len, why)) != RC_OK)
		goto out;
	notice.body.provision_notice.permission.bytes = document.data;
	notice.body.provision_notice.permission.len = document.len;
	notice.body.provision_notice.signature.bytes = der;
	notice.body.provision_notice.signature.len = der_len;
	notice.body.provision_notice.due_at_ms = w->now_ms + NET_DUE_MS;
	rc = net_task_put(w->part, to, &notice, x->permit_id, w->arena, why);
 out:
	buf_clear(&document);
	return rc;
}

/* In the order of time, so that pages of records go on where the last one ended. */
static enum rc
new_process_no(struct net_work *w, const char **ret_number, struct fault *why)
{
	char time[MESSAGE_TIME_CHARS + 1], tail[8 + 1], *number;
	enum rc rc;

	message_time_write(w->now_ms, time);
	if ((rc = net_random_hex(8, tail, why)) != RC_OK)
		return rc;
	if ((number = arena_new(w->arena, MESSAGE_NUMBER_CHARS + 1)) == NULL)
		return fault_set(why, RC_NOMEM, "process", "out of memory");
	(void)snprintf(number, MESSAGE_NUMBER_CHARS + 1, "%s-%s", time, tail);
	*ret_number = number;
	return RC_OK;
}

static enum rc
put_process(struct net_work *w, const struct process *x, struct fault *why)
{
	return net_book_run(w->part->book, NET_STMT_CORE_PROCESS_PUT, why, "ttttttttimtiitm",
	    x->process_no, x->reception_no, x->record_no, x->inquirer, x->provider,
	    x->affair_code, x->procedure_code, x->item_code, (int64_t)x->non_disclosure,
	    x->requested_at, x->digest, (int64_t)x->progress, (int64_t)x->error, x->permit_id,
	    x->permit_expires_at);
}

/* The person behind the asker's code; RC_ABSENT when the code is not the asker's. */
static enum rc
person_of_code(struct net_work *w, const char *code, const char **ret_person, struct fault *why)
{
	const char *institution;
	struct net_row row;
	enum rc rc = net_book_row(w->part->book, NET_STMT_CORE_CODE_FIND, &row, why, "t", code);

	if (rc != RC_OK)
		return rc;
	institution = net_row_text(&row, 0, w->arena);
	*ret_person = net_row_text(&row, 1, w->arena);
	net_row_end(&row);
	if (institution == NULL || *ret_person == NULL)
		return fault_set(why, RC_NOMEM, "code", "out of memory");
	return strcmp(institution, w->institution) == 0 ? RC_OK : RC_ABSENT;
}

static enum rc
take_inquiry(struct net_work *w, struct fault *why)
{
	const struct message_inquiry_request *q = &w->in->body.inquiry_request;
	char digest[MESSAGE_DIGEST_CHARS + 1];
	const char *person, *code_b;
	struct net_row row;
	struct process x = {
		.record_no = q->record_no, .inquirer = q->inquirer, .provider = q->provider,
		.affair_code = q->affair_code, .procedure_code = q->procedure_code,
		.item_code = q->item_code, .non_disclosure = q->inquirer_non_disclosure,
		.requested_at = q->requested_at_ms, .permit_expires_at = MESSAGE_NO_TIME,
		.digest = digest,
	};
	enum rc rc;

	if (q->code == NULL || strcmp(q->inquirer, w->institution) != 0) {
		net_work_refuse(w, q->code == NULL ? E901_MALFORMED : E203_BAD_INSTITUTION,
		    q->code == NULL ? "SKI.InquiryRequest/PersonCode" : "SKI.InquiryRequest/Inquirer");
		return RC_OK;
	}
	rc = net_book_row(w->part->book, NET_STMT_CORE_PROCESS_OF_RECORD_NO, &row, why, "tt",
	    q->inquirer, q->record_no);
	if (rc == RC_OK) {
		net_row_end(&row);
		net_work_refuse(w, E103_DUPLICATE, "SKI.InquiryRequest/RecordNo");
		return RC_OK;
	}
	if (rc != RC_ABSENT)
		return rc;
	if ((rc = person_of_code(w, q->code, &person, why)) == RC_ABSENT) {
		net_work_refuse(w, E102_CODE_REVOKED, "SKI.InquiryRequest/PersonCode");
		return RC_OK;
	}
	if (rc != RC_OK || (rc = new_process_no(w, &x.process_no, why)) != RC_OK)
		return rc;
	message_inquiry_digest(q, digest);
	if ((x.reception_no = net_part_new_id(w->arena, 24, why)) == NULL)
		return RC_CRYPTO;
	w->out->header.reception_no = x.reception_no;
	x.error = judge_inquiry(w, q);
	if (x.error != MESSAGE_OK) {
		x.progress = MESSAGE_PROGRESS_FAILED;
		if ((rc = put_process(w, &x, why)) != RC_OK)
			return rc;
		return record(w->part, &x, MESSAGE_OUTCOME_REFUSED, x.error, MESSAGE_NO_TIME,
		    w->arena, why);
	}
	x.progress = MESSAGE_PROGRESS_PERMITTED;
	x.permit_expires_at = w->now_ms + NET_PERMIT_MS;
	if ((x.permit_id = net_part_new_id(w->arena, 24, why)) == NULL)
		return RC_CRYPTO;
	/* Made even if the provider never asked for one: the notice must reach it all the same. */
	if ((rc = net_core_code_for(w->part, person, q->provider, w->arena, &code_b, why)) != RC_OK ||
	    (rc = put_process(w, &x, why)) != RC_OK ||
	    (rc = send_permission(w, q, &x, code_b, why)) != RC_OK)
		return rc;
	return record(w->part, &x, MESSAGE_OUTCOME_PENDING, MESSAGE_OK, MESSAGE_NO_TIME, w->arena, why);
}

static enum rc
give_result(struct net_work *w, struct fault *why)
{
	struct message_result *out = &w->out->body.result;
	struct process x = { 0 };
	struct net_row row;
	enum rc rc;

	rc = net_book_row(w->part->book, NET_STMT_CORE_PROCESS_OF_RECEPTION, &row, why, "t",
	    w->in->body.fetch.reception_no);
	if (rc == RC_OK) {
		process_read(&row, w->arena, &x);
		net_row_end(&row);
	} else if (rc != RC_ABSENT) {
		return rc;
	}
	if (rc == RC_ABSENT || x.inquirer == NULL || strcmp(x.inquirer, w->institution) != 0) {
		net_work_refuse(w, E301_PERMIT_INVALID, "SKI.ResultFetch/ReceptionNo");
		return RC_OK;
	}
	if (x.progress == MESSAGE_PROGRESS_DONE && x.response == NULL) {
		net_work_refuse(w, E303_PERMIT_EXPIRED, "SKI.ResultFetch/ReceptionNo");
		return RC_OK;
	}
	w->out->kind = MESSAGE_RESULT;
	out->record_no = x.record_no;
	out->progress = x.progress;
	out->item_status = x.item_status;
	out->error = x.progress == MESSAGE_PROGRESS_DONE || x.progress == MESSAGE_PROGRESS_FAILED ?
	    x.error : MESSAGE_OK;
	out->process_no = x.process_no;
	out->provider = x.provider;
	if (x.progress == MESSAGE_PROGRESS_DONE) {
		out->response = (struct message_bytes){ x.response, x.response_len };
		out->signature = (struct message_bytes){ x.signature, x.signature_len };
	}
	return RC_OK;
}

/* ---- answering ---- */

static enum message_error
error_of_status(enum message_item_status status)
{
	switch (status) {
	case MESSAGE_ITEM_OK:
		return MESSAGE_OK;
	case MESSAGE_ITEM_NO_DATA:
		return E401_NO_COPY;
	case MESSAGE_ITEM_REFUSED:
		return E403_REFUSED_BY_STAFF;
	case MESSAGE_ITEM_NONE:
	case MESSAGE_ITEM_FAILED:
		break;
	}
	return E503_UNREACHABLE;
}

static enum message_outcome
outcome_of_status(enum message_item_status status)
{
	switch (status) {
	case MESSAGE_ITEM_OK:
		return MESSAGE_OUTCOME_PROVIDED;
	case MESSAGE_ITEM_NO_DATA:
		return MESSAGE_OUTCOME_NO_DATA;
	case MESSAGE_ITEM_REFUSED:
		return MESSAGE_OUTCOME_REFUSED;
	case MESSAGE_ITEM_NONE:
	case MESSAGE_ITEM_FAILED:
		break;
	}
	return MESSAGE_OUTCOME_FAILED;
}

static enum rc
take_response(struct net_work *w, struct fault *why)
{
	const struct message_provision_response *m = &w->in->body.provision_response;
	enum message_error bad = MESSAGE_OK, error = error_of_status(m->status);
	struct process x = { 0 };
	struct net_row row;
	enum rc rc;

	rc = net_book_row(w->part->book, NET_STMT_CORE_PROCESS_OF_PERMIT, &row, why, "t", m->permit_id);
	if (rc == RC_OK) {
		process_read(&row, w->arena, &x);
		net_row_end(&row);
		if (x.process_no == NULL || x.provider == NULL || x.inquirer == NULL || x.digest == NULL)
			return fault_set(why, RC_NOMEM, "process", "out of memory");
		if (strcmp(x.provider, w->institution) != 0 ||
		    strcmp(x.process_no, m->process_no) != 0 ||
		    strcmp(x.digest, m->inquiry_digest) != 0 ||
		    strcmp(x.inquirer, w->in->header.destination) != 0)
			bad = E301_PERMIT_INVALID;
		else if (x.permit_used)
			bad = x.error == E303_PERMIT_EXPIRED ? E303_PERMIT_EXPIRED : E302_PERMIT_REUSED;
		else if (x.permit_expires_at < w->now_ms)
			bad = E303_PERMIT_EXPIRED;
	} else if (rc == RC_ABSENT) {
		bad = E301_PERMIT_INVALID;
	} else {
		return rc;
	}
	if (bad != MESSAGE_OK) {
		net_work_refuse(w, bad, "TKY.ProvisionResponse/PermitID");
		return RC_OK;
	}
	if ((rc = net_book_run(w->part->book, NET_STMT_CORE_PROCESS_ANSWERED, why, "tiiimbb",
	    x.process_no, (int64_t)MESSAGE_PROGRESS_DONE, (int64_t)m->status, (int64_t)error,
	    m->provided_at_ms, (const void *)w->raw, w->raw_len, (const void *)w->signature,
	    w->signature_len)) != RC_OK)
		return rc;
	return record(w->part, &x, outcome_of_status(m->status), error,
	    m->status == MESSAGE_ITEM_OK ? m->provided_at_ms : MESSAGE_NO_TIME, w->arena, why);
}

static enum rc
give_records(struct net_work *w, struct fault *why)
{
	w->out->kind = MESSAGE_RECORD_LIST;
	return net_record_list(w->part, &w->in->body.record_fetch, w->institution, w->arena,
	    &w->out->body.record_list, why);
}

/* ---- what became of what was sent ---- */

static enum rc
notice_answered(struct net_part *p, const struct net_task *t, const struct message *answer,
    struct arena *a, struct fault *why)
{
	struct process x = { 0 };
	struct net_row row;
	bool held = answer->kind == MESSAGE_ERROR && answer->body.error.error == E402_HELD;
	enum message_error error;
	enum rc rc = net_book_row(p->book, NET_STMT_CORE_PROCESS_OF_PERMIT, &row, why, "t", t->subject);

	if (rc != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	process_read(&row, a, &x);
	net_row_end(&row);
	/* The response may have come before the receipt of the notice was read. */
	if (x.permit_used)
		return RC_OK;
	if (held || answer->kind == MESSAGE_RECEIPT)
		return net_book_run(p->book, NET_STMT_CORE_PROCESS_PROGRESS, why, "tii", x.process_no,
		    (int64_t)(held ? MESSAGE_PROGRESS_HELD : MESSAGE_PROGRESS_NOTIFIED),
		    (int64_t)MESSAGE_OK);
	error = answer->body.error.error;
	if ((rc = net_book_run(p->book, NET_STMT_CORE_PROCESS_END_PERMIT, why, "tii", x.process_no,
	    (int64_t)MESSAGE_PROGRESS_FAILED, (int64_t)error)) != RC_OK)
		return rc;
	return record(p, &x, MESSAGE_OUTCOME_FAILED, error, MESSAGE_NO_TIME, a, why);
}

static enum rc
answered(struct net_part *p, const struct net_task *t, const struct message *answer,
    struct arena *a, bool *ret_again, struct fault *why)
{
	*ret_again = false;
	if (message_kind_of(t->kind) == MESSAGE_PROVISION_NOTICE)
		return notice_answered(p, t, answer, a, why);
	return RC_OK;
}

static enum rc
no_fetch(struct net_part *p, const struct net_task *t, struct arena *a, struct message *ret_message,
    struct fault *why)
{
	(void)p;
	(void)a;
	(void)ret_message;
	return fault_set(why, RC_BUG, t->kind, "the core fetches nothing");
}

/* Permissions that nobody used in time: the inquiry ends, and is recorded as such. */
static enum rc
tidy(struct net_part *p, struct fault *why)
{
	int64_t now = net_clock_ms(&p->net->clock);
	struct arena a;
	enum rc rc = RC_OK;

	arena_init(&a, NET_ARENA_BYTES);
	while (rc == RC_OK) {
		struct process x = { 0 };
		struct net_row row;

		if ((rc = net_book_row(p->book, NET_STMT_CORE_PROCESS_EXPIRED, &row, why, "i", now)) != RC_OK)
			break;
		process_read(&row, &a, &x);
		net_row_end(&row);
		if ((rc = net_book_run(p->book, NET_STMT_CORE_PROCESS_END_PERMIT, why, "tii",
		    x.process_no, (int64_t)MESSAGE_PROGRESS_FAILED,
		    (int64_t)E303_PERMIT_EXPIRED)) == RC_OK)
			rc = record(p, &x, MESSAGE_OUTCOME_FAILED, E303_PERMIT_EXPIRED,
			    MESSAGE_NO_TIME, &a, why);
	}
	arena_clear(&a);
	if (rc != RC_ABSENT || (rc = net_day_tell(p, now, why)) != RC_OK)
		return rc;
	return net_book_run(p->book, NET_STMT_CORE_PROCESS_PURGE, why, "i", now - NET_KEEP_ANSWERS_MS);
}

/*
 * A person looked through the portal: recorded by the three as any provision is, refusals too.  The number goes back in
 * the receipt, so that the town knows whose look it was.
 */
static enum rc
take_self_info_report(struct net_work *w, struct fault *why)
{
	static const enum message_outcome outcomes[] = {
		[MESSAGE_ITEM_OK] = MESSAGE_OUTCOME_PROVIDED, [MESSAGE_ITEM_NO_DATA] = MESSAGE_OUTCOME_NO_DATA,
		[MESSAGE_ITEM_REFUSED] = MESSAGE_OUTCOME_REFUSED, [MESSAGE_ITEM_FAILED] = MESSAGE_OUTCOME_FAILED,
	};
	const struct message_self_info_report *s = &w->in->body.self_info_report;
	struct message_provision_record r = {
		.inquirer = MESSAGE_INSTITUTION_PORTAL,
		.provider = s->provider,
		.requested_at_ms = s->requested_at_ms,
		.provided_at_ms = s->provided_at_ms,
		.affair_code = MESSAGE_SELF_INFO_AFFAIR,
		.procedure_code = MESSAGE_SELF_INFO_PROCEDURE,
		.item_code = s->item_code,
		.outcome = outcomes[s->status],
		.provider_non_disclosure = s->non_disclosure,
		.expires_on = day_same_day(message_day_of(s->requested_at_ms), 12 * RECORD_YEARS),
	};
	enum rc rc;

	if (strcmp(s->provider, w->institution) != 0) {
		net_work_refuse(w, E203_BAD_INSTITUTION, "JTK.SelfInfoReport/Provider");
		return RC_OK;
	}
	if ((rc = new_process_no(w, &r.process_no, why)) != RC_OK ||
	    (rc = net_record_put(w->part, &r, why)) != RC_OK ||
	    (rc = send_record(w->part, r.provider, &r, w->arena, why)) != RC_OK ||
	    (rc = send_record(w->part, r.inquirer, &r, w->arena, why)) != RC_OK)
		return rc;
	w->out->header.reception_no = r.process_no;
	return RC_OK;
}

static const struct net_rule rules[] = {
	{ MESSAGE_NUMBER_REQUEST, NET_PEER_INTERMEDIARY, net_core_take_number_request },
	{ MESSAGE_NUMBER_FETCH, NET_PEER_INTERMEDIARY, net_core_give_number },
	{ MESSAGE_PERSON_NOTICE, NET_PEER_REGISTRAR, net_core_take_person },
	{ MESSAGE_INQUIRY_REQUEST, NET_PEER_INTERMEDIARY, take_inquiry },
	{ MESSAGE_RESULT_FETCH, NET_PEER_INTERMEDIARY, give_result },
	{ MESSAGE_PROVISION_RESPONSE, NET_PEER_INTERMEDIARY, take_response },
	{ MESSAGE_RECORD_FETCH, NET_PEER_INTERMEDIARY, give_records },
	{ MESSAGE_LETTER_RELAY, NET_PEER_INTERMEDIARY, net_letter_passed },
	{ MESSAGE_SELF_INFO_REPORT, NET_PEER_INTERMEDIARY, take_self_info_report },
};

const struct net_role_ops net_core_ops = {
	.rules = rules,
	.n_rules = sizeof rules / sizeof rules[0],
	.fetch = no_fetch,
	.answered = answered,
	.tidy = tidy,
};
