/* SPDX-License-Identifier: MIT */
/* Memory that is freed all at once, with a budget. One thread. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* budget: bytes that may be handed out between two resets; past it, arena_alloc gives NULL. */
struct arena *arena_new(size_t budget);
void arena_free(struct arena *a); /* accepts NULL */
/* Forgets all that was handed out; keeps one block, of 1 MiB at most, for the next round. */
void arena_reset(struct arena *a);
/* A reset that also sets the budget of the next round. */
void arena_reset_budget(struct arena *a, size_t budget);
/* Aligned for anything, not zeroed; a size of 0 gives a pointer too. NULL: no memory or no
 * budget. Sizes count rounded up to 16. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_calloc(struct arena *a, size_t count, size_t size); /* zeroed */
/* n characters of s and a NUL. */
char *arena_strndup(struct arena *a, const char *s, size_t n);
/* Since the last reset the budget refused something: no lack of memory, and so the same the next
 * time. */
bool arena_exhausted(const struct arena *a);
/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

#endif
