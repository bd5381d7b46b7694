/* SPDX-License-Identifier: MIT */
/* Fills the holes of a text from a message table: {0}, {1} ... in any order, so that two
 * languages may order them differently. "{1:row|rows}" is the first word where args[1] is "1",
 * and the second otherwise. */
#ifndef COLLECTORS_TEXT_H
#define COLLECTORS_TEXT_H

#include <stddef.h>

#include "base/buf.h"

/* Appends the template with {n} replaced by args[n]; a hole past count, or NULL, becomes "". */
void text_fill(struct buf *out, const char *template, const char *const *args, size_t count);
/* The same into a fixed place: cut at cap - 1 bytes, never inside a UTF-8 character. */
void text_fill_cut(char *out, size_t cap, const char *template, const char *const *args,
		   size_t count);

/* Copies a text, which may be without NUL, into a fixed place: cut in the same way. */
void text_cut(char *out, size_t cap, struct bytes text);

#endif
