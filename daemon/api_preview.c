/* SPDX-License-Identifier: MIT */
/* What other thresholds would have made of the lights: computed, and never stored. */
#include "daemon/api_private.h"

#include <stdio.h>

#include "base/date.h"
#include "base/decimal.h"

#define POINT_DECIMALS 2

/* Percentage points as hundredths of one. Where it is absent *out keeps its value, or, for one that
 * has to be there, the call fails. */
static bool read_points(struct api_call *call, const char *name, bool needed, int64_t *out)
{
	const char *text = api_parameter(call, name);

	if (text == NULL) {
		if (needed)
			api_fail(call, API_MISSING, name, "10");
		return !needed;
	}
	if (decimal_parse(bytes_of_string(text), POINT_DECIMALS, out) == ERR_OK && *out >= 0 &&
	    *out <= 100 * decimal_pow10(POINT_DECIMALS))
		return true;
	api_fail(call, API_BAD_POINTS, name, text);
	return false;
}

/* The profile in force, with the thresholds that the caller names: without leaving thresholds they
 * are those of entering. */
static bool read_profile(struct api_call *call, struct catalogue_profile *p)
{
	char given[96];

	*p = call->catalogue->profile;
	if (!read_points(call, "yellow", true, &p->yellow_enter) ||
	    !read_points(call, "red", true, &p->red_enter))
		return false;
	p->yellow_leave = p->yellow_enter;
	p->red_leave = p->red_enter;
	if (!read_points(call, "yellow_leave", false, &p->yellow_leave) ||
	    !read_points(call, "red_leave", false, &p->red_leave))
		return false;
	snprintf(given, sizeof(given), "yellow=%s, red=%s", api_parameter(call, "yellow"),
		 api_parameter(call, "red"));
	if (query_profile_check(p) == QUERY_CROSSED_ENTER)
		api_fail(call, API_CROSSED_ENTER, "yellow", given);
	else if (query_profile_check(p) == QUERY_CROSSED_LEAVE)
		api_fail(call, API_CROSSED_LEAVE,
			 p->yellow_leave > p->yellow_enter ? "yellow_leave" : "red_leave", given);
	return call->problem == API_OK;
}

static void put_profile(struct api_call *call, const char *key, const struct catalogue_profile *p)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, key);
	jwrite_decimal(j, "yellow", p->yellow_enter, POINT_DECIMALS);
	jwrite_decimal(j, "red", p->red_enter, POINT_DECIMALS);
	jwrite_decimal(j, "yellow_leave", p->yellow_leave, POINT_DECIMALS);
	jwrite_decimal(j, "red_leave", p->red_leave, POINT_DECIMALS);
	jwrite_bool(j, "relative", p->relative);
	jwrite_end(j);
}

static void put_counts(struct jwrite *j, const char *key, const unsigned lights[LIGHT_COUNT])
{
	jwrite_object(j, key);
	for (enum light l = LIGHT_NONE; l < LIGHT_COUNT; l++)
		jwrite_uint(j, light_name(l), lights[l]);
	jwrite_end(j);
}

static void put_change(struct api_call *call, const struct query_preview_cell *cell)
{
	const struct catalogue *c = call->catalogue;
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "target", c->measures[cell->measure].id);
	jwrite_lang(j, "target_name", c->measures[cell->measure].name);
	api_put_unit(call, "unit", cell->unit);
	jwrite_date(j, "period", cell->period);
	jwrite_string(j, "from", light_name(cell->from));
	jwrite_string(j, "to", light_name(cell->to));
	jwrite_end(j);
}

void api_lights_preview(struct api_call *call)
{
	struct catalogue_profile profile;
	struct query_preview preview;
	int32_t period = DATE_NONE;
	struct jwrite *j = &call->json;

	if (!read_profile(call, &profile) || !api_month(call, "period", &period) ||
	    api_failed(call, query_preview(call->query, &profile, period, call->arena, &preview)))
		return;
	jwrite_date(j, "period", period);
	put_profile(call, "present", &call->catalogue->profile);
	put_profile(call, "proposed", &profile);
	jwrite_uint(j, "judged", preview.judged);
	jwrite_uint(j, "changed", preview.count);
	put_counts(j, "before", preview.before);
	put_counts(j, "after", preview.after);
	jwrite_array(j, "changes");
	for (size_t i = 0; i < preview.count; i++)
		put_change(call, &preview.items[i]);
	jwrite_end(j);
}
