#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/everybody.h"
#include "action/list_judge.h"
#include "action/list_run.h"
#include "action/node.h"
#include "action/tally.h"
#include "store/store_walk.h"

/*
 * How many of a cohort have had what the Act asks for, on a reference day.  Counted are residents on that day, born
 * from April 2 to April 1, protected people among them.  Whose record is not complete and shows
 * something missing is a column of its own: neither vaccinated nor not.  The percentage is that of the complete
 * among all but those who never were to be vaccinated.
 */
#define COHORTS_MAX 160
#define TEXT_SIZE 16

enum column { COMPLETE, OPEN, NO_LONGER, INCOMPLETE, EXEMPT, REVIEW, NOT_ELIGIBLE, COLUMN__COUNT };
static const enum request_tag column_tag[COLUMN__COUNT] = {
	[COMPLETE] = TAG_COMPLETE, [OPEN] = TAG_OPEN, [NO_LONGER] = TAG_NO_LONGER, [INCOMPLETE] = TAG_INCOMPLETE,
	[EXEMPT] = TAG_EXEMPT, [REVIEW] = TAG_REVIEW, [NOT_ELIGIBLE] = TAG_NOT_ELIGIBLE,
};

struct coverage {
	struct call *c;
	struct list_condition condition;
	struct list_births births;
	day on;
	uint16_t programme;		/* LAW_NONE: all */
	bool publish;
	int small_cell;
	int first_cohort;
	struct schedule_work work;
	int64_t count[COHORTS_MAX][LAW_PROGRAMMES_MAX][COLUMN__COUNT];
	int64_t people[COHORTS_MAX];
};

static enum column
column_of(const struct schedule_forecast *f)
{
	switch ((enum schedule_status)f->status) {
	case SCHEDULE_COMPLETE:
		return COMPLETE;
	case SCHEDULE_EXEMPT:
		return EXEMPT;
	case SCHEDULE_NOT_ELIGIBLE:
		return NOT_ELIGIBLE;
	case SCHEDULE_CLOSED:
		return NO_LONGER;
	case SCHEDULE_REVIEW:
		return REVIEW;
	case SCHEDULE_DUE:
	case SCHEDULE_UPCOMING:
	case SCHEDULE_STATUS__COUNT:
		break;
	}
	return OPEN;
}

static enum rc
count_person(void *given, const struct id *id, struct fault *why)
{
	struct coverage *k = given;
	struct call *c = k->c;
	enum list_apart apart;
	struct node_judged judged;
	struct person p;
	struct dose *dose;
	bool asked = false, incomplete = false;
	int cohort;
	size_t n;
	enum rc rc;

	if ((rc = store_walk_person(c->a->store, id, &c->arena, &p, why)) != RC_OK)
		return rc;
	if (day_after(p.birth.last, k->on) || !person_alive_on(&p, k->on) || person_residence_on(&p, k->on) == NULL ||
	    list_person_holds(&k->condition, &k->births, &p, k->on, &apart) != LIST_YES)
		return RC_OK;
	/* Named by the year whose April 2 it begins on; a birth that is not known to the day by its last one. */
	cohort = day_fiscal_year(day_add(p.birth.last, -1)) - k->first_cohort;
	if (cohort < 0 || cohort >= COHORTS_MAX)
		return RC_OK;
	if ((rc = store_walk_doses(c->a->store, id, &c->arena, &dose, &n, why)) != RC_OK ||
	    (rc = node_judge(c->a, c->a->law, &p, dose, n, k->on, &k->work, &c->arena, &judged, why)) != RC_OK)
		return rc;
	k->people[cohort]++;
	for (size_t i = 0; i < judged.answer->n_forecast; i++) {
		const struct schedule_forecast *f = &judged.answer->forecast[i];
		enum column column = column_of(f);

		if (k->programme != LAW_NONE && f->programme != k->programme)
			continue;
		if (column == OPEN || column == NO_LONGER || column == REVIEW) {
			if (!asked && (rc = node_is_incomplete(c->a, &p, c->today, &c->arena, &incomplete, why)) != RC_OK)
				return rc;
			asked = true;
			column = incomplete ? INCOMPLETE : column;
		}
		k->count[cohort][f->programme][column]++;
	}
	return RC_OK;
}

static enum rc
count_everybody(struct coverage *k, struct fault *why)
{
	struct call *c = k->c;
	enum rc rc;

	if ((rc = node_work(c->a, c->now_us, why)) != RC_OK)
		return rc;
	rc = everybody(c, k->births.first, k->births.last, count_person, k, why);
	store_rollback(c->a->store);
	return rc;
}

static enum rc
reply_row(struct coverage *k, int cohort, uint16_t programme, struct fault *why)
{
	const int64_t *count = k->count[cohort][programme];
	int64_t all = k->people[cohort], of = all - count[NOT_ELIGIBLE];
	bool hidden[COLUMN__COUNT] = { false }, any = false;
	char text[TEXT_SIZE];
	struct frame f;
	enum rc rc;

	if (all == 0 || (k->programme == LAW_NONE && of == 0))
		return RC_OK;		/* a programme that never was for anybody of the cohort */
	if (k->publish)
		tally_hide(count, hidden, COLUMN__COUNT, k->small_cell);
	frame_init(&f, RESULT_ROW);
	(void)snprintf(text, sizeof(text), "%d", k->first_cohort + cohort);
	frame_put_text(&f, TAG_COHORT, text);
	frame_put_text(&f, TAG_PROGRAMME, law_string(k->c->a->law, k->c->a->law->programme[programme].code));
	frame_put_day(&f, TAG_ON, k->on);
	if (!k->publish || all >= k->small_cell)
		frame_put_int(&f, TAG_TOTAL, all);
	for (int i = 0; i < COLUMN__COUNT; i++) {
		any |= hidden[i];
		if (!hidden[i])
			frame_put_int(&f, (uint16_t)column_tag[i], count[i]);
	}
	if (!hidden[NOT_ELIGIBLE] && (!k->publish || all >= k->small_cell))
		frame_put_int(&f, TAG_DENOMINATOR, of);
	if (of > 0 && !hidden[COMPLETE] && !hidden[NOT_ELIGIBLE]) {
		int64_t tenths = (count[COMPLETE] * 1000 + of / 2) / of;

		(void)snprintf(text, sizeof(text), "%d.%d", (int)(tenths / 10), (int)(tenths % 10));
		frame_put_text(&f, TAG_PERCENT, text);
	}
	frame_put_text(&f, TAG_STATE, any ? "hidden" : NULL);
	rc = node_reply(k->c, &f, why);
	frame_clear(&f);
	return rc;
}

static enum rc
take_question(struct coverage *k, struct fault *why)
{
	struct call *c = k->c;
	const char *programme = request_text(c->r, TAG_PROGRAMME);
	enum rc rc;

	if (c->a->law == NULL)
		return fault_set(why, RC_REFUSED, "law", "no law file is installed: see watashi doctor");
	if ((rc = list_condition_who(c->r, &k->condition, why)) != RC_OK)
		return rc;
	k->programme = programme == NULL ? LAW_NONE : law_find_programme(c->a->law, programme, strlen(programme));
	if (programme != NULL && k->programme == LAW_NONE)
		return fault_set(why, RC_INVALID, "programme", "no programme is called so");
	k->on = request_day(c->r, TAG_ON);
	k->publish = request_int(c->r, TAG_PUBLISH, 0) != 0;
	list_births_of(&k->condition, k->on, &k->births);
	k->first_cohort = day_fiscal_year(k->on) - COHORTS_MAX + 1;
	return config_number("small_cell", c->a->config.small_cell, 5, 100, &k->small_cell, why);
}

enum rc
do_statistics_coverage(struct call *c, struct fault *why)
{
	struct coverage *k = calloc(1, sizeof(*k));
	char detail[64], on[DAY_TEXT_SIZE];
	enum rc rc;

	if (k == NULL)
		return fault_set(why, RC_NOMEM, "statistics", "out of memory");
	k->c = c;
	if ((rc = take_question(k, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		goto out;
	day_write(k->on, on);
	(void)snprintf(detail, sizeof(detail), "%s%s", on, k->publish ? ", to be published" : "");
	if ((rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK || (rc = count_everybody(k, why)) != RC_OK)
		goto out;
	for (int cohort = 0; cohort < COHORTS_MAX && rc == RC_OK; cohort++)
		for (uint16_t i = 0; i < c->a->law->n_programme && rc == RC_OK; i++)
			if (k->programme == LAW_NONE || k->programme == i)
				rc = reply_row(k, cohort, i, why);
 out:
	free(k);
	return rc;
}
