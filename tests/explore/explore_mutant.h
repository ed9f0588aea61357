#ifndef TESTS_EXPLORE_MUTANT_H
#define TESTS_EXPLORE_MUTANT_H

#include <stdbool.h>

/*
 * Defects that the exploration must find, each in the place of one function of the node.  The program under test
 * knows nothing of them: the linker puts them in between.
 */
struct mutant {
	const char *sentence;
	const char *story;
	int bound[4];			/* what befalls there: losses, doubles, deaths, and all together */
};
extern const struct mutant mutants[];	/* from 1 on; a sentence of NULL ends */
extern int mutant;			/* which one is at work; 0: none */


struct adapter;
/* What it writes otherwise. */
void mutant_adapter(struct adapter *a);
/* Whether a MyNumber stays open where it should be sealed. */
bool mutant_leaves_open(void);

#endif
