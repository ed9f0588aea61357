#ifndef CLI_SCHEDULE_OPTIONS_H
#define CLI_SCHEDULE_OPTIONS_H

#include <stdbool.h>

#include "base/day.h"
#include "base/words.h"
#include "cli/schedule_answers.h"
#include "json/answer.h"
#include "schedule/schedule.h"

/* What the command line of `watashi-schedule` asks for. */
struct schedule_options {
	day as_of;			/* DAY_NONE: not named */
	const char *law;		/* NULL: the installed one */
	enum lang lang;
	enum json_reasons reasons;
	bool ndjson, explain, plan;
	unsigned jobs;			/* 0: not named */
	day plan_until;			/* DAY_NONE: not named */
	unsigned per_visit;		/* 0: not named */
	const char *supposed[SCHEDULE_SUPPOSED];	/* VACCINE:DAY as written */
	unsigned n_supposed;
	struct schedule_season season;
};

/* Reads them, says what is wrong; -1 to go on, else an exit status. */
int schedule_options_read(int argc, char **argv, struct schedule_options *ret_options);

/* Supposed doses by the law's codes and the as-of day; -1 to go on, else an exit status. */
int schedule_options_suppose(const struct schedule_options *options, const struct law *law, day as_of,
    struct schedule_supposed *ret_supposed);

/* Says what is wrong with the use; returns the exit status. */
int schedule_options_refuse(const struct schedule_options *options, const char *message,
    const char *value);

#endif
