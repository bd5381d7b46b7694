/* SPDX-License-Identifier: MIT */
/* JSON from outside is read whole or not at all, also where memory runs out in the middle of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/office/json_text.h"

static struct {
	unsigned at, seen; /* which allocation of the JSON library fails, from 1; 0: none */
	bool lasting;	   /* and all behind it */
	size_t limit;	   /* no more bytes than that at once; 0: any */
} failing;

static void *scarce(size_t size)
{
	bool now = failing.at && (++failing.seen == failing.at ||
				  (failing.lasting && failing.seen > failing.at));

	return now || (failing.limit && size > failing.limit) ? NULL : malloc(size);
}

static enum err read(const char *text, char **dump)
{
	json_t *j;
	enum err e = json_text_object(bytes_of_string(text), &j);

	memset(&failing, 0, sizeof(failing));
	*dump = e == ERR_OK ? json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	json_decref(j);
	return e;
}

static const char *const texts[] = {
	"{\"act\":\"plan.set\",\"why\":\"a reason that is longer than the first buffer is\",\"n\":120}",
	" { \"\\u6d4e\\ud83d\\ude00\\n\\\"\" : [ -17, 0, true, null, {} , [ ] , \"\\/\" , 1.50e2 ] }\n",
	"{\"a-name-that-is-longer-than-sixteen-bytes\":{\"b\":\"济宁市\",\"c\":9223372036854775807}}",
};

static void whole_texts_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *dump;

		assert_int_equal(read(texts[i], &dump), ERR_OK);
		free(dump);
	}
}

static void what_is_no_object_is_refused(void **state)
{
	static const char *const wrong[] = { "", "{", "[]", "[1,2]", "17", "{\"a\":1,\"a\":2}", "{\"a\":}",
					     "{\"a\":\"\\u0000\"}", "{\"a\":\"\\ud800\"}", "\"\\", "{} x" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *dump;

		assert_int_equal(read(wrong[i], &dump), ERR_INVALID);
	}
}

static void nothing_is_lost_when_memory_runs_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *right, *now;

		assert_int_equal(read(texts[i], &right), ERR_OK);
		for (unsigned n = 2; n < 400; n++) {
			enum err e;

			failing.at = n / 2;
			failing.lasting = n % 2;
			e = read(texts[i], &now);
			assert_true(e == ERR_OK || e == ERR_NOMEM);
			if (e == ERR_OK)
				assert_string_equal(now, right);
			free(now);
		}
		free(right);
	}
}

/* Twice the same loss is still one. */
static void nothing_is_lost_for_want_of_long_blocks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *right, *now;

		assert_int_equal(read(texts[i], &right), ERR_OK);
		for (size_t limit = 1; limit < 400; limit++) {
			enum err e;

			failing.limit = limit;
			e = read(texts[i], &now);
			assert_true(e != ERR_OK || strcmp(now, right) == 0);
			free(now);
		}
		free(right);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_texts_are_read),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(nothing_is_lost_when_memory_runs_out),
		cmocka_unit_test(nothing_is_lost_for_want_of_long_blocks),
	};

	json_set_alloc_funcs(scarce, free);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
