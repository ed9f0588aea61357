#include "base/utf8.h"

#include <string.h>

#include "tests/lib/runner.h"

static void
every_scalar_value_is_written_and_read_back(void)
{
	unsigned wrong = 0;
	char out[4];

	for (uint32_t c = 0; c <= 0x110010; c++) {
		bool scalar = c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
		size_t want = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		size_t n = utf8_put(c, out);
		uint32_t back = 0xffffffff;

		if (!scalar) {
			wrong += n != 0;
			continue;
		}
		wrong += n != want || utf8_next(out, n, &back) != n || back != c;
		/* Cut short by any number of bytes it is nothing. */
		for (size_t cut = 0; cut < n; cut++)
			wrong += utf8_next(out, cut, &back) != 0;
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

/* The decoder again, from the definition: encode each scalar value and compare. */
static void
every_sequence_of_up_to_three_bytes_is_taken_only_if_it_is_an_encoding(void)
{
	static unsigned char good2[65536 / 8];
	unsigned wrong = 0;
	char out[4];
	uint32_t c;

	for (c = 0x80; c < 0x800; c++) {
		unsigned code;

		utf8_put(c, out);
		code = (unsigned)(unsigned char)out[0] << 8 | (unsigned char)out[1];
		good2[code / 8] |= (unsigned char)(1u << code % 8);
	}
	for (unsigned code = 0; code < 65536; code++) {
		char two[2] = { (char)(code >> 8), (char)(code & 0xff) };
		size_t n = utf8_next(two, 2, &c);

		if ((code >> 8) < 0x80)
			wrong += n != 1;
		else
			wrong += (n == 2) != ((good2[code / 8] >> code % 8 & 1) != 0) || n == 1;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	wrong = 0;
	for (uint32_t code = 0xe00000; code <= 0xefffff; code++) {
		char three[3] = { (char)(code >> 16), (char)(code >> 8 & 0xff), (char)(code & 0xff) };
		size_t n = utf8_next(three, 3, &c);

		/* Whatever is taken must be what the value is written as. */
		if (n != 0)
			wrong += n != 3 || utf8_put(c, out) != 3 || memcmp(out, three, 3) != 0;
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void
attack_forms_are_refused_at_their_first_byte(void)
{
	static const struct {
		const char *text;
		size_t len, at;
	} bad[] = {
		{ "a\xc0\xaf", 3, 1 },			/* overlong slash */
		{ "a\xc1\xbf", 3, 1 },
		{ "a\xe0\x80\xaf", 4, 1 },
		{ "a\xf0\x80\x80\xaf", 5, 1 },
		{ "\xc0\x80", 2, 0 },			/* overlong NUL */
		{ "ab\xed\xa0\x80", 5, 2 },		/* surrogate */
		{ "\xed\xbf\xbf", 3, 0 },
		{ "\xf4\x90\x80\x80", 4, 0 },		/* over U+10FFFF */
		{ "\xf5\x80\x80\x80", 4, 0 },
		{ "\xf8\x88\x80\x80\x80", 5, 0 },
		{ "\xff", 1, 0 }, { "\xfe", 1, 0 }, { "\x80", 1, 0 }, { "\xbf", 1, 0 },
		{ "\xe3\x81", 2, 0 }, { "\xe3", 1, 0 }, { "\xe3\x81" "a", 3, 0 },
		{ "a\0b", 3, 1 },
		{ "a\x1b[31m", 6, 1 },			/* terminal escape */
		{ "a\x7f", 2, 1 },
		{ "a\xc2\x85", 3, 1 },			/* C1 */
		{ "\xef\xbf\xbe", 3, 0 },		/* U+FFFE */
		{ "\xef\xb7\x90", 3, 0 },		/* U+FDD0 */
		{ "\xf0\x9f\xbf\xbf", 4, 0 },		/* U+1FFFF */
		{ "a\x08", 2, 1 }, { "a\x0b", 2, 1 },
		{ "\x8b\xe0\x96\xbc", 4, 0 },		/* CP932 */
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		size_t at = 999;

		CU_ASSERT_EQUAL(utf8_check(bad[i].text, bad[i].len, UTF8_BLOCK, &at), RC_INVALID);
		CU_ASSERT_EQUAL(at, bad[i].at);
		CU_ASSERT_EQUAL(utf8_check(bad[i].text, bad[i].len, UTF8_LINE, NULL), RC_INVALID);
	}
}

static void
names_of_people_are_clean(void)
{
	static const char *const good[] = { "", "山田 花子", "ヤマダ　ハナコ", "Müller-O'Brien",
	    "葛\xf3\xa0\x84\x80城", "𠮷野家", "邉\xf3\xa0\x84\x8f", "\xef\xbb\xbf" "BOM", "\xef\xbf\xbd" };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		size_t at = 77;

		CU_ASSERT_EQUAL(utf8_check(good[i], strlen(good[i]), UTF8_LINE, &at), RC_OK);
		CU_ASSERT_EQUAL(at, 77);
	}
}

static void
line_ends_and_tabs_are_for_blocks_only(void)
{
	CU_ASSERT_EQUAL(utf8_check("a\tb\r\nc", 6, UTF8_BLOCK, NULL), RC_OK);
	CU_ASSERT_EQUAL(utf8_check("a\tb", 3, UTF8_LINE, NULL), RC_INVALID);
	CU_ASSERT_EQUAL(utf8_check("a\n", 2, UTF8_LINE, NULL), RC_INVALID);
}

static void
length_is_counted_in_characters(void)
{
	CU_ASSERT_EQUAL(utf8_length("", 0), 0);
	CU_ASSERT_EQUAL(utf8_length("abc", 3), 3);
	CU_ASSERT_EQUAL(utf8_length("山田", 6), 2);
	CU_ASSERT_EQUAL(utf8_length("𠮷", 4), 1);
	CU_ASSERT_EQUAL(utf8_length("葛\xf3\xa0\x84\x80", 7), 2);
}

RUNNER_SUITE(base_utf8,
    RUNNER_TEST(every_scalar_value_is_written_and_read_back),
    RUNNER_TEST(every_sequence_of_up_to_three_bytes_is_taken_only_if_it_is_an_encoding),
    RUNNER_TEST(attack_forms_are_refused_at_their_first_byte),
    RUNNER_TEST(names_of_people_are_clean),
    RUNNER_TEST(line_ends_and_tabs_are_for_blocks_only),
    RUNNER_TEST(length_is_counted_in_characters));
