/* SPDX-License-Identifier: MIT */
/* What was judged outlives rollbacks, replays, restarts and new catalogues. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/office/records.h"
#include "tests/unit/alerts/judging.h"

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

static bool has_slip(struct town *t, const char *id, size_t subjects)
{
	json_t *record = NULL;
	size_t n;
	enum err e = records_get(t->txn, RECORDS_SLIP, bytes_of_string(id), &record);

	n = json_array_size(json_object_get(record, "subjects"));
	json_decref(record);
	return e == ERR_OK && n == subjects;
}

/* A draft knows its project by number, and a new catalogue may count its projects otherwise: one
 * paper goes on, as it does after a restart. */
static void test_a_catalogue_that_counts_projects_otherwise(void **state)
{
	struct town *t = *state;
	struct catalogue_project projects[2] = { { "0", { "新", "new" } }, t->project };
	struct catalogue_item item = t->item;
	struct catalogue next = t->c;

	town_begin(t, 6);
	for (int month = 6; month <= 8; month++) {
		all_on_plan(t, month);
		town_report(t, CANTEENS, NORTH, month, 30, month < 8 ? 3 : 4);
		if (month == 8)
			town_report(t, PART_A, NORTH, month, 30, 17);
		town_until(t, month + 1, 7);
		if (month != 7)
			continue;
		assert_true(has_slip(t, "2022-0003", 1));
		item.project = 1;
		next.items = &item;
		next.projects = projects;
		next.project_count = 2;
		TOWN_OK(judge_follow(t->judge, &next));
	}
	assert_true(has_slip(t, "2022-0003", 2));
	assert_false(has_slip(t, "2022-0005", 1));
	TOWN_OK(judge_follow(t->judge, &t->c));
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
		cmocka_unit_test_setup_teardown(test_rollback_forgets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_replay_applies_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_restart_knows_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_catalogue_that_grows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_catalogue_that_counts_projects_otherwise,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bytes_that_are_no_decisions, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
