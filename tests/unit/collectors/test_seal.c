/* SPDX-License-Identifier: MIT */
#include "tests/unit/collectors/fixture.h"

static struct event_batch decode(struct bytes body, uint32_t rows, struct arena *a)
{
	struct event_batch b;
	struct codec_fault fault;

	assert_int_equal(codec_batch_decode(body, rows, a, &b, &fault), ERR_OK);
	return b;
}

static void figures_go_at_the_catalogues_decimals(void **state)
{
	struct slice *slice = fixture_slice(1);
	const struct seal_terms terms = { slice, bytes_of_string("rencheng"), 100,
					  LIMITS_BATCH_BYTES };
	struct row rows[5];
	struct arena *a = arena_new(1u << 20);
	struct buf body = { 0 };
	struct event_batch b;
	size_t taken;

	(void)state;
	rows[0] = fixture_row("area", 125), rows[0].decimals = 1;       /* 12.5 -> 1250 at 2 */
	rows[1] = fixture_row("canteens", 300), rows[1].decimals = 2;   /* 3.00 -> 3 at 0 */
	rows[2] = fixture_row("canteens", 35), rows[2].decimals = 1;    /* 3.5: no; as written */
	rows[3] = fixture_row("no-such", 35), rows[3].decimals = 1;
	rows[4] = fixture_row("canteens", 9), rows[4].unit = bytes_of_string("yutai");
	assert_int_equal(seal_rows(&terms, rows, 5, &taken, &body), ERR_OK);
	assert_int_equal(taken, 5);
	b = decode(buf_bytes(&body), 5, a);
	assert_int_equal(b.value.data[0], 1250);
	assert_int_equal(b.value.data[1], 3);
	assert_int_equal(b.value.data[2], 35);
	assert_int_equal(b.targets[b.target.data[0]].decimals, 2);
	assert_int_equal(b.targets[b.target.data[1]].decimals, 0);
	assert_int_equal(b.targets[b.target.data[2]].decimals, 1);
	assert_true(bytes_equal(b.targets[b.target.data[2]].uom, bytes_of_string("处")));
	assert_int_equal(b.targets[b.target.data[3]].uom.len, 0);
	assert_true(bytes_equal(b.units[b.unit.data[0]], bytes_of_string("rencheng")));
	assert_true(bytes_equal(b.units[b.unit.data[4]], bytes_of_string("yutai")));
	assert_int_equal(b.target_count, 4);
	buf_free(&body);
	arena_free(a);
	slice_release(slice);
}

/* However long the texts are, a batch stays below the limit and the daemon takes it. */
static void batches_stay_within_the_limits(void **state)
{
	static char note[LIMITS_TEXT + 1];
	const struct seal_terms terms = { NULL, bytes_of_string("rencheng"), 10000,
					  LIMITS_BATCH_BYTES };
	struct row *rows = calloc(10000, sizeof(*rows));
	char (*ids)[16] = calloc(10000, sizeof(*ids));
	size_t done = 0, taken, batches = 0;

	(void)state;
	memset(note, 'n', LIMITS_TEXT);
	for (size_t i = 0; i < 10000; i++) {
		snprintf(ids[i], sizeof(ids[i]), "target-%zu", i % 5000);
		rows[i] = fixture_row(ids[i], INT64_MAX - (int64_t)i);
		rows[i].observed_ms = 1656637200123 + (int64_t)i * 7919;
		if (i % 3 == 0)
			rows[i].note = bytes_of_string(note);
	}
	for (; done < 10000; done += taken, batches++) {
		struct arena *a = arena_new(64u << 20);
		struct buf body = { 0 };

		assert_int_equal(seal_rows(&terms, rows + done, 10000 - done, &taken, &body),
				 ERR_OK);
		assert_true(taken > 0);
		assert_true(body.len + LIMITS_HEADER <= LIMITS_BATCH_BYTES);
		decode(buf_bytes(&body), (uint32_t)taken, a);
		buf_free(&body);
		arena_free(a);
	}
	assert_true(batches > 20 && batches < 60);
	free(rows);
	free(ids);
}

static void a_row_keeps_everything_in_store(void **state)
{
	struct row r = { .target = bytes_of_string("t"), .unit = bytes_of_string("u"),
			 .stage = bytes_of_string("s"), .ref = bytes_of_string("r"),
			 .withdraw = bytes_of_string("w"), .reason = bytes_of_string("why"),
			 .note = bytes_of_string("n"), .evidence = bytes_of_string("e"),
			 .object = bytes_of_string("o"), .value = -5, .denominator = INT64_MAX,
			 .observed_ms = 99, .as_of = -3, .revision = 7, .kind = 5,
			 .decimals = 9 };
	struct row back;
	struct buf b = { 0 };
	struct reader reader;

	(void)state;
	row_encode(&r, &b);
	reader = reader_of(buf_bytes(&b));
	row_decode(&reader, &back);
	assert_true(reader_done(&reader));
	assert_int_equal(back.value, -5);
	assert_int_equal(back.denominator, INT64_MAX);
	assert_int_equal(back.observed_ms, 99);
	assert_int_equal(back.as_of, -3);
	assert_int_equal(back.revision, 7);
	assert_int_equal(back.kind, 5);
	assert_int_equal(back.decimals, 9);
	assert_true(bytes_equal(back.object, r.object));
	assert_true(bytes_equal(back.target, r.target));
	assert_true(bytes_equal(back.reason, r.reason));
	for (size_t cut = 0; cut < b.len; cut++) {
		reader = reader_of(bytes_of(b.data, cut));
		row_decode(&reader, &back);
		assert_false(reader_done(&reader));
	}
	buf_free(&b);
}

struct refused {
	struct minsheng_row row;
	const char *field; /* NULL: taken */
};

static void rows_are_checked(void **state)
{
	static const struct refused cases[] = {
		{ { .target = "c", .value = "3", .as_of = "2022-06-30" }, NULL },
		{ { .target = "c", .value = "-12.50", .as_of = "2022-06-30" }, NULL },
		{ { .target = "c", .value = "", .kind = "nil", .as_of = "2022-06-30" }, NULL },
		{ { .target = "c", .kind = "stage", .stage = "started", .as_of = "2022-06-30" }, NULL },
		{ { .value = "3", .as_of = "2022-06-30" }, "target" },
		{ { .target = "c", .as_of = "2022-06-30" }, "value" },
		{ { .target = "c", .value = "3" }, "as_of" },
		{ { .target = "c", .value = "3", .as_of = "2022-02-30" }, "as_of" },
		{ { .target = "c", .value = "3处", .as_of = "2022-06-30" }, "value" },
		{ { .target = "c", .value = "1.0123456789", .as_of = "2022-06-30" }, "value" },
		{ { .target = "c", .value = "9223372036854775808", .as_of = "2022-06-30" }, "value" },
		{ { .target = "c", .value = "1", .denominator = "0", .as_of = "2022-06-30" }, "denominator" },
		{ { .target = "c", .value = "1", .kind = "set", .as_of = "2022-06-30" }, "kind" },
		{ { .target = "c", .value = "1", .kind = "add", .as_of = "2022-06-30" }, "ref" },
		{ { .target = "c", .value = "1", .kind = "nil", .as_of = "2022-06-30" }, "value" },
		{ { .target = "c", .kind = "stage", .as_of = "2022-06-30" }, "stage" },
		{ { .target = "c\xff", .value = "3", .as_of = "2022-06-30" }, "target" },
		{ { .target = "c", .value = "1", .kind = "add", .ref = "1", .revision = 1,
		    .as_of = "2022-06-30" }, "revision" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct minsheng_fault fault = { 0 };
		struct row row;
		enum err e = row_check(&cases[i].row, &row, &fault);

		assert_int_equal(e, cases[i].field ? ERR_INVALID : ERR_OK);
		if (!cases[i].field)
			continue;
		assert_string_equal(fault.field, cases[i].field);
		assert_true(fault.text_zh[0] && fault.text_en[0]);
	}
}

static void the_nearest_measure_is_found(void **state)
{
	struct slice *s = fixture_slice(1);

	(void)state;
	assert_ptr_equal(slice_nearest(s, bytes_of_string("canteen")),
			 slice_find(s, bytes_of_string("canteens")));
	assert_ptr_equal(slice_nearest(s, bytes_of_string("老年食堂")),
			 slice_find(s, bytes_of_string("canteens")));
	assert_ptr_equal(slice_find_name(s, bytes_of_string("公办率")),
			 slice_find(s, bytes_of_string("public-share")));
	assert_null(slice_nearest(s, bytes_of_string("quite-something-else")));
	assert_null(slice_find(s, bytes_of_string("canteen")));
	slice_release(s);
}

static void a_damaged_shelf_is_empty(void **state)
{
	struct fixture *f = *state;
	struct slice *slice = fixture_slice(4), *got;
	struct slice_shelf *shelf;
	char path[128];
	struct buf b = { 0 };

	assert_int_equal(slice_shelf_open(f->folder, &shelf), ERR_OK);
	assert_null(slice_shelf_get(shelf));
	assert_int_equal(slice_shelf_put(shelf, slice_body(slice)), ERR_OK);
	assert_int_equal(slice_shelf_put(shelf, bytes_of_string("\xff\xff")), ERR_INVALID);
	slice_shelf_close(shelf);
	assert_int_equal(slice_shelf_open(f->folder, &shelf), ERR_OK);
	got = slice_shelf_get(shelf);
	assert_non_null(got);
	assert_int_equal(slice_message(got)->catalogue_version, 4);
	slice_release(got);
	slice_shelf_close(shelf);
	snprintf(path, sizeof(path), "%s/catalogue.slice", f->folder);
	assert_int_equal(fs_read(path, 1u << 20, &b), ERR_OK);
	b.data[10] ^= 1;
	assert_int_equal(fs_write(path, buf_bytes(&b), 0600), ERR_OK);
	assert_int_equal(slice_shelf_open(f->folder, &shelf), ERR_OK);
	assert_null(slice_shelf_get(shelf));
	slice_shelf_close(shelf);
	slice_release(slice);
	buf_free(&b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_go_at_the_catalogues_decimals),
		cmocka_unit_test(batches_stay_within_the_limits),
		cmocka_unit_test(a_row_keeps_everything_in_store),
		cmocka_unit_test(rows_are_checked),
		cmocka_unit_test(the_nearest_measure_is_found),
		TEST(a_damaged_shelf_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
