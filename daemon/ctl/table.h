/* SPDX-License-Identifier: MIT */
/* Tables that line up in a terminal, Chinese characters taking two columns. */
#ifndef DAEMON_CTL_TABLE_H
#define DAEMON_CTL_TABLE_H

#include <stdio.h>

#include "base/err.h"

struct table;

/* align: a letter a column, 'l' or 'r'. */
struct table *table_new(const char *align); /* NULL: no memory */
void table_free(struct table *t);	    /* accepts NULL */
/* The next cell, copied; NULL is an empty one. What does not fit in memory is told by print. */
void table_put(struct table *t, const char *text);
void table_put_number(struct table *t, long long n);
void table_print(const struct table *t, FILE *to); /* the first row is the heading */
enum err table_error(const struct table *t);
/* Columns that a text takes in a terminal. */
size_t table_width(const char *text);

#endif
