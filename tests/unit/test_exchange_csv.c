#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "exchange/csv_read.h"
#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"

static const char *const column[] = { "id", "name", "note" };
static const struct csv_want want = { column, 3, 2 };

/* Rows as "line:id|name|note;" with ~ for an absent cell. */
static enum rc
keep_row(void *context, const char *const *cell, size_t line, struct fault *why)
{
	struct buf *out = context;
	enum rc rc;

	(void)why;
	rc = buf_printf(out, "%zu:%s|%s|%s;", line, cell[0] ? cell[0] : "~", cell[1] ? cell[1] : "~", cell[2] ? cell[2] : "~");
	return rc;
}

static enum rc
read_text(const char *bytes, size_t len, struct buf *out, struct fault *why)
{
	struct csv_sink sink = { keep_row, out };

	buf_truncate(out, 0);
	return csv_read(bytes, len, &want, &sink, why);
}

static void
good(const char *bytes, size_t len, const char *rows)
{
	struct buf out = BUF_INIT(65536);
	struct fault why = { .rc = RC_OK };
	enum rc rc = read_text(bytes, len, &out, &why);

	if (rc != RC_OK)
		printf("%s: %s: %s\n", bytes, why.place, why.text);
	CU_ASSERT_EQUAL(rc, RC_OK);
	CU_ASSERT_STRING_EQUAL(out.data == NULL ? "" : out.data, rows);
	buf_clear(&out);
}
#define GOOD(text, rows) good(text, sizeof(text) - 1, rows)

static void
bad(const char *bytes, size_t len, enum rc rc, const char *place, const char *text)
{
	struct buf out = BUF_INIT(65536);
	struct fault why = { .rc = RC_OK };

	CU_ASSERT_EQUAL(read_text(bytes, len, &out, &why), rc);
	CU_ASSERT_STRING_EQUAL(why.place, place);
	if (strstr(why.text, text) == NULL)
		printf("%s: %s\n", why.place, why.text);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, text));
	buf_clear(&out);
}
#define BAD(bytes, place, text) bad(bytes, sizeof(bytes) - 1, RC_INVALID, place, text)

static void
rows_are_read_in_any_order_of_columns_and_with_either_line_end(void)
{
	GOOD("id,name,note\n1,a,x\n2,b,\n", "2:1|a|x;3:2|b|~;");
	GOOD("note,name,id\r\nx,a,1\r\n,b,2\r\n", "2:1|a|x;3:2|b|~;");
	GOOD("name,id\na,1\n", "2:1|a|~;");
	GOOD("id,name,note\n1,a,x", "2:1|a|x;");		/* RFC 4180: the last line end may lack */
	GOOD("id,name,note\n", "");
	GOOD("id,name\n\n1,a\n\n", "3:1|a|~;");		/* empty lines are no rows */
}

static void
quotes_hold_commas_line_ends_and_quotes(void)
{
	GOOD("id,name\n\"1\",\"a,b\"\n2,\"say \"\"yes\"\"\"\n3,\"two\r\nlines\"\n4,\"\"\n",
	    "2:1|a,b|~;3:2|say \"yes\"|~;4:3|two\r\nlines|~;6:4|~|~;");
	GOOD("\"id\",\"name\"\n1,a\n", "2:1|a|~;");
}

static void
utf8_with_and_without_a_byte_mark_and_cp932_give_the_same_rows(void)
{
	GOOD("id,name\n1,\xe6\xb8\xa1\xe3\x81\x97\n", "2:1|渡し|~;");
	GOOD("\xef\xbb\xbfid,name\n1,\xe6\xb8\xa1\xe3\x81\x97\n", "2:1|渡し|~;");
	GOOD("id,name\n1,\x93\x6e\x82\xb5\n", "2:1|渡し|~;");
	/* Second bytes that look like a quote's neighbours: 0x5c in "表", 0x7c in "ポ". */
	GOOD("id,name,note\n1,\x95\x5c,\x83\x7c\n", "2:1|表|ポ;");
	/* Half-width kana and the extensions that Shift_JIS proper lacks. */
	GOOD("id,name\n1,\xdc\xc0\xbc\n2,\x87\x40\xfb\xfc\n", "2:1|ﾜﾀｼ|~;3:2|①髙|~;");
}

static void
unreadable_bytes_name_the_line(void)
{
	BAD("id,name\n1,a\n2,\xff\n", "line 3", "neither UTF-8");
	BAD("id,name\n1,\xe6\xb8\xa1\n2,\x93\x6e\n3,\xff\n", "line 4", "broken on line 3");
	BAD("id,name\n1,\x93", "line 2", "ends within a character");
	BAD("\xff\xfei\0d\0,\0", "line 1", "neither UTF-8");
	BAD("id,name\n1,a\0b\n", "line 2: name", "NUL");
	BAD("id,name\n1,a\x1b\n", "line 2: name", "control characters");
	BAD("id,name\n1,a\xc2\x85\n", "line 2: name", "control characters");
	BAD("id,name\n1,\xef\xbf\xbe\n", "line 2: name", "control characters");
}

static void
broken_quoting_names_line_and_column(void)
{
	BAD("id,name\n1,a\"b\n", "line 2: name", "did not begin with one");
	BAD("id,name\n1,\"a\"b\n", "line 2: name", "follows a closing quote");
	BAD("id,name\n\"1,a\n2,b\n", "line 4: id", "ends within quotes");
	BAD("id,name\n1,a\rb\n", "line 2: name", "carriage return");
	BAD("id,name\n1,a\r", "line 2: name", "ends within a line end");
}

static void
a_wrong_header_is_refused_without_repeating_it(void)
{
	struct buf out = BUF_INIT(65536);
	struct fault why;

	BAD("", "line 1", "empty");
	BAD("\n1,a\n", "line 1", "empty where the header belongs");
	BAD("id,note\n1,a\n", "line 1", "name is missing");
	BAD("id,name,id\n1,a,2\n", "line 1: column 3", "id stands twice");
	BAD("id,nane\n1,a\n", "line 1: column 2", "no column of this file");
	BAD("ID,name\n1,a\n", "line 1: column 1", "no column of this file");
	/* A file without header: the person on line 1 must not be in the message. */
	CU_ASSERT_EQUAL(read_text("123456789018,Yamada\n", 20, &out, &why), RC_INVALID);
	CU_ASSERT_PTR_NULL(strstr(why.text, "Yamada"));
	CU_ASSERT_PTR_NULL(strstr(why.place, "1234"));
	buf_clear(&out);
}

static void
a_row_of_another_width_and_a_cut_are_refused(void)
{
	BAD("id,name\n1\n2,b\n", "line 2", "has 1 cells, the header 2");
	BAD("id,name\n1,a,x\n", "line 2", "has 3 cells, the header 2");
	BAD("id,name,note\n1,a,x\n2,b", "line 3: name", "cut within this row");
	BAD("id,name\n1,a\n2", "line 3: id", "cut within this row");
}

static void
ceilings_hold(void)
{
	struct buf file = BUF_INIT(1 << 20), out = BUF_INIT(1 << 20);
	char wide[LIMIT_IMPORT_CELL_BYTES + 1];
	struct fault why;

	memset(wide, 'x', sizeof(wide));
	CU_ASSERT_EQUAL_FATAL(buf_add_text(&file, "id,name\n1,"), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add(&file, wide, sizeof(wide) - 1), RC_OK);
	CU_ASSERT_EQUAL(read_text(file.data, file.len, &out, &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add_char(&file, 'x'), RC_OK);
	CU_ASSERT_EQUAL(read_text(file.data, file.len, &out, &why), RC_TOO_BIG);
	CU_ASSERT_STRING_EQUAL(why.place, "line 2: name");
	buf_truncate(&file, 0);
	for (int i = 0; i < LIMIT_IMPORT_COLUMNS + 1; i++)
		CU_ASSERT_EQUAL_FATAL(buf_add_text(&file, i == 0 ? "id" : ",id"), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add_char(&file, '\n'), RC_OK);
	CU_ASSERT_EQUAL(read_text(file.data, file.len, &out, &why), RC_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "too many cells"));
	buf_clear(&file);
	buf_clear(&out);
}

static enum rc
refuse_second(void *context, const char *const *cell, size_t line, struct fault *why)
{
	int *n = context;

	(void)cell;
	return ++*n == 2 ? fault_set(why, RC_FULL, "sink", "line %zu", line) : RC_OK;
}

static void
a_refusal_of_the_taker_ends_the_reading(void)
{
	static const char text[] = "id,name\n1,a\n2,b\n3,c\n";
	struct fault why = { .rc = RC_OK };
	int n = 0;
	struct csv_sink sink = { refuse_second, &n };

	CU_ASSERT_EQUAL(csv_read(text, sizeof(text) - 1, &want, &sink, &why), RC_FULL);
	CU_ASSERT_STRING_EQUAL(why.text, "line 3");
	CU_ASSERT_EQUAL(n, 2);
}

/* Long enough that rows and characters lie across the blocks in which files are read. */
static void
files_are_read_in_blocks_in_both_encodings(void)
{
	for (int cp932 = 0; cp932 < 2; cp932++) {
		FILE *f = tmpfile();
		struct buf out = BUF_INIT(64 << 20);
		struct csv_sink sink = { keep_row, &out };
		struct fault why = { .rc = RC_OK };
		struct buf expect = BUF_INIT(64 << 20);

		CU_ASSERT_PTR_NOT_NULL_FATAL(f);
		(void)fprintf(f, "skipped");
		(void)fprintf(f, "id,name,note\n");
		for (int i = 0; i < 30000; i++) {
			(void)fprintf(f, "%d,%s,\"x\"\"%.*s\"\n", i, cp932 ? "\x93\x6e\x95\x5c" : "渡表", i % 7, "yyyyyyy");
			CU_ASSERT_EQUAL_FATAL(buf_printf(&expect, "%d:%d|渡表|x\"%.*s;", i + 2, i, i % 7, "yyyyyyy"), RC_OK);
		}
		(void)fflush(f);
		CU_ASSERT_EQUAL_FATAL(lseek(fileno(f), 7, SEEK_SET), 7);
		CU_ASSERT_EQUAL(csv_read_fd(fileno(f), &want, &sink, &why), RC_OK);
		CU_ASSERT_EQUAL_FATAL(out.len, expect.len);
		CU_ASSERT_EQUAL(memcmp(out.data, expect.data, out.len), 0);
		buf_clear(&out);
		buf_clear(&expect);
		(void)fclose(f);
	}
}

static void
a_pipe_is_no_file(void)
{
	struct buf out = BUF_INIT(1024);
	struct csv_sink sink = { keep_row, &out };
	struct fault why = { .rc = RC_OK };
	int fd[2];

	CU_ASSERT_EQUAL_FATAL(pipe(fd), 0);
	CU_ASSERT_EQUAL(csv_read_fd(fd[0], &want, &sink, &why), RC_IO);
	(void)close(fd[0]);
	(void)close(fd[1]);
}

static void
every_cut_of_a_file_is_read_or_refused_and_never_gives_half_a_row(void)
{
	static const char text[] = "id,name,note\n1,\"a\"\"b\",x\n2,渡し,\"y\nz\"\n";
	struct buf out = BUF_INIT(65536);
	struct fault why;

	for (size_t len = 0; len < sizeof(text); len++) {
		enum rc rc = read_text(text, len, &out, &why);

		CU_ASSERT(rc == RC_OK || rc == RC_INVALID);
	}
	buf_clear(&out);
}

static void
lack_of_memory_is_told(void)
{
	static const char text[] = "id,name,note\n1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,x\n";

	for (long n = 0;; n++) {
		int rows = 0;
		struct csv_sink sink = { refuse_second, &rows };
		struct fault why = { .rc = RC_OK };
		enum rc rc;

		fail_after(n);
		rc = csv_read(text, sizeof(text) - 1, &want, &sink, &why);
		fail_never();
		if (rc == RC_OK)
			break;
		CU_ASSERT_EQUAL_FATAL(rc, RC_NOMEM);
	}
}

RUNNER_SUITE(exchange_csv,
    RUNNER_TEST(rows_are_read_in_any_order_of_columns_and_with_either_line_end),
    RUNNER_TEST(quotes_hold_commas_line_ends_and_quotes),
    RUNNER_TEST(utf8_with_and_without_a_byte_mark_and_cp932_give_the_same_rows),
    RUNNER_TEST(unreadable_bytes_name_the_line),
    RUNNER_TEST(broken_quoting_names_line_and_column),
    RUNNER_TEST(a_wrong_header_is_refused_without_repeating_it),
    RUNNER_TEST(a_row_of_another_width_and_a_cut_are_refused),
    RUNNER_TEST(ceilings_hold),
    RUNNER_TEST(a_refusal_of_the_taker_ends_the_reading),
    RUNNER_TEST(files_are_read_in_blocks_in_both_encodings),
    RUNNER_TEST(a_pipe_is_no_file),
    RUNNER_TEST(every_cut_of_a_file_is_read_or_refused_and_never_gives_half_a_row),
    RUNNER_TEST(lack_of_memory_is_told));
