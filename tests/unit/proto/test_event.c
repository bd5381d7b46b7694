/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/event.h"

#define HIGHEST_CODE EVENT_YEAR_CLOSED

static void test_codes_have_name_and_texts(void **state)
{
	unsigned named = 0;

	(void)state;
	for (unsigned i = 0; i <= HIGHEST_CODE; i++) {
		struct lang_text t = event_code_text(i);

		if (!event_code_name(i)) {
			assert_null(t.zh);
			assert_null(t.en);
			continue;
		}
		named++;
		assert_true(strlen(t.zh) > 0 && strlen(t.en) > 0);
		for (unsigned j = 0; j < i; j++)
			assert_true(!event_code_name(j) ||
				    strcmp(event_code_name(i), event_code_name(j)) != 0);
	}
	assert_int_equal(named, 40);
	assert_null(event_code_name(HIGHEST_CODE + 1));
	assert_null(event_code_name(UINT32_MAX));
	assert_null(event_code_text(UINT32_MAX).en);
}

static void test_codes_keep_their_numbers(void **state)
{
	(void)state;
	assert_string_equal(event_code_name(1), "bad-body");
	assert_string_equal(event_code_name(10), "unknown-target");
	assert_string_equal(event_code_name(16), "retired");
	assert_string_equal(event_code_name(29), "decrease");
	assert_string_equal(event_code_name(37), "parts-differ");
	assert_null(event_code_name(5));
}

static void test_verdicts(void **state)
{
	(void)state;
	assert_string_equal(event_verdict_name(EVENT_ADMITTED), "admitted");
	assert_string_equal(event_verdict_name(EVENT_CONFLICT), "conflict");
	assert_null(event_verdict_name(EVENT_VERDICT_COUNT));
}

static void test_kinds_both_ways(void **state)
{
	(void)state;
	for (unsigned i = 0; i < EVENT_KIND_COUNT; i++) {
		const char *name = event_kind_name(i);

		assert_int_equal(event_kind_from_name(bytes_of_string(name)), i);
	}
	assert_null(event_kind_name(EVENT_KIND_COUNT));
	assert_int_equal(event_kind_from_name(bytes_of_string("TOTAL")), -1);
	assert_int_equal(event_kind_from_name(bytes_of_string("tota")), -1);
	assert_int_equal(event_kind_from_name(bytes_of_string("")), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes_have_name_and_texts),
		cmocka_unit_test(test_codes_keep_their_numbers),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_kinds_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
