#include "cli/say.h"

#include <stdlib.h>
#include <string.h>
#include <stdio.h>

#include "tests/lib/runner.h"

/* The catalogue of the build tree. */
static void
open_words(void)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/po", getenv("top_builddir") == NULL ? "." : getenv("top_builddir"));
	words_open("tests/unit/test_cli", path);
}

static void
counts_and_places_are_said_in_japanese_with_their_numbers(void)
{
	struct arena arena;

	open_words();
	arena_init(&arena, 65536);
	CU_ASSERT_STRING_EQUAL(say(LANG_JA, "79212 MiB free", &arena), "空き容量 79212 MiB");
	CU_ASSERT_STRING_EQUAL(say(LANG_JA, "3 messages wait, 12 need a person", &arena),
	    "送信待ち3件、担当者の対応が必要12件");
	CU_ASSERT_STRING_EQUAL(say(LANG_JA, "vaccine: unknown-code", &arena), "ワクチン: コードが不明");
	arena_clear(&arena);
}

static void
a_name_in_a_sentence_is_kept(void)
{
	struct arena arena;

	open_words();
	arena_init(&arena, 65536);
	CU_ASSERT_STRING_EQUAL(say(LANG_JA, "the column given_on is missing", &arena), "列 given_on がありません");
	CU_ASSERT_STRING_EQUAL(say(LANG_JA, "keys: the directory holds seal.key already", &arena),
	    "鍵: このフォルダーにはすでに seal.key があります");
	CU_ASSERT_STRING_EQUAL(say(LANG_JA, "unknown key 'colour'", &arena), "この項目名はありません: colour");
	CU_ASSERT_STRING_EQUAL(say(LANG_JA, "neither UTF-8 (broken on line 3) nor CP932 (broken here)", &arena),
	    "UTF-8（3行目で不正）でも CP932（ここで不正）でもありません");
	arena_clear(&arena);
}

static void
a_word_is_that_of_its_subject(void)
{
	struct arena arena;

	open_words();
	arena_init(&arena, 65536);
	CU_ASSERT_STRING_EQUAL(say_of(LANG_JA, "duplicate list", "open", &arena), "判断待ち");
	CU_ASSERT_STRING_EQUAL(say_of(LANG_JA, "status", "open", &arena), "稼働中");
	CU_ASSERT_STRING_EQUAL(say_of(LANG_EN, "duplicate list", "open", &arena), "open");
	CU_ASSERT_STRING_EQUAL(say_of(LANG_JA, "duplicate", "渡瀬", &arena), "渡瀬");
	arena_clear(&arena);
}

static void
what_no_catalogue_knows_stays_as_it_is(void)
{
	struct arena arena;

	open_words();
	arena_init(&arena, 65536);
	CU_ASSERT_STRING_EQUAL(say(LANG_JA, "渡瀬 7", &arena), "渡瀬 7");
	CU_ASSERT_STRING_EQUAL(say(LANG_JA, "a: b: c", &arena), "a: b: c");
	CU_ASSERT_STRING_EQUAL(say(LANG_JA, "", &arena), "");
	CU_ASSERT_STRING_EQUAL(say(LANG_EN, "79212 MiB free", &arena), "79212 MiB free");
	arena_clear(&arena);
}

RUNNER_SUITE(cli_say,
    RUNNER_TEST(counts_and_places_are_said_in_japanese_with_their_numbers),
    RUNNER_TEST(a_name_in_a_sentence_is_kept),
    RUNNER_TEST(a_word_is_that_of_its_subject),
    RUNNER_TEST(what_no_catalogue_knows_stays_as_it_is));
