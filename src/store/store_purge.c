#include "store/store_purge.h"

#include <string.h>

#include "base/limits.h"
#include "store/store_audit.h"
#include "store/store_held.h"
#include "store/store_outbox.h"
#include "store/store_person.h"
#include "store/store_room.h"
#include "store/store_same.h"
#include "store/store_search.h"
#include "store/store_setting.h"

#define DAY_US (86400 * INT64_C(1000000))
#define JAPAN_AHEAD_US (9 * 3600 * INT64_C(1000000))

/* The first moment, in Japan, of the day after. */
static int64_t
end_of(day d)
{
	return ((int64_t)d.n + 1) * DAY_US - JAPAN_AHEAD_US;
}

enum rc
store_purge_dead(struct store *s, day since, const struct id *after, day until, size_t cap, struct arena *a,
    struct purge_dead **ret_rows, size_t *ret_n, struct fault *why)
{
	static const struct id nobody = { { 0 } };
	struct rows rows = { a, sizeof(struct purge_dead), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_PURGE_DEAD);
	struct purge_dead *r;
	enum rc rc;

	stmt_put_day(q, STMT_PURGE_DEAD__SINCE, since);
	stmt_put_bytes(q, STMT_PURGE_DEAD__AFTER, id_known(after) ? after->b : nobody.b, ID_BYTES);
	stmt_put_day(q, STMT_PURGE_DEAD__UNTIL, until);
	stmt_put_int(q, STMT_PURGE_DEAD__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/purge", "no memory");
		}
		r->id = stmt_id(q);
		r->addressee_no = stmt_text(q, a);
		r->died = stmt_day(q);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

/* The day in Japan of a moment. */
static day
day_of(int64_t us)
{
	return (day){ (int32_t)((us + JAPAN_AHEAD_US) / DAY_US) };
}

static enum rc
add_kept(struct rows *rows, struct purge_kept k, struct stmt *q, struct fault *why)
{
	struct purge_kept *to = rows_add(rows);

	if (to == NULL) {
		stmt_drop(q);
		return fault_set(why, RC_NOMEM, "store/purge", "no memory");
	}
	*to = k;
	return RC_OK;
}

/* Letters, or reports: when they were closed as said, and when something was last written down. */
static enum rc
kept_papers(struct store *s, enum stmt_name name, int person_place, const struct id *person, enum retention_what what,
    struct rows *rows, struct fault *why)
{
	struct stmt *q = stmt_start(s, name);
	enum rc rc;

	stmt_put_id(q, person_place, person);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		struct purge_kept k = { .what = what, .last = stmt_day(q) };

		k.last = day_max(k.last, day_of(stmt_int(q)));
		if ((rc = add_kept(rows, k, q, why)) != RC_OK)
			return rc;
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

enum rc
store_purge_kept(struct store *s, const struct id *person, struct arena *a, struct purge_kept **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct purge_kept), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_PURGE_DOSES_OF);
	enum rc rc;

	stmt_put_id(q, STMT_PURGE_DOSES_OF__PERSON, person);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		struct purge_kept k = { .what = RETENTION_DOSE, .product = stmt_text(q, a) };

		k.last = stmt_day(q);
		k.versions = stmt_int(q);
		if ((rc = add_kept(&rows, k, q, why)) != RC_OK)
			return rc;
	}
	if (rc != RC_ABSENT)
		return rc;
	if ((rc = kept_papers(s, STMT_PURGE_LETTERS_OF, STMT_PURGE_LETTERS_OF__PERSON, person, RETENTION_LETTER, &rows,
	    why)) != RC_OK ||
	    (rc = kept_papers(s, STMT_PURGE_REPORTS_OF, STMT_PURGE_REPORTS_OF__PERSON, person, RETENTION_REPORT, &rows,
	    why)) != RC_OK)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

static enum rc
hindrance_of(struct store *s, const struct id *person, day today, day over,
    enum purge_hindrance *ret_hindrance, struct fault *why)
{
	enum purge_hindrance found = PURGE_FREE;
	struct stmt *q = stmt_start(s, STMT_PURGE_HINDRANCE);
	enum rc rc;

	stmt_put_id(q, STMT_PURGE_HINDRANCE__PERSON, person);
	stmt_put_int(q, STMT_PURGE_HINDRANCE__DUE, STORE_OUTBOX_DUE);
	stmt_put_int(q, STMT_PURGE_HINDRANCE__SENT, STORE_OUTBOX_SENT);
	stmt_put_int(q, STMT_PURGE_HINDRANCE__FAILED, STORE_OUTBOX_FAILED);
	stmt_put_int(q, STMT_PURGE_HINDRANCE__OPEN, HELD_OPEN);
	stmt_put_day(q, STMT_PURGE_HINDRANCE__TODAY, today);
	stmt_put_int(q, STMT_PURGE_HINDRANCE__YOUNG_US, end_of(over));
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	/* In the order of the enumeration. */
	for (int h = PURGE_GUARDIAN; h <= PURGE_ACCOUNT; h++)
		if (stmt_int(q) != 0 && found == PURGE_FREE)
			found = (enum purge_hindrance)h;
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_hindrance = found;
	return rc;
}

/* Of any record of the person. */
enum rc
store_purge_hindrance(struct store *s, const struct id *person, day today, day over,
    enum purge_hindrance *ret_hindrance, struct fault *why)
{
	struct id records[SAME_RECORDS_MAX];
	enum purge_hindrance found = PURGE_FREE;
	size_t n;
	enum rc rc;

	if ((rc = store_same_of(s, person, records, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && found == PURGE_FREE; i++)
		if ((rc = hindrance_of(s, &records[i], today, over, &found, why)) != RC_OK)
			return rc;
	*ret_hindrance = found;
	return RC_OK;
}

enum rc
store_purge_exchanges_count(struct store *s, day today, day over, int64_t *ret_n, day *ret_until,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PURGE_EXCHANGES_OLD);
	int64_t n;
	day until;
	enum rc rc;

	stmt_put_day(q, STMT_PURGE_EXCHANGES_OLD__TODAY, today);
	stmt_put_int(q, STMT_PURGE_EXCHANGES_OLD__YOUNG_US, end_of(over));
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	until = stmt_day(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_n = n;
	*ret_until = until;
	return RC_OK;
}

static enum rc
put_tombstone(struct store *s, struct tombstone *t, const struct vault_digest *subject, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TOMBSTONE_LAST);
	int64_t last = 0;
	enum rc rc;

	if ((rc = stmt_next(q, why)) == RC_OK) {
		last = stmt_int(q);
		rc = stmt_end(q, why);
	}
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	t->no = last + 1;
	t->purged_us = s->now_us;
	q = stmt_start(s, STMT_TOMBSTONE_ADD);
	stmt_put_int(q, STMT_TOMBSTONE_ADD__NO, t->no);
	stmt_put_int(q, STMT_TOMBSTONE_ADD__WHAT, t->what);
	if (subject != NULL)
		stmt_put_bytes(q, STMT_TOMBSTONE_ADD__SUBJECT, subject->b, sizeof(subject->b));
	stmt_put_int(q, STMT_TOMBSTONE_ADD__ROWS, t->rows);
	stmt_put_day(q, STMT_TOMBSTONE_ADD__KEPT_UNTIL, t->kept_until);
	stmt_put_text(q, STMT_TOMBSTONE_ADD__BASIS, t->basis);
	stmt_put_int(q, STMT_TOMBSTONE_ADD__PURGED_US, t->purged_us);
	stmt_put_text(q, STMT_TOMBSTONE_ADD__PURGED_BY, t->purged_by);
	return stmt_run(q, why);
}

/* A statement whose parameters are the person and perhaps one number. */
static enum rc
purge(struct store *s, enum stmt_name name, int person_place, const struct id *person, int number_place,
    int64_t number, struct fault *why)
{
	struct stmt *q = stmt_start(s, name);

	stmt_put_id(q, person_place, person);
	if (number_place > 0)
		stmt_put_int(q, number_place, number);
	return stmt_run(q, why);
}

static enum rc
purge_exchanges_of(struct store *s, const struct id *person, day today, day over, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PURGE_PROVISIONS_OF);
	enum rc rc;

	stmt_put_id(q, STMT_PURGE_PROVISIONS_OF__PERSON, person);
	stmt_put_day(q, STMT_PURGE_PROVISIONS_OF__TODAY, today);
	stmt_put_int(q, STMT_PURGE_PROVISIONS_OF__YOUNG_US, end_of(over));
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_PURGE_EVIDENCE_OF);
	stmt_put_id(q, STMT_PURGE_EVIDENCE_OF__PERSON, person);
	stmt_put_day(q, STMT_PURGE_EVIDENCE_OF__TODAY, today);
	stmt_put_int(q, STMT_PURGE_EVIDENCE_OF__YOUNG_US, end_of(over));
	return stmt_run(q, why);
}

/* Facts that stand under a key of the person, or of an inquiry about the person. */
static enum rc
purge_settings(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PURGE_INQUIRY_SALT);
	char key[SETTING_KEY_SIZE];
	enum rc rc;

	stmt_put_text(q, STMT_PURGE_INQUIRY_SALT__PREFIX, SETTING_INQUIRY_SALT);
	stmt_put_id(q, STMT_PURGE_INQUIRY_SALT__PERSON, person);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_PURGE_ARRIVAL);
	stmt_put_text(q, STMT_PURGE_ARRIVAL__PREFIX, SETTING_ARRIVAL);
	stmt_put_id(q, STMT_PURGE_ARRIVAL__PERSON, person);
	rc = stmt_run(q, why);
	for (int which = 0; which < SETTING_OF_PERSON__COUNT && rc == RC_OK; which++) {
		store_setting_key((enum setting_of_person)which, person, key);
		q = stmt_start(s, STMT_PURGE_SETTING);
		stmt_put_text(q, STMT_PURGE_SETTING__KEY, key);
		rc = stmt_run(q, why);
	}
	return rc;
}

/* Everything that is about this person, the row of the register last: RC_CONFLICT while another record names it. */
static enum rc
purge_all(struct store *s, const struct person *p, day died_before, day today, day over, struct fault *why)
{
	static const struct { enum stmt_name name; int person, number; int64_t value; } plain[] = {
		{ STMT_PURGE_LETTER_RESULT, STMT_PURGE_LETTER_RESULT__PERSON, 0, 0 },
		{ STMT_PURGE_LETTER, STMT_PURGE_LETTER__PERSON, 0, 0 },
		{ STMT_PURGE_REPORT, STMT_PURGE_REPORT__PERSON, 0, 0 },
		{ STMT_PURGE_CIRCUMSTANCE, STMT_PURGE_CIRCUMSTANCE__PERSON, 0, 0 },
		{ STMT_PURGE_DECISION, STMT_PURGE_DECISION__PERSON, 0, 0 },
		{ STMT_PURGE_DUPLICATE, STMT_PURGE_DUPLICATE__PERSON, 0, 0 },
		{ STMT_PURGE_COUNTS_AS, STMT_PURGE_COUNTS_AS__PERSON, 0, 0 },
		{ STMT_PURGE_DUE, STMT_PURGE_DUE__PERSON, 0, 0 },
		{ STMT_PERSON_DUE_DROP, STMT_PERSON_DUE_DROP__PERSON, 0, 0 },
		{ STMT_PURGE_PAIR_DECISION, STMT_PURGE_PAIR_DECISION__PERSON, 0, 0 },
		{ STMT_PURGE_PAIR, STMT_PURGE_PAIR__PERSON, 0, 0 },
		{ STMT_PURGE_TICKET, STMT_PURGE_TICKET__PERSON, 0, 0 },
		{ STMT_PURGE_GUARDIAN, STMT_PURGE_GUARDIAN__PERSON, 0, 0 },
		{ STMT_PURGE_NUMBER, STMT_PURGE_NUMBER__PERSON, 0, 0 },
		{ STMT_PURGE_CODE, STMT_PURGE_CODE__PERSON, 0, 0 },
		{ STMT_PURGE_URGENT, STMT_PURGE_URGENT__PERSON, 0, 0 },
		{ STMT_PURGE_INQUIRY, STMT_PURGE_INQUIRY__PERSON, 0, 0 },
		{ STMT_PURGE_ASK_AGAIN, STMT_PURGE_ASK_AGAIN__PERSON, 0, 0 },
		{ STMT_PURGE_PORTAL_NOTICE, STMT_PURGE_PORTAL_NOTICE__PERSON, 0, 0 },
		{ STMT_PURGE_NOTICE_EVENT, STMT_PURGE_NOTICE_EVENT__PERSON, 0, 0 },
		{ STMT_PURGE_NOTICE, STMT_PURGE_NOTICE__PERSON, 0, 0 },
		{ STMT_PURGE_REFUSAL, STMT_PURGE_REFUSAL__PERSON, 0, 0 },
		{ STMT_PURGE_RELEASE_ROW, STMT_PURGE_RELEASE_ROW__PERSON, 0, 0 },
		{ STMT_PURGE_TOLD, STMT_PURGE_TOLD__PERSON, 0, 0 },
		{ STMT_PURGE_CORRECTION, STMT_PURGE_CORRECTION__PERSON, 0, 0 },
		{ STMT_PURGE_CORRECTION_IN, STMT_PURGE_CORRECTION_IN__PERSON, 0, 0 },
		{ STMT_PURGE_COPY_PERSON, STMT_PURGE_COPY_PERSON__PERSON, 0, 0 },
		{ STMT_PURGE_HELD, STMT_PURGE_HELD__PERSON, STMT_PURGE_HELD__OPEN, HELD_OPEN },
		{ STMT_PURGE_OUTBOX, STMT_PURGE_OUTBOX__PERSON, STMT_PURGE_OUTBOX__DONE, STORE_OUTBOX_DONE },
		{ STMT_SECRET_DROP, STMT_SECRET_DROP__PERSON, 0, 0 },
		{ STMT_PURGE_SALT, STMT_PURGE_SALT__PERSON, 0, 0 },
		{ STMT_PURGE_ACCOUNT, STMT_PURGE_ACCOUNT__PERSON, 0, 0 },
		{ STMT_RESIDENCE_CLEAR, STMT_RESIDENCE_CLEAR__PERSON, 0, 0 },
		{ STMT_NAME_CLEAR, STMT_NAME_CLEAR__PERSON, 0, 0 },
	};
	struct person without_names = { .id = p->id };
	struct stmt *q;
	enum rc rc;

	if ((rc = purge(s, STMT_PURGE_TELLER, STMT_PURGE_TELLER__PERSON, &p->id, 0, 0, why)) != RC_OK ||
	    (rc = purge(s, STMT_PURGE_DOSE, STMT_PURGE_DOSE__PERSON, &p->id, STMT_PURGE_DOSE__DIED_BEFORE,
	    died_before.n, why)) != RC_OK ||
	    (rc = purge_exchanges_of(s, &p->id, today, over, why)) != RC_OK ||
	    (rc = purge_settings(s, &p->id, why)) != RC_OK ||
	    (rc = store_search_note(s, p, &without_names, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if ((rc = purge(s, plain[i].name, plain[i].person, &p->id, plain[i].number, plain[i].value,
		    why)) != RC_OK)
			return rc;
	q = stmt_start(s, STMT_PURGE_COPY_THERE);
	stmt_put_text(q, STMT_PURGE_COPY_THERE__ADDRESSEE_NO, p->addressee_no);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_PURGE_PERSON);
	stmt_put_id(q, STMT_PURGE_PERSON__PERSON, &p->id);
	stmt_put_day(q, STMT_PURGE_PERSON__DIED_BEFORE, died_before);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) == 1 ? RC_OK : fault_set(why, RC_REFUSED, "purge",
	    "a person who lives, is protected or has died since stays");
}

/* Every record of the person, the one that answers last. */
static enum rc
purge_records(struct store *s, const struct id *records, size_t n, const struct person *whole, day died_before, day today,
    day over, struct arena *a, struct fault *why)
{
	struct person p;
	struct stmt *q;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n && n > 1 && rc == RC_OK; i++) {
		q = stmt_start(s, STMT_PURGE_SAME_DIED);
		stmt_put_id(q, STMT_PURGE_SAME_DIED__PERSON, &records[i]);
		stmt_put_day(q, STMT_PURGE_SAME_DIED__DIED_ON, whole->died_on);
		if ((rc = stmt_run(q, why)) == RC_OK &&
		    (rc = purge(s, STMT_PURGE_PART, STMT_PURGE_PART__PERSON, &records[i], 0, 0, why)) == RC_OK)
			rc = purge(s, STMT_PERSON_SAME_DROP, STMT_PERSON_SAME_DROP__PERSON, &records[i], 0, 0, why);
	}
	s->same = SAME_UNKNOWN;
	for (size_t i = n; i-- > 0 && rc == RC_OK;)
		if ((rc = store_person_record(s, &records[i], a, &p, why)) == RC_OK)
			rc = purge_all(s, &p, died_before, today, over, why);
	return rc;
}

enum rc
store_purge_person(struct store *s, const struct id *person, day died_before, day today, day over,
    struct tombstone *t, enum purge_hindrance *ret_hindrance, struct fault *why)
{
	struct vault_digest subject;
	struct id records[SAME_RECORDS_MAX];
	struct person p;
	struct arena a;
	size_t n;
	bool is_known;
	enum rc rc;

	arena_init(&a, LIMIT_REQUEST_BYTES);
	t->what = TOMBSTONE_PERSON;
	if ((rc = store_same_of(s, person, records, &n, why)) != RC_OK ||
	    (rc = store_person_get(s, person, &a, &p, why)) != RC_OK)
		goto out;
	if (p.is_protected || !day_known(p.died_on) || !day_before(p.died_on, died_before)) {
		rc = fault_set(why, RC_REFUSED, "purge", "a person who lives, is protected or has died since stays");
		goto out;
	}
	rc = store_audit_subject(s, person, &subject, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		goto out;
	is_known = rc == RC_OK;
	if ((rc = store_mark(s, why)) != RC_OK)
		goto out;
	rc = purge_records(s, records, n, &p, died_before, today, over, &a, why);
	if (rc != RC_OK) {
		store_undo_mark(s);
		if (rc == RC_CONFLICT) {
			*ret_hindrance = PURGE_OTHER;
			rc = RC_OK;
		}
		goto out;
	}
	if ((rc = store_keep_mark(s, why)) != RC_OK ||
	    (rc = put_tombstone(s, t, is_known ? &subject : NULL, why)) != RC_OK)
		goto out;
	*ret_hindrance = PURGE_FREE;
 out:
	arena_clear(&a);
	return rc;
}

/* How many exchanges those days had is kept as long as the exchanges. */
static enum rc
purge_days(struct store *s, day over, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PURGE_DAY_ENTRIES);
	enum rc rc;

	stmt_put_int(q, STMT_PURGE_DAY_ENTRIES__YOUNG_US, end_of(over));
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_PURGE_DAY_SAID);
	stmt_put_int(q, STMT_PURGE_DAY_SAID__YOUNG_US, end_of(over));
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_PURGE_DAY_COUNTS);
	stmt_put_int(q, STMT_PURGE_DAY_COUNTS__YOUNG_US, end_of(over));
	return stmt_run(q, why);
}

enum rc
store_purge_exchanges(struct store *s, day today, day over, struct tombstone *t, struct fault *why)
{
	struct stmt *q;
	int64_t n;
	enum rc rc;

	q = stmt_start(s, STMT_PURGE_PROVISIONS);
	stmt_put_day(q, STMT_PURGE_PROVISIONS__TODAY, today);
	stmt_put_int(q, STMT_PURGE_PROVISIONS__YOUNG_US, end_of(over));
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	n = stmt_changed(q);
	q = stmt_start(s, STMT_PURGE_EVIDENCE);
	stmt_put_day(q, STMT_PURGE_EVIDENCE__TODAY, today);
	stmt_put_int(q, STMT_PURGE_EVIDENCE__YOUNG_US, end_of(over));
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	n += stmt_changed(q);
	if ((rc = stmt_run(stmt_start(s, STMT_PURGE_PAPERS), why)) != RC_OK ||
	    (rc = purge_days(s, over, why)) != RC_OK)
		return rc;
	t->what = TOMBSTONE_EXCHANGE;
	t->rows = n;
	return put_tombstone(s, t, NULL, why);
}

enum rc
store_tombstone_list(struct store *s, int64_t after, size_t cap, struct arena *a, struct tombstone **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct tombstone), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_TOMBSTONE_LIST);
	struct tombstone *t;
	enum rc rc;

	stmt_put_int(q, STMT_TOMBSTONE_LIST__AFTER, after);
	stmt_put_int(q, STMT_TOMBSTONE_LIST__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((t = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/purge", "no memory");
		}
		t->no = stmt_int(q);
		t->what = (enum tombstone_what)stmt_int(q);
		t->rows = stmt_int(q);
		t->kept_until = stmt_day(q);
		t->basis = stmt_text(q, a);
		t->purged_us = stmt_int(q);
		t->purged_by = stmt_text(q, a);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}
