#ifndef BASE_ERA_H
#define BASE_ERA_H

#include "base/day.h"

/*
 * Era dates (和暦), for reading and printing only: 令和8年11月22日, R8.11.22.
 * Eras and their first days are generated from data/code/era.tsv.
 */
#define ERA_TEXT_SIZE 48

/* "令和8年11月22日" ("元年" for year 1), "R8.11.22", "令和8.11.22"; full-width digits allowed.
 * RC_INVALID when the day does not lie in the era named. */
enum rc era_parse(const char *text, size_t len, day *ret_day) MUST_USE;
/* Whatever people write on paper: an era date, or one of "2026/11/22", "2026.11.22", "2026年11月22日", "20261122". */
enum rc era_parse_any(const char *text, size_t len, day *ret_day) MUST_USE;
/* "令和8年11月22日"; days before the first era in the table are written ISO. */
void era_write(day d, char text[ERA_TEXT_SIZE]);

#endif
