#include "store/store_circumstance.h"

#include <stdlib.h>

#include "store/store_each.h"

enum rc
store_circumstance_add(struct store *s, const struct circumstance *c, struct id *ret_id,
    struct fault *why)
{
	struct stmt *q;
	struct id id;
	enum rc rc;

	if ((rc = store_id_new(s, &id, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_CIRCUMSTANCE_ADD);
	stmt_put_id(q, STMT_CIRCUMSTANCE_ADD__PERSON, &c->person);
	stmt_put_id(q, STMT_CIRCUMSTANCE_ADD__ID, &id);
	stmt_put_int(q, STMT_CIRCUMSTANCE_ADD__KIND, c->kind);
	stmt_put_text(q, STMT_CIRCUMSTANCE_ADD__CODE, c->code);
	stmt_put_day(q, STMT_CIRCUMSTANCE_ADD__FROM_ON, c->from);
	stmt_put_day(q, STMT_CIRCUMSTANCE_ADD__UNTIL_ON, c->until);
	stmt_put_int(q, STMT_CIRCUMSTANCE_ADD__VALUE, c->value);
	stmt_put_text(q, STMT_CIRCUMSTANCE_ADD__EVIDENCE, c->evidence);
	stmt_put_int(q, STMT_CIRCUMSTANCE_ADD__RECORDED_US, s->now_us);
	stmt_put_text(q, STMT_CIRCUMSTANCE_ADD__RECORDED_BY, c->recorded_by);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_id = id;
	return rc;
}

enum rc
store_circumstance_end(struct store *s, const struct id *id, const char *reason, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CIRCUMSTANCE_END);
	enum rc rc;

	stmt_put_id(q, STMT_CIRCUMSTANCE_END__ID, id);
	stmt_put_int(q, STMT_CIRCUMSTANCE_END__ENDED_US, s->now_us);
	stmt_put_text(q, STMT_CIRCUMSTANCE_END__END_REASON, reason);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) == 1 ? RC_OK : fault_set(why, RC_ABSENT, "circumstance", "none that stands");
}

static void
take(struct stmt *q, struct arena *a, struct circumstance *r)
{
	int64_t kind;

	r->id = stmt_id(q);
	r->person = stmt_id(q);
	kind = stmt_int(q);
	r->kind = kind >= 0 && kind < CIRCUMSTANCE_KIND__COUNT ? (enum circumstance_kind)kind :
	    CIRCUMSTANCE_KIND__COUNT;
	r->code = stmt_text(q, a);
	r->from = stmt_day(q);
	r->until = stmt_day(q);
	r->value = stmt_int(q);
	r->evidence = stmt_text(q, a);
	r->recorded_us = stmt_int(q);
	r->recorded_by = stmt_text(q, a);
	r->ended_us = stmt_int(q);
	r->end_reason = stmt_text(q, a);
}

enum rc
store_circumstance_get(struct store *s, const struct id *id, struct arena *a, struct circumstance *ret,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CIRCUMSTANCE_GET);
	struct circumstance r;
	enum rc rc;

	stmt_put_id(q, STMT_CIRCUMSTANCE_GET__ID, id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &r);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret = r;
	return rc;
}

static int
by_id(const void *a, const void *b)
{
	const struct circumstance *x = a, *y = b;

	return id_compare(&x->id, &y->id);
}

enum rc
store_circumstance_of(struct store *s, const struct id *person, struct arena *a,
    struct circumstance **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct circumstance), NULL, 0, 0 };
	struct circumstance *r;
	struct each_record e;
	enum rc rc;

	if ((rc = each_record_start(&e, s, STMT_CIRCUMSTANCE_OF, STMT_CIRCUMSTANCE_OF__PERSON, person, why)) != RC_OK)
		return rc;
	while ((rc = each_record_next(&e, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(e.q);
			return fault_set(why, RC_NOMEM, "store/circumstance", "no memory");
		}
		take(e.q, a, r);
	}
	if (rc != RC_ABSENT)
		return rc;
	if (e.n > 1 && rows.n > 1)
		qsort(rows.at, rows.n, rows.each, by_id);
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}
