/* SPDX-License-Identifier: MIT */
#include "aggregator/office/year.h"

#include <stdio.h>
#include <string.h>

#define ID 80
#define DUMP (JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII)

static const char *const parts[] = { [YEAR_MEASURE] = "measure/", [YEAR_ITEM] = "item/" };
static const char audits[] = "audit/";

/* A catalogue never names a day before its end. */
static bool has_limit(const struct catalogue *c)
{
	return c->reporting.late_until >= c->to;
}

int32_t year_late_until(const struct catalogue *c)
{
	return has_limit(c) ? c->reporting.late_until : c->to + CATALOGUE_LATE_DAYS;
}

bool year_is_late(const struct catalogue *c, int32_t day)
{
	return has_limit(c) && day > c->reporting.late_until;
}

/* --- the close -------------------------------------------------------------------------------- */

enum err year_read(struct store_txn *t, json_t **out)
{
	return records_get(t, RECORDS_YEAR, bytes_of_string("close"), out);
}

enum err year_write(struct store_txn *t, const json_t *close)
{
	return records_put(t, RECORDS_YEAR, bytes_of_string("close"), close);
}

enum err year_is_closed(struct store_txn *t, bool *out)
{
	json_t *close;
	enum err e = year_read(t, &close);

	*out = e == ERR_OK;
	json_decref(close);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* --- results ---------------------------------------------------------------------------------- */

enum err year_write_result(struct store_txn *t, enum year_part part, const char *id,
			   const json_t *result)
{
	char name[ID];

	snprintf(name, sizeof(name), "%s%s", parts[part], id);
	return records_put(t, RECORDS_YEAR, bytes_of_string(name), result);
}

struct gathering {
	const char *prefix;
	json_t *into; /* an object by id, or a list */
	bool no_memory;
};

static bool gather(void *ctx, struct bytes id, json_t *record)
{
	struct gathering *g = ctx;
	size_t n = strlen(g->prefix);
	char name[ID];

	if (id.len < n || memcmp(id.data, g->prefix, n) != 0)
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)(id.len - n), (const char *)id.data + n);
	g->no_memory = json_is_array(g->into) ? json_array_append(g->into, record) != 0 :
						json_object_set(g->into, name, record) != 0;
	return !g->no_memory;
}

/* into: taken over. */
static enum err gather_all(struct store_txn *t, const char *prefix, json_t *into, json_t **out)
{
	struct gathering g = { .prefix = prefix, .into = into };
	enum err e = into ? records_walk(t, RECORDS_YEAR, bytes_of_string(prefix), gather, &g) :
			    ERR_NOMEM;

	if (e == ERR_OK && g.no_memory)
		e = ERR_NOMEM;
	if (e != ERR_OK) {
		json_decref(into);
		into = NULL;
	}
	*out = into;
	return e;
}

enum err year_results(struct store_txn *t, enum year_part part, json_t **out)
{
	return gather_all(t, parts[part], json_object(), out);
}

/* --- the statement ---------------------------------------------------------------------------- */

static enum err read_signed(struct store_txn *t, json_t **out)
{
	enum err e = year_read(t, out);

	if (e == ERR_OK)
		(void)json_object_del(*out, "signature"); /* absent while it is being made */
	return e;
}

enum err year_statement(struct store_txn *t, const char *programme, char **out)
{
	json_t *close = NULL, *measures = NULL, *items = NULL, *all = NULL;
	enum err e;

	*out = NULL;
	if ((e = read_signed(t, &close)) == ERR_OK &&
	    (e = year_results(t, YEAR_MEASURE, &measures)) == ERR_OK &&
	    (e = year_results(t, YEAR_ITEM, &items)) == ERR_OK) {
		all = json_pack("{s:s, s:O, s:O, s:O}", "programme", programme, "close", close,
				"measures", measures, "items", items);
		*out = all ? json_dumps(all, DUMP) : NULL;
		e = *out ? ERR_OK : ERR_NOMEM;
	}
	json_decref(all);
	json_decref(items);
	json_decref(measures);
	json_decref(close);
	return e;
}

/* --- audits ----------------------------------------------------------------------------------- */

static struct bytes audit_id(uint16_t measure, uint16_t unit, char name[ID])
{
	snprintf(name, ID, "%s%05u/%05u", audits, measure, unit);
	return bytes_of_string(name);
}

enum err year_read_audit(struct store_txn *t, uint16_t measure, uint16_t unit, json_t **out)
{
	char name[ID];

	return records_get(t, RECORDS_YEAR, audit_id(measure, unit, name), out);
}

enum err year_write_audit(struct store_txn *t, uint16_t measure, uint16_t unit, const json_t *audit)
{
	char name[ID];
	struct bytes id = audit_id(measure, unit, name);
	enum err e = records_put(t, RECORDS_YEAR, id, audit);

	return e == ERR_OK ? records_step(t, RECORDS_YEAR, id, audit, NULL) : e;
}

enum err year_audits(struct store_txn *t, json_t **out)
{
	return gather_all(t, audits, json_array(), out);
}
