/* SPDX-License-Identifier: MIT */
/* Memory that runs out where a test wants it to: the n-th allocation of our own code fails, those
 * of libraries never do. For one file of a program. Sanitizers bring an allocator of their own:
 * there nothing fails, and FAILING_POSSIBLE says so. */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FAILING_POSSIBLE false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FAILING_POSSIBLE false
#endif
#endif
#ifndef FAILING_POSSIBLE
#define FAILING_POSSIBLE true
#define FAILING_INTERPOSED
#endif

static struct {
	unsigned at;   /* which allocation fails, from 1; 0: none */
	unsigned seen; /* since it was armed */
	bool lasting;  /* all behind it fail, too */
} failing;

static inline void failing_arm(unsigned at, bool lasting)
{
	failing.seen = 0;
	failing.lasting = lasting;
	failing.at = at;
}

/* Was anything refused? */
static inline bool failing_disarm(void)
{
	bool hit = failing.at && failing.seen >= failing.at;

	failing.at = 0;
	return hit;
}

#ifdef FAILING_INTERPOSED
/* Where our own code lies: the linker's names. */
extern char __executable_start, etext;
/* The allocator of glibc under its own names. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static bool failing_now(const void *from)
{
	uintptr_t at = (uintptr_t)from;

	if (!failing.at || at < (uintptr_t)&__executable_start || at >= (uintptr_t)&etext)
		return false;
	failing.seen++;
	return failing.lasting ? failing.seen >= failing.at : failing.seen == failing.at;
}

void *malloc(size_t size)
{
	return failing_now(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return failing_now(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return failing_now(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return failing_now(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
}
#endif

#endif
