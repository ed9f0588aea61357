#include <stdio.h>
#include <string.h>

#include "action/fiscal_number.h"
#include "action/form.h"
#include "base/checkdigit.h"
#include "base/era.h"
#include "record/code.h"
#include "store/store_request_letter.h"
#include "store/store_dose.h"

/*
 * Request letters (予防接種実施依頼書).  With one a dose elsewhere is this municipality's routine vaccination, and
 * damage is dealt with under the Act; so it is asked for before the dose.  For a protected person only an officer
 * who may see that issues, lists or shows one.
 */
#define PROGRAMMES_TEXT 1024

static enum rc
begin(struct call *c, struct fault *why)
{
	enum rc rc = store_begin(c->a->store, c->now_us, why);

	if (rc == RC_OK)
		node_see(c);
	return rc;
}

static const char *
state_of(const struct request_letter *l, size_t n_results, day today)
{
	if (l->voided_us != 0)
		return "void";
	if (n_results > 0)
		return "answered";
	return day_after(today, l->valid_until) ? "run-out" : "issued";
}

static enum rc
reply_letter(struct call *c, const struct request_letter *l, const char *text, struct fault *why)
{
	struct request_letter_result *r;
	struct person p;
	char number[FISCAL_NUMBER_SIZE];
	int64_t paid = 0;
	size_t n, doses = 0;
	struct frame f;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, &l->person, &c->arena, &p, why)) != RC_OK ||
	    (rc = store_request_letter_results(c->a->store, l, &c->arena, &r, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		doses += id_known(&r[i].statement);
		paid += r[i].paid_yen > 0 ? r[i].paid_yen : 0;
	}
	fiscal_number_write(l->fiscal_year, l->no, number);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_LETTER, number);
	frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
	frame_put_text(&f, TAG_MUNICIPALITY, l->town);
	frame_put_text(&f, TAG_ADDRESSED_TO, l->recipient);
	frame_put_text(&f, TAG_APPLICANT, l->applicant);
	frame_put_text(&f, TAG_PROGRAMME, l->programmes);
	frame_put_text(&f, TAG_REASON, l->reason);
	frame_put_day(&f, TAG_ON, l->issued_on);
	frame_put_day(&f, TAG_UNTIL, l->valid_until);
	frame_put_text(&f, TAG_STATE, state_of(l, n, c->today));
	frame_put_int(&f, TAG_COUNT, (int64_t)doses);
	frame_put_int(&f, TAG_PAID_YEN, paid);
	frame_put_text(&f, TAG_NOTE, l->void_reason);
	frame_put_text(&f, TAG_TEXT, text);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* The letter named by its number, "2026-12". */
static enum rc
find_letter(struct call *c, struct request_letter *ret, struct fault *why)
{
	int64_t no;
	int year;
	enum rc rc;

	if ((rc = fiscal_number_parse(request_text(c->r, TAG_LETTER), "letter", &year, &no, why)) != RC_OK)
		return rc;
	rc = store_request_letter_get(c->a->store, year, no, &c->arena, ret, why);
	/* One of a protected person and none are the same to whoever may not see it. */
	return rc == RC_ABSENT ? fault_set(why, RC_ABSENT, "letter", "no letter of this number") : rc;
}

static enum rc
finish(struct call *c, const struct request_letter *l, const char *text, struct fault *why)
{
	struct request_letter now;
	enum rc rc;

	if ((rc = store_request_letter_get(c->a->store, l->fiscal_year, l->no, &c->arena, &now, why)) != RC_OK ||
	    (rc = node_audit(c, &l->person, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = begin(c, why)) != RC_OK)
		return rc;
	return reply_letter(c, &now, text, why);
}

/* For whom it is not possible. */
static enum rc
check_person(struct call *c, const struct person *p, struct fault *why)
{
	if (p->is_shielded)
		return fault_set(why, RC_REFUSED, "letter",
		    "the record is protected: an officer who may see it issues the letter");
	if (!person_alive_on(p, c->today))
		return fault_set(why, RC_REFUSED, "letter", "the person has died");
	if (p->registration != PERSON_RESIDENT)
		return fault_set(why, RC_REFUSED, "letter",
		    "not on the resident register here: the municipality where the person is registered asks");
	if (person_residence_on(p, c->today) == NULL)
		return fault_set(why, RC_REFUSED, "letter", "not a resident here today: the present municipality asks");
	return RC_OK;
}

/* "hib pcv" to "hib:1 pcv:1": the next dose of each, which must have a lawful day within the letter's time. */
static enum rc
take_programmes(struct call *c, const struct person *p, day until, char out[PROGRAMMES_TEXT], struct fault *why)
{
	const char *at = request_text(c->r, TAG_PROGRAMME);
	struct history h;
	size_t len, used = 0;
	enum rc rc;

	if ((rc = node_history(c->a, p, c->today, c->today, &c->arena, &h, why)) != RC_OK)
		return rc;
	out[0] = '\0';
	for (at += strspn(at, " ,"); *at != '\0'; at += len, at += strspn(at, " ,")) {
		const struct history_forecast *f = NULL;

		len = strcspn(at, " ,");
		for (size_t i = 0; i < h.n_forecast && f == NULL; i++)
			if (strlen(h.forecast[i].programme.code) == len &&
			    memcmp(h.forecast[i].programme.code, at, len) == 0)
				f = &h.forecast[i];
		if (f == NULL)
			return fault_set(why, RC_INVALID, "programme", "unknown code");
		if (!f->has_next || (day_known(f->latest) && day_before(f->latest, c->today)))
			return fault_set(why, RC_REFUSED, f->programme.code, "nothing of this programme can be given any more");
		if (day_after(f->earliest, until))
			return fault_set(why, RC_REFUSED, f->programme.code, "not lawful before the letter runs out");
		if (used + len + 16 > PROGRAMMES_TEXT)
			return fault_set(why, RC_TOO_BIG, "programme", "too many");
		used += (size_t)snprintf(out + used, PROGRAMMES_TEXT - used, "%s%s:%u", used > 0 ? " " : "",
		    f->programme.code, f->dose);
	}
	return used > 0 ? RC_OK : fault_set(why, RC_INVALID, "programme", "must be stated");
}

/* One line a programme, in the words of the law file. */
static enum rc
programmes_lines(const struct law *law, const char *programmes, struct buf *out)
{
	const char *at = programmes;
	enum rc rc = RC_OK;

	while (rc == RC_OK && *at != '\0') {
		size_t len = strcspn(at, ":"), whole = strcspn(at, " ");
		uint16_t i = law == NULL ? LAW_NONE : law_find_programme(law, at, len);
		char code[LIMIT_CODE_CHARS + 1], dose[16];
		const struct form_value value[] = {
			{ "programme", i == LAW_NONE ? code : law_string(law, law->programme[i].name_ja) }, { "dose", dose },
			{ NULL, NULL },
		};

		(void)snprintf(code, sizeof(code), "%.*s", (int)len, at);
		(void)snprintf(dose, sizeof(dose), "%.*s", (int)(whole - len - 1), at + len + 1);
		rc = form_fill("request-letter-programme.txt", value, out);
		at += whole;
		at += strspn(at, " ");
	}
	return rc;
}

/* As plain text; a printed form takes the same values.  Of a protected person the address is left out, whoever asks:
 * the recipient needs it for nothing, and paper lies about. */
static enum rc
letter_text(struct call *c, const struct request_letter *l, struct buf *out, struct fault *why)
{
	const struct code_municipality *m = code_municipality_find(c->a->config.municipality, l->issued_on);
	struct buf lines = BUF_INIT(LIMIT_TEXT_BYTES);
	char number[FISCAL_NUMBER_SIZE], issued[ERA_TEXT_SIZE], birth[ERA_TEXT_SIZE], until[ERA_TEXT_SIZE];
	struct person p;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, &l->person, &c->arena, &p, why)) != RC_OK)
		return rc;
	fiscal_number_write(l->fiscal_year, l->no, number);
	era_write(l->issued_on, issued);
	if (day_equal(p.birth.first, p.birth.last))
		era_write(p.birth.first, birth);
	else
		day_span_write(p.birth, birth);
	era_write(l->valid_until, until);
	if ((rc = programmes_lines(c->a->law, l->programmes, &lines)) == RC_OK) {
		const struct form_value value[] = {
			{ "number", number }, { "issued", issued }, { "recipient", l->recipient },
			{ "town", m != NULL ? m->name : c->a->config.municipality }, { "name", p.name }, { "kana", p.kana },
			{ "birth", birth }, { "sex", person_sex_word(p.sex) },
			{ "address", p.is_protected ? NULL : p.address != NULL ? p.address : "" },
			{ "applicant", p.is_protected ? NULL : l->applicant != NULL ? l->applicant : "" },
			{ "programmes", lines.data }, { "reason", p.is_protected ? NULL : l->reason }, { "until", until },
			{ NULL, NULL },
		};

		rc = form_fill("request-letter.txt", value, out);
	}
	buf_clear(&lines);
	return rc == RC_OK ? RC_OK : fault_set(why, rc, "letter", "cannot be written");
}

enum rc
do_letter_issue(struct call *c, struct fault *why)
{
	struct request_letter l = { .town = request_text(c->r, TAG_MUNICIPALITY), .recipient = request_text(c->r, TAG_ADDRESSED_TO),
	    .applicant = request_text(c->r, TAG_APPLICANT), .reason = request_text(c->r, TAG_REASON),
	    .issued_on = c->today, .valid_until = request_day(c->r, TAG_UNTIL), .issued_by = c->actor };
	char programmes[PROGRAMMES_TEXT];
	struct buf text = BUF_INIT(LIMIT_TEXT_BYTES * 4);
	struct person p;
	enum rc rc;

	if (l.town != NULL && (strlen(l.town) != 6 || !checkdigit_municipality(l.town, 6)))
		return fault_set(why, RC_INVALID, "municipality", "wrong check digit");
	if (l.town != NULL && strcmp(l.town, c->a->config.municipality) == 0)
		return fault_set(why, RC_REFUSED, "municipality", "is this one: no letter is needed here");
	if (day_before(l.valid_until, c->today))
		return fault_set(why, RC_INVALID, "until", "lies in the past");
	if ((rc = begin(c, why)) != RC_OK ||
	    (rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK ||
	    (rc = check_person(c, &p, why)) != RC_OK ||
	    (rc = take_programmes(c, &p, l.valid_until, programmes, why)) != RC_OK)
		return rc;
	l.person = p.id;
	l.programmes = programmes;
	if ((rc = store_request_letter_add(c->a->store, &l, &l, why)) == RC_OK &&
	    (rc = letter_text(c, &l, &text, why)) == RC_OK)
		rc = finish(c, &l, text.data, why);
	buf_clear(&text);
	return rc;
}

enum rc
do_letter_show(struct call *c, struct fault *why)
{
	struct buf text = BUF_INIT(LIMIT_TEXT_BYTES * 4);
	struct request_letter l;
	enum rc rc;

	if ((rc = begin(c, why)) == RC_OK && (rc = find_letter(c, &l, why)) == RC_OK &&
	    (rc = letter_text(c, &l, &text, why)) == RC_OK)
		rc = finish(c, &l, text.data, why);
	buf_clear(&text);
	return rc;
}

enum rc
do_letter_void(struct call *c, struct fault *why)
{
	struct request_letter l;
	enum rc rc;

	if ((rc = begin(c, why)) != RC_OK || (rc = find_letter(c, &l, why)) != RC_OK ||
	    (rc = store_request_letter_void(c->a->store, &l, request_text(c->r, TAG_REASON), why)) != RC_OK)
		return rc;
	return finish(c, &l, NULL, why);
}

/* Of one person, or of a fiscal year: without protected people, whoever asks, since lists of them are not to be had. */
enum rc
do_letter_list(struct call *c, struct fault *why)
{
	const char *addressee = request_text(c->r, TAG_ADDRESSEE);
	int year = (int)request_int(c->r, TAG_FISCAL_YEAR, day_fiscal_year(c->today));
	struct request_letter *l;
	struct person p = { .id = ID_NONE };
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if (addressee != NULL) {
		node_see(c);
		if ((rc = node_person(c, addressee, &p, why)) != RC_OK)
			return rc;
	}
	if ((rc = store_request_letter_list(c->a->store, addressee != NULL ? &p.id : NULL, year, &c->arena, &l, &n,
	    why)) != RC_OK ||
	    (rc = node_audit(c, addressee != NULL ? &p.id : NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if (addressee != NULL)
		node_see(c);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_letter(c, &l[i], NULL, why);
	return rc;
}

/* A dose came back, or it was paid for: also for a letter that has run out or is void, since what happened happened. */
enum rc
do_letter_result(struct call *c, struct fault *why)
{
	const char *text = request_text(c->r, TAG_DOSE_ID);
	struct request_letter_result r = { .paid_yen = request_int(c->r, TAG_PAID_YEN, -1), .paid_on = request_day(c->r, TAG_ON),
	    .note = request_text(c->r, TAG_NOTE), .recorded_by = c->actor };
	struct request_letter l;
	struct dose d;
	struct id id;
	enum rc rc;

	if (text == NULL && r.paid_yen < 0)
		return fault_set(why, RC_INVALID, "letter", "a dose or what was paid must be named");
	if (r.paid_yen > 0 && !day_known(r.paid_on))
		return fault_set(why, RC_INVALID, "on", "the day of payment must be stated");
	if ((rc = begin(c, why)) != RC_OK || (rc = find_letter(c, &l, why)) != RC_OK)
		return rc;
	if (text != NULL) {
		if (id_parse(text, strlen(text), &id) != RC_OK)
			return fault_set(why, RC_INVALID, "dose id", "not an id: 32 hexadecimal digits");
		rc = store_dose_get(c->a->store, &id, &c->arena, &d, why);
		if (rc == RC_ABSENT || (rc == RC_OK && !id_equal(&d.person, &l.person)))
			return fault_set(why, RC_ABSENT, "dose id", "no dose of this id stands on this person's record");
		if (rc != RC_OK)
			return rc;
		r.statement = d.statement;
	}
	if ((rc = store_request_letter_result_add(c->a->store, &l, &r, why)) != RC_OK)
		return rc;
	return finish(c, &l, NULL, why);
}
