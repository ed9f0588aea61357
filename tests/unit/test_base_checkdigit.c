#include "base/checkdigit.h"

#include <stdint.h>
#include <string.h>

#include "tests/lib/runner.h"

/* Numbers in these tests are published examples or made from a fixed seed. */

static uint32_t
next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void
fill(char *digits, size_t n, uint32_t *seed)
{
	for (size_t i = 0; i < n; i++)
		digits[i] = (char)('0' + next(seed) % 10);
}

/* How many of the numbers that differ in one digit pass all the same. */
static unsigned
single_errors_passed(bool (*check)(const char *, size_t), const char *number, size_t len)
{
	unsigned passed = 0;
	char other[32];

	for (size_t i = 0; i < len; i++)
		for (char c = '0'; c <= '9'; c++) {
			if (c == number[i])
				continue;
			memcpy(other, number, len);
			other[i] = c;
			passed += check(other, len);
		}
	return passed;
}

static void
resident_numbers_pass_only_with_their_check_digit(void)
{
	/* Weights from the left, written out: a second way to the same digit. */
	static const int weights[11] = { 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 };
	uint32_t seed = 20261122;
	unsigned wrong = 0;
	char n[12];

	CU_ASSERT(checkdigit_mynumber("123456789018", 12));
	for (int k = 0; k < 20000; k++) {
		int sum = 0;
		char want;

		fill(n, 11, &seed);
		for (int i = 0; i < 11; i++)
			sum += weights[i] * (n[i] - '0');
		want = (char)(sum % 11 <= 1 ? '0' : '0' + 11 - sum % 11);
		wrong += checkdigit_mynumber_make(n) != want;
		for (char c = '0'; c <= '9'; c++) {
			n[11] = c;
			wrong += checkdigit_mynumber(n, 12) != (c == want);
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
one_wrong_digit_of_a_resident_number_is_found_unless_the_law_gives_two_remainders_one_digit(void)
{
	uint32_t seed = 7;
	unsigned passed = 0;
	char n[12];

	/*
	 * Remainders 0 and 1 share the digit 0, which is the law's own weakness;
	 * of every other number no neighbour passes.
	 */
	for (int k = 0; k < 5000; k++) {
		fill(n, 11, &seed);
		n[11] = checkdigit_mynumber_make(n);
		if (n[11] != '0')
			passed += single_errors_passed(checkdigit_mynumber, n, 12);
	}
	CU_ASSERT_EQUAL(passed, 0);
	CU_ASSERT_EQUAL(single_errors_passed(checkdigit_mynumber, "123456789018", 12), 0);
}

static void
resident_numbers_of_another_shape_are_refused(void)
{
	CU_ASSERT_FALSE(checkdigit_mynumber("123456789018", 11));
	CU_ASSERT_FALSE(checkdigit_mynumber("1234567890180", 13));
	CU_ASSERT_FALSE(checkdigit_mynumber("12345678901x", 12));
	CU_ASSERT_FALSE(checkdigit_mynumber("1234 6789018", 12));
	CU_ASSERT_FALSE(checkdigit_mynumber("", 0));
}

static void
register_codes_follow_the_same_rule_on_ten_digits(void)
{
	static const int weights[10] = { 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 };
	uint32_t seed = 99;
	unsigned wrong = 0;
	char n[11];

	for (int k = 0; k < 5000; k++) {
		int sum = 0;
		char want;

		fill(n, 10, &seed);
		for (int i = 0; i < 10; i++)
			sum += weights[i] * (n[i] - '0');
		want = (char)(sum % 11 <= 1 ? '0' : '0' + 11 - sum % 11);
		for (char c = '0'; c <= '9'; c++) {
			n[10] = c;
			wrong += checkdigit_juminhyo(n, 11) != (c == want);
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_FALSE(checkdigit_juminhyo("0000000000", 10));
}

static void
municipality_codes_of_real_places_pass_and_their_neighbours_do_not(void)
{
	static const char *const real[] = { "141003", "131016", "011002", "271004", "231002",
	    "401307", "012025", "472018", "131121", "130001" };

	for (size_t i = 0; i < sizeof real / sizeof real[0]; i++) {
		CU_ASSERT(checkdigit_municipality(real[i], 6));
		/* Remainders 0 and 10 share the digit 1: the official rule's own weakness. */
		if (real[i][5] != '1')
			CU_ASSERT_EQUAL(single_errors_passed(checkdigit_municipality, real[i], 6), 0);
	}
	CU_ASSERT_FALSE(checkdigit_municipality("14100", 5));
	CU_ASSERT_FALSE(checkdigit_municipality("14100a", 6));
	CU_ASSERT_FALSE(checkdigit_municipality("1410030", 7));
}

static void
corporate_numbers_lead_with_their_check_digit(void)
{
	CU_ASSERT(checkdigit_corporate("7000012050002", 13));
	CU_ASSERT(checkdigit_corporate("8000012010038", 13));
	CU_ASSERT(checkdigit_corporate("3000020141003", 13));
	CU_ASSERT_FALSE(checkdigit_corporate("4000020141003", 13));
	CU_ASSERT_FALSE(checkdigit_corporate("3000020141004", 13));
	CU_ASSERT_FALSE(checkdigit_corporate("300002014100", 12));
	CU_ASSERT_FALSE(checkdigit_corporate("3000020 41003", 13));
}

static void
tickets_catch_every_wrong_digit_and_every_swap_of_neighbours(void)
{
	uint32_t seed = 42;
	unsigned passed = 0, refused = 0;

	for (int k = 0; k < 20000; k++) {
		size_t len = 1 + next(&seed) % 16;
		char t[18];

		fill(t, len, &seed);
		t[len] = checkdigit_ticket_make(t, len);
		refused += !checkdigit_ticket(t, len + 1);
		passed += single_errors_passed(checkdigit_ticket, t, len + 1);
		for (size_t i = 0; i < len; i++) {
			char swapped[18];

			if (t[i] == t[i + 1])
				continue;
			memcpy(swapped, t, len + 1);
			swapped[i] = t[i + 1];
			swapped[i + 1] = t[i];
			passed += checkdigit_ticket(swapped, len + 1);
		}
	}
	CU_ASSERT_EQUAL(refused, 0);
	CU_ASSERT_EQUAL(passed, 0);
	/* The published example of Damm's method. */
	CU_ASSERT_EQUAL(checkdigit_ticket_make("572", 3), '4');
	CU_ASSERT_FALSE(checkdigit_ticket("5724", 0));
	CU_ASSERT_FALSE(checkdigit_ticket("0", 1));
	CU_ASSERT_FALSE(checkdigit_ticket("57x4", 4));
}

/*
 * What the digits before an error have left is one of ten states, and one digit reaches each of them; whether an
 * error is seen after that depends on the state and the digits alone.  So every number of up to five digits,
 * with every wrong digit in it and every swap of neighbours, the check digit's too, stands for every length:
 * before the error any state, behind it two different states and the same digits.
 */
static void
every_short_ticket_with_every_wrong_digit_and_every_swap_is_refused(void)
{
	unsigned passed = 0, refused = 0, reached = 0;
	char t[7], swapped[7];

	for (char c = '0'; c <= '9'; c++)
		reached |= 1u << (checkdigit_ticket_make(&c, 1) - '0');
	CU_ASSERT_EQUAL(reached, 1023);
	for (size_t len = 1, most = 10; len <= 5; len++, most *= 10)
		for (size_t k = 0; k < most; k++) {
			for (size_t i = len, rest = k; i-- > 0; rest /= 10)
				t[i] = (char)('0' + rest % 10);
			t[len] = checkdigit_ticket_make(t, len);
			refused += !checkdigit_ticket(t, len + 1);
			passed += single_errors_passed(checkdigit_ticket, t, len + 1);
			for (size_t i = 0; i < len; i++) {
				if (t[i] == t[i + 1])
					continue;
				memcpy(swapped, t, len + 1);
				swapped[i] = t[i + 1];
				swapped[i + 1] = t[i];
				passed += checkdigit_ticket(swapped, len + 1);
			}
		}
	CU_ASSERT_EQUAL(refused, 0);
	CU_ASSERT_EQUAL(passed, 0);
}

RUNNER_SUITE(base_checkdigit,
    RUNNER_TEST(resident_numbers_pass_only_with_their_check_digit),
    RUNNER_TEST(one_wrong_digit_of_a_resident_number_is_found_unless_the_law_gives_two_remainders_one_digit),
    RUNNER_TEST(resident_numbers_of_another_shape_are_refused),
    RUNNER_TEST(register_codes_follow_the_same_rule_on_ten_digits),
    RUNNER_TEST(municipality_codes_of_real_places_pass_and_their_neighbours_do_not),
    RUNNER_TEST(corporate_numbers_lead_with_their_check_digit),
    RUNNER_TEST(tickets_catch_every_wrong_digit_and_every_swap_of_neighbours),
    RUNNER_TEST(every_short_ticket_with_every_wrong_digit_and_every_swap_is_refused));
