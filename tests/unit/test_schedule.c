#include "tests/unit/test_schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "law/law_load.h"

static const struct law *law_in_use;

void
test_law_use(const struct law *law)
{
	law_in_use = law;
}

const struct law *
test_law(void)
{
	static struct law_file *file;
	struct fault why = { .rc = RC_OK };
	const char *build = getenv("top_builddir");
	char path[4096];

	if (law_in_use != NULL)
		return law_in_use;
	if (file != NULL)
		return law_of(file);
	snprintf(path, sizeof path, "%s/data/law/watashi.law", build != NULL ? build : ".");
	if (law_load(path, &file, &why) != RC_OK) {
		printf("FAIL the law file %s: %s\n0 passed, 1 failed\n", path, why.text);
		exit(1);
	}
	return law_of(file);
}

void
test_person_init(struct test_person *p)
{
	memset(p, 0, sizeof *p);
	p->person.condition = p->condition;
	p->person.extension = p->extension;
	p->person.pregnancy_start = p->person.antibody_date = DAY_NONE;
}

void
test_person_dose(struct test_person *p, uint16_t product, day given)
{
	struct schedule_dose *d = &p->dose[p->n_dose];

	if (p->n_dose == TEST_DOSES)
		abort();
	snprintf(p->id[p->n_dose], sizeof p->id[0], "d%02zu", p->n_dose);
	d->product = product;
	d->given = (struct day_span){ given, given };
	d->id = p->id[p->n_dose];
	p->n_dose++;
}

enum rc
test_ask(const struct test_person *p, struct test_answer *a)
{
	struct schedule_question q = { .law = test_law(), .person = &p->person, .dose = p->dose,
		.n_dose = p->n_dose, .as_of = p->as_of, .season = p->season, .reasons = true };

	a->answer.credit = a->credit;
	a->answer.room_credit = sizeof a->credit / sizeof a->credit[0];
	return schedule_answer(&q, &a->work, &a->answer);
}

static bool
same_reasons(const struct schedule_reason *a, unsigned n_a, const struct schedule_reason *b, unsigned n_b)
{
	if (n_a != n_b)
		return false;
	for (unsigned i = 0; i < n_a; i++)
		if (a[i].code != b[i].code || a[i].source != b[i].source ||
		    !day_equal(a[i].in_force, b[i].in_force) || !day_equal(a[i].day_a, b[i].day_a) ||
		    !day_equal(a[i].day_b, b[i].day_b) || a[i].product != b[i].product)
			return false;
	return true;
}

bool
test_same_answer(const struct test_answer *a, const struct test_answer *b, const uint16_t *order)
{
	if (a->answer.n_credit != b->answer.n_credit || a->answer.n_forecast != b->answer.n_forecast)
		return false;
	for (size_t i = 0; i < a->answer.n_credit; i++) {
		const struct schedule_credit *x = &a->credit[i];
		bool found = false;

		for (size_t j = 0; j < b->answer.n_credit && !found; j++) {
			const struct schedule_credit *y = &b->credit[j];

			found = (order == NULL ? y->dose_index : order[y->dose_index]) == x->dose_index &&
			    x->programme == y->programme && x->status == y->status && x->dose == y->dose &&
			    same_reasons(x->reason, x->n_reasons, y->reason, y->n_reasons);
		}
		if (!found)
			return false;
	}
	for (size_t i = 0; i < a->answer.n_forecast; i++) {
		const struct schedule_forecast *x = &a->answer.forecast[i], *y = &b->answer.forecast[i];

		if (x->programme != y->programme || x->status != y->status || x->overdue != y->overdue ||
		    x->has_next != y->has_next || x->given != y->given || x->remaining != y->remaining ||
		    !same_reasons(x->reason, x->n_reasons, y->reason, y->n_reasons))
			return false;
		if (!x->has_next)
			continue;
		if (x->next.dose != y->next.dose || x->next.kind != y->next.kind ||
		    x->next.n_choices != y->next.n_choices ||
		    !day_equal(x->next.earliest, y->next.earliest) || !day_equal(x->next.latest, y->next.latest) ||
		    !day_equal(x->next.standard_from, y->next.standard_from) ||
		    !day_equal(x->next.standard_to, y->next.standard_to))
			return false;
		for (unsigned c = 0; c < x->next.n_choices; c++)
			if (x->next.choice[c].product != y->next.choice[c].product ||
			    !day_equal(x->next.choice[c].earliest, y->next.choice[c].earliest) ||
			    !day_equal(x->next.choice[c].latest, y->next.choice[c].latest))
				return false;
	}
	return true;
}

day
test_day(const char *text)
{
	day d;

	if (day_parse(text, strlen(text), &d) != RC_OK) {
		printf("FAIL no such day: %s\n", text);
		exit(1);
	}
	return d;
}

uint16_t
test_product(const char *code)
{
	uint16_t i = law_find_product(test_law(), code, strlen(code));

	if (i == LAW_NONE) {
		printf("FAIL no such vaccine: %s\n", code);
		exit(1);
	}
	return i;
}

uint16_t
test_programme(const char *code)
{
	uint16_t i = law_find_programme(test_law(), code, strlen(code));

	if (i == LAW_NONE) {
		printf("FAIL no such programme: %s\n", code);
		exit(1);
	}
	return i;
}

uint32_t
test_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) >> 16);
}
