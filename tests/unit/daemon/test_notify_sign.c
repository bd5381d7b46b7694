/* SPDX-License-Identifier: MIT */
/* Signatures against what others made of the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "daemon/notify_sign.h"

static void put(struct buf *b, const char *text)
{
	buf_clear(b);
	buf_put_string(b, text);
}

/* The example of the Standard Webhooks libraries. */
#define PAYLOAD "{\"test\": 2432232314}"
#define ID "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static void standard_webhooks(void **state)
{
	struct buf secret = { 0 }, out = { 0 };

	(void)state;
	put(&secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
	notify_sign_webhook(&secret, ID, 1614265330, bytes_of_string(PAYLOAD), &out);
	assert_string_equal(buf_cstring(&out), SIGNATURE);
	buf_free(&secret);
	buf_free(&out);
}

/* While a secret is changed both sign, the new one first.
 * python3: hmac.new(bytes(range(32)), b"m.1.{}", "sha256"), base64 */
static void two_secrets(void **state)
{
	struct buf secret = { 0 }, out = { 0 };

	(void)state;
	put(&secret, "\n  whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= \r\n\n"
		     "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
	assert_true(notify_sign_is_webhook(&secret));
	notify_sign_webhook(&secret, "m", 1, bytes_of_string("{}"), &out);
	assert_string_equal(buf_cstring(&out), "v1,1aEd8u5Ld6oSWPuSVvpsI86JFaALb1stnCSccIBKaGw= v1,waIQVvmpeTFKtGLs0vBzCuCagvHPnGhwXojqHcT18Oo=");
	buf_free(&secret);
	buf_free(&out);
}

static void bad_secrets(void **state)
{
	static const char *const bad[] = {
		"", "\n\n", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_YWJj",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\nwhsec_!!!",
	};
	struct buf secret = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put(&secret, bad[i]);
		assert_false(notify_sign_is_webhook(&secret));
	}
	buf_free(&secret);
}

/* printf '1657069500000\nSECabc' | openssl dgst -sha256 -hmac SECabc -binary | base64, and escaped */
static void dingtalk(void **state)
{
	struct buf out = { 0 };

	(void)state;
	notify_sign_dingtalk(bytes_of_string("SECabc"), 1657069500000, &out);
	assert_string_equal(buf_cstring(&out), "JW21JPZtWj%2Bn1VzGerPKIk4JHimezk6GO5sKfQk%2FgaQ%3D");
	buf_free(&out);
}

/* printf '' | openssl dgst -sha256 -hmac $'1657069500\nSECabc' -binary | base64: key and message
 * stand the other way round */
static void feishu(void **state)
{
	struct buf out = { 0 };

	(void)state;
	notify_sign_feishu(bytes_of_string("SECabc"), 1657069500, &out);
	assert_string_equal(buf_cstring(&out), "MnVFWYcAryKqKnU3XVf94X279R3vZjuQN2ZF9mcNQ98=");
	buf_free(&out);
}

static void lines(void **state)
{
	struct buf secret = { 0 };
	struct bytes line;

	(void)state;
	put(&secret, "one\r\n\n \t\n two words \nthree");
	assert_true(notify_sign_line(&secret, 0, &line));
	assert_true(bytes_equal(line, bytes_of_string("one")));
	assert_true(notify_sign_line(&secret, 1, &line));
	assert_true(bytes_equal(line, bytes_of_string("two words")));
	assert_true(notify_sign_line(&secret, 2, &line));
	assert_true(bytes_equal(line, bytes_of_string("three")));
	assert_false(notify_sign_line(&secret, 3, &line));
	assert_int_equal(line.len, 0);
	buf_free(&secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard_webhooks), cmocka_unit_test(two_secrets),
		cmocka_unit_test(bad_secrets),	     cmocka_unit_test(dingtalk),
		cmocka_unit_test(feishu),	     cmocka_unit_test(lines),
	};

	if (crypto_init() != ERR_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
