/* SPDX-License-Identifier: MIT */
#include "aggregator/office/months.h"

#include "aggregator/office/field.h"
#include "aggregator/office/records.h"
#include "base/date.h"

static void read_record(const json_t *r, struct month *m)
{
	const json_t *lights = json_object_get(r, "lights");

	*m = (struct month){ .period = field_period(r, "period"),
			     .position = (uint64_t)field_number(r, "position"),
			     .time_ms = field_number(r, "at"),
			     .open_objections = (unsigned)field_number(r, "open_objections"),
			     .early = json_is_true(json_object_get(r, "early")) };
	field_text(r, "by", m->by, sizeof(m->by));
	field_text(r, "document", m->document, sizeof(m->document));
	field_text(r, "why", m->why, sizeof(m->why));
	field_text(r, "despite", m->despite, sizeof(m->despite));
	field_text(r, "chain", m->chain, sizeof(m->chain));
	field_text(r, "digest", m->digest, sizeof(m->digest));
	for (enum light l = LIGHT_NONE; l < LIGHT_COUNT; l++)
		m->lights[l] = (unsigned)field_number(lights, light_name(l));
}

static json_t *lights_json(const struct month *m)
{
	json_t *lights = json_object();
	bool good = lights;

	for (enum light l = LIGHT_NONE; good && l < LIGHT_COUNT; l++)
		good = json_object_set_new(lights, light_name(l), json_integer(m->lights[l])) == 0;
	if (good)
		return lights;
	json_decref(lights);
	return NULL;
}

static void id_of(int32_t period, char out[8])
{
	date_month_format(date_month_of(period), out);
}

enum err months_read(struct store_txn *t, int32_t period, struct month *out)
{
	char id[8];
	json_t *record;
	enum err e;

	id_of(period, id);
	if ((e = records_get(t, RECORDS_MONTH, bytes_of_string(id), &record)) != ERR_OK)
		return e;
	read_record(record, out);
	json_decref(record);
	return ERR_OK;
}

enum err months_write(struct store_txn *t, const struct month *m)
{
	char id[8];
	json_t *record;
	enum err e;

	id_of(m->period, id);
	record = json_pack("{s:s, s:I, s:I, s:s, s:s, s:s, s:s, s:i, s:b, s:s, s:o, s:s*}", "period", id,
			   "position", (json_int_t)m->position, "at", (json_int_t)m->time_ms, "by",
			   m->by, "document", m->document, "why", m->why, "despite", m->despite,
			   "open_objections", (int)m->open_objections, "early", m->early, "chain",
			   m->chain, "lights", lights_json(m), "digest",
			   m->digest[0] ? m->digest : NULL);
	e = record ? records_put(t, RECORDS_MONTH, bytes_of_string(id), record) : ERR_NOMEM;
	json_decref(record);
	return e;
}

struct walk {
	bool (*fn)(void *ctx, const struct month *m);
	void *ctx;
};

static bool visit(void *ctx, struct bytes id, json_t *record)
{
	struct walk *w = ctx;
	struct month m;

	(void)id;
	read_record(record, &m);
	return w->fn(w->ctx, &m);
}

enum err months_walk(struct store_txn *t, bool (*fn)(void *ctx, const struct month *m), void *ctx)
{
	struct walk w = { fn, ctx };

	return records_walk(t, RECORDS_MONTH, (struct bytes){ 0 }, visit, &w);
}

static bool keep_period(void *ctx, const struct month *m)
{
	*(int32_t *)ctx = m->period;
	return true;
}

enum err months_last(struct store_txn *t, int32_t *out)
{
	*out = DATE_NONE;
	return months_walk(t, keep_period, out);
}
