#include <string.h>

#include "action/dose_report.h"
#include "action/fiscal_number.h"

/*
 * Reports of wrong vaccinations, attached to doses.  The calculator only suggests: that a dose does not count is
 * a fact of the law, that somebody made a mistake is a decision of a person.
 */
#define PERSONS_AT_ONCE 500

enum { MISTAKE_INTERVAL, MISTAKE_AGE, MISTAKE_PRODUCT, MISTAKE_UNNEEDED, MISTAKE_PERSON, MISTAKE_AMOUNT, MISTAKE_ROUTE,
	MISTAKE_EXPIRED, MISTAKE_OTHER, MISTAKE__COUNT };
static const char *const kinds[MISTAKE__COUNT] = {
	[MISTAKE_INTERVAL] = "interval", [MISTAKE_AGE] = "age", [MISTAKE_PRODUCT] = "product",
	[MISTAKE_UNNEEDED] = "unneeded", [MISTAKE_PERSON] = "person", [MISTAKE_AMOUNT] = "amount",
	[MISTAKE_ROUTE] = "route", [MISTAKE_EXPIRED] = "expired", [MISTAKE_OTHER] = "other",
};

static enum rc
reply_mistake(struct call *c, const struct dose_report *m, const struct person *p, struct fault *why)
{
	char number[FISCAL_NUMBER_SIZE], dose[ID_TEXT_SIZE];
	struct frame f;
	enum rc rc;

	fiscal_number_write(m->fiscal_year, m->no, number);
	id_write(&m->statement, dose);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_MISTAKE, number);
	frame_put_int(&f, TAG_VERSION, m->version);
	frame_put_text(&f, TAG_ADDRESSEE, p->addressee_no);
	frame_put_text(&f, TAG_DOSE_ID, dose);
	frame_put_text(&f, TAG_MISTAKE_KIND, m->what);
	frame_put_text(&f, TAG_STATE, dose_report_state(m));
	frame_put_day(&f, TAG_NOTICED_ON, m->noticed_on);
	frame_put_text(&f, TAG_NOTICED_BY, m->noticed_by);
	frame_put_text(&f, TAG_REPORTED_TO, m->reported_to);
	frame_put_day(&f, TAG_REPORTED_ON, m->reported_on);
	frame_put_text(&f, TAG_NOTE, m->note);
	frame_put_text(&f, TAG_REASON, m->reason);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* The fields that were named over what stands. */
static enum rc
take_fields(struct call *c, struct dose_report *m, struct fault *why)
{
	const char *kind = request_text(c->r, TAG_MISTAKE_KIND);
	size_t k = 0;

	if (kind != NULL) {
		while (k < MISTAKE__COUNT && strcmp(kinds[k], kind) != 0)
			k++;
		if (k == MISTAKE__COUNT)
			return fault_set(why, RC_INVALID, "kind",
			    "expected interval, age, product, unneeded, person, amount, route, expired or other");
		m->what = kind;
	}
	if (day_known(request_day(c->r, TAG_NOTICED_ON)))
		m->noticed_on = request_day(c->r, TAG_NOTICED_ON);
	dose_report_take_text(c->r, TAG_NOTICED_BY, &m->noticed_by);
	return dose_report_take(c, m, why);
}

enum rc
do_mistake_add(struct call *c, struct fault *why)
{
	struct dose_report m = { .kind = DOSE_REPORT_MISTAKE, .noticed_on = c->today, .reported_on = DAY_NONE,
	    .onset = { DAY_NONE, DAY_NONE }, .onset_minutes = -1 };
	struct dose d;
	enum rc rc;

	if ((rc = take_fields(c, &m, why)) != RC_OK || (rc = dose_report_begin_add(c, &m, &d, why)) != RC_OK)
		return rc;
	return dose_report_finish(c, &m, reply_mistake, why);
}

enum rc
do_mistake_correct(struct call *c, struct fault *why)
{
	struct dose_report m;
	enum rc rc;

	if ((rc = dose_report_begin_correct(c, DOSE_REPORT_MISTAKE, TAG_MISTAKE, &m, why)) != RC_OK ||
	    (rc = take_fields(c, &m, why)) != RC_OK)
		return rc;
	m.is_withdrawn = request_int(c->r, TAG_UNDO, 0) != 0;
	m.reason = request_text(c->r, TAG_REASON);
	return dose_report_finish(c, &m, reply_mistake, why);
}

enum rc
do_mistake_list(struct call *c, struct fault *why)
{
	return dose_report_list(c, DOSE_REPORT_MISTAKE, reply_mistake, why);
}

static enum rc
reply_count(struct call *c, const char *kind, int64_t n, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_FISCAL_YEAR, dose_report_year(c));
	frame_put_text(&f, TAG_MISTAKE_KIND, kind);
	frame_put_int(&f, TAG_COUNT, n);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Every kind, also those of which there was none; then all of them. */
enum rc
do_mistake_table(struct call *c, struct fault *why)
{
	struct dose_report_count *row;
	int64_t all = 0;
	size_t n;
	enum rc rc;

	if ((rc = dose_report_counts(c, DOSE_REPORT_MISTAKE, &row, &n, why)) != RC_OK)
		return rc;
	for (size_t k = 0; k < MISTAKE__COUNT && rc == RC_OK; k++) {
		int64_t of_kind = 0;

		for (size_t i = 0; i < n; i++)
			of_kind += strcmp(row[i].what, kinds[k]) == 0 ? row[i].n : 0;
		all += of_kind;
		rc = reply_count(c, kinds[k], of_kind, why);
	}
	return rc == RC_OK ? reply_count(c, "all", all, why) : rc;
}

/* What of the law's reasons looks like a mistake, and of which kind. */
static bool
suggests(const struct history_credit *credit, const char **ret_kind)
{
	for (size_t i = 0; i < credit->n_reason; i++)
		switch ((int)credit->reason[i].code) {
		case SCHEDULE_INTERVAL_SHORT:
		case SCHEDULE_LIVE_INTERVAL:
			*ret_kind = kinds[MISTAKE_INTERVAL];
			return true;
		case SCHEDULE_TOO_YOUNG:
			*ret_kind = kinds[MISTAKE_AGE];
			return true;
		case SCHEDULE_WRONG_VACCINE:
			*ret_kind = kinds[MISTAKE_PRODUCT];
			return true;
		case SCHEDULE_AFTER_COMPLETE:
		case SCHEDULE_DUPLICATE:
			*ret_kind = kinds[MISTAKE_UNNEEDED];
			return true;
		default:
			break;
		}
	return false;
}

/* Is there a report of this dose, withdrawn or not? */
static bool
is_told(const struct dose_report *told, size_t n, const struct id *statement)
{
	for (size_t i = 0; i < n; i++)
		if (told[i].kind == DOSE_REPORT_MISTAKE && id_equal(&told[i].statement, statement))
			return true;
	return false;
}

static enum rc
suggest_of(struct call *c, const struct id *id, int year, struct fault *why)
{
	struct history h;
	struct person p;
	struct id statement;
	struct dose_report *told;
	const char *kind;
	size_t n_told;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, id, &c->arena, &p, why)) != RC_OK || p.is_protected ||
	    day_after(p.birth.last, c->today) ||
	    (rc = store_dose_report_of(c->a->store, id, &c->arena, &told, &n_told, why)) != RC_OK ||
	    (rc = node_history(c->a, &p, c->today, c->today, &c->arena, &h, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < h.n_statement && rc == RC_OK; i++) {
		const struct history_statement *s = &h.statement[i];

		if (s->status != HISTORY_GIVEN || s->merged || day_fiscal_year(s->given.first) != year)
			continue;
		for (size_t k = 0; k < s->n_credit && rc == RC_OK; k++) {
			char given[DAY_TEXT_SIZE];
			struct frame f;

			if (!suggests(&s->credit[k], &kind))
				continue;
			if (id_parse(s->id, strlen(s->id), &statement) != RC_OK)
				return fault_set(why, RC_BUG, "dose", "an id that is none");
			if (is_told(told, n_told, &statement))
				break;
			day_span_write(s->given, given);
			frame_init(&f, RESULT_ROW);
			frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
			frame_put_text(&f, TAG_DOSE_ID, s->id);
			frame_put_text(&f, TAG_GIVEN_ON, given);
			frame_put_text(&f, TAG_VACCINE, s->vaccine.code);
			frame_put_text(&f, TAG_PROGRAMME, s->credit[k].programme.code);
			frame_put_text(&f, TAG_MISTAKE_KIND, kind);
			rc = node_reply(c, &f, why);
			frame_clear(&f);
			break;		/* one line a dose */
		}
	}
	return rc;
}

enum rc
do_mistake_suggest(struct call *c, struct fault *why)
{
	struct id id[PERSONS_AT_ONCE], after = ID_NONE;
	struct arena whole = c->arena;
	int64_t done = 0;
	size_t n = PERSONS_AT_ONCE;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	while (rc == RC_OK && n == PERSONS_AT_ONCE) {
		rc = store_person_list(c->a->store, done == 0 ? NULL : &after, id, PERSONS_AT_ONCE, &n, why);
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			arena_init(&c->arena, LIMIT_REQUEST_BYTES);	/* of one person */
			rc = suggest_of(c, &id[i], dose_report_year(c), why);
			arena_clear(&c->arena);
		}
		if (rc == RC_OK && n > 0) {
			after = id[n - 1];
			rc = node_progress(c, done += (int64_t)n, 0, why);
		}
	}
	c->arena = whole;
	return rc;
}
