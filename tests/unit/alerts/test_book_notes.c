/* SPDX-License-Identifier: MIT */
/* What persons do about alerts, in the book: bytes, words, states, and what a rollback leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/ledger/keys.h"
#include "tests/unit/alerts/judging.h"

static struct book_record silenced(void)
{
	return (struct book_record){ .kind = BOOK_BEHIND,
				     .severity = BOOK_YELLOW,
				     .transition = BOOK_SILENCED,
				     .measure = CANTEENS,
				     .unit = NORTH,
				     .period = town_day(6, 30),
				     .value = 2,
				     .by = bytes_of_string("liu"),
				     .why = bytes_of_string("floods"),
				     .until_ms = date_begin_ms(town_day(7, 11), 480) };
}

/* Every cut is refused, and so is a second part of a newer version; texts come back. */
static void test_second_part(void **state)
{
	struct book_record r = silenced(), back;
	struct buf form = { 0 }, plain = { 0 };
	struct reader in;

	(void)state;
	book_encode(&r, &form);
	r.transition = BOOK_UPDATED;
	book_encode(&r, &plain);
	for (size_t n = 0; n < form.len; n++) {
		in = reader_of(bytes_of(form.data, n));
		assert_false(book_decode(&in, &back));
	}
	in = reader_of(buf_bytes(&form));
	assert_true(book_decode(&in, &back));
	assert_true(reader_done(&in));
	assert_true(bytes_equal(back.by, r.by));
	assert_true(bytes_equal(back.why, r.why));
	assert_int_equal(back.to.len, 0);
	assert_int_equal(back.until_ms, r.until_ms);
	form.data[plain.len]++; /* the version stands behind what all records have */
	in = reader_of(buf_bytes(&form));
	assert_false(book_decode(&in, &back));
	buf_free(&form);
	buf_free(&plain);
}

/* The machine's own records are as they were before there was a second part. */
static void test_first_part_alone(void **state)
{
	static const uint8_t was[] = { 1, 2, 0, 1 };
	struct book_record r = silenced(), back;
	struct buf form = { 0 };
	struct reader in;

	(void)state;
	r.transition = BOOK_RAISED;
	book_encode(&r, &form);
	assert_memory_equal(form.data, was, sizeof(was));
	in = reader_of(buf_bytes(&form));
	assert_true(book_decode(&in, &back));
	assert_true(reader_done(&in));
	assert_int_equal(back.by.len + back.why.len, 0);
	assert_int_equal(back.until_ms, 0);
	assert_false(back.in_silence);
	buf_clear(&form);
	r.in_silence = true;
	book_encode(&r, &form);
	in = reader_of(buf_bytes(&form));
	assert_true(book_decode(&in, &back));
	assert_true(back.in_silence);
	assert_int_equal(back.severity, BOOK_YELLOW);
	buf_free(&form);
}

static void test_texts_have_bounds(void **state)
{
	char text[BOOK_WHY_MAX + 1];
	struct book_record r = silenced(), back;
	struct buf form = { 0 };
	struct reader in;

	(void)state;
	memset(text, 'x', sizeof(text));
	r.why = bytes_of(text, BOOK_WHY_MAX);
	book_encode(&r, &form);
	in = reader_of(buf_bytes(&form));
	assert_true(book_decode(&in, &back));
	buf_clear(&form);
	r.why.len++;
	book_encode(&r, &form);
	in = reader_of(buf_bytes(&form));
	assert_false(book_decode(&in, &back));
	buf_free(&form);
}

static size_t state_length(struct town *t, const char *id)
{
	struct bytes value;
	struct keys key;

	keys_text(&key, bytes_of_string(id));
	TOWN_OK(store_get(t->txn, STORE_ALERTS, keys_bytes(&key), &value));
	return value.len;
}

/* A state that nobody did anything about takes not one byte more. */
static void test_state(void **state)
{
	struct town *t = *state;
	struct book_state s = { .kind = BOOK_GAP, .measure = CATALOGUE_NONE, .severity = BOOK_RED,
				.raised_number = 1, .newest = 4 }, back;
	size_t plain;

	TOWN_OK(book_write_state(t->txn, "gap.north", &s));
	plain = state_length(t, "gap.north");
	TOWN_OK(book_state_of(t->txn, bytes_of_string("gap.north"), &back));
	assert_memory_equal(&back, &s, sizeof(s));
	s.acknowledged = 2;
	s.assigned = 3;
	s.silenced = 4;
	s.silent_until_ms = 1657000000123;
	s.ending = true;
	TOWN_OK(book_write_state(t->txn, "gap.north", &s));
	TOWN_OK(book_state_of(t->txn, bytes_of_string("gap.north"), &back));
	assert_memory_equal(&back, &s, sizeof(s));
	s.acknowledged = s.assigned = s.silenced = 0;
	TOWN_OK(book_write_state(t->txn, "gap.north", &s));
	assert_int_equal(state_length(t, "gap.north"), plain);
	assert_int_equal(book_state_of(t->txn, bytes_of_string("gap.south"), &back), ERR_NOTFOUND);
}

static void test_words(void **state)
{
	struct town *t = *state;
	struct book_record r = silenced();

	town_text(t, &r, LANG_ZH, "鱼台县 老年人食堂（进度滞后）：liu 静默至7月10日：floods");
	r.until_ms -= 90 * 60000;
	town_text(t, &r, LANG_EN,
		  "Yutai, canteens (behind plan): silenced by liu until 10 July 22:30: floods");
	r.transition = BOOK_ASSIGNED;
	r.to = bytes_of_string("north");
	town_text(t, &r, LANG_EN, "Yutai, canteens (behind plan): given to Yutai by liu: floods");
	r.to = bytes_of_string("Mr 100%S");
	town_text(t, &r, LANG_EN, "Yutai, canteens (behind plan): given to Mr 100%S by liu: floods");
}

static void note(struct town *t, enum book_transition transition, int64_t until_ms)
{
	static struct judge_note n;

	n = (struct judge_note){ .kind = BOOK_GAP,
				 .transition = transition,
				 .by = bytes_of_string("liu"),
				 .why = bytes_of_string("why"),
				 .until_ms = until_ms };
	town_fact(t, (struct judge_fact){ .kind = JUDGE_NOTED, .measure = CATALOGUE_NONE,
					  .unit = NORTH, .note = &n });
	town_say(t, false);
}

static struct book_state gap_state(struct town *t)
{
	struct book_state s;

	TOWN_OK(book_state_of(t->txn, bytes_of_string("gap.north"), &s));
	return s;
}

/* What was taken back was never done; what was done is read again. */
static void test_rollback(void **state)
{
	struct town *t = *state;
	struct judge_fact gap = { .kind = JUDGE_GAP, .unit = NORTH, .measure = CATALOGUE_NONE,
				  .count = 3 };

	town_fact(t, gap);
	town_say(t, false);
	town_commit(t);
	note(t, BOOK_ACKNOWLEDGED, 0);
	assert_int_equal(gap_state(t).acknowledged, 2);
	town_rollback(t);
	assert_int_equal(gap_state(t).acknowledged, 0);
	note(t, BOOK_ASSIGNED, 0);
	assert_int_equal(gap_state(t).acknowledged, 0);
	assert_int_equal(gap_state(t).assigned, 2);
	/* the figures go along: the next loss is counted on top of the first */
	town_fact(t, gap);
	town_say(t, false);
	assert_int_equal(town_alert(t, "gap.north").count, 6);
	assert_int_equal(gap_state(t).assigned, 2);
}

/* Nobody can do anything about what is not open: such an entry can't be. */
static void test_not_open(void **state)
{
	struct town *t = *state;
	struct judge_note n = { .kind = BOOK_GAP, .transition = BOOK_COMMENTED };
	struct judge_fact fact = { .kind = JUDGE_NOTED, .measure = CATALOGUE_NONE, .unit = SOUTH,
				   .note = &n };
	struct judge_entry e = town_entry(t, false);
	struct buf decisions = { 0 };

	e.facts = &fact;
	e.fact_count = 1;
	assert_int_equal(judge_decide(t->judge, t->txn, t->cells, &e, &decisions), ERR_CORRUPT);
	buf_free(&decisions);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_second_part), cmocka_unit_test(test_first_part_alone),
		cmocka_unit_test(test_texts_have_bounds), TEST(test_state), TEST(test_words),
		TEST(test_rollback), TEST(test_not_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
