/*
 * The plan of visits beside an exhaustive search over days, on small invented laws: every day, every
 * set of vaccines that may be given on it, nothing left out but what is worse already.  Written
 * apart from visits.c: the two share the calculator and the words of visits.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "law/law_compile.h"
#include "law/law_load.h"
#include "schedule/visits.h"
#include "tests/lib/runner.h"
#include "tests/unit/test_schedule.h"

#define N_PROGRAMMES 4
#define N_DAYS 24		/* that the slow search looks at */
#define NO_DAY INT32_MAX

/* --- small invented laws --- */

struct small_law {
	struct buf text, bytes;
	struct law_file *file;
	const struct law *law;
};

static void
hear(void *context, struct law_place place, enum law_finding finding, const char *detail)
{
	(void)context;
	(void)place;
	printf("an invented law is refused: %s %s\n", law_finding_word(finding), detail);
}

static unsigned
below(uint64_t *state, unsigned n)
{
	return test_random(state) % n;
}

static void
write_programme(struct buf *t, uint64_t *r, char name, const char *products, unsigned n_doses, bool bounded)
{
	unsigned opens = 8 + below(r, 8), gap = 2 + below(r, 5);

	(void)!buf_printf(t, "programme p%c \"%c\" \"%c\"\n\tcomponent %c\n\tchild\n", name, name, name, name);
	(void)!buf_printf(t, "target p%c all\n\tin-force 2000-01-01 .. -\n\tproducts %s\n\tage %ud .. %ud\n\tsource s\n",
	    name, products, opens, bounded ? opens + 14 + below(r, 4) : 200);
	(void)!buf_printf(t, "course p%c all\n\tin-force 2000-01-01 .. -\n\tsource s\n", name);
	for (unsigned i = 0; i < n_doses; i++) {
		(void)!buf_add_text(t, n_doses == 1 ? "\tslot single\n" : "\tslot initial\n");
		(void)!buf_add_text(t, "\t\tway any");
		if (i > 0)
			(void)!buf_printf(t, " after previous %ud", gap);
		if (i == 0 || below(r, 2) == 0) {
			unsigned from = opens + below(r, 5) + i * gap;

			(void)!buf_printf(t, " standard %ud .. %ud", from, from + below(r, 9));
		} else
			(void)!buf_printf(t, " standard-after previous %ud .. %ud", gap + below(r, 2), gap + 2 + below(r, 6));
		(void)!buf_add_text(t, "\n");
	}
}

static void
law_make(struct small_law *l, uint64_t *r)
{
	static const char head[] = "version 1\nhistory-from 2000-01-01\nsource s \"令\" \"Order\"\n"
	    "antigen A \"a\" \"a\"\nantigen B \"b\" \"b\"\nantigen C \"c\" \"c\"\nantigen D \"d\" \"d\"\n"
	    "class live\nclass dead\n"
	    "product PAB \"ab\" \"ab\" antigens A,B classes dead\nproduct PA \"a\" \"a\" antigens A classes dead\n"
	    "product PB \"b\" \"b\" antigens B classes dead\nproduct PC \"c\" \"c\" antigens C classes live\n"
	    "product PD \"d\" \"d\" antigens D classes live\n";
	struct law_input input = { .name = "small" };
	struct fault why = { .rc = RC_OK };

	buf_init(&l->text, 1u << 20);
	buf_init(&l->bytes, 4u << 20);
	(void)!buf_add_text(&l->text, head);
	write_programme(&l->text, r, 'A', "PAB,PA", 1 + below(r, 3), below(r, 4) == 0);
	write_programme(&l->text, r, 'B', "PAB,PB", 1 + below(r, 2), false);
	write_programme(&l->text, r, 'C', "PC", 1 + below(r, 2), below(r, 4) == 0);
	write_programme(&l->text, r, 'D', "PD", 1, below(r, 4) == 0);
	(void)!buf_printf(&l->text, "spacing apart earlier live later live\n\tin-force 2000-01-01 .. -\n\tdays %u\n\tsource s\n",
	    2 + below(r, 4));
	input.text = l->text.data;
	input.len = l->text.len;
	l->file = NULL;
	if (law_compile(&input, 1, (struct law_listener){ .hear = hear }, &l->bytes, &why) != RC_OK ||
	    law_load_bytes(l->bytes.data, l->bytes.len, &l->file, &why) != RC_OK) {
		printf("%s\n%s\n", why.text, l->text.data);
		exit(1);
	}
	l->law = law_of(l->file);
}

static void
law_drop(struct small_law *l)
{
	law_free(l->file);
	buf_clear(&l->text);
	buf_clear(&l->bytes);
}

/* --- the slow search --- */

struct given { int32_t on; uint16_t product; uint32_t counts; };

struct outcome {
	int lost, late, n_visits, others;
	int32_t visit[N_DAYS];
	int n_given;
	struct given given[32];
	int32_t dose[N_PROGRAMMES][8];
};

struct slow {
	const struct law *law;
	struct test_person who;
	int32_t first_day, until;
	unsigned per_visit;
	int needed[N_PROGRAMMES], had[N_PROGRAMMES];
	struct outcome now, best;
	bool found;
	struct test_answer a;
	long asked;
};

static void
slow_ask(struct slow *s, int32_t on)
{
	struct schedule_question q = { .law = s->law, .person = &s->who.person, .dose = s->who.dose,
		.n_dose = s->who.n_dose, .as_of = { on }, .ahead_days = (uint32_t)(on - s->first_day) };

	s->asked++;
	s->a.answer.credit = s->a.credit;
	s->a.answer.room_credit = sizeof s->a.credit / sizeof s->a.credit[0];
	if (schedule_answer(&q, &s->a.work, &s->a.answer) != RC_OK)
		abort();
}

static int32_t
day_or_never(day d)
{
	return day_known(d) ? d.n : NO_DAY;
}

struct may { uint16_t product; uint32_t counts; bool other[N_PROGRAMMES]; int32_t standard[N_PROGRAMMES]; };

static bool
waits(const struct schedule_forecast *f)
{
	return f->has_next && f->next.n_choices > 0 &&
	    (f->status == SCHEDULE_DUE || f->status == SCHEDULE_UPCOMING);
}

/* The days of one vaccine in one programme: from the later of its first lawful and first standard day. */
static bool
own_days(const struct schedule_forecast *f, uint16_t product, int32_t on, int32_t *ret_open, int32_t *ret_latest)
{
	for (unsigned i = 0; i < f->next.n_choices; i++) {
		if (f->next.choice[i].product != product)
			continue;
		*ret_latest = day_or_never(f->next.choice[i].latest);
		*ret_open = f->next.choice[i].earliest.n;
		if (*ret_open < on)
			*ret_open = on;
		if (day_known(f->next.standard_from) && f->next.standard_from.n > *ret_open &&
		    f->next.standard_from.n <= *ret_latest)
			*ret_open = f->next.standard_from.n;
		return true;
	}
	return false;
}

/* The vaccine on this day, for all who wait for it and are served; false: somebody may not have it now. */
static bool
together(const struct slow *s, uint16_t lead, uint16_t product, int32_t on, struct may *m)
{
	*m = (struct may){ .product = product };
	for (uint16_t p = 0; p < N_PROGRAMMES; p++) {
		const struct schedule_forecast *f = &s->a.answer.forecast[p];
		int32_t open, latest;

		m->standard[p] = NO_DAY;
		if (f->status == SCHEDULE_CLOSED && (s->law->product[product].serves >> p & 1) != 0)
			return false;
		if (!waits(f) || (p != lead && (s->law->product[product].serves >> p & 1) == 0))
			continue;
		if (!own_days(f, product, on, &open, &latest) || open > on || latest < on)
			return false;
		m->counts |= 1u << p;
		m->other[p] = f->next.choice[0].product != product;
		m->standard[p] = day_or_never(f->next.standard_to);
	}
	return true;
}

/* What may be given on this day; *ret_more: somebody waits for a dose, now or later. */
static int
all_may(const struct slow *s, int32_t on, struct may *list, bool *ret_more)
{
	uint32_t seen = 0;
	int n = 0;

	*ret_more = false;
	for (uint16_t p = 0; p < N_PROGRAMMES; p++) {
		const struct schedule_forecast *f = &s->a.answer.forecast[p];

		if (!waits(f) || s->had[p] >= s->needed[p])
			continue;
		*ret_more = true;
		if ((seen >> p & 1) != 0)
			continue;
		for (unsigned i = 0; i < f->next.n_choices; i++)
			if (together(s, p, f->next.choice[i].product, on, &list[n])) {
				seen |= list[n++].counts;
				break;
			}
	}
	return n;
}

static int
compare(const struct outcome *a, const struct outcome *b)
{
	if (a->lost != b->lost)
		return a->lost - b->lost;
	if (a->late != b->late)
		return a->late - b->late;
	if (a->n_visits != b->n_visits)
		return a->n_visits - b->n_visits;
	if (a->others != b->others)
		return a->others - b->others;
	for (int i = 0; i < a->n_visits; i++)
		if (a->visit[i] != b->visit[i])
			return a->visit[i] < b->visit[i] ? -1 : 1;
	for (int p = 0; p < N_PROGRAMMES; p++)
		for (int k = 0; k < 8; k++)
			if (a->dose[p][k] != b->dose[p][k])
				return a->dose[p][k] < b->dose[p][k] ? -1 : 1;
	return 0;
}

static void
slow_from(struct slow *s, int32_t on)
{
	struct outcome kept = s->now;
	int had[N_PROGRAMMES];
	struct may list[N_PROGRAMMES];
	bool more;
	int n;

	if (s->found && (s->now.lost > s->best.lost || (s->now.lost == s->best.lost &&
	    (s->now.late > s->best.late || (s->now.late == s->best.late && s->now.n_visits > s->best.n_visits)))))
		return;
	slow_ask(s, on);
	n = all_may(s, on, list, &more);
	if (!more) {
		for (int p = 0; p < N_PROGRAMMES; p++)
			if (s->needed[p] > s->had[p])
				s->now.lost += s->needed[p] - s->had[p];
		if (!s->found || compare(&s->now, &s->best) < 0)
			s->best = s->now;
		s->found = true;
		s->now = kept;
		return;
	}
	if (on >= s->first_day + N_DAYS)
		return;
	memcpy(had, s->had, sizeof had);
	for (int set = (1 << n) - 1; set >= 0; set--) {
		size_t n_dose = s->who.n_dose;
		unsigned injections = 0;
		bool good = true;

		for (int i = 0; i < n && good; i++) {
			int late = 0;

			if ((set >> i & 1) == 0)
				continue;
			good = ++injections <= s->per_visit;
			for (int p = 0; p < N_PROGRAMMES; p++) {
				if ((list[i].counts >> p & 1) == 0)
					continue;
				if (list[i].standard[p] != NO_DAY && on - list[i].standard[p] > late)
					late = on - list[i].standard[p];
				s->now.dose[p][s->had[p]++] = on;
				s->now.others += list[i].other[p];
			}
			s->now.late += late;
			s->now.given[s->now.n_given++] = (struct given){ on, list[i].product, list[i].counts };
			test_person_dose(&s->who, list[i].product, (day){ on });
		}
		if (good && set != 0)
			s->now.visit[s->now.n_visits++] = on;
		if (good)
			slow_from(s, on + 1);
		s->who.n_dose = n_dose;
		s->now = kept;
		memcpy(s->had, had, sizeof had);
	}
}

/* Doses of each programme whose window opens in time, each given as soon as it may be. */
static void
slow_needed(struct slow *s)
{
	for (uint16_t p = 0; p < N_PROGRAMMES; p++) {
		size_t n_dose = s->who.n_dose;
		int32_t on = s->first_day;

		s->needed[p] = 0;
		while (s->needed[p] < 8) {
			const struct schedule_forecast *f = &s->a.answer.forecast[p];
			int32_t first = NO_DAY, open, latest;
			uint16_t product = LAW_NONE;

			slow_ask(s, on);
			if (!waits(f))
				break;
			for (unsigned i = 0; i < f->next.n_choices; i++)
				if (own_days(f, f->next.choice[i].product, on, &open, &latest) && open < first) {
					first = open;
					product = f->next.choice[i].product;
				}
			if (product == LAW_NONE || first > s->until)
				break;
			s->needed[p]++;
			test_person_dose(&s->who, product, (day){ first });
			on = first + 1;
		}
		s->who.n_dose = n_dose;
	}
}

/* --- the comparison --- */

static bool
same_plan(const struct slow *s, const struct visits_plan *plan)
{
	const struct outcome *o = &s->best;

	if (!plan->proven || (int)plan->n_lost != o->lost || plan->late_days != o->late ||
	    (int)plan->n_visits != o->n_visits)
		return false;
	for (int v = 0; v < o->n_visits; v++) {
		uint32_t counts = 0;
		unsigned n = 0;

		for (int g = 0; g < o->n_given; g++)
			if (o->given[g].on == o->visit[v]) {
				counts |= o->given[g].counts;
				n++;
			}
		if (plan->visit[v].on.n != o->visit[v] || plan->visit[v].programmes != counts ||
		    plan->visit[v].n_products != n)
			return false;
	}
	return true;
}

static void
show(const struct small_law *l, const struct slow *s, const struct visits_plan *plan, unsigned seed)
{
	printf("seed %u, born 0, as of %d, until %d, %u a visit\n%s\n", seed, s->first_day - s->who.person.birth.n,
	    s->until - s->who.person.birth.n, s->per_visit, l->text.data);
	printf("slow: lost %d late %d:", s->best.lost, s->best.late);
	for (int g = 0; g < s->best.n_given; g++)
		printf(" %d:%u", s->best.given[g].on - s->who.person.birth.n, s->best.given[g].counts);
	printf("\nplan: lost %u late %d proven %d:", plan->n_lost, plan->late_days, plan->proven);
	for (unsigned v = 0; v < plan->n_visits; v++)
		printf(" %d:%u", plan->visit[v].on.n - s->who.person.birth.n, plan->visit[v].programmes);
	printf("\n");
}

static bool
one_small_plan(unsigned seed, struct visits_work *work, struct slow *s, struct visits_plan *plan)
{
	uint64_t r = seed * UINT64_C(0x9e3779b97f4a7c15) + 7;
	struct schedule_question q;
	struct visits_question v;
	struct small_law l;
	bool same;

	law_make(&l, &r);
	memset(s, 0, sizeof *s);
	s->law = l.law;
	test_person_init(&s->who);
	s->who.person.birth = (day){ 20000 + (int32_t)below(&r, 1000) };
	s->first_day = s->who.person.birth.n + 8 + (int32_t)below(&r, 10);
	s->until = s->first_day + 4 + (int32_t)below(&r, 12);
	s->per_visit = 1 + below(&r, 3);
	if (below(&r, 3) == 0)
		test_person_dose(&s->who, law_find_product(l.law, "PA", 2), (day){ s->first_day - 1 });
	for (int p = 0; p < N_PROGRAMMES; p++)
		for (int k = 0; k < 8; k++)
			s->now.dose[p][k] = NO_DAY;
	q = (struct schedule_question){ .law = l.law, .person = &s->who.person, .dose = s->who.dose,
		.n_dose = s->who.n_dose, .as_of = { s->first_day } };
	v = (struct visits_question){ .question = &q, .until = { s->until }, .per_visit = s->per_visit };
	CU_ASSERT_EQUAL_FATAL(visits_plan(&v, work, plan), RC_OK);
	slow_needed(s);
	slow_from(s, s->first_day);
	CU_ASSERT_FATAL(s->found);
	if (!(same = same_plan(s, plan)))
		show(&l, s, plan, seed);
	law_drop(&l);
	return same;
}

static void
a_plan_is_the_best_of_all_plans_of_a_small_law(void)
{
	struct visits_work *work = calloc(1, visits_work_size());
	struct slow *s = malloc(sizeof *s);
	struct visits_plan *plan = malloc(sizeof *plan);
	unsigned seeds = getenv("WATASHI_LONG") != NULL ? 3000 : 150, other = 0, visits = 0, late = 0, lost = 0;
	static const unsigned by_age[] = { 755, 1333, 1401 };
	const char *from = getenv("WATASHI_SEED");
	unsigned first = from != NULL ? (unsigned)strtoul(from, NULL, 10) : 1;

	for (unsigned seed = first; seed < first + seeds; seed++) {
		if (!one_small_plan(seed, work, s, plan) && other++ == 3)
			break;
		visits += plan->n_visits;
		late += plan->late_days > 0;
		lost += plan->n_lost > 0;
	}
	/* Doses that a late one before them would lose, whose standard period ends by an age all the same. */
	for (unsigned i = 0; i < sizeof by_age / sizeof by_age[0] && from == NULL; i++)
		other += !one_small_plan(by_age[i], work, s, plan);
	printf("%u small laws: %u visits, %u plans with late doses, %u with lost ones\n", seeds, visits, late, lost);
	CU_ASSERT_EQUAL(other, 0);
	CU_ASSERT(visits > seeds);
	CU_ASSERT(late > 0);
	free(plan);
	free(s);
	free(work);
}

/* Children of whom nothing was done until they are some months old: much is late, and much of it by an age. */
static void
the_plan_of_a_neglected_baby_is_proven(void)
{
	struct visits_work *work = calloc(1, visits_work_size());
	struct visits_plan *plan = malloc(sizeof *plan);
	int32_t as_of;
	day d;

	CU_ASSERT_EQUAL_FATAL(day_make(2026, 11, 22, &d), RC_OK);
	as_of = d.n;
	/* At 160 days RV1 is listed first for some days more; who waits for those to pass loses a dose of RV5. */
	for (int32_t age = 60; age <= 380; age += 20) {
		struct schedule_person person = { .birth = { as_of - age }, .sex = SCHEDULE_SEX_FEMALE,
			.pregnancy_start = DAY_NONE, .antibody_date = DAY_NONE };
		struct schedule_question q = { .law = test_law(), .person = &person, .as_of = { as_of } };
		struct visits_question v = { .question = &q, .until = { as_of + 730 }, .per_visit = VISITS_PER_VISIT };

		CU_ASSERT_EQUAL_FATAL(visits_plan(&v, work, plan), RC_OK);
		if (!plan->proven || plan->n_visits > 7 || (age == 160 && plan->n_lost > 0)) {
			printf("%d days: %u visits, %u questions\n", age, plan->n_visits, plan->n_asked);
			CU_FAIL("not proven");
		}
	}
	free(plan);
	free(work);
}

RUNNER_SUITE(schedule_visits,
    RUNNER_TEST(a_plan_is_the_best_of_all_plans_of_a_small_law),
    RUNNER_TEST(the_plan_of_a_neglected_baby_is_proven));
