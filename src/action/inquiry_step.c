#include "action/inquiry_step.h"

#include <stdio.h>
#include <string.h>

#include "action/acquire_code.h"
#include "action/affair_code.h"
#include "action/records.h"
#include "action/say.h"
#include "store/store_again.h"
#include "store/store_held.h"
#include "store/store_number.h"
#include "store/store_setting.h"

#define INQUIRY_DAYS 60			/* then it expires and is made anew */
#define US_PER_DAY (24 * 3600 * 1000000LL)

/* Salt and time are the inquiry's own, so that encoding it again gives what was sent. */
static void
salt_key(const struct inquiry_row *row, char key[64])
{
	(void)snprintf(key, 64, SETTING_INQUIRY_SALT "%s", row->record_no);
}

enum rc
inquiry_again(struct action *a, const struct inquiry_row *row, struct arena *arena,
    struct adapter_inquiry *ret_inquiry, struct fault *why)
{
	struct adapter_inquiry q = { .record_no = row->record_no, .dept = "health",
	    .provider_municipality = row->provider, .affair_code = AFFAIR_IMMUNIZATION,
	    .procedure_code = AFFAIR_INQUIRE_RECORD, .item_code = AFFAIR_RECORD, .from = row->from,
	    .to = row->to, .non_disclosure = row->non_disclosure };
	struct person p;
	char key[64], *user;
	size_t len;
	enum rc rc;

	/* By the number under which it was asked, whatever was merged or parted since. */
	if ((rc = store_person_record(a->store, &row->person, arena, &p, why)) != RC_OK)
		return rc;
	salt_key(row, key);
	if ((rc = store_setting_get(a->store, key, arena, &q.salt, why)) != RC_OK)
		return rc;
	q.addressee_no = p.addressee_no;
	/* The profile has room for 20 characters. */
	len = strlen(row->asked_by);
	if ((user = arena_text(arena, row->asked_by, len > 20 ? 20 : len)) == NULL)
		return fault_set(why, RC_NOMEM, "inquiry", "out of memory");
	q.user = user;
	q.requested_at_ms = row->requested_us / 1000;
	*ret_inquiry = q;
	return RC_OK;
}

static enum rc
put_request(struct action *a, const struct inquiry_row *row, int64_t now_us, struct fault *why)
{
	struct adapter_inquiry q;
	struct adapter_call call;
	struct arena arena;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) == RC_OK &&
	    (rc = inquiry_again(a, row, &arena, &q, why)) == RC_OK)
		rc = say_put(a, a->adapter->inquire(&a->self, msg_id, &q, &call, why), &call, msg_id, &row->person,
		    &row->id, now_us, why);
	arena_clear(&arena);
	return rc;
}

/* Who must look, and why; one open work item an inquiry. */
static enum rc
put_work(struct action *a, const struct inquiry_row *row, struct fault *why)
{
	struct held_row work = { .kind = row->state == INQUIRY_IN_DOUBT ? HELD_IN_DOUBT : HELD_POISON };
	bool is_new;
	struct id id;

	work.reason = row->outcome != NULL ? row->outcome :
	    inquiry_state_name((enum inquiry_state)row->state);
	work.reference = row->record_no;
	work.source = row->provider;
	work.person = row->person;
	return store_held_add(a->store, &work, &id, &is_new, why);
}

/* An end that may have another: the town is asked anew by itself, or not any more. */
static enum rc
note_end(struct action *a, const struct inquiry_row *row, int64_t now_us, struct fault *why)
{
	struct again_row again;
	struct arena arena;
	int days;
	enum rc rc;

	arena_init(&arena, LIMIT_TEXT_BYTES);
	rc = store_again_get(a->store, &row->person, row->provider, &arena, &again, why);
	if (rc == RC_ABSENT || (rc == RC_OK && again.ended != row->state))
		again.tries = 0;
	arena_clear(&arena);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	again.person = row->person;
	again.provider = row->provider;
	again.ended = row->state;
	again.tries++;
	days = row->basis != INQUIRY_RESIDENCE ? -1 : inquiry_again_days((enum inquiry_state)row->state,
	    (int)again.tries, say_corrects(a));
	if (days < 0)
		return store_again_drop(a->store, &row->person, row->provider, why);
	again.due_us = now_us + days * US_PER_DAY;
	return store_again_put(a->store, &again, why);
}

enum rc
inquiry_event(struct action *a, struct inquiry_row *row, enum inquiry_event event,
    const char *outcome, int64_t now_us, struct fault *why)
{
	struct inquiry now = { (enum inquiry_state)row->state, (int)row->attempts, row->deadline_us / 1000 };
	struct inquiry_step step;
	enum rc rc;

	if ((rc = inquiry_next(&now, event, now_us / 1000, node_jitter(), &step)) != RC_OK)
		/* Late or repeated: it changes nothing. */
		return say_audit(a, "inquiry-refused", &row->person, AUDIT_FAILED, inquiry_event_name(event), why);
	row->state = (int64_t)step.next.state;
	row->attempts = step.next.polls;
	row->is_ended = inquiry_ended(step.next.state);
	/* Whatever is waited for, the deadline is kept. */
	row->next_us = step.next_at_ms != INT64_MAX ? step.next_at_ms * 1000 :
	    row->is_ended || row->deadline_us <= now_us ? INT64_MAX : row->deadline_us;
	row->changed_us = now_us;
	if (outcome != NULL)
		row->outcome = outcome;
	else if (row->is_ended)
		row->outcome = inquiry_state_name(step.next.state);
	if ((rc = store_inquiry_set(a->store, row, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_SEND) != 0 && (rc = put_request(a, row, now_us, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_BAR_CODE) != 0 &&
	    (rc = code_event(a, &row->person, ACQUIRE_ON_DOUBT, now_us, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_FREE_CODE) != 0 &&
	    (rc = code_event(a, &row->person, ACQUIRE_ON_CLEARED, now_us, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_ACQUIRE) != 0 &&
	    (rc = code_event(a, &row->person, ACQUIRE_ON_LOST, now_us, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_WORK) != 0 && (rc = put_work(a, row, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_RECORD) != 0 && row->process_no != NULL &&
	    (rc = records_fetch(a, row->process_no, now_us, why)) != RC_OK)
		return rc;
	if ((step.effects & INQUIRY_DO_ALARM) != 0 &&
	    (rc = say_audit(a, "answer-forged", &row->person, AUDIT_FAILED, row->provider, why)) != RC_OK)
		return rc;
	if (!row->is_ended || inquiry_ended(now.state))
		return RC_OK;
	if ((rc = note_end(a, row, now_us, why)) != RC_OK)
		return rc;
	return say_audit(a, "inquiry-ended", &row->person, AUDIT_DONE, row->outcome, why);
}

enum rc
inquiry_draft(struct action *a, struct inquiry_row *row, struct fault *why)
{
	char salt[NODE_MESSAGE_ID_SIZE], key[64], record_no[MESSAGE_RECORD_NO_CHARS + 1];
	int64_t number;
	enum rc rc;

	if ((rc = store_number_record(a->store, &row->person, &row->person, why)) != RC_OK ||
	    (rc = store_setting_next(a->store, "inquiry-no", &number, why)) != RC_OK ||
	    (rc = node_message_id(salt, why)) != RC_OK)
		return rc;
	(void)snprintf(record_no, sizeof(record_no), "R%lld", (long long)number);
	row->record_no = record_no;
	row->state = INQUIRY_DRAFT;
	row->known_as_of = DAY_NONE;
	row->next_us = row->requested_us;
	if (row->deadline_us == 0)
		row->deadline_us = row->requested_us + INQUIRY_DAYS * US_PER_DAY;
	row->changed_us = row->requested_us;
	salt_key(row, key);
	if ((rc = store_setting_set(a->store, key, salt, why)) == RC_OK)
		rc = store_inquiry_add(a->store, row, &row->id, why);
	row->record_no = NULL;
	return rc;
}
