/* SPDX-License-Identifier: MIT */
#include "tests/system/torture/player.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/decimal.h"
#include "tests/system/torture/turn.h"

/* --- cells ------------------------------------------------------------------------------------ */

static enum err add_cell(struct player *p, size_t measure, uint16_t unit, uint16_t stage,
			 bool counts)
{
	struct oracle_cell *more = realloc(p->cells, (p->cell_count + 1) * sizeof(*more));

	if (more == NULL)
		return ERR_NOMEM;
	p->cells = more;
	more[p->cell_count] = (struct oracle_cell){ .measure = (uint16_t)measure, .unit = unit,
						    .stage = stage, .counts = counts };
	return oracle_cell_init(&p->cells[p->cell_count++], p->catalogue);
}

/* A milestone has a cell for each stage; a quantity with stages one that counts, which needs no
 * name, and one for its first stage. */
static enum err add_cells_of(struct player *p, size_t measure, uint16_t unit)
{
	const struct catalogue_measure *m = &p->catalogue->measures[measure];
	enum err e = ERR_OK;

	if (m->kind == CATALOGUE_MILESTONE) {
		for (size_t s = 0; e == ERR_OK && s < m->stage_count; s++)
			e = add_cell(p, measure, unit, (uint16_t)s, true);
		return e;
	}
	e = add_cell(p, measure, unit, CATALOGUE_NONE, true);
	if (e == ERR_OK && m->kind == CATALOGUE_QUANTITY && m->stage_count > 1 &&
	    m->counting_stage != 0)
		e = add_cell(p, measure, unit, 0, false);
	return e;
}

/* Its own cells, and those of the whole city that it leads. */
static enum err find_cells(struct player *p)
{
	const struct catalogue *c = p->catalogue;
	enum err e = ERR_OK;

	for (size_t m = 0; e == ERR_OK && m < c->measure_count; m++) {
		if (c->measures[m].figure == CATALOGUE_DERIVED ||
		    c->measures[m].kind == CATALOGUE_COMPOSITE)
			continue;
		if (catalogue_owner(c, (uint16_t)m, p->unit) == p->unit)
			e = add_cells_of(p, m, p->unit);
		else if (catalogue_owner(c, (uint16_t)m, c->city) == p->unit)
			e = add_cells_of(p, m, c->city);
	}
	return e;
}

enum err player_new(const struct catalogue *c, uint16_t unit, uint64_t seed, uint64_t rows,
		    struct player **out)
{
	struct player *p = calloc(1, sizeof(*p));
	enum err e;

	if (p == NULL)
		return ERR_NOMEM;
	p->catalogue = c;
	p->unit = unit;
	p->random = seed * UINT64_C(1000003) + unit;
	p->rows = rows;
	e = find_cells(p);
	if (e == ERR_OK && p->cell_count == 0)
		e = ERR_NOTFOUND;
	if (e != ERR_OK) {
		player_free(p);
		return e;
	}
	*out = p;
	return ERR_OK;
}

void player_free(struct player *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->cell_count; i++)
		oracle_cell_free(&p->cells[i]);
	free(p->cells);
	free(p);
}

const struct oracle_cell *player_cells(const struct player *p, size_t *count)
{
	*count = p->cell_count;
	return p->cells;
}

uint64_t player_rows_until(const struct player *p, unsigned month)
{
	return p->rows * (month + 1) / PLAYER_MONTHS;
}

int32_t player_today(const struct catalogue *c, unsigned month)
{
	return date_month_last(date_month_of(c->from) + (int32_t)month);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Puts into words what the turn left open. */
static void write_row(const struct player *p, struct turn *t)
{
	const struct catalogue *c = p->catalogue;
	struct minsheng_row *row = &t->out->row;
	bool figure = t->row.kind != EVENT_NIL && t->row.kind != EVENT_RETRACT &&
		      t->row.kind != EVENT_STAGE;

	if (row->target == NULL)
		row->target = t->m->id;
	if (row->unit == NULL)
		row->unit = c->units[t->cell->unit].id;
	if (row->stage == NULL && t->cell->stage != CATALOGUE_NONE)
		row->stage = t->m->stages[t->cell->stage].id;
	row->kind = event_kind_name(t->row.kind);
	row->revision = t->row.revision;
	date_format(t->row.as_of, t->out->as_of);
	row->as_of = t->out->as_of;
	if (figure) {
		decimal_format(t->row.value, t->m->decimals, t->out->value);
		row->value = t->out->value;
	}
	if (figure && t->row.below > 0) {
		decimal_format(t->row.below, t->m->decimals, t->out->denominator);
		row->denominator = t->out->denominator;
	}
}

/* The year moves on with the rows, from the first day of the month to its last. */
static void set_day(struct player *p)
{
	unsigned month = 0;
	uint64_t begin, end;
	int32_t first;

	while (p->said >= player_rows_until(p, month))
		month++;
	begin = month == 0 ? 0 : player_rows_until(p, month - 1);
	end = player_rows_until(p, month);
	p->today = player_today(p->catalogue, month);
	first = date_month_first(date_month_of(p->today));
	p->front = first + (int32_t)((p->said - begin) * (uint64_t)(p->today - first + 1) /
				     (end - begin));
}

void player_next(struct player *p, struct player_row *out)
{
	struct turn t = { .out = out };

	set_day(p);
	*out = (struct player_row){ 0 };
	t.cell = &p->cells[turn_draw(p, p->cell_count)];
	t.m = &p->catalogue->measures[t.cell->measure];
	t.one = decimal_pow10(t.m->decimals);
	t.row.as_of = p->front;
	turn_say(p, &t);
	if (!t.judged) {
		out->verdict = oracle_judge(p->catalogue, t.cell, &t.row, p->today);
		bool folded = out->verdict == EVENT_ADMITTED && oracle_fold(t.cell, &t.row);

		if (t.row.kind == EVENT_ADD &&
		    (out->verdict == EVENT_ADMITTED || out->verdict == EVENT_HOLD))
			turn_remember_add(p, &t, !folded);
	}
	write_row(p, &t);
	p->said++;
}
