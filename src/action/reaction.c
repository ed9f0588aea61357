#include <string.h>

#include "action/dose_report.h"
#include "action/fiscal_number.h"
#include "record/reaction.h"
#include "store/store_dose.h"

/*
 * Suspected adverse reactions (副反応疑い報告), attached to doses.  A doctor reports to the ministry, which tells the
 * municipality that had the dose given (Immunization Act, art. 12); a guardian may tell the municipality, which sends
 * it on through the prefecture.  Here they are kept; whether a dose caused anything, nobody decides here.
 */
/* The day whose ordinance says within which time it is reported: of the onset, else of the notice. */
static day
ruling_day(const struct dose_report *r)
{
	return day_known(r->onset.last) && day_before(r->onset.last, r->noticed_on) ? r->onset.last : r->noticed_on;
}

static void
put_limit(struct frame *f, const struct reaction_limit *l)
{
	char limit[REACTION_LIMIT_SIZE];

	reaction_limit_write(l, limit);
	frame_put_text(f, TAG_LIMIT, limit);
	frame_put_text(f, TAG_BASIS, l->citation);
	if (!l->is_confirmed)
		frame_put_int(f, TAG_UNCONFIRMED, 1);
}

/* The dose as it is on record now; withdrawn or purged ones leave the report standing. */
static enum rc
reply_reaction(struct call *c, const struct dose_report *r, const struct person *p, struct fault *why)
{
	char number[FISCAL_NUMBER_SIZE], dose[ID_TEXT_SIZE], text[DAY_TEXT_SIZE], elapsed[REACTION_LIMIT_SIZE];
	struct reaction_limit limit;
	struct dose *d;
	struct frame f;
	size_t n;
	bool listed;
	enum rc rc;

	if ((rc = store_dose_versions(c->a->store, &r->statement, &c->arena, &d, &n, why)) != RC_OK)
		return rc;
	fiscal_number_write(r->fiscal_year, r->no, number);
	id_write(&r->statement, dose);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_REACTION, number);
	frame_put_int(&f, TAG_VERSION, r->version);
	frame_put_text(&f, TAG_ADDRESSEE, p->addressee_no);
	frame_put_text(&f, TAG_DOSE_ID, dose);
	if (n > 0) {
		d = &d[n - 1];
		day_span_write(d->given, text);
		frame_put_text(&f, TAG_GIVEN_ON, text);
		frame_put_text(&f, TAG_VACCINE, d->vaccine);
	}
	frame_put_text(&f, TAG_SYMPTOM, r->what);
	if (day_known(r->onset.first)) {
		day_span_write(r->onset, text);
		frame_put_text(&f, TAG_ONSET_ON, text);
	}
	if (r->onset_minutes >= 0) {
		reaction_elapsed_write(r->onset_minutes, elapsed);
		frame_put_text(&f, TAG_ONSET_AFTER, elapsed);
	}
	if (n > 0) {
		listed = reaction_limit_find(d->vaccine, r->what, ruling_day(r), &limit);
		frame_put_text(&f, TAG_WITHIN, reaction_within_word(reaction_judge(listed ? &limit : NULL, d->given, r->onset,
		    r->onset_minutes)));
		if (listed)
			put_limit(&f, &limit);
	}
	frame_put_text(&f, TAG_STATE, dose_report_state(r));
	frame_put_day(&f, TAG_RECEIVED_ON, r->noticed_on);
	frame_put_text(&f, TAG_REPORTED_BY, r->noticed_by);
	frame_put_text(&f, TAG_REPORTED_TO, r->reported_to);
	frame_put_day(&f, TAG_REPORTED_ON, r->reported_on);
	frame_put_text(&f, TAG_NOTE, r->note);
	frame_put_text(&f, TAG_REASON, r->reason);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

static enum rc
take_fields(struct call *c, struct dose_report *r, struct fault *why)
{
	const char *symptom = request_text(c->r, TAG_SYMPTOM), *onset = request_text(c->r, TAG_ONSET_ON),
	    *after = request_text(c->r, TAG_ONSET_AFTER);

	if (symptom != NULL) {
		if (reaction_symptom_find(symptom) == NULL)
			return fault_set(why, RC_INVALID, "symptom", "unknown code: see reaction symptoms");
		r->what = symptom;
	}
	if (onset != NULL && *onset == '\0')
		r->onset = (struct day_span){ DAY_NONE, DAY_NONE };
	else if (onset != NULL && day_span_parse(onset, strlen(onset), &r->onset) != RC_OK)
		return fault_set(why, RC_INVALID, "onset-on", "expected a day, a month or a year, as YYYY-MM-DD, YYYY-MM or YYYY");
	if (after != NULL && *after == '\0')
		r->onset_minutes = -1;
	else if (after != NULL && reaction_elapsed_parse(after, &r->onset_minutes) != RC_OK)
		return fault_set(why, RC_INVALID, "onset-after", "expected minutes, hours or days, as 20min, 3h or 5d");
	if (day_known(request_day(c->r, TAG_RECEIVED_ON)))
		r->noticed_on = request_day(c->r, TAG_RECEIVED_ON);
	dose_report_take_text(c->r, TAG_REPORTED_BY, &r->noticed_by);
	if (day_known(r->onset.first) && day_after(r->onset.first, r->noticed_on))
		return fault_set(why, RC_INVALID, "onset-on", "lies after the notice");
	return dose_report_take(c, r, why);
}

/* What is told of the onset must be able to be true of one dose. */
static enum rc
check_onset(const struct dose_report *r, const struct dose *d, struct fault *why)
{
	int64_t days = r->onset_minutes / (24 * 60);

	if (!day_known(r->onset.first))
		return RC_OK;
	if (day_before(r->onset.last, d->given.first))
		return fault_set(why, RC_INVALID, "onset-on", "lies before the dose");
	if (r->onset_minutes >= 0 && (day_gap(d->given.last, r->onset.first) > days + 1 ||
	    day_gap(d->given.first, r->onset.last) < days))
		return fault_set(why, RC_INVALID, "onset-after", "does not fit the days of the dose and of the onset");
	return RC_OK;
}

enum rc
do_reaction_add(struct call *c, struct fault *why)
{
	struct dose_report r = { .kind = DOSE_REPORT_REACTION, .noticed_on = c->today, .reported_on = DAY_NONE,
	    .onset = { DAY_NONE, DAY_NONE }, .onset_minutes = -1 };
	struct dose d;
	enum rc rc;

	if ((rc = take_fields(c, &r, why)) != RC_OK ||
	    (rc = dose_report_begin_add(c, &r, &d, why)) != RC_OK ||
	    (rc = check_onset(&r, &d, why)) != RC_OK)
		return rc;
	return dose_report_finish(c, &r, reply_reaction, why);
}

enum rc
do_reaction_correct(struct call *c, struct fault *why)
{
	struct dose_report r;
	struct dose *d;
	size_t n;
	enum rc rc;

	if ((rc = dose_report_begin_correct(c, DOSE_REPORT_REACTION, TAG_REACTION, &r, why)) != RC_OK ||
	    (rc = take_fields(c, &r, why)) != RC_OK ||
	    (rc = store_dose_versions(c->a->store, &r.statement, &c->arena, &d, &n, why)) != RC_OK ||
	    (n > 0 && (rc = check_onset(&r, &d[n - 1], why)) != RC_OK))
		return rc;
	r.is_withdrawn = request_int(c->r, TAG_UNDO, 0) != 0;
	r.reason = request_text(c->r, TAG_REASON);
	return dose_report_finish(c, &r, reply_reaction, why);
}

enum rc
do_reaction_list(struct call *c, struct fault *why)
{
	return dose_report_list(c, DOSE_REPORT_REACTION, reply_reaction, why);
}

static enum rc
reply_count(struct call *c, const char *product, const char *symptom, int64_t n, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_FISCAL_YEAR, dose_report_year(c));
	frame_put_text(&f, TAG_VACCINE, product);
	frame_put_text(&f, TAG_SYMPTOM, symptom);
	frame_put_int(&f, TAG_COUNT, n);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* By product and symptom, each of which there was one; then all of them. */
enum rc
do_reaction_table(struct call *c, struct fault *why)
{
	struct dose_report_count *row;
	int64_t all = 0;
	size_t n;
	enum rc rc;

	if ((rc = dose_report_counts(c, DOSE_REPORT_REACTION, &row, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		all += row[i].n;
		rc = reply_count(c, row[i].product, row[i].what, row[i].n, why);
	}
	return rc == RC_OK ? reply_count(c, NULL, "all", all, why) : rc;
}

/* Every symptom with its code; of a product those that the ordinance names for it, with the time. */
enum rc
do_reaction_symptoms(struct call *c, struct fault *why)
{
	const char *product = request_text(c->r, TAG_VACCINE);
	day on = day_known(request_day(c->r, TAG_ON)) ? request_day(c->r, TAG_ON) : c->today;
	bool any = false;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK || (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < reaction_symptom_count() && rc == RC_OK; i++) {
		const struct reaction_symptom *s = reaction_symptom_at(i);
		struct reaction_limit limit;
		struct frame f;

		if (product != NULL && !reaction_limit_find(product, s->code, on, &limit))
			continue;
		any = true;
		frame_init(&f, RESULT_ROW);
		frame_put_text(&f, TAG_SYMPTOM_CODE, s->code);
		frame_put_text(&f, TAG_SYMPTOM, s->code);
		if (product != NULL)
			put_limit(&f, &limit);
		rc = node_reply(c, &f, why);
		frame_clear(&f);
	}
	return rc != RC_OK || any ? rc :
	    fault_set(why, RC_ABSENT, "vaccine", "the ordinance has no reactions to this product reported");
}
