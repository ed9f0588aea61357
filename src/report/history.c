#include "report/history.h"

#include <assert.h>
#include <string.h>

static const char *const status_names[HISTORY_STATUS__COUNT] = {
	[HISTORY_GIVEN] = "given", [HISTORY_NOT_GIVEN] = "not-given",
	[HISTORY_WITHDRAWN] = "withdrawn",
};

static const char *const known_names[HISTORY_KNOWN__COUNT] = {
	[HISTORY_ANSWERED] = "answered", [HISTORY_NOTHING_HELD] = "nothing-held",
	[HISTORY_WAITING] = "waiting", [HISTORY_REFUSED] = "refused",
	[HISTORY_SET_ASIDE] = "set-aside", [HISTORY_NOT_ASKED] = "not-asked",
};

const char *
history_status_name(enum history_status status)
{
	return status_names[status];
}

const char *
history_known_name(enum history_known known)
{
	return known_names[known];
}

static const struct history_name no_name = { "", "", "" };
static const struct day_span no_span = { { INT32_MIN }, { INT32_MIN } };

void
history_init(struct history *h)
{
	memset(h, 0, sizeof *h);
	h->as_of = h->made_on = DAY_NONE;
	h->municipality = no_name;
	h->institution = h->law_version = h->law_hash = "";
	h->person.addressee_no = h->person.name = h->person.kana = h->person.roman = "";
	h->person.address = h->person.ticket_no = "";
	h->person.birth = no_span;
	h->person.died_on = DAY_NONE;
}

bool
history_is_incomplete(const struct history *h)
{
	for (size_t i = 0; i < h->n_source; i++)
		if (h->source[i].known != HISTORY_ANSWERED)
			return true;
	return false;
}

static struct history_name
name_of(const struct law *law, law_text code, law_text ja, law_text en)
{
	return (struct history_name){
		law_string(law, code), law_string(law, ja), law_string(law, en),
	};
}

static struct history_name
product_name(const struct law *law, uint16_t product)
{
	const struct law_product *p;

	if (product == LAW_NONE)
		return no_name;
	p = &law->product[product];
	return name_of(law, p->code, p->name_ja, p->name_en);
}

static struct history_name
programme_name(const struct law *law, uint16_t programme)
{
	const struct law_programme *p = &law->programme[programme];

	return name_of(law, p->code, p->name_ja, p->name_en);
}

/* The law is unmapped one day: what the history keeps must be its own. */
static bool
own_text(const char **text, struct arena *arena)
{
	if ((*text)[0] == '\0') {
		*text = "";
		return true;
	}
	*text = arena_text(arena, *text, strlen(*text));
	return *text != NULL;
}

static bool
own_name(struct history_name *n, struct arena *arena)
{
	return own_text(&n->code, arena) && own_text(&n->ja, arena) && own_text(&n->en, arena);
}

static enum rc
take_reasons(const struct law *law, const struct schedule_reason *from, unsigned n,
    struct arena *arena, const struct history_reason **ret_reason)
{
	struct history_reason *r = arena_array(arena, n, sizeof *r);

	if (r == NULL && n > 0)
		return RC_NOMEM;
	for (unsigned i = 0; i < n; i++) {
		r[i].code = (enum schedule_reason_code)from[i].code;
		r[i].source_ja = r[i].source_en = r[i].url = "";
		if (from[i].source != LAW_NONE) {
			const struct law_source *s = &law->source[from[i].source];

			r[i].source_ja = law_string(law, s->citation_ja);
			r[i].source_en = law_string(law, s->citation_en);
			r[i].url = law_string(law, s->url);
		}
		r[i].in_force = from[i].in_force;
		r[i].day_a = from[i].day_a;
		r[i].day_b = from[i].day_b;
		r[i].gap = from[i].gap;
		r[i].gap.pad = 0;
		r[i].product = product_name(law, from[i].product);
		if (!own_text(&r[i].source_ja, arena) || !own_text(&r[i].source_en, arena) ||
		    !own_text(&r[i].url, arena) || !own_name(&r[i].product, arena))
			return RC_NOMEM;
	}
	*ret_reason = r;
	return RC_OK;
}

/*
 * Lawful on the as-of day only because of a doctor: a shortened interval has passed though
 * the full one has not, or a recorded condition is that judgement and opened the first day.
 */
static bool
on_judgement(const struct history_forecast *f, day as_of)
{
	for (size_t i = 0; i < f->n_reason; i++) {
		day opens = f->reason[i].day_a;

		if (f->reason[i].code != SCHEDULE_DOCTOR_JUDGEMENT || !day_known(opens) ||
		    day_after(opens, as_of))
			continue;
		if (day_before(as_of, f->earliest) || day_equal(opens, f->earliest))
			return true;
	}
	return false;
}

enum rc
history_take_forecast(const struct law *law, const struct schedule_forecast *from, day as_of,
    struct arena *arena, struct history_forecast *ret_forecast)
{
	struct history_forecast *to = ret_forecast;
	const struct schedule_next *next = &from->next;
	struct history_choice *choice;
	enum rc rc;

	memset(to, 0, sizeof *to);
	to->programme = programme_name(law, from->programme);
	if (!own_name(&to->programme, arena))
		return RC_NOMEM;
	to->status = (enum schedule_status)from->status;
	to->overdue = from->overdue;
	to->has_next = from->has_next;
	to->given = from->given;
	to->remaining = from->remaining;
	to->earliest = to->latest = to->standard_from = to->standard_to = DAY_NONE;
	to->n_reason = from->n_reasons;
	if ((rc = take_reasons(law, from->reason, from->n_reasons, arena, &to->reason)) != RC_OK)
		return rc;
	if (!from->has_next)
		return RC_OK;
	to->dose = next->dose;
	to->kind = (enum law_dose_kind)next->kind;
	to->earliest = next->earliest;
	to->latest = next->latest;
	to->standard_from = next->standard_from;
	to->standard_to = next->standard_to;
	to->n_choice = next->n_choices;
	if ((choice = arena_array(arena, to->n_choice, sizeof *choice)) == NULL && to->n_choice > 0)
		return RC_NOMEM;
	for (size_t i = 0; i < to->n_choice; i++) {
		choice[i].vaccine = product_name(law, next->choice[i].product);
		choice[i].earliest = next->choice[i].earliest;
		choice[i].latest = next->choice[i].latest;
		if (!own_name(&choice[i].vaccine, arena))
			return RC_NOMEM;
	}
	to->choice = choice;
	to->by_judgement = on_judgement(to, as_of);
	return RC_OK;
}

static enum rc
take_credits(const struct schedule_question *question, const struct schedule_answer *answer,
    size_t from, size_t n, struct arena *arena, struct history_statement *statement)
{
	struct history_credit *c = arena_array(arena, n, sizeof *c);
	enum rc rc;

	if (c == NULL && n > 0)
		return RC_NOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct schedule_credit *credit = &answer->credit[from + i];

		c[i].programme = programme_name(question->law, credit->programme);
		if (!own_name(&c[i].programme, arena))
			return RC_NOMEM;
		c[i].status = (enum schedule_credit_status)credit->status;
		c[i].dose = credit->dose;
		c[i].n_reason = credit->n_reasons;
		if ((rc = take_reasons(question->law, credit->reason, credit->n_reasons, arena,
		    &c[i].reason)) != RC_OK)
			return rc;
	}
	statement->credit = c;
	statement->n_credit = n;
	return RC_OK;
}

enum rc
history_take_answer(struct history *h, struct history_statement *statement,
    const size_t *statement_of, const struct schedule_question *question,
    const struct schedule_answer *answer, struct arena *arena)
{
	const struct law *law = question->law;
	struct history_forecast *forecast;
	char hash[LAW_HASH_TEXT_SIZE];
	size_t c = 0;
	enum rc rc;

	law_hash_write(law, hash);
	h->law_version = law_string(law, law->version);
	h->law_hash = hash;
	if (!own_text(&h->law_version, arena) || !own_text(&h->law_hash, arena))
		return RC_NOMEM;
	h->as_of = question->as_of;
	for (size_t i = 0; i < question->n_dose; i++) {
		struct history_statement *s = &statement[statement_of[i]];
		size_t n = 0;

		while (c + n < answer->n_credit && answer->credit[c + n].dose_index == i)
			n++;
		rc = take_credits(question, answer, c, n, arena, s);
		if (rc != RC_OK)
			return rc;
		c += n;
		if (question->dose[i].product != LAW_NONE) {
			struct history_name names = product_name(law, question->dose[i].product);

			s->vaccine.ja = names.ja;
			s->vaccine.en = names.en;
			if (!own_text(&s->vaccine.ja, arena) || !own_text(&s->vaccine.en, arena))
				return RC_NOMEM;
		}
	}
	assert(c == answer->n_credit);
	forecast = arena_array(arena, answer->n_forecast, sizeof *forecast);
	if (forecast == NULL && answer->n_forecast > 0)
		return RC_NOMEM;
	for (size_t i = 0; i < answer->n_forecast; i++)
		if ((rc = history_take_forecast(law, &answer->forecast[i], question->as_of, arena,
		    &forecast[i])) != RC_OK)
			return rc;
	h->forecast = forecast;
	h->n_forecast = answer->n_forecast;
	return RC_OK;
}
