#include "cli/count_sheet.h"

#include <string.h>

#include "action/request.h"
#include "tests/lib/runner.h"

static enum rc
row(struct count_sheet *s, struct buf *out, const char *part, const char *item, const char *value, int64_t count)
{
	struct fault why = { .rc = RC_OK };
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PART, part);
	frame_put_text(&f, TAG_ITEM, item);
	frame_put_text(&f, TAG_VALUE, value);
	if (count >= 0)
		frame_put_int(&f, TAG_COUNT, count);
	rc = count_sheet_take(s, out, LANG_EN, f.body.data, f.body.len, &why);
	frame_clear(&f);
	return rc;
}

static void
ages_are_bars_of_one_measure_and_a_single_person_is_seen(void)
{
	struct buf out = BUF_INIT(100000);
	struct count_sheet s = { "", 0, { { "", 0 } } };

	CU_ASSERT_EQUAL(row(&s, &out, "list", "people", "on-the-list", 1003), RC_OK);
	CU_ASSERT_EQUAL(row(&s, &out, "age", "0", NULL, 1), RC_OK);
	CU_ASSERT_EQUAL(row(&s, &out, "age", "1", NULL, 0), RC_OK);
	CU_ASSERT_EQUAL(row(&s, &out, "age", "2", NULL, 1000), RC_OK);
	CU_ASSERT_EQUAL(row(&s, &out, "age", "3", NULL, 2), RC_OK);
	CU_ASSERT_EQUAL(row(&s, &out, "excluded", "dead", NULL, 0), RC_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "people                                       1003 on the list\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "\nAge on the reference day\n    0        1 #\n    1        0\n    2     1000 "
	    "##################################################\n    3        2 #\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "\nLeft out\n  dead "));
	buf_clear(&out);
}

static void
few_people_are_drawn_one_by_one(void)
{
	struct buf out = BUF_INIT(100000);
	struct count_sheet s = { "", 0, { { "", 0 } } };

	CU_ASSERT_EQUAL(row(&s, &out, "age", "6", NULL, 3), RC_OK);
	CU_ASSERT_EQUAL(row(&s, &out, "age", "unknown", NULL, 1), RC_OK);
	CU_ASSERT_EQUAL(row(&s, &out, "excluded", "dead", NULL, 0), RC_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "    6        3 ###\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "age not known        1 #\n"));
	buf_clear(&out);
}

static void
a_row_that_says_nothing_is_a_defect(void)
{
	struct buf out = BUF_INIT(1000);
	struct count_sheet s = { "", 0, { { "", 0 } } };

	CU_ASSERT_EQUAL(row(&s, &out, NULL, "dead", NULL, 1), RC_BUG);
	CU_ASSERT_EQUAL(row(&s, &out, "age", NULL, NULL, 1), RC_BUG);
	CU_ASSERT_EQUAL(out.len, 0);
}

RUNNER_SUITE(cli_count_sheet,
    RUNNER_TEST(ages_are_bars_of_one_measure_and_a_single_person_is_seen),
    RUNNER_TEST(few_people_are_drawn_one_by_one),
    RUNNER_TEST(a_row_that_says_nothing_is_a_defect));
