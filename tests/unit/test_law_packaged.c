/* The law that is shipped: what every reader of it may count on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "law/law_print.h"
#include "tests/lib/runner.h"
#include "tests/unit/test_law.h"

static void
programmes_stand_in_the_order_that_was_promised(void)
{
	static const char *const code[] = {
		"dpt-1", "polio", "dt-2", "hib", "pcv", "hepb", "rota", "bcg", "mr-1", "mr-2", "mr-3",
		"mr-4", "varicella", "je-1", "je-2", "hpv", "influenza", "pneumococcal-senior", "covid19",
		"zoster", "rsv-maternal", "rubella-5",
	};
	struct law_file *file = test_law_packaged();
	const struct law *law = law_of(file);

	CU_ASSERT_EQUAL_FATAL(law->n_programme, sizeof code / sizeof code[0]);
	for (uint16_t i = 0; i < law->n_programme; i++) {
		CU_ASSERT_STRING_EQUAL(law_string(law, law->programme[i].code), code[i]);
		CU_ASSERT_EQUAL(law_find_programme(law, code[i], strlen(code[i])), i);
	}
	CU_ASSERT_EQUAL(law_find_programme(law, "dpt", 3), LAW_NONE);
	CU_ASSERT_EQUAL(law_find_programme(law, "dpt-1x", 5), 0);
	law_free(file);
}

static void
products_stand_in_the_order_that_was_promised(void)
{
	static const char *const code[] = {
		"DPT-IPV-Hib", "DPT-IPV", "DPT", "DT", "IPV", "OPV", "Hib", "PCV7", "PCV13", "PCV15",
		"PCV20", "HepB", "RV1", "RV5", "BCG", "MR", "M", "R", "VAR", "JE", "JE-MB", "HPV2", "HPV4",
		"HPV9", "INF", "INF-HD", "PPSV23", "COVID19", "ZVL", "RZV", "RSV-M", "MMR", "MUMPS", "RAB",
		"HepA", "MenACWY", "YF", "TBV", "OTHER",
	};
	struct law_file *file = test_law_packaged();
	const struct law *law = law_of(file);

	CU_ASSERT_EQUAL_FATAL(law->n_product, sizeof code / sizeof code[0]);
	for (uint16_t i = 0; i < law->n_product; i++)
		CU_ASSERT_EQUAL(law_find_product(law, code[i], strlen(code[i])), i);
	law_free(file);
}

static void
conditions_stand_in_the_order_that_was_promised(void)
{
	static const char *const code[] = {
		"history-measles", "history-rubella", "history-varicella", "history-pertussis", "keloid",
		"intussusception", "congenital-gi-disorder", "scid", "hbig-mother-to-child",
		"immunosuppressed", "hiv-immune-disorder", "heart-kidney-respiratory-disorder", "pregnant",
		"died",
	};
	struct law_file *file = test_law_packaged();
	const struct law *law = law_of(file);

	CU_ASSERT_EQUAL_FATAL(law->n_condition, sizeof code / sizeof code[0]);
	for (uint16_t i = 0; i < law->n_condition; i++)
		CU_ASSERT_EQUAL(law_find_condition(law, code[i], strlen(code[i])), i);
	law_free(file);
}

/* The law says who serves what; a product never named for a stage never serves it. */
static bool
serves(const struct law *law, const char *product, const char *programme)
{
	uint16_t p = law_find_product(law, product, strlen(product));
	uint16_t g = law_find_programme(law, programme, strlen(programme));

	CU_ASSERT_FATAL(p != LAW_NONE && g != LAW_NONE);
	return (law->product[p].serves >> g & 1) != 0;
}

static void
products_serve_what_the_law_ever_named_them_for(void)
{
	struct law_file *file = test_law_packaged();
	const struct law *law = law_of(file);

	CU_ASSERT(serves(law, "DPT-IPV-Hib", "dpt-1") && serves(law, "DPT-IPV-Hib", "polio") &&
	    serves(law, "DPT-IPV-Hib", "hib"));
	CU_ASSERT(serves(law, "DT", "dt-2") && serves(law, "DT", "dpt-1") && !serves(law, "DPT", "dt-2"));
	CU_ASSERT(serves(law, "PCV20", "pcv") && serves(law, "PCV20", "pneumococcal-senior"));
	CU_ASSERT(!serves(law, "PCV15", "pneumococcal-senior") && !serves(law, "PPSV23", "pcv"));
	CU_ASSERT(serves(law, "MMR", "mr-1") && serves(law, "MMR", "rubella-5"));
	CU_ASSERT(serves(law, "R", "rubella-5") && !serves(law, "M", "rubella-5"));
	CU_ASSERT(!serves(law, "VAR", "zoster") && !serves(law, "ZVL", "varicella"));
	CU_ASSERT_EQUAL(law->product[law_find_product(law, "MUMPS", 5)].serves, 0);
	CU_ASSERT_EQUAL(law->product[law_find_product(law, "OTHER", 5)].serves, 0);
	law_free(file);
}

static bool
binds(const struct law_span *s, int32_t on)
{
	return (s->from == INT32_MIN || s->from <= on) && (s->to == INT32_MIN || on <= s->to);
}

/* Of one rule, the versions before and behind a day: between them it must have one. */
struct versions { unsigned now, before, behind; };

static void
count(struct versions *v, const struct law_span *s, int32_t on)
{
	if (binds(s, on))
		v->now++;
	else if (s->from != INT32_MIN && s->from > on)
		v->behind++;
	else
		v->before++;
}

static bool
one_version(struct versions v)
{
	return v.now == 1 || (v.now == 0 && (v.before == 0 || v.behind == 0));
}

static void
check_day(const struct law *law, int32_t on, size_t *n_wrong)
{
	for (uint16_t i = 0; i < law->n_target; i++) {
		struct versions v = { 0, 0, 0 };

		for (uint16_t k = 0; k < law->n_target; k++) {
			if (law->target[k].code == law->target[i].code &&
			    law->target[k].programme == law->target[i].programme)
				count(&v, &law->target[k].span, on);
		}
		*n_wrong += !one_version(v);
	}
	for (uint16_t i = 0; i < law->n_course; i++) {
		struct versions v = { 0, 0, 0 };

		for (uint16_t k = 0; k < law->n_course; k++) {
			if (law->course[k].code == law->course[i].code &&
			    law->course[k].programme == law->course[i].programme)
				count(&v, &law->course[k].span, on);
		}
		*n_wrong += !one_version(v);
	}
	for (uint16_t i = 0; i < law->n_spacing; i++) {
		struct versions v = { 0, 0, 0 };

		for (uint16_t k = 0; k < law->n_spacing; k++) {
			if (law->spacing[k].code == law->spacing[i].code)
				count(&v, &law->spacing[k].span, on);
		}
		*n_wrong += !one_version(v);
	}
}

static void
every_day_has_exactly_one_version_of_each_rule(void)
{
	struct law_file *file = test_law_packaged();
	day first, last;
	size_t n_wrong = 0;

	CU_ASSERT_EQUAL_FATAL(day_make(2020, 10, 1, &first), RC_OK);
	CU_ASSERT_EQUAL_FATAL(day_make(2027, 4, 1, &last), RC_OK);
	for (int32_t on = first.n; on <= last.n; on++)
		check_day(law_of(file), on, &n_wrong);
	CU_ASSERT_EQUAL(n_wrong, 0);
	law_free(file);
}

/* For every day there is a course that nobody is shut out of by the products used. */
static void
every_programme_has_a_course_on_every_day(void)
{
	struct law_file *file = test_law_packaged();
	const struct law *law = law_of(file);

	for (uint16_t p = 0; p < law->n_programme; p++) {
		const struct law_programme *g = &law->programme[p];

		for (int32_t on = 12000; on < 24000; on += 30) {
			unsigned n = 0;

			for (uint16_t i = g->first_course; i < g->first_course + g->n_courses; i++)
				n += binds(&law->course[i].span, on);
			CU_ASSERT(n > 0);
		}
	}
	law_free(file);
}

/* Answers name the day a rule became law; a course that judges earlier doses too has it all the same. */
static void
every_rule_says_since_when_it_is_law(void)
{
	struct law_file *file = test_law_packaged();
	const struct law *law = law_of(file);

	for (uint16_t i = 0; i < law->n_course; i++) {
		CU_ASSERT(law->course[i].since != INT32_MIN);
		CU_ASSERT(law->course[i].span.from == INT32_MIN ||
		    law->course[i].span.from == law->course[i].since);
	}
	for (uint16_t i = 0; i < law->n_target; i++) {
		/* Open only where the rule is older than the text and has ended. */
		CU_ASSERT(law->target[i].span.from != INT32_MIN || law->target[i].span.to != INT32_MIN);
		CU_ASSERT(law->target[i].span.published <= law->target[i].span.from);
	}
	law_free(file);
}

static void
every_source_cites_its_article_in_both_languages(void)
{
	struct law_file *file = test_law_packaged();
	const struct law *law = law_of(file);

	CU_ASSERT(law->n_source > 40);
	for (uint16_t i = 0; i < law->n_source; i++) {
		CU_ASSERT(strlen(law_string(law, law->source[i].citation_ja)) > 10);
		CU_ASSERT(strlen(law_string(law, law->source[i].citation_en)) > 10);
		CU_ASSERT_EQUAL(law->source[i].unconfirmed != 0, law->source[i].note_ja != LAW_NO_TEXT);
		CU_ASSERT_EQUAL(law->source[i].unconfirmed != 0, law->source[i].note_en != LAW_NO_TEXT);
	}
	law_free(file);
}

/* Prints of some days, compared with those that were read and accepted. */
static void
compare_print(const struct law *law, const char *on, enum law_print_lang lang, const char *suffix)
{
	char path[4096], name[128];
	struct buf stored, out = BUF_INIT(4u << 20);
	day d;

	CU_ASSERT_EQUAL_FATAL(day_parse(on, strlen(on), &d), RC_OK);
	CU_ASSERT_EQUAL_FATAL(law_print_day(law, d, lang, &out), RC_OK);
	(void)snprintf(name, sizeof name, "tests/case/law-dump/%s.%s", on, suffix);
	test_law_read(test_law_source_path(name, path, sizeof path), &stored);
	if (stored.len != out.len || memcmp(stored.data, out.data, out.len) != 0) {
		fprintf(stderr, "%s differs from the law of this build: make refresh-law-dump, and read the difference\n",
		    name);
		CU_FAIL("the stored print differs");
	}
	buf_clear(&stored);
	buf_clear(&out);
}

static void
the_law_prints_as_it_was_last_read_and_accepted(void)
{
	struct law_file *file = test_law_packaged();
	char path[4096], line[256], on[11];
	unsigned n = 0;
	FILE *in = fopen(test_law_source_path("tests/case/law-dump/DAYS", path, sizeof path), "r");

	/* A day and its reason a line. */
	CU_ASSERT_PTR_NOT_NULL_FATAL(in);
	while (fgets(line, sizeof line, in) != NULL) {
		if (sscanf(line, "%10[0-9-] %*c", on) != 1)
			continue;
		CU_ASSERT(strlen(line) > 20);
		compare_print(law_of(file), on, LAW_PRINT_JA, "ja");
		compare_print(law_of(file), on, LAW_PRINT_EN, "en");
		n++;
	}
	fclose(in);
	CU_ASSERT_EQUAL(n, 12);
	law_free(file);
}

static void
a_day_does_not_differ_from_itself(void)
{
	struct law_file *file = test_law_packaged();
	struct buf out = BUF_INIT(1u << 20);
	day d;

	CU_ASSERT_EQUAL_FATAL(day_make(2026, 11, 22, &d), RC_OK);
	CU_ASSERT_EQUAL(law_print_diff(law_of(file), d, d, LAW_PRINT_EN, &out), RC_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "Nothing differs."));
	buf_clear(&out);
	law_free(file);
}

RUNNER_SUITE(law_packaged,
    RUNNER_TEST(programmes_stand_in_the_order_that_was_promised),
    RUNNER_TEST(products_stand_in_the_order_that_was_promised),
    RUNNER_TEST(conditions_stand_in_the_order_that_was_promised),
    RUNNER_TEST(products_serve_what_the_law_ever_named_them_for),
    RUNNER_TEST(every_day_has_exactly_one_version_of_each_rule),
    RUNNER_TEST(every_programme_has_a_course_on_every_day),
    RUNNER_TEST(every_rule_says_since_when_it_is_law),
    RUNNER_TEST(every_source_cites_its_article_in_both_languages),
    RUNNER_TEST(the_law_prints_as_it_was_last_read_and_accepted),
    RUNNER_TEST(a_day_does_not_differ_from_itself));
