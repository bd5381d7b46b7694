/* SPDX-License-Identifier: MIT */
#include "aggregator/office/objections.h"

#include <stdio.h>

#include "aggregator/office/field.h"
#include "aggregator/office/records.h"
#include "base/date.h"

#define ID 20 /* characters of an id with NUL: "2022-08.00012.00003", the numbers of the cell */

static void id_of(uint16_t measure, uint16_t unit, int32_t period, char out[ID])
{
	char month[8];

	date_month_format(date_month_of(period), month);
	snprintf(out, ID, "%s.%05u.%05u", month, measure, unit);
}

static void read_record(const struct catalogue *c, const json_t *r, struct objection *o)
{
	*o = (struct objection){
		.measure = catalogue_measure_number(c, field_bytes(r, "measure")),
		.unit = catalogue_unit_number(c, field_bytes(r, "unit")),
		.period = field_period(r, "period"),
		.open = json_is_true(json_object_get(r, "open")),
		.position = (uint64_t)field_number(r, "position"),
		.time_ms = field_number(r, "at"),
		.answered_ms = field_number(r, "answered_at"),
	};
	field_text(r, "by", o->by, sizeof(o->by));
	field_text(r, "why", o->why, sizeof(o->why));
	field_text(r, "answered_by", o->answered_by, sizeof(o->answered_by));
	field_text(r, "answer", o->answer, sizeof(o->answer));
}

enum err objections_read(struct store_txn *t, const struct catalogue *c, uint16_t measure,
			 uint16_t unit, int32_t period, struct objection *out)
{
	char id[ID];
	json_t *record;
	enum err e;

	id_of(measure, unit, period, id);
	if ((e = records_get(t, RECORDS_OBJECTION, bytes_of_string(id), &record)) != ERR_OK)
		return e;
	read_record(c, record, out);
	json_decref(record);
	return ERR_OK;
}

static json_t *to_json(const struct catalogue *c, const struct objection *o)
{
	char month[8];

	date_month_format(date_month_of(o->period), month);
	return json_pack("{s:s, s:s, s:s, s:b, s:I, s:I, s:s, s:s, s:I, s:s, s:s}", "measure",
			 c->measures[o->measure].id, "unit", c->units[o->unit].id, "period", month,
			 "open", o->open, "position", (json_int_t)o->position, "at",
			 (json_int_t)o->time_ms, "by", o->by, "why", o->why, "answered_at",
			 (json_int_t)o->answered_ms, "answered_by", o->answered_by, "answer",
			 o->answer);
}

enum err objections_write(struct store_txn *t, const struct catalogue *c,
			  const struct objection *o)
{
	json_t *record = to_json(c, o);
	char id[ID];
	enum err e = record ? ERR_OK : ERR_NOMEM;

	id_of(o->measure, o->unit, o->period, id);
	if (e == ERR_OK)
		e = records_put(t, RECORDS_OBJECTION, bytes_of_string(id), record);
	if (e == ERR_OK)
		e = records_step(t, RECORDS_OBJECTION, bytes_of_string(id), record, NULL);
	json_decref(record);
	return e;
}

struct walk {
	const struct catalogue *c;
	int32_t period;
	bool (*fn)(void *ctx, const struct objection *o);
	void *ctx;
};

static bool visit(void *ctx, struct bytes id, json_t *record)
{
	struct walk *w = ctx;
	struct objection o;

	(void)id;
	read_record(w->c, record, &o);
	return o.period == w->period && w->fn(w->ctx, &o);
}

enum err objections_walk(struct store_txn *t, const struct catalogue *c, int32_t period,
			 bool (*fn)(void *ctx, const struct objection *o), void *ctx)
{
	struct walk w = { c, period, fn, ctx };
	char month[8];

	date_month_format(date_month_of(period), month);
	return records_walk(t, RECORDS_OBJECTION, bytes_of_string(month), visit, &w);
}

static bool count_open(void *ctx, const struct objection *o)
{
	*(unsigned *)ctx += o->open;
	return true;
}

enum err objections_open(struct store_txn *t, const struct catalogue *c, int32_t period,
			 unsigned *out)
{
	*out = 0;
	return objections_walk(t, c, period, count_open, out);
}
