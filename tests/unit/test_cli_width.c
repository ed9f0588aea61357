#include "cli/width.h"

#include "tests/lib/runner.h"

static void
kanji_and_kana_take_two_columns_and_half_width_kana_one(void)
{
	CU_ASSERT_EQUAL(width_of(""), 0);
	CU_ASSERT_EQUAL(width_of("abc"), 3);
	CU_ASSERT_EQUAL(width_of("横浜市"), 6);
	CU_ASSERT_EQUAL(width_of("ヨコハマ"), 8);
	CU_ASSERT_EQUAL(width_of("ﾖｺﾊﾏ"), 4);
	CU_ASSERT_EQUAL(width_of("ＡＢ"), 4);
	CU_ASSERT_EQUAL(width_of("𠮷野"), 4);
}

static void
combining_marks_and_variation_selectors_take_none(void)
{
	CU_ASSERT_EQUAL(width_of("か\xe3\x82\x99"), 2);		/* combining voiced sound mark */
	CU_ASSERT_EQUAL(width_of("葛\xf3\xa0\x84\x80"), 2);	/* ideographic variation */
}

static void
malformed_bytes_take_one_each(void)
{
	CU_ASSERT_EQUAL(width_of("a\xff\xfe"), 3);
}

RUNNER_SUITE(cli_width,
    RUNNER_TEST(kanji_and_kana_take_two_columns_and_half_width_kana_one),
    RUNNER_TEST(combining_marks_and_variation_selectors_take_none),
    RUNNER_TEST(malformed_bytes_take_one_each));
