#ifndef CLI_APPROVAL_SHEET_H
#define CLI_APPROVAL_SHEET_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/words.h"

/*
 * What was proposed, for the officer who must decide: who asks for what and why, and then what it would do, or
 * did, written as the proposed request's own answer is: the same sheet of counts, the same table.
 */
struct approval_line;

struct approval_sheet {
	struct arena arena;
	struct approval_line *first, **last;
};

void approval_sheet_open(struct approval_sheet *s);
void approval_sheet_close(struct approval_sheet *s);
/* Keeps one RESULT_ROW of "approval show" or "approval give".  RC_BUG: it is none. */
enum rc approval_sheet_take(struct approval_sheet *s, const void *body, size_t len, struct fault *why) MUST_USE;
/* Appends everything kept to out. */
enum rc approval_sheet_write(struct approval_sheet *s, enum lang lang, struct buf *out, struct fault *why) MUST_USE;

#endif
