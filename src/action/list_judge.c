#include "action/list_judge.h"

#include <string.h>

#define MONTHS 12

const char *
list_apart_word(enum list_apart apart)
{
	static const char *const word[LIST_APART__COUNT] = {
		[LIST_APART_NOT] = "", [LIST_APART_INCOMPLETE] = "incomplete", [LIST_APART_REVIEW] = "review",
		[LIST_APART_BIRTH] = "birth-date", [LIST_APART_SEX] = "sex", [LIST_APART_DATE] = "dose-date",
	};

	return word[apart];
}

/* The latest birth that has reached an age by the day; who is born later has not. */
static day
latest_birth(int months, day on)
{
	int32_t low = DAY_MIN.n, high = on.n;

	if (months == 0)
		return on;
	while (low < high) {
		int32_t middle = low + (high - low + 1) / 2;

		if (day_after(day_age_months((day){ middle }, months), on))
			high = middle - 1;
		else
			low = middle;
	}
	return (day){ low };
}

void
list_births_of(const struct list_condition *c, day on, struct list_births *ret)
{
	struct list_births b = { .first = DAY_MIN, .last = on };

	if (c->age_from != LIST_OPEN)
		b.last = day_min(b.last, latest_birth(c->age_from, on));
	if (c->age_to != LIST_OPEN)
		b.first = day_max(b.first, day_add(latest_birth(c->age_to + 1, on), 1));
	if (day_known(c->born_from))
		b.first = day_max(b.first, c->born_from);
	if (day_known(c->born_to))
		b.last = day_min(b.last, c->born_to);
	if (c->cohort != 0) {
		b.first = day_max(b.first, day_add(day_fiscal_first(c->cohort), 1));
		b.last = day_min(b.last, day_add(day_fiscal_last(c->cohort), 1));
	}
	for (size_t i = 0; i < c->n_turns; i++) {
		int year = day_fiscal_year(on), months = c->turns[i] * MONTHS;

		b.turn[b.n_turn].first = months == 0 ? day_add(day_fiscal_first(year), 1) :
		    day_add(latest_birth(months, day_add(day_fiscal_first(year), -1)), 1);
		b.turn[b.n_turn++].last = months == 0 ? day_add(day_fiscal_last(year), 1) :
		    latest_birth(months, day_fiscal_last(year));
	}
	if (b.n_turn > 0) {
		day first = b.turn[0].first, last = b.turn[0].last;

		for (size_t i = 1; i < b.n_turn; i++) {
			first = day_min(first, b.turn[i].first);
			last = day_max(last, b.turn[i].last);
		}
		b.first = day_max(b.first, first);
		b.last = day_min(b.last, last);
	}
	*ret = b;
}

static enum list_truth
within(struct day_span what, day first, day last)
{
	if (day_after(what.first, last) || day_before(what.last, first) || day_after(first, last))
		return LIST_NO;
	return day_before(what.first, first) || day_after(what.last, last) ? LIST_UNKNOWN : LIST_YES;
}

static enum list_truth
both(enum list_truth a, enum list_truth b)
{
	return a < b ? a : b;
}

static enum list_truth
either(enum list_truth a, enum list_truth b)
{
	return a > b ? a : b;
}

enum list_truth
list_birth_holds(const struct list_births *b, struct day_span birth)
{
	enum list_truth any = b->n_turn == 0 ? LIST_YES : LIST_NO;

	for (size_t i = 0; i < b->n_turn; i++)
		any = either(any, within(birth, b->turn[i].first, b->turn[i].last));
	return both(any, within(birth, b->first, b->last));
}

static bool
begins_with_one_of(const char *text, const char *list)
{
	while (*list != '\0') {
		size_t len = strcspn(list, ",");

		if (strncmp(text, list, len) == 0)
			return true;
		list += len + (list[len] == ',');
	}
	return false;
}

/* The stay that holds the day began on the day asked for or later, and not by birth. */
static bool
has_arrived(const struct person *p, day on, day since)
{
	const struct residence *r = person_residence_on(p, on);

	return r != NULL && day_known(r->from) && !day_before(r->from, since) && r->entry != ENTRY_BORN &&
	    !(day_equal(p->birth.first, p->birth.last) && day_equal(r->from, p->birth.first));
}

enum list_truth
list_person_holds(const struct list_condition *c, const struct list_births *b, const struct person *p, day on,
    enum list_apart *ret_apart)
{
	enum list_truth born = list_birth_holds(b, p->birth), sex = LIST_YES;

	if (c->sex != 0 && (c->sex >> p->sex & 1u) == 0)
		sex = p->sex == SEX_UNKNOWN ? LIST_UNKNOWN : LIST_NO;
	if (born == LIST_NO || sex == LIST_NO ||
	    (c->language[0] != '\0' && strcmp(p->language != NULL ? p->language : "ja", c->language) != 0) ||
	    (day_known(c->arrived_since) && !has_arrived(p, on, c->arrived_since)) ||
	    (c->district[0] != '\0' && (p->address == NULL || !begins_with_one_of(p->address, c->district))))
		return LIST_NO;
	*ret_apart = born == LIST_UNKNOWN ? LIST_APART_BIRTH : sex == LIST_UNKNOWN ? LIST_APART_SEX : LIST_APART_NOT;
	return both(born, sex);
}

/* ---- history ---- */

static struct day_span
open_ends(const struct list_dose *want)
{
	return (struct day_span){ day_known(want->from) ? want->from : DAY_MIN,
	    day_known(want->to) ? want->to : DAY_MAX };
}

/* So many doses of a product between the days. */
static enum list_truth
product_given(const struct list_dose *want, const struct list_record *r, enum list_apart *why)
{
	struct day_span between = open_ends(want);
	int sure = 0, perhaps = 0, wanted = want->dose > 0 ? want->dose : 1;

	for (size_t i = 0; i < r->n_given; i++) {
		const struct dose *d = &r->dose[r->statement_of[i]];
		enum list_truth t;

		if (d->status != DOSE_GIVEN || !d->is_latest || d->vaccine == NULL || strcmp(d->vaccine, want->code) != 0)
			continue;
		t = within(d->given, between.first, between.last);
		sure += t == LIST_YES;
		perhaps += t == LIST_UNKNOWN;
	}
	if (sure >= wanted)
		return LIST_YES;
	if (sure + perhaps < wanted)
		return LIST_NO;
	*why = LIST_APART_DATE;
	return LIST_UNKNOWN;
}

/* A dose that counts in a programme, as the number asked for, between the days. */
static enum list_truth
programme_given(const struct list_dose *want, uint16_t programme, const struct list_record *r,
    enum list_apart *why)
{
	struct day_span between = open_ends(want);
	enum list_truth all = LIST_NO;

	for (size_t i = 0; i < r->answer->n_credit; i++) {
		const struct schedule_credit *k = &r->answer->credit[i];
		enum list_truth t;

		if (k->programme != programme)
			continue;
		t = within(r->dose[r->statement_of[k->dose_index]].given, between.first, between.last);
		if (k->status == SCHEDULE_CREDIT_REVIEW) {
			if (t == LIST_NO || all == LIST_YES)
				continue;
			*why = LIST_APART_REVIEW;
			all = LIST_UNKNOWN;
		} else if (k->status == SCHEDULE_VALID && (want->dose == 0 || k->dose == want->dose)) {
			if (t == LIST_UNKNOWN && all == LIST_NO)
				*why = LIST_APART_DATE;
			all = either(all, t);
		}
	}
	return all;
}

static enum list_truth
given(const struct list_dose *want, const struct list_record *r, enum list_apart *why)
{
	uint16_t programme = law_find_programme(r->law, want->code, strlen(want->code));
	enum list_truth t = programme != LAW_NONE ? programme_given(want, programme, r, why) :
	    product_given(want, r, why);

	/* What nobody here has heard of may have been given where nobody has answered. */
	if (t == LIST_NO && r->is_incomplete) {
		*why = LIST_APART_INCOMPLETE;
		return LIST_UNKNOWN;
	}
	return t;
}

const struct schedule_forecast *
list_forecast(const struct list_condition *c, const struct list_record *r)
{
	uint16_t programme;

	if (c->programme[0] == '\0' || r->answer == NULL ||
	    (programme = law_find_programme(r->law, c->programme, strlen(c->programme))) == LAW_NONE)
		return NULL;
	for (size_t i = 0; i < r->answer->n_forecast; i++)
		if (r->answer->forecast[i].programme == programme)
			return &r->answer->forecast[i];
	return NULL;
}

/* More doses than are known cannot undo these. */
static bool
stands_whatever_else(uint8_t status)
{
	return status == SCHEDULE_COMPLETE || status == SCHEDULE_EXEMPT || status == SCHEDULE_NOT_ELIGIBLE;
}

static enum list_truth
status_holds(const struct list_condition *c, const struct list_record *r, enum list_apart *why)
{
	const struct schedule_forecast *f = list_forecast(c, r);
	bool in;

	if (f == NULL)
		return LIST_NO;
	in = (c->status >> f->status & 1u) != 0 || (f->overdue && (c->status >> LIST_STATUS_OVERDUE & 1u) != 0);
	if (in && c->dose != 0 && (!f->has_next || f->next.dose != c->dose))
		in = false;
	if (f->status == SCHEDULE_REVIEW && !in && (c->status >> SCHEDULE_REVIEW & 1u) == 0) {
		*why = LIST_APART_REVIEW;
		return LIST_UNKNOWN;
	}
	if (r->is_incomplete && !stands_whatever_else(f->status) &&
	    (in || (c->status >> SCHEDULE_COMPLETE & 1u) != 0)) {
		*why = LIST_APART_INCOMPLETE;
		return LIST_UNKNOWN;
	}
	return in ? LIST_YES : LIST_NO;
}

enum list_truth
list_record_holds(const struct list_condition *c, const struct list_record *r, enum list_apart *ret_apart)
{
	enum list_apart why = LIST_APART_NOT, first = LIST_APART_NOT;
	enum list_truth all = LIST_YES, t;

	if (c->programme[0] != '\0') {
		all = status_holds(c, r, &why);
		first = why;
	}
	for (size_t i = 0; i < c->n_has && all != LIST_NO; i++) {
		why = LIST_APART_NOT;
		t = given(&c->has[i], r, &why);
		if (t == LIST_UNKNOWN && all == LIST_YES)
			first = why;
		all = both(all, t);
	}
	for (size_t i = 0; i < c->n_has_not && all != LIST_NO; i++) {
		why = LIST_APART_NOT;
		t = given(&c->has_not[i], r, &why);
		t = t == LIST_YES ? LIST_NO : t == LIST_NO ? LIST_YES : LIST_UNKNOWN;
		if (t == LIST_UNKNOWN && all == LIST_YES)
			first = why;
		all = both(all, t);
	}
	*ret_apart = first;
	return all;
}
