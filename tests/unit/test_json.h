#ifndef TESTS_UNIT_TEST_JSON_H
#define TESTS_UNIT_TEST_JSON_H

#include "json/person.h"
#include "law/law.h"

/* The law compiled in this build tree. */
const struct law *test_law(void);
const struct json_codes *test_codes(void);
/* Reads one person as of 2026-11-22, from a copy of text; the copy lives until the next call. */
bool test_read(const char *text, struct json_person *p);
bool test_read_n(const char *text, size_t len, struct json_person *p);
struct json_person *test_person(void);	/* room for one, reused */

#endif
