#include "record/record_check.h"

#include <string.h>

#include "base/checkdigit.h"
#include "base/limits.h"
#include "base/utf8.h"

static const char *const words[FINDING__COUNT] = {
	[FINDING_MISSING] = "missing",
	[FINDING_TOO_LONG] = "too-long",
	[FINDING_BAD_TEXT] = "bad-text",
	[FINDING_BAD_DIGITS] = "bad-digits",
	[FINDING_BAD_CHECK_DIGIT] = "bad-check-digit",
	[FINDING_UNKNOWN_CODE] = "unknown-code",
	[FINDING_BEFORE_BIRTH] = "before-birth",
	[FINDING_IN_FUTURE] = "in-future",
	[FINDING_AFTER_DEATH] = "after-death",
	[FINDING_REVERSED] = "reversed",
	[FINDING_OVERLAP] = "overlap",
	[FINDING_OUT_OF_RANGE] = "out-of-range",
};

const char *
record_check_word(enum finding_code code)
{
	return (unsigned)code < FINDING__COUNT ? words[code] : "unknown";
}

static void
add(struct finding_list *list, enum finding_code code, const char *field)
{
	if (list->n < list->room)
		list->rows[list->n] = (struct finding){ code, field };
	list->n++;
}

static void
check_text(struct finding_list *list, const char *text, const char *field)
{
	size_t len;

	if (text == NULL)
		return;
	len = strlen(text);
	if (utf8_check(text, len, UTF8_LINE, NULL) != RC_OK)
		add(list, FINDING_BAD_TEXT, field);
	else if (utf8_length(text, len) > LIMIT_NAME_CHARS)
		add(list, FINDING_TOO_LONG, field);
}

static bool
are_digits(const char *text)
{
	return text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* "99999" and words for abroad stand in these columns too; only six digits are a code. */
static void
check_municipality(struct finding_list *list, const char *code, const char *field)
{
	if (code != NULL && strlen(code) == 6 && are_digits(code) && !checkdigit_municipality(code, 6))
		add(list, FINDING_BAD_CHECK_DIGIT, field);
	else
		check_text(list, code, field);
}

static void
check_residences(struct finding_list *list, const struct person *p)
{
	for (size_t i = 0; i < p->n_residences; i++) {
		const struct residence *r = &p->residences[i];

		check_municipality(list, r->previous, "previous_municipality");
		check_municipality(list, r->next, "next_municipality");
		if (day_known(r->from) && day_known(r->until) && day_before(r->until, r->from))
			add(list, FINDING_REVERSED, "resident_until");
		if (i == 0)
			continue;
		if (!day_known(r->from) || !day_known(p->residences[i - 1].until) ||
		    !day_after(r->from, p->residences[i - 1].until))
			add(list, FINDING_OVERLAP, "resident_from");
	}
}

void
record_check_person(const struct person *p, day today, struct finding_list *list)
{
	if (p->addressee_no == NULL || p->addressee_no[0] == '\0')
		add(list, FINDING_MISSING, "addressee_no");
	else if (!are_digits(p->addressee_no))
		add(list, FINDING_BAD_DIGITS, "addressee_no");
	else if (strlen(p->addressee_no) > LIMIT_ADDRESSEE_CHARS)
		add(list, FINDING_TOO_LONG, "addressee_no");
	if (p->name == NULL || p->name[0] == '\0')
		add(list, FINDING_MISSING, "name");
	check_text(list, p->name, "name");
	check_text(list, p->kana, "kana");
	check_text(list, p->roman, "roman");
	check_text(list, p->address, "address");
	if (!day_known(p->birth.first) || !day_known(p->birth.last))
		add(list, FINDING_MISSING, "birth_date");
	else if (day_after(p->birth.first, today))
		add(list, FINDING_IN_FUTURE, "birth_date");
	if (day_known(p->died_on)) {
		if (day_after(p->died_on, today))
			add(list, FINDING_IN_FUTURE, "died_on");
		if (day_known(p->birth.first) && day_before(p->died_on, p->birth.first))
			add(list, FINDING_BEFORE_BIRTH, "died_on");
	}
	if ((unsigned)p->sex >= SEX__COUNT)
		add(list, FINDING_OUT_OF_RANGE, "sex");
	if (day_known(p->protected_from) && day_known(p->protected_until) &&
	    day_before(p->protected_until, p->protected_from))
		add(list, FINDING_REVERSED, "protected_until");
	if (p->n_residences > PERSON_RESIDENCES_MAX)
		add(list, FINDING_OUT_OF_RANGE, "resident_from");
	check_residences(list, p);
}

static bool
is_code(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if (!((*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
		    (*c >= 'a' && *c <= 'z') || *c == '-' || *c == '_' || *c == '.'))
			return false;
	return true;
}

void
record_check_dose(const struct dose *d, const struct person *who, day today,
    struct finding_list *list)
{
	bool stands = d->status != DOSE_WITHDRAWN;

	if (d->source_id == NULL || d->source_id[0] == '\0')
		add(list, FINDING_MISSING, "source_id");
	check_text(list, d->source_id, "source_id");
	if (d->source_version < 1)
		add(list, FINDING_OUT_OF_RANGE, "source_version");
	if (d->vaccine == NULL || d->vaccine[0] == '\0') {
		if (stands)
			add(list, FINDING_MISSING, "vaccine");
	} else if (strlen(d->vaccine) > LIMIT_CODE_CHARS)
		add(list, FINDING_TOO_LONG, "vaccine");
	else if (!is_code(d->vaccine))
		add(list, FINDING_UNKNOWN_CODE, "vaccine");
	if (!day_known(d->given.first) || !day_known(d->given.last)) {
		if (stands)
			add(list, FINDING_MISSING, "given_on");
	} else {
		if (day_after(d->given.first, today))
			add(list, FINDING_IN_FUTURE, "given_on");
		if (who != NULL && day_known(who->birth.first) && day_before(d->given.last, who->birth.first))
			add(list, FINDING_BEFORE_BIRTH, "given_on");
		if (who != NULL && day_known(who->died_on) && day_after(d->given.first, who->died_on))
			add(list, FINDING_AFTER_DEATH, "given_on");
	}
	if (d->volume_ul != DOSE_VOLUME_UNKNOWN && (d->volume_ul < 0 || d->volume_ul > 999999))
		add(list, FINDING_OUT_OF_RANGE, "volume_ml");
	if (d->told_no < 0 || d->told_no > DOSE_TOLD_MAX)
		add(list, FINDING_OUT_OF_RANGE, "dose_no");
	check_text(list, d->product_text, "product_name");
	check_text(list, d->lot, "lot");
	check_text(list, d->site, "site");
	check_text(list, d->route, "route");
	check_text(list, d->clinic_code, "clinic_code");
	check_text(list, d->clinic_name, "clinic_name");
	check_text(list, d->physician, "physician");
	check_text(list, d->reason, "reason");
	check_text(list, d->evidence, "evidence");
	if ((unsigned)d->status >= DOSE_STATUS__COUNT)
		add(list, FINDING_OUT_OF_RANGE, "status");
	if (d->status == DOSE_NOT_GIVEN && (d->reason == NULL || d->reason[0] == '\0'))
		add(list, FINDING_MISSING, "reason");
}
