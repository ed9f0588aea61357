#include <stdio.h>
#include <string.h>

#include "record/duplicate.h"
#include "tests/lib/runner.h"

/*
 * Each rule on both sides of each edge.  A row is two statements in words and what the rules must say of them; every row
 * is asked both ways round.
 */
#define MEASLES 1u
#define RUBELLA 2u
#define MUMPS 4u
#define OTHER_ANTIGEN 8u

struct told {
	const char *vaccine;
	uint32_t antigens;
	const char *given;
	const char *lot, *clinic_code, *clinic_name;
	int32_t volume_ul, told_no;
	enum dose_source source;
	const char *source_code;
	const char *origin, *asserted_by;	/* origin NULL: recorded here */
	const char *product_text;
};

#define AT_CLINIC .source = DOSE_SOURCE_CLINIC, .source_code = "A"
#define AT_OTHER_CLINIC .source = DOSE_SOURCE_CLINIC, .source_code = "B"
#define FROM_HANDBOOK .source = DOSE_SOURCE_HANDBOOK, .source_code = ""
#define FROM_TOWN .source = DOSE_SOURCE_MUNICIPALITY, .source_code = "011002", .origin = "011002", .asserted_by = "clinic"
#define MR .vaccine = "MR", .antigens = MEASLES | RUBELLA
#define MMR .vaccine = "MMR", .antigens = MEASLES | RUBELLA | MUMPS
#define M .vaccine = "M", .antigens = MEASLES
#define DAY .given = "2025-05-10"

static const struct {
	const char *of;
	struct told a, b;
	int rule;
	enum duplicate_verdict verdict;
} rows[] = {
	{ "two tellers, the same day: one dose", { MR, DAY, AT_CLINIC }, { MR, DAY, FROM_HANDBOOK }, 3, DUPLICATE_ONE },
	{ "one teller twice: one dose", { MR, DAY, AT_CLINIC }, { MR, DAY, AT_CLINIC }, 3, DUPLICATE_ONE },
	{ "another antigen: two", { MR, DAY, AT_CLINIC }, { .vaccine = "VAR", .antigens = OTHER_ANTIGEN, DAY, AT_CLINIC },
	    0, DUPLICATE_NONE },
	{ "another product of the same antigens: one", { MR, DAY, AT_CLINIC },
	    { .vaccine = "MR-2", .antigens = MEASLES | RUBELLA, DAY, AT_CLINIC }, 3, DUPLICATE_ONE },
	{ "one of them knows no lot: one", { MR, DAY, AT_CLINIC, .lot = "X1" }, { MR, DAY, FROM_HANDBOOK }, 3, DUPLICATE_ONE },
	{ "an empty lot is none", { MR, DAY, AT_CLINIC, .lot = "X1" }, { MR, DAY, FROM_HANDBOOK, .lot = " - " }, 3, DUPLICATE_ONE },
	{ "the lot written otherwise: one", { MR, DAY, AT_CLINIC, .lot = "ab-12 C" },
	    { MR, DAY, FROM_HANDBOOK, .lot = "ＡＢ１２Ｃ" }, 3, DUPLICATE_ONE },
	{ "another lot: a conflict", { MR, DAY, AT_CLINIC, .lot = "X1" }, { MR, DAY, FROM_HANDBOOK, .lot = "X2" },
	    5, DUPLICATE_CONFLICT },
	{ "two clinics of ours both say they gave it: a conflict", { MR, DAY, AT_CLINIC, .clinic_code = "A" },
	    { MR, DAY, AT_OTHER_CLINIC, .clinic_code = "B" }, 5, DUPLICATE_CONFLICT },
	{ "two clinics of another town, as that town tells: a conflict", { MR, DAY, FROM_TOWN, .clinic_name = "東" },
	    { MR, DAY, FROM_TOWN, .clinic_name = "西" }, 5, DUPLICATE_CONFLICT },
	{ "other places, but one is copied from paper: a person decides", { MR, DAY, AT_CLINIC, .clinic_name = "東" },
	    { MR, DAY, FROM_HANDBOOK, .clinic_name = "西" }, 3, DUPLICATE_CANDIDATE },
	{ "other places of two towns: a person decides", { MR, DAY, AT_CLINIC, .clinic_name = "東" },
	    { MR, DAY, FROM_TOWN, .clinic_name = "西" }, 3, DUPLICATE_CANDIDATE },
	{ "one place named in two ways: one", { MR, DAY, AT_CLINIC, .clinic_name = "医療法人 みなと小児科" },
	    { MR, DAY, FROM_TOWN, .clinic_name = "みなと　小児科" }, 3, DUPLICATE_ONE },
	{ "the code says it is one place, whatever its name: one", { MR, DAY, AT_CLINIC, .clinic_code = "A", .clinic_name = "東" },
	    { MR, DAY, AT_CLINIC, .clinic_code = "A", .clinic_name = "西" }, 3, DUPLICATE_ONE },
	{ "another amount: a person decides", { MR, DAY, AT_CLINIC, .volume_ul = 500 }, { MR, DAY, FROM_HANDBOOK, .volume_ul = 250 },
	    3, DUPLICATE_CANDIDATE },
	{ "the same amount: one", { MR, DAY, AT_CLINIC, .volume_ul = 500 }, { MR, DAY, FROM_HANDBOOK, .volume_ul = 500 },
	    3, DUPLICATE_ONE },
	{ "another number of the dose: a person decides", { MR, DAY, AT_CLINIC, .told_no = 1 },
	    { MR, DAY, FROM_HANDBOOK, .told_no = 2 }, 3, DUPLICATE_CANDIDATE },

	{ "one product holds the other: a person decides", { MMR, DAY, AT_CLINIC }, { MR, DAY, FROM_HANDBOOK }, 4, DUPLICATE_CANDIDATE },
	{ "also with other lots, since products differ", { MMR, DAY, AT_CLINIC, .lot = "1" }, { MR, DAY, FROM_HANDBOOK, .lot = "2" },
	    4, DUPLICATE_CANDIDATE },
	{ "not on another day", { MMR, DAY, AT_CLINIC, .lot = "1" }, { MR, .given = "2025-05-11", FROM_HANDBOOK, .lot = "1" },
	    0, DUPLICATE_NONE },
	{ "antigens that only overlap: two", { MR, DAY, AT_CLINIC },
	    { .vaccine = "X", .antigens = MEASLES | MUMPS, DAY, AT_CLINIC }, 0, DUPLICATE_NONE },
	{ "a product without antigens holds nothing", { MR, DAY, AT_CLINIC }, { .vaccine = "OTHER", DAY, AT_CLINIC }, 0, DUPLICATE_NONE },
	{ "two products without antigens, called the same: one", { .vaccine = "OTHER", .product_text = "Priorix", DAY, AT_CLINIC },
	    { .vaccine = "OTHER", .product_text = "PRIORIX", DAY, FROM_HANDBOOK }, 3, DUPLICATE_ONE },
	{ "called otherwise: two", { .vaccine = "OTHER", .product_text = "Priorix", DAY, AT_CLINIC },
	    { .vaccine = "OTHER", .product_text = "Infanrix", DAY, FROM_HANDBOOK }, 0, DUPLICATE_NONE },

	{ "a day apart, the same lot: near", { MR, DAY, AT_CLINIC, .lot = "X1" }, { MR, .given = "2025-05-11", FROM_HANDBOOK, .lot = "x1" },
	    6, DUPLICATE_RESOLVABLE },
	{ "a day apart, the same place: near", { MR, DAY, AT_CLINIC, .clinic_code = "A" },
	    { MR, .given = "2025-05-11", AT_CLINIC, .clinic_code = "A" }, 6, DUPLICATE_RESOLVABLE },
	{ "a day apart and nothing in common: two", { MR, DAY, AT_CLINIC }, { MR, .given = "2025-05-11", FROM_HANDBOOK }, 0, DUPLICATE_NONE },
	{ "three days apart: near", { MR, DAY, AT_CLINIC, .lot = "X1" }, { MR, .given = "2025-05-13", FROM_HANDBOOK, .lot = "X1" },
	    6, DUPLICATE_RESOLVABLE },
	{ "four days apart: two", { MR, DAY, AT_CLINIC, .lot = "X1" }, { MR, .given = "2025-05-14", FROM_HANDBOOK, .lot = "X1" },
	    0, DUPLICATE_NONE },
	{ "across the end of a year: near", { MR, .given = "2025-12-31", AT_CLINIC, .lot = "X1" },
	    { MR, .given = "2026-01-01", FROM_HANDBOOK, .lot = "X1" }, 6, DUPLICATE_RESOLVABLE },
	{ "after a bite: a day apart is near", { .vaccine = "RAB", .antigens = OTHER_ANTIGEN, DAY, AT_CLINIC, .lot = "X1" },
	    { .vaccine = "RAB", .antigens = OTHER_ANTIGEN, .given = "2025-05-11", AT_CLINIC, .lot = "X1" }, 6, DUPLICATE_RESOLVABLE },
	{ "after a bite: two days are two doses", { .vaccine = "RAB", .antigens = OTHER_ANTIGEN, DAY, AT_CLINIC, .lot = "X1" },
	    { .vaccine = "RAB", .antigens = OTHER_ANTIGEN, .given = "2025-05-12", AT_CLINIC, .lot = "X1" }, 0, DUPLICATE_NONE },

	{ "the same number in one year, far apart: cannot be resolved", { MR, DAY, AT_CLINIC, .told_no = 1 },
	    { MR, .given = "2025-09-10", FROM_HANDBOOK, .told_no = 1 }, 7, DUPLICATE_UNRESOLVABLE },
	{ "from the first to the last day of the year", { MR, .given = "2025-01-01", AT_CLINIC, .told_no = 1 },
	    { MR, .given = "2025-12-31", FROM_HANDBOOK, .told_no = 1 }, 7, DUPLICATE_UNRESOLVABLE },
	{ "in two years: two", { MR, .given = "2024-12-31", AT_CLINIC, .told_no = 1 },
	    { MR, .given = "2025-12-30", FROM_HANDBOOK, .told_no = 1 }, 0, DUPLICATE_NONE },
	{ "another number: two", { MR, DAY, AT_CLINIC, .told_no = 1 }, { MR, .given = "2025-09-10", FROM_HANDBOOK, .told_no = 2 },
	    0, DUPLICATE_NONE },
	{ "a number that only one tells: two", { MR, DAY, AT_CLINIC, .told_no = 1 }, { MR, .given = "2025-09-10", FROM_HANDBOOK },
	    0, DUPLICATE_NONE },
	{ "the same number of another antigen: two", { MR, DAY, AT_CLINIC, .told_no = 1 }, { M, .given = "2025-09-10", FROM_HANDBOOK, .told_no = 1 },
	    0, DUPLICATE_NONE },
	{ "near and the same lot comes before the number", { MR, DAY, AT_CLINIC, .told_no = 1, .lot = "X" },
	    { MR, .given = "2025-05-12", FROM_HANDBOOK, .told_no = 1, .lot = "X" }, 6, DUPLICATE_RESOLVABLE },

	{ "a month that holds the day: a person decides", { MR, DAY, AT_CLINIC }, { MR, .given = "2025-05", FROM_HANDBOOK }, 11, DUPLICATE_CANDIDATE },
	{ "the last day of the month", { MR, .given = "2025-05-31", AT_CLINIC }, { MR, .given = "2025-05", FROM_HANDBOOK }, 11, DUPLICATE_CANDIDATE },
	{ "the day after it: two", { MR, .given = "2025-06-01", AT_CLINIC }, { MR, .given = "2025-05", FROM_HANDBOOK }, 0, DUPLICATE_NONE },
	{ "a year, a month in it", { MR, .given = "2025", FROM_HANDBOOK }, { MR, .given = "2025-05", FROM_TOWN }, 11, DUPLICATE_CANDIDATE },
	{ "one teller means two doses", { MR, .given = "2025-05", FROM_HANDBOOK }, { MR, .given = "2025-05", FROM_HANDBOOK }, 0, DUPLICATE_NONE },
	{ "with two lots: two doses", { MR, DAY, AT_CLINIC, .lot = "X1" }, { MR, .given = "2025-05", FROM_HANDBOOK, .lot = "X2" },
	    0, DUPLICATE_NONE },
	{ "with two numbers: two doses", { MR, DAY, AT_CLINIC, .told_no = 1 }, { MR, .given = "2025-05", FROM_HANDBOOK, .told_no = 2 },
	    0, DUPLICATE_NONE },
	{ "a month outside, the same number in the year", { MR, DAY, AT_CLINIC, .told_no = 1 },
	    { MR, .given = "2025-09", FROM_HANDBOOK, .told_no = 1 }, 7, DUPLICATE_UNRESOLVABLE },
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static struct dose
dose_of(const struct told *t, unsigned char id)
{
	static char source_id[8][8];
	struct dose d = { .vaccine = t->vaccine, .lot = t->lot, .clinic_code = t->clinic_code,
	    .clinic_name = t->clinic_name, .volume_ul = t->volume_ul != 0 ? t->volume_ul : DOSE_VOLUME_UNKNOWN,
	    .told_no = t->told_no, .source = t->source, .source_code = t->source_code, .source_version = 1,
	    .origin_municipality = t->origin != NULL ? t->origin : "141003", .relayed_by = t->origin,
	    .asserted_by = t->asserted_by, .product_text = t->product_text, .expires = DAY_NONE, .is_latest = true };

	CU_ASSERT_EQUAL_FATAL(day_span_parse(t->given, strlen(t->given), &d.given), RC_OK);
	(void)snprintf(source_id[id % 8], sizeof(source_id[0]), "s%u", (unsigned)id);
	d.source_id = source_id[id % 8];
	d.statement.b[0] = id;
	return d;
}

static void
every_rule_says_what_it_must_whichever_comes_first(void)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		struct dose a = dose_of(&rows[i].a, 1), b = dose_of(&rows[i].b, 2);
		struct duplicate_side x = { &a, rows[i].a.antigens }, y = { &b, rows[i].b.antigens };
		struct duplicate_finding f = duplicate_compare(&x, &y), g = duplicate_compare(&y, &x);

		if (f.verdict != rows[i].verdict || f.rule != rows[i].rule)
			printf("     %s: rule %d %s\n", rows[i].of, f.rule, duplicate_verdict_word(f.verdict));
		CU_ASSERT(f.verdict == rows[i].verdict && f.rule == rows[i].rule);
		CU_ASSERT(g.verdict == f.verdict && g.rule == f.rule);
	}
}

static day
on(const char *text)
{
	struct day_span s = { DAY_NONE, DAY_NONE };

	if (text != NULL)
		CU_ASSERT_EQUAL_FATAL(day_span_parse(text, strlen(text), &s), RC_OK);
	return s.first;
}

static void
a_day_on_which_it_cannot_have_been_is_told_and_a_doubtful_one_is_not(void)
{
	static const struct {
		const char *given, *born, *died, *today;
		bool impossible;
	} cases[] = {
		{ "2025-05-10", "2025-05-10", NULL, "2025-06-01", false },
		{ "2025-05-09", "2025-05-10", NULL, "2025-06-01", true },
		{ "2025-05", "2025-05-31", NULL, "2025-06-01", false },
		{ "2025-04", "2025-05-01", NULL, "2025-06-01", true },
		{ "2025-05-10", "2020-01-01", "2025-05-10", "2025-06-01", false },
		{ "2025-05-11", "2020-01-01", "2025-05-10", "2025-06-01", true },
		{ "2025-05", "2020-01-01", "2025-05-01", "2025-06-01", false },
		{ "2025-06-01", "2020-01-01", NULL, "2025-06-01", false },
		{ "2025-06-02", "2020-01-01", NULL, "2025-06-01", true },
		{ "2025", "2020-01-01", NULL, "2025-06-01", false },
		{ "2026", "2020-01-01", NULL, "2025-06-01", true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct told t = { MR, .given = cases[i].given, AT_CLINIC };
		struct dose d = dose_of(&t, 1);
		struct duplicate_finding f = duplicate_alone(&d, on(cases[i].born), on(cases[i].died), on(cases[i].today));

		CU_ASSERT_EQUAL(f.verdict == DUPLICATE_IMPOSSIBLE, cases[i].impossible);
		CU_ASSERT_EQUAL(f.rule, cases[i].impossible ? 10 : 0);
	}
}

static void
whoever_gave_it_counts_before_paper_before_the_person_and_then_who_says_more(void)
{
	static const struct {
		struct told a, b;		/* a counts */
		enum duplicate_ground ground;
	} cases[] = {
		{ { MR, DAY, AT_CLINIC }, { MR, DAY, FROM_HANDBOOK, .lot = "X" }, DUPLICATE_BY_TELLER },
		{ { MR, DAY, FROM_TOWN }, { MR, DAY, FROM_HANDBOOK, .lot = "X" }, DUPLICATE_BY_TELLER },
		{ { MR, DAY, FROM_HANDBOOK }, { MR, DAY, .source = DOSE_SOURCE_PERSON, .source_code = "", .lot = "X" }, DUPLICATE_BY_TELLER },
		{ { MR, DAY, AT_CLINIC }, { MR, DAY, .source = DOSE_SOURCE_MUNICIPALITY, .source_code = "011002", .origin = "011002",
		    .asserted_by = "handbook", .lot = "X" }, DUPLICATE_BY_TELLER },
		{ { MR, DAY, AT_CLINIC, .lot = "X" }, { MR, DAY, AT_CLINIC }, DUPLICATE_BY_COMPLETENESS },
		{ { MR, DAY, AT_CLINIC }, { MR, .given = "2025-05", AT_CLINIC }, DUPLICATE_BY_COMPLETENESS },
		{ { MR, DAY, AT_CLINIC }, { MR, DAY, AT_OTHER_CLINIC }, DUPLICATE_BY_ID },
		{ { MR, DAY, AT_CLINIC }, { MR, DAY, FROM_TOWN }, DUPLICATE_BY_ID },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dose a = dose_of(&cases[i].a, 1), b = dose_of(&cases[i].b, 2);
		enum duplicate_ground ground, back;

		CU_ASSERT(duplicate_better(&a, &b, &ground));
		CU_ASSERT(!duplicate_better(&b, &a, &back));
		CU_ASSERT(ground == cases[i].ground && back == ground);
		if (ground == DUPLICATE_BY_ID) {
			b.source_version = 2;
			CU_ASSERT(duplicate_better(&b, &a, &ground) && ground == DUPLICATE_BY_VERSION);
		}
	}
}

/* ---- sets ---- */

struct seen {
	int open, by_rule, decided, outdated;
	int rule_of[8][8];
};

static void
see(void *closure, const struct duplicate_pair *p)
{
	struct seen *s = closure;

	s->open += p->state == DUPLICATE_OPEN;
	s->by_rule += p->state == DUPLICATE_BY_RULE;
	s->decided += p->state == DUPLICATE_DECIDED;
	s->outdated += p->outdated;
	s->rule_of[p->first][p->second] = p->finding.rule;
}

#define SET_MAX 6
struct set {
	struct dose dose[SET_MAX];
	struct duplicate_side side[SET_MAX];
	size_t n, counts_as[SET_MAX], place[SET_MAX];
	struct seen seen;
};

static void
make(struct set *x, const struct told *t, size_t n)
{
	memset(x, 0, sizeof(*x));
	x->n = n;
	for (size_t i = 0; i < n; i++) {
		x->dose[i] = dose_of(&t[i], (unsigned char)(i + 1));
		x->side[i] = (struct duplicate_side){ &x->dose[i], t[i].antigens };
	}
}

static void
group(struct set *x, const struct duplicate_decision *d, size_t n)
{
	memset(&x->seen, 0, sizeof(x->seen));
	duplicate_group(x->side, x->n, d, n, x->counts_as, x->place, see, &x->seen);
}

static struct duplicate_decision
decide(const struct set *x, size_t a, size_t b, size_t keep)
{
	struct duplicate_decision d = { x->dose[a].statement, x->dose[b].statement,
	    keep == SIZE_MAX ? ID_NONE : x->dose[keep].statement, { 0 } };

	duplicate_digest(&x->dose[a], &x->dose[b], d.digest);
	return d;
}

static void
what_is_told_four_times_counts_once(void)
{
	const struct told t[] = { { MR, DAY, FROM_HANDBOOK }, { MR, DAY, AT_CLINIC, .lot = "X" }, { MR, DAY, FROM_TOWN },
	    { MR, DAY, .source = DOSE_SOURCE_PERSON, .source_code = "" }, { MR, .given = "2026-05-10", AT_CLINIC } };
	struct set x;

	make(&x, t, 5);
	group(&x, NULL, 0);
	CU_ASSERT(x.counts_as[0] == 1 && x.counts_as[1] == 1 && x.counts_as[2] == 1 && x.counts_as[3] == 1);
	CU_ASSERT(x.counts_as[4] == 4);
	CU_ASSERT(x.seen.by_rule == 6 && x.seen.open == 0);
}

static void
three_of_which_two_contradict_are_joined_by_no_rule(void)
{
	const struct told t[] = { { MR, DAY, AT_CLINIC, .lot = "X1" }, { MR, DAY, FROM_HANDBOOK },
	    { MR, DAY, AT_CLINIC, .lot = "X2" } };
	struct set x;

	make(&x, t, 3);
	group(&x, NULL, 0);
	for (size_t i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(x.counts_as[i], i);
	CU_ASSERT(x.seen.open == 3 && x.seen.by_rule == 0);
	CU_ASSERT(x.seen.rule_of[0][1] == 5 && x.seen.rule_of[0][2] == 5);
}

static void
an_officer_decides_and_it_holds_while_both_say_what_they_said(void)
{
	const struct told t[] = { { MR, DAY, AT_CLINIC, .lot = "X1" }, { MR, DAY, AT_CLINIC, .lot = "X2" } };
	struct duplicate_decision d;
	struct set x;

	make(&x, t, 2);
	d = decide(&x, 0, 1, 1);
	group(&x, &d, 1);
	CU_ASSERT(x.counts_as[0] == 1 && x.counts_as[1] == 1 && x.seen.decided == 1 && x.seen.open == 0);
	x.dose[0].lot = "X9";
	group(&x, &d, 1);
	CU_ASSERT(x.counts_as[0] == 0 && x.counts_as[1] == 1);
	CU_ASSERT(x.seen.decided == 0 && x.seen.open == 1 && x.seen.outdated == 1);
}

static void
an_officer_says_that_what_a_rule_joins_are_two(void)
{
	const struct told t[] = { { MR, DAY, AT_CLINIC }, { MR, DAY, FROM_HANDBOOK }, { MR, DAY, FROM_TOWN } };
	struct duplicate_decision d[2];
	struct set x;

	make(&x, t, 3);
	d[0] = decide(&x, 0, 1, SIZE_MAX);
	group(&x, d, 1);
	/* The third could be either: it is joined to none until somebody says to which. */
	CU_ASSERT(x.counts_as[0] == 0 && x.counts_as[1] == 1 && x.counts_as[2] == 2);
	d[1] = decide(&x, 1, 2, 1);
	group(&x, d, 2);
	CU_ASSERT(x.counts_as[0] == 0 && x.counts_as[1] == 1 && x.counts_as[2] == 1);
}

static void
what_an_officer_kept_counts_although_the_rule_would_choose_another(void)
{
	const struct told t[] = { { MR, DAY, AT_CLINIC, .lot = "X1" }, { MR, DAY, FROM_HANDBOOK, .lot = "X1" } };
	struct duplicate_decision d;
	struct set x;

	make(&x, t, 2);
	d = decide(&x, 0, 1, 1);
	group(&x, &d, 1);
	CU_ASSERT(x.counts_as[0] == 1 && x.counts_as[1] == 1);
}

static void
the_order_of_the_statements_makes_no_difference(void)
{
	const struct told t[SET_MAX] = { { MR, DAY, AT_CLINIC, .lot = "X1" }, { MR, DAY, FROM_HANDBOOK },
	    { MR, .given = "2025-05-11", FROM_HANDBOOK, .lot = "X1" }, { MMR, DAY, FROM_TOWN },
	    { MR, .given = "2025-05", FROM_TOWN }, { MR, DAY, .source = DOSE_SOURCE_PERSON, .source_code = "" } };
	unsigned char expected[SET_MAX + 1] = { 0 };
	size_t order[SET_MAX] = { 0, 1, 2, 3, 4, 5 }, c[SET_MAX] = { 0 }, tried = 0, i = 0;
	struct set x, y;

	make(&x, t, SET_MAX);
	group(&x, NULL, 0);
	for (size_t k = 0; k < SET_MAX; k++)
		expected[x.dose[k].statement.b[0]] = x.dose[x.counts_as[k]].statement.b[0];
	CU_ASSERT(expected[2] == 1 && expected[6] == 1);
	while (i < SET_MAX) {		/* Heap's permutations, all 720 */
		y = x;
		for (size_t k = 0; k < SET_MAX; k++) {
			y.dose[k] = x.dose[order[k]];
			y.side[k] = (struct duplicate_side){ &y.dose[k], x.side[order[k]].antigens };
		}
		group(&y, NULL, 0);
		for (size_t k = 0; k < SET_MAX; k++)
			CU_ASSERT_EQUAL(y.dose[y.counts_as[k]].statement.b[0], expected[y.dose[k].statement.b[0]]);
		CU_ASSERT(y.seen.open == x.seen.open && y.seen.by_rule == x.seen.by_rule);
		tried++;
		while (i < SET_MAX && c[i] >= i)
			c[i++] = 0;
		if (i < SET_MAX) {
			size_t from = i % 2 == 0 ? 0 : c[i], keep = order[from];

			order[from] = order[i];
			order[i] = keep;
			c[i]++;
			i = 0;
		}
	}
	CU_ASSERT_EQUAL(tried, 720);
}

RUNNER_SUITE(record_duplicate,
    RUNNER_TEST(every_rule_says_what_it_must_whichever_comes_first),
    RUNNER_TEST(a_day_on_which_it_cannot_have_been_is_told_and_a_doubtful_one_is_not),
    RUNNER_TEST(whoever_gave_it_counts_before_paper_before_the_person_and_then_who_says_more),
    RUNNER_TEST(what_is_told_four_times_counts_once),
    RUNNER_TEST(three_of_which_two_contradict_are_joined_by_no_rule),
    RUNNER_TEST(an_officer_decides_and_it_holds_while_both_say_what_they_said),
    RUNNER_TEST(an_officer_says_that_what_a_rule_joins_are_two),
    RUNNER_TEST(what_an_officer_kept_counts_although_the_rule_would_choose_another),
    RUNNER_TEST(the_order_of_the_statements_makes_no_difference));
