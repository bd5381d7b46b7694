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

static struct book_record behind(void)
{
	return (struct book_record){ .number = 1,
				     .position = 77,
				     .time_ms = 1657000000123,
				     .id = "behind.canteens.north",
				     .kind = BOOK_BEHIND,
				     .severity = BOOK_RED,
				     .transition = BOOK_RAISED,
				     .measure = CANTEENS,
				     .unit = NORTH,
				     .period = town_day(6, 30),
				     .value = 2,
				     .goal = 8,
				     .gap_hundredths = -3750,
				     .planned_ppm = 625000,
				     .months = 2 };
}

static void test_behind_in_words(void **state)
{
	struct town *t = *state;
	struct book_record r = behind();

	town_text(
		t, &r, LANG_ZH,
		"鱼台县 老年人食堂：截至6月30日完成2处，占年度任务8处的25.0%，低于序时进度37.5个百分点，"
		"连续2个月滞后。");
	town_text(
		t, &r, LANG_EN,
		"Yutai, canteens: 2 of 8 sites done (25.0 %) at 30 June, 37.5 points behind plan, "
		"2nd month.");
	r.months = 1;
	r.gap_hundredths = -1005;
	town_text(
		t, &r, LANG_EN,
		"Yutai, canteens: 2 of 8 sites done (25.0 %) at 30 June, 10.1 points behind plan.");
	r.transition = BOOK_RESOLVED;
	r.code = BOOK_OVERDUE;
	town_text(
		t, &r, LANG_ZH,
		"鱼台县 老年人食堂：截至6月30日完成2处，占年度任务8处的25.0%，滞后预警解除，转为“逾期未完成”。");
}

static void test_kinds_of_measures_in_words(void **state)
{
	struct town *t = *state;
	struct book_record r = behind();

	r.measure = STEPS;
	r.unit = CITY;
	r.value = 400000;
	r.goal = 1000000;
	r.gap_hundredths = -6000;
	r.months = 3;
	town_text(
		t, &r, LANG_ZH,
		"全市 老年人食堂：截至6月30日完成全部节点的40.0%，低于序时进度60.0个百分点，有节点逾期，"
		"连续3个月滞后。");
	town_text(
		t, &r, LANG_EN,
		"City, canteens: 40.0 % of its stages at 30 June, 60.0 points behind plan, a stage is "
		"late, 3rd month.");
	r = behind();
	r.kind = BOOK_OVERDUE;
	r.measure = RATE;
	r.value = 80;
	r.other = 150;
	r.goal = 60;
	town_text(t, &r, LANG_ZH,
		  "鱼台县 老年人食堂：已过完成时限，截至6月30日完成53.3%，目标60%，逾期未完成。");
	r.other = 0;
	town_text(t, &r, LANG_EN,
		  "Yutai, canteens: the deadline has passed, no figure yet, goal 60 % at 30 June.");
}

static void test_reports_in_words(void **state)
{
	struct town *t = *state;
	struct book_record r = { .kind = BOOK_SILENT,
				 .severity = BOOK_RED,
				 .transition = BOOK_SEVERITY,
				 .measure = CATALOGUE_NONE,
				 .unit = NORTH,
				 .period = town_day(8, 31),
				 .count = 3,
				 .other = 40,
				 .months = 2 };

	town_text(t, &r, LANG_ZH, "鱼台县：2022年8月应报40项，3项未报，连续2个月。");
	town_text(t, &r, LANG_EN, "Yutai: 3 of 40 reports for August 2022 are missing, 2nd month.");
	r = (struct book_record){ .kind = BOOK_MISMATCH,
				  .transition = BOOK_RAISED,
				  .measure = CANTEENS,
				  .unit = CITY,
				  .period = town_day(8, 31),
				  .value = 74,
				  .other = 78 };
	town_text(
		t, &r, LANG_EN,
		"City, canteens: counted 74 sites at 31 August, but the lead unit says 78 sites.");
	r = (struct book_record){ .kind = BOOK_HOLD,
				  .transition = BOOK_RAISED,
				  .measure = CANTEENS,
				  .unit = NORTH,
				  .count = 1 };
	town_text(t, &r, LANG_ZH, "鱼台县 老年人食堂：1条数据待督查室审核。");
	r = (struct book_record){ .kind = BOOK_WILL_MISS,
				  .transition = BOOK_RAISED,
				  .measure = CANTEENS,
				  .unit = NORTH,
				  .period = town_day(8, 31),
				  .value = 5,
				  .goal = 8,
				  .other = 167 };
	town_text(
		t, &r, LANG_EN,
		"Yutai, canteens: 5 of 8 sites done (62.5 %) at 31 August; it needs 1.67 times the "
		"rate of the last three months, and is likely to miss its goal.");
}

/* Every kind has words for both languages, open and over. */
static void test_nothing_is_without_words(void **state)
{
	struct town *t = *state;

	for (int kind = BOOK_BEHIND; kind < BOOK_KIND_END; kind++)
		for (int tr = BOOK_RAISED; tr < BOOK_TRANSITION_END; tr++)
			for (int lang = LANG_ZH; lang <= LANG_EN; lang++) {
				struct book_record r = behind();
				struct buf text = { 0 };

				r.kind = (enum book_kind)kind;
				r.transition = (enum book_transition)tr;
				book_text(&t->c, &r, (enum lang)lang, &text);
				assert_true(text.len > 10);
				assert_true(bytes_is_text(buf_bytes(&text)));
				assert_null(memchr(text.data, '%', 1));
				buf_free(&text);
			}
	assert_string_equal(book_kind_name(BOOK_WILL_MISS), "will-miss");
	assert_string_equal(book_severity_name(BOOK_RED), "red");
	assert_string_equal(book_transition_name(BOOK_SEVERITY), "severity");
}

static void test_log_and_states(void **state)
{
	struct town *t = *state;
	struct book_record r = behind(), back;
	struct book_state s = { .kind = BOOK_BEHIND,
				.measure = CANTEENS,
				.unit = NORTH,
				.severity = BOOK_RED,
				.raised_number = 1,
				.raised_ms = 5,
				.newest = 1 };
	uint64_t raised, last;
	int64_t ms;

	TOWN_OK(book_last(t->txn, &last));
	assert_int_equal(last, 0);
	assert_int_equal(book_read(t->txn, 1, &back), ERR_NOTFOUND);
	assert_int_equal(book_find(t->txn, bytes_of_string(r.id), &back, &raised, &ms),
			 ERR_NOTFOUND);
	TOWN_OK(book_append(t->txn, &r));
	TOWN_OK(book_write_state(t->txn, r.id, &s));
	TOWN_OK(book_find(t->txn, bytes_of_string(r.id), &back, &raised, &ms));
	assert_int_equal(raised, 1);
	assert_int_equal(ms, 5);
	assert_memory_equal(&back, &r, sizeof(r));
	TOWN_OK(book_last(t->txn, &last));
	assert_int_equal(last, 1);
}

static bool count_alert(void *ctx, const struct book_record *newest, uint64_t raised_number,
			int64_t raised_ms)
{
	(void)newest, (void)raised_number, (void)raised_ms;
	++*(unsigned *)ctx;
	return true;
}

static void test_open_and_closed(void **state)
{
	struct town *t = *state;
	struct judge_fact held = {
		.kind = JUDGE_HELD, .measure = CANTEENS, .unit = NORTH, .code = 29
	};
	struct judge_fact down = { .kind = JUDGE_LINK_DOWN, .unit = SOUTH };
	unsigned count = 0;

	town_fact(t, held);
	town_fact(t, down);
	town_say(t, false);
	down.kind = JUDGE_LINK_UP;
	town_fact(t, down);
	town_say(t, false);
	TOWN_OK(book_open_alerts(t->txn, false, count_alert, &count));
	assert_int_equal(count, 1);
	TOWN_OK(book_open_alerts(t->txn, true, count_alert, &count));
	assert_int_equal(count, 3);
}

static void test_message(void **state)
{
	struct town *t = *state;
	struct arena *a = arena_new(4096);
	struct book_record r = behind();
	struct message_alert m;

	TOWN_OK(book_message(&t->c, &r, a, &m));
	assert_true(bytes_equal(m.id, bytes_of_string("behind.canteens.north")));
	assert_true(bytes_equal(m.unit, bytes_of_string("north")));
	assert_true(bytes_equal(m.severity, bytes_of_string("red")));
	assert_true(m.text_zh.len > 0 && m.text_en.len > 0);
	r.measure = CATALOGUE_NONE;
	r.kind = BOOK_LINK_DOWN;
	TOWN_OK(book_message(&t->c, &r, a, &m));
	assert_int_equal(m.measure.len, 0);
	arena_reset_budget(a, 16);
	assert_int_equal(book_message(&t->c, &r, a, &m), ERR_NOMEM);
	arena_free(a);
}

/* Any cut of a record's bytes is refused, and never read past its end. */
static void test_bytes(void **state)
{
	struct book_record r = behind(), back;
	struct buf form = { 0 };
	struct reader in;

	(void)state;
	book_encode(&r, &form);
	for (size_t n = 0; n < form.len; n++) {
		in = reader_of(bytes_of(form.data, n));
		assert_false(book_decode(&in, &back));
	}
	in = reader_of(buf_bytes(&form));
	assert_true(book_decode(&in, &back));
	assert_int_equal(back.gap_hundredths, -3750);
	buf_free(&form);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_behind_in_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_kinds_of_measures_in_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_reports_in_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_is_without_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_log_and_states, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_open_and_closed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_message, set_up, tear_down),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
