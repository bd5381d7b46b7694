/* SPDX-License-Identifier: MIT */
/* Records of the office, and the steps of their lives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/office/records.h"
#include "base/fs.h"

struct place {
	char folder[64];
	struct store *s;
	struct store_txn *t;
};

static int setup(void **state)
{
	const struct store_options quick = { .no_sync = true };
	struct place *p = calloc(1, sizeof(*p));
	char path[80];

	snprintf(p->folder, sizeof(p->folder), "/tmp/minsheng-office-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(path, sizeof(path), "%s/store", p->folder);
	assert_int_equal(store_open(path, &quick, &p->s), ERR_OK);
	assert_int_equal(store_begin_write(p->s, &p->t), ERR_OK);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	store_abort(&p->t);
	store_close(p->s);
	assert_int_equal(fs_remove_tree(p->folder), ERR_OK);
	free(p);
	return 0;
}

static void put(struct place *p, enum records_kind kind, const char *id, const char *what)
{
	json_t *record = json_pack("{s:s}", "what", what);

	assert_int_equal(records_put(p->t, kind, bytes_of_string(id), record), ERR_OK);
	json_decref(record);
}

static uint32_t step(struct place *p, enum records_kind kind, const char *id, const char *what)
{
	json_t *record = json_pack("{s:s}", "what", what);
	uint32_t number;

	assert_int_equal(records_step(p->t, kind, bytes_of_string(id), record, &number), ERR_OK);
	json_decref(record);
	return number;
}

static bool note(void *ctx, struct bytes id, json_t *record)
{
	char *to = ctx;
	size_t n = strlen(to);

	snprintf(to + n, 200 - n, "%.*s=%s ", (int)id.len, (const char *)id.data,
		 json_string_value(json_object_get(record, "what")));
	return true;
}

static bool note_step(void *ctx, uint32_t number, json_t *record)
{
	char *to = ctx;
	size_t n = strlen(to);

	snprintf(to + n, 200 - n, "%u=%s ", number,
		 json_string_value(json_object_get(record, "what")));
	return true;
}

static void test_as_it_stands(void **state)
{
	struct place *p = *state;
	json_t *record;

	put(p, RECORDS_PROBLEM, "p1", "land");
	put(p, RECORDS_PROBLEM, "p1", "land, settled");
	assert_int_equal(records_get(p->t, RECORDS_PROBLEM, bytes_of_string("p1"), &record), ERR_OK);
	assert_string_equal(json_string_value(json_object_get(record, "what")), "land, settled");
	json_decref(record);
	assert_int_equal(records_get(p->t, RECORDS_MEETING, bytes_of_string("p1"), &record),
			 ERR_NOTFOUND);
	assert_int_equal(records_get(p->t, RECORDS_PROBLEM, bytes_of_string("p"), &record),
			 ERR_NOTFOUND);
	assert_null(record);
}

static void test_walk_keeps_to_its_kind(void **state)
{
	struct place *p = *state;
	char said[200] = "";

	put(p, RECORDS_PROBLEM, "p2", "b");
	put(p, RECORDS_PROBLEM, "p1", "a");
	put(p, RECORDS_INSPECTION, "i1", "c");
	put(p, RECORDS_NARRATIVE, "n1", "d");
	assert_int_equal(records_walk(p->t, RECORDS_PROBLEM, (struct bytes){ 0 }, note, said), ERR_OK);
	assert_string_equal(said, "p1=a p2=b ");
	said[0] = '\0';
	assert_int_equal(records_walk(p->t, RECORDS_PROBLEM, bytes_of_string("p2"), note, said),
			 ERR_OK);
	assert_string_equal(said, "p2=b ");
}

static void test_steps_are_numbered_by_record(void **state)
{
	struct place *p = *state;
	char said[200] = "";

	assert_int_equal(step(p, RECORDS_SLIP, "s1", "drafted"), 1);
	assert_int_equal(step(p, RECORDS_SLIP, "s10", "drafted"), 1);
	assert_int_equal(step(p, RECORDS_SLIP, "s1", "issued"), 2);
	assert_int_equal(records_steps(p->t, RECORDS_SLIP, bytes_of_string("s1"), note_step, said),
			 ERR_OK);
	assert_string_equal(said, "1=drafted 2=issued ");
	said[0] = '\0';
	assert_int_equal(records_steps(p->t, RECORDS_SLIP, bytes_of_string("s"), note_step, said),
			 ERR_OK);
	assert_string_equal(said, "");
}

static void test_what_is_no_id(void **state)
{
	struct place *p = *state;
	char longest[RECORDS_ID_MAX + 2];
	json_t *record = json_object();

	memset(longest, 'x', sizeof(longest));
	assert_int_equal(records_put(p->t, RECORDS_SLIP, (struct bytes){ 0 }, record), ERR_INVALID);
	assert_int_equal(records_put(p->t, RECORDS_SLIP, bytes_of("a\0b", 3), record), ERR_INVALID);
	assert_int_equal(records_put(p->t, RECORDS_SLIP, bytes_of(longest, RECORDS_ID_MAX), record),
			 ERR_OK);
	assert_int_equal(records_put(p->t, RECORDS_SLIP, bytes_of(longest, RECORDS_ID_MAX + 1),
				     record), ERR_INVALID);
	json_decref(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_as_it_stands, setup, teardown),
		cmocka_unit_test_setup_teardown(test_walk_keeps_to_its_kind, setup, teardown),
		cmocka_unit_test_setup_teardown(test_steps_are_numbered_by_record, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_no_id, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
