#include "action/entry_check.h"

#include <string.h>

#include "base/words.h"

enum rc
entry_warn(struct buf *out, const char *programme, const char *text, day on)
{
	char written[DAY_TEXT_SIZE];
	enum rc rc = RC_OK;

	if (out->len > 0)
		rc = buf_add_text(out, "; ");
	if (rc == RC_OK && programme != NULL)
		rc = buf_printf(out, "%s: ", programme);
	if (rc == RC_OK)
		rc = buf_add_text(out, text);
	if (rc == RC_OK && day_known(on)) {
		day_write(on, written);
		rc = buf_printf(out, ", lawful from %s", written);
	}
	return rc;
}

/* The law's reasons that are worth a look, with the day that each of them names; NULL: the rest explains
 * and warns of nothing.  The sentences stand in the catalogue with and without ", lawful from #-#-#". */
static const char *
sentence(enum schedule_reason_code code, bool *ret_day)
{
	*ret_day = false;
	switch (code) {
	case SCHEDULE_TOO_YOUNG:
		*ret_day = true;
		return WORDS("below the lowest age");
	case SCHEDULE_INTERVAL_SHORT:
		*ret_day = true;
		return WORDS("too soon after the dose before");
	case SCHEDULE_LIVE_INTERVAL:
		*ret_day = true;
		return WORDS("too soon after another vaccine");
	case SCHEDULE_CAUTIOUS_DAY:
		*ret_day = true;
		return WORDS("soon after a dose that did not count");
	case SCHEDULE_TOO_OLD:
		return WORDS("after the last day");
	case SCHEDULE_OUTSIDE_TARGET:
		return WORDS("outside the days or persons of the routine programme");
	case SCHEDULE_NOT_IN_FORCE:
		return WORDS("this product is not of the routine programme on that day");
	case SCHEDULE_WRONG_VACCINE:
		return WORDS("this product does not serve here");
	case SCHEDULE_AFTER_COMPLETE:
		return WORDS("nothing was left to give");
	case SCHEDULE_DUPLICATE:
		return WORDS("the same antigen was given on the same day");
	case SCHEDULE_DOCTOR_JUDGEMENT:
		return WORDS("lawful by a doctor's judgement alone");
	case SCHEDULE_COURSE_CHANGED:
		return WORDS("the interval makes it a longer course");
	case SCHEDULE_EXCLUSION:
		return WORDS("the person is excluded");
	case SCHEDULE_DISEASE_HISTORY:
		return WORDS("the person has had the disease");
	case SCHEDULE_AGE: case SCHEDULE_INTERVAL: case SCHEDULE_COHORT: case SCHEDULE_SEASON:
	case SCHEDULE_EXTENSION: case SCHEDULE_IMPRECISE_DATE: case SCHEDULE_DEEMED: case SCHEDULE_AFTER_DEATH:
	case SCHEDULE_BEFORE_BIRTH: case SCHEDULE_FUTURE: case SCHEDULE_UNCONFIRMED: case SCHEDULE_REASON__COUNT:
		break;
	}
	return NULL;
}

static enum rc
check_credit(const struct history_credit *credit, struct buf *out)
{
	bool said = false, has_day;
	enum rc rc;

	for (size_t i = 0; i < credit->n_reason; i++) {
		const struct history_reason *r = &credit->reason[i];
		const char *text = sentence(r->code, &has_day);

		if (text == NULL)
			continue;
		said = true;
		if ((rc = entry_warn(out, credit->programme.code, text, has_day ? r->day_a : DAY_NONE)) != RC_OK)
			return rc;
	}
	if (said)
		return RC_OK;
	switch (credit->status) {
	case SCHEDULE_NOT_VALID:
		return entry_warn(out, credit->programme.code, WORDS("does not count"), DAY_NONE);
	case SCHEDULE_EXTRA:
		return entry_warn(out, credit->programme.code, WORDS("nothing was left to give"), DAY_NONE);
	case SCHEDULE_CREDIT_REVIEW:
		return entry_warn(out, credit->programme.code, WORDS("a person must decide whether it counts"), DAY_NONE);
	case SCHEDULE_VALID:
	case SCHEDULE_CREDIT__COUNT:
		break;
	}
	return RC_OK;
}

static bool
was_resident(const struct person *who, const struct day_span *given)
{
	for (size_t i = 0; i < who->n_residences; i++) {
		const struct residence *r = &who->residences[i];

		/* On some day it can mean: what is not known is no reproach. */
		if ((!day_known(r->from) || !day_after(r->from, given->last)) &&
		    (!day_known(r->until) || !day_before(r->until, given->first)))
			return true;
	}
	return who->n_residences == 0;
}

static const struct history_statement *
find(const struct history *h, const struct dose *d)
{
	char id[ID_TEXT_SIZE];

	id_write(&d->statement, id);
	for (size_t i = 0; i < h->n_statement; i++)
		if (strcmp(h->statement[i].id, id) == 0)
			return &h->statement[i];
	return NULL;
}

/* The same vaccine told twice for one day: perhaps one dose, told by two. */
static bool
is_told_twice(const struct history *h, const struct history_statement *s)
{
	for (size_t i = 0; i < h->n_statement; i++) {
		const struct history_statement *other = &h->statement[i];

		if (other != s && other->status == HISTORY_GIVEN && !other->superseded &&
		    day_equal(other->given.first, s->given.first) && day_equal(other->given.last, s->given.last) &&
		    strcmp(other->vaccine.code, s->vaccine.code) == 0)
			return true;
	}
	return false;
}

/* Each pair of which the rules speak; what an officer has decided is no news. */
static enum rc
check_duplicates(const struct history *h, const struct history_statement *s, struct buf *out)
{
	const char *text, *said = NULL;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < h->n_duplicate && rc == RC_OK; i++) {
		const struct history_duplicate *p = &h->duplicate[i];
		const struct duplicate_finding f = { p->verdict, (int)p->rule };

		if (p->state == DUPLICATE_DECIDED || (strcmp(p->first, s->id) != 0 && strcmp(p->second, s->id) != 0) ||
		    (text = duplicate_rule_text(&f)) == said)
			continue;
		said = text;
		rc = entry_warn(out, NULL, text, DAY_NONE);
	}
	return rc;
}

enum rc
entry_check(const struct history *h, const struct person *who, const struct dose *d,
    struct buf *ret_warnings)
{
	const struct history_statement *s;
	enum rc rc;

	if (h->protected || d->status != DOSE_GIVEN || (s = find(h, d)) == NULL)
		return RC_OK;
	if (!was_resident(who, &d->given) &&
	    (rc = entry_warn(ret_warnings, NULL, WORDS("not resident here on that day"), DAY_NONE)) != RC_OK)
		return rc;
	if (day_known(d->expires) && day_before(d->expires, d->given.first) &&
	    (rc = entry_warn(ret_warnings, NULL, WORDS("the lot had expired on that day"), DAY_NONE)) != RC_OK)
		return rc;
	if (is_told_twice(h, s) &&
	    (rc = entry_warn(ret_warnings, NULL, WORDS("the same vaccine is on record for the same day"), DAY_NONE)) != RC_OK)
		return rc;
	if ((rc = check_duplicates(h, s, ret_warnings)) != RC_OK)
		return rc;
	if (s->is_unknown &&
	    (rc = entry_warn(ret_warnings, NULL, WORDS("the law file knows no such product"), DAY_NONE)) != RC_OK)
		return rc;
	for (size_t i = 0; i < s->n_credit; i++)
		if ((rc = check_credit(&s->credit[i], ret_warnings)) != RC_OK)
			return rc;
	return RC_OK;
}
