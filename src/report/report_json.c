#include "json/document.h"
#include "report/report.h"
#include "report/report_words.h"

/*
 * show --format json: person, doses, and under "schedule" the calculator's answer in the
 * same form as watashi-schedule gives it.
 */

static void
put_name(struct json_document *d, const char *key, const struct history_name *name)
{
	if (name->code[0] == '\0')
		return;
	json_document_object(d, key);
	json_document_text(d, "code", name->code);
	json_document_text_if(d, "name", name->ja);
	json_document_text_if(d, "nameEn", name->en);
	json_document_close(d);
}

static void
put_span(struct json_document *d, const char *key, struct day_span span)
{
	char text[DAY_TEXT_SIZE];

	if (!day_known(span.first))
		return;
	day_span_write(span, text);
	json_document_text(d, key, text);
}

static void
put_person(struct json_document *d, const struct history *h)
{
	static const char *const sexes[SCHEDULE_SEX__COUNT] = {
		[SCHEDULE_SEX_UNKNOWN] = "unknown", [SCHEDULE_SEX_FEMALE] = "female",
		[SCHEDULE_SEX_MALE] = "male", [SCHEDULE_SEX_OTHER] = "other",
	};
	const struct history_person *p = &h->person;

	json_document_object(d, "person");
	json_document_text(d, "addresseeNo", p->addressee_no);
	if (h->protected) {
		json_document_bool(d, "protected", true);
		json_document_close(d);
		return;
	}
	json_document_text_if(d, "name", p->name);
	json_document_text_if(d, "kana", p->kana);
	json_document_text_if(d, "roman", p->roman);
	put_span(d, "birthDate", p->birth);
	json_document_text(d, "sex", sexes[p->sex]);
	json_document_text_if(d, "address", p->address);
	json_document_day(d, "diedOn", p->died_on);
	json_document_text_if(d, "ticketNo", p->ticket_no);
	json_document_array(d, "residences");
	for (size_t i = 0; i < p->n_residence; i++) {
		json_document_object(d, NULL);
		json_document_day(d, "from", p->residence[i].from);
		json_document_day(d, "until", p->residence[i].until);
		put_name(d, "municipality", &p->residence[i].municipality);
		json_document_close(d);
	}
	json_document_close(d);
	json_document_close(d);
}

static void
put_statement(struct json_document *d, const struct history_statement *s)
{
	json_document_object(d, NULL);
	json_document_text(d, "id", s->id);
	json_document_integer(d, "version", s->version);
	json_document_text(d, "status", history_status_name(s->status));
	if (s->superseded)
		json_document_bool(d, "superseded", true);
	if (s->merged) {
		json_document_bool(d, "merged", true);
		json_document_text_if(d, "countedAs", s->counted_as);
	}
	put_span(d, "date", s->given);
	json_document_text(d, "vaccine", s->vaccine.code);
	json_document_text_if(d, "productName", s->product_text);
	if (s->is_unknown)
		json_document_bool(d, "unknownProduct", true);
	if (s->told_no != 0)
		json_document_integer(d, "doseNumber", s->told_no);
	json_document_text_if(d, "lot", s->lot);
	json_document_day(d, "expiresOn", s->expires);
	if (s->volume_ul >= 0)
		json_document_thousandths(d, "volumeMl", s->volume_ul);
	json_document_text_if(d, "site", s->site);
	json_document_text_if(d, "route", s->route);
	json_document_text_if(d, "clinicCode", s->clinic_code);
	json_document_text_if(d, "clinicName", s->clinic_name);
	json_document_text_if(d, "physician", s->physician);
	json_document_text_if(d, "reason", s->reason);
	json_document_text_if(d, "evidence", s->evidence);
	json_document_text(d, "sourceKind", s->source_kind);
	json_document_text(d, "source", s->source);
	json_document_text(d, "sourceMunicipality", s->source_municipality.code);
	json_document_text(d, "originId", s->origin_id);
	json_document_text(d, "originVersion", s->origin_version);
	json_document_text(d, "originMunicipality", s->origin_municipality.code);
	json_document_text(d, "verification", s->verification);
	json_document_close(d);
}

static void
put_reasons(struct json_document *d, struct reason_words *words, enum reason_of of,
    const struct history_reason *reason, size_t n)
{
	enum lang lang = words->lang;
	char text[REASON_TEXT_SIZE];

	json_document_array(d, "reasons");
	for (size_t i = 0; i < n; i++) {
		const struct history_reason *r = &reason[i];
		struct reason_values v = { r->code, r->day_a, r->day_b, r->gap,
		    lang == LANG_JA ? r->product.ja : r->product.en };

		reason_words_write(words, of, &v, text);
		json_document_object(d, NULL);
		json_document_text(d, "code", schedule_reason_name(r->code));
		json_document_text(d, "text", text);
		json_document_text_if(d, "source", report_citation(lang, r));
		json_document_day(d, "inForce", r->in_force);
		json_document_close(d);
	}
	json_document_close(d);
}

static void
put_judged(struct json_document *d, struct reason_words *words, const struct history_statement *s)
{
	json_document_object(d, NULL);
	json_document_text(d, "id", s->id);
	put_span(d, "date", s->given);
	json_document_text(d, "vaccine", s->vaccine.code);
	json_document_array(d, "credits");
	for (size_t i = 0; i < s->n_credit; i++) {
		const struct history_credit *c = &s->credit[i];

		json_document_object(d, NULL);
		json_document_text(d, "programme", c->programme.code);
		json_document_text(d, "status", schedule_credit_name(c->status));
		if (c->status == SCHEDULE_VALID)
			json_document_integer(d, "dose", c->dose);
		put_reasons(d, words, REASON_OF_CREDIT, c->reason, c->n_reason);
		json_document_close(d);
	}
	json_document_close(d);
	json_document_close(d);
}

static void
put_forecast(struct json_document *d, struct reason_words *words, const struct history_forecast *f)
{
	json_document_object(d, NULL);
	json_document_text(d, "programme", f->programme.code);
	json_document_text(d, "status", schedule_status_name(f->status));
	json_document_bool(d, "overdue", f->overdue);
	json_document_integer(d, "given", f->given);
	json_document_integer(d, "remaining", f->remaining);
	if (f->has_next) {
		json_document_object(d, "next");
		json_document_integer(d, "dose", f->dose);
		json_document_text(d, "kind", schedule_kind_name(f->kind));
		json_document_day(d, "earliest", f->earliest);
		json_document_day(d, "standardFrom", f->standard_from);
		json_document_day(d, "standardTo", f->standard_to);
		json_document_day(d, "latest", f->latest);
		json_document_array(d, "vaccines");
		for (size_t i = 0; i < f->n_choice; i++) {
			json_document_object(d, NULL);
			json_document_text(d, "vaccine", f->choice[i].vaccine.code);
			json_document_day(d, "earliest", f->choice[i].earliest);
			json_document_day(d, "latest", f->choice[i].latest);
			json_document_close(d);
		}
		json_document_close(d);
		json_document_close(d);
	}
	put_reasons(d, words, REASON_OF_FORECAST, f->reason, f->n_reason);
	json_document_close(d);
}

static void
put_schedule(struct json_document *d, const struct history *h, enum lang lang)
{
	struct reason_words words;

	reason_words_init(&words, lang, REASON_DAYS_ISO);
	json_document_object(d, "schedule");
	json_document_text_if(d, "id", h->person.addressee_no);
	json_document_day(d, "asOf", h->as_of);
	json_document_object(d, "law");
	json_document_text(d, "version", h->law_version);
	json_document_text(d, "hash", h->law_hash);
	json_document_close(d);
	json_document_array(d, "doses");
	for (size_t i = 0; i < h->n_statement; i++)
		if (h->statement[i].status == HISTORY_GIVEN && report_stands(&h->statement[i]))
			put_judged(d, &words, &h->statement[i]);
	json_document_close(d);
	json_document_array(d, "forecasts");
	for (size_t i = 0; i < h->n_forecast; i++)
		put_forecast(d, &words, &h->forecast[i]);
	json_document_close(d);
	json_document_close(d);
}

static void
put_letters(struct json_document *d, const struct history *h)
{
	if (h->n_letter == 0)
		return;
	json_document_array(d, "letters");
	for (size_t i = 0; i < h->n_letter; i++) {
		const struct history_letter *l = &h->letter[i];

		json_document_object(d, NULL);
		json_document_text(d, "programme", l->programme.code);
		if (l->dose > 0)
			json_document_integer(d, "dose", l->dose);
		json_document_text(d, "purpose", l->purpose);
		json_document_text(d, "state", l->state);
		json_document_day(d, "on", l->on);
		if (l->reason[0] != '\0')
			json_document_text(d, "reason", l->reason);
		json_document_close(d);
	}
	json_document_close(d);
}

/* Withdrawn ones as well: who reads by program reads the state. */
static void
put_reports(struct json_document *d, const struct history *h)
{
	char text[DAY_TEXT_SIZE];

	if (h->n_report == 0)
		return;
	json_document_array(d, "reports");
	for (size_t i = 0; i < h->n_report; i++) {
		const struct history_report *r = &h->report[i];

		json_document_object(d, NULL);
		json_document_text(d, "kind", r->kind);
		json_document_text(d, "no", r->number);
		json_document_text(d, "dose", r->dose);
		json_document_text(d, "what", r->what);
		json_document_text(d, "state", r->state);
		if (day_known(r->began.first)) {
			day_span_write(r->began, text);
			json_document_text(d, "began", text);
		}
		json_document_day(d, "on", r->on);
		json_document_close(d);
	}
	json_document_close(d);
}

static void
put_tickets(struct json_document *d, const struct history *h)
{
	char text[DAY_TEXT_SIZE];

	if (h->n_ticket == 0)
		return;
	json_document_array(d, "tickets");
	for (size_t i = 0; i < h->n_ticket; i++) {
		const struct history_ticket *t = &h->ticket[i];

		json_document_object(d, NULL);
		json_document_text(d, "ticketNo", t->number);
		json_document_text_if(d, "programme", t->programme);
		if (t->dose > 0)
			json_document_integer(d, "dose", t->dose);
		json_document_text(d, "state", t->state);
		json_document_day(d, "issuedOn", t->issued_on);
		json_document_day(d, "until", t->until);
		if (day_known(t->spent.first)) {
			day_span_write(t->spent, text);
			json_document_text(d, "spentOn", text);
		}
		json_document_close(d);
	}
	json_document_close(d);
}

static void
put_sources(struct json_document *d, const struct history *h)
{
	json_document_array(d, "knownFrom");
	for (size_t i = 0; i < h->n_source; i++) {
		json_document_object(d, NULL);
		put_name(d, "municipality", &h->source[i].municipality);
		json_document_text(d, "state", history_known_name(h->source[i].known));
		json_document_day(d, "asOf", h->source[i].as_of);
		json_document_integer(d, "doses", (int64_t)h->source[i].statements);
		json_document_close(d);
	}
	json_document_close(d);
	put_letters(d, h);
	put_reports(d, h);
	put_tickets(d, h);
}

static void
put_duplicates(struct json_document *d, const struct history *h, enum lang lang)
{
	json_document_array(d, "duplicates");
	for (size_t i = 0; i < h->n_duplicate; i++) {
		const struct history_duplicate *p = &h->duplicate[i];
		const struct duplicate_finding f = { p->verdict, (int)p->rule };

		json_document_object(d, NULL);
		json_document_integer(d, "no", p->no);
		json_document_integer(d, "rule", p->rule);
		json_document_text(d, "verdict", duplicate_verdict_word(p->verdict));
		json_document_text(d, "state", duplicate_state_word(p->state));
		json_document_text(d, "text", words(lang, duplicate_rule_text(&f)));
		json_document_text(d, "first", p->first);
		json_document_text(d, "second", p->second);
		json_document_close(d);
	}
	json_document_close(d);
}

enum rc
report_json(struct buf *out, const struct history *h, enum lang lang, struct fault *why)
{
	struct json_document d;
	enum rc rc;

	json_document_init(&d, false);
	put_person(&d, h);
	if (!h->protected) {
		json_document_array(&d, "doses");
		for (size_t i = 0; i < h->n_statement; i++)
			put_statement(&d, &h->statement[i]);
		json_document_close(&d);
		put_duplicates(&d, h, lang);
		put_sources(&d, h);
		put_schedule(&d, h, lang);
	}
	rc = json_document_write(&d, false, out);
	json_document_clear(&d);
	return rc == RC_OK ? rc : fault_set(why, rc, "report", "the JSON document does not fit");
}
