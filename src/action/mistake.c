#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/node.h"
#include "store/store_dose.h"
#include "store/store_mistake.h"

/*
 * Reports of wrong vaccinations, attached to doses.  The calculator only suggests: that a dose does not count is
 * a fact of the law, that somebody made a mistake is a decision of a person.
 */
#define PROGRESS_PERSONS 500

static enum rc
reply_mistake(struct call *c, const struct mistake *m, struct fault *why)
{
	char number[32], dose[ID_TEXT_SIZE];
	struct person p;
	struct frame f;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, &m->person, &c->arena, &p, why)) != RC_OK)
		return rc;
	(void)snprintf(number, sizeof(number), "%d-%lld", m->fiscal_year, (long long)m->no);
	id_write(&m->statement, dose);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_MISTAKE, number);
	frame_put_int(&f, TAG_VERSION, m->version);
	frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
	frame_put_text(&f, TAG_DOSE_ID, dose);
	frame_put_text(&f, TAG_MISTAKE_KIND, store_mistake_word(m->kind));
	frame_put_text(&f, TAG_STATE, m->is_withdrawn ? "withdrawn" : day_known(m->reported_on) ? "reported" :
	    "not-reported");
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

static void
over(const struct request *r, enum request_tag tag, const char **to)
{
	const char *text = request_text(r, tag);

	if (text != NULL)
		*to = *text == '\0' ? NULL : text;
}

/* The fields that were named over what stands. */
static enum rc
take_fields(struct call *c, struct mistake *m, struct fault *why)
{
	const char *kind = request_text(c->r, TAG_MISTAKE_KIND);

	if (kind != NULL && store_mistake_parse(kind, &m->kind) != RC_OK)
		return fault_set(why, RC_INVALID, "kind",
		    "expected interval, age, product, unneeded, person, amount, route, expired or other");
	if (day_known(request_day(c->r, TAG_NOTICED_ON)))
		m->noticed_on = request_day(c->r, TAG_NOTICED_ON);
	if (day_known(request_day(c->r, TAG_REPORTED_ON)))
		m->reported_on = request_day(c->r, TAG_REPORTED_ON);
	over(c->r, TAG_NOTICED_BY, &m->noticed_by);
	over(c->r, TAG_REPORTED_TO, &m->reported_to);
	over(c->r, TAG_NOTE, &m->note);
	m->recorded_by = c->actor;
	if (day_known(m->reported_on) != (m->reported_to != NULL))
		return fault_set(why, RC_INVALID, "reported", "to whom and on which day belong together");
	if (day_after(m->noticed_on, c->today) || (day_known(m->reported_on) &&
	    (day_after(m->reported_on, c->today) || day_before(m->reported_on, m->noticed_on))))
		return fault_set(why, RC_INVALID, "noticed", "the days must not lie ahead, nor the report before its cause");
	return RC_OK;
}

static enum rc
finish(struct call *c, const struct mistake *m, struct fault *why)
{
	struct mistake now;
	enum rc rc;

	if ((rc = store_mistake_put(c->a->store, m, &now, why)) != RC_OK ||
	    (rc = node_audit(c, &m->person, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	return reply_mistake(c, &now, why);
}

enum rc
do_mistake_add(struct call *c, struct fault *why)
{
	const char *text = request_text(c->r, TAG_DOSE_ID);
	struct mistake m = { .noticed_on = c->today, .reported_on = DAY_NONE };
	struct dose d;
	struct id id;
	enum rc rc;

	if (id_parse(text, strlen(text), &id) != RC_OK)
		return fault_set(why, RC_INVALID, "dose", "not an id: 32 hexadecimal digits");
	if ((rc = take_fields(c, &m, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = store_dose_get(c->a->store, &id, &c->arena, &d, why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "dose", "no statement of this id");
	if (rc != RC_OK)
		return rc;
	if (day_before(m.noticed_on, d.given.first))
		return fault_set(why, RC_INVALID, "noticed", "lies before the dose");
	m.person = d.person;
	m.statement = d.statement;
	m.fiscal_year = day_fiscal_year(d.given.first);
	return finish(c, &m, why);
}

enum rc
do_mistake_correct(struct call *c, struct fault *why)
{
	const char *text = request_text(c->r, TAG_MISTAKE);
	char *end = NULL;
	long year = strtol(text, &end, 10);
	long long no = *end == '-' ? strtoll(end + 1, &end, 10) : 0;
	struct mistake m;
	enum rc rc;

	if (*end != '\0' || year < DAY_YEAR_FIRST || year > DAY_YEAR_LAST || no <= 0)
		return fault_set(why, RC_INVALID, "mistake", "expected a fiscal year and a number, as 2026-12");
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = store_mistake_get(c->a->store, (int)year, no, &c->arena, &m, why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "mistake", "no report of this number");
	if (rc != RC_OK || (rc = take_fields(c, &m, why)) != RC_OK)
		return rc;
	m.is_withdrawn = request_int(c->r, TAG_UNDO, 0) != 0;
	m.reason = request_text(c->r, TAG_REASON);
	return finish(c, &m, why);
}

static int
year_of(const struct call *c)
{
	return (int)request_int(c->r, TAG_FISCAL_YEAR, day_fiscal_year(c->today));
}

enum rc
do_mistake_list(struct call *c, struct fault *why)
{
	struct mistake *m;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_mistake_list(c->a->store, year_of(c), &c->arena, &m, &n, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_mistake(c, &m[i], why);
	return rc;
}

/* Every kind, also those of which there was none; then all of them. */
enum rc
do_mistake_table(struct call *c, struct fault *why)
{
	int64_t n[MISTAKE_KIND__COUNT], all = 0;
	int year = year_of(c);
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_mistake_count(c->a->store, year, n, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK || (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	for (int k = 0; k <= MISTAKE_KIND__COUNT && rc == RC_OK; k++) {
		struct frame f;

		frame_init(&f, RESULT_ROW);
		frame_put_int(&f, TAG_FISCAL_YEAR, year);
		frame_put_text(&f, TAG_MISTAKE_KIND, k < MISTAKE_KIND__COUNT ? store_mistake_word((enum mistake_kind)k) : "all");
		frame_put_int(&f, TAG_COUNT, k < MISTAKE_KIND__COUNT ? n[k] : all);
		rc = node_reply(c, &f, why);
		frame_clear(&f);
		all += k < MISTAKE_KIND__COUNT ? n[k] : 0;
	}
	return rc;
}

/* What of the law's reasons looks like a mistake, and of which kind. */
static bool
suggests(const struct history_credit *credit, enum mistake_kind *ret_kind)
{
	for (size_t i = 0; i < credit->n_reason; i++)
		switch ((int)credit->reason[i].code) {
		case SCHEDULE_INTERVAL_SHORT:
		case SCHEDULE_LIVE_INTERVAL:
			*ret_kind = MISTAKE_INTERVAL;
			return true;
		case SCHEDULE_TOO_YOUNG:
			*ret_kind = MISTAKE_AGE;
			return true;
		case SCHEDULE_WRONG_VACCINE:
			*ret_kind = MISTAKE_PRODUCT;
			return true;
		case SCHEDULE_AFTER_COMPLETE:
		case SCHEDULE_DUPLICATE:
			*ret_kind = MISTAKE_UNNEEDED;
			return true;
		default:
			break;
		}
	return false;
}

static enum rc
suggest_of(struct call *c, const struct id *id, int year, struct fault *why)
{
	struct history h;
	struct person p;
	struct id statement;
	enum mistake_kind kind;
	bool has = false;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, id, &c->arena, &p, why)) != RC_OK || p.is_protected ||
	    day_after(p.birth.last, c->today) ||
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
			if ((rc = store_mistake_has(c->a->store, &statement, &has, why)) != RC_OK || has)
				break;
			day_span_write(s->given, given);
			frame_init(&f, RESULT_ROW);
			frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
			frame_put_text(&f, TAG_DOSE_ID, s->id);
			frame_put_text(&f, TAG_GIVEN_ON, given);
			frame_put_text(&f, TAG_VACCINE, s->vaccine.code);
			frame_put_text(&f, TAG_PROGRAMME, s->credit[k].programme.code);
			frame_put_text(&f, TAG_MISTAKE_KIND, store_mistake_word(kind));
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
	struct id id[PROGRESS_PERSONS], after = ID_NONE;
	struct arena whole = c->arena;
	int64_t done = 0;
	size_t n = PROGRESS_PERSONS;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	while (rc == RC_OK && n == PROGRESS_PERSONS) {
		rc = store_person_list(c->a->store, done == 0 ? NULL : &after, id, PROGRESS_PERSONS, &n, why);
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			arena_init(&c->arena, LIMIT_REQUEST_BYTES);	/* of one person */
			rc = suggest_of(c, &id[i], year_of(c), why);
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
