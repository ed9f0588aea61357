#include <string.h>

#include "action/clinic_book.h"
#include "action/duplicate.h"
#include "action/entry_check.h"
#include "action/node.h"
#include "action/provide.h"
#include "record/record_check.h"
#include "store/store_clinic_month.h"
#include "store/store_dose.h"

/*
 * Doses entered at the office, one at a time.  What happened is always recordable; a
 * correction is a new version with its reason, a withdrawal a version too.
 */
static enum rc
take_text(const struct request *r, enum request_tag tag, const char **to)
{
	const char *text = request_text(r, tag);

	if (text != NULL)
		*to = *text == '\0' ? NULL : text;
	return RC_OK;
}

/* The fields that were named over what stands in d. */
static enum rc
take_fields(struct call *c, struct dose *d, struct fault *why)
{
	const struct request *r = c->r;
	const char *text;

	(void)take_text(r, TAG_PRODUCT_TEXT, &d->product_text);
	if ((text = request_text(r, TAG_VACCINE)) != NULL) {
		/* What was given abroad may be on no list of ours; it happened all the same. */
		if (d->product_text == NULL &&
		    (c->a->law == NULL || law_find_product(c->a->law, text, strlen(text)) == LAW_NONE))
			return fault_set(why, RC_INVALID, "vaccine",
			    "unknown code: with the product's name as it is written it is recorded all the same");
		d->vaccine = text;
	}
	d->told_no = (int32_t)request_int(r, TAG_DOSE, d->told_no);
	if (d->told_no < 0 || d->told_no > DOSE_TOLD_MAX)
		return fault_set(why, RC_INVALID, "dose number", "expected 1 to 99, or 0 where the source does not say");
	if ((text = request_text(r, TAG_GIVEN_ON)) != NULL &&
	    day_span_parse(text, strlen(text), &d->given) != RC_OK)
		return fault_set(why, RC_INVALID, "given on", "not a day, month or year");
	if (day_known(request_day(r, TAG_EXPIRES_ON)))
		d->expires = request_day(r, TAG_EXPIRES_ON);
	if ((text = request_text(r, TAG_VOLUME_ML)) != NULL &&
	    dose_volume_parse(text, strlen(text), &d->volume_ul) != RC_OK)
		return fault_set(why, RC_INVALID, "volume", "not an amount in millilitres");
	if ((text = request_text(r, TAG_STATUS)) != NULL &&
	    (dose_status_parse(text, strlen(text), &d->status) != RC_OK || d->status == DOSE_WITHDRAWN))
		return fault_set(why, RC_INVALID, "status", "expected given or not-given");
	if ((text = request_text(r, TAG_VERIFICATION)) != NULL &&
	    dose_verification_parse(text, strlen(text), &d->verification) != RC_OK)
		return fault_set(why, RC_INVALID, "verification", "expected unverified, verified or disputed");
	(void)take_text(r, TAG_LOT, &d->lot);
	(void)take_text(r, TAG_SITE, &d->site);
	(void)take_text(r, TAG_ROUTE, &d->route);
	(void)take_text(r, TAG_CLINIC_CODE, &d->clinic_code);
	(void)take_text(r, TAG_CLINIC, &d->clinic_name);
	(void)take_text(r, TAG_PHYSICIAN, &d->physician);
	(void)take_text(r, TAG_EVIDENCE, &d->evidence);
	(void)take_text(r, TAG_REASON, &d->reason);
	return RC_OK;
}

/* As the law judges the person with it, in the transaction that records it. */
static enum rc
look_again(struct call *c, const struct person *who, const struct dose *now, struct buf *ret_warnings,
    struct fault *why)
{
	struct clinic_book book;
	struct history h;
	enum rc rc;

	/* A birth or day that nobody knows, or no law: nothing can be said, and nothing is refused for it. */
	if (c->a->law == NULL || day_after(who->birth.last, c->today) || who->is_protected)
		return RC_OK;
	if ((rc = node_history(c->a, who, c->today, c->today, &c->arena, &h, why)) != RC_OK)
		return rc;
	if ((rc = clinic_book_read(c, &c->arena, &book, why)) != RC_OK)
		return rc;
	if ((rc = entry_check(&h, who, now, ret_warnings)) != RC_OK)
		return fault_set(why, rc, "dose", "too many warnings");
	return clinic_book_check(c, &book, now, ret_warnings, why);
}

/* A dose that a clinic told on paper has come from it as well. */
static enum rc
count_for_clinic(struct call *c, const struct dose *d, enum store_fate fate, struct fault *why)
{
	struct clinic_month came = { .code = d->source_code, .month = clinic_month_of(d->given) };

	if (d->source != DOSE_SOURCE_CLINIC || fate == STORE_UNCHANGED)
		return RC_OK;
	came.n_new = fate == STORE_NEW;
	came.n_changed = fate != STORE_NEW;
	return store_clinic_month_add(c->a->store, &came, "", why);
}

static enum rc
put(struct call *c, struct dose *d, const struct person *who, struct fault *why)
{
	struct finding found[1];
	struct finding_list list = { found, 1, 0 };
	char text[ID_TEXT_SIZE];
	enum store_fate fate;
	struct buf warnings = BUF_INIT(ENTRY_CHECK_BYTES);
	struct frame f;
	struct id id;
	struct dose now;
	enum rc rc;

	record_check_dose(d, who, c->today, &list);
	if (list.n > 0)
		return fault_set(why, RC_INVALID, found[0].field, "%s", record_check_word(found[0].code));
	if ((rc = store_dose_put(c->a->store, d, &id, &fate, why)) != RC_OK)
		return rc;
	if (fate == STORE_CONFLICT)
		return fault_set(why, RC_CONFLICT, "dose", "the same version stands with other content");
	/* Of what was written only its id, version and state go out. */
	store_see(c->a->store, STORE_EYES_WHOLE);
	if ((rc = provide_changed(c->a, &who->id, !who->is_protected, c->now_us, c->today, why)) != RC_OK ||
	    (rc = count_for_clinic(c, d, fate, why)) != RC_OK ||
	    (rc = duplicate_settle(c->a, &who->id, c->today, why)) != RC_OK ||
	    (rc = store_dose_get(c->a->store, &id, &c->arena, &now, why)) != RC_OK ||
	    (rc = look_again(c, who, &now, &warnings, why)) != RC_OK ||
	    (rc = node_audit(c, &who->id, AUDIT_DONE, dose_status_word(d->status), why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		goto out;
	id_write(&now.statement, text);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_DOSE_ID, text);
	frame_put_int(&f, TAG_VERSION, now.version);
	frame_put_text(&f, TAG_STATE, dose_status_word(now.status));
	if (warnings.len > 0)
		frame_put_text(&f, TAG_WARNINGS, warnings.data);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
 out:
	buf_clear(&warnings);
	return rc;
}

enum rc
do_dose_add(struct call *c, struct fault *why)
{
	struct dose d = { .source = DOSE_SOURCE_OFFICE, .source_code = "", .source_version = 1,
	    .expires = DAY_NONE, .volume_ul = DOSE_VOLUME_UNKNOWN, .status = DOSE_GIVEN,
	    .verification = DOSE_UNVERIFIED };
	const char *source = request_text(c->r, TAG_SOURCE);
	char text[ID_TEXT_SIZE];
	struct person p;
	struct id fresh;
	enum rc rc;

	if (source != NULL && (dose_source_parse(source, strlen(source), &d.source) != RC_OK ||
	    d.source == DOSE_SOURCE_MUNICIPALITY))
		return fault_set(why, RC_INVALID, "source",
		    "expected office, handbook, certificate, person or clinic");
	if ((rc = take_fields(c, &d, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK ||
	    (rc = store_id_new(c->a->store, &fresh, why)) != RC_OK)
		return rc;
	id_write(&fresh, text);
	d.person = c->record;
	d.source_id = text;
	if (d.source == DOSE_SOURCE_CLINIC) {
		if (d.clinic_code == NULL)
			return fault_set(why, RC_INVALID, "clinic code", "needed when a clinic is the source");
		d.source_code = d.clinic_code;
	}
	return put(c, &d, &p, why);
}

/* Every version of the statement named by any of its versions' ids, oldest first; at least one. */
static enum rc
find_versions(struct call *c, struct dose **ret_version, size_t *ret_n, struct fault *why)
{
	const char *text = request_text(c->r, TAG_DOSE_ID);
	struct id id;
	enum rc rc;

	if (id_parse(text, strlen(text), &id) != RC_OK)
		return fault_set(why, RC_INVALID, "dose id", "not an id: 32 hexadecimal digits");
	node_see(c);
	rc = store_dose_versions(c->a->store, &id, &c->arena, ret_version, ret_n, why);
	if (rc == RC_ABSENT || (rc == RC_OK && *ret_n == 0))
		return fault_set(why, RC_ABSENT, "dose id", "no statement of this id");
	return rc;
}

static enum rc
check_ours(const struct dose *d, struct fault *why)
{
	return d->relayed_by == NULL ? RC_OK : fault_set(why, RC_REFUSED, "dose id",
	    "it was recorded by another municipality: only that one can correct it");
}

/* The latest version of a statement of ours. */
static enum rc
find_statement(struct call *c, struct dose *ret_dose, struct person *ret_person, struct fault *why)
{
	struct dose *version;
	size_t n;
	enum rc rc;

	if ((rc = find_versions(c, &version, &n, why)) != RC_OK ||
	    (rc = check_ours(&version[n - 1], why)) != RC_OK)
		return rc;
	*ret_dose = version[n - 1];
	return store_person_get(c->a->store, &ret_dose->person, &c->arena, ret_person, why);
}

static bool
same_text(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* A correction that changes nothing would travel to every town that was told, and say nothing there. */
static bool
says_the_same(const struct dose *a, const struct dose *b)
{
	return same_text(a->vaccine, b->vaccine) && day_equal(a->given.first, b->given.first) &&
	    day_equal(a->given.last, b->given.last) && a->told_no == b->told_no && day_equal(a->expires, b->expires) &&
	    a->volume_ul == b->volume_ul && a->status == b->status && a->verification == b->verification &&
	    same_text(a->product_text, b->product_text) && same_text(a->lot, b->lot) && same_text(a->site, b->site) &&
	    same_text(a->route, b->route) && same_text(a->clinic_code, b->clinic_code) &&
	    same_text(a->clinic_name, b->clinic_name) && same_text(a->physician, b->physician) &&
	    same_text(a->evidence, b->evidence);
}

enum rc
do_dose_correct(struct call *c, struct fault *why)
{
	struct person p;
	struct dose d, before;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = find_statement(c, &d, &p, why)) != RC_OK)
		return rc;
	before = d;
	if ((rc = take_fields(c, &d, why)) != RC_OK)
		return rc;
	if (says_the_same(&before, &d))
		return fault_set(why, RC_INVALID, "dose id", "nothing would change: name what is wrong, and how it should be");
	d.source_version++;
	d.origin_municipality = NULL;
	return put(c, &d, &p, why);
}

enum rc
do_dose_withdraw(struct call *c, struct fault *why)
{
	struct person p;
	struct dose d;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = find_statement(c, &d, &p, why)) != RC_OK)
		return rc;
	d.source_version++;
	d.origin_municipality = NULL;
	d.status = DOSE_WITHDRAWN;
	d.reason = request_text(c->r, TAG_REASON);
	return put(c, &d, &p, why);
}

/* What stood before the last correction or withdrawal stands again: as a version more, with its reason. */
enum rc
do_dose_undo(struct call *c, struct fault *why)
{
	struct dose *version, d;
	struct person p;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = find_versions(c, &version, &n, why)) != RC_OK ||
	    (rc = check_ours(&version[n - 1], why)) != RC_OK)
		return rc;
	if (n < 2)
		return fault_set(why, RC_REFUSED, "dose id", "it was never corrected: there is nothing to undo");
	d = version[n - 2];
	d.source_version = version[n - 1].source_version + 1;
	d.origin_municipality = NULL;
	d.reason = request_text(c->r, TAG_REASON);
	if ((rc = store_person_get(c->a->store, &d.person, &c->arena, &p, why)) != RC_OK)
		return rc;
	return put(c, &d, &p, why);
}

static enum rc
reply_version(struct call *c, const struct dose *d, struct fault *why)
{
	char given[DAY_TEXT_SIZE], volume[DOSE_VOLUME_TEXT_SIZE];
	struct frame f;
	enum rc rc;

	day_span_write(d->given, given);
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_VERSION, d->version);
	frame_put_int(&f, TAG_AT, d->recorded_us);
	frame_put_text(&f, TAG_STATUS, dose_status_word(d->status));
	frame_put_text(&f, TAG_VACCINE, d->vaccine);
	frame_put_text(&f, TAG_GIVEN_ON, given);
	frame_put_text(&f, TAG_LOT, d->lot);
	frame_put_day(&f, TAG_EXPIRES_ON, d->expires);
	if (d->volume_ul != DOSE_VOLUME_UNKNOWN) {
		dose_volume_write(d->volume_ul, volume);
		frame_put_text(&f, TAG_VOLUME_ML, volume);
	}
	frame_put_text(&f, TAG_SITE, d->site);
	frame_put_text(&f, TAG_ROUTE, d->route);
	frame_put_text(&f, TAG_CLINIC_CODE, d->clinic_code);
	frame_put_text(&f, TAG_CLINIC, d->clinic_name);
	frame_put_text(&f, TAG_PHYSICIAN, d->physician);
	frame_put_text(&f, TAG_EVIDENCE, d->evidence);
	frame_put_text(&f, TAG_REASON, d->reason);
	frame_put_text(&f, TAG_PRODUCT_TEXT, d->product_text);
	if (d->told_no != 0)
		frame_put_int(&f, TAG_DOSE, d->told_no);
	frame_put_text(&f, TAG_VERIFICATION, dose_verification_word(d->verification));
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Before and after: every version as it was told. */
enum rc
do_dose_versions(struct call *c, struct fault *why)
{
	struct dose *version;
	struct person p;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = find_versions(c, &version, &n, why)) != RC_OK ||
	    (rc = store_person_get(c->a->store, &version[0].person, &c->arena, &p, why)) != RC_OK)
		return rc;
	if (p.is_shielded)
		return fault_set(why, RC_REFUSED, "dose id", "the record is protected");
	if ((rc = node_audit(c, &p.id, AUDIT_DONE, p.is_protected ? "protected-seen" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_version(c, &version[i], why);
	return rc;
}
