/* SPDX-License-Identifier: MIT */
#include "tests/unit/collectors/fixture.h"

#include "collectors/sheet.h"
#include "collectors/xlsx.h"
#include "tests/unit/collectors/workbook.h"

static enum err read_with(const char *sheet, const char *strings, bool from_1904,
			  struct arena *arena, struct xlsx *out)
{
	struct buf file = { 0 };
	enum err e;

	workbook_of(&file, bytes_of_string(sheet), strings, from_1904);
	e = xlsx_read(buf_bytes(&file), NULL, arena, out);
	buf_free(&file);
	return e;
}

static const char *at(const struct xlsx *x, size_t row, size_t column)
{
	assert_true(row < x->count && column < x->rows[row].count);
	return x->rows[row].cells[column].text;
}

static void numbers_as_they_are_shown(void **state)
{
	static const struct {
		const char *given, *wanted, *percent;
	} cases[] = {
		{ "3", "3", "300%" },
		{ "0.64000000000000001", "0.64", "64%" },
		{ "1.2E5", "120000", "12000000%" },
		{ "1.5e-2", "0.015", "1.5%" },
		{ "-0.5", "-0.5", "-50%" },
		{ "0", "0", "0%" },
		{ "-0", "0", "0%" },
		{ "28000.999999999996", "28001", "2800100%" },
		{ "9.9999999999999995", "10", "1000%" },
		{ "0.29999999999999999", "0.3", "30%" },
		{ "123456789012345", "123456789012345", "12345678901234500%" },
		{ "1E+30", "1000000000000000000000000000000", NULL },
		{ "007", "7", "700%" },
	};
	static const char *const none[] = { "", "x", "1e", "1e99", "1 2", "--1", ".", "0x10", "1.2.3" };
	char text[170];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_true(xlsx_number(cases[i].given, false, text, sizeof(text)));
		assert_string_equal(text, cases[i].wanted);
		assert_true(xlsx_number(cases[i].given, true, text, sizeof(text)));
		if (cases[i].percent)
			assert_string_equal(text, cases[i].percent);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		if (xlsx_number(none[i], false, text, sizeof(text)))
			fail_msg("%s is no number", none[i]);
	assert_false(xlsx_number("1234567890", false, text, 5));
	/* zeros behind the point count as much as an exponent does */
	for (int zeros = 1; zeros < 1000; zeros++) {
		char given[1100];

		snprintf(given, sizeof(given), "-0.%0*d123456789012345e-40", zeros, 0);
		if (xlsx_number(given, true, text, sizeof(text)))
			assert_true(strlen(text) < 130);
	}
}

static void formats_that_show_days(void **state)
{
	static const char *const days[] = { "yyyy/m/d;@", "yyyy\"年\"m\"月\"", "d-mmm", "[$-804]yyyy-mm-dd", "mmm" };
	static const char *const others[] = { "General", "0.00", "#,##0", "h:mm:ss", "mm:ss", "0\"days\"", "[Red]0", "@" };

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++)
		if (!xlsx_is_date_format(days[i]))
			fail_msg("%s shows a day", days[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (xlsx_is_date_format(others[i]) && strcmp(others[i], "General") != 0)
			fail_msg("%s shows none", others[i]);
}

static void cells_of_every_kind(void **state)
{
	static const char sheet[] =
		"<worksheet><sheetData><row r=\"2\"><c r=\"B2\" t=\"s\"><v>1</v></c>"
		"<c r=\"C2\" t=\"inlineStr\"><is><t>a&amp;b</t></is></c><c r=\"D2\" s=\"1\"><v>44742</v></c>"
		"<c r=\"E2\" s=\"2\"><v>0.56</v></c><c r=\"F2\" s=\"3\"><v>44742.75</v></c><c r=\"G2\" t=\"b\"><v>1</v></c>"
		"<c r=\"H2\"><f>A1*2</f><v>6</v></c><c r=\"I2\" t=\"e\"><v>#REF!</v></c><c r=\"J2\"><f>X9</f></c>"
		"<c r=\"K2\" t=\"d\"><v>2022-06-30T00:00:00</v></c></row><row r=\"3\"><c r=\"A3\" s=\"1\"/></row>"
		"<row><c><v>1</v></c><c><v>2</v></c></row></sheetData></worksheet>";
	static const char strings[] = "<sst><si><t>no</t></si><si><r><t>任</t></r><rPh><t>ren</t></rPh>"
				      "<r><t>城</t></r></si></sst>";
	struct arena *arena = arena_new(SIZE_MAX);
	struct xlsx x;

	(void)state;
	assert_int_equal(read_with(sheet, strings, false, arena, &x), ERR_OK);
	assert_int_equal(x.count, 2); /* a row of styles alone is none */
	assert_int_equal(x.rows[0].line, 2);
	assert_string_equal(at(&x, 0, 0), "");
	assert_string_equal(at(&x, 0, 1), "任城");
	assert_string_equal(at(&x, 0, 2), "a&b");
	assert_string_equal(at(&x, 0, 3), "2022-06-30");
	assert_string_equal(at(&x, 0, 4), "56%");
	assert_string_equal(at(&x, 0, 5), "2022-06-30");
	assert_string_equal(at(&x, 0, 6), "TRUE");
	assert_string_equal(at(&x, 0, 7), "6");
	assert_string_equal(at(&x, 0, 8), "#REF!");
	assert_string_equal(at(&x, 0, 10), "2022-06-30");
	assert_int_equal(x.formulas, 2);
	assert_int_equal(x.empty_formulas, 1);
	assert_string_equal(at(&x, 1, 1), "2"); /* nothing says where: one behind the other */
	assert_int_equal(x.rows[1].line, 4);
	assert_int_equal(x.name_count, 1); /* a hidden sheet is not offered */
	free(x.rows);
	assert_int_equal(read_with("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>43280</v></c></row>"
				   "</sheetData></worksheet>", NULL, true, arena, &x), ERR_OK);
	assert_string_equal(at(&x, 0, 0), "2022-06-30");
	free(x.rows);
	arena_free(arena);
}

static void merged_cells_fill_down(void **state)
{
	static const char sheet[] =
		"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>5</v></c></row>"
		"<row r=\"2\"><c r=\"B2\"><v>6</v></c></row><row r=\"4\"><c r=\"C4\"><v>7</v></c></row>"
		"<row r=\"5\"><c r=\"A5\"><v>9</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:A4\"/>"
		"<mergeCell ref=\"B1:C1\"/><mergeCell ref=\"A9:A99999\"/><mergeCell ref=\"nonsense\"/></mergeCells></worksheet>";
	struct arena *arena = arena_new(SIZE_MAX);
	struct xlsx x;

	(void)state;
	assert_int_equal(read_with(sheet, NULL, false, arena, &x), ERR_OK);
	assert_int_equal(x.merged, 2);
	assert_string_equal(at(&x, 1, 0), "1");
	assert_int_equal(x.rows[1].cells[0].flags, SHEET_MERGED);
	assert_string_equal(at(&x, 2, 0), "1");
	assert_string_equal(at(&x, 3, 0), "9");
	free(x.rows);
	arena_free(arena);
}

static void damage_is_told(void **state)
{
	static const char *const bad[] = {
		"<worksheet><sheetData><row>", "<worksheet>&nothing;</worksheet>", "no xml",
		"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row r=\"1\"><c r=\"A1\" "
		"t=\"inlineStr\"><is><t>&x;</t></is></c></row></sheetData></worksheet>", ""
	};
	struct arena *arena = arena_new(SIZE_MAX);
	struct buf file = { 0 }, deep = { 0 };
	struct xlsx x;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(read_with(bad[i], NULL, false, arena, &x), ERR_INVALID);
		free(x.rows);
	}
	for (int i = 0; i < 100; i++)
		buf_put_string(&deep, "<a>");
	assert_int_equal(read_with(buf_cstring(&deep), NULL, false, arena, &x), ERR_INVALID);
	free(x.rows);
	workbook_of(&file, bytes_of_string("<worksheet/>"), NULL, false);
	for (size_t cut = 0; cut < file.len; cut += 7) {
		assert_int_not_equal(xlsx_read(bytes_of(file.data, cut), NULL, arena, &x), ERR_OK);
		free(x.rows);
	}
	assert_int_equal(xlsx_read(buf_bytes(&file), "none", arena, &x), ERR_NOTFOUND);
	free(x.rows);
	buf_free(&deep);
	buf_free(&file);
	arena_free(arena);
}

/* The whole road: a workbook becomes rows. */
static void rows_of_a_workbook(void **state)
{
	static const char sheet[] =
		"<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>2022年台账（截至6月底）</t></is></c></row>"
		"<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>指标名称</t></is></c><c r=\"B2\" t=\"inlineStr\"><is><t>累计\n完成（处）</t></is></c></row>"
		"<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>老年人食堂</t></is></c><c r=\"B3\"><v>3</v></c></row>"
		"<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>合 计</t></is></c><c r=\"B4\"><v>4</v></c></row></sheetData></worksheet>";
	struct slice *slice = fixture_slice(1);
	struct sheet kept = { 0 };
	struct input in = { .file = "x.xlsx", .slice = slice, .reporter = "rencheng", .reporter_name = "任城区", .sheet = &kept };
	struct buf file = { 0 };

	(void)state;
	workbook_of(&file, bytes_of_string(sheet), NULL, false);
	assert_int_equal(input_begin(&in), ERR_OK);
	assert_int_equal(input_read_sheet(&in, buf_bytes(&file)), ERR_OK);
	assert_int_equal(in.faults.errors, 0);
	assert_int_equal(in.count, 1);
	assert_string_equal(in.rows[0].row.target, "canteens");
	assert_string_equal(in.rows[0].row.as_of, "2022-06-30");
	assert_int_equal(in.rows[0].line, 3);
	assert_int_equal(in.findings.count, 1);
	assert_string_equal(in.findings.items[0].code, "sum-mismatch");
	assert_int_equal(kept.count, 4);
	assert_int_equal(kept.heading, 2);
	assert_int_equal(kept.rows[3].fate, SHEET_SUM);
	sheet_free(&kept);
	input_free(&in);
	buf_free(&file);
	slice_release(slice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_as_they_are_shown), cmocka_unit_test(formats_that_show_days),
		cmocka_unit_test(cells_of_every_kind),	     cmocka_unit_test(merged_cells_fill_down),
		cmocka_unit_test(damage_is_told),	     cmocka_unit_test(rows_of_a_workbook),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
