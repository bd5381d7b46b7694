/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/catalogue.h"

#include "base/arena.h"

void catalogue_free(struct catalogue *c)
{
	/* the struct itself lives in its arena */
	if (c)
		arena_free(c->arena);
}

uint16_t catalogue_stage_index(const struct catalogue_measure *m, struct bytes id)
{
	for (size_t i = 0; i < m->stage_count; i++)
		if (bytes_equal(bytes_of_string(m->stages[i].id), id))
			return (uint16_t)i;
	return CATALOGUE_NONE;
}

bool catalogue_in_scope(const struct catalogue_item *item, uint16_t unit)
{
	const uint16_t *s = item->scope;
	size_t low = 0, high = item->scope_count;

	if (!high || unit < s[0])
		return false;
	/* mostly the areas are numbered without a gap */
	if ((size_t)(unit - s[0]) < high && s[unit - s[0]] == unit)
		return true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s[middle] == unit)
			return true;
		if (s[middle] < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

uint16_t catalogue_owner(const struct catalogue *c, uint16_t measure, uint16_t unit)
{
	const struct catalogue_measure *m;

	if (measure >= c->measure_count || unit >= c->unit_count)
		return CATALOGUE_NONE;
	m = &c->measures[measure];
	if (m->figure == CATALOGUE_COUNTIES && catalogue_in_scope(&c->items[m->item], unit))
		return unit;
	if (m->figure == CATALOGUE_LEAD && unit == c->city)
		return c->items[m->item].lead;
	return CATALOGUE_NONE;
}

const struct catalogue_plan_version *catalogue_plan_version(const struct catalogue_measure *m,
							    int32_t day)
{
	for (size_t i = m->plan_count; i > 0; i--)
		if (m->plans[i - 1].effective <= day)
			return &m->plans[i - 1];
	return NULL;
}

const struct catalogue_quota_version *catalogue_quota_version(const struct catalogue_measure *m,
							      int32_t day)
{
	for (size_t i = m->quota_set_count; i > 0; i--)
		if (m->quota_sets[i - 1].effective <= day)
			return &m->quota_sets[i - 1];
	return NULL;
}

const struct catalogue_plan *catalogue_plan_on(const struct catalogue_measure *m, int32_t day)
{
	const struct catalogue_plan_version *v = catalogue_plan_version(m, day);

	return v ? &v->plan : &m->plan;
}

int32_t catalogue_stage_due_on(const struct catalogue_measure *m, size_t stage, int32_t day)
{
	const struct catalogue_plan_version *v = catalogue_plan_version(m, day);

	return v && v->dues ? v->dues[stage] : m->stages[stage].due;
}

static bool quota_among(const struct catalogue_quota *quotas, size_t count, uint16_t unit,
			int64_t *value)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct catalogue_quota *q = &quotas[middle];

		if (q->unit == unit) {
			*value = q->value;
			return true;
		}
		if (q->unit < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

bool catalogue_quota_of(const struct catalogue_measure *m, uint16_t unit, int64_t *value)
{
	return quota_among(m->quotas, m->quota_count, unit, value);
}

bool catalogue_quota_on(const struct catalogue_measure *m, uint16_t unit, int32_t day,
			int64_t *value)
{
	const struct catalogue_quota_version *v = catalogue_quota_version(m, day);

	return v ? quota_among(v->quotas, v->quota_count, unit, value) :
		   catalogue_quota_of(m, unit, value);
}

unsigned catalogue_figure_decimals(const struct catalogue_measure *m)
{
	return m->kind == CATALOGUE_MILESTONE ? 4 : m->decimals; /* ppm, read as per cent */
}
