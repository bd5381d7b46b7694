/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/history.h"

#include <stdlib.h>

#include "aggregator/ledger/keys.h"
#include "aggregator/progress/month.h"
#include "aggregator/progress/shelf.h"
#include "base/date.h"
#include "base/decimal.h"

#define DAYS 32 /* slots by day of the month, from 1 */

static bool says(const struct month_record *r)
{
	return r->kind == FIGURE_SET || r->adds > 0;
}

/* --- one value -------------------------------------------------------------------------------- */
/* What one month's figures were; newer values of the table are read first. */
struct slots {
	struct month_record day[DAYS];
	uint32_t seen; /* bit by day */
};

static enum err read_value(struct slots *s, struct bytes value, int32_t from, int32_t known)
{
	struct month_reader r = month_read(value, from);
	struct month_record record;
	uint32_t here = 0;

	while (month_next(&r, &record) && record.known <= known) {
		uint32_t bit = UINT32_C(1) << record.day;

		if (s->seen & bit)
			continue;
		s->day[record.day] = record;
		here |= bit;
	}
	s->seen |= here;
	return month_failed(&r) ? ERR_CORRUPT : ERR_OK;
}

static bool add_record(const struct month_record *r, struct cell_value *out)
{
	if (r->kind == FIGURE_SET && (!decimal_add(out->value, r->set, &out->value) ||
				      !decimal_add(out->denominator, r->set_below, &out->denominator)))
		return false;
	return decimal_add(out->value, r->add, &out->value) &&
	       decimal_add(out->denominator, r->add_below, &out->denominator);
}

/* Folds backwards from a day of the month. *done: a TOTAL was met, nothing before it counts. */
static enum err fold_month(const struct slots *s, int32_t first, int32_t through,
			   struct cell_value *out, bool *done)
{
	for (int day = 31; day >= 1 && !*done; day--) {
		const struct month_record *r = &s->day[day];

		if (!(s->seen >> day & 1) || first + day - 1 > through)
			continue;
		if (r->touch > out->position)
			out->position = r->touch;
		if (says(r) && !out->present) {
			out->present = true;
			out->as_of = first + day - 1;
		}
		if (!add_record(r, out))
			return ERR_CORRUPT;
		*done = r->kind == FIGURE_SET;
	}
	return ERR_OK;
}

/* Goes back through the months, and in a month through its values, from the newest. */
static enum err fold_back(struct store_cursor *c, const struct keys *prefix, struct keys *after,
			  int32_t valid, int32_t known, struct cell_value *out)
{
	struct bytes found, value;
	struct slots s = { .seen = 0 };
	int32_t month = date_month_of(valid), found_month, from;
	bool done = false;
	enum err e = store_cursor_before(c, keys_bytes(after), &found, &value);

	while (!e && !done && keys_begin(found, prefix)) {
		if (!keys_read_history(found, &found_month, &from))
			return ERR_CORRUPT;
		if (found_month != month) {
			if ((e = fold_month(&s, date_month_first(month), valid, out, &done)) || done)
				return e;
			s.seen = 0;
			month = found_month;
		}
		if (from <= known && (e = read_value(&s, value, from, known)))
			return e;
		e = store_cursor_previous(c, &found, &value);
	}
	if (e && e != ERR_NOTFOUND)
		return e;
	return fold_month(&s, date_month_first(month), valid, out, &done);
}

static enum err fold_history(struct store_txn *t, struct cell_key key, int32_t valid,
			     int32_t known, struct cell_value *out)
{
	struct keys prefix, after;
	struct store_cursor *c;
	enum err e = store_cursor_open(t, STORE_HISTORY, &c);

	if (e)
		return e;
	keys_cell(&prefix, key.measure, key.stage, key.unit, key.source);
	keys_history(&after, key.measure, key.stage, key.unit, key.source,
		     date_month_of(valid) + 1, INT32_MIN);
	e = fold_back(c, &prefix, &after, valid, known, out);
	store_cursor_close(c);
	return e;
}

enum err history_at(struct store_txn *t, const struct catalogue *catalogue, struct cell_key key,
		    int32_t valid, int32_t known, struct cell_value *out)
{
	struct cell_value now;
	int32_t through;
	enum err e;

	(void)catalogue;
	*out = (struct cell_value){ .as_of = DATE_NONE };
	if (valid < 0 || known < 0)
		return ERR_OK;
	if (valid > FIGURES_DAY_MAX)
		valid = FIGURES_DAY_MAX;
	e = shelf_current(t, key, &now, &through);
	if (e)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	if (known == HISTORY_NOW && valid >= through) {
		*out = now;
		return ERR_OK;
	}
	e = fold_history(t, key, valid, known, out);
	if (e)
		*out = (struct cell_value){ .as_of = DATE_NONE };
	return e;
}

/* --- all values ------------------------------------------------------------------------------- */
struct past {
	int32_t as_of;
	struct month_record record;
};
struct pasts {
	struct past *items;
	size_t count, cap;
};

static enum err past_add(struct pasts *p, const struct past *one)
{
	if (p->count == p->cap) {
		size_t cap = p->cap * 2 + 64;
		struct past *items = realloc(p->items, cap * sizeof(*items));

		if (!items)
			return ERR_NOMEM;
		p->items = items;
		p->cap = cap;
	}
	p->items[p->count++] = *one;
	return ERR_OK;
}

static enum err read_pasts(struct pasts *p, struct bytes value, int32_t month, int32_t from,
			   int32_t known)
{
	struct month_reader r = month_read(value, from);
	int32_t first = date_month_first(month);
	struct past one;

	while (month_next(&r, &one.record) && one.record.known <= known) {
		enum err e;

		one.as_of = first + (int32_t)one.record.day - 1;
		if ((e = past_add(p, &one)))
			return e;
	}
	return month_failed(&r) ? ERR_CORRUPT : ERR_OK;
}

static enum err read_cell(struct store_txn *t, struct cell_key key, int32_t known,
			  struct pasts *p)
{
	struct keys prefix;
	struct store_cursor *c;
	struct bytes found, value;
	int32_t month, from;
	enum err e = store_cursor_open(t, STORE_HISTORY, &c);

	if (e)
		return e;
	keys_cell(&prefix, key.measure, key.stage, key.unit, key.source);
	e = store_cursor_seek(c, keys_bytes(&prefix), &found, &value);
	while (!e && keys_begin(found, &prefix)) {
		if (!keys_read_history(found, &month, &from))
			e = ERR_CORRUPT;
		else if (!(e = read_pasts(p, value, month, from, known)))
			e = store_cursor_next(c, &found, &value);
	}
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static int by_dates(const void *a, const void *b)
{
	const struct past *x = a, *y = b;

	if (x->as_of != y->as_of)
		return x->as_of < y->as_of ? -1 : 1;
	return (x->record.known > y->record.known) - (x->record.known < y->record.known);
}

/* The value of the day of figure `at`, as known on its known day: of each earlier date the newest
 * figure that was known then, back to a TOTAL. */
static enum err fold_past(const struct pasts *p, size_t at, struct cell_value *out)
{
	int32_t known = p->items[at].record.known, date = DATE_NONE;

	*out = (struct cell_value){ .as_of = DATE_NONE };
	for (size_t i = at + 1; i-- > 0;) {
		const struct past *one = &p->items[i];

		if (one->as_of == date || one->record.known > known)
			continue;
		date = one->as_of;
		if (one->record.touch > out->position)
			out->position = one->record.touch;
		if (says(&one->record) && !out->present) {
			out->present = true;
			out->as_of = one->as_of;
		}
		if (!add_record(&one->record, out))
			return ERR_CORRUPT;
		if (one->record.kind == FIGURE_SET)
			break;
	}
	return ERR_OK;
}

enum err history_walk(struct store_txn *t, struct cell_key key, int32_t known,
		      bool (*fn)(void *ctx, const struct history_point *point), void *ctx)
{
	struct pasts p = { 0 };
	enum err e = read_cell(t, key, known, &p);

	if (p.count)
		qsort(p.items, p.count, sizeof(*p.items), by_dates);
	for (size_t i = 0; !e && i < p.count; i++) {
		const struct past *one = &p.items[i];
		struct history_point point = {
			.as_of = one->as_of, .known = one->record.known,
			.withdrawn = !says(&one->record),
			.total = one->record.kind == FIGURE_SET,
			.revision = one->record.revision, .position = one->record.touch,
		};

		e = fold_past(&p, i, &point.folded);
		if (!e && !fn(ctx, &point))
			break;
	}
	free(p.items);
	return e;
}

/* --- the rest --------------------------------------------------------------------------------- */
enum err history_first_report(struct store_txn *t, struct cell_key key, int32_t period,
			      int64_t *received_ms)
{
	struct shelf_report report;
	enum err e = shelf_report(t, key, date_month_of(period), &report);

	*received_ms = e ? 0 : report.received_ms;
	return e;
}

enum err history_current(struct store_txn *t, struct cell_key from,
			 bool (*fn)(void *ctx, struct cell_key key, const struct cell_value *now),
			 void *ctx)
{
	struct keys k;
	struct store_cursor *c;
	struct bytes found, value;
	enum err e = store_cursor_open(t, STORE_CURRENT, &c);

	if (e)
		return e;
	keys_cell(&k, from.measure, from.stage, from.unit, from.source);
	e = store_cursor_seek(c, keys_bytes(&k), &found, &value);
	while (!e) {
		struct cell_key key;
		struct cell_value now;
		int32_t through;

		if (!keys_read_cell(found, &key.measure, &key.stage, &key.unit, &key.source))
			e = ERR_CORRUPT;
		else
			e = shelf_read_current(value, &now, &through);
		if (e || !fn(ctx, key, &now))
			break;
		e = store_cursor_next(c, &found, &value);
	}
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}
