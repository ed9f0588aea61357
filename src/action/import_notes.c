#include "action/import_notes.h"

#include <stdlib.h>
#include <string.h>

#define NOTES_BYTES (64u << 20)		/* a hundred thousand of several hundred bytes */

void
import_notes_init(struct import_notes *notes, const struct call *c)
{
	*notes = (struct import_notes){ .wanted = request_int(c->r, TAG_ROWS, 0) != 0 ||
	    request_int(c->r, TAG_DRY_RUN, 0) != 0, .most = node_most(c) - 1 };
	arena_init(&notes->arena, NOTES_BYTES);
}

void
import_notes_clear(struct import_notes *notes)
{
	arena_clear(&notes->arena);
	free(notes->row);
	notes->row = NULL;
	notes->n = notes->room = 0;
}

enum rc
import_notes_add(struct import_notes *notes, size_t line, const char *state, const char *column, const char *text,
    struct fault *why)
{
	struct import_note *row;

	if (!notes->wanted)
		return RC_OK;
	if (notes->n == notes->most) {
		notes->is_cut = true;
		return RC_OK;
	}
	if (notes->n == notes->room) {
		size_t room = notes->room == 0 ? 256 : notes->room * 2;

		if ((row = reallocarray(notes->row, room, sizeof(*row))) == NULL)
			return fault_set(why, RC_NOMEM, "import", "out of memory");
		notes->row = row;
		notes->room = room;
	}
	row = &notes->row[notes->n];
	*row = (struct import_note){ .line = line, .state = state };
	if ((row->column = arena_text(&notes->arena, column, strlen(column))) == NULL ||
	    (row->text = arena_text(&notes->arena, text, strlen(text))) == NULL)
		return fault_set(why, RC_NOMEM, "import", "out of memory");
	notes->n++;
	return RC_OK;
}

static int
by_line(const void *a, const void *b)
{
	const struct import_note *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

enum rc
import_notes_reply(struct call *c, struct import_notes *notes, struct fault *why)
{
	enum rc rc = RC_OK;

	/* Of each that is told a row, and whether there were others. */
	(void)!node_cut(c, notes->n + notes->is_cut);
	if (notes->n > 1)
		qsort(notes->row, notes->n, sizeof(*notes->row), by_line);
	for (size_t i = 0; rc == RC_OK && i < notes->n; i++) {
		const struct import_note *row = &notes->row[i];
		bool held = strcmp(row->state, "held") == 0;
		struct frame f;

		frame_init(&f, RESULT_ROW);
		frame_put_int(&f, TAG_ROW, (int64_t)row->line);
		frame_put_text(&f, TAG_STATE, row->state);
		frame_put_text(&f, TAG_COLUMN, row->column);
		frame_put_text(&f, held ? TAG_REASON : TAG_WARNINGS, row->text);
		rc = node_reply(c, &f, why);
		frame_clear(&f);
	}
	return rc;
}
