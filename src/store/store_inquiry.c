#include "store/store_inquiry.h"

#include <stdlib.h>

#include "store/store_each.h"

static void
take(struct stmt *q, struct arena *a, struct inquiry_row *r, int64_t *ret_provider)
{
	r->id = stmt_id(q);
	r->person = stmt_id(q);
	*ret_provider = stmt_int(q);
	r->record_no = stmt_text(q, a);
	r->reception_no = stmt_text(q, a);
	r->process_no = stmt_text(q, a);
	r->state = stmt_int(q);
	r->basis = (enum inquiry_basis)stmt_int(q);
	r->from = stmt_day(q);
	r->to = stmt_day(q);
	r->non_disclosure = stmt_int(q) != 0;
	r->asked_by = stmt_text(q, a);
	r->requested_us = stmt_int(q);
	r->next_us = stmt_int(q);
	r->deadline_us = stmt_int(q);
	r->attempts = stmt_int(q);
	r->is_ended = stmt_int(q) != 0;
	r->outcome = stmt_text(q, a);
	r->known_as_of = stmt_day(q);
	r->changed_us = stmt_int(q);
}

static enum rc
one(struct store *s, struct stmt *q, struct arena *a, struct inquiry_row *ret_row,
    struct fault *why)
{
	struct inquiry_row r;
	int64_t provider;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &r, &provider);
	if ((rc = stmt_end(q, why)) != RC_OK ||
	    (rc = store_town_text(s, provider, a, &r.provider, why)) != RC_OK)
		return rc;
	*ret_row = r;
	return RC_OK;
}

static enum rc
add(struct store *s, struct stmt *q, struct rows *rows, struct fault *why)
{
	struct inquiry_row *r = rows_add(rows);
	int64_t provider;

	if (r == NULL)
		return fault_set(why, RC_NOMEM, "store/inquiry", "no memory");
	take(q, rows->arena, r, &provider);
	return store_town_text(s, provider, rows->arena, &r->provider, why);
}

static int
by_id(const void *a, const void *b)
{
	const struct inquiry_row *x = a, *y = b;

	return id_compare(&x->id, &y->id);
}

static enum rc
all(struct store *s, struct stmt *q, struct arena *a, struct inquiry_row **ret_rows, size_t *ret_n,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct inquiry_row), NULL, 0, 0 };
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK)
		if ((rc = add(s, q, &rows, why)) != RC_OK) {
			stmt_drop(q);
			return rc;
		}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_inquiry_add(struct store *s, const struct inquiry_row *row, struct id *ret_id,
    struct fault *why)
{
	struct id id;
	int64_t provider;
	struct stmt *q;
	enum rc rc;

	if ((rc = store_town(s, row->provider, &provider, why)) != RC_OK ||
	    (rc = store_id_new(s, &id, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_INQUIRY_OPEN_WITH);
	stmt_put_id(q, STMT_INQUIRY_OPEN_WITH__PERSON, &row->person);
	stmt_put_int(q, STMT_INQUIRY_OPEN_WITH__PROVIDER, provider);
	rc = stmt_next(q, why);
	if (rc == RC_OK) {
		if ((rc = stmt_end(q, why)) != RC_OK)
			return rc;
		return fault_set(why, RC_CONFLICT, "store/inquiry", "one is still under way");
	}
	if (rc != RC_ABSENT)
		return rc;
	q = stmt_start(s, STMT_INQUIRY_ADD);
	stmt_put_id(q, STMT_INQUIRY_ADD__ID, &id);
	stmt_put_id(q, STMT_INQUIRY_ADD__PERSON, &row->person);
	stmt_put_int(q, STMT_INQUIRY_ADD__PROVIDER, provider);
	stmt_put_text(q, STMT_INQUIRY_ADD__RECORD_NO, row->record_no);
	stmt_put_text(q, STMT_INQUIRY_ADD__RECEPTION_NO, row->reception_no);
	stmt_put_text(q, STMT_INQUIRY_ADD__PROCESS_NO, row->process_no);
	stmt_put_int(q, STMT_INQUIRY_ADD__STATE, row->state);
	stmt_put_int(q, STMT_INQUIRY_ADD__BASIS, (int64_t)row->basis);
	stmt_put_day(q, STMT_INQUIRY_ADD__FROM_ON, row->from);
	stmt_put_day(q, STMT_INQUIRY_ADD__TO_ON, row->to);
	stmt_put_int(q, STMT_INQUIRY_ADD__NON_DISCLOSURE, row->non_disclosure);
	stmt_put_text(q, STMT_INQUIRY_ADD__ASKED_BY, row->asked_by);
	stmt_put_int(q, STMT_INQUIRY_ADD__REQUESTED_US, row->requested_us);
	stmt_put_int(q, STMT_INQUIRY_ADD__NEXT_US, row->next_us);
	stmt_put_int(q, STMT_INQUIRY_ADD__DEADLINE_US, row->deadline_us);
	stmt_put_int(q, STMT_INQUIRY_ADD__ATTEMPTS, row->attempts);
	stmt_put_int(q, STMT_INQUIRY_ADD__IS_ENDED, row->is_ended);
	stmt_put_text(q, STMT_INQUIRY_ADD__OUTCOME, row->outcome);
	stmt_put_day(q, STMT_INQUIRY_ADD__KNOWN_AS_OF, row->known_as_of);
	stmt_put_int(q, STMT_INQUIRY_ADD__CHANGED_US, s->now_us);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_id = id;
	return rc;
}

enum rc
store_inquiry_set(struct store *s, const struct inquiry_row *row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_INQUIRY_SET);
	enum rc rc;

	stmt_put_id(q, STMT_INQUIRY_SET__ID, &row->id);
	stmt_put_text(q, STMT_INQUIRY_SET__RECEPTION_NO, row->reception_no);
	stmt_put_text(q, STMT_INQUIRY_SET__PROCESS_NO, row->process_no);
	stmt_put_int(q, STMT_INQUIRY_SET__STATE, row->state);
	stmt_put_day(q, STMT_INQUIRY_SET__FROM_ON, row->from);
	stmt_put_day(q, STMT_INQUIRY_SET__TO_ON, row->to);
	stmt_put_int(q, STMT_INQUIRY_SET__NON_DISCLOSURE, row->non_disclosure);
	stmt_put_int(q, STMT_INQUIRY_SET__NEXT_US, row->next_us);
	stmt_put_int(q, STMT_INQUIRY_SET__DEADLINE_US, row->deadline_us);
	stmt_put_int(q, STMT_INQUIRY_SET__ATTEMPTS, row->attempts);
	stmt_put_int(q, STMT_INQUIRY_SET__IS_ENDED, row->is_ended);
	stmt_put_text(q, STMT_INQUIRY_SET__OUTCOME, row->outcome);
	stmt_put_day(q, STMT_INQUIRY_SET__KNOWN_AS_OF, row->known_as_of);
	stmt_put_int(q, STMT_INQUIRY_SET__CHANGED_US, s->now_us);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) == 1 ? RC_OK : RC_ABSENT;
}

enum rc
store_inquiry_get(struct store *s, const struct id *id, struct arena *a,
    struct inquiry_row *ret_row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_INQUIRY_GET);

	stmt_put_id(q, STMT_INQUIRY_GET__ID, id);
	return one(s, q, a, ret_row, why);
}

enum rc
store_inquiry_find_record(struct store *s, const char *record_no, struct arena *a,
    struct inquiry_row *ret_row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_INQUIRY_BY_RECORD);

	stmt_put_text(q, STMT_INQUIRY_BY_RECORD__RECORD_NO, record_no);
	return one(s, q, a, ret_row, why);
}

enum rc
store_inquiry_find_reception(struct store *s, const char *reception_no, struct arena *a,
    struct inquiry_row *ret_row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_INQUIRY_BY_RECEPTION);

	stmt_put_text(q, STMT_INQUIRY_BY_RECEPTION__RECEPTION_NO, reception_no);
	return one(s, q, a, ret_row, why);
}

enum rc
store_inquiry_find_process(struct store *s, const char *process_no, struct arena *a,
    struct inquiry_row *ret_row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_INQUIRY_BY_PROCESS);
	struct id id;
	enum rc rc;

	stmt_put_text(q, STMT_INQUIRY_BY_PROCESS__PROCESS_NO, process_no);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	id = stmt_id(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	return store_inquiry_get(s, &id, a, ret_row, why);
}

enum rc
store_inquiry_unnumbered(struct store *s, const char *provider, int64_t *ret_n, struct fault *why)
{
	struct stmt *q;
	int64_t town, n;
	enum rc rc;

	if ((rc = store_town_find(s, provider, &town, why)) != RC_OK) {
		if (rc == RC_ABSENT)
			*ret_n = 0;
		return rc == RC_ABSENT ? RC_OK : rc;
	}
	q = stmt_start(s, STMT_INQUIRY_UNNUMBERED);
	stmt_put_int(q, STMT_INQUIRY_UNNUMBERED__PROVIDER, town);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_n = n;
	return rc;
}

enum rc
store_inquiry_of(struct store *s, const struct id *person, struct arena *a,
    struct inquiry_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct inquiry_row), NULL, 0, 0 };
	struct each_record e;
	enum rc rc;

	if ((rc = each_record_start(&e, s, STMT_INQUIRY_OF, STMT_INQUIRY_OF__PERSON, person, why)) != RC_OK)
		return rc;
	while ((rc = each_record_next(&e, why)) == RC_OK)
		if ((rc = add(s, e.q, &rows, why)) != RC_OK) {
			stmt_drop(e.q);
			return rc;
		}
	if (rc != RC_ABSENT)
		return rc;
	if (e.n > 1 && rows.n > 1)
		qsort(rows.at, rows.n, rows.each, by_id);
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_inquiry_due(struct store *s, int64_t now_us, size_t cap, struct arena *a,
    struct inquiry_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_INQUIRY_DUE);

	stmt_put_int(q, STMT_INQUIRY_DUE__NOW_US, now_us);
	stmt_put_int(q, STMT_INQUIRY_DUE__CAP, (int64_t)cap);
	return all(s, q, a, ret_rows, ret_n, why);
}

enum rc
store_inquiry_open(struct store *s, size_t cap, struct arena *a, struct inquiry_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	return store_inquiry_due(s, INT64_MAX, cap, a, ret_rows, ret_n, why);
}

static enum rc
earliest(struct stmt *q, int64_t *us, struct fault *why)
{
	int64_t next_us;
	enum rc rc;

	if ((rc = stmt_next(q, why)) == RC_ABSENT)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	next_us = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK && next_us < *us)
		*us = next_us;
	return rc;
}

enum rc
store_inquiry_next_due(struct store *s, int64_t *ret_us, struct fault *why)
{
	int64_t us = INT64_MAX;
	enum rc rc;

	if ((rc = earliest(stmt_start(s, STMT_INQUIRY_NEXT), &us, why)) != RC_OK ||
	    (rc = earliest(stmt_start(s, STMT_CODE_NEXT), &us, why)) != RC_OK)
		return rc;
	if (us == INT64_MAX)
		return RC_ABSENT;
	*ret_us = us;
	return RC_OK;
}

enum rc
store_inquiry_wake(struct store *s, const struct id *person, int64_t now_us, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_INQUIRY_WAKE);

	stmt_put_id(q, STMT_INQUIRY_WAKE__PERSON, person);
	stmt_put_int(q, STMT_INQUIRY_WAKE__NOW_US, now_us);
	return stmt_run(q, why);
}

enum rc
store_inquiry_count_by(struct store *s, const char *asked_by, int64_t since_us, int64_t *ret_n,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_INQUIRY_COUNT_BY);
	int64_t n;
	enum rc rc;

	stmt_put_text(q, STMT_INQUIRY_COUNT_BY__ASKED_BY, asked_by);
	stmt_put_int(q, STMT_INQUIRY_COUNT_BY__SINCE_US, since_us);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_n = n;
	return rc;
}

enum rc
store_inquiry_count(struct store *s, int64_t from_us, int64_t to_us, struct arena *a,
    struct inquiry_count **ret_counts, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct inquiry_count), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_INQUIRY_COUNTS);
	struct inquiry_count *r;
	int64_t provider;
	enum rc rc;

	stmt_put_int(q, STMT_INQUIRY_COUNTS__FROM_US, from_us);
	stmt_put_int(q, STMT_INQUIRY_COUNTS__TO_US, to_us);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/inquiry", "no memory");
		}
		provider = stmt_int(q);
		r->state = stmt_int(q);
		r->n = stmt_int(q);
		if ((rc = store_town_text(s, provider, a, &r->provider, why)) != RC_OK) {
			stmt_drop(q);
			return rc;
		}
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_counts = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}
