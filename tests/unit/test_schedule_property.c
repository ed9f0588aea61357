#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/runner.h"
#include "tests/unit/test_schedule.h"

/*
 * What must hold of every answer, on repeatable random histories.  A failure names its
 * seed and day; WATASHI_SEED=N asks only that one, WATASHI_LONG=1 asks many more.
 */
static struct test_person person, other;
static struct test_answer answer, changed;
static char failure[1024];

static unsigned
n_histories(unsigned usual)
{
	return getenv("WATASHI_LONG") != NULL ? usual * 50 : usual;
}

static bool
fail(uint64_t seed, const char *what, uint16_t programme, day on)
{
	char text[DAY_TEXT_SIZE];

	day_write(on, text);
	snprintf(failure, sizeof failure, "seed %llu: %s: %s %s", (unsigned long long)seed, what,
	    programme == LAW_NONE ? "" : law_string(test_law(), test_law()->programme[programme].code), text);
	CU_assertImplementation(CU_FALSE, 0, failure, __FILE__, "", CU_FALSE);
	return false;
}

static void
print_person(const struct test_person *p)
{
	char text[DAY_TEXT_SIZE];

	day_write(p->person.birth, text);
	printf("born %s\n", text);
	if (p->person.sex == SCHEDULE_SEX_FEMALE || p->person.sex == SCHEDULE_SEX_MALE)
		printf("sex %s\n", p->person.sex == SCHEDULE_SEX_FEMALE ? "female" : "male");
	for (size_t i = 0; i < p->person.n_condition; i++) {
		day_write(p->condition[i].from, text);
		printf("condition %s %s\n", law_string(test_law(), test_law()->condition[p->condition[i].condition].code), text);
	}
	for (size_t i = 0; i < p->person.n_extension; i++) {
		day_write(p->extension[i].from, text);
		printf("extension %s %s", law_string(test_law(), test_law()->programme[p->extension[i].programme].code), text);
		day_write(p->extension[i].until, text);
		printf(" %s\n", text);
	}
	for (size_t i = 0; i < p->n_dose; i++) {
		day_write(p->dose[i].given.first, text);
		printf("given %s %s", p->dose[i].product == LAW_NONE ? "UNKNOWN" :
		    law_string(test_law(), test_law()->product[p->dose[i].product].code), text);
		day_span_write(p->dose[i].given, text);
		printf(" # %s\n", text);
	}
	day_write(p->as_of, text);
	printf("as-of %s\n", text);
}

/* A history: doses given when they were due, a little wrong, or anyhow. */
static void
make_person(uint64_t seed, struct test_person *p)
{
	const struct law *law = test_law();
	uint64_t s = seed * 7919 + 17;
	day first = test_day("2020-10-01"), last = test_day("2027-03-31");
	unsigned n;

	test_person_init(p);
	p->as_of = test_random(&s) % 4 == 0 ? day_add(test_day("2024-05-01"), (int)(test_random(&s) % 1060)) :
	    day_add(test_day("2026-04-01"), (int)(test_random(&s) % 360));
	switch (test_random(&s) % 8) {
	case 0:
		p->person.birth = day_add(test_day("1920-01-01"), (int)(test_random(&s) % 38000));
		break;
	case 1:
		p->person.birth = day_add(test_day("1995-01-01"), (int)(test_random(&s) % 9000));
		break;
	default:
		p->person.birth = day_add(p->as_of, -(int)(test_random(&s) % 2000));
		break;
	}
	if (test_random(&s) % 4 != 0) {
		/* The edges of the calendar. */
		static const char *const edge[] = { "2024-02-29", "2025-04-01", "2025-04-02", "2023-12-31", "2021-08-31" };

		if (test_random(&s) % 6 == 0)
			p->person.birth = test_day(edge[test_random(&s) % 5]);
	}
	if (day_after(p->person.birth, p->as_of))
		p->as_of = p->person.birth;
	p->person.sex = (enum schedule_sex)(test_random(&s) % SCHEDULE_SEX__COUNT);
	if (test_random(&s) % 5 == 0) {
		p->condition[0].condition = (uint16_t)(test_random(&s) % law->n_condition);
		p->condition[0].from = test_random(&s) % 2 ? DAY_NONE : day_add(p->as_of, -(int)(test_random(&s) % 900));
		if (law->condition[p->condition[0].condition].role != LAW_CONDITION_DIED)
			p->person.n_condition = 1;
	}
	if (test_random(&s) % 6 == 0) {
		p->extension[0].programme = (uint16_t)(test_random(&s) % law->n_programme);
		p->extension[0].from = day_add(p->as_of, -(int)(test_random(&s) % 500));
		p->extension[0].until = day_add(p->extension[0].from, (int)(test_random(&s) % 730));
		p->person.n_extension = 1;
	}
	n = test_random(&s) % 26;
	for (unsigned i = 0; i < n; i++) {
		uint16_t programme = (uint16_t)(test_random(&s) % law->n_programme);
		const struct schedule_forecast *f;
		day on;
		uint16_t product;
		day as_of = p->as_of;

		if (test_ask(p, &changed) != RC_OK)
			return;
		f = &changed.answer.forecast[programme];
		if (f->has_next && f->next.n_choices > 0 && test_random(&s) % 8 != 0) {
			product = f->next.choice[test_random(&s) % f->next.n_choices].product;
			on = f->next.earliest;
			switch (test_random(&s) % 6) {
			case 0:
				on = day_add(on, -1);
				break;
			case 1:
				on = day_add(on, (int)(test_random(&s) % 60));
				break;
			case 2:
				on = day_add(on, (int)(test_random(&s) % 700));
				break;
			default:
				break;
			}
		} else {
			product = (uint16_t)(test_random(&s) % law->n_product);
			on = day_add(p->person.birth, (int)(test_random(&s) % 3000));
		}
		if (day_before(on, first) || day_after(on, last) || day_after(on, as_of))
			continue;
		test_person_dose(p, product, on);
	}
}

static const struct schedule_credit *
credit_of(const struct test_answer *a, size_t dose, uint16_t programme)
{
	for (size_t i = 0; i < a->answer.n_credit; i++)
		if (a->credit[i].dose_index == dose && a->credit[i].programme == programme)
			return &a->credit[i];
	return NULL;
}

static bool
has(const struct schedule_reason *r, unsigned n, enum schedule_reason_code code)
{
	for (unsigned i = 0; i < n; i++)
		if (r[i].code == code)
			return true;
	return false;
}

/* The dose, were it given: lawful and counted as number `dose`; as_of moves on to the day if need be. */
static bool
would_count(uint16_t programme, uint16_t product, day on, unsigned dose, bool *ret_counts)
{
	static const enum schedule_reason_code unlawful[] = { SCHEDULE_OUTSIDE_TARGET, SCHEDULE_NOT_IN_FORCE,
		SCHEDULE_DOCTOR_JUDGEMENT, SCHEDULE_CAUTIOUS_DAY, SCHEDULE_LIVE_INTERVAL, SCHEDULE_COURSE_CHANGED };
	const struct schedule_credit *c;

	other = person;
	test_person_dose(&other, product, on);
	other.as_of = day_max(person.as_of, on);
	*ret_counts = false;
	if (test_ask(&other, &changed) != RC_OK ||
	    (c = credit_of(&changed, other.n_dose - 1, programme)) == NULL || c->status != SCHEDULE_VALID)
		return false;
	*ret_counts = c->dose == dose;
	if (c->dose != dose)
		return false;
	for (size_t i = 0; i < sizeof unlawful / sizeof unlawful[0]; i++)
		if (has(c->reason, c->n_reasons, unlawful[i]) &&
		    !(unlawful[i] == SCHEDULE_DOCTOR_JUDGEMENT && person.person.n_condition > 0))
			return false;
	return true;
}

static bool
near_product(const struct schedule_forecast *f, day on, unsigned dose)
{
	bool counts;

	for (unsigned i = 0; i < f->next.n_choices; i++)
		if (!day_after(f->next.choice[i].earliest, on) &&
		    (!day_known(f->next.choice[i].latest) || !day_before(f->next.choice[i].latest, on)) &&
		    would_count(f->programme, f->next.choice[i].product, on, dose, &counts))
			return true;
	return false;
}

static bool
check_forecast(uint64_t seed, const struct schedule_forecast *f)
{
	const struct law_programme *p = &test_law()->programme[f->programme];
	day end;
	bool counts;

	if (f->status == SCHEDULE_DUE && (!f->has_next || day_after(f->next.earliest, person.as_of) ||
	    (day_known(f->next.latest) && day_before(f->next.latest, person.as_of))))
		return fail(seed, "due, but not on this day", f->programme, person.as_of);
	if (f->status == SCHEDULE_UPCOMING && (!f->has_next || !day_after(f->next.earliest, person.as_of)))
		return fail(seed, "upcoming, but now", f->programme, person.as_of);
	if (f->has_next && f->status != SCHEDULE_DUE && f->status != SCHEDULE_UPCOMING && f->status != SCHEDULE_REVIEW)
		return fail(seed, "a next dose of what is settled", f->programme, person.as_of);
	if ((f->status == SCHEDULE_COMPLETE || f->status == SCHEDULE_EXEMPT || f->status == SCHEDULE_NOT_ELIGIBLE) &&
	    f->remaining != 0)
		return fail(seed, "doses remain of nothing", f->programme, person.as_of);
	if (f->overdue && f->status != SCHEDULE_DUE)
		return fail(seed, "overdue, not due", f->programme, person.as_of);
	if (!f->has_next)
		return true;
	if (f->remaining == 0)
		return fail(seed, "nothing remains, yet a next dose", f->programme, person.as_of);
	if (day_known(f->next.latest) && day_after(f->next.earliest, f->next.latest))
		return fail(seed, "earliest after latest", f->programme, f->next.earliest);
	for (unsigned i = 0; i < f->next.n_choices; i++)
		if (day_before(f->next.choice[i].earliest, f->next.earliest) ||
		    (day_known(f->next.latest) && (!day_known(f->next.choice[i].latest) ||
		    day_after(f->next.choice[i].latest, f->next.latest))))
			return fail(seed, "a vaccine outside the dose's days", f->programme, f->next.choice[i].earliest);
	/* Asked on a later day the law may have moved on: only when it had settled. */
	if (f->status == SCHEDULE_REVIEW || person.n_dose + 1 >= TEST_DOSES ||
	    day_before(person.as_of, test_day("2026-04-01")))
		return true;
	/* A stage that waits for an earlier one is forecast as if that were full. */
	for (size_t i = 0; i < f->programme; i++)
		if (p->stages != LAW_NONE && test_law()->programme[i].stages == p->stages &&
		    answer.answer.forecast[i].has_next && day_known(answer.answer.forecast[i].next.latest) &&
		    !day_before(answer.answer.forecast[i].next.latest, f->next.earliest))
			return true;
	for (unsigned i = 0; i < f->next.n_choices; i++) {
		/* On its first day the dose counts, lawfully; and so on its last. */
		if (!day_before(f->next.choice[i].earliest, test_law()->history_from) && !would_count(f->programme, f->next.choice[i].product, f->next.choice[i].earliest, f->next.dose, &counts))
			return fail(seed, "not counted on its first day", f->programme, f->next.choice[i].earliest);
		end = day_known(f->next.choice[i].latest) ? f->next.choice[i].latest : day_add(f->next.choice[i].earliest, 4000);
		if (day_before(end, day_add(person.as_of, 36500)) &&
		    !would_count(f->programme, f->next.choice[i].product, end, f->next.dose, &counts))
			return fail(seed, "not counted on its last day", f->programme, end);
	}
	/* A day earlier or later it does not; a booster's place may be taken by an initial dose before. */
	if (f->next.kind != LAW_DOSE_BOOSTER && p->stages == LAW_NONE &&
	    !has(f->reason, f->n_reasons, SCHEDULE_LIVE_INTERVAL) && !has(f->reason, f->n_reasons, SCHEDULE_EXTENSION) &&
	    near_product(f, day_add(f->next.earliest, -1), f->next.dose))
		return fail(seed, "lawful the day before", f->programme, f->next.earliest);
	for (unsigned i = 0; i < f->next.n_choices && f->next.kind == LAW_DOSE_BOOSTER; i++)
		if (day_known(f->next.latest) &&
		    would_count(f->programme, f->next.choice[i].product, day_add(f->next.latest, 1), f->next.dose, &counts))
			return fail(seed, "lawful the day after", f->programme, f->next.latest);
	return true;
}

static uint64_t
only_seed(void)
{
	const char *s = getenv("WATASHI_SEED");

	return s == NULL ? 0 : strtoull(s, NULL, 10);
}

static void
for_histories(unsigned usual, bool (*check)(uint64_t seed))
{
	uint64_t only = only_seed();

	for (uint64_t seed = only != 0 ? only : 1; seed <= (only != 0 ? only : n_histories(usual)); seed++) {
		make_person(seed, &person);
		if (test_ask(&person, &answer) != RC_OK) {
			fail(seed, "no answer", LAW_NONE, person.as_of);
			break;
		}
		if (!check(seed)) {
			print_person(&person);
			break;
		}
	}
}

static bool
forecasts_keep(uint64_t seed)
{
	for (size_t i = 0; i < answer.answer.n_forecast; i++)
		if (!check_forecast(seed, &answer.answer.forecast[i]))
			return false;
	return true;
}

static void
a_forecast_dose_counts_on_its_first_and_last_day_and_not_outside(void)
{
	for_histories(1500, forecasts_keep);
}

static bool
order_keeps(uint64_t seed)
{
	uint16_t order[TEST_DOSES];
	uint64_t s = seed;

	for (size_t i = 0; i < person.n_dose; i++)
		order[i] = (uint16_t)i;
	for (size_t i = person.n_dose; i > 1; i--) {
		size_t j = test_random(&s) % i;
		uint16_t swap = order[i - 1];

		order[i - 1] = order[j];
		order[j] = swap;
	}
	other = person;
	for (size_t i = 0; i < person.n_dose; i++)
		other.dose[i] = person.dose[order[i]];
	if (test_ask(&other, &changed) != RC_OK || !test_same_answer(&answer, &changed, order))
		return fail(seed, "order of doses", LAW_NONE, person.as_of);
	return true;
}

static void
the_order_of_doses_changes_nothing(void)
{
	for_histories(1500, order_keeps);
}

static bool
same_forecasts(uint64_t seed, const char *what)
{
	for (size_t i = 0; i < answer.answer.n_forecast; i++) {
		const struct schedule_forecast *x = &answer.answer.forecast[i], *y = &changed.answer.forecast[i];

		if (x->status != y->status || x->has_next != y->has_next || x->remaining != y->remaining ||
		    x->given != y->given || x->overdue != y->overdue || (x->has_next &&
		    (!day_equal(x->next.earliest, y->next.earliest) || !day_equal(x->next.latest, y->next.latest) ||
		    x->next.n_choices != y->next.n_choices)))
			return fail(seed, what, (uint16_t)i, person.as_of);
	}
	return true;
}

static bool
twice_is_once(uint64_t seed)
{
	other = person;
	if (person.n_dose == 0 || person.n_dose + 1 >= TEST_DOSES)
		return true;
	test_person_dose(&other, person.dose[seed % person.n_dose].product, person.dose[seed % person.n_dose].given.first);
	return test_ask(&other, &changed) == RC_OK && same_forecasts(seed, "the same dose twice");
}

static void
the_same_dose_twice_changes_no_forecast(void)
{
	for_histories(500, twice_is_once);
}

static bool
unrelated_is_unseen(uint64_t seed)
{
	uint64_t s = seed;
	day on = day_add(test_day("2024-05-01"), (int)(test_random(&s) % 900));

	if (day_after(on, person.as_of))
		on = person.as_of;
	other = person;
	test_person_dose(&other, test_product(seed % 2 ? "TBV" : "MenACWY"), on);
	return test_ask(&other, &changed) == RC_OK && same_forecasts(seed, "an unrelated vaccine");
}

static void
an_unrelated_vaccine_changes_nothing(void)
{
	for_histories(500, unrelated_is_unseen);
}

/* A newborn whose family follows every forecast has everything at the end. */
static void
following_the_forecasts_ends_complete(void)
{
	const struct law *law = test_law();
	uint64_t only = only_seed();

	for (uint64_t seed = only != 0 ? only : 1; seed <= (only != 0 ? only : n_histories(60)); seed++) {
		uint64_t s = seed;
		unsigned round = 0;

		test_person_init(&person);
		person.person.birth = person.as_of = day_add(test_day("2024-04-01"), (int)(test_random(&s) % 960));
		person.person.sex = SCHEDULE_SEX_FEMALE;
		for (; round < TEST_DOSES - 1; round++) {
			const struct schedule_forecast *best = NULL;
			day on = DAY_MAX;

			CU_ASSERT_FATAL(test_ask(&person, &answer) == RC_OK);
			for (size_t i = 0; i < answer.answer.n_forecast; i++) {
				const struct schedule_forecast *f = &answer.answer.forecast[i];

				if (!law->programme[i].child || !f->has_next || f->next.n_choices == 0)
					continue;
				if (day_before(day_max(f->next.choice[0].earliest, person.as_of), on)) {
					on = day_max(f->next.choice[0].earliest, person.as_of);
					best = f;
				}
			}
			if (best == NULL)
				break;
			test_person_dose(&person, best->next.choice[test_random(&s) % 4 == 0 && best->next.n_choices > 1 &&
			    !day_after(best->next.choice[1].earliest, on)].product, on);
			person.as_of = on;
		}
		for (size_t i = 0; i < answer.answer.n_forecast; i++) {
			const struct schedule_forecast *f = &answer.answer.forecast[i];

			if (law->programme[i].child && f->status != SCHEDULE_COMPLETE && f->status != SCHEDULE_NOT_ELIGIBLE) {
				fail(seed, schedule_status_name((enum schedule_status)f->status), (uint16_t)i, person.as_of);
				print_person(&person);
				return;
			}
		}
	}
}

static bool
imprecise_is_cautious(uint64_t seed)
{
	uint64_t s = seed;
	size_t dose;

	if (person.n_dose == 0)
		return true;
	dose = test_random(&s) % person.n_dose;
	other = person;
	{
		int year, month, mday;
		day first;

		day_split(person.dose[dose].given.first, &year, &month, &mday);
		if (day_make(year, month, 1, &first) != RC_OK)
			return true;
		other.dose[dose].given = (struct day_span){ first, day_add(first, day_month_length(year, month) - 1) };
	}
	if (test_ask(&other, &changed) != RC_OK)
		return fail(seed, "no answer to a month", LAW_NONE, person.as_of);
	for (size_t i = 0; i < answer.answer.n_forecast; i++) {
		const struct schedule_forecast *x = &answer.answer.forecast[i], *y = &changed.answer.forecast[i];

		/* The day it was given is one of those it could mean: the answer is this one, or review. */
		if (y->status != SCHEDULE_REVIEW && y->status != x->status)
			return fail(seed, "a month is surer than its day", (uint16_t)i, person.as_of);
		if (y->status != SCHEDULE_REVIEW && x->has_next && y->has_next &&
		    day_before(y->next.earliest, x->next.earliest))
			return fail(seed, "a month opens an earlier day", (uint16_t)i, y->next.earliest);
	}
	return true;
}

static void
a_month_is_never_surer_than_its_day(void)
{
	for_histories(300, imprecise_is_cautious);
}

/* What the work area keeps of the law is that of the day asked about, and nothing of a person. */
static bool
work_keeps_nothing(uint64_t seed)
{
	uint16_t order[TEST_DOSES];

	for (uint16_t i = 0; i < TEST_DOSES; i++)
		order[i] = i;
	make_person(seed + 1, &other);
	if (other.as_of.n == person.as_of.n)
		other.as_of = day_add(other.as_of, -1);
	if (day_after(other.person.birth, other.as_of))
		other.person.birth = other.as_of;
	if (test_ask(&other, &answer) != RC_OK || test_ask(&person, &answer) != RC_OK)
		return fail(seed, "no answer", LAW_NONE, person.as_of);
	memset(&changed.work, 0, sizeof changed.work);
	if (test_ask(&person, &changed) != RC_OK)
		return fail(seed, "no answer with a new work area", LAW_NONE, person.as_of);
	return test_same_answer(&answer, &changed, order) ||
	    fail(seed, "a used work area changes the answer", LAW_NONE, person.as_of);
}

static void
a_used_work_area_answers_like_a_new_one(void)
{
	for_histories(1500, work_keeps_nothing);
}

RUNNER_SUITE(schedule_property,
    RUNNER_TEST(a_used_work_area_answers_like_a_new_one),
    RUNNER_TEST(a_forecast_dose_counts_on_its_first_and_last_day_and_not_outside),
    RUNNER_TEST(the_order_of_doses_changes_nothing),
    RUNNER_TEST(the_same_dose_twice_changes_no_forecast),
    RUNNER_TEST(an_unrelated_vaccine_changes_nothing),
    RUNNER_TEST(following_the_forecasts_ends_complete),
    RUNNER_TEST(a_month_is_never_surer_than_its_day));
