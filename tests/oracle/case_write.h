#ifndef TESTS_ORACLE_CASE_WRITE_H
#define TESTS_ORACLE_CASE_WRITE_H

#include <stdio.h>

#include "tests/oracle/answer.h"

/* The person, and what the second reader says of one programme, as a case file tells it; the sentence is the caller's. */
void case_write(FILE *out, const struct text *text, const struct life *life, int programme);
/* FOLDER/PROGRAMME/NAME.case, to add a case to; ends the program when it cannot be. */
FILE *case_open(const char *folder, const char *programme, const char *name);

/* Births and doses on days that other months or years do not have, and about the school year. */
void calendar_cases(const struct text *text, const char *folder);

#endif
