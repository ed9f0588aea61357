#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "record/record_check.h"
#include "tests/lib/runner.h"

static day
on(const char *text)
{
	day d = DAY_NONE;

	CU_ASSERT_EQUAL_FATAL(day_parse(text, strlen(text), &d), RC_OK);
	return d;
}

#define TODAY on("2026-11-22")

static struct person
good_person(void)
{
	struct person p = { .addressee_no = "1", .name = "渡　花子", .sex = SEX_FEMALE,
	    .died_on = DAY_NONE, .protected_from = DAY_NONE, .protected_until = DAY_NONE };

	p.birth.first = p.birth.last = on("2024-05-01");
	return p;
}

static struct dose
good_dose(void)
{
	struct dose d = { .source_id = "A", .source_version = 1, .vaccine = "MR", .status = DOSE_GIVEN,
	    .expires = DAY_NONE, .volume_ul = 500 };

	d.given.first = d.given.last = on("2025-05-02");
	return d;
}

/* "code field code field ..." of what is found. */
static void
finds(const struct person *p, const struct dose *d, const char *expected)
{
	struct finding rows[8];
	struct finding_list list = { rows, 8, 0 };
	char text[256] = "";

	if (d != NULL)
		record_check_dose(d, p, TODAY, &list);
	else
		record_check_person(p, TODAY, &list);
	for (size_t i = 0; i < list.n && i < 8; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s %s", i > 0 ? " " : "",
		    record_check_word(rows[i].code), rows[i].field);
	if (strcmp(text, expected) != 0)
		printf("     found '%s', not '%s'\n", text, expected);
	CU_ASSERT_STRING_EQUAL(text, expected);
}

static void
a_good_resident_and_a_good_dose_have_no_finding(void)
{
	struct person p = good_person();
	struct dose d = good_dose();

	finds(&p, NULL, "");
	finds(&p, &d, "");
	finds(NULL, &d, "");
}

static void
each_fault_of_a_resident_is_named(void)
{
	struct residence homes[2] = {
		{ .from = on("2024-05-01"), .until = on("2025-01-01"), .previous = "141004", .next = NULL },
		{ .from = on("2025-01-01"), .until = on("2024-12-31"), .previous = "99999", .next = NULL },
	};
	char longer[LIMIT_NAME_CHARS + 2];
	struct person p;

	p = good_person();
	p.addressee_no = NULL;
	finds(&p, NULL, "missing addressee_no");
	p.addressee_no = "12a";
	finds(&p, NULL, "bad-digits addressee_no");
	p.addressee_no = "1234567890123456";
	finds(&p, NULL, "too-long addressee_no");
	p = good_person();
	p.name = NULL;
	finds(&p, NULL, "missing name");
	p.name = "\xe3\x81";
	finds(&p, NULL, "bad-text name");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	p.name = longer;
	finds(&p, NULL, "too-long name");
	p = good_person();
	p.birth.first = p.birth.last = on("2026-11-23");
	finds(&p, NULL, "in-future birth_date");
	p = good_person();
	p.died_on = on("2024-04-30");
	finds(&p, NULL, "before-birth died_on");
	p = good_person();
	p.protected_from = on("2025-02-01");
	p.protected_until = on("2025-01-31");
	finds(&p, NULL, "reversed protected_until");
	p = good_person();
	p.residences = homes;
	p.n_residences = 2;
	finds(&p, NULL, "bad-check-digit previous_municipality reversed resident_until overlap resident_from");
}

static void
each_fault_of_a_dose_is_named(void)
{
	struct person p = good_person();
	struct dose d;

	d = good_dose();
	d.source_id = "";
	d.source_version = 0;
	finds(&p, &d, "missing source_id out-of-range source_version");
	d = good_dose();
	d.vaccine = NULL;
	d.given.first = d.given.last = DAY_NONE;
	finds(&p, &d, "missing vaccine missing given_on");
	d.status = DOSE_WITHDRAWN;
	finds(&p, &d, "");
	d = good_dose();
	d.vaccine = "M R";
	finds(&p, &d, "unknown-code vaccine");
	d = good_dose();
	d.given.first = d.given.last = on("2024-04-30");
	finds(&p, &d, "before-birth given_on");
	d.given.first = d.given.last = on("2026-11-23");
	finds(&p, &d, "in-future given_on");
	/* A month that only began before the birth may still hold the dose. */
	CU_ASSERT_EQUAL(day_span_parse("2024", 4, &d.given), RC_OK);
	finds(&p, &d, "");
	d = good_dose();
	p.died_on = on("2025-05-01");
	finds(&p, &d, "after-death given_on");
	d = good_dose();
	d.status = DOSE_NOT_GIVEN;
	finds(NULL, &d, "missing reason");
	d = good_dose();
	d.volume_ul = 1000000;
	finds(NULL, &d, "out-of-range volume_ml");
}

static void
a_list_without_room_still_counts(void)
{
	struct finding row;
	struct finding_list list = { &row, 1, 0 };
	struct dose d = good_dose();

	d.source_id = NULL;
	d.vaccine = NULL;
	record_check_dose(&d, NULL, TODAY, &list);
	CU_ASSERT(list.n == 2 && row.code == FINDING_MISSING);
}

RUNNER_SUITE(record_check,
    RUNNER_TEST(a_good_resident_and_a_good_dose_have_no_finding),
    RUNNER_TEST(each_fault_of_a_resident_is_named),
    RUNNER_TEST(each_fault_of_a_dose_is_named),
    RUNNER_TEST(a_list_without_room_still_counts));
