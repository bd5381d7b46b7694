/* SPDX-License-Identifier: MIT */
/* Targets, cells and their history. */
#include "daemon/api_objects.h"

#include <stdio.h>
#include <string.h>

#include "aggregator/progress/plan.h"
#include "base/date.h"

#define PPM_DECIMALS 4

void api_targets(struct api_call *call)
{
	struct query_figures all;

	if (api_failed(call, query_targets(call->query, call->when, call->arena, &all)))
		return;
	jwrite_array(&call->json, "targets");
	for (size_t i = 0; i < all.count; i++) {
		jwrite_object(&call->json, NULL);
		api_put_measure(call, all.items[i].measure);
		api_put_figure(call, &all.items[i]);
		jwrite_end(&call->json);
	}
	jwrite_end(&call->json);
}

/* --- one target ------------------------------------------------------------------------------- */

static void put_plan(struct api_call *call, const struct catalogue_measure *m)
{
	api_put_trajectory(call, "trajectory", catalogue_plan_on(m, call->when.valid));
}

static void put_stages(struct api_call *call, const struct catalogue_measure *m)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "stages");
	for (size_t i = 0; i < m->stage_count; i++) {
		const struct catalogue_stage *s = &m->stages[i];

		jwrite_object(j, NULL);
		jwrite_string(j, "id", s->id);
		jwrite_lang(j, "name", s->name);
		jwrite_bool(j, "counts", m->kind != CATALOGUE_MILESTONE && m->counting_stage == i);
		jwrite_bool(j, "invented", m->stages_invented);
		if (m->kind == CATALOGUE_MILESTONE) {
			jwrite_decimal(j, "weight_percent", s->weight_ppm, PPM_DECIMALS);
			jwrite_date(j, "due", catalogue_stage_due_on(m, i, call->when.valid));
		}
		jwrite_end(j);
	}
	jwrite_end(j);
}

/* What the catalogue says beyond the list's members. */
static void put_description(struct api_call *call, const struct catalogue_measure *m)
{
	const struct catalogue *c = call->catalogue;
	const struct catalogue_item *item = &c->items[m->item];
	struct jwrite *j = &call->json;

	jwrite_lang(j, "item_name", item->name);
	jwrite_lang(j, "project_name", c->projects[item->project].name);
	api_put_unit(call, "lead", item->lead);
	jwrite_array(j, "coorganisers");
	for (size_t i = 0; i < item->coorganiser_count; i++)
		api_put_unit(call, NULL, item->coorganisers[i]);
	jwrite_end(j);
	jwrite_lang(j, "numerator_name", m->numerator);
	jwrite_lang(j, "denominator_name", m->denominator);
	jwrite_string(j, "derived_from", m->derived_from);
	jwrite_string(j, "part_of", m->whole == CATALOGUE_NONE ? NULL : c->measures[m->whole].id);
	if (m->has_cap)
		jwrite_decimal(j, "cap", m->cap, m->decimals);
	jwrite_date(j, "first_report", m->first_report);
	jwrite_date(j, "retired", m->retired);
	jwrite_lang(j, "note", m->note);
	jwrite_object(j, "invented");
	jwrite_bool(j, "plan", catalogue_plan_on(m, call->when.valid)->invented);
	jwrite_bool(j, "quotas", m->quotas_invented);
	jwrite_bool(j, "scope", item->scope_invented);
	jwrite_bool(j, "base", m->base_invented);
	jwrite_bool(j, "stages", m->stages_invented);
	jwrite_end(j);
}

static void put_parts(struct api_call *call, const struct query_figures *parts)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "parts");
	for (size_t i = 0; i < parts->count; i++) {
		jwrite_object(j, NULL);
		api_put_measure(call, parts->items[i].measure);
		api_put_figure(call, &parts->items[i]);
		jwrite_end(j);
	}
	jwrite_end(j);
}

static const char *stage_id(const struct catalogue_measure *m, uint8_t stage)
{
	return stage < m->stage_count ? m->stages[stage].id : NULL;
}

static void put_cell(struct api_call *call, const struct query_cell *cell)
{
	const struct catalogue *c = call->catalogue;
	const struct catalogue_measure *m = &c->measures[cell->key.measure];
	/* a milestone's cell holds one stage: a count, not a share */
	struct catalogue_measure plain = *m;
	struct jwrite *j = &call->json;

	if (plain.kind == CATALOGUE_MILESTONE)
		plain.kind = CATALOGUE_QUANTITY;
	jwrite_object(j, NULL);
	jwrite_string(j, "target", m->id);
	jwrite_string(j, "unit", c->units[cell->key.unit].id);
	jwrite_string(j, "source",
		      cell->key.source == CATALOGUE_NONE ? NULL : c->units[cell->key.source].id);
	jwrite_string(j, "stage", stage_id(m, cell->key.stage));
	jwrite_bool(j, "counts", cell->counts);
	api_put_value(call, &plain, cell->value.present, cell->value.value,
		      cell->value.denominator);
	jwrite_date(j, "as_of", cell->value.as_of);
	jwrite_uint(j, "figure_position", cell->value.position);
	jwrite_end(j);
}

/* Each area with its own figure, and what others say of it. */
static void put_units(struct api_call *call, const struct query_target *t,
		      const struct catalogue_measure *m)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "units");
	for (size_t i = 0; i < t->units.count; i++) {
		const struct query_figure *f = &t->units.items[i];

		jwrite_object(j, NULL);
		jwrite_string(j, "unit", call->catalogue->units[f->unit].id);
		jwrite_lang(j, "unit_name", call->catalogue->units[f->unit].name);
		jwrite_bool(j, "goal_invented",
			    f->at.has_goal && m->quotas_invented &&
				    !catalogue_quota_version(m, call->when.valid));
		api_put_figure(call, f);
		jwrite_array(j, "shadows");
		for (size_t s = 0; s < t->cells.count; s++)
			if (t->cells.items[s].key.unit == f->unit &&
			    t->cells.items[s].key.source != CATALOGUE_NONE)
				put_cell(call, &t->cells.items[s]);
		jwrite_end(j);
		jwrite_end(j);
	}
	jwrite_end(j);
}

/* What the city's total may be once missing reports of the judged period came in. */
static void put_interval(struct api_call *call, const struct query_figure *city)
{
	const struct catalogue *c = call->catalogue;
	const struct catalogue_measure *m = &c->measures[city->measure];
	struct jwrite *j = &call->json;
	struct query_interval v = { 0 };

	if (city->official.judged &&
	    api_failed(call, query_interval(call->query, city->measure, city->official.period,
					    call->arena, &v)))
		return;
	if (!v.expected) {
		jwrite_null(j, "interval");
		return;
	}
	jwrite_object(j, "interval");
	jwrite_date(j, "period", v.period);
	jwrite_decimal(j, "low", v.low, m->decimals);
	jwrite_decimal(j, "high", v.high, m->decimals);
	jwrite_bool(j, "provisional", city->official.state.provisional);
	jwrite_uint(j, "expected", v.expected);
	jwrite_array(j, "missing");
	for (size_t i = 0; i < v.missing_count; i++)
		jwrite_string(j, NULL, c->units[v.missing[i]].id);
	jwrite_end(j);
	jwrite_end(j);
}

void api_target(struct api_call *call)
{
	const char *id = http_segment(*call->x, 0);
	uint16_t number = catalogue_measure_number(call->catalogue, bytes_of_string(id));
	const struct catalogue_measure *m;
	struct query_target t;

	if (number == CATALOGUE_NONE) {
		api_fail(call, API_NO_SUCH_MEASURE, NULL, id);
		return;
	}
	if (api_failed(call, query_target(call->query, number, call->when, call->arena, &t)))
		return;
	m = &call->catalogue->measures[number];
	api_put_measure(call, number);
	api_put_figure(call, &t.city);
	put_description(call, m);
	put_stages(call, m);
	put_plan(call, m);
	put_parts(call, &t.parts);
	put_units(call, &t, m);
	put_interval(call, &t.city);
	api_put_objects(call, number);
	jwrite_array(&call->json, "cells");
	for (size_t i = 0; i < t.cells.count; i++)
		put_cell(call, &t.cells.items[i]);
	jwrite_end(&call->json);
}

/* --- cells ------------------------------------------------------------------------------------ */

/* The order of cells, as the cursor holds it. */
static uint64_t rank_of(struct cell_key k)
{
	return (uint64_t)k.measure << 40 | (uint64_t)k.stage << 32 | (uint64_t)k.unit << 16 |
	       k.source;
}

void api_cells(struct api_call *call)
{
	struct query_cell_filter filter = { 0 };
	struct query_cells all;
	uint64_t after = 0;
	size_t given = 0;

	if (!api_measure(call, "target", &filter.measure) || !api_unit(call, "unit", &filter.unit))
		return;
	if (call->cursor[0] != '\0' && !api_read_number(call->cursor, UINT64_MAX / 2, &after)) {
		api_fail(call, API_BAD_CURSOR, "cursor", call->cursor);
		return;
	}
	if (api_failed(call, query_cells(call->query, &filter, call->when, call->arena, &all)))
		return;
	jwrite_array(&call->json, "cells");
	for (size_t i = 0; i < all.count; i++) {
		if (call->cursor[0] != '\0' && rank_of(all.items[i].key) <= after)
			continue;
		if (given == call->limit)
			break;
		put_cell(call, &all.items[i]);
		given++;
		if (given == call->limit && i + 1 < all.count)
			snprintf(call->next, sizeof(call->next), "%llu",
				 (unsigned long long)rank_of(all.items[i].key));
	}
	jwrite_end(&call->json);
}

/* --- history ---------------------------------------------------------------------------------- */

struct history_list {
	struct api_call *call;
	const struct catalogue_measure *measure; /* with a kind that prints a cell's own value */
	uint64_t skip, given;
	bool more;
};

static bool put_point(void *ctx, const struct history_point *p)
{
	struct history_list *list = ctx;
	struct jwrite *j = &list->call->json;

	if (list->skip > 0) {
		list->skip--;
		return true;
	}
	if (list->given == list->call->limit) {
		list->more = true;
		return false;
	}
	list->given++;
	jwrite_object(j, NULL);
	jwrite_date(j, "as_of", p->as_of);
	jwrite_date(j, "known_from", p->known);
	api_put_value(list->call, list->measure, p->folded.present && !p->withdrawn,
		      p->folded.value, p->folded.denominator);
	jwrite_bool(j, "withdrawn", p->withdrawn);
	jwrite_bool(j, "total", p->total);
	jwrite_uint(j, "revision", p->revision);
	jwrite_uint(j, "figure_position", p->position);
	jwrite_end(j);
	return true;
}

/* The cell that the parameters name. */
static bool history_key(struct api_call *call, struct cell_key *key)
{
	const char *stage = api_parameter(call, "stage");
	uint16_t measure, unit, source;

	if (!api_measure(call, "target", &measure) || !api_unit(call, "unit", &unit) ||
	    !api_unit(call, "source", &source))
		return false;
	if (measure == CATALOGUE_NONE)
		api_fail(call, API_MISSING, "target", "canteens");
	if (unit == CATALOGUE_NONE)
		api_fail(call, API_MISSING, "unit", "yutai");
	if (call->problem != API_OK)
		return false;
	*key = cell_counting(call->catalogue, measure, unit);
	key->source = source;
	if (stage != NULL) {
		uint16_t index = catalogue_stage_index(&call->catalogue->measures[measure],
						       bytes_of_string(stage));

		if (index == CATALOGUE_NONE)
			api_fail(call, API_NO_SUCH_STAGE, "stage", stage);
		key->stage = (uint8_t)index;
	}
	return call->problem == API_OK;
}

void api_history(struct api_call *call)
{
	struct history_list list = { .call = call };
	struct catalogue_measure plain;
	struct cell_key key;
	uint64_t from = 0;

	if (!history_key(call, &key))
		return;
	if (call->cursor[0] != '\0' && !api_read_number(call->cursor, UINT32_MAX, &from)) {
		api_fail(call, API_BAD_CURSOR, "cursor", call->cursor);
		return;
	}
	plain = call->catalogue->measures[key.measure];
	if (plain.kind == CATALOGUE_MILESTONE)
		plain.kind = CATALOGUE_QUANTITY;
	list.measure = &plain;
	list.skip = from;
	jwrite_string(&call->json, "target", plain.id);
	api_put_unit(call, "unit", key.unit);
	jwrite_string(&call->json, "source",
		      key.source == CATALOGUE_NONE ? NULL : call->catalogue->units[key.source].id);
	jwrite_string(&call->json, "stage", stage_id(&plain, key.stage));
	jwrite_array(&call->json, "points");
	if (api_failed(call, query_history(call->query, key, call->when.known, put_point, &list)))
		return;
	jwrite_end(&call->json);
	if (list.more)
		snprintf(call->next, sizeof(call->next), "%llu",
			 (unsigned long long)(from + list.given));
}
