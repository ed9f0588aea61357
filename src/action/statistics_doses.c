#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/everybody.h"
#include "action/node.h"
#include "action/tally.h"
#include "store/store_walk.h"

/*
 * Doses by month or fiscal year, vaccine, stage and number, as the yearly report to the ministry counts them
 * (chapter on immunization: doses by vaccine, stage and dose number).  A dose is counted once for its
 * vaccine, and once for each programme that it has a credit in: so the rows of a programme add up over vaccines
 * and the rows of a vaccine add up to the total, but programmes do not add up to anything.
 */
#define PERIODS_MAX 1200		/* a hundred years of months */
#define CODES_MAX 256			/* different vaccines, unknown ones too */
#define TEXT_SIZE 16

/* Parts of a key, from the highest: period, vaccine, family of stages, programme, outcome, dose.  All ones: whatever. */
#define PERIOD_AT 48
#define VACCINE_AT 32
#define FAMILY_AT 24
#define PROGRAMME_AT 16
#define OUTCOME_AT 8
#define ANY 0xffu
#define ANY_VACCINE 0xffffu

struct counting {
	struct call *c;
	day from, until;
	bool by_year;			/* fiscal */
	bool publish;
	int small_cell;
	struct tally tally;
	char code[CODES_MAX][LIMIT_CODE_CHARS + 1];
	size_t n_code;
	struct schedule_work work;
};

static uint64_t
key_of(unsigned period, unsigned vaccine, unsigned family, unsigned programme, unsigned outcome, unsigned dose)
{
	return (uint64_t)period << PERIOD_AT | (uint64_t)vaccine << VACCINE_AT | (uint64_t)family << FAMILY_AT |
	    (uint64_t)programme << PROGRAMME_AT | (uint64_t)outcome << OUTCOME_AT | dose;
}

static unsigned
period_of(const struct counting *k, day d)
{
	int year, month, mday;

	if (k->by_year)
		return (unsigned)(day_fiscal_year(d) - day_fiscal_year(k->from));
	day_split(k->from, &year, &month, &mday);
	int first = year * 12 + month;

	day_split(d, &year, &month, &mday);
	return (unsigned)(year * 12 + month - first);
}

static void
write_period(const struct counting *k, unsigned period, char text[TEXT_SIZE])
{
	int year, month, mday;

	if (k->by_year) {
		(void)snprintf(text, TEXT_SIZE, "%d", day_fiscal_year(k->from) + (int)period);
		return;
	}
	day_split(k->from, &year, &month, &mday);
	month += (int)period - 1;
	(void)snprintf(text, TEXT_SIZE, "%04d-%02d", year + month / 12, month % 12 + 1);
}

static enum rc
code_of(struct counting *k, const char *vaccine, unsigned *ret_no, struct fault *why)
{
	size_t i;

	if (vaccine == NULL || strlen(vaccine) > LIMIT_CODE_CHARS)
		vaccine = "";
	for (i = 0; i < k->n_code && strcmp(k->code[i], vaccine) != 0; i++)
		;
	if (i == k->n_code) {
		if (i == CODES_MAX)
			return fault_set(why, RC_TOO_BIG, "statistics", "more than %d different vaccines", CODES_MAX);
		memcpy(k->code[k->n_code++], vaccine, strlen(vaccine) + 1);
	}
	*ret_no = (unsigned)i;
	return RC_OK;
}

/* Given, and known to lie within one period that is asked for. */
static bool
is_counted(const struct counting *k, const struct dose *d)
{
	return d->status == DOSE_GIVEN && d->is_latest && !day_before(d->given.first, k->from) &&
	    !day_after(d->given.last, k->until) && period_of(k, d->given.first) == period_of(k, d->given.last);
}

/* Told by somebody else than a clinic or this office: given elsewhere, or so it is said. */
static bool
is_other(const struct dose *d)
{
	return d->relayed_by != NULL || (d->source != DOSE_SOURCE_CLINIC && d->source != DOSE_SOURCE_OFFICE);
}

static enum rc
count_dose(struct counting *k, const struct dose *d, size_t index, const struct schedule_answer *answer,
    struct fault *why)
{
	const struct law *law = k->c->a->law;
	unsigned period = period_of(k, d->given.first), vaccine;
	bool other = is_other(d);
	enum rc rc;

	if ((rc = code_of(k, d->vaccine, &vaccine, why)) != RC_OK ||
	    (rc = tally_add(&k->tally, key_of(period, ANY_VACCINE, ANY, ANY, ANY, ANY), other, why)) != RC_OK ||
	    (rc = tally_add(&k->tally, key_of(period, vaccine, ANY, ANY, ANY, ANY), other, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < answer->n_credit && rc == RC_OK; i++) {
		const struct schedule_credit *credit = &answer->credit[i];
		unsigned stages;

		if (credit->dose_index != index)
			continue;
		stages = law->programme[credit->programme].stages;
		rc = tally_add(&k->tally, key_of(period, vaccine, stages == LAW_NONE ? (unsigned)LAW_PROGRAMMES_MAX + credit->programme :
		    stages, credit->programme, credit->status, credit->dose), other, why);
	}
	return rc;
}

static enum rc
count_person(void *given, const struct id *id, struct fault *why)
{
	struct counting *k = given;
	struct call *c = k->c;
	struct node_judged judged;
	struct person p;
	struct dose *dose;
	size_t n, i;
	enum rc rc;

	if ((rc = store_walk_doses(c->a->store, id, &c->arena, &dose, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n && !is_counted(k, &dose[i]); i++)
		;
	if (i == n)
		return RC_OK;
	if ((rc = store_walk_person(c->a->store, id, &c->arena, &p, why)) != RC_OK)
		return rc;
	if (day_after(p.birth.last, c->as_of))
		return RC_OK;
	if ((rc = node_judge(c->a, c->a->law, &p, dose, n, c->as_of, &k->work, &c->arena, &judged, why)) != RC_OK)
		return rc;
	/* What is counted as another statement, after a decision on duplicates, is not among these. */
	for (i = 0; i < judged.question.n_dose && rc == RC_OK; i++)
		if (is_counted(k, &dose[judged.statement_of[i]]))
			rc = count_dose(k, &dose[judged.statement_of[i]], i, judged.answer, why);
	return rc;
}

static enum rc
count_everybody(struct counting *k, struct fault *why)
{
	struct call *c = k->c;
	enum rc rc;

	/* Counts of everybody, also of people under protection: no row says where anybody is. */
	if ((rc = node_work(c->a, c->now_us, why)) != RC_OK)
		return rc;
	rc = everybody(c, DAY_MIN, c->as_of, count_person, k, why);
	store_rollback(c->a->store);
	return rc;
}

/* ---- the answer ---- */

/* Counts whose sum is told: the vaccines of a period; the stages and doses of one family of a vaccine. */
static bool
same_group(uint64_t a, uint64_t b)
{
	bool whole_a = (a >> FAMILY_AT & 0xff) == ANY, whole_b = (b >> FAMILY_AT & 0xff) == ANY;

	if (whole_a != whole_b)
		return false;
	return whole_a ? a >> PERIOD_AT == b >> PERIOD_AT : a >> FAMILY_AT == b >> FAMILY_AT;
}

static enum rc
hide_small(struct counting *k, struct fault *why)
{
	struct tally *t = &k->tally;
	int64_t *count = calloc(t->n + 1, sizeof(*count));
	size_t *at = calloc(t->n + 1, sizeof(*at));
	bool *hidden = calloc(t->n + 1, sizeof(*hidden)), *done = calloc(t->n + 1, sizeof(*done));
	enum rc rc = RC_OK;

	if (count == NULL || at == NULL || hidden == NULL || done == NULL) {
		rc = fault_set(why, RC_NOMEM, "statistics", "out of memory");
		goto out;
	}
	for (size_t i = 0; i < t->n; i++) {
		size_t n = 0;

		if (done[i])
			continue;
		/* The total of a period stands by itself. */
		if ((t->cell[i].key >> VACCINE_AT & 0xffff) == ANY_VACCINE) {
			t->cell[i].is_hidden = t->cell[i].count > 0 && t->cell[i].count < k->small_cell;
			continue;
		}
		for (size_t j = i; j < t->n && t->cell[j].key >> PERIOD_AT == t->cell[i].key >> PERIOD_AT; j++)
			if (!done[j] && (t->cell[j].key >> VACCINE_AT & 0xffff) != ANY_VACCINE &&
			    same_group(t->cell[i].key, t->cell[j].key)) {
				done[j] = true;
				at[n] = j;
				count[n++] = t->cell[j].count;
			}
		tally_hide(count, hidden, n, k->small_cell);
		for (size_t j = 0; j < n; j++)
			t->cell[at[j]].is_hidden = hidden[j];
	}
 out:
	free(count);
	free(at);
	free(hidden);
	free(done);
	return rc;
}

static enum rc
reply_cell(struct counting *k, const struct tally_cell *cell, struct fault *why)
{
	unsigned vaccine = (unsigned)(cell->key >> VACCINE_AT & 0xffff), programme = (unsigned)(cell->key >> PROGRAMME_AT & 0xff);
	unsigned outcome = (unsigned)(cell->key >> OUTCOME_AT & 0xff), dose = (unsigned)(cell->key & 0xff);
	const struct law *law = k->c->a->law;
	char period[TEXT_SIZE];
	struct frame f;
	enum rc rc;

	if (k->publish && cell->count == 0)
		return RC_OK;
	write_period(k, (unsigned)(cell->key >> PERIOD_AT), period);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PERIOD, period);
	if (vaccine != ANY_VACCINE)
		frame_put_text(&f, TAG_VACCINE, k->code[vaccine]);
	if (programme != ANY) {
		frame_put_text(&f, TAG_PROGRAMME, law_string(law, law->programme[programme].code));
		frame_put_text(&f, TAG_OUTCOME, schedule_credit_name((enum schedule_credit_status)outcome));
		if (dose > 0)
			frame_put_int(&f, TAG_DOSE, dose);
	}
	if (cell->is_hidden)
		frame_put_text(&f, TAG_STATE, "hidden");
	else
		frame_put_int(&f, TAG_COUNT, cell->count);
	if (!k->publish)
		frame_put_int(&f, TAG_OTHERS, cell->others);
	rc = node_reply(k->c, &f, why);
	frame_clear(&f);
	return rc;
}

static enum rc
take_question(struct counting *k, struct fault *why)
{
	struct call *c = k->c;
	const char *by = request_text(c->r, TAG_BY);
	enum rc rc;

	k->publish = request_int(c->r, TAG_PUBLISH, 0) != 0;
	if ((rc = config_number("small_cell", c->a->config.small_cell, 5, 100, &k->small_cell, why)) != RC_OK)
		return rc;
	k->from = request_day(c->r, TAG_FROM);
	k->until = request_day(c->r, TAG_UNTIL);
	if (!day_known(k->from))
		k->from = day_fiscal_first(day_fiscal_year(day_known(k->until) ? k->until : c->today));
	if (!day_known(k->until))
		k->until = day_fiscal_last(day_fiscal_year(k->from));
	if (by != NULL && strcmp(by, "month") != 0 && strcmp(by, "fiscal-year") != 0)
		return fault_set(why, RC_INVALID, "by", "expected month or fiscal-year");
	k->by_year = by != NULL && strcmp(by, "fiscal-year") == 0;
	if (day_after(k->from, k->until))
		return fault_set(why, RC_INVALID, "until", "lies before the first day");
	if (period_of(k, k->until) >= PERIODS_MAX)
		return fault_set(why, RC_INVALID, "until", "more than %d periods at once", PERIODS_MAX);
	if (c->a->law == NULL)
		return fault_set(why, RC_REFUSED, "law", "no law file is installed: see watashi doctor");
	return RC_OK;
}

enum rc
do_statistics_doses(struct call *c, struct fault *why)
{
	struct counting *k = calloc(1, sizeof(*k));
	char detail[64], from[DAY_TEXT_SIZE], until[DAY_TEXT_SIZE];
	enum rc rc;

	if (k == NULL)
		return fault_set(why, RC_NOMEM, "statistics", "out of memory");
	k->c = c;
	if ((rc = take_question(k, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		goto out;
	day_write(k->from, from);
	day_write(k->until, until);
	(void)snprintf(detail, sizeof(detail), "%s..%s%s", from, until, k->publish ? ", to be published" : "");
	if ((rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK || (rc = count_everybody(k, why)) != RC_OK)
		goto out;
	tally_sort(&k->tally);
	if (k->publish && (rc = hide_small(k, why)) != RC_OK)
		goto out;
	for (size_t i = 0; i < k->tally.n && rc == RC_OK; i++)
		rc = reply_cell(k, &k->tally.cell[i], why);
 out:
	tally_clear(&k->tally);
	free(k);
	return rc;
}
