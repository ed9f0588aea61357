#include <stdio.h>
#include <string.h>

#include "base/era.h"
#include "report/html.h"
#include "report/page_style.h"
#include "report/report.h"
#include "report/report_words.h"

/*
 * export --format html: the record for the resident, in Japanese and English side by side,
 * for a screen and for paper, without scripts.  The language asked for comes first.
 * Neither number nor address is on it.
 */
struct page {
	struct html h;
	struct report_out words;	/* for reasons only */
	const struct history *history;
	enum lang first, second;
};

static const char *const lang_codes[LANG__COUNT] = { [LANG_JA] = "ja", [LANG_EN] = "en" };

/* The second language, smaller, below; nothing when it says the same. */
static void
other(struct page *p, const char *first, const char *second)
{
	if (second[0] == '\0' || strcmp(first, second) == 0)
		return;
	html_open(&p->h, "span");
	html_attr(&p->h, "class", "other");
	html_attr(&p->h, "lang", lang_codes[p->second]);
	html_text(&p->h, second);
	html_close(&p->h);
}

/* The words of a message in both languages. */
static void
both(struct page *p, const char *message_id)
{
	const char *first = words(p->first, message_id);

	html_text(&p->h, first);
	other(p, first, words(p->second, message_id));
}

static void
put_both(struct page *p, const char *element, const char *message_id)
{
	html_open(&p->h, element);
	both(p, message_id);
	html_close(&p->h);
}

static void
name_both(struct page *p, const struct history_name *name)
{
	const char *first = report_name(p->first, name);

	html_text(&p->h, first);
	other(p, first, report_name(p->second, name));
}

/* 2024-04-12, and below it 12 Apr 2024 / 令和6年4月12日. */
static void
date(struct page *p, day d)
{
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};
	char iso[DAY_TEXT_SIZE], era[ERA_TEXT_SIZE], text[ERA_TEXT_SIZE + 64];
	int year, month, mday;

	if (!day_known(d))
		return;
	day_write(d, iso);
	era_write(d, era);
	day_split(d, &year, &month, &mday);
	snprintf(text, sizeof text, "%d %s %d%s%s", mday, months[month - 1], year,
	    strcmp(era, iso) == 0 ? "" : " / ", strcmp(era, iso) == 0 ? "" : era);
	html_text(&p->h, iso);
	html_open(&p->h, "span");
	html_attr(&p->h, "class", "other");
	html_text(&p->h, text);
	html_close(&p->h);
}

static void
span(struct page *p, struct day_span s)
{
	char part[DAY_TEXT_SIZE];

	if (!day_known(s.first)) {
		both(p, WORDS("date not known"));
		return;
	}
	if (day_equal(s.first, s.last)) {
		date(p, s.first);
		return;
	}
	day_span_write(s, part);
	html_text(&p->h, part);
	html_text(&p->h, " ");
	both(p, strlen(part) == 7 ? WORDS("(day not known)") : WORDS("(month and day not known)"));
}

static void
term(struct page *p, const char *message_id)
{
	html_open(&p->h, "div");
	put_both(p, "dt", message_id);
	html_open(&p->h, "dd");
}

static void
term_end(struct page *p)
{
	html_close(&p->h);
	html_close(&p->h);
}

static void
person(struct page *p)
{
	const struct history *h = p->history;
	const struct history_person *who = &h->person;

	html_open(&p->h, "dl");
	html_attr(&p->h, "class", "person");
	term(p, WORDS("Name"));
	html_text(&p->h, who->name[0] != '\0' ? who->name : who->kana);
	html_open(&p->h, "span");
	html_attr(&p->h, "class", "other");
	html_text(&p->h, who->name[0] != '\0' ? who->kana : "");
	if (who->roman[0] != '\0') {
		html_text(&p->h, " / ");
		html_text(&p->h, who->roman);
	}
	html_close(&p->h);
	term_end(p);
	term(p, WORDS("Born"));
	span(p, who->birth);
	term_end(p);
	term(p, WORDS("Sex"));
	html_text(&p->h, report_sex(p->first, who->sex));
	other(p, "", report_sex(p->second, who->sex));
	term_end(p);
	if (day_known(who->died_on)) {
		term(p, WORDS("Died"));
		date(p, who->died_on);
		term_end(p);
	}
	term(p, WORDS("Issued by"));
	name_both(p, &h->municipality);
	if (h->institution[0] != '\0') {
		html_text(&p->h, " ");
		html_text(&p->h, h->institution);
	}
	term_end(p);
	if (day_known(h->made_on)) {
		term(p, WORDS("Issued on"));
		date(p, h->made_on);
		term_end(p);
	}
	term(p, WORDS("As of"));
	date(p, h->as_of);
	term_end(p);
	html_close(&p->h);
}

static void
head_cell(struct page *p, const char *message_id)
{
	html_open(&p->h, "th");
	html_attr(&p->h, "scope", "col");
	both(p, message_id);
	html_close(&p->h);
}

static void
reasons(struct page *p, enum reason_of of, const struct history_reason *r, size_t n)
{
	char first[REASON_TEXT_SIZE], second[REASON_TEXT_SIZE];

	if (n == 0)
		return;
	html_open(&p->h, "ul");
	html_attr(&p->h, "class", "plain");
	for (size_t i = 0; i < n; i++) {
		report_reason(&p->words, p->first, of, &r[i], first);
		report_reason(&p->words, p->second, of, &r[i], second);
		html_open(&p->h, "li");
		html_text(&p->h, first);
		other(p, first, second);
		if (report_citation(p->first, &r[i])[0] != '\0') {
			html_open(&p->h, "span");
			html_attr(&p->h, "class", "cite");
			html_text(&p->h, report_citation(p->first, &r[i]));
			other(p, report_citation(p->first, &r[i]), report_citation(p->second, &r[i]));
			html_close(&p->h);
		}
		html_close(&p->h);
	}
	html_close(&p->h);
}

static void
mark(struct page *p, const char *kind, const char *sign, const char *first, const char *second)
{
	char class[32];

	snprintf(class, sizeof class, "mark %s", kind);
	html_open(&p->h, "span");
	html_attr(&p->h, "class", class);
	html_text(&p->h, sign);
	html_text(&p->h, first);
	html_close(&p->h);
	other(p, first, second);
}

static void
credits(struct page *p, const struct history_statement *s)
{
	char first[REPORT_DOSE_SIZE], second[REPORT_DOSE_SIZE];

	if (s->status != HISTORY_GIVEN) {
		mark(p, "no", "", report_statement(p->first, s->status),
		    report_statement(p->second, s->status));
		if (s->reason[0] != '\0')
			html_put(&p->h, "div", s->reason);
		return;
	}
	if (s->n_credit == 0)
		both(p, WORDS("not part of a routine programme"));
	for (size_t i = 0; i < s->n_credit; i++) {
		const struct history_credit *c = &s->credit[i];

		html_open(&p->h, "div");
		name_both(p, &c->programme);
		if (c->status == SCHEDULE_VALID) {
			report_dose(p->first, c->dose, first);
			report_dose(p->second, c->dose, second);
			html_put(&p->h, "strong", first);
			other(p, first, second);
		} else {
			mark(p, c->status == SCHEDULE_NOT_VALID ? "no" : "late", "",
			    report_credit(p->first, c->status), report_credit(p->second, c->status));
		}
		reasons(p, REASON_OF_CREDIT, c->reason, c->n_reason);
		html_close(&p->h);
	}
}

static void
dose_row(struct page *p, const struct history_statement *s)
{
	char volume[REPORT_VOLUME_SIZE];

	report_volume(s->volume_ul, volume);
	html_open(&p->h, "tr");
	html_open(&p->h, "td");
	html_attr(&p->h, "class", "date");
	span(p, s->given);
	html_close(&p->h);
	html_open(&p->h, "th");
	html_attr(&p->h, "scope", "row");
	name_both(p, &s->vaccine);
	html_close(&p->h);
	html_open(&p->h, "td");
	credits(p, s);
	html_close(&p->h);
	html_open(&p->h, "td");
	html_text(&p->h, s->lot);
	if (volume[0] != '\0') {
		html_open(&p->h, "span");
		html_attr(&p->h, "class", "other");
		html_text(&p->h, volume);
		html_text(&p->h, " mL");
		html_close(&p->h);
	}
	html_close(&p->h);
	html_open(&p->h, "td");
	html_text(&p->h, s->clinic_name);
	if (s->physician[0] != '\0') {
		html_open(&p->h, "span");
		html_attr(&p->h, "class", "other");
		html_text(&p->h, s->physician);
		html_close(&p->h);
	}
	html_close(&p->h);
	html_open(&p->h, "td");
	name_both(p, &s->origin_municipality);
	html_open(&p->h, "div");
	html_text(&p->h, report_source_kind(p->first, s->source_kind));
	other(p, "", report_source_kind(p->second, s->source_kind));
	html_close(&p->h);
	html_open(&p->h, "div");
	html_text(&p->h, report_verification(p->first, s->verification));
	other(p, "", report_verification(p->second, s->verification));
	html_close(&p->h);
	html_close(&p->h);
	html_close(&p->h);
}

static void
table_open(struct page *p, const char *caption, const char *const *column, size_t n)
{
	html_open(&p->h, "div");
	html_attr(&p->h, "class", "scroll");
	/* What scrolls must be reachable with the keyboard. */
	html_attr(&p->h, "tabindex", "0");
	html_attr(&p->h, "role", "region");
	html_attr(&p->h, "aria-label", words(p->first, caption));
	html_open(&p->h, "table");
	put_both(p, "caption", caption);
	html_open(&p->h, "thead");
	html_open(&p->h, "tr");
	for (size_t i = 0; i < n; i++)
		head_cell(p, column[i]);
	html_close(&p->h);
	html_close(&p->h);
	html_open(&p->h, "tbody");
}

static void
table_close(struct page *p)
{
	html_close(&p->h);
	html_close(&p->h);
	html_close(&p->h);
}

static void
doses(struct page *p)
{
	static const char *const columns[] = {
		WORDS("Date"), WORDS("Vaccine"), WORDS("Programme and dose"), WORDS("Lot"),
		WORDS("Clinic"), WORDS("Recorded by; source"),
	};
	const struct history *h = p->history;
	size_t n = 0;

	put_both(p, "h2", WORDS("Recorded doses"));
	for (size_t i = 0; i < h->n_statement; i++)
		n += report_stands(&h->statement[i]);
	if (n == 0) {
		put_both(p, "p", WORDS("No dose is recorded here."));
		return;
	}
	table_open(p, WORDS("One row per dose, oldest first; dates are year-month-day"), columns,
	    sizeof columns / sizeof columns[0]);
	for (size_t i = 0; i < h->n_statement; i++)
		if (report_stands(&h->statement[i]))
			dose_row(p, &h->statement[i]);
	table_close(p);
}

static void
forecast_row(struct page *p, const struct history_forecast *f)
{
	char number[REPORT_NUMBER_SIZE];
	const char *kind = f->status == SCHEDULE_DUE && !f->overdue ? "now" : "late";

	html_open(&p->h, "tr");
	html_open(&p->h, "th");
	html_attr(&p->h, "scope", "row");
	name_both(p, &f->programme);
	html_close(&p->h);
	html_open(&p->h, "td");
	html_text(&p->h, report_number(f->dose, number));
	html_open(&p->h, "span");
	html_attr(&p->h, "class", "other");
	html_text(&p->h, report_kind(p->first, f->kind));
	html_text(&p->h, " / ");
	html_text(&p->h, report_kind(p->second, f->kind));
	html_close(&p->h);
	html_close(&p->h);
	html_open(&p->h, "td");
	if (f->status == SCHEDULE_UPCOMING) {
		html_text(&p->h, report_status(p->first, f->status));
		other(p, "", report_status(p->second, f->status));
	} else
		mark(p, kind, "", report_status(p->first, f->status), report_status(p->second, f->status));
	if (f->overdue)
		put_both(p, "div", WORDS("past the standard period"));
	html_close(&p->h);
	html_open(&p->h, "td");
	html_attr(&p->h, "class", "date");
	date(p, f->earliest);
	html_close(&p->h);
	html_open(&p->h, "td");
	html_attr(&p->h, "class", "date");
	if (day_known(f->latest))
		date(p, f->latest);
	else
		both(p, WORDS("no last day"));
	html_close(&p->h);
	html_open(&p->h, "td");
	for (size_t i = 0; i < f->n_choice; i++) {
		html_open(&p->h, "div");
		name_both(p, &f->choice[i].vaccine);
		html_close(&p->h);
	}
	html_close(&p->h);
	html_open(&p->h, "td");
	reasons(p, REASON_OF_FORECAST, f->reason, f->n_reason);
	html_close(&p->h);
	html_close(&p->h);
}

static void
forecasts(struct page *p)
{
	static const char *const columns[] = {
		WORDS("Programme"), WORDS("Dose"), WORDS("Status"), WORDS("Earliest day"),
		WORDS("Last day"), WORDS("Vaccines"), WORDS("Reason and article"),
	};
	static const enum schedule_status order[] = {
		SCHEDULE_DUE, SCHEDULE_REVIEW, SCHEDULE_UPCOMING,
	};
	const struct history *h = p->history;
	size_t n = 0;

	put_both(p, "h2", WORDS("What is still to be given"));
	for (size_t i = 0; i < h->n_forecast; i++)
		n += h->forecast[i].has_next && !report_is_far(&h->forecast[i], h->as_of);
	if (n == 0) {
		put_both(p, "p", WORDS("Nothing is to be given."));
		return;
	}
	table_open(p, WORDS("Days are as the Immunization Act allows; both ends are included"), columns,
	    sizeof columns / sizeof columns[0]);
	for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
		for (size_t i = 0; i < h->n_forecast; i++)
			if (h->forecast[i].has_next && h->forecast[i].status == order[k] &&
			    !report_is_far(&h->forecast[i], h->as_of))
				forecast_row(p, &h->forecast[i]);
	table_close(p);
}

/* Programmes without a next dose, by what holds for them; who is not in a target group is left out. */
static void
settled(struct page *p)
{
	static const enum schedule_status order[] = {
		SCHEDULE_COMPLETE, SCHEDULE_EXEMPT, SCHEDULE_CLOSED, SCHEDULE_REVIEW, SCHEDULE_UPCOMING,
	};
	const struct history *h = p->history;
	bool open = false;

	for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
		for (size_t i = 0; i < h->n_forecast; i++) {
			const struct history_forecast *f = &h->forecast[i];

			if (f->status != order[k] || (f->has_next && !report_is_far(f, h->as_of)))
				continue;
			if (!open) {
				put_both(p, "h2", WORDS("Other programmes"));
				html_open(&p->h, "ul");
				open = true;
			}
			html_open(&p->h, "li");
			html_text(&p->h, report_name(p->first, &f->programme));
			html_text(&p->h, ": ");
			html_text(&p->h, report_status(p->first, f->status));
			html_open(&p->h, "span");
			html_attr(&p->h, "class", "other");
			html_attr(&p->h, "lang", lang_codes[p->second]);
			html_text(&p->h, report_name(p->second, &f->programme));
			html_text(&p->h, ": ");
			html_text(&p->h, report_status(p->second, f->status));
			html_close(&p->h);
			if (f->has_next) {
				html_text(&p->h, words(p->first, WORDS("Earliest day")));
				html_text(&p->h, ": ");
				date(p, f->earliest);
			}
			html_close(&p->h);
		}
	if (open)
		html_close(&p->h);
}

static void
known(struct page *p)
{
	const struct history *h = p->history;

	put_both(p, "h2", WORDS("What is known, and from whom"));
	html_open(&p->h, "div");
	html_attr(&p->h, "class", "notice");
	put_both(p, "p",
	    WORDS("A dose that is not recorded is not known; that does not mean \"not vaccinated\"."));
	html_close(&p->h);
	if (h->n_source == 0)
		return;
	html_open(&p->h, "ul");
	for (size_t i = 0; i < h->n_source; i++) {
		const struct history_source *s = &h->source[i];

		html_open(&p->h, "li");
		html_text(&p->h, report_name(p->first, &s->municipality));
		html_text(&p->h, ": ");
		html_text(&p->h, report_known(p->first, s->known));
		html_open(&p->h, "span");
		html_attr(&p->h, "class", "other");
		html_attr(&p->h, "lang", lang_codes[p->second]);
		html_text(&p->h, report_name(p->second, &s->municipality));
		html_text(&p->h, ": ");
		html_text(&p->h, report_known(p->second, s->known));
		html_close(&p->h);
		if (day_known(s->as_of))
			date(p, s->as_of);
		html_close(&p->h);
	}
	html_close(&p->h);
}

static void
foot(struct page *p)
{
	html_open(&p->h, "footer");
	put_both(p, "p", WORDS("Which doses count and what is due was worked out from the law named here; the same record and the same law give the same answer again."));
	html_open(&p->h, "p");
	html_text(&p->h, words(p->first, WORDS("Law")));
	html_text(&p->h, " ");
	html_text(&p->h, p->history->law_version);
	html_text(&p->h, " ");
	html_text(&p->h, p->history->law_hash);
	html_close(&p->h);
	html_close(&p->h);
}

static void
meta(struct page *p, const char *name, const char *content)
{
	html_void(&p->h, "meta");
	html_attr(&p->h, "name", name);
	html_attr(&p->h, "content", content);
	html_void_end(&p->h);
}

enum rc
report_html(struct buf *out, const struct history *h, enum lang lang, struct fault *why)
{
	struct page p = {
		.history = h, .first = lang, .second = lang == LANG_JA ? LANG_EN : LANG_JA,
	};
	size_t start = out->len;
	enum rc rc;

	report_out_init(&p.words, out, lang);
	p.words.days = REASON_DAYS_ISO;
	html_init(&p.h);
	html_open(&p.h, "html");
	html_attr(&p.h, "lang", lang_codes[lang]);
	html_open(&p.h, "head");
	html_void(&p.h, "meta");
	html_attr(&p.h, "charset", "utf-8");
	html_void_end(&p.h);
	meta(&p, "viewport", "width=device-width, initial-scale=1");
	meta(&p, "referrer", "no-referrer");
	html_put(&p.h, "title", words(lang, WORDS("Immunization Record")));
	html_style(&p.h, report_page_styles[0].text);
	html_close(&p.h);
	html_open(&p.h, "body");
	html_open(&p.h, "main");
	put_both(&p, "h1", WORDS("Immunization Record"));
	if (h->protected)
		put_both(&p, "p", WORDS("The record is protected."));
	else {
		person(&p);
		doses(&p);
		forecasts(&p);
		settled(&p);
		known(&p);
	}
	html_close(&p.h);
	if (!h->protected)
		foot(&p);
	html_close(&p.h);
	html_close(&p.h);
	rc = html_end(&p.h, out);
	if (rc == RC_OK)
		return RC_OK;
	buf_truncate(out, start);
	return fault_set(why, rc, "report", "the page cannot be written");
}
