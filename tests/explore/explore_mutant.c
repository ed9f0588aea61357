#include "tests/explore/explore_mutant.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "action/copy_record.h"
#include "exchange/adapter.h"
#include "exchange/breaker.h"
#include "exchange/inquiry.h"
#include "exchange/outbox.h"
#include "store/store_dose.h"
#include "store/store_inbox.h"
#include "store/store_outbox.h"
#include "store/store_record.h"

enum {
	POLL_FORGOTTEN = 1, ANSWER_FORGOTTEN, LOSS_IS_AN_END, START_FORGETS, NUMBER_KEPT, NUMBER_USED_TWICE, CODE_NOT_BARRED,
	ANYBODY_FITS, NOT_WITHHELD, RECEIPT_WITHOUT_EFFECT, ENDS_TWICE, CODE_NEVER_ASKED, EVIDENCE_TWICE,
	HELD_NOT_MARKED, NUMBER_IN_LETTER, NUMBER_IN_CLEAR, DAY_NOT_WHOLE, EVIDENCE_ONCE, MUTANTS
};
const struct mutant mutants[] = {
	{ .sentence = NULL },
	[POLL_FORGOTTEN] = { "after a poll without news none follows", "ask", { 0, 0, 0, 0 } },
	[ANSWER_FORGOTTEN] = { "an answer that is verified is not compared", "ask", { 0, 0, 0, 0 } },
	[LOSS_IS_AN_END] = { "a message whose answer is lost counts as sent", "code", { 1, 0, 0, 1 } },
	[START_FORGETS] = { "after a death what was under way is not sent again", "code", { 0, 0, 1, 1 } },
	[NUMBER_KEPT] = { "the acquisition number is kept after its use", "code", { 0, 0, 0, 0 } },
	[NUMBER_USED_TWICE] = { "an acquisition number that comes twice is registered twice", "code", { 0, 1, 0, 1 } },
	[CODE_NOT_BARRED] = { "a code that led to somebody else stays in use", "doubt", { 0, 0, 0, 0 } },
	[ANYBODY_FITS] = { "an answer about anybody is attached", "doubt", { 0, 0, 0, 0 } },
	[NOT_WITHHELD] = { "what waits for sending is sent although the person is protected", "protected", { 1, 0, 1, 1 } },
	[RECEIPT_WITHOUT_EFFECT] = { "a correction is acknowledged and not applied", "correct", { 0, 0, 0, 0 } },
	[ENDS_TWICE] = { "an inquiry that ended is refused its end", "ask", { 0, 0, 0, 0 } },
	[CODE_NEVER_ASKED] = { "whether the code came is asked once", "code", { 0, 0, 0, 0 } },
	[EVIDENCE_TWICE] = { "an answer that was taken is taken again", "ask", { 0, 1, 0, 1 } },
	[HELD_NOT_MARKED] = { "a copy that staff must release is registered as any other", "held", { 0, 0, 0, 0 } },
	[NUMBER_IN_LETTER] = { "a receipt says by which number its town knows somebody", "correct", { 0, 0, 0, 0 } },
	[NUMBER_IN_CLEAR] = { "a MyNumber is kept unsealed", "code", { 0, 0, 0, 0 } },
	[DAY_NOT_WHOLE] = { "one side counts a day without its last exchange", "days", { 0, 0, 0, 0 } },
	[EVIDENCE_ONCE] = { "what the network signed is asked for under another exchange's number", "evidence", { 0, 0, 0, 0 } },
	[MUTANTS] = { .sentence = NULL }
};
int mutant;

enum rc __real_inquiry_next(const struct inquiry *now, enum inquiry_event event, int64_t now_ms, int jitter,
    struct inquiry_step *ret_step);
enum rc __wrap_inquiry_next(const struct inquiry *now, enum inquiry_event event, int64_t now_ms, int jitter,
    struct inquiry_step *ret_step);
enum rc __real_acquire_next(const struct acquire *now, enum acquire_event event, int64_t now_ms, int jitter,
    struct acquire_step *ret_step);
enum rc __wrap_acquire_next(const struct acquire *now, enum acquire_event event, int64_t now_ms, int jitter,
    struct acquire_step *ret_step);
enum rc __real_sending_next(const struct sending *now, enum sending_event event, enum sending_outcome outcome,
    int64_t now_ms, int jitter, struct sending *ret_next);
enum rc __wrap_sending_next(const struct sending *now, enum sending_event event, enum sending_outcome outcome,
    int64_t now_ms, int jitter, struct sending *ret_next);
enum rc __real_store_outbox_resume(struct store *s, int64_t *ret_n, struct fault *why);
enum rc __wrap_store_outbox_resume(struct store *s, int64_t *ret_n, struct fault *why);
enum rc __real_store_outbox_withhold(struct store *s, const struct id *person, const char *type, int64_t tries,
    struct fault *why);
enum rc __wrap_store_outbox_withhold(struct store *s, const struct id *person, const char *type, int64_t tries,
    struct fault *why);
enum rc __real_store_outbox_get(struct store *s, const struct id *id, struct arena *a, struct outbox_row *ret_row,
    struct fault *why);
enum rc __wrap_store_outbox_get(struct store *s, const struct id *id, struct arena *a, struct outbox_row *ret_row,
    struct fault *why);
enum rc __real_store_inbox_add(struct store *s, const char *peer, const char *message_id, const char *type,
    const void *bytes, size_t len, enum inbox_fate *ret_fate, struct fault *why);
enum rc __wrap_store_inbox_add(struct store *s, const char *peer, const char *message_id, const char *type,
    const void *bytes, size_t len, enum inbox_fate *ret_fate, struct fault *why);
bool __real_copy_identity_same(const struct copy_identity *identity, const struct person *p);
bool __wrap_copy_identity_same(const struct copy_identity *identity, const struct person *p);
enum rc __real_store_dose_put(struct store *s, const struct dose *d, struct id *ret_id, enum store_fate *ret_fate,
    struct fault *why);
enum rc __wrap_store_dose_put(struct store *s, const struct dose *d, struct id *ret_id, enum store_fate *ret_fate,
    struct fault *why);

/* Three layers keep a second answer from having an effect: the row that is done, the inbox, and the machine itself.
 * Only without all three is there anything to find. */
static bool
hears_twice(void)
{
	return mutant == EVIDENCE_TWICE || mutant == NUMBER_USED_TWICE;
}

enum rc
__wrap_store_outbox_get(struct store *s, const struct id *id, struct arena *a, struct outbox_row *ret_row, struct fault *why)
{
	enum rc rc = __real_store_outbox_get(s, id, a, ret_row, why);

	if (rc == RC_OK && hears_twice() && ret_row->state == STORE_OUTBOX_DONE)
		ret_row->state = STORE_OUTBOX_SENT;
	return rc;
}

enum rc
__wrap_store_inbox_add(struct store *s, const char *peer, const char *message_id, const char *type, const void *bytes,
    size_t len, enum inbox_fate *ret_fate, struct fault *why)
{
	enum rc rc = __real_store_inbox_add(s, peer, message_id, type, bytes, len, ret_fate, why);

	if (rc == RC_OK && hears_twice())
		*ret_fate = INBOX_NEW;
	return rc;
}

enum rc
__wrap_inquiry_next(const struct inquiry *now, enum inquiry_event event, int64_t now_ms, int jitter,
    struct inquiry_step *ret_step)
{
	struct inquiry was = *now;
	enum rc rc;

	if (mutant == EVIDENCE_TWICE && event == INQUIRY_ON_ANSWER && now->state == INQUIRY_APPLIED)
		was.state = INQUIRY_NOTIFIED;
	rc = __real_inquiry_next(&was, event, now_ms, jitter, ret_step);
	if (rc != RC_OK)
		return rc;
	if (mutant == POLL_FORGOTTEN && event == INQUIRY_ON_CHECKED)
		ret_step->next_at_ms = INT64_MAX;
	if (mutant == ANSWER_FORGOTTEN && event == INQUIRY_ON_MATCH)
		ret_step->next.state = INQUIRY_FETCHED;
	if (mutant == ENDS_TWICE && event == INQUIRY_ON_MATCH)
		return RC_REFUSED;
	return rc;
}

enum rc
__wrap_acquire_next(const struct acquire *now, enum acquire_event event, int64_t now_ms, int jitter,
    struct acquire_step *ret_step)
{
	enum rc rc = __real_acquire_next(now, event, now_ms, jitter, ret_step);

	if (rc != RC_OK)
		return rc;
	if (mutant == NUMBER_KEPT)
		ret_step->effects &= ~(unsigned)ACQUIRE_DO_ERASE;
	if (mutant == NUMBER_USED_TWICE && event == ACQUIRE_ON_NUMBER && now->state == ACQUIRE_NUMBER_ISSUED)
		ret_step->effects |= ACQUIRE_DO_REGISTER;
	if (mutant == CODE_NOT_BARRED && event == ACQUIRE_ON_DOUBT)
		ret_step->next.state = ACQUIRE_ISSUED;
	if (mutant == CODE_NEVER_ASKED && event == ACQUIRE_ON_WAITING && now->state == ACQUIRE_REQUESTED)
		ret_step->next_at_ms = INT64_MAX;
	return rc;
}

enum rc
__wrap_sending_next(const struct sending *now, enum sending_event event, enum sending_outcome outcome,
    int64_t now_ms, int jitter, struct sending *ret_next)
{
	enum rc rc = __real_sending_next(now, event, outcome, now_ms, jitter, ret_next);

	if (rc == RC_OK && mutant == LOSS_IS_AN_END && event == SENDING_ON_OUTCOME && outcome == SENDING_BROKE_OFF)
		ret_next->state = SENDING_DONE;
	return rc;
}

enum rc
__wrap_store_outbox_resume(struct store *s, int64_t *ret_n, struct fault *why)
{
	if (mutant != START_FORGETS)
		return __real_store_outbox_resume(s, ret_n, why);
	*ret_n = 0;
	return RC_OK;
}

enum rc
__wrap_store_outbox_withhold(struct store *s, const struct id *person, const char *type, int64_t tries,
    struct fault *why)
{
	return mutant == NOT_WITHHELD ? RC_OK : __real_store_outbox_withhold(s, person, type, tries, why);
}

bool
__wrap_copy_identity_same(const struct copy_identity *identity, const struct person *p)
{
	return mutant == ANYBODY_FITS || __real_copy_identity_same(identity, p);
}

enum rc
__wrap_store_dose_put(struct store *s, const struct dose *d, struct id *ret_id, enum store_fate *ret_fate,
    struct fault *why)
{
	if (mutant == RECEIPT_WITHOUT_EFFECT && d->source_version > 1 &&
	    store_dose_find_source(s, d->source, d->origin_municipality, d->origin_id, ret_id, why) == RC_OK) {
		*ret_fate = STORE_CHANGED;
		return RC_OK;
	}
	return __real_store_dose_put(s, d, ret_id, ret_fate, why);
}

/* ---- in what is written ---- */

/* A copy staff must release, without the mark of it. */
static enum rc
send_unmarked(const struct adapter_self *self, const char *msg_id, const struct adapter_copies *copies,
    struct adapter_call *ret_call, struct fault *why)
{
	struct message_copy *records = calloc(copies->n_records, sizeof(*records));
	struct adapter_copies open = { copies->segment, records, copies->n_records };
	enum rc rc;

	if (records == NULL)
		abort();
	memcpy(records, copies->records, copies->n_records * sizeof(*records));
	for (size_t i = 0; i < copies->n_records; i++)
		records[i].no_auto_reply = false;
	rc = adapter_reference.copies_send(self, msg_id, &open, ret_call, why);
	free(records);
	return rc;
}

static enum rc
send_number(const struct adapter_self *self, const char *msg_id, const struct adapter_receipt *receipt,
    struct adapter_call *ret_call, struct fault *why)
{
	struct adapter_receipt r = *receipt;

	r.taken = MESSAGE_TAKEN_REFUSED;
	r.local_version = 0;
	r.reason = "known-as-915730200200001";
	return adapter_reference.receipt_send(self, msg_id, &r, ret_call, why);
}

static enum rc
fetch_other(const struct adapter_self *self, const char *msg_id, const char *process_no, struct adapter_call *ret_call,
    struct fault *why)
{
	(void)process_no;
	return adapter_reference.evidence_fetch(self, msg_id, "PR00009", ret_call, why);
}

void
mutant_adapter(struct adapter *a)
{
	if (mutant == HELD_NOT_MARKED)
		a->copies_send = send_unmarked;
	if (mutant == NUMBER_IN_LETTER)
		a->receipt_send = send_number;
	if (mutant == EVIDENCE_ONCE)
		a->evidence_fetch = fetch_other;
}

bool
mutant_leaves_open(void)
{
	return mutant == NUMBER_IN_CLEAR;
}

enum rc __real_store_record_day(struct store *s, enum provision_side side, const char *inquirer, const char *provider,
    int64_t from_us, int64_t until_us, struct arena *a, struct provision_record **ret_rows, size_t *ret_n, struct fault *why);
enum rc __wrap_store_record_day(struct store *s, enum provision_side side, const char *inquirer, const char *provider,
    int64_t from_us, int64_t until_us, struct arena *a, struct provision_record **ret_rows, size_t *ret_n, struct fault *why);

enum rc
__wrap_store_record_day(struct store *s, enum provision_side side, const char *inquirer, const char *provider,
    int64_t from_us, int64_t until_us, struct arena *a, struct provision_record **ret_rows, size_t *ret_n, struct fault *why)
{
	enum rc rc = __real_store_record_day(s, side, inquirer, provider, from_us, until_us, a, ret_rows, ret_n, why);

	if (rc == RC_OK && mutant == DAY_NOT_WHOLE && side == PROVISION_PROVIDED && *ret_n > 0)
		--*ret_n;
	return rc;
}
