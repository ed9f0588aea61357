#include <stdio.h>

#include "tests/lib/runner.h"
#include "tests/unit/case_file.h"

static void
every_case_file_says_what_the_calculator_says(void)
{
	static struct case_file f;

	case_file_run(&f, NULL, NULL);
	printf("%u cases, %u expectations\n", f.n_cases, f.n_expects);
	CU_ASSERT(f.n_cases >= 400);
	CU_ASSERT(f.n_expects >= f.n_cases);
}

RUNNER_SUITE(schedule_case,
    RUNNER_TEST(every_case_file_says_what_the_calculator_says));
