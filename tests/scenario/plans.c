/* SPDX-License-Identifier: MIT */
/* Plans and quotas that are decided anew, and which light came of which. */
#include <stdio.h>
#include <string.h>

#include "aggregator/query/query.h"
#include "base/date.h"
#include "base/decimal.h"
#include "tests/scenario/expect.h"

#define FIELDS 4096
#define DECIDED                                                                                  \
	"\"document\": \"No. 31\", \"approver\": \"the mayor\", \"why\": \"two months of rain\""

/* --- doing ----------------------------------------------------------------------------------- */

/* DAY=PERCENT as knots, STAGE=DAY as the days of stages. */
static bool put_pairs(struct world *w, struct buf *out, const struct script_line *l)
{
	const char *const *words = l->args + 2;
	size_t n = l->arg_count - 2;
	int32_t day;
	bool knots = n && strlen(words[0]) > 10 && words[0][10] == '=' &&
		     date_parse(bytes_of(words[0], 10), &day) == ERR_OK;

	buf_put_string(out, knots ? ", \"knots\": [" : ", \"stages\": {");
	for (size_t i = 0; i < n; i++) {
		const char *equals = strchr(words[i], '=');

		if (!equals)
			return world_fault(w, "%s: DAY=PERCENT or STAGE=DAY", words[i]);
		buf_printf(out, knots ? "%s{\"day\": \"%.*s\", \"percent\": \"%s\"}" :
					"%s\"%.*s\": \"%s\"",
			   i ? ", " : "", (int)(equals - words[i]), words[i], equals + 1);
	}
	buf_put_string(out, knots ? "]" : "}");
	return true;
}

static bool plans(struct world *w, const struct script_line *l)
{
	struct buf fields = { 0 };
	bool good;

	buf_printf(&fields, "\"act\": \"plan.set\", \"measure\": \"%s\", \"effective\": \"%s\", %s",
		   l->args[0], l->args[1], DECIDED);
	good = put_pairs(w, &fields, l);
	buf_put_u8(&fields, 0);
	good = good && !fields.failed && world_act_by(w, "office", (char *)fields.data, true);
	buf_free(&fields);
	return good;
}

static bool set_quota(struct world *w, const char *measure, const char *unit, const char *from,
		      const char *value)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"quota.set\", \"measure\": \"%s\", \"effective\": \"%s\", %s, "
		 "\"quotas\": {\"%s\": %s}",
		 measure, from, DECIDED, unit, value);
	return world_act_by(w, "office", fields, true);
}

static bool gives(struct world *w, const struct script_line *l)
{
	char value[64];

	snprintf(value, sizeof(value), "\"%s\"", l->args[0]);
	return set_quota(w, l->args[1], l->args[2], l->args[3], value);
}

static bool takes_back(struct world *w, const struct script_line *l)
{
	return set_quota(w, l->args[0], l->args[1], l->args[2], "null");
}

static bool verifies_all(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"report.verify\", \"unit\": \"all\", \"period\": \"%s\", "
		 "\"why\": \"%s\"",
		 l->args[0], l->args[1]);
	return world_act_by(w, "office", fields, true);
}

static bool verifies_because(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"report.verify\", \"measure\": \"%s\", \"unit\": \"%s\", "
		 "\"period\": \"%s\", \"why\": \"%s\"",
		 l->args[0], l->args[1], l->args[2], l->args[3]);
	return world_act_by(w, "office", fields, true);
}

/* --- looking --------------------------------------------------------------------------------- */

/* The light of a month, with what came of it later. */
static bool find(struct world *w, const char *measure, const char *unit, const char *month,
		 struct query_past_light *out)
{
	struct query_light_filter filter;
	struct query_past_lights all;
	struct query *q;
	enum err e;

	if (!script_measure(w, measure, &filter.measure) ||
	    !script_unit(w, unit, &filter.unit) || !script_period(w, month, &filter.period) ||
	    !expect_ok(w, query_open(w->store, world_catalogue(w), &q)))
		return false;
	arena_reset(w->arena);
	e = query_past_lights(q, &filter, w->arena, &all);
	query_close(q);
	if (!expect_ok(w, e))
		return false;
	if (all.count != 1)
		return world_fault(w, "%zu lights are stored", all.count);
	*out = all.items[0];
	return true;
}

static bool original(struct world *w, const struct script_line *l)
{
	struct query_past_light light;

	return find(w, l->args[0], l->args[1], l->args[2], &light) &&
	       expect_same(w, "the light by the first plan",
			   light_name(light.record.original.light), l->args[3]);
}

static bool judged_by(struct world *w, const struct script_line *l)
{
	struct query_past_light light;

	return find(w, l->args[0], l->args[1], l->args[2], &light) &&
	       expect_same_number(w, "the version of the plan", light.record.plan, l->args[3]) &&
	       expect_same_number(w, "the version of the quotas", light.record.quota, l->args[4]);
}

static bool settled(struct world *w, const struct script_line *l)
{
	struct query_past_light light;
	char month[11] = "never";

	if (!find(w, l->args[0], l->args[1], l->args[2], &light))
		return false;
	if (light.settled != DATE_NONE) {
		date_format(light.settled, month);
		month[7] = '\0';
	}
	return expect_same(w, "made good", month, l->args[3]);
}

static bool open_query(struct world *w, struct query **out)
{
	return expect_ok(w, query_open(w->store, world_catalogue(w), out));
}

static bool quota(struct world *w, const struct script_line *l)
{
	char text[DECIMAL_TEXT_MAX] = "none";
	const struct catalogue_measure *measure;
	struct query *q;
	uint16_t m, u;
	int64_t value;
	int32_t day;

	if (!script_measure(w, l->args[0], &m) || !script_unit(w, l->args[1], &u) ||
	    !script_date(w, l->args[2], &day) || !open_query(w, &q))
		return false;
	measure = &query_catalogue(q)->measures[m];
	if (catalogue_quota_on(measure, u, day, &value))
		decimal_format(value, measure->decimals, text);
	query_close(q);
	return expect_same(w, "the quota", text, l->args[3]);
}

static bool plan(struct world *w, const struct script_line *l)
{
	const struct catalogue_plan_version *v;
	struct query *q;
	uint16_t m;
	int32_t day;
	int64_t number;

	if (!script_measure(w, l->args[0], &m) || !script_date(w, l->args[1], &day) ||
	    !open_query(w, &q))
		return false;
	v = catalogue_plan_version(&query_catalogue(q)->measures[m], day);
	number = v ? v->number : 0;
	query_close(q);
	return expect_same_number(w, "the plan in force", number, l->args[2]);
}

static bool interval(struct world *w, const struct script_line *l)
{
	struct query_interval v;
	struct query *q;
	uint16_t m;
	int32_t period;
	enum err e;

	if (!script_measure(w, l->args[0], &m) || !script_period(w, l->args[1], &period) ||
	    !open_query(w, &q))
		return false;
	arena_reset(w->arena);
	e = query_interval(q, m, period, w->arena, &v);
	query_close(q);
	return expect_ok(w, e) && expect_same_number(w, "V_low", v.low, l->args[2]) &&
	       expect_same_number(w, "V_high", v.high, l->args[3]);
}

const struct script_sentence plans_sentences[] = {
	{ "office plans $ from $ as ...", plans, "DAY=PERCENT or STAGE=DAY, from a day on" },
	{ "office gives $ of $ to $ from $", gives, "a quota, from a day on" },
	{ "office takes the quota of $ from $ from $", takes_back, "the unit has none from then on" },
	{ "office verifies everything for $ because $", verifies_all, "that was reported" },
	{ "office verifies $ of $ for $ because $", verifies_because, "without the lead's word" },
	{ "expect original light $ $ in $ = $", original, "by the first plan and quota" },
	{ "expect light $ $ in $ by plan $ and quota $", judged_by, "versions; 0: the catalogue's" },
	{ "expect debt $ $ of $ settled in $", settled, "a month, or never" },
	{ "expect quota $ of $ on $ = $", quota, "a number, or none" },
	{ "expect plan $ on $ = $", plan, "the version in force" },
	{ "expect total $ in $ between $ and $", interval, "with the reports that are missing" },
	{ NULL, NULL, NULL },
};
