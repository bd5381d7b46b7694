/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"

static int clear_environment(void **state)
{
	(void)state;
	unsetenv("MINSHENG_LANG");
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	unsetenv("LANG");
	return 0;
}

static void the_language_comes_from_the_environment(void **state)
{
	(void)state;
	assert_int_equal(lang_from_environment(), LANG_ZH);
	setenv("LANG", "C.UTF-8", 1);
	assert_int_equal(lang_from_environment(), LANG_ZH);
	setenv("LANG", "en_GB.UTF-8", 1);
	assert_int_equal(lang_from_environment(), LANG_EN);
	setenv("LC_MESSAGES", "zh_CN.UTF-8", 1);
	assert_int_equal(lang_from_environment(), LANG_ZH);
	setenv("LC_ALL", "", 1);
	assert_int_equal(lang_from_environment(), LANG_ZH);
	setenv("LC_ALL", "de_DE.UTF-8", 1);
	assert_int_equal(lang_from_environment(), LANG_EN);
	setenv("LC_ALL", "POSIX", 1);
	assert_int_equal(lang_from_environment(), LANG_ZH);
	setenv("MINSHENG_LANG", "en", 1);
	assert_int_equal(lang_from_environment(), LANG_EN);
	setenv("MINSHENG_LANG", "zh", 1);
	assert_int_equal(lang_from_environment(), LANG_ZH);
}

static const struct lang_text sum_text = { "%2$s 的各部分之和是 %1$d",
					   "the parts of %2$s sum to %1$d" };
static const struct lang_text sum_hint = { "应当是 %3$s", "make it %3$s" };
static const struct lang_text plain = { "文件是空的", "the file is empty" };

static char *print(const struct diag_list *list, enum lang lang)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	diag_print(list, lang, to);
	fclose(to);
	return text;
}

static void faults_are_printed_in_the_order_of_their_places(void **state)
{
	struct diag_list list = { 0 };
	char *text;

	(void)state;
	diag_add(&list, DIAG_ERROR, "b.yaml", 9, 3, &sum_text, &sum_hint, 90, "housing", "91");
	diag_add(&list, DIAG_WARNING, "b.yaml", 9, 3, &plain, NULL);
	diag_add(&list, DIAG_ERROR, "b.yaml", 2, 7, &plain, NULL);
	diag_add(&list, DIAG_ERROR, "a.yaml", 0, 0, &plain, &plain);
	assert_int_equal(list.count, 4);
	assert_int_equal(list.errors, 3);
	text = print(&list, LANG_EN);
	assert_string_equal(text, "a.yaml: error: the file is empty\n"
				  "    the file is empty\n"
				  "b.yaml:2:7: error: the file is empty\n"
				  "b.yaml:9:3: error: the parts of housing sum to 90\n"
				  "    make it 91\n"
				  "b.yaml:9:3: warning: the file is empty\n");
	free(text);
	text = print(&list, LANG_ZH);
	assert_non_null(
		strstr(text, "b.yaml:9:3: 错误: housing 的各部分之和是 90\n    应当是 91\n"));
	assert_non_null(strstr(text, "b.yaml:9:3: 警告: 文件是空的\n"));
	free(text);
	diag_free(&list);
	assert_int_equal(list.count, 0);
}

static void many_faults_are_kept(void **state)
{
	struct diag_list list = { 0 };
	char *text, *line;
	unsigned seen = 0;

	(void)state;
	for (unsigned i = 1000; i > 0; i--)
		diag_add(&list, DIAG_ERROR, "f", i, 1, &plain, NULL);
	text = print(&list, LANG_EN);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		assert_int_equal(strtoul(line + 2, NULL, 10), ++seen);
	assert_int_equal(seen, 1000);
	free(text);
	list.incomplete = true;
	text = print(&list, LANG_EN);
	assert_non_null(strstr(text, "out of memory"));
	free(text);
	diag_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_language_comes_from_the_environment, clear_environment),
		cmocka_unit_test(faults_are_printed_in_the_order_of_their_places),
		cmocka_unit_test(many_faults_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
