#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "json/document.h"
#include "record/kana.h"
#include "report/report.h"
#include "report/report_words.h"

/*
 * export --format portal: the flat list of a portal's self-information answer, one entry per
 * item: depth, item code, name, value.  Items of depth 1 are of the person, those of depth
 * 2 of one dose; a dose begins with its first item.  The codes are our own
 * (data/code/item.tsv), not the national layout's.
 */
struct item_row {
	const char *code;
	int depth;
	const char *name_ja, *name_en;
};
#include "report/item_rows.h"

static void
item(struct json_document *d, enum lang lang, enum item_row_name name, const char *value)
{
	const struct item_row *row = &item_rows[name];

	json_document_object(d, NULL);
	json_document_integer(d, "depth", row->depth);
	json_document_text(d, "code", row->code);
	json_document_text(d, "name", lang == LANG_JA ? row->name_ja : row->name_en);
	json_document_text(d, "value", value);
	json_document_close(d);
}

static void
span_item(struct json_document *d, enum lang lang, enum item_row_name name, struct day_span span)
{
	char text[DAY_TEXT_SIZE] = "";

	if (day_known(span.first))
		day_span_write(span, text);
	item(d, lang, name, text);
}

static void
dose(struct json_document *d, enum lang lang, const struct history_statement *s)
{
	char volume[REPORT_VOLUME_SIZE], number[REPORT_NUMBER_SIZE];

	report_volume(s->volume_ul, volume);
	item(d, lang, ITEM_ROW_ORIGIN_ID, s->origin_id);
	item(d, lang, ITEM_ROW_ORIGIN_VERSION, s->origin_version);
	item(d, lang, ITEM_ROW_ORIGIN_MUNICIPALITY, s->origin_municipality.code);
	span_item(d, lang, ITEM_ROW_GIVEN_ON, s->given);
	item(d, lang, ITEM_ROW_VACCINE, s->vaccine.code);
	item(d, lang, ITEM_ROW_LOT, s->lot);
	item(d, lang, ITEM_ROW_VOLUME, volume);
	item(d, lang, ITEM_ROW_SITE, s->site);
	item(d, lang, ITEM_ROW_ROUTE, s->route);
	item(d, lang, ITEM_ROW_CLINIC_NAME, s->clinic_name);
	item(d, lang, ITEM_ROW_PHYSICIAN, s->physician);
	item(d, lang, ITEM_ROW_STATUS, history_status_name(s->status));
	item(d, lang, ITEM_ROW_REASON, s->reason);
	item(d, lang, ITEM_ROW_EVIDENCE, s->evidence);
	item(d, lang, ITEM_ROW_VERIFICATION, s->verification);
	item(d, lang, ITEM_ROW_ASSERTED_BY, s->source_kind);
	if (s->product_text[0] != '\0')
		item(d, lang, ITEM_ROW_PRODUCT_NAME, s->product_text);
	if (s->told_no != 0)
		item(d, lang, ITEM_ROW_DOSE_NO, report_number(s->told_no, number));
}

enum rc
report_portal(struct buf *out, const struct history *h, enum lang lang, struct fault *why)
{
	static const char *const sexes[SCHEDULE_SEX__COUNT] = {
		[SCHEDULE_SEX_UNKNOWN] = "unknown", [SCHEDULE_SEX_FEMALE] = "female",
		[SCHEDULE_SEX_MALE] = "male", [SCHEDULE_SEX_OTHER] = "other",
	};
	struct buf kana = BUF_INIT(LIMIT_TEXT_BYTES);
	struct json_document d;
	enum rc rc = RC_OK;

	json_document_init(&d, false);
	if (h->protected)
		json_document_bool(&d, "protected", true);
	else {
		json_document_day(&d, "asOf", h->as_of);
		json_document_text(&d, "municipality", h->municipality.code);
		json_document_text(&d, "notice", words(lang,
		    WORDS("A dose that is not recorded is not known; that does not mean \"not vaccinated\".")));
		rc = kana_fold(h->person.kana, &kana);
		json_document_array(&d, "items");
		span_item(&d, lang, ITEM_ROW_BIRTH_DATE, h->person.birth);
		item(&d, lang, ITEM_ROW_SEX, sexes[h->person.sex]);
		item(&d, lang, ITEM_ROW_KANA, kana.data == NULL ? "" : kana.data);
		for (size_t i = 0; i < h->n_statement; i++)
			if (report_stands(&h->statement[i]))
				dose(&d, lang, &h->statement[i]);
		json_document_close(&d);
	}
	if (rc == RC_OK)
		rc = json_document_write(&d, true, out);
	json_document_clear(&d);
	buf_clear(&kana);
	return rc == RC_OK ? rc : fault_set(why, rc, "report", "the portal list cannot be written");
}
