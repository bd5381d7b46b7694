/* SPDX-License-Identifier: MIT */
#include "daemon/ctl/table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define COLUMNS_MAX 16
#define GAP 2

struct table {
	size_t columns;
	char align[COLUMNS_MAX];
	char **cells;
	size_t count, cap;
	bool failed;
};

struct table *table_new(const char *align)
{
	struct table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->columns = strlen(align);
	if (t->columns > COLUMNS_MAX)
		t->columns = COLUMNS_MAX;
	memcpy(t->align, align, t->columns);
	return t;
}

void table_free(struct table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->count; i++)
		free(t->cells[i]);
	free(t->cells);
	free(t);
}

static bool make_room(struct table *t)
{
	size_t cap = t->cap ? t->cap * 2 : 64;
	char **cells;

	if (t->count < t->cap)
		return true;
	cells = realloc(t->cells, cap * sizeof(*cells));
	if (cells == NULL)
		return false;
	t->cells = cells;
	t->cap = cap;
	return true;
}

void table_put(struct table *t, const char *text)
{
	char *copy;

	if (t == NULL || t->failed)
		return;
	copy = make_room(t) ? strdup(text ? text : "") : NULL;
	if (copy == NULL)
		t->failed = true;
	else
		t->cells[t->count++] = copy;
}

void table_put_number(struct table *t, long long n)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", n);
	table_put(t, text);
}

enum err table_error(const struct table *t)
{
	return t == NULL || t->failed ? ERR_NOMEM : ERR_OK;
}

size_t table_width(const char *text)
{
	mbstate_t state = { 0 };
	size_t width = 0;

	while (*text != '\0') {
		wchar_t c;
		size_t n = mbrtowc(&c, text, MB_CUR_MAX, &state);
		int columns;

		if (n == 0 || n == (size_t)-1 || n == (size_t)-2)
			return width + strlen(text);
		columns = wcwidth(c);
		width += columns > 0 ? (size_t)columns : 0;
		text += n;
	}
	return width;
}

static void print_spaces(size_t n, FILE *to)
{
	while (n-- > 0)
		fputc(' ', to);
}

static void print_row(const struct table *t, size_t row, const size_t *widths, FILE *to)
{
	for (size_t c = 0; c < t->columns; c++) {
		size_t at = row * t->columns + c;
		const char *text = at < t->count ? t->cells[at] : "";
		size_t fill = widths[c] - table_width(text);
		bool last = c + 1 == t->columns;

		if (t->align[c] == 'r')
			print_spaces(fill, to);
		fputs(text, to);
		if (t->align[c] != 'r' && !last)
			print_spaces(fill, to);
		if (!last)
			print_spaces(GAP, to);
	}
	fputc('\n', to);
}

void table_print(const struct table *t, FILE *to)
{
	size_t widths[COLUMNS_MAX] = { 0 };

	if (table_error(t) != ERR_OK || t->columns == 0)
		return;
	for (size_t i = 0; i < t->count; i++) {
		size_t w = table_width(t->cells[i]);

		if (w > widths[i % t->columns])
			widths[i % t->columns] = w;
	}
	for (size_t row = 0; row * t->columns < t->count; row++)
		print_row(t, row, widths, to);
}
