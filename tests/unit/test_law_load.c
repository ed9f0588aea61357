/* The compiled file: foreign bytes until every one of them was checked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "law/law_layout.h"
#include "law/law_print.h"
#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"
#include "tests/unit/test_law.h"

static void
any_changed_byte_is_refused(void)
{
	struct buf law;
	struct fault why;

	test_law_small(&law);
	for (size_t i = 0; i < law.len; i++) {
		struct law_file *file = NULL;
		struct test_law_copy copy;
		enum rc rc;

		law.data[i] = (char)(law.data[i] ^ (1 << (i % 8)));
		rc = test_law_load(law.data, law.len, &copy, &file, &why);
		law.data[i] = (char)(law.data[i] ^ (1 << (i % 8)));
		CU_ASSERT_FATAL(rc == RC_INVALID || rc == RC_VERSION);
		CU_ASSERT_PTR_NULL(file);
		free(copy.bytes);
	}
	buf_clear(&law);
}

static void
any_cut_and_any_addition_is_refused(void)
{
	struct buf law;
	struct fault why;

	test_law_small(&law);
	for (size_t len = 0; len < law.len; len++) {
		struct law_file *file = NULL;
		struct test_law_copy copy;

		CU_ASSERT_EQUAL_FATAL(test_law_load(law.data, len, &copy, &file, &why), RC_INVALID);
		free(copy.bytes);
	}
	for (int more = 1; more <= 16; more++) {
		struct law_file *file = NULL;
		struct test_law_copy copy;

		CU_ASSERT_EQUAL_FATAL(buf_add_char(&law, '\0'), RC_OK);
		CU_ASSERT_EQUAL(test_law_load(law.data, law.len, &copy, &file, &why), RC_INVALID);
		free(copy.bytes);
	}
	buf_clear(&law);
}

static void
read_packaged(struct buf *law)
{
	char path[4096];

	CU_ASSERT_EQUAL_FATAL(law_default_path(NULL, path, sizeof path), RC_OK);
	test_law_read(path, law);
}

static bool
is_one_clear_fault(enum rc rc, const struct fault *why)
{
	return (rc == RC_INVALID || rc == RC_VERSION) && why->rc == rc && why->text[0] != '\0' &&
	    strchr(why->text, '\n') == NULL;
}

/*
 * The shipped law: a share of its lengths and bits; with WATASHI_LONG every length, and one bit of every byte, as the
 * hash of so many bytes takes its time.  What stands behind the hash is tried bit by bit in test_schedule_law.c.
 */
static void
the_shipped_law_cut_at_any_length_is_refused_in_one_line(void)
{
	size_t step = getenv("WATASHI_LONG") != NULL ? 1 : 61;
	struct buf law;

	read_packaged(&law);
	for (size_t len = 0; len < law.len; len += len < 600 ? 1 : step) {
		struct law_file *file = NULL;
		struct test_law_copy copy;
		struct fault why = { .rc = RC_OK };
		enum rc rc = test_law_load(law.data, len, &copy, &file, &why);

		CU_ASSERT_FATAL(is_one_clear_fault(rc, &why));
		CU_ASSERT_PTR_NULL(file);
		free(copy.bytes);
	}
	buf_clear(&law);
}

static void
the_shipped_law_with_any_bit_flipped_is_refused_in_one_line(void)
{
	size_t step = getenv("WATASHI_LONG") != NULL ? 9 : 997;
	struct buf law;

	read_packaged(&law);
	for (size_t bit = 0; bit < law.len * 8; bit += bit < 512 ? 7 : step) {
		struct law_file *file = NULL;
		struct test_law_copy copy;
		struct fault why = { .rc = RC_OK };
		enum rc rc;

		law.data[bit / 8] = (char)(law.data[bit / 8] ^ 1 << bit % 8);
		rc = test_law_load(law.data, law.len, &copy, &file, &why);
		law.data[bit / 8] = (char)(law.data[bit / 8] ^ 1 << bit % 8);
		CU_ASSERT_FATAL(is_one_clear_fault(rc, &why));
		CU_ASSERT_PTR_NULL(file);
		free(copy.bytes);
	}
	buf_clear(&law);
}

/* Signed anew, so that the tables themselves are judged: what is let in can be read to its end. */
static void
walk(const struct law *law)
{
	struct buf out = BUF_INIT(8u << 20);
	enum rc rc = law_print_day(law, (day){ 16000 }, LAW_PRINT_JA, &out);

	CU_ASSERT(rc == RC_OK || rc == RC_TOO_BIG);
	buf_clear(&out);
}

static void
a_well_signed_file_with_any_wrong_value_is_refused_or_safe(void)
{
	static const unsigned char value[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct buf law;
	struct fault why;
	size_t n_refused = 0, n_safe = 0;

	test_law_small(&law);
	for (size_t i = 8; i < law.len - 32; i++) {
		char was = law.data[i];

		for (size_t v = i % 3; v < sizeof value; v += 3) {
			struct law_file *file = NULL;
			struct test_law_copy copy;

			law.data[i] = (char)value[v];
			test_law_sign(law.data, law.len);
			if (test_law_load(law.data, law.len, &copy, &file, &why) == RC_OK) {
				walk(law_of(file));
				n_safe++;
			} else {
				n_refused++;
			}
			law_free(file);
			free(copy.bytes);
		}
		law.data[i] = was;
	}
	CU_ASSERT(n_refused > 1000);
	CU_ASSERT(n_safe > 1000);
	buf_clear(&law);
}

static void
a_file_of_another_layout_or_byte_order_says_so(void)
{
	struct buf law;
	struct law_file *file = NULL;
	struct test_law_copy copy;
	struct fault why;

	test_law_small(&law);
	law.data[offsetof(struct law_head, layout)]++;
	test_law_sign(law.data, law.len);
	CU_ASSERT_EQUAL(test_law_load(law.data, law.len, &copy, &file, &why), RC_VERSION);
	free(copy.bytes);
	law.data[offsetof(struct law_head, layout)]--;
	law.data[offsetof(struct law_head, byte_order)] ^= 5;
	test_law_sign(law.data, law.len);
	CU_ASSERT_EQUAL(test_law_load(law.data, law.len, &copy, &file, &why), RC_VERSION);
	free(copy.bytes);
	buf_clear(&law);
}

static void
loading_without_memory_is_refused(void)
{
	struct buf law;
	struct law_file *file = NULL;
	uint64_t *bytes;
	struct fault why;

	test_law_small(&law);
	bytes = malloc(law.len);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	memcpy(bytes, law.data, law.len);
	fail_after(0);
	CU_ASSERT_EQUAL(law_load_bytes(bytes, law.len, &file, &why), RC_NOMEM);
	fail_never();
	CU_ASSERT_PTR_NULL(file);
	free(bytes);
	buf_clear(&law);
}

static void
a_missing_file_a_folder_and_an_empty_file_are_told_apart(void)
{
	struct law_file *file = NULL;
	struct fault why;

	CU_ASSERT_EQUAL(law_load("/nonexistent/watashi.law", &file, &why), RC_ABSENT);
	CU_ASSERT_EQUAL(law_load("/", &file, &why), RC_INVALID);
	CU_ASSERT_EQUAL(law_load("/dev/null", &file, &why), RC_INVALID);
	CU_ASSERT_PTR_NULL(file);
}

static void
the_hash_is_that_of_the_whole_file_in_hexadecimal(void)
{
	struct law_file *file = test_law_packaged();
	char text[LAW_HASH_TEXT_SIZE];

	law_hash_write(law_of(file), text);
	CU_ASSERT_EQUAL(strlen(text), 71);
	CU_ASSERT_EQUAL(strncmp(text, "sha256:", 7), 0);
	CU_ASSERT_EQUAL(strspn(text + 7, "0123456789abcdef"), 64);
	law_free(file);
}

static void
a_named_law_file_wins_over_the_build_tree(void)
{
	char path[64] = "untouched";

	CU_ASSERT_EQUAL_FATAL(setenv("WATASHI_LAW", "/some/where.law", 1), 0);
	CU_ASSERT_EQUAL(law_default_path(NULL, path, 4), RC_ABSENT);
	CU_ASSERT_STRING_EQUAL(path, "untouched");
	CU_ASSERT_EQUAL(law_default_path(NULL, path, sizeof path), RC_OK);
	CU_ASSERT_STRING_EQUAL(path, "/some/where.law");
	CU_ASSERT_EQUAL_FATAL(unsetenv("WATASHI_LAW"), 0);
}

RUNNER_SUITE(law_load,
    RUNNER_TEST(any_changed_byte_is_refused),
    RUNNER_TEST(any_cut_and_any_addition_is_refused),
    RUNNER_TEST(the_shipped_law_cut_at_any_length_is_refused_in_one_line),
    RUNNER_TEST(the_shipped_law_with_any_bit_flipped_is_refused_in_one_line),
    RUNNER_TEST(a_well_signed_file_with_any_wrong_value_is_refused_or_safe),
    RUNNER_TEST(a_file_of_another_layout_or_byte_order_says_so),
    RUNNER_TEST(loading_without_memory_is_refused),
    RUNNER_TEST(a_missing_file_a_folder_and_an_empty_file_are_told_apart),
    RUNNER_TEST(the_hash_is_that_of_the_whole_file_in_hexadecimal),
    RUNNER_TEST(a_named_law_file_wins_over_the_build_tree));
