#ifndef TESTS_ORACLE_TEXT_RULE_H
#define TESTS_ORACLE_TEXT_RULE_H

#include "tests/oracle/text.h"

/* Statement by statement: each takes the words after its first (text_word.h) and adds to the text set last. */
void text_rules_of(struct text *of);
void text_read_product(void);
void text_read_programme(void);
void text_read_season(void);
void text_read_target(void);
void text_read_course(void);
void text_read_choice(void);
void text_read_extension(void);
void text_read_spacing(void);

#endif
