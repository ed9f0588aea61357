#ifndef TESTS_ORACLE_BURDEN_H
#define TESTS_ORACLE_BURDEN_H

#include "tests/oracle/life.h"

/*
 * A life of history.h on which much lies at once: several extensions, side by side, one over the other, run out and
 * still to come; diseases had, exclusions and conditions that open a doctor's judgement, from days at which doses and
 * windows lie; a pregnancy; an antibody test; doses at the edges of all these.
 */
void burden_make(const struct text *text, uint64_t seed, struct life *life);

#endif
