#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H

#include "cli/approval_sheet.h"
#include "cli/command.h"
#include "cli/count_sheet.h"
#include "cli/impact_sheet.h"
#include "cli/options.h"
#include "cli/render.h"
#include "report/report.h"

/* What comes back to one command, made into bytes for its reader. */
struct answer_sink {
	const struct command *command;
	enum lang lang;
	struct render rows;			/* ANSWER_LIST, ANSWER_ONE */
	struct count_sheet counts;		/* ANSWER_COUNTS as text */
	struct approval_sheet approval;		/* ANSWER_APPROVAL as text */
	struct impact_sheet *impact;		/* ANSWER_IMPACT, else NULL */
	const struct report_format *report;	/* histories */
	struct report_due due;
	enum report_due_format due_format;
	bool due_begun;
	day as_of;				/* heads a list of what is due */
	struct buf out;
};

/* RC_INVALID: this command has no such format. */
enum rc answer_open(struct answer_sink *s, const struct command *c, const struct options *o,
    day as_of, struct fault *why) MUST_USE;
void answer_close(struct answer_sink *s);
/* One RESULT_ROW, RESULT_HISTORY or RESULT_MORE. */
enum rc answer_take(struct answer_sink *s, uint16_t kind, const void *body, size_t len,
    struct fault *why) MUST_USE;
/* Completes s->out, or for ANSWER_IMPACT the sheet, which the caller writes.  Without any row of a failed request there is nothing to show. */
enum rc answer_finish(struct answer_sink *s, bool failed, struct fault *why) MUST_USE;

/* Is it answered in rows of its own shape, kept in answer_sink.rows? */
bool answer_has_rows(const struct command *c);

#endif
