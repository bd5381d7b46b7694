/* SPDX-License-Identifier: MIT */
/* Entries, decisions, keys, and the ledger that holds them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/ledger/decision.h"
#include "aggregator/ledger/keys.h"
#include "aggregator/ledger/ledger.h"
#include "base/fs.h"
#include "base/log.h"

struct place {
	char folder[64];
	struct store *s;
	struct buf form;
};

static void drop_line(enum log_level level, const char *line, void *ctx)
{
	(void)level, (void)line, (void)ctx;
}

static int setup(void **state)
{
	const struct store_options quick = { .no_sync = true };
	struct place *p = calloc(1, sizeof(*p));
	char path[80];

	log_set_sink(drop_line, NULL);
	snprintf(p->folder, sizeof(p->folder), "/tmp/minsheng-ledger-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(path, sizeof(path), "%s/store", p->folder);
	assert_int_equal(store_open(path, &quick, &p->s), ERR_OK);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	store_close(p->s);
	buf_free(&p->form);
	assert_int_equal(fs_remove_tree(p->folder), ERR_OK);
	log_set_sink(NULL, NULL);
	free(p);
	return 0;
}

static struct entry sample(uint64_t position, struct bytes body)
{
	struct entry e = { .position = position, .kind = ENTRY_BATCH, .rules = 3,
			   .time_ms = 1656547200000 + (int64_t)position, .reporter = 12,
			   .first_sequence = 77, .rows = 5, .back = position - 1, .body = body,
			   .decisions = bytes_of_string("decided") };

	memset(e.key, 0xAB, sizeof(e.key));
	memset(e.epoch, 0xCD, sizeof(e.epoch));
	return e;
}

static void same_entry(const struct entry *a, const struct entry *b)
{
	assert_int_equal(a->position, b->position);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->rules, b->rules);
	assert_int_equal(a->time_ms, b->time_ms);
	assert_int_equal(a->reporter, b->reporter);
	assert_memory_equal(a->key, b->key, sizeof(a->key));
	assert_memory_equal(a->epoch, b->epoch, sizeof(a->epoch));
	assert_int_equal(a->first_sequence, b->first_sequence);
	assert_int_equal(a->rows, b->rows);
	assert_int_equal(a->back, b->back);
}

static void entries_come_back(void **state)
{
	struct entry e = sample(9, bytes_of_string("body")), back;
	struct buf form = { 0 };

	(void)state;
	assert_int_equal(entry_encode(&e, &form), ERR_OK);
	assert_int_equal(form.len, ENTRY_HEAD_LEN + 4 + 7);
	assert_int_equal(entry_decode(buf_bytes(&form), &back), ERR_OK);
	same_entry(&e, &back);
	assert_true(bytes_equal(back.body, e.body));
	assert_true(bytes_equal(back.decisions, e.decisions));
	assert_int_equal(entry_decode_head(bytes_of(form.data, ENTRY_HEAD_LEN), &back), ERR_OK);
	same_entry(&e, &back);
	buf_free(&form);
}

static void damaged_entries_are_refused(void **state)
{
	struct entry e = sample(9, bytes_of_string("body")), back;
	struct buf form = { 0 };

	(void)state;
	assert_int_equal(entry_encode(&e, &form), ERR_OK);
	for (size_t n = 0; n < form.len; n++)
		assert_int_equal(entry_decode(bytes_of(form.data, n), &back), ERR_CORRUPT);
	form.data[0]++;
	assert_int_equal(entry_decode(buf_bytes(&form), &back), ERR_VERSION);
	form.data[0]--;
	form.data[1] = 99;
	assert_int_equal(entry_decode(buf_bytes(&form), &back), ERR_CORRUPT);
	form.data[1] = ENTRY_BATCH;
	buf_put_u8(&form, 0);
	assert_int_equal(entry_decode(buf_bytes(&form), &back), ERR_CORRUPT);
	buf_free(&form);
}

/* Around every border of the pieces. */
static void entries_of_any_size_are_read_again(void **state)
{
	static const size_t sizes[] = { 0, 1, 1700, 1747, 1748, 1749, 1750, 3600, 3648, 3649, 3650,
					12000, 262144 };
	enum { N = sizeof(sizes) / sizeof(sizes[0]) };
	struct place *p = *state;
	struct ledger_head head = { 0 };
	struct store_txn *t;
	uint8_t *body = malloc(262144), chain[CRYPTO_HASH_LEN], expected[N][CRYPTO_HASH_LEN];

	for (size_t i = 0; i < 262144; i++)
		body[i] = (uint8_t)(i * 7 + i / 251);
	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	for (size_t i = 0; i < N; i++) {
		struct entry e = sample(i + 1, bytes_of(body, sizes[i]));

		assert_int_equal(ledger_append(t, &e, &head, &p->form), ERR_OK);
		memcpy(expected[i], head.chain, sizeof(expected[i]));
	}
	assert_int_equal(head.position, N);
	assert_int_equal(head.rows, 5 * N);
	assert_int_equal(store_commit(&t), ERR_OK);
	assert_int_equal(store_begin_read(p->s, &t), ERR_OK);
	for (size_t i = 0; i < N; i++) {
		struct entry e = sample(i + 1, bytes_of(body, sizes[i])), back;

		assert_int_equal(ledger_read(t, i + 1, &p->form, &back, chain), ERR_OK);
		same_entry(&e, &back);
		assert_true(bytes_equal(back.body, e.body));
		assert_memory_equal(chain, expected[i], sizeof(chain));
		assert_int_equal(ledger_peek(t, i + 1, &back), ERR_OK);
		same_entry(&e, &back);
	}
	assert_int_equal(ledger_read(t, N + 1, &p->form, &(struct entry){ 0 }, NULL), ERR_NOTFOUND);
	store_abort(&t);
	free(body);
}

static void the_chain_is_what_it_says(void **state)
{
	struct place *p = *state;
	struct ledger_head head = { 0 };
	struct entry e = sample(1, bytes_of_string("x"));
	uint8_t input[512] = { 0 }, hash[CRYPTO_HASH_LEN];
	struct store_txn *t;

	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	assert_int_equal(ledger_append(t, &e, &head, &p->form), ERR_OK);
	memcpy(input + CRYPTO_HASH_LEN, p->form.data, p->form.len);
	crypto_digest(bytes_of(input, CRYPTO_HASH_LEN + p->form.len), hash);
	assert_memory_equal(hash, head.chain, sizeof(hash));
	store_abort(&t);
}

static void positions_are_dense_and_time_runs_on(void **state)
{
	struct place *p = *state;
	struct ledger_head head = { 0 };
	struct entry e = sample(2, bytes_of_string("x"));
	struct store_txn *t;

	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	assert_int_equal(ledger_append(t, &e, &head, &p->form), ERR_STATE);
	e.position = 1;
	assert_int_equal(ledger_append(t, &e, &head, &p->form), ERR_OK);
	e.position = 2;
	e.time_ms--;
	assert_int_equal(ledger_append(t, &e, &head, &p->form), ERR_STATE);
	store_abort(&t);
}

static void the_head_is_kept(void **state)
{
	struct place *p = *state;
	struct ledger_head head = { .position = 5, .time_ms = -6, .rows = 7, .alert_number = 8,
				    .catalogue = 9, .chain = { 1, 2, 3 } }, back;
	struct store_txn *t;

	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	assert_int_equal(ledger_head_read(t, &back), ERR_OK);
	assert_int_equal(back.position, 0);
	assert_int_equal(ledger_head_write(t, &head), ERR_OK);
	assert_int_equal(ledger_head_read(t, &back), ERR_OK);
	assert_memory_equal(&head, &back, sizeof(head));
	store_abort(&t);
}

static void a_missing_piece_is_found(void **state)
{
	struct place *p = *state;
	struct ledger_head head = { 0 };
	uint8_t body[5000] = { 0 };
	struct entry e = sample(1, bytes_of(body, sizeof(body))), back;
	struct store_txn *t;
	struct keys key;

	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	assert_int_equal(ledger_append(t, &e, &head, &p->form), ERR_OK);
	keys_ledger(&key, 1, 1);
	assert_int_equal(store_delete(t, STORE_LEDGER, keys_bytes(&key)), ERR_OK);
	assert_int_equal(ledger_read(t, 1, &p->form, &back, NULL), ERR_CORRUPT);
	store_abort(&t);
}

/* --- decisions -------------------------------------------------------------------------------- */

static void runs_join_and_come_back(void **state)
{
	struct decision_runs runs = { 0 }, read = { 0 };
	struct buf form = { 0 };
	struct decision d, back;

	(void)state;
	for (uint32_t row = 3; row < 8; row++)
		assert_int_equal(decision_runs_add(&runs, row, 1, EVENT_REJECT, 10), ERR_OK);
	decision_runs_add(&runs, 8, 1, EVENT_HOLD, 29);
	decision_runs_add(&runs, 500, 1, EVENT_HOLD, 29);
	assert_int_equal(runs.count, 3);
	d = (struct decision){ .on_time = 900, .late = 90, .runs = runs.items,
			       .run_count = runs.count, .judge = bytes_of_string("lights") };
	assert_int_equal(decision_encode(&d, &form), ERR_OK);
	assert_int_equal(decision_decode(buf_bytes(&form), 1000, &read, &back), ERR_OK);
	assert_int_equal(back.on_time, 900);
	assert_int_equal(back.late, 90);
	assert_int_equal(back.run_count, 3);
	assert_int_equal(back.runs[0].first, 3);
	assert_int_equal(back.runs[0].count, 5);
	assert_int_equal(back.runs[2].first, 500);
	assert_int_equal(back.runs[2].code, 29);
	assert_true(bytes_equal(back.judge, d.judge));
	/* more rows than the batch has, or cut short */
	assert_int_equal(decision_decode(buf_bytes(&form), 500, &read, &back), ERR_CORRUPT);
	for (size_t n = 0; n < form.len; n++)
		assert_int_equal(decision_decode(bytes_of(form.data, n), 1000, &read, &back),
				 ERR_CORRUPT);
	buf_free(&form);
	decision_runs_free(&runs);
	decision_runs_free(&read);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void keys_sort_like_what_they_name(void **state)
{
	static const int32_t known[] = { INT32_MIN, -1, 0, 1, 19000, INT32_MAX };
	struct keys before, k;

	(void)state;
	for (size_t i = 1; i < sizeof(known) / sizeof(known[0]); i++) {
		int32_t month, back;

		keys_history(&before, 3, 1, 2, UINT16_MAX, 24264, known[i - 1]);
		keys_history(&k, 3, 1, 2, UINT16_MAX, 24264, known[i]);
		assert_true(bytes_compare(keys_bytes(&before), keys_bytes(&k)) < 0);
		assert_true(keys_read_history(keys_bytes(&k), &month, &back));
		assert_int_equal(month, 24264);
		assert_int_equal(back, known[i]);
	}
	keys_ledger(&before, 255, 9);
	keys_ledger(&k, 256, 0);
	assert_true(bytes_compare(keys_bytes(&before), keys_bytes(&k)) < 0);
	keys_cell(&before, 3, 1, 2, 5);
	assert_true(keys_begin(keys_bytes(&k), &(struct keys){ .len = 0 }));
	assert_false(keys_begin(keys_bytes(&k), &before));
}

static void long_texts_are_cut(void **state)
{
	struct keys k;
	uint8_t text[1000] = { 0 };

	(void)state;
	keys_ref(&k, 1, bytes_of(text, sizeof(text)));
	assert_int_equal(k.len, KEYS_MAX);
	keys_text(&k, bytes_of(text, sizeof(text)));
	assert_int_equal(k.len, KEYS_MAX);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(entries_come_back),
		TEST(damaged_entries_are_refused),
		TEST(entries_of_any_size_are_read_again),
		TEST(the_chain_is_what_it_says),
		TEST(positions_are_dense_and_time_runs_on),
		TEST(the_head_is_kept),
		TEST(a_missing_piece_is_found),
		TEST(runs_join_and_come_back),
		TEST(keys_sort_like_what_they_name),
		TEST(long_texts_are_cut),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
