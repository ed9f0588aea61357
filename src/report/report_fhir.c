#include <stdio.h>
#include <string.h>

#include "base/sha256.h"
#include "json/document.h"
#include "report/report.h"
#include "report/report_words.h"

/*
 * export --format fhir: an HL7 FHIR R4 bundle (collection) for the resident's own use.
 * Patient without any number or address; one Immunization per statement, those not given
 * and those withdrawn included; one ImmunizationRecommendation; and a List that says what
 * the record does not know.  Codes are ours, under urn:watashi:codesystem.
 */

#define SYSTEM_VACCINE "urn:watashi:codesystem:vaccine"
#define SYSTEM_PROGRAMME "urn:watashi:codesystem:programme"
#define SYSTEM_STATUS "urn:watashi:codesystem:forecast-status"
#define SYSTEM_MUNICIPALITY "urn:watashi:municipality"
#define SYSTEM_FORECAST "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status"
#define SYSTEM_UCUM "http://unitsofmeasure.org"
#define SYSTEM_LOINC "http://loinc.org"
#define SYSTEM_EMPTY "http://terminology.hl7.org/CodeSystem/list-empty-reason"
#define EXTENSION_NAME "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"

#define URN_SIZE 48

/* A stable UUID (version 8, RFC 9562) of what a name stands for. */
static void
urn(const char *kind, const char *name, const char *more, char text[URN_SIZE])
{
	struct sha256 sum;
	unsigned char h[SHA256_BYTES];

	sha256_init(&sum);
	sha256_add(&sum, kind, strlen(kind) + 1);
	sha256_add(&sum, name, strlen(name) + 1);
	sha256_add(&sum, more, strlen(more) + 1);
	sha256_digest(&sum, h);
	h[6] = (unsigned char)((h[6] & 0x0f) | 0x80);
	h[8] = (unsigned char)((h[8] & 0x3f) | 0x80);
	snprintf(text, URN_SIZE, "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x", h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8], h[9],
	    h[10], h[11], h[12], h[13], h[14], h[15]);
}

/* What the bundle is made with. */
struct bundle {
	struct json_document d;
	struct report_out words;	/* for reasons only */
	const struct history *h;
	enum lang lang;
	char patient[URN_SIZE], issuer[URN_SIZE];
};

static void
entry_open(struct bundle *b, const char *full_url, const char *type)
{
	json_document_object(&b->d, NULL);
	json_document_text(&b->d, "fullUrl", full_url);
	json_document_object(&b->d, "resource");
	json_document_text(&b->d, "resourceType", type);
	json_document_text(&b->d, "language", b->lang == LANG_JA ? "ja" : "en");
}

static void
entry_close(struct bundle *b)
{
	json_document_close(&b->d);
	json_document_close(&b->d);
}

static void
coding(struct json_document *d, const char *system, const char *code, const char *display)
{
	json_document_object(d, NULL);
	json_document_text(d, "system", system);
	json_document_text(d, "code", code);
	json_document_text_if(d, "display", display);
	json_document_close(d);
}

/* A concept of one code; the text says it in both languages. */
static void
concept(struct json_document *d, const char *key, const char *system,
    const struct history_name *name)
{
	char text[512];

	json_document_object(d, key);
	json_document_array(d, "coding");
	coding(d, system, name->code, report_name(LANG_EN, name));
	json_document_close(d);
	if (name->ja[0] != '\0' && name->en[0] != '\0') {
		snprintf(text, sizeof text, "%s / %s", name->ja, name->en);
		json_document_text(d, "text", text);
	} else
		json_document_text(d, "text", report_name(LANG_JA, name));
	json_document_close(d);
}

static void
reference(struct json_document *d, const char *key, const char *url)
{
	json_document_object(d, key);
	json_document_text(d, "reference", url);
	json_document_close(d);
}

static void
span(struct json_document *d, const char *key, struct day_span s)
{
	char text[DAY_TEXT_SIZE];

	if (!day_known(s.first))
		return;
	day_span_write(s, text);
	json_document_text(d, key, text);
}

/* code: IDE (as written), SYL (kana), ABC (Roman letters) */
static void
human_name(struct json_document *d, const char *text, const char *code)
{
	if (text[0] == '\0')
		return;
	json_document_object(d, NULL);
	json_document_array(d, "extension");
	json_document_object(d, NULL);
	json_document_text(d, "url", EXTENSION_NAME);
	json_document_text(d, "valueCode", code);
	json_document_close(d);
	json_document_close(d);
	json_document_text(d, "text", text);
	json_document_close(d);
}

static void
patient(struct bundle *b)
{
	static const char *const gender[SCHEDULE_SEX__COUNT] = {
		[SCHEDULE_SEX_UNKNOWN] = "unknown", [SCHEDULE_SEX_FEMALE] = "female",
		[SCHEDULE_SEX_MALE] = "male", [SCHEDULE_SEX_OTHER] = "other",
	};
	const struct history_person *p = &b->h->person;
	struct json_document *d = &b->d;

	entry_open(b, b->patient, "Patient");
	if (p->name[0] != '\0' || p->kana[0] != '\0' || p->roman[0] != '\0') {
		json_document_array(d, "name");
		human_name(d, p->name, "IDE");
		human_name(d, p->kana, "SYL");
		human_name(d, p->roman, "ABC");
		json_document_close(d);
	}
	json_document_text(d, "gender", gender[p->sex]);
	span(d, "birthDate", p->birth);
	json_document_day(d, "deceasedDateTime", p->died_on);
	entry_close(b);
}

static void
issuer(struct bundle *b)
{
	struct json_document *d = &b->d;

	entry_open(b, b->issuer, "Organization");
	json_document_array(d, "identifier");
	json_document_object(d, NULL);
	json_document_text(d, "system", SYSTEM_MUNICIPALITY);
	json_document_text(d, "value", b->h->municipality.code);
	json_document_close(d);
	json_document_close(d);
	json_document_text(d, "name", report_name(b->lang, &b->h->municipality));
	entry_close(b);
}

/* What does not count and why, and who says so, in words. */
static void
notes(struct bundle *b, const struct history_statement *s)
{
	struct json_document *d = &b->d;
	char text[REASON_TEXT_SIZE + 512], reason[REASON_TEXT_SIZE];

	json_document_array(d, "note");
	json_document_object(d, NULL);
	snprintf(text, sizeof text, "%s: %s, %s: %s (%s)",
	    words(b->lang, WORDS("Verification")), report_verification(b->lang, s->verification),
	    words(b->lang, WORDS("First recorded by")),
	    report_name(b->lang, &s->origin_municipality), s->origin_municipality.code);
	json_document_text(d, "text", text);
	json_document_close(d);
	for (size_t i = 0; i < s->n_credit; i++) {
		const struct history_credit *c = &s->credit[i];

		for (size_t r = 0; r < c->n_reason; r++) {
			report_reason(&b->words, b->lang, REASON_OF_CREDIT, &c->reason[r], reason);
			snprintf(text, sizeof text, "%s: %s: %s [%s]",
			    report_name(b->lang, &c->programme), report_credit(b->lang, c->status),
			    reason, report_citation(b->lang, &c->reason[r]));
			json_document_object(d, NULL);
			json_document_text(d, "text", text);
			json_document_close(d);
		}
	}
	json_document_close(d);
}

static void
protocols(struct bundle *b, const struct history_statement *s)
{
	struct json_document *d = &b->d;
	bool open = false;

	for (size_t i = 0; i < s->n_credit; i++) {
		const struct history_credit *c = &s->credit[i];

		if (c->status != SCHEDULE_VALID)
			continue;
		if (!open)
			json_document_array(d, "protocolApplied");
		open = true;
		json_document_object(d, NULL);
		json_document_text(d, "series", report_name(b->lang, &c->programme));
		reference(d, "authority", b->issuer);
		json_document_integer(d, "doseNumberPositiveInt", c->dose);
		json_document_close(d);
	}
	if (open)
		json_document_close(d);
}

static void
text_concept(struct json_document *d, const char *key, const char *text)
{
	if (text[0] == '\0')
		return;
	json_document_object(d, key);
	json_document_text(d, "text", text);
	json_document_close(d);
}

static void
performers(struct json_document *d, const struct history_statement *s)
{
	const char *who[] = { s->physician, s->clinic_name };

	if (who[0][0] == '\0' && who[1][0] == '\0')
		return;
	json_document_array(d, "performer");
	for (size_t i = 0; i < 2; i++) {
		if (who[i][0] == '\0')
			continue;
		json_document_object(d, NULL);
		json_document_object(d, "actor");
		json_document_text(d, "display", who[i]);
		json_document_close(d);
		json_document_close(d);
	}
	json_document_close(d);
}

static void
immunization(struct bundle *b, const struct history_statement *s)
{
	static const char *const status[HISTORY_STATUS__COUNT] = {
		[HISTORY_GIVEN] = "completed", [HISTORY_NOT_GIVEN] = "not-done",
		[HISTORY_WITHDRAWN] = "entered-in-error",
	};
	struct json_document *d = &b->d;
	char url[URN_SIZE];
	bool primary = strcmp(s->source_kind, "clinic") == 0;

	urn("immunization", s->origin_municipality.code, s->origin_id[0] != '\0' ? s->origin_id : s->id,
	    url);
	entry_open(b, url, "Immunization");
	if (s->origin_id[0] != '\0') {
		json_document_array(d, "identifier");
		json_document_object(d, NULL);
		json_document_text(d, "system", "urn:watashi:statement");
		json_document_text(d, "value", s->origin_id);
		json_document_close(d);
		json_document_close(d);
	}
	json_document_text(d, "status", status[s->status]);
	if (s->status != HISTORY_GIVEN)
		text_concept(d, "statusReason", s->reason);
	concept(d, "vaccineCode", SYSTEM_VACCINE, &s->vaccine);
	reference(d, "patient", b->patient);
	if (day_known(s->given.first))
		span(d, "occurrenceDateTime", s->given);
	else
		json_document_text(d, "occurrenceString", words(b->lang, WORDS("date not known")));
	json_document_bool(d, "primarySource", primary);
	if (!primary)
		text_concept(d, "reportOrigin", report_source_kind(b->lang, s->source_kind));
	json_document_text_if(d, "lotNumber", s->lot);
	json_document_day(d, "expirationDate", s->expires);
	text_concept(d, "site", s->site);
	text_concept(d, "route", s->route);
	if (s->volume_ul > 0) {
		json_document_object(d, "doseQuantity");
		json_document_thousandths(d, "value", s->volume_ul);
		json_document_text(d, "unit", "mL");
		json_document_text(d, "system", SYSTEM_UCUM);
		json_document_text(d, "code", "mL");
		json_document_close(d);
	}
	performers(d, s);
	notes(b, s);
	protocols(b, s);
	entry_close(b);
}

static void
criterion(struct json_document *d, const char *code, const char *display, day value)
{
	if (!day_known(value))
		return;
	json_document_object(d, NULL);
	json_document_object(d, "code");
	json_document_array(d, "coding");
	coding(d, SYSTEM_LOINC, code, display);
	json_document_close(d);
	json_document_close(d);
	json_document_day(d, "value", value);
	json_document_close(d);
}

static const char *
hl7_status(const struct history_forecast *f)
{
	if (f->status == SCHEDULE_DUE)
		return f->overdue ? "overdue" : "due";
	return f->status == SCHEDULE_COMPLETE ? "complete" : NULL;
}

static void
recommend(struct bundle *b, const struct history_forecast *f)
{
	struct json_document *d = &b->d;
	char reason[REASON_TEXT_SIZE], text[REASON_TEXT_SIZE + 512];

	json_document_object(d, NULL);
	if (f->has_next && f->n_choice > 0) {
		json_document_array(d, "vaccineCode");
		for (size_t i = 0; i < f->n_choice; i++)
			concept(d, NULL, SYSTEM_VACCINE, &f->choice[i].vaccine);
		json_document_close(d);
	}
	concept(d, "targetDisease", SYSTEM_PROGRAMME, &f->programme);
	json_document_object(d, "forecastStatus");
	json_document_array(d, "coding");
	if (hl7_status(f) != NULL)
		coding(d, SYSTEM_FORECAST, hl7_status(f), "");
	coding(d, SYSTEM_STATUS, schedule_status_name(f->status), "");
	json_document_close(d);
	json_document_text(d, "text", report_status(b->lang, f->status));
	json_document_close(d);
	if (f->n_reason > 0) {
		json_document_array(d, "forecastReason");
		for (size_t i = 0; i < f->n_reason; i++) {
			report_reason(&b->words, b->lang, REASON_OF_FORECAST, &f->reason[i], reason);
			snprintf(text, sizeof text, "%s [%s]", reason,
			    report_citation(b->lang, &f->reason[i]));
			json_document_object(d, NULL);
			json_document_text(d, "text", text);
			json_document_close(d);
		}
		json_document_close(d);
	}
	if (f->has_next) {
		json_document_array(d, "dateCriterion");
		criterion(d, "30981-5", "Earliest date to give", f->earliest);
		criterion(d, "30980-7", "Date vaccine due", f->standard_from);
		criterion(d, "59778-1", "Date when overdue for immunization", f->standard_to);
		criterion(d, "59777-3", "Latest date to give immunization", f->latest);
		json_document_close(d);
	}
	json_document_text(d, "series", report_name(b->lang, &f->programme));
	if (f->has_next)
		json_document_integer(d, "doseNumberPositiveInt", f->dose);
	json_document_close(d);
}

static void
recommendation(struct bundle *b)
{
	struct json_document *d = &b->d;
	char url[URN_SIZE];
	bool any = false;

	for (size_t i = 0; i < b->h->n_forecast; i++)
		any = any || b->h->forecast[i].status != SCHEDULE_NOT_ELIGIBLE;
	if (!any)
		return;
	urn("recommendation", b->patient, "", url);
	entry_open(b, url, "ImmunizationRecommendation");
	reference(d, "patient", b->patient);
	json_document_day(d, "date", b->h->as_of);
	reference(d, "authority", b->issuer);
	json_document_array(d, "recommendation");
	for (size_t i = 0; i < b->h->n_forecast; i++)
		if (b->h->forecast[i].status != SCHEDULE_NOT_ELIGIBLE)
			recommend(b, &b->h->forecast[i]);
	json_document_close(d);
	entry_close(b);
}

/* The record as a list, with what is not known beside it. */
static void
list(struct bundle *b, size_t n)
{
	const struct history *h = b->h;
	struct json_document *d = &b->d;
	char url[URN_SIZE], text[1024], on[REPORT_DAY_SIZE];

	urn("list", b->patient, "", url);
	entry_open(b, url, "List");
	json_document_text(d, "status", "current");
	json_document_text(d, "mode", "snapshot");
	json_document_text(d, "title", words(b->lang, WORDS("Immunization Record")));
	reference(d, "subject", b->patient);
	json_document_day(d, "date", day_known(h->made_on) ? h->made_on : h->as_of);
	reference(d, "source", b->issuer);
	json_document_array(d, "note");
	json_document_object(d, NULL);
	json_document_text(d, "text", words(b->lang,
	    WORDS("A dose that is not recorded is not known; that does not mean \"not vaccinated\".")));
	json_document_close(d);
	for (size_t i = 0; i < h->n_source; i++) {
		report_day(b->lang, h->source[i].as_of, on);
		snprintf(text, sizeof text, "%s: %s%s%s", report_name(b->lang, &h->source[i].municipality),
		    report_known(b->lang, h->source[i].known), on[0] != '\0' ? ", " : "", on);
		json_document_object(d, NULL);
		json_document_text(d, "text", text);
		json_document_close(d);
	}
	json_document_object(d, NULL);
	snprintf(text, sizeof text, "%s %s %s", words(b->lang, WORDS("Law")), h->law_version,
	    h->law_hash);
	json_document_text(d, "text", text);
	json_document_close(d);
	json_document_close(d);
	if (n == 0) {
		json_document_object(d, "emptyReason");
		json_document_array(d, "coding");
		coding(d, SYSTEM_EMPTY, "unavailable", "");
		json_document_close(d);
		json_document_close(d);
	} else {
		json_document_array(d, "entry");
		for (size_t i = 0; i < h->n_statement; i++) {
			const struct history_statement *s = &h->statement[i];

			if (!report_stands(s))
				continue;
			urn("immunization", s->origin_municipality.code,
			    s->origin_id[0] != '\0' ? s->origin_id : s->id, url);
			json_document_object(d, NULL);
			reference(d, "item", url);
			json_document_close(d);
		}
		json_document_close(d);
	}
	entry_close(b);
}

enum rc
report_fhir(struct buf *out, const struct history *h, enum lang lang, struct fault *why)
{
	struct bundle b = { .h = h, .lang = lang };
	char birth[DAY_TEXT_SIZE];
	size_t n = 0;
	enum rc rc;

	json_document_init(&b.d, false);
	report_out_init(&b.words, out, lang);
	json_document_text(&b.d, "resourceType", h->protected ? "OperationOutcome" : "Bundle");
	if (h->protected) {
		json_document_array(&b.d, "issue");
		json_document_object(&b.d, NULL);
		json_document_text(&b.d, "severity", "information");
		json_document_text(&b.d, "code", "suppressed");
		json_document_text(&b.d, "diagnostics", words(lang, WORDS("The record is protected.")));
		json_document_close(&b.d);
		json_document_close(&b.d);
	} else {
		/* From what the bundle says anyway: never from a number. */
		day_write(h->person.birth.first, birth);
		urn("patient", h->person.kana, birth, b.patient);
		urn("organization", h->municipality.code, "", b.issuer);
		json_document_text(&b.d, "type", "collection");
		json_document_array(&b.d, "entry");
		patient(&b);
		issuer(&b);
		for (size_t i = 0; i < h->n_statement; i++)
			if (report_stands(&h->statement[i])) {
				immunization(&b, &h->statement[i]);
				n++;
			}
		recommendation(&b);
		list(&b, n);
		json_document_close(&b.d);
	}
	rc = json_document_write(&b.d, true, out);
	json_document_clear(&b.d);
	return rc == RC_OK ? rc : fault_set(why, rc, "report", "the FHIR bundle cannot be written");
}
