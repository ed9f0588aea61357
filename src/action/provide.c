#include "action/provide.h"

#include <stdio.h>
#include <string.h>

#include "action/acquire_code.h"
#include "action/copy_record.h"
#include "action/correction.h"
#include "action/inquiry_step.h"
#include "action/portal.h"
#include "action/say.h"
#include "store/store_copy.h"
#include "store/store_dose.h"
#include "store/store_held.h"
#include "store/store_inquiry.h"
#include "store/store_number.h"
#include "store/store_outbox.h"
#include "store/store_setting.h"

/*
 * Being asked: our copies at the intermediary server are kept up to date, answers it holds
 * back for us come to the work list, decisions go back.
 */
#define COPIES_AT_ONCE 64
#define COPIES_LATER_US (2 * INT64_C(1000000))	/* between two questions what became of a send */

/* ---- copies ---- */

static enum rc
by_hand(struct action *a, const struct id *person, struct arena *arena, bool *ret, struct fault *why)
{
	char key[SETTING_KEY_SIZE];
	const char *value;
	enum rc rc;

	store_setting_key(SETTING_ANSWERS, person, key);
	if ((rc = store_setting_get(a->store, key, arena, &value, why)) == RC_ABSENT) {
		*ret = false;
		return RC_OK;
	}
	if (rc == RC_OK)
		*ret = strcmp(value, "manual") == 0;
	return rc;
}

/*
 * What has not left yet does not leave any more: nobody is asked about a protected person, and no copy of what is
 * on record goes out.  A copy that was tried may be there and is tried on, so that its deletion, which is due, comes
 * after it.
 */
static enum rc
hold_back(struct action *a, const struct id *person, int64_t now_us, struct fault *why)
{
	enum store_eyes eyes = store_eyes(a->store);
	struct inquiry_row *row;
	struct arena arena;
	size_t n = 0;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	/* It is the node that looks, and nobody is told. */
	store_see(a->store, STORE_EYES_WHOLE);
	if ((rc = store_outbox_withhold(a->store, person, message_name(MESSAGE_COPY_REGISTER), 0, why)) == RC_OK &&
	    (rc = store_outbox_withhold(a->store, person, message_name(MESSAGE_INQUIRY_REQUEST), INT64_MAX, why)) == RC_OK)
		rc = store_inquiry_of(a->store, person, &arena, &row, &n, why);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		if (row[i].state == INQUIRY_DRAFT)
			rc = inquiry_event(a, &row[i], INQUIRY_ON_CANCEL, "protected", now_us, why);
	store_see(a->store, eyes);
	arena_clear(&arena);
	return rc;
}

enum rc
provide_changed(struct action *a, const struct id *person, bool is_wanted, int64_t now_us, day today,
    struct fault *why)
{
	struct id record;
	enum rc rc;

	if ((rc = store_number_record(a->store, person, &record, why)) != RC_OK ||
	    (rc = store_copy_touch(a->store, &record, is_wanted, why)) != RC_OK ||
	    (!is_wanted && (rc = hold_back(a, &record, now_us, why)) != RC_OK))
		return rc;
	return correction_owed(a, person, is_wanted, now_us, today, why);
}

static enum rc
note_sent(struct action *a, const struct id *person, const struct message_copy *record, bool wanted,
    int64_t now_us, struct fault *why)
{
	struct copy_row row = { .person = *person, .record_key = record->record_key,
	    .version = record->record_version, .is_wanted = wanted, .sent_us = now_us };
	char hex[MESSAGE_DIGEST_CHARS + 1];
	size_t i;

	message_items_digest(record->items, record->n_items, hex);
	for (i = 0; i < VAULT_DIGEST_BYTES; i++) {
		unsigned byte = 0;

		(void)sscanf(hex + 2 * i, "%2x", &byte);
		row.digest.b[i] = (unsigned char)byte;
	}
	return store_copy_sent(a->store, &row, why);
}

/* Records that lie there and should not any more: of a record for which another answers now, or which were of
 * somebody who has been parted from this person since.  keep: those that stand. */
static enum rc
take_away(struct action *a, const struct id *person, const char *addressee_no, const struct message_copy *keep,
    size_t n_keep, int64_t now_us, day today, struct arena *arena, struct fault *why)
{
	struct adapter_copies copies = { .segment = MESSAGE_SEGMENT_DELETE };
	struct message_copy *record;
	struct adapter_call call;
	struct copy_row *row;
	char msg_id[NODE_MESSAGE_ID_SIZE], *no;
	size_t n_row, i, k, n = 0;
	enum rc rc;

	if ((rc = store_copy_of(a->store, person, arena, &row, &n_row, why)) != RC_OK)
		return rc;
	if ((record = arena_array(arena, n_row + 1, sizeof(*record))) == NULL)
		return fault_set(why, RC_NOMEM, "copy", "out of memory");
	for (i = 0; i < n_row; i++) {
		for (k = 0; k < n_keep; k++)
			if (strcmp(keep[k].record_key, row[i].record_key) == 0)
				break;
		if (k < n_keep)
			continue;
		if ((no = arena_new(arena, MESSAGE_RECORD_NO_CHARS + 1)) == NULL)
			return fault_set(why, RC_NOMEM, "copy", "out of memory");
		(void)snprintf(no, MESSAGE_RECORD_NO_CHARS + 1, "D%zu", n + 1);
		copy_record_nothing(addressee_no, row[i].record_key, row[i].version, today, &record[n]);
		record[n++].record_no = no;
		if ((rc = store_copy_drop(a->store, person, row[i].record_key, why)) != RC_OK)
			return rc;
	}
	if (n == 0)
		return RC_OK;
	copies.records = record;
	copies.n_records = n;
	if ((rc = say_new(&call, LIMIT_WIRE_COPY_BYTES, msg_id, why)) == RC_OK)
		rc = say_put(a, a->adapter->copies_send(&a->self, msg_id, &copies, &call, why), &call, msg_id, person, NULL,
		    now_us, why);
	buf_clear(&call.bytes);
	return rc;
}

/* Everything that stands on record about one person, as it stands now. */
static enum rc
send_copies_of(struct action *a, const struct id *person, int64_t now_us, day today, struct fault *why)
{
	struct adapter_copies copies = { .segment = MESSAGE_SEGMENT_REGISTER };
	struct message_copy *record;
	struct adapter_call call;
	struct person p;
	struct dose *dose;
	struct arena arena;
	char msg_id[NODE_MESSAGE_ID_SIZE], *no;
	size_t n_dose, i;
	int64_t send_no;		/* grows with every send: the identity record is never an older one */
	struct person record_of;
	struct id face;
	bool manual, barred = false;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = say_new(&call, LIMIT_WIRE_COPY_BYTES, msg_id, why)) != RC_OK ||
	    (rc = store_number_record(a->store, person, &face, why)) != RC_OK ||
	    (rc = store_person_record(a->store, person, &arena, &record_of, why)) != RC_OK)
		goto out;
	if (!id_equal(&face, person)) {
		if ((rc = take_away(a, person, record_of.addressee_no, NULL, 0, now_us, today, &arena, why)) == RC_OK)
			rc = store_copy_settled(a->store, person, why);
		goto out;
	}
	if ((rc = store_person_get(a->store, person, &arena, &p, why)) != RC_OK ||
	    (rc = store_dose_list(a->store, person, &arena, &dose, &n_dose, why)) != RC_OK ||
	    (rc = by_hand(a, &p.id, &arena, &manual, why)) != RC_OK ||
	    (rc = portal_barred(a, &p.id, &arena, &barred, why)) != RC_OK ||
	    (rc = store_setting_next(a->store, "copy-no", &send_no, why)) != RC_OK)
		goto out;
	p.addressee_no = record_of.addressee_no;
	if ((record = arena_array(&arena, n_dose + 1, sizeof(*record))) == NULL) {
		rc = fault_set(why, RC_NOMEM, "copy", "out of memory");
		goto out;
	}
	if (p.is_protected)
		copies.segment = MESSAGE_SEGMENT_DELETE;
	for (i = 0; i <= n_dose; i++) {
		if ((rc = copy_record_write(&p, i == 0 ? NULL : &dose[i - 1],
		    i == 0 ? send_no : dose[i - 1].version, manual, today, &arena, &record[i], why)) != RC_OK)
			goto out;
		if ((no = arena_new(&arena, MESSAGE_RECORD_NO_CHARS + 1)) == NULL) {
			rc = fault_set(why, RC_NOMEM, "copy", "out of memory");
			goto out;
		}
		(void)snprintf(no, MESSAGE_RECORD_NO_CHARS + 1, "C%zu", i + 1);
		record[i].record_no = no;
		record[i].self_info_barred = barred;
		if (p.is_protected) {
			record[i].items = NULL;
			record[i].n_items = 0;
		}
		if ((rc = note_sent(a, person, &record[i], !p.is_protected, now_us, why)) != RC_OK)
			goto out;
	}
	copies.records = record;
	copies.n_records = n_dose + 1;
	if ((rc = take_away(a, person, p.addressee_no, record, n_dose + 1, now_us, today, &arena, why)) != RC_OK)
		goto out;
	/* About the rows that were just noted: what only takes away, above, is about none. */
	if ((rc = say_put(a, a->adapter->copies_send(&a->self, msg_id, &copies, &call, why), &call, msg_id,
	    person, person, now_us, why)) == RC_OK)
		rc = store_copy_settled(a->store, person, why);
 out:
	buf_clear(&call.bytes);
	arena_clear(&arena);
	return rc;
}

/* Nothing was ever said about a protected person who has no code, and nothing will be. */
static enum rc
stays_unsaid(struct action *a, const struct id *person, bool *ret, struct fault *why)
{
	struct code_row code;
	struct arena arena;
	struct person p;
	enum rc rc;

	*ret = false;
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = store_person_get(a->store, person, &arena, &p, why)) == RC_OK && p.is_protected) {
		rc = store_code_get(a->store, person, &arena, &code, why);
		*ret = rc == RC_ABSENT;
		rc = rc == RC_ABSENT ? RC_OK : rc;
	}
	arena_clear(&arena);
	return rc;
}

enum rc
provide_due(struct action *a, int64_t now_us, day today, struct fault *why)
{
	struct id due[COPIES_AT_ONCE];
	enum code_use use;
	size_t n, i, before;
	bool unsaid;
	enum rc rc;

	/* An officer's question would leave behind all of them; each answer is a new turn. */
	if ((rc = store_outbox_waiting(a->store, adapter_endpoint_name(ADAPTER_INTERMEDIARY), now_us, COPIES_AT_ONCE, &before,
	    why)) != RC_OK || before == COPIES_AT_ONCE)
		return rc;
	if ((rc = store_copy_due(a->store, due, COPIES_AT_ONCE, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		/* The network knows whom a copy is about by the code: sent before it, it would
		 * be there and never be found. */
		if ((rc = stays_unsaid(a, &due[i], &unsaid, why)) != RC_OK)
			return rc;
		use = CODE_UNUSABLE;
		if (!unsaid && (rc = code_want(a, &due[i], now_us, &use, why)) != RC_OK)
			return rc;
		if (use == CODE_STARTED) {
			if ((rc = store_copy_waits(a->store, &due[i], why)) != RC_OK)
				return rc;
		} else if (use == CODE_READY) {
			if ((rc = send_copies_of(a, &due[i], now_us, today, why)) != RC_OK)
				return rc;
		} else if ((rc = store_copy_settled(a->store, &due[i], why)) != RC_OK)
			return rc;
	}
	if (n == COPIES_AT_ONCE)
		a->more_copies = true;		/* others wait behind these */
	return RC_OK;
}

/* Not done yet: the same question later, under a MsgID of its own, since the one before has its answer for good. */
static enum rc
ask_again(struct action *a, const struct heard *h, struct fault *why)
{
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE], *at;
	size_t len = strlen(h->sent->message_id);
	enum rc rc;

	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	call.kind = MESSAGE_COPY_RESULT_FETCH;
	call.endpoint = ADAPTER_INTERMEDIARY;
	call.gap_offset = WIRE_NO_GAP;
	if ((rc = buf_add(&call.bytes, h->sent->bytes, h->sent->len)) != RC_OK)
		rc = fault_set(why, rc, h->sent->type, "no room");
	else if ((at = memmem(call.bytes.data, call.bytes.len, h->sent->message_id, len)) == NULL)
		rc = fault_set(why, RC_BUG, h->sent->type, "is not the message that was sent");
	else
		memcpy(at, msg_id, len);
	return say_put(a, rc, &call, msg_id, &h->sent->person, &h->sent->about, h->now_us + COPIES_LATER_US, why);
}

/* What this fetch asked about has arrived: the send that it names, and none that was made since. */
static enum rc
arrived(struct action *a, const struct heard *h, struct fault *why)
{
	struct outbox_row send;
	enum rc rc;

	if (!id_known(&h->sent->about))
		return RC_OK;
	if ((rc = store_outbox_get(a->store, &h->sent->about, h->arena, &send, why)) == RC_ABSENT)
		return RC_OK;		/* purged with its person */
	return rc != RC_OK ? rc : store_copy_confirmed(a->store, &h->sent->person, send.created_us, why);
}

static enum rc
copies_heard(struct action *a, const struct heard *h, struct fault *why)
{
	const struct message_copy_result *result;
	struct held_row work = { .kind = HELD_POISON, .reason = "copy-refused" };
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	struct id id;
	bool is_new;
	enum rc rc;

	switch (h->event.kind) {
	case ADAPTER_COPIES_WAITING:
		return ask_again(a, h, why);
	case ADAPTER_RECEIVED:
		if (h->event.reception_no == NULL)
			return fault_set(why, RC_INVALID, h->sent->type, "no reception number");
		if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
			return rc;
		return say_put(a, a->adapter->copies_fetch(&a->self, msg_id, h->event.reception_no, &call, why), &call,
		    msg_id, &h->sent->person, id_known(&h->sent->about) ? &h->sent->id : NULL, h->now_us, why);
	case ADAPTER_COPIES_DONE:
		result = &h->answer->message->body.copy_result;
		if (result->refused_count > 0) {
			work.person = h->sent->person;
			work.reference = h->sent->message_id;
			return store_held_add(a->store, &work, &id, &is_new, why);
		}
		return arrived(a, h, why);
	case ADAPTER_FAILED:
		work.person = h->sent->person;
		work.reference = h->sent->message_id;
		work.reason = message_error_name(h->event.error);
		return store_held_add(a->store, &work, &id, &is_new, why);
	case ADAPTER_COPY_LIST:
	case ADAPTER_NUMBER_WAITING: case ADAPTER_NUMBER_ISSUED: case ADAPTER_CODE:
	case ADAPTER_INQUIRY_WAITING: case ADAPTER_INQUIRY_ANSWERED: case ADAPTER_INQUIRY_ENDED:
	case ADAPTER_HELD_LIST: case ADAPTER_RECORD_LIST: case ADAPTER_TOLD: case ADAPTER_EVIDENCE:
	case ADAPTER_LETTER: case ADAPTER_NOTICE:
	case ADAPTER_EVENT__COUNT:
		break;
	}
	return fault_set(why, RC_BUG, h->sent->type, "an answer of another kind");
}

/* ---- held answers ---- */

enum rc
provide_held(struct action *a, int64_t now_us, struct fault *why)
{
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	return say_put(a, a->adapter->held_list(&a->self, msg_id, true, &call, why), &call, msg_id, NULL, NULL,
	    now_us, why);
}

static enum rc
held_heard(struct action *a, const struct heard *h, struct fault *why)
{
	const struct message_held_list *list = &h->answer->message->body.held_list;
	struct held_row row = { .kind = HELD_ANSWER, .reason = "answer-waits" };
	bool is_new;
	struct id id;
	size_t i;
	enum rc rc;

	for (i = 0; i < list->n_entries; i++) {
		row.reference = list->entries[i].permit_id;
		row.source = list->entries[i].inquirer;
		rc = store_person_find_addressee(a->store, list->entries[i].addressee_no, &row.person, why);
		if (rc != RC_OK && rc != RC_ABSENT)
			return rc;
		if ((rc = store_held_add(a->store, &row, &id, &is_new, why)) != RC_OK)
			return rc;
		if (is_new && (rc = say_audit(a, "answer-held", &row.person, AUDIT_DONE, NULL, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
provide_heard(struct action *a, const struct heard *h, struct fault *why)
{
	enum message_kind sent = message_kind_of(h->sent->type);

	if (sent == MESSAGE_COPY_REGISTER || sent == MESSAGE_COPY_RESULT_FETCH)
		return copies_heard(a, h, why);
	if (h->event.kind == ADAPTER_HELD_LIST)
		return held_heard(a, h, why);
	if (h->event.kind == ADAPTER_RECEIVED)
		return RC_OK;		/* of a decision */
	/* A decision or a list that the network does not take: a person looks. */
	return say_audit(a, "network-refused", NULL, AUDIT_FAILED, message_error_name(h->event.error), why);
}

enum rc
provide_decide(struct call *c, const char *permit_id, enum message_decision decision,
    const char *reason, struct fault *why)
{
	struct message_provision_decision d = { .permit_id = permit_id, .decision = decision,
	    .reason = reason };
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE], user[21];
	enum rc rc;

	(void)snprintf(user, sizeof(user), "%.20s", c->actor);
	d.user = user;
	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	return say_put(c->a, c->a->adapter->held_decide(&c->a->self, msg_id, &d, &call, why), &call, msg_id,
	    NULL, NULL, c->now_us, why);
}

enum rc
do_copy_send(struct call *c, struct fault *why)
{
	int64_t due, sent, confirmed;
	struct frame f;
	enum rc rc;

	if (!say_connected(c->a))
		return fault_set(why, RC_REFUSED, "network",
		    "this node is not joined to a network: see watashi doctor");
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_copy_count(c->a->store, &due, &sent, &confirmed, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_COUNT, confirmed);
	frame_put_text(&f, TAG_STATE, due > 0 || sent > confirmed ? "waiting" : "confirmed");
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}
