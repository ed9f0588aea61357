#ifndef TESTS_UNIT_CASE_FILE_H
#define TESTS_UNIT_CASE_FILE_H

#include <stdbool.h>

/* The case files of tests/case/schedule, run on test_law(); their form stands in case_file.c. */
struct case_file {
	bool quiet;		/* tell nobody, stop at the first failure, and leave the order of doses alone */
	unsigned n_cases, n_expects, failed;
	char name[16384];	/* being read */
	unsigned line;
};

/* The folders named: one, or all but one; NULL says nothing. */
void case_file_run(struct case_file *f, const char *only, const char *but);

#endif
