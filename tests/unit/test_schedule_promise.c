#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/runner.h"
#include "tests/unit/edge.h"

/*
 * What the contract promises of every answer, asked of people who stand on the edges of each programme
 * (edge_make; repeatable, WATASHI_LONG=1 asks fifty times as many).  Beside each property stands a defect: an
 * answer, or a law, made wrong on purpose, which that property must notice.
 *
 * The day before `earliest` a dose is not lawful, or its credit says which of five things alone held it back:
 * spacing from another vaccine, a doctor's judgement, the cautious day (each of which the forecast shows), a day
 * before the window or the rule, and a change of course (which it does not: it speaks of the shorter course).  A
 * forecast shows what holds back the vaccine that it lists first, from a day yet to come.
 */
enum defect {
	DEFECT_NONE, DEFECT_ORDER, DEFECT_DUPLICATE, DEFECT_TOO_SOON, DEFECT_TOO_LATE, DEFECT_NEVER, DEFECT_UNRELATED,
	DEFECT_REVERSED, DEFECT_NOT_DUE, DEFECT_SILENT,
};

static enum defect defect;
static struct test_person person, other;
static struct test_answer answer, changed;
static char found[512];

static bool
has(const struct schedule_reason *r, unsigned n, enum schedule_reason_code code)
{
	for (unsigned i = 0; i < n; i++)
		if (r[i].code == code)
			return true;
	return false;
}

static void
spoil(const struct test_person *p, struct schedule_forecast *f)
{
	struct schedule_next *next = &f->next;

	switch (defect) {
	case DEFECT_ORDER:
		f->given = (uint8_t)(f->given + (p->n_dose > 1 && day_after(p->dose[0].given.first, p->dose[1].given.first)));
		break;
	case DEFECT_DUPLICATE:
		f->given = (uint8_t)p->n_dose;
		break;
	case DEFECT_TOO_SOON:
		next->earliest = day_add(next->earliest, -1);
		for (unsigned i = 0; i < next->n_choices; i++)
			next->choice[i].earliest = day_add(next->choice[i].earliest, -1);
		break;
	case DEFECT_TOO_LATE:
		next->earliest = day_add(next->earliest, 1);
		break;
	case DEFECT_NEVER:
		for (unsigned i = 0; i < next->n_choices; i++)
			next->choice[i].earliest = day_add(next->choice[i].earliest, 9000);
		break;
	case DEFECT_UNRELATED:
		next->earliest = day_add(next->earliest, (int)p->n_dose);
		break;
	case DEFECT_REVERSED:
		if (day_known(next->latest))
			next->earliest = day_add(next->latest, 1);
		break;
	case DEFECT_NOT_DUE:
		f->status = f->status == SCHEDULE_DUE ? SCHEDULE_UPCOMING : f->status;
		break;
	case DEFECT_SILENT:
		/* The exemption of the eve is claimed without being shown. */
		f->n_reasons = 0;
		break;
	case DEFECT_NONE:
		break;
	}
}

static bool
ask(const struct test_person *p, struct test_answer *a)
{
	if (test_ask(p, a) != RC_OK)
		return false;
	for (size_t i = 0; defect != DEFECT_NONE && i < a->answer.n_forecast; i++)
		spoil(p, &a->answer.forecast[i]);
	return true;
}

static bool
broken(const char *what, uint16_t programme, day on)
{
	char text[DAY_TEXT_SIZE];

	day_write(on, text);
	snprintf(found, sizeof found, "%s: %s %s", what,
	    programme == LAW_NONE ? "" : law_string(test_law(), test_law()->programme[programme].code), text);
	return false;
}

/* Between the two days something of the family's law, or of spacing, becomes known: a later question is another. */
static bool
span_moves(const struct law_span *s, day after, day upto)
{
	return (s->published > after.n && s->published <= upto.n) ||
	    (s->end_published != INT32_MIN && s->end_published > after.n && s->end_published <= upto.n);
}

static bool
law_moves(uint16_t programme, day after, day upto)
{
	const struct law *law = test_law();

	for (uint16_t g = 0; g < law->n_programme; g++) {
		const struct law_programme *p = &law->programme[g];

		if (g != programme && (p->stages == LAW_NONE || p->stages != law->programme[programme].stages))
			continue;
		for (uint16_t i = 0; i < p->n_targets; i++)
			if (span_moves(&law->target[p->first_target + i].span, after, upto))
				return true;
		for (uint16_t i = 0; i < p->n_courses; i++)
			if (span_moves(&law->course[p->first_course + i].span, after, upto))
				return true;
		for (uint16_t i = 0; i < p->n_extensions; i++)
			if (span_moves(&law->extension[p->first_extension + i].span, after, upto))
				return true;
	}
	for (uint16_t i = 0; i < law->n_spacing; i++)
		if (span_moves(&law->spacing[i].span, after, upto))
			return true;
	return false;
}

/* The dose, were it given on the day: its credit in the programme; NULL: none. */
static const struct schedule_credit *
given(uint16_t programme, uint16_t product, day on)
{
	other = person;
	test_person_dose(&other, product, on);
	other.as_of = day_max(person.as_of, on);
	if (test_ask(&other, &changed) != RC_OK)
		return NULL;
	for (size_t i = 0; i < changed.answer.n_credit; i++)
		if (changed.credit[i].dose_index == other.n_dose - 1 && changed.credit[i].programme == programme)
			return &changed.credit[i];
	return NULL;
}

/* A dose is on record for that day: doses of one day are numbered by their products. */
static bool
taken(day on)
{
	for (size_t i = 0; i < person.n_dose; i++)
		if (day_equal(person.dose[i].given.first, on))
			return true;
	return false;
}

/* Of a forecast that a single further dose can put to the test: nothing in doubt, and the same law by then. */
static bool
testable(const struct schedule_forecast *f, day on)
{
	const struct law *law = test_law();
	const struct law_programme *p = &law->programme[f->programme];

	if (taken(on) || !f->has_next || f->status == SCHEDULE_REVIEW || person.n_dose + 1 >= TEST_DOSES ||
	    !day_after(on, law->history_from) || law_moves(f->programme, person.as_of, on))
		return false;
	/* A stage that waits for an earlier one is forecast as if that were full. */
	for (size_t i = 0; i < f->programme; i++)
		if (p->stages != LAW_NONE && law->programme[i].stages == p->stages && answer.answer.forecast[i].has_next)
			return false;
	return true;
}

static bool
order_changes_nothing(uint64_t seed, uint16_t programme)
{
	uint16_t order[TEST_DOSES];
	uint64_t s = seed;

	(void)programme;
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
	return ask(&other, &changed) && test_same_answer(&answer, &changed, order) ? true :
	    broken("order", LAW_NONE, person.as_of);
}

static bool
same_forecast(const struct schedule_forecast *x, const struct schedule_forecast *y)
{
	return x->status == y->status && x->has_next == y->has_next && x->remaining == y->remaining &&
	    x->given == y->given && x->overdue == y->overdue && (!x->has_next ||
	    (day_equal(x->next.earliest, y->next.earliest) && day_equal(x->next.latest, y->next.latest) &&
	    x->next.n_choices == y->next.n_choices));
}

static bool
a_dose_twice_is_once(uint64_t seed, uint16_t programme)
{
	if (person.n_dose == 0 || person.n_dose + 1 >= TEST_DOSES)
		return true;
	other = person;
	test_person_dose(&other, person.dose[seed % person.n_dose].product, person.dose[seed % person.n_dose].given.first);
	(void)programme;
	if (!ask(&other, &changed))
		return broken("no answer", LAW_NONE, person.as_of);
	for (uint16_t i = 0; i < answer.answer.n_forecast; i++)
		if (!same_forecast(&answer.answer.forecast[i], &changed.answer.forecast[i]))
			return broken("a dose twice", i, person.as_of);
	return true;
}

static bool
earliest_is_valid(uint64_t seed, uint16_t programme)
{
	const struct schedule_forecast *f = &answer.answer.forecast[programme];

	(void)seed;
	for (unsigned i = 0; f->has_next && i < f->next.n_choices; i++) {
		day on = f->next.choice[i].earliest;
		const struct schedule_credit *c;

		if (!testable(f, on))
			continue;
		c = given(programme, f->next.choice[i].product, on);
		if (c == NULL || c->status != SCHEDULE_VALID || c->dose != f->next.dose ||
		    has(c->reason, c->n_reasons, SCHEDULE_OUTSIDE_TARGET) || has(c->reason, c->n_reasons, SCHEDULE_NOT_IN_FORCE) ||
		    has(c->reason, c->n_reasons, SCHEDULE_CAUTIOUS_DAY) || has(c->reason, c->n_reasons, SCHEDULE_LIVE_INTERVAL))
			return broken("not lawful on its earliest day", programme, on);
	}
	return true;
}

/* Some course of it has a booster: what kind of dose a vaccine would be is told of the first listed alone. */
static bool
has_booster(uint16_t programme)
{
	const struct law *law = test_law();
	const struct law_programme *p = &law->programme[programme];

	for (uint16_t c = p->first_course; c < p->first_course + p->n_courses; c++)
		for (uint16_t s = law->course[c].first_slot; s < law->course[c].first_slot + law->course[c].n_slots; s++)
			if (law->slot[s].kind == LAW_DOSE_BOOSTER)
				return true;
	return false;
}

static bool
the_eve_is_not_valid(uint64_t seed, uint16_t programme)
{
	static const struct { enum schedule_reason_code credit; bool shown; } exemption[] = {
		{ SCHEDULE_LIVE_INTERVAL, true }, { SCHEDULE_DOCTOR_JUDGEMENT, true }, { SCHEDULE_CAUTIOUS_DAY, true },
		{ SCHEDULE_OUTSIDE_TARGET, false }, { SCHEDULE_NOT_IN_FORCE, false }, { SCHEDULE_COURSE_CHANGED, false },
	};
	const struct schedule_forecast *f = &answer.answer.forecast[programme];
	day eve = f->has_next ? day_add(f->next.earliest, -1) : DAY_NONE;

	(void)seed;
	/* A booster's place may be taken by an initial dose before. */
	if (!f->has_next || f->next.kind == LAW_DOSE_BOOSTER || taken(eve) || !testable(f, f->next.earliest))
		return true;
	for (unsigned i = 0; i < f->next.n_choices; i++) {
		const struct schedule_credit *c;
		bool exempt = false;

		if (day_after(f->next.choice[i].earliest, f->next.earliest) || (i > 0 && has_booster(programme)))
			continue;
		c = given(programme, f->next.choice[i].product, eve);
		if (c == NULL || c->status != SCHEDULE_VALID || c->dose != f->next.dose)
			continue;
		for (size_t k = 0; k < sizeof exemption / sizeof exemption[0]; k++)
			exempt |= has(c->reason, c->n_reasons, exemption[k].credit) &&
			    (!exemption[k].shown || i > 0 || !day_after(f->next.earliest, person.as_of) || has(f->reason, f->n_reasons, exemption[k].credit));
		if (!exempt)
			return broken("lawful on the eve of its earliest day", programme, eve);
	}
	return true;
}

/* Another vaccine of no programme: live ones keep their distance, and the forecast says so. */
static bool
an_unrelated_dose_only_spaces(uint64_t seed, uint16_t programme)
{
	static const char *const unrelated[] = { "YF", "MUMPS", "RAB", "TBV" };

	(void)programme;
	if (person.n_dose + 1 >= TEST_DOSES)
		return true;
	other = person;
	test_person_dose(&other, test_product(unrelated[seed % 4]), day_max(person.person.birth, day_add(person.as_of, -(int)(seed % 60))));
	if (!ask(&other, &changed))
		return broken("no answer", LAW_NONE, person.as_of);
	for (uint16_t i = 0; i < answer.answer.n_forecast; i++) {
		const struct schedule_forecast *x = &answer.answer.forecast[i], *y = &changed.answer.forecast[i];

		if (x->given != y->given)
			return broken("counted for another programme", i, person.as_of);
		if (same_forecast(x, y) || has(y->reason, y->n_reasons, SCHEDULE_LIVE_INTERVAL))
			continue;
		/* All that was left of the window is too near, or a gap in it parted two stretches. */
		if (seed % 4 < 2 || day_before(person.as_of, test_day("2020-10-28")))
			continue;
		return broken("moved by a vaccine that keeps no distance", i, person.as_of);
	}
	return true;
}

static bool
earliest_is_not_after_latest(uint64_t seed, uint16_t programme)
{
	const struct schedule_forecast *f = &answer.answer.forecast[programme];

	(void)seed;
	if (f->has_next && day_known(f->next.latest) && day_after(f->next.earliest, f->next.latest))
		return broken("earliest after latest", programme, f->next.earliest);
	for (unsigned i = 0; f->has_next && i < f->next.n_choices; i++)
		if (day_before(f->next.choice[i].earliest, f->next.earliest) || (day_known(f->next.latest) &&
		    (!day_known(f->next.choice[i].latest) || day_after(f->next.choice[i].latest, f->next.latest))))
			return broken("a vaccine outside the days of the dose", programme, f->next.choice[i].earliest);
	return true;
}

static bool
due_is_between(uint64_t seed, uint16_t programme)
{
	const struct schedule_forecast *f = &answer.answer.forecast[programme];
	bool between = f->has_next && !day_after(f->next.earliest, person.as_of) &&
	    (!day_known(f->next.latest) || !day_before(f->next.latest, person.as_of));

	(void)seed;
	if (f->status != SCHEDULE_REVIEW && (f->status == SCHEDULE_DUE) != between)
		return broken("due and the days of the dose disagree", programme, person.as_of);
	return true;
}

/* A newborn whose family follows every forecast. */
static bool
following_ends_complete(uint64_t seed, uint16_t programme)
{
	const struct law *law = test_law();
	uint64_t s = seed;

	if (programme != 0)
		return true;
	test_person_init(&person);
	person.person.birth = person.as_of = day_add(test_day("2020-10-01"), (int)(test_random(&s) % 2200));
	person.person.sex = SCHEDULE_SEX_FEMALE;
	for (unsigned round = 0; round < TEST_DOSES - 1; round++) {
		const struct schedule_forecast *best = NULL;
		day on = DAY_MAX;

		if (!ask(&person, &answer))
			return broken("no answer", LAW_NONE, person.as_of);
		for (size_t i = 0; i < answer.answer.n_forecast; i++) {
			const struct schedule_forecast *f = &answer.answer.forecast[i];

			if (law->programme[i].child && f->has_next && f->next.n_choices > 0 &&
			    day_before(day_max(f->next.choice[0].earliest, person.as_of), on)) {
				on = day_max(f->next.choice[0].earliest, person.as_of);
				best = f;
			}
		}
		if (best == NULL)
			break;
		test_person_dose(&person, best->next.choice[0].product, on);
		person.as_of = on;
	}
	for (uint16_t i = 0; i < answer.answer.n_forecast; i++)
		if (law->programme[i].child && answer.answer.forecast[i].status != SCHEDULE_COMPLETE &&
		    answer.answer.forecast[i].status != SCHEDULE_NOT_ELIGIBLE)
			return broken("not complete", i, person.as_of);
	return true;
}

static const struct property {
	const char *name;
	bool (*holds)(uint64_t seed, uint16_t programme);
	enum defect notices;
	unsigned people;		/* of each programme */
} property[] = {
	{ "order", order_changes_nothing, DEFECT_ORDER, 60 },
	{ "duplicates", a_dose_twice_is_once, DEFECT_DUPLICATE, 60 },
	{ "earliest is valid", earliest_is_valid, DEFECT_TOO_SOON, 120 },
	{ "the eve is not valid", the_eve_is_not_valid, DEFECT_TOO_LATE, 120 },
	{ "the exemption of the eve is shown", the_eve_is_not_valid, DEFECT_SILENT, 120 },
	{ "following ends complete", following_ends_complete, DEFECT_NEVER, 40 },
	{ "unrelated doses", an_unrelated_dose_only_spaces, DEFECT_UNRELATED, 60 },
	{ "earliest is not after latest", earliest_is_not_after_latest, DEFECT_REVERSED, 60 },
	{ "due is between", due_is_between, DEFECT_NOT_DUE, 60 },
};
#define PROPERTIES (sizeof property / sizeof property[0])

/* Some person of whom the property does not hold; false: none was found. */
static bool
fails(const struct property *p, unsigned times, uint64_t *ret_seed)
{
	for (uint16_t g = 0; g < test_law()->n_programme; g++) {
		for (uint64_t i = 1; i <= (uint64_t)p->people * times; i++) {
			uint64_t seed = i * 1000003 + g, s = seed;

			edge_make(&s, g, &person);
			if (!ask(&person, &answer)) {
				broken("no answer", g, person.as_of);
			} else if (p->holds(seed, g)) {
				continue;
			}
			*ret_seed = seed;
			return true;
		}
	}
	return false;
}

static void
every_property_holds_of_whoever_stands_on_an_edge(void)
{
	for (size_t i = 0; i < PROPERTIES; i++) {
		uint64_t seed;

		defect = DEFECT_NONE;
		if (fails(&property[i], getenv("WATASHI_LONG") != NULL ? 50 : 1, &seed)) {
			struct buf line = BUF_INIT(4096);

			cohort_write("E", &person, &line);
			printf("%s: %s (seed %llu: %.*s)\n", property[i].name, found, (unsigned long long)seed, (int)line.len, line.data);
			buf_clear(&line);
			CU_FAIL("a property does not hold");
		}
	}
}

static void
every_property_notices_its_defect(void)
{
	for (size_t i = 0; i < PROPERTIES; i++) {
		uint64_t seed;

		defect = property[i].notices;
		if (!fails(&property[i], 1, &seed)) {
			printf("%s: does not notice its defect\n", property[i].name);
			CU_FAIL("a property that cannot fail");
		}
		defect = DEFECT_NONE;
	}
}

/* Versions of each rule, days as the text says them: exactly one on every day from the first to the last. */
struct version { law_text code; uint32_t of; int64_t from, to; };

static size_t
versions(struct version *v)
{
	const struct law *law = test_law();
	size_t n = 0;

#define ADD(name, group, since, until)								\
	(v[n++] = (struct version){ name, group, (since) == INT32_MIN ? INT64_MIN : (since),	\
	    (until) == INT32_MIN ? INT64_MAX : (until) })
	for (uint16_t i = 0; i < law->n_target; i++)
		ADD(law->target[i].code, law->target[i].programme, law->target[i].span.from, law->target[i].span.to);
	for (uint16_t i = 0; i < law->n_course; i++)
		ADD(law->course[i].code, 100u + law->course[i].programme, law->course[i].since, law->course[i].span.to);
	for (uint16_t i = 0; i < law->n_extension; i++)
		ADD(law->extension[i].code, 200u + law->extension[i].programme, law->extension[i].span.from, law->extension[i].span.to);
	for (uint16_t i = 0; i < law->n_spacing; i++)
		ADD(law->spacing[i].code, 300u, law->spacing[i].span.from, law->spacing[i].span.to);
#undef ADD
	return n;
}

static bool
one_version_on_every_day(const struct version *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t first = v[i].from, last = v[i].to;

		for (size_t k = 0; k < n; k++) {
			if (v[k].code != v[i].code || v[k].of != v[i].of)
				continue;
			first = v[k].from < first ? v[k].from : first;
			last = v[k].to > last ? v[k].to : last;
		}
		for (day on = test_day("2005-01-01"); !day_after(on, test_day("2045-12-31")); on = day_add(on, 1)) {
			unsigned bind = 0;

			for (size_t k = 0; k < n; k++)
				bind += v[k].code == v[i].code && v[k].of == v[i].of && v[k].from <= on.n && on.n <= v[k].to;
			if (bind != (first <= on.n && on.n <= last)) {
				snprintf(found, sizeof found, "%s", law_string(test_law(), v[i].code));
				return false;
			}
		}
	}
	return true;
}

static void
every_day_from_2005_to_2045_has_one_version_of_each_rule(void)
{
	static struct version v[1024];
	size_t n = versions(v), of_two = n;

	CU_ASSERT(n > 100 && n < 1024);
	CU_ASSERT(one_version_on_every_day(v, n));
	for (size_t i = 0; i + 1 < n && of_two == n; i++)
		if (v[i].code == v[i + 1].code && v[i].of == v[i + 1].of && v[i].to + 1 == v[i + 1].from)
			of_two = i;
	CU_ASSERT_FATAL(of_two < n);
	/* Defects: a day with two versions, a day with none. */
	v[of_two].to++;
	CU_ASSERT_FALSE(one_version_on_every_day(v, n));
	v[of_two].to -= 2;
	CU_ASSERT_FALSE(one_version_on_every_day(v, n));
}

RUNNER_SUITE(schedule_promise,
    RUNNER_TEST(every_property_holds_of_whoever_stands_on_an_edge),
    RUNNER_TEST(every_property_notices_its_defect),
    RUNNER_TEST(every_day_from_2005_to_2045_has_one_version_of_each_rule));
