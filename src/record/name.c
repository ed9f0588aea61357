#include "record/name.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "record/kana.h"

struct variant {
	uint32_t written, plain;
};
struct range {
	uint32_t first, last;
};
#include "record/name_jisx0213.h"
#include "record/name_variant.h"

#define GETA 0x3013			/* the printer's sign for a missing type */
#define LIKENESS_CHARS 64

static int
by_written(const void *key, const void *row)
{
	uint32_t c = *(const uint32_t *)key, w = ((const struct variant *)row)->written;

	return (c > w) - (c < w);
}

static int
by_range(const void *key, const void *row)
{
	uint32_t c = *(const uint32_t *)key;
	const struct range *r = row;

	return c < r->first ? -1 : c > r->last;
}

static uint32_t
plain_of(uint32_t c)
{
	const struct variant *v = bsearch(&c, variants, sizeof(variants) / sizeof(variants[0]),
	    sizeof(variants[0]), by_written);

	return v != NULL ? v->plain : c;
}

static bool
is_selector(uint32_t c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef) || (c >= 0x180b && c <= 0x180d);
}

static bool
is_shown(uint32_t c)
{
	return c < 0x80 || (c >= 0xff61 && c <= 0xff9f) ||		/* JIS X 0201 */
	    bsearch(&c, jisx0213, sizeof(jisx0213) / sizeof(jisx0213[0]), sizeof(jisx0213[0]), by_range) != NULL;
}

static enum rc
put(struct buf *b, uint32_t c)
{
	char bytes[4];

	return buf_add(b, bytes, utf8_put(c, bytes));
}

enum rc
name_display(const char *name, struct buf *ret_display, bool *ret_same)
{
	size_t len = strlen(name), at, n, before = ret_display->len;
	bool same = true;
	uint32_t c, shown;
	enum rc rc;

	if ((rc = utf8_check(name, len, UTF8_LINE, NULL)) != RC_OK)
		return rc;
	for (at = 0; at < len && (n = utf8_next(name + at, len - at, &c)) > 0; at += n) {
		if (is_selector(c)) {
			same = false;
			continue;
		}
		shown = c;
		if (!is_shown(c)) {
			same = false;
			shown = is_shown(plain_of(c)) ? plain_of(c) : GETA;
		}
		if ((rc = put(ret_display, shown)) != RC_OK) {
			buf_truncate(ret_display, before);
			return rc;
		}
	}
	if (same)
		buf_truncate(ret_display, before);
	*ret_same = same;
	return RC_OK;
}

/* ---- the form for finding ---- */

/* Katakana, large and without voicing. */
static uint32_t
sound_of(uint32_t c)
{
	switch (c) {
	case 0x30f5:		/* small ka, ke */
		return 0x30ab;
	case 0x30f6:
		return 0x30b1;
	case 0x30f4:		/* vu */
		return 0x30a6;
	case 0x30f2:		/* wo, wi, we as they are spoken */
		return 0x30aa;
	case 0x30f0:
		return 0x30a4;
	case 0x30f1:
		return 0x30a8;
	case 0x30c2:		/* di, du */
		return 0x30b7;
	case 0x30c5:
		return 0x30b9;
	case 0x30a1: case 0x30a3: case 0x30a5: case 0x30a7: case 0x30a9: case 0x30c3:
	case 0x30e3: case 0x30e5: case 0x30e7: case 0x30ee:
		return c + 1;
	default:
		break;
	}
	if ((c >= 0x30ac && c <= 0x30c0 && c % 2 == 0) || c == 0x30c7 || c == 0x30c9)
		return c - 1;
	if (c >= 0x30d0 && c <= 0x30dd)		/* ha ba pa ... */
		return c - (c - 0x30cf) % 3;
	return c;
}

/* Vowel of a large unvoiced katakana: 0..4, -1 none. */
static int
vowel_of(uint32_t c)
{
	static const char row[] = "aiueo";
	/* From U+30A2, the large unvoiced ones by their vowels; x elsewhere. */
	static const char vowel[] =
	    "axixuxexo" "axixuxexox" "axixuxexox" "axixxuxexox" "aiueo" "axxixxuxxexxoxx" "aiueo" "xaxuxo" "aiueo" "xa";
	const char *at;

	if (c < 0x30a2 || c - 0x30a2 >= sizeof(vowel) - 1)
		return -1;
	at = strchr(row, vowel[c - 0x30a2]);
	return at == NULL ? -1 : (int)(at - row);
}

/* Does this sound only draw the one before out?  オウ, オオ, ウウ, エイ, エエ, イイ, アア. */
static bool
draws_out(uint32_t before, uint32_t c)
{
	switch (vowel_of(before)) {
	case 0:
		return c == 0x30a2;
	case 1:
		return c == 0x30a4;
	case 2:
		return c == 0x30a6;
	case 3:
		return c == 0x30a4 || c == 0x30a8;
	case 4:
		return c == 0x30a6 || c == 0x30aa;
	default:
		return false;
	}
}

/* Latin letters with accents, by their letter: U+00C0..U+017F. */
static uint32_t
letter_of(uint32_t c)
{
	static const char plain[] =
	    "AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO*OUUUUYTY"
	    "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLLLLLNNNNNNNNNOOOOOOOO"
	    "RRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";

	if (c >= 0xc0 && c - 0xc0 < sizeof(plain) - 1)
		return (uint32_t)(unsigned char)plain[c - 0xc0];
	return c;
}

enum rc
name_fold(const char *name, struct buf *ret_folded)
{
	struct buf kana = BUF_INIT(LIMIT_TEXT_BYTES * 3);
	size_t at, n, before = ret_folded->len;
	uint32_t c, last = 0;
	enum rc rc;

	if ((rc = kana_fold(name, &kana)) != RC_OK)
		goto out;
	for (at = 0; at < kana.len && (n = utf8_next(kana.data + at, kana.len - at, &c)) > 0; at += n) {
		if (is_selector(c) || c == 0x30fc || c == 0x309b || c == 0x309c || c == '\'' || c == '.' ||
		    c == ',')
			continue;
		c = letter_of(plain_of(sound_of(c)));
		if (last != 0 && draws_out(last, c))
			continue;
		if ((rc = put(ret_folded, c)) != RC_OK)
			goto out;
		last = c;
	}
 out:
	if (rc != RC_OK)
		buf_truncate(ret_folded, before);
	buf_clear(&kana);
	return rc;
}

/* ---- Roman letters ---- */

/* Consonants in Roman letters, longest first, and the katakana of a i u e o. */
static const struct {
	const char *letters;
	const char *kana[5];
} syllable[] = {
	{ "ky", { "キャ", "キイ", "キュ", "キェ", "キョ" } }, { "gy", { "ギャ", "ギイ", "ギュ", "ギェ", "ギョ" } },
	{ "sh", { "シャ", "シ", "シュ", "シェ", "ショ" } }, { "sy", { "シャ", "シイ", "シュ", "シェ", "ショ" } },
	{ "ch", { "チャ", "チ", "チュ", "チェ", "チョ" } }, { "ty", { "チャ", "チイ", "チュ", "チェ", "チョ" } },
	{ "ts", { "ツァ", "ツィ", "ツ", "ツェ", "ツォ" } }, { "zy", { "ジャ", "ジイ", "ジュ", "ジェ", "ジョ" } },
	{ "jy", { "ジャ", "ジイ", "ジュ", "ジェ", "ジョ" } }, { "ny", { "ニャ", "ニイ", "ニュ", "ニェ", "ニョ" } },
	{ "hy", { "ヒャ", "ヒイ", "ヒュ", "ヒェ", "ヒョ" } }, { "by", { "ビャ", "ビイ", "ビュ", "ビェ", "ビョ" } },
	{ "py", { "ピャ", "ピイ", "ピュ", "ピェ", "ピョ" } }, { "my", { "ミャ", "ミイ", "ミュ", "ミェ", "ミョ" } },
	{ "ry", { "リャ", "リイ", "リュ", "リェ", "リョ" } },
	{ "k", { "カ", "キ", "ク", "ケ", "コ" } }, { "g", { "ガ", "ギ", "グ", "ゲ", "ゴ" } },
	{ "s", { "サ", "シ", "ス", "セ", "ソ" } }, { "z", { "ザ", "ジ", "ズ", "ゼ", "ゾ" } },
	{ "j", { "ジャ", "ジ", "ジュ", "ジェ", "ジョ" } }, { "t", { "タ", "チ", "ツ", "テ", "ト" } },
	{ "d", { "ダ", "ヂ", "ヅ", "デ", "ド" } }, { "n", { "ナ", "ニ", "ヌ", "ネ", "ノ" } },
	{ "h", { "ハ", "ヒ", "フ", "ヘ", "ホ" } }, { "f", { "ファ", "フィ", "フ", "フェ", "フォ" } },
	{ "b", { "バ", "ビ", "ブ", "ベ", "ボ" } }, { "p", { "パ", "ピ", "プ", "ペ", "ポ" } },
	{ "m", { "マ", "ミ", "ム", "メ", "モ" } }, { "y", { "ヤ", "イ", "ユ", "イェ", "ヨ" } },
	{ "r", { "ラ", "リ", "ル", "レ", "ロ" } }, { "w", { "ワ", "ヰ", "ウ", "ヱ", "ヲ" } },
	{ "v", { "バ", "ビ", "ヴ", "ベ", "ボ" } }, { "", { "ア", "イ", "ウ", "エ", "オ" } },
};

static int
vowel_letter(char c)
{
	static const char vowels[] = "aiueo";
	const char *at = c != '\0' ? strchr(vowels, c) : NULL;

	return at == NULL ? -1 : (int)(at - vowels);
}

/* Small plain letters; RC_ABSENT for anything else. */
static enum rc
plain_letters(const char *roman, char *ret, size_t size)
{
	size_t len = strlen(roman), at, n, used = 0;
	uint32_t c;

	for (at = 0; at < len && (n = utf8_next(roman + at, len - at, &c)) > 0; at += n) {
		if (c >= 0xff21 && c <= 0xff5a)
			c -= 0xfee0;
		c = letter_of(c);
		if (c == ' ' || c == 0x3000 || c == '-' || c == ',' || c == '.')
			c = '\'';
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (!((c >= 'a' && c <= 'z') || c == '\'') || used + 1 >= size)
			return RC_ABSENT;
		ret[used++] = (char)c;
	}
	ret[used] = '\0';
	return used > 0 ? RC_OK : RC_ABSENT;
}

/* One syllable; its letters, 0 when there is none. */
static size_t
take_syllable(const char *s, const char **ret_kana)
{
	for (size_t i = 0; i < sizeof(syllable) / sizeof(syllable[0]); i++) {
		size_t n = strlen(syllable[i].letters);
		int v;

		if (strncmp(s, syllable[i].letters, n) != 0 || (v = vowel_letter(s[n])) < 0)
			continue;
		*ret_kana = syllable[i].kana[v];
		return n + 1;
	}
	return 0;
}

enum rc
name_kana_of_roman(const char *roman, struct buf *ret_kana)
{
	char letters[LIMIT_NAME_CHARS * 2];
	size_t before = ret_kana->len, n;
	const char *s = letters, *kana;
	enum rc rc;

	if ((rc = plain_letters(roman, letters, sizeof(letters))) != RC_OK)
		return rc;
	while (*s != '\0') {
		if (*s == '\'') {
			s++;
			continue;
		}
		if ((n = take_syllable(s, &kana)) > 0) {
			if ((rc = buf_add_text(ret_kana, kana)) != RC_OK)
				goto out;
			s += n;
			if (*s == 'h' && vowel_letter(s[1]) < 0 && s[1] != 'y')	/* Ohno, Satoh */
				s++;
		} else if (*s == 'n' || (*s == 'm' && strchr("bpm", s[1]) != NULL && s[1] != '\0')) {
			if ((rc = buf_add_text(ret_kana, "ン")) != RC_OK)
				goto out;
			s++;
		} else if (s[1] != '\0' && (s[0] == s[1] || (s[0] == 't' && s[1] == 'c'))) {
			if ((rc = buf_add_text(ret_kana, "ッ")) != RC_OK)
				goto out;
			s++;
		} else {
			rc = RC_ABSENT;
			goto out;
		}
	}
	return RC_OK;
 out:
	buf_truncate(ret_kana, before);
	return rc;
}

/* ---- pairs, and how alike ---- */

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

size_t
name_grams(const char *folded, uint64_t ret_grams[NAME_GRAMS_MAX])
{
	size_t len = strlen(folded), at, n, count = 0, kept = 0;
	uint32_t c, last = 0;

	for (at = 0; at < len && count < NAME_GRAMS_MAX && (n = utf8_next(folded + at, len - at, &c)) > 0; at += n) {
		ret_grams[count++] = (uint64_t)last << 21 | c;
		last = c;
	}
	if (count > 1)
		qsort(ret_grams, count, sizeof(ret_grams[0]), by_number);
	for (at = 0; at < count; at++)
		if (kept == 0 || ret_grams[kept - 1] != ret_grams[at])
			ret_grams[kept++] = ret_grams[at];
	return kept;
}

static size_t
characters(const char *text, uint32_t ret[LIKENESS_CHARS])
{
	size_t len = strlen(text), at, n, count = 0;

	for (at = 0; at < len && count < LIKENESS_CHARS && (n = utf8_next(text + at, len - at, &ret[count])) > 0;
	    at += n)
		count++;
	return count;
}

int
name_likeness(const char *folded, const char *other)
{
	uint32_t a[LIKENESS_CHARS], b[LIKENESS_CHARS];
	size_t row[LIKENESS_CHARS + 1] = { 0 }, na = characters(folded, a), nb = characters(other, b);

	if (na == 0 || nb == 0)
		return 0;
	for (size_t i = 0; i < na; i++) {
		size_t diagonal = 0;

		for (size_t k = 0; k < nb; k++) {
			size_t above = row[k + 1];

			if (a[i] == b[k])
				row[k + 1] = diagonal + 1;
			else if (row[k] > row[k + 1])
				row[k + 1] = row[k];
			diagonal = above;
		}
	}
	return (int)(2000 * row[nb] / (na + nb));
}
