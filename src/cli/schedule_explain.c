#include "cli/schedule_tell.h"

/* --- doses --- */

void
tell_credit(struct teller *t, const struct schedule_credit *c, const struct schedule_step *s, day given)
{
	char n[16];
	bool plain = given.n == t->t->person->dose[c->dose_index].given.last.n;

	tell_text(t, "    ");
	tell_programme(t, c->programme);
	switch ((enum schedule_credit_status)c->status) {
	case SCHEDULE_VALID:
		tell_words(t, WORDS(": counts as dose {1}."), tell_number(c->dose, n), "", "");
		break;
	case SCHEDULE_NOT_VALID:
		tell_text(t, words(t->lang, WORDS(": does not count.")));
		break;
	case SCHEDULE_EXTRA:
		tell_text(t, words(t->lang, WORDS(": is extra and counts for nothing.")));
		break;
	case SCHEDULE_CREDIT_REVIEW:
	case SCHEDULE_CREDIT__COUNT:
		tell_text(t, words(t->lang, WORDS(": a person must decide whether it counts.")));
		break;
	}
	tell_text(t, "\n");
	if (s->asked && plain) {
		tell_period(t, s, true);
		if (c->status != SCHEDULE_EXTRA) {
			tell_course(t, s, c->dose == 1 || (!day_known(s->first_dose)));
			tell_place(t, s);
			if (c->status == SCHEDULE_VALID)
				tell_interval(t, c->programme, s, given);
		}
	}
	if (!plain && c->status == SCHEDULE_VALID) {
		tell_bullet(t);
		tell_text(t, words(t->lang, WORDS("Every day that the date can mean gives the same answer.")));
		tell_text(t, "\n");
	}
	tell_reasons(t, REASON_OF_CREDIT, c->reason, c->n_reasons, s);
}

static void
tell_doses(struct teller *t)
{
	const struct json_person *p = t->t->person;
	size_t c = 0;

	tell_text(t, "\n");
	tell_text(t, words(t->lang, WORDS("Doses on record")));
	tell_text(t, "\n");
	if (p->n_dose == 0) {
		tell_text(t, "  ");
		tell_text(t, words(t->lang, WORDS("None. That does not mean that none was ever given.")));
		tell_text(t, "\n");
	}
	for (size_t i = 0; i < p->n_dose && t->rc == RC_OK; i++) {
		struct day_text d;
		day first = p->dose[i].given.first;
		bool credited = false;

		tell_text(t, "\n  ");
		if (day_equal(first, p->dose[i].given.last))
			tell_text(t, tell_day(t, first, &d));
		else
			tell_words(t, WORDS("{1} (no exact day)"), p->echo[i].date.text, "", "");
		tell_text(t, words(t->lang, WORDS(": ")));
		tell_text(t, tell_product(t, p->dose[i].product));
		tell_text(t, " (");
		tell_text(t, law_string(t->law, t->law->product[p->dose[i].product].code));
		tell_text(t, ")\n");
		for (; c < t->t->answer->n_credit && t->t->answer->credit[c].dose_index == i; c++) {
			tell_credit(t, &t->t->answer->credit[c], &t->t->trail->credit[c], first);
			credited = true;
		}
		if (!credited) {
			tell_text(t, "    ");
			tell_text(t, words(t->lang, WORDS("Belongs to no programme of the Act; it matters only for the distance to other vaccines.")));
			tell_text(t, "\n");
		}
	}
}

/* --- forecasts --- */

static void
say_status(struct teller *t, const struct schedule_forecast *f)
{
	char n[16];

	switch ((enum schedule_status)f->status) {
	case SCHEDULE_DUE:
		if (f->next.kind == LAW_DOSE_SEASONAL) {
			tell_text(t, words(t->lang, WORDS(": the dose of this season may be given now.")));
			break;
		}
		tell_words(t, f->overdue ? WORDS(": dose {1} may be given now; the standard period is already over.") :
		    WORDS(": dose {1} may be given now."), tell_number(f->next.dose, n), "", "");
		break;
	case SCHEDULE_UPCOMING:
		if (f->next.kind == LAW_DOSE_SEASONAL) {
			tell_text(t, words(t->lang, WORDS(": once a season, later.")));
			break;
		}
		tell_words(t, WORDS(": dose {1} can be given later."), tell_number(f->next.dose, n), "", "");
		break;
	case SCHEDULE_COMPLETE:
		tell_text(t, words(t->lang, WORDS(": complete.")));
		break;
	case SCHEDULE_EXEMPT:
		tell_text(t, words(t->lang, WORDS(": not needed, or excluded by law.")));
		break;
	case SCHEDULE_CLOSED:
		tell_text(t, words(t->lang, WORDS(": no lawful day is left; doses are missing.")));
		break;
	case SCHEDULE_NOT_ELIGIBLE:
		tell_text(t, words(t->lang, WORDS(": this person is not in the group that the law names.")));
		break;
	case SCHEDULE_REVIEW:
	case SCHEDULE_STATUS__COUNT:
		tell_text(t, words(t->lang, WORDS(": a person must decide.")));
		break;
	}
}

static void
tell_next(struct teller *t, const struct schedule_forecast *f)
{
	const struct schedule_next *next = &f->next;
	char n[16];

	tell_bullet(t);
	tell_text(t, words(t->lang, WORDS("So it may lawfully be given ")));
	tell_span(t, next->earliest, next->latest);
	tell_text(t, words(t->lang, WORDS(".")));
	if (day_known(next->standard_from) || day_known(next->standard_to)) {
		tell_text(t, words(t->lang, WORDS(" The standard period is ")));
		tell_span(t, next->standard_from, next->standard_to);
		tell_text(t, words(t->lang, WORDS(".")));
	}
	tell_text(t, "\n");
	if (next->n_choices > 0) {
		tell_bullet(t);
		tell_text(t, words(t->lang, WORDS("Vaccines, first choice first: ")));
		for (unsigned i = 0; i < next->n_choices; i++) {
			const struct schedule_choice *c = &next->choice[i];

			if (i > 0)
				tell_text(t, words(t->lang, WORDS(", ")));
			tell_text(t, tell_product(t, c->product));
			if (!day_equal(c->earliest, next->earliest) || !day_equal(c->latest, next->latest)) {
				tell_text(t, " (");
				tell_span(t, c->earliest, c->latest);
				tell_text(t, ")");
			}
		}
		tell_text(t, words(t->lang, WORDS(".")));
		tell_text(t, "\n");
	}
	tell_bullet(t);
	if (f->remaining == 1)
		tell_text(t, words(t->lang, WORDS("One dose is still missing by the shortest course.")));
	else
		tell_words(t, WORDS("{1} doses are still missing by the shortest course."), tell_number(f->remaining, n), "", "");
	tell_text(t, "\n");
}

static bool
has_reason(const struct schedule_forecast *f, enum schedule_reason_code code)
{
	for (unsigned i = 0; i < f->n_reasons; i++)
		if (f->reason[i].code == code)
			return true;
	return false;
}

static bool
law_names_a_sex(const struct law *law, uint16_t programme)
{
	const struct law_programme *p = &law->programme[programme];

	for (uint16_t i = p->first_target; i < p->first_target + p->n_targets; i++)
		if (law->target[i].who.sex != 0)
			return true;
	return false;
}

/* Why a person must decide, where no text is in doubt but what is on record; NULL. */
static const char *
open_on_record(const struct teller *t, const struct schedule_forecast *f)
{
	const struct schedule_answer *a = t->t->answer;
	enum schedule_sex sex = t->t->person->person.sex;

	if (f->status != SCHEDULE_REVIEW)
		return NULL;
	if (sex != SCHEDULE_SEX_FEMALE && sex != SCHEDULE_SEX_MALE && law_names_a_sex(t->law, f->programme))
		return WORDS("The law names one sex only, and the sex on record does not tell whether it is this person's.");
	for (size_t i = 0; i < a->n_credit; i++)
		if (a->credit[i].programme == f->programme && a->credit[i].status == SCHEDULE_CREDIT_REVIEW)
			return WORDS("It depends on a dose on record of which a person must decide.");
	return NULL;
}

static void
tell_forecast_reasons(struct teller *t, const struct schedule_forecast *f, const struct schedule_step *s)
{
	const char *open = open_on_record(t, f);

	for (unsigned i = 0; i < f->n_reasons; i++) {
		const struct schedule_reason *r = &f->reason[i];

		if (r->code == SCHEDULE_IMPRECISE_DATE && s->asked)
			continue;	/* told before the steps */
		if (r->code == SCHEDULE_UNCONFIRMED && r->source == LAW_NONE && open != NULL) {
			tell_bullet(t);
			tell_text(t, words(t->lang, open));
			tell_text(t, "\n");
		} else
			tell_reasons(t, REASON_OF_FORECAST, r, 1, s);
	}
}

static void
tell_forecast(struct teller *t, const struct schedule_forecast *f, const struct schedule_step *s)
{
	tell_text(t, "\n  ");
	tell_programme(t, f->programme);
	say_status(t, f);
	tell_text(t, "\n");
	if (s->asked) {
		if (has_reason(f, SCHEDULE_IMPRECISE_DATE)) {
			tell_bullet(t);
			tell_text(t, words(t->lang, WORDS("It depends on a dose whose day is not known exactly; course, place and interval are told for one of the days that it can mean.")));
			tell_text(t, "\n");
		}
		tell_period(t, s, false);
		tell_course(t, s, f->next.dose == 1);
		tell_place(t, s);
		tell_interval(t, f->programme, s, (day){ INT32_MAX });
	}
	tell_forecast_reasons(t, f, s);
	if (f->has_next)
		tell_next(t, f);
}

static bool
wanted_now(const struct schedule_forecast *f)
{
	return f->status == SCHEDULE_DUE || f->status == SCHEDULE_UPCOMING || f->status == SCHEDULE_REVIEW;
}

static void
tell_forecasts(struct teller *t, const char *title, bool later)
{
	const struct schedule_answer *a = t->t->answer;
	bool any = false;

	for (size_t i = 0; i < a->n_forecast; i++) {
		const struct schedule_forecast *f = &a->forecast[i];

		if (!wanted_now(f) || (f->status == SCHEDULE_UPCOMING) != later)
			continue;
		if (!any) {
			tell_text(t, "\n");
			tell_text(t, words(t->lang, title));
			tell_text(t, "\n");
		}
		any = true;
		tell_forecast(t, f, &t->t->trail->forecast[f->programme]);
	}
}

/* Programmes of which nothing is wanted: a line each, with the reason that decided. */
static void
tell_rest(struct teller *t)
{
	const struct schedule_answer *a = t->t->answer;
	bool died = false;

	tell_text(t, "\n");
	tell_text(t, words(t->lang, WORDS("Programmes of which nothing is to be given")));
	tell_text(t, "\n");
	for (size_t i = 0; i < a->n_forecast; i++) {
		const struct schedule_forecast *f = &a->forecast[i];

		if (wanted_now(f))
			continue;
		if (has_reason(f, SCHEDULE_AFTER_DEATH)) {
			died = true;
			continue;
		}
		tell_text(t, "  ");
		tell_programme(t, f->programme);
		say_status(t, f);
		tell_text(t, "\n");
		if (f->status != SCHEDULE_NOT_ELIGIBLE && f->status != SCHEDULE_COMPLETE)
			tell_reasons(t, REASON_OF_FORECAST, f->reason, f->n_reasons, &t->t->trail->forecast[f->programme]);
	}
	if (died) {
		tell_text(t, "  ");
		tell_text(t, words(t->lang, WORDS("The person has died; of the programmes that are not named here nothing more is asked.")));
		tell_text(t, "\n");
	}
}

static void
tell_head(struct teller *t)
{
	day birth = t->t->person->person.birth;
	struct day_text d, b;
	char years[16], months[16];
	int all = day_months_reached(birth, t->t->as_of);

	tell_words(t, WORDS("As of {1}, by the law data {2}."), tell_day(t, t->t->as_of, &d),
	    law_string(t->law, t->law->version), "");
	tell_text(t, "\n");
	tell_words(t, WORDS("Born on {1}; age on that day: "), tell_day(t, birth, &b), "", "");
	if (all >= 12)
		tell_words(t, all / 12 == 1 ? WORDS("1 year") : WORDS("{1} years"), tell_number(all / 12, years), "", "");
	if (all >= 12 && all % 12 != 0 && t->lang == LANG_EN)
		tell_text(t, " ");
	if (all < 12 || all % 12 != 0)
		tell_words(t, all % 12 == 1 ? WORDS("1 month") : WORDS("{1} months"), tell_number(all % 12, months), "", "");
	tell_text(t, words(t->lang, WORDS(".")));
	tell_text(t, "\n");
}

enum rc
schedule_explain_write(const struct schedule_telling *telling, struct buf *out)
{
	size_t start = out->len;
	struct teller t;

	tell_begin(&t, telling, out);
	tell_head(&t);
	tell_doses(&t);
	tell_forecasts(&t, WORDS("What may be given now"), false);
	tell_forecasts(&t, WORDS("What can be given later"), true);
	tell_rest(&t);
	if (t.rc != RC_OK)
		buf_truncate(out, start);
	return t.rc;
}
