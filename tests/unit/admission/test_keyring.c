/* SPDX-License-Identifier: MIT */
/* Keys, rights and epochs, in memory and after reading them again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/admission/epochs.h"
#include "aggregator/admission/keyring.h"
#include "aggregator/admission/refs.h"
#include "aggregator/admission/rights.h"
#include "aggregator/ledger/ledger.h"
#include "base/date.h"
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

	snprintf(p->folder, sizeof(p->folder), "/tmp/minsheng-keyring-XXXXXX");
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

static void many_keys(void **state)
{
	struct place *p = *state;
	struct keyring *k, *again;
	struct keyring_key key = { .role = KEYRING_REPORTER, .state = KEYRING_VALID };

	assert_int_equal(keyring_new(&k), ERR_OK);
	assert_true(keyring_items_add(&key.items, bytes_of_string("2.2")));
	for (unsigned i = 0; i < 300; i++) {
		key.key[0] = (uint8_t)(i * 37);
		key.key[1] = (uint8_t)(i >> 8);
		key.unit = (uint16_t)i;
		key.since_ms = i;
		assert_int_equal(keyring_put(k, p->t, &key), ERR_OK);
	}
	key.state = KEYRING_REVOKED;
	assert_int_equal(keyring_put(k, p->t, &key), ERR_OK);
	assert_int_equal(keyring_count(k), 300);
	assert_int_equal(keyring_new(&again), ERR_OK);
	assert_int_equal(keyring_load(again, p->t), ERR_OK);
	assert_int_equal(keyring_load(again, p->t), ERR_OK); /* forgets first */
	assert_int_equal(keyring_count(again), 300);
	for (size_t i = 0; i < 300; i++)
		assert_memory_equal(keyring_at(k, i), keyring_at(again, i),
				    sizeof(struct keyring_key));
	assert_int_equal(keyring_find(again, key.key)->state, KEYRING_REVOKED);
	key.key[5] = 1;
	assert_null(keyring_find(again, key.key));
	keyring_free(k);
	keyring_free(again);
}

static void items_are_whole_words(void **state)
{
	struct keyring_items items = { { 0 } };

	(void)state;
	assert_true(keyring_items_has(&items, "1.1")); /* none named: all */
	assert_true(keyring_items_add(&items, bytes_of_string("11.1")));
	assert_true(keyring_items_add(&items, bytes_of_string("2.22")));
	assert_true(keyring_items_has(&items, "11.1"));
	assert_true(keyring_items_has(&items, "2.22"));
	assert_false(keyring_items_has(&items, "1.1"));
	assert_false(keyring_items_has(&items, "2.2"));
	assert_false(keyring_items_add(&items, bytes_of_string("")));
	assert_false(keyring_items_add(&items, bytes_of_string("a\nb")));
	for (unsigned i = 0; i < 400; i++)
		(void)!keyring_items_add(&items, bytes_of_string("12345"));
	assert_true(strlen(items.text) < sizeof(items.text));
	assert_false(keyring_items_add(&items, bytes_of_string("12345")));
}

static void delegations_end(void **state)
{
	struct place *p = *state;
	struct keyring *k;

	assert_int_equal(keyring_new(&k), ERR_OK);
	assert_int_equal(keyring_delegate(k, p->t, 7, bytes_of_string("5.1"), 100), ERR_OK);
	assert_int_equal(keyring_load(k, p->t), ERR_OK);
	assert_true(keyring_delegated(k, 7, "5.1", 100));
	assert_false(keyring_delegated(k, 7, "5.1", 101));
	assert_false(keyring_delegated(k, 8, "5.1", 100));
	assert_false(keyring_delegated(k, 7, "5.10", 100));
	assert_int_equal(keyring_delegate(k, p->t, 7, bytes_of_string("5.1"), 50), ERR_OK);
	assert_false(keyring_delegated(k, 7, "5.1", 60));
	assert_int_equal(keyring_delegate(k, p->t, 7, bytes_of_string(""), 50), ERR_INVALID);
	keyring_free(k);
}

static void invitations_come_back(void **state)
{
	struct place *p = *state;
	uint8_t hash[32] = { 5 };
	struct keyring_invite invite = { .unit = 3, .role = KEYRING_SUBSCRIBER, .approve = true,
					 .used = true, .used_by = { 9 }, .expires_ms = 12345 }, back;

	keyring_items_add(&invite.items, bytes_of_string("5.1"));
	assert_int_equal(keyring_invite_read(p->t, hash, &back), ERR_NOTFOUND);
	assert_int_equal(keyring_invite_write(p->t, hash, &invite), ERR_OK);
	assert_int_equal(keyring_invite_read(p->t, hash, &back), ERR_OK);
	assert_memory_equal(&invite, &back, sizeof(back));
}

static void refs_come_back(void **state)
{
	struct place *p = *state;
	struct refs_record r = { .state = REFS_HELD, .cell = { 1, 2, 3, 4 }, .as_of = -5,
				 .value = -6, .position = 7, .row = 8 }, back = { 0 };

	assert_int_equal(refs_write(p->t, 9, bytes_of_string("invoice-1"), &r), ERR_OK);
	assert_int_equal(refs_read(p->t, 9, bytes_of_string("invoice-1"), &back), ERR_OK);
	assert_int_equal(back.state, REFS_HELD);
	assert_int_equal(back.cell.stage, 4);
	assert_int_equal(back.as_of, -5);
	assert_int_equal(back.value, -6);
	assert_int_equal(back.row, 8);
	assert_int_equal(refs_read(p->t, 8, bytes_of_string("invoice-1"), &back), ERR_NOTFOUND);
	assert_int_equal(refs_read(p->t, 9, bytes_of_string("invoice-"), &back), ERR_NOTFOUND);
}

/* --- epochs ----------------------------------------------------------------------------------- */

static void append(struct place *p, struct epochs *e, struct ledger_head *head, uint16_t reporter,
		   uint8_t id, uint32_t rows, struct buf *form)
{
	struct entry entry = { .position = head->position + 1, .kind = ENTRY_BATCH,
			       .reporter = reporter, .rows = rows, .first_sequence = 1 };
	struct epoch *epoch;

	memset(entry.epoch, id, sizeof(entry.epoch));
	epoch = epochs_find(e, reporter, entry.epoch);
	if (epoch) {
		entry.first_sequence = epoch->expected;
		entry.back = epoch->latest;
	}
	assert_int_equal(ledger_append(p->t, &entry, head, form), ERR_OK);
	assert_int_equal(epochs_advance(e, p->t, &entry, entry.first_sequence + rows - 1), ERR_OK);
}

static void every_sequence_is_located(void **state)
{
	enum { BATCHES = 300, OUTBOXES = 3 };
	struct place *p = *state;
	struct ledger_head head = { 0 };
	struct epochs *e;
	struct buf form = { 0 };
	uint8_t id[16];

	assert_int_equal(epochs_new(&e), ERR_OK);
	for (unsigned i = 0; i < BATCHES; i++)
		for (uint8_t o = 0; o < OUTBOXES; o++)
			append(p, e, &head, 4, o, 1 + (i + o) % 3, &form);
	assert_int_equal(epochs_flush(e, p->t), ERR_OK);
	assert_int_equal(epochs_load(e, p->t), ERR_OK);
	for (uint8_t o = 0; o < OUTBOXES; o++) {
		struct epoch *epoch;

		memset(id, o, sizeof(id));
		epoch = epochs_find(e, 4, id);
		assert_int_equal(epoch->entries, BATCHES);
		for (uint64_t s = 1; s < epoch->expected; s++) {
			struct entry found;

			assert_int_equal(epochs_locate(p->t, epoch, s, &found), ERR_OK);
			assert_in_range(s, found.first_sequence,
					found.first_sequence + found.rows - 1);
			assert_memory_equal(found.epoch, id, sizeof(id));
		}
	}
	memset(id, 9, sizeof(id));
	assert_null(epochs_find(e, 4, id));
	epochs_free(e);
	buf_free(&form);
}

static void many_epochs_are_told_apart(void **state)
{
	struct place *p = *state;
	struct epochs *e;

	assert_int_equal(epochs_new(&e), ERR_OK);
	for (unsigned i = 0; i < 500; i++) {
		struct entry entry = { .position = i + 1, .reporter = (uint16_t)(i % 5),
				       .first_sequence = 1,
				       .time_ms = (int64_t)i * DATE_DAY_MS };

		entry.epoch[0] = (uint8_t)i;
		entry.epoch[15] = (uint8_t)(i >> 8);
		assert_int_equal(epochs_advance(e, p->t, &entry, i + 10), ERR_OK);
	}
	for (unsigned i = 0; i < 500; i++) {
		uint8_t id[16] = { (uint8_t)i };

		id[15] = (uint8_t)(i >> 8);
		assert_int_equal(epochs_find(e, (uint16_t)(i % 5), id)->expected, i + 11);
		assert_null(epochs_find(e, (uint16_t)(i % 5 + 1), id));
	}
	assert_int_equal(epochs_live(e, 0, 499 * DATE_DAY_MS), 18);
	epochs_free(e);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(many_keys),
		TEST(items_are_whole_words),
		TEST(delegations_end),
		TEST(invitations_come_back),
		TEST(refs_come_back),
		TEST(every_sequence_is_located),
		TEST(many_epochs_are_told_apart),
	};

	return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
