/* What law text is refused for, and that nothing else is. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"
#include "tests/unit/test_law.h"

static bool
ends_in_law(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && strcmp(name + len - 4, ".law") == 0;
}

/* "not-a-day.season.law" must be refused for not-a-day. */
static bool
named_after(const char *name, const char *word)
{
	size_t len = strcspn(name, ".");

	return strlen(word) == len && memcmp(name, word, len) == 0;
}

static void
refuse(const char *directory, const char *name, bool *seen)
{
	char path[8192];
	struct test_law_heard heard;
	struct buf text, law;
	enum rc rc;

	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	test_law_read(path, &text);
	rc = test_law_compile(name, &text, &heard, &law);
	CU_ASSERT_EQUAL(rc, RC_INVALID);
	CU_ASSERT_EQUAL(law.len, 0);
	if (heard.n != 1 || !named_after(name, law_finding_word(heard.finding[0]))) {
		fprintf(stderr, "%s: %zu findings, the first %s\n", name, heard.n,
		    heard.n > 0 ? law_finding_word(heard.finding[0]) : "none");
		CU_FAIL("a bad law must have the one finding that it is named after");
	} else {
		CU_ASSERT(heard.line[0] > 0);
		seen[heard.finding[0]] = true;
	}
	buf_clear(&text);
	buf_clear(&law);
}

static void
every_bad_law_has_the_one_finding_it_is_named_after(void)
{
	char directory[4096];
	bool seen[LAW_F__COUNT] = { false };
	struct dirent *entry;
	DIR *dir = opendir(test_law_source_path("tests/case/law-bad", directory, sizeof directory));

	CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (ends_in_law(entry->d_name))
			refuse(directory, entry->d_name, seen);
	}
	closedir(dir);
	for (int f = 0; f < LAW_F__COUNT; f++) {
		if (!seen[f])
			fprintf(stderr, "no bad law for %s\n", law_finding_word((enum law_finding)f));
		CU_ASSERT(seen[f]);
	}
}

static void
every_finding_has_its_own_word(void)
{
	for (int a = 0; a < LAW_F__COUNT; a++) {
		CU_ASSERT(strlen(law_finding_text((enum law_finding)a)) > 10);
		for (int b = 0; b < a; b++)
			CU_ASSERT_STRING_NOT_EQUAL(law_finding_word((enum law_finding)a),
			    law_finding_word((enum law_finding)b));
	}
}

static void
all_faults_of_a_text_are_told_with_their_lines(void)
{
	static const char bad[] = "version 1\nhistory-from 2000-01-01\nantigen a \"x\"\nclass -\nsource s\n";
	struct test_law_heard heard;
	struct buf text = BUF_INIT(1000), law;

	CU_ASSERT_EQUAL_FATAL(buf_add_text(&text, bad), RC_OK);
	CU_ASSERT_EQUAL(test_law_compile("bad", &text, &heard, &law), RC_INVALID);
	CU_ASSERT_EQUAL_FATAL(heard.n, 3);
	CU_ASSERT(heard.finding[0] == LAW_F_BAD_NAME && heard.line[0] == 4);
	CU_ASSERT(heard.finding[1] == LAW_F_MISSING_FIELD && heard.line[1] == 3);
	CU_ASSERT(heard.finding[2] == LAW_F_MISSING_CITATION && heard.line[2] == 5);
	buf_clear(&text);
	buf_clear(&law);
}

static void
the_order_of_files_decides_nothing_but_the_order_of_rows(void)
{
	static const char rules[] = "spacing live\n\tin-force - .. -\n\tearlier live\n\tlater live\n\tdays 27\n\tsource s\n";
	static const char names[] = "version 1\nhistory-from 2000-01-01\nclass live\nantigen x \"a\" \"b\"\n"
	    "product P \"a\" \"b\" antigens x classes live\nsource s \"a\" \"b\"\n";
	struct law_input one[2] = { { "r", rules, sizeof rules - 1 }, { "n", names, sizeof names - 1 } };
	struct law_input two[2] = { one[1], one[0] };
	struct law_listener nobody = { NULL, NULL };
	struct buf a = BUF_INIT(1u << 20), b = BUF_INIT(1u << 20);
	struct fault why;

	CU_ASSERT_EQUAL_FATAL(law_compile(one, 2, nobody, &a, &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(law_compile(two, 2, nobody, &b, &why), RC_OK);
	CU_ASSERT_EQUAL(a.len, b.len);
	buf_clear(&a);
	buf_clear(&b);
}

static void
the_same_text_gives_the_same_bytes(void)
{
	struct buf a, b;

	test_law_small(&a);
	test_law_small(&b);
	CU_ASSERT_EQUAL_FATAL(a.len, b.len);
	CU_ASSERT_EQUAL(memcmp(a.data, b.data, a.len), 0);
	buf_clear(&a);
	buf_clear(&b);
}

static void
a_law_without_memory_is_refused_and_nothing_leaks(void)
{
	char path[4096];
	struct buf text, law;
	struct test_law_heard heard;
	enum rc rc;

	test_law_read(test_law_source_path("tests/case/law-good/small.law", path, sizeof path), &text);
	for (long n = 0;; n++) {
		fail_after(n);
		rc = test_law_compile("small.law", &text, &heard, &law);
		fail_never();
		if (rc == RC_OK)
			break;
		CU_ASSERT_EQUAL_FATAL(rc, RC_NOMEM);
		CU_ASSERT_EQUAL(heard.n, 0);
		buf_clear(&law);
	}
	buf_clear(&law);
	buf_clear(&text);
}

/* Any single word left out or doubled must be told or be harmless, never crash. */
static void
a_text_with_any_word_missing_is_read_to_its_end(void)
{
	char path[4096];
	struct buf text;

	test_law_read(test_law_source_path("tests/case/law-good/small.law", path, sizeof path), &text);
	for (size_t at = 0; at < text.len;) {
		size_t len = strcspn(text.data + at, " \t\n");
		struct test_law_heard heard;
		struct buf less = BUF_INIT(1u << 20), law;

		if (len == 0) {
			at++;
			continue;
		}
		CU_ASSERT_EQUAL_FATAL(buf_add(&less, text.data, at), RC_OK);
		CU_ASSERT_EQUAL_FATAL(buf_add(&less, text.data + at + len, text.len - at - len), RC_OK);
		if (test_law_compile("less", &less, &heard, &law) == RC_OK) {
			struct test_law_copy copy;
			struct law_file *file = NULL;
			struct fault why;

			CU_ASSERT_EQUAL(heard.n, 0);
			CU_ASSERT_EQUAL(test_law_load(law.data, law.len, &copy, &file, &why), RC_OK);
			law_free(file);
			free(copy.bytes);
		} else {
			CU_ASSERT(heard.n > 0);
		}
		buf_clear(&law);
		buf_clear(&less);
		at += len;
	}
	buf_clear(&text);
}

RUNNER_SUITE(law_text,
    RUNNER_TEST(every_bad_law_has_the_one_finding_it_is_named_after),
    RUNNER_TEST(every_finding_has_its_own_word),
    RUNNER_TEST(all_faults_of_a_text_are_told_with_their_lines),
    RUNNER_TEST(the_order_of_files_decides_nothing_but_the_order_of_rows),
    RUNNER_TEST(the_same_text_gives_the_same_bytes),
    RUNNER_TEST(a_law_without_memory_is_refused_and_nothing_leaks),
    RUNNER_TEST(a_text_with_any_word_missing_is_read_to_its_end));
