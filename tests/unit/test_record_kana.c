#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "record/kana.h"
#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"

static void
folds_to(const char *text, const char *expected)
{
	struct buf b = BUF_INIT(4096);

	CU_ASSERT_EQUAL(kana_fold(text, &b), RC_OK);
	if (b.data == NULL || strcmp(b.data, expected) != 0)
		printf("     %s gave %s, not %s\n", text, b.data != NULL ? b.data : "", expected);
	CU_ASSERT(b.data != NULL && strcmp(b.data, expected) == 0);
	buf_clear(&b);
}

static void
half_width_hiragana_and_marks_fold_to_one_writing(void)
{
	folds_to("ワタシ ハナコ", "ワタシハナコ");
	folds_to("ﾜﾀｼ ﾊﾅｺ", "ワタシハナコ");
	folds_to("わたし　はなこ", "ワタシハナコ");
	folds_to("ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ");
	folds_to("ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞｳﾞ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ");
	folds_to("ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ", "パピプペポ");
	folds_to("か\u3099は\u309a", "ガパ");
	folds_to("カ゛ハ゜", "ガパ");
	folds_to("ア\u3099", "ア゛");
	folds_to("ｱｲｳｴｵｧｨｩｪｫｬｭｮｯｦﾝ", "アイウエオァィゥェォャュョッヲン");
}

static void
long_marks_and_dashes_are_one_and_small_kana_are_kept(void)
{
	static const char *const dashes[] = { "ー", "ｰ", "-", "－", "‐", "–", "—", "―", "−" };
	char text[64];

	for (size_t i = 0; i < sizeof(dashes) / sizeof(dashes[0]); i++) {
		snprintf(text, sizeof(text), "リ%sダ", dashes[i]);
		folds_to(text, "リーダ");
	}
	folds_to("キョウコ", "キョウコ");
	CU_ASSERT_FALSE(kana_same("キョウコ", "キヨウコ"));
}

static void
middle_dots_are_dropped_and_latin_is_plain_capitals(void)
{
	folds_to("メアリー・アン", "メアリーアン");
	folds_to("メアリー･アン", "メアリーアン");
	folds_to("Ｍａｒｙ ann", "MARYANN");
}

static void
folding_twice_changes_nothing(void)
{
	char bytes[16];

	for (uint32_t c = 1; c < 0x11000; c++) {
		struct buf once = BUF_INIT(64), twice = BUF_INIT(64);
		size_t n = utf8_put(c, bytes);

		if (n == 0)
			continue;
		bytes[n] = '\0';
		memcpy(bytes + n, "ﾞ", sizeof("ﾞ"));
		if (kana_fold(bytes, &once) == RC_OK && once.len > 0) {
			CU_ASSERT_EQUAL(kana_fold(once.data, &twice), RC_OK);
			CU_ASSERT(twice.len == once.len && memcmp(twice.data, once.data, once.len) == 0);
		}
		buf_clear(&once);
		buf_clear(&twice);
	}
}

static void
nothing_is_the_same_as_nothing(void)
{
	CU_ASSERT_FALSE(kana_same(NULL, NULL));
	CU_ASSERT_FALSE(kana_same("", ""));
	CU_ASSERT_FALSE(kana_same(" ", "　"));
	CU_ASSERT_FALSE(kana_same("\xff", "\xff"));
	CU_ASSERT_TRUE(kana_same("ﾜﾀｼ", "わたし"));
}

static void
without_memory_what_was_there_stays(void)
{
	for (long n = 0;; n++) {
		struct buf b = BUF_INIT(4096);
		enum rc rc;

		fail_after(n);
		rc = kana_fold("わたし　はなこ", &b);
		fail_never();
		CU_ASSERT(rc == RC_OK || (rc == RC_NOMEM && b.len == 0));
		buf_clear(&b);
		if (rc == RC_OK)
			break;
	}
}

RUNNER_SUITE(record_kana,
    RUNNER_TEST(half_width_hiragana_and_marks_fold_to_one_writing),
    RUNNER_TEST(long_marks_and_dashes_are_one_and_small_kana_are_kept),
    RUNNER_TEST(middle_dots_are_dropped_and_latin_is_plain_capitals),
    RUNNER_TEST(folding_twice_changes_nothing),
    RUNNER_TEST(nothing_is_the_same_as_nothing),
    RUNNER_TEST(without_memory_what_was_there_stays));
