/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"

static int start(void **state)
{
	(void)state;
	return crypto_init() == ERR_OK && crypto_init() == ERR_OK ? 0 : -1;
}

static void the_hash_is_blake2b_of_32_bytes(void **state)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	char hex[2 * CRYPTO_HASH_LEN + 1];

	(void)state;
	crypto_digest(bytes_of_string("abc"), hash);
	bytes_to_hex(bytes_of(hash, sizeof(hash)), hex);
	assert_string_equal(hex,
			    "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	crypto_digest((struct bytes){ 0 }, hash);
	bytes_to_hex(bytes_of(hash, sizeof(hash)), hex);
	assert_string_equal(hex,
			    "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

static void pieces_hash_like_the_whole(void **state)
{
	uint8_t data[1000], whole[CRYPTO_HASH_LEN], pieces[CRYPTO_HASH_LEN];
	struct crypto_hasher h;

	(void)state;
	crypto_random(data, sizeof(data));
	crypto_digest(bytes_of(data, sizeof(data)), whole);
	crypto_hash_begin(&h);
	crypto_hash_add(&h, bytes_of(data, 1));
	crypto_hash_add(&h, (struct bytes){ 0 });
	crypto_hash_add(&h, bytes_of(data + 1, 998));
	crypto_hash_add(&h, bytes_of(data + 999, 1));
	crypto_hash_end(&h, pieces);
	assert_true(crypto_equal(whole, pieces, CRYPTO_HASH_LEN));
	pieces[31] ^= 1;
	assert_false(crypto_equal(whole, pieces, CRYPTO_HASH_LEN));
}

static void base64_goes_both_ways(void **state)
{
	uint8_t back[8];
	char text[16];
	size_t len;

	(void)state;
	assert_int_equal(crypto_base64(bytes_of("\xFB\xFF\xFE", 3), text, sizeof(text)), 4);
	assert_string_equal(text, "-__-");
	assert_int_equal(crypto_base64(bytes_of("ab", 2), text, sizeof(text)), 3);
	assert_int_equal(crypto_base64_decode(bytes_of_string(text), back, sizeof(back), &len),
			 ERR_OK);
	assert_int_equal(len, 2);
	assert_memory_equal(back, "ab", 2);
	assert_int_equal(crypto_base64(bytes_of("abc", 3), text, 4), 0);
	assert_string_equal(text, "");
	assert_int_equal(crypto_base64_decode((struct bytes){ 0 }, back, 8, &len), ERR_OK);
	assert_int_equal(len, 0);
}

static void standard_base64_is_padded(void **state)
{
	uint8_t back[8];
	char text[16];
	size_t len;

	(void)state;
	assert_int_equal(crypto_base64_standard(bytes_of("\xFB\xFF\xFE\xFB", 4), text, sizeof(text)), 8);
	assert_string_equal(text, "+//++w==");
	assert_int_equal(crypto_base64_standard_decode(bytes_of_string(text), back, sizeof(back), &len),
			 ERR_OK);
	assert_int_equal(len, 4);
	assert_memory_equal(back, "\xFB\xFF\xFE\xFB", 4);
	assert_int_equal(crypto_base64_standard(bytes_of("ab", 2), text, sizeof(text)), 4);
	assert_string_equal(text, "YWI=");
	assert_int_equal(crypto_base64_standard_decode(bytes_of_string("YWI"), back, 8, &len), ERR_INVALID);
	assert_int_equal(crypto_base64_standard_decode(bytes_of_string("-__-"), back, 8, &len), ERR_INVALID);
}

/* RFC 4231, test cases 2 and 6. */
static void hmac_is_that_of_the_rfc(void **state)
{
	uint8_t mac[CRYPTO_HASH_LEN], wanted[CRYPTO_HASH_LEN], key[131];

	(void)state;
	crypto_hmac_sha256(bytes_of_string("Jefe"), bytes_of_string("what do ya want for nothing?"),
			   mac);
	assert_true(bytes_from_hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
				   wanted, sizeof(wanted)));
	assert_memory_equal(mac, wanted, sizeof(mac));
	memset(key, 0xaa, sizeof(key));
	crypto_hmac_sha256(bytes_of(key, sizeof(key)),
			   bytes_of_string("Test Using Larger Than Block-Size Key - Hash Key First"), mac);
	assert_true(bytes_from_hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
				   wanted, sizeof(wanted)));
	assert_memory_equal(mac, wanted, sizeof(mac));
}

static void bad_base64_is_refused(void **state)
{
	static const char *const bad[] = { "YWI=", "YW\n", "Y", "YW+/", "YWI YWI", "YWJ" };
	uint8_t back[8];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
			crypto_base64_decode(bytes_of_string(bad[i]), back, sizeof(back), &len),
			ERR_INVALID);
	assert_int_equal(crypto_base64_decode(bytes_of_string("YWJjZGVm"), back, 5, &len),
			 ERR_FULL);
}

static void random_numbers_stay_below_their_bound(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint32_t v = crypto_random_below(7);

		assert_in_range(v, 0, 6);
		seen |= 1u << v;
	}
	assert_int_equal(seen, 0x7F);
	assert_int_equal(crypto_random_below(1), 0);
}

static void wiped_memory_is_zero(void **state)
{
	uint8_t secret[16];
	static const uint8_t zero[16];

	(void)state;
	memset(secret, 0x5A, sizeof(secret));
	crypto_wipe(secret, sizeof(secret));
	assert_memory_equal(secret, zero, sizeof(zero));
}

static bool from_hex(const char *text, uint8_t *out, size_t len)
{
	return strlen(text) == 2 * len && bytes_from_hex(text, out, len);
}

/* The second example of RFC 8032, 7.1. */
static void signatures_are_ed25519(void **state)
{
	uint8_t seed[CRYPTO_SEED_LEN], key[CRYPTO_PUBLIC_LEN], wanted[CRYPTO_PUBLIC_LEN];
	uint8_t signature[CRYPTO_SIGNATURE_LEN], right[CRYPTO_SIGNATURE_LEN];
	const uint8_t text[] = { 0x72, 0x73 };

	(void)state;
	assert_true(from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
			     seed, sizeof(seed)));
	assert_true(from_hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
			     wanted, sizeof(wanted)));
	assert_true(from_hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
			     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
			     right, sizeof(right)));
	crypto_sign_public(seed, key);
	assert_memory_equal(key, wanted, sizeof(key));
	crypto_signature(seed, bytes_of(text, 1), signature);
	assert_memory_equal(signature, right, sizeof(signature));
	assert_true(crypto_signed(key, bytes_of(text, 1), signature));
	assert_false(crypto_signed(key, bytes_of(text, 2), signature));
	signature[63] ^= 1;
	assert_false(crypto_signed(key, bytes_of(text, 1), signature));
}

static void passwords_fit_their_hash(void **state)
{
	char one[CRYPTO_PASSWORD_LEN], two[CRYPTO_PASSWORD_LEN];

	(void)state;
	assert_int_equal(crypto_password_hash(bytes_of_string("three plain words"), one), ERR_OK);
	assert_int_equal(crypto_password_hash(bytes_of_string("three plain words"), two), ERR_OK);
	assert_memory_equal(one, "$argon2id$", 10);
	assert_string_not_equal(one, two);
	assert_true(crypto_password_fits(one, bytes_of_string("three plain words")));
	assert_false(crypto_password_fits(one, bytes_of_string("three plain word")));
	assert_false(crypto_password_fits("", bytes_of_string("three plain words")));
	assert_false(crypto_password_fits("none", bytes_of_string("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_fit_their_hash),
		cmocka_unit_test(the_hash_is_blake2b_of_32_bytes),
		cmocka_unit_test(pieces_hash_like_the_whole),
		cmocka_unit_test(base64_goes_both_ways),
		cmocka_unit_test(bad_base64_is_refused),
		cmocka_unit_test(standard_base64_is_padded),
		cmocka_unit_test(hmac_is_that_of_the_rfc),
		cmocka_unit_test(random_numbers_stay_below_their_bound),
		cmocka_unit_test(wiped_memory_is_zero),
		cmocka_unit_test(signatures_are_ed25519),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
