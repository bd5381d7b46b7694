/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/metrics.h"
#include "proto/message.h"

static void text_of(const struct metrics *m, struct buf *out)
{
	buf_clear(out);
	metrics_write(m, out);
	assert_int_equal(buf_error(out), ERR_OK);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)); at++)
		n++;
	return n;
}

static void values_and_labels(void **state)
{
	static struct metrics m;
	struct buf out = { 0 };

	(void)state;
	metrics_add(&m, METRIC_ROWS_HOLD, 3);
	metrics_set(&m, METRIC_SESSIONS, 15);
	metrics_add(&m, metrics_refusal(MESSAGE_REFUSED_GAP), 2);
	metrics_add(&m, metrics_refusal(0), 1);
	metrics_add(&m, metrics_refusal(9999), 1);
	text_of(&m, &out);
	assert_non_null(strstr(buf_cstring(&out), "\nminsheng_rows_total{verdict=\"hold\"} 3\n"));
	assert_non_null(strstr(buf_cstring(&out), "\nminsheng_sessions 15\n"));
	assert_non_null(strstr(buf_cstring(&out), "\nminsheng_refused_total{code=\"gap\"} 2\n"));
	assert_non_null(strstr(buf_cstring(&out), "\nminsheng_refused_total{code=\"other\"} 2\n"));
	assert_int_equal(count(buf_cstring(&out), "# TYPE minsheng_rows_total counter\n"), 1);
	buf_free(&out);
}

static void histograms_are_cumulative(void **state)
{
	static struct metrics m;
	struct buf out = { 0 };

	(void)state;
	metrics_observe(&m, METRIC_HISTOGRAM_COMMIT, 90);
	metrics_observe(&m, METRIC_HISTOGRAM_COMMIT, 1500);
	metrics_observe(&m, METRIC_HISTOGRAM_COMMIT, 200000000);
	text_of(&m, &out);
	assert_non_null(
		strstr(buf_cstring(&out), "minsheng_commit_seconds_bucket{le=\"0.000100\"} 1\n"));
	assert_non_null(
		strstr(buf_cstring(&out), "minsheng_commit_seconds_bucket{le=\"0.002000\"} 2\n"));
	assert_non_null(
		strstr(buf_cstring(&out), "minsheng_commit_seconds_bucket{le=\"+Inf\"} 3\n"));
	assert_non_null(strstr(buf_cstring(&out), "minsheng_commit_seconds_sum 200.001590\n"));
	assert_non_null(strstr(buf_cstring(&out), "minsheng_commit_seconds_count 3\n"));
	buf_free(&out);
}

/* Rows of one name stand together, each has a help and ends as its kind asks. */
static void the_table_is_sound(void **state)
{
	static const char *const names[] = {
#define NAME(id, kind, name, labels, help) name,
		METRICS_TABLE(NAME)
#undef NAME
	};
	static const char *const kinds[] = {
#define KIND(id, kind, name, labels, help) #kind,
		METRICS_TABLE(KIND)
#undef KIND
	};
	static const char *const helps[] = {
#define HELP(id, kind, name, labels, help) help,
		METRICS_TABLE(HELP)
#undef HELP
	};

	(void)state;
	for (size_t i = 0; i < METRIC_COUNT; i++) {
		bool first = i == 0 || strcmp(names[i], names[i - 1]) != 0;
		size_t n = strlen(names[i]);

		assert_int_equal(first, helps[i][0] != '\0');
		assert_int_equal(strcmp(names[i] + n - 6, "_total") == 0,
				 strcmp(kinds[i], "COUNTER") == 0);
		for (size_t j = 0; first && j < i; j++)
			assert_string_not_equal(names[i], names[j]);
	}
}

static void promtool_agrees(void **state)
{
	static struct metrics m;
	struct buf out = { 0 };
	FILE *tool;

	(void)state;
	if (system("command -v promtool >/dev/null 2>&1") != 0)
		skip();
	text_of(&m, &out);
	tool = popen("promtool check metrics", "w");
	assert_non_null(tool);
	assert_int_equal(fwrite(out.data, 1, out.len, tool), out.len);
	assert_int_equal(pclose(tool), 0);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_and_labels),
		cmocka_unit_test(histograms_are_cumulative),
		cmocka_unit_test(the_table_is_sound),
		cmocka_unit_test(promtool_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
