#ifndef TESTS_LIB_OK_H
#define TESTS_LIB_OK_H

#include <stdio.h>

#include <CUnit/CUnit.h>

#include "base/fault.h"

/* A call that must succeed.  CUnit keeps the text of a failed assertion; the test ends with the fault, which says more:
 * the `why` of the place where it stands. */
#define OK(call) do {								\
	enum rc ok_rc_ = (call);						\
	if (ok_rc_ != RC_OK)							\
		printf("     %s: %s: %s\n", #call, why.place, why.text);	\
	CU_ASSERT_EQUAL_FATAL(ok_rc_, RC_OK);					\
} while (0)

#endif
