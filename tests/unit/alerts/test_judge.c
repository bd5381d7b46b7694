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

static void assert_alert(struct town *t, const char *id, enum book_transition transition,
			 enum book_severity severity)
{
	struct book_record r = town_alert(t, id);

	assert_string_equal(r.id, id);
	assert_int_equal(r.transition, transition);
	assert_int_equal(r.severity, severity);
}

static void assert_no_alert(struct town *t, const char *id)
{
	assert_int_equal(town_alert(t, id).number, 0);
}

/* Everything that the areas and the bureau owe for a month, on plan. */
static void all_on_plan(struct town *t, int month)
{
	int day = month == 2 ? 28 : 30;

	for (uint16_t u = NORTH; u <= SOUTH; u++) {
		town_report(t, CANTEENS, u, month, day, month + 1);
		town_report(t, PART_A, u, month, day, 5 * month);
		town_report(t, PART_B, u, month, day, 5 * month);
		town_nil(t, RATE, u, month, day);
		town_nil(t, LOOK, u, month, day);
	}
	town_nil(t, STEPS, CITY, month, day);
}

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
	assert_int_equal(judge_alert_number(t->judge), 0);
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
	assert_int_equal(judge_light(t->judge, CANTEENS, SOUTH), LIGHT_DONE);
	town_report(t, CANTEENS, NORTH, 12, 31, 8);
	assert_alert(t, "overdue.canteens.north", BOOK_RESOLVED, BOOK_RED);
	assert_int_equal(judge_light(t->judge, CANTEENS, CITY), LIGHT_DONE);
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
	assert_int_equal(judge_light(t->judge, PART_A, CITY), LIGHT_DONE);
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
	assert_int_equal(judge_light(t->judge, STEPS, CITY), LIGHT_DONE);
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
	assert_int_equal(judge_light(t->judge, RATE, NORTH), LIGHT_DONE);
	assert_int_equal(judge_light(t->judge, RATE, SOUTH), LIGHT_NONE);
	assert_int_equal(judge_light(t->judge, RATE, CITY), LIGHT_NONE); /* 80 of 150 */
	assert_no_alert(t, "behind.rate.south");
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

static void test_rollback_forgets(void **state)
{
	struct town *t = *state;
	int32_t today;

	town_begin(t, 6);
	all_on_plan(t, 6);
	town_report(t, CANTEENS, NORTH, 6, 30, 0);
	town_until(t, 7, 5);
	town_commit(t);
	today = t->today;
	town_until(t, 7, 6);
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_RED);
	assert_true(judge_alert_number(t->judge) > 0);
	town_rollback(t);
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_NONE);
	assert_no_alert(t, "behind.canteens.north");
	t->today = today;
	town_until(t, 7, 6);
	assert_alert(t, "behind.canteens.north", BOOK_RAISED, BOOK_RED);
}

/* The same entries, with decisions only applied, give the same tables and the same memory. */
static void test_replay_applies_only(void **state)
{
	struct town *t = *state, *copy = town_new();
	struct judge_entry e;
	struct book_record a, b;
	uint64_t last;

	town_begin(t, 6);
	all_on_plan(t, 6);
	town_report(t, CANTEENS, NORTH, 6, 30, 0);
	while (t->today < town_day(8, 20)) {
		t->today++;
		town_say(t, true);
		e = town_entry(t, true);
		TOWN_OK(judge_apply(copy->judge, copy->txn, &e, buf_bytes(&t->decisions), NULL));
	}
	TOWN_OK(book_last(t->txn, &last));
	assert_true(last > 3);
	assert_int_equal(judge_alert_number(copy->judge), last);
	for (uint64_t n = 1; n <= last; n++) {
		TOWN_OK(book_read(t->txn, n, &a));
		TOWN_OK(book_read(copy->txn, n, &b));
		assert_string_equal(a.id, b.id);
		assert_int_equal(a.time_ms, b.time_ms);
		assert_int_equal(a.transition, b.transition);
	}
	assert_int_equal(judge_light(copy->judge, CANTEENS, NORTH), LIGHT_RED);
	town_free(copy);
}

static void test_a_restart_knows_the_same(void **state)
{
	struct town *t = *state;

	town_begin(t, 6);
	all_on_plan(t, 6);
	town_report(t, CANTEENS, NORTH, 6, 30, 0);
	town_until(t, 7, 6);
	town_commit(t);
	judge_free(t->judge);
	TOWN_OK(judge_new(t->txn, &t->c, &t->judge));
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_RED);
	town_until(t, 7, 7); /* June is closed already */
	assert_int_equal(t->decisions.len, 0);
	town_report(t, CANTEENS, NORTH, 6, 30, 4);
	assert_alert(t, "behind.canteens.north", BOOK_RESOLVED, BOOK_RED);
}

/* A measure more: what was remembered of the others stays, and the new one is judged. */
static void test_a_catalogue_that_grows(void **state)
{
	struct town *t = *state;
	struct catalogue small = t->c;

	town_begin(t, 6);
	small.measure_count = RATE;
	judge_free(t->judge);
	TOWN_OK(judge_new(t->txn, &small, &t->judge));
	all_on_plan(t, 6);
	town_report(t, CANTEENS, NORTH, 6, 30, 0);
	town_until(t, 7, 6);
	TOWN_OK(judge_follow(t->judge, &t->c));
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_RED);
	assert_int_equal(judge_light(t->judge, RATE, NORTH), LIGHT_NONE);
	town_rollback(t);
	assert_int_equal(judge_light(t->judge, CANTEENS, NORTH), LIGHT_NONE);
	t->today = town_day(7, 1);
	town_until(t, 7, 6);
	assert_int_equal(town_light(t, RATE, NORTH, 6).has_goal, true);
}

static void test_bytes_that_are_no_decisions(void **state)
{
	struct town *t = *state;
	struct judge_entry e = town_entry(t, false);
	static const uint8_t bad[][3] = { { 9, 0, 0 }, { 1, 0, 0 }, { 2, 1, 1 }, { 3, 0x80, 0 } };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(judge_apply(t->judge, t->txn, &e, bytes_of(bad[i], 3), NULL),
				 ERR_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_closes_the_day_after_due, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_behind_and_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_small_numbers_raise_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_silence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_patience_with_silence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_late_reports_resolve_silence, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_closed_period_is_judged_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_judged_twice_counts_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_an_open_period_is_nobodys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_overdue_takes_the_place_of_behind, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_the_worst_part_colours_the_whole, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_milestones_by_months_late, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rates_are_met_or_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_lead_disagrees, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_holds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_quarrels_rest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_links, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_will_miss, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_quota_no_light, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rollback_forgets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_replay_applies_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_restart_knows_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_catalogue_that_grows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bytes_that_are_no_decisions, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
