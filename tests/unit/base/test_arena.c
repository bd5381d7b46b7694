/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void the_budget_holds_between_two_resets(void **state)
{
	struct arena *a = arena_new(1000);

	(void)state;
	assert_non_null(a);
	assert_non_null(arena_alloc(a, 600));
	assert_null(arena_alloc(a, 600));
	assert_non_null(arena_alloc(a, 300));
	assert_in_range(arena_used(a), 900, 1000);
	assert_null(arena_alloc(a, SIZE_MAX));
	assert_null(arena_calloc(a, SIZE_MAX / 2, 4));
	assert_null(arena_strndup(a, "x", SIZE_MAX));
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	assert_non_null(arena_alloc(a, 900));
	arena_reset_budget(a, 10);
	assert_null(arena_alloc(a, 11));
	arena_free(a);
	arena_free(NULL);
}

static void budget_and_memory_are_told_apart(void **state)
{
	struct arena *a = arena_new(100);

	(void)state;
	assert_null(arena_alloc(a, 101));
	assert_true(arena_exhausted(a));
	arena_reset(a);
	assert_false(arena_exhausted(a));
	assert_null(arena_calloc(a, SIZE_MAX / 2, 4));
	assert_true(arena_exhausted(a));
	/* more than any machine has */
	arena_reset_budget(a, SIZE_MAX);
	assert_null(arena_alloc(a, PTRDIFF_MAX - 4096));
	assert_false(arena_exhausted(a));
	arena_free(a);
}

static void pieces_are_aligned_and_apart(void **state)
{
	enum { COUNT = 3000 };
	struct arena *a = arena_new((size_t)64 << 20);
	unsigned char *pieces[COUNT];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < COUNT; i++) {
			size_t size = i % 97 + (i % 1000 == 999 ? 3000000 : 0);

			pieces[i] = arena_alloc(a, size);
			assert_non_null(pieces[i]);
			assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
			memset(pieces[i], (int)(i % 251), size);
		}
		for (size_t i = 0; i < COUNT; i++)
			for (size_t j = 0; j < i % 97; j++)
				assert_int_equal(pieces[i][j], i % 251);
		arena_reset(a);
	}
	arena_free(a);
}

static void calloc_is_zero_even_in_used_memory(void **state)
{
	struct arena *a = arena_new(4096);
	unsigned char *p = arena_alloc(a, 512), *first = p;
	char *s;

	(void)state;
	memset(p, 0xFF, 512);
	arena_reset(a);
	p = arena_calloc(a, 64, 8);
	assert_ptr_equal(p, first);
	for (size_t i = 0; i < 512; i++)
		assert_int_equal(p[i], 0);
	s = arena_strndup(a, "abcdef", 3);
	assert_string_equal(s, "abc");
	assert_string_equal(arena_strndup(a, NULL, 0), "");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_budget_holds_between_two_resets),
		cmocka_unit_test(budget_and_memory_are_told_apart),
		cmocka_unit_test(pieces_are_aligned_and_apart),
		cmocka_unit_test(calloc_is_zero_even_in_used_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
