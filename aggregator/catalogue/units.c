/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/build.h"
#include "aggregator/catalogue/index.h"
#include "base/decimal.h"

#define TILE_MAX 99

static bool read_tile_side(const struct yaml_node *n, int *out)
{
	int64_t v;

	if (n->kind != YAML_SCALAR || decimal_parse(n->text, 0, &v) || v < 1 || v > TILE_MAX)
		return false;
	*out = (int)v;
	return true;
}

static void read_tile(struct build *b, struct draft_unit *d)
{
	const struct yaml_node *n = d->tile;
	struct catalogue_unit *u = &d->values;

	if (!n ||
	    (n->kind == YAML_LIST && n->count == 2 && read_tile_side(n->values[0], &u->tile_row) &&
	     read_tile_side(n->values[1], &u->tile_column)))
		return;
	u->tile_row = u->tile_column = 0;
	FAULT_ADD(b->reader.diags, schema_spot(d->at, "tile"), FAULT_TILE, u->id);
}

static void check_code(struct build *b, const struct draft_unit *d)
{
	const char *code = d->values.code;

	if (!*code || (strlen(code) == 6 && strspn(code, "0123456789") == 6))
		return;
	FAULT_ADD(b->reader.diags, schema_spot(d->at, "code"), FAULT_CODE, d->values.id, code);
}

static void check_tiles(struct build *b)
{
	size_t cells = (TILE_MAX + 1) * (TILE_MAX + 1);
	uint16_t *taken = build_alloc(b, cells, sizeof(*taken)); /* unit number + 1 */
	char place[32];

	for (size_t i = 0; taken && i < b->c.unit_count; i++) {
		const struct catalogue_unit *u = &b->units[i];
		uint16_t *cell = &taken[u->tile_row * (TILE_MAX + 1) + u->tile_column];

		if (!u->tile_row)
			continue;
		snprintf(place, sizeof(place), "[%d, %d]", u->tile_row, u->tile_column);
		if (*cell)
			FAULT_ADD(b->reader.diags, schema_spot(b->draft_units[i].at, "tile"),
				  FAULT_TILE_TAKEN, u->id, b->units[*cell - 1].id, place);
		else
			*cell = (uint16_t)(i + 1);
	}
}

static void check_unique(struct build *b)
{
	struct refs_id *ids = build_alloc(b, b->c.unit_count, sizeof(*ids));

	for (size_t i = 0; ids && i < b->c.unit_count; i++)
		ids[i] =
			(struct refs_id){ b->units[i].id, schema_spot(b->draft_units[i].at, "id") };
	refs_unique(b, ids, b->c.unit_count);
}

static void build_unit(struct build *b, struct draft_unit *d)
{
	struct catalogue_unit *u = &d->values;

	u->kind = (enum catalogue_unit_kind)d->kind;
	u->area = u->kind == CATALOGUE_COUNTY || u->kind == CATALOGUE_ZONE;
	u->expected = d->reports && u->kind != CATALOGUE_CITY;
	read_tile(b, d);
	check_code(b, d);
}

/* A unit that has to be of a kind, such as the city. */
static uint16_t read_special(struct build *b, const char *key, const struct yaml_node *node,
			     enum catalogue_unit_kind kind)
{
	struct spot at = { b->draft->part.at.file, node };
	uint16_t n = node ? refs_unit(b, key, at) : CATALOGUE_NONE;

	if (n != CATALOGUE_NONE && b->units[n].kind != kind)
		FAULT_ADD(b->reader.diags, at, FAULT_UNIT_KIND, key, schema_text(node),
			  catalogue_unit_kind_name(kind));
	return n;
}

void units_build(struct build *b)
{
	const struct schema_list *list = &b->draft->units;
	struct catalogue_unit *units = build_alloc(b, list->count, sizeof(*units));

	if (!units)
		return;
	b->draft_units = list->items;
	for (size_t i = 0; i < list->count; i++) {
		build_unit(b, &b->draft_units[i]);
		units[i] = b->draft_units[i].values;
	}
	b->c.units = b->units = units;
	b->c.unit_count = list->count;
	b->c.index = index_new(b->reader.arena, &b->c);
	check_unique(b);
	check_tiles(b);
	b->c.city = read_special(b, "city", b->draft->city, CATALOGUE_CITY);
	b->c.office = read_special(b, "office", b->draft->office, CATALOGUE_OFFICE);
}
