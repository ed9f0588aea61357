#ifndef TESTS_UNIT_LAW_MUTANT_H
#define TESTS_UNIT_LAW_MUTANT_H

#include <stdbool.h>

#include "law/law_compile.h"

/*
 * The law text of data/law with one number changed by one: each number of a rule that can change a
 * status, a first or a last day.  A point in a life is moved by a day, whatever it is counted in; an interval of
 * months only by a month.  Standard windows are advice and citations are names: both are left alone.
 *
 * A key names the change whatever is edited elsewhere:
 *
 *	STATEMENT NAME... [#VERSION] FIELD N WAS>IS
 *
 * N counts the numbers of that field in the statement.
 */
#define MUTANT_FILES 64

struct mutant {
	unsigned file;
	size_t at, len;			/* the word in the file's text */
	char is[48];			/* and what stands there instead */
	char programme[64];		/* whose rule it is; "" when no single one's */
	char key[256];
	bool end;			/* the number is an end: "A .. B", cap, until; else a beginning */
};

struct mutants {
	struct law_input input[MUTANT_FILES];
	struct buf text[MUTANT_FILES];
	char name[MUTANT_FILES][256];
	unsigned n_files;
	struct mutant *mutant;
	size_t n, room;
};

/* Reads data/law of the source tree; ends the test when it cannot be read. */
void mutants_open(struct mutants *m);
void mutants_close(struct mutants *m);
/* Compiles the text with one change; NULL: as it stands.  RC_INVALID when lawc finds it. */
enum rc mutant_compile(struct mutants *m, const struct mutant *change, struct buf *law) MUST_USE;

#endif
