#include "record/person.h"

#include <string.h>

static const char *const sex_words[SEX__COUNT] = {
	[SEX_UNKNOWN] = "unknown",
	[SEX_FEMALE] = "female",
	[SEX_MALE] = "male",
	[SEX_OTHER] = "other",
};

const char *
person_sex_word(enum sex sex)
{
	return (unsigned)sex < SEX__COUNT ? sex_words[sex] : "unknown";
}

enum rc
person_sex_parse(const char *text, size_t len, enum sex *ret_sex)
{
	for (int i = 0; i < SEX__COUNT; i++)
		if (strlen(sex_words[i]) == len && memcmp(sex_words[i], text, len) == 0) {
			*ret_sex = (enum sex)i;
			return RC_OK;
		}
	return RC_INVALID;
}

static const char *const registration_words[PERSON_REGISTRATION__COUNT] = {
	[PERSON_RESIDENT] = "resident", [PERSON_BIRTH_STAY] = "birth-stay",
	[PERSON_SHELTERED] = "sheltered", [PERSON_IN_INSTITUTION] = "institution",
	[PERSON_FROM_ABROAD] = "abroad", [PERSON_OTHER_GROUND] = "other",
};
static const char *const name_words[PERSON_NAME_KIND__COUNT] = {
	[NAME_FORMER_FAMILY] = "former-family", [NAME_COMMON] = "common", [NAME_EARLIER] = "earlier",
	[NAME_OTHER] = "other",
};
static const char *const entry_words[ENTRY__COUNT] = {
	[ENTRY_UNKNOWN] = "", [ENTRY_FROM_TOWN] = "town", [ENTRY_FROM_ABROAD] = "abroad",
	[ENTRY_BORN] = "birth", [ENTRY_REGISTERED] = "register",
};
static const char *const exit_words[EXIT__COUNT] = {
	[EXIT_UNKNOWN] = "", [EXIT_TO_TOWN] = "town", [EXIT_ABROAD] = "abroad",
	[EXIT_DIED] = "death", [EXIT_STRUCK_OFF] = "struck-off",
};

/* Place of the word, n when it is none of them. */
static int
place_of(const char *const *words, int n, const char *text)
{
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(words[i], text) == 0)
			break;
	return i;
}

const char *
person_registration_word(enum person_registration registration)
{
	return (unsigned)registration < PERSON_REGISTRATION__COUNT ? registration_words[registration] : "other";
}

enum rc
person_registration_parse(const char *text, enum person_registration *ret)
{
	int i = place_of(registration_words, PERSON_REGISTRATION__COUNT, text);

	if (i == PERSON_REGISTRATION__COUNT)
		return RC_INVALID;
	*ret = (enum person_registration)i;
	return RC_OK;
}

const char *
person_name_kind_word(enum person_name_kind kind)
{
	return (unsigned)kind < PERSON_NAME_KIND__COUNT ? name_words[kind] : "other";
}

enum rc
person_name_kind_parse(const char *text, enum person_name_kind *ret)
{
	int i = place_of(name_words, PERSON_NAME_KIND__COUNT, text);

	if (i == PERSON_NAME_KIND__COUNT)
		return RC_INVALID;
	*ret = (enum person_name_kind)i;
	return RC_OK;
}

const char *
residence_entry_word(enum residence_entry entry)
{
	return (unsigned)entry < ENTRY__COUNT ? entry_words[entry] : "";
}

const char *
residence_exit_word(enum residence_exit way)
{
	return (unsigned)way < EXIT__COUNT ? exit_words[way] : "";
}

const struct residence *
person_residence_on(const struct person *p, day on)
{
	for (size_t i = p->n_residences; i > 0; i--) {
		const struct residence *r = &p->residences[i - 1];

		if ((!day_known(r->from) || !day_before(on, r->from)) &&
		    (!day_known(r->until) || !day_after(on, r->until)))
			return r;
	}
	return NULL;
}

bool
person_alive_on(const struct person *p, day on)
{
	return !day_known(p->died_on) || !day_after(on, p->died_on);
}

bool
person_protection_lapsed(const struct person *p, day on)
{
	return p->is_protected && day_known(p->protected_until) && day_after(on, p->protected_until);
}

bool
person_name_put(struct person_name *names, size_t *n, const struct person_name *other)
{
	struct person_name *at;
	size_t i;

	for (i = 0; i < *n; i++)
		if (names[i].kind == other->kind && strcmp(names[i].name, other->name) == 0)
			break;
	if (i == PERSON_NAMES_MAX)
		return false;
	at = &names[i];
	if (i == *n) {
		*at = *other;
		++*n;
		return true;
	}
	if (other->kana != NULL)
		at->kana = other->kana;
	if (other->roman != NULL)
		at->roman = other->roman;
	if (day_known(other->from))
		at->from = other->from;
	if (day_known(other->until))
		at->until = other->until;
	return true;
}
