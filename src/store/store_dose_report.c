#include "store/store_dose_report.h"

#include "store/store_room.h"

static void
put_int_or_none(struct stmt *q, int place, int64_t value)
{
	if (value >= 0)
		stmt_put_int(q, place, value);
	else
		stmt_put_null(q, place);
}

static enum rc
next_no(struct store *s, const struct dose_report *r, int64_t *ret_no, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DOSE_REPORT_LAST);
	enum rc rc;

	stmt_put_int(q, STMT_DOSE_REPORT_LAST__KIND, (int64_t)r->kind);
	stmt_put_int(q, STMT_DOSE_REPORT_LAST__FISCAL_YEAR, r->fiscal_year);
	rc = stmt_next(q, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	*ret_no = rc == RC_OK ? stmt_int(q) + 1 : 1;
	return rc == RC_OK ? stmt_end(q, why) : RC_OK;
}

enum rc
store_dose_report_put(struct store *s, const struct dose_report *given, struct dose_report *ret_put, struct fault *why)
{
	struct dose_report r = *given;
	struct stmt *q;
	enum rc rc;

	r.version++;
	r.recorded_us = s->now_us;
	if (r.no == 0) {
		if ((rc = next_no(s, &r, &r.no, why)) != RC_OK)
			return rc;
		r.version = 1;
	}
	q = stmt_start(s, STMT_DOSE_REPORT_ADD);
	stmt_put_int(q, STMT_DOSE_REPORT_ADD__KIND, (int64_t)r.kind);
	stmt_put_int(q, STMT_DOSE_REPORT_ADD__FISCAL_YEAR, r.fiscal_year);
	stmt_put_int(q, STMT_DOSE_REPORT_ADD__NO, r.no);
	stmt_put_int(q, STMT_DOSE_REPORT_ADD__VERSION, r.version);
	stmt_put_id(q, STMT_DOSE_REPORT_ADD__PERSON, &r.person);
	stmt_put_id(q, STMT_DOSE_REPORT_ADD__STATEMENT, &r.statement);
	stmt_put_text(q, STMT_DOSE_REPORT_ADD__WHAT, r.what);
	stmt_put_day(q, STMT_DOSE_REPORT_ADD__NOTICED_ON, r.noticed_on);
	stmt_put_text(q, STMT_DOSE_REPORT_ADD__NOTICED_BY, r.noticed_by);
	stmt_put_day(q, STMT_DOSE_REPORT_ADD__ONSET_FIRST, r.onset.first);
	stmt_put_day(q, STMT_DOSE_REPORT_ADD__ONSET_LAST, r.onset.last);
	put_int_or_none(q, STMT_DOSE_REPORT_ADD__ONSET_MINUTES, r.onset_minutes);
	stmt_put_text(q, STMT_DOSE_REPORT_ADD__REPORTED_TO, r.reported_to);
	stmt_put_day(q, STMT_DOSE_REPORT_ADD__REPORTED_ON, r.reported_on);
	stmt_put_text(q, STMT_DOSE_REPORT_ADD__NOTE, r.note);
	stmt_put_int(q, STMT_DOSE_REPORT_ADD__IS_WITHDRAWN, r.is_withdrawn);
	stmt_put_text(q, STMT_DOSE_REPORT_ADD__REASON, r.reason);
	stmt_put_int(q, STMT_DOSE_REPORT_ADD__RECORDED_US, r.recorded_us);
	stmt_put_text(q, STMT_DOSE_REPORT_ADD__RECORDED_BY, r.recorded_by);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_put = r;
	return rc;
}

static void
take(struct stmt *q, struct arena *a, struct dose_report *r)
{
	r->kind = (enum dose_report_kind)stmt_int(q);
	r->fiscal_year = (int)stmt_int(q);
	r->no = stmt_int(q);
	r->version = stmt_int(q);
	r->person = stmt_id(q);
	r->statement = stmt_id(q);
	r->what = stmt_text(q, a);
	r->noticed_on = stmt_day(q);
	r->noticed_by = stmt_text(q, a);
	r->onset.first = stmt_day(q);
	r->onset.last = stmt_day(q);
	r->onset_minutes = stmt_int_or(q, -1);
	r->reported_to = stmt_text(q, a);
	r->reported_on = stmt_day(q);
	r->note = stmt_text(q, a);
	r->is_withdrawn = stmt_int(q) != 0;
	r->reason = stmt_text(q, a);
	r->recorded_us = stmt_int(q);
	r->recorded_by = stmt_text(q, a);
}

enum rc
store_dose_report_get(struct store *s, enum dose_report_kind kind, int fiscal_year, int64_t no, struct arena *a,
    struct dose_report *ret, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DOSE_REPORT_GET);
	struct dose_report r;
	enum rc rc;

	stmt_put_int(q, STMT_DOSE_REPORT_GET__KIND, (int64_t)kind);
	stmt_put_int(q, STMT_DOSE_REPORT_GET__FISCAL_YEAR, fiscal_year);
	stmt_put_int(q, STMT_DOSE_REPORT_GET__NO, no);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &r);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret = r;
	return rc;
}

static bool
is_same(const struct dose_report *a, const struct dose_report *b)
{
	return a->kind == b->kind && a->fiscal_year == b->fiscal_year && a->no == b->no;
}

/* Versions in their order to the latest of each report. */
static enum rc
latest(struct stmt *q, struct arena *a, struct dose_report **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct dose_report), NULL, 0, 0 };
	struct dose_report r, *last = NULL;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		take(q, a, &r);
		if ((last == NULL || !is_same(last, &r)) && (last = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/dose_report", "no memory");
		}
		*last = r;
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_dose_report_list(struct store *s, enum dose_report_kind kind, int fiscal_year, struct arena *a,
    struct dose_report **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DOSE_REPORT_YEAR);

	stmt_put_int(q, STMT_DOSE_REPORT_YEAR__KIND, (int64_t)kind);
	stmt_put_int(q, STMT_DOSE_REPORT_YEAR__FISCAL_YEAR, fiscal_year);
	return latest(q, a, ret_rows, ret_n, why);
}

enum rc
store_dose_report_of(struct store *s, const struct id *person, struct arena *a, struct dose_report **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DOSE_REPORT_OF);

	stmt_put_id(q, STMT_DOSE_REPORT_OF__PERSON, person);
	return latest(q, a, ret_rows, ret_n, why);
}

enum rc
store_dose_report_count(struct store *s, enum dose_report_kind kind, int fiscal_year, struct arena *a,
    struct dose_report_count **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct dose_report_count), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_DOSE_REPORT_COUNTS);
	struct dose_report_count *c;
	enum rc rc;

	stmt_put_int(q, STMT_DOSE_REPORT_COUNTS__KIND, (int64_t)kind);
	stmt_put_int(q, STMT_DOSE_REPORT_COUNTS__FISCAL_YEAR, fiscal_year);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((c = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/dose_report", "no memory");
		}
		c->product = stmt_text(q, a);
		c->what = stmt_text(q, a);
		c->n = stmt_int(q);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}
