/* SPDX-License-Identifier: MIT */
/* A daemon that says what the test tells it to, over a real CURVE ROUTER on loopback. */
#ifndef TESTS_COLLECTORS_FAKE_DAEMON_H
#define TESTS_COLLECTORS_FAKE_DAEMON_H

#include "tests/unit/collectors/fixture.h"

#include <zmq.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/thread.h"
#include "proto/curve.h"

#define FAKE_WAIT_MS 5000

struct fake {
	void *zmq;
	void *socket;
	struct curve_pair pair;
	char address[64];
	uint8_t peer[64]; /* who spoke last */
	size_t peer_len;
	uint8_t greeted[64]; /* whom the last Welcome went to, and of which epoch */
	size_t greeted_len;
	uint8_t greeted_epoch[ENVELOPE_EPOCH_LEN];
	struct buf message; /* what was heard last */
	struct envelope head;
	struct bytes body;
	struct arena *arena;
};

static inline void fake_bind(struct fake *f)
{
	int one = 1, zero = 0;
	size_t size = sizeof(f->address);

	f->socket = zmq_socket(f->zmq, ZMQ_ROUTER);
	assert_non_null(f->socket);
	zmq_setsockopt(f->socket, ZMQ_LINGER, &zero, sizeof(zero));
	zmq_setsockopt(f->socket, ZMQ_CURVE_SERVER, &one, sizeof(one));
	zmq_setsockopt(f->socket, ZMQ_CURVE_SECRETKEY, f->pair.secret_text, CURVE_TEXT_LEN);
	/* a port that was just given up may be held for a moment */
	for (int64_t until = clock_monotonic_ms() + FAKE_WAIT_MS;;) {
		if (zmq_bind(f->socket, f->address[0] ? f->address : "tcp://127.0.0.1:*") == 0)
			break;
		assert_true(clock_monotonic_ms() < until);
		zmq_poll(NULL, 0, 1);
	}
	assert_int_equal(zmq_getsockopt(f->socket, ZMQ_LAST_ENDPOINT, f->address, &size), 0);
}

static inline void fake_up(struct fake *f)
{
	*f = (struct fake){ 0 };
	f->zmq = zmq_ctx_new();
	f->arena = arena_new(SIZE_MAX);
	assert_int_equal(crypto_init(), ERR_OK);
	assert_int_equal(curve_generate(&f->pair), ERR_OK);
	fake_bind(f);
}

static inline void fake_down(struct fake *f)
{
	if (f->socket)
		zmq_close(f->socket);
	zmq_ctx_term(f->zmq);
	buf_free(&f->message);
	arena_free(f->arena);
}

/* Hears one message; false where none came in time. */
static inline bool fake_hear(struct fake *f, int timeout_ms)
{
	zmq_pollitem_t item = { .socket = f->socket, .events = ZMQ_POLLIN };
	zmq_msg_t m;
	int n;

	if (zmq_poll(&item, 1, timeout_ms) <= 0)
		return false;
	n = zmq_recv(f->socket, f->peer, sizeof(f->peer), 0);
	assert_true(n > 0);
	f->peer_len = (size_t)n;
	zmq_msg_init(&m);
	assert_true(zmq_msg_recv(&m, f->socket, 0) >= 0);
	buf_clear(&f->message);
	buf_put(&f->message, bytes_of(zmq_msg_data(&m), zmq_msg_size(&m)));
	zmq_msg_close(&m);
	assert_int_equal(envelope_decode(buf_bytes(&f->message), &f->head, &f->body), ERR_OK);
	return true;
}

/* The Hello that was answered last, said once more by an impatient client? */
static inline bool fake_is_repeated(const struct fake *f)
{
	return f->head.type == ENVELOPE_HELLO && f->peer_len == f->greeted_len &&
	       memcmp(f->peer, f->greeted, f->peer_len) == 0 &&
	       memcmp(f->head.epoch, f->greeted_epoch, ENVELOPE_EPOCH_LEN) == 0;
}

/* Hears the next message of this type; pings and repeated Hellos on the way are let by. */
static inline void fake_expect(struct fake *f, enum envelope_type type)
{
	do
		assert_true(fake_hear(f, FAKE_WAIT_MS));
	while (f->head.type != type && (f->head.type == ENVELOPE_PING || fake_is_repeated(f)));
	assert_int_equal(f->head.type, type);
}

/* Hears the Hello of a connection that is not the one heard before. */
static inline void fake_expect_new_peer(struct fake *f)
{
	uint8_t before[sizeof(f->peer)];
	size_t len = f->peer_len;

	memcpy(before, f->peer, len);
	do
		assert_true(fake_hear(f, FAKE_WAIT_MS));
	while (f->peer_len == len && memcmp(before, f->peer, len) == 0);
	assert_int_equal(f->head.type, ENVELOPE_HELLO);
}

static inline void fake_expect_batch(struct fake *f, uint64_t first_sequence, uint32_t rows)
{
	fake_expect(f, ENVELOPE_BATCH);
	assert_int_equal(f->head.first_sequence, first_sequence);
	assert_int_equal(f->head.rows, rows);
}

static inline struct message_hello fake_expect_hello(struct fake *f)
{
	struct message_hello hello;

	fake_expect(f, ENVELOPE_HELLO);
	arena_reset(f->arena);
	assert_int_equal(message_hello_decode(f->body, f->arena, &hello), ERR_OK);
	return hello;
}

/* The lowest sequence that the Hello just heard still holds. */
static inline uint64_t fake_first_held(struct fake *f)
{
	struct message_hello hello;

	arena_reset(f->arena);
	assert_int_equal(message_hello_decode(f->body, f->arena, &hello), ERR_OK);
	return hello.first_held;
}

static inline void fake_say(struct fake *f, struct buf *message)
{
	assert_true(zmq_send(f->socket, f->peer, f->peer_len, ZMQ_SNDMORE) >= 0);
	assert_true(zmq_send(f->socket, message->data, message->len, 0) >= 0);
	buf_free(message);
}

static inline void fake_welcome(struct fake *f, uint64_t expected, uint64_t version,
				uint32_t credit)
{
	static const uint8_t incarnation[16] = { 1 };
	const struct message_welcome w = { .reporter = bytes_of_string("rencheng"),
					   .incarnation = bytes_of(incarnation, 16),
					   .expected = expected,
					   .catalogue_version = version,
					   .server_ms = 1656637200123,
					   .credit = credit,
					   .batch_rows = 10000,
					   .batch_bytes = LIMITS_BATCH_BYTES,
					   .programme = bytes_of_string("jining-2022") };
	struct buf b = { 0 };

	memcpy(f->greeted, f->peer, f->peer_len);
	f->greeted_len = f->peer_len;
	memcpy(f->greeted_epoch, f->head.epoch, ENVELOPE_EPOCH_LEN);
	assert_int_equal(message_welcome_encode(&w, f->head.epoch, &b), ERR_OK);
	fake_say(f, &b);
}

/* Answers the question for the slice. */
static inline void fake_slice(struct fake *f, uint64_t version)
{
	struct slice *s = fixture_slice(version);
	struct buf b = { 0 };

	fake_expect(f, ENVELOPE_CATALOGUE_REQUEST);
	assert_int_equal(message_slice_encode(slice_message(s), &b), ERR_OK);
	fake_say(f, &b);
	slice_release(s);
}

static inline void fake_receipt(struct fake *f, const uint8_t epoch[16], uint64_t first,
				uint64_t through)
{
	const struct message_receipt item = { .first_sequence = first,
					      .through_sequence = through,
					      .first_position = 5,
					      .through_position = 5,
					      .received_ms = 7,
					      .counts = { (uint32_t)(through - first + 1) } };
	const struct message_receipts r = { through + 1, LIMITS_CREDIT, &item, 1 };
	struct buf b = { 0 };

	assert_int_equal(message_receipts_encode(&r, epoch, &b), ERR_OK);
	fake_say(f, &b);
}

static inline void fake_refuse(struct fake *f, unsigned code, uint64_t expected, uint32_t retry_ms)
{
	const struct message_refused r = { code, expected, retry_ms, bytes_of_string("so") };
	struct buf b = { 0 };

	assert_int_equal(message_refused_encode(&r, f->head.epoch, &b), ERR_OK);
	fake_say(f, &b);
}

#endif
