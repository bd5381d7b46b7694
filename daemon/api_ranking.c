/* SPDX-License-Identifier: MIT */
/* Units by what a month added against its plan, with the sums that lead to each rank. */
#include "daemon/api_private.h"

#include "aggregator/query/query_ranking.h"

#define POINT_DECIMALS 4
#define PPM_DECIMALS 4 /* ppm as per cent */

static void put_points(struct jwrite *j, const char *key, struct fraction hundredths)
{
	jwrite_fraction(j, key, fraction_div(hundredths, fraction_of(100, 1)), POINT_DECIMALS);
}

static void put_cell(struct api_call *call, const struct query_rank_cell *cell)
{
	const struct catalogue_measure *m = &call->catalogue->measures[cell->measure];
	unsigned decimals = cell->in_share ? PPM_DECIMALS : m->decimals;
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "target", m->id);
	jwrite_lang(j, "target_name", m->name);
	jwrite_string(j, "item", call->catalogue->items[m->item].id);
	jwrite_string(j, "state", query_rank_state_name(cell->state));
	jwrite_string(j, "uom", cell->in_share ? "%" : m->uom);
	jwrite_string(j, "uom_en", cell->in_share ? "%" : m->uom_en);
	jwrite_decimal(j, "added", cell->added, decimals);
	jwrite_decimal(j, "goal", cell->goal, decimals);
	put_points(j, "added_percent",
		   fraction_mul(fraction_of(cell->added, cell->goal), fraction_of(10000, 1)));
	put_points(j, "planned_percent", fraction_mul(cell->planned, fraction_of(10000, 1)));
	put_points(j, "delta_points", cell->delta);
	jwrite_end(j);
}

static void put_unit(struct api_call *call, const struct query_rank *u)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	if (u->rank > 0)
		jwrite_uint(j, "rank", u->rank);
	else
		jwrite_null(j, "rank");
	api_put_unit(call, "unit", u->unit);
	jwrite_string(j, "state", query_rank_state_name(u->state));
	if (u->rank > 0)
		put_points(j, "score_points", u->score);
	else
		jwrite_null(j, "score_points");
	jwrite_uint(j, "counted", u->counted);
	jwrite_array(j, "cells");
	for (size_t i = 0; i < u->cell_count; i++)
		put_cell(call, &u->cells[i]);
	jwrite_end(j);
	jwrite_end(j);
}

void api_ranking(struct api_call *call)
{
	struct query_ranking ranking;
	struct jwrite *j = &call->json;
	uint16_t measure;
	int32_t period;
	enum err e;

	if (!api_period(call, &period) || !api_measure(call, "target", &measure))
		return;
	e = query_ranking(call->query, period, measure, call->arena, &ranking);
	if (e == ERR_INVALID)
		api_fail(call, API_NO_RANKING, NULL, NULL);
	else if (e == ERR_NOTFOUND)
		api_fail(call, API_NOT_RANKED_YET, "period", api_parameter(call, "period"));
	else
		api_failed(call, e);
	if (e)
		return;
	jwrite_date(j, "period", ranking.period);
	jwrite_string(j, "by", "delta");
	jwrite_uint(j, "small_below", QUERY_RANK_SMALL);
	jwrite_array(j, "units");
	for (size_t i = 0; i < ranking.count; i++)
		put_unit(call, &ranking.items[i]);
	jwrite_end(j);
}
