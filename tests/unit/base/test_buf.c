/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/reader.h"

static void what_is_written_is_read_back(void **state)
{
	static const uint64_t values[] = { 0,	  1,   127,	   128,	      16383,
					   16384, 300, UINT32_MAX, INT64_MAX, UINT64_MAX };
	static const int64_t signed_values[] = { 0, -1, 1, -64, 64, INT64_MIN, INT64_MAX };
	struct buf b = { 0 };
	struct reader r;
	struct bytes block;

	(void)state;
	buf_put_u8(&b, 7);
	buf_put_u16(&b, 0xFFFE);
	buf_put_u32(&b, 0x80000001);
	buf_put_u64(&b, UINT64_MAX - 1);
	for (size_t i = 0; i < 10; i++)
		buf_put_varint(&b, values[i]);
	for (size_t i = 0; i < 7; i++)
		buf_put_zigzag(&b, signed_values[i]);
	buf_put_block(&b, bytes_of_string("任城区"));
	buf_put_block(&b, (struct bytes){ 0 });
	assert_int_equal(buf_error(&b), ERR_OK);

	r = reader_of(buf_bytes(&b));
	assert_int_equal(reader_u8(&r), 7);
	assert_int_equal(reader_u16(&r), 0xFFFE);
	assert_int_equal(reader_u32(&r), 0x80000001);
	assert_true(reader_u64(&r) == UINT64_MAX - 1);
	for (size_t i = 0; i < 10; i++)
		assert_true(reader_varint(&r) == values[i]);
	for (size_t i = 0; i < 7; i++)
		assert_true(reader_zigzag(&r) == signed_values[i]);
	block = reader_block(&r);
	assert_true(bytes_equal(block, bytes_of_string("任城区")));
	assert_false(reader_done(&r));
	assert_int_equal(reader_block(&r).len, 0);
	assert_true(reader_done(&r));
	buf_free(&b);
	assert_null(b.data);
}

static void a_varint_has_protobufs_form(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_put_varint(&b, 300);
	assert_int_equal(b.len, 2);
	assert_memory_equal(b.data, "\xAC\x02", 2);
	buf_clear(&b);
	buf_put_zigzag(&b, -2);
	assert_int_equal(b.len, 1);
	assert_int_equal(b.data[0], 3);
	buf_clear(&b);
	buf_put_varint(&b, UINT64_MAX);
	assert_int_equal(b.len, 10);
	buf_free(&b);
}

static void a_reader_fails_once_and_for_ever(void **state)
{
	struct reader r = reader_of(bytes_of("\1\2\3", 3));

	(void)state;
	assert_int_equal(reader_u16(&r), 0x0102);
	assert_int_equal(reader_u16(&r), 0);
	assert_true(r.failed);
	assert_int_equal(reader_u8(&r), 0);
	assert_int_equal(reader_left(&r), 0);
	assert_null(reader_take(&r, 0).data);
	assert_false(reader_done(&r));
	r = reader_of((struct bytes){ 0 });
	assert_true(reader_done(&r));
	assert_int_equal(reader_u8(&r), 0);
	assert_true(r.failed);
}

static void bad_varints_and_blocks_are_refused(void **state)
{
	static const struct {
		const char *data;
		size_t len;
	} bad[] = {
		{ "\x80", 1 },					    /* cut off */
		{ "\x80\x00", 2 },				    /* 0 in two bytes */
		{ "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10 }, /* 65 bits */
		{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11 },
		{ "", 0 },
	};
	struct reader r;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		r = reader_of(bytes_of(bad[i].data, bad[i].len));
		assert_true(reader_varint(&r) == 0);
		assert_true(r.failed);
	}
	r = reader_of(bytes_of("\x05"
			       "abc",
			       4));
	assert_null(reader_block(&r).data);
	assert_true(r.failed);
	/* a length near 2^64 must not wrap round */
	r = reader_of(bytes_of("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"
			       "abc",
			       13));
	assert_null(reader_block(&r).data);
	assert_true(r.failed);
}

static void it_grows_and_prints(void **state)
{
	struct buf b = { 0 };
	char expected[16];

	(void)state;
	assert_string_equal(buf_cstring(&b), "");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i);
	assert_int_equal(b.len, 10 * 2 + 90 * 3 + 900 * 4);
	snprintf(expected, sizeof(expected), "998,999,");
	assert_string_equal(buf_cstring(&b) + b.len - 8, expected);
	buf_truncate(&b, 4);
	buf_truncate(&b, 100); /* never makes it longer */
	buf_put_string(&b, "x");
	assert_string_equal(buf_cstring(&b), "0,1,x");
	buf_clear(&b);
	buf_printf(&b, "%0500d", 7);
	assert_int_equal(b.len, 500);
	buf_free(&b);
}

static void an_impossible_size_is_a_sticky_error(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_put_string(&b, "kept");
	assert_null(buf_extend(&b, SIZE_MAX - 2));
	buf_put_u8(&b, 1);
	buf_printf(&b, "x");
	assert_int_equal(buf_error(&b), ERR_NOMEM);
	assert_int_equal(b.len, 4);
	assert_string_equal(buf_cstring(&b), "");
	buf_clear(&b);
	buf_put_u8(&b, 1);
	assert_int_equal(buf_error(&b), ERR_OK);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(a_varint_has_protobufs_form),
		cmocka_unit_test(a_reader_fails_once_and_for_ever),
		cmocka_unit_test(bad_varints_and_blocks_are_refused),
		cmocka_unit_test(it_grows_and_prints),
		cmocka_unit_test(an_impossible_size_is_a_sticky_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
