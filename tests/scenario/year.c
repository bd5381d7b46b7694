/* SPDX-License-Identifier: MIT */
/* The year's end: the close, what refuses it, and audits beside it. */
#include <jansson.h>
#include <stdio.h>

#include "aggregator/query/query_year.h"
#include "tests/scenario/expect.h"

#define FIELDS 512

/* --- doing ----------------------------------------------------------------------------------- */

#define CLOSE "\"act\": \"year.close\", \"document\": \"JN-1\", \"why\": \"the year is over\""

static bool closes(struct world *w, const struct script_line *l)
{
	char fields[FIELDS] = CLOSE;

	if (l->arg_count > 0)
		snprintf(fields, sizeof(fields), CLOSE ", \"despite\": \"%s\"", l->args[0]);
	return world_act_by(w, "office", fields, true);
}

static bool close_is_refused(struct world *w, const struct script_line *l)
{
	return world_act_refused(w, "office", CLOSE, l->args[0]);
}

static void audit_fields(const struct script_line *l, char out[FIELDS])
{
	snprintf(out, FIELDS,
		 "\"act\": \"audit.correct\", \"measure\": \"%s\", \"unit\": \"%s\", \"value\": "
		 "\"%s\", \"document\": \"SJ-5\", \"why\": \"audited\"",
		 l->args[0], l->args[1], l->args[2]);
}

static bool audits(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	audit_fields(l, fields);
	return world_act_by(w, "office", fields, true);
}

static bool audit_is_refused(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	audit_fields(l, fields);
	return world_act_refused(w, "office", fields, l->args[3]);
}

static bool withdraws(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"audit.withdraw\", \"measure\": \"%s\", \"unit\": \"%s\", \"why\": \"%s\"",
		 l->args[0], l->args[1], l->args[2]);
	return world_act_by(w, "office", fields, true);
}

/* --- looking --------------------------------------------------------------------------------- */

struct look {
	struct query *q;
	struct query_year y;
};

static bool open_look(struct world *w, struct look *l)
{
	if (!expect_ok(w, query_open(w->store, world_catalogue(w), &l->q)))
		return false;
	if (expect_ok(w, query_year(l->q, &l->y)))
		return true;
	query_close(l->q);
	return false;
}

static void close_look(struct look *l)
{
	query_year_free(&l->y);
	query_close(l->q);
}

static bool year_is(struct world *w, const struct script_line *l)
{
	static const char *const states[] = { "running", "late", "due", "closed" };
	struct look k;
	bool good;

	if (!open_look(w, &k))
		return false;
	good = expect_same(w, "the year", states[k.y.state], l->args[0]);
	close_look(&k);
	return good;
}

static const char *member(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "none";
}

static bool closed_is(struct world *w, const struct script_line *l)
{
	const char *city = world_catalogue(w)->units[world_catalogue(w)->city].id;
	const json_t *result;
	struct look k;
	bool good;

	if (!open_look(w, &k))
		return false;
	result = json_object_get(k.y.measures, l->args[0]);
	if (strcmp(l->args[1], city) != 0)
		result = json_object_get(json_object_get(result, "units"), l->args[1]);
	good = expect_same(w, "closed value", member(result, "value"), l->args[2]) &&
	       expect_same(w, "closed light", member(result, "light"), l->args[3]);
	close_look(&k);
	return good;
}

static bool item_is(struct world *w, const struct script_line *l)
{
	const json_t *result;
	struct look k;
	bool good;

	if (!open_look(w, &k))
		return false;
	result = json_object_get(k.y.items, l->args[0]);
	good = expect_same(w, "item", json_is_true(json_object_get(result, "done")) ? "done" : "open",
			   l->args[1]) &&
	       expect_same(w, "its light", member(result, "light"), l->args[2]);
	close_look(&k);
	return good;
}

static const json_t *audit_of(const struct look *k, const char *measure, const char *unit)
{
	json_t *each;
	size_t i;

	json_array_foreach(k->y.audits, i, each)
		if (!strcmp(member(each, "measure"), measure) && !strcmp(member(each, "unit"), unit))
			return each;
	return NULL;
}

static bool audited_is(struct world *w, const struct script_line *l)
{
	const json_t *audit;
	struct look k;
	bool good;

	if (!open_look(w, &k))
		return false;
	audit = audit_of(&k, l->args[0], l->args[1]);
	good = expect_same(w, "audited",
			   json_is_true(json_object_get(audit, "withdrawn")) ? "withdrawn" :
									       member(audit, "value"),
			   l->args[2]);
	close_look(&k);
	return good;
}

const struct script_sentence year_sentences[] = {
	{ "office closes the year", closes, "nothing stands in the way" },
	{ "office closes the year despite $", closes, "why all the same" },
	{ "closing the year is refused $", close_is_refused, "the code" },
	{ "audit of $ $ finds $", audits, "measure, unit, value" },
	{ "audit of $ $ finds $ and is refused $", audit_is_refused, "the code" },
	{ "audit of $ $ is withdrawn because $", withdraws, "measure, unit" },
	{ "expect year $", year_is, "running, late, due, closed" },
	{ "expect closed $ $ = $ $", closed_is, "measure, unit: value and light" },
	{ "expect closed item $ = $ $", item_is, "done or open, and its light" },
	{ "expect audited $ $ = $", audited_is, "value, none, withdrawn" },
	{ NULL, NULL, NULL },
};
