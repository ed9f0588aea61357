#ifndef TESTS_UNIT_EDGE_H
#define TESTS_UNIT_EDGE_H

#include "tests/unit/cohort.h"

/* Somebody near the edges of this programme by the law of test_law(); repeatable. */
void edge_make(uint64_t *seed, uint16_t programme, struct test_person *p);

#endif
