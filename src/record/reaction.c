#include "record/reaction.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR INT64_C(60)
#define DAY (24 * HOUR)
#define LONGEST (3653 * DAY)

struct rule {
	const char *product;
	day from, until;		/* until DAY_NONE: still */
	const char *symptom;
	struct reaction_limit limit;
};

#include "record/reaction_rules.h"

#define N_SYMPTOM (sizeof(symptoms) / sizeof(symptoms[0]))
#define N_RULE (sizeof(rules) / sizeof(rules[0]))

const struct reaction_symptom *
reaction_symptom_find(const char *code)
{
	for (size_t i = 0; i < N_SYMPTOM; i++)
		if (strcmp(symptoms[i].code, code) == 0)
			return &symptoms[i];
	return NULL;
}

size_t
reaction_symptom_count(void)
{
	return N_SYMPTOM;
}

const struct reaction_symptom *
reaction_symptom_at(size_t i)
{
	return &symptoms[i];
}

/* First day of the row of a product that holds a day: of its first row where none does, which is not confirmed then. */
static bool
row_of(const char *product, day on, day *ret_from, bool *ret_holds)
{
	bool found = false;

	*ret_from = DAY_NONE;
	*ret_holds = false;
	for (size_t i = 0; i < N_RULE && !*ret_holds; i++) {
		if (strcmp(rules[i].product, product) != 0)
			continue;
		*ret_holds = !day_before(on, rules[i].from) && (!day_known(rules[i].until) || !day_after(on, rules[i].until));
		if (*ret_holds || !found)
			*ret_from = rules[i].from;
		found = true;
	}
	return found;
}

bool
reaction_limit_find(const char *product, const char *symptom, day on, struct reaction_limit *ret)
{
	bool holds = false;
	day from = DAY_NONE;

	if (!row_of(product, on, &from, &holds))
		return false;
	for (size_t i = 0; i < N_RULE; i++)
		if (strcmp(rules[i].product, product) == 0 && day_equal(rules[i].from, from) &&
		    strcmp(rules[i].symptom, symptom) == 0) {
			*ret = rules[i].limit;
			ret->is_confirmed = ret->is_confirmed && holds;
			return true;
		}
	return false;
}

void
reaction_elapsed_write(int64_t minutes, char text[REACTION_LIMIT_SIZE])
{
	if (minutes >= 2 * DAY && minutes % DAY == 0)
		(void)snprintf(text, REACTION_LIMIT_SIZE, "%" PRId64 "d", minutes / DAY);
	else if (minutes >= HOUR && minutes % HOUR == 0)
		(void)snprintf(text, REACTION_LIMIT_SIZE, "%" PRId64 "h", minutes / HOUR);
	else
		(void)snprintf(text, REACTION_LIMIT_SIZE, "%" PRId64 "min", minutes);
}

void
reaction_limit_write(const struct reaction_limit *l, char text[REACTION_LIMIT_SIZE])
{
	switch (l->unit) {
	case REACTION_MINUTES:
		reaction_elapsed_write(l->n, text);
		return;
	case REACTION_DAYS:
		(void)snprintf(text, REACTION_LIMIT_SIZE, "%dd", l->n);
		return;
	case REACTION_MONTHS:
		(void)snprintf(text, REACTION_LIMIT_SIZE, "%dm", l->n);
		return;
	case REACTION_BY_DOCTOR:
		break;
	}
	(void)snprintf(text, REACTION_LIMIT_SIZE, "doctor");
}

enum rc
reaction_elapsed_parse(const char *text, int64_t *ret_minutes)
{
	char *end = NULL;
	long long n;
	int64_t unit;

	if (*text < '0' || *text > '9' || strlen(text) > 12)
		return RC_INVALID;
	n = strtoll(text, &end, 10);
	unit = strcmp(end, "min") == 0 ? 1 : strcmp(end, "h") == 0 ? HOUR : strcmp(end, "d") == 0 ? DAY : 0;
	if (unit == 0 || n > LONGEST / unit)
		return RC_INVALID;
	*ret_minutes = n * unit;
	return RC_OK;
}

const char *
reaction_within_word(enum reaction_within w)
{
	static const char *const word[REACTION_WITHIN__COUNT] = { "within", "outside", "unknown", "doctor", "not-listed" };

	return word[w];
}

/* The last day of the time that begins with a dose, whose own day is not counted. */
static day
last_day(const struct reaction_limit *l, day given)
{
	day begins = day_add(given, 1);

	return l->unit == REACTION_DAYS ? day_add(given, l->n) : day_period_end(begins, l->n);
}

static enum reaction_within
judge_minutes(int64_t limit, struct day_span given, struct day_span onset, int64_t minutes)
{
	int64_t least, most;

	if (minutes >= 0)
		return minutes <= limit ? REACTION_WITHIN : REACTION_OUTSIDE;
	if (!day_known(onset.first))
		return REACTION_UNKNOWN;
	/* From the last minute of one day to the first of the other, or the other way round. */
	least = (day_gap(given.last, onset.first) - 1) * DAY;
	most = (day_gap(given.first, onset.last) + 1) * DAY;
	if (most <= limit)
		return REACTION_WITHIN;
	return least >= limit ? REACTION_OUTSIDE : REACTION_UNKNOWN;
}

enum reaction_within
reaction_judge(const struct reaction_limit *l, struct day_span given, struct day_span onset, int64_t minutes)
{
	if (l == NULL)
		return REACTION_NOT_LISTED;
	if (l->unit == REACTION_BY_DOCTOR)
		return REACTION_DOCTOR;
	if (l->unit == REACTION_MINUTES)
		return judge_minutes(l->n, given, onset, minutes);
	if (!day_known(onset.first)) {
		if (minutes < 0)
			return REACTION_UNKNOWN;
		/* Nobody knows at which hour the dose was given. */
		onset.first = day_add(given.first, (int)(minutes / DAY));
		onset.last = day_add(given.last, (int)((minutes + DAY - 1) / DAY));
	}
	if (!day_after(onset.last, last_day(l, given.first)))
		return REACTION_WITHIN;
	return day_after(onset.first, last_day(l, given.last)) ? REACTION_OUTSIDE : REACTION_UNKNOWN;
}
