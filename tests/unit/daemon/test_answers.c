/* SPDX-License-Identifier: MIT */
/* Answers that are kept: the newest to each question, within a bound; who is not asked for goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/answers.h"

#define LIMIT 16384

static struct metrics metrics;

static int setup(void **state)
{
	struct answers *a;

	if (answers_new(LIMIT, &metrics, &a) != ERR_OK)
		return -1;
	*state = a;
	return 0;
}

static int teardown(void **state)
{
	answers_free(*state);
	return 0;
}

static void put(struct answers *a, const char *key, uint64_t position, size_t length)
{
	char *body = malloc(length + 1);
	struct answer answer = { .position = position, .tag = "\"7.zh\"" };

	assert_non_null(body);
	memset(body, 'a' + (int)(position % 26), length);
	answer.body = bytes_of(body, length);
	answers_put(a, key, &answer);
	free(body);
}

static void test_newest_counts(void **state)
{
	const struct answer *found;

	assert_null(answers_find(*state, "/units zh"));
	put(*state, "/units zh", 3, 100);
	put(*state, "/units en", 3, 100);
	put(*state, "/units zh", 5, 70);
	found = answers_find(*state, "/units zh");
	assert_non_null(found);
	assert_int_equal(found->position, 5);
	assert_int_equal(found->body.len, 70);
	assert_int_equal(found->body.data[69], 'f');
	assert_string_equal(found->tag, "\"7.zh\"");
	assert_int_equal(answers_find(*state, "/units en")->position, 3);
}

static void test_empty_body(void **state)
{
	put(*state, "/nothing", 1, 0);
	assert_int_equal(answers_find(*state, "/nothing")->body.len, 0);
}

static void test_bound(void **state)
{
	char key[20];
	unsigned kept = 0;

	for (unsigned i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "/q/%u", i);
		put(*state, key, i, 1000);
		assert_true(metrics_read(&metrics, METRIC_ANSWERS_BYTES) <= LIMIT);
		assert_non_null(answers_find(*state, "/q/0")); /* asked for all the time: stays */
	}
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "/q/%u", i);
		kept += answers_find(*state, key) != NULL;
	}
	assert_in_range(kept, 10, 16);
	assert_non_null(answers_find(*state, "/q/999"));
	assert_null(answers_find(*state, "/q/500"));
}

static void test_too_large(void **state)
{
	put(*state, "/big", 1, 100);
	put(*state, "/small", 1, 100);
	put(*state, "/big", 2, LIMIT / 4);
	/* the old answer must not stand for the new one */
	assert_null(answers_find(*state, "/big"));
	assert_non_null(answers_find(*state, "/small"));
	answers_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_newest_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty_body, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bound, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_large, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
