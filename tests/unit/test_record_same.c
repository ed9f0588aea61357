#include "record/same_person.h"

#include "tests/lib/runner.h"

/* Which records a rule speaks of, and which it must not. */

static struct person
somebody(const char *name, const char *kana, int year, int month, int mday, enum sex sex)
{
	struct person p = { .name = name, .kana = kana, .sex = sex, .died_on = DAY_NONE };

	CU_ASSERT_FATAL(day_make(year, month, mday, &p.birth.first) == RC_OK);
	p.birth.last = p.birth.first;
	return p;
}

/* Compared both ways round: the same whichever comes first. */
static struct same_finding
compare_with(const struct person *a, bool number_a, const struct person *b, bool number_b)
{
	struct same_side x, y;
	struct same_finding f, turned;

	CU_ASSERT_FATAL(same_side_init(a, number_a, &x) == RC_OK);
	CU_ASSERT_FATAL(same_side_init(b, number_b, &y) == RC_OK);
	f = same_compare(&x, &y);
	turned = same_compare(&y, &x);
	CU_ASSERT(f.rule == turned.rule && f.score == turned.score);
	CU_ASSERT(same_contradicts(&x, &y) == same_contradicts(&y, &x));
	CU_ASSERT(f.score >= 0 && f.score <= SAME_SCORE_MAX);
	CU_ASSERT((f.rule == SAME_NONE) == (f.score == 0) || f.score == 0);
	same_side_clear(&x);
	same_side_clear(&y);
	return f;
}

static struct same_finding
compare(const struct person *a, const struct person *b)
{
	return compare_with(a, false, b, false);
}

static void
the_same_reading_and_birth_date_is_found_however_it_is_written(void)
{
	struct person a = somebody("渡瀬 陽翔", "ワタセ ハルト", 2025, 1, 10, SEX_MALE);
	struct person b = somebody("渡瀬陽翔", "わたせ　はると", 2025, 1, 10, SEX_UNKNOWN);
	struct person c = somebody("渡瀨陽斗", "ﾜﾀｾ ﾊﾙﾄ", 2025, 1, 10, SEX_MALE);

	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NAME);
	CU_ASSERT_EQUAL(compare(&a, &c).rule, SAME_NAME);
	CU_ASSERT(compare(&a, &b).score > compare(&a, &c).score);
}

static void
twins_and_siblings_are_two_people(void)
{
	struct person a = somebody("渡瀬陽翔", "ワタセ ハルト", 2025, 1, 10, SEX_MALE);
	struct person b = somebody("渡瀬陽太", "ワタセ ハルタ", 2025, 1, 10, SEX_MALE);
	struct person c = somebody("渡瀬優花", "ワタセ ユウカ", 2022, 5, 6, SEX_FEMALE);

	a.address = b.address = c.address = "中区一丁目";
	a.household_no = b.household_no = c.household_no = "77";
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NONE);
	CU_ASSERT_EQUAL(compare(&a, &c).rule, SAME_NONE);
}

static void
another_family_name_speaks_only_with_the_same_home(void)
{
	struct person a = somebody("港花", "ミナト ハナ", 2025, 2, 1, SEX_FEMALE);
	struct person b = somebody("川花", "カワ ハナ", 2025, 2, 1, SEX_FEMALE);

	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NONE);
	a.address = "さくら町二丁目";
	b.address = "さくら町三丁目";
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NONE);
	b.address = "さくら町二丁目";
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_GIVEN_NAME);
	b.address = NULL;
	a.household_no = b.household_no = "5";
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_GIVEN_NAME);
	a.kana = "ミナトハナ";		/* no blank: nobody knows which part is the given name */
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NONE);
}

static void
a_name_of_before_is_found(void)
{
	struct person_name before = { NAME_FORMER_FAMILY, "森空", NULL, "モリ ソラ", NULL, DAY_NONE, DAY_NONE };
	struct person a = somebody("森空", "モリ ソラ", 2025, 3, 12, SEX_MALE);
	struct person b = somebody("林空", "ハヤシ ソラ", 2025, 3, 12, SEX_MALE);

	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NONE);
	b.names = &before;
	b.n_names = 1;
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_OTHER_NAME);
	b = somebody("林空", "ハヤシ ソラ", 2025, 3, 13, SEX_MALE);
	b.names = &before;
	b.n_names = 1;
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NONE);
}

static void
one_slip_in_the_birth_date_is_found_at_one_home_only(void)
{
	struct person a = somebody("谷海", "タニ ウミ", 2025, 4, 12, SEX_FEMALE);
	struct person b = somebody("谷海", "タニ ウミ", 2025, 12, 4, SEX_FEMALE);

	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NONE);
	a.household_no = b.household_no = "9";
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_BIRTH_SLIP);
	CU_ASSERT(same_birth_slip(a.birth.first, b.birth.first));
	b = somebody("谷海", "タニ ウミ", 1995, 8, 30, SEX_FEMALE);
	b.household_no = "9";		/* a mother of the same name */
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NONE);
	CU_ASSERT_FALSE(same_birth_slip(a.birth.first, a.birth.first));
	CU_ASSERT_FALSE(same_birth_slip(DAY_NONE, a.birth.first));
}

static void
what_speaks_against_lowers_the_score(void)
{
	struct person a = somebody("渡瀬陽翔", "ワタセ ハルト", 2025, 1, 10, SEX_MALE);
	struct person b = somebody("渡瀬陽翔", "ワタセ ハルト", 2025, 1, 10, SEX_MALE);
	int both = compare(&a, &b).score;

	CU_ASSERT(compare_with(&a, true, &b, true).score < both);
	CU_ASSERT_EQUAL(compare_with(&a, true, &b, false).score, both);
	b.sex = SEX_FEMALE;
	CU_ASSERT(compare(&a, &b).score < both);
	b.sex = SEX_UNKNOWN;
	CU_ASSERT_EQUAL(compare(&a, &b).score, both);
}

static void
nothing_stated_agrees_with_nothing(void)
{
	struct person a = somebody(NULL, NULL, 2025, 1, 10, SEX_UNKNOWN);
	struct person b = somebody(NULL, NULL, 2025, 1, 10, SEX_UNKNOWN);

	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NONE);
	a.roman = "MINATO Hana";
	b.roman = "Minato Hanako";
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NONE);
	b.roman = "minato hana";
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NAME);
	a.household_no = b.household_no = "";
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NAME);
}

static void
a_birth_known_to_the_month_can_be_that_day(void)
{
	struct person a = somebody("渡瀬陽翔", "ワタセ ハルト", 2025, 1, 10, SEX_MALE);
	struct person b = somebody("渡瀬陽翔", "ワタセ ハルト", 2025, 1, 1, SEX_MALE);
	int exact = compare(&a, &a).score;

	CU_ASSERT_FATAL(day_make(2025, 1, 31, &b.birth.last) == RC_OK);
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NAME);
	CU_ASSERT(compare(&a, &b).score < exact);
	CU_ASSERT_FATAL(day_make(2025, 1, 9, &b.birth.last) == RC_OK);
	CU_ASSERT_EQUAL(compare(&a, &b).rule, SAME_NONE);
}

RUNNER_SUITE(record_same,
    RUNNER_TEST(the_same_reading_and_birth_date_is_found_however_it_is_written),
    RUNNER_TEST(twins_and_siblings_are_two_people),
    RUNNER_TEST(another_family_name_speaks_only_with_the_same_home),
    RUNNER_TEST(a_name_of_before_is_found),
    RUNNER_TEST(one_slip_in_the_birth_date_is_found_at_one_home_only),
    RUNNER_TEST(what_speaks_against_lowers_the_score),
    RUNNER_TEST(nothing_stated_agrees_with_nothing),
    RUNNER_TEST(a_birth_known_to_the_month_can_be_that_day));
