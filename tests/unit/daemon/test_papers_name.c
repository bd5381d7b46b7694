/* SPDX-License-Identifier: MIT */
/* Names of files: one in ASCII, one in the reader's language, nothing that ends the header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "daemon/papers_name.h"

static void test_header(void **state)
{
	struct papers_task t = { .what = PAPERS_LEDGER,
				 .format = PAPERS_XLSX,
				 .lang = LANG_ZH,
				 .when = { date_from_civil(2022, 6, 30), HISTORY_NOW } };
	struct buf out = { 0 };

	(void)state;
	papers_name_header(&t, "yutai", "鱼台县", &out);
	assert_string_equal(buf_cstring(&out),
			    "attachment; filename=\"ledger-2022-06-30-yutai.xlsx\"; filename*=UTF-8''"
			    "%E5%B7%A5%E4%BD%9C%E5%8F%B0%E8%B4%A6-2022-06-30-%E9%B1%BC%E5%8F%B0%E5%8E%BF"
			    ".xlsx");
	buf_clear(&out);
	t = (struct papers_task){ .what = PAPERS_BULLETIN,
				  .format = PAPERS_HTML,
				  .lang = LANG_EN,
				  .period = date_from_civil(2022, 6, 30) };
	papers_name_header(&t, NULL, NULL, &out);
	assert_string_equal(
		buf_cstring(&out),
		"inline; filename=\"bulletin-2022-06.html\"; filename*=UTF-8''bulletin-2022-06.html");
	buf_free(&out);
}

static void test_no_way_out(void **state)
{
	struct papers_task t = { .what = PAPERS_SLIP, .format = PAPERS_DOCX, .lang = LANG_EN };
	struct buf out = { 0 };

	(void)state;
	snprintf(t.id, sizeof(t.id), "%s", "a\"b\r\nc/;d");
	papers_name_header(&t, NULL, NULL, &out);
	assert_string_equal(buf_cstring(&out), "attachment; filename=\"slip-a_b__c__d.docx\"; "
					       "filename*=UTF-8''slip-a%22b%0D%0Ac%2F%3Bd.docx");
	buf_free(&out);
}

static void test_formats(void **state)
{
	(void)state;
	assert_int_equal(papers_name_format(PAPERS_SLIP, "pdf"), PAPERS_PDF);
	assert_int_equal(papers_name_format(PAPERS_SLIP, "xlsx"), PAPERS_FORMATS);
	assert_int_equal(papers_name_format(PAPERS_LEDGER, "csv"), PAPERS_CSV);
	assert_int_equal(papers_name_format(PAPERS_PACK, ""), PAPERS_FORMATS);
	assert_non_null(strstr(papers_name_formats(PAPERS_BULLETIN), "json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_header),
					    cmocka_unit_test(test_no_way_out),
					    cmocka_unit_test(test_formats) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
