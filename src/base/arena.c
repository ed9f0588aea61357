#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (16u << 10)

struct arena_block {
	struct arena_block *next;
	size_t size, used;		/* of bytes */
	alignas(max_align_t) unsigned char bytes[];
};

void
arena_init(struct arena *a, size_t max_bytes)
{
	a->blocks = NULL;
	a->used = 0;
	a->max = max_bytes;
}

void
arena_clear(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->blocks; b != NULL; b = next) {
		next = b->next;
		/* A request may have held what nobody should find in freed memory. */
		explicit_bzero(b->bytes, b->used);
		free(b);
	}
	arena_init(a, a->max);
}

void *
arena_new(struct arena *a, size_t bytes)
{
	const size_t step = alignof(max_align_t);
	struct arena_block *b = a->blocks;
	size_t need, size;
	void *p;

	if (bytes > SIZE_MAX - step)
		return NULL;
	need = bytes == 0 ? step : (bytes + step - 1) / step * step;
	if (a->used > a->max || need > a->max - a->used)
		return NULL;
	if (b == NULL || need > b->size - b->used) {
		size = need > BLOCK_BYTES / 4 ? need : BLOCK_BYTES;
		if (size > SIZE_MAX - sizeof *b || (b = malloc(sizeof *b + size)) == NULL)
			return NULL;
		b->size = size;
		b->used = 0;
		if (need > BLOCK_BYTES / 4 && a->blocks != NULL) {
			/* A large piece has its own block; the one being filled stays first. */
			b->next = a->blocks->next;
			a->blocks->next = b;
		} else {
			b->next = a->blocks;
			a->blocks = b;
		}
	}
	p = b->bytes + b->used;
	b->used += need;
	a->used += need;
	return memset(p, 0, need);
}

void *
arena_array(struct arena *a, size_t count, size_t bytes_each)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, bytes_each, &bytes))
		return NULL;
	return arena_new(a, bytes);
}

char *
arena_text(struct arena *a, const char *text, size_t len)
{
	char *p;

	if (len == SIZE_MAX || (p = arena_new(a, len + 1)) == NULL)
		return NULL;
	if (len > 0)
		memcpy(p, text, len);
	return p;
}
