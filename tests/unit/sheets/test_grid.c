/* SPDX-License-Identifier: MIT */
/* Tables as text and as a workbook: no text becomes a formula, the same book gives the same bytes, no
 * file stays behind. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sheets/grid.h"
#include "base/date.h"

static const struct grid_column columns[] = {
	{ { "名称", "name" }, 10, false },
	{ { "数", "number" }, 10, false },
	{ { "日", "day" }, 10, true },
};

static struct grid *fill(struct grid_book *b, struct arena *a)
{
	struct grid *g;

	grid_book_begin(b, a, LANG_ZH);
	b->title = "台账";
	b->footer = "序号 7 & 更早";
	b->time_ms = INT64_C(1656633600000);
	g = grid_add(b, (struct lang_text){ "总台账", "Ledger" }, columns, 3);
	grid_row(g);
	grid_text(g, "=SUM(A1)");
	grid_number(g, -1250, 2);
	grid_day(g, 19173);
	grid_row(g);
	grid_text(g, "a,\"b\"\nc");
	grid_skip(g);
	grid_day(g, DATE_NONE);
	grid_row(g);
	grid_text(g, "＝1+1");
	grid_skip(g);
	grid_skip(g);
	return g;
}

static void test_csv(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct grid_book b;
	struct grid *g = fill(&b, a);
	struct buf out = { 0 };

	(void)state;
	assert_int_equal(grid_csv(g, &out), ERR_OK);
	assert_string_equal(buf_cstring(&out), "\xEF\xBB\xBF名称,数,日\r\n"
					       "\"'=SUM(A1)\",-12.50,2022-06-30\r\n"
					       "\"a,\"\"b\"\"\nc\",,\r\n"
					       "\"'＝1+1\",,\r\n");
	buf_free(&out);
	arena_free(a);
}

static size_t count_files(const char *folder)
{
	DIR *d = opendir(folder);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		n += e->d_name[0] != '.' || strlen(e->d_name) > 2;
	closedir(d);
	return n;
}

static void test_workbook(void **state)
{
	char folder[] = "/tmp/grid-XXXXXX", left[64];
	struct arena *a = arena_new(1 << 20);
	struct grid_book b;
	struct buf one = { 0 }, two = { 0 };
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(folder));
	fill(&b, a);
	assert_int_equal(grid_xlsx(&b, folder, &one), ERR_OK);
	assert_int_equal(grid_xlsx(&b, folder, &two), ERR_OK);
	assert_true(one.len > 1000 && memcmp(one.data, "PK\x03\x04", 4) == 0);
	assert_true(bytes_equal(buf_bytes(&one), buf_bytes(&two)));
	assert_int_equal(count_files(folder), 0);
	/* what a crash left behind goes; what is somebody else's stays */
	snprintf(left, sizeof(left), "%s/.paper-abcdef", folder);
	assert_non_null(f = fopen(left, "w"));
	fclose(f);
	grid_sweep(folder);
	assert_int_equal(count_files(folder), 0);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(grid_xlsx(&b, folder, &two), ERR_NOTFOUND);
	buf_free(&one);
	buf_free(&two);
	arena_free(a);
}

/* More values than columns, or no row: said once, and nothing is written any more. */
static void test_faults_stick(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct grid_book b;
	struct grid *g = fill(&b, a);
	struct buf out = { 0 };

	(void)state;
	grid_text(g, "one too many");
	assert_int_equal(b.error, ERR_STATE);
	assert_int_equal(grid_xlsx(&b, "/tmp", &out), ERR_STATE);
	arena_free(a);
	a = arena_new(4096);
	g = fill(&b, a);
	for (int i = 0; i < 1000; i++)
		grid_row(g);
	assert_int_equal(b.error, ERR_NOMEM);
	assert_int_equal(grid_csv(g, &out), ERR_NOMEM);
	buf_free(&out);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_csv),
					    cmocka_unit_test(test_workbook),
					    cmocka_unit_test(test_faults_stick) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
