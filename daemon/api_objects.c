/* SPDX-License-Identifier: MIT */
/* Places and things that are counted by their ids. */
#include "daemon/api_objects.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/query/query_objects.h"
#include "base/date.h"
#include "base/decimal.h"

#define PER_CENT 100

/* --- one object ------------------------------------------------------------------------------- */

static const char *state_of(const struct query_object *o)
{
	if (o->claim_count > 0)
		return "counted";
	if (o->known)
		return o->known->year ? "earlier" : "base";
	return "missing";
}

static struct lang_text word_of(const char *state)
{
	static const struct {
		const char *state;
		struct lang_text word;
	} words[] = { { "counted", { "已计入", "counted" } },
		      { "earlier", { "以前年度已计", "counted in an earlier year" } },
		      { "base", { "期初已有", "stood before" } },
		      { "missing", { "未覆盖", "missing" } } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].state, state) == 0)
			return words[i].word;
	return (struct lang_text){ "", "" };
}

static void put_unit_or_null(struct api_call *call, const char *key, uint16_t unit)
{
	if (unit == CATALOGUE_NONE)
		jwrite_null(&call->json, key);
	else
		api_put_unit(call, key, unit);
}

static void put_claim(struct api_call *call, const struct query_claim *c)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	api_put_unit(call, "unit", c->unit);
	api_put_unit(call, "reporter", c->reporter);
	jwrite_date(j, "as_of", c->as_of);
	jwrite_uint(j, "position", c->position);
	jwrite_uint(j, "row", c->row);
	jwrite_end(j);
}

static void put_object(struct api_call *call, const struct query_object *o)
{
	struct jwrite *j = &call->json;

	jwrite_bytes(j, "id", o->id);
	if (o->listed)
		jwrite_lang(j, "name", o->listed->name);
	else
		jwrite_null(j, "name");
	put_unit_or_null(call, "unit", o->listed ? o->listed->unit : CATALOGUE_NONE);
	jwrite_string(j, "state", state_of(o));
	jwrite_lang(j, "state_word", word_of(state_of(o)));
	if (o->known && o->known->year)
		jwrite_uint(j, "year", o->known->year);
	else
		jwrite_null(j, "year");
	jwrite_bool(j, "doubled", o->claim_count > 1);
	jwrite_array(j, "claims");
	for (size_t i = 0; i < o->claim_count; i++)
		put_claim(call, &o->claims[i]);
	jwrite_end(j);
	jwrite_string(j, "check", object_checks_name(o->check));
	jwrite_lang(j, "check_word", object_checks_word(o->check));
}

/* --- all of a measure ------------------------------------------------------------------------- */

static void put_summary(struct api_call *call, const char *key, uint16_t measure,
			const struct query_objects *all)
{
	const struct catalogue_measure *m = &call->catalogue->measures[measure];
	struct jwrite *j = &call->json;

	jwrite_object(j, key);
	jwrite_string(j, "version", m->objects->version);
	jwrite_bool(j, "invented", m->objects->invented);
	jwrite_bool(j, "enumerated", m->objects->enumerated);
	jwrite_uint(j, "counted", all->counted);
	jwrite_uint(j, "doubled", all->doubled);
	jwrite_uint(j, "base", all->base);
	jwrite_uint(j, "listed", all->universe);
	jwrite_uint(j, "covered", all->covered);
	jwrite_uint(j, "missing", all->universe - all->covered);
	if (all->universe)
		jwrite_fraction(j, "coverage_percent",
				(struct fraction){ (int128)all->covered * PER_CENT,
						   (int128)all->universe }, 2);
	else
		jwrite_null(j, "coverage_percent");
	jwrite_uint(j, "checklist", m->objects->check_count);
	jwrite_uint(j, "accepted", all->accepted);
	jwrite_uint(j, "lacking", m->objects->check_count ? all->counted - all->accepted : 0);
	jwrite_end(j);
}

void api_put_objects(struct api_call *call, uint16_t measure)
{
	struct query_objects all;

	if (!call->catalogue->measures[measure].objects)
		jwrite_null(&call->json, "objects");
	else if (!api_failed(call, query_objects(call->query, measure, call->when, call->arena,
						 &all)))
		put_summary(call, "objects", measure, &all);
}

static bool is_any(const struct query_object *o)
{
	(void)o;
	return true;
}

static bool is_counted(const struct query_object *o)
{
	return o->claim_count > 0;
}

static bool is_missing(const struct query_object *o)
{
	return strcmp(state_of(o), "missing") == 0;
}

static bool is_doubled(const struct query_object *o)
{
	return o->claim_count > 1;
}

static bool is_known(const struct query_object *o)
{
	return o->known != NULL;
}

static bool is_lacking(const struct query_object *o)
{
	return o->claim_count > 0 && o->check != OBJECT_CHECKS_ACCEPTED;
}

typedef bool wanted(const struct query_object *o);

static wanted *read_state(struct api_call *call)
{
	static const struct {
		const char *name;
		wanted *fn;
	} states[] = { { "all", is_any },	  { "counted", is_counted },
		       { "missing", is_missing }, { "doubled", is_doubled },
		       { "known", is_known },	  { "lacking", is_lacking } };
	const char *text = api_parameter(call, "state");

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(text ? text : "all", states[i].name) == 0)
			return states[i].fn;
	api_fail(call, API_BAD_CHOICE, "state", "all counted missing doubled known lacking");
	return NULL;
}

/* It lies in the unit, or the unit counts it. */
static bool is_of(const struct query_object *o, uint16_t unit)
{
	bool of = unit == CATALOGUE_NONE || (o->listed && o->listed->unit == unit);

	for (size_t i = 0; i < o->claim_count; i++)
		of |= o->claims[i].unit == unit;
	return of;
}

/* The measure, which has to be counted by objects. */
static bool check_measure(struct api_call *call, uint16_t measure, const char *given)
{
	if (measure == CATALOGUE_NONE)
		api_fail(call, API_NO_SUCH_MEASURE, "target", given);
	else if (!call->catalogue->measures[measure].objects)
		api_fail(call, API_NO_OBJECTS, "target", given);
	return call->problem == API_OK;
}

static void put_page(struct api_call *call, const struct query_objects *all, wanted *want,
		     uint16_t unit)
{
	struct bytes after = bytes_of_string(call->cursor);
	size_t given = 0;

	jwrite_array(&call->json, "objects");
	for (size_t i = 0; i < all->count; i++) {
		const struct query_object *o = &all->items[i];

		if (!want(o) || !is_of(o, unit) ||
		    (after.len && bytes_compare(o->id, after) <= 0))
			continue;
		if (given == call->limit) {
			call->next[0] = '\0';
			memcpy(call->next, all->items[i - 1].id.data, all->items[i - 1].id.len);
			call->next[all->items[i - 1].id.len] = '\0';
			break;
		}
		jwrite_object(&call->json, NULL);
		put_object(call, o);
		jwrite_end(&call->json);
		given++;
	}
	jwrite_end(&call->json);
}

void api_objects(struct api_call *call)
{
	const char *target = api_parameter(call, "target");
	uint16_t measure, unit;
	struct query_objects all;
	wanted *want;

	if (!(want = read_state(call)) || !api_measure(call, "target", &measure) ||
	    !api_unit(call, "unit", &unit))
		return;
	if (measure == CATALOGUE_NONE) {
		api_fail(call, API_MISSING, "target", "canteens");
		return;
	}
	if (!check_measure(call, measure, target) ||
	    api_failed(call, query_objects(call->query, measure, call->when, call->arena, &all)))
		return;
	jwrite_string(&call->json, "target", call->catalogue->measures[measure].id);
	jwrite_lang(&call->json, "target_name", call->catalogue->measures[measure].name);
	put_summary(call, "summary", measure, &all);
	put_page(call, &all, want, unit);
}

/* --- everything about one --------------------------------------------------------------------- */

static bool put_row(void *ctx, const struct objects_record *r)
{
	struct api_call *call = ctx;
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_uint(j, "position", r->position);
	jwrite_uint(j, "row", r->row);
	jwrite_string(j, "kind", r->kind == OBJECTS_TOTAL ? "total" : "add");
	jwrite_date(j, "as_of", r->as_of);
	jwrite_date(j, "known_from", r->known);
	jwrite_uint(j, "revision", r->revision);
	api_put_unit(call, "unit", r->cell.unit);
	api_put_unit(call, "reporter", r->reporter);
	jwrite_bool(j, "shadow", r->cell.source != CATALOGUE_NONE);
	jwrite_bool(j, "held", r->held);
	jwrite_end(j);
	return true;
}

static void put_bound(struct jwrite *j, const char *key, bool has, int64_t value, unsigned decimals)
{
	if (has)
		jwrite_decimal(j, key, value, decimals);
	else
		jwrite_null(j, key);
}

static void put_line(struct api_call *call, const struct universe_check *c, const json_t *check)
{
	const json_t *said = json_object_get(json_object_get(check, "values"), c->id);
	struct jwrite *j = &call->json;
	int64_t value;
	bool has = said && object_checks_value(c, said, &value);

	jwrite_object(j, NULL);
	jwrite_string(j, "id", c->id);
	jwrite_lang(j, "name", c->name);
	jwrite_bool(j, "must", c->must);
	jwrite_string(j, "kind", c->number ? "number" : "yes-no");
	jwrite_lang(j, "uom", c->uom);
	put_bound(j, "min", c->has_min, c->min, c->decimals);
	put_bound(j, "max", c->has_max, c->max, c->decimals);
	if (!has)
		jwrite_null(j, "value");
	else if (c->number)
		jwrite_decimal(j, "value", value, c->decimals);
	else
		jwrite_string(j, "value", value ? "yes" : "no");
	if (has)
		jwrite_bool(j, "holds", universe_check_holds(c, value));
	else
		jwrite_null(j, "holds");
	jwrite_end(j);
}

static const char *text_of(const json_t *step, const char *key)
{
	return json_string_value(json_object_get(step, key));
}

static bool put_check(void *ctx, uint32_t number, json_t *step)
{
	struct api_call *call = ctx;
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_uint(j, "number", number);
	jwrite_string(j, "date", text_of(step, "date"));
	jwrite_string(j, "by", text_of(step, "by"));
	jwrite_string(j, "unit", text_of(step, "unit"));
	jwrite_string(j, "why", text_of(step, "why"));
	jwrite_int(j, "position", json_integer_value(json_object_get(step, "position")));
	jwrite_time(j, "at", json_integer_value(json_object_get(step, "at_ms")),
		    call->catalogue->offset_minutes);
	jwrite_end(j);
	return true;
}

static void put_checklist(struct api_call *call, uint16_t measure, struct bytes id)
{
	const struct universe *u = call->catalogue->measures[measure].objects;
	json_t *check;

	if (api_failed(call, query_object_check(call->query, measure, id, &check)))
		return;
	jwrite_array(&call->json, "checklist");
	for (size_t i = 0; i < u->check_count; i++)
		put_line(call, &u->checks[i], check);
	jwrite_end(&call->json);
	json_decref(check);
	jwrite_array(&call->json, "checks");
	if (!api_failed(call, query_object_checks(call->query, measure, id, put_check, call)))
		jwrite_end(&call->json);
}

static const struct query_object *find(const struct query_objects *all, struct bytes id)
{
	for (size_t i = 0; i < all->count; i++)
		if (bytes_equal(all->items[i].id, id))
			return &all->items[i];
	return NULL;
}

void api_object(struct api_call *call)
{
	const char *target = http_segment(*call->x, 0), *id = http_segment(*call->x, 1);
	uint16_t measure = catalogue_measure_number(call->catalogue, bytes_of_string(target));
	const struct query_object *o;
	struct query_objects all;

	if (!check_measure(call, measure, target) ||
	    api_failed(call, query_objects(call->query, measure, call->when, call->arena, &all)))
		return;
	if (!(o = find(&all, bytes_of_string(id)))) {
		api_fail(call, API_NO_SUCH_OBJECT, NULL, id);
		return;
	}
	jwrite_string(&call->json, "target", target);
	jwrite_lang(&call->json, "target_name", call->catalogue->measures[measure].name);
	jwrite_object(&call->json, "object");
	put_object(call, o);
	jwrite_end(&call->json);
	jwrite_array(&call->json, "rows");
	if (api_failed(call, query_object_rows(call->query, measure, o->id, call->when.known,
					       put_row, call)))
		return;
	jwrite_end(&call->json);
	put_checklist(call, measure, o->id);
}
