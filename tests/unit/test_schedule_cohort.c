/* The stored answers of an invented cohort: whose dates does a change of the law move? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/runner.h"
#include "tests/unit/cohort.h"

static struct test_answer answer;

static void
read_stored(const char *name, struct buf *text)
{
	const char *source = getenv("top_srcdir");
	char path[4096];
	struct fault why;

	buf_init(text, 4u << 20);
	snprintf(path, sizeof path, "%s/tests/case/law-dump/cohort/%s", source != NULL ? source : ".", name);
	if (buf_read_file(text, path, &why) != RC_OK) {
		printf("%s: %s\n", path, why.text);
		CU_FAIL_FATAL("a stored answer is missing: make refresh-law-dump");
	}
}

/* The first line that differs, so that the difference has a place. */
static void
compare(const char *name, const struct buf *is)
{
	struct buf stored;
	size_t at = 0, line = 0;

	read_stored(name, &stored);
	while (at < is->len && at < stored.len && is->data[at] == stored.data[at]) {
		if (is->data[at++] == '\n')
			line = at;
	}
	if (at < is->len || at < stored.len) {
		printf("cohort/%s: is     %.*s\n", name, (int)strcspn(line < is->len ? is->data + line : "", "\n"),
		    line < is->len ? is->data + line : "");
		printf("cohort/%s: stored %.*s\n", name, line < stored.len ? (int)strcspn(stored.data + line, "\n") : 0,
		    line < stored.len ? stored.data + line : "");
		CU_FAIL("answers of the cohort moved: make refresh-law-dump, and read the difference");
	}
	buf_clear(&stored);
}

static void
the_cohort_is_answered_as_was_last_read_and_accepted(void)
{
	static struct buf text[LAW_PROGRAMMES_MAX];
	const struct cohort *c = cohort_stored();
	unsigned n_programmes = test_law()->n_programme;

	CU_ASSERT_EQUAL_FATAL(c->n, COHORT_PEOPLE);
	for (size_t g = 0; g < LAW_PROGRAMMES_MAX; g++)
		buf_init(&text[g], 4u << 20);
	for (unsigned i = 0; i < c->n; i++) {
		CU_ASSERT_EQUAL_FATAL(test_ask(&c->person[i], &answer), RC_OK);
		for (uint16_t g = 0; g < n_programmes; g++)
			cohort_line(i, &c->person[i], &answer, g, &text[g]);
	}
	for (uint16_t g = 0; g < n_programmes; g++)
		compare(law_string(test_law(), test_law()->programme[g].code), &text[g]);
	for (size_t g = 0; g < LAW_PROGRAMMES_MAX; g++)
		buf_clear(&text[g]);
}

static void
the_stored_people_are_those_of_the_generator(void)
{
	struct buf text = BUF_INIT(4u << 20);

	for (unsigned i = 0; i < COHORT_PEOPLE; i++)
		cohort_make(i, &text);
	if (text.len > 0 && text.data[text.len - 1] == '\n')
		compare("people", &text);
	buf_clear(&text);
}

RUNNER_SUITE(schedule_cohort,
    RUNNER_TEST(the_cohort_is_answered_as_was_last_read_and_accepted),
    RUNNER_TEST(the_stored_people_are_those_of_the_generator));
