/* SPDX-License-Identifier: MIT */
#include "tests/unit/collectors/fixture.h"

#include "collectors/input.h"
#include "collectors/token.h"

static struct slice *slice;

static struct input begin(bool with_slice)
{
	struct input in = { .file = "x.csv", .slice = with_slice ? slice : NULL,
			    .reporter = "rencheng", .reporter_name = "任城区" };

	assert_int_equal(input_begin(&in), ERR_OK);
	return in;
}

static struct input read_csv(const char *text, bool with_slice)
{
	struct input in = begin(with_slice);

	assert_int_equal(input_read_csv(&in, bytes_of_string(text)), ERR_OK);
	return in;
}

static struct input read_jsonl(const char *text, bool with_slice)
{
	struct input in = begin(with_slice);

	assert_int_equal(input_read_jsonl(&in, bytes_of_string(text)), ERR_OK);
	return in;
}

/* There is a fault at this line whose text, in either language, holds the words. */
static void assert_fault(const struct input *in, unsigned line, const char *words)
{
	for (size_t i = 0; i < in->faults.count; i++) {
		const struct diag *d = &in->faults.items[i];

		for (int l = 0; l < 2; l++) {
			if (d->line == line && (strstr(d->text[l], words) ||
						(d->hint[l] && strstr(d->hint[l], words))))
				return;
		}
	}
	diag_print(&in->faults, LANG_EN, stderr);
	fail_msg("no fault at line %u about %s", line, words);
}

static void headings_in_both_languages_and_any_order(void **state)
{
	struct input zh = read_csv("\xef\xbb\xbf数值★,截止日期,指标编码,单位,滞后原因,备注\r\n"
				   "3,2022-06-30,canteens,任城区,选址未定,好\r\n",
				   true);
	struct input en = read_csv("Target;AS_OF;numerator;denominator\n"
				   "public-share;2022-06;9120;17040\n\n",
				   true);

	(void)state;
	assert_int_equal(zh.faults.errors, 0);
	assert_int_equal(zh.faults.count, 1); /* the column of no known name */
	assert_fault(&zh, 1, "滞后原因");
	assert_int_equal(zh.count, 1);
	assert_string_equal(zh.rows[0].row.target, "canteens");
	assert_string_equal(zh.rows[0].row.value, "3");
	assert_string_equal(zh.rows[0].row.unit, "rencheng");
	assert_string_equal(zh.rows[0].row.note, "好；滞后原因：选址未定");
	assert_int_equal(zh.rows[0].line, 2);
	assert_int_equal(en.faults.count, 0);
	assert_int_equal(en.count, 1);
	assert_string_equal(en.rows[0].row.value, "9120");
	assert_string_equal(en.rows[0].row.denominator, "17040");
	assert_string_equal(en.rows[0].row.as_of, "2022-06-30");
	input_free(&zh);
	input_free(&en);
}

static void no_figure_is_not_zero(void **state)
{
	struct input in = read_csv("target,as_of,value\n"
				   "canteens,2022-06-30,—\ncanteens,2022-06-30,\n"
				   "canteens,2022-06-30,/\ncanteens,2022-06-30,0\n,,\n",
				   true);

	(void)state;
	assert_int_equal(in.faults.count, 0);
	assert_int_equal(in.without_figure, 3);
	assert_int_equal(in.count, 1);
	input_free(&in);
}

static void each_fault_has_its_place(void **state)
{
	struct input in = read_csv("target,as_of,value,note\n"
				   "canteen,2022-06-30,3,\n"
				   "canteens,2022-06-31,3,\n"
				   "canteens,2022-06-30,三,\n"
				   "canteens,2022-06-30,3.5,\n"
				   "public-share,2022-06-30,3,\n"
				   "canteens,2022-06-30,5,\"two\nlines\"\n"
				   "canteens,2022-06-30,3,x,y\n"
				   ",2022-06-30,3,\n",
				   true);

	(void)state;
	assert_fault(&in, 2, "canteens");
	assert_fault(&in, 3, "2022-06-31");
	assert_fault(&in, 4, "三");
	assert_fault(&in, 5, "decimals");
	assert_fault(&in, 6, "denominator");
	assert_fault(&in, 9, "5 columns");
	assert_fault(&in, 10, "target");
	assert_int_equal(in.faults.count, 7);
	assert_int_equal(in.bad, 7);
	assert_int_equal(in.count, 1);
	assert_string_equal(in.rows[0].row.note, "two\nlines");
	assert_int_equal(in.rows[0].line, 7);
	input_free(&in);
}

static void items_units_and_stages_are_checked(void **state)
{
	struct input in = read_csv("item,target,unit,as_of,value,stage,uom\n"
				   "2.1,canteens,,2022-06-30,3,,\n"
				   ",1.1/canteens,rencheng,2022-06-30,3,开工,处\n"
				   ",2.2/canteens,,2022-06-30,3,,\n"
				   ",canteens,yutai,2022-06-30,3,,\n"
				   ",canteens,,2022-06-30,3,done,\n"
				   ",canteens,,2022-06-30,3,,千处\n"
				   ",老年人食堂,,2022-06-30,,开工,\n",
				   true);

	(void)state;
	assert_fault(&in, 2, "2.1");
	assert_fault(&in, 4, "2.2");
	assert_fault(&in, 5, "yutai");
	assert_fault(&in, 6, "done");
	assert_fault(&in, 7, "千处");
	assert_int_equal(in.count, 2);
	assert_string_equal(in.rows[0].row.target, "canteens");
	assert_string_equal(in.rows[0].row.stage, "started");
	assert_string_equal(in.rows[1].row.target, "canteens");
	assert_string_equal(in.rows[1].row.kind, "stage");
	input_free(&in);
}

static void days_as_people_write_them(void **state)
{
	static const struct {
		const char *text, *day; /* NULL: none */
	} cases[] = {
		{ "2022-06-30", "2022-06-30" }, { "2022/6/30", "2022-06-30" },
		{ "2022.6.3", "2022-06-03" },   { "2022-6-30", "2022-06-30" },
		{ "2022年6月30日", "2022-06-30" }, { "2022年6月", "2022-06-30" },
		{ "2022/06/31", NULL },         { "2022/2/29", NULL },
		{ "2024.2.29", "2024-02-29" },  { "22/6/30", NULL },
		{ "6/30/2022", NULL },          { "2022/6-30", NULL },
		{ "2022.6", NULL },             { "2022/6/30x", NULL },
		{ "2022年6月30", NULL },        { "2022/13/1", NULL },
		{ "2022/0/1", NULL },           { "2022/1/0", NULL },
		{ "20220630", NULL },           { "", NULL },
		{ "2022/006/30", NULL },        { "02022/6/30", NULL },
	};
	char day[11];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool is = input_check_day(bytes_of_string(cases[i].text), day);

		if (is != (cases[i].day != NULL))
			fail_msg("%s", cases[i].text);
		if (is)
			assert_string_equal(day, cases[i].day);
	}
}

static void rows_that_contradict_each_other(void **state)
{
	struct input in = read_csv("target,as_of,value,unit,kind,ref,reason,revision\n"
				   "canteens,2022-06-30,3,,,,,\n"
				   "canteens,2022-05-31,2,,,,,\n"
				   "canteens,2022/6/30,4,rencheng,total,,,\n" /* against line 2 */
				   "canteens,2022-05-31,2.0,,,,,\n"      /* the same again */
				   "canteens,2022-04-30,1,,,,,\n"
				   "canteens,2022-04-30,0,,,,miscounted,\n"
				   "canteens,2022-04-30,7,,,,,1\n"
				   "canteens,2022-03-31,1,,add,a,,\n"
				   "canteens,2022-03-31,2,,add,b,,\n",
				   true);

	(void)state;
	assert_int_equal(in.faults.count, 0);
	assert_int_equal(input_check_rows(&in), ERR_OK);
	assert_int_equal(in.faults.errors, 1);
	assert_fault(&in, 4, "contradicts line 2");
	assert_int_equal(in.bad, 2);
	assert_int_equal(in.count, 7);
	assert_int_equal(in.rows[0].line, 3);
	input_free(&in);
}

static void figures_that_no_one_can_have(void **state)
{
	struct input in = read_csv("target,as_of,value,colour\n"
				   "canteens,2022-06-30,-1,\narea,2022-06-30,1.234,red\n",
				   true);

	(void)state;
	assert_fault(&in, 1, "colour");
	assert_fault(&in, 2, "negative");
	assert_fault(&in, 3, "最多 2 位");
	assert_int_equal(in.faults.errors, 2);
	assert_int_equal(in.bad, 2);
	input_free(&in);
}

static void a_file_that_is_no_sheet(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
		const char *words;
	} cases[] = {
		{ "", 1, "empty" },
		{ "a,b,c\n1,2,3\n", 1, "target" },
		{ "target,value\ncanteens,3\n", 1, "as_of" },
		{ "target,as_of,target\n", 1, "twice" },
		{ "target,as_of,value\ncanteens,2022-06-30,\"3\n", 2, "not closed" },
		{ "target,as_of,value\ncanteens,2022-06-30,\"3\"x\n", 2, "quote" },
		{ "target,as_of,value\n\xff\xff,2022-06-30,3\n", 2, "GB18030" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct input in = read_csv(cases[i].text, false);

		assert_fault(&in, cases[i].line, cases[i].words);
		assert_true(in.broken);
		assert_int_equal(in.count, 0);
		input_free(&in);
	}
}

static void json_lines(void **state)
{
	struct input in = read_jsonl(
		"\xef\xbb\xbf{\"target\":\"canteens\",\"as_of\":\"2022-06-30\",\"value\":3}\n"
		"\n"
		"{\"target\":\"area\",\"as_of\":\"2022-06-30\",\"value\":12.5}\n"
		"{\"target\":\"area\",\"as_of\":\"2022-06-30\",\"value\":\"12.50\",\"kind\":\"add\",\"ref\":\"r1\"}\n"
		"{\"target\":\"area\",\"as_of\":\"2022-06-30\",\"valeu\":1,\"nete\":\"x\"}\n"
		"{\"target\":\"area\",\"as_of\":\"2022-06-30\",\"value\":[1]}\n"
		"[1]\n"
		"{\"target\":\"area\"\n"
		"{\"target\":\"area\",\"as_of\":\"2022-06-30\",\"value\":0.12345678901234567}\n"
		"{\"target\":\"area\",\"as_of\":\"2022-06-30\",\"value\":1,\"数值\":2}\n",
		true);

	(void)state;
	assert_int_equal(in.count, 3);
	assert_string_equal(in.rows[0].row.value, "3");
	assert_string_equal(in.rows[1].row.value, "12.5");
	assert_string_equal(in.rows[2].row.value, "12.50");
	assert_int_equal(in.rows[2].line, 4);
	assert_fault(&in, 5, "valeu");
	assert_fault(&in, 6, "value");
	assert_fault(&in, 7, "JSON");
	assert_fault(&in, 8, "JSON");
	assert_fault(&in, 9, "exact");
	assert_fault(&in, 10, "twice");
	assert_int_equal(in.bad, 6);
	assert_int_equal(in.faults.count, 7);
	assert_false(in.broken);
	input_free(&in);
}

static const char good[] =
	"MINSHENG1.eyJ2IjoxLCJpbmdlc3QiOiJ0Y3A6Ly9yZXBvcnQuZXhhbXBsZTo3NDExIiwiZW5yb2wiOiJ0Y3A6Ly9y"
	"ZXBvcnQuZXhhbXBsZTo3NDE0IiwicXVlcnkiOiJ0Y3A6Ly9yZXBvcnQuZXhhbXBsZTo3NDEyIiwiZmVlZCI6InRjcDo"
	"vL3JlcG9ydC5leGFtcGxlOjc0MTMiLCJzZXJ2ZXJfa2V5IjoicnE6ck0-fVU_QExuczQ3RTEla1Iub0BuJUZjbW1zTC"
	"9Ae0g4XXlmNyIsInVuaXQiOiJyZW5jaGVuZyIsInVuaXRfbmFtZSI6IuS7u-WfjuWMuiIsIml0ZW1zIjpbIjEuMSJdL"
	"CJyb2xlIjoicmVwb3J0ZXIiLCJub25jZSI6IjkxZjA1ZDJjN2VhMzQ4YjYwZDE5ZTI4NGNmNWIzNjcwIiwiZXhwaXJl"
	"cyI6IjIwMjItMDctMDhUMDk6MDA6MDArMDg6MDAiLCJodHRwIjoiaHR0cDovL3JlcG9ydC5leGFtcGxlOjc0MTAifQ";

static void the_token_of_the_protocol(void **state)
{
	struct token t;
	char text[sizeof(good) + 4];
	const char *why;

	(void)state;
	snprintf(text, sizeof(text), " %s\r\n", good);
	assert_int_equal(token_parse(bytes_of_string(text), &t, &why), ERR_OK);
	assert_string_equal(t.ingest, "tcp://report.example:7411");
	assert_string_equal(t.enrol, "tcp://report.example:7414");
	assert_string_equal(t.unit, "rencheng");
	assert_string_equal(t.unit_name, "任城区");
	assert_int_equal(t.nonce[0], 0x91);
	assert_true(t.expires_ms == 1657242000000);
	text[100] = text[100] == 'A' ? 'B' : 'A';
	for (size_t cut = 0; cut < sizeof(good) - 1; cut++)
		assert_int_not_equal(token_parse(bytes_of(good, cut), &t, NULL), ERR_OK);
	assert_int_equal(token_parse(bytes_of_string("MINSHENG2.abc"), &t, &why), ERR_INVALID);
	assert_string_equal(why, "prefix");
	/* {"v":2} */
	assert_int_equal(token_parse(bytes_of_string("MINSHENG1.eyJ2IjoyfQ"), &t, &why),
			 ERR_VERSION);
}

static int up(void **state)
{
	(void)state;
	slice = fixture_slice(1);
	return 0;
}

static int down(void **state)
{
	(void)state;
	slice_release(slice);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headings_in_both_languages_and_any_order),
		cmocka_unit_test(no_figure_is_not_zero),
		cmocka_unit_test(each_fault_has_its_place),
		cmocka_unit_test(items_units_and_stages_are_checked),
		cmocka_unit_test(days_as_people_write_them),
		cmocka_unit_test(rows_that_contradict_each_other),
		cmocka_unit_test(figures_that_no_one_can_have),
		cmocka_unit_test(a_file_that_is_no_sheet),
		cmocka_unit_test(json_lines),
		cmocka_unit_test(the_token_of_the_protocol),
	};

	return cmocka_run_group_tests(tests, up, down);
}
