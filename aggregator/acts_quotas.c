/* SPDX-License-Identifier: MIT */
/* The quotas of a measure from a day on. Units that are not named keep theirs. */
#include "aggregator/acts_versions.h"
#include "base/decimal.h"

static const struct acts_fault no_quotas = {
	"no-quotas", { "quotas 须为 {\"单位\": \"任务数\"}，至少一项；null 表示取消分解。",
		       "quotas: {\"unit\": \"value\"}, at least one; null takes a quota away." } };
static const struct acts_fault not_divided = {
	"quota-kind", { "只有按县分别统计的数量指标才有分解任务。",
			"Only counts that the counties report have quotas." } };
static const struct acts_fault unknown_unit = {
	"unknown-unit", { "目录中没有这个单位。", "The catalogue has no such unit." } };
static const struct acts_fault out_of_scope = {
	"quota-unit", { "该单位不承担这个事项。", "That unit has no part in the item." } };
static const struct acts_fault bad_number = {
	"quota-value", { "任务数须为不小于 0 的数，小数位不多于指标规定，写成文本或整数。",
			 "A quota is a number from 0 on with no more decimals than the measure has: a "
			 "text, or a whole number." } };
static const struct acts_fault overflow = {
	"quota-overflow", { "任务数之和过大。", "The sum of the quotas is too large." } };

struct quota_call {
	struct acts_call *x;
	const struct catalogue *c;
	const struct catalogue_measure *m;
	struct versions_record r;
	struct catalogue_quota *items; /* by unit number, rising */
};

static size_t place_of(const struct quota_call *q, uint16_t unit)
{
	size_t i = 0;

	while (i < q->r.quota_count && q->items[i].unit < unit)
		i++;
	return i;
}

static void set(struct quota_call *q, uint16_t unit, int64_t value)
{
	size_t i = place_of(q, unit), behind = q->r.quota_count - i;

	if (behind && q->items[i].unit == unit) {
		q->items[i].value = value;
		return;
	}
	memmove(&q->items[i + 1], &q->items[i], behind * sizeof(*q->items));
	q->items[i] = (struct catalogue_quota){ unit, value };
	q->r.quota_count++;
}

static void take_away(struct quota_call *q, uint16_t unit)
{
	size_t i = place_of(q, unit);

	if (i == q->r.quota_count || q->items[i].unit != unit)
		return;
	q->r.quota_count--;
	memmove(&q->items[i], &q->items[i + 1], (q->r.quota_count - i) * sizeof(*q->items));
}

static enum err read_quota(struct quota_call *q, const char *id, const json_t *value)
{
	const char *path = acts_path(q->x, "quotas", id);
	uint16_t unit = catalogue_unit_number(q->c, bytes_of_string(id));
	int64_t number;

	if (unit == CATALOGUE_NONE)
		return acts_fail(q->x, ERR_INVALID, &unknown_unit, path);
	if (!catalogue_in_scope(&q->c->items[q->m->item], unit))
		return acts_fail(q->x, ERR_INVALID, &out_of_scope, path);
	if (json_is_null(value)) {
		take_away(q, unit);
		return ERR_OK;
	}
	if (!acts_decimal(value, q->m->decimals, &number) || number < 0)
		return acts_fail(q->x, ERR_INVALID, &bad_number, path);
	set(q, unit, number);
	return ERR_OK;
}

/* What is in force on the day from which the new ones are. */
static enum err begin(struct quota_call *q)
{
	q->items = arena_calloc(q->x->a->arena, q->c->unit_count + 1, sizeof(*q->items));
	if (!q->items)
		return ERR_NOMEM;
	for (size_t u = 0; u < q->c->unit_count; u++) {
		int64_t value;

		if (catalogue_quota_on(q->m, (uint16_t)u, q->r.effective, &value))
			set(q, (uint16_t)u, value);
	}
	q->r.quotas = q->items;
	return ERR_OK;
}

static enum err read_quotas(struct quota_call *q)
{
	json_t *object = json_object_get(q->x->body, "quotas"), *value;
	const char *id;
	enum err e = ERR_OK;

	if (json_object_size(object) == 0)
		return acts_fail(q->x, ERR_INVALID, &no_quotas, "quotas");
	json_object_foreach(object, id, value)
		if ((e = read_quota(q, id, value)) != ERR_OK)
			return e;
	return e;
}

/* Quotas below the goal are allowed, and said. */
static enum err check_sum(struct quota_call *q)
{
	char sum_text[DECIMAL_TEXT_MAX], goal[DECIMAL_TEXT_MAX];
	json_t *warnings = json_array();
	int64_t sum = 0;

	if (!warnings || json_object_set_new(q->x->answer, "warnings", warnings) != 0)
		return ERR_NOMEM;
	for (size_t i = 0; i < q->r.quota_count; i++)
		if (!decimal_add(sum, q->items[i].value, &sum))
			return acts_fail(q->x, ERR_RANGE, &overflow, "quotas");
	decimal_format(sum, q->m->decimals, sum_text);
	decimal_format(q->m->target, q->m->decimals, goal);
	if (json_object_set_new(q->x->answer, "sum", json_string(sum_text)) != 0 ||
	    json_object_set_new(q->x->answer, "goal", json_string(goal)) != 0)
		return ERR_NOMEM;
	if (sum >= q->m->target)
		return ERR_OK;
	return json_array_append_new(warnings,
				     json_pack("{s:s, s:{s:s, s:s}}", "code", "below-goal", "text",
					       "zh", "分解任务之和低于全市目标。", "en",
					       "The quotas sum to less than the city's goal.")) ?
		       ERR_NOMEM :
		       ERR_OK;
}

enum err acts_quotas_set(struct acts_call *x)
{
	struct quota_call q = { .x = x, .c = x->a->catalogue, .r = { .kind = VERSIONS_QUOTA } };
	enum err e = acts_versions_read(x, &q.r, &q.m);

	if (e != ERR_OK)
		return e;
	if (q.m->kind != CATALOGUE_QUANTITY || q.m->figure != CATALOGUE_COUNTIES)
		return acts_fail(x, ERR_INVALID, &not_divided, "measure");
	if ((e = begin(&q)) != ERR_OK || (e = read_quotas(&q)) != ERR_OK ||
	    (e = check_sum(&q)) != ERR_OK)
		return e;
	return acts_versions_keep(x, &q.r);
}
