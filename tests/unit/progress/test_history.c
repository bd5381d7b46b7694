/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/ledger/keys.h"
#include "aggregator/progress/history.h"
#include "aggregator/progress/month.h"
#include "base/date.h"
#include "shop.h"

static struct shop shop;

static int open_shop(void **state)
{
	(void)state;
	shop_open(&shop, "history");
	return 0;
}

static int close_shop(void **state)
{
	(void)state;
	shop_close(&shop);
	return 0;
}

static struct cell_value at(struct cell_key key, int32_t valid, int32_t known)
{
	struct cell_value out;

	assert_int_equal(history_at(shop.t, &shop_catalogue, key, valid, known, &out), ERR_OK);
	return out;
}

/* Keys of a cell's history, and the bytes of the largest one with its value. */
static size_t values_of(struct cell_key key, size_t *largest)
{
	struct keys prefix;
	struct store_cursor *c;
	struct bytes found, value;
	size_t count = 0;
	enum err e;

	*largest = 0;
	keys_cell(&prefix, key.measure, key.stage, key.unit, key.source);
	assert_int_equal(store_cursor_open(shop.t, STORE_HISTORY, &c), ERR_OK);
	for (e = store_cursor_seek(c, keys_bytes(&prefix), &found, &value);
	     !e && keys_begin(found, &prefix); e = store_cursor_next(c, &found, &value)) {
		count++;
		if (found.len + value.len > *largest)
			*largest = found.len + value.len;
	}
	store_cursor_close(c);
	return count;
}

static void months_split_before_they_grow_large(void **state)
{
	size_t largest, count;

	(void)state;
	for (int day = 0; day < 60; day++, shop.known++) {
		for (int date = 0; date < 31; date++)
			shop_fold(&shop, EVENT_TOTAL, date, 0, day * 1000 + date);
	}
	shop_commit(&shop);
	count = values_of(shop_count, &largest);
	assert_true(count > 10 && count < 40);
	assert_true(largest > 400 && largest <= STORE_VALUE_MAX);
	for (int day = 0; day < 60; day++)
		assert_int_equal(at(shop_count, SHOP_START + 12, SHOP_START + 40 + day).value,
				 day * 1000 + 12);
	assert_false(at(shop_count, SHOP_START + 12, SHOP_START + 39).present);
}

/* Numbers as large as they get, on every date of a month at once, keep off the overflow pages. */
static void the_largest_day_of_a_month_still_fits(void **state)
{
	struct cell *cell = shop_cell(&shop, shop_ratio);
	size_t largest;

	(void)state;
	shop.position = FIGURES_POSITION_MAX - 2;
	for (int date = 0; date < 31; date++) {
		struct cell_row row = shop_row(&shop, EVENT_TOTAL, date, 0, INT64_MIN);
		bool changed;

		row.denominator = INT64_MIN;
		row.row = FIGURES_ROW_MAX;
		row.position = 1;
		assert_int_equal(cells_fold(shop.cells, shop.t, cell, &row, &changed), ERR_OK);
		row.kind = EVENT_ADD;
		row.position = FIGURES_POSITION_MAX;
		row.value = row.denominator = INT64_MAX;
		assert_int_equal(cells_fold(shop.cells, shop.t, cell, &row, &changed), ERR_OK);
	}
	shop_commit(&shop);
	assert_int_equal(values_of(shop_ratio, &largest), 1);
	assert_true(largest > 1500 && largest < 2020);
	assert_int_equal(at(shop_ratio, SHOP_START + 30, HISTORY_NOW).value, -1);
	assert_int_equal(at(shop_ratio, SHOP_START + 30, shop.known).denominator, -1);
}

static void folds_reach_back_over_months(void **state)
{
	(void)state;
	shop_fold(&shop, EVENT_TOTAL, 0, 0, 100);
	for (int month = 1; month < 12; month++)
		shop_fold(&shop, EVENT_ADD, month * 30, 0, 1);
	shop_commit(&shop);
	assert_int_equal(at(shop_count, SHOP_START + 364, HISTORY_NOW).value, 111);
	assert_int_equal(at(shop_count, SHOP_START + 364, shop.known).value, 111);
	assert_int_equal(at(shop_count, SHOP_START + 95, shop.known).value, 103);
	assert_int_equal(at(shop_count, SHOP_START, shop.known).value, 100);
	assert_false(at(shop_count, SHOP_START - 1, shop.known).present);
	assert_false(at(shop_count, -5, HISTORY_NOW).present);
	assert_int_equal(at(shop_count, INT32_MAX, HISTORY_NOW).value, 111);
	assert_int_equal(at(shop_count, INT32_MAX, shop.known).value, 111);
	/* neighbours in the order of keys stay out of it */
	assert_false(at((struct cell_key){ 0, 0, CATALOGUE_NONE, 0 }, SHOP_START + 364, HISTORY_NOW)
			     .present);
	assert_false(at((struct cell_key){ 0, 2, CATALOGUE_NONE, 0 }, SHOP_START + 364, shop.known)
			     .present);
}

static bool stop_at_two(void *ctx, const struct history_point *point)
{
	unsigned *n = ctx;

	assert_int_equal(point->folded.present, true);
	return ++*n < 2;
}

static bool count_cells(void *ctx, struct cell_key key, const struct cell_value *now)
{
	unsigned *n = ctx;

	assert_true(key.measure == 0 && now->present);
	return ++*n < 100;
}

static void walks_stop_where_they_are_told(void **state)
{
	unsigned n = 0;

	(void)state;
	for (int day = 0; day < 5; day++)
		shop_fold(&shop, EVENT_TOTAL, day, 0, day);
	shop_commit(&shop);
	assert_int_equal(history_walk(shop.t, shop_count, HISTORY_NOW, stop_at_two, &n), ERR_OK);
	assert_int_equal(n, 2);
	n = 0;
	assert_int_equal(history_walk(shop.t, shop_count, shop.known - 1, stop_at_two, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(history_current(shop.t, (struct cell_key){ 0 }, count_cells, &n), ERR_OK);
	assert_int_equal(n, 1);
}

/* Damage that a checksum would let through is found, and never read past. */
static void broken_values_are_refused(void **state)
{
	struct buf good = { 0 };
	struct figures f = { 0 };
	struct cell_row row = { .kind = EVENT_TOTAL, .value = 300, .position = 900 };
	unsigned refused = 0, cut_short = 0;
	bool touched, changed;

	(void)state;
	for (int day = 0; day < 20; day++) {
		row.as_of = SHOP_START + day;
		row.known = SHOP_START + 40;
		assert_int_equal(figures_fold(&f, &row, &touched, &changed), ERR_OK);
	}
	month_write(&good, (struct bytes){ 0 }, &f, 0, f.count, SHOP_START, SHOP_START + 40,
		    SHOP_START + 40);
	assert_int_equal(buf_error(&good), ERR_OK);
	for (size_t len = 0; len < good.len; len++) {
		struct month_reader r = month_read(bytes_of(good.data, len), SHOP_START + 40);
		struct month_record record;
		size_t offset;
		int32_t known;

		while (month_next(&r, &record))
			;
		cut_short += len > MONTH_HEADER && month_failed(&r);
		(void)month_tail(bytes_of(good.data, len), SHOP_START + 40, &offset, &known);
	}
	assert_int_equal(cut_short, good.len - MONTH_HEADER - 1);
	for (size_t i = MONTH_HEADER; i < good.len; i++) {
		struct month_reader r;
		struct month_record record;

		good.data[i] ^= 0xff;
		r = month_read(buf_bytes(&good), SHOP_START + 40);
		while (month_next(&r, &record))
			assert_in_range(record.day, 1, 31);
		refused += month_failed(&r);
		good.data[i] ^= 0xff;
	}
	assert_true(refused > 0);
	buf_free(&good);
	figures_free(&f);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, open_shop, close_shop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(months_split_before_they_grow_large),
		WITH_SHOP(the_largest_day_of_a_month_still_fits),
		WITH_SHOP(folds_reach_back_over_months),
		WITH_SHOP(walks_stop_where_they_are_told),
		cmocka_unit_test(broken_values_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
