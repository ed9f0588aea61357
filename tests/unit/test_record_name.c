#include <string.h>

#include "record/name.h"
#include "tests/lib/runner.h"

static bool
found_by(const char *query, const char *name)
{
	struct buf a = BUF_INIT(4096), b = BUF_INIT(4096);
	bool same;

	CU_ASSERT_EQUAL_FATAL(name_fold(query, &a), RC_OK);
	CU_ASSERT_EQUAL_FATAL(name_fold(name, &b), RC_OK);
	same = a.len > 0 && a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
	if (!same)
		printf("     %s: %s, %s: %s\n", query, a.data, name, b.data);
	buf_clear(&a);
	buf_clear(&b);
	return same;
}

static void
names_are_found_however_they_are_written(void)
{
	static const char *const pair[][2] = {
		{ "髙橋", "高橋" }, { "山﨑", "山崎" }, { "渡邉　花子", "渡辺花子" }, { "渡邊󠄀", "渡辺" },
		{ "齋藤", "斎藤" }, { "𠮷田", "吉田" }, { "わたなべ", "ワタナベ" }, { "ﾜﾀﾅﾍﾞ", "ワタナベ" },
		{ "オオノ", "オーノ" }, { "オウノ", "オノ" }, { "ユウキ", "ユーキ" }, { "キョウコ", "キヨコ" },
		{ "ハットリ", "ハツトリ" }, { "イヂチ", "イジチ" }, { "ミヅキ", "ミズキ" }, { "タカハシ", "ダカハシ" },
		{ "カヲリ", "カオリ" }, { "NGUYỄN VAN", "nguyỄn van" }, { "José", "JOSE" }, { "福", "福" },
	};

	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++)
		CU_ASSERT(found_by(pair[i][0], pair[i][1]));
}

static void
roman_letters_become_kana_in_either_spelling(void)
{
	static const char *const pair[][2] = {
		{ "Watanabe", "ワタナベ" }, { "SATOH", "サトウ" }, { "Satō", "サトウ" }, { "Ohno", "オオノ" },
		{ "Sinzyu", "シンジュ" }, { "Shinju", "シンジュ" }, { "Hattori", "ハットリ" }, { "Jun'ichi", "ジュンイチ" },
		{ "Namba", "ナンバ" }, { "Matchi", "マッチ" }, { "tsuchiya", "ツチヤ" }, { "tutiya", "ツチヤ" },
	};
	struct buf kana = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
		buf_truncate(&kana, 0);
		CU_ASSERT_EQUAL_FATAL(name_kana_of_roman(pair[i][0], &kana), RC_OK);
		CU_ASSERT(found_by(kana.data, pair[i][1]));
	}
	buf_truncate(&kana, 0);
	CU_ASSERT_EQUAL(name_kana_of_roman("Smith", &kana), RC_ABSENT);
	CU_ASSERT_EQUAL(name_kana_of_roman("渡辺", &kana), RC_ABSENT);
	CU_ASSERT_EQUAL(kana.len, 0);
	buf_clear(&kana);
}

static void
what_cannot_be_shown_is_shown_by_what_can(void)
{
	static const struct { const char *name, *display; } try[] = {
		{ "高橋　花子", NULL }, { "山﨑", NULL }, { "髙橋", "高橋" }, { "𠮷田", "吉田" },
		{ "葛󠄀城", "葛城" },			/* a variation sequence */
		{ "\xee\x80\x80田", "〓田" },		/* private use */
		{ "ﾔﾏﾀﾞ", NULL }, { "SMITH JOHN", NULL },
	};
	struct buf shown = BUF_INIT(4096);
	bool same;

	for (size_t i = 0; i < sizeof(try) / sizeof(try[0]); i++) {
		buf_truncate(&shown, 0);
		CU_ASSERT_EQUAL_FATAL(name_display(try[i].name, &shown, &same), RC_OK);
		CU_ASSERT_EQUAL(same, try[i].display == NULL);
		CU_ASSERT_STRING_EQUAL(shown.len > 0 ? shown.data : "", try[i].display != NULL ? try[i].display : "");
	}
	buf_clear(&shown);
}

static void
one_slip_costs_one_character(void)
{
	CU_ASSERT_EQUAL(name_likeness("ワタナヘ", "ワタナヘ"), 1000);
	CU_ASSERT_EQUAL(name_likeness("ワタナヘ", "ワクナヘ"), 750);
	CU_ASSERT(name_likeness("ワタナヘ", "ワナヘ") > 800);
	CU_ASSERT_EQUAL(name_likeness("ワタナヘ", "スキ"), 0);
	CU_ASSERT_EQUAL(name_likeness("", "スキ"), 0);
}

static void
pairs_begin_with_the_beginning(void)
{
	uint64_t grams[NAME_GRAMS_MAX];

	CU_ASSERT_EQUAL(name_grams("AB", grams), 2);
	CU_ASSERT(grams[0] == 'A' && grams[1] == ((uint64_t)'A' << 21 | 'B'));
	CU_ASSERT_EQUAL(name_grams("", grams), 0);
	CU_ASSERT_EQUAL(name_grams("AAAA", grams), 2);
}

RUNNER_SUITE(record_name,
    RUNNER_TEST(names_are_found_however_they_are_written),
    RUNNER_TEST(roman_letters_become_kana_in_either_spelling),
    RUNNER_TEST(what_cannot_be_shown_is_shown_by_what_can),
    RUNNER_TEST(one_slip_costs_one_character),
    RUNNER_TEST(pairs_begin_with_the_beginning));
