#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"

static void
pieces_are_aligned_zeroed_and_apart(void)
{
	struct arena a;
	unsigned char *pieces[600];
	unsigned wrong = 0;

	arena_init(&a, 1 << 22);
	for (size_t i = 0; i < 600; i++) {
		size_t bytes = i * 13 % 5000;

		CU_ASSERT_FATAL((pieces[i] = arena_new(&a, bytes)) != NULL);
		wrong += (uintptr_t)pieces[i] % alignof(max_align_t) != 0;
		for (size_t k = 0; k < bytes; k++)
			wrong += pieces[i][k] != 0;
		memset(pieces[i], (int)(i & 0xff), bytes);
	}
	for (size_t i = 0; i < 600; i++)
		for (size_t k = 0; k < i * 13 % 5000; k++)
			wrong += pieces[i][k] != (i & 0xff);
	CU_ASSERT_EQUAL(wrong, 0);
	arena_clear(&a);
	CU_ASSERT(a.blocks == NULL && a.used == 0);
}

static void
the_ceiling_holds_for_all_pieces_together(void)
{
	struct arena a;

	arena_init(&a, 1000);
	CU_ASSERT(arena_new(&a, 900) != NULL);
	CU_ASSERT(arena_new(&a, 200) == NULL);
	CU_ASSERT(arena_new(&a, 10) != NULL);
	CU_ASSERT(arena_new(&a, SIZE_MAX) == NULL);
	CU_ASSERT(arena_new(&a, SIZE_MAX - 8) == NULL);
	CU_ASSERT(arena_array(&a, SIZE_MAX / 2, 3) == NULL);
	CU_ASSERT(arena_array(&a, 2, SIZE_MAX / 2 + 2) == NULL);
	CU_ASSERT(arena_text(&a, "x", SIZE_MAX) == NULL);
	arena_clear(&a);
	CU_ASSERT(arena_new(&a, 900) != NULL);
	arena_clear(&a);
}

static void
texts_are_copied_with_a_nul(void)
{
	struct arena a;
	char *t, *empty;

	arena_init(&a, 1000);
	t = arena_text(&a, "abcdef", 3);
	empty = arena_text(&a, NULL, 0);
	CU_ASSERT_FATAL(t != NULL && empty != NULL);
	CU_ASSERT_STRING_EQUAL(t, "abc");
	CU_ASSERT_STRING_EQUAL(empty, "");
	arena_clear(&a);
}

static void
without_memory_there_is_nothing_and_earlier_pieces_live(void)
{
	long n;

	for (n = 0; n < 100; n++) {
		struct arena a;
		char *first = NULL;
		void *p = NULL;

		arena_init(&a, 1 << 20);
		fail_after(n);
		for (int i = 0; i < 40; i++) {
			p = i == 0 ? (first = arena_text(&a, "first", 5)) : arena_new(&a, 3000);
			if (p == NULL)
				break;
		}
		fail_never();
		if (first != NULL)
			CU_ASSERT_STRING_EQUAL(first, "first");
		arena_clear(&a);
		if (p != NULL)
			break;
	}
	CU_ASSERT(n > 3 && n < 100);
}

RUNNER_SUITE(base_arena,
    RUNNER_TEST(pieces_are_aligned_zeroed_and_apart),
    RUNNER_TEST(the_ceiling_holds_for_all_pieces_together),
    RUNNER_TEST(texts_are_copied_with_a_nul),
    RUNNER_TEST(without_memory_there_is_nothing_and_earlier_pieces_live));
