/* SPDX-License-Identifier: MIT */
#include "tests/unit/proto/batch.h"

static void same_texts(struct event_texts a, struct event_texts b)
{
	assert_int_equal(a.count, b.count);
	for (size_t i = 0; i < a.count; i++) {
		assert_int_equal(a.items[i].row, b.items[i].row);
		assert_true(bytes_equal(a.items[i].text, b.items[i].text));
	}
}

static void same_lists(const struct event_batch *a, const struct event_batch *b)
{
	same_texts(a->stage, b->stage);
	same_texts(a->note, b->note);
	same_texts(a->reason, b->reason);
	same_texts(a->evidence, b->evidence);
	same_texts(a->ref, b->ref);
	same_texts(a->object, b->object);
	same_texts(a->withdraw, b->withdraw);
	assert_int_equal(a->revision.count, b->revision.count);
	for (size_t i = 0; i < a->revision.count; i++) {
		assert_int_equal(a->revision.items[i].row, b->revision.items[i].row);
		assert_int_equal(a->revision.items[i].number, b->revision.items[i].number);
	}
}

static void same_rows(const struct event_batch *a, const struct event_batch *b)
{
	assert_int_equal(a->rows, b->rows);
	for (size_t r = 0; r < a->rows; r++) {
		assert_int_equal(a->target.data[r * a->target.stride],
				 b->target.data[r * b->target.stride]);
		assert_int_equal(a->unit.data[r * a->unit.stride],
				 b->unit.data[r * b->unit.stride]);
		assert_int_equal(a->kind.data[r * a->kind.stride],
				 b->kind.data[r * b->kind.stride]);
		assert_true(a->value.data[r * a->value.stride] ==
			    b->value.data[r * b->value.stride]);
		assert_true(a->denominator.data[r * a->denominator.stride] ==
			    b->denominator.data[r * b->denominator.stride]);
		assert_int_equal(a->as_of.data[r * a->as_of.stride],
				 b->as_of.data[r * b->as_of.stride]);
		assert_true(a->observed.data[r * a->observed.stride] ==
			    b->observed.data[r * b->observed.stride]);
	}
}

static void test_round_trip(void **state)
{
	struct fixture *f = *state;
	struct event_batch b = full();

	encode(f, &b);
	assert_int_equal(decode(f, 3), ERR_OK);
	same_rows(&b, &f->got);
	same_lists(&b, &f->got);
	assert_int_equal(f->got.target_count, 2);
	assert_true(bytes_equal(f->got.targets[1].id, targets[1].id));
	assert_true(bytes_equal(f->got.targets[0].uom, targets[0].uom));
	assert_int_equal(f->got.targets[1].decimals, 2);
	assert_int_equal(f->got.unit_count, 3);
	assert_true(bytes_equal(f->got.units[2], units[2]));
}

static void test_columns_shrink(void **state)
{
	struct fixture *f = *state;
	static const int64_t same[] = { 7, 7, 7 };
	struct event_batch b = plain(3);
	size_t least;

	encode(f, &b);
	least = f->body.len;
	assert_int_equal(decode(f, 3), ERR_OK);
	same_rows(&b, &f->got);
	b.value = (struct event_i64){ same, 1 };
	encode(f, &b);
	assert_int_equal(f->body.len, least + 3); /* tag, length, one value */
	assert_int_equal(decode(f, 3), ERR_OK);
	assert_int_equal(f->got.value.stride, 0);
	same_rows(&b, &f->got);
}

static void test_wide_strides(void **state)
{
	struct fixture *f = *state;
	static const struct {
		int64_t value, other;
	} rows[] = { { 1, 9 }, { -2, 8 }, { 3, 7 } };
	struct event_batch b = plain(3);

	b.value = (struct event_i64){ &rows[0].value, 2 };
	b.observed = (struct event_i64){ &rows[0].other, 2 };
	encode(f, &b);
	assert_int_equal(decode(f, 3), ERR_OK);
	same_rows(&b, &f->got);
	assert_true(f->got.observed.data[2 * f->got.observed.stride] == 7);
	b.rows = 1;
	encode(f, &b);
	assert_int_equal(decode(f, 1), ERR_OK);
	same_rows(&b, &f->got);
}

static void test_column_of_wrong_length(void **state)
{
	struct fixture *f = *state;
	struct event_batch b = full();

	encode(f, &b);
	for (uint32_t rows = 2; rows < 8; rows++) {
		enum err expected = rows == 3 ? ERR_OK : ERR_INVALID;

		assert_int_equal(decode(f, rows), expected);
		assert_int_equal(f->fault.code, rows == 3 ? EVENT_CODE_NONE : EVENT_BAD_COLUMN);
	}
}

static void test_indexes(void **state)
{
	struct fixture *f = *state;
	static const uint32_t past[] = { 0, 3, 0 }, one = 1;
	struct event_batch b = full();

	b.target = (struct event_u32){ past, 1 };
	expect_fault(f, &b, EVENT_BAD_INDEX);
	b = full();
	b.unit = (struct event_u32){ past, 1 };
	expect_fault(f, &b, EVENT_BAD_INDEX);
	b = plain(3);
	b.unit = (struct event_u32){ &one, 0 };
	expect_fault(f, &b, EVENT_BAD_INDEX);
	b = plain(3);
	b.target_count = 0; /* index 0 of nothing */
	expect_fault(f, &b, EVENT_BAD_INDEX);
}

static void test_sparse_rows(void **state)
{
	struct fixture *f = *state;
	static const struct event_text falling[] = { { 2, T("a") }, { 1, T("b") } };
	static const struct event_text twice[] = { { 1, T("a") }, { 1, T("b") } };
	static const struct event_text past[] = { { 3, T("a") } };
	static const struct event_number numbers[] = { { 1, 1 }, { 1, 2 } };
	struct event_batch b = plain(3);

	b.note = (struct event_texts)LIST(falling);
	expect_fault(f, &b, EVENT_BAD_COLUMN);
	b.note = (struct event_texts)LIST(twice);
	expect_fault(f, &b, EVENT_BAD_COLUMN);
	b.note = (struct event_texts)LIST(past);
	expect_fault(f, &b, EVENT_BAD_INDEX);
	b = plain(3);
	b.object = (struct event_texts)LIST(falling);
	expect_fault(f, &b, EVENT_BAD_COLUMN);
	b.object = (struct event_texts)LIST(twice);
	encode(f, &b);
	assert_int_equal(decode(f, 3), ERR_OK);
	b = plain(3);
	b.revision = (struct event_numbers)LIST(numbers);
	expect_fault(f, &b, EVENT_BAD_COLUMN);
}

/* A note list of two rows and one text: field 18, row [0, 1], text "a". */
static void test_sparse_lengths_differ(void **state)
{
	struct fixture *f = *state;
	static const uint8_t list[] = { 0x92, 0x01, 7, 0x0a, 2, 0, 1, 0x12, 1, 'a' };
	struct event_batch b = plain(3);

	encode(f, &b);
	buf_put(&f->body, bytes_of(list, sizeof(list)));
	assert_int_equal(decode(f, 3), ERR_INVALID);
	assert_int_equal(f->fault.code, EVENT_BAD_COLUMN);
}

static void test_texts(void **state)
{
	struct fixture *f = *state;
	static char long_text[LIMITS_TEXT + 1];
	static const struct bytes bad[] = { T("a\0b"), T("\xff\xfe"), T("\xe6\xb1"), T("") };
	struct event_text item = { 0, { (const uint8_t *)long_text, LIMITS_TEXT } };
	struct event_batch b = plain(1);

	memset(long_text, 'x', sizeof(long_text));
	b.note = (struct event_texts){ &item, 1 };
	encode(f, &b);
	assert_int_equal(decode(f, 1), ERR_OK);
	item.text.len++;
	expect_fault(f, &b, EVENT_BAD_TEXT);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		item.text = bad[i];
		expect_fault(f, &b, EVENT_BAD_TEXT);
	}
	b = plain(1);
	b.ref = (struct event_texts){ &item, 1 };
	item.text = bytes_of(long_text, LIMITS_REF + 1);
	expect_fault(f, &b, EVENT_BAD_TEXT);
}

static void test_dictionary_texts(void **state)
{
	struct fixture *f = *state;
	static char long_text[LIMITS_ID + 1];
	struct bytes one = T("a\0b");
	struct event_target entry = { one, T("处"), 0 };
	struct event_batch b = plain(1);

	memset(long_text, 'x', sizeof(long_text));
	b.units = &one;
	expect_fault(f, &b, EVENT_BAD_TEXT);
	one = bytes_of(long_text, sizeof(long_text));
	expect_fault(f, &b, EVENT_BAD_TEXT);
	b = plain(1);
	b.targets = &entry;
	expect_fault(f, &b, EVENT_BAD_TEXT);
	entry = (struct event_target){ T("canteens"), T("\xff"), 0 };
	expect_fault(f, &b, EVENT_BAD_TEXT);
	entry.uom = (struct bytes){ 0 };
	encode(f, &b);
	assert_int_equal(decode(f, 1), ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip),
		TEST(test_columns_shrink),
		TEST(test_wide_strides),
		TEST(test_column_of_wrong_length),
		TEST(test_indexes),
		TEST(test_sparse_rows),
		TEST(test_sparse_lengths_differ),
		TEST(test_texts),
		TEST(test_dictionary_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
