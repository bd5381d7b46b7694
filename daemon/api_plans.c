/* SPDX-License-Identifier: MIT */
/* Plans and quotas, the catalogue's and those that came after it. */
#include "daemon/api_private.h"

#include "aggregator/progress/plan.h"
#include "base/date.h"

#define PPM_DECIMALS 4

void api_put_trajectory(struct api_call *call, const char *key, const struct catalogue_plan *p)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, key);
	jwrite_string(j, "plan", p->id);
	jwrite_bool(j, "invented", p->invented);
	jwrite_string(j, "shape", catalogue_shape_name(p->shape));
	jwrite_date(j, "due", plan_due(p));
	jwrite_array(j, "knots");
	for (size_t i = 0; i < p->knot_count; i++) {
		jwrite_object(j, NULL);
		jwrite_date(j, "day", p->knots[i].day);
		jwrite_decimal(j, "percent", p->knots[i].ppm, PPM_DECIMALS);
		jwrite_end(j);
	}
	jwrite_end(j);
	jwrite_end(j);
}

/* --- one version ------------------------------------------------------------------------------ */

/* The catalogue's own has no document but the catalogue. */
static void put_decided(struct api_call *call, const struct versions_record *r)
{
	struct jwrite *j = &call->json;

	jwrite_uint(j, "version", r ? r->number : 0);
	jwrite_date(j, "effective", r ? r->effective : DATE_NONE);
	jwrite_string(j, "document", r ? r->document : NULL);
	jwrite_string(j, "approver", r ? r->approver : NULL);
	jwrite_string(j, "why", r ? r->why : NULL);
	jwrite_string(j, "by", r ? r->by : NULL);
	jwrite_time(j, "at", r ? r->time_ms : 0, call->catalogue->offset_minutes);
	if (r)
		jwrite_uint(j, "decided_position", r->position);
	else
		jwrite_null(j, "decided_position");
}

static void put_dues(struct api_call *call, const struct catalogue_measure *m, const int32_t *dues)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "stages");
	for (size_t i = 0; m->kind == CATALOGUE_MILESTONE && i < m->stage_count; i++) {
		jwrite_object(j, NULL);
		jwrite_string(j, "id", m->stages[i].id);
		jwrite_date(j, "due", dues ? dues[i] : m->stages[i].due);
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_plan(struct api_call *call, const struct catalogue_measure *m,
		     const struct versions_record *r)
{
	jwrite_object(&call->json, NULL);
	put_decided(call, r);
	api_put_trajectory(call, "trajectory", r ? &r->plan : &m->plan);
	put_dues(call, m, r ? r->dues : NULL);
	jwrite_end(&call->json);
}

static void put_quotas(struct api_call *call, const struct catalogue_measure *m,
		       const struct versions_record *r)
{
	const struct catalogue_quota *quotas = r ? r->quotas : m->quotas;
	size_t count = r ? r->quota_count : m->quota_count;
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	put_decided(call, r);
	jwrite_bool(j, "invented", !r && m->quotas_invented);
	jwrite_array(j, "quotas");
	for (size_t i = 0; i < count; i++) {
		jwrite_object(j, NULL);
		jwrite_string(j, "unit", call->catalogue->units[quotas[i].unit].id);
		jwrite_decimal(j, "value", quotas[i].value, m->decimals);
		jwrite_end(j);
	}
	jwrite_end(j);
	jwrite_end(j);
}

/* --- a measure -------------------------------------------------------------------------------- */

static void put_versions(struct api_call *call, uint16_t measure,
			 const struct query_version_list *all, enum versions_kind kind)
{
	const struct catalogue_measure *m = &call->catalogue->measures[measure];
	void (*put)(struct api_call *, const struct catalogue_measure *,
		    const struct versions_record *) = kind == VERSIONS_PLAN ? put_plan : put_quotas;

	jwrite_array(&call->json, kind == VERSIONS_PLAN ? "plans" : "quotas");
	put(call, m, NULL);
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].measure == measure && all->items[i].kind == kind)
			put(call, m, &all->items[i]);
	jwrite_end(&call->json);
}

static void put_measure(struct api_call *call, uint16_t measure,
			const struct query_version_list *all)
{
	const struct catalogue_measure *m = &call->catalogue->measures[measure];
	const struct catalogue_plan_version *plan = catalogue_plan_version(m, call->head.today);
	const struct catalogue_quota_version *quota =
		catalogue_quota_version(m, call->head.today);
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "target", m->id);
	jwrite_lang(j, "target_name", m->name);
	jwrite_uint(j, "rebaselines", m->plan_count);
	jwrite_uint(j, "plan_in_force", plan ? plan->number : 0);
	jwrite_uint(j, "quota_in_force", quota ? quota->number : 0);
	put_versions(call, measure, all, VERSIONS_PLAN);
	put_versions(call, measure, all, VERSIONS_QUOTA);
	jwrite_end(j);
}

void api_plans(struct api_call *call)
{
	struct query_version_list all;
	size_t rebaselines = 0;
	uint16_t measure;

	if (!api_measure(call, "target", &measure) ||
	    api_failed(call, query_versions(call->query, measure, call->arena, &all)))
		return;
	for (size_t i = 0; i < all.count; i++)
		rebaselines += all.items[i].kind == VERSIONS_PLAN;
	jwrite_uint(&call->json, "rebaselines", rebaselines);
	jwrite_array(&call->json, "targets");
	for (size_t m = 0; m < call->catalogue->measure_count; m++)
		if (measure == CATALOGUE_NONE || m == measure)
			put_measure(call, (uint16_t)m, &all);
	jwrite_end(&call->json);
}
