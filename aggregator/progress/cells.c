/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/cells.h"

#include <stdlib.h>

#include "aggregator/progress/cell.h"
#include "base/buf.h"
#include "base/date.h"

/* Months of the days around the programme, so that a row needs no calendar. */
struct months {
	int32_t from;
	uint32_t count;
	int32_t *month;
};

struct cells {
	const struct catalogue *catalogue;
	/* counting cells, by measure * units + unit */
	struct cell **counting;
	size_t measures, units;
	/* all others: open addressing, slots a power of two */
	struct cell **others;
	size_t slots, other_count;
	struct cell **touched; /* since the last commit */
	size_t touched_count, touched_cap;
	bool sorted;
	int32_t known, known_committed; /* day of the newest row folded */
	struct months months;
	struct buf scratch;
};

/* --- months ----------------------------------------------------------------------------------- */
static enum err months_fill(struct months *m, const struct catalogue *c)
{
	int32_t from = c->from - 366;
	int32_t span = c->to - c->from + 2 * 366;

	if (span < 0 || span > FIGURES_DAY_MAX)
		span = 0;
	m->month = calloc((size_t)span + 1, sizeof(*m->month));
	if (!m->month)
		return ERR_NOMEM;
	m->from = from;
	m->count = (uint32_t)span;
	for (int32_t i = 0; i < span; i++)
		m->month[i] = date_month_of(from + i);
	return ERR_OK;
}

static int32_t month_of(const struct cells *c, int32_t day)
{
	int64_t at = (int64_t)day - c->months.from;

	return at >= 0 && at < c->months.count ? c->months.month[at] : date_month_of(day);
}

/* --- life ------------------------------------------------------------------------------------- */
enum err cells_new(const struct catalogue *catalogue, struct cells **out)
{
	struct cells *c = calloc(1, sizeof(*c));

	if (!c)
		return ERR_NOMEM;
	c->catalogue = catalogue;
	c->measures = catalogue->measure_count;
	c->units = catalogue->unit_count;
	c->slots = 256;
	c->counting = calloc(c->measures * c->units + 1, sizeof(*c->counting));
	c->others = calloc(c->slots, sizeof(*c->others));
	if (!c->counting || !c->others || months_fill(&c->months, catalogue)) {
		cells_free(c);
		return ERR_NOMEM;
	}
	*out = c;
	return ERR_OK;
}

static void free_all(struct cell **list, size_t count)
{
	for (size_t i = 0; list && i < count; i++) {
		if (list[i])
			cell_forget(list[i]);
		free(list[i]);
	}
	free(list);
}

void cells_free(struct cells *c)
{
	if (!c)
		return;
	free_all(c->counting, c->measures * c->units);
	free_all(c->others, c->slots);
	free(c->touched);
	free(c->months.month);
	buf_free(&c->scratch);
	free(c);
}

enum err cells_follow(struct cells *c, const struct catalogue *next)
{
	struct cell **grown = calloc(next->measure_count * next->unit_count + 1, sizeof(*grown));

	if (!grown)
		return ERR_NOMEM;
	if (next->measure_count < c->measures || next->unit_count < c->units) {
		free(grown);
		return ERR_INVALID;
	}
	for (size_t m = 0; m < c->measures; m++) {
		for (size_t u = 0; u < c->units; u++)
			grown[m * next->unit_count + u] = c->counting[m * c->units + u];
	}
	free(c->counting);
	c->counting = grown;
	c->catalogue = next;
	c->measures = next->measure_count;
	c->units = next->unit_count;
	return ERR_OK;
}

/* --- finding ---------------------------------------------------------------------------------- */
static size_t slot_of(struct cell *const *table, size_t slots, uint64_t order)
{
	size_t at = (size_t)((order * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (slots - 1);

	while (table[at] && table[at]->order != order)
		at = (at + 1) & (slots - 1);
	return at;
}

static enum err grow_others(struct cells *c)
{
	size_t slots = c->slots * 2;
	struct cell **table;

	if (c->other_count * 3 < c->slots * 2)
		return ERR_OK;
	table = calloc(slots, sizeof(*table));
	if (!table)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->slots; i++) {
		if (c->others[i])
			table[slot_of(table, slots, c->others[i]->order)] = c->others[i];
	}
	free(c->others);
	c->others = table;
	c->slots = slots;
	return ERR_OK;
}

enum err cells_get(struct cells *c, struct store_txn *t, struct cell_key key, struct cell **out)
{
	struct cell **place;
	bool other = false;

	if (key.measure >= c->measures || key.unit >= c->units)
		return ERR_INVALID;
	if (key.source == CATALOGUE_NONE &&
	    key.stage == cell_counting_stage(&c->catalogue->measures[key.measure])) {
		place = &c->counting[key.measure * c->units + key.unit];
	} else {
		enum err e = grow_others(c);

		if (e)
			return e;
		place = &c->others[slot_of(c->others, c->slots, cell_order(key))];
		other = true;
	}
	if (!*place) {
		if (!(*place = cell_new(c->catalogue, key)))
			return ERR_NOMEM;
		c->other_count += other;
	}
	*out = *place;
	return (*place)->loaded ? ERR_OK : cell_load(*place, t);
}

/* --- change ----------------------------------------------------------------------------------- */
/* Notes that a cell is about to change. */
static enum err list(struct cells *c, struct cell *cell)
{
	if (cell->listed)
		return ERR_OK;
	if (c->touched_count == c->touched_cap) {
		size_t cap = c->touched_cap * 2 + 64;
		struct cell **touched = realloc(c->touched, cap * sizeof(struct cell *));

		if (!touched)
			return ERR_NOMEM;
		c->touched = touched;
		c->touched_cap = cap;
	}
	cell->before = cell_now(cell);
	cell->listed = true;
	c->touched[c->touched_count++] = cell;
	c->sorted = false;
	return ERR_OK;
}

/* The first row of a new known day: what older days changed has to be written as it stood then. */
static enum err enter_day(struct cells *c, struct store_txn *t, int32_t known)
{
	enum err e;

	if (known == c->known)
		return ERR_OK;
	if (known < c->known)
		return ERR_STATE;
	if ((e = cells_flush(c, t)))
		return e;
	c->known = known;
	return ERR_OK;
}

static void mark(const struct cells *c, struct cell *cell, int32_t as_of)
{
	cell->dirty_months |= UINT64_C(1) << (month_of(c, as_of) & 63);
}

enum err cells_fold(struct cells *c, struct store_txn *t, struct cell *cell,
		    const struct cell_row *row, bool *changed)
{
	bool touched;
	enum err e;

	*changed = false;
	if ((e = enter_day(c, t, row->known)) || (e = list(c, cell)))
		return e;
	e = figures_fold(&cell->figures, row, &touched, changed);
	if (touched)
		mark(c, cell, row->as_of);
	return e;
}

enum err cells_withdraw(struct cells *c, struct store_txn *t, struct cell *cell,
			const struct cell_row *add, uint64_t position, int32_t known,
			bool *changed)
{
	bool touched;
	enum err e;

	*changed = false;
	if ((e = enter_day(c, t, known)) || (e = list(c, cell)))
		return e;
	e = figures_withdraw(&cell->figures, add, position, known, &touched, changed);
	if (touched)
		mark(c, cell, add->as_of);
	return e;
}

enum err cells_reported(struct cells *c, struct store_txn *t, struct cell *cell, int32_t as_of,
			int64_t received_ms, uint64_t position)
{
	struct shelf_report report = { .dirty = true, .position = position,
				       .received_ms = received_ms };
	const struct shelf_report *known;
	enum err e;

	(void)t;
	if (as_of < 0 || as_of > FIGURES_DAY_MAX)
		return ERR_RANGE;
	report.month = month_of(c, as_of);
	known = shelf_report_of(&cell->reports, report.month);
	if (known && known->received_ms <= received_ms)
		return ERR_OK;
	if ((e = list(c, cell)))
		return e;
	/* a row that waited for the office came before what was admitted meanwhile */
	e = shelf_report_add(&cell->reports, &report);
	cell->reports_dirty |= !e;
	return e;
}

/* --- writing ---------------------------------------------------------------------------------- */
static int by_order(const void *a, const void *b)
{
	const struct cell *x = *(struct cell *const *)a, *y = *(struct cell *const *)b;

	return (x->order > y->order) - (x->order < y->order);
}

static bool any_known(const struct figures *f, uint32_t from, uint32_t to, int32_t known)
{
	for (; from < to; from++) {
		if (f->items[from].known == known)
			return true;
	}
	return false;
}

static enum err flush_figures(struct cells *c, struct store_txn *t, struct store_cursor *cursor,
			      struct cell *cell)
{
	const struct figures *f = &cell->figures;
	enum err e = ERR_OK;

	for (uint32_t i = 0; !e && i < f->count;) {
		int32_t month = month_of(c, f->items[i].as_of);
		int32_t last = date_month_last(month);
		uint32_t end = last < f->last ? figures_seek(f, (uint16_t)(last + 1)) : f->count;

		if ((cell->dirty_months >> (month & 63) & 1) && any_known(f, i, end, c->known))
			e = shelf_write_month(t, cursor, cell->key, f, i, end, month, c->known,
					      &c->scratch);
		i = end;
	}
	return e;
}

static enum err flush_current(struct cells *c, struct store_txn *t)
{
	for (size_t i = 0; i < c->touched_count; i++) {
		struct cell *cell = c->touched[i];
		enum err e;

		if (!cell->dirty_months)
			continue;
		if ((e = shelf_write_current(t, cell->key, &cell->figures)))
			return e;
		cell->dirty_months = 0;
	}
	return ERR_OK;
}

static enum err flush_reports(struct cells *c, struct store_txn *t)
{
	for (size_t i = 0; i < c->touched_count; i++) {
		struct cell *cell = c->touched[i];

		for (uint32_t r = 0; cell->reports_dirty && r < cell->reports.count; r++) {
			struct shelf_report *report = &cell->reports.items[r];
			enum err e;

			if (!report->dirty)
				continue;
			if ((e = shelf_write_report(t, cell->key, report)))
				return e;
			report->dirty = false;
		}
		cell->reports_dirty = false;
	}
	return ERR_OK;
}

enum err cells_flush(struct cells *c, struct store_txn *t)
{
	struct store_cursor *cursor;
	enum err e;

	if (!c->touched_count)
		return ERR_OK;
	if (!c->sorted)
		qsort(c->touched, c->touched_count, sizeof(struct cell *), by_order);
	c->sorted = true;
	if ((e = store_cursor_open(t, STORE_HISTORY, &cursor)))
		return e;
	for (size_t i = 0; !e && i < c->touched_count; i++) {
		if (c->touched[i]->dirty_months)
			e = flush_figures(c, t, cursor, c->touched[i]);
	}
	store_cursor_close(cursor);
	if (!e)
		e = flush_current(c, t);
	return e ? e : flush_reports(c, t);
}

static bool same(const struct cell_value *a, const struct cell_value *b)
{
	return a->present == b->present && a->value == b->value &&
	       a->denominator == b->denominator && a->as_of == b->as_of &&
	       a->position == b->position;
}

void cells_committed(struct cells *c,
		     void (*fn)(void *ctx, struct cell_key key, struct cell_value before,
				struct cell_value now),
		     void *ctx)
{
	for (size_t i = 0; i < c->touched_count; i++) {
		struct cell *cell = c->touched[i];
		struct cell_value now = cell_now(cell);

		cell->listed = false;
		if (fn && !same(&cell->before, &now))
			fn(ctx, cell->key, cell->before, now);
	}
	c->touched_count = 0;
	c->known_committed = c->known;
}

void cells_rollback(struct cells *c)
{
	for (size_t i = 0; i < c->touched_count; i++)
		cell_forget(c->touched[i]);
	c->touched_count = 0;
	c->known = c->known_committed;
}

static size_t memory_of(struct cell *const *list, size_t count)
{
	size_t sum = count * sizeof(*list);

	for (size_t i = 0; i < count; i++) {
		if (list[i])
			sum += sizeof(struct cell) + figures_memory(&list[i]->figures) +
			       list[i]->reports.cap * sizeof(struct shelf_report);
	}
	return sum;
}

size_t cells_memory(const struct cells *c)
{
	return sizeof(*c) + memory_of(c->counting, c->measures * c->units) +
	       memory_of(c->others, c->slots) + c->touched_cap * sizeof(struct cell *) +
	       c->scratch.cap + c->months.count * sizeof(*c->months.month);
}
