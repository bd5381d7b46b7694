/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/envelope.h"
#include "proto/limits.h"

static const struct envelope sample = {
	.version = 1,
	.type = ENVELOPE_BATCH,
	.flags = 0x0203,
	.rows = 0x04050607,
	.epoch = { 0xe0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xef },
	.first_sequence = 0x08090a0b0c0d0e0fu,
};

static void test_layout(void **state)
{
	uint8_t out[LIMITS_HEADER];
	char hex[2 * LIMITS_HEADER + 1];

	(void)state;
	envelope_encode(&sample, out);
	bytes_to_hex(bytes_of(out, sizeof(out)), hex);
	assert_string_equal(hex, "0103020304050607"
				 "e00102030405060708090a0b0c0d0eef"
				 "08090a0b0c0d0e0f");
}

static void test_round_trip(void **state)
{
	uint8_t message[LIMITS_HEADER + 3] = { 0 };
	struct envelope got;
	struct bytes body;

	(void)state;
	envelope_encode(&sample, message);
	assert_int_equal(envelope_decode(bytes_of(message, sizeof(message)), &got, &body), ERR_OK);
	assert_int_equal(got.type, sample.type);
	assert_int_equal(got.flags, sample.flags);
	assert_int_equal(got.rows, sample.rows);
	assert_memory_equal(got.epoch, sample.epoch, ENVELOPE_EPOCH_LEN);
	assert_true(got.first_sequence == sample.first_sequence);
	assert_ptr_equal(body.data, message + LIMITS_HEADER);
	assert_int_equal(body.len, 3);
}

static void test_short_and_empty_body(void **state)
{
	uint8_t message[LIMITS_HEADER];
	struct envelope got;
	struct bytes body;

	(void)state;
	envelope_encode(&sample, message);
	for (size_t n = 0; n < LIMITS_HEADER; n++) {
		enum err e = envelope_decode(bytes_of(message, n), &got, &body);

		assert_int_equal(e, ERR_INVALID);
		assert_int_equal(body.len, 0);
		assert_int_equal(got.type, 0);
	}
	assert_int_equal(envelope_decode(bytes_of(message, LIMITS_HEADER), &got, &body), ERR_OK);
	assert_int_equal(body.len, 0);
}

static void test_other_versions(void **state)
{
	uint8_t message[LIMITS_HEADER];
	struct envelope got;
	struct bytes body;

	(void)state;
	envelope_encode(&sample, message);
	for (unsigned v = 0; v < 256; v++) {
		enum err expected = v == LIMITS_VERSION ? ERR_OK : ERR_VERSION;

		message[0] = (uint8_t)v;
		assert_int_equal(envelope_decode(bytes_of(message, sizeof(message)), &got, &body),
				 expected);
		assert_int_equal(got.version, v);
		assert_true(got.first_sequence == sample.first_sequence);
	}
}

static void test_bare_header(void **state)
{
	static const uint8_t expected[LIMITS_HEADER] = { 1, ENVELOPE_PING };
	struct buf out = { 0 };

	(void)state;
	envelope_put(&out, ENVELOPE_PING);
	assert_int_equal(buf_error(&out), ERR_OK);
	assert_int_equal(out.len, LIMITS_HEADER);
	assert_memory_equal(out.data, expected, LIMITS_HEADER);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_short_and_empty_body),
		cmocka_unit_test(test_other_versions),
		cmocka_unit_test(test_bare_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
