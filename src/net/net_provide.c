#include <string.h>

#include "base/limits.h"
#include "exchange/wire_write.h"
#include "net/net_intermediary.h"
#include "net/net_limits.h"

#define HELD_PAGE 2000
#define DAY_MS (24 * 3600 * INT64_C(1000))
#define JAPAN_AHEAD_MS (9 * 3600 * INT64_C(1000))

/* What another institution asked, by the hub's permission. */
struct asked {
	const char *permit_id, *process_no, *addressee_no, *inquirer, *affair_code, *item_code, *digest;
	day from, to;
	int64_t expires_at, due_at, held_at;
	bool done;
};

/* Signed for the asker, carried by the core unchanged: no code in it. */
static enum rc
send_response(struct net_work *w, const struct asked *q, enum message_item_status status,
    const struct message_record_items *records, size_t n, struct fault *why)
{
	const struct net_part_conf *core = net_conf_part(w->part->net->conf, NET_CORE, "");
	struct message m = { .kind = MESSAGE_PROVISION_RESPONSE };
	struct message_provision_response *r = &m.body.provision_response;
	struct net_signed kept;
	enum rc rc;

	m.header.destination = q->inquirer;
	r->permit_id = q->permit_id;
	r->process_no = q->process_no;
	r->inquiry_digest = q->digest;
	r->provided_at_ms = w->now_ms;
	r->status = status;
	r->records = records;
	r->n_records = n;
	if ((rc = net_task_put_kept(w->part, core, &m, q->permit_id, w->arena, &kept, why)) != RC_OK)
		return rc;
	return net_book_run(w->part->book, NET_STMT_INTERMEDIARY_PROOF_RESPONSE, why, "tbb", q->process_no,
	    kept.bytes, kept.len, kept.signature, kept.signature_len);
}

static enum rc
respond_from_copy(struct net_work *w, const struct asked *q, struct fault *why)
{
	struct net_copy_asked asked = {
		.addressee_no = q->addressee_no, .item_code = q->item_code,
		.today = { (int32_t)((w->now_ms + JAPAN_AHEAD_MS) / DAY_MS) },
		.from = q->from, .to = q->to,
	};
	const struct message_record_items *records = NULL;
	size_t n = 0;
	enum rc rc;

	if (q->addressee_no == NULL)
		return send_response(w, q, MESSAGE_ITEM_NO_DATA, NULL, 0, why);
	if ((rc = net_copy_answer(w->part, &asked, w->arena, &records, &n, why)) == RC_OK &&
	    (rc = send_response(w, q, n > 0 ? MESSAGE_ITEM_OK : MESSAGE_ITEM_NO_DATA, records, n, why)) == RC_OK)
		rc = net_told_put(w, q->process_no, records, n, why);
	/* Too much for one answer must not silence it: the asker learns that it failed. */
	if (rc == RC_TOO_BIG)
		rc = send_response(w, q, MESSAGE_ITEM_FAILED, NULL, 0, why);
	return rc;
}

/* The hub's permission out of its notice: signature, shape, and whom it is for. */
static enum message_error
read_permission(struct net_work *w, const struct message_permission **ret_permission,
    struct fault *why)
{
	const struct message_provision_notice *notice = &w->in->body.provision_notice;
	const struct net *net = w->part->net;
	const struct net_part_conf *core = net_conf_part(net->conf, NET_CORE, "");
	struct message *m = NULL;

	if (net_verify(net->part_verifiers[core - net->conf->parts], notice->permission.bytes,
	    notice->permission.len, notice->signature.bytes, notice->signature.len) != RC_OK)
		return E301_PERMIT_INVALID;
	if (net_schema_check(net->schema, notice->permission.bytes, notice->permission.len, why) != RC_OK ||
	    wire_read(notice->permission.bytes, notice->permission.len, w->arena, NULL, &m, why) != RC_OK ||
	    m->kind != MESSAGE_PERMISSION)
		return E901_MALFORMED;
	*ret_permission = &m->body.permission;
	if (strcmp(m->header.destination, w->part->conf->institution) != 0 ||
	    strcmp(m->body.permission.provider, w->part->conf->institution) != 0)
		return E203_BAD_INSTITUTION;
	return m->body.permission.expires_at_ms < w->now_ms ? E303_PERMIT_EXPIRED : MESSAGE_OK;
}

static enum rc
find_addressee(struct net_work *w, const char *code, const char **ret_addressee, struct fault *why)
{
	struct net_row row;
	enum rc rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_SUBJECT_OF_CODE, &row, why,
	    "t", code);

	*ret_addressee = NULL;
	if (rc == RC_ABSENT)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	*ret_addressee = net_row_text(&row, 0, w->arena);
	net_row_end(&row);
	return *ret_addressee != NULL ? RC_OK : fault_set(why, RC_NOMEM, "subject", "out of memory");
}

static enum rc
read_asked(struct net_work *w, const char *permit_id, struct asked *ret_asked, struct fault *why)
{
	struct asked q = { .permit_id = permit_id };
	struct net_row row;
	enum rc rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_ANSWERED_FIND, &row, why, "t",
	    permit_id);

	if (rc != RC_OK)
		return rc;
	q.process_no = net_row_text(&row, 0, w->arena);
	q.addressee_no = net_row_text(&row, 1, w->arena);
	q.inquirer = net_row_text(&row, 2, w->arena);
	q.affair_code = net_row_text(&row, 3, w->arena);
	q.item_code = net_row_text(&row, 4, w->arena);
	q.from = net_row_day(&row, 5);
	q.to = net_row_day(&row, 6);
	q.digest = net_row_text(&row, 7, w->arena);
	q.expires_at = net_row_int(&row, 8);
	q.due_at = net_row_int(&row, 9);
	q.held_at = net_row_time(&row, 10);
	q.done = net_row_int(&row, 11) != 0;
	net_row_end(&row);
	if (q.process_no == NULL || q.inquirer == NULL || q.affair_code == NULL ||
	    q.item_code == NULL || q.digest == NULL)
		return fault_set(why, RC_NOMEM, "permission", "out of memory");
	*ret_asked = q;
	return RC_OK;
}

enum rc
net_provide_notice(struct net_work *w, struct fault *why)
{
	const struct message_permission *permission = NULL;
	struct asked q = { 0 }, old;
	enum message_error bad;
	bool held = false;
	enum rc rc;

	if ((bad = read_permission(w, &permission, why)) != MESSAGE_OK) {
		net_work_refuse(w, bad, "TKY.ProvisionNotice/Permission");
		return RC_OK;
	}
	rc = read_asked(w, permission->permit_id, &old, why);
	if (rc == RC_OK) {
		net_work_refuse(w, E302_PERMIT_REUSED, "COR.Permission/PermitID");
		return RC_OK;
	}
	if (rc != RC_ABSENT)
		return rc;
	q.permit_id = permission->permit_id;
	q.process_no = permission->process_no;
	q.inquirer = permission->inquirer;
	q.affair_code = permission->affair_code;
	q.item_code = permission->item_code;
	q.digest = permission->inquiry_digest;
	q.from = permission->from;
	q.to = permission->to;
	q.expires_at = permission->expires_at_ms;
	q.due_at = w->in->body.provision_notice.due_at_ms;
	if ((rc = find_addressee(w, permission->code, &q.addressee_no, why)) != RC_OK)
		return rc;
	if (q.addressee_no != NULL &&
	    (rc = net_copy_held(w->part, q.addressee_no, &held, why)) != RC_OK)
		return rc;
	if (q.addressee_no != NULL && !held && net_faults_next(w->part->faults, NET_FAULT_AT_ANSWERING,
	    MESSAGE_NONE, q.inquirer).kind == NET_FAULT_HELD) {
		net_log_line(&w->part->log, "fault held: an answer waits for staff");
		held = true;
	}
	if ((rc = net_book_run(w->part->book, NET_STMT_INTERMEDIARY_ANSWERED_PUT, why, "ttttttddtiimi",
	    q.permit_id, q.process_no, q.addressee_no, q.inquirer, q.affair_code, q.item_code,
	    q.from, q.to, q.digest, q.expires_at, q.due_at, held ? w->now_ms : MESSAGE_NO_TIME,
	    (int64_t)!held)) != RC_OK)
		return rc;
	if (held) {
		net_work_refuse(w, E402_HELD, NULL);
		w->effects = true;
		return RC_OK;
	}
	return respond_from_copy(w, &q, why);
}

enum rc
net_provide_give_held(struct net_work *w, struct fault *why)
{
	struct message_held *list = arena_array(w->arena, HELD_PAGE, sizeof *list);
	bool with_inquirer = w->in->body.held_fetch.with_inquirer;
	struct net_row row;
	size_t n = 0;
	enum rc rc;

	if (list == NULL)
		return fault_set(why, RC_NOMEM, "held", "out of memory");
	rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_ANSWERED_HELD, &row, why, "i",
	    (int64_t)HELD_PAGE);
	while (rc == RC_OK) {
		list[n].permit_id = net_row_text(&row, 0, w->arena);
		list[n].addressee_no = net_row_text(&row, 1, w->arena);
		list[n].affair_code = net_row_text(&row, 2, w->arena);
		list[n].item_code = net_row_text(&row, 3, w->arena);
		list[n].inquirer = with_inquirer ? net_row_text(&row, 4, w->arena) : NULL;
		list[n].held_at_ms = net_row_time(&row, 5);
		list[n].due_at_ms = net_row_time(&row, 6);
		n++;
		rc = net_row_next(w->part->book, &row, why);
	}
	net_row_end(&row);
	w->out->kind = MESSAGE_HELD_LIST;
	w->out->body.held_list.entries = list;
	w->out->body.held_list.n_entries = n;
	return rc == RC_ABSENT ? RC_OK : rc;
}

enum rc
net_provide_decision(struct net_work *w, struct fault *why)
{
	const struct message_provision_decision *d = &w->in->body.provision_decision;
	enum message_error bad = MESSAGE_OK;
	struct asked q = { 0 };
	enum rc rc = read_asked(w, d->permit_id, &q, why);

	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	if (rc == RC_ABSENT || q.held_at == MESSAGE_NO_TIME)
		bad = E301_PERMIT_INVALID;
	else if (q.done)
		bad = E302_PERMIT_REUSED;
	else if (q.expires_at < w->now_ms)
		bad = E303_PERMIT_EXPIRED;
	if (bad != MESSAGE_OK) {
		net_work_refuse(w, bad, "TKY.ProvisionDecision/PermitID");
		return RC_OK;
	}
	if ((rc = net_book_run(w->part->book, NET_STMT_INTERMEDIARY_ANSWERED_DONE, why, "ttt",
	    d->permit_id, d->user, d->reason)) != RC_OK)
		return rc;
	if ((w->out->header.reception_no = net_part_new_id(w->arena, 24, why)) == NULL)
		return RC_CRYPTO;
	return d->decision == MESSAGE_DECISION_RELEASE ? respond_from_copy(w, &q, why) :
	    send_response(w, &q, MESSAGE_ITEM_REFUSED, NULL, 0, why);
}
