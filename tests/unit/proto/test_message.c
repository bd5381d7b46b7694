/* SPDX-License-Identifier: MIT */
/* What each decode refuses. That nothing is lost both ways is test_examples.c's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "proto/message.h"

#define T(s)                                                                                       \
	{                                                                                          \
		(const uint8_t *)(s), sizeof(s) - 1                                                \
	}

static const uint8_t epoch[16] = { 1 };
static const struct bytes with_nul = T("a\0b"), no_utf8 = T("\xc0\x80");
static char long_text[LIMITS_TEXT + 1];

struct fixture {
	struct arena *arena;
	struct buf message;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	memset(long_text, 'x', sizeof(long_text));
	f->arena = arena_new((size_t)16 << 20);
	*state = f;
	return f->arena ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	buf_free(&f->message);
	free(f);
	return 0;
}

static struct bytes longer(size_t limit)
{
	return bytes_of(long_text, limit + 1);
}

static struct bytes body_of(struct fixture *f)
{
	return bytes_of(f->message.data + LIMITS_HEADER, f->message.len - LIMITS_HEADER);
}

/* Encodes m, decodes it, expects e. */
#define EXPECT(f, name, m, e, ...)                                                                 \
	do {                                                                                       \
		struct message_##name got;                                                         \
                                                                                                   \
		buf_clear(&(f)->message);                                                          \
		arena_reset((f)->arena);                                                           \
		assert_int_equal(message_##name##_encode(m, ##__VA_ARGS__, &(f)->message),         \
				 ERR_OK);                                                          \
		assert_int_equal(message_##name##_decode(body_of(f), (f)->arena, &got), e);        \
	} while (0)

static void test_hello(void **state)
{
	struct fixture *f = *state;
	struct message_hello m = { T("p"), 1, 1, T("s") };

	EXPECT(f, hello, &m, ERR_OK, epoch);
	m.programme = (struct bytes){ 0 };
	EXPECT(f, hello, &m, ERR_OK, epoch);
	m.first_held = 2; /* above next */
	EXPECT(f, hello, &m, ERR_INVALID, epoch);
	m.first_held = 0; /* sequences begin at 1 */
	EXPECT(f, hello, &m, ERR_INVALID, epoch);
	m = (struct message_hello){ with_nul, 1, 1, T("s") };
	EXPECT(f, hello, &m, ERR_INVALID, epoch);
	m = (struct message_hello){ longer(LIMITS_ID), 1, 1, T("s") };
	EXPECT(f, hello, &m, ERR_INVALID, epoch);
	m = (struct message_hello){ T("p"), 1, 1, no_utf8 };
	EXPECT(f, hello, &m, ERR_INVALID, epoch);
}

static void test_epoch_stands_in_the_header(void **state)
{
	struct fixture *f = *state;
	struct message_hello m = { T("p"), 1, 1, T("s") };
	struct envelope e;
	struct bytes body;

	EXPECT(f, hello, &m, ERR_OK, epoch);
	assert_int_equal(envelope_decode(buf_bytes(&f->message), &e, &body), ERR_OK);
	assert_int_equal(e.type, ENVELOPE_HELLO);
	assert_memory_equal(e.epoch, epoch, sizeof(epoch));
	assert_ptr_equal(body.data, f->message.data + LIMITS_HEADER);
}

static void test_welcome(void **state)
{
	struct fixture *f = *state;
	struct message_welcome m = { .reporter = T("r"), .incarnation = T("0123456789abcdef") };

	EXPECT(f, welcome, &m, ERR_OK, epoch);
	m.incarnation.len = 15;
	EXPECT(f, welcome, &m, ERR_INVALID, epoch);
	m.incarnation.len = 0;
	EXPECT(f, welcome, &m, ERR_INVALID, epoch);
}

static void test_receipts(void **state)
{
	struct fixture *f = *state;
	struct message_exception exception = { 0, EVENT_HOLD, 1, T("x") };
	struct message_receipt item = { .first_sequence = 1,
					.through_sequence = 1,
					.exceptions = &exception,
					.exception_count = 1 };
	struct message_receipts m = { 2, 0, &item, 1 };

	EXPECT(f, receipts, &m, ERR_OK, epoch);
	m.count = 0;
	EXPECT(f, receipts, &m, ERR_OK, epoch);
	m.count = 1;
	item.first_sequence = 2; /* ends before it begins */
	EXPECT(f, receipts, &m, ERR_INVALID, epoch);
	item.first_sequence = 0;
	EXPECT(f, receipts, &m, ERR_INVALID, epoch);
	item.first_sequence = 1;
	exception.text = longer(LIMITS_TEXT);
	EXPECT(f, receipts, &m, ERR_INVALID, epoch);
	exception.text = with_nul;
	EXPECT(f, receipts, &m, ERR_INVALID, epoch);
}

/* A later version may count verdicts that this one does not know. */
static void test_more_verdicts(void **state)
{
	struct fixture *f = *state;
	static const uint8_t body[] = { 0x1a, 13, 0x08, 1, 0x10, 7, 0x42, 7, 1, 1, 1, 1, 1, 9, 9 };
	struct message_receipts got;

	assert_int_equal(message_receipts_decode(bytes_of(body, sizeof(body)), f->arena, &got),
			 ERR_OK);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.items[0].through_sequence, 7);
	assert_int_equal(got.items[0].counts[EVENT_VERDICT_COUNT - 1], 1);
}

static void test_refused(void **state)
{
	struct fixture *f = *state;
	struct message_refused m = { 99, 1, 2, { (const uint8_t *)long_text, LIMITS_TEXT } };

	EXPECT(f, refused, &m, ERR_OK, epoch); /* unknown codes pass: the text explains */
	m.text.len++;
	EXPECT(f, refused, &m, ERR_INVALID, epoch);
}

static void test_slice(void **state)
{
	struct fixture *f = *state;
	struct bytes unit = T("u");
	struct message_stage stage = { T("s"), T("阶段"), T("stage") };
	struct message_measure measure = {
		.id = T("m"), .units = &unit, .unit_count = 1, .stages = &stage, .stage_count = 1
	};
	struct message_slice m = { 1, T("p"), &measure, 1 };

	EXPECT(f, slice, &m, ERR_OK);
	unit = longer(LIMITS_ID);
	EXPECT(f, slice, &m, ERR_INVALID);
	unit = (struct bytes)T("u");
	stage.name_en = with_nul;
	EXPECT(f, slice, &m, ERR_INVALID);
	stage.name_en = (struct bytes)T("stage");
	measure.kind = no_utf8;
	EXPECT(f, slice, &m, ERR_INVALID);
}

static void test_snapshot(void **state)
{
	struct fixture *f = *state;
	struct message_figure figure = { .measure = T("m"), .unit = T("u") };
	struct message_snapshot m = { 1, 0, { NULL, 0 }, true, &figure, 1 };

	EXPECT(f, snapshot, &m, ERR_OK, ENVELOPE_SNAPSHOT); /* an empty store has no chain */
	m.chain = bytes_of(long_text, 32);
	EXPECT(f, snapshot, &m, ERR_OK, ENVELOPE_SNAPSHOT);
	m.chain.len = 31;
	EXPECT(f, snapshot, &m, ERR_INVALID, ENVELOPE_SNAPSHOT);
	m.chain.len = 32;
	figure.unit = longer(LIMITS_ID);
	EXPECT(f, snapshot, &m, ERR_INVALID, ENVELOPE_SNAPSHOT);
}

static void test_replay(void **state)
{
	struct fixture *f = *state;
	struct message_alert alert = { .number = 1, .id = T("i"), .text_zh = T("x") };
	struct message_replay m = { 2, 1, &alert, 1 };

	EXPECT(f, replay, &m, ERR_OK);
	alert.severity = with_nul;
	EXPECT(f, replay, &m, ERR_INVALID);
	alert.severity = (struct bytes){ 0 };
	alert.text_en = longer(LIMITS_TEXT);
	EXPECT(f, replay, &m, ERR_INVALID);
}

static void test_enrol(void **state)
{
	struct fixture *f = *state;
	struct message_enrol m = { T("0123456789abcdef"),
				   { (const uint8_t *)long_text, 32 },
				   T("s") };

	EXPECT(f, enrol, &m, ERR_OK);
	m.nonce.len = 15;
	EXPECT(f, enrol, &m, ERR_INVALID);
	m.nonce.len = 16;
	m.public_key.len = 33;
	EXPECT(f, enrol, &m, ERR_INVALID);
	m.public_key.len = 0;
	EXPECT(f, enrol, &m, ERR_INVALID);
}

static void test_feed(void **state)
{
	struct fixture *f = *state;
	static const uint8_t no_content[] = { 0x08, 1, 0x10, 1 };
	struct bytes body = bytes_of(no_content, sizeof(no_content));
	struct message_feed feed;
	struct message_figure figure;
	struct message_alert alert;

	assert_int_equal(message_feed_figure_decode(body, f->arena, &feed, &figure), ERR_INVALID);
	assert_int_equal(message_feed_alert_decode(body, f->arena, &feed, &alert), ERR_INVALID);
}

/* Unknown fields fill a body up to the limit, and one byte past it. */
static void test_size_of_body(void **state)
{
	struct fixture *f = *state;
	struct message_feed_head head;
	struct message_enrol enrol;

	buf_put_varint(&f->message, 100 << 3 | 2);
	buf_put_varint(&f->message, LIMITS_REPLY_BYTES - 5);
	memset(buf_extend(&f->message, LIMITS_REPLY_BYTES - 5), 0, LIMITS_REPLY_BYTES - 5);
	assert_int_equal(message_feed_head_decode(buf_bytes(&f->message), f->arena, &head), ERR_OK);
	assert_int_equal(message_enrol_decode(buf_bytes(&f->message), f->arena, &enrol),
			 ERR_INVALID);
	buf_put_u8(&f->message, 0);
	assert_int_equal(message_feed_head_decode(buf_bytes(&f->message), f->arena, &head),
			 ERR_INVALID);
}

static void test_budget(void **state)
{
	struct fixture *f = *state;
	struct arena *small = arena_new(1 << 16);
	struct message_snapshot got;

	/* 100 000 empty figures in 200 kB */
	assert_non_null(small);
	for (size_t i = 0; i < 100000; i++)
		buf_put(&f->message, (struct bytes)T("\x2a\x00"));
	assert_int_equal(message_snapshot_decode(buf_bytes(&f->message), small, &got), ERR_NOMEM);
	assert_in_range(arena_used(small), 0, 1 << 16);
	arena_free(small);
}

static void test_garbage(void **state)
{
	struct fixture *f = *state;
	static const struct bytes garbage[] = { T("\xff"), T("\x0a\x05x"), T("\x0b"), T("\x08"),
						T("\x0a\xff\xff\xff\xff\x0f") };

	for (size_t i = 0; i < sizeof(garbage) / sizeof(*garbage); i++) {
		struct message_hello hello;
		struct message_receipts receipts;
		struct message_replay_request request;

		assert_int_equal(message_hello_decode(garbage[i], f->arena, &hello), ERR_INVALID);
		assert_int_equal(message_receipts_decode(garbage[i], f->arena, &receipts),
				 ERR_INVALID);
		assert_int_equal(message_replay_request_decode(garbage[i], f->arena, &request),
				 ERR_INVALID);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hello),	  TEST(test_epoch_stands_in_the_header),
		TEST(test_welcome),	  TEST(test_receipts),
		TEST(test_more_verdicts), TEST(test_refused),
		TEST(test_slice),	  TEST(test_snapshot),
		TEST(test_replay),	  TEST(test_enrol),
		TEST(test_feed),	  TEST(test_size_of_body),
		TEST(test_budget),	  TEST(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
