/* SPDX-License-Identifier: MIT */
/* The drawing: points where they belong, nothing outside of the picture, texts escaped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/papers/svg.h"
#include "base/date.h"

static const struct svg_point plan[] = { { 18992, 0 }, { 19173, 500000 }, { 19357, 1000000 } };
static const struct svg_point actual[] = { { 18992, 0 }, { 19173, 250000 } };

static struct svg_chart chart(void)
{
	/* 2021-12-31 to 2022-12-31 */
	return (struct svg_chart){ .from = 18992,
				   .to = 19357,
				   .plan = { plan, 3 },
				   .actual = { actual, 2 },
				   .title = "a <b> & c",
				   .lang = LANG_EN };
}

static void test_points(void **state)
{
	struct svg_chart c = chart();
	struct buf out = { 0 };
	const char *text;

	(void)state;
	svg_curves(&c, &out);
	text = buf_cstring(&out);
	/* the plan from the lower left to the upper right */
	assert_non_null(strstr(text, "points=\"46.0,204.0 "));
	assert_non_null(strstr(text, " 644.0,30.0\""));
	/* a quarter of the way up */
	assert_non_null(strstr(text, ",160.5\"/>"));
	assert_non_null(strstr(text, "a &lt;b&gt; &amp; c</title>"));
	assert_null(strstr(text, "style="));
	assert_non_null(strstr(text, ">plan</text>"));
	assert_null(strstr(text, ">forecast</text>"));
	buf_free(&out);
}

static void test_same_bytes(void **state)
{
	struct svg_chart c = chart();
	struct buf one = { 0 }, two = { 0 };

	(void)state;
	svg_curves(&c, &one);
	svg_curves(&c, &two);
	assert_true(bytes_equal(buf_bytes(&one), buf_bytes(&two)));
	buf_free(&one);
	buf_free(&two);
}

/* What is far beyond the goal, or of another year, is drawn at the edge. */
static void test_edges(void **state)
{
	const struct svg_point wild[] = { { 0, -5 }, { 19357, INT64_MAX } };
	struct svg_chart c = chart();
	struct buf out = { 0 };

	(void)state;
	c.actual = (struct svg_line){ wild, 1 };
	c.forecast = (struct svg_line){ wild, 2 };
	c.lang = LANG_ZH;
	svg_curves(&c, &out);
	assert_non_null(strstr(buf_cstring(&out), "points=\"46.0,204.0 644.0,30.0\""));
	assert_non_null(strstr(buf_cstring(&out), ">400%</text>"));
	assert_non_null(strstr(buf_cstring(&out), ">12月</text>"));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_points),
					    cmocka_unit_test(test_same_bytes),
					    cmocka_unit_test(test_edges) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
