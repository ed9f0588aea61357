#include "cli/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define OUT_BYTES_MAX (512u << 20)
#define HISTORY_BYTES_MAX LIMIT_REQUEST_BYTES

static const struct report_format *
find_report(enum command_answer answer, const char *name)
{
	switch (answer) {
	case ANSWER_SHOW:
		return report_show_find(name != NULL ? name : "text");
	case ANSWER_EXPORT:
		return report_export_find(name != NULL ? name : "html");
	case ANSWER_CHECK:
		return report_check_find(name != NULL ? name : "text");
	case ANSWER_LIST:
	case ANSWER_ONE:
	case ANSWER_COUNTS:
	case ANSWER_ONE_AND_ROWS:
	case ANSWER_IMPACT:
	case ANSWER_LINES:
	case ANSWER_DUE:
	case ANSWER_APPROVAL:
		break;
	}
	return NULL;
}

bool
answer_has_rows(const struct command *c)
{
	return c->answer == ANSWER_LIST || c->answer == ANSWER_ONE || c->answer == ANSWER_ONE_AND_ROWS ||
	    c->answer == ANSWER_COUNTS || c->answer == ANSWER_APPROVAL;
}

/* Its rows are written as they come. */
static bool
is_counts(const struct answer_sink *s)
{
	return s->command->answer == ANSWER_COUNTS && s->rows.format == RENDER_TEXT;
}

/* Its rows are kept apart, and written as those of what was proposed. */
static bool
is_approval(const struct answer_sink *s)
{
	return s->command->answer == ANSWER_APPROVAL && s->rows.format == RENDER_TEXT;
}

enum rc
answer_open(struct answer_sink *s, const struct command *c, const struct options *o, day as_of,
    struct fault *why)
{
	enum render_format format;
	bool known;

	*s = (struct answer_sink){ .command = c, .lang = o->lang, .as_of = as_of };
	buf_init(&s->out, OUT_BYTES_MAX);
	approval_sheet_open(&s->approval);
	if (answer_has_rows(c)) {
		known = render_format_find(o->format, &format) == RC_OK;
		if (known)
			render_init(&s->rows, request_shape(c->kind), format, o->lang,
			    c->answer == ANSWER_ONE ? RENDER_ONE : c->answer == ANSWER_ONE_AND_ROWS ?
			    RENDER_ONE_AND_ROWS : RENDER_MANY);
	} else if (c->answer == ANSWER_IMPACT) {
		known = render_format_find(o->format, &format) == RC_OK;
		if (known && (s->impact = malloc(sizeof(*s->impact))) == NULL)
			return fault_set(why, RC_NOMEM, "answer", "out of memory");
		if (known && impact_sheet_open(s->impact, format, o->lang, request_tag_name(TAG_ADDRESSEE),
		    why) != RC_OK)
			return why->rc;
	} else if (c->answer == ANSWER_LINES) {
		known = o->format == NULL || strcmp(o->format, "text") == 0;
	} else if (c->answer == ANSWER_DUE) {
		known = report_due_find(o->format != NULL ? o->format : "text", &s->due_format) == RC_OK;
	} else {
		s->report = find_report(c->answer, o->format);
		known = s->report != NULL;
	}
	return known ? RC_OK :
	    fault_set(why, RC_INVALID, "--format", WORDS("this command has no such format"));
}

void
answer_close(struct answer_sink *s)
{
	if (answer_has_rows(s->command))
		render_clear(&s->rows);
	if (s->impact != NULL)
		impact_sheet_close(s->impact);
	free(s->impact);
	approval_sheet_close(&s->approval);
	buf_wipe(&s->out);
}

static enum rc
begin_due(struct answer_sink *s)
{
	if (s->due_begun)
		return RC_OK;
	s->due_begun = true;
	return report_due_begin(&s->due, &s->out, s->due_format, s->lang, s->as_of);
}

static enum rc
take_due(struct answer_sink *s, const void *body, size_t len, struct fault *why)
{
	struct report_due_row row;
	struct frame_reader r;
	struct arena arena;
	enum rc rc;

	arena_init(&arena, HISTORY_BYTES_MAX);
	if ((rc = begin_due(s)) == RC_OK &&
	    (rc = frame_read_open(&r, RESULT_ROW, body, len, why)) == RC_OK &&
	    (rc = report_due_frame_read(&r, &arena, &row, why)) == RC_OK)
		rc = report_due_row(&s->due, &s->out, &row);
	arena_clear(&arena);
	return rc;
}

static enum rc
take_history(struct answer_sink *s, const void *body, size_t len, struct fault *why)
{
	struct frame_reader r;
	struct history h;
	struct arena arena;
	enum rc rc;

	arena_init(&arena, HISTORY_BYTES_MAX);
	if ((rc = frame_read_open(&r, RESULT_HISTORY, body, len, why)) == RC_OK &&
	    (rc = history_frame_read(&r, &arena, &h, why)) == RC_OK)
		rc = s->report->write(&s->out, &h, s->lang, why);
	arena_clear(&arena);
	return rc;
}

static enum rc
take_impact(struct answer_sink *s, const void *body, size_t len, struct fault *why)
{
	struct impact_sheet_row row = { .who = NULL };
	struct frame_reader r;
	struct frame_field f;
	int64_t count = -1;
	enum rc rc;

	if ((rc = frame_read_open(&r, RESULT_ROW, body, len, why)) != RC_OK)
		return rc;
	while (frame_next(&r, &f)) {
		const char *text = f.type == FRAME_TEXT ? f.text : "";

		switch (f.tag) {
		case TAG_ADDRESSEE:
			row.who = text;
			break;
		case TAG_PROGRAMME:
			row.programme = text;
			break;
		case TAG_CHANGE:
			row.change = text;
			break;
		case TAG_GIVEN_ON:
			row.given_on = text;
			break;
		case TAG_BEFORE:
			row.before = text;
			break;
		case TAG_AFTER:
			row.after = text;
			break;
		case TAG_COUNT:
			count = f.type == FRAME_INT ? f.number : -1;
			break;
		default:
			return fault_set(why, RC_BUG, "answer", "field %u does not belong to an impact", (unsigned)f.tag);
		}
	}
	if (row.change == NULL)
		return fault_set(why, RC_BUG, "answer", "a row of an impact says no change");
	return count >= 0 ? impact_sheet_count(s->impact, row.programme, row.change, count, why) :
	    impact_sheet_row(s->impact, &row, why);
}

static enum rc
take_line(struct answer_sink *s, const void *body, size_t len, struct fault *why)
{
	struct frame_reader r;
	struct frame_field f;
	enum rc rc;

	if ((rc = frame_read_open(&r, RESULT_ROW, body, len, why)) != RC_OK)
		return rc;
	if (!frame_next(&r, &f) || f.type != FRAME_TEXT)
		return fault_set(why, RC_BUG, "answer", "a line without a text");
	if (buf_add_text(&s->out, f.text) != RC_OK || buf_add_char(&s->out, '\n') != RC_OK)
		return fault_set(why, RC_NOMEM, "answer", "out of memory");
	return RC_OK;
}

enum rc
answer_take(struct answer_sink *s, uint16_t kind, const void *body, size_t len, struct fault *why)
{
	if (kind == RESULT_HISTORY && s->report != NULL)
		return take_history(s, body, len, why);
	if (kind == RESULT_ROW && s->command->answer == ANSWER_DUE)
		return take_due(s, body, len, why);
	if (kind == RESULT_ROW && s->command->answer == ANSWER_LINES)
		return take_line(s, body, len, why);
	if (kind == RESULT_ROW && s->impact != NULL)
		return take_impact(s, body, len, why);
	if (kind == RESULT_ROW && is_counts(s))
		return count_sheet_take(&s->counts, &s->out, s->lang, body, len, why);
	if (kind == RESULT_ROW && is_approval(s))
		return approval_sheet_take(&s->approval, body, len, why);
	if (kind == RESULT_MORE && answer_has_rows(s->command))
		return render_more(&s->rows, body, len, why);
	if (kind == RESULT_ROW && s->report == NULL)
		return render_row(&s->rows, body, len, why);
	return fault_set(why, RC_BUG, "answer", "kind %u does not belong to '%s'", (unsigned)kind,
	    s->command->name);
}

static enum rc
write_all(struct answer_sink *s, bool failed, struct fault *why)
{
	enum rc rc = RC_OK;

	if (is_approval(s))
		return approval_sheet_write(&s->approval, s->lang, &s->out, why);
	if (s->command->answer == ANSWER_DUE) {
		if (!failed && (rc = begin_due(s)) == RC_OK)
			rc = report_due_end(&s->due, &s->out);
	} else if (s->command->answer != ANSWER_LINES && s->report == NULL && s->impact == NULL && (!failed || s->rows.n_rows > 0) &&
	    !is_counts(s))
		rc = render_write(&s->rows, &s->out);
	return rc == RC_OK ? RC_OK : fault_set(why, rc, "answer", "cannot be written");
}

enum rc
answer_finish(struct answer_sink *s, bool failed, struct fault *why)
{
	enum rc rc = write_all(s, failed, why);

	if (rc == RC_OK && s->rows.is_cut && s->rows.format == RENDER_TEXT &&
	    (rc = render_more_line(&s->rows, &s->out)) != RC_OK)
		return fault_set(why, rc, "answer", "cannot be written");
	return rc;
}
