/* SPDX-License-Identifier: MIT */
#include "aggregator/year_results.h"

#include <stdlib.h>

#include "aggregator/office/year.h"
#include "aggregator/sums.h"
#include "base/date.h"
#include "base/decimal.h"

/* The item's colour is the first of these that one of its main measures has. */
static const enum light worst_first[] = { LIGHT_RED,     LIGHT_YELLOW, LIGHT_GREEN,
					  LIGHT_REACHED, LIGHT_DONE,   LIGHT_NONE };

struct item_result {
	unsigned lights[LIGHT_COUNT]; /* of its main measures */
	unsigned main, met;           /* main measures that have to be met, and those that are */
};

static bool put_decimal(json_t *to, const char *key, int64_t value, unsigned decimals)
{
	char text[DECIMAL_TEXT_MAX];

	decimal_format(value, decimals, text);
	return json_object_set_new(to, key, json_string(text)) == 0;
}

static unsigned goal_decimals(const struct catalogue_measure *m)
{
	return m->kind == CATALOGUE_RATIO ? m->rate_decimals : catalogue_figure_decimals(m);
}

static bool put_values(json_t *to, const struct catalogue_measure *m, const struct totals_result *r)
{
	char day[11];

	if (r->has_goal && !put_decimal(to, "goal", r->goal, goal_decimals(m)))
		return false;
	if (!r->present)
		return true;
	date_format(r->as_of, day);
	return put_decimal(to, "value", r->value, catalogue_figure_decimals(m)) &&
	       (m->kind != CATALOGUE_RATIO ||
		put_decimal(to, "denominator", r->denominator, m->decimals)) &&
	       (r->as_of == DATE_NONE || json_object_set_new(to, "as_of", json_string(day)) == 0);
}

/* A new reference, or NULL: no memory. */
static json_t *result_of(struct aggregator *a, uint16_t measure, uint16_t unit,
			 const struct totals_result *r)
{
	enum light light = (enum light)judge_light(a->judge, measure, unit);
	json_t *j = json_pack("{s:b, s:s}", "met", r->met, "light", light_name(light));

	if (j && !put_values(j, &a->catalogue->measures[measure], r)) {
		json_decref(j);
		return NULL;
	}
	return j;
}

static enum err put_unit(struct aggregator *a, uint16_t measure, uint16_t unit, json_t *units)
{
	struct totals_result r;
	json_t *j;
	enum err e = sums_compute(a, measure, unit, &r);

	if (e != ERR_OK || r.units_expected == 0)
		return e;
	if (!(j = result_of(a, measure, unit, &r)))
		return ERR_NOMEM;
	return json_object_set_new(units, a->catalogue->units[unit].id, j) ? ERR_NOMEM : ERR_OK;
}

static enum err put_units(struct aggregator *a, uint16_t measure, json_t *to)
{
	const struct catalogue_item *item = &a->catalogue->items[a->catalogue->measures[measure].item];
	json_t *units = json_object();
	enum err e = units ? ERR_OK : ERR_NOMEM;

	for (size_t i = 0; e == ERR_OK && i < item->scope_count; i++)
		e = put_unit(a, measure, item->scope[i], units);
	if (e == ERR_OK && json_object_set(to, "units", units) != 0)
		e = ERR_NOMEM;
	json_decref(units);
	return e;
}

static void count(struct aggregator *a, uint16_t measure, const struct totals_result *r,
		  struct item_result *items)
{
	const struct catalogue_measure *m = &a->catalogue->measures[measure];
	struct item_result *item = &items[m->item];

	if (m->role != CATALOGUE_MAIN)
		return;
	item->lights[judge_light(a->judge, measure, a->catalogue->city)]++;
	if (m->comparator == CATALOGUE_ABOUT)
		return;
	item->main++;
	item->met += r->met;
}

static enum err write_measure(struct aggregator *a, uint16_t measure, struct item_result *items)
{
	struct totals_result r;
	json_t *j;
	enum err e = sums_compute(a, measure, a->catalogue->city, &r);

	if (e != ERR_OK)
		return e;
	if (!(j = result_of(a, measure, a->catalogue->city, &r)))
		return ERR_NOMEM;
	count(a, measure, &r, items);
	if ((e = put_units(a, measure, j)) == ERR_OK)
		e = year_write_result(a->txn, YEAR_MEASURE, a->catalogue->measures[measure].id, j);
	json_decref(j);
	return e;
}

static enum light worst(const struct item_result *item)
{
	size_t i = 0;

	while (worst_first[i] != LIGHT_NONE && item->lights[worst_first[i]] == 0)
		i++;
	return worst_first[i];
}

static enum err write_item(struct aggregator *a, size_t item, const struct item_result *r)
{
	json_t *j = json_pack("{s:b, s:s, s:i, s:i}", "done", r->main > 0 && r->met == r->main, "light",
			      light_name(worst(r)), "main", (int)r->main, "met", (int)r->met);
	enum err e = j ? year_write_result(a->txn, YEAR_ITEM, a->catalogue->items[item].id, j) :
			 ERR_NOMEM;

	json_decref(j);
	return e;
}

enum err year_results_write(struct aggregator *a)
{
	const struct catalogue *c = a->catalogue;
	struct item_result *items = calloc(c->item_count + 1, sizeof(*items));
	enum err e = items ? ERR_OK : ERR_NOMEM;

	for (size_t m = 0; e == ERR_OK && m < c->measure_count; m++)
		e = write_measure(a, (uint16_t)m, items);
	for (size_t i = 0; e == ERR_OK && i < c->item_count; i++)
		e = write_item(a, i, &items[i]);
	free(items);
	return e;
}
