#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/fault.h"

/* Memory for one request: many small pieces, freed in one call.  Aligned for any type, zeroed. */
struct arena {
	struct arena_block *blocks;
	size_t used;
	size_t max;		/* most bytes in all */
};

void arena_init(struct arena *a, size_t max_bytes);
void arena_clear(struct arena *a);
/* NULL when over the ceiling or out of memory. */
void *arena_new(struct arena *a, size_t bytes);
void *arena_array(struct arena *a, size_t count, size_t bytes_each);	/* overflow-checked */
char *arena_text(struct arena *a, const char *text, size_t len);	/* copy with NUL */

#endif
