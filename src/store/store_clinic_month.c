#include "store/store_clinic_month.h"

#include "store/store_room.h"

int64_t
clinic_month_of(struct day_span span)
{
	int y, m, d, last_y, last_m;

	if (!day_known(span.first) || !day_known(span.last))
		return CLINIC_MONTH_NONE;
	day_split(span.last, &last_y, &last_m, &d);
	day_split(span.first, &y, &m, &d);
	return y == last_y && m == last_m ? (int64_t)y * 12 + m - 1 : CLINIC_MONTH_NONE;
}

day
clinic_month_first(int64_t month)
{
	day first;

	return month >= 0 && day_make((int)(month / 12), (int)(month % 12) + 1, 1, &first) == RC_OK ? first : DAY_NONE;
}

day
clinic_month_last(int64_t month)
{
	day next = clinic_month_first(month + 1);

	return month < 0 || !day_known(next) ? DAY_NONE : day_add(next, -1);
}

enum rc
store_clinic_month_add(struct store *s, const struct clinic_month *came, const char *file, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CLINIC_MONTH_ADD);

	stmt_put_text(q, STMT_CLINIC_MONTH_ADD__CODE, came->code);
	stmt_put_int(q, STMT_CLINIC_MONTH_ADD__MONTH, came->month);
	stmt_put_int(q, STMT_CLINIC_MONTH_ADD__N_NEW, came->n_new);
	stmt_put_int(q, STMT_CLINIC_MONTH_ADD__N_CHANGED, came->n_changed);
	stmt_put_int(q, STMT_CLINIC_MONTH_ADD__N_HELD, came->n_held);
	stmt_put_int(q, STMT_CLINIC_MONTH_ADD__NOW_US, s->now_us);
	stmt_put_text(q, STMT_CLINIC_MONTH_ADD__FILE, file);
	return stmt_run(q, why);
}

enum rc
store_clinic_month_zero(struct store *s, const char *code, int64_t month, const char *by, const char *note,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CLINIC_MONTH_ZERO);

	stmt_put_text(q, STMT_CLINIC_MONTH_ZERO__CODE, code);
	stmt_put_int(q, STMT_CLINIC_MONTH_ZERO__MONTH, month);
	if (by != NULL) {
		stmt_put_int(q, STMT_CLINIC_MONTH_ZERO__ZERO_US, s->now_us);
		stmt_put_text(q, STMT_CLINIC_MONTH_ZERO__ZERO_BY, by);
		stmt_put_text(q, STMT_CLINIC_MONTH_ZERO__ZERO_NOTE, note);
	} else {
		stmt_put_null(q, STMT_CLINIC_MONTH_ZERO__ZERO_US);
		stmt_put_null(q, STMT_CLINIC_MONTH_ZERO__ZERO_BY);
		stmt_put_null(q, STMT_CLINIC_MONTH_ZERO__ZERO_NOTE);
	}
	return stmt_run(q, why);
}

enum rc
store_clinic_month_list(struct store *s, const char *code, struct arena *a, struct clinic_month **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct clinic_month), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, code != NULL ? STMT_CLINIC_MONTH_OF : STMT_CLINIC_MONTH_ALL);
	struct clinic_month *m;
	enum rc rc;

	if (code != NULL)
		stmt_put_text(q, STMT_CLINIC_MONTH_OF__CODE, code);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((m = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/clinic", "no memory");
		}
		m->code = stmt_text(q, a);
		m->month = stmt_int(q);
		m->n_new = stmt_int(q);
		m->n_changed = stmt_int(q);
		m->n_held = stmt_int(q);
		m->first_us = stmt_int(q);
		m->first_file = stmt_text(q, a);
		m->last_us = stmt_int(q);
		m->last_file = stmt_text(q, a);
		m->zero_us = stmt_int(q);
		m->zero_by = stmt_text(q, a);
		m->zero_note = stmt_text(q, a);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}
