#ifndef TESTS_ORACLE_HISTORY_H
#define TESTS_ORACLE_HISTORY_H

#include <stdio.h>

#include "tests/oracle/life.h"

/*
 * An invented life for each seed, the same on every machine: births at the edges of cohorts,
 * months and years, histories that follow the text's ages and intervals, a day too early, on the
 * day, a day late, or anyhow.  Nobody in it lives.
 */
void history_make(const struct text *text, uint64_t seed, struct life *life);
uint32_t history_random(uint64_t *state, uint32_t below);

/* The life as a case file tells it (tests/case/schedule). */
void history_print(const struct text *text, const struct life *life);
void history_write(FILE *out, const struct text *text, const struct life *life);

#endif
