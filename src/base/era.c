#include "base/era.h"

#include <string.h>

#include "base/utf8.h"

struct era {
	const char *name;
	char letter;
	int year, month, mday;		/* its first day in the table */
	int first_year;			/* the year of the era that day lies in */
};

#include "base/era_table.h"

#define N_ERAS (sizeof eras / sizeof eras[0])

static int
date_compare(const struct era *e, int year, int month, int mday)
{
	if (year != e->year)
		return year - e->year;
	if (month != e->month)
		return month - e->month;
	return mday - e->mday;
}

/* The last era that had begun on the day; N_ERAS before the first. */
static size_t
era_of(int year, int month, int mday)
{
	for (size_t i = N_ERAS; i > 0; i--)
		if (date_compare(&eras[i - 1], year, month, mday) >= 0)
			return i - 1;
	return N_ERAS;
}

struct scan {
	const char *at, *end;
};

static bool
take(struct scan *s, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(s->end - s->at) < len || memcmp(s->at, text, len) != 0)
		return false;
	s->at += len;
	return true;
}

/* Up to most digits, ASCII or full-width (U+FF10..U+FF19); 0 when there is none. */
static int
take_number(struct scan *s, int most)
{
	int value = 0;

	for (int i = 0; i < most; i++) {
		uint32_t c;
		size_t n = utf8_next(s->at, (size_t)(s->end - s->at), &c);

		if (n == 0)
			break;
		if (c >= 0xff10 && c <= 0xff19)
			c = c - 0xff10 + '0';
		if (c < '0' || c > '9')
			break;
		value = value * 10 + (int)(c - '0');
		s->at += n;
	}
	return value;
}

enum rc
era_parse(const char *text, size_t len, day *ret_day)
{
	struct scan s = { text, text + len };
	size_t i;
	bool named = false, points = false;
	int year, month, mday;
	day d;

	for (i = 0; i < N_ERAS; i++) {
		char letter[2] = { eras[i].letter, '\0' };

		if ((named = take(&s, eras[i].name)) || take(&s, letter))
			break;
	}
	if (i == N_ERAS)
		return RC_INVALID;
	if (named && take(&s, "元年"))
		year = 1;
	else {
		if ((year = take_number(&s, 3)) == 0)
			return RC_INVALID;
		points = take(&s, ".");
		/* A letter goes with points only: R8.11.22. */
		if (!points && (!named || !take(&s, "年")))
			return RC_INVALID;
	}
	if ((month = take_number(&s, 2)) == 0 || !take(&s, points ? "." : "月") ||
	    (mday = take_number(&s, 2)) == 0 || (!points && !take(&s, "日")) || s.at != s.end)
		return RC_INVALID;
	year += eras[i].year - eras[i].first_year;
	if (day_make(year, month, mday, &d) != RC_OK || era_of(year, month, mday) != i)
		return RC_INVALID;
	*ret_day = d;
	return RC_OK;
}

enum rc
era_parse_any(const char *text, size_t len, day *ret_day)
{
	static const char *const between[][3] = { { "/", "/", "" }, { ".", ".", "" }, { "年", "月", "日" } };

	if (era_parse(text, len, ret_day) == RC_OK)
		return RC_OK;
	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
		struct scan s = { text, text + len };
		int year = take_number(&s, 4), month, mday;

		if (year >= 1000 && take(&s, between[i][0]) && (month = take_number(&s, 2)) > 0 &&
		    take(&s, between[i][1]) && (mday = take_number(&s, 2)) > 0 && take(&s, between[i][2]) && s.at == s.end)
			return day_make(year, month, mday, ret_day);
	}
	if (len == 8) {
		struct scan s = { text, text + len };
		int year = take_number(&s, 4), month = take_number(&s, 2), mday = take_number(&s, 2);

		if (year >= 1000 && s.at == s.end)
			return day_make(year, month, mday, ret_day);
	}
	return RC_INVALID;
}

static char *
put_number(char *at, int value)
{
	if (value >= 100)
		*at++ = (char)('0' + value / 100);
	if (value >= 10)
		*at++ = (char)('0' + value / 10 % 10);
	*at++ = (char)('0' + value % 10);
	return at;
}

static char *
put_text(char *at, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, text, len);
	return at + len;
}

void
era_write(day d, char text[ERA_TEXT_SIZE])
{
	int year, month, mday;
	char *at = text;
	size_t i;

	if (!day_known(d)) {
		text[0] = '\0';
		return;
	}
	day_split(d, &year, &month, &mday);
	if ((i = era_of(year, month, mday)) == N_ERAS) {
		day_write(d, text);
		return;
	}
	year += eras[i].first_year - eras[i].year;
	at = put_text(at, eras[i].name);
	at = year == 1 ? put_text(at, "元") : put_number(at, year);
	at = put_text(at, "年");
	at = put_number(at, month);
	at = put_text(at, "月");
	at = put_number(at, mday);
	at = put_text(at, "日");
	*at = '\0';
}
