/* SPDX-License-Identifier: MIT */
/* The official lights of closed periods: current and original, as published, restated, settled. */
#include "daemon/api_private.h"

#include "base/date.h"

#define PPM_DECIMALS 4	 /* ppm as per cent */
#define POINT_DECIMALS 2 /* of gaps */

static void put_state(struct jwrite *j, const char *key, enum light light)
{
	jwrite_object(j, key);
	jwrite_string(j, "light", light_name(light));
	jwrite_lang(j, "word", light_word(light));
	jwrite_end(j);
}

static void put_figures(struct api_call *call, const struct catalogue_measure *m,
			const struct lights_record *r)
{
	struct jwrite *j = &call->json;
	unsigned decimals = m->kind == CATALOGUE_MILESTONE ? PPM_DECIMALS : m->rate_decimals;
	bool task = light_has_task(m, r->has_goal, r->goal);

	api_put_value(call, m, r->present, r->value, r->denominator);
	if (r->has_goal)
		jwrite_decimal(j, "goal", r->goal, decimals);
	else
		jwrite_null(j, "goal");
	if (task && r->present)
		jwrite_decimal(j, "done_percent", r->done_ppm, PPM_DECIMALS);
	else
		jwrite_null(j, "done_percent");
	jwrite_decimal(j, "planned_percent", r->planned_ppm, PPM_DECIMALS);
	if (task && light_has_pace(m))
		jwrite_decimal(j, "gap_points", r->gap_hundredths, POINT_DECIMALS);
	else
		jwrite_null(j, "gap_points");
}

static void put_light(struct api_call *call, const struct query_past_light *l)
{
	const struct lights_record *r = &l->record;
	const struct catalogue_measure *m = &call->catalogue->measures[r->measure];
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "target", m->id);
	jwrite_string(j, "unit", call->catalogue->units[r->unit].id);
	jwrite_date(j, "period", r->period);
	put_state(j, "current", r->state.light);
	put_state(j, "original", r->original.light);
	put_state(j, "first", r->first);
	if (r->published)
		put_state(j, "published", r->published);
	else
		jwrite_null(j, "published");
	jwrite_uint(j, "plan", r->plan);
	jwrite_uint(j, "quota", r->quota);
	jwrite_uint(j, "restated", r->restated);
	jwrite_date(j, "settled", l->settled);
	jwrite_bool(j, "silent", r->state.silent);
	jwrite_bool(j, "overdue", r->state.overdue);
	jwrite_bool(j, "provisional", r->state.provisional);
	put_figures(call, m, r);
	jwrite_uint(j, "judged_position", r->position);
	jwrite_time(j, "judged_at", r->time_ms, call->catalogue->offset_minutes);
	jwrite_end(j);
}

void api_lights(struct api_call *call)
{
	struct query_light_filter filter = { .period = DATE_NONE };
	struct query_past_lights all;

	if (!api_measure(call, "target", &filter.measure) ||
	    !api_unit(call, "unit", &filter.unit) || !api_month(call, "period", &filter.period) ||
	    api_failed(call, query_past_lights(call->query, &filter, call->arena, &all)))
		return;
	jwrite_array(&call->json, "lights");
	for (size_t i = 0; i < all.count; i++)
		put_light(call, &all.items[i]);
	jwrite_end(&call->json);
}
