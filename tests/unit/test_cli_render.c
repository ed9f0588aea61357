#include "cli/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/runner.h"

static void
add_officer(struct render *r, const char *name, int64_t uid)
{
	struct frame f;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_OFFICER, name);
	frame_put_int(&f, TAG_UID, uid);
	frame_put_text(&f, TAG_ROLE, "clerk");
	CU_ASSERT_EQUAL_FATAL(f.rc, RC_OK);
	CU_ASSERT_EQUAL_FATAL(render_row(r, f.body.data, f.body.len, NULL), RC_OK);
	frame_clear(&f);
}

static void
shows(struct render *r, const char *expected)
{
	struct buf out = BUF_INIT(1u << 20);

	CU_ASSERT_EQUAL_FATAL(render_write(r, &out), RC_OK);
	if (strcmp(out.data, expected) != 0)
		(void)fprintf(stderr, "expected:\n%s\nfound:\n%s\n", expected, out.data);
	CU_ASSERT_STRING_EQUAL(out.data, expected);
	buf_clear(&out);
	render_clear(r);
}

static void
officers(struct render *r, enum render_format format, bool is_one)
{
	render_init(r, request_shape(REQUEST_OFFICER_LIST), format, LANG_EN, is_one ? RENDER_ONE : RENDER_MANY);
}

static void
a_table_stands_straight_under_wide_characters(void)
{
	struct render r;

	officers(&r, RENDER_TEXT, false);
	add_officer(&r, "佐藤", 7);
	add_officer(&r, "li", 1001);
	shows(&r,
	    "officer  user id  role\n"
	    "佐藤           7  clerk\n"
	    "li          1001  clerk\n");
}

static void
one_row_is_shown_line_by_line(void)
{
	struct render r;

	officers(&r, RENDER_TEXT, true);
	add_officer(&r, "li", 1001);
	shows(&r,
	    "officer  li\n"
	    "user id  1001\n"
	    "role     clerk\n");
}

static void
json_is_an_array_of_objects_without_what_is_absent(void)
{
	struct render r;

	officers(&r, RENDER_JSON, false);
	add_officer(&r, "a \"b\" \\", 7);
	add_officer(&r, "", 8);
	shows(&r,
	    "[\n"
	    "{\"officer\":\"a \\\"b\\\" \\\\\",\"uid\":7,\"role\":\"clerk\"},\n"
	    "{\"uid\":8,\"role\":\"clerk\"}\n"
	    "]\n");
	officers(&r, RENDER_JSON, false);
	shows(&r, "[]\n");
	officers(&r, RENDER_JSON, true);
	add_officer(&r, "li", 1);
	shows(&r, "{\"officer\":\"li\",\"uid\":1,\"role\":\"clerk\"}\n");
}

/* A list that was cut off is none with all there is: its last object says so, and a line for people, in their language. */
static void
a_list_that_was_cut_off_says_so_in_its_last_object_and_in_a_line(void)
{
	static const struct { enum lang lang; const char *expected; } said[] = {
		{ LANG_EN, "… and more: name one: list show\n" },
		{ LANG_JA, "… ほかにもあります：名前を指定して list show で見てください\n" },
	};
	const char *build = getenv("top_builddir");
	struct buf line = BUF_INIT(LIMIT_TEXT_BYTES);
	struct render r;
	struct frame f;
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/po", build == NULL ? "." : build);
	words_open("tests/unit/test_cli", path);
	for (size_t i = 0; i < 2; i++) {
		officers(&r, RENDER_JSON, false);
		r.lang = said[i].lang;
		add_officer(&r, "li", 1);
		add_officer(&r, "wang", 2);
		frame_init(&f, RESULT_MORE);
		frame_put_int(&f, TAG_COUNT, 2);
		frame_put_text(&f, TAG_TEXT, "name one: list show");
		CU_ASSERT_EQUAL_FATAL(render_more(&r, f.body.data, f.body.len, NULL), RC_OK);
		frame_clear(&f);
		buf_truncate(&line, 0);
		CU_ASSERT_EQUAL_FATAL(render_more_line(&r, &line), RC_OK);
		CU_ASSERT_STRING_EQUAL(line.data, said[i].expected);
		shows(&r,
		    "[\n"
		    "{\"officer\":\"li\",\"uid\":1,\"role\":\"clerk\"},\n"
		    "{\"officer\":\"wang\",\"uid\":2,\"role\":\"clerk\",\"more\":true}\n"
		    "]\n");
	}
	buf_clear(&line);
}

static void
csv_quotes_and_disarms_formulas(void)
{
	struct render r;

	officers(&r, RENDER_CSV, false);
	add_officer(&r, "=HYPERLINK(\"x\")", -5);
	add_officer(&r, "a,b", 1);
	add_officer(&r, "@b", 2);
	shows(&r,
	    "officer,uid,role,state\r\n"
	    "\"'=HYPERLINK(\"\"x\"\")\",-5,clerk,\r\n"
	    "\"a,b\",1,clerk,\r\n"
	    "\"'@b\",2,clerk,\r\n");
}

static void
times_are_of_japan_and_say_so_to_machines(void)
{
	struct render r;
	struct frame f;
	const int64_t new_year_in_japan_us = ((int64_t)20454 * 86400 - 9 * 3600) * 1000000;

	for (int format = 0; format < 2; format++) {
		render_init(&r, request_shape(REQUEST_AUDIT_VERIFY),
		    format == 0 ? RENDER_TEXT : RENDER_JSON, LANG_EN, RENDER_ONE);
		frame_init(&f, RESULT_ROW);
		frame_put_int(&f, TAG_OK, 1);
		frame_put_int(&f, TAG_AT, new_year_in_japan_us);
		CU_ASSERT_EQUAL_FATAL(render_row(&r, f.body.data, f.body.len, NULL), RC_OK);
		frame_clear(&f);
		CU_ASSERT_FALSE(r.says_no);
		shows(&r, format == 0 ?
		    "good      yes\n"
		    "time      2026-01-01 00:00:00\n" :
		    "{\"ok\":true,\"at\":\"2026-01-01T00:00:00+09:00\"}\n");
	}
}

static void
a_check_that_failed_and_a_row_that_was_held_say_no(void)
{
	struct render r;
	struct frame f;

	render_init(&r, request_shape(REQUEST_AUDIT_VERIFY), RENDER_TEXT, LANG_EN, RENDER_ONE);
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_OK, 0);
	CU_ASSERT_EQUAL_FATAL(render_row(&r, f.body.data, f.body.len, NULL), RC_OK);
	CU_ASSERT(r.says_no);
	frame_clear(&f);
	render_clear(&r);
	for (int held = 0; held < 2; held++) {
		render_init(&r, request_shape(REQUEST_IMPORT_DOSES), RENDER_TEXT, LANG_EN, RENDER_ONE);
		frame_init(&f, RESULT_ROW);
		frame_put_int(&f, TAG_READ, 3);
		frame_put_int(&f, TAG_HELD, held);
		CU_ASSERT_EQUAL_FATAL(render_row(&r, f.body.data, f.body.len, NULL), RC_OK);
		CU_ASSERT_EQUAL(r.says_no, held != 0);
		frame_clear(&f);
		render_clear(&r);
	}
}

static void
a_field_that_rows_do_not_have_is_a_bug(void)
{
	struct render r;
	struct frame f;

	officers(&r, RENDER_TEXT, false);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_MY_NUMBER, "x");
	CU_ASSERT_EQUAL(render_row(&r, f.body.data, f.body.len, NULL), RC_BUG);
	frame_clear(&f);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_UID, "1");
	CU_ASSERT_EQUAL(render_row(&r, f.body.data, f.body.len, NULL), RC_BUG);
	frame_clear(&f);
	render_clear(&r);
}

/* Contracts 3.4: an import answers its counts as ever; rows of the file come after them, where asked for. */
static void
counts_come_first_and_rows_of_the_file_after_them(void)
{
	static const char *const expected[RENDER__COUNT] = {
		"rows read             3\nheld                  1\n\nrow  state  column   reason\n  2  held   vaccine  unknown-code\n",
		"{\"read\":3,\"held\":1,\"rows\":[\n{\"row\":2,\"state\":\"held\",\"column\":\"vaccine\","
		"\"reason\":\"unknown-code\"}\n]}\n",
		"read,new,unchanged,corrected,withdrawn,held,warned,row,state,column,reason,warnings\r\n"
		"3,,,,,1,,,,,,\r\n,,,,,,,2,held,vaccine,unknown-code,\r\n",
	};
	struct render r;
	struct frame f;

	for (int format = 0; format < RENDER__COUNT; format++) {
		render_init(&r, request_shape(REQUEST_IMPORT_DOSES), (enum render_format)format, LANG_EN, RENDER_ONE_AND_ROWS);
		frame_init(&f, RESULT_ROW);
		frame_put_int(&f, TAG_READ, 3);
		frame_put_int(&f, TAG_HELD, 1);
		CU_ASSERT_EQUAL_FATAL(render_row(&r, f.body.data, f.body.len, NULL), RC_OK);
		frame_clear(&f);
		frame_init(&f, RESULT_ROW);
		frame_put_int(&f, TAG_ROW, 2);
		frame_put_text(&f, TAG_STATE, "held");
		frame_put_text(&f, TAG_COLUMN, "vaccine");
		frame_put_text(&f, TAG_REASON, "unknown-code");
		CU_ASSERT_EQUAL_FATAL(render_row(&r, f.body.data, f.body.len, NULL), RC_OK);
		frame_clear(&f);
		shows(&r, expected[format]);
	}
}

RUNNER_SUITE(cli_render,
    RUNNER_TEST(a_table_stands_straight_under_wide_characters),
    RUNNER_TEST(one_row_is_shown_line_by_line),
    RUNNER_TEST(json_is_an_array_of_objects_without_what_is_absent),
    RUNNER_TEST(a_list_that_was_cut_off_says_so_in_its_last_object_and_in_a_line),
    RUNNER_TEST(csv_quotes_and_disarms_formulas),
    RUNNER_TEST(times_are_of_japan_and_say_so_to_machines),
    RUNNER_TEST(a_check_that_failed_and_a_row_that_was_held_say_no),
    RUNNER_TEST(a_field_that_rows_do_not_have_is_a_bug),
    RUNNER_TEST(counts_come_first_and_rows_of_the_file_after_them));
