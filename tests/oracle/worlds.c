#include "tests/oracle/answer.h"

#include <assert.h>
#include <string.h>

#include "tests/oracle/civil.h"

/*
 * A date written as a month or a year can mean each of its days, and an untold sex both.  Every
 * way to read them is answered, and the answers are put together as the contract says.
 */
#define WORLDS 800

static bool
dates_vary(const struct life *life)
{
	for (int i = 0; i < life->n_doses; i++)
		if (life->dose[i].first != life->dose[i].last)
			return true;
	return false;
}

static void
join_credits(const struct judged *j, const struct life *life, struct answer *a, bool first)
{
	for (int d = 0; d < life->n_doses; d++) {
		bool known = life->dose[d].first == life->dose[d].last;

		if (first) {
			a->n_credits[d] = j->n_credits[d];
			memcpy(a->credit[d], j->credit[d], sizeof a->credit[d]);
			continue;
		}
		for (int c = 0; c < j->n_credits[d]; c++) {
			struct answer_credit *mine = &a->credit[d][c];
			const struct answer_credit *other = &j->credit[d][c];

			if (c >= a->n_credits[d]) {
				*mine = *other;
				a->n_credits[d]++;
				mine->status = CREDIT_REVIEW;
				mine->number = 0;
				mine->unsure = true;
			} else if (known && mine->status == other->status && mine->programme == other->programme) {
				/* How many others come before is in doubt, not this dose. */
				mine->any_number = mine->any_number || mine->number != other->number;
			} else if (mine->status != other->status || mine->number != other->number ||
			    mine->programme != other->programme) {
				/* What the sex alone decides of a dose is nothing the contract speaks of. */
				mine->unsure = mine->unsure || mine->programme != other->programme || !dates_vary(life);
				mine->status = CREDIT_REVIEW;
				mine->number = 0;
				mine->changed = false;
			}
		}
	}
}

static void
join_forecast(struct answer_forecast *f, const struct answer_forecast *x)
{
	bool same = f->status == x->status;

	/* A series that is complete stays so, whoever was its target. */
	if ((f->status == STATUS_COMPLETE && x->no_target) || (f->no_target && x->status == STATUS_COMPLETE)) {
		f->status = STATUS_COMPLETE;
		f->remaining = 0;
		return;
	}
	/* Nor is anything wanted of whom an exclusion exempts. */
	if ((f->status == STATUS_EXEMPT && x->no_target) || (f->no_target && x->status == STATUS_EXEMPT)) {
		f->status = STATUS_EXEMPT;
		return;
	}
	if (!same || f->next != x->next || f->dose != x->dose || f->kind != x->kind || f->earliest != x->earliest ||
	    f->latest != x->latest || f->remaining != x->remaining || f->n_vaccines != x->n_vaccines ||
	    memcmp(f->vaccine, x->vaccine, sizeof f->vaccine) != 0 ||
	    f->standard_from != x->standard_from || f->standard_to != x->standard_to)
		f->imprecise = true;
	if (!f->next && x->next) {
		struct answer_forecast keep = *f;

		*f = *x;
		f->status = keep.status;
		f->imprecise = true;
	} else if (f->next && x->next) {
		if (x->earliest > f->earliest)
			f->earliest = x->earliest;
		if (x->latest < f->latest)
			f->latest = x->latest;
	}
	if (!same)
		f->status = STATUS_REVIEW;
	f->overdue = f->overdue && x->overdue;
}

static void
answer_sex(const struct text *text, const struct life *life, enum life_sex sex, struct answer *a, bool *first)
{
	static struct life_law l;
	static struct judged j;
	int day[LIFE_DOSES];

	life_read_law(&l, text, life, sex);
	for (int i = 0; i < life->n_doses; i++)
		day[i] = life->dose[i].first;
	for (;;) {
		int i = 0;

		judge(&l, day, &j);
		join_credits(&j, life, a, *first);
		for (int p = 0; p < text->n_programmes; p++) {
			struct answer_forecast f;

			forecast(&l, &j, p, &f);
			if (*first)
				a->forecast[p] = f;
			else
				join_forecast(&a->forecast[p], &f);
		}
		*first = false;
		while (i < life->n_doses && day[i] == life->dose[i].last) {
			day[i] = life->dose[i].first;
			i++;
		}
		if (i == life->n_doses)
			return;
		day[i]++;
	}
}

void
answer(const struct text *text, const struct life *life, struct answer *a)
{
	bool first = true;
	long worlds = 1;

	memset(a, 0, sizeof *a);
	for (int i = 0; i < life->n_doses && worlds <= WORLDS; i++)
		worlds *= life->dose[i].last - life->dose[i].first + 1;
	if (worlds > WORLDS) {
		a->too_many_worlds = true;
		return;
	}
	if (life->sex == LIFE_FEMALE || life->sex == LIFE_UNKNOWN || life->sex == LIFE_OTHER)
		answer_sex(text, life, LIFE_FEMALE, a, &first);
	if (life->sex != LIFE_FEMALE)
		answer_sex(text, life, LIFE_MALE, a, &first);
	/* Given counts the credits that stand in every reading. */
	for (int p = 0; p < text->n_programmes; p++) {
		int in_one = a->forecast[p].given;

		a->forecast[p].given = 0;
		for (int d = 0; d < life->n_doses; d++)
			for (int c = 0; c < a->n_credits[d]; c++)
				a->forecast[p].given += a->credit[d][c].programme == p && a->credit[d][c].status == CREDIT_VALID;
		a->forecast[p].imprecise = a->forecast[p].imprecise || a->forecast[p].given != in_one;
	}
}
