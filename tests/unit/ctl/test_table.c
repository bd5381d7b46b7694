/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/ctl/table.h"

static int utf8(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL;
}

static void widths(void **state)
{
	(void)state;
	assert_int_equal(table_width(""), 0);
	assert_int_equal(table_width("abc"), 3);
	assert_int_equal(table_width("鱼台县"), 6);
	assert_int_equal(table_width("✕ 滞后"), 6);
	assert_int_equal(table_width("e\xcc\x81"), 1); /* a letter and an accent that joins it */
	assert_int_equal(table_width("a\xff"), 2);     /* broken text still has a width */
}

static void lines_up(void **state)
{
	struct table *t = table_new("lrl");
	char *text = NULL;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	(void)state;
	assert_non_null(t);
	assert_non_null(to);
	table_put(t, "单位");
	table_put(t, "值");
	table_put(t, "x");
	table_put(t, "yutai");
	table_put_number(t, 100);
	table_put(t, NULL);
	table_put(t, "鱼台县");
	table_put_number(t, -7);
	table_put(t, "y");
	table_print(t, to);
	fclose(to);
	assert_int_equal(table_error(t), ERR_OK);
	assert_string_equal(text, "单位     值  x\n"
				  "yutai   100  \n"
				  "鱼台县   -7  y\n");
	free(text);
	table_free(t);
}

static void empty(void **state)
{
	struct table *t = table_new("l");

	(void)state;
	table_print(t, stdout);
	table_free(t);
	table_free(NULL);
	table_put(NULL, "x");
	assert_int_equal(table_error(NULL), ERR_NOMEM);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths),
		cmocka_unit_test(lines_up),
		cmocka_unit_test(empty),
	};

	return cmocka_run_group_tests(tests, utf8, NULL);
}
