/* SPDX-License-Identifier: MIT */
/* Decisions that say which object of a row a verdict is about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/ledger/decision.h"

static void encode(const struct decision_runs *runs, struct buf *out)
{
	const struct decision d = { .on_time = 3, .runs = runs->items, .run_count = runs->count,
				    .names = runs->names, .name_count = runs->name_count,
				    .judge = bytes_of("judged", 6) };

	buf_clear(out);
	assert_int_equal(decision_encode(&d, out), ERR_OK);
}

static void names_come_back(void **state)
{
	struct decision_runs runs = { 0 }, read = { 0 };
	struct buf form = { 0 };
	struct decision back;

	(void)state;
	decision_runs_add(&runs, 4, 2, EVENT_REJECT, EVENT_OBJECT_IN_BASE);
	encode(&runs, &form);
	assert_int_equal(form.data[0], 1); /* without names as before */
	assert_int_equal(decision_runs_name(&runs, 4, 7), ERR_OK);
	assert_int_equal(decision_runs_name(&runs, 5, 0), ERR_OK);
	encode(&runs, &form);
	assert_int_equal(decision_decode(buf_bytes(&form), 10, &read, &back), ERR_OK);
	assert_int_equal(back.name_count, 2);
	assert_int_equal(back.names[0].row, 4);
	assert_int_equal(back.names[0].object, 7);
	assert_int_equal(back.names[1].row, 5);
	assert_int_equal(back.run_count, 1);
	assert_true(bytes_equal(back.judge, bytes_of("judged", 6)));
	assert_int_equal(decision_decode(buf_bytes(&form), 5, &read, &back), ERR_CORRUPT);
	for (size_t n = 0; n < form.len; n++)
		assert_int_equal(decision_decode(bytes_of(form.data, n), 10, &read, &back),
				 ERR_CORRUPT);
	decision_runs_clear(&runs);
	assert_int_equal(runs.name_count, 0);
	decision_runs_free(&runs);
	decision_runs_free(&read);
	buf_free(&form);
}

static void the_first_ones_are_named(void **state)
{
	struct decision_runs runs = { 0 }, read = { 0 };
	struct buf form = { 0 };
	struct decision back;

	(void)state;
	decision_runs_add(&runs, 0, 1000, EVENT_REJECT, EVENT_OBJECT_UNKNOWN);
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(decision_runs_name(&runs, i, 1), ERR_OK);
	assert_int_equal(runs.name_count, DECISION_NAMES_MAX);
	encode(&runs, &form);
	assert_int_equal(decision_decode(buf_bytes(&form), 1000, &read, &back), ERR_OK);
	assert_int_equal(back.name_count, DECISION_NAMES_MAX);
	decision_runs_free(&runs);
	decision_runs_free(&read);
	buf_free(&form);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_come_back),
		cmocka_unit_test(the_first_ones_are_named),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
