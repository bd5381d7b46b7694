/* SPDX-License-Identifier: MIT */
/* Slips: which rung a light calls for, what a step does to the record, and the words of a draft. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/alerts/slips.h"
#include "tests/unit/alerts/judging.h"

static void test_the_ladder(void **state)
{
	static const struct {
		unsigned behind, red;
		enum slips_rung rung;
	} vectors[] = {
		{ 0, 0, (enum slips_rung)0 }, { 1, 0, SLIPS_REMINDER },
		{ 2, 0, SLIPS_SUPERVISION },  { 12, 0, SLIPS_SUPERVISION },
		{ 1, 1, SLIPS_SUPERVISION },  { 2, 1, SLIPS_SUPERVISION },
		{ 2, 2, SLIPS_INTERVIEW },    { 9, 3, SLIPS_INTERVIEW },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_int_equal(slips_called_for(vectors[i].behind, vectors[i].red),
				 vectors[i].rung);
	assert_int_equal(slips_rule(SLIPS_REMINDER)->reply_days, 10);
	assert_int_equal(slips_rule(SLIPS_SUPERVISION)->reply_days, 7);
	assert_int_equal(slips_rule(SLIPS_INTERVIEW)->reply_days, 5);
}

static void test_words_lead_back(void **state)
{
	(void)state;
	for (int r = 1; r < SLIPS_RUNG_END; r++)
		assert_int_equal(slips_rung_of(slips_rung_name((enum slips_rung)r)), r);
	for (int s = 1; s < SLIPS_STATE_END; s++) {
		assert_int_equal(slips_state_of(slips_state_name((enum slips_state)s)), s);
		assert_true(*slips_state_word((enum slips_state)s).zh);
	}
	assert_int_equal(slips_rung_of("moon"), 0);
	assert_int_equal(slips_state_of(NULL), 0);
}

static enum err step(struct town *t, const char *text)
{
	const struct slips_when when = { 7, 1000 };
	json_t *j = json_loads(text, 0, NULL);
	enum err e;

	assert_non_null(j);
	e = slips_step(t->txn, bytes_of_string("2022-0001"), j, &when);
	json_decref(j);
	return e;
}

static struct slips_slip slip_of(struct town *t)
{
	struct slips_slip s;
	json_t *record;

	assert_int_equal(records_get(t->txn, RECORDS_SLIP, bytes_of_string("2022-0001"), &record),
			 ERR_OK);
	assert_int_equal(slips_read(&t->c, bytes_of_string("2022-0001"), record, &s), ERR_OK);
	json_decref(record);
	return s;
}

#define DRAFTED                                                                                    \
	"{\"step\":\"drafted\",\"rung\":\"reminder\",\"unit\":\"north\",\"project\":\"1\","        \
	"\"period\":\"2022-06-30\",\"subjects\":[{\"measure\":\"canteens\",\"unit\":\"north\","    \
	"\"severity\":\"yellow\",\"months\":1}]}"

static void test_steps_make_the_record(void **state)
{
	struct town *t = *state;
	struct slips_slip s;

	town_begin(t, 5);
	assert_int_equal(step(t, "{\"step\":\"issued\"}"), ERR_NOTFOUND);
	assert_int_equal(step(t, DRAFTED), ERR_OK);
	assert_int_equal(step(t, "{\"step\":\"danced\"}"), ERR_CORRUPT);
	s = slip_of(t);
	assert_int_equal(s.state, SLIPS_DRAFT);
	assert_int_equal(s.rung, SLIPS_REMINDER);
	assert_int_equal(s.unit, NORTH);
	assert_int_equal(s.deadline, DATE_NONE);
	assert_int_equal(s.settled, DATE_NONE);
	assert_int_equal(s.subject_count, 1);
	assert_int_equal(s.subjects[0].measure, CANTEENS);
	assert_int_equal(s.subjects[0].severity, BOOK_YELLOW);
	slips_release(&s);
	assert_int_equal(
		step(t, "{\"step\":\"issued\",\"by\":\"liu\",\"deadline\":\"2022-07-20\"}"),
		ERR_OK);
	assert_int_equal(step(t, "{\"step\":\"overdue\",\"overdue\":true}"), ERR_OK);
	s = slip_of(t);
	assert_int_equal(s.state, SLIPS_ISSUED);
	assert_int_equal(s.deadline, town_day(7, 20));
	assert_true(s.overdue);
	slips_release(&s);
	/* what is answered is not late any more */
	assert_int_equal(step(t, "{\"step\":\"replied\",\"by\":\"wang\",\"reply\":\"soon\"}"),
			 ERR_OK);
	s = slip_of(t);
	assert_int_equal(s.state, SLIPS_REPLIED);
	assert_false(s.overdue);
	slips_release(&s);
}

static bool count_step(void *ctx, uint32_t number, json_t *step_made)
{
	unsigned *n = ctx;

	assert_int_equal(number, ++*n);
	assert_int_equal(json_integer_value(json_object_get(step_made, "position")), 7);
	assert_int_equal(json_integer_value(json_object_get(step_made, "at")), 1000);
	return true;
}

static void test_every_step_is_kept(void **state)
{
	struct town *t = *state;
	json_t *record;
	unsigned n = 0;

	town_begin(t, 5);
	assert_int_equal(step(t, DRAFTED), ERR_OK);
	assert_int_equal(step(t, "{\"step\":\"discarded\",\"by\":\"liu\",\"why\":\"rang them\","
				 "\"settled\":\"2022-06-30\"}"),
			 ERR_OK);
	assert_int_equal(
		records_steps(t->txn, RECORDS_SLIP, bytes_of_string("2022-0001"), count_step, &n),
		ERR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(records_get(t->txn, RECORDS_SLIP, bytes_of_string("2022-0001"), &record),
			 ERR_OK);
	assert_null(json_object_get(record, "why")); /* of the step, not of the slip */
	assert_null(json_object_get(record, "by"));
	json_decref(record);
}

static void test_bad_records_are_told(void **state)
{
	struct town *t = *state;
	struct slips_slip s;
	json_t *j = json_loads("{\"rung\":\"reminder\",\"state\":\"draft\",\"unit\":\"north\","
			       "\"subjects\":[{\"measure\":\"none\",\"unit\":\"north\"}]}",
			       0, NULL);

	assert_int_equal(slips_read(&t->c, bytes_of_string("x"), j, &s), ERR_CORRUPT);
	assert_null(s.subjects);
	json_decref(j);
}

static void test_the_words_of_a_draft(void **state)
{
	struct town *t = *state;
	struct slips_subject subjects[] = { { CANTEENS, NORTH, BOOK_YELLOW, 1 },
					    { PART_A, NORTH, BOOK_RED, 2 } };
	struct slips_slip s = {
		.rung = SLIPS_SUPERVISION, .unit = NORTH, .subjects = subjects, .subject_count = 2
	};
	struct buf text = { 0 };

	slips_task(&t->c, &s, LANG_EN, &text);
	assert_string_equal(buf_cstring(&text), "canteens; canteens");
	buf_clear(&text);
	slips_number(SLIPS_SUPERVISION, 2022, 3, &text);
	assert_string_equal(buf_cstring(&text), "督办单〔2022〕3号");
	buf_clear(&text);
	slips_requirement(SLIPS_REMINDER, town_day(7, 20), LANG_ZH, &text);
	assert_non_null(strstr(buf_cstring(&text), "2022-07-20"));
	buf_free(&text);
}

static void test_timers_keep_their_bytes(void **state)
{
	struct town *t = *state;
	const struct book_state waits = { .kind = BOOK_BEHIND,
					  .measure = CANTEENS,
					  .unit = NORTH,
					  .severity = BOOK_RED,
					  .raised_number = 1,
					  .newest = 4,
					  .escalated = 2,
					  .waits_ms = 12345 };
	struct book_state now;

	town_begin(t, 5);
	assert_int_equal(book_write_state(t->txn, "behind.canteens.north", &waits), ERR_OK);
	assert_int_equal(book_state_of(t->txn, bytes_of_string("behind.canteens.north"), &now),
			 ERR_OK);
	assert_int_equal(now.escalated, 2);
	assert_int_equal(now.waits_ms, 12345);
	assert_int_equal(now.acknowledged, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_ladder),
		cmocka_unit_test(test_words_lead_back),
		cmocka_unit_test_setup_teardown(test_steps_make_the_record, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_step_is_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bad_records_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_words_of_a_draft, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_timers_keep_their_bytes, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("slips", tests, NULL, NULL);
}
