#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>

#include "action/request.h"
#include "base/words.h"

/* How the answer to a command is shown. */
enum command_answer {
	ANSWER_LIST,		/* rows: a table */
	ANSWER_ONE,		/* one row: a line for each value */
	ANSWER_ONE_AND_ROWS,		/* one row, then rows of what it counts: render.h */
	ANSWER_SHOW,		/* a history, in the formats of report_show_find */
	ANSWER_EXPORT,		/* ... report_export_find */
	ANSWER_CHECK,		/* ... report_check_find */
	ANSWER_COUNTS,		/* counts of a list: count_sheet.h */
	ANSWER_IMPACT,		/* counts, then rows: impact_sheet.h */
	ANSWER_LINES,		/* rows of one text: lines as they are */
	ANSWER_DUE,		/* rows of report_due_frame_read */
	ANSWER_APPROVAL,	/* what was proposed, and what it does: approval_sheet.h */
};

struct command {
	const char *name;		/* words of the command line: "held list" */
	enum request_kind kind;
	enum command_answer answer;
	enum request_tag positional;	/* what a bare argument is, TAG_NONE */
	const char *summary;		/* message id */
};

/* Ends with a row whose name is NULL. */
extern const struct command command_table[];

/*
 * The command named by the first words of argv; *ret_used: how many words it took.  NULL when
 * there is none; then *ret_used is 1 when the first word alone begins some command's name.
 */
const struct command *command_find(char *const *argv, int argc, int *ret_used);

/* What stands for the bare argument in usage lines: a message id, NULL when it takes none. */
const char *command_positional_word(const struct command *c);

/* An option of a request's field: "--birth-date D". */
struct command_option {
	enum request_tag tag;
	enum request_kind kind;		/* REQUEST_NONE: of every request that takes the tag */
	const char *name;
	const char *value;		/* message id; NULL: a switch */
	const char *help;		/* message id */
};
/* NULL when the request has no such option. */
const struct command_option *command_option_find(const struct command *c, const char *name,
    size_t len);
/* Of one of its fields; NULL when it is no option (a bare argument, or set by the command line itself). */
const struct command_option *command_option_of(const struct command *c, enum request_tag tag);

#endif
