/* SPDX-License-Identifier: MIT */
/* Faults found in a file that a person wrote: every one of them, each with its place, what is
 * wrong and how to mend it, in both languages. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/lang.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING };

struct diag {
	enum diag_level level;
	unsigned line;	 /* from 1; 0: unknown */
	unsigned column; /* from 1; 0: unknown */
	char *file;
	char *text[2]; /* by enum lang: what is wrong */
	char *hint[2]; /* how to mend it; NULL where there is nothing to say */
};

/* Zero-initialised is a valid empty list. One thread. */
struct diag_list {
	struct diag *items;
	size_t count;
	size_t cap;
	size_t errors;	 /* how many of the items are errors */
	bool incomplete; /* memory ran out: at least one fault was not kept */
};

void diag_free(struct diag_list *list);
/* Adds a fault. The four texts are printf formats that take the same arguments; hint, or its two
 * texts, may be NULL. Where the order differs between them, write positions (%2$s); a text that
 * leaves out an argument which is not the last has to write positions too. */
void diag_add(struct diag_list *list, enum diag_level level, const char *file, unsigned line,
	      unsigned column, const struct lang_text *text, const struct lang_text *hint, ...);
/* Prints in the order of file, line, column: "file:line:column: error: text" and, indented, the hint. */
void diag_print(const struct diag_list *list, enum lang lang, FILE *to);

#endif
