/* SPDX-License-Identifier: MIT */
/* The months of the office: calendar, state, counts, publication. */
#include "daemon/api_private.h"

#include "aggregator/catalogue/calendar.h"
#include "aggregator/query/query_months.h"
#include "base/date.h"

static void put_month_name(struct jwrite *j, int32_t period)
{
	char month[8];

	date_month_format(date_month_of(period), month);
	jwrite_string(j, "month", month);
	jwrite_date(j, "period", period);
}

static void put_tally(struct api_call *call, const char *key, const struct query_months_tally *t)
{
	const struct reports_tally *r = &t->reports;
	struct jwrite *j = &call->json;

	jwrite_object(j, key);
	jwrite_uint(j, "expected", r->expected);
	jwrite_uint(j, "on_time", r->on_time);
	jwrite_uint(j, "late", r->late);
	jwrite_uint(j, "missing", r->missing);
	api_put_percent(call, "completeness", reports_completeness(r));
	api_put_percent(call, "timeliness", reports_timeliness(r));
	if (r->on_time + r->late)
		api_put_percent(call, "on_time_of_received", reports_punctuality(r));
	else
		jwrite_null(j, "on_time_of_received");
	jwrite_uint(j, "submitted", t->reviews[REVIEWS_SUBMITTED]);
	jwrite_uint(j, "confirmed", t->reviews[REVIEWS_CONFIRMED]);
	jwrite_uint(j, "verified", t->reviews[REVIEWS_VERIFIED]);
	jwrite_uint(j, "returned", t->reviews[REVIEWS_RETURNED]);
	jwrite_uint(j, "extended", t->extended);
	jwrite_uint(j, "objections", t->objections);
	jwrite_uint(j, "objections_open", t->objections_open);
	jwrite_end(j);
}

static void put_lights(struct jwrite *j, const char *key, const unsigned lights[LIGHT_COUNT])
{
	jwrite_object(j, key);
	for (enum light l = LIGHT_NONE; l < LIGHT_COUNT; l++)
		jwrite_uint(j, light_name(l), lights[l]);
	jwrite_end(j);
}

static void put_publication(struct api_call *call, const struct query_month *m)
{
	const struct month *p = &m->publication;
	struct jwrite *j = &call->json;

	if (p->period == DATE_NONE) {
		jwrite_null(j, "publication");
		return;
	}
	jwrite_object(j, "publication");
	jwrite_time(j, "at", p->time_ms, call->catalogue->offset_minutes);
	jwrite_string(j, "by", p->by);
	jwrite_string(j, "document", p->document);
	jwrite_string(j, "why", p->why);
	jwrite_bool(j, "early", p->early);
	jwrite_uint(j, "open_objections", p->open_objections);
	jwrite_string(j, "despite", p->despite);
	jwrite_uint(j, "position", p->position);
	jwrite_string(j, "chain", p->chain);
	put_lights(j, "lights", p->lights);
	jwrite_uint(j, "restated", m->restated);
	jwrite_end(j);
}

static void put_month(struct api_call *call, const struct query_month *m)
{
	struct jwrite *j = &call->json;

	put_month_name(j, m->period);
	jwrite_string(j, "state", query_months_state_name(m->state));
	jwrite_date(j, "due", m->due);
	jwrite_date(j, "confirm", m->confirm);
	jwrite_date(j, "object", m->object);
	jwrite_bool(j, "beyond_calendar", m->beyond);
	put_tally(call, "reports", &m->city);
	put_lights(j, "lights", m->lights);
	put_publication(call, m);
}

void api_months(struct api_call *call)
{
	const struct catalogue *c = call->catalogue;
	int32_t last = calendar_period_of(c->to);
	struct query_month m;

	jwrite_array(&call->json, "months");
	for (int32_t p = calendar_period_of(c->from); p <= last; p = calendar_period_of(p + 1)) {
		if (api_failed(call, query_month(call->query, p, &m)))
			return;
		jwrite_object(&call->json, NULL);
		put_month(call, &m);
		jwrite_end(&call->json);
	}
	jwrite_end(&call->json);
	jwrite_date(&call->json, "calendar_to", c->calendar.to);
}

/* --- one of them ------------------------------------------------------------------------------ */

static void put_row(struct api_call *call, const struct query_months_row *r)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	api_put_unit(call, "unit", r->unit);
	put_tally(call, "owed", &r->owed);
	jwrite_bool(j, "leads", r->leads);
	if (r->leads)
		put_tally(call, "items", &r->items);
	else
		jwrite_null(j, "items");
	jwrite_bool(j, "unconfirmed", r->unconfirmed);
	jwrite_end(j);
}

static bool put_objection(void *ctx, const struct objection *o)
{
	struct api_call *call = ctx;
	const struct catalogue *c = call->catalogue;
	struct jwrite *j = &call->json;

	if (o->measure >= c->measure_count || o->unit >= c->unit_count)
		return true;
	jwrite_object(j, NULL);
	jwrite_string(j, "target", c->measures[o->measure].id);
	api_put_unit(call, "unit", o->unit);
	jwrite_bool(j, "open", o->open);
	jwrite_time(j, "at", o->time_ms, c->offset_minutes);
	jwrite_string(j, "by", o->by);
	jwrite_string(j, "why", o->why);
	jwrite_time(j, "answered_at", o->answered_ms, c->offset_minutes);
	jwrite_string(j, "answered_by", o->answered_by);
	jwrite_string(j, "answer", o->answer);
	jwrite_end(j);
	return true;
}

static bool put_extension(void *ctx, const struct extension *x)
{
	struct api_call *call = ctx;
	const struct catalogue *c = call->catalogue;
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "unit", x->unit == CATALOGUE_NONE ? NULL : c->units[x->unit].id);
	jwrite_string(j, "item", x->item == CATALOGUE_NONE ? NULL : c->items[x->item].id);
	jwrite_string(j, "target", x->measure == CATALOGUE_NONE ? NULL : c->measures[x->measure].id);
	jwrite_date(j, "until", x->until);
	jwrite_time(j, "at", x->time_ms, c->offset_minutes);
	jwrite_string(j, "by", x->by);
	jwrite_string(j, "why", x->why);
	jwrite_uint(j, "position", x->position);
	jwrite_end(j);
	return true;
}

/* "was GREEN when published, now known YELLOW" */
static bool put_restated(void *ctx, const struct lights_record *r)
{
	struct api_call *call = ctx;
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "target", call->catalogue->measures[r->measure].id);
	api_put_unit(call, "unit", r->unit);
	jwrite_string(j, "published", light_name(r->published));
	jwrite_string(j, "now", light_name(r->state.light));
	jwrite_time(j, "at", r->time_ms, call->catalogue->offset_minutes);
	jwrite_uint(j, "position", r->position);
	jwrite_end(j);
	return true;
}

/* False: no month of the programme, and the call has failed. */
static bool read_month(struct api_call *call, int32_t *period)
{
	const char *text = http_segment(*call->x, 0);
	const struct catalogue *c = call->catalogue;

	if (date_period_parse(bytes_of_string(text), period) == ERR_OK &&
	    *period >= calendar_period_of(c->from) && *period <= calendar_period_of(c->to))
		return true;
	api_fail(call, API_NO_SUCH_MONTH, NULL, text);
	return false;
}

static void put_rows(struct api_call *call, int32_t period)
{
	const struct query_months_row *rows;
	size_t count;

	if (api_failed(call,
		       query_months_rows(call->query, period, call->arena, &rows, &count)))
		return;
	jwrite_array(&call->json, "units");
	for (size_t i = 0; i < count; i++)
		put_row(call, &rows[i]);
	jwrite_end(&call->json);
}

static void put_items(struct api_call *call, int32_t period)
{
	const struct catalogue *c = call->catalogue;
	const struct query_months_tally *items;
	struct jwrite *j = &call->json;

	if (api_failed(call, query_months_items(call->query, period, call->arena, &items)))
		return;
	jwrite_array(j, "items");
	for (size_t i = 0; i < c->item_count; i++) {
		jwrite_object(j, NULL);
		jwrite_string(j, "item", c->items[i].id);
		jwrite_lang(j, "name", c->items[i].name);
		api_put_unit(call, "lead", c->items[i].lead);
		put_tally(call, "reports", &items[i]);
		jwrite_end(j);
	}
	jwrite_end(j);
}

void api_month_of(struct api_call *call)
{
	struct query_month m;
	int32_t period;

	if (!read_month(call, &period) || api_failed(call, query_month(call->query, period, &m)))
		return;
	put_month(call, &m);
	put_rows(call, period);
	put_items(call, period);
	jwrite_array(&call->json, "objections");
	if (api_failed(call, query_months_objections(call->query, period, put_objection, call)))
		return;
	jwrite_end(&call->json);
	jwrite_array(&call->json, "extensions");
	if (api_failed(call, query_months_extensions(call->query, period, put_extension, call)))
		return;
	jwrite_end(&call->json);
	jwrite_array(&call->json, "restated");
	if (api_failed(call, query_months_restated(call->query, period, put_restated, call)))
		return;
	jwrite_end(&call->json);
}
