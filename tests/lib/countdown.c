#include "tests/lib/countdown.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Below zero: never. */
static atomic_long left = -1;
static atomic_int happened;

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *p, size_t bytes);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);

void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *p, size_t bytes);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

void
fail_after(long allocations)
{
	atomic_store(&happened, 0);
	atomic_store(&left, allocations);
}

void
fail_never(void)
{
	atomic_store(&left, -1);
}

long
fail_left(void)
{
	return atomic_load(&left);
}

int
fail_happened(void)
{
	return atomic_load(&happened);
}

static int
fails(void)
{
	if (atomic_load(&left) < 0 || atomic_fetch_sub(&left, 1) != 0)
		return 0;
	atomic_store(&happened, 1);
	errno = ENOMEM;
	return 1;
}

void *
__wrap_malloc(size_t bytes)
{
	return fails() ? NULL : __real_malloc(bytes);
}

void *
__wrap_calloc(size_t count, size_t bytes)
{
	return fails() ? NULL : __real_calloc(count, bytes);
}

void *
__wrap_realloc(void *p, size_t bytes)
{
	return fails() ? NULL : __real_realloc(p, bytes);
}

char *
__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *
__wrap_strndup(const char *text, size_t len)
{
	return fails() ? NULL : __real_strndup(text, len);
}

void *
countdown_malloc(size_t bytes)
{
	return __wrap_malloc(bytes);
}

void *
countdown_calloc(size_t count, size_t bytes)
{
	return __wrap_calloc(count, bytes);
}

void *
countdown_realloc(void *p, size_t bytes)
{
	return __wrap_realloc(p, bytes);
}

char *
countdown_strdup(const char *text)
{
	return __wrap_strdup(text);
}

void
countdown_free(void *p)
{
	free(p);
}
