/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/figures.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/decimal.h"

void figures_free(struct figures *f)
{
	free(f->items);
	free(f->adds);
	free(f->below);
	*f = (struct figures){ .ratio = f->ratio };
}

size_t figures_memory(const struct figures *f)
{
	return f->cap * (sizeof(*f->items) + (f->adds ? sizeof(*f->adds) : 0) +
			 (f->ratio ? sizeof(*f->below) : 0));
}

/* Dates rise and are distinct, so both ends say how far away a date can be: where every day has a
 * figure that leaves one place only. */
uint32_t figures_seek(const struct figures *f, uint16_t day)
{
	uint32_t low = 0, high = f->count;

	if (!f->count || day > f->last)
		return f->count;
	if (day <= f->first)
		return 0;
	if ((uint32_t)(day - f->first) < high)
		high = (uint32_t)(day - f->first);
	if ((uint32_t)(f->last - day) < f->count - 1)
		low = f->count - 1 - (uint32_t)(f->last - day);
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (f->items[middle].as_of < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t figures_at(const struct figures *f, uint16_t day)
{
	uint32_t at = figures_seek(f, day);

	return at < f->count && f->items[at].as_of == day ? at : f->count;
}

/* Newest position from a figure back to the TOTAL that governs it. */
static uint64_t position_of(const struct figures *f, uint32_t at)
{
	uint64_t top = 0;

	if (f->adds)
		return f->adds[at].top;
	for (uint32_t i = at + 1; i-- > 0;) {
		if (figure_position(&f->items[i]) > top)
			top = figure_position(&f->items[i]);
		if (figure_kind(&f->items[i]) == FIGURE_SET)
			break;
	}
	return top;
}

struct cell_value figures_value(const struct figures *f, int32_t day)
{
	struct cell_value out = { .as_of = DATE_NONE };
	uint32_t at;

	if (day < 0)
		return out;
	at = day >= FIGURES_DAY_MAX ? f->count : figures_seek(f, (uint16_t)(day + 1));
	if (!at)
		return out;
	out.value = f->items[at - 1].cum;
	out.denominator = f->ratio ? f->below[at - 1].cum : 0;
	out.position = position_of(f, at - 1);
	while (at-- > 0) {
		if (!figure_says(&f->items[at]))
			continue;
		out.present = true;
		out.as_of = f->items[at].as_of;
		break;
	}
	return out;
}

/* --- change ----------------------------------------------------------------------------------- */
/* A figure as it shall be. */
struct draft {
	struct figure figure;
	int64_t add;
	struct figure_below below;
};

_Static_assert(sizeof(struct figure) == 32, "two a cache line");

/* Items that begin on a cache line. */
static enum err grow_items(struct figures *f, uint32_t cap)
{
	struct figure *items = aligned_alloc(64, cap * sizeof(*items));

	if (!items)
		return ERR_NOMEM;
	if (f->count)
		memcpy(items, f->items, f->count * sizeof(*items));
	free(f->items);
	f->items = items;
	return ERR_OK;
}

static bool grow(void **list, size_t bytes)
{
	void *grown = realloc(*list, bytes);

	if (grown)
		*list = grown;
	return grown != NULL;
}

/* Room for one more: an eighth more at a time, as there are many cells, which grow day by day. */
static enum err reserve_one(struct figures *f)
{
	uint32_t cap = (f->cap + f->cap / 8 + 4) & ~1u;

	if (f->count < f->cap)
		return ERR_OK;
	if (f->adds && !grow((void **)&f->adds, cap * sizeof(*f->adds)))
		return ERR_NOMEM;
	if (f->ratio && !grow((void **)&f->below, cap * sizeof(*f->below)))
		return ERR_NOMEM;
	if (grow_items(f, cap))
		return ERR_NOMEM;
	f->cap = cap;
	return ERR_OK;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Newest position that a figure inherits from those before it. */
static uint64_t top_before(const struct figures *f, uint32_t at)
{
	return at && f->adds ? f->adds[at - 1].top : 0;
}

static uint64_t top_of(const struct figure *item, uint64_t before)
{
	uint64_t own = figure_position(item);

	return figure_kind(item) == FIGURE_SET ? own : later(own, before);
}

/* The first ADD of all. */
static enum err reserve_adds(struct figures *f)
{
	if (f->adds)
		return ERR_OK;
	f->adds = calloc(f->cap, sizeof(*f->adds));
	if (!f->adds)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < f->count; i++)
		f->adds[i].top = top_of(&f->items[i], top_before(f, i));
	return ERR_OK;
}

static void put(struct figures *f, uint32_t at, const struct draft *d)
{
	f->sets += figure_kind(&d->figure) == FIGURE_SET;
	f->items[at] = d->figure;
	if (f->adds)
		f->adds[at] = (struct figure_adds){ d->add,
						    top_of(&d->figure, top_before(f, at)) };
	if (f->ratio)
		f->below[at] = d->below;
}

static void replace(struct figures *f, uint32_t at, const struct draft *d)
{
	f->sets -= figure_kind(&f->items[at]) == FIGURE_SET;
	put(f, at, d);
}

/* There is room. */
static void insert(struct figures *f, uint32_t at, const struct draft *d)
{
	size_t behind = f->count - at;

	if (behind) {
		memmove(f->items + at + 1, f->items + at, behind * sizeof(*f->items));
		if (f->adds)
			memmove(f->adds + at + 1, f->adds + at, behind * sizeof(*f->adds));
		if (f->ratio)
			memmove(f->below + at + 1, f->below + at, behind * sizeof(*f->below));
	}
	f->count++;
	put(f, at, d);
	f->first = f->items[0].as_of;
	f->last = f->items[f->count - 1].as_of;
}

/* What the days before a figure leave standing. */
struct carry {
	int64_t cum, below;
	uint64_t top;
};
static struct carry carried(const struct figures *f, uint32_t at)
{
	if (!at)
		return (struct carry){ 0 };
	return (struct carry){ f->items[at - 1].cum, f->ratio ? f->below[at - 1].cum : 0,
			       top_before(f, at) };
}

static bool says_before(const struct figures *f, uint32_t at)
{
	while (at-- > 0) {
		if (figure_says(&f->items[at]))
			return true;
	}
	return false;
}

/* Works out the sums from one date on, up to the next TOTAL. False where one does not fit: *end is
 * the figure at which that happened, those before it have moved. */
static bool move_on(struct figures *f, uint32_t from, struct carry c, uint32_t *end)
{
	for (uint32_t i = from; i < f->count && figure_kind(&f->items[i]) != FIGURE_SET; i++) {
		*end = i;
		if (!decimal_add(c.cum, figures_add(f, i), &c.cum))
			return false;
		if (f->ratio && !decimal_add(c.below, f->below[i].add, &c.below))
			return false;
		f->items[i].cum = c.cum;
		if (f->adds)
			f->adds[i].top = c.top = later(c.top, figure_position(&f->items[i]));
		if (f->ratio)
			f->below[i].cum = c.below;
	}
	return true;
}

/* The same for a draft that shall stand before the figure `next`; all or nothing. */
static enum err move_all(struct figures *f, uint32_t at, uint32_t next, const struct draft *d)
{
	struct carry now = { d->figure.cum, d->below.cum,
			     top_of(&d->figure, top_before(f, at)) };
	uint32_t end, count = f->count;

	if (move_on(f, next, now, &end))
		return ERR_OK;
	f->count = end;
	move_on(f, next, carried(f, next), &end);
	f->count = count;
	return ERR_RANGE;
}

/* Puts the draft where it belongs: in the place of the figure at `at` where that has its date, else
 * before it. */
static enum err settle(struct figures *f, uint32_t at, const struct draft *d, bool *changed)
{
	bool exact = at < f->count && f->items[at].as_of == d->figure.as_of;
	uint32_t next = exact ? at + 1 : at;
	struct carry before = carried(f, next);
	bool said = exact && figure_says(&f->items[at]);
	bool moved = d->figure.cum != before.cum || (f->ratio && d->below.cum != before.below);
	enum err e = exact ? ERR_OK : reserve_one(f);

	if (!e && figure_adds(&d->figure))
		e = reserve_adds(f);
	if (!e && (moved || f->adds))
		e = move_all(f, at, next, d);
	if (e)
		return e;
	*changed = moved || (said != figure_says(&d->figure) && !says_before(f, at));
	if (exact)
		replace(f, at, d);
	else
		insert(f, at, d);
	return ERR_OK;
}

/* The figure of that date as it is, or an empty one that carries what stands before. */
static struct draft draft_of(const struct figures *f, uint32_t at, uint16_t day)
{
	struct draft d = { 0 };
	struct carry before;

	if (at < f->count && f->items[at].as_of == day) {
		d.figure = f->items[at];
		d.add = figures_add(f, at);
		if (f->ratio)
			d.below = f->below[at];
		return d;
	}
	before = carried(f, at);
	d.figure.as_of = day;
	d.figure.cum = before.cum;
	d.below.cum = before.below;
	return d;
}

static bool draft_total(struct draft *d, const struct cell_row *row)
{
	if (figure_kind(&d->figure) != FIGURE_NONE && row->revision < d->figure.revision)
		return false;
	d->figure.revision = row->revision;
	d->figure.set = figure_set(row->position, row->row, FIGURE_SET);
	d->figure.touch = figure_touch(row->position, 0);
	d->add = 0;
	d->figure.cum = row->value;
	d->below = (struct figure_below){ 0, row->denominator };
	return true;
}

static void draft_retract(struct draft *d, const struct cell_row *row, struct carry before)
{
	if (figure_kind(&d->figure) == FIGURE_NONE || d->figure.revision < row->revision)
		d->figure.revision = row->revision;
	d->figure.set = figure_set(row->position, row->row, FIGURE_GONE);
	d->figure.touch = figure_touch(row->position, 0);
	d->add = 0;
	d->figure.cum = before.cum;
	d->below = (struct figure_below){ 0, before.below };
}

/* Moves the sum of a day's ADDs. */
static bool draft_add(struct draft *d, int64_t value, int64_t denominator)
{
	struct figure *f = &d->figure;
	struct figure_below *b = &d->below;

	return decimal_add(d->add, value, &d->add) && decimal_add(f->cum, value, &f->cum) &&
	       decimal_add(b->add, denominator, &b->add) &&
	       decimal_add(b->cum, denominator, &b->cum);
}

static enum err check_row(const struct cell_row *row)
{
	if (row->as_of < 0 || row->as_of > FIGURES_DAY_MAX)
		return ERR_RANGE;
	if (row->known < 0 || row->known > FIGURES_DAY_MAX)
		return ERR_RANGE;
	if (row->position > FIGURES_POSITION_MAX || row->row > FIGURES_ROW_MAX)
		return ERR_RANGE;
	return ERR_OK;
}

enum err figures_fold(struct figures *f, const struct cell_row *row, bool *touched, bool *changed)
{
	enum err e = check_row(row);
	uint32_t at;
	struct draft d;

	*touched = *changed = false;
	if (e || row->kind == EVENT_NIL)
		return e;
	at = figures_seek(f, (uint16_t)row->as_of);
	d = draft_of(f, at, (uint16_t)row->as_of);
	if (row->kind == EVENT_ADD) {
		if (figure_kind(&d.figure) != FIGURE_NONE && d.figure.revision > 0)
			return ERR_OK;
		if (figure_adds(&d.figure) == FIGURES_ADDS_MAX ||
		    !draft_add(&d, row->value, f->ratio ? row->denominator : 0))
			return ERR_RANGE;
		d.figure.touch = figure_touch(row->position, figure_adds(&d.figure) + 1);
	} else if (row->kind == EVENT_RETRACT) {
		draft_retract(&d, row, carried(f, at));
	} else if (!draft_total(&d, row)) {
		return ERR_OK;
	}
	d.figure.known = (uint16_t)row->known;
	e = settle(f, at, &d, changed);
	*touched = !e;
	return e;
}

enum err figures_withdraw(struct figures *f, const struct cell_row *add, uint64_t position,
			  int32_t known, bool *touched, bool *changed)
{
	struct cell_row at_place = *add;
	enum err e;
	uint32_t at;
	struct draft d;

	*touched = *changed = false;
	at_place.known = known;
	if ((e = check_row(&at_place)))
		return e;
	if (position > FIGURES_POSITION_MAX)
		return ERR_RANGE;
	at = figures_at(f, (uint16_t)add->as_of);
	if (at == f->count)
		return ERR_OK;
	d = draft_of(f, at, (uint16_t)add->as_of);
	if (!figure_adds(&d.figure))
		return ERR_OK;
	if (figure_kind(&d.figure) != FIGURE_NONE &&
	    (d.figure.revision > 0 || d.figure.set >> 2 > figure_place(add->position, add->row)))
		return ERR_OK;
	if (add->value == INT64_MIN || add->denominator == INT64_MIN ||
	    !draft_add(&d, -add->value, f->ratio ? -add->denominator : 0))
		return ERR_RANGE;
	d.figure.touch = figure_touch(position, figure_adds(&d.figure) - 1);
	d.figure.known = (uint16_t)known;
	e = settle(f, at, &d, changed);
	*touched = !e;
	return e;
}

/* --- from the store --------------------------------------------------------------------------- */
enum err figures_restore(struct figures *f, const struct figures_stored *stored)
{
	struct draft d = { stored->figure, stored->add, { stored->add_below, stored->set_below } };
	uint32_t at = figures_seek(f, stored->figure.as_of);
	bool exact = at < f->count && f->items[at].as_of == stored->figure.as_of;
	enum err e = exact ? ERR_OK : reserve_one(f);

	if (!e && figure_adds(&d.figure))
		e = reserve_adds(f);
	if (e)
		return e;
	d.figure.cum = stored->set; /* for a moment; figures_refold makes the fold of it */
	if (exact)
		replace(f, at, &d);
	else
		insert(f, at, &d);
	return ERR_OK;
}

enum err figures_refold(struct figures *f)
{
	struct figure_below sum = { 0, 0 };

	for (uint32_t i = 0; i < f->count; i++) {
		struct figure *item = &f->items[i];
		bool set = figure_kind(item) == FIGURE_SET;

		if (!decimal_add(set ? item->cum : sum.add, figures_add(f, i), &item->cum))
			return ERR_CORRUPT;
		sum.add = item->cum;
		if (f->adds)
			f->adds[i].top = top_of(item, top_before(f, i));
		if (!f->ratio)
			continue;
		if (!decimal_add(set ? f->below[i].cum : sum.cum, f->below[i].add, &f->below[i].cum))
			return ERR_CORRUPT;
		sum.cum = f->below[i].cum;
	}
	return ERR_OK;
}
