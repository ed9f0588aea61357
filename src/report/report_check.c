#include <string.h>

#include "json/document.h"
#include "report/report.h"
#include "report/report_words.h"

/*
 * check: what a clinic may see and decide on.  Kana, age, and for every vaccine whether it
 * may be given today, why, and from when.  No number, no address, no source.
 *
 * ◯ lawful today and inside or before the standard end; △ lawful but late, or a person must
 * decide, or only on a doctor's judgement; ✕ not lawful today, with the next day.
 */
enum mark { MARK_YES, MARK_CARE, MARK_NO, MARK__COUNT };

static const struct {
	const char *sign, *name;
} marks[MARK__COUNT] = {
	[MARK_YES] = { "◯", "yes" }, [MARK_CARE] = { "△", "care" }, [MARK_NO] = { "✕", "no" },
};

#define CHECK_LINES 128

/* A vaccine, over all programmes in which it can be given next. */
struct line {
	const struct history_choice *choice;	/* of the best programme */
	const struct history_forecast *forecast;
	enum mark mark;
};

static enum mark
mark_of(const struct history_forecast *f, const struct history_choice *c, day as_of)
{
	bool open = !day_after(c->earliest, as_of) &&
	    (!day_known(c->latest) || !day_after(as_of, c->latest));

	if (f->status == SCHEDULE_REVIEW)
		return MARK_CARE;
	if (f->by_judgement)
		return MARK_CARE;
	if (f->status != SCHEDULE_DUE || !open)
		return MARK_NO;
	return f->overdue ? MARK_CARE : MARK_YES;
}

/* A combination is as good as the best programme that asks for it. */
static size_t
collect(const struct history *h, struct line line[CHECK_LINES])
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_forecast; i++)
		for (size_t c = 0; h->forecast[i].has_next && c < h->forecast[i].n_choice; c++) {
			const struct history_choice *choice = &h->forecast[i].choice[c];
			struct line l = { choice, &h->forecast[i],
			    mark_of(&h->forecast[i], choice, h->as_of) };
			size_t k = 0;

			while (k < n && strcmp(line[k].choice->vaccine.code, choice->vaccine.code) != 0)
				k++;
			if (k == CHECK_LINES)
				return n;
			if (k == n)
				line[n++] = l;
			else if (l.mark < line[k].mark || (l.mark == line[k].mark &&
			    day_before(choice->earliest, line[k].choice->earliest)))
				line[k] = l;
		}
	return n;
}

/* Age as people count it: the birthday itself is day 0 of the new year. */
static void
age(day birth, day as_of, unsigned part[3])
{
	int months = day_months_reached(birth, day_add(as_of, -1));
	day from;

	if (months < 0)
		months = 0;
	from = months == 0 ? birth : day_add(day_age_months(birth, months), 1);
	part[0] = (unsigned)months / 12;
	part[1] = (unsigned)months % 12;
	part[2] = day_before(as_of, from) ? 0 : (unsigned)day_gap(from, as_of);
}

static void
put_age(struct report_out *o, const struct history *h)
{
	char y[REPORT_NUMBER_SIZE], m[REPORT_NUMBER_SIZE], d[REPORT_NUMBER_SIZE];
	unsigned part[3];

	if (!day_equal(h->person.birth.first, h->person.birth.last) ||
	    !day_known(h->person.birth.first)) {
		report_say(o, o->lang, WORDS("birth date not known exactly"), NULL, NULL, NULL);
		return;
	}
	age(h->person.birth.first, h->as_of, part);
	report_say(o, o->lang, WORDS("{1} years {2} months {3} days"), report_number(part[0], y),
	    report_number(part[1], m), report_number(part[2], d));
}

static void
put_line(struct report_out *o, const struct line *l)
{
	const struct history_forecast *f = l->forecast;
	char number[REPORT_NUMBER_SIZE], text[REASON_TEXT_SIZE], date[REPORT_DAY_SIZE];

	report_printf(o, "%s  %s  %s", marks[l->mark].sign,
	    report_name(o->lang, &l->choice->vaccine), report_name(o->lang, &f->programme));
	report_say(o, o->lang, WORDS(" dose {1}: "), report_number(f->dose, number), NULL, NULL);
	report_day(o->lang, l->choice->earliest, date);
	if (l->mark == MARK_NO)
		report_say(o, o->lang, WORDS("not today; from {1}"), date, NULL, NULL);
	else if (f->status == SCHEDULE_REVIEW)
		report_say(o, o->lang, WORDS("a person must decide; not before {1}"), date, NULL, NULL);
	else if (f->by_judgement)
		report_say(o, o->lang, WORDS("only on a doctor's judgement"), NULL, NULL, NULL);
	else if (l->mark == MARK_CARE)
		report_say(o, o->lang, WORDS("may be given today, but the standard period is past"), NULL,
		    NULL, NULL);
	else
		report_say(o, o->lang, WORDS("may be given today"), NULL, NULL, NULL);
	report_day(o->lang, l->choice->latest, date);
	if (date[0] != '\0')
		report_say(o, o->lang, WORDS(" (last day {1})"), date, NULL, NULL);
	report_put(o, "\n");
	for (size_t i = 0; i < f->n_reason; i++) {
		report_reason(o, o->lang, REASON_OF_FORECAST, &f->reason[i], text);
		report_printf(o, "     %s", text);
		if (report_citation(o->lang, &f->reason[i])[0] != '\0')
			report_printf(o, o->lang == LANG_JA ? "〔%s〕" : " [%s]",
			    report_citation(o->lang, &f->reason[i]));
		report_put(o, "\n");
	}
}

static void
put_others(struct report_out *o, const struct history *h, enum schedule_status status)
{
	bool first = true;

	for (size_t i = 0; i < h->n_forecast; i++) {
		if (h->forecast[i].status != status || h->forecast[i].has_next)
			continue;
		if (first)
			report_printf(o, "%s  %s: ",
			    marks[status == SCHEDULE_REVIEW ? MARK_CARE : MARK_NO].sign,
			    report_status(o->lang, status));
		else
			report_put(o, o->lang == LANG_JA ? "、" : ", ");
		report_put(o, report_name(o->lang, &h->forecast[i].programme));
		first = false;
	}
	if (!first)
		report_put(o, "\n");
}

enum rc
report_check_text(struct buf *out, const struct history *h, enum lang lang, struct fault *why)
{
	struct line line[CHECK_LINES];
	struct report_out o;
	char date[REPORT_DAY_SIZE];
	size_t n;

	report_out_init(&o, out, lang);
	if (h->protected) {
		report_printf(&o, "%s\n", words(lang, WORDS("The record is protected.")));
		return report_out_end(&o);
	}
	n = collect(h, line);
	report_day(lang, h->as_of, date);
	report_printf(&o, "%s  ", h->person.kana);
	put_age(&o, h);
	report_printf(&o, "  %s: %s\n", words(lang, WORDS("As of")), date);
	for (enum mark m = MARK_YES; m < MARK__COUNT; m++)
		for (size_t i = 0; i < n; i++)
			if (line[i].mark == m && !report_is_far(line[i].forecast, h->as_of))
				put_line(&o, &line[i]);
	put_others(&o, h, SCHEDULE_REVIEW);
	put_others(&o, h, SCHEDULE_COMPLETE);
	put_others(&o, h, SCHEDULE_EXEMPT);
	put_others(&o, h, SCHEDULE_CLOSED);
	if (history_is_incomplete(h))
		report_printf(&o, "%s\n", words(lang,
		    WORDS("Records of another place are still missing: please look at the handbook too.")));
	report_printf(&o, "%s\n", words(lang,
	    WORDS("A dose that is not recorded is not known; that does not mean \"not vaccinated\".")));
	if (o.rc != RC_OK)
		fault_set(why, o.rc, "report", "the text does not fit");
	return report_out_end(&o);
}

static void
json_line(struct json_document *d, struct report_out *o, const struct line *l)
{
	const struct history_forecast *f = l->forecast;
	char text[REASON_TEXT_SIZE];

	json_document_object(d, NULL);
	json_document_text(d, "vaccine", l->choice->vaccine.code);
	json_document_text(d, "mark", marks[l->mark].sign);
	json_document_text(d, "decision", marks[l->mark].name);
	json_document_text(d, "programme", f->programme.code);
	json_document_integer(d, "dose", f->dose);
	json_document_text(d, "status", schedule_status_name(f->status));
	json_document_bool(d, "overdue", f->overdue);
	json_document_day(d, "earliest", l->choice->earliest);
	json_document_day(d, "latest", l->choice->latest);
	json_document_array(d, "reasons");
	for (size_t i = 0; i < f->n_reason; i++) {
		report_reason(o, o->lang, REASON_OF_FORECAST, &f->reason[i], text);
		json_document_object(d, NULL);
		json_document_text(d, "code", schedule_reason_name(f->reason[i].code));
		json_document_text(d, "text", text);
		json_document_text_if(d, "source", report_citation(o->lang, &f->reason[i]));
		json_document_close(d);
	}
	json_document_close(d);
	json_document_close(d);
}

enum rc
report_check_json(struct buf *out, const struct history *h, enum lang lang, struct fault *why)
{
	struct line line[CHECK_LINES];
	struct json_document d;
	struct report_out o;
	unsigned part[3];
	size_t n;
	enum rc rc;

	json_document_init(&d, false);
	report_out_init(&o, out, lang);
	if (h->protected)
		json_document_bool(&d, "protected", true);
	else {
		n = collect(h, line);
		json_document_text(&d, "kana", h->person.kana);
		if (day_known(h->person.birth.first) &&
		    day_equal(h->person.birth.first, h->person.birth.last)) {
			age(h->person.birth.first, h->as_of, part);
			json_document_object(&d, "age");
			json_document_integer(&d, "years", part[0]);
			json_document_integer(&d, "months", part[1]);
			json_document_integer(&d, "days", part[2]);
			json_document_close(&d);
		}
		json_document_day(&d, "asOf", h->as_of);
		json_document_bool(&d, "recordsMissing", history_is_incomplete(h));
		json_document_array(&d, "vaccines");
		for (size_t i = 0; i < n; i++)
			json_line(&d, &o, &line[i]);
		json_document_close(&d);
		json_document_array(&d, "programmes");
		for (size_t i = 0; i < h->n_forecast; i++) {
			json_document_object(&d, NULL);
			json_document_text(&d, "programme", h->forecast[i].programme.code);
			json_document_text(&d, "status", schedule_status_name(h->forecast[i].status));
			json_document_close(&d);
		}
		json_document_close(&d);
	}
	rc = json_document_write(&d, false, out);
	json_document_clear(&d);
	return rc == RC_OK ? rc : fault_set(why, rc, "report", "the JSON document does not fit");
}
