/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

static void runs_are_compared_like_words_in_a_dictionary(void **state)
{
	struct bytes ab = bytes_of_string("ab"), abc = bytes_of_string("abc");
	struct bytes b = bytes_of_string("b"), none = bytes_of_string(NULL);

	(void)state;
	assert_true(bytes_equal(none, bytes_of("x", 0)));
	assert_false(bytes_equal(ab, abc));
	assert_true(bytes_equal(abc, bytes_of("abcd", 3)));
	assert_true(bytes_compare(ab, abc) < 0);
	assert_true(bytes_compare(b, abc) > 0);
	assert_true(bytes_compare(none, ab) < 0);
	assert_int_equal(bytes_compare(none, none), 0);
	assert_true(bytes_compare(bytes_of("\xFF", 1), b) > 0);
}

static void text_is_well_formed_utf8(void **state)
{
	static const struct {
		const char *s;
		bool good;
	} cases[] = {
		{ "", true },
		{ "abc", true },
		{ "济宁市", true },
		{ "\xF0\x9F\x9A\xA6", true },
		{ "\xF4\x8F\xBF\xBF", true },
		{ "\xC0\x80", false },	       /* overlong NUL */
		{ "\xC1\xBF", false },	       /* overlong */
		{ "\xE0\x9F\xBF", false },     /* overlong */
		{ "\xF0\x8F\xBF\xBF", false }, /* overlong */
		{ "\xED\xA0\x80", false },     /* surrogate */
		{ "\xF4\x90\x80\x80", false }, /* past U+10FFFF */
		{ "\xF5\x80\x80\x80", false },
		{ "\x80", false },
		{ "a\xE6\xB5", false }, /* cut off */
		{ "\xE6\xB5\x41", false },
		{ "\xBC\xC3\xC4\xFE", false }, /* GBK */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(bytes_is_text(bytes_of_string(cases[i].s)), cases[i].good);
	assert_false(bytes_is_text(bytes_of("a\0b", 3)));
}

static void crc_has_the_known_values(void **state)
{
	uint8_t zeros[32] = { 0 }, ones[32], rising[32];
	struct bytes digits = bytes_of_string("123456789");

	(void)state;
	memset(ones, 0xFF, sizeof(ones));
	for (uint8_t i = 0; i < 32; i++)
		rising[i] = i;
	/* RFC 3720, B.4 */
	assert_int_equal(bytes_crc32c(0, bytes_of(zeros, 32)), 0x8A9136AA);
	assert_int_equal(bytes_crc32c(0, bytes_of(ones, 32)), 0x62A8AB43);
	assert_int_equal(bytes_crc32c(0, bytes_of(rising, 32)), 0x46DD794E);
	assert_int_equal(bytes_crc32c(0, digits), 0xE3069283);
	assert_int_equal(bytes_crc32c(0, bytes_of(NULL, 0)), 0);
}

static uint32_t bit_by_bit(const uint8_t *p, size_t len)
{
	uint32_t crc = ~0u;

	for (size_t i = 0; i < len; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
	}
	return ~crc;
}

static void crc_goes_on_at_any_border_and_alignment(void **state)
{
	uint8_t data[97];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 37 + 11);
	for (size_t start = 0; start < 9; start++) {
		for (size_t cut = start; cut <= sizeof(data); cut++) {
			uint32_t crc = bytes_crc32c(0, bytes_of(data + start, cut - start));

			assert_int_equal(crc, bit_by_bit(data + start, cut - start));
			crc = bytes_crc32c(crc, bytes_of(data + cut, sizeof(data) - cut));
			assert_int_equal(crc, bit_by_bit(data + start, sizeof(data) - start));
		}
	}
}

static void numbers_are_big_endian(void **state)
{
	uint8_t p[8];

	(void)state;
	bytes_store64(p, UINT64_C(0x0102030405060708));
	assert_memory_equal(p, "\1\2\3\4\5\6\7\10", 8);
	assert_true(bytes_load64(p) == UINT64_C(0x0102030405060708));
	assert_int_equal(bytes_load32(p), 0x01020304);
	assert_int_equal(bytes_load16(p), 0x0102);
	bytes_store64(p, UINT64_MAX);
	assert_true(bytes_load64(p) == UINT64_MAX);
}

static void hex_goes_both_ways(void **state)
{
	char text[9];
	uint8_t back[4];

	(void)state;
	bytes_to_hex(bytes_of("\x00\xab\x7f\xff", 4), text);
	assert_string_equal(text, "00ab7fff");
	assert_true(bytes_from_hex("00AB7fff", back, 4));
	assert_memory_equal(back, "\x00\xab\x7f\xff", 4);
	assert_false(bytes_from_hex("00ab7ff", back, 4));
	assert_false(bytes_from_hex("00ab7fff0", back, 4));
	assert_false(bytes_from_hex("00ab7fg0", back, 4));
	assert_false(bytes_from_hex("", back, 4));
	assert_true(bytes_from_hex("", back, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_are_compared_like_words_in_a_dictionary),
		cmocka_unit_test(text_is_well_formed_utf8),
		cmocka_unit_test(crc_has_the_known_values),
		cmocka_unit_test(crc_goes_on_at_any_border_and_alignment),
		cmocka_unit_test(numbers_are_big_endian),
		cmocka_unit_test(hex_goes_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
