#ifndef TESTS_UNIT_STORE_WALK_H
#define TESTS_UNIT_STORE_WALK_H

#include "tests/unit/test_store.h"

/*
 * A walk through the register, to be disturbed: somebody is taken in, a dose recorded, corrected and
 * withdrawn, tickets issued and handed out in portions, a mistake, a reaction and a request letter written,
 * messages of the exchange written, a departure entered, each in a transaction with its trace, and last of all a copy made (folder/copy.db).  What an undisturbed walk leaves
 * after each step is known, so that a disturbed one can be seen to hold whole steps and nothing else.
 */
#define WALK_STEPS 12			/* the copy is the last */
#define WALK_PERSON "10001"
#define WALK_NAME "渡　花子"

/* A database that was just made, not open. */
void walk_start(struct test_store *t);
/* One that holds so many steps already, not open. */
void walk_start_at(struct test_store *t, size_t done);
/* The step after so many. */
enum rc walk_step(struct store *s, const char *folder, size_t done, struct fault *why);
/* Steps from *done on until one fails; *done counts those reported as kept. */
enum rc walk_on(struct store *s, const char *folder, size_t *done, struct fault *why);
/* How many steps lie in this file: exactly so many and nothing of another; else -1. */
int walk_there(const char *path);
/* Everything that the steps write, as text, but for what is random; NULL: it cannot be read.  To be freed. */
char *walk_told(const char *path);

#endif
