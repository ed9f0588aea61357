#include "cli/approval_sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/count_sheet.h"
#include "cli/render.h"
#include "cli/width.h"

#define SHEET_BYTES_MAX (64u << 20)
#define SECOND_US 1000000
#define DAY_S 86400
#define JAPAN_AHEAD_S (9 * 3600)

struct approval_line {
	struct approval_line *next;
	const char *part, *item, *value;
	int64_t row;			/* 0: none */
};

void
approval_sheet_open(struct approval_sheet *s)
{
	*s = (struct approval_sheet){ .first = NULL };
	arena_init(&s->arena, SHEET_BYTES_MAX);
	s->last = &s->first;
}

void
approval_sheet_close(struct approval_sheet *s)
{
	arena_clear(&s->arena);
	s->first = NULL;
	s->last = &s->first;
}

enum rc
approval_sheet_take(struct approval_sheet *s, const void *body, size_t len, struct fault *why)
{
	struct approval_line *l;
	struct frame_reader r;
	struct frame_field f;
	enum rc rc;

	if ((rc = frame_read_open(&r, RESULT_ROW, body, len, why)) != RC_OK)
		return rc;
	if ((l = arena_new(&s->arena, sizeof(*l))) == NULL)
		return fault_set(why, RC_NOMEM, "answer", "out of memory");
	while (frame_next(&r, &f)) {
		const char *text = f.type == FRAME_TEXT ? arena_text(&s->arena, f.text, f.len) : NULL;

		if (f.type == FRAME_TEXT && text == NULL)
			return fault_set(why, RC_NOMEM, "answer", "out of memory");
		if (f.tag == TAG_PART)
			l->part = text;
		else if (f.tag == TAG_ITEM)
			l->item = text;
		else if (f.tag == TAG_VALUE)
			l->value = text;
		else if (f.tag == TAG_ROW && f.type == FRAME_INT)
			l->row = f.number;
		else
			return fault_set(why, RC_BUG, "answer", "field %u does not belong to a proposal", (unsigned)f.tag);
	}
	if (l->part == NULL || l->item == NULL)
		return fault_set(why, RC_BUG, "answer", "a row of a proposal says nothing");
	if (l->value == NULL)
		l->value = "";
	*s->last = l;
	s->last = &l->next;
	return RC_OK;
}

static enum request_tag
tag_of(const char *item)
{
	for (int t = TAG_NONE + 1; t < TAG__COUNT; t++)
		if (strcmp(request_tag_name((enum request_tag)t), item) == 0)
			return (enum request_tag)t;
	return TAG_NONE;
}

/* The column of a request's answer that an item names; some names stand for more than one tag. */
static const struct request_field *
column_of(const struct request_shape *shape, const char *item)
{
	for (size_t i = 0; i < shape->n_column; i++)
		if (strcmp(request_tag_name(shape->column[i].tag), item) == 0)
			return &shape->column[i];
	return NULL;
}

static const struct command *
command_named(const char *name)
{
	for (const struct command *c = command_table; c->name != NULL; c++)
		if (strcmp(request_shape(c->kind)->name, name) == 0)
			return c;
	return NULL;
}

static const struct command *
about(const struct approval_sheet *s)
{
	for (const struct approval_line *l = s->first; l != NULL; l = l->next)
		if (strcmp(l->part, "approval") == 0 && strcmp(l->item, request_tag_name(TAG_ACTION)) == 0)
			return command_named(l->value);
	return NULL;
}

/* ---- what is asked: a line an item ---- */

static const char *
label_of(enum lang lang, const char *item)
{
	enum request_tag tag = tag_of(item);

	if (strcmp(item, "previewChanged") == 0)
		return words(lang, WORDS("changed since it was proposed"));
	return words(lang, tag == TAG_NONE ? item : request_tag_heading(tag));
}

static const char *
value_of(const struct approval_line *l, const char *subject, enum lang lang, struct arena *arena)
{
	enum request_tag tag = tag_of(l->item);

	if (strcmp(l->item, "previewChanged") == 0 || (tag != TAG_NONE && request_tag_unit(tag) == UNIT_BOOL))
		return words(lang, l->value);
	return tag == TAG_NONE ? l->value : render_say(lang, subject, tag, l->value, arena);
}

static enum rc
write_items(struct approval_sheet *s, const char *part, const struct command *c, enum lang lang, struct buf *out)
{
	size_t width = 0, w;
	enum rc rc = RC_OK;

	for (const struct approval_line *l = s->first; l != NULL; l = l->next)
		if (strcmp(l->part, part) == 0 && (w = width_of(label_of(lang, l->item))) > width)
			width = w;
	for (const struct approval_line *l = s->first; l != NULL && rc == RC_OK; l = l->next) {
		const char *label = label_of(lang, l->item);

		if (strcmp(l->part, part) != 0)
			continue;
		rc = buf_printf(out, "  %s", label);
		for (w = width_of(label); w < width + 2 && rc == RC_OK; w++)
			rc = buf_add_char(out, ' ');
		if (rc == RC_OK)
			rc = buf_add_text(out, value_of(l, c == NULL || strcmp(part, "approval") == 0 ? "approval" : c->name, lang, &s->arena));
		if (rc == RC_OK && c != NULL && strcmp(l->item, request_tag_name(TAG_ACTION)) == 0)
			rc = buf_printf(out, lang == LANG_JA ? "（%s）" : " (%s)", words(lang, c->summary));
		if (rc == RC_OK)
			rc = buf_add_char(out, '\n');
	}
	return rc;
}

/* ---- what it does: the rows of the request's own answer, made whole again ---- */

static int64_t
time_of(const char *text)
{
	int h, m, sec;
	day on;

	if (strlen(text) < 19 || day_parse(text, 10, &on) != RC_OK || sscanf(text + 10, "%d:%d:%d", &h, &m, &sec) != 3)
		return 0;
	return ((int64_t)on.n * DAY_S + h * 3600 + m * 60 + sec - JAPAN_AHEAD_S) * SECOND_US;
}

static void
put(struct frame *f, const struct request_field *column, const char *value)
{
	day on;

	if (column->type == FRAME_TEXT)
		frame_put_text(f, column->tag, value);
	else if (column->type == FRAME_DAY && day_parse(value, strlen(value), &on) == RC_OK)
		frame_put_day(f, column->tag, on);
	else if (column->type == FRAME_INT && request_tag_unit(column->tag) == UNIT_BOOL)
		frame_put_int(f, column->tag, strcmp(value, "yes") == 0);
	else if (column->type == FRAME_INT && request_tag_unit(column->tag) == UNIT_TIME)
		frame_put_int(f, column->tag, time_of(value));
	else if (column->type == FRAME_INT)
		frame_put_int(f, column->tag, strtoll(value, NULL, 10));
}

struct effect {
	const struct command *command;
	enum lang lang;
	struct count_sheet counts;
	struct render rows;
	struct buf *out;
};

static enum rc
take_row(struct effect *e, const struct approval_line *l, const char *part, int64_t row, struct fault *why)
{
	const struct request_shape *shape = request_shape(e->command->kind);
	const struct request_field *column;
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	for (; l != NULL && l->row == row && strcmp(l->part, part) == 0; l = l->next)
		if ((column = column_of(shape, l->item)) != NULL)
			put(&f, column, l->value);
	if ((rc = f.rc) != RC_OK)
		(void)fault_set(why, rc, "answer", "out of memory");
	else if (e->command->answer == ANSWER_COUNTS)
		rc = count_sheet_take(&e->counts, e->out, e->lang, f.body.data, f.body.len, why);
	else
		rc = render_row(&e->rows, f.body.data, f.body.len, why);
	frame_clear(&f);
	return rc;
}

static size_t
rows_of(const struct approval_sheet *s, const char *part)
{
	int64_t last = 0;
	size_t n = 0;

	for (const struct approval_line *l = s->first; l != NULL; l = l->next)
		if (strcmp(l->part, part) == 0 && l->row != last) {
			last = l->row;
			n += last > 0;
		}
	return n;
}

static enum rc
write_effect(const struct approval_sheet *s, const char *part, const struct command *c, enum lang lang, struct buf *out,
    struct fault *why)
{
	struct effect e = { .command = c, .lang = lang, .out = out };
	int64_t last = 0;
	enum rc rc = RC_OK;

	render_init(&e.rows, request_shape(c->kind), RENDER_TEXT, lang,
	    c->answer == ANSWER_ONE && rows_of(s, part) == 1 ? RENDER_ONE : RENDER_MANY);
	for (const struct approval_line *l = s->first; l != NULL && rc == RC_OK; l = l->next) {
		if (strcmp(l->part, part) != 0 || l->row == 0 || l->row == last)
			continue;
		last = l->row;
		rc = take_row(&e, l, part, last, why);
	}
	if (rc == RC_OK && c->answer != ANSWER_COUNTS && (rc = render_write(&e.rows, out)) != RC_OK)
		(void)fault_set(why, rc, "answer", "cannot be written");
	render_clear(&e.rows);
	return rc;
}

static enum rc
write_part(struct approval_sheet *s, const char *part, const char *heading, const struct command *c, enum lang lang,
    struct buf *out, struct fault *why)
{
	bool is_effect = strcmp(part, "request") != 0;
	enum rc rc;

	if (is_effect ? rows_of(s, part) == 0 : false)
		return RC_OK;
	if ((rc = buf_printf(out, "\n%s\n", words(lang, heading))) == RC_OK)
		rc = is_effect && c != NULL ? write_effect(s, part, c, lang, out, why) : write_items(s, part, c, lang, out);
	for (const struct approval_line *l = s->first; is_effect && c != NULL && l != NULL && rc == RC_OK; l = l->next)
		if (strcmp(l->part, part) == 0 && strcmp(l->item, "rowsNotShown") == 0)
			rc = buf_printf(out, "  %s: %s\n", words(lang, WORDS("rows not shown")), l->value);
	return rc;
}

static bool
has_part(const struct approval_sheet *s, const char *part)
{
	for (const struct approval_line *l = s->first; l != NULL; l = l->next)
		if (strcmp(l->part, part) == 0)
			return true;
	return false;
}

enum rc
approval_sheet_write(struct approval_sheet *s, enum lang lang, struct buf *out, struct fault *why)
{
	const struct command *c = about(s);
	enum rc rc;

	if ((rc = write_items(s, "approval", c, lang, out)) == RC_OK && has_part(s, "request"))
		rc = write_part(s, "request", WORDS("What is asked for"), c, lang, out, why);
	if (rc == RC_OK)
		rc = write_part(s, "preview", WORDS("What it would do now"), c, lang, out, why);
	if (rc == RC_OK)
		rc = write_part(s, "effect", WORDS("The effect"), c, lang, out, why);
	return rc == RC_OK || (why != NULL && why->rc == rc) ? rc : fault_set(why, rc, "answer", "cannot be written");
}
