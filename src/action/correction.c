#include "action/correction.h"

#include <string.h>

#include "action/copy_record.h"
#include "action/say.h"
#include "record/code.h"
#include "store/store_dose.h"
#include "store/store_held.h"

#define US_PER_MS 1000
#define AGAIN_AT_ONCE 64

/* The machine's states are those of the register. */
_Static_assert((int)RECEIPT_WAITING == (int)CORRECTION_WAITING && (int)RECEIPT_SENT == (int)CORRECTION_SENT &&
    (int)RECEIPT_HELD == (int)CORRECTION_HELD && (int)RECEIPT_APPLIED == (int)CORRECTION_APPLIED &&
    (int)RECEIPT_KNOWN == (int)CORRECTION_KNOWN && (int)RECEIPT_REFUSED == (int)CORRECTION_REFUSED &&
    (int)RECEIPT_BARRED == (int)CORRECTION_BARRED && (int)RECEIPT_GONE == (int)CORRECTION_GONE &&
    (int)RECEIPT_WITHHELD == (int)CORRECTION_WITHHELD && (int)RECEIPT_SUPERSEDED == (int)CORRECTION_SUPERSEDED &&
    (int)RECEIPT_BY_HAND == (int)CORRECTION_BY_HAND && (int)RECEIPT_NEW == (int)CORRECTION_STATE__COUNT, "states");

enum rc
correction_step(struct correction_row *row, enum receipt_event event, int64_t now_us, unsigned *ret_effects,
    struct fault *why)
{
	const struct receipt now = { .state = (enum receipt_state)row->state, .tries = row->tries,
	    .next_at_ms = row->next_us == INT64_MAX ? RECEIPT_NEVER : row->next_us / US_PER_MS };
	struct receipt_step step;

	if (receipt_next(&now, event, now_us / US_PER_MS, &step) != RC_OK)
		return fault_set(why, RC_BUG, "correction", "%s: %s", receipt_state_name(now.state), receipt_event_name(event));
	row->state = (enum correction_state)step.next.state;
	row->tries = step.next.tries;
	if (step.next.next_at_ms != now.next_at_ms)
		row->next_us = step.next.next_at_ms == RECEIPT_NEVER ? INT64_MAX : step.next.next_at_ms * US_PER_MS;
	*ret_effects = step.effects;
	return RC_OK;
}

/* Who stands for that town today; RC_ABSENT: nobody. */
static enum rc
successor(const char *town, day today, const char **ret_town)
{
	enum rc rc = code_municipality_to_ask(town, today, ret_town);

	return rc == RC_INVALID ? RC_ABSENT : rc;
}

/* Work for an officer, once. */
static enum rc
alarm(struct action *a, const struct id *person, const char *reason, const char *reference, const char *town,
    struct fault *why)
{
	struct held_row work = { .kind = HELD_CONFLICT, .reason = reason, .reference = reference, .source = town };
	struct id id;
	bool is_new;
	enum rc rc;

	if (person != NULL)
		work.person = *person;
	if ((rc = store_held_add(a->store, &work, &id, &is_new, why)) != RC_OK || !is_new)
		return rc;
	return say_audit(a, reason, person, AUDIT_FAILED, NULL, why);
}

/* ---- what is owed ---- */

enum rc
correction_put_letter(struct action *a, struct correction_row *row, const struct person *p, const struct dose *stands, int64_t now_us,
    day today, struct arena *arena, struct fault *why)
{
	struct dose parted = *stands;
	const struct dose *d = row->parted ? &parted : stands;
	struct adapter_correction c = { .process_no = row->process_no, .made_at_ms = row->made_us / 1000 };
	struct message_copy record;
	struct adapter_call call;
	char id[ID_TEXT_SIZE], msg_id[NODE_MESSAGE_ID_SIZE];
	unsigned effects;
	enum rc rc;

	parted.status = DOSE_WITHDRAWN;
	parted.reason = CORRECTION_PARTED;
	if ((rc = successor(row->recipient, today, &c.recipient_municipality)) == RC_ABSENT) {
		if ((rc = correction_step(row, RECEIPT_ON_NOBODY, now_us, &effects, why)) != RC_OK)
			return rc;
		id_write(&row->id, id);
		return (effects & RECEIPT_DO_UNDELIVERABLE) == 0 ? RC_OK :
		    alarm(a, &row->person, "correction-undeliverable", id, row->recipient, why);
	}
	if (rc != RC_OK ||
	    (rc = copy_record_write(p, d, d->version, false, today, arena, &record, why)) != RC_OK)
		return rc;
	id_write(&row->id, id);
	c.correction_id = id;
	c.record = &record;
	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	return say_put(a, a->adapter->correct(&a->self, msg_id, &c, &call, why), &call, msg_id, &row->person, &row->id,
	    now_us, why);
}

/* Nobody need tell a town what comes from it. */
static bool
comes_from(const struct dose *d, const char *recipient)
{
	return strcmp(d->origin_municipality, recipient) == 0 ||
	    (d->relayed_by != NULL && strcmp(d->relayed_by, recipient) == 0);
}

static enum rc
owe(struct action *a, const struct person *p, const struct owed_row *owed, int64_t now_us, day today,
    struct arena *arena, struct fault *why)
{
	struct correction_row row = { .statement = owed->statement, .version = owed->version,
	    .recipient = owed->recipient, .process_no = owed->process_no, .made_us = now_us, .next_us = INT64_MAX,
	    .state = CORRECTION_STATE__COUNT };
	unsigned effects;
	bool is_new = !id_known(&owed->withheld);
	struct dose d;
	enum rc rc;

	if ((rc = store_dose_get(a->store, &owed->dose, arena, &d, why)) != RC_OK || comes_from(&d, owed->recipient))
		return rc;
	row.person = d.person;
	rc = is_new ? store_id_new(a->store, &row.id, why) :
	    store_correction_get(a->store, &owed->withheld, arena, &row, why);
	if (rc != RC_OK)
		return rc;
	row.process_no = owed->process_no;
	if ((rc = correction_step(&row, say_corrects(a) ? RECEIPT_ON_OWED : RECEIPT_ON_UNCARRIED, now_us, &effects,
	    why)) != RC_OK)
		return rc;
	if ((effects & RECEIPT_DO_SEND) != 0 &&
	    (rc = correction_put_letter(a, &row, p, &d, now_us, today, arena, why)) != RC_OK)
		return rc;
	rc = is_new ? store_correction_add(a->store, &row, why) : store_correction_set(a->store, &row, why);
	if (rc != RC_OK)
		return rc;
	return say_audit(a, "correction-owed", &p->id, AUDIT_DONE, dose_status_word(d.status), why);
}

enum rc
correction_owed(struct action *a, const struct id *person, bool is_wanted, int64_t now_us, day today,
    struct fault *why)
{
	enum store_eyes eyes = store_eyes(a->store);
	struct owed_row *owed;
	struct arena arena;
	struct person p;
	size_t n = 0;
	enum rc rc;

	if (!is_wanted)
		return store_correction_withhold(a->store, person, message_name(MESSAGE_CORRECTION), why);
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	/* What it reads goes to a recipient that was told it, and not to who changed it. */
	store_see(a->store, STORE_EYES_WHOLE);
	if ((rc = store_correction_owed(a->store, person, &arena, &owed, &n, why)) != RC_OK || n == 0 ||
	    (rc = store_person_get(a->store, person, &arena, &p, why)) != RC_OK || p.is_protected)
		goto out;
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = owe(a, &p, &owed[i], now_us, today, &arena, why);
 out:
	store_see(a->store, eyes);
	arena_clear(&arena);
	return rc;
}

/* ---- the ledger ---- */

/* The statement that a record of the copy stands for; RC_ABSENT: none of ours any more. */
static enum rc
statement_of(struct action *a, const char *record_key, struct arena *arena, struct dose *ret_dose, struct fault *why)
{
	const char *colon = strchr(record_key, ':');
	char town[8];
	struct id id;
	enum rc rc;

	if (colon == NULL || colon - record_key != 6)
		return RC_ABSENT;
	memcpy(town, record_key, 6);
	town[6] = '\0';
	if (strcmp(town, a->config.municipality) == 0)
		rc = id_parse(colon + 1, strlen(colon + 1), &id) == RC_OK ? RC_OK : RC_ABSENT;
	else
		rc = store_dose_find_source(a->store, DOSE_SOURCE_MUNICIPALITY, town, colon + 1, &id, why);
	return rc == RC_OK ? store_dose_get(a->store, &id, arena, ret_dose, why) : rc;
}

static enum rc
note(struct action *a, const struct provision_record *r, const struct id *record, const struct id *statement,
    int64_t version, struct fault *why)
{
	struct told_row row = { .person = *record, .statement = *statement, .process_no = r->process_no,
	    .version = version, .told_us = r->provided_us };
	char town[7];

	if (message_municipality_of(r->inquirer, town) != RC_OK)
		return RC_OK;		/* no town: nobody to write to */
	row.recipient = town;
	return store_told_add(a->store, &row, why);
}

/* The network cannot say what it told: at least what stood on record then, and nothing later. */
static enum rc
guess(struct action *a, const struct provision_record *r, struct arena *arena, struct fault *why)
{
	struct dose *dose, *version;
	size_t n, n_version, i, k;
	int64_t told;
	enum rc rc;

	if ((rc = store_dose_list(a->store, &r->person, arena, &dose, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		if ((rc = store_dose_versions(a->store, &dose[i].statement, arena, &version, &n_version, why)) != RC_OK)
			return rc;
		for (told = 0, k = 0; k < n_version; k++)
			if (version[k].recorded_us <= r->provided_us)
				told = version[k].version;
		if (told > 0 && (rc = note(a, r, &dose[i].person, &dose[i].statement, told, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
guess_and_owe(struct action *a, const struct provision_record *r, int64_t now_us, day today, struct fault *why)
{
	enum store_eyes eyes = store_eyes(a->store);
	struct arena arena;
	struct person p;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	store_see(a->store, STORE_EYES_WHOLE);
	if ((rc = guess(a, r, &arena, why)) == RC_OK &&
	    (rc = store_person_get(a->store, &r->person, &arena, &p, why)) == RC_OK)
		rc = correction_owed(a, &r->person, !p.is_protected, now_us, today, why);
	store_see(a->store, eyes);
	arena_clear(&arena);
	return rc;
}

enum rc
correction_provided(struct action *a, const struct provision_record *r, int64_t now_us, day today, struct fault *why)
{
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	if (r->side != PROVISION_PROVIDED || r->provided_us == 0 || !id_known(&r->person))
		return RC_OK;
	/* A person who looked through the portal sees what stands at the next look. */
	if (strcmp(r->inquirer, MESSAGE_INSTITUTION_PORTAL) == 0)
		return RC_OK;
	if (!say_corrects(a))
		return guess_and_owe(a, r, now_us, today, why);
	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	return say_put(a, a->adapter->told_fetch(&a->self, msg_id, r->process_no, &call, why), &call, msg_id, &r->person,
	    NULL, now_us, why);
}

/* The record that we keep as the provider of an exchange about a person. */
static enum rc
find_provided(struct action *a, const char *process_no, const struct id *person, struct arena *arena,
    struct provision_record *ret_record, struct fault *why)
{
	struct provision_record *row;
	size_t n;
	enum rc rc;

	if ((rc = store_record_find(a->store, process_no, arena, &row, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (row[i].side == PROVISION_PROVIDED && id_equal(&row[i].person, person)) {
			*ret_record = row[i];
			return RC_OK;
		}
	return RC_ABSENT;
}

static enum rc
told_heard(struct action *a, const struct heard *h, struct fault *why)
{
	const struct message_told_list *told = &h->answer->message->body.told;
	struct provision_record record;
	struct person p;
	struct dose d;
	enum rc rc;

	if (h->event.kind != ADAPTER_TOLD)
		/* Not to be had: a person sees it in the log; the ledger of that exchange stays empty. */
		return say_audit(a, "told-unknown", &h->sent->person, AUDIT_FAILED, message_error_name(h->event.error), why);
	if ((rc = find_provided(a, told->process_no, &h->sent->person, h->arena, &record, why)) != RC_OK)
		return rc == RC_ABSENT ? say_audit(a, "told-unknown", &h->sent->person, AUDIT_FAILED, NULL, why) : rc;
	for (size_t i = 0; i < told->n_records; i++) {
		rc = statement_of(a, told->records[i].record_key, h->arena, &d, why);
		if (rc == RC_ABSENT)
			continue;
		if (rc != RC_OK || (rc = note(a, &record, &d.person, &d.statement, told->records[i].record_version, why)) != RC_OK)
			return rc;
	}
	/* It may have changed while the answer was on its way; records may have been parted. */
	if ((rc = correction_parted(a, &record.person, h->now_us, h->today, why)) != RC_OK ||
	    (rc = store_person_get(a->store, &record.person, h->arena, &p, why)) != RC_OK)
		return rc;
	return correction_owed(a, &record.person, !p.is_protected, h->now_us, h->today, why);
}

/* ---- the letter's way ---- */

static enum rc
letter_sent(struct action *a, const struct heard *h, struct fault *why)
{
	bool taken = h->event.kind == ADAPTER_RECEIVED;
	struct correction_row row;
	enum correction_state was;
	char id[ID_TEXT_SIZE];
	unsigned effects;
	enum rc rc;

	rc = store_correction_get(a->store, &h->sent->about, h->arena, &row, why);
	if (rc != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	was = row.state;
	if ((rc = correction_step(&row, taken ? RECEIPT_ON_TAKEN : receipt_event_of_error(h->event.error), h->now_us, &effects,
	    why)) != RC_OK)
		return rc;
	if (row.state == was)
		return RC_OK;		/* its receipt was faster, or it is withheld */
	if (taken)
		row.sent_us = h->now_us;
	else
		row.reason = message_error_name(h->event.error);
	if ((rc = store_correction_set(a->store, &row, why)) != RC_OK || (effects & RECEIPT_DO_UNDELIVERABLE) == 0)
		return rc;
	id_write(&row.id, id);
	return alarm(a, &row.person, "correction-undeliverable", id, row.recipient, why);
}

enum rc
correction_heard(struct action *a, const struct heard *h, struct fault *why)
{
	return message_kind_of(h->sent->type) == MESSAGE_TOLD_FETCH ? told_heard(a, h, why) : letter_sent(a, h, why);
}

/* The same letter once more, or nothing when a later version has gone out since. */
static enum rc
send_again(struct action *a, struct correction_row *row, int64_t now_us, day today, struct arena *arena,
    struct fault *why)
{
	struct dose *version;
	struct person p;
	enum receipt_event event;
	unsigned effects;
	size_t n, at;
	enum rc rc;

	if ((rc = store_dose_versions(a->store, &row->statement, arena, &version, &n, why)) != RC_OK ||
	    (rc = row->parted ? correction_subject(a, row, arena, &p, why) :
	    store_person_get(a->store, &row->person, arena, &p, why)) != RC_OK)
		return rc;
	/* That it is not about somebody stays true whatever becomes of it. */
	for (at = 0; at < n && version[at].version != row->version; at++)
		;
	event = at == n || (!row->parted && at + 1 != n) ? RECEIPT_ON_LATER : p.is_protected ? RECEIPT_ON_PROTECTED :
	    RECEIPT_ON_DUE;
	if ((rc = correction_step(row, event, now_us, &effects, why)) != RC_OK)
		return rc;
	if ((effects & RECEIPT_DO_SEND) != 0 &&
	    (rc = correction_put_letter(a, row, &p, &version[at], now_us, today, arena, why)) != RC_OK)
		return rc;
	return store_correction_set(a->store, row, why);
}

enum rc
correction_poll(struct action *a, int64_t now_us, day today, struct fault *why)
{
	struct correction_row *row;
	struct arena arena;
	size_t n = 0;
	enum rc rc;

	if (!say_corrects(a))
		return RC_OK;
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	rc = store_correction_due(a->store, now_us, AGAIN_AT_ONCE, &arena, &row, &n, why);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = send_again(a, &row[i], now_us, today, &arena, why);
	arena_clear(&arena);
	return rc;
}

/* ---- receipts ---- */

enum rc
correction_receipt(struct action *a, const struct heard *h, const struct message_correction_receipt *r,
    const char *sender, struct fault *why)
{
	unsigned effects;
	struct correction_row row;
	const char *town;
	struct id id;
	enum rc rc;

	rc = id_parse(r->correction_id, strlen(r->correction_id), &id) != RC_OK ? RC_ABSENT :
	    store_correction_get(a->store, &id, h->arena, &row, why);
	if (rc == RC_ABSENT)
		return alarm(a, NULL, "receipt-of-nothing", r->correction_id, sender, why);
	if (rc != RC_OK)
		return rc;
	/* Of whom it was sent to, and of what was sent? */
	if ((strcmp(row.recipient, sender) != 0 &&
	    (successor(row.recipient, h->today, &town) != RC_OK || strcmp(town, sender) != 0)) ||
	    strcmp(row.process_no, r->process_no) != 0 || r->record_version != row.version)
		return alarm(a, &row.person, "receipt-differs", r->correction_id, sender, why);
	if ((rc = correction_step(&row, receipt_event_of(r), h->now_us, &effects, why)) != RC_OK)
		return rc;
	if ((effects & RECEIPT_DO_DIFFERS) != 0)
		return alarm(a, &row.person, "receipt-differs", r->correction_id, sender, why);
	if ((effects & RECEIPT_DO_KEEP) == 0)
		return RC_OK;
	row.receipt_us = h->now_us;
	row.local_version = r->local_version;
	row.reason = r->reason;
	if ((rc = store_correction_set(a->store, &row, why)) != RC_OK ||
	    (rc = say_audit(a, "correction-receipt", &row.person, AUDIT_DONE, r->reason, why)) != RC_OK)
		return rc;
	return (effects & RECEIPT_DO_REFUSED) == 0 ? RC_OK :
	    alarm(a, &row.person, "correction-refused", r->correction_id, sender, why);
}

enum rc
correction_trouble(struct action *a, int64_t now_us, int64_t *ret_overdue, int64_t *ret_long, struct fault *why)
{
	static const enum correction_state waits[] = { CORRECTION_WAITING, CORRECTION_SENT, CORRECTION_HELD };
	int64_t overdue = 0, over_long = 0, n;
	enum rc rc;

	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		if ((rc = store_correction_count(a->store, waits[i], now_us - CORRECTION_OVERDUE_US, &n, why)) != RC_OK)
			return rc;
		overdue += n;
		if ((rc = store_correction_count(a->store, waits[i], now_us - 2 * CORRECTION_OVERDUE_US, &n,
		    why)) != RC_OK)
			return rc;
		over_long += n;
	}
	*ret_overdue = overdue;
	*ret_long = over_long;
	return RC_OK;
}
