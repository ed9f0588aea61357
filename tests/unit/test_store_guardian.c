#include "store/store_guardian.h"
#include "tests/unit/test_store.h"

static bool
acts(struct test_store *t, const struct id *who, const struct id *for_whom, const char *on)
{
	struct fault why = { .rc = RC_OK };
	bool yes = false;

	OK(store_guardian_acts(t->s, who, for_whom, test_day(on), &yes, &why));
	return yes;
}

static void
protect(struct test_store *t, const char *addressee_no)
{
	struct fault why = { .rc = RC_OK };
	struct person p = test_person(addressee_no);
	enum store_fate fate;
	struct id id;

	p.is_protected = true;
	OK(store_person_put(t->s, &p, &id, &fate, &why));
}

/* D9: every link is closed but those that the protecting officer names. */
static void
protection_closes_every_link_but_the_named_one(void)
{
	struct fault why = { .rc = RC_OK };
	struct guardian g = { .relation = GUARDIAN_PARENT, .basis = "family register", .until = DAY_NONE }, *rows;
	struct id child, mother, father;
	struct test_store t;
	struct arena a;
	int64_t first, second;
	size_t n;

	test_store_open(&t);
	child = test_person_add(&t, "1");
	mother = test_person_add(&t, "2");
	father = test_person_add(&t, "3");
	arena_init(&a, 1u << 20);
	OK(store_begin(t.s, TEST_NOW, &why));
	g.person = child;
	g.from = test_day("2024-05-01");
	g.guardian = mother;
	OK(store_guardian_add(t.s, &g, &first, &why));
	g.guardian = father;
	OK(store_guardian_add(t.s, &g, &second, &why));
	CU_ASSERT(acts(&t, &father, &child, "2025-01-01") && acts(&t, &mother, &child, "2025-01-01"));
	CU_ASSERT_FALSE(acts(&t, &child, &mother, "2025-01-01"));
	CU_ASSERT_FALSE(acts(&t, &father, &child, "2024-04-30"));
	protect(&t, "1");
	protect(&t, "2");
	CU_ASSERT_FALSE(acts(&t, &father, &child, "2025-01-01"));
	CU_ASSERT_FALSE(acts(&t, &mother, &child, "2025-01-01"));
	OK(store_guardian_name(t.s, &child, first, true, &why));
	CU_ASSERT_TRUE(acts(&t, &mother, &child, "2025-01-01"));
	CU_ASSERT_FALSE(acts(&t, &father, &child, "2025-01-01"));
	/* And nobody else reads who it is. */
	OK(store_guardian_of(t.s, &child, &a, &rows, &n, &why));
	CU_ASSERT_EQUAL(n, 0);
	store_see(t.s, STORE_EYES_WHOLE);
	OK(store_guardian_of(t.s, &child, &a, &rows, &n, &why));
	CU_ASSERT_EQUAL_FATAL(n, 2);
	CU_ASSERT(rows[0].is_named && !rows[1].is_named);
	store_rollback(t.s);
	arena_clear(&a);
	test_store_clear(&t);
}

static void
a_link_ends_and_is_never_taken_out(void)
{
	struct fault why = { .rc = RC_OK };
	struct guardian g = { .relation = GUARDIAN_BY_COURT, .name = "後見人", .until = DAY_NONE }, *rows;
	struct test_store t;
	struct arena a;
	int64_t seq;
	size_t n;

	test_store_open(&t);
	g.person = test_person_add(&t, "1");
	arena_init(&a, 1u << 20);
	OK(store_begin(t.s, TEST_NOW, &why));
	g.from = test_day("2025-01-01");
	CU_ASSERT_EQUAL(store_guardian_add(t.s, &g, &seq, NULL), RC_INVALID);	/* no ground */
	g.basis = "family court, 2025-01-01";
	OK(store_guardian_add(t.s, &g, &seq, &why));
	CU_ASSERT_EQUAL(store_guardian_end(t.s, &g.person, seq, test_day("2024-12-31"), NULL), RC_INVALID);
	CU_ASSERT_EQUAL(store_guardian_end(t.s, &g.person, seq + 1, test_day("2025-12-31"), NULL), RC_ABSENT);
	OK(store_guardian_end(t.s, &g.person, seq, test_day("2025-12-31"), &why));
	CU_ASSERT_EQUAL(store_guardian_end(t.s, &g.person, seq, test_day("2026-12-31"), NULL), RC_REFUSED);
	OK(store_guardian_of(t.s, &g.person, &a, &rows, &n, &why));
	CU_ASSERT_EQUAL_FATAL(n, 1);
	CU_ASSERT_STRING_EQUAL(rows[0].name, "後見人");
	CU_ASSERT(day_equal(rows[0].until, test_day("2025-12-31")));
	store_rollback(t.s);
	arena_clear(&a);
	test_store_clear(&t);
}

RUNNER_SUITE(store_guardian,
    RUNNER_TEST(protection_closes_every_link_but_the_named_one),
    RUNNER_TEST(a_link_ends_and_is_never_taken_out));
