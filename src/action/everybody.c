#include "action/everybody.h"

#include <stdlib.h>

#include "store/store_walk.h"

#define PROGRESS_EACH 2000

enum rc
everybody(struct call *c, day first, day last, everybody_visit *visit, void *given, struct fault *why)
{
	struct arena whole = c->arena;
	struct id *ids = NULL;
	size_t n = 0, i;
	enum rc rc;

	rc = store_walk_births(c->a->store, first, last, &ids, &n, why);
	for (i = 0; i < n && rc == RC_OK; i++) {
		arena_init(&c->arena, LIMIT_REQUEST_BYTES);
		rc = visit(given, &ids[i], why);
		arena_clear(&c->arena);
		if (rc == RC_OK && (i + 1) % PROGRESS_EACH == 0)
			rc = node_progress(c, (int64_t)i + 1, (int64_t)n, why);
	}
	c->arena = whole;
	free(ids);
	return rc;
}
