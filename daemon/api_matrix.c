/* SPDX-License-Identifier: MIT */
/* Every measure in every area, in one answer: as much of a figure as a cell of the matrix shows. */
#include "daemon/api_private.h"

#include "base/date.h"

/* The cities' or one area's figures: now, and at the end of the month before. */
struct column {
	struct query_figures now, before;
};

static const struct query_figure *of_measure(const struct query_figures *list, uint16_t measure)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].measure == measure)
			return &list->items[i];
	return NULL;
}

/* Points of the goal since the end of the month before; what was not reported by then was nothing. */
static void put_change(struct api_call *call, const struct query_figure *now,
		       const struct query_figure *before)
{
	struct fraction then = before && before->has_share ? before->at.done :
							     (struct fraction){ 0, 1 };

	if (now->has_share)
		api_put_percent(call, "change_points", fraction_sub(now->at.done, then));
	else
		jwrite_null(&call->json, "change_points");
}

/* A quota of nothing, and nothing done: nothing to look at. */
static bool is_idle(const struct api_call *call, const struct query_figure *f)
{
	const struct catalogue_measure *m = &call->catalogue->measures[f->measure];

	return f->at.has_goal && !light_has_task(m, true, f->at.goal) &&
	       (!f->at.present || f->at.value == 0);
}

static void put_cell(struct api_call *call, const char *key, const struct query_figure *f,
		     const struct query_figure *before)
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
	if (f->has_share)
		api_put_percent(call, "done_percent", f->at.done);
	else
		jwrite_null(j, "done_percent");
	if (f->has_gap) {
		api_put_percent(call, "planned_percent", f->planned);
		jwrite_decimal(j, "gap_points", f->gap_hundredths, 2);
	} else {
		jwrite_null(j, "planned_percent");
		jwrite_null(j, "gap_points");
	}
	put_change(call, f, before);
	jwrite_date(j, "as_of", f->at.as_of);
	jwrite_end(j);
}

static void put_targets(struct api_call *call, const struct query_figures *city)
{
	const struct catalogue *c = call->catalogue;
	struct jwrite *j = &call->json;

	jwrite_array(j, "targets");
	for (size_t i = 0; i < city->count; i++) {
		uint16_t measure = city->items[i].measure;

		jwrite_object(j, NULL);
		api_put_measure(call, measure);
		api_put_unit(call, "lead", c->items[c->measures[measure].item].lead);
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_heads(struct api_call *call, const struct query_figures *city,
		      const struct query_units *units)
{
	const struct catalogue *c = call->catalogue;
	struct jwrite *j = &call->json;

	api_put_projects(call);
	put_targets(call, city);
	jwrite_array(j, "units");
	for (size_t i = 0; i < units->count; i++)
		if (c->units[units->items[i].unit].area)
			api_put_unit(call, NULL, units->items[i].unit);
	jwrite_end(j);
}

static void put_row(struct api_call *call, uint16_t measure, const struct column *columns,
		    size_t count)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "target", call->catalogue->measures[measure].id);
	for (size_t i = 0; i < count; i++) {
		const struct query_figure *f = of_measure(&columns[i].now, measure);
		const char *key = i == 0 ? "city" : NULL;

		if (f && (i == 0 || !is_idle(call, f)))
			put_cell(call, key, f, of_measure(&columns[i].before, measure));
		else
			jwrite_null(j, key); /* it has no part in it, or no task */
		if (i == 0)
			jwrite_array(j, "cells");
	}
	jwrite_end(j);
	jwrite_end(j);
}

static bool take_area(struct api_call *call, uint16_t unit, struct query_when before,
		      struct column *out)
{
	struct query_unit_detail now, then;

	if (api_failed(call, query_unit(call->query, unit, call->when, call->arena, &now)) ||
	    api_failed(call, query_unit(call->query, unit, before, call->arena, &then)))
		return false;
	*out = (struct column){ now.figures, then.figures };
	return true;
}

void api_matrix(struct api_call *call)
{
	struct query_when before = { date_month_first(date_month_of(call->when.valid)) - 1,
				     call->when.known };
	struct column *columns; /* the city's first */
	struct query_units units;
	size_t count = 1;

	if (api_failed(call, query_units(call->query, call->when, call->arena, &units)))
		return;
	columns = arena_calloc(call->arena, units.count + 1, sizeof(*columns));
	if (api_failed(call, columns ? ERR_OK : ERR_NOMEM) ||
	    api_failed(call, query_targets(call->query, call->when, call->arena, &columns[0].now)) ||
	    api_failed(call, query_targets(call->query, before, call->arena, &columns[0].before)))
		return;
	for (size_t i = 0; i < units.count; i++) {
		uint16_t unit = units.items[i].unit;

		if (call->catalogue->units[unit].area && !take_area(call, unit, before, &columns[count++]))
			return;
	}
	put_heads(call, &columns[0].now, &units);
	jwrite_array(&call->json, "rows");
	for (size_t i = 0; i < columns[0].now.count; i++)
		put_row(call, columns[0].now.items[i].measure, columns, count);
	jwrite_end(&call->json);
}
