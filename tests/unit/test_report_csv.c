#include <string.h>

#include "report/csv.h"
#include "tests/lib/runner.h"
#include "tests/unit/test_report.h"

static const char *
cell(const char *text)
{
	static struct buf out = BUF_INIT(4096);
	struct report_out o;
	bool first = true;

	buf_truncate(&out, 0);
	report_out_init(&o, &out, LANG_EN);
	csv_cell(&o, &first, text);
	CU_ASSERT_EQUAL_FATAL(report_out_end(&o), RC_OK);
	return out.data;
}

static void
what_a_spreadsheet_would_run_is_kept_as_text(void)
{
	CU_ASSERT_STRING_EQUAL(cell("=1+1"), "\"'=1+1\"");
	CU_ASSERT_STRING_EQUAL(cell("+81"), "\"'+81\"");
	CU_ASSERT_STRING_EQUAL(cell("-2"), "\"'-2\"");
	CU_ASSERT_STRING_EQUAL(cell("@SUM(A1)"), "\"'@SUM(A1)\"");
	CU_ASSERT_STRING_EQUAL(cell("＝1"), "\"'＝1\"");
	CU_ASSERT_STRING_EQUAL(cell("\t=1"), "\"' =1\"");
	CU_ASSERT_STRING_EQUAL(cell("X=1"), "\"X=1\"");
}

static void
quotes_are_doubled_and_line_ends_do_not_end_a_row(void)
{
	CU_ASSERT_STRING_EQUAL(cell("a\"b"), "\"a\"\"b\"");
	CU_ASSERT_STRING_EQUAL(cell("a\r\nb"), "\"a  b\"");
	CU_ASSERT_STRING_EQUAL(cell("00123"), "\"00123\"");
	CU_ASSERT_STRING_EQUAL(cell(""), "\"\"");
}

/* Cells of every row, counted by RFC 4180. */
static void
check_table(const char *text, size_t columns, size_t rows)
{
	size_t cells = 0, n = 0;
	bool quoted = false;

	for (; *text != '\0'; text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (!quoted && *text == ',')
			cells++;
		else if (!quoted && *text == '\n') {
			CU_ASSERT_EQUAL(cells + 1, columns);
			cells = 0;
			n++;
		} else if (!quoted)
			CU_ASSERT(*text == '\r');
	}
	CU_ASSERT(!quoted);
	CU_ASSERT_EQUAL(n, rows);
}

static void
every_row_has_every_column_and_no_formula(void)
{
	const char *text = test_render(report_csv, test_infant(), LANG_JA);

	test_keep("record.csv", text);
	CU_ASSERT_EQUAL(strncmp(text, "\xef\xbb\xbf\"接種日 / Date\",", 19), 0);
	check_table(text + 3, 14, 1 + 10);
	CU_ASSERT_PTR_NULL(strstr(text, "\"="));
	CU_ASSERT_PTR_NULL(strstr(text, "000000000012345"));
	CU_ASSERT_PTR_NULL(strstr(text, "中央区"));
	text = test_render(report_show_csv, test_infant(), LANG_JA);
	check_table(text, 27, 1 + 10);
	CU_ASSERT_PTR_NULL(strstr(text, "\"="));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"'=1+1\""));
}

static void
due_is_a_table_in_three_forms(void)
{
	const struct history *h = test_infant();

	for (int format = 0; format < REPORT_DUE__COUNT; format++) {
		struct buf out = BUF_INIT(1u << 16);
		struct report_due d;
		struct report_due_row row = { &h->person, false, &h->forecast[0] };

		CU_ASSERT_EQUAL_FATAL(report_due_begin(&d, &out, (enum report_due_format)format, LANG_EN,
		    h->as_of), RC_OK);
		CU_ASSERT_EQUAL_FATAL(report_due_row(&d, &out, &row), RC_OK);
		row.protected = true;
		row.forecast = NULL;
		CU_ASSERT_EQUAL_FATAL(report_due_row(&d, &out, &row), RC_OK);
		CU_ASSERT_EQUAL_FATAL(report_due_end(&d, &out), RC_OK);
		CU_ASSERT_PTR_NOT_NULL(strstr(out.data, h->person.addressee_no));
		if (format == REPORT_DUE_CSV)
			check_table(out.data, 15, 3);
		if (format == REPORT_DUE_JSON)
			CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "\"protected\":true}\n]\n"));
		buf_clear(&out);
	}
}

RUNNER_SUITE(report_csv,
    RUNNER_TEST(what_a_spreadsheet_would_run_is_kept_as_text),
    RUNNER_TEST(quotes_are_doubled_and_line_ends_do_not_end_a_row),
    RUNNER_TEST(every_row_has_every_column_and_no_formula),
    RUNNER_TEST(due_is_a_table_in_three_forms));
