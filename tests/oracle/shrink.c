#include <string.h>

#include "tests/oracle/civil.h"
#include "tests/oracle/compare.h"

static bool
still(const struct text *text, const struct life *try, struct life *life, struct difference *d)
{
	struct difference other;

	if (try->birth > try->as_of || compare(text, try, &other) == 0 || strcmp(other.where, d->where) != 0)
		return false;
	*life = *try;
	*d = other;
	return true;
}

static bool
drop_something(const struct text *text, struct life *life, struct difference *d)
{
	struct life try;

	for (int i = 0; i < life->n_doses; i++) {
		try = *life;
		memmove(&try.dose[i], &try.dose[i + 1], (size_t)(try.n_doses - i - 1) * sizeof try.dose[0]);
		try.n_doses--;
		if (still(text, &try, life, d))
			return true;
	}
	for (int i = 0; i < life->n_conditions; i++) {
		try = *life;
		memmove(&try.condition[i], &try.condition[i + 1], (size_t)(try.n_conditions - i - 1) * sizeof try.condition[0]);
		try.n_conditions--;
		if (still(text, &try, life, d))
			return true;
	}
	for (int i = 0; i < life->n_extensions; i++) {
		try = *life;
		memmove(&try.extension[i], &try.extension[i + 1], (size_t)(try.n_extensions - i - 1) * sizeof try.extension[0]);
		try.n_extensions--;
		if (still(text, &try, life, d))
			return true;
	}
	for (int what = 0; what < 4; what++) {
		try = *life;
		switch (what) {
		case 0: if (try.pregnancy < 0) continue; try.pregnancy = -1; break;
		case 1: if (try.antibody < 0) continue; try.antibody = -1; break;
		case 2: if (!try.season_set) continue; try.season_set = false; break;
		default: if (try.sex == LIFE_MALE) continue; try.sex = LIFE_MALE; break;
		}
		if (still(text, &try, life, d))
			return true;
	}
	return false;
}

/* Exact dates instead of months, the tenth of a month instead of any day, the end of the fiscal year as the day asked. */
static bool
plain(const struct text *text, struct life *life, struct difference *d)
{
	struct life try;
	struct civil c;

	for (int i = 0; i < life->n_doses; i++) {
		try = *life;
		if (try.dose[i].first != try.dose[i].last) {
			try.dose[i].last = try.dose[i].first;
			if (still(text, &try, life, d))
				return true;
			continue;
		}
		c = civil_split(try.dose[i].first);
		try.dose[i].first = try.dose[i].last = civil_of(c.year, c.month, 10);
		if (c.mday != 10 && still(text, &try, life, d))
			return true;
	}
	try = *life;
	c = civil_split(try.birth);
	try.birth = civil_of(c.year, c.month, 10);
	return c.mday != 10 && still(text, &try, life, d);
}

void
compare_shrink(const struct text *text, struct life *life, struct difference *d)
{
	for (int n = 0; n < 200 && (drop_something(text, life, d) || plain(text, life, d)); n++)
		continue;
}
