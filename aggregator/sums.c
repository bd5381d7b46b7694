/* SPDX-License-Identifier: MIT */
#include "aggregator/sums.h"

#include "aggregator/engine.h"
#include "aggregator/ledger/keys.h"
#include "base/reader.h"

#define ALL_DAYS INT32_MAX

enum err sums_compute(struct aggregator *a, uint16_t measure, uint16_t unit,
		      struct totals_result *out)
{
	struct totals_cells cells = { a->cells, a->txn };
	const struct totals_source from = totals_from_cells(&cells);
	enum err e = totals_compute(a->catalogue, &from, measure, unit, ALL_DAYS, out);

	/* a sum that does not fit is no figure; its rows stand in the ledger */
	if (e == ERR_RANGE)
		*out = (struct totals_result){ 0 };
	return e == ERR_RANGE ? ERR_OK : e;
}

static enum err write_one(struct aggregator *a, uint16_t measure, const struct totals_result *r)
{
	struct buf value = { 0 };
	struct keys key;
	enum err e;

	buf_put_u8(&value, r->present);
	buf_put_zigzag(&value, r->value);
	buf_put_zigzag(&value, r->denominator);
	buf_put_zigzag(&value, r->attained);
	buf_put_varint(&value, r->units_present);
	buf_put_zigzag(&value, r->as_of);
	buf_put_varint(&value, r->position);
	keys_total(&key, measure);
	e = buf_error(&value);
	if (e == ERR_OK)
		e = store_put(a->txn, STORE_TOTALS, keys_bytes(&key), buf_bytes(&value));
	buf_free(&value);
	return e;
}

static enum err read_one(struct aggregator *a, struct bytes found, struct bytes value)
{
	struct reader r = reader_of(value);
	struct totals_result *t;
	uint16_t measure;

	if (found.len != 2 || (measure = bytes_load16(found.data)) >= a->catalogue->measure_count)
		return ERR_CORRUPT;
	t = &a->sums[measure].now;
	*t = (struct totals_result){ .present = reader_u8(&r) != 0 };
	t->value = reader_zigzag(&r);
	t->denominator = reader_zigzag(&r);
	t->attained = reader_zigzag(&r);
	t->units_present = (unsigned)reader_varint(&r);
	t->as_of = (int32_t)reader_zigzag(&r);
	t->position = reader_varint(&r);
	a->sums[measure].committed = *t;
	return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

enum err sums_load(struct aggregator *a, struct store_txn *t)
{
	struct store_cursor *c;
	struct bytes found, value;
	enum err e;

	if (!a->catalogue)
		return ERR_OK;
	if ((e = store_cursor_open(t, STORE_TOTALS, &c)) != ERR_OK)
		return e;
	e = store_cursor_seek(c, (struct bytes){ 0 }, &found, &value);
	while (e == ERR_OK)
		if ((e = read_one(a, found, value)) == ERR_OK)
			e = store_cursor_next(c, &found, &value);
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static bool touch(struct aggregator *a, uint16_t measure)
{
	bool news = measure != CATALOGUE_NONE && !a->touched[measure];

	if (news)
		a->touched[measure] = 1;
	return news;
}

/* What is computed from a touched measure is touched: wholes of parts, and derived measures, also
 * of each other. */
static void spread(struct aggregator *a)
{
	const struct catalogue *c = a->catalogue;
	bool more = true;

	while (more) {
		more = false;
		for (size_t m = 0; m < c->measure_count; m++) {
			uint16_t from = a->sums[m].derives_from;

			if (a->touched[m])
				more |= touch(a, c->measures[m].whole);
			else if (from != CATALOGUE_NONE && a->touched[from])
				more |= touch(a, (uint16_t)m);
		}
	}
}

enum err sums_flush(struct aggregator *a)
{
	enum err e = ERR_OK;

	spread(a);
	for (size_t m = 0; e == ERR_OK && m < a->catalogue->measure_count; m++) {
		struct engine_sum *sum = &a->sums[m];

		if (!a->touched[m])
			continue;
		e = sums_compute(a, (uint16_t)m, a->catalogue->city, &sum->now);
		if (e == ERR_OK)
			e = write_one(a, (uint16_t)m, &sum->now);
		sum->moved = true;
		a->touched[m] = 0;
	}
	return e;
}
