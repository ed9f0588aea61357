#include "action/dose_report.h"

#include <string.h>

#include "action/fiscal_number.h"
#include "store/store_dose.h"

void
dose_report_take_text(const struct request *r, enum request_tag tag, const char **to)
{
	const char *text = request_text(r, tag);

	if (text != NULL)
		*to = *text == '\0' ? NULL : text;
}

enum rc
dose_report_take(struct call *c, struct dose_report *r, struct fault *why)
{
	if (day_known(request_day(c->r, TAG_REPORTED_ON)))
		r->reported_on = request_day(c->r, TAG_REPORTED_ON);
	dose_report_take_text(c->r, TAG_REPORTED_TO, &r->reported_to);
	dose_report_take_text(c->r, TAG_NOTE, &r->note);
	r->recorded_by = c->actor;
	if (day_known(r->reported_on) != (r->reported_to != NULL))
		return fault_set(why, RC_INVALID, "reported", "to whom and on which day belong together");
	if (day_after(r->noticed_on, c->today) || (day_known(r->reported_on) &&
	    (day_after(r->reported_on, c->today) || day_before(r->reported_on, r->noticed_on))))
		return fault_set(why, RC_INVALID, "noticed", "the days must not lie ahead, nor the report before its cause");
	return RC_OK;
}

static enum rc
begin(struct call *c, struct fault *why)
{
	enum rc rc = store_begin(c->a->store, c->now_us, why);

	if (rc == RC_OK)
		node_see(c);
	return rc;
}

enum rc
dose_report_begin_add(struct call *c, struct dose_report *r, struct dose *d, struct fault *why)
{
	const char *text = request_text(c->r, TAG_DOSE_ID);
	struct id id;
	enum rc rc;

	if (id_parse(text, strlen(text), &id) != RC_OK)
		return fault_set(why, RC_INVALID, "dose id", "not an id: 32 hexadecimal digits");
	if ((rc = begin(c, why)) != RC_OK)
		return rc;
	if ((rc = store_dose_get(c->a->store, &id, &c->arena, d, why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "dose id", "no statement of this id");
	if (rc != RC_OK)
		return rc;
	if (day_before(r->noticed_on, d->given.first))
		return fault_set(why, RC_INVALID, "noticed", "lies before the dose");
	r->person = d->person;
	r->statement = d->statement;
	r->fiscal_year = day_fiscal_year(d->given.first);
	return RC_OK;
}

enum rc
dose_report_begin_correct(struct call *c, enum dose_report_kind kind, enum request_tag number, struct dose_report *ret,
    struct fault *why)
{
	const char *place = kind == DOSE_REPORT_MISTAKE ? "mistake" : "reaction";
	int64_t no;
	int year;
	enum rc rc;

	if ((rc = fiscal_number_parse(request_text(c->r, number), place, &year, &no, why)) != RC_OK ||
	    (rc = begin(c, why)) != RC_OK)
		return rc;
	/* One of a protected person and none are the same to whoever may not see it. */
	rc = store_dose_report_get(c->a->store, kind, year, no, &c->arena, ret, why);
	return rc == RC_ABSENT ? fault_set(why, RC_ABSENT, place, "no report of this number") : rc;
}

static enum rc
reply_one(struct call *c, const struct dose_report *r, dose_report_reply *reply, struct fault *why)
{
	struct person p;
	enum rc rc = store_person_get(c->a->store, &r->person, &c->arena, &p, why);

	return rc == RC_OK ? reply(c, r, &p, why) : rc;
}

enum rc
dose_report_finish(struct call *c, const struct dose_report *r, dose_report_reply *reply, struct fault *why)
{
	struct dose_report now;
	enum rc rc;

	if ((rc = store_dose_report_put(c->a->store, r, &now, why)) != RC_OK ||
	    (rc = node_audit(c, &r->person, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = begin(c, why)) != RC_OK)
		return rc;
	return reply_one(c, &now, reply, why);
}

int
dose_report_year(const struct call *c)
{
	return (int)request_int(c->r, TAG_FISCAL_YEAR, day_fiscal_year(c->today));
}

enum rc
dose_report_list(struct call *c, enum dose_report_kind kind, dose_report_reply *reply, struct fault *why)
{
	const char *addressee = request_text(c->r, TAG_ADDRESSEE);
	struct person p = { .id = ID_NONE };
	struct dose_report *r;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if (addressee != NULL) {
		node_see(c);
		if ((rc = node_person(c, addressee, &p, why)) != RC_OK)
			return rc;
		rc = store_dose_report_of(c->a->store, &p.id, &c->arena, &r, &n, why);
	} else
		rc = store_dose_report_list(c->a->store, kind, dose_report_year(c), &c->arena, &r, &n, why);
	if (rc != RC_OK ||
	    (rc = node_audit(c, addressee != NULL ? &p.id : NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if (addressee != NULL)
		node_see(c);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		if (r[i].kind == kind)
			rc = reply_one(c, &r[i], reply, why);
	return rc;
}

const char *
dose_report_state(const struct dose_report *r)
{
	bool is_mistake = r->kind == DOSE_REPORT_MISTAKE;

	if (r->is_withdrawn)
		return "withdrawn";
	if (day_known(r->reported_on))
		return is_mistake ? "reported" : "sent-on";
	return is_mistake ? "not-reported" : "received";
}

enum rc
node_reports(struct call *c, const struct person *p, struct history *h, struct fault *why)
{
	struct dose_report *r;
	struct history_report *to;
	char text[FISCAL_NUMBER_SIZE], dose[ID_TEXT_SIZE];
	size_t n;
	enum rc rc;

	if ((rc = store_dose_report_of(c->a->store, &p->id, &c->arena, &r, &n, why)) != RC_OK)
		return rc;
	if ((to = arena_array(&c->arena, n + 1, sizeof(*to))) == NULL)
		return fault_set(why, RC_NOMEM, "record", "too large to be shown at once");
	for (size_t i = 0; i < n; i++) {
		fiscal_number_write(r[i].fiscal_year, r[i].no, text);
		id_write(&r[i].statement, dose);
		to[i] = (struct history_report){ .kind = r[i].kind == DOSE_REPORT_MISTAKE ? "mistake" : "reaction",
		    .number = arena_text(&c->arena, text, strlen(text)), .dose = arena_text(&c->arena, dose, strlen(dose)),
		    .what = r[i].what, .state = dose_report_state(&r[i]), .began = r[i].onset, .on = r[i].noticed_on };
		if (to[i].number == NULL || to[i].dose == NULL)
			return fault_set(why, RC_NOMEM, "record", "too large to be shown at once");
	}
	h->report = to;
	h->n_report = n;
	return RC_OK;
}

enum rc
dose_report_counts(struct call *c, enum dose_report_kind kind, struct dose_report_count **ret_rows, size_t *ret_n,
    struct fault *why)
{
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_dose_report_count(c->a->store, kind, dose_report_year(c), &c->arena, ret_rows, ret_n, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK)
		return rc;
	return store_commit(c->a->store, why);
}
