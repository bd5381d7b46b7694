/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT alignof(max_align_t)
#define BLOCK_MIN ((size_t)16 << 10)
#define BLOCK_MAX ((size_t)1 << 20)

struct block {
	struct block *older;
	size_t size; /* of data */
	size_t used;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *newest;
	size_t budget;
	size_t used;
	bool exhausted;
};

struct arena *arena_new(size_t budget)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a)
		a->budget = budget;
	return a;
}

static void free_blocks(struct block *b)
{
	while (b) {
		struct block *older = b->older;

		free(b);
		b = older;
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_blocks(a->newest);
	free(a);
}

void arena_reset(struct arena *a)
{
	struct block *keep = a->newest;

	/* the newest block of ordinary size is the largest of them */
	while (keep && keep->size > BLOCK_MAX) {
		struct block *older = keep->older;

		free(keep);
		keep = older;
	}
	if (keep) {
		free_blocks(keep->older);
		keep->older = NULL;
		keep->used = 0;
	}
	a->newest = keep;
	a->used = 0;
	a->exhausted = false;
}

void arena_reset_budget(struct arena *a, size_t budget)
{
	arena_reset(a);
	a->budget = budget;
}

/* Each block doubles the one before it, so that a round of any size needs few of them. */
static struct block *add_block(struct arena *a, size_t need)
{
	size_t size = a->newest ? a->newest->size * 2 : BLOCK_MIN;
	struct block *b;

	if (size > BLOCK_MAX)
		size = BLOCK_MAX;
	if (size < need)
		size = need;
	b = malloc(sizeof(*b) + size);
	if (!b)
		return NULL;
	b->older = a->newest;
	b->size = size;
	b->used = 0;
	a->newest = b;
	return b;
}

static void *refuse(struct arena *a)
{
	a->exhausted = true;
	return NULL;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct block *b = a->newest;
	void *out;

	if (size > a->budget - a->used)
		return refuse(a);
	size = (size + !size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (size > a->budget - a->used)
		return refuse(a);
	if ((!b || size > b->size - b->used) && !(b = add_block(a, size)))
		return NULL;
	out = b->data + b->used;
	b->used += size;
	a->used += size;
	return out;
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
	size_t total;
	void *out;

	if (__builtin_mul_overflow(count, size, &total))
		return refuse(a);
	out = arena_alloc(a, total);
	if (out)
		memset(out, 0, total);
	return out;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *out = n < SIZE_MAX ? arena_alloc(a, n + 1) : NULL;

	if (!out)
		return NULL;
	if (n)
		memcpy(out, s, n);
	out[n] = '\0';
	return out;
}

bool arena_exhausted(const struct arena *a)
{
	return a->exhausted;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
