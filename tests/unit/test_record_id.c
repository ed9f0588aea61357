#include <string.h>

#include "record/id.h"
#include "tests/lib/runner.h"

static void
ids_strictly_increase_even_when_the_clock_stands_or_goes_back(void)
{
	struct id_maker m = { 0, { 0 } };
	struct id last = ID_NONE, id;
	int64_t now = 1763769600000000;

	for (int i = 0; i < 5000; i++) {
		if (i % 1000 == 999)
			now += 1000;
		if (i == 3500)
			now -= 50000;
		CU_ASSERT_EQUAL_FATAL(id_make(&m, now, &id), RC_OK);
		CU_ASSERT(id_compare(&last, &id) < 0 && id_known(&id));
		last = id;
	}
}

static void
counting_past_the_last_tail_goes_to_the_next_millisecond(void)
{
	struct id_maker m = { 100, { 0 } };
	struct id before, after;

	memset(m.tail, 0xff, sizeof(m.tail));
	m.tail[sizeof(m.tail) - 1] = 0xfe;
	CU_ASSERT_EQUAL(id_make(&m, 100000, &before), RC_OK);
	CU_ASSERT_EQUAL(id_make(&m, 100000, &after), RC_OK);
	CU_ASSERT(id_compare(&before, &after) < 0 && m.last_ms == 101);
}

static void
an_id_is_read_back_from_its_text_and_nothing_else_is_one(void)
{
	struct id_maker m = { 0, { 0 } };
	char text[ID_TEXT_SIZE];
	struct id id, back;

	CU_ASSERT_EQUAL(id_make(&m, 1763769600000000, &id), RC_OK);
	id_write(&id, text);
	CU_ASSERT_EQUAL(strlen(text), 32);
	CU_ASSERT(id_parse(text, 32, &back) == RC_OK && id_equal(&id, &back));
	CU_ASSERT_EQUAL(id_parse(text, 31, &back), RC_INVALID);
	text[5] = 'G';
	CU_ASSERT_EQUAL(id_parse(text, 32, &back), RC_INVALID);
	text[5] = 'A';
	CU_ASSERT_EQUAL(id_parse(text, 32, &back), RC_INVALID);
}

RUNNER_SUITE(record_id,
    RUNNER_TEST(ids_strictly_increase_even_when_the_clock_stands_or_goes_back),
    RUNNER_TEST(counting_past_the_last_tail_goes_to_the_next_millisecond),
    RUNNER_TEST(an_id_is_read_back_from_its_text_and_nothing_else_is_one));
