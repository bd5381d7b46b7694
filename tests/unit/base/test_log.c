/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <unistd.h>

#include "base/log.h"

struct lines {
	int count;
	enum log_level level;
	char last[16384];
};

static void keep(enum log_level level, const char *line, void *ctx)
{
	struct lines *l = ctx;

	l->count++;
	l->level = level;
	snprintf(l->last, sizeof(l->last), "%s", line);
}

static int back_to_normal(void **state)
{
	(void)state;
	log_set_sink(NULL, NULL);
	log_set_level(LOG_INFO);
	return 0;
}

static void foreign_text_is_escaped(void **state)
{
	struct lines l = { 0 };

	(void)state;
	log_set_sink(keep, &l);
	errno = 17;
	log_write(LOG_WARN, "bus", "said %s", "a\nb\t\x1b[31m\x7f 济宁\xC2\x9B.");
	assert_int_equal(errno, 17);
	assert_int_equal(l.level, LOG_WARN);
	assert_string_equal(l.last, "bus said a\\nb\\t\\x1b[31m\\x7f 济宁\\xc2\x9B.");
}

static void levels_hold_lines_back(void **state)
{
	struct lines l = { 0 };
	enum log_level level = LOG_INFO;

	(void)state;
	log_set_sink(keep, &l);
	log_write(LOG_DEBUG, "bus", "no");
	assert_int_equal(l.count, 0);
	assert_true(log_level_parse("debug", &level));
	log_set_level(level);
	log_write(LOG_DEBUG, "bus", "yes");
	assert_int_equal(l.count, 1);
	assert_false(log_level_parse("loud", &level));
	assert_int_equal(level, LOG_DEBUG);
	log_set_level(LOG_ERROR);
	log_write(LOG_WARN, "bus", "no");
	assert_int_equal(l.count, 1);
}

static void long_lines_are_cut(void **state)
{
	struct lines l = { 0 };
	char text[9000];

	(void)state;
	memset(text, '\x01', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	log_set_sink(keep, &l);
	log_write(LOG_INFO, "a-component-whose-name-is-much-longer-than-any-that-we-have", "%s",
		  text);
	assert_int_equal(l.count, 1);
	assert_in_range(strlen(l.last), 4000, 8100);
}

static void a_flood_is_held_back_and_counted(void **state)
{
	struct lines l = { 0 };
	struct log_limit limit = { 0 };

	(void)state;
	log_set_sink(keep, &l);
	for (int i = 0; i < 100; i++)
		log_limited(&limit, 3, LOG_WARN, "zap", "refused %d", i);
	assert_int_equal(l.count, 3);
	assert_string_equal(l.last, "zap refused 2");
	limit.window -= 60000; /* a minute passes */
	log_limited(&limit, 3, LOG_WARN, "zap", "refused again");
	assert_int_equal(l.count, 4);
	assert_string_equal(l.last, "zap refused again (97 such lines held back)");
	log_limited(&limit, 3, LOG_WARN, "zap", "and again");
	assert_string_equal(l.last, "zap and again");
}

static void the_journal_gets_a_priority(void **state)
{
	char got[200] = { 0 };
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
	log_write(LOG_ERROR, "store", "disk %s", "full");
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	n = read(ends[0], got, sizeof(got) - 1);
	close(saved);
	close(ends[0]);
	close(ends[1]);
	assert_true(n > 0);
	assert_string_equal(got, "<3>error store disk full\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(foreign_text_is_escaped, back_to_normal),
		cmocka_unit_test_teardown(levels_hold_lines_back, back_to_normal),
		cmocka_unit_test_teardown(long_lines_are_cut, back_to_normal),
		cmocka_unit_test_teardown(a_flood_is_held_back_and_counted, back_to_normal),
		cmocka_unit_test(the_journal_gets_a_priority),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
