/* SPDX-License-Identifier: MIT */
/* Reports that are owed for a month: what came, when, and what lead and office said of it. */
#include "daemon/api_private.h"

#include <stdio.h>
#include <string.h>

#include "aggregator/query/query_months.h"

void api_put_review(struct api_call *call, const struct owed_report *r)
{
	const struct review *v = &r->review;
	int offset = call->catalogue->offset_minutes;
	struct jwrite *j = &call->json;

	jwrite_date(j, "due", r->due);
	jwrite_bool(j, "extended", r->extended);
	jwrite_object(j, "review");
	jwrite_string(j, "state", reviews_state_name(v->state));
	jwrite_bool(j, "confirmed",
		    v->state == REVIEWS_CONFIRMED || v->state == REVIEWS_VERIFIED);
	jwrite_string(j, "taken_back", v->was ? reviews_state_name(v->was) : NULL);
	jwrite_time(j, "at", v->time_ms, offset);
	jwrite_uint(j, "position", v->position);
	jwrite_bytes(j, "by", v->by);
	jwrite_bytes(j, "why", v->why);
	jwrite_time(j, "confirmed_at", v->confirmed_ms, offset);
	jwrite_bytes(j, "confirmed_by", v->confirmed_by);
	jwrite_end(j);
}

/* --- the list --------------------------------------------------------------------------------- */

struct listing {
	struct api_call *call;
	const char *state; /* NULL: all */
	unsigned count;
};

static bool is_unconfirmed(const struct owed_report *r)
{
	return r->review.state == REVIEWS_SUBMITTED || r->review.state == REVIEWS_RETURNED;
}

static bool is_listed(const struct listing *l, const struct query_months_cell *cell)
{
	const char *want = l->state;

	return !want || !strcmp(want, reports_state_name(cell->report.state)) ||
	       !strcmp(want, reviews_state_name(cell->report.review.state)) ||
	       (!strcmp(want, "unconfirmed") && is_unconfirmed(&cell->report)) ||
	       (!strcmp(want, "objected") && cell->objected) ||
	       (!strcmp(want, "restated") && cell->restated);
}

static bool put_cell(void *ctx, const struct query_months_cell *cell)
{
	struct listing *l = ctx;
	struct api_call *call = l->call;
	const struct catalogue *c = call->catalogue;
	const struct catalogue_measure *m = &c->measures[cell->report.measure];
	struct jwrite *j = &call->json;

	if (!is_listed(l, cell))
		return true;
	l->count++;
	jwrite_object(j, NULL);
	jwrite_string(j, "target", m->id);
	jwrite_lang(j, "target_name", m->name);
	jwrite_string(j, "item", c->items[m->item].id);
	api_put_unit(call, "unit", cell->report.unit);
	api_put_unit(call, "reporter", cell->owner);
	api_put_unit(call, "lead", c->items[m->item].lead);
	api_put_value(call, m, cell->value.present, cell->value.value, cell->value.denominator);
	jwrite_date(j, "as_of", cell->value.as_of);
	jwrite_uint(j, "figure_position", cell->value.position);
	jwrite_string(j, "state", reports_state_name(cell->report.state));
	jwrite_time(j, "first_report", cell->report.first_ms, c->offset_minutes);
	api_put_review(call, &cell->report);
	jwrite_bool(j, "objected", cell->objected);
	jwrite_bool(j, "restated", cell->restated);
	jwrite_end(j);
	return true;
}

/* Optional. False: no such item, and the call has failed. */
static bool read_item(struct api_call *call, uint16_t *out)
{
	const char *id = api_parameter(call, "item");

	*out = CATALOGUE_NONE;
	if (id == NULL)
		return true;
	for (size_t i = 0; i < call->catalogue->item_count; i++)
		if (strcmp(call->catalogue->items[i].id, id) == 0)
			*out = (uint16_t)i;
	if (*out == CATALOGUE_NONE)
		api_fail(call, API_NO_SUCH_ITEM, "item", id);
	return *out != CATALOGUE_NONE;
}

#define STATES "not-due due on-time late missing locked-missing none submitted confirmed verified returned " \
	       "unconfirmed objected restated"

static bool read_state(struct api_call *call, const char **out)
{
	static const char choices[] = " " STATES " ";
	char want[40];

	*out = api_parameter(call, "state");
	if (*out == NULL)
		return true;
	snprintf(want, sizeof(want), " %.30s ", *out);
	if (strstr(choices, want) != NULL)
		return true;
	api_fail(call, API_BAD_CHOICE, "state", STATES);
	return false;
}

void api_reports(struct api_call *call)
{
	struct query_months_filter filter = { 0 };
	struct listing l = { .call = call };

	if (!api_period(call, &filter.period) || !api_unit(call, "unit", &filter.unit) ||
	    !read_item(call, &filter.item) || !read_state(call, &l.state))
		return;
	jwrite_date(&call->json, "period", filter.period);
	jwrite_array(&call->json, "reports");
	if (api_failed(call, query_months_cells(call->query, &filter, put_cell, &l)))
		return;
	jwrite_end(&call->json);
	jwrite_uint(&call->json, "count", l.count);
}
