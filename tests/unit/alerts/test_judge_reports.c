/* SPDX-License-Identifier: MIT */
/* Alerts about reports, and of what entries say themselves: holds, quarrels, links. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/alerts/judging.h"

static void test_silence(void **state)
{
	struct town *t = *state;

	town_begin(t, 5);
	all_on_plan(t, 5);
	town_until(t, 6, 8);
	assert_no_alert(t, "silent.north");
	town_until(t, 7, 6); /* nobody said anything about June */
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_GREEN);
	assert_true(town_light(t, CANTEENS, NORTH, 6).state.silent);
	assert_alert(t, "silent.north", BOOK_RAISED, BOOK_YELLOW);
	assert_alert(t, "silent.bureau", BOOK_RAISED, BOOK_YELLOW);
	assert_int_equal(town_alert(t, "silent.north").count, 5);
	assert_int_equal(town_alert(t, "silent.north").other, 5);
	assert_no_alert(t, "silent.city");
	assert_no_alert(t, "behind.part-a.north");
	town_until(t, 8, 9); /* nor about July: what stands is judged */
	assert_alert(t, "silent.north", BOOK_SEVERITY, BOOK_RED);
	assert_int_equal(town_alert(t, "silent.north").months, 2);
	assert_int_equal(town_light(t, PART_A, NORTH, 7).state.light, LIGHT_GREEN); /* 25 of 29.2 */
	town_until(t, 9, 9);
	assert_alert(t, "silent.north", BOOK_UPDATED, BOOK_RED);
	assert_int_equal(town_light(t, PART_A, NORTH, 8).state.light,
			 LIGHT_YELLOW); /* 25 of 33.3 */
	assert_alert(t, "behind.part-a.north", BOOK_RAISED, BOOK_YELLOW);
}

static void test_patience_with_silence(void **state)
{
	struct town *t = *state;

	town_begin(t, 5);
	t->c.reporting.silent_after = 2;
	all_on_plan(t, 5);
	town_until(t, 7, 6);
	assert_no_alert(t, "silent.north");
	town_until(t, 8, 9);
	assert_alert(t, "silent.north", BOOK_RAISED, BOOK_YELLOW);
}

static void test_late_reports_resolve_silence(void **state)
{
	struct town *t = *state;
	uint16_t measures[] = { CANTEENS, PART_A, PART_B, RATE };

	town_begin(t, 5);
	all_on_plan(t, 5);
	town_until(t, 7, 6);
	for (size_t i = 0; i < 4; i++) {
		town_nil(t, measures[i], NORTH, 6, 30);
		assert_alert(t, "silent.north", BOOK_UPDATED, BOOK_YELLOW);
	}
	town_nil(t, LOOK, NORTH, 6, 30);
	assert_alert(t, "silent.north", BOOK_RESOLVED, BOOK_YELLOW);
	assert_alert(t, "silent.south", BOOK_RAISED, BOOK_YELLOW);
	assert_false(town_light(t, CANTEENS, NORTH, 6).state.silent);
}

static void lead_says(struct town *t, uint16_t unit, int month, int64_t value)
{
	struct cell_key key = cell_counting(&t->c, CANTEENS, unit);

	key.source = BUREAU;
	town_fold(t, key,
		  (struct cell_row){
			  .kind = EVENT_TOTAL, .as_of = town_day(month, 28), .value = value });
}

static void test_the_lead_disagrees(void **state)
{
	struct town *t = *state;

	town_begin(t, 6);
	all_on_plan(t, 6); /* 7 each */
	lead_says(t, CITY, 6, 15);
	town_until(t, 7, 6);
	assert_no_alert(t, "mismatch.canteens.city"); /* one is within tolerance */
	lead_says(t, CITY, 6, 16);
	lead_says(t, SOUTH, 6, 7);
	town_until(t, 7, 8);
	assert_no_alert(t, "mismatch.canteens.city");
	town_until(t, 7, 9); /* the day after the leads' deadline */
	assert_alert(t, "mismatch.canteens.city", BOOK_RAISED, BOOK_YELLOW);
	assert_int_equal(town_alert(t, "mismatch.canteens.city").value, 14);
	assert_int_equal(town_alert(t, "mismatch.canteens.city").other, 16);
	assert_no_alert(t, "mismatch.canteens.south");
	all_on_plan(t, 7);
	town_until(t, 8, 20); /* the lead says nothing about July: the quarrel stands */
	assert_alert(t, "mismatch.canteens.city", BOOK_RAISED, BOOK_YELLOW);
	all_on_plan(t, 8);
	lead_says(t, CITY, 8, 18);
	town_until(t, 9, 20);
	assert_alert(t, "mismatch.canteens.city", BOOK_RESOLVED, BOOK_YELLOW);
}

static void fact(struct town *t, enum judge_fact_kind kind, uint64_t count)
{
	town_fact(t, (struct judge_fact){ .kind = kind,
					  .measure = CANTEENS,
					  .unit = NORTH,
					  .as_of = t->today,
					  .code = kind == JUDGE_HELD ? EVENT_DECREASE : 0,
					  .count = count });
}

static void test_holds(void **state)
{
	struct town *t = *state;

	fact(t, JUDGE_HELD, 0);
	fact(t, JUDGE_HELD, 0);
	town_say(t, false);
	assert_alert(t, "hold.canteens.north", BOOK_RAISED, BOOK_YELLOW);
	assert_int_equal(town_alert(t, "hold.canteens.north").count, 2);
	assert_int_equal(town_alert(t, "hold.canteens.north").code, EVENT_DECREASE);
	assert_int_equal(judge_alert_number(t->judge), 1);
	fact(t, JUDGE_SETTLED, 0);
	town_say(t, false);
	assert_alert(t, "hold.canteens.north", BOOK_UPDATED, BOOK_YELLOW);
	fact(t, JUDGE_HELD, 0);
	fact(t, JUDGE_SETTLED, 0);
	fact(t, JUDGE_SETTLED, 0);
	town_say(t, false);
	assert_alert(t, "hold.canteens.north", BOOK_RESOLVED, BOOK_YELLOW);
	fact(t, JUDGE_HELD, 0);
	town_say(t, false);
	assert_alert(t, "hold.canteens.north", BOOK_RAISED, BOOK_YELLOW);
	assert_int_equal(town_alert(t, "hold.canteens.north").count, 1);
}

static void test_quarrels_rest(void **state)
{
	struct town *t = *state;

	town_until(t, 3, 10);
	fact(t, JUDGE_CONFLICT, 0);
	town_say(t, false);
	fact(t, JUDGE_GAP, 7);
	town_say(t, false);
	fact(t, JUDGE_GAP, 5);
	town_say(t, false);
	assert_alert(t, "conflict.north", BOOK_RAISED, BOOK_YELLOW);
	assert_alert(t, "gap.north", BOOK_UPDATED, BOOK_RED);
	assert_int_equal(town_alert(t, "gap.north").count, 12);
	town_until(t, 4, 2);
	fact(t, JUDGE_CONFLICT, 0);
	town_say(t, false);
	assert_alert(t, "conflict.north", BOOK_UPDATED, BOOK_YELLOW);
	town_until(t, 4, 10); /* March closes */
	assert_alert(t, "gap.north", BOOK_RESOLVED, BOOK_RED);
	assert_alert(t, "conflict.north", BOOK_UPDATED, BOOK_YELLOW);
	town_until(t, 5, 10);
	assert_alert(t, "conflict.north", BOOK_RESOLVED, BOOK_YELLOW);
}

static void test_links(void **state)
{
	struct town *t = *state;

	fact(t, JUDGE_LINK_UP, 0);
	town_say(t, false);
	assert_no_alert(t, "link-down.north");
	fact(t, JUDGE_LINK_DOWN, 0);
	town_say(t, false);
	assert_alert(t, "link-down.north", BOOK_RAISED, BOOK_INFO);
	fact(t, JUDGE_LINK_UP, 0);
	town_say(t, false);
	assert_alert(t, "link-down.north", BOOK_RESOLVED, BOOK_INFO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_silence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_patience_with_silence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_late_reports_resolve_silence, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_the_lead_disagrees, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_holds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_quarrels_rest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_links, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
