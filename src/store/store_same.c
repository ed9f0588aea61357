#include "store/store_same.h"

#include <string.h>

#include "record/kana.h"
#include "store/store_room.h"

static enum rc
no_memory(struct fault *why)
{
	return fault_set(why, RC_NOMEM, "store/same", "no memory");
}

/* Most towns have no merged record, and who reads a whole city need not ask for each. */
static enum rc
any(struct store *s, bool *ret_any, struct fault *why)
{
	struct stmt *q;
	enum rc rc;

	if (s->same == SAME_UNKNOWN) {
		q = stmt_start(s, STMT_PERSON_SAME_ANY);
		if ((rc = stmt_next(q, why)) == RC_OK)
			rc = stmt_end(q, why);
		else if (rc == RC_ABSENT) {
			s->same = SAME_NOBODY;
			rc = RC_OK;
		}
		if (rc != RC_OK)
			return rc;
		if (s->same == SAME_UNKNOWN)
			s->same = SAME_SOMEBODY;
	}
	*ret_any = s->same == SAME_SOMEBODY;
	return RC_OK;
}

enum rc
store_same_of(struct store *s, const struct id *person, struct id ret_ids[SAME_RECORDS_MAX], size_t *ret_n,
    struct fault *why)
{
	struct id ids[SAME_RECORDS_MAX], other;
	struct stmt *q;
	bool some, whole_found = false;
	size_t n = 0;
	enum rc rc;

	if ((rc = any(s, &some, why)) != RC_OK)
		return rc;
	ids[n++] = *person;
	if (some) {
		q = stmt_start(s, STMT_PERSON_SAME_OF);
		stmt_put_id(q, STMT_PERSON_SAME_OF__PERSON, person);
		while ((rc = stmt_next(q, why)) == RC_OK) {
			if (n == SAME_RECORDS_MAX) {
				stmt_drop(q);
				return fault_set(why, RC_DB, "store/same", "more records of one person than are ever merged");
			}
			other = stmt_id(q);
			/* The one that answers comes first. */
			if (stmt_int(q) != 0 && !whole_found) {
				whole_found = true;
				ids[n++] = ids[0];
				ids[0] = other;
			} else
				ids[n++] = other;
		}
		if (rc != RC_ABSENT)
			return rc;
	}
	/* Behind it in the order of ids, whoever was asked for. */
	for (size_t i = 2; i < n; i++)
		for (size_t k = i; k > 1 && id_compare(&ids[k], &ids[k - 1]) < 0; k--) {
			other = ids[k];
			ids[k] = ids[k - 1];
			ids[k - 1] = other;
		}
	memcpy(ret_ids, ids, n * sizeof(ids[0]));
	*ret_n = n;
	return RC_OK;
}

enum rc
store_same_whole(struct store *s, const struct id *person, struct id *ret_whole, struct fault *why)
{
	struct id ids[SAME_RECORDS_MAX];
	size_t n;
	enum rc rc = store_same_of(s, person, ids, &n, why);

	if (rc == RC_OK)
		*ret_whole = ids[0];
	return rc;
}

enum rc
store_same_is(struct store *s, const struct id *a, const struct id *b, bool *ret_same, struct fault *why)
{
	struct id one, other;
	enum rc rc;

	if (id_equal(a, b)) {
		*ret_same = true;
		return RC_OK;
	}
	if ((rc = store_same_whole(s, a, &one, why)) != RC_OK || (rc = store_same_whole(s, b, &other, why)) != RC_OK)
		return rc;
	*ret_same = id_equal(&one, &other);
	return RC_OK;
}

/* ---- pairs ---- */

static void
order(const struct id *a, const struct id *b, struct id *ret_first, struct id *ret_second)
{
	bool turned = id_compare(a, b) > 0;

	*ret_first = turned ? *b : *a;
	*ret_second = turned ? *a : *b;
}

static void
take(struct stmt *q, struct same_pair *p)
{
	int64_t rule, state;

	p->no = stmt_int(q);
	p->first = stmt_id(q);
	p->second = stmt_id(q);
	rule = stmt_int(q);
	p->rule = rule >= 0 && rule < SAME_RULE__COUNT ? (enum same_rule)rule : SAME_NONE;
	p->score = (int)stmt_int(q);
	state = stmt_int(q);
	p->state = state >= 0 && state < SAME_STATE__COUNT ? (enum same_state)state : SAME_GONE;
	p->found_us = stmt_int(q);
}

static enum rc
one(struct stmt *q, struct same_pair *ret_pair, struct fault *why)
{
	struct same_pair p;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, &p);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_pair = p;
	return rc;
}

static enum rc
all(struct stmt *q, struct arena *a, struct same_pair **ret_pairs, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct same_pair), NULL, 0, 0 };
	struct same_pair *p;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((p = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return no_memory(why);
		}
		take(q, p);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_pairs = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

static enum rc
last(struct stmt *q, int64_t *ret_last, struct fault *why)
{
	int64_t n;
	enum rc rc;

	if ((rc = stmt_next(q, why)) == RC_ABSENT) {
		*ret_last = 0;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_last = n;
	return rc;
}

enum rc
store_same_put(struct store *s, const struct same_pair *pair, int64_t *ret_no, struct fault *why)
{
	struct stmt *q;
	struct id first, second;
	int64_t no = pair->no;
	enum rc rc;

	if (no != 0) {
		q = stmt_start(s, STMT_PERSON_PAIR_SET);
		stmt_put_int(q, STMT_PERSON_PAIR_SET__NO, no);
		stmt_put_int(q, STMT_PERSON_PAIR_SET__RULE, (int64_t)pair->rule);
		stmt_put_int(q, STMT_PERSON_PAIR_SET__SCORE, pair->score);
		stmt_put_int(q, STMT_PERSON_PAIR_SET__STATE, (int64_t)pair->state);
		stmt_put_int(q, STMT_PERSON_PAIR_SET__FOUND_US, s->now_us);
	} else {
		if ((rc = last(stmt_start(s, STMT_PERSON_PAIR_LAST), &no, why)) != RC_OK)
			return rc;
		no++;
		order(&pair->first, &pair->second, &first, &second);
		q = stmt_start(s, STMT_PERSON_PAIR_ADD);
		stmt_put_int(q, STMT_PERSON_PAIR_ADD__NO, no);
		stmt_put_id(q, STMT_PERSON_PAIR_ADD__FIRST, &first);
		stmt_put_id(q, STMT_PERSON_PAIR_ADD__SECOND, &second);
		stmt_put_int(q, STMT_PERSON_PAIR_ADD__RULE, (int64_t)pair->rule);
		stmt_put_int(q, STMT_PERSON_PAIR_ADD__SCORE, pair->score);
		stmt_put_int(q, STMT_PERSON_PAIR_ADD__STATE, (int64_t)pair->state);
		stmt_put_int(q, STMT_PERSON_PAIR_ADD__FOUND_US, s->now_us);
	}
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_no = no;
	return rc;
}

enum rc
store_same_get(struct store *s, int64_t no, struct same_pair *ret_pair, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_PAIR_GET);

	stmt_put_int(q, STMT_PERSON_PAIR_GET__NO, no);
	return one(q, ret_pair, why);
}

enum rc
store_same_between(struct store *s, const struct id *a, const struct id *b, struct same_pair *ret_pair,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_PAIR_BETWEEN);
	struct id first, second;

	order(a, b, &first, &second);
	stmt_put_id(q, STMT_PERSON_PAIR_BETWEEN__FIRST, &first);
	stmt_put_id(q, STMT_PERSON_PAIR_BETWEEN__SECOND, &second);
	return one(q, ret_pair, why);
}

enum rc
store_same_pairs_of(struct store *s, const struct id *record, struct arena *a, struct same_pair **ret_pairs,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_PAIR_OF);

	stmt_put_id(q, STMT_PERSON_PAIR_OF__PERSON, record);
	return all(q, a, ret_pairs, ret_n, why);
}

enum rc
store_same_list(struct store *s, enum same_state state, const struct same_pair *after, size_t cap, struct arena *a,
    struct same_pair **ret_pairs, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_PAIR_LIST);

	stmt_put_int(q, STMT_PERSON_PAIR_LIST__STATE, (int64_t)state);
	stmt_put_int(q, STMT_PERSON_PAIR_LIST__SCORE, after != NULL ? after->score : SAME_SCORE_MAX + 1);
	stmt_put_int(q, STMT_PERSON_PAIR_LIST__AFTER, after != NULL ? after->no : 0);
	stmt_put_int(q, STMT_PERSON_PAIR_LIST__CAP, (int64_t)cap);
	return all(q, a, ret_pairs, ret_n, why);
}

enum rc
store_same_count(struct store *s, enum same_state state, int64_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_PAIR_COUNT);

	stmt_put_int(q, STMT_PERSON_PAIR_COUNT__STATE, (int64_t)state);
	return last(q, ret_n, why);
}

/* ---- decisions ---- */

enum rc
store_same_decide(struct store *s, int64_t no, enum same_decision_kind kind, const struct id *kept, const char *reason,
    const char *decided_by, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_DECISION_LAST);
	int64_t seq;
	enum rc rc;

	stmt_put_int(q, STMT_PERSON_DECISION_LAST__NO, no);
	if ((rc = last(q, &seq, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_PERSON_DECISION_ADD);
	stmt_put_int(q, STMT_PERSON_DECISION_ADD__NO, no);
	stmt_put_int(q, STMT_PERSON_DECISION_ADD__SEQ, seq + 1);
	stmt_put_int(q, STMT_PERSON_DECISION_ADD__KIND, (int64_t)kind);
	if (kept != NULL)
		stmt_put_id(q, STMT_PERSON_DECISION_ADD__KEPT, kept);
	stmt_put_text(q, STMT_PERSON_DECISION_ADD__REASON, reason);
	stmt_put_text(q, STMT_PERSON_DECISION_ADD__DECIDED_BY, decided_by);
	stmt_put_int(q, STMT_PERSON_DECISION_ADD__DECIDED_US, s->now_us);
	return stmt_run(q, why);
}

enum rc
store_same_decisions(struct store *s, int64_t no, struct arena *a, struct same_decision **ret_rows, size_t *ret_n,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct same_decision), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_PERSON_DECISION_LIST);
	struct same_decision *d;
	int64_t kind;
	enum rc rc;

	stmt_put_int(q, STMT_PERSON_DECISION_LIST__NO, no);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((d = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return no_memory(why);
		}
		d->seq = stmt_int(q);
		kind = stmt_int(q);
		d->kind = kind >= 0 && kind < SAME_DECISION__COUNT ? (enum same_decision_kind)kind : SAME_FLAGGED;
		d->kept = stmt_id(q);
		d->reason = stmt_text(q, a);
		d->decided_by = stmt_text(q, a);
		d->decided_us = stmt_int(q);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

/* ---- merges in force ---- */

enum rc
store_same_part(struct store *s, const struct id *part, struct same_part *ret_part, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_PART_OF);
	struct same_part p = { .part = *part };
	enum rc rc;

	stmt_put_id(q, STMT_PERSON_PART_OF__PART, part);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	p.whole = stmt_id(q);
	p.pair = stmt_int(q);
	p.number = stmt_id(q);
	p.merged_us = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_part = p;
	return rc;
}

/* Who answers for a record, up the merges in force. */
static enum rc
climb(struct store *s, const struct id *record, struct id *ret_whole, struct fault *why)
{
	struct same_part p = { .whole = *record };
	enum rc rc;

	for (int i = 0; i <= SAME_RECORDS_MAX; i++) {
		*ret_whole = p.whole;
		if ((rc = store_same_part(s, ret_whole, &p, why)) == RC_ABSENT)
			return RC_OK;
		if (rc != RC_OK)
			return rc;
	}
	return fault_set(why, RC_DB, "store/same", "merges run in a circle");
}

/* What readers are told of these records, anew from the merges in force. */
static enum rc
note(struct store *s, const struct id *records, size_t n, struct fault *why)
{
	struct id whole[2 * SAME_RECORDS_MAX];
	struct stmt *q;
	enum rc rc;

	for (size_t i = 0; i < n; i++) {
		q = stmt_start(s, STMT_PERSON_SAME_DROP);
		stmt_put_id(q, STMT_PERSON_SAME_DROP__PERSON, &records[i]);
		if ((rc = stmt_run(q, why)) != RC_OK || (rc = climb(s, &records[i], &whole[i], why)) != RC_OK)
			return rc;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			if (i == k || !id_equal(&whole[i], &whole[k]))
				continue;
			q = stmt_start(s, STMT_PERSON_SAME_ADD);
			stmt_put_id(q, STMT_PERSON_SAME_ADD__PERSON, &records[i]);
			stmt_put_id(q, STMT_PERSON_SAME_ADD__OTHER, &records[k]);
			stmt_put_int(q, STMT_PERSON_SAME_ADD__IS_WHOLE, id_equal(&records[k], &whole[k]));
			if ((rc = stmt_run(q, why)) != RC_OK)
				return rc;
		}
	s->same = SAME_UNKNOWN;
	return RC_OK;
}

enum rc
store_same_join(struct store *s, const struct id *whole, const struct id *part, int64_t pair, const struct id *number,
    struct fault *why)
{
	struct id records[2 * SAME_RECORDS_MAX];
	struct stmt *q;
	size_t n, more;
	enum rc rc;

	if ((rc = store_same_of(s, whole, records, &n, why)) != RC_OK ||
	    (rc = store_same_of(s, part, &records[n], &more, why)) != RC_OK)
		return rc;
	if (id_equal(&records[0], &records[n]) || !id_equal(&records[0], whole) || !id_equal(&records[n], part))
		return fault_set(why, RC_CONFLICT, "store/same", "one of them does not answer for itself");
	n += more;
	if (n > SAME_RECORDS_MAX)
		return fault_set(why, RC_TOO_BIG, "merge", "more than %d records of one person", SAME_RECORDS_MAX);
	q = stmt_start(s, STMT_PERSON_PART_ADD);
	stmt_put_id(q, STMT_PERSON_PART_ADD__PART, part);
	stmt_put_id(q, STMT_PERSON_PART_ADD__WHOLE, whole);
	stmt_put_int(q, STMT_PERSON_PART_ADD__PAIR, pair);
	if (number != NULL)
		stmt_put_id(q, STMT_PERSON_PART_ADD__NUMBER, number);
	stmt_put_int(q, STMT_PERSON_PART_ADD__MERGED_US, s->now_us);
	if ((rc = stmt_run(q, why)) != RC_OK || (rc = note(s, records, n, why)) != RC_OK)
		return rc;
	return store_person_protect_same(s, whole, why);
}

enum rc
store_same_part_again(struct store *s, const struct id *part, struct fault *why)
{
	struct id records[SAME_RECORDS_MAX];
	struct stmt *q;
	size_t n;
	enum rc rc;

	if ((rc = store_same_of(s, part, records, &n, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_PERSON_PART_DROP);
	stmt_put_id(q, STMT_PERSON_PART_DROP__PART, part);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	if (stmt_changed(q) != 1)
		return RC_ABSENT;
	return note(s, records, n, why);
}

/* ---- looking for pairs ---- */

static enum rc
take_ids(struct stmt *q, struct id *ret_ids, size_t cap, size_t *ret_n, struct fault *why)
{
	size_t n = 0;
	enum rc rc = RC_OK;

	while (n < cap && (rc = stmt_next(q, why)) == RC_OK)
		ret_ids[n++] = stmt_id(q);
	if (n == cap)
		rc = stmt_end(q, why);
	else if (rc == RC_ABSENT)
		rc = RC_OK;
	if (rc == RC_OK)
		*ret_n = n;
	return rc;
}

enum rc
store_same_due(struct store *s, struct id *ret_persons, size_t cap, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_DUE_LIST);

	stmt_put_int(q, STMT_PERSON_DUE_LIST__CAP, (int64_t)cap);
	return take_ids(q, ret_persons, cap, ret_n, why);
}

enum rc
store_same_due_add(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_DUE_ADD);

	stmt_put_id(q, STMT_PERSON_DUE_ADD__PERSON, person);
	return stmt_run(q, why);
}

enum rc
store_same_due_drop(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_DUE_DROP);

	stmt_put_id(q, STMT_PERSON_DUE_DROP__PERSON, person);
	return stmt_run(q, why);
}

enum rc
store_same_candidates(struct store *s, const struct person *p, struct id *ret_ids, size_t cap, size_t *ret_n,
    struct fault *why)
{
	struct buf kana = BUF_INIT(LIMIT_TEXT_BYTES);
	struct stmt *q;
	size_t n = 0, more = 0;
	enum rc rc;

	if (p->kana != NULL && (rc = kana_fold(p->kana, &kana)) != RC_OK && rc != RC_INVALID)
		goto out;
	q = stmt_start(s, STMT_PERSON_SAME_BIRTH);
	stmt_put_id(q, STMT_PERSON_SAME_BIRTH__ID, &p->id);
	stmt_put_day(q, STMT_PERSON_SAME_BIRTH__BIRTH_FIRST, p->birth.first);
	stmt_put_text(q, STMT_PERSON_SAME_BIRTH__KANA_FOLDED, kana.len > 0 ? kana.data : NULL);
	stmt_put_text(q, STMT_PERSON_SAME_BIRTH__NAME, p->name);
	stmt_put_text(q, STMT_PERSON_SAME_BIRTH__ROMAN, p->roman);
	stmt_put_text(q, STMT_PERSON_SAME_BIRTH__ADDRESS, p->address);
	stmt_put_text(q, STMT_PERSON_SAME_BIRTH__HOUSEHOLD_NO, p->household_no);
	stmt_put_int(q, STMT_PERSON_SAME_BIRTH__HAS_NAMES, p->n_names > 0);
	stmt_put_int(q, STMT_PERSON_SAME_BIRTH__CAP, (int64_t)cap);
	if ((rc = take_ids(q, ret_ids, cap, &n, why)) != RC_OK)
		goto out;
	if (kana.len > 0 && n < cap) {
		q = stmt_start(s, STMT_PERSON_SAME_HOME);
		stmt_put_id(q, STMT_PERSON_SAME_HOME__ID, &p->id);
		stmt_put_text(q, STMT_PERSON_SAME_HOME__KANA_FOLDED, kana.data);
		stmt_put_day(q, STMT_PERSON_SAME_HOME__BIRTH_FIRST, p->birth.first);
		stmt_put_text(q, STMT_PERSON_SAME_HOME__ADDRESS, p->address);
		stmt_put_text(q, STMT_PERSON_SAME_HOME__HOUSEHOLD_NO, p->household_no);
		stmt_put_int(q, STMT_PERSON_SAME_HOME__CAP, (int64_t)(cap - n));
		if ((rc = take_ids(q, &ret_ids[n], cap - n, &more, why)) != RC_OK)
			goto out;
	}
	rc = RC_OK;
	*ret_n = n + more;
 out:
	buf_clear(&kana);
	return rc;
}
