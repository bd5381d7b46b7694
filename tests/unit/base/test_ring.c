/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <sched.h>
#include <stdatomic.h>

#include "base/bytes.h"
#include "base/ring.h"
#include "base/thread.h"

#define PRODUCERS 3
#define ITEMS 20000

static bool readable(const struct ring *r)
{
	struct pollfd p = { .fd = ring_fd(r), .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void items_come_out_in_order(void **state)
{
	int values[6] = { 0, 1, 2, 3, 4, 5 };
	struct ring *r;
	void *item;

	(void)state;
	assert_int_equal(ring_new(0, &r), ERR_INVALID);
	assert_int_equal(ring_new(SIZE_MAX / 4, &r), ERR_INVALID);
	assert_int_equal(ring_new(3, &r), ERR_OK);
	assert_null(ring_pop(r));
	assert_false(readable(r));
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 3; i++) {
			item = &values[i];
			assert_int_equal(ring_push(r, &item), ERR_OK);
			assert_null(item);
			assert_true(readable(r));
		}
		item = &values[5];
		assert_int_equal(ring_push(r, &item), ERR_FULL);
		assert_ptr_equal(item, &values[5]);
		assert_int_equal(ring_length(r), 3);
		for (int i = 0; i < 3; i++) {
			assert_true(readable(r));
			assert_ptr_equal(ring_pop(r), &values[i]);
		}
		assert_false(readable(r));
		/* so that the next round begins elsewhere in the ring */
		item = &values[4];
		assert_int_equal(ring_push(r, &item), ERR_OK);
		assert_ptr_equal(ring_pop(r), &values[4]);
	}
	ring_free(r);
	ring_free(NULL);
}

struct item {
	uint32_t producer;
	uint32_t number;
	uint32_t crc; /* of the two above */
};

static uint32_t crc_of(const struct item *item)
{
	return bytes_crc32c(0, bytes_of(item, offsetof(struct item, crc)));
}

struct producer {
	struct ring *ring;
	uint32_t id;
	uint64_t full; /* how often the ring was full */
};

static void produce(struct thread *self, void *arg)
{
	struct producer *p = arg;

	thread_ready(self, ERR_OK);
	for (uint32_t i = 0; i < ITEMS; i++) {
		struct item *item = malloc(sizeof(*item));
		void *gift = item;

		if (!item)
			abort();
		*item = (struct item){ .producer = p->id, .number = i };
		item->crc = crc_of(item);
		while (ring_push(p->ring, &gift) == ERR_FULL) {
			p->full++;
			sched_yield();
		}
	}
}

/* Takes by the descriptor alone: a lost wake-up would hang here and end by the deadline. */
static void consume(struct ring *r, uint32_t *next)
{
	struct pollfd p = { .fd = ring_fd(r), .events = POLLIN };
	struct item *item;

	assert_int_equal(poll(&p, 1, 20000), 1);
	while ((item = ring_pop(r))) {
		assert_in_range(item->producer, 0, PRODUCERS - 1);
		assert_int_equal(item->crc, crc_of(item));
		assert_int_equal(item->number, next[item->producer]++);
		free(item);
	}
}

static void nothing_is_lost_between_threads(void **state)
{
	struct producer producers[PRODUCERS] = { 0 };
	struct thread *threads[PRODUCERS];
	uint32_t next[PRODUCERS] = { 0 };
	struct ring *r;

	(void)state;
	assert_int_equal(ring_new(64, &r), ERR_OK);
	for (uint32_t i = 0; i < PRODUCERS; i++) {
		producers[i] = (struct producer){ .ring = r, .id = i };
		assert_int_equal(thread_start("produce", produce, &producers[i], &threads[i]),
				 ERR_OK);
	}
	while (next[0] + next[1] + next[2] < PRODUCERS * ITEMS)
		consume(r, next);
	for (int i = 0; i < PRODUCERS; i++) {
		thread_join(threads[i]);
		assert_int_equal(next[i], ITEMS);
	}
	assert_int_equal(ring_length(r), 0);
	assert_false(readable(r));
	ring_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_come_out_in_order),
		cmocka_unit_test(nothing_is_lost_between_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
