/* SPDX-License-Identifier: MIT */
#include "aggregator/office/extensions.h"

#include <stdio.h>
#include <stdlib.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/field.h"
#include "aggregator/office/records.h"
#include "base/date.h"

#define ID 40 /* characters of an id, with NUL: "2022-08.00000000000000000123" */

enum err extensions_add(struct store_txn *t, const json_t *record)
{
	struct bytes period = field_bytes(record, "period");
	char id[ID];

	snprintf(id, sizeof(id), "%.7s.%020llu", period.len ? (const char *)period.data : "",
		 (unsigned long long)field_number(record, "position"));
	return records_put(t, RECORDS_EXTENSION, bytes_of_string(id), record);
}

/* --- reading ---------------------------------------------------------------------------------- */

static uint16_t item_index(const struct catalogue *c, struct bytes id)
{
	for (size_t i = 0; id.len && i < c->item_count; i++)
		if (bytes_equal(bytes_of_string(c->items[i].id), id))
			return (uint16_t)i;
	return CATALOGUE_NONE;
}

static uint16_t unit_number(const struct catalogue *c, struct bytes id)
{
	return id.len ? catalogue_unit_number(c, id) : CATALOGUE_NONE;
}

static uint16_t measure_number(const struct catalogue *c, struct bytes id)
{
	return id.len ? catalogue_measure_number(c, id) : CATALOGUE_NONE;
}

/* A name that a later catalogue has no more: the extension is of nothing then, and not of all. */
static bool is_gone(const json_t *record, const char *field, uint16_t number)
{
	return number == CATALOGUE_NONE && field_bytes(record, field).len > 0;
}

static void read_record(const struct catalogue *c, const json_t *record, struct extension *x)
{
	*x = (struct extension){ .unit = unit_number(c, field_bytes(record, "unit")),
				 .measure = measure_number(c, field_bytes(record, "measure")),
				 .item = item_index(c, field_bytes(record, "item")),
				 .period = field_period(record, "period"),
				 .position = (uint64_t)field_number(record, "position"),
				 .time_ms = field_number(record, "at") };
	if (date_parse(field_bytes(record, "until"), &x->until) != ERR_OK ||
	    is_gone(record, "unit", x->unit) || is_gone(record, "item", x->item) ||
	    is_gone(record, "measure", x->measure))
		x->until = DATE_NONE;
	field_text(record, "by", x->by, sizeof(x->by));
	field_text(record, "why", x->why, sizeof(x->why));
}

struct walk {
	const struct catalogue *c;
	int32_t period;
	bool (*fn)(void *ctx, const struct extension *x);
	void *ctx;
};

static bool visit(void *ctx, struct bytes id, json_t *record)
{
	struct walk *w = ctx;
	struct extension x;

	(void)id;
	read_record(w->c, record, &x);
	return (w->period == DATE_NONE || x.period == w->period) && w->fn(w->ctx, &x);
}

enum err extensions_walk(struct store_txn *t, const struct catalogue *c, int32_t period,
			 bool (*fn)(void *ctx, const struct extension *x), void *ctx)
{
	struct walk w = { c, period, fn, ctx };
	char month[8] = "";

	if (period != DATE_NONE)
		date_month_format(date_month_of(period), month);
	return records_walk(t, RECORDS_EXTENSION, bytes_of_string(month), visit, &w);
}

/* --- due days --------------------------------------------------------------------------------- */

struct load {
	struct extensions *x;
	enum err error;
};

static bool keep(void *ctx, const struct extension *one)
{
	struct load *l = ctx;
	struct extensions *x = l->x;
	size_t cap = x->cap * 2 + 16;
	struct extensions_one *items;

	if (x->count == x->cap) {
		if (!(items = realloc(x->items, cap * sizeof(*items)))) {
			l->error = ERR_NOMEM;
			return false;
		}
		x->items = items;
		x->cap = cap;
	}
	x->items[x->count++] = (struct extensions_one){ one->unit, one->measure, one->item,
							one->period, one->until };
	return true;
}

enum err extensions_load(struct extensions *x, struct store_txn *t, const struct catalogue *c,
			 int32_t period)
{
	struct load l = { .x = x };
	enum err e;

	x->count = 0;
	e = extensions_walk(t, c, period, keep, &l);
	if (e == ERR_OK)
		e = l.error;
	if (e != ERR_OK)
		extensions_free(x);
	return e;
}

void extensions_free(struct extensions *x)
{
	free(x->items);
	*x = (struct extensions){ 0 };
}

static bool applies(const struct extensions_one *one, const struct catalogue *c,
		    uint16_t measure, uint16_t unit, uint16_t owner)
{
	return (one->unit == CATALOGUE_NONE || one->unit == owner || one->unit == unit) &&
	       (one->measure == CATALOGUE_NONE || one->measure == measure) &&
	       (one->item == CATALOGUE_NONE || one->item == c->measures[measure].item);
}

int32_t extensions_due(const struct extensions *x, const struct catalogue *c, uint16_t measure,
		       uint16_t unit, int32_t period)
{
	int32_t due = calendar_due(c, period), last = calendar_period_of(period);
	uint16_t owner = x->count ? catalogue_owner(c, measure, unit) : CATALOGUE_NONE;

	for (size_t i = 0; i < x->count; i++)
		if (x->items[i].period == last && x->items[i].until > due &&
		    applies(&x->items[i], c, measure, unit, owner))
			due = x->items[i].until;
	return due;
}

bool extensions_end_on(const struct extensions *x, int32_t period, int32_t day)
{
	for (size_t i = 0; i < x->count; i++)
		if (x->items[i].period == period && x->items[i].until == day)
			return true;
	return false;
}
