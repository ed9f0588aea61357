#ifndef TESTS_UNIT_EDGE_H
#define TESTS_UNIT_EDGE_H

#include "tests/unit/cohort.h"

/*
 * People who stand on an edge of the law, in tests/case/law-dump/edge, a file a programme, a line each:
 * the person as in cohort.h with the word E, "=", and the answer of that programme.  Each was found by
 * test_mutation because a change of the law by one moves its answer (WATASHI_HUNT=N), and stays.
 */

/* Somebody near the edges of this programme by the law of test_law(); repeatable. */
void edge_make(uint64_t *seed, uint16_t programme, struct test_person *p);
/* Compares the stored people of one programme with the law in use; how many answers differ, at most
 * `stop`.  told, when not NULL, gets what is and the line as it is stored. */
unsigned edge_compare(uint16_t programme, unsigned stop, void (*told)(const char *programme, const char *is,
    const char *stored));
/* The stored lines of a programme with their answers made anew. */
void edge_renew(uint16_t programme, struct buf *text);

#endif
