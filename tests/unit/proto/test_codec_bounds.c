/* SPDX-License-Identifier: MIT */
/* What a batch may cost, and what comes of bodies that nobody meant to send. */
#include "tests/unit/proto/batch.h"

static void test_number_of_rows(void **state)
{
	struct fixture *f = *state;
	struct event_batch b = plain(1);

	encode(f, &b);
	assert_int_equal(decode(f, 0), ERR_INVALID);
	assert_int_equal(f->fault.code, EVENT_BAD_BODY);
	assert_int_equal(decode(f, LIMITS_BATCH_ROWS), ERR_OK);
	assert_int_equal(decode(f, LIMITS_BATCH_ROWS + 1), ERR_INVALID);
	assert_int_equal(decode(f, UINT32_MAX), ERR_INVALID);
	assert_int_equal(f->fault.code, EVENT_BAD_BODY);
}

static void test_dictionary_bound(void **state)
{
	struct fixture *f = *state;
	static struct bytes many[LIMITS_DICTIONARY + 1];
	struct event_batch b = plain(1);

	for (size_t i = 0; i < LIMITS_DICTIONARY + 1; i++)
		many[i] = units[0];
	b.units = many;
	b.unit_count = LIMITS_DICTIONARY;
	encode(f, &b);
	assert_int_equal(decode(f, 1), ERR_OK);
	b.unit_count++;
	expect_fault(f, &b, EVENT_BAD_INDEX);
}

static void test_length_of_body(void **state)
{
	struct fixture *f = *state;
	struct event_batch b = plain(1);
	const size_t max = LIMITS_BATCH_BYTES - LIMITS_HEADER;

	encode(f, &b);
	/* one unknown field, 100, fills the body up: tag and length take five bytes */
	buf_put_varint(&f->body, 100 << 3 | 2);
	buf_put_varint(&f->body, max - f->body.len - 3);
	memset(buf_extend(&f->body, max - f->body.len), 0, max - f->body.len);
	assert_int_equal(f->body.len, max);
	assert_int_equal(decode(f, 1), ERR_OK);
	buf_put_u8(&f->body, 0);
	assert_int_equal(decode(f, 1), ERR_INVALID);
	assert_int_equal(f->fault.code, EVENT_BAD_BODY);
}

static void test_claims_of_length(void **state)
{
	struct fixture *f = *state;
	/* units, 1 GiB; value, packed, 1 GiB; targets, 2^63 */
	static const struct bytes bad[] = { T("\x12\x80\x80\x80\x80\x04"),
					    T("\x32\x80\x80\x80\x80\x04"),
					    T("\x0a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01") };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		buf_clear(&f->body);
		buf_put(&f->body, bad[i]);
		assert_int_equal(decode(f, 1), ERR_INVALID);
		assert_int_equal(f->fault.code, EVENT_BAD_BODY);
		assert_in_range(arena_used(f->arena), 0, 4096);
	}
}

/* 131 000 empty targets in 262 kB: what costs 14 MB with malloc must end at the budget. */
static void test_budget(void **state)
{
	struct fixture *f = *state;
	struct arena *small = arena_new(1 << 20);

	assert_non_null(small);
	while (f->body.len + 2 < LIMITS_BATCH_BYTES - LIMITS_HEADER)
		buf_put(&f->body, (struct bytes)T("\x0a\x00"));
	assert_int_equal(codec_batch_decode(buf_bytes(&f->body), 1, small, &f->got, &f->fault),
			 ERR_NOMEM);
	assert_in_range(arena_used(small), 0, 1 << 20);
	arena_free(small);
}

/* The dearest body that is right: as many one-byte texts as go into it. */
static void test_budget_suffices(void **state)
{
	struct fixture *f = *state;
	enum { COUNT = 52000 };
	struct event_text *items = calloc(COUNT, sizeof(*items));
	struct event_batch b = plain(LIMITS_BATCH_ROWS);

	assert_non_null(items);
	for (uint32_t i = 0; i < COUNT; i++)
		items[i] = (struct event_text){ i / 6, T("x") };
	b.object = (struct event_texts){ items, COUNT };
	encode(f, &b);
	free(items);
	assert_in_range(f->body.len, 245000, LIMITS_BATCH_BYTES - LIMITS_HEADER);
	assert_int_equal(decode(f, LIMITS_BATCH_ROWS), ERR_OK);
	assert_int_equal(f->got.object.count, COUNT);
}

static void test_unpacked_values_and_unknown_fields(void **state)
{
	struct fixture *f = *state;
	/* value as three fields of one varint each; then fields 99 and 100 of other versions */
	static const uint8_t more[] = { 0x30, 2, 0x30, 4, 0x30, 5, 0x98, 6, 1, 0xa2, 6, 1, 0 };
	struct event_batch b = plain(3);

	encode(f, &b);
	buf_put(&f->body, bytes_of(more, sizeof(more)));
	assert_int_equal(decode(f, 3), ERR_OK);
	assert_true(f->got.value.data[0] == 1 && f->got.value.data[1] == 2);
	assert_true(f->got.value.data[2] == -3);
}

/* Every prefix and 20 000 bodies with a byte or two changed: an answer, no crash, no leak. */
static void test_damage(void **state)
{
	struct fixture *f = *state;
	struct event_batch b = full();
	struct buf whole = { 0 };
	uint32_t seed = 1;

	encode(f, &b);
	buf_put(&whole, buf_bytes(&f->body));
	for (size_t n = 0; n < whole.len; n++) {
		buf_truncate(&f->body, 0);
		buf_put(&f->body, bytes_of(whole.data, n));
		assert_int_not_equal(decode(f, 3), ERR_NOMEM);
	}
	for (unsigned i = 0; i < 20000; i++) {
		buf_truncate(&f->body, 0);
		buf_put(&f->body, buf_bytes(&whole));
		for (unsigned j = 0; j < 1 + i % 2; j++) {
			seed = seed * 1664525 + 1013904223;
			f->body.data[(seed >> 8) % whole.len] = (uint8_t)(seed >> 24);
		}
		if (decode(f, 3) == ERR_INVALID)
			assert_int_not_equal(f->fault.code, EVENT_CODE_NONE);
	}
	buf_free(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_number_of_rows),
		TEST(test_dictionary_bound),
		TEST(test_length_of_body),
		TEST(test_claims_of_length),
		TEST(test_budget),
		TEST(test_budget_suffices),
		TEST(test_unpacked_values_and_unknown_fields),
		TEST(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
