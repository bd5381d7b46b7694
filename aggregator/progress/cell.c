/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/cell.h"

#include <stdlib.h>

#include "base/date.h"

uint8_t cell_counting_stage(const struct catalogue_measure *m)
{
	return m->counting_stage == CATALOGUE_NONE ? 0 : (uint8_t)m->counting_stage;
}

struct cell_key cell_counting(const struct catalogue *c, uint16_t measure, uint16_t unit)
{
	return (struct cell_key){ .measure = measure, .unit = unit, .source = CATALOGUE_NONE,
				  .stage = cell_counting_stage(&c->measures[measure]) };
}

uint64_t cell_order(struct cell_key key)
{
	return (uint64_t)key.measure << 40 | (uint64_t)key.stage << 32 |
	       (uint64_t)key.unit << 16 | key.source;
}

/* --- life ------------------------------------------------------------------------------------- */
void cell_forget(struct cell *cell)
{
	figures_free(&cell->figures);
	shelf_reports_free(&cell->reports);
	cell->loaded = cell->listed = cell->reports_dirty = false;
	cell->dirty_months = 0;
}

struct cell *cell_new(const struct catalogue *c, struct cell_key key)
{
	struct cell *cell = calloc(1, sizeof(*cell));

	if (!cell)
		return NULL;
	cell->key = key;
	cell->order = cell_order(key);
	cell->figures.ratio = c->measures[key.measure].kind == CATALOGUE_RATIO;
	return cell;
}

enum err cell_load(struct cell *cell, struct store_txn *t)
{
	enum err e = shelf_load(t, cell->key, &cell->figures, &cell->reports);

	if (e)
		cell_forget(cell);
	else
		cell->loaded = true;
	return e;
}

/* --- values ----------------------------------------------------------------------------------- */
struct cell_key cell_key_of(const struct cell *c)
{
	return c->key;
}

struct cell_value cell_at(const struct cell *c, int32_t day)
{
	return figures_value(&c->figures, day);
}

struct cell_value cell_now(const struct cell *c)
{
	return figures_value(&c->figures, FIGURES_DAY_MAX);
}

static struct cell_value value_of(const struct figures *f, uint32_t at)
{
	const struct figure *item = &f->items[at];

	return (struct cell_value){ .present = true, .value = item->cum,
				    .denominator = f->ratio ? f->below[at].cum : 0,
				    .as_of = item->as_of, .position = figure_position(item) };
}

struct cell_value cell_exactly(const struct cell *c, int32_t day, uint32_t *revision)
{
	struct cell_value none = { .as_of = DATE_NONE };
	uint32_t at = day < 0 || day > FIGURES_DAY_MAX ? c->figures.count :
							 figures_at(&c->figures, (uint16_t)day);
	enum figure_kind kind;

	if (revision)
		*revision = 0;
	if (at == c->figures.count)
		return none;
	kind = figure_kind(&c->figures.items[at]);
	if (revision && kind != FIGURE_NONE)
		*revision = c->figures.items[at].revision;
	return kind == FIGURE_SET ? value_of(&c->figures, at) : none;
}

bool cell_stands(const struct cell *c, int32_t day)
{
	uint32_t at = day < 0 || day > FIGURES_DAY_MAX ? c->figures.count :
							 figures_at(&c->figures, (uint16_t)day);

	return at < c->figures.count && figure_says(&c->figures.items[at]);
}

struct cell_value cell_after(const struct cell *c, int32_t day)
{
	const struct figures *f = &c->figures;
	uint32_t at = 0;

	if (day >= FIGURES_DAY_MAX)
		at = f->count;
	else if (day >= 0)
		at = figures_seek(f, (uint16_t)(day + 1));
	for (; f->sets && at < f->count; at++) {
		if (figure_kind(&f->items[at]) == FIGURE_SET)
			return value_of(f, at);
	}
	return (struct cell_value){ .as_of = DATE_NONE };
}

int64_t cell_first_report(const struct cell *c, int32_t period)
{
	const struct shelf_report *r = shelf_report_of(&c->reports, date_month_of(period));

	return r ? r->received_ms : 0;
}
