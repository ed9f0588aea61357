#ifndef JSON_REASON_WORDS_H
#define JSON_REASON_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/day.h"
#include "base/words.h"
#include "schedule/schedule.h"

/*
 * A reason of the calculator as a sentence for people, in Japanese or English.  The
 * calculator gives a code, days, an interval and a product; the sentence says as much of
 * them as is known.
 */
enum reason_of { REASON_OF_CREDIT, REASON_OF_FORECAST, REASON_OF__COUNT };
enum reason_days {
	REASON_DAYS_ISO,	/* 2026-11-22 */
	REASON_DAYS_ERA,	/* 令和8年11月22日〔2026-11-22〕; in English as ISO */
	REASON_DAYS_LONG,	/* 2026年11月22日, 22 November 2026 */
};
#define REASON_DAY_SIZE 48
/* A day as REASON_DAYS_LONG has it; returns the length without the NUL. */
size_t reason_words_day(enum lang lang, day d, char text[REASON_DAY_SIZE]);

/* Sentences looked up once per language; const afterwards. */
#define REASON_WORDINGS 4
struct reason_words {
	enum lang lang;
	enum reason_days days;
	struct reason_wording {
		unsigned needs;
		const char *text;
	} wording[SCHEDULE_REASON__COUNT][REASON_OF__COUNT][REASON_WORDINGS];
	const char *gap[LAW_ANCHOR__COUNT][LAW_UNIT__COUNT], *gap_of_one[LAW_ANCHOR__COUNT][LAW_UNIT__COUNT];
};
void reason_words_init(struct reason_words *w, enum lang lang, enum reason_days days);

/* product: its name or code in that language, NULL or "" for none. */
struct reason_values {
	enum schedule_reason_code code;
	day day_a, day_b;
	struct law_gap gap;
	const char *product;
};

/* Longest sentence, with its NUL; a longer product name is cut at a character's edge. */
#define REASON_TEXT_SIZE 640
/* Returns the length written, without the NUL. */
size_t reason_words_write(const struct reason_words *w, enum reason_of of,
    const struct reason_values *r, char text[REASON_TEXT_SIZE]);

#endif
