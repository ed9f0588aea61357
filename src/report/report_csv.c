#include <stdio.h>
#include <string.h>

#include "report/csv.h"
#include "report/report.h"

/*
 * One row per dose.  show --format csv: the columns of the import file and what is made of
 * them, stable names, for the office.  export --format csv: for the resident, headings in
 * both languages, with the mark that spreadsheets need to know UTF-8.
 */

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define CREDITS_SIZE 1024

/* "dpt-1 1 valid; polio 1 valid" */
static void
credits_text(const struct history_statement *s, char text[CREDITS_SIZE])
{
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < s->n_credit && n < CREDITS_SIZE - 96; i++) {
		const struct history_credit *c = &s->credit[i];

		if (c->status == SCHEDULE_VALID)
			n += (size_t)snprintf(text + n, CREDITS_SIZE - n, "%s%s %u",
			    i > 0 ? "; " : "", c->programme.code, c->dose);
		else
			n += (size_t)snprintf(text + n, CREDITS_SIZE - n, "%s%s %s",
			    i > 0 ? "; " : "", c->programme.code, schedule_credit_name(c->status));
	}
}

static void
span_cell(struct report_out *o, bool *first, struct day_span span)
{
	char text[DAY_TEXT_SIZE] = "";

	if (day_known(span.first))
		day_span_write(span, text);
	csv_cell(o, first, text);
}

static void
day_cell(struct report_out *o, bool *first, day d)
{
	char text[DAY_TEXT_SIZE];

	day_write(d, text);
	csv_cell(o, first, text);
}

/* 0: not stated. */
static void
number_cell(struct report_out *o, bool *first, unsigned n)
{
	char text[REPORT_NUMBER_SIZE] = "";

	csv_cell(o, first, n != 0 ? report_number(n, text) : text);
}

enum rc
report_show_csv(struct buf *out, const struct history *h, enum lang lang, struct fault *why)
{
	static const char *const columns[] = {
		"addressee_no", "birth_date", "id", "version", "given_on", "vaccine", "lot",
		"expires_on", "volume_ml", "site", "route", "clinic_code", "clinic_name", "physician",
		"status", "reason", "evidence", "source_kind", "source", "source_municipality",
		"origin_municipality", "origin_id", "origin_version", "verification", "credits",
		"product_name", "dose_no",
	};
	struct report_out o;
	bool first = true;

	report_out_init(&o, out, lang);
	if (h->protected) {
		csv_cell(&o, &first, "addressee_no");
		csv_cell(&o, &first, "protected");
		csv_end(&o, &first);
		csv_cell(&o, &first, h->person.addressee_no);
		csv_cell(&o, &first, "1");
		csv_end(&o, &first);
		return report_out_end(&o);
	}
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		csv_cell(&o, &first, columns[i]);
	csv_end(&o, &first);
	for (size_t i = 0; i < h->n_statement; i++) {
		const struct history_statement *s = &h->statement[i];
		char version[24], volume[REPORT_VOLUME_SIZE], credits[CREDITS_SIZE];

		if (!report_stands(s))
			continue;
		snprintf(version, sizeof version, "%lld", (long long)s->version);
		report_volume(s->volume_ul, volume);
		credits_text(s, credits);
		csv_cell(&o, &first, h->person.addressee_no);
		span_cell(&o, &first, h->person.birth);
		csv_cell(&o, &first, s->id);
		csv_cell(&o, &first, version);
		span_cell(&o, &first, s->given);
		csv_cell(&o, &first, s->vaccine.code);
		csv_cell(&o, &first, s->lot);
		day_cell(&o, &first, s->expires);
		csv_cell(&o, &first, volume);
		csv_cell(&o, &first, s->site);
		csv_cell(&o, &first, s->route);
		csv_cell(&o, &first, s->clinic_code);
		csv_cell(&o, &first, s->clinic_name);
		csv_cell(&o, &first, s->physician);
		csv_cell(&o, &first, history_status_name(s->status));
		csv_cell(&o, &first, s->reason);
		csv_cell(&o, &first, s->evidence);
		csv_cell(&o, &first, s->source_kind);
		csv_cell(&o, &first, s->source);
		csv_cell(&o, &first, s->source_municipality.code);
		csv_cell(&o, &first, s->origin_municipality.code);
		csv_cell(&o, &first, s->origin_id);
		csv_cell(&o, &first, s->origin_version);
		csv_cell(&o, &first, s->verification);
		csv_cell(&o, &first, credits);
		csv_cell(&o, &first, s->product_text);
		number_cell(&o, &first, s->told_no);
		csv_end(&o, &first);
	}
	if (o.rc != RC_OK)
		fault_set(why, o.rc, "report", "the table does not fit");
	return report_out_end(&o);
}

/* A heading in both languages. */
static void
heading(struct report_out *o, bool *first, const char *message_id)
{
	char text[128];

	snprintf(text, sizeof text, "%s / %s", words(LANG_JA, message_id),
	    words(LANG_EN, message_id));
	csv_cell(o, first, text);
}

static void
both(struct report_out *o, bool *first, const char *ja, const char *en)
{
	char text[512];

	if (strcmp(ja, en) == 0 || en[0] == '\0')
		csv_cell(o, first, ja);
	else {
		snprintf(text, sizeof text, "%s / %s", ja, en);
		csv_cell(o, first, text);
	}
}

static void
resident_row(struct report_out *o, bool *first, const struct history_statement *s)
{
	char volume[REPORT_VOLUME_SIZE], credits[CREDITS_SIZE];

	report_volume(s->volume_ul, volume);
	credits_text(s, credits);
	span_cell(o, first, s->given);
	both(o, first, report_name(LANG_JA, &s->vaccine), report_name(LANG_EN, &s->vaccine));
	csv_cell(o, first, s->vaccine.code);
	csv_cell(o, first, credits);
	csv_cell(o, first, s->lot);
	csv_cell(o, first, volume);
	csv_cell(o, first, s->clinic_name);
	both(o, first, report_name(LANG_JA, &s->origin_municipality),
	    report_name(LANG_EN, &s->origin_municipality));
	both(o, first, report_source_kind(LANG_JA, s->source_kind),
	    report_source_kind(LANG_EN, s->source_kind));
	both(o, first, report_verification(LANG_JA, s->verification),
	    report_verification(LANG_EN, s->verification));
	both(o, first, report_statement(LANG_JA, s->status), report_statement(LANG_EN, s->status));
	csv_cell(o, first, s->reason);
	csv_cell(o, first, s->product_text);
	number_cell(o, first, s->told_no);
	csv_end(o, first);
}

enum rc
report_csv(struct buf *out, const struct history *h, enum lang lang, struct fault *why)
{
	static const char *const columns[] = {
		WORDS("Date"), WORDS("Vaccine"), WORDS("Code"), WORDS("Programme and dose"),
		WORDS("Lot"), WORDS("Volume (mL)"), WORDS("Clinic"), WORDS("Municipality"),
		WORDS("Source"), WORDS("Verification"), WORDS("Status"), WORDS("Remark"),
		WORDS("Product as written"), WORDS("Dose number as told"),
	};
	struct report_out o;
	bool first = true;

	report_out_init(&o, out, lang);
	report_put(&o, BYTE_ORDER_MARK);
	if (h->protected) {
		heading(&o, &first, WORDS("The record is protected."));
		csv_end(&o, &first);
		return report_out_end(&o);
	}
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		heading(&o, &first, columns[i]);
	csv_end(&o, &first);
	for (size_t i = 0; i < h->n_statement; i++)
		if (report_stands(&h->statement[i]))
			resident_row(&o, &first, &h->statement[i]);
	if (o.rc != RC_OK)
		fault_set(why, o.rc, "report", "the table does not fit");
	return report_out_end(&o);
}
