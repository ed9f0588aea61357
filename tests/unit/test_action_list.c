#include "action/list_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "law/law_load.h"
#include "tests/lib/runner.h"

static day
d(const char *text)
{
	day on = DAY_NONE;

	CU_ASSERT_EQUAL_FATAL(day_parse(text, strlen(text), &on), RC_OK);
	return on;
}

static struct list_condition
conditions(const char *text)
{
	struct list_condition c;
	struct fault why = { .rc = RC_OK };

	list_condition_init(&c);
	if (list_condition_read(text, &c, &why) != RC_OK) {
		printf("     %s: %s\n", text, why.text);
		CU_FAIL("conditions cannot be read");
	}
	return c;
}

static void
conditions_are_written_as_they_are_typed(void)
{
	static const char *const text[] = {
		"--age 6", "--age 6..11", "--age ..5", "--age 65..", "--age 12m..23m", "--age 18m",
		"--born 2021-06-01", "--born 2020-04-02..2021-04-01", "--born ..2021-04-01", "--born 2021-04-02..",
		"--cohort 2020 --sex female,other", "--turns 65,70,75",
		"--age 0..17 --language en --resident-on 2026-04-01 --arrived-since 2026-03-01 --district '中区,西区 1'",
		"--age 1 --has MR,hpv:2@2022-04-01..2025-03-31 --has-not VAR:1@..2020-01-01",
		"--programme mr-2 --status due,overdue --dose 1 --records along --on 2027-01-10",
		"--age 6 --records only --on 04-01+1", "--age 6 --on 01-10",
	};

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		struct list_condition c = conditions(text[i]);
		struct buf out = BUF_INIT(LIST_TEXT_MAX);

		CU_ASSERT_EQUAL(list_condition_write(&c, &out), RC_OK);
		CU_ASSERT_STRING_EQUAL(out.data, text[i]);
		buf_clear(&out);
	}
}

static void
what_cannot_be_meant_is_refused_by_its_name(void)
{
	static const struct { const char *name, *value; } bad[] = {
		{ "age", "" }, { "age", ".." }, { "age", "6.." ".5" }, { "age", "11..6" }, { "age", "6..11m" },
		{ "age", "151" }, { "age", "-1" }, { "age", "6 " }, { "age", "六" },
		{ "born", "2021-02-30" }, { "born", "令和3年" }, { "born", "2021-04-02..2021-04-01" }, { "born", ".." },
		{ "cohort", "20" }, { "cohort", "" }, { "turns", "65,,70" }, { "turns", "" }, { "sex", "女" },
		{ "sex", "female," }, { "status", "late" }, { "status", "" }, { "status", "due,,overdue" },
		{ "dose", "0" }, { "dose", "x" }, { "has", "" }, { "has", ":1" }, { "has", "MR:0" }, { "has", "MR@" },
		{ "has", "MR@2021..2020" }, { "has", "a,b,c,d,e,f,g,h,i" }, { "records", "all" }, { "on", "02-29" },
		{ "on", "13-01" }, { "on", "04-01+" }, { "on", "2026-04-31" }, { "district", "" },
		{ "district", "a'b" }, { "language", "" }, { "programme", "" }, { "arrived-since", "2026" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct list_condition c;
		struct fault why = { .rc = RC_OK };

		list_condition_init(&c);
		if (list_condition_put(&c, bad[i].name, bad[i].value, &why) != RC_INVALID)
			printf("     --%s '%s' is taken\n", bad[i].name, bad[i].value);
		CU_ASSERT_EQUAL(why.rc, RC_INVALID);
		CU_ASSERT_STRING_EQUAL(why.place, bad[i].name);
	}
}

/* Aomori 2025: April 1 to March 31 was taken, where the law's ages give April 2 to April 1. */
static void
a_cohort_begins_with_who_is_born_on_april_2(void)
{
	for (int year = 1900; year <= 2040; year++) {
		struct list_condition c;
		struct list_births b;
		char text[32];

		snprintf(text, sizeof(text), "--cohort %d", year);
		c = conditions(text);
		list_births_of(&c, d("2199-01-01"), &b);
		snprintf(text, sizeof(text), "%d-04-02", year);
		CU_ASSERT(day_equal(b.first, d(text)));
		snprintf(text, sizeof(text), "%d-04-01", year + 1);
		CU_ASSERT(day_equal(b.last, d(text)));
	}
}

/* Whoever turns an age in a fiscal year: asked day by day of the births around both ends, and of February 29. */
static void
turning_an_age_in_a_fiscal_year_agrees_with_legal_ages_day_by_day(void)
{
	static const int ages[] = { 1, 6, 12, 65, 70, 100 };

	for (int year = 2020; year <= 2032; year++)
		for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
			struct list_condition c;
			struct list_births b;
			char text[32];
			day on = day_add(day_fiscal_first(year), 170);

			snprintf(text, sizeof(text), "--turns %d", ages[i]);
			c = conditions(text);
			list_births_of(&c, on, &b);
			for (int32_t n = b.first.n - 400; n <= b.last.n + 400; n++) {
				day birth = { n };
				bool is = day_fiscal_year(day_age_years(birth, ages[i])) == year;
				enum list_truth t = list_birth_holds(&b, (struct day_span){ birth, birth });

				if ((t == LIST_YES) != is || t == LIST_UNKNOWN) {
					CU_FAIL("a birth is on the wrong side");
					return;
				}
			}
		}
}

static void
an_age_on_a_day_agrees_with_legal_ages_day_by_day(void)
{
	static const char *const on[] = { "2027-01-10", "2028-02-29", "2026-03-31", "2026-04-01" };
	static const struct { const char *text; int from, to; } age[] = {
		{ "--age 6", 72, 83 }, { "--age 6..11", 72, 143 }, { "--age 0", 0, 11 }, { "--age 12m..23m", 12, 23 },
		{ "--age 65..", 780, 9999 }, { "--age ..5", 0, 71 }, { "--age 18m", 18, 18 },
	};

	for (size_t k = 0; k < sizeof(on) / sizeof(on[0]); k++)
		for (size_t i = 0; i < sizeof(age) / sizeof(age[0]); i++) {
			struct list_condition c = conditions(age[i].text);
			struct list_births b;

			list_births_of(&c, d(on[k]), &b);
			for (int32_t n = d(on[k]).n - 25000; n <= d(on[k]).n; n++) {
				int reached = day_months_reached((day){ n }, d(on[k]));
				bool is = reached >= age[i].from && reached <= age[i].to;

				if ((list_birth_holds(&b, (struct day_span){ { n }, { n } }) == LIST_YES) != is) {
					printf("     %s on %s, born %d\n", age[i].text, on[k], n);
					CU_FAIL("a birth is on the wrong side");
					return;
				}
			}
		}
}

static void
a_birth_that_is_not_known_to_the_day_is_apart_only_where_it_matters(void)
{
	struct list_condition c = conditions("--cohort 2020");
	struct list_births b;
	struct person p = { .birth = { d("2021-04-01"), d("2021-04-30") } };
	enum list_apart why;

	list_births_of(&c, d("2027-01-10"), &b);
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, d("2027-01-10"), &why), LIST_UNKNOWN);
	CU_ASSERT_EQUAL(why, LIST_APART_BIRTH);
	p.birth = (struct day_span){ d("2021-01-01"), d("2021-01-31") };
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, d("2027-01-10"), &why), LIST_YES);
	p.birth = (struct day_span){ d("2022-01-01"), d("2022-12-31") };
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, d("2027-01-10"), &why), LIST_NO);
	c = conditions("--cohort 2020 --sex female");
	p.birth = (struct day_span){ d("2021-01-01"), d("2021-01-01") };
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, d("2027-01-10"), &why), LIST_UNKNOWN);
	CU_ASSERT_EQUAL(why, LIST_APART_SEX);
	p.sex = SEX_MALE;
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, d("2027-01-10"), &why), LIST_NO);
}

static void
who_was_born_here_has_not_arrived(void)
{
	struct residence r = { .from = d("2026-05-01"), .until = DAY_NONE };
	struct person p = { .birth = { d("2020-06-01"), d("2020-06-01") }, .residences = &r, .n_residences = 1 };
	struct list_condition c = conditions("--arrived-since 2026-05-01");
	struct list_births b;
	enum list_apart why;
	day on = d("2026-11-22");

	list_births_of(&c, on, &b);
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, on, &why), LIST_YES);
	r.from = d("2026-04-30");
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, on, &why), LIST_NO);
	r.from = d("2026-05-01");
	r.entry = ENTRY_BORN;
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, on, &why), LIST_NO);
	r.entry = ENTRY_UNKNOWN;
	p.birth = (struct day_span){ r.from, r.from };
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, on, &why), LIST_NO);
}

static void
a_protected_address_begins_with_nothing(void)
{
	struct residence r = { .from = DAY_NONE, .until = DAY_NONE };
	struct person p = { .birth = { d("2020-06-01"), d("2020-06-01") }, .residences = &r, .n_residences = 1 };
	struct list_condition c = conditions("--district 中区,西区");
	struct list_births b;
	enum list_apart why;
	day on = d("2026-11-22");

	list_births_of(&c, on, &b);
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, on, &why), LIST_NO);
	p.address = "西区2";
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, on, &why), LIST_YES);
	p.address = "南区西区";
	CU_ASSERT_EQUAL(list_person_holds(&c, &b, &p, on, &why), LIST_NO);
}

/* Tachikawa 2023: the reference day of the year before was still in the list. */
static void
a_reference_day_follows_the_fiscal_year_of_the_run(void)
{
	struct list_condition c = conditions("--age 6 --on 01-10");

	CU_ASSERT(day_equal(list_condition_day(&c, d("2026-11-22")), d("2027-01-10")));
	CU_ASSERT(day_equal(list_condition_day(&c, d("2027-03-31")), d("2027-01-10")));
	CU_ASSERT(day_equal(list_condition_day(&c, d("2027-04-01")), d("2028-01-10")));
	c = conditions("--age 6 --on 04-01");
	CU_ASSERT(day_equal(list_condition_day(&c, d("2026-04-01")), d("2026-04-01")));
	CU_ASSERT(day_equal(list_condition_day(&c, d("2027-03-31")), d("2026-04-01")));
	c = conditions("--age 6 --on 04-01+1");
	CU_ASSERT(day_equal(list_condition_day(&c, d("2026-11-22")), d("2027-04-01")));
	c = conditions("--age 6 --on 2025-12-01");
	CU_ASSERT(day_equal(list_condition_day(&c, d("2026-11-22")), d("2025-12-01")));
	c = conditions("--age 6");
	CU_ASSERT_FALSE(day_known(list_condition_day(&c, d("2026-11-22"))));
}

/* ---- history and status ---- */

static struct law_file *law_file;

static const struct law *
law(void)
{
	const char *build = getenv("top_builddir");
	struct fault why = { .rc = RC_OK };
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/data/law/watashi.law", build != NULL ? build : ".");
	if (law_file == NULL && law_load(path, &law_file, &why) != RC_OK)
		CU_FAIL_FATAL("no law");
	return law_of(law_file);
}

static uint16_t
programme(const char *code)
{
	return law_find_programme(law(), code, strlen(code));
}

/* One person by hand: a forecast and credits. */
struct life {
	struct dose dose[4];
	size_t statement_of[4];
	struct schedule_credit credit[4];
	struct schedule_answer answer;
	struct list_record record;
};

static void
life_init(struct life *l, const char *code, enum schedule_status status, bool overdue)
{
	memset(l, 0, sizeof(*l));
	l->answer.credit = l->credit;
	l->answer.n_forecast = 1;
	l->answer.forecast[0].programme = programme(code);
	l->answer.forecast[0].status = (uint8_t)status;
	l->answer.forecast[0].overdue = overdue;
	l->answer.forecast[0].has_next = status == SCHEDULE_DUE || status == SCHEDULE_UPCOMING;
	l->answer.forecast[0].next.dose = 1;
	l->record = (struct list_record){ .law = law(), .dose = l->dose, .answer = &l->answer,
	    .statement_of = l->statement_of };
}

static void
life_dose(struct life *l, const char *vaccine, const char *from, const char *to, const char *code,
    enum schedule_credit_status status, unsigned dose)
{
	size_t n = l->record.n_given++;

	l->dose[n] = (struct dose){ .vaccine = vaccine, .status = DOSE_GIVEN, .is_latest = true,
	    .given = { d(from), d(to) } };
	l->statement_of[n] = n;
	if (code == NULL)
		return;
	l->credit[l->answer.n_credit++] = (struct schedule_credit){ .dose_index = (uint16_t)n,
	    .programme = programme(code), .status = (uint8_t)status, .dose = (uint8_t)dose };
}

/* As "YES", "NO", or why apart. */
static const char *
holds(const char *text, struct life *l, bool incomplete)
{
	struct list_condition c = conditions(text);
	enum list_apart why = LIST_APART_NOT;

	l->record.is_incomplete = incomplete;
	switch (list_record_holds(&c, &l->record, &why)) {
	case LIST_YES:
		return "YES";
	case LIST_NO:
		return "NO";
	case LIST_UNKNOWN:
		break;
	}
	return list_apart_word(why);
}

static void
unknown_is_never_no(void)
{
	struct life l;

	life_init(&l, "mr-2", SCHEDULE_DUE, true);
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status overdue", &l, false), "YES");
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status overdue", &l, true), "incomplete");
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status complete", &l, false), "NO");
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status complete", &l, true), "incomplete");
	CU_ASSERT_STRING_EQUAL(holds("--has-not MR", &l, false), "YES");
	CU_ASSERT_STRING_EQUAL(holds("--has-not MR", &l, true), "incomplete");
	CU_ASSERT_STRING_EQUAL(holds("--has MR", &l, false), "NO");
	CU_ASSERT_STRING_EQUAL(holds("--has MR", &l, true), "incomplete");
	life_init(&l, "mr-2", SCHEDULE_COMPLETE, false);
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status overdue", &l, true), "NO");
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status complete", &l, true), "YES");
	life_init(&l, "mr-2", SCHEDULE_REVIEW, false);
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status overdue", &l, false), "review");
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status review", &l, false), "YES");
}

static void
overdue_is_due_and_past_and_nothing_else(void)
{
	struct life l;

	life_init(&l, "mr-2", SCHEDULE_DUE, false);
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status overdue", &l, false), "NO");
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status due", &l, false), "YES");
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status due --dose 1", &l, false), "YES");
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status due --dose 2", &l, false), "NO");
	life_init(&l, "mr-2", SCHEDULE_UPCOMING, false);
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-2 --status due,overdue", &l, false), "NO");
	CU_ASSERT_STRING_EQUAL(holds("--programme mr-1 --status due", &l, false), "NO");
}

static void
doses_are_counted_by_product_and_as_the_law_numbers_them(void)
{
	struct life l;

	life_init(&l, "hpv", SCHEDULE_DUE, false);
	life_dose(&l, "HPV9", "2022-05-01", "2022-05-01", "hpv", SCHEDULE_VALID, 1);
	life_dose(&l, "HPV9", "2022-06-01", "2022-06-01", "hpv", SCHEDULE_NOT_VALID, 0);
	CU_ASSERT_STRING_EQUAL(holds("--has HPV9:2", &l, false), "YES");
	CU_ASSERT_STRING_EQUAL(holds("--has HPV9:3", &l, false), "NO");
	CU_ASSERT_STRING_EQUAL(holds("--has hpv:1", &l, false), "YES");
	CU_ASSERT_STRING_EQUAL(holds("--has hpv:2", &l, false), "NO");
	CU_ASSERT_STRING_EQUAL(holds("--has hpv:1 --has-not hpv:2", &l, false), "YES");
	CU_ASSERT_STRING_EQUAL(holds("--has hpv:1 --has-not HPV9:2", &l, false), "NO");
	CU_ASSERT_STRING_EQUAL(holds("--has hpv@2022-04-01..2023-03-31", &l, false), "YES");
	CU_ASSERT_STRING_EQUAL(holds("--has hpv@2022-05-02..", &l, false), "NO");
	CU_ASSERT_STRING_EQUAL(holds("--has HPV9@2022-05-02..", &l, false), "YES");
	l.dose[0].status = DOSE_WITHDRAWN;
	CU_ASSERT_STRING_EQUAL(holds("--has HPV9:2", &l, false), "NO");
	CU_ASSERT_STRING_EQUAL(holds("--has HPV9:1", &l, false), "YES");
}

static void
a_day_that_is_not_known_and_a_credit_under_review_decide_nothing(void)
{
	struct life l;

	life_init(&l, "mr-1", SCHEDULE_COMPLETE, false);
	life_dose(&l, "MR", "2024-03-01", "2024-04-30", "mr-1", SCHEDULE_VALID, 1);
	CU_ASSERT_STRING_EQUAL(holds("--has mr-1@2024-04-01..", &l, false), "dose-date");
	CU_ASSERT_STRING_EQUAL(holds("--has-not MR@2024-04-01..", &l, false), "dose-date");
	CU_ASSERT_STRING_EQUAL(holds("--has mr-1@2024", &l, false), "YES");
	CU_ASSERT_STRING_EQUAL(holds("--has mr-1@2025", &l, false), "NO");
	l.credit[0].status = SCHEDULE_CREDIT_REVIEW;
	CU_ASSERT_STRING_EQUAL(holds("--has mr-1@2024", &l, false), "review");
	CU_ASSERT_STRING_EQUAL(holds("--has-not mr-1@2024", &l, false), "review");
	CU_ASSERT_STRING_EQUAL(holds("--has mr-1@2025", &l, false), "NO");
}

static void
a_list_without_a_condition_or_with_unknown_codes_is_none(void)
{
	static const struct { const char *text; enum rc rc; } list[] = {
		{ "", RC_INVALID }, { "--on 2026-04-01", RC_INVALID }, { "--records along", RC_INVALID },
		{ "--status due", RC_INVALID }, { "--programme mr-2", RC_INVALID }, { "--dose 1 --age 6", RC_INVALID },
		{ "--programme mr-9 --status due", RC_INVALID }, { "--has XX", RC_INVALID }, { "--has-not mr-9", RC_INVALID },
		{ "--programme mr-2 --status due", RC_OK }, { "--has MR --has-not mr-2", RC_OK }, { "--age 6", RC_OK },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		struct list_condition c = conditions(list[i].text);
		struct fault why = { .rc = RC_OK };

		CU_ASSERT_EQUAL(list_condition_check(&c, law(), &why), list[i].rc);
	}
	law_free(law_file);
	law_file = NULL;
}

RUNNER_SUITE(action_list,
    RUNNER_TEST(conditions_are_written_as_they_are_typed),
    RUNNER_TEST(what_cannot_be_meant_is_refused_by_its_name),
    RUNNER_TEST(a_cohort_begins_with_who_is_born_on_april_2),
    RUNNER_TEST(turning_an_age_in_a_fiscal_year_agrees_with_legal_ages_day_by_day),
    RUNNER_TEST(an_age_on_a_day_agrees_with_legal_ages_day_by_day),
    RUNNER_TEST(a_birth_that_is_not_known_to_the_day_is_apart_only_where_it_matters),
    RUNNER_TEST(who_was_born_here_has_not_arrived),
    RUNNER_TEST(a_protected_address_begins_with_nothing),
    RUNNER_TEST(a_reference_day_follows_the_fiscal_year_of_the_run),
    RUNNER_TEST(unknown_is_never_no),
    RUNNER_TEST(overdue_is_due_and_past_and_nothing_else),
    RUNNER_TEST(doses_are_counted_by_product_and_as_the_law_numbers_them),
    RUNNER_TEST(a_day_that_is_not_known_and_a_credit_under_review_decide_nothing),
    RUNNER_TEST(a_list_without_a_condition_or_with_unknown_codes_is_none));
