#include <stdio.h>
#include <string.h>

#include "json/write.h"
#include "report/csv.h"
#include "report/report.h"

/* due: a list that may be as long as the town; written row by row. */

static const char *const format_names[REPORT_DUE__COUNT] = {
	[REPORT_DUE_TEXT] = "text", [REPORT_DUE_CSV] = "csv", [REPORT_DUE_JSON] = "json",
};

enum rc
report_due_find(const char *name, enum report_due_format *ret_format)
{
	for (int i = 0; i < REPORT_DUE__COUNT; i++)
		if (strcmp(format_names[i], name) == 0) {
			*ret_format = (enum report_due_format)i;
			return RC_OK;
		}
	return RC_ABSENT;
}

enum rc
report_due_begin(struct report_due *d, struct buf *out, enum report_due_format format,
    enum lang lang, day as_of)
{
	static const char *const columns[] = {
		"addressee_no", "protected", "name", "kana", "birth_date", "programme", "status",
		"overdue", "dose", "earliest", "standard_from", "standard_to", "latest", "vaccines",
		"source",
	};
	struct report_out o;
	char text[REPORT_DAY_SIZE];
	bool first = true;

	*d = (struct report_due){ format, lang, as_of, 0 };
	report_out_init(&o, out, lang);
	switch (format) {
	case REPORT_DUE_TEXT:
		report_day(lang, as_of, text);
		report_printf(&o, "%s: %s\n", words(lang, WORDS("As of")), text);
		break;
	case REPORT_DUE_CSV:
		for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
			csv_cell(&o, &first, columns[i]);
		csv_end(&o, &first);
		break;
	case REPORT_DUE_JSON:
		report_put(&o, "[");
		break;
	case REPORT_DUE__COUNT:
		break;
	}
	return report_out_end(&o);
}

static void
text_row(struct report_out *o, const struct report_due_row *row)
{
	const struct history_person *p = row->person;
	const struct history_forecast *f = row->forecast;
	char birth[DAY_TEXT_SIZE] = "", from[DAY_TEXT_SIZE], until[DAY_TEXT_SIZE];
	char dose[REPORT_NUMBER_SIZE];

	if (row->protected) {
		report_printf(o, "%-15s  %s\n", p->addressee_no,
		    words(o->lang, WORDS("The record is protected.")));
		return;
	}
	if (day_known(p->birth.first))
		day_span_write(p->birth, birth);
	report_printf(o, "%-15s  %s  %s  %s", p->addressee_no, birth,
	    p->kana[0] != '\0' ? p->kana : p->name, report_name(o->lang, &f->programme));
	report_printf(o, "  %s%s", report_status(o->lang, f->status),
	    f->overdue ? words(o->lang, WORDS(" (past the standard period)")) : "");
	if (f->has_next) {
		day_write(f->earliest, from);
		day_write(f->latest, until);
		report_say(o, o->lang, WORDS("  dose {1}, {2} to {3}"), report_number(f->dose, dose), from,
		    until[0] != '\0' ? until : words(o->lang, WORDS("no last day")));
	}
	report_put(o, "\n");
}

static const char *
citation_of(const struct report_out *o, const struct history_forecast *f)
{
	return f->n_reason > 0 ? report_citation(o->lang, &f->reason[0]) : "";
}

static void
csv_day(struct report_out *o, bool *first, day d)
{
	char text[DAY_TEXT_SIZE];

	day_write(d, text);
	csv_cell(o, first, text);
}

static void
csv_row(struct report_out *o, const struct report_due_row *row)
{
	const struct history_person *p = row->person;
	const struct history_forecast *f = row->forecast;
	char birth[DAY_TEXT_SIZE] = "", dose[REPORT_NUMBER_SIZE] = "", vaccines[512] = "";
	bool first = true;
	size_t n = 0;

	csv_cell(o, &first, p->addressee_no);
	csv_cell(o, &first, row->protected ? "1" : "0");
	if (row->protected) {
		for (int i = 0; i < 13; i++)
			csv_cell(o, &first, "");
		csv_end(o, &first);
		return;
	}
	if (day_known(p->birth.first))
		day_span_write(p->birth, birth);
	for (size_t i = 0; f->has_next && i < f->n_choice && n < sizeof vaccines - 64; i++)
		n += (size_t)snprintf(vaccines + n, sizeof vaccines - n, "%s%s", i > 0 ? " " : "",
		    f->choice[i].vaccine.code);
	if (f->has_next)
		report_number(f->dose, dose);
	csv_cell(o, &first, p->name);
	csv_cell(o, &first, p->kana);
	csv_cell(o, &first, birth);
	csv_cell(o, &first, f->programme.code);
	csv_cell(o, &first, schedule_status_name(f->status));
	csv_cell(o, &first, f->overdue ? "1" : "0");
	csv_cell(o, &first, dose);
	csv_day(o, &first, f->earliest);
	csv_day(o, &first, f->standard_from);
	csv_day(o, &first, f->standard_to);
	csv_day(o, &first, f->latest);
	csv_cell(o, &first, vaccines);
	csv_cell(o, &first, citation_of(o, f));
	csv_end(o, &first);
}

static void
json_pair(struct report_out *o, const char *key, const char *value)
{
	if (value[0] == '\0')
		return;
	report_printf(o, ",\"%s\":", key);
	if (o->rc == RC_OK)
		o->rc = json_add_string(o->out, value, strlen(value));
}

static void
json_day(struct report_out *o, const char *key, day d)
{
	char text[DAY_TEXT_SIZE];

	day_write(d, text);
	json_pair(o, key, text);
}

static void
json_row(struct report_out *o, const struct report_due_row *row, bool first)
{
	const struct history_person *p = row->person;
	const struct history_forecast *f = row->forecast;
	char birth[DAY_TEXT_SIZE] = "";

	report_put(o, first ? "\n{" : ",\n{");
	report_put(o, "\"addresseeNo\":");
	if (o->rc == RC_OK)
		o->rc = json_add_string(o->out, p->addressee_no, strlen(p->addressee_no));
	if (row->protected) {
		report_put(o, ",\"protected\":true}");
		return;
	}
	if (day_known(p->birth.first))
		day_span_write(p->birth, birth);
	json_pair(o, "name", p->name);
	json_pair(o, "kana", p->kana);
	json_pair(o, "birthDate", birth);
	json_pair(o, "programme", f->programme.code);
	json_pair(o, "status", schedule_status_name(f->status));
	report_printf(o, ",\"overdue\":%s", f->overdue ? "true" : "false");
	if (f->has_next) {
		report_printf(o, ",\"dose\":%u", f->dose);
		json_day(o, "earliest", f->earliest);
		json_day(o, "standardFrom", f->standard_from);
		json_day(o, "standardTo", f->standard_to);
		json_day(o, "latest", f->latest);
		report_put(o, ",\"vaccines\":[");
		for (size_t i = 0; i < f->n_choice; i++)
			report_printf(o, "%s\"%s\"", i > 0 ? "," : "", f->choice[i].vaccine.code);
		report_put(o, "]");
	}
	json_pair(o, "source", citation_of(o, f));
	report_put(o, "}");
}

enum rc
report_due_row(struct report_due *d, struct buf *out, const struct report_due_row *row)
{
	struct report_out o;
	enum rc rc;

	report_out_init(&o, out, d->lang);
	switch (d->format) {
	case REPORT_DUE_TEXT:
		text_row(&o, row);
		break;
	case REPORT_DUE_CSV:
		csv_row(&o, row);
		break;
	case REPORT_DUE_JSON:
		json_row(&o, row, d->n_rows == 0);
		break;
	case REPORT_DUE__COUNT:
		break;
	}
	if ((rc = report_out_end(&o)) == RC_OK)
		d->n_rows++;
	return rc;
}

enum rc
report_due_end(struct report_due *d, struct buf *out)
{
	struct report_out o;
	char number[REPORT_NUMBER_SIZE];

	report_out_init(&o, out, d->lang);
	if (d->format == REPORT_DUE_JSON)
		report_put(&o, d->n_rows == 0 ? "]\n" : "\n]\n");
	else if (d->format == REPORT_DUE_TEXT)
		report_say(&o, d->lang, WORDS("{1} rows\n"), report_number(d->n_rows, number), NULL, NULL);
	return report_out_end(&o);
}
