/* SPDX-License-Identifier: MIT */
/* Ids of places and things, from what people write to the wire. */
#include "tests/unit/collectors/fixture.h"

#include "collectors/input.h"

/* A slice with one measure that is counted by objects. */
static struct slice *counting(void)
{
	const struct bytes units[] = { bytes_of_string("rencheng") };
	const struct bytes objects[] = { bytes_of_string("t-1"), bytes_of_string("t-2"),
					 bytes_of_string("t-3") };
	const struct message_measure measures[] = {
		{ .id = bytes_of_string("homes"), .uom = bytes_of_string("处"),
		  .kind = bytes_of_string("quantity"), .units = units, .unit_count = 1,
		  .counts_objects = true, .objects = objects, .object_count = 3 },
		{ .id = bytes_of_string("canteens"), .uom = bytes_of_string("处"),
		  .kind = bytes_of_string("quantity"), .units = units, .unit_count = 1,
		  .counts_objects = true },
	};
	const struct message_slice m = { 1, bytes_of_string("town"), measures, 2 };
	struct envelope head;
	struct bytes body;
	struct slice *slice;
	struct buf b = { 0 };

	assert_int_equal(message_slice_encode(&m, &b), ERR_OK);
	assert_int_equal(envelope_decode(buf_bytes(&b), &head, &body), ERR_OK);
	assert_int_equal(slice_new(body, &slice), ERR_OK);
	buf_free(&b);
	return slice;
}

static void lists_are_split_as_people_write_them(void **state)
{
	static const struct {
		const char *list;
		const char *ids[4];
	} cases[] = {
		{ "a", { "a" } }, { " a ; b;c ", { "a", "b", "c" } },
		{ "甲、乙；丙", { "甲", "乙", "丙" } }, { "a;　b　;", { "a", "b" } },
		{ "a;;b", { "a", "", "b" } }, { "", { NULL } }, { "食堂 3", { "食堂 3" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes rest = bytes_of_string(cases[i].list), id;
		size_t n = 0;

		while (row_next_object(&rest, &id)) {
			assert_non_null(cases[i].ids[n]);
			assert_true(bytes_equal(id, bytes_of_string(cases[i].ids[n])));
			n++;
		}
		assert_null(cases[i].ids[n]);
		assert_int_equal(row_count_objects(bytes_of_string(cases[i].list)), n);
	}
}

static void rows_are_checked_before_they_are_stored(void **state)
{
	static const struct {
		const char *object;
		bool good;
	} cases[] = {
		{ NULL, true }, { "a;b", true }, { "a;a", false }, { "a; a", false },
		{ "a;;b", false }, { "a\xff", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct minsheng_row from = { .target = "homes", .value = "2",
						   .as_of = "2022-06-30",
						   .object = cases[i].object };
		struct minsheng_fault fault = { .field = "" };
		struct row row;

		assert_int_equal(row_check(&from, &row, &fault) == ERR_OK, cases[i].good);
		assert_true(cases[i].good || strcmp(fault.field, "object") == 0);
	}
}

static void every_id_stands_on_the_wire(void **state)
{
	struct slice *slice = counting();
	const struct seal_terms terms = { slice, bytes_of_string("rencheng"), 100,
					  LIMITS_BATCH_BYTES };
	struct arena *a = arena_new(1u << 20);
	struct buf body = { 0 }, form = { 0 };
	struct codec_fault fault;
	struct event_batch b;
	struct row rows[3];
	size_t taken;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		rows[i] = fixture_row("homes", 2);
	rows[0].object = bytes_of_string("t-1；t-2");
	rows[2].object = bytes_of_string("t-3");
	assert_int_equal(seal_rows(&terms, rows, 3, &taken, &body), ERR_OK);
	assert_int_equal(taken, 3);
	assert_int_equal(codec_batch_decode(buf_bytes(&body), 3, a, &b, &fault), ERR_OK);
	assert_int_equal(b.object.count, 3);
	assert_int_equal(b.object.items[1].row, 0);
	assert_true(bytes_equal(b.object.items[1].text, bytes_of_string("t-2")));
	assert_int_equal(b.object.items[2].row, 2);
	buf_free(&body);
	buf_free(&form);
	arena_free(a);
	slice_release(slice);
}

/* The bound of a batch holds for a row with many short ids too. */
static void many_ids_are_counted_in_full(void **state)
{
	static char list[ROW_OBJECTS_MAX];
	const struct seal_terms terms = { NULL, bytes_of_string("rencheng"), 10000,
					  LIMITS_BATCH_BYTES };
	struct row rows[40];
	size_t used = 0, taken = 0;
	struct buf body = { 0 };

	(void)state;
	for (unsigned i = 0; used + 8 < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%u", i ? ";" : "", i);
	for (size_t i = 0; i < 40; i++) {
		rows[i] = fixture_row("homes", 1);
		rows[i].object = bytes_of(list, used);
	}
	assert_int_equal(seal_rows(&terms, rows, 40, &taken, &body), ERR_OK);
	assert_in_range(taken, 1, 39);
	assert_true(body.len + LIMITS_HEADER <= LIMITS_BATCH_BYTES);
	buf_free(&body);
}

static struct input read_with(struct slice *slice, const char *text, bool lines)
{
	struct input in = { .file = "x", .slice = slice, .reporter = "rencheng",
			    .reporter_name = "任城区" };

	assert_int_equal(input_begin(&in), ERR_OK);
	assert_int_equal((lines ? input_read_jsonl : input_read_csv)(&in, bytes_of_string(text)),
			 ERR_OK);
	return in;
}

static void sheets_are_checked_against_the_slice(void **state)
{
	static const struct {
		const char *row;
		size_t rows;
	} cases[] = {
		{ "homes,2022-06-30,2,t-1、t-2", 1 }, { "homes,2022-06-30,3,t-1、t-2", 0 },
		{ "homes,2022-06-30,2,t-1;t-9", 0 },  { "homes,2022-06-30,2,", 0 },
		{ "homes,2022-06-30,0,", 1 },	      { "homes,2022-06-30,2,t-1;t-1", 0 },
		{ "canteens,2022-06-30,1,any", 1 },
	};
	struct slice *slice = counting();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[200];
		struct input in;

		snprintf(text, sizeof(text), "指标编码,截止日期,数值,对象编号\n%s\n", cases[i].row);
		in = read_with(slice, text, false);
		if (in.count != cases[i].rows)
			fail_msg("%s: %zu rows", cases[i].row, in.count);
		assert_int_equal(in.faults.errors, 1 - cases[i].rows);
		input_free(&in);
	}
	slice_release(slice);
}

static void lines_take_lists(void **state)
{
	struct slice *slice = counting();
	struct input good = read_with(slice, "{\"target\": \"homes\", \"as_of\": \"2022-06-30\", "
				      "\"value\": 2, \"objects\": [\"t-1\", \"t-3\"]}\n", true);
	struct input bad = read_with(slice, "{\"target\": \"homes\", \"as_of\": \"2022-06-30\", "
				     "\"value\": 2, \"objects\": [\"t-1\", 3]}\n", true);

	(void)state;
	assert_int_equal(good.count, 1);
	assert_string_equal(good.rows[0].row.object, "t-1;t-3");
	assert_int_equal(bad.count, 0);
	assert_int_equal(bad.faults.errors, 1);
	input_free(&good);
	input_free(&bad);
	slice_release(slice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_split_as_people_write_them),
		cmocka_unit_test(rows_are_checked_before_they_are_stored),
		cmocka_unit_test(every_id_stands_on_the_wire),
		cmocka_unit_test(many_ids_are_counted_in_full),
		cmocka_unit_test(sheets_are_checked_against_the_slice),
		cmocka_unit_test(lines_take_lists),
	};

	return cmocka_run_group_tests_name("objects", tests, NULL, NULL);
}
