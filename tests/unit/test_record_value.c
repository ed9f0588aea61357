#include <string.h>

#include "record/dose.h"
#include "record/person.h"
#include "tests/lib/runner.h"

static day
on(const char *text)
{
	day d = DAY_NONE;

	CU_ASSERT_EQUAL_FATAL(day_parse(text, strlen(text), &d), RC_OK);
	return d;
}

static void
every_word_is_read_back_and_no_other_is_taken(void)
{
	enum dose_status status = DOSE_STATUS__COUNT;
	enum dose_source source;
	enum dose_verification v;
	enum sex sex;

	for (int i = 0; i < DOSE_STATUS__COUNT; i++) {
		const char *w = dose_status_word((enum dose_status)i);

		CU_ASSERT(dose_status_parse(w, strlen(w), &status) == RC_OK && (int)status == i);
	}
	for (int i = 0; i < DOSE_SOURCE__COUNT; i++) {
		const char *w = dose_source_word((enum dose_source)i);

		CU_ASSERT(dose_source_parse(w, strlen(w), &source) == RC_OK && (int)source == i);
	}
	for (int i = 0; i < DOSE_VERIFICATION__COUNT; i++) {
		const char *w = dose_verification_word((enum dose_verification)i);

		CU_ASSERT(dose_verification_parse(w, strlen(w), &v) == RC_OK && (int)v == i);
	}
	for (int i = 0; i < SEX__COUNT; i++) {
		const char *w = person_sex_word((enum sex)i);

		CU_ASSERT(person_sex_parse(w, strlen(w), &sex) == RC_OK && (int)sex == i);
	}
	status = DOSE_WITHDRAWN;
	CU_ASSERT_EQUAL(dose_status_parse("Given", 5, &status), RC_INVALID);
	CU_ASSERT_EQUAL(dose_status_parse("given", 4, &status), RC_INVALID);
	CU_ASSERT_EQUAL(status, DOSE_WITHDRAWN);
}

static void
volumes_are_exact_thousandths(void)
{
	static const struct { const char *text; int32_t ul; const char *back; } good[] = {
		{ "0.5", 500, "0.5" }, { "0.25", 250, "0.25" }, { "1", 1000, "1" }, { "0.50", 500, "0.5" },
		{ "0.001", 1, "0.001" }, { "999.999", 999999, "999.999" }, { "0", 0, "0" }, { "10", 10000, "10" },
	};
	static const char *const bad[] = { "", ".5", "5.", "0.5000", "1000", "-1", "0,5", " 1", "1e1", "0.5ml" };
	char text[DOSE_VOLUME_TEXT_SIZE];
	int32_t ul = 77;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT(dose_volume_parse(bad[i], strlen(bad[i]), &ul) == RC_INVALID && ul == 77);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CU_ASSERT(dose_volume_parse(good[i].text, strlen(good[i].text), &ul) == RC_OK &&
		    ul == good[i].ul);
		dose_volume_write(ul, text);
		CU_ASSERT_STRING_EQUAL(text, good[i].back);
	}
	dose_volume_write(DOSE_VOLUME_UNKNOWN, text);
	CU_ASSERT_STRING_EQUAL(text, "");
}

static void
a_period_of_residence_holds_both_its_ends(void)
{
	struct residence homes[2] = {
		{ .from = DAY_NONE, .until = on("2025-03-31") }, { .from = on("2025-06-01"), .until = DAY_NONE },
	};
	struct person p = { .residences = homes, .n_residences = 2, .died_on = DAY_NONE };

	CU_ASSERT_PTR_EQUAL(person_residence_on(&p, on("2025-03-31")), &homes[0]);
	CU_ASSERT_PTR_NULL(person_residence_on(&p, on("2025-04-01")));
	CU_ASSERT_PTR_NULL(person_residence_on(&p, on("2025-05-31")));
	CU_ASSERT_PTR_EQUAL(person_residence_on(&p, on("2025-06-01")), &homes[1]);
	CU_ASSERT_TRUE(person_alive_on(&p, on("2100-01-01")));
	p.died_on = on("2026-01-01");
	CU_ASSERT(person_alive_on(&p, on("2026-01-01")) && !person_alive_on(&p, on("2026-01-02")));
}

RUNNER_SUITE(record_value,
    RUNNER_TEST(every_word_is_read_back_and_no_other_is_taken),
    RUNNER_TEST(volumes_are_exact_thousandths),
    RUNNER_TEST(a_period_of_residence_holds_both_its_ends));
