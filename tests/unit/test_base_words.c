#include "base/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib/runner.h"

static void
put_le(FILE *f, unsigned v)
{
	for (int i = 0; i < 4; i++)
		fputc((int)(v >> 8 * i & 0xff), f);
}

/* A catalogue of two entries in the format of GNU gettext, written by hand. */
static int
catalogue(const char *directory)
{
	static const char *const ids[] = { "", "due" };
	static const char *const words_ja[] = { "Content-Type: text/plain; charset=UTF-8\n", "接種時期" };
	char path[200];
	unsigned at = 28 + 2 * 16;
	FILE *f;

	snprintf(path, sizeof path, "%s/ja", directory);
	if (mkdir(path, 0700) != 0)
		return -1;
	snprintf(path, sizeof path, "%s/ja/LC_MESSAGES", directory);
	if (mkdir(path, 0700) != 0)
		return -1;
	snprintf(path, sizeof path, "%s/ja/LC_MESSAGES/watashi-ja.mo", directory);
	if ((f = fopen(path, "wb")) == NULL)
		return -1;
	put_le(f, 0x950412de);
	put_le(f, 0);
	put_le(f, 2);
	put_le(f, 28);
	put_le(f, 28 + 16);
	put_le(f, 0);
	put_le(f, 0);
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < 2; i++) {
			unsigned len = (unsigned)strlen(pass == 0 ? ids[i] : words_ja[i]);

			put_le(f, len);
			put_le(f, at);
			at += len + 1;
		}
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < 2; i++) {
			fputs(pass == 0 ? ids[i] : words_ja[i], f);
			fputc('\0', f);
		}
	return fclose(f);
}

static void
both_languages_live_in_one_process(void)
{
	char directory[] = "/tmp/watashi-words-XXXXXX", path[200];

	CU_ASSERT_FATAL(mkdtemp(directory) != NULL);
	CU_ASSERT_FATAL(catalogue(directory) == 0);
	words_open(NULL, directory);
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_STRING_EQUAL(words(LANG_JA, "due"), "接種時期");
		CU_ASSERT_STRING_EQUAL(words(LANG_EN, "due"), "due");
	}
	CU_ASSERT_STRING_EQUAL(words(LANG_JA, "no such words"), "no such words");
	CU_ASSERT_STRING_EQUAL(words(LANG_JA, ""), "");
	snprintf(path, sizeof path, "%s/ja/LC_MESSAGES/watashi-ja.mo", directory);
	unlink(path);
	snprintf(path, sizeof path, "%s/ja/LC_MESSAGES", directory);
	rmdir(path);
	snprintf(path, sizeof path, "%s/ja", directory);
	rmdir(path);
	rmdir(directory);
}

RUNNER_SUITE(base_words,
    RUNNER_TEST(both_languages_live_in_one_process));
