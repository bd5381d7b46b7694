/* SPDX-License-Identifier: MIT */
/* Reconciliation: what counts, what others have of the same, and how far they are apart. */
#include "daemon/api_private.h"

#include "aggregator/progress/tolerance.h"
#include "base/decimal.h"

#define PART_DECIMALS 2 /* 2 % of a whole number */

static void put_origin(struct api_call *call, const struct query_origin *o)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, "origin");
	jwrite_uint(j, "position", o->position);
	if (o->has_row)
		jwrite_uint(j, "row", o->row);
	else
		jwrite_null(j, "row");
	api_put_unit(call, "reporter", o->reporter);
	jwrite_time(j, "at", o->said_ms, call->catalogue->offset_minutes);
	jwrite_end(j);
}

/* How far apart, and how far they may be: of values, or of a ratio's denominators. */
static void put_distance(struct api_call *call, const struct catalogue_measure *m,
			 const char *difference, const char *tolerance, int64_t counted,
			 int64_t other)
{
	struct jwrite *j = &call->json;
	struct fraction scale = fraction_of(1, decimal_pow10(m->decimals));

	jwrite_fraction(j, difference, fraction_mul(fraction_of((int128)other - counted, 1), scale),
			m->decimals);
	jwrite_fraction(j, tolerance, fraction_mul(tolerance_of(counted), scale),
			m->decimals + PART_DECIMALS);
}

static void put_distances(struct api_call *call, const struct catalogue_measure *m,
			  const struct totals_result *at, const struct query_shadow *s)
{
	struct jwrite *j = &call->json;

	if (!s->compared) {
		jwrite_null(j, "difference");
		jwrite_null(j, "tolerance");
		jwrite_null(j, "within");
		return;
	}
	put_distance(call, m, "difference", "tolerance", at->value, s->value.value);
	if (m->kind == CATALOGUE_RATIO)
		put_distance(call, m, "denominator_difference", "denominator_tolerance",
			     at->denominator, s->value.denominator);
	jwrite_bool(j, "within", s->within);
}

static void put_shadow(struct api_call *call, const struct query_reconciled *r,
		       const struct query_shadow *s)
{
	const struct catalogue_measure *m = &call->catalogue->measures[r->measure];
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	api_put_unit(call, "source", s->source);
	api_put_value(call, m, s->value.present, s->value.value, s->value.denominator);
	jwrite_date(j, "as_of", s->value.as_of);
	jwrite_bool(j, "speaks", s->speaks);
	put_distances(call, m, &r->counted, s);
	put_origin(call, &s->origin);
	jwrite_end(j);
}

static void put_counted(struct api_call *call, const struct query_reconciled *r)
{
	const struct catalogue_measure *m = &call->catalogue->measures[r->measure];
	struct jwrite *j = &call->json;

	jwrite_object(j, "counted");
	api_put_value(call, m, r->counted.present, r->counted.value, r->counted.denominator);
	jwrite_date(j, "as_of", r->counted.as_of);
	jwrite_uint(j, "units_reported", r->counted.units_present);
	jwrite_uint(j, "units_expected", r->counted.units_expected);
	put_origin(call, &r->origin);
	jwrite_end(j);
}

/* The newest of all that spoke. */
static uint16_t last_reporter(const struct query_reconciled *r)
{
	const struct query_origin *newest = &r->origin;

	for (size_t i = 0; i < r->shadow_count; i++)
		if (r->shadows[i].origin.position > newest->position)
			newest = &r->shadows[i].origin;
	return newest->reporter;
}

static void put_one(struct api_call *call, const struct query_reconciled *r)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "target", call->catalogue->measures[r->measure].id);
	jwrite_lang(j, "target_name", call->catalogue->measures[r->measure].name);
	api_put_unit(call, "unit", r->unit);
	put_counted(call, r);
	jwrite_array(j, "shadows");
	for (size_t i = 0; i < r->shadow_count; i++)
		put_shadow(call, r, &r->shadows[i]);
	jwrite_end(j);
	jwrite_bool(j, "differs", r->differs);
	api_put_unit(call, "last_reporter", last_reporter(r));
	jwrite_string(j, "alert", r->alert[0] ? r->alert : NULL);
	jwrite_end(j);
}

void api_reconciliation(struct api_call *call)
{
	struct query_reconciliation all;
	uint16_t measure, unit;
	int32_t period;
	size_t differ = 0;

	if (!api_period(call, &period) || !api_measure(call, "target", &measure) ||
	    !api_unit(call, "unit", &unit) ||
	    api_failed(call,
		       query_reconcile(call->query, period, measure, unit, call->arena, &all)))
		return;
	jwrite_date(&call->json, "period", period);
	jwrite_array(&call->json, "rows");
	for (size_t i = 0; i < all.count; i++) {
		put_one(call, &all.items[i]);
		differ += all.items[i].differs;
	}
	jwrite_end(&call->json);
	jwrite_uint(&call->json, "compared", all.count);
	jwrite_uint(&call->json, "differ", differ);
}
