#ifndef TESTS_UNIT_TEST_SCHEDULE_H
#define TESTS_UNIT_TEST_SCHEDULE_H

#include "law/law.h"
#include "schedule/schedule.h"

/* The law of data/law, compiled; ends the program when it cannot be read. */
const struct law *test_law(void);
/* Another one from now on, which the caller keeps; NULL: that of data/law again. */
void test_law_use(const struct law *law);

/* A question with room for its parts and for the answer. */
#define TEST_DOSES 48
struct test_person {
	struct schedule_person person;
	struct schedule_condition condition[16];
	struct schedule_extension extension[8];
	struct schedule_dose dose[TEST_DOSES];
	char id[TEST_DOSES][16];
	size_t n_dose;
	day as_of;
	struct schedule_season season;
};

struct test_answer {
	struct schedule_work work;
	struct schedule_answer answer;
	struct schedule_credit credit[TEST_DOSES * SCHEDULE_CREDITS_PER_DOSE];
};

void test_person_init(struct test_person *p);
void test_person_dose(struct test_person *p, uint16_t product, day given);
enum rc test_ask(const struct test_person *p, struct test_answer *a);
/* One answer is the other, whatever order the doses had: order[i] is the place of dose i of `b` in `a`. */
bool test_same_answer(const struct test_answer *a, const struct test_answer *b, const uint16_t *order);
day test_day(const char *text);
uint16_t test_product(const char *code);
uint16_t test_programme(const char *code);

/* A small generator of repeatable numbers. */
uint32_t test_random(uint64_t *state);

#endif
