#include <string.h>

#include "net/net_intermediary.h"
#include "net/net_limits.h"

/*
 * What an intermediary does towards the portal: carries its town's notices there, and shows a person who is signed in
 * there the person's own records, from the copy alone.
 */
#define NUMBER_CHARS 24

static const struct net_part_conf *
portal_of(const struct net_part *p)
{
	return net_conf_part(p->net->conf, NET_PORTAL, "");
}

/* ---- notices ---- */

enum rc
net_portal_notice(struct net_work *w, struct fault *why)
{
	const struct net_part_conf *portal = portal_of(w->part);
	struct message relay = { .kind = MESSAGE_NOTICE };
	const char *reception;
	enum rc rc;

	if (portal == NULL) {
		net_work_refuse(w, E901_MALFORMED, "Header/MsgType");
		return RC_OK;
	}
	if ((reception = net_part_new_id(w->arena, NUMBER_CHARS, why)) == NULL)
		return RC_CRYPTO;
	relay.body.notice = w->in->body.notice;
	if ((rc = net_book_run(w->part->book, NET_STMT_INTERMEDIARY_NOTICE_PUT, why, "tii", reception,
	    (int64_t)MESSAGE_NOTICE_ON_ITS_WAY, w->now_ms)) != RC_OK)
		return rc;
	w->out->header.reception_no = reception;
	/* What it says stands in the task alone, and goes with it. */
	return net_task_put(w->part, portal, &relay, reception, w->arena, why);
}

enum rc
net_portal_notice_result(struct net_work *w, struct fault *why)
{
	struct message_notice_result *out = &w->out->body.notice_result;
	struct net_row row;
	enum rc rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_NOTICE_FIND, &row, why, "t",
	    w->in->body.fetch.reception_no);

	if (rc == RC_ABSENT) {
		net_work_refuse(w, E301_PERMIT_INVALID, "OSR.NoticeFetch/ReceptionNo");
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	w->out->kind = MESSAGE_NOTICE_RESULT;
	out->state = (enum message_notice_state)net_row_int(&row, 0);
	out->taken_at_ms = net_row_time(&row, 1);
	net_row_end(&row);
	return RC_OK;
}

enum rc
net_portal_heard(struct net_part *p, const struct net_task *t, const struct message *answer, struct fault *why)
{
	enum message_notice_state state = MESSAGE_NOTICE_THERE;

	if (message_kind_of(t->kind) == MESSAGE_SELF_INFO_REPORT)
		return answer->kind == MESSAGE_ERROR ? RC_OK :
		    net_book_run(p->book, NET_STMT_INTERMEDIARY_LOOK_PROCESS, why, "tt", t->subject,
		    answer->header.reception_no);
	if (answer->kind == MESSAGE_ERROR)
		state = answer->body.error.error == E401_NO_COPY ? MESSAGE_NOTICE_NO_PORTAL : MESSAGE_NOTICE_REFUSED;
	return net_book_run(p->book, NET_STMT_INTERMEDIARY_NOTICE_STATE, why, "tim", t->subject, (int64_t)state,
	    state == MESSAGE_NOTICE_THERE ? net_clock_ms(&p->net->clock) : MESSAGE_NO_TIME);
}

/* ---- a person's own records ---- */

/* Nothing is told through the portal: the town says so, or staff must look at every answer first. */
static enum rc
is_barred(struct net_part *p, const char *addressee_no, bool *ret, struct fault *why)
{
	struct net_row row;
	enum rc rc = net_book_row(p->book, NET_STMT_INTERMEDIARY_COPY_BARRED, &row, why, "t", addressee_no);

	if (rc != RC_OK)
		return rc;
	*ret = (!net_row_null(&row, 0) && net_row_int(&row, 0) != 0) || (!net_row_null(&row, 1) && net_row_int(&row, 1) != 0);
	net_row_end(&row);
	return RC_OK;
}

static bool
is_of(const struct message_record_items *records, size_t n, day birth)
{
	char on[DAY_TEXT_SIZE];

	day_write(birth, on);
	for (size_t i = 0; i < n; i++)
		if (records[i].n_items == 0 || records[i].items[0].value == NULL || strcmp(records[i].items[0].value, on) != 0)
			return false;
	return true;
}

enum rc
net_portal_self_info(struct net_work *w, struct fault *why)
{
	const struct message_self_info_fetch *f = &w->in->body.self_info_fetch;
	struct net_copy_asked asked = { .addressee_no = f->addressee_no, .item_code = f->item_code,
	    .today = message_day_of(w->now_ms), .from = DAY_NONE, .to = DAY_NONE };
	struct message report = { .kind = MESSAGE_SELF_INFO_REPORT };
	struct message_self_info_report *r = &report.body.self_info_report;
	struct message_self_info *out = &w->out->body.self_info;
	const struct message_record_items *records = NULL;
	const char *request;
	bool barred = false;
	size_t n = 0;
	enum rc rc;

	if ((rc = net_copy_answer(w->part, &asked, w->arena, &records, &n, why)) != RC_OK ||
	    (rc = is_barred(w->part, f->addressee_no, &barred, why)) != RC_OK)
		return rc;
	if ((request = net_part_new_id(w->arena, NUMBER_CHARS, why)) == NULL)
		return RC_CRYPTO;
	r->provider = w->part->conf->institution;
	r->item_code = f->item_code;
	r->requested_at_ms = f->requested_at_ms;
	r->provided_at_ms = MESSAGE_NO_TIME;
	r->status = MESSAGE_ITEM_NO_DATA;
	if (n > 0 && (barred || !is_of(records, n, f->birth))) {
		r->status = MESSAGE_ITEM_REFUSED;
		r->non_disclosure = true;
	} else if (n > 0) {
		r->status = MESSAGE_ITEM_OK;
		r->provided_at_ms = w->now_ms;
	}
	/* Refused is told as nothing known: who is at the screen may be whom the bar is meant for. */
	w->out->kind = MESSAGE_SELF_INFO;
	out->status = MESSAGE_ITEM_NO_DATA;
	out->provided_at_ms = MESSAGE_NO_TIME;
	if (r->status == MESSAGE_ITEM_OK)
		*out = (struct message_self_info){ .provided_at_ms = r->provided_at_ms, .status = MESSAGE_ITEM_OK,
		    .records = records, .n_records = n };
	if ((rc = net_book_run(w->part->book, NET_STMT_INTERMEDIARY_LOOK_PUT, why, "tt", request, f->addressee_no)) != RC_OK)
		return rc;
	return net_task_put(w->part, net_conf_part(w->part->net->conf, NET_CORE, ""), &report, request, w->arena, why);
}

enum rc
net_portal_look_known(struct net_part *p, const char *process_no, bool *ret_known, struct fault *why)
{
	struct net_row row;
	enum rc rc = net_book_row(p->book, NET_STMT_INTERMEDIARY_LOOK_OF_PROCESS, &row, why, "t", process_no);

	*ret_known = rc == RC_OK;
	net_row_end(&row);
	return rc == RC_ABSENT ? RC_OK : rc;
}
