#include "record/same_person.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/words.h"
#include "record/kana.h"
#include "record/name.h"

static const char *const rule_word[SAME_RULE__COUNT] = {
	[SAME_NONE] = "none", [SAME_OFFICER] = "officer", [SAME_NUMBER] = "number", [SAME_TICKET] = "ticket",
	[SAME_NAME] = "name", [SAME_OTHER_NAME] = "other-name", [SAME_GIVEN_NAME] = "given-name",
	[SAME_BIRTH_SLIP] = "birth-slip",
};

static const char *const rule_text[SAME_RULE__COUNT] = {
	[SAME_NONE] = WORDS("no rule speaks of them any more"),
	[SAME_OFFICER] = WORDS("an officer says that they may be one person"),
	[SAME_NUMBER] = WORDS("a file gave the MyNumber of one to the other"),
	[SAME_TICKET] = WORDS("a file named the ticket of one with the number of the other"),
	[SAME_NAME] = WORDS("the same name and birth date"),
	[SAME_OTHER_NAME] = WORDS("the same birth date; the name of one is another name of the other"),
	[SAME_GIVEN_NAME] = WORDS("the same given name, birth date and home; another family name"),
	[SAME_BIRTH_SLIP] = WORDS("the same name and home; birth dates that one slip tells apart"),
};

static const char *const state_word[SAME_STATE__COUNT] = { "undecided", "merged", "two-people", "gone" };

const char *
same_rule_word(enum same_rule rule)
{
	return (unsigned)rule < SAME_RULE__COUNT ? rule_word[rule] : rule_word[SAME_NONE];
}

const char *
same_rule_text(enum same_rule rule)
{
	return (unsigned)rule < SAME_RULE__COUNT ? rule_text[rule] : rule_text[SAME_NONE];
}

const char *
same_state_word(enum same_state state)
{
	return (unsigned)state < SAME_STATE__COUNT ? state_word[state] : state_word[SAME_GONE];
}

/* What is no clean text is compared with nothing. */
static enum rc
fold(const char *text, struct buf *out)
{
	enum rc rc = text == NULL ? RC_OK : kana_fold(text, out);

	return rc == RC_NOMEM ? rc : RC_OK;
}

static enum rc
fold_coarsely(const char *text, struct buf *out)
{
	enum rc rc = text == NULL ? RC_OK : name_fold(text, out);

	return rc == RC_NOMEM ? rc : RC_OK;
}

/* A given name is what stands behind the last blank, half- or full-width; a name without one has none. */
static const char *
given_of(const char *kana)
{
	const char *found = NULL;

	for (const char *p = kana; p != NULL && *p != '\0'; p++)
		if (*p == ' ')
			found = p + 1;
		else if (strncmp(p, "\xe3\x80\x80", 3) == 0)
			found = p + 3;
	return found != NULL && *found != '\0' ? found : NULL;
}

static enum rc
add_other(struct same_side *s, const char *text)
{
	enum rc rc;

	if (text == NULL || s->n_other == sizeof(s->other) / sizeof(s->other[0]))
		return RC_OK;
	buf_init(&s->other[s->n_other], LIMIT_TEXT_BYTES);
	if ((rc = fold(text, &s->other[s->n_other])) == RC_OK)
		s->n_other++;
	else
		buf_clear(&s->other[s->n_other]);
	return rc;
}

enum rc
same_side_init(const struct person *p, bool has_number, struct same_side *ret_side)
{
	struct same_side s = { .household = p->household_no, .birth = p->birth, .sex = p->sex, .has_number = has_number };
	enum rc rc;

	buf_init(&s.kana, LIMIT_TEXT_BYTES);
	buf_init(&s.name, LIMIT_TEXT_BYTES);
	buf_init(&s.roman, LIMIT_TEXT_BYTES);
	buf_init(&s.given, LIMIT_TEXT_BYTES);
	buf_init(&s.address, LIMIT_TEXT_BYTES);
	if ((rc = fold(p->kana, &s.kana)) != RC_OK || (rc = fold(p->name, &s.name)) != RC_OK ||
	    (rc = fold_coarsely(p->roman, &s.roman)) != RC_OK || (rc = fold(given_of(p->kana), &s.given)) != RC_OK ||
	    (rc = fold_coarsely(p->address, &s.address)) != RC_OK)
		goto out;
	for (size_t i = 0; i < p->n_names && rc == RC_OK; i++)
		if ((rc = add_other(&s, p->names[i].kana)) == RC_OK)
			rc = add_other(&s, p->names[i].name);
 out:
	if (rc == RC_OK)
		*ret_side = s;
	else
		same_side_clear(&s);
	return rc;
}

void
same_side_clear(struct same_side *s)
{
	buf_clear(&s->kana);
	buf_clear(&s->name);
	buf_clear(&s->roman);
	buf_clear(&s->given);
	buf_clear(&s->address);
	for (size_t i = 0; i < s->n_other; i++)
		buf_clear(&s->other[i]);
	s->n_other = 0;
}

static bool
equal(const struct buf *a, const struct buf *b)
{
	return a->len > 0 && a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static bool
differ(const struct buf *a, const struct buf *b)
{
	return a->len > 0 && b->len > 0 && !equal(a, b);
}

static bool
same_home(const struct same_side *a, const struct same_side *b)
{
	return equal(&a->address, &b->address) || (a->household != NULL && a->household[0] != '\0' &&
	    b->household != NULL && strcmp(a->household, b->household) == 0);
}

/* Is a name that a bears now among those that b has borne? */
static bool
bore(const struct same_side *a, const struct same_side *b)
{
	for (size_t i = 0; i < b->n_other; i++)
		if (equal(&a->kana, &b->other[i]) || equal(&a->name, &b->other[i]))
			return true;
	return false;
}

bool
same_contradicts(const struct same_side *a, const struct same_side *b)
{
	return differ(&a->given, &b->given) || day_after(a->birth.first, b->birth.last) ||
	    day_after(b->birth.first, a->birth.last);
}

bool
same_birth_slip(day a, day b)
{
	int ya, yb, ma, mb, da, db;

	if (!day_known(a) || !day_known(b) || day_equal(a, b))
		return false;
	day_split(a, &ya, &ma, &da);
	day_split(b, &yb, &mb, &db);
	if (ya == yb && ma == db && da == mb)
		return true;
	return (ya != yb) + (ma != mb) + (da != db) == 1;
}

struct same_finding
same_compare(const struct same_side *a, const struct same_side *b)
{
	struct same_finding f = { SAME_NONE, 0 };
	bool exact = day_equal(a->birth.first, a->birth.last) && day_equal(b->birth.first, b->birth.last);
	bool same_birth = exact && day_equal(a->birth.first, b->birth.first);
	bool may_be = !day_after(a->birth.first, b->birth.last) && !day_after(b->birth.first, a->birth.last);
	bool named = equal(&a->kana, &b->kana) || (!differ(&a->kana, &b->kana) &&
	    (equal(&a->name, &b->name) || equal(&a->roman, &b->roman)));
	bool home = same_home(a, b);

	if (named && may_be)
		f = (struct same_finding){ SAME_NAME, same_birth ? 800 : 600 };
	else if (same_birth && equal(&a->name, &b->name))
		/* Written alike, read otherwise: a reading is often guessed at the counter. */
		f = (struct same_finding){ SAME_NAME, 650 };
	else if (same_birth && (bore(a, b) || bore(b, a)))
		f = (struct same_finding){ SAME_OTHER_NAME, 750 };
	else if (same_birth && home && equal(&a->given, &b->given))
		f = (struct same_finding){ SAME_GIVEN_NAME, 600 };
	else if (named && home && exact && same_birth_slip(a->birth.first, b->birth.first))
		f = (struct same_finding){ SAME_BIRTH_SLIP, 550 };
	else
		return f;
	/* What speaks for it, and what against. */
	if (equal(&a->name, &b->name) && f.rule == SAME_NAME)
		f.score += 100;
	if (home)
		f.score += 50;
	if (a->sex != b->sex && a->sex != SEX_UNKNOWN && b->sex != SEX_UNKNOWN)
		f.score -= 300;
	/* Nobody has two numbers, unless one was changed. */
	if (a->has_number && b->has_number)
		f.score -= 300;
	if (f.score < 0)
		f.score = 0;
	if (f.score > SAME_SCORE_MAX)
		f.score = SAME_SCORE_MAX;
	return f;
}
