/* SPDX-License-Identifier: MIT */
/* From an alert back to the rows that it came from. */
#include "daemon/api_private.h"

#include "aggregator/query/query_trace.h"

static void put_steps(struct api_call *call, const struct query_trace *t)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "steps");
	for (size_t i = 0; i < t->step_count; i++) {
		const struct query_trace_step *s = &t->steps[i];

		jwrite_object(j, NULL);
		jwrite_uint(j, "number", s->number);
		jwrite_uint(j, "position", s->position);
		jwrite_time(j, "at", s->time_ms, call->catalogue->offset_minutes);
		jwrite_string(j, "transition", book_transition_name(s->transition));
		jwrite_string(j, "severity", book_severity_name(s->severity));
		jwrite_uint(j, "count", s->count);
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_entries(struct api_call *call, const struct query_trace *t)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "entries");
	for (size_t i = 0; i < t->entry_count; i++) {
		jwrite_object(j, NULL);
		jwrite_uint(j, "position", t->entries[i].position);
		jwrite_string(j, "kind", entry_kind_name(t->entries[i].kind));
		api_put_unit(call, "reporter", t->entries[i].reporter);
		jwrite_time(j, "at", t->entries[i].time_ms, call->catalogue->offset_minutes);
		jwrite_end(j);
	}
	jwrite_end(j);
}

/* --- cells ------------------------------------------------------------------------------------ */

/* A cell's own numbers: a milestone's are 1 for a stage that is reached. */
static void put_number(struct api_call *call, const struct catalogue_measure *m, const char *key,
		       bool present, int64_t value)
{
	if (present)
		jwrite_decimal(&call->json, key, value,
			       m->kind == CATALOGUE_MILESTONE ? 0 : m->decimals);
	else
		jwrite_null(&call->json, key);
}

static void put_row(struct api_call *call, const struct catalogue_measure *m,
		    const struct query_trace_row *r)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_uint(j, "position", r->position);
	jwrite_uint(j, "row", r->row);
	if (r->released)
		jwrite_uint(j, "released_by", r->released);
	else
		jwrite_null(j, "released_by");
	api_put_unit(call, "reporter", r->reporter);
	jwrite_time(j, "received_at", r->said_ms, call->catalogue->offset_minutes);
	jwrite_string(j, "kind", event_kind_name(r->kind));
	jwrite_date(j, "as_of", r->as_of);
	jwrite_uint(j, "revision", r->revision);
	put_number(call, m, "value", r->kind != EVENT_RETRACT, r->value);
	put_number(call, m, "denominator", m->kind == CATALOGUE_RATIO, r->denominator);
	jwrite_bool(j, "counts", r->counts);
	put_number(call, m, "before", r->before.present, r->before.value);
	put_number(call, m, "after", r->after.present, r->after.value);
	jwrite_end(j);
}

static void put_cell(struct api_call *call, const struct query_trace_cell *cell)
{
	const struct catalogue_measure *m = &call->catalogue->measures[cell->key.measure];
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "target", m->id);
	api_put_unit(call, "unit", cell->key.unit);
	jwrite_string(j, "stage",
		      cell->key.stage < m->stage_count ? m->stages[cell->key.stage].id : NULL);
	api_put_unit(call, "source", cell->key.source);
	put_number(call, m, "value", cell->value.present, cell->value.value);
	put_number(call, m, "denominator", m->kind == CATALOGUE_RATIO, cell->value.denominator);
	jwrite_bool(j, "by_objects", cell->by_objects);
	jwrite_array(j, "rows");
	for (size_t i = 0; i < cell->row_count; i++)
		put_row(call, m, &cell->rows[i]);
	jwrite_end(j);
	jwrite_end(j);
}

/* --- the rest --------------------------------------------------------------------------------- */

static void put_missing(struct api_call *call, const struct query_trace *t)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "missing");
	for (size_t i = 0; i < t->missing_count; i++) {
		jwrite_object(j, NULL);
		jwrite_string(j, "target", call->catalogue->measures[t->missing[i].measure].id);
		jwrite_lang(j, "target_name",
			    call->catalogue->measures[t->missing[i].measure].name);
		api_put_unit(call, "unit", t->missing[i].unit);
		jwrite_time(j, "came_at", t->missing[i].came_ms, call->catalogue->offset_minutes);
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_holds(struct api_call *call, const struct query_trace *t)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "holds");
	for (size_t i = 0; i < t->hold_count; i++) {
		const struct holds_record *h = &t->holds[i];

		jwrite_object(j, NULL);
		jwrite_uint(j, "position", h->position);
		jwrite_uint(j, "row", h->row);
		api_put_unit(call, "reporter", h->reporter);
		jwrite_date(j, "as_of", h->as_of);
		put_number(call, &call->catalogue->measures[h->cell.measure], "value", true,
			   h->value);
		jwrite_end(j);
	}
	jwrite_end(j);
}

void api_alert_trace(struct api_call *call)
{
	const char *id = http_segment(*call->x, 0);
	struct query_trace t;
	uint64_t number = 0;
	enum err e;

	if (!api_number(call, "number", 1, INT64_MAX, &number))
		return;
	e = query_trace(call->query, bytes_of_string(id), number, call->arena, &t);
	if (e == ERR_NOTFOUND) {
		api_fail(call, API_NO_SUCH_ALERT, NULL, id);
		return;
	}
	if (api_failed(call, e))
		return;
	jwrite_object(&call->json, "about");
	api_put_transition(call, &t.about);
	jwrite_end(&call->json);
	jwrite_bool(&call->json, "adds_up", t.adds_up);
	jwrite_bool(&call->json, "complete", t.complete);
	put_steps(call, &t);
	put_entries(call, &t);
	jwrite_array(&call->json, "cells");
	for (size_t i = 0; i < t.cell_count; i++)
		put_cell(call, &t.cells[i]);
	jwrite_end(&call->json);
	put_missing(call, &t);
	put_holds(call, &t);
}
