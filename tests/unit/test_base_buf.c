#include "base/buf.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"

static void
bytes_are_kept_in_order_and_end_with_a_nul(void)
{
	struct buf b = BUF_INIT(100000);

	for (int i = 0; i < 1000; i++) {
		CU_ASSERT_EQUAL_FATAL(buf_printf(&b, "%d;", i), RC_OK);
		CU_ASSERT_EQUAL_FATAL(strlen(b.data), b.len);
	}
	CU_ASSERT_EQUAL(buf_add_text(&b, "end"), RC_OK);
	CU_ASSERT_EQUAL(buf_add_char(&b, '.'), RC_OK);
	CU_ASSERT_EQUAL(buf_add(&b, "", 0), RC_OK);
	CU_ASSERT_EQUAL(b.len, 10 * 2 + 90 * 3 + 900 * 4 + 4);
	CU_ASSERT(memcmp(b.data, "0;1;2;", 6) == 0 && strcmp(b.data + b.len - 8, "999;end.") == 0);
	buf_truncate(&b, 4);
	CU_ASSERT_STRING_EQUAL(b.data, "0;1;");
	buf_clear(&b);
	CU_ASSERT(b.data == NULL && b.len == 0 && b.max == 100000);
}

static void
the_first_empty_addition_gives_an_empty_text(void)
{
	struct buf b = BUF_INIT(0);

	CU_ASSERT_EQUAL(buf_add(&b, NULL, 0), RC_OK);
	CU_ASSERT(b.data != NULL && b.data[0] == '\0');
	CU_ASSERT_EQUAL(buf_add(&b, "x", 1), RC_TOO_BIG);
	buf_clear(&b);
}

static void
the_ceiling_is_reached_and_never_passed(void)
{
	for (size_t max = 1; max < 300; max++) {
		struct buf b = BUF_INIT(max);

		for (size_t i = 0; i < max; i++)
			CU_ASSERT_EQUAL_FATAL(buf_add_char(&b, (char)('a' + i % 26)), RC_OK);
		CU_ASSERT_EQUAL(buf_add_char(&b, 'x'), RC_TOO_BIG);
		CU_ASSERT_EQUAL(buf_printf(&b, "%d", 1), RC_TOO_BIG);
		CU_ASSERT_EQUAL(buf_add(&b, "", SIZE_MAX), RC_TOO_BIG);
		CU_ASSERT_EQUAL(buf_reserve(&b, SIZE_MAX - 1), RC_TOO_BIG);
		CU_ASSERT_EQUAL(buf_add(&b, "", 0), RC_OK);
		CU_ASSERT_EQUAL(b.len, max);
		CU_ASSERT_EQUAL(b.data[max - 1], (char)('a' + (max - 1) % 26));
		CU_ASSERT_EQUAL(b.data[max], '\0');
		buf_clear(&b);
	}
}

static void
without_memory_the_contents_stay(void)
{
	struct buf b = BUF_INIT(1000);
	long n;

	for (n = 0; n < 100; n++) {
		enum rc rc = RC_OK;

		buf_clear(&b);
		fail_after(n);
		for (int i = 0; i < 200 && rc == RC_OK; i++) {
			size_t len = b.len;

			rc = buf_printf(&b, "%c", 'a' + i % 26);
			if (rc != RC_OK) {
				CU_ASSERT_EQUAL(rc, RC_NOMEM);
				CU_ASSERT_EQUAL(b.len, len);
				CU_ASSERT(len == 0 || (b.data[len - 1] == (char)('a' + (i - 1) % 26) &&
				    b.data[len] == '\0'));
			}
		}
		fail_never();
		if (rc == RC_OK)
			break;
	}
	CU_ASSERT(n >= 2 && n < 100);	/* it did grow, and did come through */
	CU_ASSERT_EQUAL(b.len, 200);
	buf_clear(&b);
}

static void
a_wiped_buffer_is_empty_and_usable(void)
{
	struct buf b = BUF_INIT(64);

	buf_wipe(&b);
	CU_ASSERT_EQUAL(buf_add_text(&b, "secret"), RC_OK);
	buf_wipe(&b);
	CU_ASSERT(b.data == NULL && b.len == 0 && b.max == 64);
	CU_ASSERT_EQUAL(buf_add_text(&b, "again"), RC_OK);
	CU_ASSERT_STRING_EQUAL(b.data, "again");
	buf_clear(&b);
}

/* A temporary file of n bytes; its name goes to path. */
static void
file_of(char path[32], size_t n)
{
	int fd;

	memcpy(path, "/tmp/watashi-test-XXXXXX", 25);
	CU_ASSERT_FATAL((fd = mkstemp(path)) >= 0);
	for (size_t i = 0; i < n; i++) {
		char c = (char)('a' + i % 26);

		CU_ASSERT_FATAL(write(fd, &c, 1) == 1);
	}
	close(fd);
}

static void
files_are_read_whole_or_not_at_all(void)
{
	struct buf b = BUF_INIT(1000);
	struct fault why = { RC_OK, "", "" };
	char path[32];

	file_of(path, 1000);
	CU_ASSERT_EQUAL(buf_read_file(&b, path, &why), RC_OK);
	CU_ASSERT_EQUAL(b.len, 1000);
	CU_ASSERT_EQUAL(b.data[999], 'a' + 999 % 26);
	buf_clear(&b);
	CU_ASSERT_EQUAL(buf_add_text(&b, "x"), RC_OK);
	CU_ASSERT_EQUAL(buf_read_file(&b, path, &why), RC_TOO_BIG);
	CU_ASSERT_STRING_EQUAL(b.data, "x");
	CU_ASSERT_STRING_EQUAL(why.place, path);
	unlink(path);
	CU_ASSERT_EQUAL(buf_read_file(&b, path, &why), RC_ABSENT);
	CU_ASSERT_EQUAL(buf_read_file(&b, "/tmp", &why), RC_IO);
	CU_ASSERT_EQUAL(buf_read_file(&b, "/tmp", NULL), RC_IO);
	CU_ASSERT_STRING_EQUAL(b.data, "x");
	buf_clear(&b);
	CU_ASSERT_EQUAL(buf_read_file(&b, "/dev/null", &why), RC_OK);
	CU_ASSERT(b.len == 0 && b.data != NULL);
	buf_clear(&b);
	CU_ASSERT_EQUAL(buf_read_file(&b, "/dev/zero", &why), RC_TOO_BIG);
	buf_clear(&b);
}

static void
streams_are_read_to_their_end(void)
{
	struct buf b = BUF_INIT(200000);
	struct fault why;
	int p[2];

	CU_ASSERT_FATAL(pipe(p) == 0);
	for (int i = 0; i < 1000; i++)
		CU_ASSERT_FATAL(write(p[1], "0123456789", 10) == 10);
	close(p[1]);
	CU_ASSERT_EQUAL(buf_read_fd(&b, p[0], &why), RC_OK);
	CU_ASSERT_EQUAL(b.len, 10000);
	close(p[0]);
	CU_ASSERT_EQUAL(buf_read_fd(&b, p[0], &why), RC_IO);
	CU_ASSERT_EQUAL(b.len, 10000);
	buf_clear(&b);
}

RUNNER_SUITE(base_buf,
    RUNNER_TEST(bytes_are_kept_in_order_and_end_with_a_nul),
    RUNNER_TEST(the_first_empty_addition_gives_an_empty_text),
    RUNNER_TEST(the_ceiling_is_reached_and_never_passed),
    RUNNER_TEST(without_memory_the_contents_stay),
    RUNNER_TEST(a_wiped_buffer_is_empty_and_usable),
    RUNNER_TEST(files_are_read_whole_or_not_at_all),
    RUNNER_TEST(streams_are_read_to_their_end));
