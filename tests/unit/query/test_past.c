/* SPDX-License-Identifier: MIT */
/* Lights of the past: when a debt is made good, exactly at its edge; and between what a total lies
 * while a report is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/ledger/ledger.h"
#include "aggregator/query/query.h"
#include "base/date.h"
#include "base/fs.h"

enum { CITY, A, B, LEAD, UNITS };
enum { HOMES, RATE, MEASURES };
#define JAN_1 18993 /* 2022-01-01 */
#define MAY_31 (JAN_1 + 150)
#define JUN_30 (JAN_1 + 180)
#define JUL_31 (JAN_1 + 211)
#define AUG_31 (JAN_1 + 242)
#define SEP_30 (JAN_1 + 272)

static const uint16_t scope[] = { A, B };
static const struct catalogue_unit units[UNITS] = {
	[CITY] = { .id = "city", .kind = CATALOGUE_CITY },
	[A] = { .id = "a", .kind = CATALOGUE_COUNTY, .area = true, .expected = true },
	[B] = { .id = "b", .kind = CATALOGUE_COUNTY, .area = true, .expected = true },
	[LEAD] = { .id = "lead", .kind = CATALOGUE_DEPARTMENT, .expected = true },
};
static const struct catalogue_item items[] = {
	{ .id = "1.1", .lead = LEAD, .scope = scope, .scope_count = 2 },
};
static const struct catalogue_knot knots[] = {
	{ JAN_1 - 1, 0 }, { JUN_30, 350000 }, { SEP_30, 750000 }, { JAN_1 + 364, 1000000 }
};
static const struct catalogue_quota quotas[] = { { A, 98 }, { B, 15 } };
#define COMMON                                                                                   \
	.counting_stage = CATALOGUE_NONE, .first_report = JUN_30, .retired = DATE_NONE,          \
	.whole = CATALOGUE_NONE,                                                                 \
	.plan = { .id = "p", .shape = CATALOGUE_KNOTS, .knots = knots, .knot_count = 4 }
static const struct catalogue_measure measures[MEASURES] = {
	[HOMES] = { .id = "homes", .target = 113, .quotas = quotas, .quota_count = 2, COMMON },
	[RATE] = { .id = "rate", .kind = CATALOGUE_RATIO, .target = 56, .has_base = true,
		   .base = 51, COMMON },
};
static const struct catalogue catalogue = {
	.id = "test",
	.version = 1,
	.from = JAN_1,
	.to = JAN_1 + 364,
	.offset_minutes = 480,
	.units = units,
	.unit_count = UNITS,
	.city = CITY,
	.office = LEAD,
	.items = items,
	.item_count = 1,
	.measures = measures,
	.measure_count = MEASURES,
	.calendar = { .from = JAN_1, .to = JAN_1 + 500 },
	.reporting = { .due_day = 5, .confirm_days = 3, .object_days = 2, .silent_after = 1 },
};

static char folder[64];
static struct store *store;
static struct store_txn *txn;
static struct arena *arena;

static void report(struct cells *cells, uint16_t unit, int32_t as_of, int64_t value)
{
	struct cell_row row = { .kind = EVENT_TOTAL,
				.as_of = as_of,
				.value = value,
				.position = 1,
				.known = SEP_30 + 1 };
	struct cell *cell;
	bool changed;

	assert_int_equal(cells_get(cells, txn, cell_counting(&catalogue, HOMES, unit), &cell),
			 ERR_OK);
	assert_int_equal(cells_fold(cells, txn, cell, &row, &changed), ERR_OK);
	assert_int_equal(cells_reported(cells, txn, cell, as_of, 1, 1), ERR_OK);
}

/* 58 at the end of August; b is silent, had 3 more in its best months, and 2.02 planned. */
static void report_all(void)
{
	struct cells *cells;

	assert_int_equal(cells_new(&catalogue, &cells), ERR_OK);
	report(cells, A, JUL_31, 44);
	report(cells, A, AUG_31, 50);
	report(cells, B, MAY_31, 2);
	report(cells, B, JUN_30, 5);
	report(cells, B, JUL_31, 8);
	assert_int_equal(cells_flush(cells, txn), ERR_OK);
	cells_free(cells);
}

static void light(uint16_t measure, int32_t period, enum light light, int64_t done,
		  int64_t planned_ppm)
{
	struct lights_record r = { .measure = measure,
				   .unit = A,
				   .period = period,
				   .state = { .light = light },
				   .original = { .light = light },
				   .first = light,
				   .position = 1,
				   .present = true,
				   .has_goal = true,
				   .value = done,
				   .attained = done,
				   .goal = 98,
				   .done_ppm = measure == RATE ? done : done * 1000000 / 98,
				   .planned_ppm = planned_ppm };

	assert_int_equal(lights_write(txn, &r), ERR_OK);
}

static int set_up(void **state)
{
	struct ledger_head head = { 0 };
	struct entry tick = { .kind = ENTRY_TICK, .position = 1, .time_ms = 1,
			      .reporter = CATALOGUE_NONE };
	struct buf form = { 0 };
	const struct store_options options = { .no_sync = true };
	char path[80];

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/minsheng-past-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/store", folder);
	arena = arena_new(1 << 20);
	assert_int_equal(store_open(path, &options, &store), ERR_OK);
	assert_int_equal(store_begin_write(store, &txn), ERR_OK);
	assert_int_equal(ledger_append(txn, &tick, &head, &form), ERR_OK);
	assert_int_equal(ledger_head_write(txn, &head), ERR_OK);
	buf_free(&form);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	store_abort(&txn);
	store_close(store);
	arena_free(arena);
	assert_int_equal(fs_remove_tree(folder), ERR_OK);
	return 0;
}

static struct query *ask(void)
{
	struct query *q;

	assert_int_equal(store_commit(&txn), ERR_OK);
	assert_int_equal(query_open(store, &catalogue, &q), ERR_OK);
	return q;
}

static int32_t settled_in(uint16_t measure, int32_t period)
{
	const struct query_light_filter filter = { measure, A, period };
	struct query_past_lights all;
	struct query *q = ask();

	assert_int_equal(query_past_lights(q, &filter, arena, &all), ERR_OK);
	query_close(q);
	assert_int_equal(all.count, 1);
	assert_int_equal(store_begin_write(store, &txn), ERR_OK);
	return all.items[0].settled;
}

/* 35 % of 98 are 34.3: 34 are not enough, 35 are. Rounded shares would say the same of neither. */
static void a_debt_is_of_its_month(void **state)
{
	(void)state;
	light(HOMES, JUN_30, LIGHT_YELLOW, 20, 350000);
	light(HOMES, JUL_31, LIGHT_RED, 34, 484783);
	assert_int_equal(settled_in(HOMES, JUN_30), DATE_NONE);
	light(HOMES, AUG_31, LIGHT_RED, 35, 619565);
	assert_int_equal(settled_in(HOMES, JUN_30), AUG_31);
	assert_int_equal(settled_in(HOMES, JUL_31), DATE_NONE);
	/* July asked for 47.5; the colour of the month that makes it good does not matter */
	light(HOMES, SEP_30, LIGHT_RED, 48, 750000);
	assert_int_equal(settled_in(HOMES, JUL_31), SEP_30);
	/* a green month owes nothing */
	light(HOMES, JUN_30, LIGHT_GREEN, 35, 350000);
	assert_int_equal(settled_in(HOMES, JUN_30), DATE_NONE);
}

static void a_rate_is_told_by_its_share(void **state)
{
	(void)state;
	light(RATE, JUN_30, LIGHT_YELLOW, 100000, 350000);
	light(RATE, JUL_31, LIGHT_RED, 349999, 484783);
	assert_int_equal(settled_in(RATE, JUN_30), DATE_NONE);
	light(RATE, AUG_31, LIGHT_RED, 350000, 619565);
	assert_int_equal(settled_in(RATE, JUN_30), AUG_31);
}

static void what_is_missing_may_come(void **state)
{
	struct query_interval v;
	struct query *q;

	(void)state;
	report_all();
	q = ask();
	assert_int_equal(query_interval(q, HOMES, AUG_31, arena, &v), ERR_OK);
	assert_int_equal(v.low, 58);
	assert_int_equal(v.high, 61); /* max(2.02, 3) more */
	assert_int_equal(v.expected, 2);
	assert_int_equal(v.missing_count, 1);
	assert_int_equal(v.missing[0], B);
	assert_int_equal(query_interval(q, HOMES, JUL_31, arena, &v), ERR_OK);
	assert_int_equal(v.low, 52);
	assert_int_equal(v.high, 52);
	assert_int_equal(v.missing_count, 0);
	assert_int_equal(query_interval(q, RATE, AUG_31, arena, &v), ERR_OK);
	assert_int_equal(v.expected, 0);
	assert_int_equal(query_interval(q, MEASURES, AUG_31, arena, &v), ERR_NOTFOUND);
	query_close(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_debt_is_of_its_month, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_rate_is_told_by_its_share, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_missing_may_come, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
