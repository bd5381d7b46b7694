/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/build.h"

#include <stdlib.h>

#include "aggregator/catalogue/value.h"
#include "base/date.h"
#include "base/decimal.h"

/* --- what is enumerated ------------------------------------------------------------------------ */

static int by_object(const void *left, const void *right)
{
	return strcmp(((const struct universe_object *)left)->id,
		      ((const struct universe_object *)right)->id);
}

static void build_universe(struct build *b, const struct draft_objects *d, struct universe *u)
{
	const struct draft_object *drafts = d->universe.items;
	size_t count = d->universe.count;
	struct universe_object *objects = build_alloc(b, count, sizeof(*objects));
	struct refs_id *ids = build_alloc(b, count, sizeof(*ids));

	u->enumerated = yaml_get(d->at.node, "universe") != NULL;
	for (size_t i = 0; objects && ids && i < count; i++) {
		struct spot at = { d->at.file, drafts[i].unit };

		objects[i] = drafts[i].values;
		objects[i].unit = at.node ? refs_unit(b, "unit", at) : CATALOGUE_NONE;
		ids[i] = (struct refs_id){ objects[i].id, schema_spot(drafts[i].at, "id") };
	}
	refs_unique(b, ids, count);
	if (objects)
		qsort(objects, count, sizeof(*objects), by_object);
	u->objects = objects;
	u->object_count = count;
}

/* --- what was there before --------------------------------------------------------------------- */

struct before {
	struct universe_known *known;
	struct refs_id *ids;
	size_t count;
};

static void add_known(struct build *b, const struct universe *u, const char *key, struct spot at,
		      unsigned year, struct before *to)
{
	struct value v = { b->reader.diags, at, key, schema_text(at.node) };

	if (!value_id(&v))
		return;
	if (u->enumerated && !universe_find(u, at.node->text))
		FAULT_ADD(b->reader.diags, at, FAULT_OBJECT_UNKNOWN, key, v.text);
	to->known[to->count] = (struct universe_known){ v.text, year };
	to->ids[to->count++] = (struct refs_id){ v.text, at };
}

static int by_known(const void *left, const void *right)
{
	return strcmp(((const struct universe_known *)left)->id,
		      ((const struct universe_known *)right)->id);
}

static void check_year(struct build *b, const struct draft_earlier *e)
{
	char year[16];
	int first, month, day;

	date_to_civil(b->c.from, &first, &month, &day);
	if ((int)e->year < first)
		return;
	snprintf(year, sizeof(year), "%u", e->year);
	FAULT_ADD(b->reader.diags, schema_spot(e->at, "year"), FAULT_OBJECT_YEAR, year);
}

static void build_known(struct build *b, const struct draft_objects *d, struct universe *u)
{
	const struct draft_earlier *earlier = d->earlier.items;
	size_t room = d->base ? d->base->count : 0;
	struct before all = { 0 };

	for (size_t i = 0; i < d->earlier.count; i++)
		room += earlier[i].ids ? earlier[i].ids->count : 0;
	all.known = build_alloc(b, room, sizeof(*all.known));
	all.ids = build_alloc(b, room, sizeof(*all.ids));
	if (!all.known || !all.ids)
		return;
	for (size_t i = 0; d->base && i < d->base->count; i++)
		add_known(b, u, "base", (struct spot){ d->at.file, d->base->values[i] }, 0, &all);
	for (size_t i = 0; i < d->earlier.count; i++) {
		check_year(b, &earlier[i]);
		for (size_t k = 0; earlier[i].ids && k < earlier[i].ids->count; k++)
			add_known(b, u, "earlier",
				  (struct spot){ d->at.file, earlier[i].ids->values[k] },
				  earlier[i].year, &all);
	}
	refs_unique(b, all.ids, all.count);
	qsort(all.known, all.count, sizeof(*all.known), by_known);
	u->known = all.known;
	u->known_count = all.count;
}

/* --- checklists -------------------------------------------------------------------------------- */

static void read_bound(struct build *b, const struct draft_check *d, const char *key,
		       const struct yaml_node *node, bool *has, int64_t *out)
{
	struct value v = { b->reader.diags, { d->at.file, node }, key, NULL };

	if (!node)
		return;
	v.text = schema_text(node);
	*has = value_number(&v, d->values.decimals, false, out);
}

static void build_check(struct build *b, struct draft_check *d)
{
	static const char *const of_numbers[] = { "min", "max", "decimals", "uom" };
	struct universe_check *c = &d->values;

	c->number = d->kind == 1;
	read_bound(b, d, "min", d->min, &c->has_min, &c->min);
	read_bound(b, d, "max", d->max, &c->has_max, &c->max);
	if (c->has_min && c->has_max && c->min > c->max)
		FAULT_ADD(b->reader.diags, schema_spot(d->at, "min"), FAULT_CHECK_BOUNDS, c->id);
	for (size_t i = 0; !c->number && i < sizeof(of_numbers) / sizeof(of_numbers[0]); i++)
		if (yaml_get(d->at.node, of_numbers[i])) {
			FAULT_ADD(b->reader.diags, schema_spot(d->at, of_numbers[i]),
				  FAULT_CHECK_PLAIN, c->id);
			return;
		}
}

static void build_checklist(struct build *b, const struct draft_objects *d, struct universe *u)
{
	struct draft_check *drafts = d->checklist.items;
	size_t count = d->checklist.count;
	struct universe_check *checks = build_alloc(b, count, sizeof(*checks));
	struct refs_id *ids = build_alloc(b, count, sizeof(*ids));

	for (size_t i = 0; checks && ids && i < count; i++) {
		build_check(b, &drafts[i]);
		checks[i] = drafts[i].values;
		ids[i] = (struct refs_id){ checks[i].id, schema_spot(drafts[i].at, "id") };
	}
	refs_unique(b, ids, count);
	u->checks = checks;
	u->check_count = count;
}

/* --- measures ---------------------------------------------------------------------------------- */

static void number_text(size_t n, char out[DECIMAL_TEXT_MAX])
{
	decimal_format((int64_t)n, 0, out);
}

/* The numbers of a measure and the lengths of its lists say the same. */
static void check_counts(struct build *b, const struct catalogue_measure *m, struct spot at)
{
	const struct universe *u = m->objects;
	size_t base = universe_base_count(u), fresh = u->object_count - u->known_count;
	char listed[DECIMAL_TEXT_MAX], said[DECIMAL_TEXT_MAX];

	number_text(base, listed);
	decimal_format(m->has_base ? m->base : 0, 0, said);
	if (m->has_base ? m->base != (int64_t)base : base > 0)
		FAULT_ADD(b->reader.diags, at, FAULT_OBJECTS_BASE, m->id, listed, said);
	number_text(u->object_count, listed);
	decimal_format(m->cap, 0, said);
	if (m->has_cap && m->cap != (int64_t)u->object_count)
		FAULT_ADD(b->reader.diags, at, FAULT_OBJECTS_CAP, m->id, listed, said);
	number_text(fresh, listed);
	decimal_format(m->target, 0, said);
	if (u->enumerated && u->object_count >= u->known_count && m->target > (int64_t)fresh)
		FAULT_ADD(b->reader.diags, at, FAULT_OBJECTS_FEW, m->id, listed, said);
}

static void give(struct build *b, const struct universe *u, struct spot at, struct spot *given)
{
	uint16_t number = refs_measure(b, "measures", at);

	if (number == CATALOGUE_NONE)
		return;
	if (!b->measures[number].objects)
		FAULT_ADD(b->reader.diags, at, FAULT_OBJECTS_VALUE, b->measures[number].id);
	else if (given[number].node)
		FAULT_ADD(b->reader.diags, at, FAULT_OBJECTS_TWICE, b->measures[number].id,
			  refs_place(b, given[number]));
	else {
		given[number] = at;
		b->measures[number].objects = u;
		if (b->draft_measures[number]->numbers_ok)
			check_counts(b, &b->measures[number], at);
	}
}

static void build_objects(struct build *b, const struct draft_part *part,
			  const struct draft_objects *d, struct spot *given)
{
	struct universe *u = build_alloc(b, 1, sizeof(*u));

	if (!u)
		return;
	u->version = d->version;
	u->invented = yaml_get(d->at.node, "invented") ? d->invented : part->invented;
	build_universe(b, d, u);
	if (b->reader.no_memory)
		return;
	build_known(b, d, u);
	build_checklist(b, d, u);
	for (size_t i = 0; d->measures && i < d->measures->count; i++)
		give(b, u, (struct spot){ d->at.file, d->measures->values[i] }, given);
}

/* Measures that are counted by objects have some, if only an empty list. */
static void begin(struct build *b, const struct universe *none)
{
	for (size_t i = 0; i < b->c.measure_count; i++) {
		const struct draft_measure *d = b->draft_measures[i];
		struct catalogue_measure *m = &b->measures[i];

		if (d->count == 0)
			continue;
		m->objects = none;
		if (m->kind != CATALOGUE_QUANTITY || m->decimals > 0)
			FAULT_ADD(b->reader.diags, schema_spot(d->at, "count"), FAULT_OBJECTS_KIND,
				  m->id);
	}
}

static void finish(struct build *b, const struct spot *given)
{
	for (size_t i = 0; i < b->c.measure_count; i++) {
		const struct catalogue_measure *m = &b->measures[i];
		struct spot at = schema_spot(b->draft_measures[i]->at, "count");

		if (!m->objects)
			continue;
		if (m->comparator == CATALOGUE_ALL && !m->objects->enumerated)
			FAULT_ADD(b->reader.diags, at, FAULT_OBJECTS_NEEDED, m->id);
		if (!given[i].node && b->draft_measures[i]->numbers_ok)
			check_counts(b, m, at);
	}
}

void universes_build(struct build *b)
{
	struct spot *given = build_alloc(b, b->c.measure_count, sizeof(*given));
	struct universe *none = build_alloc(b, 1, sizeof(*none));

	if (!given || !none)
		return;
	none->version = "";
	begin(b, none);
	for (size_t p = 0; p < b->part_count; p++) {
		const struct draft_objects *sets = b->parts[p]->objects.items;

		for (size_t i = 0; i < b->parts[p]->objects.count; i++)
			build_objects(b, b->parts[p], &sets[i], given);
	}
	if (!b->reader.no_memory)
		finish(b, given);
}
