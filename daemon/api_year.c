/* SPDX-License-Identifier: MIT */
/* The year's end: where it stands, the results as closed, and audits beside them. */
#include "daemon/api_private.h"

#include <stdlib.h>
#include <string.h>

#include "aggregator/query/query_year.h"
#include "base/date.h"
#include "base/decimal.h"
#include "daemon/daemon.h"
#include "daemon/signer.h"

static const char *const states[] = { [QUERY_YEAR_RUNNING] = "running",
				      [QUERY_YEAR_LATE] = "late",
				      [QUERY_YEAR_DUE] = "due",
				      [QUERY_YEAR_CLOSED] = "closed" };

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key)); /* NULL: null */
}

static void put_time(struct api_call *call, const char *key, const json_t *ms)
{
	if (ms == NULL)
		jwrite_null(&call->json, key);
	else
		jwrite_time(&call->json, key, json_integer_value(ms), call->catalogue->offset_minutes);
}

static void put_signing_key(struct api_call *call)
{
	struct aggregator_signer s = signer_of(&call->api->daemon->keys);

	jwrite_hex(&call->json, "signing_key", bytes_of(s.public_key, sizeof(s.public_key)));
}

/* --- the close -------------------------------------------------------------------------------- */

static void put_close(struct api_call *call, const json_t *close)
{
	static const char *const texts[] = { "by",    "document", "why",        "despite",  "chain",
					     "state", "figures",  "public_key", "signature" };
	struct jwrite *j = &call->json;
	const json_t *month;
	size_t i;

	if (close == NULL) {
		jwrite_null(j, "close");
		return;
	}
	jwrite_object(j, "close");
	put_time(call, "at", json_object_get(close, "at"));
	jwrite_uint(j, "position",
		    (uint64_t)json_integer_value(json_object_get(close, "position")));
	jwrite_uint(j, "holds", (uint64_t)json_integer_value(json_object_get(close, "holds")));
	jwrite_array(j, "unpublished");
	json_array_foreach(json_object_get(close, "unpublished"), i, month)
		jwrite_string(j, NULL, json_string_value(month));
	jwrite_end(j);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		jwrite_string(j, texts[i], text_of(close, texts[i]));
	jwrite_end(j);
}

static void put_obstacles(struct api_call *call, const struct query_year *y)
{
	struct jwrite *j = &call->json;
	char month[8];

	jwrite_array(j, "unpublished");
	for (size_t i = 0; i < y->unpublished_count; i++) {
		date_month_format(date_month_of(y->unpublished[i]), month);
		jwrite_string(j, NULL, month);
	}
	jwrite_end(j);
	jwrite_uint(j, "holds", y->holds);
}

/* --- results ---------------------------------------------------------------------------------- */

/* The numbers as they are kept: of a ratio both that it is made of. */
static bool read_number(const json_t *object, const char *key, unsigned decimals, int64_t *out)
{
	const char *text = text_of(object, key);

	*out = 0;
	return text != NULL && decimal_parse(bytes_of_string(text), decimals, out) == ERR_OK;
}

/* As figures are told everywhere: a ratio as per cent, with numerator and denominator beside it. */
static void put_numbers(struct api_call *call, const struct catalogue_measure *m,
			const json_t *object)
{
	int64_t value, denominator;
	bool present = read_number(object, "value", catalogue_figure_decimals(m), &value);

	(void)read_number(object, "denominator", m->decimals, &denominator);
	api_put_value(call, m, present, value, denominator);
	if (m->kind != CATALOGUE_RATIO) {
		jwrite_null(&call->json, "numerator");
		jwrite_null(&call->json, "denominator");
	}
}

static void put_result(struct api_call *call, const struct catalogue_measure *m, const char *key,
		       const json_t *result)
{
	static const char *const texts[] = { "goal", "as_of", "light" };
	struct jwrite *j = &call->json;

	if (result == NULL) {
		jwrite_null(j, key);
		return;
	}
	jwrite_object(j, key);
	put_numbers(call, m, result);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		jwrite_string(j, texts[i], text_of(result, texts[i]));
	jwrite_bool(j, "met", json_is_true(json_object_get(result, "met")));
	jwrite_end(j);
}

static void put_audit(struct api_call *call, const struct catalogue_measure *m,
		      const json_t *audit, uint16_t unit)
{
	struct jwrite *j = &call->json;
	const json_t *met = json_object_get(audit, "met");

	jwrite_object(j, NULL);
	api_put_unit(call, "unit", unit);
	put_numbers(call, m, audit);
	if (met == NULL)
		jwrite_null(j, "met");
	else
		jwrite_bool(j, "met", json_is_true(met));
	put_time(call, "at", json_object_get(audit, "at"));
	jwrite_uint(j, "position",
		    (uint64_t)json_integer_value(json_object_get(audit, "position")));
	jwrite_string(j, "by", text_of(audit, "by"));
	jwrite_string(j, "document", text_of(audit, "document"));
	jwrite_string(j, "why", text_of(audit, "why"));
	jwrite_bool(j, "withdrawn", json_is_true(json_object_get(audit, "withdrawn")));
	put_time(call, "withdrawn_at", json_object_get(audit, "withdrawn_at"));
	jwrite_string(j, "withdrawn_why", text_of(audit, "withdrawn_why"));
	jwrite_end(j);
}

static void put_audits(struct api_call *call, const struct query_year *y,
		       const struct catalogue_measure *m)
{
	json_t *audit;
	size_t i;

	jwrite_array(&call->json, "audits");
	json_array_foreach(y->audits, i, audit)
	{
		const char *id = text_of(audit, "measure"), *unit = text_of(audit, "unit");

		if (id != NULL && unit != NULL && strcmp(id, m->id) == 0)
			put_audit(call, m, audit,
				  catalogue_unit_number(call->catalogue, bytes_of_string(unit)));
	}
	jwrite_end(&call->json);
}

static void put_units(struct api_call *call, const struct catalogue_measure *m,
		      const json_t *result)
{
	struct jwrite *j = &call->json;
	const char *id;
	json_t *each;

	jwrite_array(j, "units");
	json_object_foreach(json_object_get(result, "units"), id, each)
	{
		jwrite_object(j, NULL);
		api_put_unit(call, "unit",
			     catalogue_unit_number(call->catalogue, bytes_of_string(id)));
		put_result(call, m, "closed", each);
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_measures(struct api_call *call, const struct query_year *y)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "measures");
	for (size_t m = 0; m < call->catalogue->measure_count; m++) {
		const struct catalogue_measure *measure = &call->catalogue->measures[m];
		const json_t *result = json_object_get(y->measures, measure->id);

		jwrite_object(j, NULL);
		jwrite_string(j, "id", measure->id);
		jwrite_lang(j, "name", measure->name);
		jwrite_string(j, "kind", catalogue_kind_name(measure->kind));
		jwrite_string(j, "role", catalogue_role_name(measure->role));
		put_result(call, measure, "closed", result);
		put_audits(call, y, measure);
		put_units(call, measure, result);
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_items(struct api_call *call, const struct query_year *y)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "items");
	for (size_t i = 0; i < call->catalogue->item_count; i++) {
		const struct catalogue_item *item = &call->catalogue->items[i];
		const json_t *result = json_object_get(y->items, item->id);

		jwrite_object(j, NULL);
		jwrite_string(j, "id", item->id);
		jwrite_lang(j, "name", item->name);
		jwrite_bool(j, "closed", result != NULL);
		jwrite_bool(j, "done", json_is_true(json_object_get(result, "done")));
		jwrite_string(j, "light", text_of(result, "light"));
		jwrite_end(j);
	}
	jwrite_end(j);
}

void api_year(struct api_call *call)
{
	struct jwrite *j = &call->json;
	struct query_year y;

	if (api_failed(call, query_year(call->query, &y)))
		return;
	jwrite_date(j, "from", call->catalogue->from);
	jwrite_date(j, "to", call->catalogue->to);
	jwrite_date(j, "late_until", y.late_until);
	jwrite_string(j, "state", states[y.state]);
	put_obstacles(call, &y);
	put_signing_key(call);
	put_close(call, y.close);
	put_measures(call, &y);
	put_items(call, &y);
	query_year_free(&y);
}

/* What can be kept elsewhere and checked without a daemon. */
void api_year_close(struct api_call *call)
{
	struct query_year y;
	char *statement = NULL;
	enum err e = query_year(call->query, &y);

	if (e == ERR_OK && y.close != NULL)
		e = query_year_statement(call->query, &statement);
	if (!api_failed(call, e)) {
		jwrite_bool(&call->json, "closed", y.close != NULL);
		jwrite_string(&call->json, "statement", statement);
		jwrite_string(&call->json, "public_key", text_of(y.close, "public_key"));
		jwrite_string(&call->json, "signature", text_of(y.close, "signature"));
	}
	free(statement);
	query_year_free(&y);
}
