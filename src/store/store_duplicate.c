#include "store/store_duplicate.h"

#include <stdlib.h>

#include "store/store_each.h"

static enum rc
no_memory(struct fault *why)
{
	return fault_set(why, RC_NOMEM, "store/duplicate", "no memory");
}

enum rc
store_duplicate_due_add(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q;
	enum rc rc;

	/* Statements of a person mostly come together. */
	if (id_known(&s->marked) && id_equal(&s->marked, person))
		return RC_OK;
	q = stmt_start(s, STMT_DUPLICATE_DUE_ADD);
	stmt_put_id(q, STMT_DUPLICATE_DUE_ADD__PERSON, person);
	if ((rc = stmt_run(q, why)) == RC_OK)
		s->marked = *person;
	return rc;
}

enum rc
store_duplicate_due(struct store *s, struct id *ret_persons, size_t cap, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DUPLICATE_DUE_LIST);
	size_t n = 0;
	enum rc rc = RC_OK;

	stmt_put_int(q, STMT_DUPLICATE_DUE_LIST__CAP, (int64_t)cap);
	while (n < cap && (rc = stmt_next(q, why)) == RC_OK)
		ret_persons[n++] = stmt_id(q);
	if (n == cap)
		rc = stmt_end(q, why);
	else if (rc == RC_ABSENT)
		rc = RC_OK;
	if (rc == RC_OK)
		*ret_n = n;
	return rc;
}

enum rc
store_duplicate_due_drop(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DUPLICATE_DUE_DROP);

	s->marked = ID_NONE;
	stmt_put_id(q, STMT_DUPLICATE_DUE_DROP__PERSON, person);
	return stmt_run(q, why);
}

/* ---- pairs ---- */

static enum rc
next_number(struct store *s, int64_t *ret_no, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DUPLICATE_LAST);
	enum rc rc;

	if ((rc = stmt_next(q, why)) == RC_ABSENT) {
		*ret_no = 1;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	*ret_no = stmt_int(q) + 1;
	return stmt_end(q, why);
}

enum rc
store_duplicate_put(struct store *s, const struct duplicate_row *row, int64_t *ret_no, struct fault *why)
{
	struct stmt *q;
	int64_t no = row->no;
	enum rc rc;

	if (no != 0) {
		q = stmt_start(s, STMT_DUPLICATE_SET);
		stmt_put_int(q, STMT_DUPLICATE_SET__NO, no);
		stmt_put_int(q, STMT_DUPLICATE_SET__RULE, row->rule);
		stmt_put_int(q, STMT_DUPLICATE_SET__VERDICT, (int64_t)row->verdict);
		stmt_put_int(q, STMT_DUPLICATE_SET__STATE, (int64_t)row->state);
		stmt_put_int(q, STMT_DUPLICATE_SET__IS_OUTDATED, row->is_outdated);
		stmt_put_int(q, STMT_DUPLICATE_SET__FOUND_US, s->now_us);
	} else {
		if ((rc = next_number(s, &no, why)) != RC_OK)
			return rc;
		q = stmt_start(s, STMT_DUPLICATE_ADD);
		stmt_put_int(q, STMT_DUPLICATE_ADD__NO, no);
		stmt_put_id(q, STMT_DUPLICATE_ADD__PERSON, &row->person);
		stmt_put_id(q, STMT_DUPLICATE_ADD__FIRST, &row->first);
		stmt_put_id(q, STMT_DUPLICATE_ADD__SECOND, &row->second);
		stmt_put_int(q, STMT_DUPLICATE_ADD__RULE, row->rule);
		stmt_put_int(q, STMT_DUPLICATE_ADD__VERDICT, (int64_t)row->verdict);
		stmt_put_int(q, STMT_DUPLICATE_ADD__STATE, (int64_t)row->state);
		stmt_put_int(q, STMT_DUPLICATE_ADD__IS_OUTDATED, row->is_outdated);
		stmt_put_int(q, STMT_DUPLICATE_ADD__FOUND_US, s->now_us);
	}
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_no = no;
	return rc;
}

static void
read_row(struct stmt *q, struct duplicate_row *row)
{
	row->no = stmt_int(q);
	row->person = stmt_id(q);
	row->first = stmt_id(q);
	row->second = stmt_id(q);
	row->rule = (int)stmt_int(q);
	row->verdict = (enum duplicate_verdict)stmt_int(q);
	row->state = (enum duplicate_state)stmt_int(q);
	row->is_outdated = stmt_int(q) != 0;
	row->found_us = stmt_int(q);
}

static enum rc
read_rows(struct stmt *q, struct arena *a, struct duplicate_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct duplicate_row), NULL, 0, 0 };
	struct duplicate_row *row;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return no_memory(why);
		}
		read_row(q, row);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_duplicate_get(struct store *s, int64_t no, struct duplicate_row *ret_row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DUPLICATE_GET);
	struct duplicate_row row;
	enum rc rc;

	stmt_put_int(q, STMT_DUPLICATE_GET__NO, no);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	read_row(q, &row);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_row = row;
	return rc;
}

static int
by_statements(const void *a, const void *b)
{
	const struct duplicate_row *x = a, *y = b;
	int c = id_compare(&x->first, &y->first);

	return c != 0 ? c : id_compare(&x->second, &y->second);
}

enum rc
store_duplicate_of(struct store *s, const struct id *person, struct arena *a, struct duplicate_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct duplicate_row), NULL, 0, 0 };
	struct duplicate_row *row;
	struct each_record e;
	enum rc rc;

	if ((rc = each_record_start(&e, s, STMT_DUPLICATE_OF, STMT_DUPLICATE_OF__PERSON, person, why)) != RC_OK)
		return rc;
	while ((rc = each_record_next(&e, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL) {
			stmt_drop(e.q);
			return no_memory(why);
		}
		read_row(e.q, row);
	}
	if (rc != RC_ABSENT)
		return rc;
	if (e.n > 1 && rows.n > 1)
		qsort(rows.at, rows.n, rows.each, by_statements);
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_duplicate_list(struct store *s, enum duplicate_state state, int64_t after, size_t cap, struct arena *a,
    struct duplicate_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DUPLICATE_LIST);

	stmt_put_int(q, STMT_DUPLICATE_LIST__STATE, (int64_t)state);
	stmt_put_int(q, STMT_DUPLICATE_LIST__AFTER, after);
	stmt_put_int(q, STMT_DUPLICATE_LIST__CAP, (int64_t)cap);
	return read_rows(q, a, ret_rows, ret_n, why);
}

enum rc
store_duplicate_count(struct store *s, enum duplicate_state state, int64_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DUPLICATE_COUNT);
	int64_t n;
	enum rc rc;

	stmt_put_int(q, STMT_DUPLICATE_COUNT__STATE, (int64_t)state);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_n = n;
	return rc;
}

/* ---- what does not count ---- */

static int
by_statement(const void *a, const void *b)
{
	const struct duplicate_counts_as *x = a, *y = b;

	return id_compare(&x->statement, &y->statement);
}

enum rc
store_duplicate_counts_as(struct store *s, const struct id *person, struct arena *a,
    struct duplicate_counts_as **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct duplicate_counts_as), NULL, 0, 0 };
	struct duplicate_counts_as *row;
	struct each_record e;
	enum rc rc;

	if ((rc = each_record_start(&e, s, STMT_DUPLICATE_COUNTS_AS_OF, STMT_DUPLICATE_COUNTS_AS_OF__PERSON, person, why)) != RC_OK)
		return rc;
	while ((rc = each_record_next(&e, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL) {
			stmt_drop(e.q);
			return no_memory(why);
		}
		row->statement = stmt_id(e.q);
		row->counts_as = stmt_id(e.q);
	}
	if (rc != RC_ABSENT)
		return rc;
	if (e.n > 1 && rows.n > 1)
		qsort(rows.at, rows.n, rows.each, by_statement);
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_duplicate_set_counts_as(struct store *s, const struct id *person, const struct duplicate_counts_as *rows,
    size_t n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DUPLICATE_COUNTS_AS_DROP);
	enum rc rc;

	stmt_put_id(q, STMT_DUPLICATE_COUNTS_AS_DROP__PERSON, person);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		q = stmt_start(s, STMT_DUPLICATE_COUNTS_AS_ADD);
		stmt_put_id(q, STMT_DUPLICATE_COUNTS_AS_ADD__STATEMENT, &rows[i].statement);
		stmt_put_id(q, STMT_DUPLICATE_COUNTS_AS_ADD__COUNTS_AS, &rows[i].counts_as);
		if ((rc = stmt_run(q, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

/* ---- decisions ---- */

static enum rc
last_decision(struct store *s, int64_t no, int64_t *ret_seq, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DUPLICATE_DECISION_LAST);
	enum rc rc;

	stmt_put_int(q, STMT_DUPLICATE_DECISION_LAST__NO, no);
	if ((rc = stmt_next(q, why)) == RC_ABSENT) {
		*ret_seq = 0;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	*ret_seq = stmt_int(q);
	return stmt_end(q, why);
}

enum rc
store_duplicate_decide(struct store *s, int64_t no, const struct id *keep,
    const unsigned char digest[DUPLICATE_DIGEST], const char *reason, const char *decided_by, struct fault *why)
{
	struct stmt *q;
	int64_t seq;
	enum rc rc;

	if ((rc = last_decision(s, no, &seq, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_DUPLICATE_DECIDE);
	stmt_put_int(q, STMT_DUPLICATE_DECIDE__NO, no);
	stmt_put_int(q, STMT_DUPLICATE_DECIDE__SEQ, seq + 1);
	stmt_put_id(q, STMT_DUPLICATE_DECIDE__KEEP, keep);
	stmt_put_bytes(q, STMT_DUPLICATE_DECIDE__DIGEST, digest, DUPLICATE_DIGEST);
	stmt_put_text(q, STMT_DUPLICATE_DECIDE__REASON, reason);
	stmt_put_text(q, STMT_DUPLICATE_DECIDE__DECIDED_BY, decided_by);
	stmt_put_int(q, STMT_DUPLICATE_DECIDE__DECIDED_US, s->now_us);
	return stmt_run(q, why);
}

enum rc
store_duplicate_undo(struct store *s, int64_t no, const char *reason, const char *undone_by, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DUPLICATE_UNDO);
	enum rc rc;

	stmt_put_int(q, STMT_DUPLICATE_UNDO__NO, no);
	stmt_put_text(q, STMT_DUPLICATE_UNDO__UNDONE_BY, undone_by);
	stmt_put_int(q, STMT_DUPLICATE_UNDO__UNDONE_US, s->now_us);
	stmt_put_text(q, STMT_DUPLICATE_UNDO__UNDO_REASON, reason);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) > 0 ? RC_OK : RC_ABSENT;
}

static void
read_decision(struct stmt *q, struct arena *a, struct duplicate_decided *d)
{
	d->what.first = stmt_id(q);
	d->what.second = stmt_id(q);
	d->seq = stmt_int(q);
	d->what.keep = stmt_id(q);
	stmt_bytes(q, d->what.digest, sizeof(d->what.digest));
	d->reason = stmt_text(q, a);
	d->decided_by = stmt_text(q, a);
	d->decided_us = stmt_int(q);
	d->undone_by = stmt_text(q, a);
	d->undone_us = stmt_int(q);
	d->undo_reason = stmt_text(q, a);
}

enum rc
store_duplicate_decisions(struct store *s, int64_t no, struct arena *a, struct duplicate_decided **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct duplicate_decided), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_DUPLICATE_DECISION_LIST);
	struct duplicate_decided *row;
	enum rc rc;

	stmt_put_int(q, STMT_DUPLICATE_DECISION_LIST__NO, no);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return no_memory(why);
		}
		read_decision(q, a, row);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_duplicate_decisions_of(struct store *s, const struct id *person, struct arena *a,
    struct duplicate_decision **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct duplicate_decision), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_DUPLICATE_DECISION_OF);
	struct duplicate_decision *row;
	struct duplicate_decided decided;
	enum rc rc;

	stmt_put_id(q, STMT_DUPLICATE_DECISION_OF__PERSON, person);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return no_memory(why);
		}
		read_decision(q, a, &decided);
		*row = decided.what;
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}
