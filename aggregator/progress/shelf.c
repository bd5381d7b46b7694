/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/shelf.h"

#include <stdlib.h>

#include "aggregator/ledger/keys.h"
#include "aggregator/progress/month.h"
#include "base/date.h"
#include "base/reader.h"

void shelf_reports_free(struct shelf_reports *r)
{
	free(r->items);
	*r = (struct shelf_reports){ 0 };
}

const struct shelf_report *shelf_report_of(const struct shelf_reports *r, int32_t month)
{
	for (uint32_t i = r->count; i-- > 0;) {
		if (r->items[i].month == month)
			return &r->items[i];
	}
	return NULL;
}

enum err shelf_report_add(struct shelf_reports *r, const struct shelf_report *report)
{
	uint32_t at = r->count;

	for (uint32_t i = 0; i < r->count; i++)
		if (r->items[i].month == report->month) {
			r->items[i] = *report;
			return ERR_OK;
		}
	if (r->count == r->cap) {
		uint32_t cap = r->cap + 4;
		struct shelf_report *items = realloc(r->items, cap * sizeof(*items));

		if (!items)
			return ERR_NOMEM;
		r->items = items;
		r->cap = cap;
	}
	for (; at > 0 && r->items[at - 1].month > report->month; at--)
		r->items[at] = r->items[at - 1];
	r->items[at] = *report;
	r->count++;
	return ERR_OK;
}

/* --- reading ---------------------------------------------------------------------------------- */
static enum err restore_month(struct figures *f, struct bytes value, int32_t month, int32_t from)
{
	struct month_reader r = month_read(value, from);
	int32_t first = date_month_first(month);
	struct month_record record;

	if (r.ratio != f->ratio)
		return ERR_CORRUPT;
	while (month_next(&r, &record)) {
		struct figures_stored stored = month_stored(&record, first);
		enum err e = figures_restore(f, &stored);

		if (e)
			return e;
	}
	return month_failed(&r) ? ERR_CORRUPT : ERR_OK;
}

static enum err load_figures(struct store_txn *t, const struct keys *prefix, struct figures *f)
{
	struct store_cursor *c;
	struct bytes found, value;
	enum err e = store_cursor_open(t, STORE_HISTORY, &c);

	if (e)
		return e;
	e = store_cursor_seek(c, keys_bytes(prefix), &found, &value);
	while (!e && keys_begin(found, prefix)) {
		int32_t month, from;

		if (!keys_read_history(found, &month, &from)) {
			e = ERR_CORRUPT;
			break;
		}
		e = restore_month(f, value, month, from);
		if (!e)
			e = store_cursor_next(c, &found, &value);
	}
	store_cursor_close(c);
	return e && e != ERR_NOTFOUND ? e : figures_refold(f);
}

static enum err read_report(struct bytes value, struct shelf_report *out)
{
	struct reader r = reader_of(value);

	out->received_ms = reader_zigzag(&r);
	out->position = reader_varint(&r);
	return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

static enum err load_reports(struct store_txn *t, const struct keys *prefix,
			     struct shelf_reports *reports)
{
	struct store_cursor *c;
	struct bytes found, value;
	enum err e = store_cursor_open(t, STORE_REPORTS, &c);

	if (e)
		return e;
	e = store_cursor_seek(c, keys_bytes(prefix), &found, &value);
	while (!e && keys_begin(found, prefix)) {
		struct shelf_report report = { 0 };

		if (found.len != KEYS_REPORT_LEN) {
			e = ERR_CORRUPT;
			break;
		}
		report.month = bytes_load16(found.data + KEYS_CELL_LEN);
		if ((e = read_report(value, &report)) || (e = shelf_report_add(reports, &report)))
			break;
		e = store_cursor_next(c, &found, &value);
	}
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static struct keys prefix_of(struct cell_key key)
{
	struct keys k;

	keys_cell(&k, key.measure, key.stage, key.unit, key.source);
	return k;
}

enum err shelf_load(struct store_txn *t, struct cell_key key, struct figures *f,
		    struct shelf_reports *reports)
{
	struct keys prefix = prefix_of(key);
	enum err e = load_figures(t, &prefix, f);

	return e ? e : load_reports(t, &prefix, reports);
}

/* --- writing ---------------------------------------------------------------------------------- */
/* The newest value of the month: what of it stays, and the known-from day of its key. *kept points
 * into the map. */
static enum err find_open(struct store_cursor *c, struct cell_key key, int32_t month,
			  int32_t known, bool ratio, struct bytes *kept, int32_t *from)
{
	struct keys last;
	struct bytes found, value;
	size_t offset;
	int32_t found_month, found_from, tail;
	enum err e;

	*kept = (struct bytes){ 0 };
	*from = known;
	keys_history(&last, key.measure, key.stage, key.unit, key.source, month, known + 1);
	e = store_cursor_before(c, keys_bytes(&last), &found, &value);
	if (e)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	if (found.len != last.len || memcmp(found.data, last.data, KEYS_CELL_LEN) != 0)
		return ERR_OK;
	if (!keys_read_history(found, &found_month, &found_from))
		return ERR_CORRUPT;
	if (found_month != month)
		return ERR_OK;
	if ((e = month_tail(value, found_from, &offset, &tail)))
		return e;
	if (tail == known) {
		*from = found_from;
		*kept = bytes_of(value.data, offset > MONTH_HEADER ? offset : 0);
	} else if (value.len <= MONTH_OPEN_MAX(ratio)) {
		*from = found_from;
		*kept = value;
	}
	return ERR_OK;
}

enum err shelf_write_month(struct store_txn *t, struct store_cursor *c, struct cell_key key,
			   const struct figures *f, uint32_t from, uint32_t to, int32_t month,
			   int32_t known, struct buf *scratch)
{
	struct bytes kept;
	int32_t key_known;
	struct keys k;
	enum err e = find_open(c, key, month, known, f->ratio, &kept, &key_known);

	if (e)
		return e;
	buf_clear(scratch);
	month_write(scratch, kept, f, from, to, date_month_first(month), key_known, known);
	if ((e = buf_error(scratch)))
		return e;
	keys_history(&k, key.measure, key.stage, key.unit, key.source, month, key_known);
	return store_put(t, STORE_HISTORY, keys_bytes(&k), buf_bytes(scratch));
}

/* current: u8 present, zigzag value, zigzag denominator, varint as_of, varint through, varint
 * position */
enum err shelf_write_current(struct store_txn *t, struct cell_key key, const struct figures *f)
{
	struct cell_value now = figures_value(f, FIGURES_DAY_MAX);
	struct keys k = prefix_of(key);
	struct buf value = { 0 };
	enum err e;

	buf_put_u8(&value, now.present);
	buf_put_zigzag(&value, now.value);
	buf_put_zigzag(&value, now.denominator);
	buf_put_varint(&value, now.present ? (uint64_t)now.as_of : 0);
	buf_put_varint(&value, f->last);
	buf_put_varint(&value, now.position);
	if (!(e = buf_error(&value)))
		e = store_put(t, STORE_CURRENT, keys_bytes(&k), buf_bytes(&value));
	buf_free(&value);
	return e;
}

enum err shelf_read_current(struct bytes value, struct cell_value *out, int32_t *through)
{
	struct reader r = reader_of(value);
	uint64_t as_of, last;

	out->present = reader_u8(&r) != 0;
	out->value = reader_zigzag(&r);
	out->denominator = reader_zigzag(&r);
	as_of = reader_varint(&r);
	last = reader_varint(&r);
	out->position = reader_varint(&r);
	if (!reader_done(&r) || as_of > FIGURES_DAY_MAX || last > FIGURES_DAY_MAX)
		return ERR_CORRUPT;
	out->as_of = out->present ? (int32_t)as_of : DATE_NONE;
	*through = (int32_t)last;
	return ERR_OK;
}

enum err shelf_current(struct store_txn *t, struct cell_key key, struct cell_value *out,
		       int32_t *through)
{
	struct keys k = prefix_of(key);
	struct bytes value;
	enum err e = store_get(t, STORE_CURRENT, keys_bytes(&k), &value);

	return e ? e : shelf_read_current(value, out, through);
}

enum err shelf_write_report(struct store_txn *t, struct cell_key key,
			    const struct shelf_report *report)
{
	struct keys k;
	struct buf value = { 0 };
	enum err e;

	keys_report(&k, key.measure, key.stage, key.unit, key.source, report->month);
	buf_put_zigzag(&value, report->received_ms);
	buf_put_varint(&value, report->position);
	if (!(e = buf_error(&value)))
		e = store_put(t, STORE_REPORTS, keys_bytes(&k), buf_bytes(&value));
	buf_free(&value);
	return e;
}

enum err shelf_report(struct store_txn *t, struct cell_key key, int32_t month,
		      struct shelf_report *out)
{
	struct keys k;
	struct bytes value;
	enum err e;

	*out = (struct shelf_report){ .month = month };
	keys_report(&k, key.measure, key.stage, key.unit, key.source, month);
	e = store_get(t, STORE_REPORTS, keys_bytes(&k), &value);
	return e ? e : read_report(value, out);
}
