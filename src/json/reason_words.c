#include "json/reason_words.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/era.h"

/* What a sentence needs to be said: {a}, {b}, {gap}, {product}. */
enum { A = 1, B = 2, GAP = 4, PRODUCT = 8 };

struct sentence {
	unsigned needs;
	const char *text;	/* message id; NULL ends the list */
};

/*
 * The first sentence whose needs are met is said.  A list for forecasts that is empty is
 * that for credits.
 */
static const struct sentence sentences[SCHEDULE_REASON__COUNT][REASON_OF__COUNT][REASON_WORDINGS] = {
	[SCHEDULE_AGE] = { {
		{ A | B, WORDS("the period for this by age is from {a} to {b}") },
		{ A, WORDS("the period for this by age begins on {a}") },
		{ B, WORDS("the period for this by age ends on {b}") },
		{ 0, WORDS("this follows from the age laid down by law") },
	} },
	[SCHEDULE_INTERVAL] = { {
		{ GAP | A, WORDS("{gap} is required (first day {a})") },
		{ GAP, WORDS("{gap} is required") },
		{ A, WORDS("an interval is required (first day {a})") },
		{ 0, WORDS("an interval is required") },
	} },
	[SCHEDULE_COHORT] = { {
		{ A | B, WORDS("a special rule for this birth date applies, from {a} to {b}") },
		{ A, WORDS("a special rule for this birth date applies, from {a}") },
		{ B, WORDS("a special rule for this birth date applies, until {b}") },
		{ 0, WORDS("a special rule for this birth date applies") },
	} },
	[SCHEDULE_SEASON] = { {
		{ A | B, WORDS("the season is from {a} to {b}") },
		{ A, WORDS("the season begins on {a}") },
		{ 0, WORDS("this is given once a season") },
	} },
	[SCHEDULE_NOT_IN_FORCE] = { {
		{ A, WORDS("the vaccine is laid down for this programme only from {a}") },
		{ 0, WORDS("the vaccine was not laid down for this programme on that day") },
	}, {
		{ A, WORDS("the rule is in force from {a}") },
		{ 0, WORDS("no rule for this is in force") },
	} },
	[SCHEDULE_DISEASE_HISTORY] = { {
		{ 0, WORDS("a disease that the person has had needs no dose against it") },
	} },
	[SCHEDULE_EXCLUSION] = { {
		{ 0, WORDS("a recorded condition excludes the person from this programme by law") },
	} },
	[SCHEDULE_DOCTOR_JUDGEMENT] = { {
		{ GAP, WORDS("{gap} is enough where a doctor judged it necessary") },
		{ 0, WORDS("this rests on a doctor's judgement") },
	}, {
		{ GAP | A, WORDS("{gap} is enough where a doctor judges it necessary (first day {a})") },
		{ GAP, WORDS("{gap} is enough where a doctor judges it necessary") },
		{ A, WORDS("possible from {a} where a doctor judges it necessary") },
		{ 0, WORDS("this rests on a doctor's judgement") },
	} },
	[SCHEDULE_CAUTIOUS_DAY] = { {
		{ A | B, WORDS("given before the cautious day {a}, but lawful from {b}: it counts") },
		{ 0, WORDS("given before the cautious day, but lawful: it counts") },
	}, {
		{ A | B, WORDS("after a dose that does not count, {a} is the cautious day (the law alone allows {b})") },
		{ A, WORDS("after a dose that does not count, {a} is the cautious day") },
		{ 0, WORDS("after a dose that does not count, a cautious day is shown") },
	} },
	[SCHEDULE_EXTENSION] = { {
		{ A | B, WORDS("the period is extended: from {a} to {b}") },
		{ B, WORDS("the period is extended until {b}") },
		{ A, WORDS("the period is extended from {a}") },
		{ 0, WORDS("the period is extended") },
	} },
	[SCHEDULE_TOO_YOUNG] = { {
		{ A, WORDS("given below the lowest age (lawful from {a})") },
		{ 0, WORDS("given below the lowest age") },
	}, {
		{ A, WORDS("the lowest age is not reached yet (lawful from {a})") },
		{ 0, WORDS("the lowest age is not reached yet") },
	} },
	[SCHEDULE_TOO_OLD] = { {
		{ B, WORDS("given after the highest age (lawful until {b})") },
		{ 0, WORDS("given after the highest age") },
	}, {
		{ B, WORDS("the highest age is past (lawful until {b})") },
		{ 0, WORDS("the highest age is past") },
	} },
	[SCHEDULE_INTERVAL_SHORT] = { {
		{ GAP | A, WORDS("the interval is too short: {gap} is required (lawful from {a})") },
		{ GAP, WORDS("the interval is too short: {gap} is required") },
		{ A, WORDS("the interval is too short (lawful from {a})") },
		{ 0, WORDS("the interval is too short") },
	} },
	[SCHEDULE_LIVE_INTERVAL] = { {
		{ PRODUCT, WORDS("the interval to the dose of {product} was too short; this takes no credit away") },
		{ 0, WORDS("the interval to another vaccine was too short; this takes no credit away") },
	}, {
		{ GAP | PRODUCT | A, WORDS("{days} days or more must lie between this and the dose of {product} (first day {a})") },
		{ PRODUCT | A, WORDS("an interval after the dose of {product} is required (first day {a})") },
		{ A, WORDS("an interval after another vaccine is required (first day {a})") },
		{ 0, WORDS("an interval after another vaccine is required") },
	} },
	[SCHEDULE_WRONG_VACCINE] = { {
		{ 0, WORDS("this vaccine is not one for this dose") },
	} },
	[SCHEDULE_AFTER_COMPLETE] = { {
		{ 0, WORDS("nothing was left to give in this programme") },
	} },
	[SCHEDULE_DUPLICATE] = { {
		{ PRODUCT, WORDS("{product} was given against the same disease on the same day; one of the two counts") },
		{ A, WORDS("the same dose is told for {a} too; a person must decide whether they are two") },
		{ 0, WORDS("there is another dose against the same disease on the same day; one of the two counts") },
	}, {
		{ 0, WORDS("two statements that may tell one dose are counted as one until a person decides") },
	} },
	[SCHEDULE_IMPRECISE_DATE] = { {
		{ A | B, WORDS("the day is not known exactly (from {a} to {b})") },
		{ 0, WORDS("the day is not known exactly") },
	}, {
		{ 0, WORDS("this depends on a dose whose day is not known exactly") },
	} },
	[SCHEDULE_COURSE_CHANGED] = { {
		{ GAP, WORDS("{gap} was not kept, so another course with more doses applies") },
		{ 0, WORDS("another course applies because of an interval or of the vaccine used") },
	} },
	[SCHEDULE_DEEMED] = { {
		{ PRODUCT, WORDS("it is counted as {product}") },
		{ 0, WORDS("it is counted as a dose of this programme") },
	} },
	[SCHEDULE_OUTSIDE_TARGET] = { {
		{ A | B, WORDS("given outside the routine period ({a} to {b})") },
		{ A, WORDS("given outside the routine period (from {a})") },
		{ B, WORDS("given outside the routine period (until {b})") },
		{ 0, WORDS("given outside the routine period") },
	}, {
		{ 0, WORDS("the person is not in the group that the law names for this") },
	} },
	[SCHEDULE_AFTER_DEATH] = { {
		{ 0, WORDS("the day is after the day of death") },
	}, {
		{ 0, WORDS("the person has died") },
	} },
	[SCHEDULE_BEFORE_BIRTH] = { {
		{ 0, WORDS("the day is before birth") },
	} },
	[SCHEDULE_FUTURE] = { {
		{ 0, WORDS("the day is after the as-of day") },
	} },
	[SCHEDULE_UNCONFIRMED] = { {
		{ 0, WORDS("the law behind this could not be confirmed; please check") },
	} },
};

static const char *const gaps[LAW_ANCHOR__COUNT][LAW_UNIT__COUNT] = {
	[LAW_ANCHOR_PREVIOUS] = {
		WORDS("an interval of {n} days or more after the previous dose"),
		WORDS("an interval of {n} months or more after the previous dose"),
		WORDS("an interval of {n} and a half months or more after the previous dose"),
	},
	[LAW_ANCHOR_DOSE] = {
		WORDS("an interval of {n} days or more after dose {k}"),
		WORDS("an interval of {n} months or more after dose {k}"),
		WORDS("an interval of {n} and a half months or more after dose {k}"),
	},
	[LAW_ANCHOR_GROUP] = {
		WORDS("an interval of {n} days or more after the last initial dose"),
		WORDS("an interval of {n} months or more after the last initial dose"),
		WORDS("an interval of {n} and a half months or more after the last initial dose"),
	},
	[LAW_ANCHOR_STAGES] = {
		WORDS("an interval of {n} days or more after the last dose of the earlier stage"),
		WORDS("an interval of {n} months or more after the last dose of the earlier stage"),
		WORDS("an interval of {n} and a half months or more after the last dose of the earlier stage"),
	},
};

/* The same of one day, one month: English has another word. */
static const char *const gaps_of_one[LAW_ANCHOR__COUNT][LAW_UNIT__COUNT] = {
	[LAW_ANCHOR_PREVIOUS] = {
		WORDS("an interval of {n} day or more after the previous dose"),
		WORDS("an interval of {n} month or more after the previous dose"),
		WORDS("an interval of {n} and a half months or more after the previous dose"),
	},
	[LAW_ANCHOR_DOSE] = {
		WORDS("an interval of {n} day or more after dose {k}"),
		WORDS("an interval of {n} month or more after dose {k}"),
		WORDS("an interval of {n} and a half months or more after dose {k}"),
	},
	[LAW_ANCHOR_GROUP] = {
		WORDS("an interval of {n} day or more after the last initial dose"),
		WORDS("an interval of {n} month or more after the last initial dose"),
		WORDS("an interval of {n} and a half months or more after the last initial dose"),
	},
	[LAW_ANCHOR_STAGES] = {
		WORDS("an interval of {n} day or more after the last dose of the earlier stage"),
		WORDS("an interval of {n} month or more after the last dose of the earlier stage"),
		WORDS("an interval of {n} and a half months or more after the last dose of the earlier stage"),
	},
};

void
reason_words_init(struct reason_words *w, enum lang lang, enum reason_days days)
{
	memset(w, 0, sizeof *w);
	w->lang = lang;
	w->days = days;
	for (int code = 0; code < SCHEDULE_REASON__COUNT; code++)
		for (int of = 0; of < REASON_OF__COUNT; of++)
			for (int i = 0; i < REASON_WORDINGS; i++) {
				const struct sentence *s = &sentences[code][of][i];

				if (sentences[code][of][0].text == NULL)
					s = &sentences[code][REASON_OF_CREDIT][i];
				if (s->text == NULL)
					break;
				w->wording[code][of][i].needs = s->needs;
				w->wording[code][of][i].text = words(lang, s->text);
			}
	for (int a = 0; a < LAW_ANCHOR__COUNT; a++)
		for (int u = 0; u < LAW_UNIT__COUNT; u++)
			if (gaps[a][u] != NULL) {
				w->gap[a][u] = words(lang, gaps[a][u]);
				w->gap_of_one[a][u] = words(lang, gaps_of_one[a][u]);
			}
}

/* A sentence being written. */
struct sink {
	char *at, *end;		/* end: room for the NUL */
};

static void
add(struct sink *k, const char *text, size_t len)
{
	size_t room = (size_t)(k->end - k->at);

	if (len > room) {
		len = room;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
		k->end = k->at + len;	/* nothing may follow what was cut */
	}
	memcpy(k->at, text, len);
	k->at += len;
}

size_t
reason_words_day(enum lang lang, day d, char text[REASON_DAY_SIZE])
{
	/* English alone names months; a Japanese date is made of numbers. */
	static const char *const month_name[] = { "January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December" };
	int year, month, mday;

	day_split(d, &year, &month, &mday);
	return (size_t)(lang == LANG_JA ?
	    snprintf(text, REASON_DAY_SIZE, "%d年%d月%d日", year, month, mday) :
	    snprintf(text, REASON_DAY_SIZE, "%d %s %d", mday, month_name[month - 1], year));
}

static void
add_day(struct sink *k, const struct reason_words *w, day d)
{
	char iso[DAY_TEXT_SIZE], era[ERA_TEXT_SIZE];

	if (w->days == REASON_DAYS_LONG) {
		char text[REASON_DAY_SIZE];

		add(k, text, reason_words_day(w->lang, d, text));
		return;
	}
	day_write(d, iso);
	if (w->lang == LANG_JA && w->days == REASON_DAYS_ERA) {
		era_write(d, era);
		add(k, era, strlen(era));
		if (strcmp(era, iso) == 0)
			return;
		add(k, "〔", strlen("〔"));
		add(k, iso, strlen(iso));
		add(k, "〕", strlen("〕"));
		return;
	}
	add(k, iso, strlen(iso));
}

static void
add_number(struct sink *k, int n)
{
	char text[16];

	add(k, text, (size_t)snprintf(text, sizeof text, "%d", n));
}

static void expand(struct sink *k, const struct reason_words *w, const char *text,
    const struct reason_values *r);

static void
add_value(struct sink *k, const struct reason_words *w, const char *name, size_t len,
    const struct reason_values *r)
{
	if (len == 1 && name[0] == 'a')
		add_day(k, w, r->day_a);
	else if (len == 1 && name[0] == 'b')
		add_day(k, w, r->day_b);
	else if (len == 1 && name[0] == 'n')
		add_number(k, r->gap.n);
	else if (len == 1 && name[0] == 'k')
		add_number(k, r->gap.dose);
	else if (len == 4 && memcmp(name, "days", 4) == 0)
		add_number(k, r->gap.n);
	else if (len == 3 && memcmp(name, "gap", 3) == 0)
		expand(k, w, (r->gap.n == 1 ? w->gap_of_one : w->gap)[r->gap.anchor][r->gap.unit], r);
	else if (len == 7 && memcmp(name, "product", 7) == 0)
		add(k, r->product, strlen(r->product));
	else
		assert(!"a placeholder of a translated sentence is unknown");
}

static void
expand(struct sink *k, const struct reason_words *w, const char *text,
    const struct reason_values *r)
{
	const char *open, *close;

	while ((open = strchr(text, '{')) != NULL && (close = strchr(open, '}')) != NULL) {
		add(k, text, (size_t)(open - text));
		add_value(k, w, open + 1, (size_t)(close - open - 1), r);
		text = close + 1;
	}
	add(k, text, strlen(text));
}

size_t
reason_words_write(const struct reason_words *w, enum reason_of of,
    const struct reason_values *r, char text[REASON_TEXT_SIZE])
{
	struct sink k = { text, text + REASON_TEXT_SIZE - 1 };
	const struct reason_wording *s = w->wording[r->code][of];
	unsigned known = 0;

	if (day_known(r->day_a))
		known |= A;
	if (day_known(r->day_b))
		known |= B;
	if (r->gap.anchor < LAW_ANCHOR__COUNT && r->gap.unit < LAW_UNIT__COUNT &&
	    (w->gap[r->gap.anchor][r->gap.unit] != NULL ||
	    (r->code == SCHEDULE_LIVE_INTERVAL && r->gap.n > 0)))
		known |= GAP;
	if (r->product != NULL && r->product[0] != '\0')
		known |= PRODUCT;
	while ((s->needs & ~known) != 0)
		s++;		/* the last one needs nothing */
	expand(&k, w, s->text, r);
	*k.at = '\0';
	if (text[0] >= 'a' && text[0] <= 'z')
		text[0] = (char)(text[0] - 'a' + 'A');
	return (size_t)(k.at - text);
}
