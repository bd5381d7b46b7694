/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/intake.h"

/* A socket that holds a list of (unit, bytes); the unit is the peer's first byte. */
struct source {
	struct {
		uint8_t unit;
		size_t bytes;
	} items[64];
	size_t count, at;
	enum err end;
};

static enum err take(void *ctx, struct bus_message *out)
{
	struct source *s = ctx;

	if (s->at == s->count)
		return s->end ? s->end : ERR_AGAIN;
	out->peer = (struct bus_peer){ 2, { s->items[s->at].unit, (uint8_t)s->at } };
	out->payload = bytes_of("", s->items[s->at].bytes);
	s->at++;
	return ERR_OK;
}

static uint16_t unit(void *ctx, const struct bus_message *m)
{
	(void)ctx;
	return m->peer.id[0];
}

static void put(struct source *s, uint8_t u, size_t bytes)
{
	s->items[s->count].unit = u;
	s->items[s->count++].bytes = bytes;
}

/* The next group as text: a letter and a number each. */
static const char *next(struct intake *in, struct source *s, size_t share)
{
	static char text[300];
	const struct intake_from from = { take, unit, s };
	struct bus_message *const *m;
	size_t count, n = 0;

	assert_int_equal(intake_next(in, &from, share, &m, &count), s->end);
	text[0] = '\0';
	for (size_t i = 0; i < count; i++)
		n += (size_t)sprintf(text + n, "%c%d ", m[i]->peer.id[0], m[i]->peer.id[1]);
	return text;
}

static struct intake *make(size_t bytes, size_t messages)
{
	struct intake *in = NULL;

	assert_int_equal(intake_new(bytes, messages, &in), ERR_OK);
	return in;
}

static void takes_what_is_there(void **state)
{
	struct intake *in = make(100, 10);
	struct source s = { .count = 0 };

	(void)state;
	assert_string_equal(next(in, &s, 100), "");
	put(&s, 'a', 10), put(&s, 'b', 10), put(&s, 'a', 10);
	assert_string_equal(next(in, &s, 100), "a0 b1 a2 ");
	assert_false(intake_waits(in));
	assert_string_equal(next(in, &s, 100), "");
	intake_free(in);
}

static void stops_at_its_bounds(void **state)
{
	struct intake *in = make(100, 3);
	struct source s = { .count = 0 };

	(void)state;
	put(&s, 'a', 60), put(&s, 'b', 60), put(&s, 'c', 60);
	assert_string_equal(next(in, &s, 100), "a0 b1 ");
	put(&s, 'a', 1), put(&s, 'a', 1), put(&s, 'a', 1), put(&s, 'a', 1);
	assert_string_equal(next(in, &s, 100), "c2 a3 a4 ");
	assert_string_equal(next(in, &s, 100), "a5 a6 ");
	intake_free(in);
}

/* One who floods gets its share of each group, in order; the others all of theirs. */
static void one_reporter_does_not_fill_a_group(void **state)
{
	struct intake *in = make(1000, 60);
	struct source s = { .count = 0 };

	(void)state;
	for (int i = 0; i < 6; i++)
		put(&s, 'a', 40);
	put(&s, 'b', 40);
	assert_string_equal(next(in, &s, 100), "a0 a1 b6 ");
	assert_true(intake_waits(in));
	put(&s, 'a', 1); /* small enough to fit, but its turn comes after what waits */
	put(&s, 'b', 40);
	assert_string_equal(next(in, &s, 100), "a2 a3 b8 ");
	assert_string_equal(next(in, &s, 100), "a4 a5 a7 ");
	assert_false(intake_waits(in));
	intake_free(in);
}

static void a_large_message_passes_a_small_share(void **state)
{
	struct intake *in = make(1000, 60);
	struct source s = { .count = 0 };

	(void)state;
	put(&s, 'a', 500), put(&s, 'a', 500);
	assert_string_equal(next(in, &s, 100), "a0 ");
	assert_string_equal(next(in, &s, 100), "a1 ");
	intake_free(in);
}

/* What waits is bounded too: then the socket is left alone, and the senders feel it. */
static void what_waits_is_bounded(void **state)
{
	struct intake *in = make(100, 60);
	struct source s = { .count = 0 };

	(void)state;
	for (int i = 0; i < 20; i++)
		put(&s, 'a', 20);
	next(in, &s, 20);
	assert_int_equal(s.at, 6);
	next(in, &s, 20);
	assert_int_equal(s.at, 7);
	intake_free(in);
}

static void the_end_is_told(void **state)
{
	struct intake *in = make(100, 3);
	struct source s = { .end = ERR_CLOSED };

	(void)state;
	put(&s, 'a', 1);
	assert_string_equal(next(in, &s, 100), "a0 ");
	intake_free(in);
	intake_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_is_there),
		cmocka_unit_test(stops_at_its_bounds),
		cmocka_unit_test(one_reporter_does_not_fill_a_group),
		cmocka_unit_test(a_large_message_passes_a_small_share),
		cmocka_unit_test(what_waits_is_bounded),
		cmocka_unit_test(the_end_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
