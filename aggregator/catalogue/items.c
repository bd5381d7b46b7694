/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/build.h"
#include "aggregator/catalogue/index.h"

#include <stdlib.h>

#define MEASURES_MAX 60000

struct sizes {
	size_t items, measures;
};

static struct sizes count_all(const struct draft *d)
{
	const struct draft_project *projects = d->projects.items;
	struct sizes s = { 0 };

	for (size_t i = 0; i < d->projects.count; i++) {
		const struct draft_item *items = projects[i].items.items;

		s.items += projects[i].items.count;
		for (size_t j = 0; j < projects[i].items.count; j++)
			s.measures += items[j].measures.count;
	}
	return s;
}

/* --- scope ------------------------------------------------------------------------------------- */

static void scope_of_areas(struct build *b, struct catalogue_item *item)
{
	uint16_t *scope = build_alloc(b, b->c.unit_count, sizeof(*scope));

	for (size_t i = 0; scope && i < b->c.unit_count; i++)
		if (b->units[i].area)
			scope[item->scope_count++] = (uint16_t)i;
	item->scope = scope;
}

static uint16_t find_area(struct build *b, const char *key, struct spot at)
{
	uint16_t n = CATALOGUE_NONE;

	if (at.node->kind != YAML_SCALAR || !at.node->text.len)
		FAULT_ADD(b->reader.diags, at, FAULT_NOT_SCALAR, key);
	else
		n = refs_unit(b, key, at);
	if (n != CATALOGUE_NONE && !b->units[n].area) {
		FAULT_ADD(b->reader.diags, at, FAULT_UNIT_KIND, key, b->units[n].id, "county/zone");
		n = CATALOGUE_NONE;
	}
	return n;
}

static int by_number(const void *left, const void *right)
{
	return *(const uint16_t *)left - *(const uint16_t *)right;
}

static void scope_of_list(struct build *b, struct catalogue_item *item, struct spot list)
{
	uint16_t *scope = refs_list(b, find_area, "scope", list, &item->scope_count);

	if (scope)
		qsort(scope, item->scope_count, sizeof(*scope), by_number);
	item->scope = scope;
}

static void build_scope(struct build *b, struct draft_item *d)
{
	struct catalogue_item *item = &d->values;
	struct spot at = { d->at.file, d->scope };

	if (!d->scope)
		return;
	if (d->scope->kind == YAML_LIST)
		scope_of_list(b, item, at);
	else if (d->scope->kind == YAML_SCALAR && !strcmp(schema_text(d->scope), "areas"))
		scope_of_areas(b, item);
	else if (d->scope->kind != YAML_SCALAR || strcmp(schema_text(d->scope), "city") != 0)
		FAULT_ADD(b->reader.diags, at, FAULT_SCOPE, item->id);
}

/* --- items ------------------------------------------------------------------------------------- */

static void check_main(struct build *b, const struct draft_item *d)
{
	const struct draft_measure *m = d->measures.items;

	for (size_t i = 0; i < d->measures.count; i++)
		if (m[i].role == CATALOGUE_MAIN)
			return;
	FAULT_ADD(b->reader.diags, d->at, FAULT_NO_MAIN, d->values.id);
}

static void add_measures(struct build *b, const struct draft_item *d, uint16_t item)
{
	struct draft_measure *drafts = d->measures.items;

	for (size_t i = 0; i < d->measures.count; i++) {
		uint16_t number = (uint16_t)b->c.measure_count++;
		struct catalogue_measure *m = &b->measures[number];

		b->draft_measures[number] = &drafts[i];
		*m = drafts[i].values;
		m->item = item;
		m->order = number;
	}
}

static void add_item(struct build *b, struct draft_item *d, uint16_t project)
{
	struct catalogue_item *item = &d->values;
	uint16_t number = (uint16_t)b->c.item_count++;

	item->project = project;
	item->lead = d->lead ? refs_unit(b, "lead", (struct spot){ d->at.file, d->lead }) :
			       CATALOGUE_NONE;
	item->coorganisers =
		refs_list(b, refs_unit, "coorganisers",
			  (struct spot){ d->at.file, d->coorganisers }, &item->coorganiser_count);
	build_scope(b, d);
	check_main(b, d);
	b->items[number] = *item;
	b->draft_items[number] = d;
	add_measures(b, d, number);
}

static bool reserve(struct build *b, struct sizes s)
{
	b->c.items = b->items = build_alloc(b, s.items, sizeof(*b->items));
	b->draft_items = build_alloc(b, s.items, sizeof(*b->draft_items));
	b->c.measures = b->measures = build_alloc(b, s.measures, sizeof(*b->measures));
	b->draft_measures = build_alloc(b, s.measures, sizeof(*b->draft_measures));
	return !b->reader.no_memory;
}

static void check_unique(struct build *b, struct sizes s)
{
	const struct draft_project *p = b->draft->projects.items;
	size_t projects = b->draft->projects.count;
	struct refs_id *ids = build_alloc(b, projects + s.items + s.measures, sizeof(*ids));

	if (!ids)
		return;
	for (size_t i = 0; i < projects; i++)
		ids[i] = (struct refs_id){ p[i].values.id, schema_spot(p[i].at, "id") };
	refs_unique(b, ids, projects);
	for (size_t i = 0; i < s.items; i++)
		ids[i] = (struct refs_id){ b->items[i].id,
					   schema_spot(b->draft_items[i]->at, "id") };
	refs_unique(b, ids, s.items);
	for (size_t i = 0; i < s.measures; i++)
		ids[i] = (struct refs_id){ b->measures[i].id,
					   schema_spot(b->draft_measures[i]->at, "id") };
	refs_unique(b, ids, s.measures);
}

void items_build(struct build *b)
{
	struct draft_project *drafts = b->draft->projects.items;
	size_t count = b->draft->projects.count;
	struct catalogue_project *projects = build_alloc(b, count, sizeof(*projects));
	struct sizes s = count_all(b->draft);

	if (s.measures > MEASURES_MAX || s.items > MEASURES_MAX) {
		FAULT_ADD(b->reader.diags, schema_spot(b->draft->part.at, "projects"),
			  FAULT_TOO_MANY, "projects", "60000");
		return;
	}
	if (!projects || !reserve(b, s))
		return;
	b->c.projects = projects;
	for (size_t i = 0; i < count; i++) {
		struct draft_item *items = drafts[i].items.items;

		projects[b->c.project_count++] = drafts[i].values;
		for (size_t j = 0; j < drafts[i].items.count; j++)
			add_item(b, &items[j], (uint16_t)i);
	}
	b->c.index = index_new(b->reader.arena, &b->c);
	check_unique(b, s);
}
