#include "store/store_request_letter.h"

#include "store/store_room.h"

static enum rc
last_no(struct store *s, int fiscal_year, int64_t *ret_no, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_REQUEST_LETTER_LAST);
	enum rc rc;

	stmt_put_int(q, STMT_REQUEST_LETTER_LAST__FISCAL_YEAR, fiscal_year);
	if ((rc = stmt_next(q, why)) == RC_ABSENT) {
		*ret_no = 0;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	*ret_no = stmt_int(q);
	return stmt_end(q, why);
}

enum rc
store_request_letter_add(struct store *s, const struct request_letter *given, struct request_letter *ret_added, struct fault *why)
{
	struct request_letter c = *given;
	struct stmt *q;
	int64_t town;
	enum rc rc;

	c.fiscal_year = day_fiscal_year(c.issued_on);
	c.issued_us = s->now_us;
	if ((rc = last_no(s, c.fiscal_year, &c.no, why)) != RC_OK || (rc = store_town(s, c.town, &town, why)) != RC_OK)
		return rc;
	c.no++;
	q = stmt_start(s, STMT_REQUEST_LETTER_ADD);
	stmt_put_int(q, STMT_REQUEST_LETTER_ADD__FISCAL_YEAR, c.fiscal_year);
	stmt_put_int(q, STMT_REQUEST_LETTER_ADD__NO, c.no);
	stmt_put_id(q, STMT_REQUEST_LETTER_ADD__PERSON, &c.person);
	if (town != 0)
		stmt_put_int(q, STMT_REQUEST_LETTER_ADD__TOWN, town);
	stmt_put_text(q, STMT_REQUEST_LETTER_ADD__RECIPIENT, c.recipient);
	stmt_put_text(q, STMT_REQUEST_LETTER_ADD__APPLICANT, c.applicant);
	stmt_put_text(q, STMT_REQUEST_LETTER_ADD__REASON, c.reason);
	stmt_put_text(q, STMT_REQUEST_LETTER_ADD__PROGRAMMES, c.programmes);
	stmt_put_day(q, STMT_REQUEST_LETTER_ADD__ISSUED_ON, c.issued_on);
	stmt_put_day(q, STMT_REQUEST_LETTER_ADD__VALID_UNTIL, c.valid_until);
	stmt_put_int(q, STMT_REQUEST_LETTER_ADD__ISSUED_US, c.issued_us);
	stmt_put_text(q, STMT_REQUEST_LETTER_ADD__ISSUED_BY, c.issued_by);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_added = c;
	return rc;
}

static enum rc
take(struct store *s, struct stmt *q, struct arena *a, struct request_letter *ret, struct fault *why)
{
	struct request_letter c;
	int64_t town;
	enum rc rc;

	c.fiscal_year = (int)stmt_int(q);
	c.no = stmt_int(q);
	c.person = stmt_id(q);
	town = stmt_int(q);
	c.recipient = stmt_text(q, a);
	c.applicant = stmt_text(q, a);
	c.reason = stmt_text(q, a);
	c.programmes = stmt_text(q, a);
	c.issued_on = stmt_day(q);
	c.valid_until = stmt_day(q);
	c.issued_us = stmt_int(q);
	c.issued_by = stmt_text(q, a);
	c.voided_us = stmt_int(q);
	c.void_reason = stmt_text(q, a);
	if ((rc = store_town_text(s, town, a, &c.town, why)) == RC_OK)
		*ret = c;
	return rc;
}

enum rc
store_request_letter_get(struct store *s, int fiscal_year, int64_t no, struct arena *a, struct request_letter *ret,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_REQUEST_LETTER_GET);
	struct request_letter c;
	enum rc rc;

	stmt_put_int(q, STMT_REQUEST_LETTER_GET__FISCAL_YEAR, fiscal_year);
	stmt_put_int(q, STMT_REQUEST_LETTER_GET__NO, no);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	if ((rc = take(s, q, a, &c, why)) != RC_OK) {
		stmt_drop(q);
		return rc;
	}
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret = c;
	return rc;
}

enum rc
store_request_letter_list(struct store *s, const struct id *person, int fiscal_year, struct arena *a,
    struct request_letter **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct request_letter), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, person != NULL ? STMT_REQUEST_LETTER_OF : STMT_REQUEST_LETTER_YEAR);
	struct request_letter *c;
	enum rc rc;

	if (person != NULL)
		stmt_put_id(q, STMT_REQUEST_LETTER_OF__PERSON, person);
	else
		stmt_put_int(q, STMT_REQUEST_LETTER_YEAR__FISCAL_YEAR, fiscal_year);
	while ((rc = stmt_next(q, why)) == RC_OK)
		if ((c = rows_add(&rows)) == NULL || (rc = take(s, q, a, c, why)) != RC_OK) {
			stmt_drop(q);
			return c == NULL ? fault_set(why, RC_NOMEM, "store/request_letter", "no memory") : rc;
		}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_request_letter_void(struct store *s, const struct request_letter *c, const char *reason, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_REQUEST_LETTER_VOID);
	enum rc rc;

	stmt_put_int(q, STMT_REQUEST_LETTER_VOID__FISCAL_YEAR, c->fiscal_year);
	stmt_put_int(q, STMT_REQUEST_LETTER_VOID__NO, c->no);
	stmt_put_int(q, STMT_REQUEST_LETTER_VOID__VOIDED_US, s->now_us);
	stmt_put_text(q, STMT_REQUEST_LETTER_VOID__VOID_REASON, reason);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) == 1 ? RC_OK : fault_set(why, RC_REFUSED, "letter", "it is void already");
}

enum rc
store_request_letter_results(struct store *s, const struct request_letter *c, struct arena *a,
    struct request_letter_result **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct request_letter_result), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_REQUEST_LETTER_RESULTS);
	struct request_letter_result *r;
	enum rc rc;

	stmt_put_int(q, STMT_REQUEST_LETTER_RESULTS__FISCAL_YEAR, c->fiscal_year);
	stmt_put_int(q, STMT_REQUEST_LETTER_RESULTS__NO, c->no);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/request_letter", "no memory");
		}
		r->seq = stmt_int(q);
		r->statement = stmt_id(q);
		r->paid_yen = stmt_int_or(q, -1);
		r->paid_on = stmt_day(q);
		r->note = stmt_text(q, a);
		r->recorded_us = stmt_int(q);
		r->recorded_by = stmt_text(q, a);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_request_letter_result_add(struct store *s, const struct request_letter *c, const struct request_letter_result *r,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_REQUEST_LETTER_RESULT_LAST);
	int64_t seq = 0;
	enum rc rc;

	stmt_put_int(q, STMT_REQUEST_LETTER_RESULT_LAST__FISCAL_YEAR, c->fiscal_year);
	stmt_put_int(q, STMT_REQUEST_LETTER_RESULT_LAST__NO, c->no);
	if ((rc = stmt_next(q, why)) == RC_OK) {
		seq = stmt_int(q);
		rc = stmt_end(q, why);
	}
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	q = stmt_start(s, STMT_REQUEST_LETTER_RESULT_ADD);
	stmt_put_int(q, STMT_REQUEST_LETTER_RESULT_ADD__FISCAL_YEAR, c->fiscal_year);
	stmt_put_int(q, STMT_REQUEST_LETTER_RESULT_ADD__NO, c->no);
	stmt_put_int(q, STMT_REQUEST_LETTER_RESULT_ADD__SEQ, seq + 1);
	stmt_put_id(q, STMT_REQUEST_LETTER_RESULT_ADD__PERSON, &c->person);
	stmt_put_id(q, STMT_REQUEST_LETTER_RESULT_ADD__STATEMENT, &r->statement);
	if (r->paid_yen >= 0)
		stmt_put_int(q, STMT_REQUEST_LETTER_RESULT_ADD__PAID_YEN, r->paid_yen);
	else
		stmt_put_null(q, STMT_REQUEST_LETTER_RESULT_ADD__PAID_YEN);
	stmt_put_day(q, STMT_REQUEST_LETTER_RESULT_ADD__PAID_ON, r->paid_on);
	stmt_put_text(q, STMT_REQUEST_LETTER_RESULT_ADD__NOTE, r->note);
	stmt_put_int(q, STMT_REQUEST_LETTER_RESULT_ADD__RECORDED_US, s->now_us);
	stmt_put_text(q, STMT_REQUEST_LETTER_RESULT_ADD__RECORDED_BY, r->recorded_by);
	return stmt_run(q, why);
}
