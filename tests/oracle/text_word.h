#ifndef TESTS_ORACLE_TEXT_WORD_H
#define TESTS_ORACLE_TEXT_WORD_H

#include "tests/oracle/text.h"

/*
 * The law text word by word: one statement at a time, whose words are taken in order.  What is not
 * understood ends the program with file, line and word.
 */
void word_stop(const char *what) __attribute__((noreturn));
const char *word_take(void);
bool word_next_is(const char *word);	/* then it is taken */
bool word_left(void);
void word_must_be(const char *word);
int word_number(void);
int word_day(int open);			/* open: what "-" means */
struct text_point word_point(void);
void word_interval(struct text_gap *g);
struct text_gap word_gap(void);
/* Calls for each statement of the file; its words are those to take. */
void word_read_file(const char *path, void (*statement)(int pass), int pass);
void word_of_folder(const char *folder);	/* of what word_stop speaks until a file is read */

#endif
