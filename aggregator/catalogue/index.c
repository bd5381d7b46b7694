/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/index.h"

#include "base/arena.h"

/* Open addressing, at most half full. A slot holds a number, or CATALOGUE_NONE. */
struct table {
	uint16_t *slots;
	uint32_t mask;
};

struct catalogue_index {
	struct table measures;
	struct table units;
};

/* FNV-1a */
static uint32_t hash(struct bytes id)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < id.len; i++)
		h = (h ^ id.data[i]) * 16777619u;
	return h ^ h >> 15;
}

static bool same(const char *id, struct bytes wanted)
{
	return !strncmp(id, (const char *)wanted.data, wanted.len) && !id[wanted.len];
}

static const char *measure_id(const struct catalogue *c, uint16_t n)
{
	return c->measures[n].id;
}

static const char *unit_id(const struct catalogue *c, uint16_t n)
{
	return c->units[n].id;
}

typedef const char *id_of(const struct catalogue *c, uint16_t n);

/* The slot that holds the id, or the free one where it belongs. */
static uint32_t find_slot(const struct table *t, const struct catalogue *c, id_of *of,
			  struct bytes id)
{
	uint32_t at = hash(id) & t->mask;

	while (t->slots[at] != CATALOGUE_NONE && !same(of(c, t->slots[at]), id))
		at = (at + 1) & t->mask;
	return at;
}

static bool fill(struct table *t, struct arena *arena, const struct catalogue *c, id_of *of,
		 size_t count)
{
	size_t size = 4;

	while (size < count * 2)
		size *= 2;
	t->mask = (uint32_t)(size - 1);
	t->slots = arena_alloc(arena, size * sizeof(*t->slots));
	if (!t->slots)
		return false;
	memset(t->slots, 0xff, size * sizeof(*t->slots));
	for (size_t i = 0; i < count; i++) {
		uint16_t number = (uint16_t)i;
		uint32_t at = find_slot(t, c, of, bytes_of_string(of(c, number)));

		if (t->slots[at] == CATALOGUE_NONE)
			t->slots[at] = number;
	}
	return true;
}

const struct catalogue_index *index_new(struct arena *arena, const struct catalogue *c)
{
	struct catalogue_index *x = arena_alloc(arena, sizeof(*x));

	if (x && fill(&x->measures, arena, c, measure_id, c->measure_count) &&
	    fill(&x->units, arena, c, unit_id, c->unit_count))
		return x;
	return NULL;
}

static uint16_t search(const struct catalogue *c, id_of *of, size_t count, struct bytes id)
{
	for (size_t i = 0; i < count; i++)
		if (same(of(c, (uint16_t)i), id))
			return (uint16_t)i;
	return CATALOGUE_NONE;
}

uint16_t catalogue_measure_number(const struct catalogue *c, struct bytes id)
{
	const struct catalogue_index *x = c->index;

	if (!id.len)
		return CATALOGUE_NONE;
	if (!x)
		return search(c, measure_id, c->measure_count, id);
	return x->measures.slots[find_slot(&x->measures, c, measure_id, id)];
}

uint16_t catalogue_unit_number(const struct catalogue *c, struct bytes id)
{
	const struct catalogue_index *x = c->index;

	if (!id.len)
		return CATALOGUE_NONE;
	if (!x)
		return search(c, unit_id, c->unit_count, id);
	return x->units.slots[find_slot(&x->units, c, unit_id, id)];
}
