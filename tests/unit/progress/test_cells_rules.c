/* SPDX-License-Identifier: MIT */
/* The rules of folding, one by one. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "shop.h"

static struct shop shop;

static int open_shop(void **state)
{
	(void)state;
	shop_open(&shop, "cells-rules");
	return 0;
}

static int close_shop(void **state)
{
	(void)state;
	shop_close(&shop);
	return 0;
}

static void values_carry_forward(void **state)
{
	(void)state;
	assert_false(shop_at(&shop, 400).present);
	shop_fold(&shop, EVENT_TOTAL, 10, 0, 5);
	assert_true(shop.changed);
	assert_false(shop_at(&shop, 9).present);
	assert_int_equal(shop_at(&shop, 9).as_of, DATE_NONE);
	assert_int_equal(shop_at(&shop, 10).value, 5);
	assert_int_equal(shop_at(&shop, 300).value, 5);
	assert_int_equal(shop_at(&shop, 300).as_of, SHOP_START + 10);
	shop_fold(&shop, EVENT_TOTAL, 10, 0, 0); /* zero is not missing */
	assert_true(shop_at(&shop, 10).present);
	shop_fold(&shop, EVENT_TOTAL, 20, 0, 0);
	assert_false(shop.changed); /* the same on every day */
}

static void the_highest_revision_wins_not_the_latest_arrival(void **state)
{
	uint64_t position;

	(void)state;
	shop_fold(&shop, EVENT_TOTAL, 10, 2, 50);
	position = shop.position;
	shop_fold(&shop, EVENT_TOTAL, 10, 1, 40);
	assert_false(shop.changed);
	assert_int_equal(shop_at(&shop, 10).value, 50);
	assert_int_equal(shop_at(&shop, 10).position, position);
	shop_fold(&shop, EVENT_TOTAL, 10, 2, 45); /* of equal ones the later */
	assert_int_equal(shop_at(&shop, 10).value, 45);
	shop_fold(&shop, EVENT_ADD, 10, 0, 7); /* revision 0: before the set, absorbed */
	assert_false(shop.changed);
	assert_int_equal(shop_at(&shop, 10).value, 45);
}

static void adds_pile_up_until_a_total(void **state)
{
	(void)state;
	shop_fold(&shop, EVENT_ADD, 10, 0, 3);
	shop_fold(&shop, EVENT_ADD, 30, 0, 4);
	shop_fold(&shop, EVENT_ADD, 20, 0, 5); /* out of order */
	assert_int_equal(shop_at(&shop, 10).value, 3);
	assert_int_equal(shop_at(&shop, 20).value, 8);
	assert_int_equal(shop_at(&shop, 30).value, 12);
	shop_fold(&shop, EVENT_TOTAL, 20, 0, 100);
	assert_int_equal(shop_at(&shop, 19).value, 3);
	assert_int_equal(shop_at(&shop, 20).value, 100);
	assert_int_equal(shop_at(&shop, 30).value, 104);
	shop_fold(&shop, EVENT_ADD, 20, 0, 1); /* after the TOTAL of the day */
	assert_int_equal(shop_at(&shop, 30).value, 105);
	shop_fold(&shop, EVENT_ADD, 5, 0, 1000); /* before it */
	assert_int_equal(shop_at(&shop, 10).value, 1003);
	assert_int_equal(shop_at(&shop, 30).value, 105);
}

static void a_retract_lets_earlier_days_show(void **state)
{
	uint32_t revision;

	(void)state;
	shop_fold(&shop, EVENT_TOTAL, 10, 0, 5);
	shop_fold(&shop, EVENT_TOTAL, 20, 3, 8);
	shop_fold(&shop, EVENT_RETRACT, 20, 0, 0); /* whatever stands there */
	assert_true(shop.changed);
	assert_int_equal(shop_at(&shop, 20).value, 5);
	assert_int_equal(shop_at(&shop, 20).as_of, SHOP_START + 10);
	assert_int_equal(shop_at(&shop, 20).position, shop.position); /* newer than what it hid */
	assert_false(cell_exactly(shop_cell(&shop, shop_count), SHOP_START + 20, &revision).present);
	assert_int_equal(revision, 3);
	assert_false(cell_stands(shop_cell(&shop, shop_count), SHOP_START + 20));
	shop_fold(&shop, EVENT_TOTAL, 20, 2, 9);
	assert_int_equal(shop_at(&shop, 20).value, 5);
	shop_fold(&shop, EVENT_TOTAL, 20, 3, 9);
	assert_int_equal(shop_at(&shop, 20).value, 9);
	shop_fold(&shop, EVENT_RETRACT, 20, 3, 0);
	shop_fold(&shop, EVENT_RETRACT, 10, 0, 0);
	assert_false(shop_at(&shop, 400).present);
	shop_fold(&shop, EVENT_ADD, 10, 0, 2); /* after a RETRACT of revision 0 */
	assert_int_equal(shop_at(&shop, 10).value, 2);
}

static void adds_are_withdrawn_unless_absorbed(void **state)
{
	struct cell_row add;

	(void)state;
	add = shop_fold(&shop, EVENT_ADD, 10, 0, 3);
	shop_withdraw(&shop, &add);
	assert_true(shop.changed);
	assert_false(shop_at(&shop, 10).present);
	shop_withdraw(&shop, &add);
	assert_false(shop.changed);
	add = shop_fold(&shop, EVENT_ADD, 10, 0, 3);
	shop_fold(&shop, EVENT_TOTAL, 10, 0, 20);
	shop_withdraw(&shop, &add);
	assert_false(shop.changed);
	assert_int_equal(shop_at(&shop, 10).value, 20);
	add = shop_fold(&shop, EVENT_ADD, 10, 0, 4);
	shop_fold(&shop, EVENT_ADD, 10, 0, 5);
	shop_withdraw(&shop, &add);
	assert_int_equal(shop_at(&shop, 10).value, 25);
}

/* The feed tells news by position: it has to grow for later days too. */
static void positions_grow_even_where_the_value_stays(void **state)
{
	(void)state;
	shop_fold(&shop, EVENT_ADD, 10, 0, 5);
	shop_fold(&shop, EVENT_ADD, 20, 0, 1);
	assert_int_equal(shop_at(&shop, 10).position, shop.position - 1);
	shop_fold(&shop, EVENT_TOTAL, 10, 0, 5);
	assert_false(shop.changed);
	assert_int_equal(shop_at(&shop, 20).value, 6);
	assert_int_equal(shop_at(&shop, 20).position, shop.position);
	assert_int_equal(shop_at(&shop, 15).position, shop.position);
}

/* Rows of one entry: their number decides what a TOTAL between them absorbed. */
static void rows_of_one_entry_keep_their_order(void **state)
{
	struct cell *cell = shop_cell(&shop, shop_count);
	struct cell_row rows[3];
	static const enum event_kind kinds[] = { EVENT_ADD, EVENT_TOTAL, EVENT_ADD };
	bool changed;

	(void)state;
	for (shop.row = 0; shop.row < 3; shop.row++) {
		rows[shop.row] = shop_row(&shop, kinds[shop.row], 10, 0, 10 + (int)shop.row);
		assert_int_equal(cells_fold(shop.cells, shop.t, cell, &rows[shop.row], &changed),
				 ERR_OK);
	}
	assert_int_equal(shop_at(&shop, 10).value, 23);
	shop_withdraw(&shop, &rows[0]);
	assert_int_equal(shop_at(&shop, 10).value, 23);
	shop_withdraw(&shop, &rows[2]);
	assert_int_equal(shop_at(&shop, 10).value, 11);
}

static void nothing_changes_where_a_sum_overflows(void **state)
{
	struct cell *cell = shop_cell(&shop, shop_count);
	struct cell_row row;
	bool changed;

	(void)state;
	shop_fold(&shop, EVENT_ADD, 10, 0, 1);
	shop_fold(&shop, EVENT_ADD, 25, 0, 0);
	shop_fold(&shop, EVENT_ADD, 30, 0, INT64_MAX - 1);
	row = shop_row(&shop, EVENT_ADD, 20, 0, 1); /* its own day would do, a later one not */
	assert_int_equal(cells_fold(shop.cells, shop.t, cell, &row, &changed), ERR_RANGE);
	assert_false(changed);
	assert_false(cell_stands(cell, SHOP_START + 20));
	assert_int_equal(shop_at(&shop, 20).value, 1);
	assert_int_equal(shop_at(&shop, 25).value, 1);
	assert_true(shop_at(&shop, 30).value == INT64_MAX);
	row.as_of = -1;
	assert_int_equal(cells_fold(shop.cells, shop.t, cell, &row, &changed), ERR_RANGE);
	row.as_of = UINT16_MAX + 1;
	assert_int_equal(cells_fold(shop.cells, shop.t, cell, &row, &changed), ERR_RANGE);
	row.as_of = SHOP_START;
	row.known--;
	assert_int_equal(cells_fold(shop.cells, shop.t, cell, &row, &changed), ERR_STATE);
}

static void neighbours_are_found(void **state)
{
	struct cell *cell = shop_cell(&shop, shop_count);
	uint32_t revision = 99;

	(void)state;
	assert_false(cell_after(cell, 0).present);
	shop_fold(&shop, EVENT_TOTAL, 10, 4, 5);
	shop_fold(&shop, EVENT_TOTAL, 20, 0, 8);
	for (int i = 0; i < 3; i++)
		shop_fold(&shop, EVENT_ADD, 15, 0, 1);
	assert_int_equal(cell_after(cell, SHOP_START + 10).value, 8);
	assert_int_equal(cell_after(cell, SHOP_START + 9).value, 5);
	assert_int_equal(cell_after(cell, INT32_MIN).value, 5);
	assert_false(cell_after(cell, SHOP_START + 20).present);
	assert_int_equal(cell_exactly(cell, SHOP_START + 10, &revision).value, 5);
	assert_int_equal(revision, 4);
	assert_false(cell_exactly(cell, SHOP_START + 15, &revision).present);
	assert_int_equal(revision, 0);
	assert_true(cell_stands(cell, SHOP_START + 15));
	assert_false(cell_stands(cell, SHOP_START + 16));
}

static void ratios_carry_both_numbers(void **state)
{
	struct cell *cell = shop_cell(&shop, shop_ratio);
	struct cell_row row = shop_row(&shop, EVENT_TOTAL, 10, 0, 90);
	bool changed;

	(void)state;
	row.denominator = 150;
	assert_int_equal(cells_fold(shop.cells, shop.t, cell, &row, &changed), ERR_OK);
	row.position++;
	row.denominator = 160;
	assert_int_equal(cells_fold(shop.cells, shop.t, cell, &row, &changed), ERR_OK);
	assert_true(changed);
	shop_commit(&shop);
	cells_free(shop.cells);
	assert_int_equal(cells_new(&shop_catalogue, &shop.cells), ERR_OK);
	cell = shop_cell(&shop, shop_ratio);
	assert_int_equal(cell_now(cell).value, 90);
	assert_int_equal(cell_now(cell).denominator, 160);
}

struct told {
	unsigned count;
	struct cell_key key;
	struct cell_value before, now;
};
static void take(void *ctx, struct cell_key key, struct cell_value before, struct cell_value now)
{
	struct told *t = ctx;

	t->count++;
	t->key = key;
	t->before = before;
	t->now = now;
}

static void commits_tell_what_moved(void **state)
{
	struct told told = { 0 };
	uint64_t first;

	(void)state;
	shop_fold(&shop, EVENT_TOTAL, 10, 0, 5);
	first = shop.position;
	shop_commit(&shop);
	shop_fold(&shop, EVENT_TOTAL, 20, 0, 6);
	shop.known++; /* a new day within the group does not hide what stood before it */
	shop_fold(&shop, EVENT_TOTAL, 20, 0, 7);
	assert_int_equal(cells_flush(shop.cells, shop.t), ERR_OK);
	assert_int_equal(store_commit(&shop.t), ERR_OK);
	cells_committed(shop.cells, take, &told);
	assert_int_equal(told.count, 1);
	assert_int_equal(told.before.value, 5);
	assert_int_equal(told.before.position, first);
	assert_int_equal(told.now.value, 7);
	assert_int_equal(told.now.position, shop.position);
	shop_begin(&shop);
	shop_fold(&shop, EVENT_TOTAL, 15, 0, 6); /* the newest value stands as it did */
	assert_int_equal(cells_flush(shop.cells, shop.t), ERR_OK);
	assert_int_equal(store_commit(&shop.t), ERR_OK);
	cells_committed(shop.cells, take, &told);
	assert_int_equal(told.count, 1);
	shop_begin(&shop);
}

static void rollback_goes_back_to_the_commit(void **state)
{
	struct cell *cell;

	(void)state;
	shop_fold(&shop, EVENT_TOTAL, 10, 0, 5);
	shop_commit(&shop);
	shop.known++;
	shop_fold(&shop, EVENT_TOTAL, 20, 0, 6);
	assert_int_equal(cells_flush(shop.cells, shop.t), ERR_OK);
	store_abort(&shop.t);
	cells_rollback(shop.cells);
	shop_begin(&shop);
	assert_int_equal(shop_at(&shop, 20).value, 5);
	shop.known--; /* the day that was rolled back is not known either */
	shop_fold(&shop, EVENT_TOTAL, 20, 0, 7);
	cell = shop_cell(&shop, shop_count);
	assert_int_equal(cell_now(cell).value, 7);
}

static void the_first_report_of_a_month_stays(void **state)
{
	struct cell *cell = shop_cell(&shop, shop_count);

	(void)state;
	assert_int_equal(cell_first_report(cell, SHOP_START + 30), 0);
	assert_int_equal(cells_reported(shop.cells, shop.t, cell, SHOP_START + 40, 2000, 1), ERR_OK);
	assert_int_equal(cells_reported(shop.cells, shop.t, cell, SHOP_START + 10, 1000, 1), ERR_OK);
	assert_int_equal(cells_reported(shop.cells, shop.t, cell, SHOP_START + 20, 1500, 2), ERR_OK);
	assert_int_equal(cell_first_report(cell, SHOP_START + 30), 1000);
	shop_commit(&shop);
	cells_free(shop.cells);
	assert_int_equal(cells_new(&shop_catalogue, &shop.cells), ERR_OK);
	cell = shop_cell(&shop, shop_count);
	assert_int_equal(cell_first_report(cell, SHOP_START + 30), 1000);
	assert_int_equal(cell_first_report(cell, SHOP_START + 58), 2000);
}

static void a_grown_catalogue_keeps_the_cells(void **state)
{
	struct catalogue_unit units[5] = { { .id = "city" }, { .id = "a" }, { .id = "b" },
					   { .id = "c" }, { .id = "d" } };
	struct catalogue_measure measures[3] = { shop_measures[0], shop_measures[1],
						 shop_measures[0] };
	struct catalogue next = shop_catalogue;
	struct cell_key added = { 2, 4, CATALOGUE_NONE, 0 };
	struct cell *cell;

	(void)state;
	next.units = units, next.unit_count = 5;
	next.measures = measures, next.measure_count = 3;
	shop_fold(&shop, EVENT_TOTAL, 10, 0, 5);
	assert_int_equal(cells_get(shop.cells, shop.t, added, &cell), ERR_INVALID);
	assert_int_equal(cells_follow(shop.cells, &next), ERR_OK);
	assert_int_equal(shop_at(&shop, 10).value, 5);
	assert_int_equal(cells_get(shop.cells, shop.t, added, &cell), ERR_OK);
	assert_false(cell_now(cell).present);
	assert_int_equal(cells_follow(shop.cells, &shop_catalogue), ERR_INVALID);
}

static void many_shadows_are_told_apart(void **state)
{
	(void)state;
	for (uint16_t source = 0; source < 1000; source++) {
		struct cell_key key = { 0, 2, source, 0 };
		struct cell_row row = shop_row(&shop, EVENT_TOTAL, 10, 0, source);
		bool changed;

		assert_int_equal(cells_fold(shop.cells, shop.t, shop_cell(&shop, key), &row, &changed),
				 ERR_OK);
	}
	for (uint16_t source = 0; source < 1000; source++) {
		struct cell_key key = { 0, 2, source, 0 };

		assert_int_equal(cell_now(shop_cell(&shop, key)).value, source);
	}
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, open_shop, close_shop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(values_carry_forward),
		WITH_SHOP(the_highest_revision_wins_not_the_latest_arrival),
		WITH_SHOP(adds_pile_up_until_a_total),
		WITH_SHOP(a_retract_lets_earlier_days_show),
		WITH_SHOP(adds_are_withdrawn_unless_absorbed),
		WITH_SHOP(positions_grow_even_where_the_value_stays),
		WITH_SHOP(rows_of_one_entry_keep_their_order),
		WITH_SHOP(nothing_changes_where_a_sum_overflows),
		WITH_SHOP(neighbours_are_found),
		WITH_SHOP(ratios_carry_both_numbers),
		WITH_SHOP(commits_tell_what_moved),
		WITH_SHOP(rollback_goes_back_to_the_commit),
		WITH_SHOP(the_first_report_of_a_month_stays),
		WITH_SHOP(a_grown_catalogue_keeps_the_cells),
		WITH_SHOP(many_shadows_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
