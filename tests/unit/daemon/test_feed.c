/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/feed.h"

#define MESSAGES 4096

/* What left, decoded. */
struct got {
	char topic[200];
	struct message_feed chain;
	uint64_t number;
	int64_t value;
};
struct world {
	struct metrics metrics;
	struct arena *arena;
	struct feed *feed;
	struct got got[MESSAGES];
	size_t count;
};

static void publish(void *ctx, struct bytes topic, struct bytes message)
{
	struct world *w = ctx;
	struct got *g = &w->got[w->count++];
	struct envelope header;
	struct bytes body;
	struct message_figure figure;
	struct message_alert alert;
	struct message_feed_head head;

	assert_true(w->count < MESSAGES);
	snprintf(g->topic, sizeof(g->topic), "%.*s", (int)topic.len, (const char *)topic.data);
	assert_int_equal(envelope_decode(message, &header, &body), ERR_OK);
	if (header.type == ENVELOPE_FEED_ALERT) {
		assert_int_equal(message_feed_alert_decode(body, w->arena, &g->chain, &alert),
				 ERR_OK);
		g->number = alert.number;
	} else if (header.type == ENVELOPE_FEED_HEAD) {
		assert_int_equal(message_feed_head_decode(body, w->arena, &head), ERR_OK);
		g->number = head.alert_number;
		g->chain.position = head.position;
	} else {
		assert_int_equal(message_feed_figure_decode(body, w->arena, &g->chain, &figure),
				 ERR_OK);
		g->value = figure.value;
	}
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	const struct feed_out to = { publish, w };

	w->arena = arena_new(16u << 20);
	assert_int_equal(feed_new(&w->metrics, &to, &w->feed), ERR_OK);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	feed_free(w->feed);
	feed_free(NULL);
	arena_free(w->arena);
	free(w);
	return 0;
}

static struct message_figure figure(const char *measure, const char *unit, int64_t value,
				    uint64_t position)
{
	return (struct message_figure){ .measure = bytes_of_string(measure),
					.unit = bytes_of_string(unit),
					.present = true,
					.value = value,
					.position = position };
}

static void change(struct world *w, enum feed_kind kind, int64_t value, uint64_t position,
		   uint64_t previous)
{
	struct message_figure f = figure("canteens", "yutai", value, position);

	assert_int_equal(feed_figure(w->feed, kind, &f, previous), ERR_OK);
}

static struct pipeline_notice flush(struct world *w)
{
	struct pipeline_notice n = { 0 };

	assert_int_equal(feed_flush(w->feed, &n), ERR_OK);
	return n;
}

static void expect(const struct got *g, const char *topic, uint64_t position, uint64_t previous)
{
	assert_string_equal(g->topic, topic);
	assert_int_equal(g->chain.position, position);
	assert_int_equal(g->chain.previous, previous);
}

/* Overtaken figures are left out, and the chain says so. */
static void figures_are_chained_over_what_left(void **state)
{
	struct world *w = *state;
	struct pipeline_notice n;

	change(w, FEED_TOTAL, 1, 10, 4);
	change(w, FEED_TOTAL, 2, 11, 10);
	assert_int_equal(w->count, 0);
	n = flush(w);
	assert_int_equal(w->count, 1);
	expect(&w->got[0], "total.canteens.yutai", 11, 4);
	assert_int_equal(w->got[0].value, 2);
	assert_int_equal(n.figure_count, 1);
	assert_int_equal(n.figures[0].value, 2);
	assert_int_equal(n.light_count, 0);
	change(w, FEED_TOTAL, 3, 12, 11);
	change(w, FEED_TOTAL, 4, 15, 12);
	flush(w);
	expect(&w->got[1], "total.canteens.yutai", 15, 11);
	assert_false(feed_is_dirty(w->feed));
	n = flush(w);
	assert_int_equal(w->count, 2);
	assert_int_equal(n.figure_count, 0);
}

static void lights_have_their_own_topics(void **state)
{
	struct world *w = *state;
	struct pipeline_notice n;

	change(w, FEED_LIGHT, 1, 10, 0);
	change(w, FEED_TOTAL, 1, 9, 0);
	n = flush(w);
	assert_int_equal(w->count, 2);
	expect(&w->got[0], "light.canteens.yutai", 10, 0);
	expect(&w->got[1], "total.canteens.yutai", 9, 0);
	assert_int_equal(n.light_count, 1);
}

static void alert(struct world *w, uint64_t number, uint64_t previous)
{
	struct message_alert a = { .number = number,
				   .position = 100 + number,
				   .severity = bytes_of_string("red"),
				   .unit = bytes_of_string("yutai") };

	assert_int_equal(feed_alert(w->feed, &a, previous), ERR_OK);
}

static void alerts_are_never_overtaken(void **state)
{
	struct world *w = *state;

	alert(w, 1, 0);
	alert(w, 2, 101);
	assert_int_equal(w->count, 2);
	expect(&w->got[0], "alert.red.-.yutai", 101, 0);
	expect(&w->got[1], "alert.red.-.yutai", 102, 101);
}

/* Every topic comes again within 60 s, with the same numbers, and head each second. */
static void everything_is_repeated(void **state)
{
	const struct aggregator_head head = { .position = 33, .alert_number = 2 };
	struct world *w = *state;
	size_t heads = 0, totals[100] = { 0 }, alerts = 0;

	alert(w, 2, 101);
	for (int i = 0; i < 100; i++) {
		char unit[8];
		struct message_figure f;

		snprintf(unit, sizeof(unit), "u%02d", i);
		f = figure("m", unit, i, (uint64_t)i + 1);
		assert_int_equal(feed_figure(w->feed, FEED_TOTAL, &f, 0), ERR_OK);
	}
	flush(w);
	w->count = 0;
	for (int s = 0; s < 60; s++)
		feed_each_second(w->feed, &head, 1000 * s);
	for (size_t i = 0; i < w->count; i++) {
		const struct got *g = &w->got[i];

		if (strcmp(g->topic, "head") == 0) {
			heads++;
			assert_int_equal(g->chain.position, 33);
		} else if (g->topic[0] == 'a') {
			alerts++;
		} else {
			assert_int_equal(g->chain.position, g->value + 1);
			assert_int_equal(g->chain.previous, 0);
			totals[g->value]++;
		}
	}
	assert_int_equal(heads, 60);
	assert_true(alerts >= 1);
	for (int i = 0; i < 100; i++)
		assert_true(totals[i] >= 1);
}

/* After a start we don't know what a subscriber saw last: previous = position makes whoever saw
 * less take a snapshot, and leaves the others alone. */
static void seeds_are_safe(void **state)
{
	const struct aggregator_head head = { .position = 50 };
	struct message_figure f = figure("canteens", "yutai", 7, 40);
	struct world *w = *state;

	assert_int_equal(feed_seed(w->feed, FEED_TOTAL, &f), ERR_OK);
	assert_int_equal(flush(w).figure_count, 0);
	feed_each_second(w->feed, &head, 0);
	assert_int_equal(w->count, 2);
	expect(&w->got[1], "total.canteens.yutai", 40, 40);
	change(w, FEED_TOTAL, 8, 51, 12345);
	flush(w);
	expect(&w->got[2], "total.canteens.yutai", 51, 40);
}

static void names_too_long_are_refused(void **state)
{
	struct world *w = *state;
	char id[201];
	struct message_figure f;

	memset(id, 'x', 200);
	id[200] = '\0';
	f = figure(id, "yutai", 1, 1);
	assert_int_not_equal(feed_figure(w->feed, FEED_TOTAL, &f, 0), ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(figures_are_chained_over_what_left, setup,
						teardown),
		cmocka_unit_test_setup_teardown(lights_have_their_own_topics, setup, teardown),
		cmocka_unit_test_setup_teardown(alerts_are_never_overtaken, setup, teardown),
		cmocka_unit_test_setup_teardown(everything_is_repeated, setup, teardown),
		cmocka_unit_test_setup_teardown(seeds_are_safe, setup, teardown),
		cmocka_unit_test_setup_teardown(names_too_long_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
