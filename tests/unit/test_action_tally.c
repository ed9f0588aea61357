#include "action/tally.h"

#include "tests/lib/runner.h"

static void
counts_come_out_by_key_however_they_went_in(void)
{
	struct tally t = { NULL, 0, 0 };
	struct fault why = { .rc = RC_OK };
	uint64_t sum = 0;

	/* Keys as the statistic makes them: parts far apart, many of them ending alike. */
	for (uint64_t round = 0; round < 3; round++)
		for (uint64_t i = 0; i < 5000; i++) {
			uint64_t key = (i * 7919 % 5000) << 32 | 0xffffff;

			CU_ASSERT_EQUAL_FATAL(tally_add(&t, key, round == 2, &why), RC_OK);
		}
	CU_ASSERT_EQUAL(t.n, 5000);
	tally_sort(&t);
	for (size_t i = 0; i < t.n; i++) {
		if (t.cell[i].key != ((uint64_t)i << 32 | 0xffffff) || t.cell[i].count != 2 || t.cell[i].others != 1) {
			CU_FAIL("a count is lost or doubled");
			break;
		}
		sum += (uint64_t)t.cell[i].count;
	}
	CU_ASSERT_EQUAL(sum, 10000);
	tally_clear(&t);
}

/* As "." shown and "x" hidden. */
static void
check(int n, const int64_t *count, int64_t below, const char *expected)
{
	bool hidden[8];

	tally_hide(count, hidden, (size_t)n, below);
	for (int i = 0; i < n; i++)
		CU_ASSERT_EQUAL(hidden[i], expected[i] == 'x');
}

static void
a_small_count_is_hidden_and_no_sum_tells_it(void)
{
	check(4, (const int64_t[]){ 10, 20, 30, 40 }, 5, "....");
	check(4, (const int64_t[]){ 4, 20, 30, 40 }, 5, "xx..");
	check(4, (const int64_t[]){ 40, 30, 20, 1 }, 5, "..xx");
	check(4, (const int64_t[]){ 4, 3, 30, 40 }, 5, "xx..");
	check(4, (const int64_t[]){ 0, 0, 30, 4 }, 5, "..xx");
	check(4, (const int64_t[]){ 0, 0, 0, 4 }, 5, "...x");
	check(4, (const int64_t[]){ 5, 0, 0, 5 }, 5, "....");
	check(3, (const int64_t[]){ 1, 2, 3 }, 0, "...");
}

RUNNER_SUITE(action_tally,
    RUNNER_TEST(counts_come_out_by_key_however_they_went_in),
    RUNNER_TEST(a_small_count_is_hidden_and_no_sum_tells_it));
