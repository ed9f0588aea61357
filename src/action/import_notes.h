#ifndef ACTION_IMPORT_NOTES_H
#define ACTION_IMPORT_NOTES_H

#include "action/import_row.h"

/*
 * What is to be said of single rows of an import file: why one is held, what is worth a second look about
 * one that was taken.  Kept until the import is decided, and told where the request asks for rows (--rows)
 * or does nothing else (--dry-run), up to the ceiling of the request's shape; what is beyond is counted, and the
 * answer says that there is more.  Numbers of lines and stable words: no value of a cell is repeated.
 */
struct import_note {
	size_t line;
	const char *state;		/* "held" "warned" */
	const char *column;		/* held: "" none */
	const char *text;		/* held: the reason, a stable word; warned: as entry_check.h */
};

struct import_notes {
	bool wanted;
	bool is_cut;
	size_t most;
	struct arena arena;
	struct import_note *row;
	size_t n, room;
};

void import_notes_init(struct import_notes *notes, const struct call *c);
void import_notes_clear(struct import_notes *notes);
/* Texts are copied; nothing where rows are not wanted. */
enum rc import_notes_add(struct import_notes *notes, size_t line, const char *state, const char *column,
    const char *text, struct fault *why) MUST_USE;
/* A RESULT_ROW each, in order of lines: after import_report, whose row comes first. */
enum rc import_notes_reply(struct call *c, struct import_notes *notes, struct fault *why) MUST_USE;

#endif
