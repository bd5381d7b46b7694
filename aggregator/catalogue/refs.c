/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/build.h"

#include <stdlib.h>

#include "aggregator/catalogue/value.h"

void *build_alloc(struct build *b, size_t count, size_t size)
{
	void *p = arena_calloc(b->reader.arena, count ? count : 1, size);

	b->reader.no_memory |= !p;
	return p;
}

const char *refs_place(struct build *b, struct spot at)
{
	char line[16];
	size_t size = strlen(at.file) + sizeof(line) + 2;
	char *s = build_alloc(b, size, 1);

	if (!s)
		return "";
	snprintf(s, size, "%s:%u", at.file, at.node ? at.node->line : 0);
	return s;
}

static int by_id(const void *left, const void *right)
{
	const struct refs_id *a = left, *b = right;
	int order = strcmp(a->id, b->id);

	if (order)
		return order;
	if (a->at.file != b->at.file)
		return strcmp(a->at.file, b->at.file);
	if (a->at.node->line != b->at.node->line)
		return a->at.node->line < b->at.node->line ? -1 : 1;
	return (a->at.node->column > b->at.node->column) -
	       (a->at.node->column < b->at.node->column);
}

void refs_unique(struct build *b, struct refs_id *ids, size_t count)
{
	if (!ids)
		return;
	qsort(ids, count, sizeof(*ids), by_id);
	for (size_t i = 1; i < count; i++)
		if (*ids[i].id && !strcmp(ids[i].id, ids[i - 1].id))
			FAULT_ADD(b->reader.diags, ids[i].at, FAULT_DUPLICATE_ID, ids[i].id,
				  refs_place(b, ids[i - 1].at));
}

struct walk {
	const struct catalogue *c;
	size_t at;
};

static const char *next_unit(void *ctx)
{
	struct walk *w = ctx;

	return w->at < w->c->unit_count ? w->c->units[w->at++].id : NULL;
}

static const char *next_measure(void *ctx)
{
	struct walk *w = ctx;

	return w->at < w->c->measure_count ? w->c->measures[w->at++].id : NULL;
}

static void unknown(struct build *b, const char *key, struct spot at, const char *where,
		    const char *(*next)(void *))
{
	struct walk walk = { &b->c, 0 };
	const char *id = schema_text(at.node);
	const char *near = value_nearest(id, next, &walk);

	if (near)
		FAULT_ADD(b->reader.diags, at, FAULT_UNKNOWN_ID_NEAR, key, id, where, near);
	else
		FAULT_ADD(b->reader.diags, at, FAULT_UNKNOWN_ID, key, id, where);
}

uint16_t refs_unit(struct build *b, const char *key, struct spot at)
{
	uint16_t n = catalogue_unit_number(&b->c, at.node->text);

	if (n == CATALOGUE_NONE)
		unknown(b, key, at, "units", next_unit);
	return n;
}

uint16_t refs_measure(struct build *b, const char *key, struct spot at)
{
	uint16_t n = catalogue_measure_number(&b->c, at.node->text);

	if (n == CATALOGUE_NONE)
		unknown(b, key, at, "measures", next_measure);
	return n;
}

static bool seen(const uint16_t *numbers, size_t count, uint16_t n)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] == n)
			return true;
	return false;
}

uint16_t *refs_list(struct build *b, refs_find *find, const char *key, struct spot list,
		    size_t *count)
{
	uint16_t *numbers = list.node ? build_alloc(b, list.node->count, sizeof(*numbers)) : NULL;

	*count = 0;
	for (size_t i = 0; numbers && i < list.node->count; i++) {
		struct spot at = { list.file, list.node->values[i] };
		uint16_t n = find(b, key, at);

		if (n != CATALOGUE_NONE && seen(numbers, *count, n))
			FAULT_ADD(b->reader.diags, at, FAULT_NAMED_TWICE, key,
				  schema_text(at.node));
		else if (n != CATALOGUE_NONE)
			numbers[(*count)++] = n;
	}
	return numbers;
}
