#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "tests/unit/test_store.h"

static void
a_resident_comes_back_as_it_was_put(void)
{
	struct fault why = { .rc = RC_OK };
	struct residence homes[2] = {
		{ .from = test_day("2024-05-01"), .until = test_day("2025-03-31"), .previous = NULL, .next = "011002" },
		{ .from = test_day("2025-06-01"), .until = DAY_NONE, .previous = "012025", .next = NULL },
	};
	struct person p = test_person("10001"), q;
	enum store_fate fate;
	struct test_store t;
	struct arena a;
	struct id id;

	test_store_open(&t);
	arena_init(&a, LIMIT_REQUEST_BYTES);
	p.residences = homes;
	p.n_residences = 2;
	p.is_protected = true;
	p.protected_from = test_day("2025-01-01");
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_person_put(t.s, &p, &id, &fate, &why));
	CU_ASSERT_EQUAL(fate, STORE_NEW);
	OK(store_commit(t.s, &why));
	test_store_again(&t);
	OK(store_begin(t.s, TEST_NOW, &why));
	store_see(t.s, STORE_EYES_WHOLE);
	OK(store_person_get(t.s, &id, &a, &q, &why));
	CU_ASSERT_STRING_EQUAL(q.name, p.name);
	CU_ASSERT_STRING_EQUAL(q.kana, p.kana);
	CU_ASSERT_STRING_EQUAL(q.roman, p.roman);
	CU_ASSERT_STRING_EQUAL(q.address, p.address);
	CU_ASSERT(day_equal(q.birth.first, p.birth.first) && q.sex == SEX_FEMALE);
	CU_ASSERT(!day_known(q.died_on) && q.is_protected && day_equal(q.protected_from, p.protected_from));
	CU_ASSERT_EQUAL_FATAL(q.n_residences, 2);
	CU_ASSERT_PTR_NULL(q.residences[0].previous);
	CU_ASSERT_STRING_EQUAL(q.residences[0].next, "011002");
	CU_ASSERT_STRING_EQUAL(q.residences[1].previous, "012025");
	CU_ASSERT(day_equal(q.residences[1].from, homes[1].from) && !day_known(q.residences[1].until));
	store_rollback(t.s);
	arena_clear(&a);
	test_store_clear(&t);
}

static void
the_same_resident_twice_changes_nothing(void)
{
	struct fault why = { .rc = RC_OK };
	struct person p = test_person("10001");
	enum store_fate fate = STORE_NEW;
	struct test_store t;
	struct id first, id;
	int64_t n;

	test_store_open(&t);
	first = test_person_add(&t, "10001");
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_person_put(t.s, &p, &id, &fate, &why));
	CU_ASSERT(fate == STORE_UNCHANGED && id_equal(&id, &first));
	p.address = "横浜市鶴見区二丁目";
	OK(store_person_put(t.s, &p, &id, &fate, &why));
	CU_ASSERT(fate == STORE_CHANGED && id_equal(&id, &first));
	OK(store_person_count(t.s, &n, &why));
	CU_ASSERT_EQUAL(n, 1);
	OK(store_commit(t.s, &why));
	test_store_clear(&t);
}

static void
a_file_lengthens_protection_and_never_ends_it(void)
{
	struct fault why = { .rc = RC_OK };
	struct person p = test_person("10001"), q;
	enum store_fate fate;
	struct test_store t;
	struct arena a;
	struct id id;

	test_store_open(&t);
	arena_init(&a, LIMIT_REQUEST_BYTES);
	OK(store_begin(t.s, TEST_NOW, &why));
	p.is_protected = true;
	p.protected_from = test_day("2025-02-01");
	p.protected_until = test_day("2026-01-31");
	OK(store_person_put(t.s, &p, &id, &fate, &why));
	p.is_protected = false;
	OK(store_person_put(t.s, &p, &id, &fate, &why));
	CU_ASSERT_EQUAL(fate, STORE_UNCHANGED);
	p.is_protected = true;
	p.protected_until = test_day("2025-06-30");
	OK(store_person_put(t.s, &p, &id, &fate, &why));
	CU_ASSERT_EQUAL(fate, STORE_UNCHANGED);
	p.protected_until = test_day("2027-01-31");
	OK(store_person_put(t.s, &p, &id, &fate, &why));
	CU_ASSERT_EQUAL(fate, STORE_CHANGED);
	OK(store_person_get(t.s, &id, &a, &q, &why));
	CU_ASSERT(q.is_protected && day_equal(q.protected_until, test_day("2027-01-31")));
	CU_ASSERT(person_protection_lapsed(&q, test_day("2027-02-01")) && q.is_protected);
	OK(store_person_unprotect(t.s, &id, test_day("2025-12-01"), &why));
	OK(store_person_get(t.s, &id, &a, &q, &why));
	CU_ASSERT(!q.is_protected);
	OK(store_commit(t.s, &why));
	arena_clear(&a);
	test_store_clear(&t);
}

static void
a_resident_is_found_by_folded_kana_and_birth_date(void)
{
	struct fault why = { .rc = RC_OK };
	struct day_span birth = { test_day("2024-05-01"), test_day("2024-05-01") };
	struct test_store t;
	struct id id, found[4];
	size_t n;

	test_store_open(&t);
	id = test_person_add(&t, "10001");
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_person_find_kana(t.s, "わたし はなこ", &birth, found, 4, &n, &why));
	CU_ASSERT(n == 1 && id_equal(&found[0], &id));
	OK(store_person_find_kana(t.s, "ﾜﾀｼ･ﾊﾅｺ", &birth, found, 4, &n, &why));
	CU_ASSERT_EQUAL(n, 1);
	OK(store_person_find_kana(t.s, "ワタシハナエ", &birth, found, 4, &n, &why));
	CU_ASSERT_EQUAL(n, 0);
	store_rollback(t.s);
	test_store_clear(&t);
}

static void
residents_are_listed_in_pages_without_gap_or_double(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	struct id page[3], last;
	size_t n, all = 0;
	char no[16];

	test_store_open(&t);
	for (int i = 0; i < 10; i++) {
		snprintf(no, sizeof(no), "%d", 20000 + i);
		test_person_add(&t, no);
	}
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_person_list(t.s, NULL, page, 3, &n, &why));
	while (n > 0) {
		for (size_t i = 0; i < n; i++) {
			if (all > 0)
				CU_ASSERT(id_compare(&last, &page[i]) < 0);
			last = page[i];
			all++;
		}
		OK(store_person_list(t.s, &last, page, 3, &n, &why));
	}
	CU_ASSERT_EQUAL(all, 10);
	store_rollback(t.s);
	test_store_clear(&t);
}

static void
a_resident_without_number_or_birth_date_is_refused(void)
{
	struct person p = test_person("1234567890123456");
	enum store_fate fate = STORE_CONFLICT;
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	struct id id = ID_NONE;

	test_store_open(&t);
	OK(store_begin(t.s, TEST_NOW, &why));
	CU_ASSERT_EQUAL(store_person_put(t.s, &p, &id, &fate, &why), RC_INVALID);
	p.addressee_no = "1";
	p.birth.first = DAY_NONE;
	CU_ASSERT_EQUAL(store_person_put(t.s, &p, &id, &fate, &why), RC_INVALID);
	CU_ASSERT(!id_known(&id) && fate == STORE_CONFLICT);
	store_rollback(t.s);
	test_store_clear(&t);
}

RUNNER_SUITE(store_person,
    RUNNER_TEST(a_resident_comes_back_as_it_was_put),
    RUNNER_TEST(the_same_resident_twice_changes_nothing),
    RUNNER_TEST(a_file_lengthens_protection_and_never_ends_it),
    RUNNER_TEST(a_resident_is_found_by_folded_kana_and_birth_date),
    RUNNER_TEST(residents_are_listed_in_pages_without_gap_or_double),
    RUNNER_TEST(a_resident_without_number_or_birth_date_is_refused));
