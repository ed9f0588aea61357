#include <stdio.h>
#include <string.h>

#include "record/reaction.h"
#include "tests/lib/runner.h"

static struct day_span
span_of(const char *text)
{
	struct day_span s = { DAY_NONE, DAY_NONE };

	if (text != NULL)
		CU_ASSERT_EQUAL_FATAL(day_span_parse(text, strlen(text), &s), RC_OK);
	return s;
}

static const char *
judged(const char *product, const char *symptom, const char *given, const char *onset, const char *after)
{
	struct reaction_limit l;
	struct day_span o = span_of(onset);
	int64_t minutes = -1;

	if (after != NULL)
		CU_ASSERT_EQUAL_FATAL(reaction_elapsed_parse(after, &minutes), RC_OK);
	return reaction_within_word(reaction_judge(reaction_limit_find(product, symptom,
	    onset != NULL ? o.last : span_of(given).last, &l) ? &l : NULL, span_of(given), o, minutes));
}

/* Ordinance for Enforcement, art. 5: the last day of each kind of time lies within, the day after it does not. */
static void
the_last_day_of_a_time_lies_within_and_the_next_does_not(void)
{
	static const struct { const char *product, *symptom, *given, *onset, *after, *says; } row[] = {
		{ "JE", "convulsion", "2025-05-01", "2025-05-08", NULL, "within" },	/* 7 days */
		{ "JE", "convulsion", "2025-05-01", "2025-05-09", NULL, "outside" },
		{ "MR", "convulsion", "2025-05-01", "2025-05-22", NULL, "within" },	/* 21 */
		{ "MR", "convulsion", "2025-05-01", "2025-05-23", NULL, "outside" },
		{ "RV1", "intussusception", "2025-05-01", "2025-05-22", NULL, "within" },
		{ "RV5", "intussusception", "2025-05-01", "2025-05-23", NULL, "outside" },
		{ "HepB", "optic-neuritis", "2025-12-10", "2026-01-07", NULL, "within" },	/* 28, over a year's end */
		{ "HepB", "optic-neuritis", "2025-12-10", "2026-01-08", NULL, "outside" },
		/* months begin on the next day: from the 1st of December to the last of February, which has no 30th */
		{ "BCG", "bcg-skin-lesion", "2025-11-30", "2026-02-28", NULL, "within" },
		{ "BCG", "bcg-skin-lesion", "2025-11-30", "2026-03-01", NULL, "outside" },
		{ "BCG", "suppurative-lymphadenitis", "2025-06-15", "2025-10-15", NULL, "within" },
		{ "BCG", "suppurative-lymphadenitis", "2025-06-15", "2025-10-16", NULL, "outside" },
		{ "BCG", "bcg-disseminated", "2025-06-15", "2026-06-15", NULL, "within" },
		{ "BCG", "bcg-disseminated", "2025-06-15", "2026-06-16", NULL, "outside" },
		{ "BCG", "bcg-osteitis", "2025-06-15", "2027-06-15", NULL, "within" },
		{ "BCG", "bcg-osteitis", "2025-06-15", "2027-06-16", NULL, "outside" },
		{ "BCG", "bcg-meningitis", "2025-06-15", "2029-06-16", NULL, "doctor" },
		/* hours and minutes, told or left open by the days */
		{ "HPV9", "syncope", "2025-05-01", NULL, "30min", "within" },
		{ "HPV9", "syncope", "2025-05-01", NULL, "31min", "outside" },
		{ "HPV9", "syncope", "2025-05-01", "2025-05-01", NULL, "unknown" },
		{ "MR", "anaphylaxis", "2025-05-01", "2025-05-01", "4h", "within" },
		{ "MR", "anaphylaxis", "2025-05-01", "2025-05-01", "241min", "outside" },
		{ "MR", "anaphylaxis", "2025-05-01", "2025-05-02", NULL, "unknown" },	/* late in the evening, past midnight */
		{ "MR", "anaphylaxis", "2025-05-01", "2025-05-03", NULL, "outside" },
		{ "INF", "asthma-attack", "2025-11-01", "2025-11-01", NULL, "within" },	/* 24 hours hold the whole day */
		{ "INF", "asthma-attack", "2025-11-01", "2025-11-02", NULL, "unknown" },
		{ "INF", "asthma-attack", "2025-11-01", "2025-11-03", NULL, "outside" },
		/* days told by hours */
		{ "JE", "convulsion", "2025-05-01", NULL, "7d", "within" },
		{ "JE", "convulsion", "2025-05-01", NULL, "169h", "unknown" },
		{ "JE", "convulsion", "2025-05-01", NULL, "8d", "outside" },
		/* imprecise days leave open what they leave open */
		{ "MR", "encephalitis", "2025-05", "2025-05-28", NULL, "within" },
		{ "MR", "encephalitis", "2025-05", "2025-06-20", NULL, "unknown" },
		{ "MR", "encephalitis", "2025-05", "2025-06-29", NULL, "outside" },
		{ "MR", "encephalitis", "2025-05-01", NULL, NULL, "unknown" },
		{ "MR", "guillain-barre", "2025-05-01", "2025-05-02", NULL, "not-listed" },
		{ "YF", "anaphylaxis", "2025-05-01", "2025-05-01", NULL, "not-listed" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *got = judged(row[i].product, row[i].symptom, row[i].given, row[i].onset, row[i].after);

		if (strcmp(got, row[i].says) != 0)
			printf("     row %zu: %s %s: %s, not %s\n", i, row[i].product, row[i].symptom, got, row[i].says);
		CU_ASSERT_STRING_EQUAL(got, row[i].says);
	}
}

static void
what_no_text_confirms_is_marked(void)
{
	struct reaction_limit l;

	CU_ASSERT(reaction_limit_find("MR", "convulsion", span_of("2025-04-01").first, &l) && l.is_confirmed);
	CU_ASSERT(reaction_limit_find("MR", "convulsion", span_of("2025-03-31").first, &l) && !l.is_confirmed);
	/* The list for the elderly ended with March 2026; what took its place has not been read. */
	CU_ASSERT(reaction_limit_find("PPSV23", "cellulitis", span_of("2026-03-31").first, &l) && l.is_confirmed);
	CU_ASSERT_FALSE(reaction_limit_find("PPSV23", "cellulitis", span_of("2026-04-01").first, &l));
	CU_ASSERT(reaction_limit_find("PPSV23", "convulsion", span_of("2026-04-01").first, &l) && !l.is_confirmed);
	CU_ASSERT(reaction_limit_find("RSV-M", "anaphylaxis", span_of("2026-05-01").first, &l) && !l.is_confirmed);
}

static void
every_product_has_anaphylaxis_within_four_hours_and_what_a_doctor_judges(void)
{
	static const char *const product[] = { "DPT-IPV-Hib", "DPT-IPV", "DPT", "DT", "IPV", "OPV", "Hib", "PCV7", "PCV13", "PCV15",
	    "PCV20", "HepB", "RV1", "RV5", "BCG", "MR", "M", "R", "VAR", "JE", "JE-MB", "HPV2", "HPV4", "HPV9", "INF", "INF-HD",
	    "PPSV23", "COVID19", "ZVL", "RZV", "RSV-M" };
	char text[REACTION_LIMIT_SIZE];
	struct reaction_limit l;

	for (size_t i = 0; i < sizeof(product) / sizeof(product[0]); i++) {
		CU_ASSERT_TRUE_FATAL(reaction_limit_find(product[i], "anaphylaxis", span_of("2026-11-22").first, &l));
		reaction_limit_write(&l, text);
		CU_ASSERT_STRING_EQUAL(text, "4h");
		CU_ASSERT(reaction_limit_find(product[i], "other", span_of("2026-11-22").first, &l) && l.unit == REACTION_BY_DOCTOR);
	}
}

static void
a_time_is_read_and_written_back(void)
{
	static const char *const good[] = { "0min", "20min", "3h", "23h", "24h", "2d", "28d", "3653d", "90min" };
	static const char *const bad[] = { "", "5", "h", "-3h", "3 h", "3hours", "4m", "3654d", "99999999999d", " 3h", "1.5h" };
	char text[REACTION_LIMIT_SIZE];
	int64_t n = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CU_ASSERT_EQUAL(reaction_elapsed_parse(good[i], &n), RC_OK);
		reaction_elapsed_write(n, text);
		CU_ASSERT_STRING_EQUAL(text, good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_EQUAL(reaction_elapsed_parse(bad[i], &n), RC_INVALID);
}

RUNNER_SUITE(record_reaction,
    RUNNER_TEST(the_last_day_of_a_time_lies_within_and_the_next_does_not),
    RUNNER_TEST(what_no_text_confirms_is_marked),
    RUNNER_TEST(every_product_has_anaphylaxis_within_four_hours_and_what_a_doctor_judges),
    RUNNER_TEST(a_time_is_read_and_written_back));
