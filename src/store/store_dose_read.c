/* Doses as they stand: of a person, of a statement, of a source. */
#include "store/store_dose.h"

#include <stdlib.h>
#include <string.h>

#include "store/store_dose_place.h"
#include "store/store_room.h"
#include "store/store_same.h"

/*
 * Whom a version is said to come from, where several towns told it: the town of its origin, else the one with the
 * smallest code.  So it does not depend on who told it first.
 */
static enum rc
choose_relay(struct store *s, struct dose *d, struct arena *a, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DOSE_TOLD_OF);
	const char *code;
	enum rc rc;

	stmt_put_id(q, STMT_DOSE_TOLD_OF__ID, &d->id);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((rc = store_town_text(s, stmt_int(q), a, &code, why)) != RC_OK) {
			stmt_drop(q);
			return rc;
		}
		if (strcmp(d->relayed_by, d->source_code) != 0 &&
		    (strcmp(code, d->source_code) == 0 || strcmp(code, d->relayed_by) < 0))
			d->relayed_by = code;
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc
read_dose(struct store *s, struct stmt *q, struct arena *a, struct dose *ret_dose,
    struct fault *why)
{
	struct dose d = { .is_latest = true };
	int64_t source, relay, product, clinic;
	const char *relay_code;
	char *hex;
	enum rc rc;

	d.person = stmt_id(q);
	d.statement = stmt_id(q);
	d.version = stmt_int(q);
	d.id = stmt_id(q);
	source = stmt_int(q);
	d.source_id = stmt_text(q, a);
	d.source_version = stmt_int(q);
	relay = stmt_int(q);
	d.asserted_by = stmt_text(q, a);
	d.given.first = stmt_day(q);
	d.given.last = stmt_day(q);
	product = stmt_int(q);
	d.lot = stmt_text(q, a);
	d.expires = stmt_day(q);
	d.volume_ul = (int32_t)stmt_int_or(q, DOSE_VOLUME_UNKNOWN);
	d.site = stmt_text(q, a);
	d.route = stmt_text(q, a);
	clinic = stmt_int(q);
	d.physician = stmt_text(q, a);
	d.status = (enum dose_status)stmt_int(q);
	d.reason = stmt_text(q, a);
	d.evidence = stmt_text(q, a);
	d.verification = (enum dose_verification)stmt_int(q);
	d.recorded_us = stmt_int(q);
	d.told_no = (int32_t)stmt_int(q);
	d.product_text = stmt_text(q, a);
	if ((rc = store_source_text(s, source, a, &d.source, &d.source_code, why)) != RC_OK ||
	    (rc = store_town_text(s, relay, a, &relay_code, why)) != RC_OK ||
	    (rc = store_product_text(s, product, a, &d.vaccine, why)) != RC_OK ||
	    (rc = store_clinic_text(s, clinic, a, &d.clinic_code, &d.clinic_name, why)) != RC_OK)
		return rc;
	d.relayed_by = relay_code;
	if (relay_code != NULL) {
		d.origin_municipality = d.source_code;
		d.origin_id = d.source_id;
		d.origin_version = d.source_version;
		if ((rc = choose_relay(s, &d, a, why)) != RC_OK)
			return rc;
	} else {
		if ((hex = arena_array(a, ID_TEXT_SIZE, 1)) == NULL)
			return fault_set(why, RC_NOMEM, "store/dose", "no memory");
		id_write(&d.statement, hex);
		d.origin_municipality = s->municipality;
		d.origin_id = hex;
		d.origin_version = d.source_version;
	}
	*ret_dose = d;
	return RC_OK;
}

/*
 * The n versions of one statement that end the array, in the order of their source, which need not be the order in
 * which they came: an older one can be overtaken by its own correction on the way.
 */
static void
order_versions(struct dose *d, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && d[k].source_version < d[k - 1].source_version; k--) {
			struct dose later = d[k - 1];

			d[k - 1] = d[k];
			d[k] = later;
		}
	for (size_t i = 0; i < n; i++)
		d[i].is_latest = i + 1 == n;
}

/* Every row of the running statement; rows of one statement lie together, oldest first. */
static enum rc
read_all(struct store *s, struct stmt *q, struct rows *rows, bool latest_only, struct fault *why)
{
	struct dose d, *last = NULL;
	int64_t of_one = 0;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((rc = read_dose(s, q, rows->arena, &d, why)) != RC_OK) {
			stmt_drop(q);
			return rc;
		}
		if (last != NULL && !id_equal(&last->statement, &d.statement))
			of_one = 0;
		of_one++;
		if (of_one > 1 && latest_only) {
			if (d.source_version >= last->source_version)
				*last = d;
			continue;
		}
		if ((last = rows_add(rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/dose", "no memory");
		}
		*last = d;
		if (!latest_only)
			order_versions(last - (of_one - 1), (size_t)of_one);
		last = (struct dose *)rows->at + rows->n - 1;
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

static int
by_day_given(const void *a, const void *b)
{
	const struct dose *x = a, *y = b;
	int c = day_compare(x->given.first, y->given.first);

	return c != 0 ? c : id_compare(&x->id, &y->id);
}

enum rc
store_dose_list(struct store *s, const struct id *person, struct arena *a,
    struct dose **ret_doses, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct dose), NULL, 0, 0 };
	struct id record[SAME_RECORDS_MAX];
	struct stmt *q;
	size_t n;
	enum rc rc;

	if ((rc = store_not_shielded(s, person, why)) != RC_OK || (rc = store_same_of(s, person, record, &n, why)) != RC_OK)
		return rc;
	/* A statement stays with the record under which it first came. */
	for (size_t i = 0; i < n; i++) {
		q = stmt_start(s, STMT_DOSE_OF);
		stmt_put_id(q, STMT_DOSE_OF__PERSON, &record[i]);
		if ((rc = read_all(s, q, &rows, true, why)) != RC_OK)
			return rc;
	}
	if (rows.n > 1)
		qsort(rows.at, rows.n, rows.each, by_day_given);
	*ret_doses = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_dose_place(struct store *s, const struct id *id, struct id *ret_person, struct id *ret_statement,
    int64_t *ret_version, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DOSE_PLACE);
	enum rc rc;

	stmt_put_id(q, STMT_DOSE_PLACE__ID, id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	*ret_person = stmt_id(q);
	*ret_statement = stmt_id(q);
	*ret_version = stmt_int(q);
	return stmt_end(q, why);
}

enum rc
store_dose_last(struct store *s, const struct id *person, const struct id *statement, int64_t *ret_lowest, int64_t *ret_version,
    int64_t *ret_source_version, struct id *ret_id, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DOSE_LAST);
	enum rc rc;

	stmt_put_id(q, STMT_DOSE_LAST__PERSON, person);
	stmt_put_id(q, STMT_DOSE_LAST__STATEMENT, statement);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	*ret_lowest = stmt_int(q);
	*ret_version = stmt_int(q);
	*ret_source_version = stmt_int(q);
	*ret_id = stmt_id(q);
	return stmt_end(q, why);
}

enum rc
store_dose_versions(struct store *s, const struct id *statement, struct arena *a,
    struct dose **ret_doses, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct dose), NULL, 0, 0 };
	struct id person, same;
	struct stmt *q;
	int64_t version;
	enum rc rc;

	rc = store_dose_place(s, statement, &person, &same, &version, why);
	if (rc == RC_ABSENT) {
		*ret_doses = NULL;
		*ret_n = 0;
		return RC_OK;
	}
	if (rc != RC_OK || (rc = store_not_shielded(s, &person, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_DOSE_VERSIONS);
	stmt_put_id(q, STMT_DOSE_VERSIONS__PERSON, &person);
	stmt_put_id(q, STMT_DOSE_VERSIONS__STATEMENT, &same);
	if ((rc = read_all(s, q, &rows, false, why)) != RC_OK)
		return rc;
	*ret_doses = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_dose_get(struct store *s, const struct id *id, struct arena *a, struct dose *ret_dose,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DOSE_GET);
	struct dose d;
	struct id last;
	int64_t lowest, version, source_version;
	enum rc rc, ended;

	stmt_put_id(q, STMT_DOSE_GET__ID, id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	rc = read_dose(s, q, a, &d, why);
	ended = stmt_end(q, rc == RC_OK ? why : NULL);
	if (rc != RC_OK || (rc = ended) != RC_OK ||
	    (rc = store_dose_last(s, &d.person, &d.statement, &lowest, &version, &source_version, &last, why)) != RC_OK)
		return rc;
	d.is_latest = id_equal(&d.id, &last);
	*ret_dose = d;
	return RC_OK;
}

enum rc
store_dose_by_source(struct store *s, int64_t source, const char *source_id, struct id *ret_id,
    struct id *ret_person, struct id *ret_statement, int64_t *ret_source_version,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DOSE_BY_SOURCE);
	enum rc rc;

	stmt_put_int(q, STMT_DOSE_BY_SOURCE__SOURCE, source);
	stmt_put_text(q, STMT_DOSE_BY_SOURCE__SOURCE_ID, source_id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	*ret_id = stmt_id(q);
	*ret_person = stmt_id(q);
	*ret_statement = stmt_id(q);
	(void)stmt_int(q);
	*ret_source_version = stmt_int(q);
	return stmt_end(q, why);
}

enum rc
store_dose_find_source(struct store *s, enum dose_source source, const char *source_code,
    const char *source_id, struct id *ret_id, struct fault *why)
{
	struct id person, statement, id;
	int64_t no, version;
	enum rc rc;

	if ((rc = store_source_find(s, source, source_code, &no, why)) != RC_OK ||
	    (rc = store_dose_by_source(s, no, source_id, &id, &person, &statement, &version, why)) != RC_OK)
		return rc;
	*ret_id = id;
	return RC_OK;
}

enum rc
store_dose_count(struct store *s, int64_t *ret_versions, int64_t *ret_statements,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DOSE_COUNT);
	int64_t versions, statements;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	versions = stmt_int(q);
	statements = stmt_int(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_versions = versions;
	*ret_statements = statements;
	return RC_OK;
}
