#include <stdio.h>
#include <string.h>

#include "json/reason_words.h"
#include "tests/lib/runner.h"

static struct reason_words ja, en, era;

static void
make_words(void)
{
	static bool made;

	if (made)
		return;
	words_open(NULL, NULL);
	reason_words_init(&ja, LANG_JA, REASON_DAYS_ISO);
	reason_words_init(&en, LANG_EN, REASON_DAYS_ISO);
	reason_words_init(&era, LANG_JA, REASON_DAYS_ERA);
	made = true;
}

static const day first = { 20573 };	/* 2026-04-30 */
static const day second = { 20604 };	/* 2026-05-31 */

static const char *
say(const struct reason_words *w, enum reason_of of, struct reason_values v)
{
	static char text[REASON_TEXT_SIZE];

	make_words();
	CU_ASSERT_EQUAL(reason_words_write(w, of, &v, text), strlen(text));
	return text;
}

static void
an_interval_names_its_length_and_first_day(void)
{
	struct reason_values v = { SCHEDULE_INTERVAL, first, DAY_NONE,
	    { .anchor = LAW_ANCHOR_PREVIOUS, .unit = LAW_UNIT_DAYS, .n = 27 }, NULL };

	CU_ASSERT_STRING_EQUAL(say(&ja, REASON_OF_FORECAST, v),
	    "前回から27日以上の間隔が必要です（最短 2026-04-30）");
	CU_ASSERT_STRING_EQUAL(say(&en, REASON_OF_FORECAST, v),
	    "An interval of 27 days or more after the previous dose is required (first day 2026-04-30)");
	CU_ASSERT_STRING_EQUAL(say(&era, REASON_OF_FORECAST, v),
	    "前回から27日以上の間隔が必要です（最短 令和8年4月30日〔2026-04-30〕）");
	v.gap = (struct law_gap){ .anchor = LAW_ANCHOR_DOSE, .dose = 1, .unit = LAW_UNIT_MONTHS, .n = 6 };
	CU_ASSERT_STRING_EQUAL(say(&ja, REASON_OF_FORECAST, v),
	    "1回目から6か月以上の間隔が必要です（最短 2026-04-30）");
	v.gap.unit = LAW_UNIT_HALF_MONTHS;
	v.gap.n = 2;
	CU_ASSERT_STRING_EQUAL(say(&ja, REASON_OF_FORECAST, v),
	    "1回目から2か月半以上の間隔が必要です（最短 2026-04-30）");
}

static void
what_is_not_known_is_not_said(void)
{
	struct reason_values v = { SCHEDULE_AGE, DAY_NONE, DAY_NONE, { 0 }, "" };

	CU_ASSERT_STRING_EQUAL(say(&en, REASON_OF_FORECAST, v),
	    "This follows from the age laid down by law");
	v.day_b = second;
	CU_ASSERT_STRING_EQUAL(say(&en, REASON_OF_FORECAST, v),
	    "The period for this by age ends on 2026-05-31");
	v.day_a = first;
	CU_ASSERT_STRING_EQUAL(say(&ja, REASON_OF_CREDIT, v),
	    "年齢による対象期間は2026-04-30から2026-05-31までです");
}

static void
a_credit_and_a_forecast_say_different_things(void)
{
	struct reason_values v = { SCHEDULE_LIVE_INTERVAL, first, DAY_NONE,
	    { .unit = LAW_UNIT_DAYS, .n = 27 }, "麻しん風しん混合ワクチン" };

	CU_ASSERT_STRING_EQUAL(say(&ja, REASON_OF_FORECAST, v),
	    "麻しん風しん混合ワクチンの接種から27日以上の間隔が必要です（最短 2026-04-30）");
	CU_ASSERT_STRING_EQUAL(say(&ja, REASON_OF_CREDIT, v),
	    "麻しん風しん混合ワクチンの接種との間隔が不足していましたが、回数には数えます");
}

static void
every_code_has_a_sentence_in_both_languages_however_little_is_known(void)
{
	struct law_gap gap = { .anchor = LAW_ANCHOR_PREVIOUS, .unit = LAW_UNIT_DAYS, .n = 6 };
	char kept[REASON_TEXT_SIZE];

	for (int code = 0; code < SCHEDULE_REASON__COUNT; code++)
		for (int of = 0; of < REASON_OF__COUNT; of++)
			for (int known = 0; known < 16; known++) {
				struct reason_values v = { (enum schedule_reason_code)code,
				    known & 1 ? first : DAY_NONE, known & 2 ? second : DAY_NONE,
				    known & 4 ? gap : (struct law_gap){ 0 }, known & 8 ? "Q" : NULL };

				snprintf(kept, sizeof kept, "%s", say(&ja, (enum reason_of)of, v));
				CU_ASSERT(strlen(kept) > 9 && strpbrk(kept, "{}") == NULL);
				/* A Japanese sentence holds no English one. */
				CU_ASSERT((unsigned char)kept[0] >= 0x80 || strncmp(kept, "2026", 4) == 0 ||
				    kept[0] == 'Q' || (kept[0] >= '0' && kept[0] <= '9'));
				say(&en, (enum reason_of)of, v);
				CU_ASSERT(strcmp(kept, say(&en, (enum reason_of)of, v)) != 0);
				CU_ASSERT(strpbrk(say(&en, (enum reason_of)of, v), "{}") == NULL);
			}
}

static void
a_product_name_without_end_is_cut_at_a_character(void)
{
	static char name[3000];
	struct reason_values v = { SCHEDULE_DEEMED, DAY_NONE, DAY_NONE, { 0 }, name };
	const char *text;
	size_t n = 0;

	while (n + 4 < sizeof name) {
		memcpy(name + n, "麻", 3);
		n += 3;
	}
	text = say(&ja, REASON_OF_CREDIT, v);
	CU_ASSERT(strlen(text) < REASON_TEXT_SIZE && strlen(text) > REASON_TEXT_SIZE - 8);
	CU_ASSERT(memcmp(text + strlen(text) - 3, "麻", 3) == 0);
}

RUNNER_SUITE(json_reason_words,
    RUNNER_TEST(an_interval_names_its_length_and_first_day),
    RUNNER_TEST(what_is_not_known_is_not_said),
    RUNNER_TEST(a_credit_and_a_forecast_say_different_things),
    RUNNER_TEST(every_code_has_a_sentence_in_both_languages_however_little_is_known),
    RUNNER_TEST(a_product_name_without_end_is_cut_at_a_character));
