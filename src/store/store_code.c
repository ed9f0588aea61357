#include "store/store_inquiry.h"
#include "store/store_room.h"

static void
take(struct stmt *q, struct arena *a, struct code_row *r)
{
	r->person = stmt_id(q);
	r->state = stmt_int(q);
	r->acquisition_no = stmt_text(q, a);
	r->integrated_no = stmt_text(q, a);
	r->reception_no = stmt_text(q, a);
	r->next_us = stmt_int(q);
	r->attempts = stmt_int(q);
	r->is_ended = stmt_int(q) != 0;
	r->last = stmt_text(q, a);
	r->changed_us = stmt_int(q);
}

static enum rc
one(struct stmt *q, struct arena *a, struct code_row *ret_row, struct fault *why)
{
	struct code_row r;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &r);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_row = r;
	return rc;
}

enum rc
store_code_put(struct store *s, const struct code_row *row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CODE_PUT);

	stmt_put_id(q, STMT_CODE_PUT__PERSON, &row->person);
	stmt_put_int(q, STMT_CODE_PUT__STATE, row->state);
	stmt_put_text(q, STMT_CODE_PUT__ACQUISITION_NO, row->acquisition_no);
	stmt_put_text(q, STMT_CODE_PUT__INTEGRATED_NO, row->integrated_no);
	stmt_put_text(q, STMT_CODE_PUT__RECEPTION_NO, row->reception_no);
	stmt_put_int(q, STMT_CODE_PUT__NEXT_US, row->next_us);
	stmt_put_int(q, STMT_CODE_PUT__ATTEMPTS, row->attempts);
	stmt_put_int(q, STMT_CODE_PUT__IS_ENDED, row->is_ended);
	stmt_put_text(q, STMT_CODE_PUT__LAST, row->last);
	stmt_put_int(q, STMT_CODE_PUT__CHANGED_US, s->now_us);
	return stmt_run(q, why);
}

enum rc
store_code_get(struct store *s, const struct id *person, struct arena *a, struct code_row *ret_row,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CODE_GET);

	stmt_put_id(q, STMT_CODE_GET__PERSON, person);
	return one(q, a, ret_row, why);
}

enum rc
store_code_find_reception(struct store *s, const char *reception_no, struct arena *a,
    struct code_row *ret_row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CODE_BY_RECEPTION);

	stmt_put_text(q, STMT_CODE_BY_RECEPTION__RECEPTION_NO, reception_no);
	return one(q, a, ret_row, why);
}

enum rc
store_code_due(struct store *s, int64_t now_us, size_t cap, struct arena *a,
    struct code_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct code_row), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_CODE_DUE);
	struct code_row *r;
	enum rc rc;

	stmt_put_int(q, STMT_CODE_DUE__NOW_US, now_us);
	stmt_put_int(q, STMT_CODE_DUE__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/code", "no memory");
		}
		take(q, a, r);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}
