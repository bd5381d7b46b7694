/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/progress/totals.h"
#include "base/date.h"

enum { CITY, A, B, C, LEAD, UNITS };
enum {
	CANTEENS, TRAINED, HEATING, SHARE, COVERAGE, RISE, RATE, URBAN, RURAL, JOBS, CENTRE, PILOT,
	FREE_BUS, CAP, ENROLLED, MEASURES
};
#define DAY 19000

static const uint16_t scope[] = { A, B, C };
static const uint16_t parts[] = { URBAN, RURAL };
static const struct catalogue_unit units[UNITS] = {
	{ .id = "city" }, { .id = "a" }, { .id = "b" }, { .id = "c" }, { .id = "lead" },
};
static const struct catalogue_item items[] = {
	{ .id = "1.1", .lead = LEAD, .scope = scope, .scope_count = 3 },
};
static const struct catalogue_quota canteen_quotas[] = { { A, 40 }, { B, 0 } };
static const struct catalogue_quota urban_quotas[] = { { A, 100 } };
static const struct catalogue_quota rural_quotas[] = { { A, 50 } };
static const struct catalogue_stage nodes[] = {
	{ .id = "n1", .weight_ppm = 100000 }, { .id = "n2", .weight_ppm = 150000 },
	{ .id = "n3", .weight_ppm = 150000 }, { .id = "n4", .weight_ppm = 300000 },
	{ .id = "n5", .weight_ppm = 200000 }, { .id = "n6", .weight_ppm = 100000 },
};
static const struct catalogue_stage stages[] = {
	{ .id = "started" }, { .id = "completed" }, { .id = "accepted" },
};

#define COUNTED(name) .id = name, .figure = CATALOGUE_COUNTIES, .counting_stage = CATALOGUE_NONE
#define LED(name) .id = name, .figure = CATALOGUE_LEAD, .counting_stage = CATALOGUE_NONE
#define COMPUTED(name) .id = name, .figure = CATALOGUE_DERIVED, .counting_stage = CATALOGUE_NONE

static const struct catalogue_measure measures[MEASURES] = {
	[CANTEENS] = { .id = "canteens", .kind = CATALOGUE_QUANTITY, .target = 100, .stages = stages,
		       .stage_count = 3, .counting_stage = 2, .quotas = canteen_quotas,
		       .quota_count = 2 },
	[TRAINED] = { COUNTED("trained"), .kind = CATALOGUE_QUANTITY, .target = 1000,
		      .comparator = CATALOGUE_ABOUT },
	[HEATING] = { COUNTED("heating"), .kind = CATALOGUE_QUANTITY, .target = 113, .has_base = true,
		      .base = 43, .has_cap = true, .cap = 156 },
	[SHARE] = { COUNTED("share"), .kind = CATALOGUE_RATIO, .target = 500, .rate_decimals = 1 },
	[COVERAGE] = { COMPUTED("coverage"), .kind = CATALOGUE_RATIO, .target = 100,
		       .comparator = CATALOGUE_ALL, .derived_from = "heating" },
	[RISE] = { COMPUTED("rise"), .kind = CATALOGUE_LEVEL, .target = 50, .decimals = 1,
		   .has_base = true, .derived_from = "enrolled" },
	[RATE] = { LED("rate"), .kind = CATALOGUE_LEVEL, .target = 560, .decimals = 1,
		   .has_base = true, .base = 510 },
	[URBAN] = { COUNTED("urban"), .kind = CATALOGUE_QUANTITY, .target = 6400, .quotas = urban_quotas,
		    .quota_count = 1 },
	[RURAL] = { COUNTED("rural"), .kind = CATALOGUE_QUANTITY, .target = 28000,
		    .quotas = rural_quotas, .quota_count = 1 },
	[JOBS] = { COMPUTED("jobs"), .kind = CATALOGUE_COMPOSITE, .target = 34400, .parts = parts,
		   .part_count = 2 },
	[CENTRE] = { LED("centre"), .kind = CATALOGUE_MILESTONE, .target = 1, .stages = nodes,
		     .stage_count = 6, .comparator = CATALOGUE_REACH },
	[PILOT] = { COUNTED("pilot"), .kind = CATALOGUE_MILESTONE, .target = 1, .stages = nodes,
		    .stage_count = 6, .comparator = CATALOGUE_REACH },
	[FREE_BUS] = { LED("free-bus"), .kind = CATALOGUE_POLICY, .target = 1,
		       .comparator = CATALOGUE_REACH },
	[CAP] = { COUNTED("cap"), .kind = CATALOGUE_POLICY, .target = 145, .has_base = true,
		  .base = 125, .comparator = CATALOGUE_REACH },
	[ENROLLED] = { COUNTED("enrolled"), .kind = CATALOGUE_RATIO, .target = 56, .has_base = true,
		       .base = 51 },
};
static const struct catalogue catalogue = {
	.id = "test", .units = units, .unit_count = UNITS, .items = items, .item_count = 1,
	.measures = measures, .measure_count = MEASURES, .city = CITY,
};

/* --- a source --------------------------------------------------------------------------------- */
struct said {
	uint16_t measure, unit;
	uint8_t stage;
	int64_t value, denominator;
};
struct table {
	const struct said *said;
	size_t count;
};

static enum err look_up(void *ctx, struct cell_key key, int32_t day, struct cell_value *out)
{
	const struct table *t = ctx;

	assert_int_equal(day, DAY);
	assert_int_equal(key.source, CATALOGUE_NONE);
	*out = (struct cell_value){ .as_of = DATE_NONE };
	for (size_t i = 0; i < t->count; i++) {
		const struct said *s = &t->said[i];

		if (s->measure == key.measure && s->unit == key.unit && s->stage == key.stage)
			*out = (struct cell_value){ true, s->value, s->denominator, DAY - (int32_t)i,
						    10 + i };
	}
	return ERR_OK;
}

static struct totals_result total(const struct said *said, size_t count, uint16_t measure,
				  uint16_t unit)
{
	struct table table = { said, count };
	struct totals_source from = { .value = look_up, .ctx = &table };
	struct totals_result out;

	assert_int_equal(totals_compute(&catalogue, &from, measure, unit, DAY, &out), ERR_OK);
	return out;
}
#define TOTAL(measure, unit, ...)                                                            \
	total((const struct said[]){ __VA_ARGS__ },                                          \
	      sizeof((const struct said[]){ __VA_ARGS__ }) / sizeof(struct said), measure, unit)

static void is_share(struct fraction f, int64_t num, int64_t den)
{
	assert_int_equal(fraction_compare(f, fraction_of(num, den)), 0);
}

/* --- tests ------------------------------------------------------------------------------------ */
static void quantities_sum_the_counting_stage(void **state)
{
	struct totals_result r = TOTAL(CANTEENS, CITY, { CANTEENS, A, 2, 30, 0 },
				       { CANTEENS, A, 0, 99, 0 }, { CANTEENS, C, 2, 20, 0 });

	(void)state;
	assert_true(r.present && r.has_goal && !r.met);
	assert_int_equal(r.value, 50);
	assert_int_equal(r.attained, 50);
	assert_int_equal(r.goal, 100);
	is_share(r.done, 1, 2);
	assert_int_equal(r.units_present, 2);
	assert_int_equal(r.units_expected, 3);
	assert_int_equal(r.as_of, DAY);
	assert_int_equal(r.position, 12);
	r = TOTAL(CANTEENS, CITY, { CANTEENS, A, 2, 100, 0 });
	assert_true(r.met); /* the number itself is enough */
	is_share(r.done, 1, 1);
}

static void a_missing_quota_is_not_a_quota_of_zero(void **state)
{
	struct totals_result r = TOTAL(CANTEENS, A, { CANTEENS, A, 2, 30, 0 });

	(void)state;
	assert_true(r.has_goal);
	assert_int_equal(r.goal, 40);
	is_share(r.done, 3, 4);
	r = TOTAL(CANTEENS, B, { CANTEENS, A, 2, 30, 0 });
	assert_true(r.has_goal && r.met && !r.present);
	assert_int_equal(r.goal, 0);
	r = TOTAL(CANTEENS, C, { CANTEENS, C, 2, 5, 0 });
	assert_true(r.present && !r.has_goal && !r.met);
	assert_int_equal(r.value, 5);
	r = TOTAL(CANTEENS, LEAD, { CANTEENS, A, 2, 30, 0 });
	assert_false(r.present || r.has_goal);
	assert_int_equal(r.units_expected, 0);
}

static void about_is_met_at_95_per_cent(void **state)
{
	(void)state;
	assert_false(TOTAL(TRAINED, CITY, { TRAINED, A, 0, 949, 0 }).met);
	assert_true(TOTAL(TRAINED, CITY, { TRAINED, A, 0, 950, 0 }).met);
}

static void ratios_sum_before_they_divide(void **state)
{
	struct totals_result r = TOTAL(SHARE, CITY, { SHARE, A, 0, 90, 150 }, { SHARE, B, 0, 50, 100 },
				       { SHARE, C, 0, 10, 50 });

	(void)state;
	assert_int_equal(r.value, 150);
	assert_int_equal(r.denominator, 300); /* 50.0 %, where the mean of the rates is 43.33 % */
	is_share(r.done, 1, 1);
	assert_true(r.met);
	r = TOTAL(SHARE, CITY, { SHARE, A, 0, 89, 150 }, { SHARE, B, 0, 50, 100 },
		  { SHARE, C, 0, 10, 50 });
	assert_false(r.met);
	is_share(r.done, 149, 150);
	/* per cent of these would not fit 64 bits */
	r = TOTAL(SHARE, CITY, { SHARE, A, 0, 400000000000000000, 800000000000000000 });
	assert_true(r.met);
	r = TOTAL(SHARE, CITY, { SHARE, A, 0, 399999999999999999, 800000000000000000 });
	assert_false(r.met);
	is_share(r.done, 399999999999999999, 400000000000000000);
}

static void nothing_of_nothing_is_not_due(void **state)
{
	struct totals_result r = TOTAL(SHARE, CITY, { SHARE, A, 0, 0, 0 });

	(void)state;
	assert_true(r.present && r.not_due && !r.met);
	is_share(r.done, 0, 1);
	r = TOTAL(SHARE, CITY, { CANTEENS, A, 2, 1, 0 });
	assert_false(r.present || r.not_due);
}

static void coverage_comes_from_count_and_base(void **state)
{
	struct totals_result r = TOTAL(COVERAGE, CITY, { HEATING, A, 0, 35, 0 });

	(void)state;
	assert_int_equal(r.value, 78);
	assert_int_equal(r.denominator, 156);
	is_share(r.done, 1, 2);
	assert_true(r.present && !r.met);
	assert_int_equal(r.units_present, 1);
	r = TOTAL(COVERAGE, CITY, { HEATING, A, 0, 112, 0 });
	assert_false(r.met);
	r = TOTAL(COVERAGE, CITY, { HEATING, A, 0, 113, 0 });
	assert_true(r.met);
	r = TOTAL(COVERAGE, A, { HEATING, A, 0, 113, 0 });
	assert_false(r.present || r.has_goal);
	/* the count itself runs from nothing to its target: the base lies below it */
	r = TOTAL(HEATING, CITY, { HEATING, A, 0, 58, 0 });
	is_share(r.done, 58, 113);
}

static void levels_run_from_base_to_goal(void **state)
{
	struct totals_result r = TOTAL(RATE, CITY, { RATE, CITY, 0, 535, 0 });

	(void)state;
	is_share(r.done, 1, 2);
	assert_int_equal(r.value, 535);
	assert_false(r.met);
	r = TOTAL(RATE, CITY, { RATE, CITY, 0, 490, 0 });
	assert_int_equal(r.value, 490); /* shown as it is */
	is_share(r.done, 0, 1);
	r = TOTAL(RATE, CITY, { RATE, CITY, 0, 560, 0 });
	assert_true(r.met);
	r = TOTAL(RATE, A, { RATE, A, 0, 560, 0 }); /* the lead's figure, nobody else's */
	assert_false(r.present);
}

static void a_rise_is_the_rate_less_its_base(void **state)
{
	/* 53.5 % against 51 %: 2.5 points of 5 */
	struct totals_result r = TOTAL(RISE, CITY, { ENROLLED, A, 0, 35, 100 },
				       { ENROLLED, B, 0, 72, 100 });

	(void)state;
	assert_int_equal(r.value, 25);
	is_share(r.done, 1, 2);
	r = TOTAL(ENROLLED, CITY, { ENROLLED, A, 0, 35, 100 }, { ENROLLED, B, 0, 72, 100 });
	is_share(r.done, 1, 2);
	r = TOTAL(RISE, CITY, { RATE, CITY, 0, 560, 0 });
	assert_false(r.present);
	is_share(r.done, 0, 1);
}

static void composites_cap_their_parts(void **state)
{
	struct totals_result r = TOTAL(JOBS, CITY, { URBAN, A, 0, 7400, 0 }, { RURAL, B, 0, 27000, 0 });

	(void)state;
	assert_int_equal(r.value, 34400);
	assert_int_equal(r.attained, 33400);
	is_share(r.done, 33400, 34400);
	assert_int_equal(fraction_round(r.done, 4), 9709); /* 97.09 % */
	assert_false(r.met); /* the total is there, a part is short */
	r = TOTAL(JOBS, CITY, { URBAN, A, 0, 6400, 0 }, { RURAL, B, 0, 14000, 0 });
	assert_int_equal(r.attained, 20400);
	assert_int_equal(fraction_round(r.done, 4), 5930);
	r = TOTAL(JOBS, CITY, { URBAN, A, 0, 6400, 0 }, { RURAL, B, 0, 28000, 0 });
	assert_true(r.met);
	r = TOTAL(JOBS, A, { URBAN, A, 0, 120, 0 }, { RURAL, A, 0, 30, 0 });
	assert_true(r.has_goal);
	assert_int_equal(r.goal, 150); /* its parts' quotas */
	assert_int_equal(r.attained, 130);
	r = TOTAL(JOBS, B, { URBAN, B, 0, 120, 0 }, { RURAL, B, 0, 30, 0 });
	assert_false(r.has_goal || r.met);
	assert_int_equal(r.attained, 150);
}

static void milestones_weigh_their_stages(void **state)
{
	struct totals_result r = TOTAL(CENTRE, CITY, { CENTRE, CITY, 0, 1, 0 },
				       { CENTRE, CITY, 1, 1, 0 }, { CENTRE, CITY, 2, 1, 0 });

	(void)state;
	assert_int_equal(r.value, 400000);
	assert_int_equal(r.goal, CATALOGUE_ALL_PPM);
	is_share(r.done, 2, 5);
	assert_int_equal(r.units_present, 1);
	/* several areas: their average, met only when all is reached everywhere */
	r = TOTAL(PILOT, CITY, { PILOT, A, 0, 1, 0 }, { PILOT, A, 3, 1, 0 }, { PILOT, B, 0, 1, 0 });
	is_share(r.done, 500000, 3000000);
	assert_int_equal(r.value, 166666);
	assert_int_equal(r.units_present, 2);
	r = TOTAL(PILOT, A, { PILOT, A, 0, 1, 0 }, { PILOT, A, 3, 1, 0 });
	is_share(r.done, 2, 5);
	assert_true(r.has_goal);
}

static void policies_are_in_force_or_not(void **state)
{
	struct totals_result r = TOTAL(FREE_BUS, CITY, { FREE_BUS, CITY, 0, 1, 0 });

	(void)state;
	assert_true(r.met);
	r = TOTAL(FREE_BUS, CITY, { CAP, A, 0, 145, 0 });
	assert_false(r.met || r.present);
	/* a cap that every area sets: in force where the last one has it */
	r = TOTAL(CAP, CITY, { CAP, A, 0, 145, 0 }, { CAP, B, 0, 145, 0 });
	assert_int_equal(r.value, 125);
	assert_false(r.met);
	r = TOTAL(CAP, CITY, { CAP, A, 0, 145, 0 }, { CAP, B, 0, 145, 0 }, { CAP, C, 0, 135, 0 });
	is_share(r.done, 1, 2);
}

static void sums_that_do_not_fit_are_refused(void **state)
{
	const struct said said[] = { { TRAINED, A, 0, INT64_MAX, 0 }, { TRAINED, B, 0, 1, 0 } };
	struct table table = { said, 2 };
	struct totals_source from = { .value = look_up, .ctx = &table };
	struct totals_result out;

	(void)state;
	assert_int_equal(totals_compute(&catalogue, &from, TRAINED, CITY, DAY, &out), ERR_RANGE);
	assert_false(out.present);
	assert_int_equal(out.value, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantities_sum_the_counting_stage),
		cmocka_unit_test(a_missing_quota_is_not_a_quota_of_zero),
		cmocka_unit_test(about_is_met_at_95_per_cent),
		cmocka_unit_test(ratios_sum_before_they_divide),
		cmocka_unit_test(nothing_of_nothing_is_not_due),
		cmocka_unit_test(coverage_comes_from_count_and_base),
		cmocka_unit_test(levels_run_from_base_to_goal),
		cmocka_unit_test(a_rise_is_the_rate_less_its_base),
		cmocka_unit_test(composites_cap_their_parts),
		cmocka_unit_test(milestones_weigh_their_stages),
		cmocka_unit_test(policies_are_in_force_or_not),
		cmocka_unit_test(sums_that_do_not_fit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
