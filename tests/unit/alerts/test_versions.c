/* SPDX-License-Identifier: MIT */
/* Lights by plans and quotas that came later, with those by the first ones beside; and what the
 * office's word makes of a goal that is reached. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/office/reviews.h"
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

static const struct catalogue_quota more[] = { { NORTH, 16 }, { SOUTH, 12 } };

/* A plan that begins late, in force from the first of July. */
static void replan(struct town *t, struct catalogue_plan_version *v, struct catalogue_knot *knots)
{
	knots[0] = (struct catalogue_knot){ town_day(1, 1) - 1, 0 };
	knots[1] = (struct catalogue_knot){ town_day(9, 30), 0 };
	knots[2] = (struct catalogue_knot){ town_day(12, 31), 1000000 };
	*v = (struct catalogue_plan_version){ .number = 1,
					      .effective = town_day(7, 1),
					      .plan = { .id = "No. 31",
							.shape = CATALOGUE_KNOTS,
							.knots = knots,
							.knot_count = 3 } };
	t->measures[CANTEENS].plans = v;
	t->measures[CANTEENS].plan_count = 1;
}

static void report_both(struct town *t, int month, int day, int64_t north, int64_t south)
{
	town_report(t, CANTEENS, NORTH, month, day, north);
	town_report(t, CANTEENS, SOUTH, month, day, south);
}

static void test_both_plans_are_judged(void **state)
{
	struct town *t = *state;
	struct catalogue_plan_version v;
	struct catalogue_knot knots[3];
	struct lights_record r;

	town_begin(t, 6);
	report_both(t, 6, 30, 2, 6);
	town_until(t, 7, 6);
	replan(t, &v, knots);
	report_both(t, 7, 31, 2, 7);
	town_until(t, 8, 6);
	r = town_light(t, CANTEENS, NORTH, 6);
	assert_int_equal(r.state.light, LIGHT_YELLOW); /* 25 % of 50 % */
	assert_int_equal(r.plan, 0);
	r = town_light(t, CANTEENS, NORTH, 7);
	assert_int_equal(r.state.light, LIGHT_GREEN);
	assert_int_equal(r.original.light, LIGHT_RED); /* 25 % of 58 % */
	assert_int_equal(r.plan, 1);
	assert_int_equal(r.original.months, 2);
	assert_int_equal(r.state.months, 0);
	/* a correction of June steps through both again */
	town_report(t, CANTEENS, NORTH, 6, 30, 4);
	assert_int_equal(town_light(t, CANTEENS, NORTH, 6).state.light, LIGHT_GREEN);
	r = town_light(t, CANTEENS, NORTH, 7);
	assert_int_equal(r.state.light, LIGHT_GREEN);
	assert_int_equal(r.original.months, 1);
	assert_int_equal(r.restated, 1);
}

static void test_a_raised_quota(void **state)
{
	struct town *t = *state;
	const struct catalogue_quota_version v = { 1, town_day(7, 1), more, 2 };
	struct lights_record r;

	town_begin(t, 6);
	report_both(t, 6, 30, 5, 6);
	town_until(t, 7, 6);
	t->measures[CANTEENS].quota_sets = &v;
	t->measures[CANTEENS].quota_set_count = 1;
	report_both(t, 7, 31, 5, 7);
	town_until(t, 8, 6);
	r = town_light(t, CANTEENS, NORTH, 7);
	assert_int_equal(r.goal, 16);
	assert_int_equal(r.quota, 1);
	assert_int_equal(r.state.light, LIGHT_YELLOW); /* 31 % of 58 % */
	assert_int_equal(r.original.light, LIGHT_GREEN); /* 5 of 8 */
	assert_int_equal(town_light(t, CANTEENS, NORTH, 6).goal, 8);
	/* what is reported late for June has the quota of June */
	town_report(t, CANTEENS, NORTH, 6, 30, 4);
	assert_int_equal(town_light(t, CANTEENS, NORTH, 6).goal, 8);
}

static void verify(struct town *t, uint16_t unit, int month, enum reviews_state s)
{
	const struct review r = { .measure = CANTEENS,
				  .unit = unit,
				  .period = date_month_last(2022 * 12 + month - 1),
				  .state = s };

	TOWN_OK(reviews_write(t->txn, &r));
	town_fact(t, (struct judge_fact){ .kind = JUDGE_REVIEWED,
					  .measure = CANTEENS,
					  .unit = unit,
					  .as_of = r.period });
	town_say(t, false);
}

static void test_done_when_verified(void **state)
{
	struct town *t = *state;
	struct lights_record r;

	town_begin(t, 6);
	report_both(t, 6, 30, 8, 12);
	town_until(t, 7, 6);
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_REACHED);
	verify(t, NORTH, 6, REVIEWS_CONFIRMED); /* the lead's word is not the office's */
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_REACHED);
	verify(t, NORTH, 6, REVIEWS_VERIFIED);
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_DONE);
	assert_int_equal(judge_light(t->judge, CANTEENS, CITY), LIGHT_REACHED);
	verify(t, SOUTH, 6, REVIEWS_VERIFIED);
	assert_int_equal(judge_light(t->judge, CANTEENS, CITY), LIGHT_DONE);
	r = town_light(t, CANTEENS, NORTH, 6);
	assert_int_equal(r.first, LIGHT_REACHED);
	assert_int_equal(r.restated, 1);
	/* a new row takes it back, in every later period too */
	town_until(t, 8, 9);
	assert_int_equal(town_light(t, CANTEENS, NORTH, 7).state.light, LIGHT_DONE);
	verify(t, NORTH, 6, REVIEWS_SUBMITTED);
	assert_int_equal(town_light(t, CANTEENS, NORTH, 6).state.light, LIGHT_REACHED);
	assert_int_equal(town_light(t, CANTEENS, NORTH, 7).state.light, LIGHT_REACHED);
	assert_int_equal(judge_light(t->judge, CANTEENS, CITY), LIGHT_REACHED);
}

/* What was published stays in the record, whatever is judged again. */
static void test_a_published_colour_stays(void **state)
{
	struct town *t = *state;
	struct lights_record r;

	town_begin(t, 6);
	report_both(t, 6, 30, 4, 6);
	town_until(t, 7, 6);
	r = town_light(t, CANTEENS, NORTH, 6);
	assert_int_equal(r.published, LIGHT_NONE);
	r.published = r.state.light;
	TOWN_OK(lights_write(t->txn, &r));
	town_report(t, CANTEENS, NORTH, 6, 30, 1);
	r = town_light(t, CANTEENS, NORTH, 6);
	assert_int_equal(r.state.light, LIGHT_RED);
	assert_int_equal(r.published, LIGHT_GREEN);
	assert_int_equal(r.first, LIGHT_GREEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_both_plans_are_judged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_raised_quota, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_done_when_verified, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_published_colour_stays, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
