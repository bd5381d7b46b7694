/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/session.h"

static struct session hello(uint8_t peer, uint16_t unit, uint8_t epoch)
{
	struct session s = { .peer = { 1, { peer } }, .unit = unit };

	memset(s.epoch, epoch, sizeof(s.epoch));
	return s;
}

static struct session *open_one(struct sessions *s, uint8_t peer, uint16_t unit, uint8_t epoch,
				struct session **fenced)
{
	struct session h = hello(peer, unit, epoch), *out = NULL;

	assert_int_equal(sessions_open(s, &h, &out, fenced), ERR_OK);
	return out;
}

static struct sessions *some(size_t max)
{
	struct sessions *s = NULL;

	assert_int_equal(sessions_new(max, &s), ERR_OK);
	return s;
}

static void newest_hello_fences(void **state)
{
	struct sessions *s = some(10);
	struct session *a, *b, *fenced;

	(void)state;
	a = open_one(s, 1, 7, 1, &fenced);
	assert_null(fenced);
	b = open_one(s, 2, 7, 1, &fenced);
	assert_ptr_equal(fenced, a);
	assert_true(a->fenced);
	assert_false(b->fenced);
	assert_int_equal(sessions_of_unit(s, 7), 1);
	assert_int_equal(sessions_count(s), 2); /* the fenced one is still told so */
	assert_ptr_equal(sessions_find(s, &a->peer), a);
	sessions_end(s, a);
	assert_int_equal(sessions_of_unit(s, 7), 1);
	sessions_free(s);
}

static void other_outboxes_live_side_by_side(void **state)
{
	struct sessions *s = some(10);
	struct session *fenced;

	(void)state;
	open_one(s, 1, 7, 1, &fenced);
	open_one(s, 2, 7, 2, &fenced);
	assert_null(fenced);
	open_one(s, 3, 8, 1, &fenced); /* the same epoch of another reporter is another outbox */
	assert_null(fenced);
	assert_int_equal(sessions_of_unit(s, 7), 2);
	assert_int_equal(sessions_of_unit(s, 8), 1);
	sessions_free(s);
}

static void hello_again_on_the_same_connection(void **state)
{
	struct sessions *s = some(1);
	struct session *a, *fenced;

	(void)state;
	a = open_one(s, 1, 7, 1, &fenced);
	assert_ptr_equal(open_one(s, 1, 7, 1, &fenced), a);
	assert_null(fenced);
	assert_ptr_equal(open_one(s, 1, 9, 2, &fenced), a);
	assert_int_equal(sessions_count(s), 1);
	assert_int_equal(sessions_of_unit(s, 7), 0);
	assert_int_equal(sessions_of_unit(s, 9), 1);
	sessions_free(s);
}

/* A, then B of the same outbox; A says Hello again: now B is the older one. */
static void fencing_goes_back(void **state)
{
	struct sessions *s = some(10);
	struct session *a, *b, *fenced;

	(void)state;
	a = open_one(s, 1, 7, 1, &fenced);
	b = open_one(s, 2, 7, 1, &fenced);
	open_one(s, 1, 7, 1, &fenced);
	assert_ptr_equal(fenced, b);
	assert_false(a->fenced);
	assert_true(b->fenced);
	assert_int_equal(sessions_of_unit(s, 7), 1);
	sessions_free(s);
}

static void bounded(void **state)
{
	struct sessions *s = some(2);
	struct session h = hello(3, 1, 3), *a, *out, *fenced;

	(void)state;
	a = open_one(s, 1, 1, 1, &fenced);
	open_one(s, 2, 1, 2, &fenced);
	assert_int_equal(sessions_open(s, &h, &out, &fenced), ERR_FULL);
	assert_int_equal(sessions_count(s), 2);
	sessions_end(s, a);
	assert_int_equal(sessions_open(s, &h, &out, &fenced), ERR_OK);
	sessions_free(s);
}

static void end_each(void *ctx, struct session *each)
{
	sessions_end(ctx, each);
}

static void many_come_and_go(void **state)
{
	struct sessions *s = some(200);
	struct session *fenced;

	(void)state;
	for (int i = 0; i < 200; i++)
		open_one(s, (uint8_t)i, (uint16_t)(i % 5), (uint8_t)i, &fenced);
	for (int i = 0; i < 200; i += 2) {
		struct bus_peer peer = { 1, { (uint8_t)i } };

		sessions_end(s, sessions_find(s, &peer));
		assert_null(sessions_find(s, &peer));
	}
	assert_int_equal(sessions_count(s), 100);
	sessions_each(s, end_each, s);
	assert_int_equal(sessions_count(s), 0);
	for (uint16_t u = 0; u < 5; u++)
		assert_int_equal(sessions_of_unit(s, u), 0);
	sessions_free(s);
	sessions_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(newest_hello_fences),
		cmocka_unit_test(other_outboxes_live_side_by_side),
		cmocka_unit_test(hello_again_on_the_same_connection),
		cmocka_unit_test(fencing_goes_back),
		cmocka_unit_test(bounded),
		cmocka_unit_test(many_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
