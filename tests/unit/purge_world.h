#ifndef TESTS_UNIT_PURGE_WORLD_H
#define TESTS_UNIT_PURGE_WORLD_H

#include <stdio.h>

#include "store/store_person.h"
#include "tests/lib/ok.h"
#include "tests/lib/runner.h"

#define NOW INT64_C(1800000000000000)

/* A database of its own, with nobody in it. */
struct purge_world {
	char folder[64], path[96];
	struct store *s;
};
void purge_world_open(struct purge_world *w);
void purge_world_close(struct purge_world *w);

#endif
