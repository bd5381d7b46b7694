/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/alerts/town.h"

static int set_up(void **state)
{
	*state = town_new();
	return 0;
}

static int tear_down(void **state)
{
	town_free(*state);
	return 0;
}

static struct lights_record light(uint16_t measure, uint16_t unit, int month)
{
	return (struct lights_record){ .measure = measure,
				       .unit = unit,
				       .period = date_month_last(2022 * 12 + month - 1),
				       .state = { .light = LIGHT_YELLOW,
						  .silent = true,
						  .months = 3,
						  .missed = 1,
						  .worse = 1,
						  .better = 2 },
				       .first = LIGHT_GREEN,
				       .restated = 2,
				       .position = 900,
				       .time_ms = 1657000000123,
				       .present = true,
				       .has_goal = true,
				       .value = -5,
				       .denominator = 9,
				       .attained = 4,
				       .goal = 100,
				       .done_ppm = 40000,
				       .planned_ppm = 500000,
				       .gap_hundredths = -4600,
				       .as_of = town_day(6, 12),
				       .units_present = 1,
				       .units_expected = 2 };
}

static void test_round_trip(void **state)
{
	struct town *t = *state;
	struct lights_record r = light(CANTEENS, NORTH, 6), back;

	assert_int_equal(lights_read(t->txn, CANTEENS, NORTH, r.period, &back), ERR_NOTFOUND);
	TOWN_OK(lights_write(t->txn, &r));
	TOWN_OK(lights_read(t->txn, CANTEENS, NORTH, r.period, &back));
	assert_int_equal(back.state.light, LIGHT_YELLOW);
	assert_true(back.state.silent);
	assert_false(back.state.overdue);
	assert_int_equal(back.state.better, 2);
	assert_int_equal(back.first, LIGHT_GREEN);
	assert_int_equal(back.restated, 2);
	assert_int_equal(back.value, -5);
	assert_int_equal(back.gap_hundredths, -4600);
	assert_int_equal(back.period, town_day(6, 30));
	assert_int_equal(back.as_of, town_day(6, 12));
	assert_int_equal(back.units_expected, 2);
	assert_int_equal(back.time_ms, 1657000000123);
}

static void test_latest(void **state)
{
	struct town *t = *state;
	struct lights_record a = light(CANTEENS, NORTH, 3), b = light(CANTEENS, NORTH, 5), back;

	TOWN_OK(lights_write(t->txn, &a));
	TOWN_OK(lights_write(t->txn, &b));
	TOWN_OK(lights_latest(t->txn, CANTEENS, NORTH, town_day(12, 31), &back));
	assert_int_equal(back.period, b.period);
	TOWN_OK(lights_latest(t->txn, CANTEENS, NORTH, b.period, &back));
	assert_int_equal(back.period, b.period);
	TOWN_OK(lights_latest(t->txn, CANTEENS, NORTH, town_day(4, 30), &back));
	assert_int_equal(back.period, a.period);
	assert_int_equal(lights_latest(t->txn, CANTEENS, NORTH, town_day(2, 28), &back),
			 ERR_NOTFOUND);
	assert_int_equal(lights_latest(t->txn, CANTEENS, SOUTH, town_day(2, 28), &back),
			 ERR_NOTFOUND);
}

static bool count_light(void *ctx, const struct lights_record *r)
{
	(void)r;
	++*(unsigned *)ctx;
	return true;
}

static bool last_period(void *ctx, const struct lights_period *p)
{
	*(struct lights_period *)ctx = *p;
	return true;
}

static void test_walks(void **state)
{
	struct town *t = *state;
	struct lights_period p = { town_day(1, 31), 4, 5 }, last = { 0 };
	unsigned all = 0, some = 0;

	for (int month = 1; month <= 3; month++) {
		struct lights_record a = light(CANTEENS, NORTH, month),
				     b = light(RATE, CITY, month);

		TOWN_OK(lights_write(t->txn, &a));
		TOWN_OK(lights_write(t->txn, &b));
	}
	TOWN_OK(lights_write_period(t->txn, &p));
	p.period = town_day(2, 28);
	TOWN_OK(lights_write_period(t->txn, &p));
	TOWN_OK(lights_walk(t->txn, CATALOGUE_NONE, count_light, &all));
	TOWN_OK(lights_walk(t->txn, CANTEENS, count_light, &some));
	assert_int_equal(all, 6);
	assert_int_equal(some, 3);
	TOWN_OK(lights_periods(t->txn, last_period, &last));
	assert_int_equal(last.period, town_day(2, 28));
	assert_int_equal(last.time_ms, 5);
}

static void test_bytes(void **state)
{
	struct lights_record r = light(CANTEENS, NORTH, 6), back;
	struct buf form = { 0 };
	struct reader in;

	(void)state;
	lights_encode(&r, &form);
	for (size_t n = 0; n < form.len; n++) {
		in = reader_of(bytes_of(form.data, n));
		assert_false(lights_decode(&in, &back));
	}
	form.data[0] = LIGHT_COUNT;
	in = reader_of(buf_bytes(&form));
	assert_false(lights_decode(&in, &back));
	buf_free(&form);
}

/* Bytes of before there were versions: what is as it was then takes none, and they mean the same. */
static void test_older_bytes(void **state)
{
	static const uint8_t old[] = { LIGHT_YELLOW, 1 + 8 + 16, 1, 0, 2, 0, 3, 1, LIGHT_GREEN, 0,
				       10, 0, 10, 40, 2, 4, 1, 6, 1, 2 };
	struct reader in = reader_of(bytes_of(old, sizeof(old)));
	struct lights_record r = { 0 };
	struct buf form = { 0 };

	(void)state;
	assert_true(lights_decode(&in, &r));
	assert_true(reader_done(&in));
	assert_int_equal(r.state.light, LIGHT_YELLOW);
	assert_int_equal(r.original.light, LIGHT_YELLOW);
	assert_int_equal(r.original.months, 3);
	assert_true(r.original.silent);
	assert_int_equal(r.plan, 0);
	assert_int_equal(r.published, LIGHT_NONE);
	lights_encode(&r, &form);
	assert_int_equal(form.len, sizeof(old));
	assert_memory_equal(form.data, old, sizeof(old));
	buf_free(&form);
}

static void test_versions_in_bytes(void **state)
{
	struct lights_record r = light(CANTEENS, NORTH, 6), back = { 0 };
	struct buf form = { 0 };
	struct reader in;

	(void)state;
	r.original = r.state;
	r.original.light = LIGHT_RED;
	r.plan = 300;
	r.quota = 2;
	r.published = LIGHT_REACHED;
	lights_encode(&r, &form);
	in = reader_of(buf_bytes(&form));
	assert_true(lights_decode(&in, &back));
	assert_int_equal(back.original.light, LIGHT_RED);
	assert_true(back.original.silent);
	assert_int_equal(back.original.better, 2);
	assert_int_equal(back.state.light, LIGHT_YELLOW);
	assert_int_equal(back.plan, 300);
	assert_int_equal(back.quota, 2);
	assert_int_equal(back.published, LIGHT_REACHED);
	assert_true(lights_same(&r, &back));
	back.original.months++;
	assert_false(lights_same(&r, &back));
	back.original = r.original;
	back.quota++;
	assert_false(lights_same(&r, &back));
	back.quota = r.quota;
	back.as_of++;
	assert_false(lights_same(&r, &back));
	form.data[form.len - 1] = LIGHT_COUNT;
	in = reader_of(buf_bytes(&form));
	assert_false(lights_decode(&in, &back));
	buf_free(&form);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_latest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_walks, set_up, tear_down),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_older_bytes),
		cmocka_unit_test(test_versions_in_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
