#include <stdio.h>
#include <string.h>

#include "action/circumstance.h"
#include "action/duplicate.h"
#include "action/duplicate_reading.h"
#include "action/node.h"
#include "exchange/inquiry.h"
#include "record/code.h"
#include "store/store_dose.h"
#include "store/store_duplicate.h"
#include "store/store_inquiry.h"
#include "store/store_ticket.h"

/* What stands on record about one person, as the readers of report/ take it. */

static const char *
or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static struct history_name
municipality_name(const char *code, day on)
{
	struct history_name name = { or_empty(code), "", "" };
	const struct code_municipality *m;

	if (code != NULL && (m = code_municipality_find(code, on)) != NULL) {
		name.ja = or_empty(m->name);
		name.en = or_empty(m->roman);
	}
	return name;
}

static struct history_name
product_name(const struct law *law, const char *code)
{
	struct history_name name = { or_empty(code), "", "" };
	uint16_t i = law_find_product(law, name.code, strlen(name.code));

	if (i != LAW_NONE) {
		name.ja = law_string(law, law->product[i].name_ja);
		name.en = law_string(law, law->product[i].name_en);
	}
	return name;
}

static const char *
id_text(const struct id *id, struct arena *arena)
{
	char text[ID_TEXT_SIZE];

	id_write(id, text);
	return arena_text(arena, text, strlen(text));
}

static enum schedule_sex
sex_of(enum sex sex)
{
	switch (sex) {
	case SEX_FEMALE:
		return SCHEDULE_SEX_FEMALE;
	case SEX_MALE:
		return SCHEDULE_SEX_MALE;
	case SEX_OTHER:
		return SCHEDULE_SEX_OTHER;
	case SEX_UNKNOWN:
	case SEX__COUNT:
		break;
	}
	return SCHEDULE_SEX_UNKNOWN;
}

static enum history_status
status_of(enum dose_status status)
{
	switch (status) {
	case DOSE_GIVEN:
		return HISTORY_GIVEN;
	case DOSE_NOT_GIVEN:
		return HISTORY_NOT_GIVEN;
	case DOSE_WITHDRAWN:
	case DOSE_STATUS__COUNT:
		break;
	}
	return HISTORY_WITHDRAWN;
}

static enum rc
take_statement(const struct action *a, const struct dose *d, day today, struct arena *arena,
    struct history_statement *out)
{
	char *version;

	memset(out, 0, sizeof(*out));
	if ((out->id = id_text(&d->statement, arena)) == NULL ||
	    (version = arena_new(arena, 24)) == NULL)
		return RC_NOMEM;
	out->version = d->version;
	out->status = status_of(d->status);
	out->superseded = !d->is_latest;
	out->source_kind = dose_source_word(d->source);
	out->source = or_empty(d->source_code);
	out->source_municipality = municipality_name(d->relayed_by != NULL ? d->relayed_by :
	    a->config.municipality, today);
	out->origin_id = or_empty(d->origin_id);
	(void)snprintf(version, 24, "%lld", (long long)d->origin_version);
	out->origin_version = version;
	out->origin_municipality = municipality_name(d->origin_municipality, today);
	out->verification = dose_verification_word(d->verification);
	out->evidence = or_empty(d->evidence);
	out->given = d->given;
	out->vaccine = product_name(a->law, d->vaccine);
	out->product_text = or_empty(d->product_text);
	out->is_unknown = law_find_product(a->law, out->vaccine.code, strlen(out->vaccine.code)) == LAW_NONE;
	out->told_no = (unsigned)d->told_no;
	out->counted_as = "";
	out->lot = or_empty(d->lot);
	out->expires = d->expires;
	out->volume_ul = d->volume_ul;
	out->site = or_empty(d->site);
	out->route = or_empty(d->route);
	out->clinic_code = or_empty(d->clinic_code);
	out->clinic_name = or_empty(d->clinic_name);
	out->physician = or_empty(d->physician);
	out->reason = or_empty(d->reason);
	return RC_OK;
}

static enum history_known
known_of(const struct inquiry_row *row)
{
	switch ((enum inquiry_state)row->state) {
	case INQUIRY_APPLIED:
		return HISTORY_ANSWERED;
	case INQUIRY_NO_DATA:
		return HISTORY_NOTHING_HELD;
	case INQUIRY_IN_DOUBT:
		return HISTORY_SET_ASIDE;
	case INQUIRY_REFUSED:
	case INQUIRY_ERROR:
	case INQUIRY_EXPIRED:
		return HISTORY_REFUSED;
	case INQUIRY_DRAFT:
	case INQUIRY_ACCEPTED:
	case INQUIRY_CHECKED:
	case INQUIRY_PERMITTED:
	case INQUIRY_NOTIFIED:
	case INQUIRY_HELD:
	case INQUIRY_ANSWERED:
	case INQUIRY_FETCHED:
	case INQUIRY_STATE__COUNT:
		break;
	}
	return HISTORY_WAITING;
}

static size_t
count_from(const struct dose *dose, size_t n, const char *municipality)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		if (municipality == NULL ? dose[i].relayed_by == NULL :
		    dose[i].relayed_by != NULL && strcmp(dose[i].relayed_by, municipality) == 0)
			count++;
	return count;
}

static struct history_source *
source_for(struct history_source *source, size_t *n, const char *code)
{
	size_t i;

	for (i = 1; i < *n; i++)
		if (strcmp(source[i].municipality.code, code) == 0)
			return &source[i];
	memset(&source[*n], 0, sizeof(*source));
	source[*n].municipality.code = code;
	return &source[(*n)++];
}

/*
 * This town, every town a period of residence names, and every town that was
 * asked: what each has said so far.  A town that was not asked stands there as such,
 * since silence must not be read as "nothing was given".
 */
static enum rc
take_sources(struct action *a, const struct person *p, const struct dose *dose, size_t n_dose,
    day today, struct arena *arena, struct history *h, struct fault *why)
{
	struct inquiry_row *asked;
	struct history_source *source, *at;
	const char *code;
	size_t i, n_asked, n = 0;
	enum rc rc;

	if ((rc = store_inquiry_of(a->store, &p->id, arena, &asked, &n_asked, why)) != RC_OK)
		return rc;
	if ((source = arena_array(arena, 1 + p->n_residences + n_asked, sizeof(*source))) == NULL)
		return RC_NOMEM;
	source[n].municipality = municipality_name(a->config.municipality, today);
	source[n].known = HISTORY_ANSWERED;
	source[n].as_of = today;
	source[n].statements = count_from(dose, n_dose, NULL);
	n++;
	for (i = 0; i < p->n_residences; i++) {
		if (code_municipality_to_ask(p->residences[i].previous, today, &code) != RC_OK ||
		    strcmp(code, a->config.municipality) == 0)
			continue;
		at = source_for(source, &n, code);
		at->known = HISTORY_NOT_ASKED;
		at->as_of = DAY_NONE;
	}
	for (i = 0; i < n_asked; i++) {		/* oldest first: the last word stands */
		at = source_for(source, &n, asked[i].provider);
		/* What was answered stays known as of its day, until the next answer. */
		if (day_known(at->as_of) && !day_known(asked[i].known_as_of))
			continue;
		at->known = known_of(&asked[i]);
		at->as_of = asked[i].known_as_of;
	}
	for (i = 1; i < n; i++) {
		code = source[i].municipality.code;
		source[i].municipality = municipality_name(code, today);
		source[i].statements = count_from(dose, n_dose, code);
	}
	h->source = source;
	h->n_source = n;
	return RC_OK;
}

enum rc
node_is_incomplete(struct action *a, const struct person *p, day today, struct arena *arena, bool *ret_incomplete,
    struct fault *why)
{
	struct history h;
	enum rc rc;

	history_init(&h);
	if ((rc = take_sources(a, p, NULL, 0, today, arena, &h, why)) == RC_OK)
		*ret_incomplete = history_is_incomplete(&h);
	return rc;
}

static enum rc
take_person(const struct action *a, const struct person *p, const char *ticket, day today,
    struct arena *arena, struct history_person *out)
{
	struct history_residence *residence;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->addressee_no = or_empty(p->addressee_no);
	out->name = or_empty(p->name);
	out->kana = or_empty(p->kana);
	out->roman = or_empty(p->roman);
	out->birth = p->birth;
	out->sex = sex_of(p->sex);
	out->address = or_empty(p->address);
	out->died_on = p->died_on;
	out->ticket_no = ticket;
	if ((residence = arena_array(arena, p->n_residences + 1, sizeof(*residence))) == NULL)
		return RC_NOMEM;
	for (i = 0; i < p->n_residences; i++) {
		residence[i].from = p->residences[i].from;
		residence[i].until = p->residences[i].until;
		residence[i].municipality = municipality_name(a->config.municipality, today);
	}
	out->residence = residence;
	out->n_residence = p->n_residences;
	return RC_OK;
}

static bool
is_merged(const struct duplicate_told *t, const struct id *statement)
{
	for (size_t i = 0; i < t->n_merged; i++)
		if (id_equal(&t->merged[i].statement, statement))
			return true;
	return false;
}

/* What decides between doses of one day: who told it, and under which name, whenever it came. */
static const char *
source_key(const struct dose *d, struct arena *arena)
{
	const char *code = or_empty(d->source_code), *id = or_empty(d->source_id);
	char text[ID_TEXT_SIZE], *key;
	size_t n_code, n_id;

	/* Who walks a whole city does not read that name. */
	if (*id == '\0') {
		id_write(&d->statement, text);
		id = text;
	}
	n_code = strlen(code);
	n_id = strlen(id);
	if ((key = arena_new(arena, n_code + n_id + 4)) == NULL)
		return NULL;
	key[0] = (char)('a' + (int)d->source);
	key[1] = '/';
	memcpy(key + 2, code, n_code);
	key[2 + n_code] = '/';
	memcpy(key + 3 + n_code, id, n_id + 1);
	return key;
}

/* Only what was given is judged, and what is told twice once; an unknown product credits nothing. */
static size_t
take_given(const struct law *law, const struct dose *dose, size_t n, const struct duplicate_told *told,
    struct arena *arena, struct schedule_dose *out, size_t *statement_of)
{
	size_t i, given = 0;

	for (i = 0; i < n && given < LIMIT_PERSON_DOSES; i++) {
		if (dose[i].status != DOSE_GIVEN || !dose[i].is_latest || is_merged(told, &dose[i].statement))
			continue;
		out[given].given = dose[i].given;
		out[given].product = dose[i].vaccine == NULL ? LAW_NONE :
		    law_find_product(law, dose[i].vaccine, strlen(dose[i].vaccine));
		if ((out[given].id = source_key(&dose[i], arena)) == NULL)
			return SIZE_MAX;
		statement_of[given++] = i;
	}
	return given;
}

/* Pairs of judged statements that wait for somebody and cannot be resolved from here. */
static enum rc
judge_unresolved(struct action *a, const struct duplicate_told *told, const struct dose *dose, struct node_judged *j,
    struct schedule_work *work, struct arena *arena, struct fault *why)
{
	struct duplicate_unresolved *pair;
	size_t n = 0;

	if ((pair = arena_array(arena, told->n_pair + 1, sizeof(*pair))) == NULL)
		return fault_set(why, RC_NOMEM, "record", "too large to be judged at once");
	for (size_t i = 0; i < told->n_pair; i++) {
		size_t one = SIZE_MAX, other = SIZE_MAX;

		if (told->pair[i].state != DUPLICATE_OPEN || told->pair[i].verdict != DUPLICATE_UNRESOLVABLE)
			continue;
		for (size_t k = 0; k < j->question.n_dose; k++) {
			const struct id *statement = &dose[j->statement_of[k]].statement;

			if (id_equal(statement, &told->pair[i].first))
				one = k;
			else if (id_equal(statement, &told->pair[i].second))
				other = k;
		}
		if (one != SIZE_MAX && other != SIZE_MAX)
			pair[n++] = (struct duplicate_unresolved){ one, other };
	}
	return n == 0 ? RC_OK : duplicate_cautious(&j->question, pair, n, work != NULL ? work : a->work, arena,
	    j->answer, why);
}

static enum rc
judge(struct action *a, const struct law *law, const struct person *p, const struct dose *dose, size_t n_dose,
    const struct duplicate_told *told, day as_of, struct schedule_work *work, struct arena *arena,
    struct node_judged *ret, struct fault *why)
{
	struct schedule_person *who;
	struct schedule_dose *given;
	struct node_judged j = { .n_dose = n_dose };
	size_t i;
	enum rc rc;

	if (day_after(p->birth.last, as_of))
		return fault_set(why, RC_INVALID, "as-of", "lies before the birth");
	if ((who = arena_new(arena, sizeof(*who))) == NULL ||
	    (given = arena_array(arena, n_dose + 1, sizeof(*given))) == NULL ||
	    (j.statement_of = arena_array(arena, n_dose + 1, sizeof(*j.statement_of))) == NULL ||
	    (j.answer = arena_new(arena, sizeof(*j.answer))) == NULL ||
	    (i = take_given(law, dose, n_dose, told, arena, given, j.statement_of)) == SIZE_MAX)
		return fault_set(why, RC_NOMEM, "record", "too large to be judged at once");
	*who = (struct schedule_person){ .birth = p->birth.last, .sex = sex_of(p->sex),
	    .pregnancy_start = DAY_NONE, .antibody_date = DAY_NONE };
	j.question = (struct schedule_question){ .law = law, .person = who, .dose = given, .n_dose = i,
	    .as_of = as_of, .reasons = true };
	j.answer->room_credit = (i + 1) * SCHEDULE_CREDITS_PER_DOSE;
	if ((j.answer->credit = arena_array(arena, j.answer->room_credit, sizeof(*j.answer->credit))) == NULL)
		return fault_set(why, RC_NOMEM, "record", "too large to be judged at once");
	if ((rc = circumstance_take(a, law, p, arena, who, why)) != RC_OK)
		return rc;
	if ((rc = schedule_answer(&j.question, work != NULL ? work : a->work, j.answer)) != RC_OK)
		return fault_set(why, rc, "schedule", "cannot be worked out");
	if (told->n_pair > 0 && (rc = judge_unresolved(a, told, dose, &j, work, arena, why)) != RC_OK)
		return rc;
	*ret = j;
	return RC_OK;
}

enum rc
node_judge(struct action *a, const struct law *law, const struct person *p, const struct dose *dose,
    size_t n_dose, day as_of, struct schedule_work *work, struct arena *arena, struct node_judged *ret,
    struct fault *why)
{
	struct duplicate_told told;
	enum rc rc;

	if ((rc = duplicate_told_of(a, &p->id, arena, &told, why)) != RC_OK)
		return rc;
	return judge(a, law, p, dose, n_dose, &told, as_of, work, arena, ret, why);
}

/* A product as it was called where it was given: by that name alone, or beside that of its code. */
static bool
name_products(struct history_statement *s, size_t n, struct arena *arena)
{
	char text[4 * LIMIT_NAME_CHARS + 256];

	for (size_t i = 0; i < n; i++) {
		const char **name[2] = { &s[i].vaccine.ja, &s[i].vaccine.en };

		for (int k = 0; k < 2 && s[i].product_text[0] != '\0'; k++) {
			int len = snprintf(text, sizeof(text), **name[k] == '\0' ? "%s%s" :
			    k == 0 ? "%s（%s）" : "%s (%s)", *name[k], s[i].product_text);

			if (len < 0 || (size_t)len >= sizeof(text) ||
			    (*name[k] = arena_text(arena, text, (size_t)len)) == NULL)
				return false;
		}
	}
	return true;
}

enum rc
node_history_by(struct action *a, const struct person *p, const struct dose *dose, size_t n_dose, day as_of, day today,
    struct arena *arena, struct history *ret_history, struct fault *why)
{
	struct history h;
	struct history_statement *statement;
	struct node_judged judged;
	struct duplicate_told told;
	struct ticket ticket;
	const char *number = "";
	size_t i;
	enum rc rc;

	if (a->law == NULL)
		return fault_set(why, RC_REFUSED, "law", "no law file is installed: see watashi doctor");
	history_init(&h);
	h.as_of = as_of;
	h.made_on = today;
	if (p->is_shielded) {
		h.protected = true;
		h.person.addressee_no = p->addressee_no;
		*ret_history = h;
		return RC_OK;
	}
	h.municipality = municipality_name(a->config.municipality, today);
	if ((rc = store_ticket_of(a->store, &p->id, &ticket, why)) == RC_OK) {
		if (ticket_good_on(&ticket, today) &&
		    (number = arena_text(arena, ticket.number, strlen(ticket.number))) == NULL)
			goto nomem;
	} else if (rc != RC_ABSENT)
		return rc;
	if ((statement = arena_array(arena, n_dose + 1, sizeof(*statement))) == NULL)
		goto nomem;
	for (i = 0; i < n_dose; i++)
		if (take_statement(a, &dose[i], today, arena, &statement[i]) != RC_OK)
			goto nomem;
	h.statement = statement;
	h.n_statement = n_dose;
	if ((rc = duplicate_told_of(a, &p->id, arena, &told, why)) != RC_OK ||
	    (rc = duplicate_history(&told, arena, &h, statement, why)) != RC_OK)
		return rc;
	if (take_person(a, p, number, today, arena, &h.person) != RC_OK)
		goto nomem;
	if ((rc = judge(a, a->law, p, dose, n_dose, &told, as_of, NULL, arena, &judged, why)) != RC_OK ||
	    (rc = history_take_answer(&h, statement, judged.statement_of, &judged.question, judged.answer,
	    arena)) != RC_OK ||
	    (rc = take_sources(a, p, dose, n_dose, today, arena, &h, why)) != RC_OK ||
	    (rc = name_products(statement, n_dose, arena) ? RC_OK : RC_NOMEM) != RC_OK) {
		if (rc == RC_NOMEM)
			goto nomem;
		return rc;
	}
	*ret_history = h;
	return RC_OK;
 nomem:
	return fault_set(why, RC_NOMEM, "record", "too large to be shown at once");
}

enum rc
node_history(struct action *a, const struct person *p, day as_of, day today, struct arena *arena,
    struct history *ret_history, struct fault *why)
{
	struct dose *dose = NULL;
	size_t n = 0;
	enum rc rc;

	if (!p->is_shielded && (rc = store_dose_list(a->store, &p->id, arena, &dose, &n, why)) != RC_OK)
		return rc;
	return node_history_by(a, p, dose, n, as_of, today, arena, ret_history, why);
}
