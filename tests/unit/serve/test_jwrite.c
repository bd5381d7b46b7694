/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/date.h"
#include "serve/jwrite.h"

static void assert_text(struct buf *b, const char *wanted)
{
	assert_int_equal(buf_error(b), ERR_OK);
	assert_string_equal(buf_cstring(b), wanted);
	buf_free(b);
}

static void structures(void **state)
{
	struct buf b = { 0 };
	struct jwrite j = jwrite_to(&b);

	(void)state;
	jwrite_object(&j, NULL);
	jwrite_array(&j, "a");
	jwrite_int(&j, NULL, -1);
	jwrite_object(&j, NULL);
	jwrite_end(&j);
	jwrite_array(&j, NULL);
	jwrite_end(&j);
	jwrite_end(&j);
	jwrite_bool(&j, "b", true);
	jwrite_null(&j, "c");
	jwrite_uint(&j, "d", UINT64_MAX);
	jwrite_end(&j);
	assert_text(&b, "{\"a\":[-1,{},[]],\"b\":true,\"c\":null,\"d\":18446744073709551615}");
}

static void values(void **state)
{
	static const uint8_t bytes[] = { 0, 0xab };
	struct buf b = { 0 };
	struct jwrite j = jwrite_to(&b);

	(void)state;
	jwrite_array(&j, NULL);
	jwrite_decimal(&j, NULL, -1205, 2);
	jwrite_fraction(&j, NULL, fraction_of(2, 3), 3);
	jwrite_date(&j, NULL, date_from_civil(2022, 6, 30));
	jwrite_date(&j, NULL, DATE_NONE);
	jwrite_time(&j, NULL, INT64_C(1656550800000), 480);
	jwrite_time(&j, NULL, 0, 480);
	jwrite_lang(&j, NULL, (struct lang_text){ "灯", "light" });
	jwrite_hex(&j, NULL, bytes_of(bytes, sizeof(bytes)));
	jwrite_string(&j, NULL, NULL);
	jwrite_raw(&j, NULL, bytes_of_string("{\"x\":1}"));
	jwrite_end(&j);
	assert_text(
		&b,
		"[\"-12.05\",\"0.667\",\"2022-06-30\",null,\"2022-06-30T09:00:00.000+08:00\",null,"
		"{\"zh\":\"灯\",\"en\":\"light\"},\"00ab\",null,{\"x\":1}]");
}

static void escapes(void **state)
{
	struct buf b = { 0 };
	struct jwrite j = jwrite_to(&b);

	(void)state;
	jwrite_string(&j, NULL, "\"\\\n\t\x01\x7f/食");
	assert_text(&b, "\"\\\"\\\\\\n\\t\\u0001\\u007f/食\"");
}

/* Whatever bytes come in, what goes out is JSON. */
static void any_bytes_are_json(void **state)
{
	(void)state;
	srand(1);
	for (unsigned round = 0; round < 2000; round++) {
		uint8_t bytes[24];
		struct buf b = { 0 };
		struct jwrite j = jwrite_to(&b);
		json_t *back;

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)(rand() % 256);
		jwrite_object(&j, NULL);
		jwrite_bytes(&j, "k", bytes_of(bytes, (size_t)(rand() % 25)));
		jwrite_end(&j);
		back = json_loadb((const char *)b.data, b.len, JSON_ALLOW_NUL, NULL);
		assert_non_null(back);
		json_decref(back);
		buf_free(&b);
	}
}

static void broken_text_is_marked(void **state)
{
	struct buf b = { 0 };
	struct jwrite j = jwrite_to(&b);

	(void)state;
	jwrite_bytes(&j, NULL, bytes_of("a\xff\xe9\xa3", 4));
	assert_text(&b, "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(structures),
		cmocka_unit_test(values),
		cmocka_unit_test(escapes),
		cmocka_unit_test(any_bytes_are_json),
		cmocka_unit_test(broken_text_is_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
