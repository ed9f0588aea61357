#include "action/records.h"

#include <stdio.h>
#include <string.h>

#include "action/correction.h"
#include "action/day_count.h"
#include "action/evidence.h"
#include "action/say.h"
#include "store/store_inquiry.h"
#include "store/store_record.h"
#include "store/store_setting.h"

/*
 * Records come in the order of their numbers, and what has ended does not change.  So a round goes on after the
 * last number up to which everything had ended (a setting), and once a day all are asked for: a record may
 * reach the intermediary after a later one.  A page that goes on from there without a gap bears the one mark, every
 * other page of a round the other.
 */
#define LIST_CHUNK 500
#define ENDED_UP_TO "records-ended"
#define WHOLE_ON "records-whole"
#define HEARD_ON "records-heard"	/* day on which the last page of a round came */
static const struct id without_gap = { { 'r', 'e', 'c', 'o', 'r', 'd', 's' } };
static const struct id with_gap = { { 'r', 'e', 'c', '-', 'g', 'a', 'p' } };

static enum rc
fetch_page(struct action *a, const char *process_no, const char *after, const struct id *mark, int64_t now_us,
    struct fault *why)
{
	struct message_record_fetch which = { .process_no = process_no, .after = after };
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	return say_put(a, a->adapter->record_fetch(&a->self, msg_id, &which, &call, why), &call, msg_id, NULL,
	    mark, now_us, why);
}

enum rc
records_fetch(struct action *a, const char *process_no, int64_t now_us, struct fault *why)
{
	return fetch_page(a, process_no, NULL, NULL, now_us, why);
}

enum rc
records_poll(struct action *a, int64_t now_us, day today, struct fault *why)
{
	const char *ended = NULL, *whole = NULL;
	char on[DAY_TEXT_SIZE];
	struct arena arena;
	enum rc rc;

	arena_init(&arena, LIMIT_TEXT_BYTES);
	day_write(today, on);
	if ((rc = store_setting_get(a->store, WHOLE_ON, &arena, &whole, why)) != RC_OK && rc != RC_ABSENT)
		goto out;
	if (rc == RC_ABSENT || strcmp(whole, on) != 0) {
		if ((rc = store_setting_set(a->store, WHOLE_ON, on, why)) != RC_OK)
			goto out;
	} else if ((rc = store_setting_get(a->store, ENDED_UP_TO, &arena, &ended, why)) != RC_OK && rc != RC_ABSENT)
		goto out;
	rc = fetch_page(a, NULL, ended, &without_gap, now_us, why);
 out:
	arena_clear(&arena);
	return rc;
}

static const char *
outcome_word(const struct message_provision_record *r)
{
	switch (r->outcome) {
	case MESSAGE_OUTCOME_PROVIDED:
		return "provided";
	case MESSAGE_OUTCOME_NO_DATA:
		return "no-data";
	case MESSAGE_OUTCOME_REFUSED:
		return "refused";
	case MESSAGE_OUTCOME_FAILED:
		return "failed";
	case MESSAGE_OUTCOME_PENDING:
	case MESSAGE_OUTCOME_NONE:
		break;
	}
	return "pending";
}

/* It is over: what was signed about it is fetched while everybody has it. */
static enum rc
keep_evidence(struct action *a, const struct provision_record *row, const struct heard *h, struct fault *why)
{
	struct inquiry_row inquiry = { .id = ID_NONE };
	enum rc rc;

	if (row->side == PROVISION_ASKED) {
		rc = store_inquiry_find_process(a->store, row->process_no, h->arena, &inquiry, why);
		if (rc != RC_OK && rc != RC_ABSENT)
			return rc;
	}
	return evidence_fetch(a, row->process_no, &row->person, &inquiry.id, h->now_us, why);
}

static enum rc
record_heard(struct action *a, const struct message_provision_record *r, const struct heard *h, struct fault *why)
{
	struct provision_record *old;
	size_t n = 0, i;
	struct provision_record row = { .process_no = r->process_no, .inquirer = r->inquirer,
	    .provider = r->provider, .requested_us = r->requested_at_ms * 1000,
	    .provided_us = r->provided_at_ms == MESSAGE_NO_TIME ? 0 : r->provided_at_ms * 1000,
	    .affair = r->affair_code, .procedure = r->procedure_code, .item = r->item_code,
	    .outcome = outcome_word(r), .inquirer_non_disclosure = r->inquirer_non_disclosure,
	    .provider_non_disclosure = r->provider_non_disclosure, .keep_until = r->expires_on };
	enum rc rc;

	if (r->outcome == MESSAGE_OUTCOME_PENDING)
		return RC_OK;		/* it is written once it is over */
	row.side = strcmp(r->inquirer, a->self.institution) == 0 ? PROVISION_ASKED : PROVISION_PROVIDED;
	if (r->addressee_no != NULL) {
		rc = store_person_find_addressee(a->store, r->addressee_no, &row.person, why);
		if (rc != RC_OK && rc != RC_ABSENT)
			return rc;
	}
	if ((rc = store_record_find(a->store, r->process_no, h->arena, &old, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if (old[i].side == row.side)
			break;
	if ((rc = store_record_add(a->store, &row, why)) == RC_CONFLICT)
		return say_audit(a, "record-differs", &row.person, AUDIT_FAILED, r->process_no, why);
	if (rc != RC_OK || i < n)
		return rc;
	if ((rc = keep_evidence(a, &row, h, why)) != RC_OK || (rc = day_count_changed(a, &row, why)) != RC_OK)
		return rc;
	return correction_provided(a, &row, h->now_us, h->today, why);
}

enum rc
records_heard(struct action *a, const struct heard *h, struct fault *why)
{
	const struct message_record_list *list = &h->answer->message->body.record_list;
	bool gap = !id_equal(&h->sent->about, &without_gap);
	const char *ended = NULL;
	char on[DAY_TEXT_SIZE];
	size_t i;
	enum rc rc;

	if (h->event.kind != ADAPTER_RECORD_LIST)	/* the network does not take it: a person looks */
		return say_audit(a, "network-refused", NULL, AUDIT_FAILED, message_error_name(h->event.error), why);
	for (i = 0; i < list->n_entries; i++) {
		if ((rc = record_heard(a, &list->entries[i], h, why)) != RC_OK)
			return rc;
		gap = gap || list->entries[i].outcome == MESSAGE_OUTCOME_PENDING;
		if (!gap)
			ended = list->entries[i].process_no;
	}
	if (ended != NULL && (rc = store_setting_set(a->store, ENDED_UP_TO, ended, why)) != RC_OK)
		return rc;
	if (list->more && list->n_entries > 0)
		return fetch_page(a, NULL, list->entries[list->n_entries - 1].process_no, gap ? &with_gap : &without_gap,
		    h->now_us, why);
	if (!id_known(&h->sent->about))		/* of one exchange */
		return RC_OK;
	day_write(message_day_of(h->now_us / 1000), on);
	return store_setting_set(a->store, HEARD_ON, on, why);
}

enum rc
records_heard_on(struct action *a, day *ret_day, struct fault *why)
{
	const char *text;
	struct arena arena;
	enum rc rc;

	*ret_day = DAY_MIN;
	arena_init(&arena, LIMIT_TEXT_BYTES);
	rc = store_setting_get(a->store, HEARD_ON, &arena, &text, why);
	if (rc == RC_OK && day_parse(text, strlen(text), ret_day) != RC_OK)
		rc = fault_set(why, RC_BUG, HEARD_ON, "is no day");
	arena_clear(&arena);
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc
reply_record(struct call *c, const struct provision_record *row, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PROCESS_NO, row->process_no);
	frame_put_text(&f, TAG_HOLDER, row->side == PROVISION_ASKED ? "inquirer" : "provider");
	frame_put_text(&f, TAG_INQUIRER, row->inquirer);
	frame_put_text(&f, TAG_PROVIDER, row->provider);
	frame_put_int(&f, TAG_REQUESTED_AT, row->requested_us);
	frame_put_int(&f, TAG_PROVIDED_AT, row->provided_us);
	frame_put_text(&f, TAG_ITEMS, row->item);
	frame_put_text(&f, TAG_OUTCOME, row->outcome);
	frame_put_int(&f, TAG_NON_DISCLOSURE, row->inquirer_non_disclosure || row->provider_non_disclosure);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* The trace first: what is read after it goes out. */
static enum rc
records_of_all(struct call *c, struct fault *why)
{
	char after[LIMIT_NAME_CHARS + 1] = "";
	struct provision_record *row;
	struct arena arena;
	size_t n = 1;
	enum rc rc;

	if ((rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK || (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	while (rc == RC_OK && n > 0) {
		arena_init(&arena, LIMIT_REQUEST_BYTES);
		rc = store_record_list(c->a->store, after, LIST_CHUNK, &arena, &row, &n, why);
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			rc = reply_record(c, &row[i], why);
		if (rc == RC_OK && n > 0 && snprintf(after, sizeof(after), "%s", row[n - 1].process_no) >= (int)sizeof(after))
			rc = fault_set(why, RC_BUG, "records", "a process number is longer than any");
		arena_clear(&arena);
	}
	return rc;
}

enum rc
do_records(struct call *c, struct fault *why)
{
	const char *addressee = request_text(c->r, TAG_ADDRESSEE);
	struct provision_record *row;
	struct person p;
	size_t n, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if (addressee == NULL)
		return records_of_all(c, why);
	node_see(c);
	if ((rc = node_person(c, addressee, &p, why)) != RC_OK)
		return rc;
	if (p.is_shielded)
		return fault_set(why, RC_REFUSED, "records", "the record is protected");
	if ((rc = store_record_of(c->a->store, &p.id, &c->arena, &row, &n, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	for (i = 0; i < n && rc == RC_OK; i++)
		rc = reply_record(c, &row[i], why);
	return rc;
}

/*
 * Whom we told something that has been corrected or withdrawn since: the network of this version has
 * no message for it (exchange/adapter.h, can.corrections), so somebody tells them, or they ask again.
 */
enum rc
do_records_outdated(struct call *c, struct fault *why)
{
	struct provision_record *row;
	struct person p;
	struct frame f;
	size_t n, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_record_outdated(c->a->store, MESSAGE_INSTITUTION_PORTAL, node_most(c), &c->arena, &row, &n, why)) != RC_OK)
		return rc;
	n = node_cut(c, n);
	for (i = 0; i < n && rc == RC_OK; i++) {
		if ((rc = store_person_get(c->a->store, &row[i].person, &c->arena, &p, why)) != RC_OK)
			return rc;
		frame_init(&f, RESULT_ROW);
		frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
		frame_put_text(&f, TAG_INQUIRER, row[i].inquirer);
		frame_put_int(&f, TAG_PROVIDED_AT, row[i].provided_us);
		frame_put_text(&f, TAG_PROCESS_NO, row[i].process_no);
		rc = node_reply(c, &f, why);
		frame_clear(&f);
	}
	return rc;
}
