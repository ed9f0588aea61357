/* A law file with one bit changed, behind its hash: refused, or nobody who is asked of it comes to harm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "law/law_layout.h"
#include "law/law_load.h"
#include "law/law_print.h"
#include "tests/lib/runner.h"
#include "tests/unit/cohort.h"

#define SHARE 53		/* of the bits, one is tried; WATASHI_LONG=1 tries all */
#define ASKED 3			/* people a change */
#define PRINTED 97		/* of so many changes that are let in, one law is printed */

static struct test_answer answer;

static const char *
path_of_law(char path[4096])
{
	const char *build = getenv("top_builddir");

	snprintf(path, 4096, "%s/data/law/watashi.law", build != NULL ? build : ".");
	return path;
}

/* Every answer has its programmes and days in order, whatever the law says. */
static void
ask_some(const struct law *law, size_t change)
{
	const struct cohort *c = cohort_stored();
	enum rc rc;

	test_law_use(law);
	/* What was worked out for the law before is told apart by the hash, which nobody looked at here. */
	memset(&answer.work, 0, sizeof answer.work);
	for (size_t i = 0; i < ASKED; i++) {
		rc = test_ask(&c->person[(change * ASKED + i) % c->n], &answer);
		CU_ASSERT_FATAL(rc == RC_OK || rc == RC_TOO_BIG);
	}
	test_law_use(NULL);
}

static void
print(const struct law *law)
{
	struct buf out = BUF_INIT(8u << 20);
	enum rc rc = law_print_day(law, (day){ 20000 }, LAW_PRINT_JA, &out);

	CU_ASSERT(rc == RC_OK || rc == RC_TOO_BIG);
	buf_clear(&out);
}

static void
any_bit_behind_the_hash_is_refused_or_harmless(void)
{
	size_t step = getenv("WATASHI_LONG") != NULL ? 1 : SHARE, n_refused = 0, n_let_in = 0;
	struct buf law = BUF_INIT(8u << 20);
	struct fault why;
	char path[4096];
	char *bytes;

	CU_ASSERT_EQUAL_FATAL(buf_read_file(&law, path_of_law(path), &why), RC_OK);
	bytes = malloc(law.len);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	memcpy(bytes, law.data, law.len);
	(void)cohort_stored();
	for (size_t bit = 0; bit < law.len * 8; bit += step) {
		struct law_file *file = NULL;
		enum rc rc;

		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
		why = (struct fault){ .rc = RC_OK };
		rc = law_load_tables(bytes, law.len, &file, &why);
		if (rc == RC_OK) {
			ask_some(law_of(file), n_let_in);
			if (n_let_in++ % PRINTED == 0)
				print(law_of(file));
		} else {
			CU_ASSERT_FATAL((rc == RC_INVALID || rc == RC_VERSION) && why.text[0] != '\0' && strchr(why.text, '\n') == NULL);
			n_refused++;
		}
		law_free(file);
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
	}
	printf("%zu bits of the law file: %zu refused, %zu let in without harm\n", n_refused + n_let_in, n_refused, n_let_in);
	CU_ASSERT(n_refused > 100);
	CU_ASSERT(n_let_in > 100);
	free(bytes);
	buf_clear(&law);
}

RUNNER_SUITE(schedule_law,
    RUNNER_TEST(any_bit_behind_the_hash_is_refused_or_harmless));
