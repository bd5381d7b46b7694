/* SPDX-License-Identifier: MIT */
/* The C library's check of formats refuses positions with gaps, which hints have. */
#undef _FORTIFY_SOURCE
#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct lang_text level_names[] = {
	[DIAG_ERROR] = { "错误", "error" },
	[DIAG_WARNING] = { "警告", "warning" },
};
static const struct lang_text incomplete_text = {
	"内存不足，还有问题未能列出",
	"out of memory: there are more faults than are listed here",
};

static void diag_clear(struct diag *d)
{
	free(d->file);
	for (int i = 0; i < 2; i++) {
		free(d->text[i]);
		free(d->hint[i]);
	}
}

void diag_free(struct diag_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		diag_clear(&list->items[i]);
	free(list->items);
	*list = (struct diag_list){ 0 };
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
/* NULL for a NULL format; *ok becomes false where memory runs out. */
static char *format_text(const char *format, va_list args, bool *ok)
{
	char *out = NULL;
	va_list copy;

	if (!format)
		return NULL;
	va_copy(copy, args);
	if (vasprintf(&out, format, copy) < 0) {
		out = NULL;
		*ok = false;
	}
	va_end(copy);
	return out;
}
#pragma GCC diagnostic pop

static bool grow(struct diag_list *list)
{
	size_t cap = list->cap ? list->cap * 2 : 16;
	struct diag *items;

	if (list->count < list->cap)
		return true;
	items = realloc(list->items, cap * sizeof(*items));
	if (!items)
		return false;
	list->items = items;
	list->cap = cap;
	return true;
}

void diag_add(struct diag_list *list, enum diag_level level, const char *file, unsigned line,
	      unsigned column, const struct lang_text *text, const struct lang_text *hint, ...)
{
	struct diag d = { .level = level, .line = line, .column = column };
	bool ok = true;
	va_list args;

	va_start(args, hint);
	d.file = strdup(file ? file : "");
	d.text[LANG_ZH] = format_text(text->zh, args, &ok);
	d.text[LANG_EN] = format_text(text->en, args, &ok);
	d.hint[LANG_ZH] = format_text(hint ? hint->zh : NULL, args, &ok);
	d.hint[LANG_EN] = format_text(hint ? hint->en : NULL, args, &ok);
	va_end(args);
	/* it counts even where it can't be kept: nobody may take the file for good */
	list->errors += level == DIAG_ERROR;
	if (!ok || !d.file || !grow(list)) {
		diag_clear(&d);
		list->incomplete = true;
		return;
	}
	list->items[list->count++] = d;
}

/* Pointers into one array: equal places keep the order in which they were found. */
static int by_place(const void *left, const void *right)
{
	const struct diag *a = *(const struct diag *const *)left;
	const struct diag *b = *(const struct diag *const *)right;
	int order = strcmp(a->file, b->file);

	if (order)
		return order;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return (a > b) - (a < b);
}

static void print_one(const struct diag *d, enum lang lang, FILE *to)
{
	if (*d->file)
		fprintf(to, "%s:", d->file);
	if (d->line)
		fprintf(to, "%u:", d->line);
	if (d->line && d->column)
		fprintf(to, "%u:", d->column);
	fprintf(to, "%s%s: %s\n", *d->file || d->line ? " " : "",
		lang_pick(level_names[d->level], lang), d->text[lang] ? d->text[lang] : "");
	if (d->hint[lang] && *d->hint[lang])
		fprintf(to, "    %s\n", d->hint[lang]);
}

void diag_print(const struct diag_list *list, enum lang lang, FILE *to)
{
	const struct diag **sorted = calloc(list->count + 1, sizeof(*sorted));

	for (size_t i = 0; sorted && i < list->count; i++)
		sorted[i] = &list->items[i];
	if (sorted)
		qsort(sorted, list->count, sizeof(*sorted), by_place);
	for (size_t i = 0; i < list->count; i++)
		print_one(sorted ? sorted[i] : &list->items[i], lang, to);
	if (list->incomplete)
		fprintf(to, "%s\n", lang_pick(incomplete_text, lang));
	free(sorted);
}
