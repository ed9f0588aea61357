#include "action/resident_row.h"

#include <string.h>

#include "base/checkdigit.h"
#include "record/code.h"

/* Optional day; false when something stands there that is none. */
static bool
optional_day(const char *text, day *ret)
{
	if (text == NULL)
		return true;
	return day_parse(text, strlen(text), ret) == RC_OK;
}

const char *
resident_row_residence(const struct resident_row *row, struct residence *ret, const char **ret_column)
{
	const char *code;

	*ret = (struct residence){ .from = row->from, .until = DAY_NONE };
	*ret_column = "resident_from";
	if (!day_known(row->from))
		return row->cell[RESIDENT_FROM] == NULL ? "missing" : "not-a-day";
	*ret_column = "resident_until";
	if (!optional_day(row->cell[RESIDENT_UNTIL], &ret->until))
		return "not-a-day";
	if (day_known(ret->until) && day_before(ret->until, ret->from))
		return "reversed";
	*ret_column = "previous_municipality";
	ret->previous = row->cell[RESIDENT_PREVIOUS];
	if (ret->previous != NULL && code_municipality_to_ask(ret->previous, ret->from, &code) == RC_INVALID)
		return "bad-check-digit";
	*ret_column = "next_municipality";
	ret->next = row->cell[RESIDENT_NEXT];
	if (ret->next != NULL && code_municipality_to_ask(ret->next, ret->from, &code) == RC_INVALID)
		return "bad-check-digit";
	return NULL;
}

static void
over(const char *cell, const char **to)
{
	if (cell != NULL)
		*to = cell;
}

static const char *
registration(const struct resident_row *row, struct person *p, const char **ret_column)
{
	const char *text = row->cell[RESIDENT_REGISTRATION];

	*ret_column = "registration";
	/* The file is that of the resident register, unless it says otherwise. */
	p->registration = PERSON_RESIDENT;
	if (text == NULL)
		return NULL;
	if (person_registration_parse(text, &p->registration) != RC_OK)
		return "unknown-code";
	over(row->cell[RESIDENT_REGISTRATION_BASIS], &p->registration_basis);
	*ret_column = "registration_basis";
	if (p->registration != PERSON_RESIDENT && p->registration_basis == NULL)
		return "missing";
	*ret_column = "registration_until";
	return optional_day(row->cell[RESIDENT_REGISTRATION_UNTIL], &p->registration_until) ? NULL : "not-a-day";
}

const char *
resident_row_items(const struct resident_row *row, struct person *p, const char **ret_column)
{
	const char *text, *word;

	p->addressee_no = row->cell[RESIDENT_ADDRESSEE];
	over(row->cell[RESIDENT_NAME], &p->name);
	over(row->cell[RESIDENT_KANA], &p->kana);
	over(row->cell[RESIDENT_ROMAN], &p->roman);
	over(row->cell[RESIDENT_ADDRESS], &p->address);
	over(row->cell[RESIDENT_HOUSEHOLD], &p->household_no);
	over(row->cell[RESIDENT_MAILING_ADDRESS], &p->mailing_address);
	over(row->cell[RESIDENT_MAILING_NAME], &p->mailing_name);
	over(row->cell[RESIDENT_LANGUAGE], &p->language);
	*ret_column = "birth_date";
	if ((text = row->cell[RESIDENT_BIRTH]) == NULL)
		return "missing";
	if (day_span_parse(text, strlen(text), &p->birth) != RC_OK)
		return "not-a-day";
	*ret_column = "sex";
	if ((text = row->cell[RESIDENT_SEX]) != NULL && person_sex_parse(text, strlen(text), &p->sex) != RC_OK)
		return "unknown-code";
	*ret_column = "died_on";
	/* Alive, says the register that leaves it empty: so it takes a mistaken death back. */
	p->died_on = DAY_NONE;
	if (!optional_day(row->cell[RESIDENT_DIED], &p->died_on))
		return "not-a-day";
	*ret_column = "protected";
	text = row->cell[RESIDENT_PROTECTED];
	if (text != NULL && strcmp(text, "0") != 0 && strcmp(text, "1") != 0)
		return "unknown-code";
	p->is_protected = text != NULL && *text == '1';
	p->protected_from = p->protected_until = DAY_NONE;
	*ret_column = "protected_from";
	if (!optional_day(row->cell[RESIDENT_PROTECTED_FROM], &p->protected_from))
		return "not-a-day";
	*ret_column = "protected_until";
	if (!optional_day(row->cell[RESIDENT_PROTECTED_UNTIL], &p->protected_until))
		return "not-a-day";
	if ((word = registration(row, p, ret_column)) != NULL)
		return word;
	*ret_column = "my_number";
	text = row->cell[RESIDENT_NUMBER];
	if (text != NULL && !checkdigit_mynumber(text, strlen(text)))
		return "bad-check-digit";
	return NULL;
}

const char *
resident_row_other_name(const struct resident_row *row, struct person_name *names, size_t *n,
    const char **ret_column)
{
	struct person_name other = { .kind = NAME_OTHER, .name = row->cell[RESIDENT_OTHER_NAME],
	    .kana = row->cell[RESIDENT_OTHER_KANA], .roman = row->cell[RESIDENT_OTHER_ROMAN], .from = DAY_NONE,
	    .until = DAY_NONE };
	const char *kind = row->cell[RESIDENT_OTHER_KIND];

	*ret_column = "other_name";
	if (other.name == NULL)
		return kind != NULL || other.kana != NULL || other.roman != NULL ? "missing" : NULL;
	if (strlen(other.name) > LIMIT_NAME_CHARS * 4)
		return "too-long";
	*ret_column = "other_kind";
	if (kind != NULL && person_name_kind_parse(kind, &other.kind) != RC_OK)
		return "unknown-code";
	*ret_column = "other_name";
	return person_name_put(names, n, &other) ? NULL : "too-many-names";
}

const char *
resident_row_guardian(const struct resident_row *row, struct guardian *ret, bool *ret_has, const char **ret_column)
{
	const char *relation = row->cell[RESIDENT_GUARDIAN_RELATION];

	*ret = (struct guardian){ .guardian = ID_NONE, .basis = row->cell[RESIDENT_GUARDIAN_BASIS], .from = DAY_NONE,
	    .until = DAY_NONE };
	*ret_has = false;
	for (int i = RESIDENT_GUARDIAN; i <= RESIDENT_GUARDIAN_UNTIL; i++)
		*ret_has |= row->cell[i] != NULL;
	if (!*ret_has)
		return NULL;
	if (row->cell[RESIDENT_GUARDIAN] == NULL) {
		ret->name = row->cell[RESIDENT_GUARDIAN_NAME];
		ret->kana = row->cell[RESIDENT_GUARDIAN_KANA];
		*ret_column = "guardian_name";
		if (ret->name == NULL)
			return "missing";
	}
	*ret_column = "guardian_relation";
	if (relation == NULL)
		return "missing";
	if (store_guardian_relation_parse(relation, &ret->relation) != RC_OK)
		return "unknown-code";
	*ret_column = "guardian_basis";
	if (ret->basis == NULL)
		return "missing";
	*ret_column = "guardian_from";
	if (row->cell[RESIDENT_GUARDIAN_FROM] == NULL)
		return "missing";
	if (!optional_day(row->cell[RESIDENT_GUARDIAN_FROM], &ret->from))
		return "not-a-day";
	*ret_column = "guardian_until";
	if (!optional_day(row->cell[RESIDENT_GUARDIAN_UNTIL], &ret->until))
		return "not-a-day";
	return day_known(ret->until) && day_before(ret->until, ret->from) ? "reversed" : NULL;
}
