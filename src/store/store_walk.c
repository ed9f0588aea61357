#include "store/store_walk.h"

#include <stdlib.h>

#include "store/store_room.h"
#include "store/store_same.h"

#define FIRST_ROOM 4096
/* A birth that is known to the year alone begins this long before the day asked for. */
#define SPAN_DAYS_MAX 366

static int
by_id(const void *a, const void *b)
{
	return id_compare(a, b);
}

enum rc
store_walk_births(struct store *s, day first, day last, struct id **ret_ids, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_WALK_BIRTHS);
	struct id *ids = NULL, *more;
	size_t n = 0, room = 0;
	enum rc rc;

	stmt_put_day(q, STMT_WALK_BIRTHS__SINCE, day_add(first, -SPAN_DAYS_MAX));
	stmt_put_day(q, STMT_WALK_BIRTHS__FIRST, first);
	stmt_put_day(q, STMT_WALK_BIRTHS__LAST, last);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if (n == room) {
			room = room == 0 ? FIRST_ROOM : 2 * room;
			if ((more = reallocarray(ids, room, sizeof(*ids))) == NULL) {
				stmt_drop(q);
				free(ids);
				return fault_set(why, RC_NOMEM, "store/walk", "no memory");
			}
			ids = more;
		}
		ids[n++] = stmt_id(q);
	}
	if (rc != RC_ABSENT) {
		free(ids);
		return rc;
	}
	if (n > 1)
		qsort(ids, n, sizeof(*ids), by_id);
	*ret_ids = ids;
	*ret_n = n;
	return RC_OK;
}

static enum rc
read_residences(struct store *s, const struct id *id, struct arena *a, struct person *p, struct fault *why)
{
	struct rows rows = { a, sizeof(struct residence), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_RESIDENCE_OF);
	struct residence *r;
	enum rc rc;

	stmt_put_id(q, STMT_RESIDENCE_OF__PERSON, id);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/walk", "no memory");
		}
		r->from = stmt_day(q);
		r->until = stmt_day(q);
		if ((rc = store_town_text(s, stmt_int(q), a, &r->previous, why)) != RC_OK ||
		    (rc = store_town_text(s, stmt_int(q), a, &r->next, why)) != RC_OK) {
			stmt_drop(q);
			return rc;
		}
		r->entry = (enum residence_entry)stmt_int(q);
		r->exit = (enum residence_exit)stmt_int(q);
	}
	if (rc != RC_ABSENT)
		return rc;
	p->residences = rows.at;
	p->n_residences = rows.n;
	return RC_OK;
}

enum rc
store_walk_person(struct store *s, const struct id *id, struct arena *a, struct person *ret_person,
    struct fault *why)
{
	struct id same[SAME_RECORDS_MAX];
	struct stmt *q;
	size_t n;
	struct person p = { .id = *id, .protected_from = DAY_NONE, .protected_until = DAY_NONE,
	    .registration_until = DAY_NONE };
	enum rc rc;

	if ((rc = store_same_of(s, id, same, &n, why)) != RC_OK)
		return rc;
	if (n > 1)
		return store_person_get(s, id, a, ret_person, why);
	q = stmt_start(s, STMT_WALK_PERSON);
	stmt_put_id(q, STMT_WALK_PERSON__ID, id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	p.addressee_no = stmt_text(q, a);
	p.birth.first = stmt_day(q);
	p.birth.last = stmt_day(q);
	p.sex = (enum sex)stmt_int(q);
	p.died_on = stmt_day(q);
	p.is_protected = stmt_int(q) != 0;
	p.is_shielded = stmt_int(q) != 0;
	p.registration = (enum person_registration)stmt_int(q);
	p.language = stmt_text(q, a);
	p.address = stmt_text(q, a);
	if ((rc = stmt_end(q, why)) != RC_OK || (rc = read_residences(s, id, a, &p, why)) != RC_OK)
		return rc;
	*ret_person = p;
	return RC_OK;
}

static int
by_day_given(const void *a, const void *b)
{
	const struct dose *x = a, *y = b;
	int c = day_compare(x->given.first, y->given.first);

	return c != 0 ? c : id_compare(&x->id, &y->id);
}

/* Of one record, in the order in which its doses lie on disk. */
static enum rc
read_doses(struct store *s, const struct id *person, struct arena *a, struct rows *rows, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_WALK_DOSES);
	struct dose *last = NULL, d;
	int64_t product, source, relay;
	enum rc rc;

	stmt_put_id(q, STMT_WALK_DOSES__PERSON, person);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		d = (struct dose){ .person = *person, .is_latest = true, .volume_ul = DOSE_VOLUME_UNKNOWN,
		    .expires = DAY_NONE };
		d.statement = stmt_id(q);
		d.version = stmt_int(q);
		d.id = stmt_id(q);
		d.source_version = stmt_int(q);
		d.given.first = stmt_day(q);
		d.given.last = stmt_day(q);
		product = stmt_int(q);
		d.status = (enum dose_status)stmt_int(q);
		source = stmt_int(q);
		relay = stmt_int(q);
		if ((rc = store_product_text(s, product, a, &d.vaccine, why)) != RC_OK ||
		    (rc = store_source_text(s, source, a, &d.source, &d.source_code, why)) != RC_OK ||
		    (rc = store_town_text(s, relay, a, &d.relayed_by, why)) != RC_OK) {
			stmt_drop(q);
			return rc;
		}
		/* Versions of one statement lie together; the last by its source stands, whenever it came. */
		if (last == NULL || !id_equal(&last->statement, &d.statement))
			last = rows_add(rows);
		else if (d.source_version < last->source_version)
			continue;
		if (last == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/walk", "no memory");
		}
		*last = d;
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

enum rc
store_walk_doses(struct store *s, const struct id *person, struct arena *a, struct dose **ret_doses,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct dose), NULL, 0, 0 };
	struct id records[SAME_RECORDS_MAX];
	size_t n;
	enum rc rc;

	if ((rc = store_same_of(s, person, records, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if ((rc = read_doses(s, &records[i], a, &rows, why)) != RC_OK)
			return rc;
	if (rows.n > 1)
		qsort(rows.at, rows.n, sizeof(struct dose), by_day_given);
	*ret_doses = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}
