#include "base/limits.h"
#include "store/store_clinic_card.h"
#include "store/store_clinic_month.h"
#include "store/store_request_letter.h"
#include "tests/unit/test_store.h"

static enum rc
contract(struct test_store *t, const char *from, const char *until, const char *accepts, enum store_fate *ret)
{
	struct clinic_contract c = { .code = "C1", .from = test_day(from),
	    .until = until == NULL ? DAY_NONE : test_day(until), .accepts = accepts, .recorded_by = "officer:1" };
	struct fault why = { .rc = RC_OK };

	return store_clinic_contract_put(t->s, &c, ret, &why);
}

/* Both ends of a period belong to it; what is corrected is replaced and stays. */
static void
periods_of_a_clinic_share_no_day_and_what_was_corrected_stays(void)
{
	struct fault why = { .rc = RC_OK };
	enum store_fate fate;
	struct clinic_contract *row;
	struct test_store t;
	struct arena a;
	size_t n;

	test_store_open(&t);
	arena_init(&a, LIMIT_REQUEST_BYTES);
	OK(store_begin(t.s, TEST_NOW, &why));
	CU_ASSERT(contract(&t, "2026-04-01", "2027-03-31", "MR", &fate) == RC_OK && fate == STORE_NEW);
	CU_ASSERT(contract(&t, "2026-04-01", "2027-03-31", "MR", &fate) == RC_OK && fate == STORE_UNCHANGED);
	CU_ASSERT_EQUAL(contract(&t, "2027-03-31", NULL, "", &fate), RC_CONFLICT);
	CU_ASSERT_EQUAL(contract(&t, "2025-04-01", "2026-04-01", "", &fate), RC_CONFLICT);
	CU_ASSERT_EQUAL(contract(&t, "2025-04-01", NULL, "", &fate), RC_CONFLICT);
	CU_ASSERT_EQUAL(contract(&t, "2027-05-01", "2027-04-30", "", &fate), RC_INVALID);
	CU_ASSERT(contract(&t, "2027-04-01", NULL, "", &fate) == RC_OK && fate == STORE_NEW);
	CU_ASSERT(contract(&t, "2025-04-01", "2026-03-31", "", &fate) == RC_OK && fate == STORE_NEW);
	/* Longer than agreed at first would reach into the next. */
	CU_ASSERT_EQUAL(contract(&t, "2026-04-01", "2027-04-01", "MR", &fate), RC_CONFLICT);
	CU_ASSERT(contract(&t, "2026-04-01", "2026-12-31", "MR VAR", &fate) == RC_OK && fate == STORE_CHANGED);
	OK(store_clinic_contract_list(t.s, "C1", false, &a, &row, &n, &why));
	CU_ASSERT_EQUAL_FATAL(n, 3);
	CU_ASSERT(day_equal(row[1].until, test_day("2026-12-31")) && row[1].replaced_us == 0);
	CU_ASSERT_STRING_EQUAL(row[1].accepts, "MR VAR");
	OK(store_clinic_contract_list(t.s, "C1", true, &a, &row, &n, &why));
	CU_ASSERT_EQUAL_FATAL(n, 4);
	CU_ASSERT(row[1].replaced_us == TEST_NOW && day_equal(row[1].until, test_day("2027-03-31")));
	store_rollback(t.s);
	arena_clear(&a);
	test_store_clear(&t);
}

static int64_t
month_of(const char *first, const char *last)
{
	return clinic_month_of((struct day_span){ test_day(first), test_day(last) });
}

static void
a_month_is_a_calendar_month_or_none(void)
{
	CU_ASSERT_EQUAL(month_of("2026-01-01", "2026-01-31"), 2026 * 12);
	CU_ASSERT_EQUAL(month_of("2026-12-31", "2026-12-31"), 2026 * 12 + 11);
	CU_ASSERT_EQUAL(month_of("2026-01-31", "2026-02-01"), CLINIC_MONTH_NONE);
	CU_ASSERT_EQUAL(month_of("2025-03-01", "2026-03-01"), CLINIC_MONTH_NONE);
	CU_ASSERT_EQUAL(clinic_month_of((struct day_span){ DAY_NONE, DAY_NONE }), CLINIC_MONTH_NONE);
	CU_ASSERT(day_equal(clinic_month_first(2028 * 12 + 1), test_day("2028-02-01")));
	CU_ASSERT(day_equal(clinic_month_last(2028 * 12 + 1), test_day("2028-02-29")));
	CU_ASSERT(day_equal(clinic_month_last(2026 * 12 + 11), test_day("2026-12-31")));
	CU_ASSERT_FALSE(day_known(clinic_month_first(CLINIC_MONTH_NONE)) || day_known(clinic_month_last(CLINIC_MONTH_NONE)));
}

static void
what_came_adds_up_and_keeps_the_first_file(void)
{
	struct fault why = { .rc = RC_OK };
	struct clinic_month came = { .code = "C1", .month = 2026 * 12, .n_new = 2, .n_held = 1 }, *row;
	struct test_store t;
	struct arena a;
	size_t n;

	test_store_open(&t);
	arena_init(&a, LIMIT_REQUEST_BYTES);
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_clinic_month_zero(t.s, "C1", 2026 * 12, "officer:1", "by fax", &why));
	OK(store_clinic_month_list(t.s, "C1", &a, &row, &n, &why));
	CU_ASSERT(n == 1 && row[0].zero_us == TEST_NOW && row[0].first_us == 0 && row[0].first_file == NULL);
	OK(store_clinic_month_add(t.s, &came, "a.csv", &why));
	OK(store_commit(t.s, &why));
	OK(store_begin(t.s, TEST_NOW + 1, &why));
	came = (struct clinic_month){ .code = "C1", .month = 2026 * 12, .n_changed = 3 };
	OK(store_clinic_month_add(t.s, &came, "b.csv", &why));
	OK(store_clinic_month_list(t.s, NULL, &a, &row, &n, &why));
	CU_ASSERT_EQUAL_FATAL(n, 1);
	CU_ASSERT(row[0].n_new == 2 && row[0].n_changed == 3 && row[0].n_held == 1);
	CU_ASSERT(row[0].first_us == TEST_NOW && row[0].last_us == TEST_NOW + 1 && row[0].zero_us == TEST_NOW);
	CU_ASSERT_STRING_EQUAL(row[0].first_file, "a.csv");
	CU_ASSERT_STRING_EQUAL(row[0].last_file, "b.csv");
	store_rollback(t.s);
	arena_clear(&a);
	test_store_clear(&t);
}

/* Numbers begin anew on April 1, and none is given twice. */
static void
letters_are_numbered_within_the_fiscal_year(void)
{
	struct fault why = { .rc = RC_OK };
	struct request_letter l = { .recipient = "r", .reason = "r", .programmes = "hib:1", .issued_by = "officer:1" }, got;
	static const struct { const char *on; int year; int64_t no; } expected[] = {
		{ "2026-03-30", 2025, 1 }, { "2026-03-31", 2025, 2 }, { "2026-04-01", 2026, 1 }, { "2026-03-31", 2025, 3 },
		{ "2026-05-01", 2026, 2 },
	};
	struct test_store t;

	test_store_open(&t);
	l.person = test_person_add(&t, "10001");
	OK(store_begin(t.s, TEST_NOW, &why));
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		l.issued_on = test_day(expected[i].on);
		l.valid_until = day_add(l.issued_on, 30);
		OK(store_request_letter_add(t.s, &l, &got, &why));
		CU_ASSERT(got.fiscal_year == expected[i].year && got.no == expected[i].no);
	}
	OK(store_request_letter_void(t.s, &got, "r", &why));
	CU_ASSERT_EQUAL(store_request_letter_void(t.s, &got, "r", &why), RC_REFUSED);
	store_rollback(t.s);
	test_store_clear(&t);
}

RUNNER_SUITE(store_clinic,
    RUNNER_TEST(periods_of_a_clinic_share_no_day_and_what_was_corrected_stays),
    RUNNER_TEST(a_month_is_a_calendar_month_or_none),
    RUNNER_TEST(what_came_adds_up_and_keeps_the_first_file),
    RUNNER_TEST(letters_are_numbered_within_the_fiscal_year));
