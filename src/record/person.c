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
