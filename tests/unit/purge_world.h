#ifndef TESTS_UNIT_PURGE_WORLD_H
#define TESTS_UNIT_PURGE_WORLD_H

#include <stdio.h>

#include "store/store_person.h"
#include "tests/lib/runner.h"

/* A database of its own, with nobody in it. */
#define NOW INT64_C(1800000000000000)
#define OK(call) do {								\
	enum rc ok_rc_ = (call);						\
	if (ok_rc_ != RC_OK)							\
		printf("     %s: %s: %s\n", #call, why.place, why.text);	\
	CU_ASSERT_EQUAL_FATAL(ok_rc_, RC_OK);					\
} while (0)


struct purge_world {
	char folder[64], path[96];
	struct store *s;
};
void purge_world_open(struct purge_world *w);
void purge_world_close(struct purge_world *w);

#endif
