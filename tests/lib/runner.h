#ifndef TESTS_LIB_RUNNER_H
#define TESTS_LIB_RUNNER_H

#include <stddef.h>

#include <CUnit/CUnit.h>

/*
 * A test program is libtest.a, which holds main, and any number of files that
 * each say at their end
 *
 *	RUNNER_SUITE(base_day,
 *	    RUNNER_TEST(a_leap_day_is_reached_on_its_eve),
 *	    RUNNER_TEST(...))
 *
 * No list of files is kept anywhere: linking the file is enough.  Suites run in
 * the order of their names.  A word on the command line runs only the suites
 * and tests whose name contains it.  The last line printed is
 * "N passed, N failed"; exit status 1 on any failure, or if nothing ran.
 */
struct runner_test {
	const char *name;	/* a sentence */
	void (*run)(void);
};

struct runner_suite {
	const char *name;
	const struct runner_test *tests;
	size_t n_tests;
	struct runner_suite *next;
};

void runner_add(struct runner_suite *suite);

#define RUNNER_TEST(function) { #function, function }
#define RUNNER_SUITE(suite_name, ...)						\
	static const struct runner_test runner_tests_[] = { __VA_ARGS__ };	\
	static struct runner_suite runner_suite_ = { #suite_name, runner_tests_, \
	    sizeof runner_tests_ / sizeof runner_tests_[0], NULL };		\
	__attribute__((constructor)) static void				\
	runner_register_(void)							\
	{									\
		runner_add(&runner_suite_);					\
	}									\
	extern int runner_suite_ends_here_

/* As the last thing in a test that cannot run here: counted apart, and said. */
void runner_skip(const char *reason);

#endif
