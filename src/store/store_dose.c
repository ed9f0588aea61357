#include "store/store_dose.h"

#include <stdlib.h>
#include <string.h>

#include "store/store_dose_place.h"
#include "store/store_duplicate.h"
#include "store/store_room.h"
#include "store/store_same.h"

/* Memory to look at one version that is there already. */
#define ROW_BYTES (256u << 10)

static bool
text_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* What one of them did not say contradicts nothing: a town of before may know no such item. */
static bool
told_same(const struct dose *a, const struct dose *b, bool travelled)
{
	return (a->told_no == b->told_no || (travelled && (a->told_no == 0 || b->told_no == 0))) &&
	    (text_same(a->product_text, b->product_text) ||
	    (travelled && (a->product_text == NULL || b->product_text == NULL)));
}

/* What travels between municipalities; expiry and clinic code do not. */
static bool
content_same(const struct dose *a, const struct dose *b, bool travelled)
{
	return told_same(a, b, travelled) &&
	    day_equal(a->given.first, b->given.first) && day_equal(a->given.last, b->given.last) &&
	    text_same(a->vaccine, b->vaccine) && text_same(a->lot, b->lot) &&
	    a->volume_ul == b->volume_ul && text_same(a->site, b->site) &&
	    text_same(a->route, b->route) && text_same(a->clinic_name, b->clinic_name) &&
	    text_same(a->physician, b->physician) && a->status == b->status &&
	    text_same(a->reason, b->reason) && text_same(a->evidence, b->evidence) &&
	    (travelled || (day_equal(a->expires, b->expires) &&
	    text_same(a->clinic_code, b->clinic_code)));
}

static enum rc
add_version(struct store *s, const struct dose *d, int64_t source, const struct id *statement,
    int64_t version, struct id *ret_id, struct fault *why)
{
	int64_t product, clinic, relay;
	struct stmt *q;
	struct id id;
	enum rc rc;

	if (d->vaccine == NULL || !day_known(d->given.first) || !day_known(d->given.last))
		return fault_set(why, RC_INVALID, "store/dose", "product and day must be stated");
	if ((rc = store_product(s, d->vaccine, &product, why)) != RC_OK ||
	    (rc = store_clinic(s, d->clinic_code, d->clinic_name, &clinic, why)) != RC_OK ||
	    (rc = store_town(s, d->relayed_by, &relay, why)) != RC_OK ||
	    (rc = store_id_new(s, &id, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_DOSE_ADD);
	stmt_put_id(q, STMT_DOSE_ADD__PERSON, &d->person);
	stmt_put_id(q, STMT_DOSE_ADD__STATEMENT, statement != NULL ? statement : &id);
	stmt_put_int(q, STMT_DOSE_ADD__VERSION, version);
	stmt_put_id(q, STMT_DOSE_ADD__ID, &id);
	stmt_put_int(q, STMT_DOSE_ADD__SOURCE, source);
	stmt_put_text(q, STMT_DOSE_ADD__SOURCE_ID, d->source_id);
	stmt_put_int(q, STMT_DOSE_ADD__SOURCE_VERSION, d->source_version);
	if (relay != 0)
		stmt_put_int(q, STMT_DOSE_ADD__RELAY, relay);
	stmt_put_text(q, STMT_DOSE_ADD__ASSERTED_BY, d->asserted_by);
	stmt_put_day(q, STMT_DOSE_ADD__GIVEN_FIRST, d->given.first);
	stmt_put_day(q, STMT_DOSE_ADD__GIVEN_LAST, d->given.last);
	stmt_put_int(q, STMT_DOSE_ADD__PRODUCT, product);
	stmt_put_text(q, STMT_DOSE_ADD__LOT, d->lot);
	stmt_put_day(q, STMT_DOSE_ADD__EXPIRES_ON, d->expires);
	if (d->volume_ul != DOSE_VOLUME_UNKNOWN)
		stmt_put_int(q, STMT_DOSE_ADD__VOLUME_UL, d->volume_ul);
	stmt_put_text(q, STMT_DOSE_ADD__SITE, d->site);
	stmt_put_text(q, STMT_DOSE_ADD__ROUTE, d->route);
	if (clinic != 0)
		stmt_put_int(q, STMT_DOSE_ADD__CLINIC, clinic);
	stmt_put_text(q, STMT_DOSE_ADD__PHYSICIAN, d->physician);
	stmt_put_int(q, STMT_DOSE_ADD__STATUS, (int64_t)d->status);
	stmt_put_text(q, STMT_DOSE_ADD__REASON, d->reason);
	stmt_put_text(q, STMT_DOSE_ADD__EVIDENCE, d->evidence);
	stmt_put_int(q, STMT_DOSE_ADD__VERIFICATION, (int64_t)d->verification);
	stmt_put_int(q, STMT_DOSE_ADD__RECORDED_US, s->now_us);
	if (d->told_no != 0)
		stmt_put_int(q, STMT_DOSE_ADD__TOLD_NO, d->told_no);
	stmt_put_text(q, STMT_DOSE_ADD__PRODUCT_TEXT, d->product_text);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	/* Whatever way a statement comes in: somebody looks whether it tells a dose that is told already. */
	if ((rc = store_duplicate_due_add(s, &d->person, why)) == RC_OK)
		*ret_id = id;
	return rc;
}

/* A withdrawal need not repeat what it withdraws. */
static void
complete(struct dose *d, const struct dose *before)
{
	if (d->status != DOSE_WITHDRAWN)
		return;
	if (d->vaccine == NULL)
		d->vaccine = before->vaccine;
	if (!day_known(d->given.first) || !day_known(d->given.last))
		d->given = before->given;
}

/* Another town tells the same. */
static enum rc
add_teller(struct store *s, const struct id *id, const char *relay, struct fault *why)
{
	struct stmt *q;
	int64_t no;
	enum rc rc;

	if ((rc = store_town(s, relay, &no, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_DOSE_TOLD_ADD);
	stmt_put_id(q, STMT_DOSE_TOLD_ADD__ID, id);
	stmt_put_int(q, STMT_DOSE_TOLD_ADD__RELAY, no);
	return stmt_run(q, why);
}

/* What to do with a further saying of something known.  id: its version of that number. */
static enum rc
compare(struct store *s, const struct dose *d, const struct id *id, bool travelled,
    enum store_fate *ret_fate, struct fault *why)
{
	struct dose old, filled = *d;
	struct arena a;
	enum rc rc;

	arena_init(&a, ROW_BYTES);
	if ((rc = store_dose_get(s, id, &a, &old, why)) == RC_OK) {
		complete(&filled, &old);
		*ret_fate = content_same(&old, &filled, travelled) ? STORE_UNCHANGED : STORE_CONFLICT;
		if (*ret_fate == STORE_UNCHANGED && travelled && old.relayed_by != NULL &&
		    strcmp(old.relayed_by, d->relayed_by) != 0)
			rc = add_teller(s, id, d->relayed_by, why);
	}
	arena_clear(&a);
	return rc == RC_ABSENT ? fault_set(why, RC_DB, "store/dose", "a version is gone") : rc;
}

/* The version of a source that has this number; RC_ABSENT. */
static enum rc
find_version(struct store *s, int64_t source, const struct dose *d, struct id *ret_id, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DOSE_BY_VERSION);
	enum rc rc;

	stmt_put_int(q, STMT_DOSE_BY_VERSION__SOURCE, source);
	stmt_put_text(q, STMT_DOSE_BY_VERSION__SOURCE_ID, d->source_id);
	stmt_put_int(q, STMT_DOSE_BY_VERSION__SOURCE_VERSION, d->source_version);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	*ret_id = stmt_id(q);
	return stmt_end(q, why);
}

/*
 * One version more of what is known.  One that was overtaken on the way by its own correction is kept too, in its
 * place: what stands and what is told of before does not depend on the order.
 */
static enum rc
put_known(struct store *s, const struct dose *d, int64_t source, const struct id *latest,
    const struct id *statement, int64_t latest_version, struct id *ret_id,
    enum store_fate *ret_fate, struct fault *why)
{
	struct dose filled = *d, old;
	struct id id = *latest, last;
	int64_t lowest, version, last_version;
	struct arena a;
	enum rc rc = RC_ABSENT;

	if (d->source_version == latest_version ||
	    (d->source_version < latest_version && (rc = find_version(s, source, d, &id, why)) == RC_OK)) {
		if ((rc = compare(s, d, &id, d->relayed_by != NULL, ret_fate, why)) == RC_OK)
			*ret_id = id;
		return rc;
	}
	if (rc != RC_ABSENT)
		return rc;
	arena_init(&a, ROW_BYTES);
	if ((rc = store_dose_get(s, latest, &a, &old, why)) != RC_OK ||
	    (rc = store_dose_last(s, &d->person, statement, &lowest, &version, &last_version, &last, why)) != RC_OK)
		goto out;
	complete(&filled, &old);
	/* What stands keeps its number, by which others were told of it: one that comes late is numbered below all. */
	version = d->source_version < latest_version ? lowest - 1 : version + 1;
	if ((rc = add_version(s, &filled, source, statement, version, &id, why)) != RC_OK)
		goto out;
	*ret_fate = d->source_version < latest_version ? STORE_UNCHANGED :
	    d->status == DOSE_WITHDRAWN ? STORE_WITHDRAWN : STORE_CHANGED;
	*ret_id = *ret_fate == STORE_UNCHANGED ? *latest : id;
 out:
	arena_clear(&a);
	return rc;
}

/* One of our own statements that comes back through another municipality. */
static enum rc
put_home(struct store *s, const struct dose *d, struct id *ret_id, enum store_fate *ret_fate,
    struct fault *why)
{
	struct id statement, person, same, id = ID_NONE;
	bool same_person;
	struct dose *versions;
	int64_t version;
	struct arena a;
	size_t n = 0;
	enum rc rc;

	if (id_parse(d->origin_id, strlen(d->origin_id), &statement) != RC_OK)
		return RC_ABSENT;
	if ((rc = store_dose_place(s, &statement, &person, &same, &version, why)) != RC_OK)
		return rc;
	if ((rc = store_same_is(s, &person, &d->person, &same_person, why)) != RC_OK)
		return rc;
	if (!same_person) {
		*ret_id = statement;
		*ret_fate = STORE_CONFLICT;
		return RC_OK;
	}
	arena_init(&a, LIMIT_REQUEST_BYTES);
	if ((rc = store_dose_versions(s, &same, &a, &versions, &n, why)) != RC_OK)
		goto out;
	for (size_t i = 0; i < n; i++)
		if (versions[i].source_version == d->origin_version)
			id = versions[i].id;
	if (!id_known(&id)) {
		/* A version of ours that we never wrote. */
		*ret_id = statement;
		*ret_fate = STORE_CONFLICT;
	} else if ((rc = compare(s, d, &id, true, ret_fate, why)) == RC_OK)
		*ret_id = id;
 out:
	arena_clear(&a);
	return rc;
}

static enum rc
put(struct store *s, const struct dose *given, struct id *ret_id, enum store_fate *ret_fate,
    struct fault *why)
{
	struct dose d = *given;
	struct id latest, person, statement;
	int64_t source, latest_version;
	bool same_person;
	enum rc rc;

	if (d.origin_municipality != NULL) {
		if (d.origin_id == NULL || d.origin_id[0] == '\0')
			return fault_set(why, RC_INVALID, "store/dose", "origin id must be stated");
		if (strcmp(d.origin_municipality, s->municipality) == 0) {
			rc = put_home(s, &d, ret_id, ret_fate, why);
			if (rc != RC_ABSENT)
				return rc;
		}
		d.source = DOSE_SOURCE_MUNICIPALITY;
		d.source_code = d.origin_municipality;
		d.source_id = d.origin_id;
		d.source_version = d.origin_version;
		if (d.relayed_by == NULL)
			d.relayed_by = d.origin_municipality;
	} else
		d.relayed_by = d.asserted_by = NULL;
	if (d.source_id == NULL || d.source_id[0] == '\0')
		return fault_set(why, RC_INVALID, "source_id", "must be stated");
	if ((rc = store_source(s, d.source, d.source_code, &source, why)) != RC_OK)
		return rc;
	rc = store_dose_by_source(s, source, d.source_id, &latest, &person, &statement, &latest_version, why);
	if (rc == RC_ABSENT) {
		if ((rc = add_version(s, &d, source, NULL, 1, ret_id, why)) == RC_OK)
			*ret_fate = STORE_NEW;
		return rc;
	}
	if (rc != RC_OK)
		return rc;
	if ((rc = store_same_is(s, &person, &d.person, &same_person, why)) != RC_OK)
		return rc;
	if (!same_person) {
		*ret_id = latest;
		*ret_fate = STORE_CONFLICT;
		return RC_OK;
	}
	/* A statement stays with the record under which it first came. */
	d.person = person;
	return put_known(s, &d, source, &latest, &statement, latest_version, ret_id, ret_fate, why);
}

/* What really happened is always recordable: what is known is compared whole, and nothing of it
 * goes to the caller but an id. */
enum rc
store_dose_put(struct store *s, const struct dose *given, struct id *ret_id,
    enum store_fate *ret_fate, struct fault *why)
{
	enum store_eyes eyes = store_eyes(s);
	enum rc rc;

	store_see(s, STORE_EYES_WHOLE);
	rc = put(s, given, ret_id, ret_fate, why);
	store_see(s, eyes);
	return rc;
}

enum rc
store_dose_correct(struct store *s, const struct id *statement, const struct dose *given,
    struct id *ret_id, struct fault *why)
{
	struct dose d = *given, old;
	char own_id[ID_TEXT_SIZE];
	struct id last, place, person;
	int64_t source, version, lowest, source_version;
	struct arena a;
	enum rc rc;

	if ((rc = store_dose_place(s, statement, &person, &place, &version, why)) != RC_OK ||
	    (rc = store_not_shielded(s, &person, why)) != RC_OK ||
	    (rc = store_dose_last(s, &person, &place, &lowest, &version, &source_version, &last, why)) != RC_OK)
		return rc;
	arena_init(&a, ROW_BYTES);
	if ((rc = store_dose_get(s, &last, &a, &old, why)) != RC_OK)
		goto out;
	if (old.relayed_by != NULL) {
		rc = fault_set(why, RC_REFUSED, "store/dose", "only its origin may correct this statement");
		goto out;
	}
	complete(&d, &old);
	id_write(&place, own_id);
	d.person = person;
	d.source_id = own_id;
	d.source_version = source_version + 1;
	d.relayed_by = d.asserted_by = NULL;
	if ((rc = store_source(s, d.source, d.source_code, &source, why)) == RC_OK)
		rc = add_version(s, &d, source, &place, version + 1, ret_id, why);
 out:
	arena_clear(&a);
	return rc;
}
