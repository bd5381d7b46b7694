/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/receipts.h"
#include "proto/limits.h"

static const uint8_t epoch[16] = { 5 };

struct got {
	struct arena *arena;
	size_t messages, items;
	uint64_t next, expected;
	size_t texts, largest;
};

static enum err take(void *ctx, struct bytes message)
{
	struct got *g = ctx;
	struct message_receipts r;
	struct envelope header;
	struct bytes body;

	assert_int_equal(envelope_decode(message, &header, &body), ERR_OK);
	assert_int_equal(header.type, ENVELOPE_RECEIPTS);
	assert_memory_equal(header.epoch, epoch, sizeof(epoch));
	assert_int_equal(message_receipts_decode(body, g->arena, &r), ERR_OK);
	assert_int_equal(r.credit, 77);
	for (size_t i = 0; i < r.count; i++) {
		assert_int_equal(r.items[i].first_sequence, g->next);
		g->next = r.items[i].through_sequence + 1;
		for (size_t x = 0; x < r.items[i].exception_count; x++)
			g->texts += r.items[i].exceptions[x].text.len > 0;
	}
	g->messages++;
	g->items += r.count;
	g->expected = r.expected;
	if (message.len > g->largest)
		g->largest = message.len;
	return ERR_OK;
}

static struct message_receipt whole(uint64_t first, uint64_t through, uint64_t position)
{
	return (struct message_receipt){ .first_sequence = first,
					 .through_sequence = through,
					 .first_position = position,
					 .through_position = position,
					 .received_ms = (int64_t)position,
					 .on_time = 1,
					 .counts = { (uint32_t)(through - first + 1) } };
}

static int setup(void **state)
{
	struct got *g = calloc(1, sizeof(*g));

	g->arena = arena_new(64u << 20);
	g->next = 1;
	*state = g;
	return 0;
}

static int teardown(void **state)
{
	struct got *g = *state;

	arena_free(g->arena);
	free(g);
	return 0;
}

static void add(struct got *g, struct receipts *r, struct message_receipt one)
{
	assert_int_equal(receipts_add(r, g->arena, &one), ERR_OK);
	r->expected = one.through_sequence + 1;
}

static void whole_batches_merge(void **state)
{
	struct got *g = *state;
	struct receipts r = { 0 };

	for (uint64_t i = 0; i < 50; i++)
		add(g, &r, whole(1 + 10 * i, 10 + 10 * i, 100 + 2 * i));
	assert_int_equal(r.count, 1);
	assert_int_equal(r.items[0].counts[EVENT_ADMITTED], 500);
	assert_int_equal(r.items[0].on_time, 50);
	assert_int_equal(r.items[0].first_position, 100);
	assert_int_equal(r.items[0].through_position, 198);
	assert_int_equal(r.items[0].received_ms, 198);
	assert_int_equal(receipts_send(&r, g->arena, epoch, 77, take, g), ERR_OK);
	assert_int_equal(g->messages, 1);
	assert_int_equal(g->expected, 501);
	assert_int_equal(r.count, 0);
}

static void what_is_not_whole_stands_alone(void **state)
{
	struct got *g = *state;
	struct receipts r = { 0 };
	struct message_receipt held = whole(11, 20, 2), apart = whole(41, 50, 9);
	struct message_exception remark = { .row = 3,
					    .verdict = EVENT_ADMITTED,
					    .code = EVENT_SUPERSEDED };
	struct message_receipt remarked = whole(31, 40, 4);

	held.counts[EVENT_ADMITTED] = 9;
	held.counts[EVENT_HOLD] = 1;
	remarked.exceptions = &remark;
	remarked.exception_count = 1;
	add(g, &r, whole(1, 10, 1));
	add(g, &r, held);
	add(g, &r, whole(21, 30, 3));
	add(g, &r, remarked);
	add(g, &r, apart);
	assert_int_equal(r.count, 5);
	/* a hole between sequences, and a repetition out of order, don't merge */
	add(g, &r, whole(61, 70, 10));
	add(g, &r, whole(71, 80, 5));
	assert_int_equal(r.count, 7);
}

/* Thousands of long texts: several messages, none above the bound, codes always, texts as fit. */
static void large_ones_are_split(void **state)
{
	struct got *g = *state;
	struct receipts r = { 0 };
	static struct message_exception many[10000];
	static char text[300];

	memset(text, 'x', sizeof(text));
	for (uint32_t i = 0; i < 10000; i++)
		many[i] = (struct message_exception){ i, EVENT_REJECT, EVENT_OVERFLOW,
						      bytes_of(text, sizeof(text)) };
	for (uint64_t i = 0; i < 10; i++) {
		struct message_receipt one = whole(1 + 10000 * i, 10000 + 10000 * i, 1 + i);

		one.counts[EVENT_ADMITTED] = 10000 - (i == 9 ? 100 : 10000);
		one.counts[EVENT_REJECT] = i == 9 ? 100 : 10000;
		one.exceptions = many;
		one.exception_count = i == 9 ? 100 : 10000;
		add(g, &r, one);
	}
	assert_int_equal(receipts_send(&r, g->arena, epoch, 77, take, g), ERR_OK);
	assert_int_equal(g->items, 10);
	assert_true(g->messages > 1);
	assert_true(g->largest < LIMITS_REPLY_BYTES);
	assert_int_equal(g->texts, 100);
	assert_int_equal(g->expected, 100001);
}

static enum err gone(void *ctx, struct bytes message)
{
	(void)ctx, (void)message;
	return ERR_CLOSED;
}

static void a_failed_send_is_told(void **state)
{
	struct got *g = *state;
	struct receipts r = { 0 };

	add(g, &r, whole(1, 10, 1));
	assert_int_equal(receipts_send(&r, g->arena, epoch, 77, gone, g), ERR_CLOSED);
	assert_int_equal(r.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_batches_merge, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_not_whole_stands_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(large_ones_are_split, setup, teardown),
		cmocka_unit_test_setup_teardown(a_failed_send_is_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
