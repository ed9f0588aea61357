#include "action/day_count.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/evidence.h"
#include "action/records.h"
#include "action/say.h"
#include "record/code.h"
#include "store/store_restored.h"
#include "store/store_setting.h"

#define US_PER_DAY (24 * 3600 * INT64_C(1000000))
#define JAPAN_US (9 * 3600 * INT64_C(1000000))
/* What was under way at midnight has arrived when the night is over. */
#define NIGHT_US (3 * 3600 * INT64_C(1000000))
#define TOLD_AT_ONCE 32
/* A record that is lost here after its day was told is noticed while both towns still know the day. */
#define LOOKED_AT_DAYS 92
#define LOOKED_AT "day-counts-looked"	/* "YYYY-MM-DD N": on that day, the N latest days before it */

const char *
day_count_peer(const struct day_count_row *row)
{
	return row->side == PROVISION_ASKED ? row->provider : row->inquirer;
}

static bool
is_told_here(const struct action *a)
{
	return say_corrects(a) && a->adapter->can.day_counts;
}

/* ---- comparing ---- */

static enum message_outcome
outcome_of(const char *word)
{
	static const char *const name[MESSAGE_OUTCOME_PENDING] = { [MESSAGE_OUTCOME_PROVIDED] = "provided",
	    [MESSAGE_OUTCOME_NO_DATA] = "no-data", [MESSAGE_OUTCOME_REFUSED] = "refused",
	    [MESSAGE_OUTCOME_FAILED] = "failed" };

	for (int i = MESSAGE_OUTCOME_NONE + 1; i < MESSAGE_OUTCOME_PENDING; i++)
		if (strcmp(name[i], word) == 0)
			return (enum message_outcome)i;
	return MESSAGE_OUTCOME_FAILED;
}

static enum rc
entry_of(const struct provision_record *r, struct arena *arena, struct message_day_entry *ret, struct fault *why)
{
	const struct message_provision_record m = { .inquirer = r->inquirer, .provider = r->provider,
	    .requested_at_ms = r->requested_us / 1000,
	    .provided_at_ms = r->provided_us == 0 ? MESSAGE_NO_TIME : r->provided_us / 1000, .affair_code = r->affair,
	    .procedure_code = r->procedure, .item_code = r->item, .inquirer_non_disclosure = r->inquirer_non_disclosure,
	    .provider_non_disclosure = r->provider_non_disclosure };
	char digest[MESSAGE_DIGEST_CHARS + 1];

	message_day_entry_digest(&m, digest);
	ret->process_no = r->process_no;
	ret->outcome = outcome_of(r->outcome);
	if ((ret->digest = arena_text(arena, digest, MESSAGE_DIGEST_CHARS)) == NULL)
		return fault_set(why, RC_NOMEM, "day-count", "out of memory");
	return RC_OK;
}

static enum rc
count_own(struct action *a, const struct day_count_row *row, struct arena *arena, struct day_compared *c, struct fault *why)
{
	int64_t from_us = row->on.n * US_PER_DAY - JAPAN_US;
	char digest[MESSAGE_DIGEST_CHARS + 1];
	struct provision_record *r;
	size_t n;
	enum rc rc;

	if ((rc = store_record_day(a->store, row->side, row->inquirer, row->provider, from_us, from_us + US_PER_DAY, arena, &r,
	    &n, why)) != RC_OK)
		return rc;
	if ((c->own = arena_array(arena, n + 1, sizeof(*c->own))) == NULL)
		return fault_set(why, RC_NOMEM, "day-count", "out of memory");
	for (size_t i = 0; i < n; i++) {
		if ((rc = entry_of(&r[i], arena, &c->own[i], why)) != RC_OK)
			return rc;
		c->n[c->own[i].outcome]++;
	}
	c->n_own = n;
	message_day_digest(c->own, n, digest);
	return node_digest_of(digest, &c->digest) ? RC_OK : fault_set(why, RC_BUG, "digest", "cannot be read");
}

static bool
same(const struct vault_digest *x, const struct vault_digest *y)
{
	return memcmp(x->b, y->b, sizeof(x->b)) == 0;
}

enum rc
day_count_compare(struct action *a, const struct day_count_row *row, struct arena *arena, struct day_compared *ret,
    struct fault *why)
{
	struct day_compared c = { .own = NULL };
	struct vault_digest parts[1 + DAY_TELLER__COUNT];
	enum rc rc;

	if ((rc = count_own(a, row, arena, &c, why)) != RC_OK)
		return rc;
	memset(parts, 0, sizeof(parts));
	parts[0] = c.digest;
	for (int t = 0; t < DAY_TELLER__COUNT; t++) {
		rc = store_day_said_get(a->store, row->no, (enum day_teller)t, &c.said[t], why);
		if (rc != RC_OK && rc != RC_ABSENT)
			return rc;
		c.is_said[t] = rc == RC_OK;
		if (!c.is_said[t])
			continue;
		parts[1 + t] = c.said[t].digest;
		c.differs = c.differs || !same(&c.said[t].digest, &c.digest);
		c.may_lack = c.may_lack || (!same(&c.said[t].digest, &c.digest) && c.said[t].provided + c.said[t].no_data +
		    c.said[t].refused + c.said[t].failed >= (int64_t)c.n_own);
	}
	if ((rc = store_restored_covers(a->store, row->on.n * US_PER_DAY - JAPAN_US, (row->on.n + 1) * US_PER_DAY - JAPAN_US,
	    &c.is_restored, why)) != RC_OK)
		return rc;
	if ((rc = vault_digest(parts, sizeof(parts), &c.all)) != RC_OK)
		return fault_set(why, rc, "day-count", "no digest");
	*ret = c;
	return RC_OK;
}

/* How it stands now, into the row; what was explained was this difference and no other. */
static enum rc
settle(struct action *a, struct day_count_row *row, const struct day_compared *c, int64_t now_us, struct fault *why)
{
	bool differs = c->differs && row->made_us != 0 && !row->is_due;
	char on[DAY_TEXT_SIZE];
	enum rc rc = RC_OK;

	day_write(row->on, on);
	if (row->explained_us != 0 && !same(&row->explained_of, &c->all)) {
		row->explained_us = 0;
		row->explained_by = row->explanation = NULL;
	}
	if (differs != row->differs) {
		row->differs = differs;
		row->since_us = differs ? now_us : 0;
		rc = say_audit(a, differs ? "day-count-differs" : "day-count-agrees", NULL,
		    differs ? AUDIT_FAILED : AUDIT_DONE, on, why);
	}
	return rc;
}

/* ---- telling ---- */

/* The row of a day, made when there is none. */
static enum rc
find_or_make(struct action *a, day on, const char *inquirer, const char *provider, struct arena *arena,
    struct day_count_row *ret_row, struct fault *why)
{
	struct day_count_row row = { .on = on, .inquirer = inquirer, .provider = provider };
	enum rc rc = store_day_count_find(a->store, on, inquirer, provider, arena, ret_row, why);

	if (rc != RC_ABSENT)
		return rc;
	row.side = strcmp(inquirer, a->self.institution) == 0 ? PROVISION_ASKED : PROVISION_PROVIDED;
	if ((rc = store_day_count_add(a->store, &row, why)) == RC_OK)
		*ret_row = row;
	return rc;
}

enum rc
day_count_changed(struct action *a, const struct provision_record *r, struct fault *why)
{
	struct day_count_row row;
	struct arena arena;
	enum rc rc;

	if (strcmp(r->inquirer, r->provider) == 0 || strcmp(r->inquirer, MESSAGE_INSTITUTION_PORTAL) == 0)
		return RC_OK;		/* nobody to compare with */
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	rc = find_or_make(a, message_day_of(r->requested_us / 1000), r->inquirer, r->provider, &arena, &row, why);
	if (rc == RC_OK && !row.is_due) {
		row.is_due = true;
		rc = store_day_count_set(a->store, &row, why);
	}
	arena_clear(&arena);
	return rc;
}

/* Whom to tell: RC_ABSENT when that town has left the network, so that nobody has counted as it did. */
static enum rc
recipient_of(const struct day_count_row *row, day today, char ret_town[7])
{
	const char *town;

	if (message_municipality_of(day_count_peer(row), ret_town) != RC_OK ||
	    code_municipality_to_ask(ret_town, today, &town) != RC_OK || strcmp(town, ret_town) != 0)
		return RC_ABSENT;
	return RC_OK;
}

static int64_t
again_us(int64_t tries)
{
	static const int days[] = { 1, 2, 4, 7 };

	return days[tries < 3 ? tries : 3] * US_PER_DAY;
}

/* The other has counted otherwise, and could know which of ours it lacks. */
static bool
wants_list(const struct day_count_row *row, const struct day_compared *c)
{
	return !row->is_listed && c->n_own <= MESSAGE_MAX_LIST && ((c->is_said[DAY_TELLER_TOWN] &&
	    !same(&c->said[DAY_TELLER_TOWN].digest, &c->digest)) || row->receipt == MESSAGE_COMPARED_DIFFERS);
}

/* Its letter: the same as before when nothing has changed since, else a new one. */
static enum rc
tell(struct action *a, struct day_count_row *row, int64_t now_us, day today, struct arena *arena, struct fault *why)
{
	struct adapter_day_count letter = { .on = row->on, .inquirer = row->inquirer, .provider = row->provider };
	struct day_compared c;
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE], town[7];
	bool list;
	enum rc rc;

	if ((rc = day_count_compare(a, row, arena, &c, why)) != RC_OK)
		return rc;
	row->is_due = false;
	if (recipient_of(row, today, town) != RC_OK) {
		row->is_gone = true;
		row->next_us = INT64_MAX;
		if (row->made_us == 0)
			row->made_us = now_us;	/* counted, though nobody is told */
		row->digest = c.digest;
		goto keep;
	}
	list = wants_list(row, &c);
	if (row->made_us == 0 || !same(&row->digest, &c.digest) || list) {
		/* What it bears never goes back, whatever the clock does. */
		int64_t ms = now_us / 1000 > row->made_us / 1000 ? now_us / 1000 : row->made_us / 1000 + 1;

		row->made_us = ms * 1000;
		row->is_listed = list || (row->is_listed && c.n_own <= MESSAGE_MAX_LIST);
		row->digest = c.digest;
		row->tries = 0;
		row->receipt_us = row->receipt = 0;
	}
	letter.recipient_municipality = town;
	letter.made_at_ms = row->made_us / 1000;
	letter.entries = c.own;
	letter.n_entries = c.n_own;
	letter.is_listed = row->is_listed;
	row->next_us = now_us + again_us(row->tries++);
	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK ||
	    (rc = say_put(a, a->adapter->day_count_send(&a->self, msg_id, &letter, &call, why), &call, msg_id, NULL, NULL,
	    now_us, why)) != RC_OK)
		return rc;
 keep:
	if ((rc = settle(a, row, &c, now_us, why)) != RC_OK)
		return rc;
	return store_day_count_set(a->store, row, why);
}

static enum rc
tell_each(struct action *a, struct day_count_row *row, size_t n, int64_t now_us, day today, struct fault *why)
{
	struct arena arena;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		arena_init(&arena, LIMIT_REQUEST_BYTES);
		rc = tell(a, &row[i], now_us, today, &arena, why);
		arena_clear(&arena);
	}
	return rc;
}

/* The last day that is over, and since whose night the network's records were asked for; DAY_MIN none. */
static enum rc
counted_until(struct action *a, int64_t now_us, day *ret, struct fault *why)
{
	day heard, over = message_day_of((now_us - NIGHT_US) / 1000);
	enum rc rc;

	if ((rc = records_heard_on(a, &heard, why)) != RC_OK)
		return rc;
	*ret = day_add(day_before(heard, over) ? heard : over, -1);
	return RC_OK;
}

/* Has what we told stayed so?  Else it is told anew, and compared. */
static enum rc
look_at(struct action *a, struct day_count_row *row, int64_t now_us, struct fault *why)
{
	struct day_compared c;
	struct arena arena;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = day_count_compare(a, row, &arena, &c, why)) == RC_OK) {
		if (row->made_us != 0 && !same(&row->digest, &c.digest))
			row->is_due = true;
		if ((rc = settle(a, row, &c, now_us, why)) == RC_OK)
			rc = store_day_count_set(a->store, row, why);
	}
	arena_clear(&arena);
	return rc;
}

/* One day further back each round, until the quarter has been looked at today. */
static enum rc
look_back(struct action *a, int64_t now_us, struct arena *arena, struct fault *why)
{
	const day today = message_day_of(now_us / 1000);
	char text[DAY_TEXT_SIZE + 12], on[DAY_TEXT_SIZE];
	struct day_count_row *row = NULL;
	const char *was = NULL;
	int back = 0;
	size_t n = 0;
	day which;
	enum rc rc = store_setting_get(a->store, LOOKED_AT, arena, &was, why);

	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	day_write(today, on);
	if (rc == RC_OK && strncmp(was, on, strlen(on)) == 0)
		back = (int)strtol(was + strlen(on), NULL, 10);
	if (back >= LOOKED_AT_DAYS)
		return RC_OK;
	which = day_add(today, -++back);
	if ((rc = store_day_count_list(a->store, which, which, SIZE_MAX / 2, arena, &row, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = look_at(a, &row[i], now_us, why);
	(void)snprintf(text, sizeof(text), "%s %d", on, back);
	return rc != RC_OK ? rc : store_setting_set(a->store, LOOKED_AT, text, why);
}

enum rc
day_count_poll(struct action *a, int64_t now_us, day today, struct fault *why)
{
	struct day_count_row *row = NULL;
	struct arena arena;
	size_t n = 0;
	day until;
	enum rc rc;

	if (!is_told_here(a))
		return RC_OK;
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = counted_until(a, now_us, &until, why)) != RC_OK)
		goto out;
	if (!day_before(until, day_add(message_day_of(now_us / 1000), -1)) && (rc = look_back(a, now_us, &arena, why)) != RC_OK)
		goto out;
	if ((rc = store_day_count_due(a->store, day_add(until, 1), TOLD_AT_ONCE, &arena, &row, &n, why)) != RC_OK ||
	    (rc = tell_each(a, row, n, now_us, today, why)) != RC_OK ||
	    (rc = store_day_count_again(a->store, now_us, TOLD_AT_ONCE, &arena, &row, &n, why)) != RC_OK)
		goto out;
	rc = tell_each(a, row, n, now_us, today, why);
 out:
	arena_clear(&arena);
	return rc;
}

enum rc
day_count_heard(struct action *a, const struct heard *h, struct fault *why)
{
	if (h->event.kind == ADAPTER_RECEIVED)	/* what became of it is another letter */
		return RC_OK;
	return say_audit(a, "network-refused", NULL, AUDIT_FAILED, message_error_name(h->event.error), why);
}

/* ---- letters ---- */

static enum rc
keep_evidence(struct action *a, const struct heard *h, const struct message *m, struct fault *why)
{
	const struct message_letter *l = &h->answer->message->body.letter;
	struct evidence_document d = { .bytes = l->letter.bytes, .len = l->letter.len, .signature = l->signature.bytes,
	    .signature_len = l->signature.len, .type = message_name(m->kind), .message_id = m->header.msg_id,
	    .signer = l->sender, .certificate = h->answer->response_certificate,
	    .certificate_len = h->answer->response_certificate_len, .lists_digest = h->answer->lists_digest };

	return evidence_keep(a, &d, h->now_us, h->today, h->arena, why);
}

/* Whether sender may say this of that day to us. */
static bool
is_ours_to_hear(const struct action *a, const struct heard *h, day on, const char *inquirer, const char *provider,
    const char *sender, bool core_may)
{
	const char *self = a->self.institution, *other = strcmp(inquirer, self) == 0 ? provider : inquirer;

	if (strcmp(inquirer, self) != 0 && strcmp(provider, self) != 0)
		return false;
	if (strcmp(other, self) == 0 || day_after(on, message_day_of(h->now_us / 1000)))
		return false;
	return strcmp(sender, other) == 0 || (core_may && strcmp(sender, MESSAGE_INSTITUTION_CORE) == 0);
}

static enum rc
send_receipt(struct action *a, const struct message_day_count *count, enum message_compared compared, int64_t now_us,
    struct fault *why)
{
	struct adapter_day_receipt r = { .count = count, .compared = compared, .taken_at_ms = now_us / 1000 };
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	return say_put(a, a->adapter->day_receipt_send(&a->self, msg_id, &r, &call, why), &call, msg_id, NULL, NULL, now_us,
	    why);
}

static enum rc
put_said(struct action *a, const struct message_day_count *c, int64_t no, enum day_teller teller,
    const struct day_said *said, struct fault *why)
{
	struct day_entry e;
	enum rc rc = store_day_said_put(a->store, no, teller, said, why);

	for (size_t i = 0; i < c->n_entries && rc == RC_OK; i++) {
		e.process_no = c->entries[i].process_no;
		e.outcome = c->entries[i].outcome;
		rc = node_digest_of(c->entries[i].digest, &e.digest) ? store_day_entry_add(a->store, no, teller, &e, why) :
		    fault_set(why, RC_BUG, "digest", "cannot be read");
	}
	return rc;
}

/* One teller, one day, one time, and two contents: nobody takes the second. */
static enum rc
conflict(struct action *a, const struct message *m, struct fault *why)
{
	const char *sender = m->body.day_count.sender;
	struct held_row work = { .kind = HELD_CONFLICT, .reason = "day-counted-twice-otherwise",
	    .reference = m->header.msg_id };
	char town[7], on[DAY_TEXT_SIZE];
	struct id id;
	bool is_new;
	enum rc rc;

	if (message_municipality_of(sender, town) == RC_OK)
		work.source = town;
	day_write(m->body.day_count.on, on);
	if ((rc = store_held_add(a->store, &work, &id, &is_new, why)) != RC_OK)
		return rc;
	return say_audit(a, "day-count-conflict", NULL, AUDIT_FAILED, on, why);
}

/* What the row says after somebody has told something, and what the other town is told of that. */
static enum rc
compare_and_answer(struct action *a, const struct heard *h, const struct message_day_count *c, struct day_count_row *row,
    bool from_town, struct fault *why)
{
	enum message_compared compared = MESSAGE_COMPARED_NOT_YET;
	struct day_compared all;
	bool list = false;
	enum rc rc;

	if ((rc = day_count_compare(a, row, h->arena, &all, why)) != RC_OK)
		return rc;
	if (row->made_us != 0 && !row->is_due) {
		compared = same(&all.said[from_town ? DAY_TELLER_TOWN : DAY_TELLER_HUB].digest, &all.digest) ?
		    MESSAGE_COMPARED_SAME : MESSAGE_COMPARED_DIFFERS;
		list = from_town && compared == MESSAGE_COMPARED_DIFFERS && wants_list(row, &all);
	}
	if ((rc = settle(a, row, &all, h->now_us, why)) != RC_OK || (rc = store_day_count_set(a->store, row, why)) != RC_OK)
		return rc;
	/* Which ones is not known to the other until we name ours. */
	if (list && (rc = tell(a, row, h->now_us, h->today, h->arena, why)) != RC_OK)
		return rc;
	return from_town ? send_receipt(a, c, compared, h->now_us, why) : RC_OK;
}

static enum rc
take_count(struct action *a, const struct heard *h, const struct message *m, struct fault *why)
{
	const struct message_day_count *c = &m->body.day_count;
	bool from_town = strcmp(c->sender, MESSAGE_INSTITUTION_CORE) != 0;
	enum day_teller teller = from_town ? DAY_TELLER_TOWN : DAY_TELLER_HUB;
	struct day_said was, said = { .made_us = c->made_at_ms * 1000, .received_us = h->now_us, .provided = c->provided,
	    .no_data = c->no_data, .refused = c->refused, .failed = c->failed, .n_listed = (int64_t)c->n_entries };
	struct day_count_row row;
	enum rc rc;

	if (!is_ours_to_hear(a, h, c->on, c->inquirer, c->provider, c->sender, true))
		return fault_set(why, RC_INVALID, "TKM.DayCount", "is not about us and its signer");
	if (!node_digest_of(c->digest, &said.digest))
		return fault_set(why, RC_BUG, "digest", "cannot be read");
	if ((rc = find_or_make(a, c->on, c->inquirer, c->provider, h->arena, &row, why)) != RC_OK)
		return rc;
	rc = store_day_said_get(a->store, row.no, teller, &was, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	if (rc == RC_OK && was.made_us == said.made_us && (!same(&was.digest, &said.digest) || was.n_listed != said.n_listed))
		return conflict(a, m, why);
	if (rc == RC_ABSENT || was.made_us < said.made_us) {
		if ((rc = put_said(a, c, row.no, teller, &said, why)) != RC_OK ||
		    (rc = keep_evidence(a, h, m, why)) != RC_OK)
			return rc;
	}
	return compare_and_answer(a, h, c, &row, from_town, why);
}

static enum rc
take_receipt(struct action *a, const struct heard *h, const struct message *m, struct fault *why)
{
	const struct message_day_receipt *r = &m->body.day_receipt;
	struct day_compared all;
	struct day_count_row row;
	enum rc rc;

	if (!is_ours_to_hear(a, h, r->on, r->inquirer, r->provider, r->sender, false))
		return fault_set(why, RC_INVALID, "TKM.DayReceipt", "is not about us and its signer");
	rc = store_day_count_find(a->store, r->on, r->inquirer, r->provider, h->arena, &row, why);
	if (rc == RC_ABSENT || (rc == RC_OK && row.made_us / 1000 < r->made_at_ms))
		return fault_set(why, RC_INVALID, "TKM.DayReceipt", "is for what was never counted");
	if (rc != RC_OK || (rc = keep_evidence(a, h, m, why)) != RC_OK)
		return rc;
	if (row.made_us / 1000 != r->made_at_ms)
		return RC_OK;		/* of a count that a later one has replaced */
	row.receipt_us = h->now_us;
	row.receipt = r->compared;
	row.next_us = INT64_MAX;
	if (r->compared == MESSAGE_COMPARED_DIFFERS && !row.is_due) {
		if ((rc = day_count_compare(a, &row, h->arena, &all, why)) != RC_OK)
			return rc;
		if (wants_list(&row, &all))
			return tell(a, &row, h->now_us, h->today, h->arena, why);
	}
	return store_day_count_set(a->store, &row, why);
}

enum rc
day_count_letter(struct action *a, const struct heard *h, const struct message *m, struct fault *why)
{
	return m->kind == MESSAGE_DAY_COUNT ? take_count(a, h, m, why) : take_receipt(a, h, m, why);
}

enum rc
day_count_trouble(struct action *a, int64_t now_us, struct day_count_trouble *ret, struct fault *why)
{
	static const struct day_count_trouble none;
	day today = message_day_of(now_us / 1000);

	*ret = none;
	if (!is_told_here(a))
		return RC_OK;
	return store_day_count_trouble(a->store, now_us - DAY_DIFFERS_US, day_add(today, -DAY_SILENT_DAYS),
	    day_add(today, -DAY_SILENT_LONG_DAYS), ret, why);
}
