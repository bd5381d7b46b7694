/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/csv_sheet.h"

#define BOM "\xef\xbb\xbf"

static void expect_table(const char *json, const char *wanted)
{
	struct csv_sheet *s = csv_sheet_new();
	struct buf out = { 0 };

	assert_non_null(s);
	csv_sheet_add(s, bytes_of_string(json), "rows");
	assert_int_equal(csv_sheet_write(s, &out), ERR_OK);
	assert_string_equal(buf_cstring(&out), wanted);
	buf_free(&out);
	csv_sheet_free(s);
}

static void columns_by_dots(void **state)
{
	(void)state;
	expect_table("{\"a\":1,\"rows\":[{\"id\":\"x\",\"name\":{\"zh\":\"\xe6\xb0\x91\",\"en\":\"p\"},"
		     "\"n\":-3,\"ok\":true,\"no\":null}],\"z\":[{}]}",
		     BOM "id,name.zh,name.en,n,ok,no\r\nx,\xe6\xb0\x91,p,-3,true,\r\n");
}

/* A member that is null in one row and an object in the next has the object's columns, at its place. */
static void late_columns(void **state)
{
	(void)state;
	expect_table("{\"rows\":[{\"id\":1,\"tile\":null,\"end\":2},{\"id\":3,\"tile\":{\"row\":4},"
		     "\"end\":5},{\"end\":6,\"id\":7}]}",
		     BOM "id,tile.row,end\r\n1,,2\r\n3,4,5\r\n7,,6\r\n");
}

static void lists(void **state)
{
	(void)state;
	expect_table("{\"rows\":[{\"a\":[1,\"b\",null],\"c\":[{\"d\":\"]\\\"\"},2],\"e\":[]}]}",
		     BOM "a,c,e\r\n\"1; b; \",\"[{\"\"d\"\":\"\"]\\\"\"\"\"},2]\",\r\n");
}

static void quotes(void **state)
{
	(void)state;
	expect_table("{\"rows\":[{\"a\":\"x,y\",\"b\":\"say \\\"hi\\\"\",\"c\":\"l1\\nl2\",\"d\":\" s\"}]}",
		     BOM "a,b,c,d\r\n\"x,y\",\"say \"\"hi\"\"\",\"l1\nl2\",\" s\"\r\n");
}

static void formulas(void **state)
{
	(void)state;
	expect_table("{\"rows\":[{\"a\":\"=1+1\",\"b\":\"-12.50\",\"c\":\"-1+2\",\"d\":\"+5\",\"e\":\"@x\","
		     "\"f\":\"-\",\"g\":\"\xef\xbc\x9d"
		     "A1\",\"h\":\"1.2.3\",\"i\":\"-.5\",\"j\":\"\\tx\"}]}",
		     BOM "a,b,c,d,e,f,g,h,i,j\r\n'=1+1,-12.50,'-1+2,'+5,'@x,'-,'\xef\xbc\x9d"
			 "A1,1.2.3,'-.5,'\tx\r\n");
}

static void escapes(void **state)
{
	(void)state;
	expect_table("{\"rows\":[{\"a\":\"\\u6c11\\u00e9\\ud83d\\ude00\\/\",\"b\":\"\\ud83dx\"}]}",
		     BOM "a,b\r\n\xe6\xb0\x91\xc3\xa9\xf0\x9f\x98\x80/,\xef\xbf\xbdx\r\n");
}

static void pages_of_one_table(void **state)
{
	struct csv_sheet *s = csv_sheet_new();
	struct buf out = { 0 };

	(void)state;
	csv_sheet_add(s, bytes_of_string("{\"rows\":[{\"a\":1}],\"next\":\"x\"}"), "rows");
	csv_sheet_add(s, bytes_of_string("{\"rows\":[{\"a\":2},{\"a\":3}]}"), "rows");
	csv_sheet_add(s, bytes_of_string("{\"rows\":[]}"), "rows");
	csv_sheet_add(s, bytes_of_string("{\"other\":[{\"a\":9}]}"), "rows");
	assert_int_equal(csv_sheet_rows(s), 3);
	assert_int_equal(csv_sheet_write(s, &out), ERR_OK);
	assert_string_equal(buf_cstring(&out), BOM "a\r\n1\r\n2\r\n3\r\n");
	buf_free(&out);
	csv_sheet_free(s);
}

/* Each beginning of an answer is no answer: told, never read past, never without an end. */
static void cut_text(void **state)
{
	static const char whole[] = "{\"k\":{\"l\":[1,{}]},\"rows\":[{\"a\":\"\\u6c11\\n\",\"b\":[1,[2]],"
				    "\"c\":{\"d\":null}},{\"a\":-1.5}]}";

	(void)state;
	for (size_t n = 0; n < strlen(whole); n++) {
		struct csv_sheet *s = csv_sheet_new();
		struct buf out = { 0 };
		char *copy = test_malloc(n + 1);

		memcpy(copy, whole, n);
		csv_sheet_add(s, bytes_of(copy, n), "rows");
		assert_int_not_equal(csv_sheet_write(s, &out), ERR_OK);
		test_free(copy);
		buf_free(&out);
		csv_sheet_free(s);
	}
	csv_sheet_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_by_dots), cmocka_unit_test(late_columns),
		cmocka_unit_test(lists),	   cmocka_unit_test(quotes),
		cmocka_unit_test(formulas),	   cmocka_unit_test(escapes),
		cmocka_unit_test(pages_of_one_table), cmocka_unit_test(cut_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
