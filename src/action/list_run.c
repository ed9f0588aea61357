#include "action/list_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/approval.h"
#include "action/clinic_months.h"
#include "action/everybody.h"
#include "store/store_clinic_month.h"
#include "store/store_notice.h"
#include "store/store_walk.h"

#define FIRST_ROOM 1024

const char *
list_excluded_word(enum list_excluded excluded)
{
	static const char *const word[LIST_EXCLUDED__COUNT] = {
		[LIST_EXCLUDED_DEAD] = "dead", [LIST_EXCLUDED_DEPARTED] = "departed",
		[LIST_EXCLUDED_PROTECTED] = "protected", [LIST_EXCLUDED_REFUSED] = "refused",
	};

	return word[excluded];
}

enum rc
list_question_read(struct call *c, struct list_question *ret_question, struct fault *why)
{
	struct list_question q = { .purpose = RELEASE_NOTICE };
	const char *purpose = request_text(c->r, TAG_PURPOSE);
	struct list_row *row;
	enum rc rc;

	if (c->a->law == NULL)
		return fault_set(why, RC_REFUSED, "law", "no law file is installed: see watashi doctor");
	if (purpose != NULL && release_purpose_parse(purpose, &q.purpose) != RC_OK)
		return fault_set(why, RC_INVALID, "purpose", "expected notice, reminder, recommendation or work");
	if ((row = arena_new(&c->arena, sizeof(*row))) == NULL)
		return fault_set(why, RC_NOMEM, "list", "out of memory");
	if ((rc = store_list_get(c->a->store, request_text(c->r, TAG_LIST),
	    request_int(c->r, TAG_VERSION, 0), &c->arena, row, why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "list", "no list is called so: see watashi list names");
	if (rc != RC_OK)
		return rc;
	if (row->is_closed)
		return fault_set(why, RC_REFUSED, "list", "this version is closed and not run any more");
	/* A code that another law has taken away makes an old list say nothing: better to say so. */
	if ((rc = list_condition_read(row->condition, &q.condition, why)) != RC_OK ||
	    (rc = list_condition_check(&q.condition, c->a->law, why)) != RC_OK)
		return rc;
	q.row = row;
	q.on = request_day(c->r, TAG_ON);
	if (!day_known(q.on))
		q.on = list_condition_day(&q.condition, c->today);
	if (!day_known(q.on))
		return fault_set(why, RC_INVALID, "on", "the list names no reference day: say it");
	q.apart = request_int(c->r, TAG_APART, 0) != 0;
	*ret_question = q;
	return RC_OK;
}

/* ---- one person ---- */

struct run {
	struct call *c;
	const struct list_question *q;
	struct list_births births;
	struct schedule_work *work;
	struct list_condition no_district;	/* for whom the address is shut */
	day resident_on;
	struct list_result *result;
};

static enum rc
add_match(struct run *r, const struct list_match *m, struct fault *why)
{
	struct list_result *result = r->result;
	struct list_match *more;
	int years;

	if (m->apart == LIST_APART_NOT)
		result->count++;
	else
		result->apart[m->apart]++;
	if ((m->apart != LIST_APART_NOT) != r->q->apart)
		return RC_OK;
	years = m->apart == LIST_APART_BIRTH ? -1 : day_years_reached(m->birth, r->q->on);
	if (years < 0 || years >= LIST_AGES)
		result->age_unknown++;
	else
		result->age[years]++;
	if (result->n_match == result->room) {
		size_t room = result->room == 0 ? FIRST_ROOM : 2 * result->room;

		if ((more = reallocarray(result->match, room, sizeof(*more))) == NULL)
			return fault_set(why, RC_NOMEM, "list", "out of memory");
		result->match = more;
		result->room = room;
	}
	result->match[result->n_match++] = *m;
	return RC_OK;
}

static bool
is_resident(const struct run *r, const struct person *p)
{
	const struct residence *stay = person_residence_on(p, r->resident_on);

	if (stay == NULL)
		return false;
	/* Who has left since may be counted, but needs no letter. */
	return r->q->purpose == RELEASE_WORK || !day_known(stay->until) || !day_before(stay->until, r->c->today) ||
	    person_residence_on(p, r->c->today) != NULL;
}

static void
take_forecast(const struct schedule_forecast *f, struct list_match *m)
{
	m->product = LAW_NONE;
	m->earliest = m->latest = m->standard_to = DAY_NONE;
	if (f == NULL)
		return;
	m->status = f->status;
	m->overdue = f->overdue;
	m->has_next = f->has_next;
	if (!f->has_next)
		return;
	m->dose = f->next.dose;
	m->earliest = f->next.earliest;
	m->latest = f->next.latest;
	m->standard_to = f->next.standard_to;
	if (f->next.n_choices > 0)
		m->product = f->next.choice[0].product;
}

/* By what is on record; *ret_truth with m->apart. */
static enum rc
judge(struct run *r, const struct person *p, struct list_match *m, enum list_truth *ret_truth, struct fault *why)
{
	const struct list_condition *c = &r->q->condition;
	struct call *call = r->c;
	struct list_record record = { .law = call->a->law };
	enum list_apart apart[2] = { LIST_APART_NOT, LIST_APART_NOT };
	enum list_truth t[2];
	struct node_judged judged;
	struct dose *dose;
	size_t n;
	bool wanted;
	enum rc rc;

	if (list_asks_record(c)) {
		if ((rc = store_walk_doses(call->a->store, &p->id, &call->arena, &dose, &n, why)) != RC_OK ||
		    (rc = node_judge(call->a, call->a->law, p, dose, n, r->q->on, r->work, &call->arena, &judged,
		    why)) != RC_OK)
			return rc;
		record.dose = dose;
		record.n_given = judged.question.n_dose;
		record.answer = judged.answer;
		record.statement_of = judged.statement_of;
		t[0] = list_record_holds(c, &record, &apart[0]);
		record.is_incomplete = true;
		t[1] = list_record_holds(c, &record, &apart[1]);
		take_forecast(list_forecast(c, &record), m);
	} else {
		t[0] = t[1] = LIST_YES;
		take_forecast(NULL, m);
	}
	/* Who was asked and has answered is looked up only where something hangs on it. */
	wanted = t[0] != t[1] || (c->records == LIST_RECORDS_ONLY && t[0] != LIST_NO) ||
	    (c->records == LIST_RECORDS_ALONG && t[0] != LIST_NO);
	if (wanted && (rc = node_is_incomplete(call->a, p, call->today, &call->arena, &m->is_incomplete, why)) != RC_OK)
		return rc;
	if (c->records == LIST_RECORDS_ONLY && !m->is_incomplete)
		t[0] = t[1] = LIST_NO;
	else if (c->records != LIST_RECORDS_APART)
		t[1] = t[0];
	m->apart = m->is_incomplete && c->records == LIST_RECORDS_APART ? apart[1] : apart[0];
	*ret_truth = m->is_incomplete ? t[1] : t[0];
	return RC_OK;
}

static enum rc
take_person(void *given, const struct id *id, struct fault *why)
{
	struct run *r = given;
	struct list_match m = { .person = *id, .status = 0 };
	enum list_truth t, record;
	enum list_apart apart = LIST_APART_NOT;
	struct person p;
	enum rc rc;

	if ((rc = store_walk_person(r->c->a->store, id, &r->c->arena, &p, why)) != RC_OK)
		return rc;
	t = list_person_holds(p.is_protected ? &r->no_district : &r->q->condition, &r->births, &p, r->resident_on, &apart);
	if (t == LIST_NO)
		return RC_OK;
	if (day_known(p.died_on)) {
		r->result->excluded[LIST_EXCLUDED_DEAD]++;
		return RC_OK;
	}
	if (!is_resident(r, &p)) {
		r->result->excluded[LIST_EXCLUDED_DEPARTED]++;
		return RC_OK;
	}
	if (p.is_protected) {
		r->result->excluded[LIST_EXCLUDED_PROTECTED]++;
		return RC_OK;
	}
	/* Who is perhaps not yet born on the day is not judged on it. */
	if (day_after(p.birth.last, r->q->on)) {
		record = LIST_YES;
		take_forecast(NULL, &m);
	} else if ((rc = judge(r, &p, &m, &record, why)) != RC_OK)
		return rc;
	if (record == LIST_NO)
		return RC_OK;
	if (r->q->purpose != RELEASE_WORK) {
		bool refused = false;

		if ((rc = store_notice_refused(r->c->a->store, &p.id, r->q->condition.programme, &refused, why)) != RC_OK)
			return rc;
		if (refused) {
			r->result->excluded[LIST_EXCLUDED_REFUSED]++;
			return RC_OK;
		}
	}
	if (t == LIST_UNKNOWN)
		m.apart = apart;
	m.birth = p.birth.last;
	(void)memccpy(m.addressee_no, p.addressee_no, '\0', sizeof(m.addressee_no) - 1);
	return add_match(r, &m, why);
}

/* ---- everybody ---- */

static int
by_birth(const void *a, const void *b)
{
	const struct list_match *x = a, *y = b;
	int c = day_compare(x->birth, y->birth);
	size_t nx = strlen(x->addressee_no), ny = strlen(y->addressee_no);

	if (c != 0)
		return c;
	return nx != ny ? (nx > ny) - (nx < ny) : strcmp(x->addressee_no, y->addressee_no);
}

void
list_result_clear(struct list_result *r)
{
	free(r->match);
	r->match = NULL;
	r->n_match = r->room = 0;
}

enum rc
list_run(struct call *c, const struct list_question *q, struct list_result *ret_result, struct fault *why)
{
	struct run r = { .c = c, .q = q, .no_district = q->condition, .result = ret_result };
	enum rc rc;

	memset(ret_result, 0, sizeof(*ret_result));
	r.no_district.district[0] = '\0';
	r.resident_on = day_known(q->condition.resident_on) ? q->condition.resident_on : q->on;
	list_births_of(&q->condition, q->on, &r.births);
	if ((r.work = calloc(1, sizeof(*r.work))) == NULL)
		return fault_set(why, RC_NOMEM, "list", "out of memory");
	rc = everybody(c, r.births.first, r.births.last, take_person, &r, why);
	free(r.work);
	if (rc != RC_OK) {
		list_result_clear(ret_result);
		return rc;
	}
	if (ret_result->n_match > 1)
		qsort(ret_result->match, ret_result->n_match, sizeof(*ret_result->match), by_birth);
	return RC_OK;
}

/* ---- the answer ---- */

static enum rc
say_head(struct call *c, const struct list_question *q, const struct list_result *r, const char *file,
    int64_t release, struct fault *why)
{
	char on[DAY_TEXT_SIZE], version[24], law[LAW_HASH_TEXT_SIZE];
	enum rc rc;

	day_write(q->on, on);
	(void)snprintf(version, sizeof(version), "%lld", (long long)q->row->version);
	law_hash_write(c->a->law, law);
	struct { const char *item, *value; int64_t count; } const head[] = {
		{ "list", q->row->name, -1 },
		{ "version", version, -1 },
		{ "conditions", q->row->condition, -1 },
		{ "referenceDay", on, -1 },
		{ "lawVersion", law_string(c->a->law, c->a->law->version), -1 },
		{ "lawHash", law, -1 },
		{ "purpose", release_purpose_word(q->purpose), -1 },
		{ "people", q->apart ? "apart" : "on-the-list", (int64_t)r->n_match },
		{ "fileHash", file, -1 },
	};
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		if ((head[i].value != NULL || head[i].count >= 0) &&
		    (rc = node_reply_count(c, "list", head[i].item, head[i].value, head[i].count, why)) != RC_OK)
			return rc;
	return release > 0 ? node_reply_count(c, "list", "release", NULL, release, why) : RC_OK;
}

static enum rc
say_ages(struct call *c, const struct list_result *r, struct fault *why)
{
	int first = 0, last = LIST_AGES - 1;
	char age[16];
	enum rc rc;

	while (first < LIST_AGES && r->age[first] == 0)
		first++;
	while (last >= 0 && r->age[last] == 0)
		last--;
	/* Also the ages between that nobody has: a gap in a row of bars is what gives a mistake away. */
	for (int i = first; i <= last; i++) {
		(void)snprintf(age, sizeof(age), "%d", i);
		if ((rc = node_reply_count(c, "age", age, NULL, r->age[i], why)) != RC_OK)
			return rc;
	}
	return r->age_unknown > 0 ? node_reply_count(c, "age", "unknown", NULL, r->age_unknown, why) : RC_OK;
}

/*
 * Hikone 2022: a part of a month was never taken in, and 35 vaccinated men were reminded.  A clinic that sent
 * before and of which nothing has come about a whole month, nor the word that it vaccinated nobody.
 */
#define MONTHS_LOOKED_AT 6		/* whole months before today */
#define MONTHS_OF_ACTIVITY 12		/* before these: a clinic that sent nothing then sends no more */
#define MONTHS_SAID_MAX 20		/* one by one; the rest is a number */

struct silence {
	struct call *c;
	int64_t now;			/* month of today */
	const char *code;		/* of the clinic under way */
	bool active;
	int64_t first;			/* how many months back it first sent anything: before, nothing is missed */
	unsigned heard;			/* bit set of the months looked at, 0 the last whole one */
	int64_t n_said, n;
};

static enum rc
end_clinic(struct silence *s, struct fault *why)
{
	char value[LIMIT_CODE_CHARS + 16], day_text[DAY_TEXT_SIZE];
	enum rc rc = RC_OK;

	for (int back = MONTHS_LOOKED_AT - 1; back >= 0 && s->active && rc == RC_OK; back--) {
		if ((s->heard >> back & 1u) != 0 || back >= s->first)
			continue;
		s->n++;
		if (s->n_said == MONTHS_SAID_MAX)
			continue;
		s->n_said++;
		day_write(clinic_month_first(s->now - 1 - back), day_text);
		(void)snprintf(value, sizeof(value), "%.*s %.7s", LIMIT_CODE_CHARS, s->code, day_text);
		rc = node_reply_count(s->c, "warning", "clinic-month-missing", value, -1, why);
	}
	s->active = false;
	s->heard = 0;
	s->first = -1;
	return rc;
}

static enum rc
say_silence(struct call *c, struct fault *why)
{
	struct day_span today = { c->today, c->today };
	struct silence s = { .c = c, .now = clinic_month_of(today), .first = -1 };
	struct clinic_month *m;
	int64_t contract = 0;
	size_t n, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = store_clinic_month_list(c->a->store, NULL, &c->arena, &m, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n && rc == RC_OK; i++) {
		int64_t back = s.now - 1 - m[i].month;

		if (s.code != NULL && strcmp(s.code, m[i].code) != 0)
			rc = end_clinic(&s, why);
		s.code = m[i].code;
		if (m[i].month == CLINIC_MONTH_NONE || (m[i].n_new + m[i].n_changed + m[i].n_held == 0 && m[i].zero_us == 0))
			continue;
		if (back >= 0 && back < MONTHS_LOOKED_AT)
			s.heard |= 1u << back;
		s.active |= back >= 0 && back < MONTHS_LOOKED_AT + MONTHS_OF_ACTIVITY;
		s.first = back > s.first ? back : s.first;
	}
	if (rc == RC_OK && s.code != NULL)
		rc = end_clinic(&s, why);
	/* And of those under contract, also one that never sent anything. */
	if (rc == RC_OK)
		rc = clinic_months_missing(c, clinic_month_first(s.now - MONTHS_LOOKED_AT), clinic_month_last(s.now - 1),
		    &contract, why);
	store_rollback(c->a->store);
	if (rc == RC_OK && s.n > s.n_said)
		rc = node_reply_count(c, "warning", "clinic-months-missing", NULL, s.n, why);
	return rc != RC_OK || contract == 0 ? rc :
	    node_reply_count(c, "warning", "contract-months-missing", NULL, contract, why);
}

/* What is no error and yet was how towns wrote to the wrong people. */
static enum rc
say_warnings(struct call *c, const struct list_question *q, const struct list_result *r, struct fault *why)
{
	const struct list_condition *k = &q->condition;
	enum rc rc = RC_OK;

	if (!approval_remarks(c, true) && c->kept != NULL)
		return RC_OK;
	if (day_fiscal_year(q->on) != day_fiscal_year(c->today))
		rc = node_reply_count(c, "warning", "other-fiscal-year", NULL, -1, why);
	if (rc == RC_OK && k->age_from == LIST_OPEN && !day_known(k->born_to) && k->cohort == 0 && k->n_turns == 0)
		rc = node_reply_count(c, "warning", "no-lowest-age", NULL, -1, why);
	if (rc == RC_OK && !q->apart && r->apart[LIST_APART_INCOMPLETE] > 0)
		rc = node_reply_count(c, "warning", "records-missing", NULL, r->apart[LIST_APART_INCOMPLETE], why);
	/* Act, art. 8: the law text does not say which programmes are category A. */
	if (rc == RC_OK && (q->purpose == RELEASE_REMINDER || q->purpose == RELEASE_RECOMMENDATION))
		rc = node_reply_count(c, "warning", "urging", NULL, -1, why);
	if (rc == RC_OK && k->records == LIST_RECORDS_ALONG && list_asks_record(k))
		rc = node_reply_count(c, "warning", "records-along", NULL, -1, why);
	if (rc == RC_OK && list_asks_record(k))
		rc = say_silence(c, why);
	(void)approval_remarks(c, false);
	return rc;
}

enum rc
list_reply(struct call *c, const struct list_question *q, const struct list_result *r, const char *file,
    int64_t release, struct fault *why)
{
	enum rc rc;

	if ((rc = say_head(c, q, r, file, release, why)) != RC_OK || (rc = say_ages(c, r, why)) != RC_OK)
		return rc;
	for (int i = 0; i < LIST_EXCLUDED__COUNT && rc == RC_OK; i++)
		rc = node_reply_count(c, "excluded", list_excluded_word((enum list_excluded)i), NULL, r->excluded[i], why);
	for (int i = LIST_APART_NOT + 1; i < LIST_APART__COUNT && rc == RC_OK; i++)
		if (r->apart[i] > 0)
			rc = node_reply_count(c, "apart", list_apart_word((enum list_apart)i), NULL, r->apart[i], why);
	if (rc == RC_OK)
		rc = say_warnings(c, q, r, why);
	return rc;
}
