#include <string.h>

#include "record/reaction.h"
#include "report/report.h"
#include "report/report_words.h"

/* show: for people at the office. */

static void
line(struct report_out *o, const char *text)
{
	report_put(o, text);
	report_put(o, "\n");
}

static void
labelled(struct report_out *o, const char *label, const char *text)
{
	if (text[0] != '\0')
		report_printf(o, "  %s: %s\n", words(o->lang, label), text);
}

static void
reasons(struct report_out *o, const char *indent, enum reason_of of,
    const struct history_reason *r, size_t n)
{
	char text[REASON_TEXT_SIZE], iso[DAY_TEXT_SIZE];

	for (size_t i = 0; i < n; i++) {
		const char *citation = report_citation(o->lang, &r[i]);

		report_reason(o, o->lang, of, &r[i], text);
		report_printf(o, "%s・%s", indent, text);
		day_write(r[i].in_force, iso);
		if (citation[0] != '\0' && day_known(r[i].in_force)) {
			report_put(o, o->lang == LANG_JA ? "〔" : " [");
			report_put(o, citation);
			report_say(o, o->lang, WORDS(", in force {1}"), iso, NULL, NULL);
			report_put(o, o->lang == LANG_JA ? "〕" : "]");
		} else if (citation[0] != '\0') {
			report_put(o, o->lang == LANG_JA ? "〔" : " [");
			report_put(o, citation);
			report_put(o, o->lang == LANG_JA ? "〕" : "]");
		}
		report_put(o, "\n");
	}
}

static void
person(struct report_out *o, const struct history *h)
{
	const struct history_person *p = &h->person;
	char text[REPORT_SPAN_SIZE];

	report_printf(o, "%s", p->name);
	if (p->kana[0] != '\0')
		report_printf(o, o->lang == LANG_JA ? "（%s）" : " (%s)", p->kana);
	report_put(o, "\n");
	labelled(o, WORDS("Addressee number"), p->addressee_no);
	report_span(o->lang, p->birth, text);
	labelled(o, WORDS("Born"), text);
	labelled(o, WORDS("Sex"), report_sex(o->lang, p->sex));
	labelled(o, WORDS("Address"), p->address);
	report_day(o->lang, p->died_on, text);
	labelled(o, WORDS("Died"), text);
	labelled(o, WORDS("Ticket"), p->ticket_no);
	report_day(o->lang, h->as_of, text);
	labelled(o, WORDS("As of"), text);
	report_printf(o, "  %s: %s %s\n", words(o->lang, WORDS("Law")), h->law_version, h->law_hash);
}

static void
credit(struct report_out *o, const struct history_credit *c)
{
	char number[REPORT_NUMBER_SIZE];

	report_printf(o, "       %s: %s", report_name(o->lang, &c->programme),
	    report_credit(o->lang, c->status));
	if (c->status == SCHEDULE_VALID)
		report_say(o, o->lang, WORDS(" (dose {1})"), report_number(c->dose, number), NULL,
		    NULL);
	report_put(o, "\n");
	reasons(o, "         ", REASON_OF_CREDIT, c->reason, c->n_reason);
}

static void
statement(struct report_out *o, const struct history_statement *s)
{
	char text[REPORT_SPAN_SIZE], volume[REPORT_VOLUME_SIZE];

	report_span(o->lang, s->given, text);
	report_printf(o, "  %s  %s", text, report_name(o->lang, &s->vaccine));
	if (s->status != HISTORY_GIVEN)
		report_printf(o, " — %s%s%s", report_statement(o->lang, s->status),
		    s->reason[0] != '\0' ? ": " : "", s->reason);
	report_put(o, "\n     ");
	report_volume(s->volume_ul, volume);
	if (s->lot[0] != '\0')
		report_printf(o, "%s %s  ", words(o->lang, WORDS("Lot")), s->lot);
	if (volume[0] != '\0')
		report_printf(o, "%s mL  ", volume);
	if (s->clinic_name[0] != '\0')
		report_printf(o, "%s  ", s->clinic_name);
	report_printf(o, "%s: %s (%s), %s", words(o->lang, WORDS("source")),
	    report_source_kind(o->lang, s->source_kind),
	    report_name(o->lang, &s->source_municipality),
	    report_verification(o->lang, s->verification));
	if (s->origin_municipality.code[0] != '\0' &&
	    strcmp(s->origin_municipality.code, s->source_municipality.code) != 0)
		report_printf(o, ", %s: %s", words(o->lang, WORDS("first recorded by")),
		    report_name(o->lang, &s->origin_municipality));
	report_put(o, "\n");
	/* By which it is corrected, withdrawn or reported on. */
	report_printf(o, "     %s %s\n", words(o->lang, WORDS("dose id")), s->id);
	if (s->is_unknown && s->status == HISTORY_GIVEN)
		report_printf(o, "       %s\n", words(o->lang,
		    WORDS("unknown product: the law file does not name it, it counts in no programme")));
	for (size_t i = 0; i < s->n_credit; i++)
		credit(o, &s->credit[i]);
}

static void
next(struct report_out *o, const struct history_forecast *f)
{
	char from[REPORT_DAY_SIZE], until[REPORT_DAY_SIZE];
	char dose[REPORT_NUMBER_SIZE], remaining[REPORT_NUMBER_SIZE];

	report_printf(o, "  %s: %s%s", report_name(o->lang, &f->programme),
	    report_status(o->lang, f->status),
	    f->overdue ? words(o->lang, WORDS(" (past the standard period)")) : "");
	report_say(o, o->lang, WORDS("; dose {1} ({2}), {3} remaining"),
	    report_number(f->dose, dose), report_kind(o->lang, f->kind),
	    report_number(f->remaining, remaining));
	report_put(o, "\n");
	report_day(o->lang, f->earliest, from);
	report_day(o->lang, f->latest, until);
	if (until[0] != '\0')
		report_say(o, o->lang, WORDS("       from {1} until {2}\n"), from, until, NULL);
	else
		report_say(o, o->lang, WORDS("       from {1}, no last day\n"), from, NULL, NULL);
	if (day_known(f->standard_from) || day_known(f->standard_to)) {
		report_day(o->lang, f->standard_from, from);
		report_day(o->lang, f->standard_to, until);
		report_printf(o, "       %s: %s – %s\n",
		    words(o->lang, WORDS("standard period")), from, until);
	}
	report_printf(o, "       %s:", words(o->lang, WORDS("vaccines")));
	for (size_t i = 0; i < f->n_choice; i++)
		report_printf(o, "%s %s", i > 0 ? "," : "",
		    report_name(o->lang, &f->choice[i].vaccine));
	report_put(o, "\n");
	reasons(o, "       ", REASON_OF_FORECAST, f->reason, f->n_reason);
}

/* One line naming the programmes of a status, when there are any. */
static void
summary(struct report_out *o, const struct history *h, enum schedule_status status)
{
	bool first = true;

	for (size_t i = 0; i < h->n_forecast; i++) {
		const struct history_forecast *f = &h->forecast[i];

		if (f->status != status || f->has_next)
			continue;
		if (first)
			report_printf(o, "  %s: ", report_status(o->lang, status));
		else
			report_put(o, o->lang == LANG_JA ? "、" : ", ");
		report_put(o, report_name(o->lang, &f->programme));
		first = false;
	}
	if (!first)
		report_put(o, "\n");
}

/* What comes only in many years: one line. */
static void
far(struct report_out *o, const struct history *h)
{
	char from[DAY_TEXT_SIZE];
	bool first = true;

	for (size_t i = 0; i < h->n_forecast; i++) {
		if (!report_is_far(&h->forecast[i], h->as_of))
			continue;
		report_put(o, first ? "  " : o->lang == LANG_JA ? "、" : ", ");
		if (first)
			report_printf(o, "%s: ", words(o->lang, WORDS("in ten years or more")));
		day_write(h->forecast[i].earliest, from);
		report_put(o, report_name(o->lang, &h->forecast[i].programme));
		report_say(o, o->lang, WORDS(" (from {1})"), from, NULL, NULL);
		first = false;
	}
	if (!first)
		report_put(o, "\n");
}

static void
forecasts(struct report_out *o, const struct history *h)
{
	static const enum schedule_status order[] = {
		SCHEDULE_DUE, SCHEDULE_REVIEW, SCHEDULE_UPCOMING,
	};

	for (size_t k = 0; k < sizeof order / sizeof order[0]; k++) {
		for (size_t i = 0; i < h->n_forecast; i++)
			if (h->forecast[i].status == order[k] && h->forecast[i].has_next &&
			    !report_is_far(&h->forecast[i], h->as_of))
				next(o, &h->forecast[i]);
		summary(o, h, order[k]);
	}
	far(o, h);
	summary(o, h, SCHEDULE_COMPLETE);
	summary(o, h, SCHEDULE_EXEMPT);
	summary(o, h, SCHEDULE_CLOSED);
	summary(o, h, SCHEDULE_NOT_ELIGIBLE);
}

/* What is told more than once: the statements that do not count, and what waits for somebody. */
static void
duplicates(struct report_out *o, const struct history *h)
{
	char text[REPORT_SPAN_SIZE], number[REPORT_NUMBER_SIZE];
	bool any = false;

	for (size_t i = 0; i < h->n_statement; i++)
		any = any || h->statement[i].merged;
	for (size_t i = 0; i < h->n_duplicate; i++)
		any = any || h->duplicate[i].state == DUPLICATE_OPEN;
	if (!any)
		return;
	report_printf(o, "\n%s\n", words(o->lang, WORDS("Told more than once")));
	for (size_t i = 0; i < h->n_statement; i++) {
		const struct history_statement *s = &h->statement[i];

		if (!s->merged)
			continue;
		report_span(o->lang, s->given, text);
		report_printf(o, "  %s  %s, %s: %s (%s) — ", text, report_name(o->lang, &s->vaccine),
		    words(o->lang, WORDS("source")), report_source_kind(o->lang, s->source_kind),
		    report_name(o->lang, &s->source_municipality));
		report_say(o, o->lang, WORDS("told by another source too; counted once"), NULL, NULL, NULL);
		report_put(o, "\n");
	}
	for (size_t i = 0; i < h->n_duplicate; i++) {
		const struct history_duplicate *p = &h->duplicate[i];
		const struct duplicate_finding f = { p->verdict, (int)p->rule };

		if (p->state != DUPLICATE_OPEN)
			continue;
		report_put(o, "  ");
		report_say(o, o->lang, WORDS("Pair {1} waits for a decision: {2}"),
		    report_number((size_t)p->no, number), words(o->lang, duplicate_rule_text(&f)), NULL);
		report_put(o, "\n");
	}
}

static void
sources(struct report_out *o, const struct history *h)
{
	char text[REPORT_DAY_SIZE], number[REPORT_NUMBER_SIZE];

	for (size_t i = 0; i < h->n_source; i++) {
		const struct history_source *s = &h->source[i];

		report_day(o->lang, s->as_of, text);
		report_printf(o, "  %s: %s", report_name(o->lang, &s->municipality),
		    report_known(o->lang, s->known));
		if (text[0] != '\0')
			report_say(o, o->lang, WORDS(", known as of {1}"), text, NULL, NULL);
		if (s->known == HISTORY_ANSWERED)
			report_say(o, o->lang, WORDS(", {1} entries"),
			    report_number(s->statements, number), NULL, NULL);
		report_put(o, "\n");
	}
	line(o, words(o->lang,
	    WORDS("  A dose that is not recorded here is not known; that does not mean \"not vaccinated\".")));
}

static const char *
letter_word(enum lang lang, const char *word)
{
	static const struct { const char *word, *said; } known[] = {
		{ "notice", WORDS("notice") }, { "reminder", WORDS("reminder") },
		{ "recommendation", WORDS("individual recommendation") }, { "planned", WORDS("to be mailed") },
		{ "mailed", WORDS("mailed") }, { "returned", WORDS("came back") }, { "resent", WORDS("sent again") },
		{ "left-out", WORDS("not sent") }, { "undone", WORDS("taken back before it was mailed") },
		{ "dead", WORDS("dead") }, { "departed", WORDS("not resident any more") },
		{ "protected", WORDS("protected then") }, { "refused", WORDS("wishes no letters") },
		{ "lately", WORDS("written to about this lately") },
		{ "came-back", WORDS("the last letter came back, and nothing has changed since") },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(known[i].word, word) == 0)
			return words(lang, known[i].said);
	return word;
}

static void
letters(struct report_out *o, const struct history *h)
{
	char text[REPORT_DAY_SIZE];

	if (h->n_letter == 0)
		return;
	report_printf(o, "\n%s\n", words(o->lang, WORDS("Letters")));
	for (size_t i = 0; i < h->n_letter; i++) {
		const struct history_letter *l = &h->letter[i];

		report_day(o->lang, l->on, text);
		report_printf(o, "  %s  %s  %s: %s%s%s\n", text, report_name(o->lang, &l->programme),
		    letter_word(o->lang, l->purpose), letter_word(o->lang, l->state), l->reason[0] != '\0' ? " - " : "",
		    letter_word(o->lang, l->reason));
	}
}

/* What is withdrawn was none after all, and stands in the way of who reads. */
static void
reports(struct report_out *o, const struct history *h)
{
	char text[REPORT_DAY_SIZE], span[REPORT_SPAN_SIZE];
	bool headed = false;

	for (size_t i = 0; i < h->n_report; i++) {
		const struct history_report *r = &h->report[i];
		const struct reaction_symptom *s = reaction_symptom_find(r->what);
		const struct history_statement *dose = NULL;

		if (strcmp(r->state, "withdrawn") == 0)
			continue;
		if (!headed)
			report_printf(o, "\n%s\n", words(o->lang, WORDS("Reports about doses")));
		headed = true;
		for (size_t k = 0; k < h->n_statement && dose == NULL; k++)
			if (strcmp(h->statement[k].id, r->dose) == 0)
				dose = &h->statement[k];
		report_day(o->lang, r->on, text);
		report_printf(o, "  %s  %s %s: %s", text, words(o->lang, strcmp(r->kind, "mistake") == 0 ?
		    WORDS("wrong vaccination") : WORDS("suspected adverse reaction")), r->number,
		    s == NULL ? words(o->lang, r->what) : o->lang == LANG_JA ? s->ja : s->en);
		if (dose != NULL) {
			report_span(o->lang, dose->given, span);
			report_printf(o, " (%s %s)", report_name(o->lang, &dose->vaccine), span);
		}
		if (day_known(r->began.first)) {
			report_span(o->lang, r->began, span);
			report_printf(o, ", %s %s", words(o->lang, WORDS("began on")), span);
		}
		report_printf(o, " - %s\n", words(o->lang, r->state));
	}
}

enum rc
report_text(struct buf *out, const struct history *h, enum lang lang, struct fault *why)
{
	struct report_out o;
	size_t n = 0;

	report_out_init(&o, out, lang);
	if (h->protected) {
		report_printf(&o, "%s %s\n", h->person.addressee_no,
		    words(lang, WORDS("The record is protected.")));
		return report_out_end(&o);
	}
	person(&o, h);
	report_printf(&o, "\n%s\n", words(lang, WORDS("Recorded doses")));
	for (size_t i = 0; i < h->n_statement; i++)
		if (report_stands(&h->statement[i])) {
			statement(&o, &h->statement[i]);
			n++;
		}
	if (n == 0)
		report_printf(&o, "  %s\n", words(lang, WORDS("none")));
	reports(&o, h);
	duplicates(&o, h);
	report_printf(&o, "\n%s\n", words(lang, WORDS("What is due")));
	forecasts(&o, h);
	report_printf(&o, "\n%s\n", words(lang, WORDS("What is known, and from whom")));
	sources(&o, h);
	letters(&o, h);
	if (o.rc != RC_OK)
		fault_set(why, o.rc, "report", "the text does not fit");
	return report_out_end(&o);
}
