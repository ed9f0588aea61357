#ifndef TESTS_UNIT_TEST_STORE_H
#define TESTS_UNIT_TEST_STORE_H

#include "record/dose.h"
#include "record/person.h"
#include "store/store.h"
#include "store/store_dose.h"
#include "store/store_person.h"
#include "tests/lib/runner.h"
#include "tests/lib/ok.h"

/* A node's database in a folder of its own. */
#define TEST_MUNICIPALITY "141003"
#define TEST_NOW INT64_C(1763769600000000)	/* 2025-11-22 */

struct test_store {
	char folder[64];
	char path[96];
	struct store *s;	/* NULL while closed */
};

void test_store_folder(struct test_store *t);	/* nothing in it */
void test_store_make(struct test_store *t);		/* made, not open */
void test_store_open(struct test_store *t);		/* made and open for writing */
void test_store_again(struct test_store *t);		/* closed and open for writing */
void test_store_clear(struct test_store *t);

day test_day(const char *text);
struct person test_person(const char *addressee_no);
/* One resident, in a transaction of its own. */
struct id test_person_add(struct test_store *t, const char *addressee_no);
struct dose test_dose(const struct id *person, const char *source_id, const char *given_on);
/* A copy to its end, a few pages at a time. */
enum rc test_store_copy(struct store *s, const char *path, struct fault *why);
/* Whole file, NULL when it is not there; to be freed. */
char *test_file(const char *path, size_t *ret_len);

#endif
