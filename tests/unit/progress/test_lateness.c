/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/progress/lateness.h"
#include "base/date.h"

enum { CITY, A, B, UNITS };
enum { NODES, PILOT, HOMES, SHARE, MEASURES };
#define JAN_1 18993 /* 2022-01-01 */
#define DEC_31 (JAN_1 + 364)

static const uint16_t scope[] = { A, B };
static const struct catalogue_unit units[UNITS] = { { .id = "city" }, { .id = "a" }, { .id = "b" } };
static const struct catalogue_item items[] = { { .id = "1", .scope = scope, .scope_count = 2 } };
static const struct catalogue_stage stages[] = {
	{ .id = "drafted", .weight_ppm = 400000, .due = JAN_1 + 58 },  /* 28 February */
	{ .id = "approved", .weight_ppm = 600000, .due = JAN_1 + 150 }, /* 31 May */
};
static const struct catalogue_knot knots[] = { { JAN_1 - 1, 0 }, { DEC_31, 1000000 } };
#define PLAN .plan = { .shape = CATALOGUE_KNOTS, .knots = knots, .knot_count = 2 }
static const struct catalogue_measure measures[MEASURES] = {
	[NODES] = { .id = "nodes", .kind = CATALOGUE_MILESTONE, .figure = CATALOGUE_LEAD,
		    .stages = stages, .stage_count = 2, .counting_stage = CATALOGUE_NONE, PLAN },
	[PILOT] = { .id = "pilot", .kind = CATALOGUE_MILESTONE, .stages = stages, .stage_count = 2,
		    .counting_stage = CATALOGUE_NONE, PLAN },
	[HOMES] = { .id = "homes", .target = 5, .counting_stage = CATALOGUE_NONE, PLAN },
	[SHARE] = { .id = "share", .kind = CATALOGUE_RATIO, .target = 50,
		    .counting_stage = CATALOGUE_NONE, PLAN },
};
static const struct catalogue catalogue = {
	.id = "test", .units = units, .unit_count = UNITS, .items = items, .item_count = 1,
	.measures = measures, .measure_count = MEASURES, .city = CITY,
};

/* Stages that area A, or the lead, has reached: a bit each. */
static enum err look_up(void *ctx, struct cell_key key, int32_t day, struct cell_value *out)
{
	const unsigned *reached = ctx;

	*out = (struct cell_value){ .as_of = day };
	if ((key.unit == A || key.unit == CITY) && key.source == CATALOGUE_NONE)
		out->value = *reached >> key.stage & 1;
	out->present = out->value != 0;
	return ERR_OK;
}

static struct lateness late(uint16_t measure, uint16_t unit, unsigned reached, int32_t day)
{
	struct totals_source from = { .value = look_up, .ctx = &reached };
	struct totals_result at;
	struct lateness out;

	assert_int_equal(totals_compute(&catalogue, &from, measure, unit, day, &at), ERR_OK);
	assert_int_equal(lateness_of(&catalogue, &from, measure, unit, day, &at, &out), ERR_OK);
	return out;
}

static void stages_are_late_from_the_end_of_their_day(void **state)
{
	(void)state;
	assert_false(late(NODES, CITY, 0, JAN_1 + 57).late);
	assert_true(late(NODES, CITY, 0, JAN_1 + 58).late);
	assert_int_equal(late(NODES, CITY, 0, JAN_1 + 58).months, 0);
	assert_int_equal(late(NODES, CITY, 0, JAN_1 + 58).since, JAN_1 + 58);
	assert_int_equal(late(NODES, CITY, 0, DEC_31).months, 10); /* the oldest one */
	assert_int_equal(late(NODES, CITY, 1, DEC_31).months, 7);
	assert_int_equal(late(NODES, CITY, 2, DEC_31).months, 10);
	assert_false(late(NODES, CITY, 3, DEC_31).late);
	assert_false(late(NODES, CITY, 1, JAN_1 + 100).late);
}

static void the_city_is_as_late_as_its_areas_on_average(void **state)
{
	(void)state;
	assert_false(late(PILOT, A, 1, JAN_1 + 60).late);
	assert_true(late(PILOT, B, 1, JAN_1 + 60).late);
	assert_true(late(PILOT, CITY, 1, JAN_1 + 60).late); /* 20 % of 40 % */
	assert_false(late(PILOT, CITY, 3, JAN_1 + 60).late); /* 50 % */
	assert_int_equal(late(PILOT, CITY, 3, DEC_31).since, JAN_1 + 150);
}

static void a_quantity_is_late_when_nothing_is_done(void **state)
{
	(void)state;
	/* one of five is planned for the 73rd day */
	assert_false(late(HOMES, CITY, 0, JAN_1 + 71).late);
	assert_true(late(HOMES, CITY, 0, JAN_1 + 72).late);
	assert_int_equal(late(HOMES, CITY, 0, JAN_1 + 72).since, JAN_1 + 72);
	assert_int_equal(late(HOMES, CITY, 0, JAN_1 + 150).months, 2);
	assert_false(late(HOMES, CITY, 1, DEC_31).late);
	assert_false(late(HOMES, A, 0, DEC_31).late); /* no quota, no task to be late with */
	assert_false(late(SHARE, CITY, 0, DEC_31).late);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stages_are_late_from_the_end_of_their_day),
		cmocka_unit_test(the_city_is_as_late_as_its_areas_on_average),
		cmocka_unit_test(a_quantity_is_late_when_nothing_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
