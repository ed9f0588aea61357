#ifndef TESTS_ORACLE_ANSWER_H
#define TESTS_ORACLE_ANSWER_H

#include "tests/oracle/course.h"

/* The second reader's answer: what the contract promises, without the words. */
enum credit_status { CREDIT_VALID, CREDIT_NOT_VALID, CREDIT_EXTRA, CREDIT_REVIEW };
enum status { STATUS_DUE, STATUS_UPCOMING, STATUS_COMPLETE, STATUS_EXEMPT, STATUS_CLOSED, STATUS_NOT_ELIGIBLE, STATUS_REVIEW };

#define ANSWER_CREDITS 4
struct answer_credit { int programme, number; enum credit_status status; bool changed, unsure, any_number, duplicate; };	/* unsure: of more than one stage */

#define ANSWER_VACCINES 8
struct answer_vaccine { int product, earliest, latest; };

struct answer_forecast {
	enum status status;
	bool overdue;
	int given, remaining;
	bool next;
	int dose;
	enum text_kind kind;
	int earliest, latest;			/* CIVIL_NEVER_AFTER: no last day */
	int standard_from, standard_to;		/* -1: absent */
	struct answer_vaccine vaccine[ANSWER_VACCINES];
	int n_vaccines;
	bool cautious, imprecise;
	bool no_target;		/* not eligible, or a person must say why nobody of the text is meant */
	bool counted_later;	/* closed, and a dose counted after the last day of the window */
};

struct answer {
	struct answer_credit credit[LIFE_DOSES][ANSWER_CREDITS];	/* of the doses as the question lists them */
	int n_credits[LIFE_DOSES];
	struct answer_forecast forecast[32];
	bool too_many_worlds;		/* more ways to read the imprecise dates than are walked */
};

/* The history with every date known: what each dose is worth. */
struct judged {
	struct all_counts all;
	struct answer_credit credit[LIFE_DOSES][ANSWER_CREDITS];
	int n_credits[LIFE_DOSES];
	int credited[LIFE_DOSES];				/* the day of each dose already judged, else 0 */
	int day[LIFE_DOSES + 8], product[LIFE_DOSES + 8];	/* every injection that really was, in order */
	int n;
	int uncounted[32];		/* per programme: day of the last dose that did not count; -1: none */
	int review[32];			/* per programme: credits that wait for a person */
};

void judge(const struct life_law *l, const int day[LIFE_DOSES], struct judged *j);
/* The product may be given on the day: a target's window or an extension, and no exclusion. */
bool judge_lawful(const struct life_law *l, const struct all_counts *all, int programme, int product, int day);
/* Was or will the person ever be a target? */
bool judge_ever_target(const struct life_law *l, const struct all_counts *all, int programme);
/* The stage to which the product would fall on the day, -1: none. */
int judge_stage(const struct life_law *l, const struct all_counts *all, int group, int product, int day, bool *ret_in_window);

/* Walks the days. */
void forecast(const struct life_law *l, const struct judged *j, int programme, struct answer_forecast *f);

/* Everything, over every day that imprecise dates can mean and both sexes where none is told. */
void answer(const struct text *text, const struct life *life, struct answer *a);

#endif
