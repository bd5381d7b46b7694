/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>

#include "collectors/text.h"
#include "tests/unit/collectors/fixture.h"

/* A disk that takes no more must not keep the outbox from being sent. */
static void a_slice_that_cant_be_written_serves_all_the_same(void **state)
{
	struct fixture *f = *state;
	struct slice *slice = fixture_slice(7), *got;
	struct slice_shelf *shelf;
	char path[128];

	assert_int_equal(slice_shelf_open(f->folder, &shelf), ERR_OK);
	snprintf(path, sizeof(path), "%s/catalogue.slice", f->folder);
	assert_int_equal(mkdir(path, 0700), 0); /* nothing can be renamed to that */
	assert_int_equal(slice_shelf_put(shelf, slice_body(slice)), ERR_OK);
	got = slice_shelf_get(shelf);
	assert_non_null(got);
	assert_int_equal(slice_message(got)->catalogue_version, 7);
	slice_release(got);
	slice_release(slice);
	slice_shelf_close(shelf);
}

static void texts_are_cut_between_characters(void **state)
{
	char out[8];

	(void)state;
	text_cut(out, sizeof(out), bytes_of_string("济宁市"));
	assert_string_equal(out, "济宁");
	text_cut(out, sizeof(out), bytes_of_string("a济宁"));
	assert_string_equal(out, "a济宁");
	text_cut(out, sizeof(out), bytes_of_string("济宁ab"));
	assert_string_equal(out, "济宁a");
	text_cut(out, sizeof(out), bytes_of(NULL, 0));
	assert_string_equal(out, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_slice_that_cant_be_written_serves_all_the_same,
						fixture_up, fixture_down),
		cmocka_unit_test(texts_are_cut_between_characters),
	};

	return cmocka_run_group_tests_name("slice", tests, NULL, NULL);
}
