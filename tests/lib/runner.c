#include "tests/lib/runner.h"

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct runner_suite *suites;	/* in the order of their names */
static const char *skipped;

void
runner_add(struct runner_suite *suite)
{
	struct runner_suite **at = &suites;

	while (*at != NULL && strcmp((*at)->name, suite->name) < 0)
		at = &(*at)->next;
	suite->next = *at;
	*at = suite;
}

void
runner_skip(const char *reason)
{
	skipped = reason;
}

static bool
wanted(const struct runner_suite *suite, const struct runner_test *test,
    int argc, char **argv)
{
	if (argc < 2)
		return true;
	for (int i = 1; i < argc; i++)
		if (strstr(suite->name, argv[i]) != NULL || strstr(test->name, argv[i]) != NULL)
			return true;
	return false;
}

/* Prints what CUnit noted since *seen; says whether there was anything. */
static bool
print_failures(const struct runner_suite *suite, const struct runner_test *test,
    unsigned *seen)
{
	CU_pFailureRecord f = CU_get_failure_list();
	unsigned total = CU_get_number_of_failures(), i = 0;

	if (total == *seen)
		return false;
	for (; f != NULL; f = f->pNext)
		if (i++ >= *seen)
			printf("FAIL %s: %s\n     %s:%u: %s\n", suite->name, test->name,
			    f->strFileName, f->uiLineNumber, f->strCondition);
	*seen = total;
	return true;
}

int
main(int argc, char **argv)
{
	unsigned passed = 0, failed = 0, n_skipped = 0, seen;

	setvbuf(stdout, NULL, _IOLBF, 0);
	setlocale(LC_ALL, "C.UTF-8");
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 3;
	for (struct runner_suite *s = suites; s != NULL; s = s->next) {
		CU_pSuite cs = CU_add_suite(s->name, NULL, NULL);

		if (cs == NULL)
			return 3;
		for (size_t i = 0; i < s->n_tests; i++) {
			const struct runner_test *t = &s->tests[i];
			CU_pTest ct;

			if (!wanted(s, t, argc, argv))
				continue;
			if ((ct = CU_add_test(cs, t->name, t->run)) == NULL)
				return 3;
			/* CUnit forgets earlier failures at every run. */
			skipped = NULL;
			seen = 0;
			if (CU_run_test(cs, ct) != CUE_SUCCESS) {
				printf("FAIL %s: %s: could not be run\n", s->name, t->name);
				failed++;
			} else if (print_failures(s, t, &seen))
				failed++;
			else if (skipped != NULL) {
				printf("SKIP %s: %s: %s\n", s->name, t->name, skipped);
				n_skipped++;
			} else
				passed++;
		}
	}
	CU_cleanup_registry();
	if (n_skipped > 0)
		printf("%u skipped\n", n_skipped);
	printf("%u passed, %u failed\n", passed, failed);
	return failed > 0 || passed + n_skipped == 0;
}
