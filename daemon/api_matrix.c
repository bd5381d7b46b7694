/* SPDX-License-Identifier: MIT */
/* Every measure in every area, in one answer: as much of a figure as a cell of the matrix shows. */
#include "daemon/api_private.h"

static void put_cell(struct api_call *call, const char *key, const struct query_figure *f)
{
	const struct catalogue_measure *m = &call->catalogue->measures[f->measure];
	struct jwrite *j = &call->json;

	jwrite_object(j, key);
	jwrite_string(j, "light", light_name(f->official.light));
	jwrite_string(j, "live_light", light_name(f->live));
	jwrite_bool(j, "silent", f->official.state.silent);
	jwrite_bool(j, "provisional", f->official.state.provisional);
	jwrite_bool(j, "overdue", f->official.state.overdue);
	api_put_value(call, m, f->at.present, f->at.value, f->at.denominator);
	if (f->at.has_goal && f->at.present)
		api_put_percent(call, "done_percent", f->at.done);
	else
		jwrite_null(j, "done_percent");
	if (f->has_gap)
		jwrite_decimal(j, "gap_points", f->gap_hundredths, 2);
	else
		jwrite_null(j, "gap_points");
	jwrite_end(j);
}

static void put_heads(struct api_call *call, const struct query_figures *city,
		      const struct query_units *units)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "targets");
	for (size_t i = 0; i < city->count; i++) {
		jwrite_object(j, NULL);
		api_put_measure(call, city->items[i].measure);
		jwrite_end(j);
	}
	jwrite_end(j);
	jwrite_array(j, "units");
	for (size_t i = 0; i < units->count; i++)
		if (call->catalogue->units[units->items[i].unit].area)
			api_put_unit(call, NULL, units->items[i].unit);
	jwrite_end(j);
}

static const struct query_figure *of_measure(const struct query_figures *list, uint16_t measure)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].measure == measure)
			return &list->items[i];
	return NULL;
}

static void put_row(struct api_call *call, const struct query_figure *city,
		    const struct query_figures *areas, size_t count)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "target", call->catalogue->measures[city->measure].id);
	put_cell(call, "city", city);
	jwrite_array(j, "cells");
	for (size_t i = 0; i < count; i++) {
		const struct query_figure *f = of_measure(&areas[i], city->measure);

		if (f)
			put_cell(call, NULL, f);
		else
			jwrite_null(j, NULL); /* it has no part in it */
	}
	jwrite_end(j);
	jwrite_end(j);
}

void api_matrix(struct api_call *call)
{
	struct query_figures city, *areas;
	struct query_unit_detail detail;
	struct query_units units;
	size_t count = 0;

	if (api_failed(call, query_targets(call->query, call->when, call->arena, &city)) ||
	    api_failed(call, query_units(call->query, call->when, call->arena, &units)))
		return;
	areas = arena_calloc(call->arena, units.count + 1, sizeof(*areas));
	if (api_failed(call, areas ? ERR_OK : ERR_NOMEM))
		return;
	for (size_t i = 0; i < units.count; i++) {
		uint16_t unit = units.items[i].unit;

		if (!call->catalogue->units[unit].area)
			continue;
		if (api_failed(call, query_unit(call->query, unit, call->when, call->arena, &detail)))
			return;
		areas[count++] = detail.figures;
	}
	put_heads(call, &city, &units);
	jwrite_array(&call->json, "rows");
	for (size_t i = 0; i < city.count; i++)
		put_row(call, &city.items[i], areas, count);
	jwrite_end(&call->json);
}
