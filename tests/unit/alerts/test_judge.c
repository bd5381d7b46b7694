/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/alerts/judging.h"

static void test_closes_the_day_after_due(void **state)
{
	struct town *t = *state;

	all_on_plan(t, 1);
	town_until(t, 2, 7); /* the 5th is a Saturday: due on Monday the 7th */
	assert_int_equal(t->decisions.len, 0);
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_NONE);
	town_until(t, 2, 8);
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_GREEN);
	assert_int_equal(judge_light(t->judge, CANTEENS, CITY), LIGHT_GREEN);
	assert_int_equal(judge_light(t->judge, BOTH, CITY), LIGHT_GREEN);
	assert_int_equal(judge_light(t->judge, STEPS, CITY), LIGHT_GREEN);
	assert_int_equal(judge_light(t->judge, RATE, CITY), LIGHT_NONE); /* 0 of 0, nothing said */
	assert_int_equal(judge_light(t->judge, LOOK, CITY), LIGHT_NONE);
	/* nobody is behind; but two areas with the same tasks say the same of everything */
	assert_int_equal(judge_alert_number(t->judge), 2);
	assert_alert(t, "quality.canteens.north", BOOK_RAISED, BOOK_INFO);
	assert_no_alert(t, "behind.canteens.north");
	town_until(t, 2, 9);
	assert_int_equal(t->decisions.len, 0);
}

static void test_behind_and_back(void **state)
{
	struct town *t = *state;
	struct book_record r;

	town_begin(t, 5);
	all_on_plan(t, 5);
	town_until(t, 6, 8);
	assert_no_alert(t, "behind.canteens.north");
	all_on_plan(t, 6);
	town_report(t, CANTEENS, NORTH, 6, 30, 2); /* 25 %, 50 % planned */
	town_until(t, 7, 6);
	assert_alert(t, "behind.canteens.north", BOOK_RAISED, BOOK_YELLOW);
	r = town_alert(t, "behind.canteens.north");
	assert_int_equal(r.value, 2);
	assert_int_equal(r.goal, 8);
	assert_int_equal(r.gap_hundredths, -2500);
	assert_int_equal(r.planned_ppm, 500000);
	assert_int_equal(r.months, 1);
	assert_int_equal(r.period, town_day(6, 30));
	town_nil(t, CANTEENS, NORTH, 7, 30);
	town_until(t, 8, 6);
	assert_alert(t, "behind.canteens.north", BOOK_SEVERITY, BOOK_RED);
	assert_int_equal(town_alert(t, "behind.canteens.north").before, BOOK_YELLOW);
	town_report(t, CANTEENS, NORTH, 8, 31, 2);
	town_until(t, 9, 6);
	assert_alert(t, "behind.canteens.north", BOOK_UPDATED, BOOK_RED);
	assert_int_equal(town_alert(t, "behind.canteens.north").months, 3);
	town_report(t, CANTEENS, NORTH, 9, 30, 7);
	town_until(t, 10, 7);
	assert_alert(t, "behind.canteens.north", BOOK_RESOLVED, BOOK_RED);
}

static void test_small_numbers_raise_nothing(void **state)
{
	struct town *t = *state;

	all_on_plan(t, 2);
	town_report(t, CANTEENS, NORTH, 2, 28,
		    0); /* 1.33 of 8 planned: 16.7 points, and one whole unit */
	town_until(t, 3, 8);
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_YELLOW);
	town_report(t, CANTEENS, NORTH, 1, 31, 0);
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_YELLOW);
	all_on_plan(t, 3);
	town_report(t, CANTEENS, NORTH, 3, 30, 1); /* 2 planned: one behind, 12.5 points */
	town_report(t, CANTEENS, SOUTH, 3, 30, 2); /* 3 planned: one behind, but 8.3 points */
	town_until(t, 4, 7);
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_YELLOW);
	assert_int_equal(judge_light(t->judge, CANTEENS, SOUTH), LIGHT_GREEN);
}

static void test_a_closed_period_is_judged_again(void **state)
{
	struct town *t = *state;
	struct lights_record r;

	town_begin(t, 5);
	all_on_plan(t, 5);
	town_report(t, CANTEENS, NORTH, 5, 30, 2); /* 25 % of 41.7 % */
	town_until(t, 6, 8);
	all_on_plan(t, 6);
	town_report(t, CANTEENS, NORTH, 6, 30, 2);
	town_until(t, 7, 6);
	r = town_light(t, CANTEENS, NORTH, 5);
	assert_int_equal(r.state.light, LIGHT_YELLOW);
	assert_int_equal(r.restated, 0);
	assert_int_equal(town_light(t, CANTEENS, NORTH, 6).state.months, 2);
	town_report(t, CANTEENS, NORTH, 5, 31, 3); /* a correction of May alone */
	r = town_light(t, CANTEENS, NORTH, 5);
	assert_int_equal(r.state.light, LIGHT_GREEN);
	assert_int_equal(r.first, LIGHT_YELLOW);
	assert_int_equal(r.restated, 1);
	assert_int_equal(r.position, t->position);
	/* June stays what it was, but is the first month now */
	r = town_light(t, CANTEENS, NORTH, 6);
	assert_int_equal(r.state.light, LIGHT_YELLOW);
	assert_int_equal(r.state.months, 1);
	assert_int_equal(town_alert(t, "behind.canteens.north").months, 1);
	town_report(t, CANTEENS, NORTH, 6, 30, 4); /* the same date: the later position wins */
	assert_alert(t, "behind.canteens.north", BOOK_RESOLVED, BOOK_YELLOW);
	assert_int_equal(town_light(t, CANTEENS, NORTH, 6).state.light, LIGHT_GREEN);
}

/* Judging the newest period once more begins from the period before it, not from itself. */
static void test_judged_twice_counts_once(void **state)
{
	struct town *t = *state;

	town_begin(t, 6);
	all_on_plan(t, 6);
	town_report(t, CANTEENS, SOUTH, 6, 30, 3);
	town_until(t, 7, 6);
	assert_int_equal(town_light(t, CANTEENS, SOUTH, 6).state.months, 1);
	town_report(t, CANTEENS, SOUTH, 6, 30, 4);
	assert_int_equal(town_light(t, CANTEENS, SOUTH, 6).restated, 1);
	assert_int_equal(town_light(t, CANTEENS, SOUTH, 6).state.light, LIGHT_YELLOW);
	assert_int_equal(town_light(t, CANTEENS, SOUTH, 6).state.months, 1);
	assert_int_equal(town_alert(t, "behind.canteens.south").months, 1);
	assert_alert(t, "behind.canteens.south", BOOK_UPDATED, BOOK_YELLOW);
	assert_int_equal(town_alert(t, "behind.canteens.south").value, 4);
}

static void test_an_open_period_is_nobodys(void **state)
{
	struct town *t = *state;

	town_begin(t, 5);
	all_on_plan(t, 5);
	town_until(t, 6, 8);
	town_report(t, CANTEENS, NORTH, 6, 8, 0);
	assert_int_equal(t->decisions.len, 0);
	town_report(t, CANTEENS, NORTH, 5, 31, 1);
	assert_true(t->decisions.len > 0);
}

static void test_overdue_takes_the_place_of_behind(void **state)
{
	struct town *t = *state;
	struct book_record r;

	town_begin(t, 10);
	all_on_plan(t, 10);
	town_report(t, CANTEENS, NORTH, 10, 30, 4);
	town_until(t, 11, 8);
	assert_alert(t, "behind.canteens.north", BOOK_RAISED, BOOK_RED);
	all_on_plan(t, 11);
	all_on_plan(t, 12);
	town_report(t, CANTEENS, NORTH, 12, 31, 7);
	t->c.calendar.to = town_day(12, 31) + 31;
	while (t->today < town_day(12, 31) + 7) {
		t->today++;
		town_say(t, true);
	}
	r = town_alert(t, "behind.canteens.north");
	assert_int_equal(r.transition, BOOK_RESOLVED);
	assert_int_equal(town_light(t, CANTEENS, NORTH, 12).state.light, LIGHT_RED);
	assert_true(town_light(t, CANTEENS, NORTH, 12).state.overdue);
	assert_alert(t, "overdue.canteens.north", BOOK_RAISED, BOOK_RED);
	assert_int_equal(judge_light(t->judge, CANTEENS, SOUTH), LIGHT_REACHED);
	town_report(t, CANTEENS, NORTH, 12, 31, 8);
	assert_alert(t, "overdue.canteens.north", BOOK_RESOLVED, BOOK_RED);
	assert_int_equal(judge_light(t->judge, CANTEENS, CITY), LIGHT_REACHED);
}

static void test_the_worst_part_colours_the_whole(void **state)
{
	struct town *t = *state;

	town_begin(t, 6);
	all_on_plan(t, 6);
	town_report(t, PART_B, NORTH, 6, 30, 0);
	town_report(t, PART_B, SOUTH, 6, 30, 15);
	town_report(t, PART_A, NORTH, 6, 30, 50);
	town_report(t, PART_A, SOUTH, 6, 30, 50);
	town_until(t, 7, 6);
	assert_int_equal(judge_light(t->judge, PART_A, CITY), LIGHT_REACHED);
	assert_int_equal(judge_light(t->judge, PART_B, CITY), LIGHT_RED);
	assert_int_equal(judge_light(t->judge, BOTH, CITY), LIGHT_RED);
	assert_alert(t, "behind.both.city", BOOK_RAISED, BOOK_RED);
	assert_int_equal(judge_light(t->judge, BOTH, NORTH), LIGHT_RED);
	assert_no_alert(t, "behind.both.north"); /* its part has one */
	assert_alert(t, "behind.part-b.north", BOOK_RAISED, BOOK_RED);
	town_report(t, PART_B, NORTH, 6, 30, 30);
	assert_int_equal(judge_light(t->judge, BOTH, CITY), LIGHT_GREEN);
	assert_alert(t, "behind.both.city", BOOK_RESOLVED, BOOK_RED);
}

static void stage(struct town *t, uint8_t index, int month, int day)
{
	struct cell_key key = cell_counting(&t->c, STEPS, CITY);

	key.stage = index;
	town_fold(t, key,
		  (struct cell_row){
			  .kind = EVENT_TOTAL, .as_of = town_day(month, day), .value = 1 });
}

/* A part of which nothing is expected yet has no light, and yet the whole is not done. */
static void test_a_part_to_come_keeps_the_whole_open(void **state)
{
	struct town *t = *state;

	town_begin(t, 6);
	t->measures[PART_B].first_report = town_day(9, 30);
	all_on_plan(t, 6);
	town_report(t, PART_A, NORTH, 6, 30, 50);
	town_report(t, PART_A, SOUTH, 6, 30, 50);
	town_until(t, 7, 6);
	assert_int_equal(judge_light(t->judge, PART_A, CITY), LIGHT_REACHED);
	assert_int_equal(judge_light(t->judge, BOTH, CITY), LIGHT_GREEN);
}

static void test_milestones_by_months_late(void **state)
{
	struct town *t = *state;
	static const enum light lights[] = { LIGHT_YELLOW, LIGHT_YELLOW, LIGHT_YELLOW, LIGHT_RED };

	all_on_plan(t, 2);
	town_until(t, 3, 8);
	assert_int_equal(judge_light(t->judge, STEPS, CITY), LIGHT_GREEN);
	for (int month = 3; month <= 6; month++) {
		town_nil(t, STEPS, CITY, month, 30);
		town_until(t, month + 1, 9);
		assert_int_equal(judge_light(t->judge, STEPS, CITY), lights[month - 3]);
	}
	assert_alert(t, "behind.steps.city", BOOK_SEVERITY, BOOK_RED);
	stage(t, 0, 7, 15);
	town_until(t, 8, 9);
	assert_int_equal(judge_light(t->judge, STEPS, CITY), LIGHT_GREEN);
	stage(t, 1, 9, 29);
	town_until(t, 10, 9);
	assert_int_equal(judge_light(t->judge, STEPS, CITY), LIGHT_REACHED);
}

static void test_rates_are_met_or_not(void **state)
{
	struct town *t = *state;
	struct cell_key key = cell_counting(&t->c, RATE, NORTH);
	struct cell_row row = {
		.kind = EVENT_TOTAL, .as_of = town_day(6, 30), .value = 70, .denominator = 100
	};

	town_begin(t, 6);
	town_fold(t, key, row);
	key.unit = SOUTH;
	row.value = 10;
	row.denominator = 50;
	town_fold(t, key, row);
	town_until(t, 7, 6);
	assert_int_equal(judge_light(t->judge, RATE, NORTH), LIGHT_REACHED);
	assert_int_equal(judge_light(t->judge, RATE, SOUTH), LIGHT_NONE);
	assert_int_equal(judge_light(t->judge, RATE, CITY), LIGHT_NONE); /* 80 of 150 */
	assert_no_alert(t, "behind.rate.south");
}

static void test_will_miss(void **state)
{
	struct town *t = *state;

	town_begin(t, 4);
	/* of 50, by thirds of the year: on plan by points, but slowing down */
	all_on_plan(t, 4);
	all_on_plan(t, 5);
	all_on_plan(t, 6);
	town_report(t, PART_A, NORTH, 4, 30, 16);
	town_report(t, PART_A, NORTH, 6, 30, 22);
	town_until(t, 7, 6);
	all_on_plan(t, 7);
	town_report(t, PART_A, NORTH, 7, 31,
		    25); /* 29.2 planned: 8.3 points; 9 in 3 months, 25 in 5 to go */
	town_until(t, 8, 9);
	assert_int_equal(judge_light(t->judge, PART_A, NORTH), LIGHT_GREEN);
	assert_alert(t, "will-miss.part-a.north", BOOK_RAISED, BOOK_INFO);
	/* 25 / 153 days against 9 / 92 */
	assert_int_equal(town_alert(t, "will-miss.part-a.north").other, 167);
	assert_no_alert(t, "will-miss.part-a.south");
	town_report(t, PART_A, NORTH, 8, 31, 27);
	town_until(t, 9, 7); /* now it is behind: that alert goes on in its place */
	assert_alert(t, "will-miss.part-a.north", BOOK_RESOLVED, BOOK_INFO);
	assert_int_equal(town_alert(t, "will-miss.part-a.north").code, BOOK_BEHIND);
	assert_alert(t, "behind.part-a.north", BOOK_RAISED, BOOK_YELLOW);
}

static void test_no_quota_no_light(void **state)
{
	struct town *t = *state;
	struct lights_record r;

	town_begin(t, 6);
	t->measures[CANTEENS].quota_count = 1;
	all_on_plan(t, 6);
	town_until(t, 7, 6);
	assert_int_equal(judge_light(t->judge, CANTEENS, SOUTH), LIGHT_NONE);
	assert_int_equal(lights_read(t->txn, CANTEENS, SOUTH, town_day(6, 30), &r), ERR_NOTFOUND);
	assert_int_equal(judge_light(t->judge, CANTEENS, CITY), LIGHT_GREEN);
}

/* What is no longer used is no longer judged; and nobody waits for an alert about it to end. */
static void test_a_retired_measure_is_let_go(void **state)
{
	struct town *t = *state;

	town_begin(t, 6);
	all_on_plan(t, 6);
	town_report(t, CANTEENS, NORTH, 6, 30, 1);
	town_until(t, 7, 6);
	assert_alert(t, "behind.canteens.north", BOOK_RAISED, BOOK_RED);
	t->measures[CANTEENS].retired = town_day(7, 15);
	town_until(t, 8, 9);
	assert_alert(t, "behind.canteens.north", BOOK_RESOLVED, BOOK_RED);
	assert_int_equal(town_alert(t, "behind.canteens.north").value, 1);
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_RED); /* in June */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_closes_the_day_after_due, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_behind_and_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_small_numbers_raise_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_closed_period_is_judged_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_judged_twice_counts_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_an_open_period_is_nobodys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_overdue_takes_the_place_of_behind, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_the_worst_part_colours_the_whole, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_part_to_come_keeps_the_whole_open, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_milestones_by_months_late, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rates_are_met_or_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_will_miss, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_quota_no_light, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_retired_measure_is_let_go, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
