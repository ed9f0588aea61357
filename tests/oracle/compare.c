#include "tests/oracle/compare.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "law/law.h"
#include "schedule/schedule.h"
#include "tests/oracle/civil.h"
#include "tests/unit/test_schedule.h"

static struct difference *first;
static int n_differences;

static const char *const credit_name[] = { "valid", "not-valid", "extra", "review" };
static const char *const status_name[] = { "due", "upcoming", "complete", "exempt", "closed", "not-eligible", "review" };
static const char *const kind_name[] = { "initial", "booster", "single", "seasonal" };

static void __attribute__((format(printf, 3, 4)))
differ(const char *programme, const char *field, const char *format, ...)
{
	va_list ap;

	if (n_differences++ > 0)
		return;
	snprintf(first->where, sizeof first->where, "%s %s", programme, field);
	va_start(ap, format);
	vsnprintf(first->what, sizeof first->what, format, ap);
	va_end(ap);
}

/* Days cross as text: each side counts its own way. */
static day
to_day(int d)
{
	char text[11];
	day x = DAY_NONE;

	if (d < 0 || d >= CIVIL_NEVER_AFTER)
		return DAY_NONE;
	civil_write(d, text);
	if (day_parse(text, 10, &x) != RC_OK)
		abort();
	return x;
}

static const char *
from_day(day d, char text[DAY_TEXT_SIZE])
{
	if (!day_known(d))
		return "none";
	day_write(d, text);
	return text;
}

static bool
same_day(int mine, day theirs)
{
	if (mine < 0 || mine >= CIVIL_NEVER_AFTER)
		return !day_known(theirs);
	return day_known(theirs) && day_equal(to_day(mine), theirs);
}

static void
compare_day(const char *programme, const char *field, int mine, day theirs)
{
	char a[11], b[DAY_TEXT_SIZE];

	if (same_day(mine, theirs))
		return;
	if (mine < 0 || mine >= CIVIL_NEVER_AFTER)
		snprintf(a, sizeof a, "none");
	else
		civil_write(mine, a);
	differ(programme, field, "%s by the text, %s by the calculator", a, from_day(theirs, b));
}

static struct test_person person;
static struct test_answer fast;

static void
put_person(const struct text *text, const struct life *x)
{
	static const enum schedule_sex sex[] = { SCHEDULE_SEX_UNKNOWN, SCHEDULE_SEX_FEMALE, SCHEDULE_SEX_MALE, SCHEDULE_SEX_OTHER };

	test_person_init(&person);
	person.person.birth = to_day(x->birth);
	person.person.sex = sex[x->sex];
	person.as_of = to_day(x->as_of);
	person.person.pregnancy_start = to_day(x->pregnancy);
	person.person.antibody_date = to_day(x->antibody);
	person.person.antibody_low = x->antibody >= 0 && x->antibody_low;
	for (int i = 0; i < x->n_conditions; i++) {
		const char *code = text->condition[x->condition[i].condition];

		person.condition[i].condition = law_find_condition(test_law(), code, strlen(code));
		person.condition[i].from = to_day(x->condition[i].from);
	}
	person.person.n_condition = (size_t)x->n_conditions;
	for (int i = 0; i < x->n_extensions; i++) {
		person.extension[i].programme = test_programme(text->programme[x->extension[i].programme].name);
		person.extension[i].from = to_day(x->extension[i].from);
		person.extension[i].until = to_day(x->extension[i].until);
	}
	person.person.n_extension = (size_t)x->n_extensions;
	for (int i = 0; i < x->n_doses; i++) {
		test_person_dose(&person, x->dose[i].product < 0 ? LAW_NONE : test_product(text->product[x->dose[i].product].name),
		    to_day(x->dose[i].first));
		person.dose[i].given.last = to_day(x->dose[i].last);
	}
	if (x->season_set)
		person.season = (struct schedule_season){ (int16_t)x->season_from_month, (int16_t)x->season_from_mday,
			(int16_t)x->season_to_month, (int16_t)x->season_to_mday };
}

static void
compare_credits(const struct text *text, const struct life *x, const struct answer *mine)
{
	size_t n = 0;
	bool unsure = false;

	for (int d = 0; d < x->n_doses; d++) {
		char field[32];

		snprintf(field, sizeof field, "dose %d", d + 1);
		for (int c = 0; c < mine->n_credits[d]; c++) {
			const struct answer_credit *m = &mine->credit[d][c];
			const char *programme = text->programme[m->programme].name;
			const struct schedule_credit *t = NULL;

			for (size_t i = 0; i < fast.answer.n_credit; i++)
				if (fast.credit[i].dose_index == d && fast.credit[i].programme == test_programme(programme))
					t = &fast.credit[i];
			n++;
			if (m->unsure) {
				unsure = true;
				continue;
			}
			if (t == NULL)
				differ(programme, "credit", "%s: %s by the text, none by the calculator", field, credit_name[m->status]);
			else if (strcmp(schedule_credit_name((enum schedule_credit_status)t->status), credit_name[m->status]) != 0 ||
			    (t->dose != m->number && !m->any_number))
				differ(programme, "credit", "%s: %s %d by the text, %s %u by the calculator", field,
				    credit_name[m->status], m->number,
				    schedule_credit_name((enum schedule_credit_status)t->status), t->dose);
		}
	}
	if (n_differences == 0 && !unsure && n != fast.answer.n_credit)
		differ("-", "credits", "%zu by the text, %zu by the calculator", n, fast.answer.n_credit);
}

static bool
offered_by_another(const struct text *text, const char *name)
{
	for (int i = 0; i < text->n_choices; i++)
		if (text->choice[i].while_missing != 0 && strcmp(text->programme[text->choice[i].programme].name, name) == 0)
			return true;
	return false;
}

static void
compare_forecast(const char *name, const struct text *text, const struct answer_forecast *m, const struct schedule_forecast *t,
    bool died, bool in_doubt, bool unsure, bool born_in_doubt)
{
	const char *status = schedule_status_name((enum schedule_status)t->status);
	char list[2][200] = { "", "" };

	/* The calculator may be more careful, in status and days, where a vaccine is offered only while another programme is in doubt. */
	if (in_doubt && offered_by_another(text, name) && (t->status == SCHEDULE_REVIEW || strcmp(status, status_name[m->status]) == 0))
		return;
	/* Of another programme's dose only the days of the life up to the as-of day count, here; the contract is silent. */
	if (m->status == STATUS_REVIEW && born_in_doubt)
		return;
	if (strcmp(status, status_name[m->status]) != 0) {
		differ(name, "status", "%s by the text, %s by the calculator", status_name[m->status], status);
		return;
	}
	/* Of which programme a dose is can hang on the sex that nobody told. */
	if (m->given != t->given && !unsure)
		differ(name, "given", "%d by the text, %u by the calculator", m->given, t->given);
	/* Where imprecise dates leave more than one answer, only what the contract fixes is compared. */
	if (m->imprecise) {
		if (m->next && t->has_next && m->status != STATUS_REVIEW) {
			compare_day(name, "earliest", m->earliest, t->next.earliest);
			/* Days that have nothing in common: no last day goes with the first; the contract is silent. */
			if (m->latest >= m->earliest)
				compare_day(name, "latest", m->latest, t->next.latest);
		}
		return;
	}
	if (m->remaining != t->remaining && !died && !m->counted_later)
		differ(name, "remaining", "%d by the text, %u by the calculator", m->remaining, t->remaining);
	if (m->overdue != t->overdue)
		differ(name, "overdue", "%d by the text, %d by the calculator", m->overdue, t->overdue);
	if (m->next != t->has_next) {
		differ(name, "next", "%s by the text", m->next ? "a next dose" : "none");
		return;
	}
	if (!m->next)
		return;
	if (m->dose != t->next.dose)
		differ(name, "next dose", "%d by the text, %u by the calculator", m->dose, t->next.dose);
	if (strcmp(kind_name[m->kind], schedule_kind_name((enum law_dose_kind)t->next.kind)) != 0)
		differ(name, "kind", "%s by the text, %s by the calculator", kind_name[m->kind],
		    schedule_kind_name((enum law_dose_kind)t->next.kind));
	compare_day(name, "earliest", m->earliest, t->next.earliest);
	compare_day(name, "latest", m->latest, t->next.latest);
	for (int i = 0; i < m->n_vaccines; i++)
		snprintf(list[0] + strlen(list[0]), sizeof list[0] - strlen(list[0]), " %s", text->product[m->vaccine[i].product].name);
	for (unsigned i = 0; i < t->next.n_choices; i++)
		snprintf(list[1] + strlen(list[1]), sizeof list[1] - strlen(list[1]), " %s",
		    law_string(test_law(), test_law()->product[t->next.choice[i].product].code));
	if (strcmp(list[0], list[1]) != 0) {
		differ(name, "vaccines", "%s by the text, %s by the calculator", list[0], list[1]);
		return;
	}
	compare_day(name, "standard from", m->standard_from, t->next.standard_from);
	compare_day(name, "standard to", m->standard_to, t->next.standard_to);
	for (int i = 0; i < m->n_vaccines; i++) {
		compare_day(name, "first day of a vaccine", m->vaccine[i].earliest, t->next.choice[i].earliest);
		compare_day(name, "last day of a vaccine", m->vaccine[i].latest, t->next.choice[i].latest);
	}
}

int
compare(const struct text *text, const struct life *life, struct difference *ret_first)
{
	static struct answer mine;
	bool died = false, in_doubt = false, unsure = false, born_in_doubt = false;
	enum rc rc;

	first = ret_first;
	n_differences = 0;
	answer(text, life, &mine);
	if (mine.too_many_worlds)
		return 0;
	put_person(text, life);
	if ((rc = test_ask(&person, &fast)) != RC_OK) {
		differ("-", "answer", "the calculator refuses: %d", (int)rc);
		return 1;
	}
	compare_credits(text, life, &mine);
	/* What still remains of somebody who died is asked by nobody. */
	for (int i = 0; i < life->n_conditions; i++)
		died = died || life->condition[i].condition == text->died;
	for (int i = 0; i < life->n_doses; i++) {
		in_doubt = in_doubt || life->dose[i].first != life->dose[i].last;
		born_in_doubt = born_in_doubt || (life->dose[i].first < life->birth && life->birth <= life->dose[i].last) ||
		    (life->dose[i].first <= life->as_of && life->as_of < life->dose[i].last);
		for (int c = 0; c < mine.n_credits[i]; c++)
			unsure = unsure || mine.credit[i][c].unsure;
	}
	for (int p = 0; p < text->n_programmes; p++)
		compare_forecast(text->programme[p].name, text, &mine.forecast[p],
		    &fast.answer.forecast[test_programme(text->programme[p].name)], died, in_doubt, unsure, born_in_doubt);
	return n_differences;
}

static bool
same_forecast(const struct answer_forecast *a, const struct answer_forecast *b)
{
	bool same = a->status == b->status && a->overdue == b->overdue && a->given == b->given &&
	    a->remaining == b->remaining && a->next == b->next && a->dose == b->dose && a->kind == b->kind &&
	    a->earliest == b->earliest && a->latest == b->latest && a->standard_from == b->standard_from &&
	    a->standard_to == b->standard_to && a->n_vaccines == b->n_vaccines && a->cautious == b->cautious &&
	    a->imprecise == b->imprecise && a->counted_later == b->counted_later;

	for (int v = 0; same && v < a->n_vaccines; v++)
		same = a->vaccine[v].product == b->vaccine[v].product && a->vaccine[v].earliest == b->vaccine[v].earliest &&
		    a->vaccine[v].latest == b->vaccine[v].latest;
	return same;
}

bool
compare_same(const struct text *text, const struct life *life, const struct answer *a, const struct answer *b,
    struct difference *ret_first)
{
	first = ret_first;
	n_differences = 0;
	for (int p = 0; p < text->n_programmes && !a->too_many_worlds; p++)
		if (!same_forecast(&a->forecast[p], &b->forecast[p]))
			differ(text->programme[p].name, "stretches", "day by day and by stretches are not the same");
	for (int d = 0; d < life->n_doses; d++)
		for (int c = 0; c < a->n_credits[d]; c++)
			if (a->credit[d][c].status != b->credit[d][c].status || a->credit[d][c].number != b->credit[d][c].number ||
			    a->credit[d][c].programme != b->credit[d][c].programme || a->n_credits[d] != b->n_credits[d])
				differ("-", "stretches", "dose %d: day by day and by stretches are not the same", d + 1);
	return n_differences == 0;
}
